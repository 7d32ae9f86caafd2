package today

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
	"sonha/ward/results"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	areas *areas.Store
}

// NewPages makes the pages.
func NewPages(s *Store, a *areas.Store) *Pages { return &Pages{store: s, areas: a} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /{$}", Need: access.Public, Handle: p.public},
		{Pattern: "GET /today", Need: access.SignedIn, Handle: p.today},
		{Pattern: "GET /more", Need: access.SignedIn, Handle: p.more},
	}
}

// todayView is the first screen of somebody who is signed in.
type todayView struct {
	frame  ui.Frame
	w      *words.Words
	hello  string
	title  string
	tasks  []ui.Task
	note   string // why there is nothing else to do yet
	empty  string
	houses []ownView
	figure *figureView
	calls  []ui.Call
	thumb  ui.Action
	post   string // where the thumb's press is sent, when it is a form
	links  []ui.NavItem
}

// ownView is the box with a house head's own house.
type ownView struct {
	label, text, sub string
	state            ui.State
	next             ui.Link
}

// figureView is the headline figure with what covers it.
type figureView struct {
	rate     ui.Rate
	cover    string
	asOf     string
	counts   [4]string
	of       func(ui.State) int
	opens    func(ui.State) string // the list behind a count; nil where the reader opens none
	measured bool                  // at least one house was inspected
}

