package periodic

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
)

// Section is a part of a report that its writer may leave out; its word is "periodic.section.<section>".
type Section string

// The sections in the order of the document. Where things stand is always said.
const (
	Cases      Section = "cases"      // official counts against the base year; of the ward only
	Pledges    Section = "pledges"    // pledges and self-assessments
	Contents   Section = "contents"   // the six contents
	Monthly    Section = "monthly"    // monthly reports of house heads
	Proposals  Section = "proposals"  //
	Meetings   Section = "meetings"   //
	Trainings  Section = "trainings"  // sessions held, and the heads that were trained
	Mediations Section = "mediations" // counts from five on
	Awards     Section = "awards"     //
	Trend      Section = "trend"      // the twelve indicators; of the ward only
	Shortfalls Section = "shortfalls" // the criteria that most houses fall short on
	Reviewed   Section = "reviewed"   // shortcomings and causes of the reviews signed in the period
	Measures   Section = "measures"   //
	ByGroup    Section = "groups"     // annex; of the ward only
	Sources    Section = "sources"    // annex: how each figure is counted

	always Section = "classes" // inspection and classes
)

// Sections lists the sections that a report of a group, or else of the ward, can have.
func Sections(group bool) []Section {
	all := []Section{Cases, Pledges, Contents, Monthly, Proposals, Meetings, Trainings, Mediations, Awards, Trend, Shortfalls, Reviewed, Measures, ByGroup, Sources}
	if group {
		all = slices.DeleteFunc(all, func(s Section) bool { return s == Cases || s == Trend || s == ByGroup })
	}
	return all
}

// Part is one of the four parts to which the writer may add remarks (domain.md §10.1); its word is "periodic.part.<part>".
type Part string

// The parts.
const (
	Situation Part = "situation"
	Outcome   Part = "outcome"
	Short     Part = "short"
	Plans     Part = "plans"
)

// Parts lists the parts in their order.
func Parts() []Part { return []Part{Situation, Outcome, Short, Plans} }

// Figure is one figure of a report with the number under which it is looked up.
type Figure struct {
	No      int     `json:"no"`
	Key     string  `json:"key"`
	Section Section `json:"section"`
	Label   string  `json:"label"`
	// Value is the count, or the part of a whole; nil where it is not told.
	Value *int `json:"value"`
	// Of is the whole of a share; nil of a count.
	Of *int `json:"of,omitempty"`
	// Text is the figure as documents print it.
	Text string `json:"text"`
	// How says how it is counted, and over which days.
	How string `json:"how"`
	// Rows is the page that lists what was counted, for who may open it; empty where there is none.
	Rows string `json:"rows,omitempty"`
}

// Percent is a share in percent with one decimal; ok is false of a count, of nothing, and of what is not told.
func (f *Figure) Percent() (percent float64, ok bool) {
	if f.Value == nil || f.Of == nil || *f.Of == 0 {
		return 0, false
	}
	return float64(civil.PercentTenths(*f.Value, *f.Of)) / 10, true
}

// Value is a cell of a table: a text, or a figure that is printed as Text.
type Value struct {
	Text string   `json:"text"`
	N    *float64 `json:"n,omitempty"`
	Rows string   `json:"rows,omitempty"`
}

// Table is a table of a report. Its number is one of those of the figures.
type Table struct {
	No      int       `json:"no"`
	Section Section   `json:"section"`
	Title   string    `json:"title"`
	Unit    string    `json:"unit,omitempty"`
	Note    string    `json:"note,omitempty"`
	How     string    `json:"how"`
	Head    []string  `json:"head"`
	Rows    [][]Value `json:"rows"`
}

// Record is the whole of a report.
type Record struct {
	Code     string    `json:"code"` // "BCĐK-03/2026"; empty of one that was not begun
	City     string    `json:"city"`
	Ward     string    `json:"ward"`
	WardCode string    `json:"ward_code"`
	Invented bool      `json:"invented"`
	Group    string    `json:"group,omitempty"` // name
	Period   string    `json:"period"`
	Basis    Basis     `json:"basis"`
	From     civil.Day `json:"from"`
	To       civil.Day `json:"to"`
	AsOf     time.Time `json:"as_of"`
	Campaign int       `json:"campaign"` // year; 0 while there is none
	Headline string    `json:"headline"`
	// Said are the sentences of the sections; a figure stands in them as {key}.
	Said    []Sentence      `json:"said"`
	Figures []Figure        `json:"figures"`
	Tables  []Table         `json:"tables"`
	Omitted []Section       `json:"omitted"`
	Remarks map[Part]string `json:"remarks"`

	SignedOn civil.Day   `json:"signed_on,omitempty"`
	SignedBy access.Role `json:"signed_by,omitempty"`
}

// Sentence is a sentence of a section.
type Sentence struct {
	Section Section `json:"section"`
	Text    string  `json:"text"`
}

// Of is the period of the record.
func (x *Record) Of() Period {
	p, _ := ParsePeriod(x.Period)
	return p
}

// Has reports whether a section is in the report.
func (x *Record) Has(s Section) bool { return !slices.Contains(x.Omitted, s) }

// Figure finds a figure by its key; nil when there is none.
func (x *Record) Figure(key string) *Figure {
	i := slices.IndexFunc(x.Figures, func(f Figure) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	return &x.Figures[i]
}

// pack writes a record and its SHA-256.
func (x *Record) pack() (text, hash string, err error) {
	b, err := json.Marshal(x)
	if err != nil {
		return "", "", fmt.Errorf("write a periodic report: %w", err)
	}
	return string(b), sum(b), nil
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// unpack reads a record and, where it is signed, holds it against its hash.
func unpack(text, hash string) (*Record, error) {
	if hash != "" && sum([]byte(text)) != hash {
		return nil, errors.New("periodic: the record of a signed report is not what was signed")
	}
	x := &Record{}
	if err := json.Unmarshal([]byte(text), x); err != nil {
		return nil, fmt.Errorf("read a periodic report: %w", err)
	}
	return x, nil
}

func codeOf(number, year int) string { return fmt.Sprintf("BCĐK-%02d/%s", number, strconv.Itoa(year)) }
