package proposals

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"sonha/engine/db"
)

// Filter says which proposals a list shows. It lives in the address of the page, so that a list can be sent to a colleague;
// the zero Filter is everything that is not closed, what is due first first.
type Filter struct {
	State    string // a State, openOnly, mineOnly, AnyState, or empty: not closed
	Category string
	Unit     string
	Street   string
	Group    string
	Overdue  bool
	Climbed  bool
	Sort     string // "sent": the newest first; else by the day that they are due
	After    string // cursor of the row before the page

	former bool // the group was merged: an old link, which shows what was there then
}

// AnyState shows closed ones too; openOnly leaves out what was answered; mineOnly leaves in what waits for the reader's own answer.
const (
	AnyState = "all"
	openOnly = "open"
	mineOnly = "mine"
	bySent   = "sent"
)

// ParseFilter reads the filter from an address. What it does not know it leaves out: an old link still opens.
func ParseFilter(v url.Values) Filter {
	f := Filter{Overdue: v.Get("overdue") == "1", Climbed: v.Get("climbed") == "1", After: v.Get("after")}
	if s := v.Get("state"); s == AnyState || s == openOnly || s == mineOnly || slices.Contains(States(), State(s)) {
		f.State = s
	}
	if _, ok := CategoryOf(v.Get("category")); ok {
		f.Category = v.Get("category")
	}
	if u := v.Get("unit"); slices.Contains(Units(), Unit(u)) {
		f.Unit = u
	}
	if id := v.Get("street"); db.ValidID(id) {
		f.Street = id
	}
	if id := v.Get("group"); db.ValidID(id) {
		f.Group = id
	}
	if v.Get("sort") == bySent {
		f.Sort = bySent
	}
	return f
}

// Address is the list with this filter, under a path such as "/proposals".
func (f *Filter) Address(path string) string {
	v := url.Values{}
	for name, value := range map[string]string{"state": f.State, "category": f.Category, "unit": f.Unit, "street": f.Street, "group": f.Group, "sort": f.Sort, "after": f.After} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if f.Overdue {
		v.Set("overdue", "1")
	}
	if f.Climbed {
		v.Set("climbed", "1")
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Narrowed reports whether anything limits the list.
func (f *Filter) Narrowed() bool {
	return f.State != "" || f.Category != "" || f.Unit != "" || f.Street != "" || f.Group != "" || f.Overdue || f.Climbed
}

// newest reports whether the list begins with what was sent last: asked for, or because nothing in it is due.
func (f *Filter) newest() bool {
	return f.Sort == bySent || f.State == string(Closed) || f.State == AnyState
}

type cursor struct{ value, id string }

func (f *Filter) cursorOf(p *Proposal) string {
	value := string(p.Due)
	if f.newest() {
		value = itoa(millis(p.Sent))
	}
	return base64.RawURLEncoding.EncodeToString([]byte(value + "|" + p.ID))
}

// parseCursor reads a cursor; one that was mangled is no cursor, and the list begins at its start.
func parseCursor(text string) (cursor, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	value, id, found := strings.Cut(string(raw), "|")
	if text == "" || err != nil || !found || !db.ValidID(id) {
		return cursor{}, false
	}
	return cursor{value, id}, true
}
