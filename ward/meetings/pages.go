package meetings

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sonha/engine/ical"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/gatherings"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store    *Store
	accounts *accounts.Store
	jobs     *jobs.Runner
	others   []Calendar
	fonts    func() (*paper.Fonts, error)
	spoken   *words.Words // of what is printed and shared: Vietnamese, whoever prints it
}

// Calendar is another room whose days stand in the same calendar.
type Calendar interface {
	// Events gives them for the actor, in the words of w; base is the address of this program.
	Events(ctx context.Context, who access.Actor, base string, w *words.Words) ([]ical.Event, error)
}

// NewPages makes the pages. Fonts are read when the first sheet is printed.
func NewPages(s *Store, a *accounts.Store, j *jobs.Runner, c *words.Catalog, others ...Calendar) *Pages {
	return &Pages{store: s, accounts: a, jobs: j, others: others, fonts: sync.OnceValues(paper.LoadFonts), spoken: c.In("vi")}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes("/meetings/list", access.HoldMeetings, reads.MeetingsFile, p.export), []page.Route{
		{Pattern: "GET /meetings", Need: access.SeeMeetings, Handle: p.list},
		{Pattern: "GET /meetings/new", Need: access.HoldMeetings, Handle: p.blank},
		{Pattern: "POST /meetings", Need: access.HoldMeetings, Handle: p.create},
		{Pattern: "GET /meetings/rules", Need: access.RunCampaign, Handle: p.rules},
		{Pattern: "POST /meetings/rules", Need: access.RunCampaign, Handle: p.setRules},
		{Pattern: "GET /meetings/calendar", Need: access.SeeMeetings, Handle: p.feed},
		{Pattern: "POST /meetings/calendar", Need: access.SeeMeetings, Handle: p.renewFeed},
		{Pattern: "GET /ical/{token}", Need: access.Public, Handle: p.calendar},
		{Pattern: "GET /m/{token}", Need: access.SeeMeetings, Handle: p.arrival},
		{Pattern: "POST /m/{token}", Need: access.SeeMeetings, Handle: p.arrive},
		{Pattern: "GET /meetings/{id}", Need: access.SeeMeetings, Handle: p.show},
		{Pattern: "GET /meetings/{id}/edit", Need: access.HoldMeetings, Handle: p.edit},
		{Pattern: "POST /meetings/{id}/edit", Need: access.HoldMeetings, Handle: p.save},
		{Pattern: "POST /meetings/{id}/invite", Need: access.HoldMeetings, Handle: p.invite},
		{Pattern: "POST /meetings/{id}/cancel", Need: access.HoldMeetings, Handle: p.cancel},
		{Pattern: "GET /meetings/{id}/invitation.pdf", Need: access.SeeMeetings, Handle: p.invitation},
		{Pattern: "GET /meetings/{id}/share", Need: access.SeeMeetings, Handle: p.share},
		{Pattern: "GET /meetings/{id}/door", Need: access.HoldMeetings, Handle: p.door},
		{Pattern: "GET /meetings/{id}/attendance", Need: access.HoldMeetings, Handle: p.attendance},
		{Pattern: "POST /meetings/{id}/attendance", Need: access.HoldMeetings, Handle: p.tick},
		{Pattern: "GET /meetings/{id}/round", Need: access.HoldMeetings, Handle: p.round},
		{Pattern: "POST /meetings/{id}/round", Need: access.HoldMeetings, Handle: p.come},
		{Pattern: "POST /meetings/{id}/begin", Need: access.HoldMeetings, Handle: p.begin},
		{Pattern: "GET /meetings/{id}/minutes", Need: access.SeeMeetings, Handle: p.minutes},
		{Pattern: "POST /meetings/{id}/minutes", Need: access.HoldMeetings, Handle: p.write, Body: 128 << 10},
		{Pattern: "POST /meetings/{id}/votes", Need: access.HoldMeetings, Handle: p.vote},
		{Pattern: "POST /meetings/{id}/conclusions", Need: access.HoldMeetings, Handle: p.conclude},
		{Pattern: "POST /meetings/{id}/confirm", Need: access.HoldMeetings, Handle: p.confirm},
		{Pattern: "POST /meetings/{id}/sign", Need: access.SeeMeetings, Handle: p.sign},
		{Pattern: "POST /meetings/{id}/addenda", Need: access.HoldMeetings, Handle: p.add},
		{Pattern: "GET /meetings/{id}/minutes.pdf", Need: access.SeeMeetings, Handle: p.minutesPDF},
		{Pattern: "GET /meetings/{id}/minutes.docx", Need: access.SeeMeetings, Handle: p.minutesDOCX},
	})
}

