package requests

import (
	"net/http"
	"slices"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	jobs   *jobs.Runner
	spoken *words.Words // what is printed is Vietnamese
}

// NewPages makes the pages.
func NewPages(s *Store, j *jobs.Runner, w *words.Catalog) *Pages {
	return &Pages{store: s, jobs: j, spoken: w.In(words.Default)}
}

// Where the pages are: the household's own, and the data protection officer's.
const (
	// MyPath is the page of a household with what it asked.
	MyPath = "/my-data/requests"
	home   = "/data-requests"
)

func mineAt(id string) string { return MyPath + "/" + id }
func at(id string) string     { return home + "/" + id }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes(home+"/export", access.ProtectData, reads.RequestsFile, p.export), []page.Route{
		{Pattern: "GET /my-data/requests", Need: access.OwnHome, Handle: p.mine},
		{Pattern: "GET /my-data/requests/new", Need: access.OwnHome, Handle: p.askForm},
		{Pattern: "POST /my-data/requests/new", Need: access.OwnHome, Handle: p.ask},
		{Pattern: "GET /my-data/requests/{id}", Need: access.OwnHome, Handle: p.show},
		{Pattern: "GET /my-data/requests/{id}/answer.pdf", Need: access.OwnHome, Handle: p.print},

		{Pattern: "GET /data-requests", Need: access.ProtectData, Handle: p.desk, Shows: reads.List},
		{Pattern: "GET /data-requests/new", Need: access.ProtectData, Handle: p.enterForm},
		{Pattern: "POST /data-requests/new", Need: access.ProtectData, Handle: p.enter},
		{Pattern: "GET /data-requests/{id}", Need: access.ProtectData, Handle: p.handle, Shows: reads.DataRequest},
		{Pattern: "POST /data-requests/{id}/acknowledge", Need: access.ProtectData, Handle: p.acknowledge},
		{Pattern: "POST /data-requests/{id}/extend", Need: access.ProtectData, Handle: p.extend},
		{Pattern: "POST /data-requests/{id}/answer", Need: access.ProtectData, Handle: p.answer, Fresh: true},
		{Pattern: "GET /data-requests/{id}/answer.pdf", Need: access.ProtectData, Handle: p.print, Shows: reads.DataRequest},
	})
}

// line is one request in a list.
type line struct {
	href, what, house, state, due, received string
	late                                    bool
}

func lineOf(w *words.Words, q *Request, today civil.Day) line {
	x := line{
		href: at(q.ID), what: q.What(w), house: q.House.Address() + ", " + q.Household, state: stateText(w, q),
		received: q.ReceivedOn.DisplayIn(w.Lang()),
	}
	x.due, x.late = clock(w, q, today)
	if q.Channel != Self {
		x.house += " (" + w.T("requests.channel."+string(q.Channel)) + ")"
	}
	return x
}

// stateText says how far a request is, or what came of it.
func stateText(w *words.Words, q *Request) string {
	if q.State == Answered {
		return w.T("requests.outcome." + string(q.Outcome))
	}
	return w.T("requests.state." + string(q.State))
}

// clock says by when the next step is due and whether that is late, or whether the answer came in time.
func clock(w *words.Words, q *Request, today civil.Day) (text string, late bool) {
	lang := w.Lang()
	if q.State == Answered {
		if q.InTime() {
			return w.F("requests.clock.answered", "Day", q.AnsweredOn.DisplayIn(lang)), false
		}
		return w.F("requests.clock.answered_late", "Day", q.AnsweredOn.DisplayIn(lang), "Due", q.Due.DisplayIn(lang)), true
	}
	key, next := "requests.clock."+string(q.State), q.Next()
	if next < today {
		return w.N(key+"_late", today.Sub(next), "Day", next.DisplayIn(lang)), true
	}
	return w.N(key, next.Sub(today), "Day", next.DisplayIn(lang)), false
}

// What says what is asked, in words.
func (q *Request) What(w *words.Words) string { return w.T("requests.kind." + string(q.Kind)) }

// Standing says how far a request is, and by when the next step is due.
func (q *Request) Standing(w *words.Words, today civil.Day) string {
	due, _ := clock(w, q, today)
	return stateText(w, q) + ". " + due
}

// when is a moment for people.
func when(w *words.Words, at time.Time) string {
	return civil.Moment(at, w.Lang())
}

// events are the steps of a request, the newest first; steps that are to come stand above them with their day.
func events(w *words.Words, q *Request, today civil.Day) []ui.Event {
	var list []ui.Event
	coming := func(key string, day civil.Day) {
		list = append(list, ui.Event{
			Time: string(day), When: w.F("requests.step.by", "Day", day.DisplayIn(w.Lang())), Who: w.T("requests.ward"), What: w.T("requests.step." + key), Late: day < today,
		})
	}
	done := func(key string, at time.Time, who, note string, late bool) {
		list = append(list, ui.Event{Time: at.Format(time.RFC3339), When: when(w, at), Who: who, What: w.T("requests.step." + key), Note: note, Late: late})
	}
	if q.State == Answered {
		done("answered", q.AnsweredAt, q.AnsweredBy, "", !q.InTime())
	} else {
		coming("answer", q.Due)
	}
	if !q.Extended.IsZero() {
		done("extended", q.Extended, q.ExtendedBy, q.ExtendedWhy, false)
	}
	if q.State == New {
		coming("acknowledge", q.AckDue)
	} else {
		done("received", q.Acknowledged, q.AcknowledgedBy, "", civil.DayOf(q.Acknowledged) > q.AckDue)
	}
	what := "filed"
	if q.Channel != Self {
		what = "entered"
	}
	note := ""
	if q.Channel != Self {
		note = w.F("requests.received_by."+string(q.Channel), "Day", q.ReceivedOn.DisplayIn(w.Lang()))
	}
	done(what, q.Filed, q.FiledBy, note, false)
	return list
}

