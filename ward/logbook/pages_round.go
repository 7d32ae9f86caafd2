package logbook

import (
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// round is the list of a month's reports in somebody's reach.
type round struct {
	Round
	stand    string
	chips    []ui.Chip
	rows     []monthLine
	rate     ui.Rate
	measured bool
	remind   bool // the month may still be reminded of
	answers  bool
	earlier  ui.Link
	later    ui.Link
	page     ui.Page
}

func (p *Pages) round(w http.ResponseWriter, r *page.Request) error {
	now := MonthOf(r.Today())
	m, ok := ParseMonth(r.Text("month"))
	if !ok || m > now {
		m = now
	}
	at, _ := strconv.Atoi(r.Text("page"))
	stand := r.Text("stand")
	x, err := p.store.Round(r.Context(), r.Actor, m, stand, at)
	if err != nil {
		return err
	}
	t := r.Words
	v := round{Round: x, stand: stand, remind: m >= now.Back(mostBack), answers: r.Actor.May(access.Inspect)}
	for i := range x.Reports {
		row := &x.Reports[i]
		v.rows = append(v.rows, monthLine{Report: *row, text: stateText(r, row), late: row.Overdue(r.Today())})
	}
	to := func(m Month, stand string, at int) string {
		q := "/monthly?month=" + string(m)
		if stand != "" {
			q += "&stand=" + stand
		}
		if at > 0 {
			q += "&page=" + strconv.Itoa(at)
		}
		return q
	}
	number := func(n int) string { return civil.IntIn(t.Lang(), n) }
	for _, c := range []struct {
		stand string
		n     int
	}{{"", x.Counts.Houses}, {"missing", x.Counts.Missing()}, {"waiting", x.Counts.Waiting}, {"returned", x.Counts.Returned}, {"late", x.Counts.Late}} {
		key := "logbook.stand.all"
		if c.stand != "" {
			key = "logbook.stand." + c.stand
		}
		v.chips = append(v.chips, ui.Chip{Label: t.T(key), Count: number(c.n), Href: to(m, c.stand, 0), On: stand == c.stand, OneOf: true})
	}
	v.measured = x.Counts.Houses > 0
	v.rate = ui.Rate{
		Value: civil.Decimal1In(t.Lang(), civil.PercentTenths(x.Counts.OnTime, max(1, x.Counts.Houses))), Numerator: number(x.Counts.OnTime), NumText: t.T("logbook.rate.on_time"),
		Denominator: number(x.Counts.Houses), DenText: t.T("logbook.rate.houses"), NumHref: to(m, "", 0), DenHref: to(m, "", 0),
	}
	v.earlier = ui.Link{Href: to(m.Back(1), stand, 0), Label: t.F("logbook.month", "Month", m.Back(1).Text())}
	if m < now {
		later := MonthOf(m.Last().AddDays(1))
		v.later = ui.Link{Href: to(later, stand, 0), Label: t.F("logbook.month", "Month", later.Text())}
	}
	v.page = ui.Page{From: x.Page*pageRows + 1, To: x.Page*pageRows + len(x.Reports), Total: number(v.total())}
	if x.Page > 0 {
		v.page.Prev = to(m, stand, x.Page-1)
	}
	if x.More {
		v.page.Next = to(m, stand, x.Page+1)
	}
	return r.HTML(w, roundPage(r.Frame(t.F("logbook.round_page", "Month", m.Text()), ui.Link{Label: t.T("nav.monthly")}), v, r.AsOf()))
}

// total is how many rows the chosen stand has.
func (v *round) total() int {
	switch v.stand {
	case "missing":
		return v.Counts.Missing()
	case "waiting":
		return v.Counts.Waiting
	case "returned":
		return v.Counts.Returned
	case "late":
		return v.Counts.Late
	}
	return v.Counts.Houses
}

func (p *Pages) remind(w http.ResponseWriter, r *page.Request) error {
	m, ok := ParseMonth(r.Text("month"))
	if !ok {
		m = MonthOf(r.Today())
	}
	if _, err := p.store.Remind(r.Context(), r.Actor, m); err != nil {
		return err
	}
	return r.Done(w, "/monthly?stand=missing&month="+string(m), "logbook.done_reminded")
}

func (p *Pages) seenNormal(w http.ResponseWriter, r *page.Request) error {
	m, ok := ParseMonth(r.Text("month"))
	if !ok {
		m = MonthOf(r.Today())
	}
	if _, err := p.store.SeeNormal(r.Context(), r.Actor, m); err != nil {
		return err
	}
	return r.Done(w, "/monthly?month="+string(m), "logbook.done_seen_normal")
}

// lightCount says in words how the six contents stood: "5 xanh, 1 vàng".
func lightCount(f ui.Frame, x *Report) string {
	text := ""
	for _, l := range []Light{Green, Yellow, Red} {
		n := strings.Count(x.Lights, string(rune(l)))
		if n == 0 {
			continue
		}
		if text != "" {
			text += ", "
		}
		text += f.Words.F("logbook.light_count."+string(rune(l)), "N", n)
	}
	return text
}

func reminded(x *Report) string {
	if x.RemindedAt.IsZero() {
		return "–"
	}
	return civil.DayOf(x.RemindedAt).Short()
}
