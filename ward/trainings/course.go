package trainings

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// Audience is for whom a course is, and with it what attendance counts.
type Audience string

// The audiences.
const (
	Heads      Audience = "heads"      // house heads: a house came when its head did
	Households Audience = "households" // households, by their labels
)

// Audiences lists them as a form offers them.
func Audiences() []Audience { return []Audience{Heads, Households} }

// The topics (domain.md §10, F9, and the criteria that ask for training); each has its word, "trainings.topic.<topic>".
const (
	Method        = "method"        // how a house head works
	Residence     = "residence"     // residence matters
	Fire          = "fire"          // fire safety and escape
	Mediation     = "mediation"     // mediation, settling early
	Reintegration = "reintegration" // reintegration without stigma: GD2
	Privacy       = "privacy"       // protection of personal data: GD2
	Vices         = "vices"         // drugs, online gambling, high-tech fraud: TN4
	Children      = "children"      // children online: VH5
)

// Topics lists them in the order of the forms.
func Topics() []string {
	return []string{Method, Residence, Fire, Mediation, Reintegration, Privacy, Vices, Children}
}

// What a course may be at most.
const (
	mostTitle     = 120 // characters
	mostQuestion  = 200
	mostQuestions = 10
	mostMonths    = 60
	mostMaterials = 30
	mostLink      = 500
	mostFileName  = 100
	mostFile      = 10 << 20 // bytes of a PDF
)

// Course is what is taught.
type Course struct {
	ID        string
	Title     string
	Topics    []string
	Audience  Audience
	Months    int // until it is due again; 0 for once
	Active    bool
	Questions []string // of the quick test
	Version   int
}

func (c *Course) clean() {
	c.Title = civil.NFC(c.Title)
	c.Topics = slices.DeleteFunc(Topics(), func(t string) bool { return !slices.Contains(c.Topics, t) })
	var list []string
	for _, q := range c.Questions {
		if q = strings.TrimSpace(strings.TrimLeft(civil.NFC(q), "-•*")); q != "" {
			list = append(list, q)
		}
	}
	c.Questions = list
}

// check says what is wrong with a course.
func (c *Course) check() error {
	c.clean()
	bad := personal.Text("title", c.Title, "trainings.no_title", mostTitle)
	if len(c.Topics) == 0 {
		bad = append(bad, fault.Field{Name: "topic", Key: "trainings.no_topic"})
	}
	if !slices.Contains(Audiences(), c.Audience) {
		bad = append(bad, fault.Field{Name: "audience", Key: "trainings.choose_audience"})
	}
	if c.Months < 0 || c.Months > mostMonths {
		bad = append(bad, fault.Field{Name: "months", Key: "fault.number_between", Pairs: []any{"Low", 0, "High", mostMonths}})
	}
	if len(c.Questions) > mostQuestions {
		bad = append(bad, fault.Field{Name: "questions", Key: "trainings.many_questions", Pairs: []any{"Most", mostQuestions}})
	}
	for _, q := range c.Questions {
		if more := personal.Text("questions", q, "", mostQuestion); more != nil {
			bad = append(bad, more...)
			break
		}
	}
	return fault.InvalidFields(bad)
}

// MaterialKind is how a material is kept.
type MaterialKind string

// The kinds of material.
const (
	File MaterialKind = "file" // a PDF, byte for byte
	Link MaterialKind = "link" // an address, as text
)

// Material is one version of what is handed out. It never changes; a newer one takes its place.
type Material struct {
	ID, Course string
	N          int // its number: bản 1, bản 2 …
	Title      string
	Kind       MaterialKind
	File, As   string // of a file: where it is kept, and under which name it is given out
	Link       string
	Withdrawn  time.Time
	Added      time.Time
	By         string
}

func (m *Material) check() error {
	m.Title = civil.NFC(m.Title)
	bad := personal.Text("material", m.Title, "trainings.no_material_title", mostTitle)
	if m.Kind == Link {
		m.Link = strings.TrimSpace(m.Link)
		u, err := url.Parse(m.Link)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(m.Link) > mostLink {
			bad = append(bad, fault.Field{Name: "link", Key: "trainings.bad_link"})
		}
	}
	return fault.InvalidFields(bad)
}

// current gives the newest material that was not withdrawn; the zero Material when there is none.
func current(list []Material) Material {
	var best Material
	for i := range list {
		if list[i].Withdrawn.IsZero() && list[i].N > best.N {
			best = list[i]
		}
	}
	return best
}

// Due is when a house that came on a day is to come again: so many months later, at the end of a shorter month; "" for a course that is
// taken once.
func (c *Course) Due(last civil.Day) civil.Day {
	if c.Months == 0 || last == "" {
		return ""
	}
	return addMonths(last, c.Months)
}

// addMonths is the same day so many months later, or the last of a shorter month.
func addMonths(d civil.Day, n int) civil.Day {
	first := civil.NewDay(d.Year(), d.Month()+time.Month(n), 1)
	day := civil.NewDay(first.Year(), first.Month(), d.Time().Day())
	if day.Month() != first.Month() {
		return first.MonthEnd()
	}
	return day
}

// usualCourses are the courses that a ward may begin with, in the words of the catalog: their titles are "trainings.usual.<key>.title",
// their questions the lines of "trainings.usual.<key>.questions".
func usualCourses() []struct {
	key string
	Course
} {
	type usual = struct {
		key string
		Course
	}
	const twoYears, year, halfYear = 24, 12, 6
	return []usual{
		{"method", Course{Topics: []string{Method, Residence}, Audience: Heads, Months: twoYears}},
		{"reintegration", Course{Topics: []string{Reintegration, Privacy}, Audience: Heads, Months: twoYears}},
		{"mediation", Course{Topics: []string{Mediation}, Audience: Heads, Months: twoYears}},
		{"children", Course{Topics: []string{Children}, Audience: Households, Months: year}},
		{"vices", Course{Topics: []string{Vices}, Audience: Households, Months: halfYear}},
		{"fire", Course{Topics: []string{Fire}, Audience: Households, Months: year}},
	}
}
