package indicators

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	jobs  *jobs.Runner
}

// NewPages makes the pages; tables are written in the runner.
func NewPages(s *Store, j *jobs.Runner) *Pages { return &Pages{store: s, jobs: j} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /indicators", Need: access.SeeFigures, Handle: p.list},
		{Pattern: "GET /indicators.xlsx", Need: access.SeeFigures, Handle: p.tableOfAll(sheet.AsXLSX)},
		{Pattern: "GET /indicators.json", Need: access.SeeFigures, Handle: p.listJSON},
		{Pattern: "GET /indicators/{i}", Need: access.SeeFigures, Handle: p.show},
		{Pattern: "GET /indicators/{i}/rows", Need: access.SeeFigures, Handle: p.rows, Shows: reads.List},
		{Pattern: "GET /indicators/{i}/table.xlsx", Need: access.SeeFigures, Handle: p.table(sheet.AsXLSX)},
		{Pattern: "GET /indicators/{i}/table.csv", Need: access.SeeFigures, Handle: p.table(sheet.AsCSV)},
		{Pattern: "GET /indicators/{i}/table.json", Need: access.SeeFigures, Handle: p.tableJSON},
		{Pattern: "POST /indicators/{i}/base", Need: access.EnterCounts, Handle: p.setBase},
		{Pattern: "GET /indicators/{i}/counts", Need: access.EnterCounts, Handle: p.counts},
		{Pattern: "POST /indicators/{i}/counts", Need: access.EnterCounts, Handle: p.enter},
		{Pattern: "POST /indicators/{i}/withdraw", Need: access.EnterCounts, Handle: p.withdraw},
		{Pattern: "POST /indicators/{i}/breaks", Need: access.EnterCounts, Handle: p.addBreak},
		{Pattern: "POST /indicators/{i}/breaks/remove", Need: access.EnterCounts, Handle: p.removeBreak},
		{Pattern: "GET /city/indicators", Need: access.SeeCity, Handle: p.city},
		{Pattern: "GET /city/indicators.xlsx", Need: access.SeeCity, Handle: p.cityFile},
		{Pattern: "GET /city/indicators.csv", Need: access.SeeCity, Handle: p.cityFile},
	}
}

func code(r *page.Request) Code { return Code(r.PathValue("i")) }

// overview is the list of all indicators.
type overview struct {
	ui.Frame

	Sheets []*sheetOf
	Enters bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	all, err := p.store.read(r.Context(), r.Actor, Definitions())
	if err != nil {
		return err
	}
	title := r.Words.T("indicators.page")
	v := &overview{Frame: r.Frame(title, ui.Link{Label: title}), Enters: r.Actor.May(access.EnterCounts)}
	v.AsOf = r.AsOf() + ", " + r.Today().DisplayIn(r.Words.Lang())
	for i := range all {
		v.Sheets = append(v.Sheets, newSheet(&all[i], r.Words))
	}
	return r.HTML(w, listPage(v))
}

// detail is the page of one indicator.
type detail struct {
	ui.Frame
	*sheetOf

	Base    ui.Field
	Problem []ui.FieldError
}

func (p *Pages) detail(r *page.Request) (*detail, error) {
	one, err := p.store.Get(r.Context(), r.Actor, code(r))
	if err != nil {
		return nil, err
	}
	x := newSheet(&one, r.Words)
	x.AsOf = r.Now() + ", " + r.Today().DisplayIn(r.Words.Lang())
	f := r.Frame(x.Title, ui.Link{Href: "/indicators", Label: r.Words.T("indicators.page")}, ui.Link{Label: string(one.Code)})
	v := &detail{Frame: f, sheetOf: x}
	v.Base = ui.Field{Kind: ui.SelectField, Name: "base", Label: r.Words.T("indicators.base.label"), Hint: r.Words.T("indicators.base.hint")}
	v.Base.Options = append(v.Base.Options, ui.Option{Value: "0", Label: r.Words.T("indicators.base.first")})
	for i := range one.Points {
		if pt := &one.Points[i]; pt.Whole() {
			v.Base.Options = append(v.Base.Options, ui.Option{Value: strconv.Itoa(pt.Period.Year), Label: strconv.Itoa(pt.Period.Year)})
		}
	}
	v.Base.Value = strconv.Itoa(one.BaseYear)
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.detail(r)
	if err != nil {
		return err
	}
	return r.HTML(w, detailPage(v))
}

