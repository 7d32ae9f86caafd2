package mediations

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/reads"
)

// Hider says which of the values must stay untold so that no small one can be worked out; each sum is the place of a total and then
// those of its parts.
type Hider func(values []int, sums [][]int) []bool

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	hide  Hider
	// What is printed is in Vietnamese, whatever language its printer reads.
	spoken *words.Words
	fonts  func() (*paper.Fonts, error)
}

// NewPages makes the pages; hide keeps small counts untold. Fonts are read when the first sheet is printed.
func NewPages(s *Store, hide Hider, w *words.Catalog) *Pages {
	return &Pages{store: s, hide: hide, spoken: w.In("vi"), fonts: sync.OnceValues(paper.LoadFonts)}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /mediations", Need: access.Mediate, Handle: p.list},
		{Pattern: "GET /mediations/new", Need: access.Mediate, Handle: p.newCase},
		{Pattern: "POST /mediations", Need: access.Mediate, Handle: p.begin},
		{Pattern: "GET /mediations/book.pdf", Need: access.Mediate, Handle: p.book, Fresh: true},
		{Pattern: "GET /mediations/figures", Need: access.CountMediations, Handle: p.figures},
		{Pattern: "GET /mediations/{id}", Need: access.Mediate, Handle: p.show},
		{Pattern: "GET /mediations/{id}/card.pdf", Need: access.Mediate, Handle: p.card},
		{Pattern: "POST /mediations/{id}/details", Need: access.Mediate, Handle: p.describe},
		{Pattern: "POST /mediations/{id}/sessions", Need: access.Mediate, Handle: p.meet},
		{Pattern: "POST /mediations/{id}/finish", Need: access.Mediate, Handle: p.finish},
		{Pattern: "POST /mediations/{id}/refer", Need: access.Mediate, Handle: p.refer},
		{Pattern: "POST /mediations/{id}/follow-up", Need: access.Mediate, Handle: p.followUp},
		{Pattern: "POST /mediations/{id}/discard", Need: access.Mediate, Handle: p.discard},
		{Pattern: "GET /houses/{id}/settling", Need: access.KeepLog, Handle: p.settlings, Shows: reads.Log},
		{Pattern: "GET /houses/{id}/settling/new", Need: access.KeepLog, Handle: p.newSettling},
		{Pattern: "POST /houses/{id}/settling", Need: access.KeepLog, Handle: p.beginSettling},
		{Pattern: "GET /settling/{id}", Need: access.KeepLog, Handle: p.settling},
		{Pattern: "POST /settling/{id}", Need: access.KeepLog, Handle: p.settle},
	}
}

func home(id string) string { return "/mediations/" + id }

// calls are whom to telephone about what is not for mediation: violence and crime are for 113, a violation for the ward police on
// duty, what harms the public or is barred for the committee.
func calls(w *words.Words, why Question, p *areas.Phones) []ui.Call {
	var list []ui.Call
	if why == "violence" || why == "crime" || why == "sanction" {
		list = append(list, ui.Call{Who: w.T("mediations.call.113"), Number: "113", Tel: "113"})
		if p.Duty != "" {
			list = append(list, ui.Call{Who: w.T("mediations.call.duty"), Number: p.Duty.Display(), Tel: p.Duty.Local()})
		}
	}
	if why != "crime" && p.Committee != "" {
		list = append(list, ui.Call{Who: w.T("mediations.call.committee"), Number: p.Committee.Display(), Tel: p.Committee.Local()})
	}
	return list
}

// row is a case in a list.
type row struct {
	Case
	href, code, scope, state, next string
	late                           bool
}

func (p *Pages) row(r *page.Request, c *Case) row {
	t := r.Words
	x := row{Case: *c, href: home(c.ID), code: c.Code(), state: t.T("mediations.state." + string(c.State))}
	if c.Record == Early {
		x.code = t.T("mediations.early_short")
		if c.Number > 0 {
			x.code = t.F("mediations.early_code", "Code", c.Code())
		}
	}
	if x.code == "" {
		x.code = t.T("mediations.no_number")
	}
	if c.Scope != "" {
		x.scope = t.T("mediations.scope." + string(c.Scope))
	}
	x.next, x.late = nextText(t, c, r.Today())
	return x
}

