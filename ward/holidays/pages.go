package holidays

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /calendar", Need: access.SetCalendar, Handle: p.show},
		{Pattern: "POST /calendar", Need: access.SetCalendar, Handle: p.add},
		{Pattern: "POST /calendar/remove", Need: access.SetCalendar, Handle: p.remove},
	}
}

// view is the calendar of a year with the form that adds to it.
type view struct {
	ui.Frame
	Year

	typed  New
	texts  [2]string // the two days as typed
	errors map[string]string
}

func address(year int) string { return "/calendar?year=" + strconv.Itoa(year) }

func (p *Pages) view(r *page.Request, year int) (*view, error) {
	y, err := p.store.Of(r.Context(), r.Actor, year)
	if err != nil {
		return nil, err
	}
	title := r.Words.F("holidays.title", "Year", yearText(y.Year))
	v := &view{Frame: r.Frame(title, ui.Link{Label: r.Words.T("holidays.name")}), Year: y}
	v.typed.Kind = Off
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	year, _ := strconv.Atoi(r.Text("year"))
	v, err := p.view(r, year)
	if err != nil {
		return err
	}
	return r.HTML(w, calendarPage(v))
}

func (p *Pages) add(w http.ResponseWriter, r *page.Request) error {
	texts := [2]string{r.Text("from"), r.Text("to")}
	from, _ := civil.ParseDay(texts[0])
	to, err := civil.ParseDay(texts[1])
	if err != nil && texts[1] != "" {
		to = "?" // refused below, with what was typed kept
	}
	n := New{From: from, To: to, Kind: Kind(r.Text("kind")), Name: r.Text("name")}
	err = p.store.Add(r.Context(), r.Actor, n)
	if err == nil {
		return r.Done(w, address(from.Year()), "holidays.done_added")
	}
	reasons, refused := r.Refused(err)
	if !refused {
		return err
	}
	year, _ := strconv.Atoi(r.Text("year"))
	v, err := p.view(r, year)
	if err != nil {
		return err
	}
	v.typed, v.texts, v.errors = n, texts, reasons
	return r.Again(w, calendarPage(v))
}

func (p *Pages) remove(w http.ResponseWriter, r *page.Request) error {
	day, _ := civil.ParseDay(r.Text("day"))
	if err := p.store.Remove(r.Context(), r.Actor, day); err != nil {
		return err
	}
	return r.Done(w, address(day.Year()), "holidays.done_removed")
}

// years are the years that can be chosen.
func (v *view) years() []ui.Chip {
	var list []ui.Chip
	for year := v.Today.Year() - YearsBack; year <= v.Today.Year()+YearsAhead; year++ {
		list = append(list, ui.Chip{Label: yearText(year), Href: address(year), On: year == v.Year.Year, OneOf: true})
	}
	return list
}

// tets are the first days of Tết of the year and of those behind it.
func (v *view) tets() []ui.Fact {
	var list []ui.Fact
	for year := v.Year.Year; year <= v.Year.Year+4; year++ {
		d := civil.Tet(year)
		list = append(list, ui.Fact{Key: yearText(year), Text: d.WeekdayIn(v.Words.Lang()) + ", " + d.DisplayIn(v.Words.Lang())})
	}
	return list
}

// tenDays says what the calendar comes to: what is sent today falls due in ten working days.
func (v *view) tenDays() string {
	const usual = 10
	return v.Words.F("holidays.ten_days", "N", usual, "Day", v.Calendar.AddWorkingDays(v.Today, usual))
}

// name is how a line is called in the reader's language.
func (v *view) name(x *Line) string {
	switch {
	case x.Own != nil:
		return x.Own.Name
	case x.Law != nil:
		return x.Law.NameIn(v.Words.Lang())
	}
	return ""
}

// source says where a line comes from.
func (v *view) source(x *Line) string {
	switch {
	case x.Own != nil && x.Law != nil:
		return v.Words.F("holidays.by_ward_over", "Law", x.Law.NameIn(v.Words.Lang()))
	case x.Own != nil:
		return v.Words.T("holidays.by_ward")
	}
	return v.Words.T("holidays.by_law")
}

func (v *view) kindText(x *Line) string {
	if x.Worked {
		return v.Words.T("holidays.kind.worked")
	}
	return v.Words.T("holidays.kind.off")
}

func (v *view) kinds() []ui.Option {
	var list []ui.Option
	for _, k := range []Kind{Off, Worked} {
		list = append(list, ui.Option{Value: string(k), Label: v.Words.T("holidays.kind." + string(k)), Note: v.Words.T("holidays.kind_note." + string(k)),
			Checked: v.typed.Kind == k})
	}
	return list
}

func (v *view) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "kind", "from", "to", "name")
}
