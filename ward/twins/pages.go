package twins

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/households"
	"sonha/ward/inspections"
	"sonha/ward/logbook"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store       *Store
	assessments *assessments.Store
	inspections *inspections.Store
	households  *households.Store
	logbook     *logbook.Store
	jobs        *jobs.Runner
	fonts       func() (*paper.Fonts, error)
}

// NewPages makes the pages. Fonts are read when the first sheet is printed.
func NewPages(s *Store, a *assessments.Store, i *inspections.Store, h *households.Store, l *logbook.Store, j *jobs.Runner) *Pages {
	return &Pages{store: s, assessments: a, inspections: i, households: h, logbook: l, jobs: j, fonts: sync.OnceValues(paper.LoadFonts)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /forms", Need: access.SeeHouses, Handle: p.choose},
		{Pattern: "GET /forms/sheets.pdf", Need: access.SeeHouses, Handle: p.printMany, Time: printTime, Shows: reads.SheetsFile},
		{Pattern: "GET /forms/blank.pdf", Need: access.SeeHouses, Handle: p.printBlank},
		{Pattern: "GET /houses/{id}/forms", Need: access.SeeHouses, Handle: p.ofHouse},
		{Pattern: "GET /houses/{id}/forms.pdf", Need: access.SeeHouses, Handle: p.printOne, Shows: reads.Sheets},
		{Pattern: "GET /t", Need: access.SeeHouses, Handle: p.next},
		{Pattern: "GET /t/{paper}", Need: access.SignedIn, Handle: p.scanned},
		{Pattern: "GET /houses/{id}/paper/assessment", Need: access.Assess, Handle: p.assessment, Shows: reads.Assessment},
		{Pattern: "POST /houses/{id}/paper/assessment", Need: access.Assess, Handle: p.saveAssessment},
		{Pattern: "GET /houses/{id}/paper/inspection", Need: access.Inspect, Handle: p.inspection, Shows: reads.Assessment},
		{Pattern: "POST /houses/{id}/paper/inspection", Need: access.Inspect, Handle: p.saveInspection},
		{Pattern: "GET /houses/{id}/paper/pledge", Need: access.Assess, Handle: p.pledge, Shows: reads.Pledges},
		{Pattern: "POST /houses/{id}/paper/pledge", Need: access.Assess, Handle: p.savePledge},
		{Pattern: "GET /houses/{id}/paper/household", Need: access.Assess, Handle: p.household, Shows: reads.Answers},
		{Pattern: "POST /houses/{id}/paper/household", Need: access.Assess, Handle: p.saveHousehold},
		{Pattern: "GET /houses/{id}/paper/log", Need: access.KeepLog, Handle: p.log, Shows: reads.Log},
		{Pattern: "POST /houses/{id}/paper/log", Need: access.KeepLog, Handle: p.saveLog},
	}
}

// name is a form in the reader's language.
func name(w *words.Words, f Form) string { return w.T("twins.form." + string(f)) }

// entering is the title under which a form is entered: "Nhập phiếu kiểm tra, 36A Hàng Bạc".
func entering(w *words.Words, f Form, address string) string {
	return w.F("twins.entering."+string(f), "House", address)
}

// asked reads from the address which form is wanted, and of which month.
func asked(r *page.Request) (Choice, error) {
	f, m, ok := parseForm(r.Text("form"))
	if !ok {
		return Choice{}, fault.NotFound("fault.not_found")
	}
	return Choice{Form: f, Month: m}, nil
}

// formLine is a form of a house with what may be done with it.
type formLine struct {
	name, about   string
	sheets, enter string
}

