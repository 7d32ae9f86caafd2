package reads

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
)

// casesView is the first page of the data protection officer here: what was unusual, and the way to the lines of a house.
type casesView struct {
	ui.Frame

	chips  []ui.Chip
	cases  []caseRow
	none   string
	asked  string // the address that was looked for
	houses []ui.Fact
	nobody bool // no house reads like it
}

// caseRow is a case as it is read.
type caseRow struct {
	href, day, who, what, sub, state string
	waits                            bool
}

// sentence says which rule the day met, with its figure and what is usual.
func (c *Case) sentence(w *words.Words) (what, sub string) {
	what = w.F("reads.rule."+string(c.Rule), "N", c.Measured, "House", c.Address)
	if c.Usual > 0 {
		sub = w.F("reads.usual", "N", c.Usual)
	} else if c.Rule == Many || c.Rule == Searches {
		sub = w.T("reads.usual_none")
	}
	return what, sub
}

func (c *Case) who(w *words.Words) string {
	l := Line{Role: c.Role, Place: c.Place}
	return l.Who(w)
}

func (p *Pages) cases(w http.ResponseWriter, r *page.Request) error {
	t, lang := r.Words, r.Words.Lang()
	done := r.URL.Query().Get("done") != ""
	list, err := p.store.Cases(r.Context(), r.Actor, done)
	if err != nil {
		return err
	}
	v := &casesView{Frame: r.Frame(t.T("reads.cases_title"), ui.Link{Label: t.T("reads.cases_title")}), asked: r.Text("house"), none: t.T("reads.cases_none")}
	if done {
		v.none = t.T("reads.cases_none_done")
	}
	v.chips = []ui.Chip{{Label: t.T("reads.cases_open"), Href: "/reads", On: !done, OneOf: true}, {Label: t.T("reads.cases_done"), Href: "/reads?done=1", On: done, OneOf: true}}
	for i := range list {
		c := &list[i]
		x := caseRow{
			href: "/reads/unusual/" + c.ID, day: c.Day.DisplayIn(lang), who: c.who(t), state: t.T("reads.state." + string(c.State)),
			waits: c.State == New || c.State == Answered,
		}
		x.what, x.sub = c.sentence(t)
		v.cases = append(v.cases, x)
	}
	if v.asked != "" {
		found, err := p.store.Found(r.Context(), r.Actor, v.asked)
		if err != nil {
			return err
		}
		for _, h := range found {
			v.houses = append(v.houses, ui.Fact{Text: h.Address, Href: "/reads/houses/" + h.House})
		}
		v.nobody = len(found) == 0
	}
	return r.HTML(w, casesPage(v))
}

func (p *Pages) anyHouse(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	from := r.URL.Query().Get(after)
	x, err := p.store.OfAnyHouse(r.Context(), r.Actor, id, from)
	if err != nil {
		return err
	}
	t := r.Words
	v := &view{Listed: x, title: t.F("reads.house_title", "House", x.Address), none: t.T("reads.none_house"), lead: []string{t.T("reads.house_own"), kept(t)}}
	v.Frame = r.Frame(v.title, ui.Link{Href: "/reads", Label: t.T("reads.cases_title")}, ui.Link{Label: x.Address})
	v.fill("/reads/houses/"+id, from, true)
	return r.HTML(w, readsPage(v))
}

// caseView is one case: for the data protection officer with its lines, for the reader with the question.
type caseView struct {
	ui.Frame
	Case

	what, sub, reader string
	rows              []row
	many              bool // more lines than are shown
	state             string
	note, answer      string // as typed
	choice            ui.Choice
	errors            map[string]string
}

func (p *Pages) caseView(r *page.Request) (*caseView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	c, lines, err := p.store.Case(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &caseView{Case: c, reader: c.who(t), note: c.Note, state: string(c.State), many: len(lines) == mostLines}
	v.what, v.sub = c.sentence(t)
	day := c.Day.DisplayIn(t.Lang())
	v.Frame = r.Frame(t.F("reads.case_title", "Day", day), ui.Link{Href: "/reads", Label: t.T("reads.cases_title")}, ui.Link{Label: day})
	for i := range lines {
		x := rowOf(t, &lines[i], false)
		x.address = lines[i].Address
		if lines[i].House != "" {
			x.href = "/reads/houses/" + lines[i].House
		}
		v.rows = append(v.rows, x)
	}
	return v, nil
}

func (v *caseView) choose() {
	t := v.Words
	v.choice = ui.Choice{Name: "state", Legend: t.T("reads.decide"), Error: v.errors["state"], Options: []ui.Option{
		{Value: string(Fine), Label: t.T("reads.state.fine"), Note: t.T("reads.fine_note"), Checked: v.state == string(Fine)},
		{Value: string(Asked), Label: t.T("reads.state.asked"), Note: t.T("reads.asked_note"), Checked: v.state == string(Asked)},
	}}
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.caseView(r)
	if err != nil {
		return err
	}
	v.choose()
	return r.HTML(w, casePage(v))
}

func (p *Pages) decide(w http.ResponseWriter, r *page.Request) error {
	v, err := p.caseView(r)
	if err != nil {
		return err
	}
	v.state, v.note = r.Text("state"), r.Lines("note")
	err = p.store.Note(r.Context(), r.Actor, v.ID, r.Version(), State(v.state), v.note)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		v.choose()
		return r.Again(w, casePage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/reads", "reads.done_"+v.state)
}

func (p *Pages) askedView(r *page.Request) (*caseView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	c, err := p.store.AskedOf(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &caseView{Case: c, answer: c.Answer}
	v.what, v.sub = c.sentence(t)
	v.Frame = r.Frame(t.F("reads.asked_title", "Day", c.Day.DisplayIn(t.Lang())), ui.Link{Label: t.T("reads.name")})
	return v, nil
}

func (p *Pages) asked(w http.ResponseWriter, r *page.Request) error {
	v, err := p.askedView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, askedPage(v))
}

func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	v, err := p.askedView(r)
	if err != nil {
		return err
	}
	v.answer = r.Lines("answer")
	err = p.store.Answer(r.Context(), r.Actor, v.ID, r.Version(), v.answer)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, askedPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, AskedPath(v.ID), "reads.done_answered")
}

func (v *caseView) version() string { return strconv.Itoa(v.Version) }
