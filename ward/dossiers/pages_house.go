package dossiers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
	"sonha/ward/results"
)

// houseView is a house as a page, or as the panel beside a list.
type houseView struct {
	frame ui.Frame
	w     *words.Words
	r     *page.Request
	set   *criteria.Set
	h     *House
	today civil.Day
	// phones are those of the ward's offices.
	phones areas.Phones

	meta     []string
	state    ui.State
	verdict  string
	answers  criteria.Answers // what is known: findings, else the house's own answers
	judged   criteria.Verdict
	plan     criteria.Plan
	todo     string // heading of the box with the next thing to do
	why      string
	steps    []ui.Fact
	actions  []ui.Action
	visit    string // kind of the inspection that this reader may begin
	contents []ui.Content
	points   string
	years    []ui.YearMark
	dates    []ui.Fact
	calls    []ui.Call
	facts    []ui.Fact
	about    string
	events   []ui.Event
}

func houseCrumbs(h *House) []ui.Link {
	var crumbs []ui.Link
	if h.Group != "" {
		crumbs = append(crumbs, crumb("/houses?"+paramGroup+"="+h.GroupID, h.Group))
	}
	return append(crumbs, crumb("/streets/"+h.StreetID, h.Street), crumb("", h.Number))
}

// houseView prepares what the panel and the page have in common.
func (p *Pages) houseView(r *page.Request, h *House) *houseView {
	v := &houseView{w: r.Words, r: r, set: h.Set, h: h, today: civil.DayOf(h.AsOf), state: state(h.Result.Class)}
	w := v.w
	households := w.N("dossiers.households", h.Households)
	if h.Group != "" {
		households = h.Group + " · " + households
	}
	v.meta = []string{households}
	if SeesContacts(r.Actor.Role()) && h.Head != "" {
		v.meta = append(v.meta, w.F("dossiers.head_is", "Name", strings.ReplaceAll(h.Head, " ", "\u00a0")))
	}
	v.answers = h.Result.Answers
	if h.Result.Stage == results.None && r.Actor.May(access.Assess) {
		v.answers = h.Assessment.Answers // not sent yet: for those who answer, not for those who judge
	}
	v.verdict = v.verdictText()
	v.judged = criteria.Judge(v.set, v.answers)
	if h.Result.Class != criteria.Safe && v.answers != "" {
		v.plan = criteria.MakePlan(v.set, v.answers)
	}
	v.next()
	v.fillContents()
	return v
}

// resultOnly reports whether the year of the page is one of which a file brought the result and nothing else: no answers, points or pledges.
func (v *houseView) resultOnly() bool {
	return v.h.Campaign.Origin == campaigns.Imported && v.answers == ""
}

func (v *houseView) volumeYear() string { return strconv.Itoa(v.h.Campaign.Year) }

// volumeHref is where the dossier of the year that the page shows is taken away.
func (v *houseView) volumeHref() string {
	return "/houses/" + v.h.ID + "/volume.pdf?year=" + v.volumeYear()
}

// verdictText says when and by whom the house was looked at, in a line or two.
func (v *houseView) verdictText() string {
	w, h := v.w, v.h
	var lines []string
	switch {
	case h.Campaign.ID == "":
		return w.T("dossiers.verdict.no_campaign")
	case v.resultOnly() && h.Result.Class == criteria.NotInspected:
		return w.F("dossiers.verdict.not_in_file", "Year", v.volumeYear())
	case h.Result.Stage == results.None && h.Assessment.State == "":
		return w.T("dossiers.verdict.nothing")
	case h.Result.Stage == results.None:
		return w.F("dossiers.verdict.answering", "N", h.Assessment.Answered, "Of", v.set.Len())
	case h.Result.Class == criteria.NotInspected:
		return w.F("dossiers.verdict.assessed", "Points", h.Result.Points, "Max", h.Result.Max)
	}
	if h.Result.Inspected != "" {
		lines = append(lines, w.F("dossiers.verdict.inspected", "Day", h.Result.Inspected))
	}
	if h.Result.RecheckBy != "" {
		lines = append(lines, w.F("dossiers.verdict.recheck", "Day", h.Result.RecheckBy))
	}
	if h.Result.Stage == results.Proposed {
		lines = append(lines, w.T("dossiers.verdict.waiting"))
	}
	return strings.Join(lines, " ")
}

