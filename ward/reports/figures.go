package reports

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/indicators/smallcells"
)

// Share is a part of a whole. In text it is a percentage with one decimal, "89,0 %", and "–" of nothing; in
// JSON a number with one decimal, 89.0, and null of nothing, because a share of nothing is not zero.
type Share struct{ Part, Of int }

// String writes the share as documents do.
func (s Share) String() string { return civil.Percent(s.Part, s.Of) }

// Number is the share in percent with one decimal, for a cell of a workbook; ok is false of nothing.
func (s Share) Number() (percent float64, ok bool) {
	return float64(civil.PercentTenths(s.Part, s.Of)) / 10, s.Of != 0
}

// MarshalJSON writes the share as a number with one decimal, or null.
func (s Share) MarshalJSON() ([]byte, error) {
	if s.Of == 0 {
		return []byte("null"), nil
	}
	return []byte(strconv.FormatFloat(float64(civil.PercentTenths(s.Part, s.Of))/10, 'f', 1, 64)), nil
}

// Counts are what a group, or the whole reach, adds up to. A house counts as results.Tallies count it.
type Counts struct {
	Dossiers     int   `json:"dossiers"` // house numbers in use
	Households   int   `json:"households"`
	Pledged      *int  `json:"pledged_households"`   // nil where it is not known: years read from a file
	Assessed     *int  `json:"self_assessed"`        // houses that sent their self-assessment; nil as above
	Inspected    int   `json:"inspected"`            // houses
	Safe         int   `json:"safe"`                 // approved, or proposed and waiting
	Conditional  int   `json:"conditional"`          // not counted as safe until re-checked (domain.md §9)
	NotSafe      int   `json:"not_safe"`             //
	NotInspected int   `json:"not_inspected"`        //
	Waiting      int   `json:"waiting_for_approval"` // proposed classes; they make the figures provisional
	SafePercent  Share `json:"safe_percent"`         // safe of inspected
	Coverage     Share `json:"coverage_percent"`     // inspected of dossiers
}

// untold stands in JSON for counts that are not given away.
type untold struct {
	Safe        *int `json:"safe"`
	Conditional *int `json:"conditional"`
	NotSafe     *int `json:"not_safe"`
	Waiting     *int `json:"waiting_for_approval"`
}

// Content is one of the six contents over the inspected houses.
type Content struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Passed    int    `json:"passed"`
	Inspected int    `json:"inspected"` // houses inspected item by item
	Percent   Share  `json:"passed_percent"`
}

// Group is a residential group's line.
type Group struct {
	ID   string `json:"-"`
	Name string `json:"name"` // "" for houses that belong to no group
	Counts
	Contents []Content `json:"contents"`
	// Reliability is nil where no inspected house of the group rated itself, or too few did for this reader.
	Reliability *Reliability `json:"reliability"`
	// Hidden marks a group of which so few houses were inspected that its figures would tell of a single one,
	// to a reader who opens no rows. What it hides is null in JSON and a dash in documents.
	Hidden bool `json:"hidden"`

	compared int // inspected houses that also rated themselves
}

// MarshalJSON writes the group; what is hidden is null.
func (g Group) MarshalJSON() ([]byte, error) {
	type plain Group
	if !g.Hidden {
		return json.Marshal(plain(g))
	}
	return json.Marshal(struct {
		plain
		untold
	}{plain: plain(g)})
}

// hide takes away what would tell of a single house.
func (g *Group) hide() {
	g.Hidden = true
	g.Counts.hide()
	g.Contents = []Content{}
	g.Reliability = nil
}

func (c *Counts) hide() {
	c.Safe, c.Conditional, c.NotSafe, c.Waiting, c.SafePercent = 0, 0, 0, 0, Share{}
}