func (p *Pages) setBase(w http.ResponseWriter, r *page.Request) error {
	year, err := r.Number("base", 0, lastYear)
	if err == nil {
		err = p.store.SetBase(r.Context(), r.Actor, code(r), year)
	}
	if err == nil {
		return r.Done(w, "/indicators/"+string(code(r)), "indicators.base.done")
	}
	texts, ok := r.Refused(err)
	if !ok {
		return err
	}
	v, err := p.detail(r)
	if err != nil {
		return err
	}
	v.Base.Error = texts["base"]
	return r.Again(w, detailPage(v))
}

// notes is the line under the title of a table that leaves the program.
func notes(r *page.Request, invented bool) string {
	text := r.AsOf() + ", " + r.Today().DisplayIn(r.Words.Lang())
	if invented {
		text += ". " + r.Words.T("indicators.sheet.invented")
	}
	return text
}

func (p *Pages) all(r *page.Request) ([]Reading, error) { return p.store.All(r.Context(), r.Actor) }

func (p *Pages) one(r *page.Request) ([]Reading, error) {
	one, err := p.store.Get(r.Context(), r.Actor, code(r))
	return []Reading{one}, err
}

// file gives the figures of one indicator, or of all when code is empty, as a table that a job writes.
func (p *Pages) file(w http.ResponseWriter, r *page.Request, f sheet.Format, code Code, title, name string) error {
	who, in, note := r.Actor, r.Words, notes(r, r.Identity.Invented)
	return jobs.GiveFile(w, r, p.jobs, "indicators.exporting", access.SeeFigures, jobs.File{Name: name + "." + string(f), Type: f.Type()},
		func(ctx context.Context, _ *jobs.Progress, to io.Writer) error {
			list, err := p.store.some(ctx, who, code)
			if err != nil {
				return err
			}
			out, err := f.New(to)
			if err != nil {
				return err
			}
			if err := Write(out, in, list, title, note); err != nil {
				return err
			}
			if err := out.Close(); err != nil {
				return err
			}
			return p.store.Took(ctx, who, code, string(f))
		})
}

func (p *Pages) tableOfAll(f sheet.Format) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		return p.file(w, r, f, "", r.Words.T("indicators.page")+", "+r.Identity.Place, "sonha-chi-so")
	}
}

func (p *Pages) table(f sheet.Format) page.Handler {
	return func(w http.ResponseWriter, r *page.Request) error {
		if _, known := Find(code(r)); !known {
			return fault.NotFound("fault.not_found")
		}
		return p.file(w, r, f, code(r), r.Words.T("indicators.name."+string(code(r)))+", "+r.Identity.Place, "sonha-chi-so-"+string(code(r)))
	}
}

func (p *Pages) listJSON(w http.ResponseWriter, r *page.Request) error {
	list, err := p.all(r)
	if err != nil {
		return err
	}
	return p.json(w, r, "", list)
}

func (p *Pages) tableJSON(w http.ResponseWriter, r *page.Request) error {
	list, err := p.one(r)
	if err != nil {
		return err
	}
	return p.json(w, r, code(r), list)
}

// json gives figures as JSON, and leaves the same line in the audit trail as the other files of them.
func (p *Pages) json(w http.ResponseWriter, r *page.Request, code Code, list []Reading) error {
	if err := p.store.Took(r.Context(), r.Actor, code, "json"); err != nil {
		return err
	}
	return r.JSON(w, NewDocument(r.Words, r.Identity.Place, notes(r, r.Identity.Invented), list))
}

// desk is the page on which official counts are entered.
type desk struct {
	ui.Frame

	Code    Code
	Name    string
	Entries []Entry
	Breaks  []Break
	Fields  []ui.Field
	Side    *ui.Choice // asked only for a period that goes over a break
	Held    string     // id of the figure that would be replaced
	Notice  string
	On      ui.Field
	Reason  ui.Field
	Errors  []ui.FieldError
	tell    teller
}

func (v *desk) home() string { return "/indicators/" + string(v.Code) }

// typed is the form as it was sent.
type typed struct{ year, n, side, area, value, households string }

