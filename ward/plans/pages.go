package plans

import (
	"bytes"
	"crypto/rand"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
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

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	const need, shows = access.PlanVisits, reads.PlanFile
	return slices.Concat(jobs.ListRoutes("/plan/visits", need, shows, p.export), jobs.ListRoutes("/plan/list", need, shows, p.list), []page.Route{
		{Pattern: "GET /plan", Need: access.PlanVisits, Handle: p.show, Shows: reads.List},
		{Pattern: "GET /plan/new", Need: access.PlanVisits, Handle: p.form},
		{Pattern: "POST /plan", Need: access.PlanVisits, Handle: p.draw},
		{Pattern: "GET /plan/plan.pdf", Need: access.PlanVisits, Handle: p.print, Shows: reads.PlanFile},
		{Pattern: "GET /plan/week", Need: access.Inspect, Handle: p.week, Shows: reads.List},
	})
}

const home = "/plan"

// planView is the plan as the command sees it.
type planView struct {
	ui.Frame
	Plan

	names map[string]string
	asOf  string
}

func (p *Pages) planView(r *page.Request, x Plan) *planView {
	v := &planView{Plan: x, names: map[string]string{}, asOf: r.AsOf()}
	for _, t := range x.Teams {
		v.names[t.Beat] = t.Name
	}
	title := r.Words.F("plans.page", "Year", strconv.Itoa(x.Campaign.Year))
	v.Frame = r.Frame(title, ui.Link{Href: "/campaigns", Label: r.Words.T("nav.campaigns")}, ui.Link{Label: title})
	return v
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Current(r.Context(), r.Actor)
	if fault.Is(err, fault.Missing) {
		return r.Done(w, home+"/new", "")
	}
	if err != nil {
		return err
	}
	return r.HTML(w, planPage(p.planView(r, x)))
}

// beat is the name of a beat for a table.
func (v *planView) beat(id string) string {
	if id == "" {
		return v.Words.T("plans.nobody")
	}
	if name := v.names[id]; name != "" {
		return name
	}
	return v.Words.T("plans.former_beat")
}

func (v *planView) count(n int) string { return civil.IntIn(v.Words.Lang(), n) }

// done counts the visits of the plan that were made, and of the sample those that were inspected at all.
func (v *planView) done() (visits, sampled int) {
	for i := range v.Visits {
		x := &v.Visits[i]
		if x.Done && x.Week != Before {
			visits++
		}
		if x.Done && x.Sampled {
			sampled++
		}
	}
	return visits, sampled
}

// facts are the figures of the plan.
func (v *planView) facts() []ui.Fact {
	return facts(v.Words, &v.Plan)
}

func facts(w *words.Words, p *Plan) []ui.Fact {
	n := func(i int) string { return civil.IntIn(w.Lang(), i) }
	list := []ui.Fact{
		{Key: w.T("plans.fact.sample"), Text: w.F("plans.fact.sample_of", "N", n(p.Sum.Sampled), "All", n(len(p.Frame)), "Share", strconv.Itoa(p.Share)),
			Sub: w.F("plans.fact.margin", "Margin", civil.Decimal1In(w.Lang(), p.Margin), "Needed", n(p.Needed))},
		{Key: w.T("plans.fact.cross"), Text: w.F("plans.fact.cross_of", "N", n(p.Sum.Cross), "Share", strconv.Itoa(p.Cross))},
		{Key: w.T("plans.fact.visits"), Text: w.F("plans.fact.visits_of", "N", n(p.Sum.Visits), "Streets", n(p.Sum.Streets))},
		{Key: w.T("plans.fact.days"), Text: w.F("plans.fact.days_of", "Needed", n(p.Sum.Needed), "Available", n(p.Sum.Available)),
			Sub: w.F("plans.fact.pace", "PerDay", strconv.Itoa(p.PerDay), "Days", strconv.Itoa(p.DaysAWeek))},
		{Key: w.T("plans.fact.left"), Text: w.F("plans.fact.left_of", "N", n(p.Sum.Left))},
	}
	var cross []string
	if p.ID != "" {
		cross = append(cross, w.F("plans.fact.crossed", "N", n(p.Sum.Crossed)))
	}
	if p.Sum.CrossBefore > 0 {
		cross = append(cross, w.F("plans.fact.cross_before", "N", n(p.Sum.CrossBefore)))
	}
	list[1].Sub = strings.Join(cross, "; ")
	if p.Sum.Before > 0 {
		list = append(list, ui.Fact{Key: w.T("plans.fact.before"), Text: w.F("plans.fact.before_of", "N", n(p.Sum.Before))})
	}
	return list
}