// nextText says what comes next and by when, and whether its day has passed.
func nextText(t *words.Words, c *Case, today civil.Day) (text string, late bool) {
	switch {
	case c.Record == Early && c.State == Handed && !c.Taken:
		return t.T("mediations.next.take"), false
	case c.Record == Early && c.State == Checked:
		return t.T("mediations.next.settle"), false
	case c.State == Checked:
		return t.F("mediations.next.describe", "Day", c.StartBy()), today > c.StartBy()
	case c.State == Open:
		return t.F("mediations.next.start", "Day", c.StartBy()), today > c.StartBy()
	case c.State == Running:
		return t.T("mediations.next.finish"), false
	case c.FollowDue():
		return t.F("mediations.next.follow", "Day", c.FollowBy), today > c.FollowBy
	}
	return "", false
}

// shelf is the page of the register.
type shelf struct {
	Register
	rows         []row
	years, chips []ui.Chip
	filter       Filter
	empty        string
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	f := Filter{Record: Record(r.Text("record")), Open: r.Text("open") != ""}
	f.Year, _ = strconv.Atoi(r.Text("year"))
	if f.Record != Early && f.Record != Formal {
		f.Record = ""
	}
	x, err := p.store.List(r.Context(), r.Actor, f)
	if err != nil {
		return err
	}
	t := r.Words
	s := shelf{Register: x, filter: f, empty: t.T("mediations.none")}
	for i := range x.Cases {
		s.rows = append(s.rows, p.row(r, &x.Cases[i]))
	}
	s.years, s.chips = filters(t, &x, f)
	names := make([]string, len(x.Groups))
	for i, g := range x.Groups {
		names[i] = g.Name
	}
	title := t.T("mediations.name")
	if len(names) > 0 {
		title = t.F("mediations.of_group", "Group", strings.Join(names, ", "))
	}
	return r.HTML(w, listPage(r.Frame(title, ui.Link{Label: t.T("mediations.name")}), s))
}

func filters(t *words.Words, x *Register, f Filter) (years, chips []ui.Chip) {
	to := func(f Filter) string {
		var q []string
		if f.Year != 0 {
			q = append(q, "year="+strconv.Itoa(f.Year))
		}
		if f.Record != "" {
			q = append(q, "record="+string(f.Record))
		}
		if f.Open {
			q = append(q, "open=1")
		}
		if len(q) == 0 {
			return "/mediations"
		}
		return "/mediations?" + strings.Join(q, "&")
	}
	g := f
	g.Open = !f.Open
	chips = append(chips, ui.Chip{Label: t.T("mediations.open_only"), Href: to(g), On: f.Open})
	for _, k := range []Record{Formal, Early} {
		g := f
		if g.Record = k; f.Record == k {
			g.Record = ""
		}
		chips = append(chips, ui.Chip{Label: t.T("mediations.record." + string(k)), Href: to(g), On: f.Record == k})
	}
	for _, y := range x.Years {
		g := f
		if g.Year = y; f.Year == y {
			g.Year = 0
		}
		years = append(years, ui.Chip{Label: strconv.Itoa(y), Href: to(g), On: f.Year == y})
	}
	return years, chips
}

// gate is the screen of the exclusion check.
type gate struct {
	action  string
	answers map[Question]string
	errors  map[string]string
	early   string
	house   string
	group   string
	groups  []Group
}

func (g *gate) read(r *page.Request) {
	g.answers = map[Question]string{}
	for _, q := range Questions() {
		g.answers[q] = r.Text("q." + string(q))
	}
}

func (g *gate) names() []string {
	list := []string{""}
	for _, q := range Questions() {
		list = append(list, "q."+string(q))
	}
	return append(list, "group")
}

func (g *gate) question(t *words.Words, q Question) ui.Choice {
	return ui.Choice{Name: "q." + string(q), Legend: t.T("mediations.question." + string(q)), Hint: t.T("mediations.question_hint." + string(q)),
		Error: g.errors["q."+string(q)], Inline: true,
		Options: []ui.Option{
			{Value: "no", Label: t.T("mediations.no"), Checked: g.answers[q] == "no"}, {Value: "yes", Label: t.T("mediations.yes"), Checked: g.answers[q] == "yes"},
		}}
}

func (g *gate) groupOptions() []ui.Option {
	var list []ui.Option
	for _, x := range g.groups {
		list = append(list, ui.Option{Value: x.ID, Label: x.Name})
	}
	return list
}