// home is the address of a meeting.
func home(id string) string { return "/meetings/" + id }

func frame(r *page.Request, title string, under ...ui.Link) ui.Frame {
	return r.Frame(title, append(append([]ui.Link{{Href: "/meetings", Label: r.Words.T("meetings.name")}}, under...), ui.Link{Label: title})...)
}

// send answers with a file that was written whole.
func send(w http.ResponseWriter, r *page.Request, kind, name string, write func(*bytes.Buffer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	r.Attach(w, kind, name)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}

// inside says whose households meet in the middle of a sentence: "số nhà 36A Hàng Bạc".
func inside(w *words.Words, l gatherings.Level, area string) string {
	switch l {
	case gatherings.House:
		return w.F("meetings.of_house", "House", area)
	case gatherings.Ward:
		return w.F("meetings.of_ward", "Ward", area)
	}
	return area
}

func (m *Meeting) whose(w *words.Words) string { return m.Level.Of(w, m.Area) }

// begins is day and hour as people say them: "19:30, Chủ nhật 25/10/2026".
func (m *Meeting) begins(w *words.Words) string {
	return civil.Clock(m.Starts) + ", " + m.StartDay().WeekdayIn(w.Lang()) + " " + m.StartDay().DisplayIn(w.Lang())
}

// line is a meeting in a list.
type line struct{ href, title, whose, when, place, state, came string }

type listView struct {
	stand Stand
	chips []ui.Chip
	lines []line
	page  ui.Page
	may   bool
	rules bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	at, _ := strconv.Atoi(r.Text("page"))
	at = max(0, at)
	v := listView{stand: Stand(r.Text("stand")), may: r.Actor.May(access.HoldMeetings), rules: r.Actor.May(access.RunCampaign)}
	if v.stand != Done && v.stand != Off {
		v.stand = Coming
	}
	list, more, err := p.store.List(r.Context(), r.Actor, v.stand, at)
	if err != nil {
		return err
	}
	t := r.Words
	for i := range list {
		m := &list[i]
		x := line{href: home(m.ID), title: m.Title, whose: m.whose(t), when: m.begins(t), place: m.Place, state: m.stateText(t), came: "–"}
		if m.State == Held || m.State == Minuted {
			x.came = t.F("meetings.of", "N", m.Present, "All", m.Households)
		}
		v.lines = append(v.lines, x)
	}
	to := func(s Stand, at int) string {
		q := "/meetings?stand=" + string(s)
		if at > 0 {
			q += "&page=" + strconv.Itoa(at)
		}
		return q
	}
	for _, s := range []Stand{Coming, Done, Off} {
		v.chips = append(v.chips, ui.Chip{Label: t.T("meetings.stand." + string(s)), Href: to(s, 0), On: v.stand == s, OneOf: true})
	}
	v.page = ui.Page{From: at*listed + 1, To: at*listed + len(list), Total: strconv.Itoa(at*listed + len(list))}
	if at > 0 {
		v.page.Prev = to(v.stand, at-1)
	}
	if more {
		v.page.Next, v.page.Total = to(v.stand, at+1), t.F("meetings.more_than", "N", at*listed+len(list))
	}
	return r.HTML(w, listPage(r.Frame(t.T("meetings.name"), ui.Link{Label: t.T("meetings.name")}), &v))
}

// stateText says how far a meeting has come.
func (m *Meeting) stateText(w *words.Words) string {
	switch {
	case m.State == Planned && m.Invited.IsZero():
		return w.T("meetings.state.draft")
	case m.State == Held && !m.Confirmed.IsZero():
		return w.T("meetings.state.confirmed")
	}
	return w.T("meetings.state." + string(m.State))
}

// form is a plan as it is typed.
type form struct {
	Plan
	errors  map[string]string
	action  string
	where   []ui.Option // empty when whose meeting it is stays
	chosen  string
	fixed   string
	lasts   string
	back    string
	changes bool
	host    string // who chairs, and is not asked among the guests
}

func (x *form) summary() []ui.FieldError {
	return ui.FieldErrors(x.errors, "", "where", "title", "day", "clock", "lasts", "place", "agenda")
}

func (p *Pages) newForm(r *page.Request) (*form, error) {
	c, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	x := &form{action: "/meetings", back: "/meetings", lasts: "60"}
	x.Day, x.Clock = r.Today().AddDays(7), "19:30"
	x.Guests = []string{"officer", "lead"}
	if len(c.Levels) > 0 {
		x.host = office(c.Levels[0])
	}
	x.where = c.Options(func(l gatherings.Level, name string) string { return l.Of(r.Words, name) })
	if len(x.where) == 1 {
		x.chosen = x.where[0].Value
	}
	return x, nil
}

func (p *Pages) blank(w http.ResponseWriter, r *page.Request) error {
	x, err := p.newForm(r)
	if err != nil {
		return err
	}
	if house := r.Text("house"); house != "" {
		x.chosen = "house:" + house
	}
	x.Title = r.Words.T("meetings.usual_title")
	x.Agenda = strings.Split(r.Words.T("meetings.usual_agenda"), "\n")
	return r.HTML(w, planPage(frame(r, r.Words.T("meetings.new")), x))
}

// fill takes what was typed.
func (x *form) fill(r *page.Request) {
	x.Title = r.Text("title")
	x.Agenda = strings.Split(civil.NFCLines(r.FormValue("agenda")), "\n")
	x.Guests = r.Form["guest"]
	x.chosen, x.lasts = x.Fill(r)
	x.Version, _ = strconv.Atoi(r.Text("version"))
}

func (p *Pages) create(w http.ResponseWriter, r *page.Request) error {
	x, err := p.newForm(r)
	if err != nil {
		return err
	}
	x.fill(r)
	id := ""
	if !gatherings.Offers(x.where, x.chosen) {
		err = fault.Invalid("where", "meetings.choose_where")
	} else {
		id, err = p.store.Create(r.Context(), r.Actor, x.Plan)
	}
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, planPage(frame(r, r.Words.T("meetings.new")), x))
	}
	if err != nil {
		return err
	}
	key := "meetings.done_planned"
	if !r.Moment().Before(x.Begins()) {
		key = "meetings.done_planned_late" // nobody is invited any more
	}
	return r.Done(w, home(id), key)
}

