package breaches

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/jobs"
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
	jobs   *jobs.Runner
	spoken *words.Words // what is printed is Vietnamese
}

// NewPages makes the pages.
func NewPages(s *Store, j *jobs.Runner, w *words.Catalog) *Pages {
	return &Pages{store: s, jobs: j, spoken: w.In(words.Default)}
}

const home = "/breaches"

func at(id string) string { return home + "/" + id }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes(home+"/export", access.ProtectData, "", p.export), []page.Route{
		{Pattern: "GET /breaches", Need: access.ProtectData, Handle: p.list},
		{Pattern: "GET /breaches/new", Need: access.ProtectData, Handle: p.enterForm},
		{Pattern: "POST /breaches/new", Need: access.ProtectData, Handle: p.enter},
		{Pattern: "GET /breaches/{id}", Need: access.ProtectData, Handle: p.show},
		{Pattern: "POST /breaches/{id}/sent", Need: access.ProtectData, Handle: p.send, Fresh: true},
		{Pattern: "POST /breaches/{id}/note", Need: access.ProtectData, Handle: p.note},
		{Pattern: "POST /breaches/{id}/close", Need: access.ProtectData, Handle: p.close, Fresh: true},
		{Pattern: "GET /breaches/{id}/form.docx", Need: access.ProtectData, Handle: p.form, Fresh: true},
		{Pattern: "GET /breaches/{id}/form.pdf", Need: access.ProtectData, Handle: p.form, Fresh: true},
	})
}

// line is one entry in the register.
type line struct {
	href, found, what, houses, state string
	late                             bool
}

// stateText says how the 72 hours stand, or how it ended. Nobody is to hurry for an exercise: its 72 hours are told, and nothing of it is
// overdue, as Warn has it.
func stateText(w *words.Words, b *Breach, now time.Time) (text string, late bool) {
	switch {
	case !b.Open():
		return w.T("breaches.end." + b.Ended), false
	case b.Exercise && b.Sent.IsZero():
		return w.F("breaches.clock.exercise", "When", when(w, b.Due)), false
	case !b.Sent.IsZero() && b.Late(now):
		return w.F("breaches.clock.sent_late", "When", when(w, b.Sent)), !b.Exercise
	case !b.Sent.IsZero():
		return w.F("breaches.clock.sent", "When", when(w, b.Sent)), false
	case b.Late(now):
		return w.N("breaches.clock.late", -b.Left(now), "When", when(w, b.Due)), true
	}
	return w.N("breaches.clock.left", b.Left(now), "When", when(w, b.Due)), false
}

// when is a moment for people.
func when(w *words.Words, at time.Time) string {
	return civil.Moment(at, w.Lang())
}

// said are the words of codes of one list.
func said(w *words.Words, list string, codes []string) string {
	var all []string
	for _, code := range codes {
		all = append(all, w.T("breaches."+list+"."+code))
	}
	return strings.Join(all, "; ")
}

type listView struct {
	ui.Frame

	asOf  string
	lines []line
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := &listView{Frame: r.Frame(r.Words.T("breaches.name"), ui.Link{Label: r.Words.T("breaches.name")}), asOf: r.AsOf()}
	for i := range list {
		b := &list[i]
		x := line{href: at(b.ID), found: when(r.Words, b.Found), what: said(r.Words, "act", b.Acts), houses: civil.IntIn(r.Words.Lang(), b.Houses)}
		if b.Exercise {
			x.what = r.Words.T("breaches.exercise_mark") + ": " + x.what
		}
		x.state, x.late = stateText(r.Words, b, r.Moment())
		v.lines = append(v.lines, x)
	}
	return r.HTML(w, listPage(v))
}

// enterView is the form of an entry, with what was typed.
type enterView struct {
	ui.Frame

	typed           Entry
	day, clock, num string
	errors          map[string]string
}

func enterViewOf(r *page.Request) *enterView {
	t := r.Words
	v := &enterView{Frame: r.Frame(t.T("breaches.enter"), ui.Link{Href: home, Label: t.T("breaches.name")}, ui.Link{Label: t.T("breaches.enter")})}
	v.day, v.clock = string(r.Today()), r.Now()
	v.Back = ui.Link{Href: home, Label: t.T("breaches.name")}
	return v
}

