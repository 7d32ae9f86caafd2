package indicators

import (
	"net/http"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/houses"
)

// rowsView is the page of the rows behind a figure.
type rowsView struct {
	ui.Frame
	RowsPage

	tell  teller
	chips []ui.Chip
	pager ui.Page
}

func (p *Pages) rows(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	at, _ := strconv.Atoi(r.Text("page"))
	asked := RowsAsked{Code: code(r), Year: year, Part: r.Text("part") == "1", Page: min(max(at, 0), 1<<20)}
	if id := r.Text("group"); db.ValidID(id) {
		asked.Group = id
	}
	list, err := p.store.Rows(r.Context(), r.Actor, asked)
	if err != nil {
		return err
	}
	v := &rowsView{RowsPage: list, tell: newTeller(r.Words)}
	title := r.Words.T("indicators.name." + string(list.Code))
	v.Frame = r.Frame(title, ui.Link{Href: "/indicators", Label: r.Words.T("indicators.page")},
		ui.Link{Href: "/indicators/" + string(list.Code), Label: string(list.Code)}, ui.Link{Label: r.Words.T("indicators.rows.crumb")})
	v.AsOf = r.AsOf()
	for _, part := range []bool{false, true} {
		to, key := list.RowsAsked, "indicators.rows.all."+string(list.Code)
		if to.Part, to.Page = part, 0; part {
			key = "indicators.rows.part." + string(list.Code)
		}
		n := list
		n.RowsAsked = to
		v.chips = append(v.chips, ui.Chip{Label: r.Words.T(key), Count: v.tell.num(n.count()), Href: to.address(), On: part == list.Part, OneOf: true})
	}
	v.pager = ui.Page{From: list.Page*rowsMost + 1, To: list.Page*rowsMost + len(list.Rows), Total: v.total()}
	if list.Page > 0 {
		before := list.RowsAsked
		before.Page--
		v.pager.Prev = before.address()
	}
	if list.More {
		after := list.RowsAsked
		after.Page++
		v.pager.Next = after.address()
	}
	return r.HTML(w, rowsPage(v))
}

// address is the page of what is asked for.
func (a *RowsAsked) address() string {
	text := "/indicators/" + string(a.Code) + "/rows?year=" + strconv.Itoa(a.Year)
	if a.Part {
		text += "&part=1"
	}
	if a.Group != "" {
		text += "&group=" + a.Group
	}
	if a.Page > 0 {
		text += "&page=" + strconv.Itoa(a.Page)
	}
	return text
}

// total is how many rows there are; of households, who are counted in a row of their house, it is not known before the last page.
func (v *rowsView) total() string {
	switch {
	case v.Code != Pledged:
		return v.tell.num(v.count() - v.Gone)
	case !v.More:
		return v.tell.num(v.Page*rowsMost + len(v.Rows))
	}
	return v.Words.F("indicators.rows.more_than", "N", v.tell.num((v.Page+1)*rowsMost))
}

// of says of what and when the figure is.
func (v *rowsView) of() string {
	text := v.Point.Period.Full(v.Words)
	text = strings.ToUpper(text[:1]) + text[1:]
	if v.Name != "" {
		text += " · " + v.Name
	}
	return text + " · " + v.AsOf
}

// less says why there are fewer rows than the figure says, or more.
func (v *rowsView) less() string {
	switch {
	case v.Gone == 0:
		return ""
	case v.Code == Pledged:
		return v.Words.F("indicators.rows.closed", "N", v.tell.num(v.count()), "Now", v.tell.num(v.count()-v.Gone))
	}
	return v.Words.F("indicators.rows.gone", "N", v.tell.num(v.Gone))
}

// what is the thing of a row, and where it opens; no address when that is the house.
func (v *rowsView) what(c *houses.Counted) (text, href string) {
	day := civil.Day(c.Day)
	switch v.Code {
	case Answered:
		return c.Name + ", " + v.Words.F("indicators.rows.due", "Day", day.DisplayIn(v.tell.lang)), "/proposals/" + c.Thing
	case Measures:
		return v.Words.F("indicators.rows.item", "Code", c.Name), ""
	case Trained:
		return v.Words.T("indicators.rows.head"), "/houses/" + c.House + "/trainings"
	case Monthly:
		p, _ := NewPeriod(Month, day.Year(), int(day.Month()))
		return p.Name(v.Words), "/houses/" + c.House + "/monthly"
	case Meetings:
		if c.Name == "half" {
			half := "indicators.period.first_half"
			if day.Month() > 6 {
				half = "indicators.period.second_half"
			}
			return v.Words.T(half) + "/" + strconv.Itoa(day.Year()), ""
		}
		p, _ := NewPeriod(Quarter, day.Year(), (int(day.Month())+2)/3)
		return p.Name(v.Words), ""
	}
	return "", ""
}

// stands says whether a row is in the numerator.
func (v *rowsView) stands(c *houses.Counted) string {
	if v.Code == Pledged {
		return v.Words.F("indicators.rows.households", "Part", v.tell.num(c.Part), "Of", v.tell.num(c.Of))
	}
	if c.Part > 0 {
		return v.Words.T("indicators.rows.yes." + string(v.Code))
	}
	return v.Words.T("indicators.rows.no." + string(v.Code))
}