// changing is the form of a meeting that is planned.
func (p *Pages) changing(r *page.Request) (*form, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	m, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	if !m.May {
		return nil, fault.NotFound("fault.not_found")
	}
	return &form{
		Plan: m.Plan, action: home(id) + "/edit", back: home(id), fixed: m.whose(r.Words), lasts: strconv.Itoa(m.Lasts), changes: !m.Invited.IsZero(), host: office(m.Level),
	}, nil
}

func (p *Pages) edit(w http.ResponseWriter, r *page.Request) error {
	x, err := p.changing(r)
	if err != nil {
		return err
	}
	return r.HTML(w, planPage(frame(r, r.Words.T("meetings.edit"), ui.Link{Href: x.back, Label: x.Title}), x))
}

func (p *Pages) save(w http.ResponseWriter, r *page.Request) error {
	x, err := p.changing(r)
	if err != nil {
		return err
	}
	title := x.Title
	x.fill(r)
	err = p.store.Change(r.Context(), r.Actor, r.PathValue("id"), x.Plan)
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, planPage(frame(r, r.Words.T("meetings.edit"), ui.Link{Href: x.back, Label: title}), x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, x.back, "meetings.done_changed")
}

// rulesView is the page on which the command sets quorum and majority.
type rulesView struct {
	rows   []rulesRow
	errors map[string]string
	level  gatherings.Level
}

type rulesRow struct {
	level        gatherings.Level
	quorum, pass string
}

func (p *Pages) rulesView(r *page.Request) (*rulesView, error) {
	all, err := p.store.Rules(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	v := &rulesView{}
	for _, l := range levels("system") {
		v.rows = append(v.rows, rulesRow{l, strconv.Itoa(all[l].Quorum), strconv.Itoa(all[l].Pass)})
	}
	return v, nil
}

func (p *Pages) rules(w http.ResponseWriter, r *page.Request) error {
	v, err := p.rulesView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, rulesPage(frame(r, r.Words.T("meetings.rules")), v))
}

func (p *Pages) setRules(w http.ResponseWriter, r *page.Request) error {
	v, err := p.rulesView(r)
	if err != nil {
		return err
	}
	level := gatherings.Level(r.Text("level"))
	if !slices.Contains(levels("system"), level) {
		return r.Done(w, "/meetings/rules", "")
	}
	quorum, _ := strconv.Atoi(r.Text("quorum"))
	pass, _ := strconv.Atoi(r.Text("pass"))
	err = p.store.SetRules(r.Context(), r.Actor, level, Rules{Quorum: quorum, Pass: pass})
	if texts, refused := r.Refused(err); refused {
		v.errors, v.level = texts, level
		for i := range v.rows {
			if v.rows[i].level == level {
				v.rows[i].quorum, v.rows[i].pass = r.Text("quorum"), r.Text("pass")
			}
		}
		return r.Again(w, rulesPage(frame(r, r.Words.T("meetings.rules")), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/meetings/rules", "meetings.done_rules")
}