func (p *Pages) desk(r *page.Request, t typed, texts map[string]string) (*desk, error) {
	entries, breaks, err := p.store.Entries(r.Context(), r.Actor, code(r))
	if err != nil {
		return nil, err
	}
	words := r.Words
	name := words.T("indicators.name." + string(code(r)))
	v := &desk{Code: code(r), Name: name, Entries: entries, Breaks: breaks, tell: newTeller(words)}
	v.Frame = r.Frame(words.T("indicators.enter.title"), ui.Link{Href: "/indicators", Label: words.T("indicators.page")},
		ui.Link{Href: "/indicators/" + string(code(r)), Label: string(code(r))}, ui.Link{Label: words.T("indicators.enter.crumb")})
	if t.year == "" && texts == nil {
		t.year, t.area = strconv.Itoa(r.Today().Year()), lastArea(entries, r.Identity.Place)
	}
	which := []ui.Option{{Value: "0", Label: words.T("indicators.enter.whole_year")}}
	for n := 1; n <= 4; n++ {
		q, _ := NewPeriod(Quarter, firstYear, n)
		which = append(which, ui.Option{Value: "Q" + strconv.Itoa(n), Label: strings.TrimSuffix(q.Name(words), "/"+strconv.Itoa(firstYear))})
	}
	for n := 1; n <= 12; n++ {
		which = append(which, ui.Option{Value: strconv.Itoa(n), Label: words.F("indicators.enter.month", "N", n)})
	}
	v.Fields = []ui.Field{
		{Kind: ui.NumberField, Name: "year", Label: words.T("indicators.enter.year"), Value: t.year, Required: true, Short: true, MaxRunes: 4},
		{Kind: ui.SelectField, Name: "n", Label: words.T("indicators.enter.period"), Value: t.n, Options: which, Short: true},
		{
			Kind: ui.NumberField, Name: "value", Label: words.T("indicators.enter.value"), Hint: words.T("indicators.enter.value_hint"), Value: t.value,
			Required: true, Short: true, Unit: words.T("indicators.enter.unit"), MaxRunes: 9,
		},
		{Kind: ui.TextField, Name: "area", Label: words.T("indicators.enter.area"), Hint: words.T("indicators.enter.area_hint"), Value: t.area, MaxRunes: mostArea, Optional: true},
		{
			Kind: ui.NumberField, Name: "households", Label: words.T("indicators.enter.households"), Hint: words.T("indicators.enter.households_hint"),
			Value: t.households, Optional: true, Short: true, MaxRunes: 9,
		},
	}
	for i := range v.Fields {
		v.Fields[i].Error = texts[v.Fields[i].Name]
	}
	v.On = ui.Field{Kind: ui.DateField, Name: "on", ID: "f-on", Label: words.T("indicators.breaks.on"), Required: true, Short: true, Error: texts["on"], Value: r.Text("on")}
	v.Reason = ui.Field{
		Kind: ui.TextField, Name: "reason", Label: words.T("indicators.breaks.reason"), Required: true, MaxRunes: mostReason,
		Error: texts["reason"], Value: r.Text("reason"),
	}
	if texts["side"] != "" || t.side != "" && t.side != string(Whole) {
		v.Side = &ui.Choice{Name: "side", Legend: words.T("indicators.enter.side"), Error: texts["side"], Inline: true, Options: []ui.Option{
			{Value: string(Before), Label: words.T("indicators.enter.side_before"), Checked: t.side == string(Before)},
			{Value: string(After), Label: words.T("indicators.enter.side_after"), Checked: t.side == string(After)},
		}}
	}
	for _, name := range []string{"year", "n", "side", "value", "area", "households", "on", "reason", ""} {
		if texts[name] != "" {
			v.Errors = append(v.Errors, ui.FieldError{Name: name, Text: texts[name]})
		}
	}
	return v, nil
}

// lastArea is what the newest figure is of; the ward when there is none.
func lastArea(entries []Entry, place string) string {
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.ReplacedAt.IsZero() && e.Area != "" && e.Period.Starts >= Reform })
	if i >= 0 {
		return entries[i].Area
	}
	return place
}

func (p *Pages) counts(w http.ResponseWriter, r *page.Request) error {
	v, err := p.desk(r, typed{}, nil)
	if err != nil {
		return err
	}
	return r.HTML(w, countsPage(v))
}