// gateOf prepares the check for a mediator.
func (p *Pages) gateOf(r *page.Request) (*gate, ui.Frame, error) {
	x, err := p.store.List(r.Context(), r.Actor, Filter{Open: true, Record: Early})
	if err != nil {
		return nil, ui.Frame{}, err
	}
	g := &gate{action: "/mediations", early: r.Text("early"), group: r.Text("group"), groups: taking(x.Groups)}
	if !slices.ContainsFunc(x.Cases, func(c Case) bool { return c.ID == g.early }) {
		g.early = ""
	}
	return g, r.Frame(r.Words.T("mediations.check"), ui.Link{Href: "/mediations", Label: r.Words.T("mediations.name")}, ui.Link{Label: r.Words.T("mediations.new")}), nil
}

func (p *Pages) newCase(w http.ResponseWriter, r *page.Request) error {
	g, f, err := p.gateOf(r)
	if err != nil {
		return err
	}
	return r.HTML(w, gatePage(f, g))
}

func (p *Pages) begin(w http.ResponseWriter, r *page.Request) error {
	g, f, err := p.gateOf(r)
	if err != nil {
		return err
	}
	g.read(r)
	id, err := p.store.Begin(r.Context(), r.Actor, Intake{Answers: g.answers, Group: g.group, Early: g.early})
	if texts, refused := r.Refused(err); refused {
		g.errors = texts
		return r.Again(w, gatePage(f, g))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "mediations.done_checked")
}

// figureRow is a group's line on the page of counts; a figure that must stay untold is "–".
type figureRow struct {
	name, all string
	parts     []string
}

// table is the page of counts.
type table struct {
	year   int
	years  []ui.Chip
	rows   []figureRow
	whole  *figureRow
	hidden bool
	least  int
}

// Least is the smallest count that is told of a group (domain.md §6.1, product.md E).
const Least = 5

func (p *Pages) figures(w http.ResponseWriter, r *page.Request) error {
	now := r.Today().Year()
	year, _ := strconv.Atoi(r.Text("year"))
	if year < now-keptYears || year > now {
		year = now
	}
	list, err := p.store.Counts(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	x := tabulate(r.Words, list, p.hide)
	x.year = year
	for y := now; y > now-3; y-- {
		x.years = append(x.years, ui.Chip{Label: strconv.Itoa(y), Href: "/mediations/figures?year=" + strconv.Itoa(y), On: y == year, OneOf: true})
	}
	t := r.Words
	f := r.Frame(t.F("mediations.figures_page", "Year", strconv.Itoa(year)), ui.Link{Label: t.T("mediations.figures")})
	return r.HTML(w, figuresPage(f, x, r.AsOf()))
}

// tabulate sets the counts beside one another: a row a group, a line for all of them when there are several, and what is small or
// would give a small one away left out.
func tabulate(t *words.Words, list []Count, hide Hider) table {
	x := table{least: Least}
	if len(list) == 0 {
		return x
	}
	total := Count{}
	for i := range list {
		c := &list[i]
		total.All, total.Settled, total.Unsettled, total.Referred, total.Open = total.All+c.All, total.Settled+c.Settled, total.Unsettled+c.Unsettled, total.Referred+c.Referred,
			total.Open+c.Open
	}
	rows := slices.Clone(list)
	if len(list) > 1 {
		rows = append(rows, total)
	}
	width := len(total.Parts()) + 1
	var values []int
	var sums [][]int
	for i := range rows {
		at := len(values)
		values = append(append(values, rows[i].All), rows[i].Parts()...)
		sum := []int{at}
		for j := 1; j < width; j++ {
			sum = append(sum, at+j)
		}
		sums = append(sums, sum)
	}
	if len(list) > 1 {
		for j := range width {
			sum := []int{len(list)*width + j}
			for i := range list {
				sum = append(sum, i*width+j)
			}
			sums = append(sums, sum)
		}
	}
	hidden := hide(values, sums)
	for i := range rows {
		var told []string
		for j := range width {
			text := civil.IntIn(t.Lang(), values[i*width+j])
			if hidden[i*width+j] {
				text, x.hidden = "–", true
			}
			told = append(told, text)
		}
		line := figureRow{name: rows[i].Name, all: told[0], parts: told[1:]}
		if i < len(list) {
			x.rows = append(x.rows, line)
			continue
		}
		line.name = t.T("mediations.whole_ward")
		x.whole = &line
	}
	return x
}