// next finds the one thing that this reader does next for the house.
func (v *houseView) next() {
	w, h := v.w, v.h
	phase, role := h.Campaign.Phase, v.r.Actor.Role()
	base := "/houses/" + h.ID
	add := func(key, href string) {
		v.actions = append(v.actions, ui.Action{Label: w.T(key), Href: href, Touch: true, Primary: len(v.actions) == 0})
	}
	if title := v.plan.Title(); len(v.plan.Steps) > 0 {
		v.todo = title.In(w.Lang())
	}
	switch {
	case role == access.Command && h.Result.Stage == results.Proposed && phase.Allows(campaigns.Approving):
		add("dossiers.do.approve", base+"/result")
		v.todo = orElse(v.todo, w.T("dossiers.todo.approve"))
	case v.r.Actor.May(access.Inspect) && phase.Allows(campaigns.Visiting) && h.Draft != "":
		add("dossiers.do.go_on_inspecting", "/inspections/"+h.Draft)
		v.todo = orElse(v.todo, w.T("dossiers.todo.inspecting"))
	case v.r.Actor.May(access.Inspect) && phase.Allows(campaigns.Visiting):
		v.visit = "planned"
		key := "dossiers.do.inspect"
		if h.Result.Class != criteria.NotInspected {
			v.visit, key = "repeat", "dossiers.do.inspect_again"
		} else {
			v.todo = w.T("dossiers.todo.inspect")
		}
		if v.todo == "" {
			v.visit = ""
		} else {
			add(key, "")
		}
	case v.r.Actor.May(access.Assess) && phase.Allows(campaigns.Assessing) && h.Assessment.State != "sent" && h.Result.Class == criteria.NotInspected:
		v.todo = w.N("dossiers.todo.assess", v.set.Len()-h.Assessment.Answered)
		key := "dossiers.do.assess"
		if h.Assessment.Answered > 0 {
			key = "dossiers.do.go_on_assessing"
		}
		add(key, base+"/assessment")
	case v.r.Actor.May(access.Assess) && phase.Allows(campaigns.Assessing) && h.Result.Class == criteria.NotInspected && len(v.plan.Steps) > 0:
		add("dossiers.do.change_assessment", base+"/assessment")
	}
	if v.r.Actor.May(access.Assess) && phase.Allows(campaigns.Pledging) && h.Assessment.Pledged < h.Households {
		v.todo = orElse(v.todo, w.N("dossiers.todo.pledge", h.Households-h.Assessment.Pledged))
		add("dossiers.do.pledge", base+"/pledges")
	}
	v.fillSteps()
}

func (v *houseView) fillSteps() {
	lang := v.w.Lang()
	var gains []string
	for i := range v.plan.Contents {
		line := v.plan.Contents[i].Line()
		gains = append(gains, line.In(lang))
	}
	v.why = strings.Join(gains, " ")
	for i := range v.plan.Steps {
		step := &v.plan.Steps[i]
		how, worth := step.Item.How.In(lang), step.Worth()
		v.steps = append(v.steps, ui.Fact{Text: step.Item.Action.In(lang), Sub: how + ". " + worth.In(lang) + "."})
	}
}

// fillContents draws the six contents. What nobody has inspected keeps the mark of what is not known, whatever the
// house said of itself.
func (v *houseView) fillContents() {
	v.points = v.w.F("dossiers.as_of", "Time", civil.Clock(v.h.AsOf))
	if v.resultOnly() {
		return
	}
	lang := v.w.Lang()
	seen := v.h.Result.Class != criteria.NotInspected
	v.contents = make([]ui.Content, len(v.judged.Contents))
	cells := make([]ui.Cell, v.set.Len())
	for i := range v.judged.Contents {
		c := &v.judged.Contents[i]
		out := &v.contents[i]
		out.Name, out.Points, out.Max, out.Need = c.Content.Short.In(lang), c.Points, c.Max, c.Need
		switch {
		case !seen || c.Unanswered > 0:
		case c.Passed:
			out.State = ui.Safe
		default:
			out.State = ui.NotSafe
		}
		out.Cells = cells[c.First : c.First+len(c.Content.Items)]
		for j := range c.Content.Items {
			item := &c.Content.Items[j]
			out.Cells[j] = ui.Cell{Value: show.Cell(v.answers.At(c.First + j)), Required: item.Required, Code: item.Code, Title: item.Label.In(lang)}
		}
		out.Missing = v.missingText(c)
	}
	if v.judged.Max > 0 {
		points := v.w.F("dossiers.points", "Points", v.judged.Points, "Max", v.judged.Max) + " · "
		if !seen {
			points += v.w.T("dossiers.by_itself") + " · "
		}
		v.points = points + v.points
	}
}