// Item is one criterion over the inspected houses; houses to which it does not apply are in none of the counts.
type Item struct {
	Code     string `json:"code"`
	Content  string `json:"content"`
	Text     string `json:"text"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
	Pass     int    `json:"pass"`
	Partly   int    `json:"partly"`
	Fail     int    `json:"fail"`
	Below    int    `json:"below"` // partly and fail: houses that do not reach Đạt
	Percent  Share  `json:"pass_percent"`
}

// Reliability says how far self-rating and inspection agree: answers to the same item of the same house.
type Reliability struct {
	Compared int   `json:"compared"`
	Differs  int   `json:"differs"`
	Agrees   Share `json:"agrees_percent"`
}

// Shortcomings are what inspections noted, and the measures agreed on.
type Shortcomings struct {
	Open    int       `json:"open"` // overdue ones among them
	Overdue int       `json:"overdue"`
	Late    int       `json:"overdue_houses"` // houses with an overdue one
	Mended  int       `json:"mended"`
	ByItem  []Measure `json:"by_item"` // open ones, most first
}

// Measure is what mends an open shortcoming, with the number of places that wait for it.
type Measure struct {
	Item    string `json:"item"`
	Action  string `json:"action"`
	Open    int    `json:"open"`
	Overdue int    `json:"overdue"`
	Houses  int    `json:"houses"`
}

// Before is the year before, and whether the two may be compared.
type Before struct {
	Year        int   `json:"year"`
	Inspected   int   `json:"inspected"`
	Safe        int   `json:"safe"`
	Conditional int   `json:"conditional"`
	NotSafe     int   `json:"not_safe"`
	SafePercent Share `json:"safe_percent"`
	Comparable  bool  `json:"comparable"`
	// Words says how the share moved, or why no comparison is made.
	Words string `json:"words"`
}

// Phase is a phase of the campaign with its planned days.
type Phase struct {
	Phase  campaigns.Phase `json:"phase"`
	Name   string          `json:"name"`
	Starts civil.Day       `json:"starts"`
	Ends   civil.Day       `json:"ends"`
}

// Level is whose figures they are.
type Level string

// The levels.
const (
	OfWard  Level = "ward"
	OfGroup Level = "group"
	OfBeat  Level = "beat"
)

// Figures are everything that a report says in numbers. Page, JSON, XLSX, DOCX and PDF are written from one
// and the same value, so that they cannot disagree.
type Figures struct {
	Year     int    `json:"year"`
	City     string `json:"city"`
	Ward     string `json:"ward"`
	Code     string `json:"ward_code"`
	Invented bool   `json:"invented"`
	// Level and Reach say over which houses was counted: the ward, or the groups or beats by name.
	Level Level    `json:"level"`
	Reach []string `json:"reach"`

	Phase       campaigns.Phase  `json:"phase"`
	PhaseName   string           `json:"phase_name"`
	Origin      campaigns.Origin `json:"origin"`
	Criteria    int              `json:"criteria"` // version of the set; 0 where it is not known
	Starts      civil.Day        `json:"starts"`
	Ends        civil.Day        `json:"ends"`
	Closed      civil.Day        `json:"closed"`            // empty while open
	Version     int              `json:"version,omitempty"` // of the close, when it was opened again and closed anew
	Phases      []Phase          `json:"phases"`
	AsOf        time.Time        `json:"as_of"`
	Provisional bool             `json:"provisional"`

	Counts
	// Hidden is Group.Hidden for the whole: fewer than five houses were inspected in all.
	Hidden       bool          `json:"hidden"`
	Streets      int           `json:"streets"`
	Groups       []Group       `json:"groups"`
	Contents     []Content     `json:"contents"`
	FallingShort []Item        `json:"falling_short"` // the worst ten of Items
	Items        []Item        `json:"items"`
	Reliability  *Reliability  `json:"reliability"`
	Shortcomings *Shortcomings `json:"shortcomings"`
	YearBefore   *Before       `json:"year_before"`
	// Left names in sentences the parts for which there are no data.
	Left []string `json:"left_out"`
	// Headline is the one sentence that the report is for.
	Headline string `json:"headline"`

	campaign string // id
	set      *criteria.Set
	compared int // inspected houses that also rated themselves
}

// MarshalJSON writes the figures; what is hidden is null.
func (f *Figures) MarshalJSON() ([]byte, error) {
	type plain Figures
	if !f.Hidden {
		return json.Marshal((*plain)(f))
	}
	return json.Marshal(struct {
		*plain
		untold
	}{plain: (*plain)(f)})
}

// smallest is the number of inspected houses from which figures may be shown to readers who open no rows
// (small cells, product.md E); boards keep the same rule.
const smallest = smallcells.Least

func tooFew(inspected int) bool { return inspected > 0 && inspected < smallest }

// hideSmall takes away what would tell of single houses, and what would give it away; boards and indicators leave out
// the same groups.
func (f *Figures) hideSmall() {
	shares := make([]smallcells.Share, len(f.Groups))
	for i := range f.Groups {
		shares[i] = smallcells.Share{ID: f.Groups[i].ID, Part: f.Groups[i].Safe, Of: f.Groups[i].Inspected}
	}
	hidden, _ := smallcells.Groups(shares)
	for i := range f.Groups {
		if hidden[i] {
			f.Groups[i].hide()
		}
	}
	f.hideReliability()
	if f.YearBefore != nil && tooFew(f.YearBefore.Inspected) {
		f.YearBefore = nil
	}
	if !tooFew(f.Inspected) {
		return
	}
	f.Hidden = true
	f.hide()
	f.Contents, f.Items, f.FallingShort = []Content{}, []Item{}, []Item{}
	f.Reliability, f.Shortcomings, f.YearBefore = nil, nil, nil
}

// hideReliability takes away how far few self-ratings agree, of groups and of the whole: it would tell of those houses.
// With one small group goes the next smallest, and more until what the whole still tells of them all is of enough houses.
func (f *Figures) hideReliability() {
	if tooFew(f.compared) {
		f.Reliability = nil
	}
	bySize := make([]*Group, len(f.Groups))
	for i := range f.Groups {
		bySize[i] = &f.Groups[i]
	}
	slices.SortFunc(bySize, func(a, b *Group) int { return cmp.Or(cmp.Compare(a.compared, b.compared), cmp.Compare(a.ID, b.ID)) })
	hidden, houses := 0, 0
	for _, g := range bySize {
		if tooFew(g.compared) || hidden == 1 || hidden > 1 && houses < smallest {
			if g.compared > 0 {
				hidden, houses = hidden+1, houses+g.compared
			}
			g.Reliability = nil
		}
	}
}

// Detailed reports whether houses were inspected item by item, so that contents and items can be told.
func (f *Figures) Detailed() bool { return len(f.Contents) > 0 }

// headline is the sentence in the spirit of the programme's own: "Đã kiểm tra 1.586/2.148 hồ sơ; 1.411 số nhà
// đạt an toàn (89,0 %)." Without inspections there is no share to give.
func (f *Figures) headline() string {
	if f.Hidden {
		return "Đã kiểm tra " + civil.Int(f.Inspected) + "/" + civil.Int(f.Dossiers) + " hồ sơ; chưa đủ số để nêu kết quả."
	}
	text := "Đã kiểm tra " + civil.Int(f.Inspected) + "/" + civil.Int(f.Dossiers) + " hồ sơ; " +
		civil.Int(f.Safe) + " số nhà đạt an toàn"
	if f.Inspected > 0 {
		text += " (" + f.SafePercent.String() + ")"
	}
	return text + "."
}

// over names the reach in a title, empty for the whole ward: "Tổ dân phố 5".
func (f *Figures) over() string {
	if f.Level == OfWard {
		return ""
	}
	return joined(f.Reach)
}

// joined writes names as in a sentence: "A", "A và B", "A, B và C".
func joined(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " và " + names[last]
}

// phaseNames are the phases as documents call them.
var phaseNames = map[campaigns.Phase]string{
	campaigns.Open:    "Ký cam kết",
	campaigns.Assess:  "Tự đánh giá",
	campaigns.Inspect: "Kiểm tra",
	campaigns.Review:  "Xét",
	campaigns.Publish: "Công khai, nhận ý kiến",
	campaigns.Closed:  "Đã chốt",
}