// read makes a count of what was typed; texts name what cannot be read.
func (t typed) read(series Code, replaces string) (n New, fields []fault.Field) {
	n = New{Series: series, Side: Side(t.side), Area: t.area, Replaces: replaces}
	kind, nth := Year, 0
	if rest, ok := strings.CutPrefix(t.n, "Q"); ok {
		kind = Quarter
		nth, _ = strconv.Atoi(rest)
	} else if t.n != "" && t.n != "0" {
		kind = Month
		nth, _ = strconv.Atoi(t.n)
	}
	year, err := strconv.Atoi(t.year)
	period, ok := NewPeriod(kind, year, nth)
	if err != nil || !ok {
		fields = append(fields, fault.Field{Name: "year", Key: "indicators.wrong.period"})
	}
	n.Period = period
	count := number(t.value)
	if n.Value = count.value; count.wrong != "" {
		fields = append(fields, fault.Field{Name: "value", Key: "indicators.wrong.value", Pairs: []any{"Most", MostCases}})
	}
	if t.households != "" {
		hh := number(t.households)
		if n.Households = hh.value; hh.wrong != "" {
			fields = append(fields, fault.Field{Name: "households", Key: "indicators.wrong.households"})
		}
	}
	return n, fields
}

// number0 reads a whole number as people write it.

func (p *Pages) enter(w http.ResponseWriter, r *page.Request) error {
	t := typed{r.Text("year"), r.Text("n"), r.Text("side"), r.Text("area"), r.Text("value"), r.Text("households")}
	n, fields := t.read(code(r), r.Text("replaces"))
	var err error
	if len(fields) > 0 {
		err = fault.InvalidFields(fields)
	} else {
		err = p.store.Record(r.Context(), r.Actor, n)
	}
	if err == nil {
		return r.Done(w, "/indicators/"+string(code(r))+"/counts", "indicators.enter.done")
	}
	texts, ok := r.Refused(err)
	if !ok {
		return err
	}
	v, deskErr := p.desk(r, t, texts)
	if deskErr != nil {
		return deskErr
	}
	if fault.Is(err, fault.Clash) && texts["value"] != "" {
		v.Held, v.Notice = v.held(&n), texts["value"]
		v.Errors, v.Fields[2].Error = nil, texts["value"]
	}
	return r.Again(w, countsPage(v))
}

// held is the id of the figure that holds for the days that were typed.
func (v *desk) held(n *New) string {
	period, err := n.check(v.Breaks, "9999-12-31")
	if err != nil {
		return ""
	}
	for i := range v.Entries {
		if e := &v.Entries[i]; e.ReplacedAt.IsZero() && e.Period == period {
			return e.ID
		}
	}
	return ""
}

func (p *Pages) withdraw(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "indicators.enter.withdrawn", func() error { return p.store.Withdraw(r.Context(), r.Actor, r.Text("id")) })
}

func (p *Pages) addBreak(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "indicators.breaks.added", func() error { return p.store.AddBreak(r.Context(), r.Actor, r.Text("on"), r.Text("reason")) })
}

func (p *Pages) removeBreak(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "indicators.breaks.removed", func() error { return p.store.RemoveBreak(r.Context(), r.Actor, r.Text("id")) })
}

// change does something to the counts and shows them again.
func (p *Pages) change(w http.ResponseWriter, r *page.Request, said string, do func() error) error {
	if !slices.Contains(Official(), code(r)) {
		return fault.NotFound("fault.not_found")
	}
	err := do()
	if err == nil {
		return r.Done(w, "/indicators/"+string(code(r))+"/counts", said)
	}
	texts, ok := r.Refused(err)
	if !ok {
		return err
	}
	v, deskErr := p.desk(r, typed{}, texts)
	if deskErr != nil {
		return deskErr
	}
	return r.Again(w, countsPage(v))
}

func (p *Pages) city(w http.ResponseWriter, r *page.Request) error {
	c, err := p.store.City(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	title := r.Words.T("indicators.city.title")
	f := r.Frame(title, ui.Link{Href: "/city", Label: r.Words.T("indicators.city.back")}, ui.Link{Label: title})
	f.AsOf = r.AsOf() + ", " + r.Today().DisplayIn(r.Words.Lang())
	return r.HTML(w, cityPage(f, c, newTeller(r.Words)))
}
