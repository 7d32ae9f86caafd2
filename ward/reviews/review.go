package reviews

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Period is what a review looks back on; its words are "reviews.period.<period>".
type Period string

// The periods: the campaign, the halves and the quarters of the reporting year.
const (
	Whole Period = "campaign"
	Half1 Period = "h1"
	Half2 Period = "h2"
)

// Periods lists the periods as a form shows them.
func Periods() []Period { return []Period{Half1, Half2, "q1", "q2", "q3", "q4", Whole} }

// Days are the first and the last day of a period of a year. Halves and quarters follow the reporting calendar of Decree
// 09/2019/NĐ-CP (domain.md §5.7): six months run from 15/12 to 14/06, a quarter from the 15th before it to the 14th of its last month.
func (p Period) Days(year int, c *campaigns.Campaign) (from, to civil.Day, ok bool) {
	day := func(back int, m time.Month, d int) civil.Day { return civil.NewDay(year-back, m, d) }
	switch p {
	case Whole:
		return c.Starts, c.Ends, true
	case Half1:
		return day(1, time.December, 15), day(0, time.June, 14), true
	case Half2:
		return day(0, time.June, 15), day(0, time.December, 14), true
	case "q1":
		return day(1, time.December, 15), day(0, time.March, 14), true
	case "q2":
		return day(0, time.March, 15), day(0, time.June, 14), true
	case "q3":
		return day(0, time.June, 15), day(0, time.September, 14), true
	case "q4":
		return day(0, time.September, 15), day(0, time.December, 14), true
	}
	return "", "", false
}

// State is how far a review has come; its word is "reviews.state.<state>".
type State string

// The states. A signed review never changes.
const (
	Draft   State = "draft"
	Signed  State = "signed"
	Dropped State = "dropped"
)

// Cause says what kind of cause a shortcoming has; its word is "reviews.cause.<cause>".
type Cause string

// The causes.
const (
	Subjective Cause = "subjective" // lies with those who do the work
	Objective  Cause = "objective"  // lies outside
)

// Effect is what a later review says of an earlier shortcoming; its word is "reviews.effect.<effect>".
type Effect string

// The effects. Only Gone closes a shortcoming.
const (
	Gone Effect = "gone"
	Less Effect = "less"
	Same Effect = "same"
	More Effect = "more"
)

// Effects lists the effects as a form shows them.
func Effects() []Effect { return []Effect{Gone, Less, Same, More} }

const (
	atWard          = "ward" // scope key of the whole ward
	mostAchieved    = 3000
	mostText        = 500
	mostShort       = 40 // shortcomings of one review
	mostHouses      = 20000
	mostSuggestions = 5
)

// Review is one review.
type Review struct {
	ID           string
	Number       int
	Campaign     string
	Year         int
	Period       Period
	From, To     civil.Day
	ScopeKey     string
	Group        string // id; empty for the ward
	GroupName    string
	State        State
	Achievements string
	record       string
	Hash         string
	SignedAt     time.Time
	SignedBy     access.Role // the role in which it was signed
	Version      int
}

// Code is how a review is called: "SK-03/2026".
func (r *Review) Code() string { return codeOf(r.Number, r.Year) }

func codeOf(number, year int) string { return fmt.Sprintf("SK-%02d/%s", number, strconv.Itoa(year)) }

// Writes reports whether the actor writes and signs the review: of a group its lead or the command, of the ward the command or the
// committee. The others who reach it read it.
func (r *Review) Writes(who access.Actor) bool {
	switch who.Role() {
	case access.GroupLead:
		return r.Group != ""
	case access.Committee:
		return r.Group == ""
	case access.Command, "system":
		return true
	}
	return false
}

// Figures are what a review pulls in, on the day AsOf. Counts of houses, households and measures; never of persons.
type Figures struct {
	AsOf        civil.Day `json:"as_of"`
	Hidden      bool      `json:"-"`                   // the classes and contents are not told to this reader: they would tell of single houses
	Few         bool      `json:"few_since,omitempty"` // few houses were inspected since the last review of the campaign that is told
	Base        int       `json:"told_last,omitempty"` // how many that one had
	Houses      int       `json:"houses"`
	Households  int       `json:"households"`
	Pledged     int       `json:"pledged"`
	Assessed    int       `json:"assessed"`
	Inspected   int       `json:"inspected"`
	Safe        int       `json:"safe"`
	Conditional int       `json:"conditional"`
	NotSafe     int       `json:"not_safe"`
	Passed      [6]int    `json:"passed"`   // inspected houses that passed each content
	Opened      int       `json:"opened"`   // measures opened in the period
	Verified    int       `json:"verified"` // and those confirmed as done in it
	Running     int       `json:"running"`  // measures that run on the day
	Overdue     int       `json:"overdue"`  // and of these the overdue
}

// Line is a measure of a shortcoming as a review says it.
type Line struct {
	ID        string    `json:"id"`
	Content   string    `json:"content"`
	Owner     string    `json:"owner"`
	OwnerName string    `json:"owner_name,omitempty"`
	Due       civil.Day `json:"due"`
	State     string    `json:"state"`
}