// warnings say what a plan falls short of.
func warnings(w *words.Words, p *Plan) []string {
	var list []string
	if p.Sum.Left > p.Sum.Nobody {
		list = append(list, w.F("plans.warn.left", "N", p.Sum.Left-p.Sum.Nobody, "Days", max(1, (p.Sum.Left-p.Sum.Nobody+p.PerDay-1)/p.PerDay)))
	}
	if p.Sum.Nobody > 0 {
		list = append(list, w.F("plans.warn.nobody", "N", p.Sum.Nobody))
	}
	if left, short := p.Sum.CrossLeft(); short {
		list = append(list, w.F("plans.warn.cross", "N", left, "Share", civil.PercentIn(w.Lang(), left, p.Sum.Sampled), "Before", p.Sum.CrossBefore, "Least", LeastCross))
	}
	paper := 0
	for _, l := range p.Sum.Loads {
		if l.Accounts == 0 && l.Visits > 0 {
			paper++
		}
	}
	if paper > 0 {
		list = append(list, w.F("plans.warn.on_paper", "N", paper))
	}
	if len(p.Frame) == 0 {
		list = append(list, w.T("plans.warn.no_frame"))
	}
	return list
}

// formView is the form with what the plan would come to.
type formView struct {
	ui.Frame

	order  Order
	typed  map[string]string // figures and days as typed
	tried  *Plan
	plan   *planView // of what was tried
	before bool      // there is a plan already
	errors map[string]string
}

func (p *Pages) formView(r *page.Request) (*formView, error) {
	v := &formView{typed: map[string]string{}}
	usual, err := p.store.Usual(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	v.order = usual
	v.order.Seed = newSeed()
	if _, err := p.store.Current(r.Context(), r.Actor); err == nil {
		v.before = true
	} else if !fault.Is(err, fault.Missing) {
		return nil, err
	}
	title := r.Words.T("plans.new_page")
	v.Frame = r.Frame(title, ui.Link{Href: "/campaigns", Label: r.Words.T("nav.campaigns")}, ui.Link{Label: title})
	maps.Copy(v.typed, map[string]string{
		"share": strconv.Itoa(usual.Share), "cross": strconv.Itoa(usual.Cross), "per_day": strconv.Itoa(usual.PerDay), "days": strconv.Itoa(usual.DaysAWeek),
		"from": string(usual.From), "to": string(usual.To), "others": "1",
	})
	return v, nil
}

// newSeed is ten figures that nobody chose. The command may type another seed, such as one that was drawn before witnesses.
func newSeed() string {
	const figures = 10_000_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(figures))
	if err != nil {
		return ""
	}
	text := n.String()
	return strings.Repeat("0", len(strconv.Itoa(figures))-1-len(text)) + text
}

// read takes an order out of a form.
func (v *formView) read(r *page.Request) {
	number := func(name string) int {
		n, err := civil.ParseInt(r.Text(name))
		if err != nil {
			return -1
		}
		return n
	}
	v.order.Share, v.order.Cross, v.order.PerDay, v.order.DaysAWeek = number("share"), number("cross"), number("per_day"), number("days")
	v.order.From, v.order.To, v.order.Others = r.Day("from"), r.Day("to"), r.Text("others") == "1"
	for _, name := range []string{"share", "cross", "per_day", "days", "from", "to", "others"} {
		v.typed[name] = r.Text(name)
	}
	if r.Text("seed") != "" || r.Method == http.MethodPost {
		v.order.Seed = r.Text("seed")
	}
	v.order.Reason = r.Text("reason")
}

