package editions

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// mostText is how long one wording of an item may be, mostNote the reason for a version, in characters.
const (
	mostText = 400
	mostNote = 1000
)

// State says whether a version is in force.
type State string

// The states.
const (
	Draft     State = "draft"     // bản nháp
	Published State = "published" // đã công bố
)

// Edition is one version of the criteria with its history.
type Edition struct {
	Number  int
	State   State
	BasedOn int
	Note    string // why it was made
	Editors []string
	// Version counts the changes of a draft, so that nobody publishes what was changed after it was looked at.
	Version int

	Changed, Published     time.Time
	ChangedBy, PublishedBy string

	// Set is what it says, Base what it was copied from; nil in lists, and Base for the first version.
	Set, Base *criteria.Set
	// Earlier are all versions that were published before it, the first one first; of a draft only.
	Earlier []*criteria.Set
	// Years are the campaigns that are judged by it.
	Years []int
}

// Edited reports whether an account changed the draft: then somebody else publishes it.
func (e *Edition) Edited(account string) bool {
	return account != "" && slices.Contains(e.Editors, account)
}

// open refuses to change what is published.
func (e *Edition) open() error {
	if e.State != Draft {
		return fault.Shut("editions.frozen", "Version", e.Number)
	}
	return nil
}

// fresh reports whether no published version ever had an item.
func (e *Edition) fresh(code string) bool {
	for _, set := range e.Earlier {
		if item, _ := find(set, code); item != nil {
			return false
		}
	}
	return true
}

// last gives an item that the draft does not have, as the version said it that had it last; nils when none ever did.
func (e *Edition) last(code string) (*criteria.Item, *criteria.Content) {
	if item, content := find(e.Base, code); item != nil {
		return item, content
	}
	for _, set := range slices.Backward(e.Earlier) {
		if item, content := find(set, code); item != nil {
			return item, content
		}
	}
	return nil, nil
}

// clone gives a set that may be changed.
func clone(set *criteria.Set) (*criteria.Set, error) {
	data, err := set.Encode()
	if err != nil {
		return nil, err
	}
	return read(data)
}

// read takes a set as it is kept. A draft is read without the checks of [criteria.Decode]: its problems are said when it is changed.
func read(data []byte) (*criteria.Set, error) {
	set := new(criteria.Set)
	if err := json.Unmarshal(data, set); err != nil {
		return nil, fmt.Errorf("editions: read a draft: %w", err)
	}
	return set, nil
}

// find gives an item of the contents or of a module, with the content; nils when there is none.
func find(set *criteria.Set, code string) (*criteria.Item, *criteria.Content) {
	for _, list := range [][]criteria.Content{set.Contents, set.Modules} {
		for i := range list {
			for j := range list[i].Items {
				if list[i].Items[j].Code == code {
					return &list[i].Items[j], &list[i]
				}
			}
		}
	}
	return nil, nil
}

// wording is one of the texts of an item.
type wording struct {
	name string // of the field; editions.field.<name> names it to people
	of   func(*criteria.Item) *criteria.Text
	long bool
}

// wordings are the texts of an item in the order in which they are edited.
func wordings() []wording {
	return []wording{
		{"text", func(i *criteria.Item) *criteria.Text { return &i.Text }, true},
		{"label", func(i *criteria.Item) *criteria.Text { return &i.Label }, false},
		{"question", func(i *criteria.Item) *criteria.Text { return &i.Question }, true},
		{"explain", func(i *criteria.Item) *criteria.Text { return &i.Explain }, true},
		{"pass", func(i *criteria.Item) *criteria.Text { return &i.Pass }, false},
		{"partly", func(i *criteria.Item) *criteria.Text { return &i.Partly }, false},
		{"fail", func(i *criteria.Item) *criteria.Text { return &i.Fail }, false},
		{"na", func(i *criteria.Item) *criteria.Text { return &i.NA }, false},
		{"evidence", func(i *criteria.Item) *criteria.Text { return &i.Evidence }, false},
		{"rule", func(i *criteria.Item) *criteria.Text { return &i.Rule }, false},
		{"action", func(i *criteria.Item) *criteria.Text { return &i.Action }, false},
		{"how", func(i *criteria.Item) *criteria.Text { return &i.How }, false},
		{"household", func(i *criteria.Item) *criteria.Text { return &i.Household }, true},
	}
}