// Shortcoming is what fell short in the period of a review.
type Shortcoming struct {
	ID       string `json:"id"`
	Code     string `json:"code"` // "SK-03/2026.1"
	Content  string `json:"content"`
	Item     string `json:"item,omitempty"`
	Body     string `json:"body"`
	Houses   int    `json:"houses"`
	Kind     Cause  `json:"cause_kind"`
	Cause    string `json:"cause"`
	Repeats  string `json:"repeats,omitempty"` // code of the earlier one
	Measures []Line `json:"measures"`
}

// Verified reports whether a measure of the shortcoming was confirmed as done.
func (s *Shortcoming) Verified() bool {
	return slices.ContainsFunc(s.Measures, func(m Line) bool { return m.State == "verified" })
}

// Earlier is an earlier shortcoming of the same scope with what this review says of it; Effect is empty until it is judged.
type Earlier struct {
	Shortcoming

	Effect Effect `json:"effect"`
	Note   string `json:"note,omitempty"`
}

// Record is the whole of a review: live for a draft, frozen for a signed one.
type Record struct {
	// Set is the version of the criteria of the campaign, which never changes; it gives contents and items their names.
	Set *criteria.Set `json:"-"`

	Code         string        `json:"code"`
	Ward         string        `json:"ward"`
	City         string        `json:"city"`
	Group        string        `json:"group,omitempty"` // name
	Year         int           `json:"year"`
	Period       Period        `json:"period"`
	From         civil.Day     `json:"from"`
	To           civil.Day     `json:"to"`
	Figures      Figures       `json:"figures"`
	Before       *Figures      `json:"before,omitempty"` // of the review of this scope that was signed last
	BeforeCode   string        `json:"before_code,omitempty"`
	Achievements string        `json:"achievements"`
	Earlier      []Earlier     `json:"earlier"`
	Shortcomings []Shortcoming `json:"shortcomings"`
	SignedOn     civil.Day     `json:"signed_on,omitempty"`
	SignedBy     access.Role   `json:"signed_by,omitempty"`
}

// Unjudged is how many earlier shortcomings nobody judged yet.
func (x *Record) Unjudged() int {
	n := 0
	for i := range x.Earlier {
		if x.Earlier[i].Effect == "" {
			n++
		}
	}
	return n
}

// Signable says why a review cannot be signed yet, or nil (F11).
func (x *Record) Signable() error {
	if n := x.Unjudged(); n > 0 {
		return fault.Shut("reviews.judge_first", "N", n)
	}
	for i := range x.Earlier {
		if e := &x.Earlier[i]; e.Effect == Gone && !e.Verified() {
			return fault.Shut("reviews.not_verified", "Code", e.Code)
		}
	}
	for i := range x.Shortcomings {
		if s := &x.Shortcomings[i]; len(s.Measures) == 0 {
			return fault.Shut("reviews.measure_first", "Code", s.Code)
		}
	}
	if x.Achievements == "" && len(x.Shortcomings) == 0 && len(x.Earlier) == 0 {
		return fault.Shut("reviews.nothing_said")
	}
	return nil
}

// pack writes a record and its SHA-256.
func (x *Record) pack() (text, hash string, err error) {
	b, err := json.Marshal(x)
	if err != nil {
		return "", "", fmt.Errorf("write a review: %w", err)
	}
	return string(b), sum(string(b)), nil
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// unpack reads the record of a signed review and holds it against its hash.
func unpack(text, hash string) (Record, error) {
	var x Record
	if sum(text) != hash {
		return x, errors.New("reviews: the record of a signed review is not what was signed")
	}
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return x, fmt.Errorf("read a review: %w", err)
	}
	return x, nil
}

// NewShortcoming is a shortcoming as it is typed.
type NewShortcoming struct {
	About  string // code of a criteria item, or of a content as a whole
	Body   string
	Houses int
	Kind   Cause
	Cause  string
}

// about gives the content and the item of a set that a code names; the item is empty for a content as a whole.
func about(set *criteria.Set, code string) (content, item string, ok bool) {
	if i, c := set.Item(set.Index(code)); i != nil {
		return c.Code, code, true
	}
	return code, "", slices.Contains(set.ContentCodes(), code)
}

func (n *NewShortcoming) check(set *criteria.Set) error {
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	if _, _, ok := about(set, n.About); !ok {
		add("about", "reviews.choose_about")
	}
	if n.Houses < 0 || n.Houses > mostHouses {
		add("houses", "fault.number_between", "Low", 0, "High", mostHouses)
	}
	if n.Kind != Subjective && n.Kind != Objective {
		add("kind", "reviews.choose_cause")
	}
	bad = append(bad, said("body", &n.Body, mostText, true)...)
	bad = append(bad, said("cause", &n.Cause, mostText, true)...)
	return fault.InvalidFields(bad)
}

// said looks through a text that somebody typed: its length, whether it must say something, and that it names nobody.
func said(name string, to *string, most int, required bool) []fault.Field {
	*to = civil.NFCLines(*to)
	empty := ""
	if required {
		empty = "fault.required"
	}
	return personal.Text(name, *to, empty, most)
}
