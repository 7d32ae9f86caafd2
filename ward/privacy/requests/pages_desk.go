package requests

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// deskView is the page of the data protection officer: what is open, overdue in front, and what was answered.
type deskView struct {
	ui.Frame

	asOf           string
	open, answered []line
}

func (p *Pages) desk(w http.ResponseWriter, r *page.Request) error {
	d, err := p.store.Desk(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := &deskView{Frame: r.Frame(r.Words.T("requests.desk"), ui.Link{Label: r.Words.T("requests.desk")}), asOf: r.AsOf()}
	for i := range d.Open {
		v.open = append(v.open, lineOf(r.Words, &d.Open[i], r.Today()))
	}
	for i := range d.Answered {
		v.answered = append(v.answered, lineOf(r.Words, &d.Answered[i], r.Today()))
	}
	r.Rows(len(v.open) + len(v.answered))
	return r.HTML(w, deskPage(v))
}

// enterView is the form for what came on paper or by word.
type enterView struct {
	ui.Frame

	typed     ForHousehold
	received  string // as typed
	household string
	streets   []Street
	errors    map[string]string
}

func (p *Pages) enterView(r *page.Request) (*enterView, error) {
	list, err := p.store.Streets(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &enterView{streets: list, received: string(r.Today())}
	v.Frame = r.Frame(t.T("requests.enter"), ui.Link{Href: home, Label: t.T("requests.desk")}, ui.Link{Label: t.T("requests.enter")})
	v.Back = ui.Link{Href: home, Label: t.T("requests.desk")}
	return v, nil
}

func (v *enterView) options() []ui.Option {
	var list []ui.Option
	for _, x := range v.streets {
		list = append(list, ui.Option{Value: x.ID, Label: x.Name})
	}
	return list
}

func (v *enterView) channels() []ui.Option {
	var list []ui.Option
	for _, c := range []Channel{Paper, Spoken} {
		list = append(list, ui.Option{Value: string(c), Label: v.Words.T("requests.channel." + string(c)), Checked: v.typed.Channel == c})
	}
	return list
}

func (p *Pages) enterForm(w http.ResponseWriter, r *page.Request) error {
	v, err := p.enterView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, enterPage(v))
}

func (p *Pages) enter(w http.ResponseWriter, r *page.Request) error {
	n, _ := strconv.Atoi(r.Text("household"))
	f := ForHousehold{
		Ask: Ask{Kind: Kind(r.Text("kind")), Body: r.Lines("body")}, Channel: Channel(r.Text("channel")), ReceivedOn: r.Day("received_on"), Street: r.Text("street"),
		Number: r.Text("number"), Household: n,
	}
	id, err := p.store.Enter(r.Context(), r.Actor, f)
	if texts, refused := r.Refused(err); refused {
		v, err := p.enterView(r)
		if err != nil {
			return err
		}
		v.typed, v.errors, v.received, v.household = f, texts, string(f.ReceivedOn), r.Text("household")
		return r.Again(w, enterPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "requests.done_entered")
}

func (p *Pages) handle(w http.ResponseWriter, r *page.Request) error { return p.show(w, r) }

func (p *Pages) acknowledge(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := p.store.Acknowledge(r.Context(), r.Actor, id, r.Version()); err != nil {
		return err
	}
	return r.Done(w, at(id), "requests.done_received")
}

func (p *Pages) extend(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	why := r.Lines("why")
	err = p.store.Extend(r.Context(), r.Actor, id, why, r.Version())
	if texts, refused := r.Refused(err); refused {
		return p.again(w, r, texts, func(v *showView) { v.why = why })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "requests.done_extended")
}

func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	a := Reply{Outcome: Outcome(r.Text("outcome")), Ground: Ground(r.Text("ground")), Answer: r.Lines("answer"), Version: r.Version()}
	err = p.store.Answer(r.Context(), r.Actor, id, a)
	if texts, refused := r.Refused(err); refused {
		return p.again(w, r, texts, func(v *showView) { v.reply = a })
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "requests.done_answered")
}

// again shows the page once more with what was typed and what is wrong with it.
func (p *Pages) again(w http.ResponseWriter, r *page.Request, texts map[string]string, typed func(*showView)) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	v.errors = texts
	typed(v)
	return r.Again(w, showPage(v))
}

func (v *showView) outcomes() []ui.Option {
	var list []ui.Option
	for _, o := range Outcomes() {
		list = append(list, ui.Option{Value: string(o), Label: v.Words.T("requests.decide." + string(o)), Checked: v.reply.Outcome == o})
	}
	return list
}

func (v *showView) grounds() []ui.Option {
	var list []ui.Option
	for _, g := range Grounds() {
		list = append(list, ui.Option{
			Value: string(g), Label: v.Words.T("requests.ground." + string(g)), Note: v.Words.T("requests.law." + string(g)), Checked: v.reply.Ground == g,
		})
	}
	return list
}

// print is the answer on paper, for who asked on paper or wants to keep it.
func (p *Pages) print(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	q, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if q.State != Answered {
		return fault.NotFound("fault.not_found")
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	d := Document(p.spoken, &q, r.WardName(), r.Moment())
	if r.Identity.Invented {
		d.Foot.Mark = p.spoken.T("requests.paper.invented")
	}
	if r.Actor.May(access.ProtectData) {
		if err := p.store.Take(r.Context(), r.Actor, &q); err != nil {
			return err
		}
	}
	r.Attach(w, paper.TypePDF, p.spoken.T("requests.paper.file")+".pdf")
	return d.WritePDF(w, fonts)
}
