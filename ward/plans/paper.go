package plans

import (
	"strconv"

	"sonha/engine/page"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// document is the plan on paper: with the seed, the digest and the way to draw again, so that who holds the sheet can check it.
func (p *Pages) document(r *page.Request, v *planView) *paper.Document {
	t := p.spoken
	ward := r.WardName()
	d := &paper.Document{
		Issuer: paper.Issuer{Name: t.F("plans.paper.issuer", "Ward", ward)}, Place: ward,
		Type: t.T("plans.paper.type"), Subject: t.F("plans.paper.subject", "Year", strconv.Itoa(v.Campaign.Year)), Date: v.DrawnAt.In(civil.Hanoi),
		Signers: []paper.Signer{{Title: t.T("plans.paper.signer")}},
		Foot:    paper.Foot{Record: "KH-KT-" + strconv.Itoa(v.Campaign.Year), URL: r.Base() + home, PrintedAt: r.Moment()},
	}
	if r.Identity.Invented {
		d.Foot.Mark = t.T("plans.paper.invented")
	}
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: t.T("plans.paper.draw")})
	var kv paper.KeyValues
	kv = append(kv, paper.KeyValue{Key: t.T("plans.seed"), Value: v.Seed},
		paper.KeyValue{Key: t.T("plans.drawn"), Value: t.F("plans.drawn_line", "Time", civil.Clock(v.DrawnAt), "Day", civil.DayOf(v.DrawnAt), "By", v.DrawnBy)},
		paper.KeyValue{Key: t.T("plans.digest"), Value: v.Digest})
	for _, f := range facts(t, &v.Plan) {
		text := f.Text
		if f.Sub != "" {
			text += ". " + f.Sub
		}
		kv = append(kv, paper.KeyValue{Key: f.Key, Value: text})
	}
	d.Body = append(d.Body, kv, paper.P(t.T("plans.how")))
	for _, text := range warnings(t, &v.Plan) {
		d.Body = append(d.Body, paper.P(text))
	}
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: t.T("plans.paper.split")}, p.splitTable(v))
	d.Annexes = append(d.Annexes, paper.Annex{Title: t.T("plans.paper.sample"), Body: []paper.Block{p.sampleTable(v)}})
	return d
}

// splitTable is the work of each beat by weeks.
func (p *Pages) splitTable(v *planView) paper.Table {
	t := p.spoken
	head := []string{t.T("plans.column.beat"), t.T("plans.column.officers"), t.T("plans.column.visits"), t.T("plans.column.lent"), t.T("plans.column.needed"),
		t.T("plans.column.available")}
	columns := []paper.Column{{Width: 34}}
	for _, w := range v.Weeks {
		head = append(head, t.F("plans.week_head", "N", w.No, "From", w.Starts.Short()))
	}
	table := paper.Table{Columns: columns, Head: [][]paper.Cell{paper.Row(append(head, t.T("plans.column.left"))...)}, Size: 10}
	for _, l := range v.Sum.Loads {
		cells := []string{l.Name, strconv.Itoa(l.Officers), civil.Int(l.Visits), civil.Int(l.Lent), civil.Int(l.Needed), civil.Int(l.Available)}
		for _, n := range l.ByWeek {
			cells = append(cells, civil.Int(n))
		}
		table.Rows = append(table.Rows, paper.Row(append(cells, civil.Int(l.Left))...))
	}
	for len(table.Columns) < len(head)+1 {
		table.Columns = append(table.Columns, paper.Column{Align: paper.Right})
	}
	return table
}

// sampleTable lists what was drawn, in walking order.
func (p *Pages) sampleTable(v *planView) paper.Table {
	t := p.spoken
	table := paper.Table{
		Columns: []paper.Column{{Width: 12, Align: paper.Center}, {}, {}, {}, {Width: 20, Align: paper.Center}, {Width: 20, Align: paper.Center}},
		Head: [][]paper.Cell{paper.Row(t.T("plans.column.no"), t.T("plans.column.house"), t.T("plans.column.home"), t.T("plans.column.by"), t.T("plans.column.week"),
			t.T("plans.column.done"))},
	}
	for i := range v.Visits {
		x := &v.Visits[i]
		if !x.Sampled {
			continue
		}
		table.Rows = append(table.Rows, paper.Row(strconv.Itoa(len(table.Rows)+1), x.Number+" "+x.Street, v.beat(x.Home), by(v, x), weekText(v.Words, x), done(x)))
	}
	return table
}

// by is who inspects, for the sheet.
func by(v *planView, x *Visit) string {
	if x.Week == Before {
		return "–"
	}
	return v.beat(x.By)
}

// done is the box to tick, ticked where the house was inspected.
func done(x *Visit) string {
	if x.Done {
		return "☑"
	}
	return "☐"
}

// weekText says in which week a visit is.
func weekText(w *words.Words, x *Visit) string {
	switch x.Week {
	case Before:
		return w.T("plans.before")
	case 0:
		return w.T("plans.not_reached")
	}
	return strconv.Itoa(x.Week)
}