// missingText names what a content lacks, in the order of least effort.
func (v *houseView) missingText(c *criteria.ContentVerdict) string {
	if !c.Failed() {
		return ""
	}
	plan := v.plan
	if len(plan.Steps) == 0 { // safe by the officer's word and not by the rules: nothing is asked for, and yet something lacks
		plan = criteria.MakePlan(v.set, v.answers)
	}
	var names []string
	for i := range plan.Steps {
		if step := &plan.Steps[i]; step.Content == c.Content {
			names = append(names, civil.LowerFirst(step.Item.Label.In(v.w.Lang()))+" ("+step.Item.Code+")")
		}
	}
	return v.w.F("dossiers.lacks", "Items", strings.Join(names, ", "), "Need", c.Need)
}

// fill adds what only the whole page shows.
func (v *houseView) fill() {
	v.fillDates()
	v.fillCalls()
	v.fillFacts()
	v.events = v.answering(eventsView(v.r, v.h.Events))
	for _, y := range v.h.Years {
		mark := ui.YearMark{Year: strconv.Itoa(y.Year), State: state(y.Class)}
		if y.Year != v.h.Campaign.Year {
			mark.Href = "/houses/" + v.h.ID + "?" + paramYear + "=" + mark.Year
		}
		v.years = append(v.years, mark)
	}
}

// proposeLink leads whoever may propose something to the form for this house.
func (v *houseView) proposeLink() ui.Link {
	if !v.r.Actor.May(access.Propose) {
		return ui.Link{}
	}
	return ui.Link{Href: "/proposals/new?house=" + v.h.ID, Label: v.w.T("dossiers.propose")}
}

// measureLink leads to the form for a measure at this house.
func (v *houseView) measureLink() ui.Link {
	if !v.r.Actor.May(access.SeeMeasures) {
		return ui.Link{}
	}
	return ui.Link{Href: "/measures/new?house=" + v.h.ID, Label: v.w.T("dossiers.add_measure")}
}

// objection is the page on which the house asks for another look at the result that is shown.
func (v *houseView) objection() string {
	return "/houses/" + v.h.ID + "/objection?" + paramYear + "=" + strconv.Itoa(v.h.Campaign.Year)
}

// fillDates lists what is to come: the recheck and the ends of the phases.
func (v *houseView) fillDates() {
	add := func(day civil.Day, text, sub string) {
		v.dates = append(v.dates, ui.Fact{Key: day.Short(), Time: string(day), Text: text, Sub: sub})
	}
	if day := v.h.Result.RecheckBy; day != "" {
		sub := ""
		if day < v.today {
			sub = v.w.N("dossiers.late", v.today.Sub(day))
		}
		add(day, v.w.T("dossiers.date.recheck"), sub)
	}
	if day := v.h.Objection.Last; day != "" {
		add(day, v.w.T("dossiers.date.object"), "")
		v.dates[len(v.dates)-1].Href = v.objection()
	}
	if day := v.h.Objection.Due; day != "" {
		sub := ""
		if day < v.today {
			sub = v.w.N("dossiers.late", v.today.Sub(day))
		}
		add(day, v.w.T("dossiers.date.objected"), sub)
		v.dates[len(v.dates)-1].Href = v.objection()
	}
	if v.h.Campaign.Phase != campaigns.Closed {
		for _, d := range v.h.Campaign.Dates {
			if d.Ends >= v.today {
				add(d.Ends, v.w.T("dossiers.date."+string(d.Phase)), "")
			}
		}
	}
	slices.SortStableFunc(v.dates, func(a, b ui.Fact) int { return strings.Compare(a.Time, b.Time) })
}

func (v *houseView) fillCalls() {
	w := v.w
	if role := v.r.Actor.Role(); role != access.Head && SeesContacts(role) && v.h.Phone != "" {
		v.calls = append(v.calls, ui.Call{Who: w.T("role.head"), Number: v.h.Phone.Display(), Tel: v.h.Phone.Local()})
	}
	for _, o := range v.h.Officers {
		if o.Phone != "" {
			v.calls = append(v.calls, ui.Call{Who: w.T("role.officer"), Number: o.Phone.Display(), Tel: o.Phone.Local()})
		}
	}
	if v.phones.Duty != "" {
		v.calls = append(v.calls, ui.Call{Who: w.T("dossiers.call.duty"), Number: v.phones.Duty.Display(), Tel: v.phones.Duty.Local()})
	}
	for _, n := range [...]string{"113", "114", "115"} {
		v.calls = append(v.calls, ui.Call{Who: w.T("dossiers.call." + n), Number: n, Tel: n})
	}
}