func (p *Pages) today(w http.ResponseWriter, r *page.Request) error {
	if r.Actor.May(access.OwnHome) && r.Actor.Role() == access.Household {
		return r.Done(w, "/home", "") // a household's day has a page of its own
	}
	d, err := p.store.Of(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t := r.Words
	v := todayView{w: t, hello: weekday(t.Lang(), d.Today) + ", " + d.Today.DisplayIn(t.Lang()), empty: t.T("today.empty")}
	v.title = t.T("today.none")
	if n := len(d.Tasks); n > 0 {
		v.title = t.N("today.count", n)
	}
	if d.Empty {
		v.note, v.empty = t.T("today.no_houses"), ""
	}
	for i := range d.Tasks {
		v.tasks = append(v.tasks, taskView(t, &d.Tasks[i], d.Today))
	}
	for i := range d.Houses {
		v.houses = append(v.houses, ownHouse(t, &d.Houses[i]))
	}
	if d.Counts {
		v.figure = figure(t, &d.Figures, links(r.Actor), r.AsOf())
	}
	if r.Actor.Role() == access.Head {
		v.calls = []ui.Call{{Who: t.T("today.call.113"), Number: "113", Tel: "113"}}
		if d.Officer != "" {
			v.calls = append(v.calls, ui.Call{Who: t.T("today.call.officer"), Number: d.Officer.Display(), Tel: d.Officer.Local()})
		}
		phones, err := p.areas.Phones(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		if phones.Duty != "" {
			v.calls = append(v.calls, ui.Call{Who: t.T("today.call.duty"), Number: phones.Duty.Display(), Tel: phones.Duty.Local()})
		}
	}
	v.thumb, v.post = thumb(t, d.Tasks)
	v.links = doors(r)
	v.frame = r.Frame(t.T("today.name"))
	v.frame.Crumbs = append(v.frame.Crumbs, ui.Link{Label: t.T("today.name")})
	return r.HTML(w, todayPage(v))
}

// weekday is the day of the week at the beginning of a line.
func weekday(lang string, d civil.Day) string {
	name := []rune(d.WeekdayIn(lang))
	if len(name) > 0 && name[0] == 't' {
		name[0] = 'T'
	}
	return string(name)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func taskView(w *words.Words, t *Task, today civil.Day) ui.Task {
	key := "today.task." + string(t.Kind)
	var what string
	switch t.Kind {
	case Mend:
		what = t.Title
	case Verify:
		what = w.F(key, "Who", w.T("role."+string(t.By)), "Title", t.Title)
	case Check:
		what = w.F(key, "House", orElse(t.House, w.T("today.here")), "Title", t.Title)
	case Late:
		what = w.F(key, "Phase", w.T("today.phase."+string(t.Phase)))
	case Confirm:
		what = w.F(key, "Title", t.Title)
	case Meet:
		what = w.F(t.Text, "Title", t.Title)
	case Walk:
		what = w.N(key, t.N, "Title", t.Text)
	case Reopen:
		what = w.F(key, "Year", t.Text)
	case Season:
		what = w.F(key, "Season", w.T(t.Text))
	case Report, Returned:
		what = w.F(key, "Month", t.Month)
	case ReadReports, Missing:
		what = w.N(key, t.N, "Month", t.Month)
	case Recheck, GoOn:
		what = w.F(key, "House", t.House)
	case Send, Receive, NoCampaign, NoPlan, Evening, NotCopied, NameWard, Appoint, Roster:
		what = w.T(key)
	default:
		what = w.N(key, t.N)
	}
	if t.House != "" && (t.Kind == Assess || t.Kind == Send || t.Kind == Pledge || t.Kind == Mend ||
		t.Kind == Receive || t.Kind == Report || t.Kind == Returned || t.Kind == FollowUp || t.Kind == Evening || t.Kind == Verify) {
		what = t.House + ": " + what
	}
	return ui.Task{Href: t.Href, What: what, When: when(w, t, today), Overdue: t.Overdue(today)}
}

func when(w *words.Words, t *Task, today civil.Day) string {
	switch left := t.Due.Sub(today); {
	case t.Due == "":
		return w.T("today.when." + whenKey(t.Kind))
	case left < 0:
		return w.N("today.when.late", -left)
	case left == 0:
		return w.T("today.when.today")
	default:
		return w.N("today.when.left", left, "Day", t.Due.Short())
	}
}

// whenKey says what stands in the place of a day for a task without one.
func whenKey(k Kind) string {
	switch k {
	case GoOn:
		return "begun"
	case Exceptions:
		return "first"
	case NameWard, Appoint, Roster:
		return "beginning"
	case Approve, Reopen:
		return "waiting"
	case Confirm:
		return "answered"
	case Verify, VerifyMany:
		return "reported"
	}
	return "any"
}

func ownHouse(w *words.Words, h *Own) ownView {
	v := ownView{label: h.Address, state: show.Class(h.Result.Class), text: ui.StateText(w, show.Class(h.Result.Class))}
	switch {
	case h.Result.Class != criteria.NotInspected && h.Result.Inspected != "":
		v.sub = w.F("today.own.inspected", "Day", h.Result.Inspected)
	case h.Result.Stage == results.Assessed:
		v.sub = w.F("today.own.assessed", "Points", h.Result.Points, "Max", h.Result.Max)
	case h.Answered > 0:
		v.sub = w.N("today.own.answered", h.Answered)
	default:
		v.sub = w.T("today.own.nothing")
	}
	v.next = ui.Link{Href: "/houses/" + h.ID, Label: w.F("today.own.open", "House", h.Address)}
	if h.Steps > 0 {
		v.next.Label = w.N("today.own.steps", h.Steps)
	}
	return v
}

// links says whether the figures may lead to the rows behind them.
func links(a access.Actor) bool { return a.May(access.SeeHouses) }

func figure(w *words.Words, t *results.Tally, rows bool, asOf string) *figureView {
	count := func(n int) string { return civil.IntIn(w.Lang(), n) }
	by := [4]int{criteria.NotInspected: t.NotInspected(), criteria.NotSafe: t.NotSafe, criteria.Conditional: t.Conditional, criteria.Safe: t.Safe}
	v := &figureView{measured: t.Inspected > 0, asOf: asOf, of: func(s ui.State) int { return by[s] }}
	for s := range by {
		v.counts[s] = count(by[s])
	}
	tenths := civil.PercentTenths(t.Safe, max(1, t.Inspected))
	v.rate = ui.Rate{
		Value: civil.Decimal1In(w.Lang(), tenths), Numerator: count(t.Safe), NumText: w.T("today.figure.safe"),
		Denominator: count(t.Inspected), DenText: w.T("today.figure.inspected"),
	}
	if rows {
		v.rate.NumHref, v.rate.DenHref = "/houses?state=safe", "/houses?state=inspected"
		v.opens = func(s ui.State) string { return "/houses?state=" + criteria.Class(s).String() }
	}
	v.cover = w.F("today.figure.cover", "Seen", t.Inspected, "All", t.Houses, "Share", civil.PercentIn(w.Lang(), t.Inspected, t.Houses))
	return v
}

// thumb is the one button at thumb height: the first task that a single press takes up. For a head whose month is to be reported
// it is the report that says nothing fell short, sent by the press itself.
func thumb(w *words.Words, tasks []Task) (a ui.Action, post string) {
	for i := len(tasks) - 1; i >= 0; i-- {
		t := &tasks[i]
		if t.Kind != Report || t.Post == "" {
			continue
		}
		label := w.F("today.do.report", "Month", t.Month)
		if t.House != "" {
			label = t.House + ": " + label
		}
		return ui.Action{Label: label, Primary: true, Block: true, Form: "one-tap"}, t.Post
	}
	for _, t := range tasks {
		switch t.Kind {
		case Assess, Send, GoOn, Exceptions, Approve, Inspect, Round, NameWard, Roster:
			return ui.Action{Label: w.T("today.do." + string(t.Kind)), Href: t.Href, Primary: true, Block: true}, ""
		}
	}
	return ui.Action{}, ""
}

// doors are the ways on for roles whose day has no list of its own.
func doors(r *page.Request) []ui.NavItem {
	var list []ui.NavItem
	add := func(need access.Need, href, key string, icon ui.Glyph) {
		if r.Actor.May(need) {
			list = append(list, ui.NavItem{Href: href, Label: r.Words.T(key), Icon: icon})
		}
	}
	switch r.Actor.Role() {
	case access.City:
		add(access.SeeCity, "/city", "today.door.city", ui.IconGauge)
	case access.Committee:
		add(access.SeeFigures, "/board", "today.door.board", ui.IconGauge)
		add(access.SeeFigures, "/reports", "today.door.reports", ui.IconFileText)
	case access.Administrator:
		add(access.ManageUsers, "/accounts", "today.door.accounts", ui.IconUsers)
		add(access.ManageAreas, "/areas", "today.door.areas", ui.IconMap)
	case access.Protector:
		add(access.ProtectData, "/data-requests", "today.door.requests", ui.IconClipboardList)
		add(access.SeeProcessing, "/processing", "today.door.processing", ui.IconDatabase)
		add(access.SeeProcessing, "/processing/destroyed", "today.door.destroyed", ui.IconHistory)
	}
	return list
}

// publicView is the page for everybody.
type publicView struct {
	frame  ui.Frame
	w      *words.Words
	signed bool
	wards  []areas.Ward
	ward   *areas.Ward
	figure *figureView
	year   string
	note   string
	emerge []ui.Call
}

// public tells a visitor what the programme is. With several wards the visitor chooses one.
func (p *Pages) public(w http.ResponseWriter, r *page.Request) error {
	wards, err := p.areas.Wards(r.Context())
	if err != nil {
		return err
	}
	t := r.Words
	v := publicView{w: t, signed: r.Actor.Known(), wards: wards, ward: areas.Choose(wards, r.URL.Query().Get("ward"))}
	if v.ward != nil {
		standing, err := p.store.Public(r.Context(), access.Actor{}, v.ward.ID)
		if err != nil {
			return err
		}
		if standing.Shown() {
			v.figure = figure(t, &standing.Figures, false, t.F("page.as_of", "Time", civil.Moment(standing.AsOf, t.Lang())))
			v.year = t.F("today.public.year", "Year", strconv.Itoa(standing.Year), "Ward", v.ward.Name)
			if !standing.Settled {
				v.note = t.T("today.public.running")
			}
		}
	}
	for _, n := range [...]string{"113", "114", "115"} {
		v.emerge = append(v.emerge, ui.Call{Who: t.T("today.public.call." + n), Number: n, Tel: n})
	}
	if v.ward != nil {
		phones, err := p.areas.PublicPhones(r.Context(), access.Actor{}, v.ward.ID)
		if err != nil {
			return err
		}
		if phones.Duty != "" {
			v.emerge = append(v.emerge, ui.Call{Who: t.T("today.call.duty"), Number: phones.Duty.Display(), Tel: phones.Duty.Local()})
		}
	}
	v.frame = r.Frame(t.T("today.public.title"))
	v.frame.NoShell = true
	v.frame.Crumbs = nil
	if v.ward != nil {
		v.frame.Demo = v.ward.Invented
	}
	return r.HTML(w, publicPage(v))
}
