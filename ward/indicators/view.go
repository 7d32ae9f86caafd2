package indicators

import (
	"slices"
	"strconv"
	"strings"

	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// teller writes figures in the reader's words.
type teller struct {
	w    *words.Words
	lang string
}

func newTeller(w *words.Words) teller { return teller{w, w.Lang()} }

func (t teller) num(n int) string { return civil.IntIn(t.lang, n) }

func (t teller) tenths(n int) string { return civil.Decimal1In(t.lang, n) }

func (t teller) percent(tenths int) string {
	if t.lang == "en" {
		return t.tenths(tenths) + "%"
	}
	return t.tenths(tenths) + "\u00a0%"
}

// figure writes a figure with its unit: "171 vụ", "89,0 %".
func (t teller) figure(p *Point) string {
	switch {
	case p.Hidden:
		return t.w.T("indicators.untold")
	case !p.share:
		return t.w.N("indicators.cases", p.Part)
	case p.Of == 0:
		return "–"
	}
	return t.percent(p.Tenths())
}

// short is a figure for a narrow column.
func (t teller) short(p *Point) string {
	if p.Hidden {
		return t.w.T("indicators.untold")
	}
	if !p.share {
		return t.num(p.Part)
	}
	return t.figure(p)
}

// of writes part and whole: "1.411/1.586".
func (t teller) of(p *Point) string {
	if !p.share || p.Hidden {
		return ""
	}
	return t.num(p.Part) + "/" + t.num(p.Of)
}

// change says how a figure stands against its base: "giảm 52,3 %", "tăng 3,2 điểm phần trăm".
func (t teller) change(c Change) string {
	size := t.percent(c.Tenths)
	if c.Points {
		size = t.w.F("indicators.points", "N", t.tenths(c.Tenths))
	}
	if c.Tenths == 0 {
		size = t.w.F("indicators.under", "Size", t.percent(1))
	}
	switch c.Verdict {
	case Fell:
		return t.w.F("indicators.fell", "Size", size)
	case Rose:
		return t.w.F("indicators.rose", "Size", size)
	}
	return t.w.T("indicators.verdict." + c.Verdict.String())
}

// changeBriefly is change in a narrow place: "tăng 5,2 điểm %".
func (t teller) changeBriefly(c Change) string {
	if !c.Points || c.Tenths == 0 || c.Verdict == Same {
		return t.change(c)
	}
	return t.w.F("indicators."+c.Verdict.String(), "Size", t.w.F("indicators.points_short", "N", t.tenths(c.Tenths)))
}

// String names the verdict for catalog keys and for JSON.
func (v Verdict) String() string {
	return [...]string{"same", "fell", "rose", "is_base", "zero_base", "other_side", "part_only", "untold", "no_base"}[v]
}

// brief is a change for a narrow column: "−52,3 %", "gốc", "không so".
func (t teller) brief(c Change) string {
	size := t.percent(c.Tenths)
	if c.Points {
		size = t.tenths(c.Tenths)
	}
	switch c.Verdict {
	case Fell:
		return "−" + size
	case Rose:
		return "+" + size
	case Same:
		return size
	}
	return t.w.T("indicators.brief." + c.Verdict.String())
}

// sheetOf is one indicator with the words around its figures.
type sheetOf struct {
	*Reading
	teller

	Title string
	AsOf  string
}

func newSheet(r *Reading, w *words.Words) *sheetOf {
	return &sheetOf{Reading: r, teller: newTeller(w), Title: w.T("indicators.name." + string(r.Code))}
}

func (x *sheetOf) home() string { return "/indicators/" + string(x.Code) }

// baseOf is the base of a point's own segment.
func (x *sheetOf) baseOf(p *Point) *Point { return x.Base(p.Segment) }

func (x *sheetOf) changeOf(p *Point) Change {
	base := x.baseOf(p)
	if base == nil && p.Segment > 0 && len(x.Points) > 0 && x.Base(0) != nil {
		return Compare(p, x.Base(0)) // says that a break lies between
	}
	return Compare(p, base)
}

// caption is the line over the title: what it is, where the figures come from, until when they go.
func (x *sheetOf) caption() string {
	text := x.w.F("indicators.caption", "Code", string(x.Code)) + " · " + x.w.T("indicators.origin."+x.originKey())
	if len(x.Points) > 0 {
		last := x.Points[len(x.Points)-1].Period
		if x.Share() {
			return text + " · " + x.w.F("indicators.read_at", "Time", x.AsOf)
		}
		text += " · " + x.w.F("indicators.until", "Day", last.Ends.DisplayIn(x.lang))
	}
	return text
}

func (x *sheetOf) originKey() string {
	switch x.Origin {
	case FromCounts:
		return "counts"
	case FromResults:
		return "results"
	}
	return "source"
}

// say is the one sentence of the page, in three pieces of which the middle one is set off.
func (x *sheetOf) say() (before, strong, after string) {
	p := x.Latest()
	if p == nil {
		return "", "", ""
	}
	base := x.baseOf(p)
	before = x.w.F("indicators.say.figure", "Period", x.periodName(p), "Figure", x.sentenceFigure(p))
	c := x.changeOf(p)
	switch {
	case c.Comparable():
		strong = x.w.F("indicators.say.change", "Change", x.change(c), "Year", strconv.Itoa(base.Period.Year))
	case c.Verdict == ZeroBase:
		strong = x.w.F("indicators.say.zero_base", "Year", strconv.Itoa(base.Period.Year))
	case c.Verdict == OtherSide || c.Verdict == PartOnly:
		strong = x.w.T("indicators.say.new_series")
	}
	if len(x.cuts()) > 0 {
		after = x.w.F("indicators.say.break", "Day", x.cuts()[0].Label)
	}
	if running := x.running(); running != nil && running != p {
		after += " " + x.w.F("indicators.say.running", "Year", strconv.Itoa(running.Period.Year), "Figure", x.figure(running), "Of", x.of(running))
	}
	return before, strong, strings.TrimSpace(after)
}

func (x *sheetOf) sentenceFigure(p *Point) string {
	if of := x.of(p); of != "" {
		return x.figure(p) + " (" + of + ")"
	}
	return x.figure(p)
}

func (x *sheetOf) periodName(p *Point) string {
	name := []rune(p.Period.Full(x.w))
	return strings.ToUpper(string(name[:1])) + string(name[1:])
}

// running is the point of the campaign that still goes on; nil when there is none.
func (x *sheetOf) running() *Point {
	for i := range x.Points {
		if x.Points[i].Running && x.Points[i].Known() {
			return &x.Points[i]
		}
	}
	return nil
}

// facts are the figures at the right of the title.
func (x *sheetOf) facts() []ui.Fact {
	var list []ui.Fact
	i := Latest(x.Points)
	if i < 0 {
		return nil
	}
	p, base := &x.Points[i], x.baseOf(&x.Points[i])
	if mean, ok := Mean3(x.Points, i); ok {
		text := x.tenths(mean)
		if x.Share() {
			text = x.percent(mean)
		} else {
			text = x.w.F("indicators.cases_mean", "N", text)
		}
		list = append(list, ui.Fact{Key: x.w.F("indicators.fact.mean", "From", strconv.Itoa(p.Period.Year-2), "To", strconv.Itoa(p.Period.Year)), Text: text})
		if c := MeanChange(x.Points, i, base); base != nil && (c.Comparable() || c.Verdict == ZeroBase) {
			list = append(list, ui.Fact{Key: x.w.F("indicators.fact.against", "Year", strconv.Itoa(base.Period.Year)), Text: x.changeBriefly(c)})
		}
	}
	if low := Lowest(x.Points, p.Segment); low >= 0 && !x.Share() {
		list = append(list, ui.Fact{Key: x.w.T("indicators.fact.lowest"), Text: x.figure(&x.Points[low]) + " (" + strconv.Itoa(x.Points[low].Period.Year) + ")"})
	}
	if rated := x.rated(); rated != nil {
		rate, _ := rated.Rate()
		list = append(list, ui.Fact{Key: x.w.F("indicators.fact.rate", "Year", strconv.Itoa(rated.Period.Year)), Text: x.tenths(rate)})
	}
	if x.Origin == FromCounts {
		text := x.w.T("indicators.fact.no_reports")
		if x.Reports != nil {
			text = x.figure(x.Reports)
		}
		list = append(list, ui.Fact{Key: x.w.T("indicators.fact.reports"), Text: text})
	}
	return list
}

// rated is the last point with a rate for each 1,000 households; nil when there is none.
func (x *sheetOf) rated() *Point {
	for i := len(x.Points) - 1; i >= 0; i-- {
		if _, ok := x.Points[i].Rate(); ok {
			return &x.Points[i]
		}
	}
	return nil
}

// cuts are the breaks between the points, with the words that stand behind them in the chart.
func (x *sheetOf) cuts() []ui.ChartBreak { return x.cutsOf(x.Points) }

func (x *sheetOf) cutsOf(points []Point) []ui.ChartBreak {
	var list []ui.ChartBreak
	for i := 1; i < len(points); i++ {
		before, after := &points[i-1], &points[i]
		if before.Segment == after.Segment {
			continue
		}
		cut := ui.ChartBreak{Series: after.Segment, Label: after.Period.Starts.DisplayIn(x.lang), Lines: []string{x.w.T("indicators.chart.new_series")}}
		reason := x.reason(before, after)
		if reason != nil {
			cut.Label = reason.On.DisplayIn(x.lang)
		}
		if !x.Share() && (reason == nil || reason.ID == "") {
			cut.Lines = []string{x.w.T("indicators.chart.new_area"), x.w.T("indicators.chart.new_series_short")}
		}
		if x.Share() {
			cut.Label, cut.Lines = strconv.Itoa(after.Period.Year), []string{x.w.T("indicators.chart.new_criteria"), x.w.T("indicators.chart.new_series_short")}
		}
		list = append(list, cut)
	}
	return list
}

// reason is the break that lies between two points; nil when only the area became another.
func (x *sheetOf) reason(before, after *Point) *Break {
	for i := range x.Breaks {
		if x.Breaks[i].On > before.Period.Starts && x.Breaks[i].On <= after.Period.Starts {
			return &x.Breaks[i]
		}
	}
	return nil
}

// chart is the course over the years.
func (x *sheetOf) chart() ui.LineChart {
	c := ui.LineChart{
		ID: "chart", Title: x.chartTitle(), Desc: x.chartDesc(), Unit: x.w.T("indicators.chart.unit." + unit(x.Share())), Breaks: x.cuts(),
		Tick: func(v float64) string { return x.tick(v) },
	}
	if x.Share() {
		c.Top = 100
	}
	latest := x.Latest()
	means := false
	for i := range x.Points {
		p := &x.Points[i]
		point := ui.ChartPoint{Label: strconv.Itoa(p.Period.Year), Value: float64(p.Tenths()) / 10, Known: p.Known(), Open: !p.Whole(), Series: p.Segment}
		if mean, ok := Mean3(x.Points, i); ok {
			point.Mean, point.HasMean, means = float64(mean)/10, true, true
		}
		switch {
		case !p.Known():
		case p == latest:
			point.Mark = point.Label + ": " + x.figure(p)
		case point.Open:
			point.Mark, point.Note = x.figure(p), p.Period.Cut(x.w)
			if p.Running {
				point.Note = x.w.T("indicators.chart.running")
			}
		}
		c.Points = append(c.Points, point)
	}
	if base := x.Base(0); base != nil && base.Known() && len(x.Points) > 1 {
		c.Base, c.BaseLabel = float64(base.Tenths())/10, x.w.F("indicators.chart.base", "Year", strconv.Itoa(base.Period.Year), "Figure", x.figure(base))
	}
	if means {
		c.MeanLabel = x.w.T("indicators.chart.mean")
	}
	return c
}

func unit(share bool) string {
	if share {
		return "share"
	}
	return "cases"
}

func (x *sheetOf) tick(v float64) string {
	if v != float64(int(v)) {
		return x.tenths(int(v*10 + .5))
	}
	return x.num(int(v))
}

func (x *sheetOf) chartTitle() string {
	if len(x.Points) == 0 {
		return x.Title
	}
	return x.w.F("indicators.chart.title", "Name", x.Title, "From", strconv.Itoa(x.Points[0].Period.Year), "To", strconv.Itoa(x.Points[len(x.Points)-1].Period.Year))
}

// chartDesc says the course in words, for who does not see it.
func (x *sheetOf) chartDesc() string {
	latest := x.Latest()
	if latest == nil {
		return x.w.T("indicators.chart.nothing")
	}
	var text []string
	if base := x.baseOf(latest); base != nil && base != latest && base.Known() {
		text = append(text, x.w.F("indicators.chart.from_to",
			"From", x.figure(base), "FromYear", strconv.Itoa(base.Period.Year), "To", x.figure(latest), "ToYear", strconv.Itoa(latest.Period.Year)))
	}
	for _, cut := range x.cuts() {
		text = append(text, x.w.F("indicators.chart.cut", "Day", cut.Label))
	}
	return strings.Join(append(text, x.w.T("indicators.chart.below")), " ")
}

// finer are the kinds of period shorter than a year for which there are figures.
func (x *sheetOf) finer() []Kind {
	return slices.DeleteFunc([]Kind{Quarter, Month}, func(k Kind) bool { return len(x.Courses[k]) == 0 })
}

// lastBars is how many quarters or months the bars go back.
const lastBars = 12

// bars sets the last quarters or months side by side.
func (x *sheetOf) bars(kind Kind) ui.BarChart {
	points := x.Courses[kind]
	points = points[max(0, len(points)-lastBars):]
	c := ui.BarChart{
		ID: "bars-" + string(kind), Title: x.Title + ", " + x.w.T("indicators.per."+string(kind)), Desc: x.w.T("indicators.chart.below"),
		Unit: x.w.T("indicators.chart.unit." + string(kind)), Tick: func(v float64) string { return x.tick(v) },
	}
	for i := range points {
		p := &points[i]
		bar := ui.Bar{Value: float64(p.Part), Known: p.Known(), Label: "T" + strconv.Itoa(p.Period.N), Break: i > 0 && points[i-1].Segment != p.Segment}
		if kind == Quarter {
			bar.Label = "Q" + civil.Roman(p.Period.N)
		} else if x.lang == "en" {
			bar.Label = strconv.Itoa(p.Period.N)
		}
		if p.Known() {
			bar.Text = x.num(p.Part)
		}
		if i == 0 || points[i-1].Period.Year != p.Period.Year {
			bar.Group = strconv.Itoa(p.Period.Year)
		}
		c.Bars = append(c.Bars, bar)
	}
	return c
}

// yearBefore compares a quarter or a month with the same one of the year before.
func (x *sheetOf) yearBefore(kind Kind, p *Point) Change {
	before := p.Period.before(1)
	for i := range x.Courses[kind] {
		if q := &x.Courses[kind][i]; q.Period.Kind == before.Kind && q.Period.Year == before.Year && q.Period.N == before.N {
			return Compare(p, q)
		}
	}
	return Change{Verdict: NoBase}
}

// twins cuts the years into three short tables side by side.
func (x *sheetOf) twins() [][]int {
	n := len(x.Points)
	per := (n + 2) / 3
	if n <= 6 || x.Share() {
		per = n
	}
	var out [][]int
	for from := 0; from < n; from += per {
		var part []int
		for i := from; i < min(n, from+per); i++ {
			part = append(part, i)
		}
		out = append(out, part)
	}
	return out
}

// cutAt reports whether a break lies between a point and the one before it.
func (x *sheetOf) cutAt(i int) bool { return i > 0 && x.Points[i].Segment != x.Points[i-1].Segment }

func (x *sheetOf) mean(i int) string {
	if mean, ok := Mean3(x.Points, i); ok {
		if x.Share() {
			return x.percent(mean)
		}
		return x.tenths(mean)
	}
	if cut := x.Points[i].Period.Cut(x.w); cut != "" {
		return cut
	}
	return "–"
}

// multiples are the groups' courses to one scale.
func (x *sheetOf) multiples() []ui.Multiple {
	var list []ui.Multiple
	for i := range x.Groups {
		g := &x.Groups[i]
		m := ui.Multiple{Name: x.groupName(g.Name)}
		last := -1
		for k := range g.Points {
			p := &g.Points[k]
			m.Values = append(m.Values, float64(p.Tenths())/10)
			m.Known = append(m.Known, p.Known())
			if p.Known() || p.Hidden {
				last = k
			}
		}
		if last >= 0 {
			p := &g.Points[last]
			m.Text, m.Note = x.figure(p), strings.TrimSpace(x.of(p)+" · "+strconv.Itoa(p.Period.Year))
			m.Note = strings.TrimPrefix(m.Note, "· ")
			m.Href, _ = x.rows(p.Period.Year, g.ID)
			if g.ID == "" || p.Hidden {
				m.Href = ""
			}
		}
		list = append(list, m)
	}
	return list
}

// groupName is a group's name as it stands in a narrow column.
func (x *sheetOf) groupName(name string) string {
	if name == "" {
		return x.w.T("indicators.no_group")
	}
	if x.lang == "vi" {
		return strings.Replace(name, "Tổ dân phố ", "TDP ", 1)
	}
	return name
}

// untold reports whether there is a figure that may not be told.
func (x *sheetOf) untold() bool {
	return slices.ContainsFunc(x.Points, func(p Point) bool { return p.Hidden })
}

// why says why there is no figure, and what to do.
func (x *sheetOf) why() string {
	if x.untold() {
		return x.w.T("indicators.untold_long") + "."
	}
	if !x.Sourced {
		return x.w.T("indicators.why.source")
	}
	return x.w.T("indicators.why." + x.originKey())
}

// spark is the course for the list, of the segment of the latest figure.
func (x *sheetOf) spark() (values []float64, top float64) {
	latest := x.Latest()
	for i := range x.Points {
		if p := &x.Points[i]; latest != nil && p.Segment == latest.Segment && p.Known() && p.Whole() {
			values = append(values, float64(p.Tenths())/10)
		}
	}
	if x.Share() {
		top = 100
	}
	return values, top
}

// areas are the names of the areas before and behind the first break.
func (x *sheetOf) areas() (before, after string) {
	for i := range x.Points {
		if a := x.Points[i].Area; a != "" {
			if x.Points[i].Segment == 0 && before == "" {
				before = a
			} else if x.Points[i].Segment > 0 {
				after = a
			}
		}
	}
	return before, after
}