// movesShown is how many of the groups and beats to which the house belonged before are told.
const movesShown = 4

func (v *houseView) fillFacts() {
	w, h := v.w, v.h
	count := func(n int) string { return civil.IntIn(w.Lang(), n) }
	fact := func(key, text, href string) { v.facts = append(v.facts, ui.Fact{Key: key, Text: text, Href: href}) }
	if h.Campaign.ID != "" && !v.resultOnly() {
		href := ""
		if v.r.Actor.May(access.Assess) {
			href = "/houses/" + h.ID + "/pledges"
		}
		fact(count(h.Assessment.Pledged)+"/"+w.N("dossiers.households", h.Households), w.T("dossiers.fact.pledged"), href)
		if v.r.Actor.May(access.Assess) {
			fact(count(h.Replied)+"/"+w.N("dossiers.households", h.Households), w.T("dossiers.fact.replied"), "/houses/"+h.ID+"/answers")
			fact("QR", w.T("dossiers.fact.cards"), "/houses/"+h.ID+"/cards")
		}
		text := w.T("dossiers.fact.assessing")
		if h.Assessment.State == "sent" {
			text = w.T("dossiers.fact.assessed")
		}
		fact(count(h.Assessment.Answered)+"/"+count(v.set.Len()), text, "")
	}
	if v.r.Actor.May(access.Plates) {
		fact("QR", w.T("dossiers.fact.plate"), "/houses/"+h.ID+"/door")
	}
	var about []string
	if h.Beat != "" {
		about = append(about, h.Beat)
	}
	if h.OpenedOn != "" {
		about = append(about, w.F("dossiers.fact.opened", "Day", h.OpenedOn))
	}
	if h.FormerWard != "" {
		about = append(about, w.F("dossiers.fact.former", "Ward", h.FormerWard))
	}
	for i, m := range h.Moves {
		if i == movesShown {
			break
		}
		if left := strings.Trim(m.Group+" · "+m.Beat, " ·"); left != "" {
			about = append(about, w.F("dossiers.fact.belonged", "Day", m.On, "Place", left))
		}
	}
	v.about = strings.Join(about, " · ")
}

// answering puts one line for all answers that were not sent yet among the others, where the last of them belongs.
func (v *houseView) answering(events []ui.Event) []ui.Event {
	a := &v.h.Assessment
	if !a.Unsent() {
		return events
	}
	x := moment(v.w, a.UpdatedAt)
	if v.r.Actor.Role() != access.Head {
		x.Who = a.UpdatedBy
	}
	x.What = v.w.F("dossiers.verdict.answering", "N", a.Answered, "Of", v.set.Len())
	at := slices.IndexFunc(v.h.Events, func(e Event) bool { return e.At.Before(a.UpdatedAt) })
	if at < 0 {
		at = len(events)
	}
	return slices.Insert(events, at, x)
}

// moment is an event of which only the time is known.
func moment(w *words.Words, at time.Time) ui.Event {
	at = at.In(civil.Hanoi)
	return ui.Event{Time: at.Format(time.RFC3339), When: civil.Moment(at, w.Lang())}
}

// eventsView tells who did what and when. A house head reads the role; those who work with the dossiers also the name.
func eventsView(r *page.Request, events []Event) []ui.Event {
	w := r.Words
	out := make([]ui.Event, len(events))
	for i, e := range events {
		out[i] = moment(w, e.At)
		x := &out[i]
		if x.Who = e.Role; w.Has("role." + e.Role) {
			x.Who = w.T("role." + e.Role)
		}
		if r.Actor.Role() != access.Head && e.Role != "system" && e.Actor != "" && e.Actor != x.Who {
			x.Who += ", " + e.Actor
		}
		if key := "dossiers.action." + e.Action; w.Has(key) {
			x.What, x.Note = w.T(key), e.Detail
			if day, err := civil.ParseDay(e.Detail); err == nil && strings.HasPrefix(e.Action, "measure.") {
				x.Note = w.F("dossiers.until", "Day", day) // a measure's only day in the history is its due day
			}
		} else {
			x.What = orElse(e.Detail, w.T("dossiers.changed"))
		}
	}
	return out
}
