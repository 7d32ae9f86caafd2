package indicators

import (
	"strconv"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// Record is one figure as it leaves the program, in JSON and in tables alike. What is untold is null.
type Record struct {
	Indicator  Code      `json:"indicator"`
	Name       string    `json:"name"`
	Group      string    `json:"group,omitempty"` // a residential group; empty for the whole
	Period     string    `json:"period"`          // "2025", "2025-Q3", "2025-07"
	From       civil.Day `json:"from"`
	To         civil.Day `json:"to"`
	Area       string    `json:"area,omitempty"`
	Series     int       `json:"series"` // figures of two series are not to be compared
	Count      *int      `json:"count,omitempty"`
	Part       *int      `json:"part,omitempty"`
	Of         *int      `json:"of,omitempty"`
	Percent    *float64  `json:"percent,omitempty"`
	Untold     bool      `json:"untold,omitempty"`  // too small to be told, or needed to keep another figure untold
	Running    bool      `json:"running,omitempty"` // the campaign goes on
	BaseYear   int       `json:"base_year,omitempty"`
	Change     *float64  `json:"change,omitempty"` // from the base: percent of a count, percentage points of a share
	Comparison string    `json:"comparison"`       // fell, rose, same, is_base, zero_base, other_side, part_only, untold, no_base
	Mean3      *float64  `json:"mean_3_years,omitempty"`
	PerThou    *float64  `json:"per_1000_households,omitempty"`
}

// Records gives the figures of an indicator: by year, by group and year, by quarter and month.
func (r *Reading) Records(w *words.Words) []Record {
	x := newSheet(r, w)
	list := []Record{}
	for i := range r.Points {
		rec := x.record(&r.Points[i], x.changeOf(&r.Points[i]))
		if mean, ok := Mean3(r.Points, i); ok {
			rec.Mean3 = decimal(mean)
		}
		if base := x.baseOf(&r.Points[i]); base != nil {
			rec.BaseYear = base.Period.Year
		}
		list = append(list, rec)
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		for k := range g.Points {
			rec := x.record(&g.Points[k], Compare(&g.Points[k], Base(g.Points, g.Points[k].Segment, r.BaseYear)))
			if rec.Group = g.Name; rec.Group == "" {
				rec.Group = w.T("indicators.no_group")
			}
			list = append(list, rec)
		}
	}
	for _, kind := range []Kind{Quarter, Month} {
		for i := range r.Courses[kind] {
			p := &r.Courses[kind][i]
			list = append(list, x.record(p, x.yearBefore(kind, p)))
		}
	}
	return list
}

func (x *sheetOf) record(p *Point, c Change) Record {
	rec := Record{
		Indicator: x.Code, Name: x.Title, Period: p.Period.Code(), From: p.Period.Starts, To: p.Period.Ends, Area: p.Area, Series: p.Segment,
		Untold: p.Hidden, Running: p.Running, Comparison: c.Verdict.String(),
	}
	if p.share && (!p.Hidden || x.Code != Mediations) { // how many cases ended may be what must stay untold
		rec.Of = &p.Of
	}
	switch {
	case p.Hidden:
	case p.share:
		rec.Part = &p.Part
		if p.Of > 0 {
			rec.Percent = decimal(p.Tenths())
		}
	default:
		rec.Count = &p.Part
	}
	if c.Comparable() {
		change := c.Tenths
		if c.Verdict == Fell {
			change = -change
		}
		rec.Change = decimal(change)
	}
	if rate, ok := p.Rate(); ok {
		rec.PerThou = decimal(rate)
	}
	return rec
}

func decimal(tenths int) *float64 {
	f := float64(tenths) / 10
	return &f
}

// exportColumns are the columns of tables, by catalog key.
func exportColumns() []string {
	return []string{
		"code", "name", "group", "period", "from", "to", "area", "series", "figure", "unit", "part", "of", "change", "comparison", "base_year", "mean", "rate", "note",
	}
}

// Write writes the figures of indicators as a table.
func Write(out sheet.Writer, w *words.Words, list []Reading, title, note string) error {
	t := sheet.Table{Name: w.T("indicators.page"), Title: title, Note: note, Fixed: 2, Footer: sheet.Rows(w)}
	for _, key := range exportColumns() {
		c := sheet.Column{Title: w.T("indicators.sheet." + key)}
		if key == "name" {
			c.Width = 34
		}
		t.Columns = append(t.Columns, c)
	}
	if err := out.Begin(t); err != nil {
		return err
	}
	for i := range list {
		for _, rec := range list[i].Records(w) {
			if err := out.Row(rec.cells(w)...); err != nil {
				return err
			}
		}
		if list[i].Privacy == nil {
			continue
		}
		for _, cells := range list[i].Privacy.rows(w) {
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Record) cells(w *words.Words) []any {
	var figure any
	unit := w.T("indicators.sheet.unit_cases")
	switch {
	case r.Of != nil:
		unit = "%"
		figure = value(r.Percent)
	case r.Count != nil:
		figure = *r.Count
	}
	note := ""
	switch {
	case r.Untold:
		note = w.T("indicators.untold_long")
	case r.Running:
		note = w.T("indicators.chart.running")
	}
	comparison := w.T("indicators.sheet.compared")
	if r.Change == nil {
		comparison = w.T("indicators.verdict." + r.Comparison)
	}
	var base any
	if r.BaseYear > 0 {
		base = r.BaseYear
	}
	return []any{
		string(r.Indicator), r.Name, r.Group, r.Period, r.From, r.To, r.Area, strconv.Itoa(r.Series + 1), figure, unit, value(r.Part), value(r.Of), value(r.Change),
		comparison, base, value(r.Mean3), value(r.PerThou), note,
	}
}

// value is what a pointer points to, or a blank cell.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// Document is what JSON exports hold.
type Document struct {
	Ward    string   `json:"ward"`
	AsOf    string   `json:"as_of"`
	Figures []Record `json:"figures"`

	Beside *Privacy `json:"beside_I12,omitempty"` // what the page of I12 says beside its figures
}

// NewDocument gathers the figures of indicators.
func NewDocument(w *words.Words, ward, asOf string, list []Reading) Document {
	d := Document{Ward: ward, AsOf: asOf, Figures: []Record{}}
	for i := range list {
		d.Figures = append(d.Figures, list[i].Records(w)...)
		if list[i].Privacy != nil {
			d.Beside = list[i].Privacy
		}
	}
	return d
}