// ofHouse lists the forms of a house, to print and to enter.
func (p *Pages) ofHouse(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	address, err := p.store.Address(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	items, questions, err := p.store.Asks(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	var lines []formLine
	for _, f := range Forms() {
		about := r.Words.F("twins.about."+string(f), "Items", items, "Questions", questions)
		l := formLine{name: name(r.Words, f), about: about, sheets: "/houses/" + id + "/forms.pdf?form=" + string(f)}
		if r.Actor.May(f.Enter()) {
			l.enter = Subject{HouseID: id}.Address(f)
		}
		lines = append(lines, l)
	}
	f := r.Frame(r.Words.F("twins.of_house", "House", address), ui.Link{Href: "/houses/" + id, Label: address}, ui.Link{Label: r.Words.T("twins.name")})
	return r.HTML(w, housePage(f, lines))
}

// printOne gives the sheets of one house as a file.
func (p *Pages) printOne(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	c, err := asked(r)
	if err != nil {
		return err
	}
	c.House, c.Household = id, r.Text("household")
	run, err := p.store.Prepare(r.Context(), r.Actor, c)
	if err != nil {
		return err
	}
	if run.Sheets() == 0 {
		return fault.NotFound("twins.no_household")
	}
	return p.give(w, r, run, fileName(c, run.Houses[0].Address()))
}

// printBlank gives the empty form as a file.
func (p *Pages) printBlank(w http.ResponseWriter, r *page.Request) error {
	c, err := asked(r)
	if err != nil {
		return err
	}
	run, err := p.store.Blank(r.Context(), r.Actor, c.Form)
	if err != nil {
		return err
	}
	return p.give(w, r, run, fileName(Choice{Form: c.Form}, "trong"))
}

func (p *Pages) give(w http.ResponseWriter, r *page.Request, run *Run, file string) error {
	fonts, err := p.fonts()
	if err != nil {
		return err
	}
	// Whole before the first byte leaves, so that a failure is a page and never half a file.
	var body bytes.Buffer
	if err := run.Write(r.Context(), &body, p.view(r), fonts, func(int, int) {}); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", file)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

func (p *Pages) view(r *page.Request) View {
	return View{Base: r.Base(), At: p.store.db.Now(), Words: r.In("vi")}
}

// scanned leads from a code to its form. Who may not enter the form is told who does.
func (p *Pages) scanned(w http.ResponseWriter, r *page.Request) error {
	code, ok := ParseCode(r.PathValue("paper"))
	if !ok {
		return fault.NotFound("twins.bad_code")
	}
	x, err := p.store.Find(r.Context(), r.Actor, code)
	if err != nil {
		return err
	}
	return p.lead(w, r, &x)
}

// lead goes to the entry of a sheet, or says why there is none.
func (p *Pages) lead(w http.ResponseWriter, r *page.Request, x *Sheet) error {
	if x.Current && r.Actor.May(x.Form.Enter()) {
		return r.Done(w, with(x.Subject.Address(x.Form), carried(r)), "")
	}
	f := r.Frame(name(r.Words, x.Form)+", "+x.Address, ui.Link{Href: "/houses/" + x.HouseID, Label: x.Address}, ui.Link{Label: r.Words.T("twins.name")})
	why := r.Words.T("twins.not_yours." + string(x.Form))
	if !x.Current {
		why = r.Words.F("twins.other_year", "Year", strconv.Itoa(x.Year))
	}
	return r.HTML(w, explainPage(f, why, x, r.Actor.May(access.SeeHouses)))
}

// nextView is the page on which the next sheet is scanned or typed.
type nextView struct {
	query   string
	problem string
	said    string // what became of the sheet before
	doors   []doorLine
	hidden  []ui.FieldValue
}

type doorLine struct {
	address string
	links   []ui.Link
}

// next takes a code or a house number and goes to its sheet.
func (p *Pages) next(w http.ResponseWriter, r *page.Request) error {
	r.Actor.Touch() // an empty page shows nothing of anybody; whatever is typed is looked for within reach
	f, m, _ := parseForm(r.Text("form"))
	v := nextView{query: r.Text("q")}
	for key, values := range carried(r) {
		v.hidden = append(v.hidden, ui.FieldValue{Name: key, Value: values[0]})
	}
	if f != "" {
		v.hidden = append(v.hidden, ui.FieldValue{Name: "form", Value: f.value(m)})
	}
	code, ok := ParseCode(v.query)
	switch {
	case ok:
		x, err := p.store.Find(r.Context(), r.Actor, code)
		if err == nil {
			return p.lead(w, r, &x)
		}
		if !fault.Is(err, fault.Missing) {
			return err
		}
		v.problem = r.Words.T("twins.not_here")
	case v.query != "":
		doors, err := p.store.Doors(r.Context(), r.Actor, v.query)
		if err != nil {
			return err
		}
		if len(doors) == 1 && f != "" && r.Actor.May(f.Enter()) {
			return r.Done(w, with(Subject{HouseID: doors[0].ID, Month: string(m)}.Address(f), carried(r)), "")
		}
		v.doors = offered(r, doors, f, m)
		if len(doors) == 0 {
			v.problem = r.Words.T("twins.nothing_found")
		}
	}
	var err error
	if v.said, err = p.said(r, f); err != nil {
		return err
	}
	frame := r.Frame(r.Words.T("twins.next_title"), ui.Link{Label: r.Words.T("twins.name")})
	if v.problem != "" {
		return r.Again(w, nextPage(frame, v))
	}
	return r.HTML(w, nextPage(frame, v))
}

// offered are the houses that a number may mean, each with the forms that the reader may enter.
func offered(r *page.Request, doors []Door, only Form, m logbook.Month) []doorLine {
	var list []doorLine
	for _, d := range doors {
		l := doorLine{address: d.Address}
		for _, f := range Forms() {
			if (only == "" || only == f) && r.Actor.May(f.Enter()) {
				l.links = append(l.links, ui.Link{Href: with(Subject{HouseID: d.ID, Month: string(m)}.Address(f), carried(r)), Label: name(r.Words, f)})
			}
		}
		if len(l.links) == 0 {
			l.links = []ui.Link{{Href: "/houses/" + d.ID + "/forms", Label: r.Words.T("twins.print")}}
		}
		list = append(list, l)
	}
	return list
}

// said tells what became of the sheet that was entered before.
func (p *Pages) said(r *page.Request, f Form) (string, error) {
	after := r.Text("after")
	if after == "" || f != Assessment || !r.Actor.May(access.Assess) {
		return "", nil
	}
	a, err := p.assessments.Get(r.Context(), r.Actor, after)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return r.Words.F("twins.counted", "House", a.House.Address(), "All", a.Set.Len(), "Done", a.Answered), nil
}

// carried is what the next sheet of a pile usually shares with this one.
func carried(r *page.Request) url.Values {
	v := url.Values{}
	if on, err := civil.ParseDay(r.Text("on")); err == nil {
		v.Set("on", string(on))
	}
	if by := assessments.Author(r.Text("by")); by == assessments.ByHead || by == assessments.ByLead {
		v.Set("by", string(by))
	}
	if _, err := strconv.Atoi(r.Text("criteria")); err == nil {
		v.Set("criteria", r.Text("criteria"))
	}
	return v
}

// with adds values to an address.
func with(to string, v url.Values) string {
	if len(v) == 0 {
		return to
	}
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	maps.Copy(q, v)
	u.RawQuery = q.Encode()
	return u.String()
}