// asked reports whether an item has a wording: only items that households are asked about have one for them, in every version. A new one
// may come with it.
func (w *wording) asked(item *criteria.Item, fresh bool) bool {
	return w.name != "household" || item.Asked() || fresh
}

// optional reports whether an item may do without a wording.
func (w *wording) optional(fresh bool) bool { return w.name == "na" || w.name == "household" && fresh }

// translated reports whether the English of a wording is more than the Vietnamese again, which stands for one that nobody wrote.
func translated(t criteria.Text) bool { return t.EN != t.VI }

// Form is an item as it is typed: the texts by the name of the wording, Vietnamese and English.
type Form struct {
	VI, EN           map[string]string
	ChipsVI, ChipsEN string // one a line
	Required         bool
	Sources          []string
	Effort           int
}

// FormOf is the form of an item as it stands.
func FormOf(item *criteria.Item) Form {
	f := Form{VI: map[string]string{}, EN: map[string]string{}, Required: item.Required, Effort: item.Effort}
	for _, w := range wordings() {
		if text := w.of(item); translated(*text) {
			f.VI[w.name], f.EN[w.name] = text.VI, text.EN
		} else {
			f.VI[w.name] = text.VI
		}
	}
	var vi, en []string
	for _, c := range item.Chips {
		vi, en = append(vi, c.VI), append(en, c.EN)
	}
	f.ChipsVI = strings.Join(vi, "\n")
	if slices.ContainsFunc(item.Chips, translated) {
		f.ChipsEN = strings.Join(en, "\n")
	}
	for _, s := range item.Sources {
		f.Sources = append(f.Sources, string(s))
	}
	return f
}

// put writes the form into an item of the set and gives what is wrong with it, by field. fresh is an item that no published version has:
// it may come with a question for households. English that nobody wrote yet may stay away; then the Vietnamese stands in its place.
func (f *Form) put(set *criteria.Set, item *criteria.Item, fresh bool) []fault.Field {
	var wrong []fault.Field
	for _, w := range wordings() {
		if w.asked(item, fresh) {
			text := criteria.Text{VI: strings.TrimSpace(civil.NFC(f.VI[w.name])), EN: strings.TrimSpace(civil.NFC(f.EN[w.name]))}
			if text.EN == "" && !translated(*w.of(item)) {
				text.EN = text.VI
			}
			wrong = append(wrong, w.check(text, fresh)...)
			*w.of(item) = text
		}
	}
	vi, en := lines(f.ChipsVI), lines(f.ChipsEN)
	if len(en) == 0 && !slices.ContainsFunc(item.Chips, translated) {
		en = vi
	}
	if len(vi) != len(en) {
		wrong = append(wrong, fault.Field{Name: "chips_en", Key: "editions.chips_differ", Pairs: []any{"VI", len(vi), "EN", len(en)}})
	}
	wrong = append(wrong, refused("chips_vi", f.ChipsVI)...)
	wrong = append(wrong, refused("chips_en", f.ChipsEN)...)
	item.Chips = nil
	for i := range min(len(vi), len(en)) {
		item.Chips = append(item.Chips, criteria.Text{VI: vi[i], EN: en[i]})
	}
	item.Required, item.Effort, item.Sources = f.Required, f.Effort, nil
	for _, s := range f.Sources {
		item.Sources = append(item.Sources, criteria.Source(s))
	}
	if len(wrong) > 0 {
		return wrong
	}
	return fields(set.Problems(), item.Code)
}