// mineView is the page of a household with what it asked and what it does by itself.
type mineView struct {
	ui.Frame

	asOf string
	list []line
	self []ui.Fact
}

// crumbs lead back from a page of a household's requests.
func crumbs(r *page.Request, last string) []ui.Link {
	list := []ui.Link{{Href: "/my-data", Label: r.Words.T("nav.my_data")}}
	if last == "" {
		return append(list, ui.Link{Label: r.Words.T("requests.mine")})
	}
	return append(list, ui.Link{Href: MyPath, Label: r.Words.T("requests.mine")}, ui.Link{Label: last})
}

func (p *Pages) mine(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.Mine(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t := r.Words
	v := &mineView{Frame: r.Frame(t.T("requests.mine"), crumbs(r, "")...), asOf: r.AsOf()}
	for i := range list {
		x := lineOf(t, &list[i], r.Today())
		x.href = mineAt(list[i].ID)
		v.list = append(v.list, x)
	}
	for _, x := range []struct{ key, href string }{{"contact", "/home/contact"}, {"pledge", "/home/pledge"}, {"answers", "/home/answers"}, {"file", "/my-data"}} {
		v.self = append(v.self, ui.Fact{Key: t.T("requests.self." + x.key), Text: t.T("requests.self_do." + x.key), Href: x.href})
	}
	return r.HTML(w, minePage(v))
}

// askView is the form of a household.
type askView struct {
	ui.Frame

	typed  Ask
	errors map[string]string
}

func askViewOf(r *page.Request) *askView {
	v := &askView{Frame: r.Frame(r.Words.T("requests.ask"), crumbs(r, r.Words.T("requests.ask"))...)}
	v.Back = ui.Link{Href: MyPath, Label: r.Words.T("requests.mine")}
	return v
}

func (p *Pages) askForm(w http.ResponseWriter, r *page.Request) error {
	if _, err := p.store.Mine(r.Context(), r.Actor); err != nil {
		return err
	}
	v := askViewOf(r)
	v.typed.Kind = Kind(r.Text("kind"))
	return r.HTML(w, askPage(v))
}

func (p *Pages) ask(w http.ResponseWriter, r *page.Request) error {
	a := Ask{Kind: Kind(r.Text("kind")), Body: r.Lines("body")}
	id, err := p.store.File(r.Context(), r.Actor, a)
	if texts, refused := r.Refused(err); refused {
		v := askViewOf(r)
		v.typed, v.errors = a, texts
		return r.Again(w, askPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, mineAt(id), "requests.done_filed")
}

// kinds are the choices of what is asked, each with how long the ward has.
func kinds(w *words.Words, chosen Kind) []ui.Option {
	var list []ui.Option
	for _, k := range Kinds() {
		list = append(list, ui.Option{
			Value: string(k), Label: w.T("requests.kind." + string(k)), Note: w.T("requests.what."+string(k)) + " " + w.F("requests.within", "Days", k.Days()),
			Checked: chosen == k,
		})
	}
	return list
}

// showView is one request, for its household or for the data protection officer.
type showView struct {
	ui.Frame
	Request

	today  civil.Day
	works  bool // the reader handles it
	reply  Reply
	why    string
	errors map[string]string
}

func (p *Pages) showView(r *page.Request) (*showView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	q, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	v := &showView{Request: q, today: r.Today(), works: r.Actor.May(access.ProtectData)}
	title := q.What(t)
	if v.works {
		v.Frame = r.Frame(title, ui.Link{Href: home, Label: t.T("requests.desk")}, ui.Link{Label: title})
		v.Back = ui.Link{Href: home, Label: t.T("requests.desk")}
	} else {
		v.Frame = r.Frame(title, crumbs(r, title)...)
		v.Back = ui.Link{Href: MyPath, Label: t.T("requests.mine")}
	}
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(v))
}

// facts say what is asked, by whom, and by when it is answered.
func (v *showView) facts() []ui.Fact {
	w, lang := v.Words, v.Words.Lang()
	list := []ui.Fact{
		{Key: w.T("requests.fact.house"), Text: v.House.Address() + ", " + v.Household},
		{Key: w.T("requests.fact.received"), Text: v.ReceivedOn.DisplayIn(lang), Sub: w.T("requests.channel." + string(v.Channel))},
	}
	due := ui.Fact{Key: w.T("requests.fact.due"), Text: v.Due.DisplayIn(lang), Sub: w.F("requests.within", "Days", v.Kind.Days())}
	if !v.Extended.IsZero() {
		due.Sub = w.F("requests.within_extended", "Days", v.Kind.Days())
	}
	return append(list, due)
}

// file is where the answer is printed.
func (v *showView) file() string {
	if v.works {
		return at(v.ID) + "/answer.pdf"
	}
	return mineAt(v.ID) + "/answer.pdf"
}
