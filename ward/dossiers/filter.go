package dossiers

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// Order is a column by which the list is sorted.
type Order string

// The orders. ByAddress is the order in which one walks: street by street, numbers as people count them.
const (
	ByAddress   Order = ""
	ByResult    Order = "result"
	ByPoints    Order = "points"
	ByInspected Order = "inspected"
	ByDue       Order = "due"
)

// Filter says which houses a list shows and in which order. It lives in the address of the page, so that a
// list can be sent to a colleague; the zero Filter is every house in the reader's reach.
type Filter struct {
	Year    int // of the campaign; 0 is the current one
	Query   string
	Class   string // a criteria.Class as it is stored, "not_inspected" for houses without an inspection, "inspected" for any other, "short" for those of them that are not safe
	Street  string
	Group   string
	Beat    string
	Stage   string  // "none", "assessed", "inspected", "proposed", "approved", "sent" for every house whose self-assessment was sent, or "seen" for every one with an inspection
	Missing string  // code of an item that the house still lacks
	Below   string  // code of an item on which an inspection found the house short of Đạt
	Found   Finding // what inspections found on one item
	Passed  string  // code of a content that the inspected house passed
	Former  string  // the ward the house belonged to before 01/07/2025
	Open    bool    // has households that neither pledged nor took their pledge back
	Late    bool    // has an open shortcoming whose day has passed
	Differs bool    // an inspection found other than the house says of itself
	Week    string  // what happened in the last seven days, as the board counts it: "inspected", "approved", "sent", "noted"
	Order   Order
	Desc    bool
	After   string // cursor of the row before the page
	Before  string // cursor of the row behind the page

	// What resolve finds out: whether the group or beat was merged into another, and when the campaign was closed (Unix
	// milliseconds, 0 while it is open). Items that the campaign does not have are taken out.
	formerGroup, formerBeat bool
	closedAt                int64
	belowAt, foundAt        int // the letters of Below and Found in the answers of the campaign, from 1
	passedAt                int // the letter of Passed in the contents of a result, from 1
}

// Finding is what inspections found on an item of the criteria; the zero Finding asks for nothing.
type Finding struct {
	Code string // of the item
	As   string // "pass", "partly", "fail" or "na"
}

// findings are the letters by which answers say what was found.
var findings = map[string]criteria.Value{"pass": criteria.Pass, "partly": criteria.Partly, "fail": criteria.Fail, "na": criteria.NA}

// String is the finding as an address has it: "TC2.fail".
func (f Finding) String() string {
	if f.Code == "" {
		return ""
	}
	return f.Code + "." + f.As
}

func parseFinding(text string) Finding {
	code, as, _ := strings.Cut(text, ".")
	if _, number := criteria.SplitCode(code); number == 0 {
		return Finding{}
	}
	if _, known := findings[as]; !known {
		return Finding{}
	}
	return Finding{code, as}
}

// The parameters of the address.
const (
	paramYear    = "year"
	paramQuery   = "q"
	paramClass   = "state"
	paramStreet  = "street"
	paramGroup   = "group"
	paramBeat    = "beat"
	paramStage   = "stage"
	paramMissing = "missing"
	paramBelow   = "below"
	paramFound   = "found"
	paramPassed  = "passed"
	paramFormer  = "former"
	paramOpen    = "unpledged"
	paramLate    = "late"
	paramDiffers = "differs"
	paramWeek    = "week"
	paramSort    = "sort"
	paramAfter   = "after"
	paramBefore  = "before"
)

var (
	weeks  = []string{"inspected", "approved", "sent", "noted"}
	stages = []string{"none", "assessed", "inspected", "proposed", "approved", "sent", "seen"}
	orders = []Order{ByResult, ByPoints, ByInspected, ByDue}
)

// anyClass stands for every class that an inspection gives, shortClass for those of them that are not safe.
const (
	anyClass   = "inspected"
	shortClass = "short"
)

// longestQuery is how many characters of a search are looked at.
const longestQuery = 80

