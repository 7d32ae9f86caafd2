package criteria

import (
	"fmt"
	"strings"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// maxItems is how many items a content may have: one more doubles the work of a plan.
const maxItems = 12

// Problem says what is wrong with a set. Where is the code of an item or content, or empty for the set.
type Problem struct { //nolint:errname // a reader of a set is told its problems, not its errors
	Where  string
	Reason ProblemKind
	// Detail is the text, word or number the reason speaks of.
	Detail string
}

// ProblemKind is why a set cannot be published.
type ProblemKind string

// The problems of a set.
const (
	BadRule     ProblemKind = "bad_rule"     // percent, days, effort or number of items out of range
	BadCode     ProblemKind = "bad_code"     // a code is misspelt or used twice
	TextMissing ProblemKind = "text_missing" // a text lacks its Vietnamese or its English
	BadSource   ProblemKind = "bad_source"   // no source, or an unknown one
	Refused     ProblemKind = "refused"      // the wording touches what may not be asked

	OtherContents ProblemKind = "other_contents" // of a version beside the earlier ones, as all below: a content, a module or an item of a module came or went
	TooFewItems   ProblemKind = "too_few"        // of a content
	TooManyItems  ProblemKind = "too_many"       // of a content, or of all together
	TakenCode     ProblemKind = "taken_code"     // a code that another item had, or that is out of its order
	AskedCount    ProblemKind = "asked_count"    // not 12 to 15 questions for households
	NobodyAsked   ProblemKind = "nobody_asked"   // of a content households are asked nothing
	AskedOther    ProblemKind = "asked_other"    // households were asked about an item and are not any more, or the other way round
)

// Error gives the technical text.
func (p Problem) Error() string {
	return fmt.Sprintf("criteria: %s: %s: %s", p.Where, p.Reason, p.Detail)
}

var (
	contentCode = pattern.Of(`^[A-Z]{2}$`)
	itemNumber  = pattern.Of(`^[1-9][0-9]?$`)
)

// Problems lists what keeps the set from being published; none for a sound set. It checks form, and that
// no wording asks for what may never be asked ([Denied]).
func (s *Set) Problems() []Problem {
	var list []Problem
	add := func(where string, reason ProblemKind, detail string) {
		list = append(list, Problem{where, reason, detail})
	}
	if s.Version < 1 || s.PassPercent < 1 || s.PassPercent > 100 || s.MendDays < 1 || s.MendDays > 60 {
		add("", BadRule, fmt.Sprintf("version %d, %d %%, %d days", s.Version, s.PassPercent, s.MendDays))
	}
	if len(s.Contents) == 0 {
		add("", BadRule, "no contents")
	}
	checkTexts("", []Text{s.Name}, add)
	seen := map[string]bool{}
	for _, contents := range [][]Content{s.Contents, s.Modules} {
		for i := range contents {
			c := &contents[i]
			if !contentCode().MatchString(c.Code) || seen[c.Code] {
				add(c.Code, BadCode, c.Code)
			}
			seen[c.Code] = true
			c.problems(seen, add)
		}
	}
	return list
}

func (c *Content) problems(seen map[string]bool, add func(string, ProblemKind, string)) {
	if len(c.Items) == 0 || len(c.Items) > maxItems {
		add(c.Code, BadRule, fmt.Sprintf("%d items", len(c.Items)))
	}
	if c.PassPercent < 0 || c.PassPercent > 100 {
		add(c.Code, BadRule, fmt.Sprintf("%d %%", c.PassPercent))
	}
	checkTexts(c.Code, []Text{c.Name, c.Short, c.Phone}, add)
	for i := range c.Items {
		item := &c.Items[i]
		number, ok := strings.CutPrefix(item.Code, c.Code)
		if !ok || !itemNumber().MatchString(number) || seen[item.Code] {
			add(item.Code, BadCode, item.Code)
		}
		seen[item.Code] = true
		if item.Effort < 1 || item.Effort > 5 {
			add(item.Code, BadRule, fmt.Sprintf("effort %d", item.Effort))
		}
		if len(item.Sources) == 0 {
			add(item.Code, BadSource, "none")
		}
		for _, source := range item.Sources {
			if source.Name() == (Text{}) {
				add(item.Code, BadSource, string(source))
			}
		}
		checkTexts(item.Code, item.texts(), add)
	}
}

// texts gives every wording of the item that it must have, and the optional ones it has.
func (i *Item) texts() []Text {
	list := []Text{
		i.Text, i.Label, i.Question, i.Explain, i.Pass, i.Partly, i.Fail, i.Evidence, i.Rule, i.Action, i.How,
	}
	for _, optional := range []Text{i.NA, i.Household} {
		if optional != (Text{}) {
			list = append(list, optional)
		}
	}
	return append(list, i.Chips...)
}

func checkTexts(where string, texts []Text, add func(string, ProblemKind, string)) {
	for _, t := range texts {
		if strings.TrimSpace(t.VI) == "" || strings.TrimSpace(t.EN) == "" {
			add(where, TextMissing, t.VI+t.EN)
		}
		for _, wording := range []string{t.VI, t.EN} {
			if word, denied := Denied(wording); denied {
				add(where, Refused, word)
			}
		}
	}
}

// What the criteria may not speak of, as one would search for it: folded, whole words. Scores are of house
// numbers; belief, politics, petitions, origin, health, means, and past or suspected offences of persons
// are nobody's business here (product.md, principle 1; domain.md §5.8 and §12 traps 3 and 7).
var denied = whole([]string{
	"ton giao", "tin nguong", "theo dao", "dao phat", "cong giao", "tin lanh", "giao dan", "giao phai", "ta dao",
	"khieu kien", "khieu nai", "to cao", "bieu tinh", "tu tap dong nguoi",
	"chinh tri", "dang vien", "quan diem", "phan dong", "bat dong chinh kien",
	"dan toc", "sac toc", "quoc tich", "nguoi nuoc ngoai", "que quan", "nguoi tinh khac",
	"suc khoe", "benh tat", "benh nhan", "hiv", "tam than", "khuyet tat", "nguoi nghien", "con nghien", "nghien hut", "nghien ma tuy", "cai nghien",
	"ho ngheo", "nguoi ngheo", "thu nhap", "no nan",
	"tien an", "tien su", "an tich", "pham nhan", "moi ra tu", "man han tu", "nguoi pham toi", "nghi pham", "doi tuong",
	"can cuoc", "cccd", "cmnd", "so dinh danh", "ho ten", "ngay sinh", "gioi tinh", "dong tinh", "hon nhan",
	"nan nhan", "so vu mat", "so vu trom",
	"religion", "religious", "church", "petition", "petitions", "protest", "politics", "political", "party member",
	"ethnic", "ethnicity", "nationality", "foreigner", "foreigners", "health", "illness", "disease", "disabled", "disability", "addict", "addicts",
	"poor household", "poor households", "poor people", "income", "debt",
	"criminal", "convict", "convicts", "conviction", "convictions", "prisoner", "prisoners", "ex prisoner", "suspect", "suspects",
	"gender", "sexual", "marital", "date of birth", "id number", "victim", "victims",
})

// The few wordings in which a denied word may stand: the rule that the log must not contain such a thing,
// and the name of a service that hangs on the notice board. They are matched whole, so that a question
// about persons cannot hide behind them.
var allowed = whole([]string{
	"nhat ky bao cao khong ghi ten tien an tien su",
	"the log and reports do not contain names or criminal records",
	"kenh ho tro tu nguyen 111 cai nghien tu nguyen y te phuong",
})

// whole puts a space on both sides of each phrase, so that it is found as whole words only.
func whole(phrases []string) []string {
	for i, phrase := range phrases {
		phrases[i] = " " + phrase + " "
	}
	return phrases
}

// Denied reports whether a wording touches what the criteria may never ask for, and the word that does, in
// its folded form. Marks, capitals and punctuation make no difference.
func Denied(wording string) (word string, found bool) {
	text := " " + strings.Join(words(wording), " ") + " "
	for _, phrase := range allowed {
		text = strings.ReplaceAll(text, phrase, " | ")
	}
	for _, phrase := range denied {
		if strings.Contains(text, phrase) {
			return strings.TrimSpace(phrase), true
		}
	}
	return "", false
}

func words(s string) []string {
	return strings.FieldsFunc(civil.Fold(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}