func (p *Pages) form(w http.ResponseWriter, r *page.Request) error {
	v, err := p.formView(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("share") {
		v.read(r)
	}
	return p.tried(w, r, v)
}

// tried shows the form with the rehearsal of its order.
func (p *Pages) tried(w http.ResponseWriter, r *page.Request, v *formView) error {
	x, err := p.store.Rehearse(r.Context(), r.Actor, v.order)
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	switch {
	case refused && v.errors == nil:
		v.errors = texts
	case !refused:
		v.tried, v.plan = &x, p.planView(r, x)
	}
	if v.errors != nil {
		return r.Again(w, formPage(v))
	}
	return r.HTML(w, formPage(v))
}

func (v *formView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "share", "cross", "per_day", "days", "from", "to", "seed", "reason")
}

// kept are the figures of the rehearsal for the form that draws.
func (v *formView) kept() []ui.FieldValue {
	var list []ui.FieldValue
	for _, name := range []string{"share", "cross", "per_day", "days", "from", "to", "others"} {
		list = append(list, ui.FieldValue{Name: name, Value: v.typed[name]})
	}
	return list
}

func (p *Pages) draw(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	v, err := p.formView(r)
	if err != nil {
		return err
	}
	v.read(r)
	_, err = p.store.Draw(r.Context(), r.Actor, v.order)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return p.tried(w, r, v)
	}
	if err != nil {
		return err
	}
	return r.Done(w, home, "plans.done_drawn")
}

// roundView is the officer's list of a week.
type roundView struct {
	ui.Frame
	Round

	mine map[string]bool // the officer's own beats
}

func (p *Pages) week(w http.ResponseWriter, r *page.Request) error {
	no, _ := strconv.Atoi(r.Text("week"))
	x, err := p.store.RoundOf(r.Context(), r.Actor, max(0, no))
	title := r.Words.T("plans.week_page")
	f := r.Frame(title, ui.Link{Href: "/inspections", Label: r.Words.T("nav.inspections")}, ui.Link{Label: title})
	if fault.Is(err, fault.Missing) && no == 0 && r.Actor.Role() == access.Officer {
		return r.HTML(w, noRoundPage(f))
	}
	if err != nil {
		return err
	}
	v := &roundView{Frame: f, Round: x, mine: map[string]bool{}}
	_, beats := r.Actor.Reach()
	for _, b := range beats {
		v.mine[b] = true
	}
	return r.HTML(w, roundPage(v))
}

// streetOf cuts visits into streets; they come in walking order.
func streetOf(list []Visit) [][]Visit {
	var out [][]Visit
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].StreetID == list[0].StreetID {
			n++
		}
		out, list = append(out, list[:n]), list[n:]
	}
	return out
}

// weeks are the other weeks of the plan as chips.
func (v *roundView) weeks() []ui.Chip {
	var list []ui.Chip
	for _, w := range v.Plan.Weeks {
		list = append(list, ui.Chip{
			Label: v.Words.F("plans.week_chip", "N", w.No, "From", w.Starts.Short(), "To", w.Ends.Short()), Href: home + "/week?week=" + strconv.Itoa(w.No), On: w.No == v.Week.No,
			OneOf: true,
		})
	}
	return list
}

// print is the sheet of the plan with its seed.
func (p *Pages) print(w http.ResponseWriter, r *page.Request) error {
	x, err := p.store.Current(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	v := p.planView(r, x)
	v.Words = p.spoken
	var body bytes.Buffer
	if err := p.document(r, v).WritePDF(&body, fonts); err != nil {
		return err
	}
	r.Attach(w, "application/pdf", "ke-hoach-kiem-tra-"+strconv.Itoa(x.Campaign.Year)+".pdf")
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	_, _ = body.WriteTo(w)
	return nil
}
