package proposals

import (
	"net/http"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/measures"
)

// showView is a proposal as a page, with the forms of what its reader may do. After a refused form it holds what was typed.
type showView struct {
	ui.Frame
	Proposal

	today   civil.Day
	handles bool
	raised  bool
	reopens bool
	seesAll bool // house pages and names of those who answered
	typed   Work
	reason  string
	verdict Verdict
	mends   bool         // may make a measure of it
	measure measures.New // as typed
	mending bool         // the form of the measure came back
	errors  map[string]string
}

// usualMeasure is how long a measure usually takes, in days.
const usualMeasure = 14

func (p *Pages) showView(r *page.Request, x Proposal) *showView {
	v := &showView{Proposal: x, today: r.Today(), handles: x.Handles(r.Actor), raised: x.Raised(r.Actor), seesAll: r.Actor.May(access.SeeHouses)}
	v.mends = x.Mends(r.Actor)
	v.measure = measures.New{Content: x.Title, Owner: measures.ByHouse, Due: v.today.AddDays(usualMeasure)}
	v.reopens = v.raised && x.MayReopen(r.Moment())
	v.Frame = r.Frame(x.Title, ui.Link{Href: home, Label: r.Words.T("proposals.name")}, ui.Link{Label: x.Code()})
	v.Proposal.Title = x.Title
	v.typed.Unit, v.typed.UnitName, v.typed.Result = x.Unit, x.UnitName, Solved
	return v
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	x, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := p.showView(r, x)
	if r.Part() == "panel" {
		return r.HTML(w, panel(v))
	}
	return r.HTML(w, showPage(v))
}

func (p *Pages) again(w http.ResponseWriter, r *page.Request, id string, fill func(*showView)) error {
	x, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	v := p.showView(r, x)
	fill(v)
	return r.Again(w, showPage(v))
}

func (p *Pages) work(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(r.Text("version"))
	typed := Work{
		Act: Act(r.Text("act")), Note: r.Lines("note"), Unit: Unit(r.Text("unit")), UnitName: r.Text("unit_name"), Result: Result(r.Text("result")),
		Document: r.Text("document"), Version: version,
	}
	_, err = p.store.Do(r.Context(), r.Actor, id, typed)
	if reasons, refused := r.Refused(err); refused {
		return p.again(w, r, id, func(v *showView) { v.typed, v.errors = typed, reasons })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "proposals.done_act."+string(typed.Act))
}

func (p *Pages) verdict(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	verdict, reason := Verdict(r.Text("verdict")), r.Lines("reason")
	_, err = p.store.Judge(r.Context(), r.Actor, id, verdict, reason)
	if reasons, refused := r.Refused(err); refused {
		return p.again(w, r, id, func(v *showView) { v.verdict, v.reason, v.errors = verdict, reason, reasons })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "proposals.done_verdict."+string(verdict))
}

func (p *Pages) ticket(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	text := r.Text("ticket")
	err = p.store.SetTicket(r.Context(), r.Actor, id, text)
	if reasons, refused := r.Refused(err); refused {
		return p.again(w, r, id, func(v *showView) { v.Ticket, v.errors = text, reasons })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "proposals.done_ticket")
}

// where is the place in words: "Cầu thang, 36A Hàng Bạc".
func (v *showView) where() string {
	return v.Words.T("proposals.place."+v.Proposal.Place) + ", " + v.House.Address()
}

// who says who raised it, by role and label: Sonha shows no names of residents.
func (v *showView) who() string {
	if v.RaisedAs == "" {
		return ""
	}
	text := v.Words.T("role." + string(v.RaisedAs))
	if v.Household != "" {
		text += " " + v.Household
	}
	return text
}

// status is the line under the heading.
func (v *showView) status() (state, due string, late bool) {
	due, late = dueText(v.Words, &v.Proposal, v.today)
	return stateText(v.Words, &v.Proposal), due, late
}