// ParseFilter reads the filter from an address. What it does not know it leaves out: an old link still opens.
func ParseFilter(v url.Values) Filter {
	if len(v) == 0 {
		return Filter{}
	}
	f := Filter{
		Query: clip(civil.NFC(v.Get(paramQuery))), Former: clip(civil.NFC(v.Get(paramFormer))), Open: v.Get(paramOpen) == "1", Late: v.Get(paramLate) == "1",
		Differs: v.Get(paramDiffers) == "1",
		After:   v.Get(paramAfter), Before: v.Get(paramBefore), Found: parseFinding(v.Get(paramFound)),
	}
	if year, err := strconv.Atoi(v.Get(paramYear)); err == nil && year > 1900 && year < 2200 {
		f.Year = year
	}
	if _, ok := criteria.ParseClass(v.Get(paramClass)); ok || v.Get(paramClass) == anyClass || v.Get(paramClass) == shortClass {
		f.Class = v.Get(paramClass)
	}
	if slices.Contains(stages, v.Get(paramStage)) {
		f.Stage = v.Get(paramStage)
	}
	if slices.Contains(weeks, v.Get(paramWeek)) {
		f.Week = v.Get(paramWeek)
	}
	for _, x := range []struct {
		to   *string
		name string
	}{{&f.Missing, paramMissing}, {&f.Below, paramBelow}} {
		if _, number := criteria.SplitCode(v.Get(x.name)); number > 0 {
			*x.to = v.Get(x.name)
		}
	}
	f.Passed = clip(civil.NFC(v.Get(paramPassed)))
	for _, x := range []struct {
		to   *string
		name string
	}{{&f.Street, paramStreet}, {&f.Group, paramGroup}, {&f.Beat, paramBeat}} {
		if id := v.Get(x.name); db.ValidID(id) {
			*x.to = id
		}
	}
	order, desc := strings.CutPrefix(v.Get(paramSort), "-")
	if slices.Contains(orders, Order(order)) || order == "address" {
		f.Desc = desc
		if order != "address" {
			f.Order = Order(order)
		}
	}
	return f
}

func clip(s string) string {
	if r := []rune(s); len(r) > longestQuery {
		return string(r[:longestQuery])
	}
	return s
}

// Address is the list with this filter, under a path such as "/houses".
func (f *Filter) Address(path string) string {
	b := make([]byte, 0, 160)
	b = append(b, path...)
	glue := byte('?')
	add := func(name, value string) {
		if value == "" {
			return
		}
		b = append(append(append(append(b, glue), name...), '='), url.QueryEscape(value)...)
		glue = '&'
	}
	add(paramQuery, f.Query)
	f.narrowed(add)
	add(paramAfter, f.After)
	add(paramBefore, f.Before)
	return string(b)
}

// narrowed gives the parameters of the filter and of its order; what is searched for and the place in the list are not among them. A value
// may be empty.
func (f *Filter) narrowed(add func(name, value string)) {
	if f.Year != 0 {
		add(paramYear, strconv.Itoa(f.Year))
	}
	add(paramClass, f.Class)
	add(paramStreet, f.Street)
	add(paramGroup, f.Group)
	add(paramBeat, f.Beat)
	add(paramStage, f.Stage)
	add(paramMissing, f.Missing)
	add(paramBelow, f.Below)
	add(paramFound, f.Found.String())
	add(paramPassed, f.Passed)
	add(paramFormer, f.Former)
	if f.Open {
		add(paramOpen, "1")
	}
	if f.Late {
		add(paramLate, "1")
	}
	if f.Differs {
		add(paramDiffers, "1")
	}
	add(paramWeek, f.Week)
	add(paramSort, f.sort())
}

func (f *Filter) sort() string {
	order := string(f.Order)
	switch {
	case f.Desc && f.Order == ByAddress:
		return "-address"
	case f.Desc:
		return "-" + order
	}
	return order
}

// first is the filter from its first page.
func (f *Filter) first() Filter {
	first := *f
	first.After, first.Before = "", ""
	return first
}

// plain reports whether nothing but the class, or the class and one group, limits the list: then the kept
// sums of the groups answer how many rows there are.
func (f *Filter) plain() bool {
	items := f.Missing != "" || f.Below != "" || f.Found != Finding{} || f.Passed != ""
	work := f.Open || f.Late || f.Differs || f.Week != ""
	return f.Query == "" && f.Street == "" && f.Beat == "" && f.Stage == "" && !items && f.Former == "" && !work && !f.formerGroup
}

// Narrowed reports whether anything limits the list.
func (f *Filter) Narrowed() bool { return !f.plain() || f.Class != "" || f.Group != "" }

// cursor is the place of a row in an order: how many rows stand before it, the value it is sorted by, its place
// in walking order and its id. It travels in the address.
type cursor struct {
	at    int
	value string
	key   []byte
	id    string
}

func (c *cursor) String() string {
	raw := make([]byte, 0, 64+len(c.key))
	raw = strconv.AppendInt(raw, int64(c.at), 10)
	raw = append(append(append(raw, '|'), c.value...), '|')
	raw = append(append(raw, c.id...), c.key...)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// parseCursor reads a cursor; one that was mangled is no cursor, and the list begins at its start.
func parseCursor(text string) (c cursor, ok bool) {
	const idLength = 26
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if text == "" || err != nil {
		return c, false
	}
	at, rest, found := strings.Cut(string(raw), "|")
	value, rest, foundToo := strings.Cut(rest, "|")
	if c.at, err = strconv.Atoi(at); err != nil || c.at < 0 || !found || !foundToo || len(rest) < idLength || !db.ValidID(rest[:idLength]) {
		return cursor{}, false
	}
	c.value, c.id, c.key = value, rest[:idLength], []byte(rest[idLength:])
	return c, true
}