func (p *Pages) enterForm(w http.ResponseWriter, r *page.Request) error {
	if _, err := p.store.List(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.HTML(w, enterPage(enterViewOf(r)))
}

// moment reads a day and a time of it; zero when one of them is none.
func moment(day civil.Day, clock string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", string(day)+" "+clock, civil.Hanoi)
	if err != nil {
		return time.Time{}
	}
	return at
}

func (p *Pages) enter(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	houses, err := strconv.Atoi(strings.ReplaceAll(r.Text("houses"), ".", ""))
	if err != nil {
		houses = -1
	}
	e := Entry{
		Exercise: r.Text("exercise") != "", Found: moment(r.Day("found_on"), r.Text("found_clock")), Acts: r.Form["acts"], Houses: houses, Kinds: r.Form["kinds"],
		Harms: r.Form["harms"], Measures: r.Form["measures"], Body: r.Lines("body"), Subjects: Subjects(r.Text("subjects")),
	}
	id, err := p.store.Enter(r.Context(), r.Actor, e)
	if texts, refused := r.Refused(err); refused {
		v := enterViewOf(r)
		v.typed, v.errors, v.day, v.clock, v.num = e, texts, string(r.Day("found_on")), r.Text("found_clock"), r.Text("houses")
		return r.Again(w, enterPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, at(id), "breaches.done_entered")
}

// showView is one entry with what is to be done about it.
type showView struct {
	ui.Frame
	Breach

	now        time.Time
	day, clock string
	typed      map[string]string
	errors     map[string]string
}

func (p *Pages) showView(r *page.Request) (*showView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	b, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	t := r.Words
	title := t.F("breaches.of", "When", when(t, b.Found))
	v := &showView{Breach: b, now: r.Moment(), day: string(r.Today()), clock: r.Now(), typed: map[string]string{}}
	v.Frame = r.Frame(title, ui.Link{Href: home, Label: t.T("breaches.name")}, ui.Link{Label: title})
	v.Back = ui.Link{Href: home, Label: t.T("breaches.name")}
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(v))
}

// acted shows the page again when an act was refused, with what was typed, and goes on when it was done.
func (p *Pages) acted(w http.ResponseWriter, r *page.Request, err error, done string, typed ...string) error {
	if texts, refused := r.Refused(err); refused {
		v, err := p.showView(r)
		if err != nil {
			return err
		}
		v.errors = texts
		for _, name := range typed {
			v.typed[name] = r.Lines(name)
		}
		return r.Again(w, showPage(v))
	}
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return r.Done(w, at(id), done)
}

func (p *Pages) send(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Send(r.Context(), r.Actor, id, Sending{
		At: moment(r.Day("sent_on"), r.Text("sent_clock")), Channel: r.Text("channel"), LateWhy: r.Lines("late_why"), Version: r.Version(),
	})
	return p.acted(w, r, err, "breaches.done_sent", "channel", "late_why")
}

func (p *Pages) note(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Note(r.Context(), r.Actor, id, r.Lines("note"), Subjects(r.Text("subjects")), r.Version())
	return p.acted(w, r, err, "breaches.done_noted", "note", "subjects")
}

func (p *Pages) close(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Close(r.Context(), r.Actor, id, r.Text("ended"), r.Lines("ended_why"), r.Version())
	return p.acted(w, r, err, "breaches.done_closed", "ended", "ended_why")
}

// options are the choices of a closed list.
func options(w *words.Words, list string, codes, chosen []string) []ui.Option {
	var all []ui.Option
	for _, code := range codes {
		x := ui.Option{Value: code, Label: w.T("breaches." + list + "." + code)}
		for _, c := range chosen {
			x.Checked = x.Checked || c == code
		}
		all = append(all, x)
	}
	return all
}

func subjectCodes() []string { return []string{string(ToTell), string(Told), string(NotNeeded)} }

func (v *showView) facts() []ui.Fact {
	w := v.Words
	list := []ui.Fact{
		{Key: w.T("breaches.fact.found"), Text: when(w, v.Found)},
		{Key: w.T("breaches.fact.acts"), Text: said(w, "act", v.Acts)},
		{Key: w.T("breaches.fact.houses"), Text: civil.IntIn(w.Lang(), v.Houses)},
		{Key: w.T("breaches.fact.kinds"), Text: said(w, "kind", v.Kinds)},
		{Key: w.T("breaches.fact.harms"), Text: said(w, "harm", v.Harms)},
		{Key: w.T("breaches.fact.measures"), Text: said(w, "measure", v.Measures)},
		{Key: w.T("breaches.fact.subjects"), Text: w.T("breaches.subjects." + string(v.Subjects))},
	}
	if !v.Sent.IsZero() {
		list = append(list, ui.Fact{Key: w.T("breaches.fact.sent"), Text: when(w, v.Sent), Sub: w.T("breaches.channel." + v.Channel)})
	}
	if v.LateWhy != "" {
		list = append(list, ui.Fact{Key: w.T("breaches.fact.late_why"), Text: v.LateWhy})
	}
	return list
}

func (v *showView) events() []ui.Event {
	w := v.Words
	var list []ui.Event
	add := func(at time.Time, who, what, note string) {
		list = append(list, ui.Event{Time: at.Format(time.RFC3339), When: when(w, at), Who: who, What: what, Note: note})
	}
	if !v.Open() {
		add(v.Closed, v.ClosedBy, w.T("breaches.end."+v.Ended), v.EndedWhy)
	}
	for _, s := range v.Steps {
		add(s.At, s.By, w.T("breaches.noted"), s.Note)
	}
	add(v.Entered, v.EnteredBy, w.T("breaches.entered"), "")
	return list
}

// form is the notification as a document of Decree 30/2020, with the four points of Decree 356/2025, Art. 28 k1.
func (p *Pages) form(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	b, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	d := Document(p.spoken, &b, r.WardName(), r.Moment())
	if r.Identity.Invented {
		d.Foot.Mark = p.spoken.T("breaches.paper.invented")
	}
	kind, end, write := paper.TypePDF, ".pdf", d.WritePDF
	if strings.HasSuffix(r.URL.Path, ".docx") {
		kind, end, write = paper.TypeDOCX, ".docx", d.WriteDOCX
	}
	var body bytes.Buffer
	if err := write(&body, fonts); err != nil {
		return err
	}
	if err := p.store.Took(r.Context(), r.Actor, id, end[1:]); err != nil {
		return err
	}
	r.Attach(w, kind, p.spoken.T("breaches.paper.file")+end)
	_, err = body.WriteTo(w)
	return err
}