func (v *showView) facts() []ui.Fact {
	w, lang := v.Words, v.Words.Lang()
	list := []ui.Fact{
		{Key: w.T("proposals.column.code"), Text: v.Code()},
		{Key: w.T("proposals.column.category"), Text: categoryText(w, v.Category)},
		{Key: w.T("proposals.column.unit"), Text: unitText(w, v.Unit, v.UnitName)},
		{Key: w.T("proposals.column.sent"), Text: civil.Moment(v.Sent, lang), Sub: v.who()},
	}
	if v.House.ID != "" && v.seesAll {
		list = append(list, ui.Fact{Key: w.T("proposals.column.house"), Text: v.House.Address(), Href: "/houses/" + v.House.ID})
	} else {
		list = append(list, ui.Fact{Key: w.T("proposals.column.house"), Text: v.House.Address()})
	}
	if v.State.Open() {
		list = append(list, ui.Fact{Key: w.T("proposals.column.due"), Text: v.Due.DisplayIn(lang), Sub: w.F("proposals.days_from", "N", v.Days, "Day", v.CountedFrom)})
	}
	if v.Joined > 0 {
		list = append(list, ui.Fact{Key: w.T("proposals.column.joined"), Text: w.N("proposals.joined", v.Joined)})
	}
	if v.Ticket != "" {
		list = append(list, ui.Fact{Key: w.T("proposals.column.ticket"), Text: v.Ticket})
	}
	return list
}

// events are the steps, the newest first. Who asks reads the role; who works with it also the name.
func (v *showView) events() []ui.Event {
	w := v.Words
	out := make([]ui.Event, len(v.Steps))
	for i := range v.Steps {
		x := &v.Steps[i]
		e := ui.Event{Time: x.At.In(civil.Hanoi).Format(time.RFC3339), When: civil.Moment(x.At, w.Lang()), Note: x.Note}
		if e.Who = w.T("proposals.sender"); w.Has("role." + x.Role) {
			e.Who = w.T("role." + x.Role)
		}
		if v.handles && v.seesAll && x.Role != string(access.Household) && x.Actor != "" && x.Role != "system" {
			e.Who += ", " + x.Actor
		}
		e.What = w.F("proposals.step."+x.Kind, "Unit", unitText(w, x.Unit, x.UnitName))
		if x.Document != "" {
			e.What += " " + w.F("proposals.by_document", "Number", x.Document)
		}
		e.Late = x.Kind == "climbed_1" || x.Kind == "climbed_2" || x.Kind == "reopened"
		out[i] = e
	}
	return out
}

// open reports whether the form of an act came back with something wrong.
func (v *showView) open(a Act) bool { return len(v.errors) > 0 && v.typed.Act == a }

// note is what was typed for an act.
func (v *showView) note(a Act) string {
	if v.typed.Act == a {
		return v.typed.Note
	}
	return ""
}

// problem is what is wrong with a field of the form of an act.
func (v *showView) problem(a Act, field string) string {
	if v.typed.Act == a {
		return v.errors[field]
	}
	return ""
}

func (v *showView) resultOptions() []ui.Option {
	var list []ui.Option
	for _, x := range Results() {
		list = append(list, ui.Option{Value: string(x), Label: v.Words.T("proposals.result." + string(x)), Checked: v.typed.Result == x})
	}
	return list
}

// alikeText says another proposal in a line, as far as the reader may know of it.
func alikeText(f *ui.Frame, c Category, x *Alike) (what, sub string) {
	w := f.Words
	what = categoryText(w, c)
	if x.Title != "" {
		what = x.Title
	}
	door := w.T("proposals.similar.street")
	switch {
	case x.House != "":
		door = x.House
	case x.SameHouse:
		door = w.T("proposals.similar.house")
	}
	sub = w.T("proposals.place."+x.Place) + ", " + door + " · " + w.F("proposals.similar.sent", "Time", civil.Clock(x.Sent), "Day", civil.DayOf(x.Sent)) + " · " +
		civil.LowerFirst(w.T("proposals.state."+string(x.State)))
	if x.Joined > 0 {
		sub += " · " + w.N("proposals.joined", x.Joined)
	}
	return what, sub
}

// summary lists what is wrong, for the forms of the page; only one of them came back.
func (v *showView) summary() []ui.FieldError {
	prefix := string(v.typed.Act) + "-"
	if v.typed.Act == "" {
		prefix = ""
	}
	if v.mending {
		prefix = "measure-"
	}
	var list []ui.FieldError
	for _, name := range []string{"", "unit", "unit_name", "result", "note", "document", "reason", "ticket", "content", "owner", "owner_name", "due"} {
		if text := v.errors[name]; text != "" {
			list = append(list, ui.FieldError{Name: prefix + name, Text: text})
		}
	}
	return list
}
