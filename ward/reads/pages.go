package reads

import (
	"net/http"
	"net/url"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/reads", Need: access.SeeReaders, Handle: p.house},
		{Pattern: "GET /my-data/reads", Need: access.OwnHome, Handle: p.mine},
		{Pattern: "GET /reads", Need: access.SeeReads, Handle: p.cases},
		{Pattern: "GET /reads/houses/{id}", Need: access.SeeReads, Handle: p.anyHouse},
		{Pattern: "GET /reads/unusual/{id}", Need: access.SeeReads, Handle: p.show},
		{Pattern: "POST /reads/unusual/{id}", Need: access.SeeReads, Handle: p.decide},
		{Pattern: "GET /reads/asked/{id}", Need: access.SignedIn, Handle: p.asked},
		{Pattern: "POST /reads/asked/{id}", Need: access.SignedIn, Handle: p.answer},
	}
}

// HousePath is the page of who read what of a house.
func HousePath(house string) string { return "/houses/" + house + "/reads" }

// MyPath is the page of who read what a household gave.
const MyPath = "/my-data/reads"

// after is the field of the address that says where a page begins.
const after = "after"

// view is a page of lines.
type view struct {
	ui.Frame
	Listed

	title string
	lead  []string
	none  string
	rows  []row
	first string // the address of the newest lines, when this page does not begin with them
	next  string
}

// row is a line as it is read.
type row struct {
	when, stamp string
	who         string
	what, sub   string
	why         string
	href        string // of the house, on the pages of the data protection officer
	address     string
	outside     bool
}

// When writes the moment of a line as people read it: the clock and the day.
func When(t time.Time, lang string) string {
	return civil.Moment(t, lang)
}

// Who names a reader by role and area.
func (l *Line) Who(w *words.Words) string {
	who := w.T("role." + string(l.Role))
	if l.Place != "" {
		who += " · " + l.Place
	}
	return who
}

// WhatText names what was read.
func (l *Line) WhatText(w *words.Words) string { return w.T("reads.what." + l.What) }

// WhyText names the duty on which it was read.
func (l *Line) WhyText(w *words.Words) string { return w.T("reads.duty." + l.Duty) }

// more says what else is known of a list or file: how many rows, whether it was filtered, and that the house may be in it.
func (l *Line) more(w *words.Words, house bool) string {
	text := ""
	add := func(s string) {
		if text != "" {
			text += " "
		}
		text += s
	}
	if l.Rows > 0 {
		add(w.N("reads.rows", l.Rows))
	}
	if l.Asked != "" {
		add(w.T("reads.filtered"))
	}
	if house && l.House == "" {
		add(w.T("reads.maybe." + map[bool]string{true: "ward", false: "area"}[l.Area == wholeWard]))
	}
	return text
}

func rowOf(w *words.Words, l *Line, house bool) row {
	return row{
		when: When(l.At, w.Lang()), stamp: l.At.In(civil.Hanoi).Format(time.RFC3339), who: l.Who(w), what: l.WhatText(w), sub: l.more(w, house), why: l.WhyText(w),
		outside: l.Outside,
	}
}

// fill writes the rows and where the next page begins.
func (v *view) fill(path, from string, house bool) {
	for i := range v.Lines {
		v.rows = append(v.rows, rowOf(v.Words, &v.Lines[i], house))
	}
	if from != "" {
		v.first = path
	}
	if v.More {
		v.next = path + "?" + url.Values{after: {v.Next}}.Encode()
	}
}

func (p *Pages) house(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	from := r.URL.Query().Get(after)
	x, err := p.store.OfHouse(r.Context(), r.Actor, id, from)
	if err != nil {
		return err
	}
	t := r.Words
	v := &view{Listed: x, title: t.F("reads.house_title", "House", x.Address), none: t.T("reads.none_house"), lead: []string{
		t.T("reads.house_lead"), t.T("reads.house_own"), kept(t),
	}}
	v.Frame = r.Frame(v.title, ui.Link{Href: "/houses/" + id, Label: x.Address}, ui.Link{Label: t.T("reads.name")})
	v.fill(HousePath(id), from, true)
	return r.HTML(w, readsPage(v))
}

func (p *Pages) mine(w http.ResponseWriter, r *page.Request) error {
	from := r.URL.Query().Get(after)
	x, err := p.store.Mine(r.Context(), r.Actor, from)
	if err != nil {
		return err
	}
	t := r.Words
	v := &view{Listed: x, title: t.T("reads.mine_title"), none: t.T("reads.none_mine"), lead: []string{t.T("reads.mine_lead"), t.T("reads.mine_what"), kept(t)}}
	v.Frame = r.Frame(v.title, ui.Link{Href: "/my-data", Label: t.T("nav.my_data")}, ui.Link{Label: t.T("reads.name")})
	v.fill(MyPath, from, false)
	return r.HTML(w, readsPage(v))
}

// kept says how long a line stays, from the table by which it goes.
func kept(w *words.Words) string { return w.F("reads.kept", "Line", periods.Read().Line(w)) }