// check says what is wrong with a wording in both languages.
func (w *wording) check(text criteria.Text, fresh bool) []fault.Field {
	var wrong []fault.Field
	for _, x := range []struct{ name, said, other string }{{w.name + "_vi", text.VI, text.EN}, {w.name + "_en", text.EN, text.VI}} {
		switch {
		case x.said == "" && (!w.optional(fresh) || x.other != ""):
			wrong = append(wrong, fault.Field{Name: x.name, Key: "editions.missing"})
		case len([]rune(x.said)) > mostText:
			wrong = append(wrong, fault.Field{Name: x.name, Key: "fault.too_long", Pairs: []any{"Most", mostText}})
		default:
			wrong = append(wrong, refused(x.name, x.said)...)
		}
	}
	return wrong
}

// refused says that a wording touches what the criteria never ask.
func refused(field, said string) []fault.Field {
	word, denied := criteria.Denied(said)
	if !denied {
		return nil
	}
	return []fault.Field{{Name: field, Key: "editions.refused", Pairs: []any{"Word", spoken(said, word)}}}
}

// spoken finds a folded phrase in what was typed, with its marks and capitals.
func spoken(said, phrase string) string {
	words := strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune(" \t\n.,;:!?()[]“”\"'/-–", r) })
	n := len(strings.Fields(phrase))
	for i := 0; i+n <= len(words); i++ {
		if found := strings.Join(words[i:i+n], " "); civil.Fold(found) == phrase {
			return found
		}
	}
	return phrase
}

// fields are the problems of a set as fields of the form of an item or of the rules; what belongs to no field of it comes first in the form.
func fields(problems []criteria.Problem, code string) []fault.Field {
	var wrong []fault.Field
	for _, p := range problems {
		name := ""
		switch {
		case p.Where == code && p.Reason == criteria.BadSource:
			name = "sources"
		case p.Where == code && p.Reason == criteria.BadRule:
			name = "effort"
		case p.Where == code && p.Reason == criteria.AskedOther:
			name = "household_vi"
		}
		wrong = append(wrong, fault.Field{Name: name, Key: "editions.problem." + string(p.Reason), Pairs: []any{"Where", p.Where, "Detail", p.Detail}})
	}
	return wrong
}

func lines(s string) []string {
	var list []string
	for line := range strings.SplitSeq(civil.NFCLines(s), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// Rules are the numbers by which a set judges, as they are typed; Percents are those of single contents, 0 where the set's own applies.
type Rules struct {
	PassPercent, MendDays int
	Percents              map[string]int
	Note                  string
}

// RulesOf are the rules of a draft as they stand.
func RulesOf(e *Edition) Rules {
	r := Rules{PassPercent: e.Set.PassPercent, MendDays: e.Set.MendDays, Percents: map[string]int{}, Note: e.Note}
	for i := range e.Set.Contents {
		r.Percents[e.Set.Contents[i].Code] = e.Set.Contents[i].PassPercent
	}
	return r
}

// put writes the rules into a set and gives what is wrong with them.
func (r *Rules) put(set *criteria.Set) []fault.Field {
	var wrong []fault.Field
	within := func(name string, n, low, high int) {
		if n < low || n > high {
			wrong = append(wrong, fault.Field{Name: name, Key: "editions.between", Pairs: []any{"Low", low, "High", high}})
		}
	}
	within("percent", r.PassPercent, 1, 100)
	within("days", r.MendDays, 1, 60)
	set.PassPercent, set.MendDays = r.PassPercent, r.MendDays
	for i := range set.Contents {
		c := &set.Contents[i]
		n := r.Percents[c.Code]
		if n != 0 {
			within("percent."+c.Code, n, 1, 100)
		}
		if c.PassPercent = n; n == r.PassPercent {
			c.PassPercent = 0
		}
	}
	return wrong
}
