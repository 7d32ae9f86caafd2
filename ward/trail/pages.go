package trail

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	spoken *words.Words // what is printed is Vietnamese
}

// NewPages makes the pages.
func NewPages(s *Store, w *words.Catalog) *Pages {
	return &Pages{store: s, spoken: w.In(words.Default)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /trail", Need: access.SeeTrail, Handle: p.month},
		{Pattern: "GET /trail/heads.pdf", Need: access.SeeTrail, Handle: p.print},
		{Pattern: "GET /trail/heads.json", Need: access.SeeTrail, Handle: p.file},
	}
}

const home = "/trail"

// monthView is a month on a screen, the latest day first.
type monthView struct {
	ui.Frame

	asOf  string
	query string
	chips []ui.Chip
	rows  []row
}

// row is a day.
type row struct{ day, line, head, note string }

func monthText(d civil.Day) string { return d.Time().Format("01/2006") }

// asked is the month that is asked for, one of all that are shown and the latest otherwise, with where the trail stood in it.
func (p *Pages) asked(r *page.Request) (month civil.Day, all []civil.Day, list []Stood, err error) {
	if all, err = p.store.Months(r.Context(), r.Actor); err != nil {
		return "", nil, nil, err
	}
	month = all[0]
	if want := civil.Day(r.Text("month") + "-01"); slices.Contains(all, want) {
		month = want
	}
	list, err = p.store.Month(r.Context(), r.Actor, month)
	return month, all, list, err
}

func (p *Pages) month(w http.ResponseWriter, r *page.Request) error {
	month, all, list, err := p.asked(r)
	if err != nil {
		return err
	}
	t := r.Words
	v := &monthView{Frame: r.Frame(t.T("trail.title"), ui.Link{Label: t.T("nav.trail")}), asOf: r.AsOf(), query: "?month=" + string(month[:7])}
	for _, m := range all {
		v.chips = append(v.chips, ui.Chip{Label: monthText(m), Href: home + "?month=" + string(m[:7]), On: m == month, OneOf: true})
	}
	for _, x := range slices.Backward(list) {
		v.rows = append(v.rows, rowOf(t, x, r.Moment()))
	}
	return r.HTML(w, monthPage(v))
}

func rowOf(t *words.Words, x Stood, now time.Time) row {
	out := row{day: x.Day.DisplayIn(t.Lang()), line: civil.IntIn(t.Lang(), int(x.Seq)), head: x.Shown()}
	if x.Day == civil.DayOf(now) {
		out.note = t.F("trail.so_far", "Time", civil.Clock(now))
	}
	return out
}

// print is the month on a sheet to sign and keep.
func (p *Pages) print(w http.ResponseWriter, r *page.Request) error {
	month, _, list, err := p.asked(r)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	ward := r.WardName()
	d := Document(p.spoken, list, month, ward, r.Moment())
	if r.Identity.Invented {
		d.Foot.Mark = p.spoken.T("trail.paper.invented")
	}
	r.Attach(w, paper.TypePDF, p.name(month)+".pdf")
	return d.WritePDF(w, fonts)
}

func (p *Pages) name(month civil.Day) string {
	return p.spoken.T("trail.file") + "-" + string(month[:7])
}

// Document is a month of heads on paper.
func Document(t *words.Words, list []Stood, month civil.Day, ward string, now time.Time) *paper.Document {
	d := &paper.Document{
		Issuer: paper.Issuer{Name: t.F("trail.paper.issuer", "Ward", ward)}, Place: ward, Date: now.In(civil.Hanoi), Kind: paper.Sheet,
		Type: t.T("trail.paper.type"), Subject: t.F("trail.paper.subject", "Month", monthText(month)),
		Signers: []paper.Signer{{Title: t.T("trail.paper.signer")}}, Foot: paper.Foot{Record: t.T("trail.file") + "-" + string(month[:7]), PrintedAt: now},
	}
	table := paper.Table{
		Columns: []paper.Column{{Width: 30, Align: paper.Left}, {Width: 24, Align: paper.Right}, {Align: paper.Left}}, Size: 10,
		Head: [][]paper.Cell{paper.Row(t.T("trail.day"), t.T("trail.line"), t.T("trail.head"))},
	}
	for _, x := range list {
		r := rowOf(t, x, now)
		day := r.day
		if r.note != "" {
			day += "\n" + r.note
		}
		table.Rows = append(table.Rows, paper.Row(day, r.line, r.head))
	}
	d.Body = append(d.Body, paper.P(t.T("trail.lead")), table, paper.P(t.T("trail.check")))
	return d
}

// file is the month as sonha audit verify --heads reads it.
func (p *Pages) file(w http.ResponseWriter, r *page.Request) error {
	month, _, list, err := p.asked(r)
	if err != nil {
		return err
	}
	heads := []db.Head{}
	for _, x := range list {
		heads = append(heads, x.Head)
	}
	r.Attach(w, "application/json", p.name(month)+".json")
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(heads)
}
