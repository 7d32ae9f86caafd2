package campaigns

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /campaigns", Need: access.RunCampaign, Handle: p.list},
		{Pattern: "GET /campaigns/new", Need: access.RunCampaign, Handle: p.ask},
		{Pattern: "POST /campaigns/new", Need: access.RunCampaign, Handle: p.create},
		{Pattern: "GET /campaigns/{id}", Need: access.RunCampaign, Handle: p.show},
		{Pattern: "POST /campaigns/{id}/dates", Need: access.RunCampaign, Handle: p.dates},
		{Pattern: "GET /campaigns/{id}/phase", Need: access.RunCampaign, Handle: p.confirm},
		{Pattern: "POST /campaigns/{id}/phase", Need: access.RunCampaign, Handle: p.move},
	}
}

// line is a campaign in the list.
type line struct {
	Campaign

	Late bool
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	all, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	lines := make([]line, len(all))
	for i, c := range all {
		lines[i] = line{Campaign: c, Late: c.Phase != Closed && c.Ends < r.Today() && c.Phase != Review && c.Phase != Publish}
	}
	return r.HTML(w, listPage(r.Frame(r.Words.T("campaigns.name"), ui.Link{Label: r.Words.T("campaigns.name")}), lines))
}

// form is what is typed to open a campaign or to change its dates.
type form struct {
	Year     string
	Criteria string      // version of the criteria
	Versions []ui.Option // that one may choose from; none when there is but one
	Rows     []formRow
	Errors   map[string]string
	Running  []Campaign // earlier ones in which houses are still inspected or decided on
}

// formRow is a phase with its first and last day as typed, and what is wrong with them.
type formRow struct {
	Phase    Phase
	From, To string
	Error    string
}

func rowsOf(plan []Dates) []formRow {
	rows := make([]formRow, len(plan))
	for i, d := range plan {
		rows[i] = formRow{Phase: d.Phase, From: string(d.Starts), To: string(d.Ends)}
	}
	return rows
}

// typed reads the planned days of a form; a day that cannot be read stays empty and is refused by the store.
func typed(r *page.Request) ([]formRow, []Dates) {
	var rows []formRow
	var plan []Dates
	for _, phase := range Phases() {
		if phase == Closed {
			continue
		}
		row := formRow{Phase: phase, From: r.Text(string(phase) + "_from"), To: r.Text(string(phase) + "_to")}
		d := Dates{Phase: phase}
		if day, err := civil.ParseDay(row.From); err == nil {
			d.Starts, row.From = day, string(day)
		}
		if day, err := civil.ParseDay(row.To); err == nil {
			d.Ends, row.To = day, string(day)
		}
		rows, plan = append(rows, row), append(plan, d)
	}
	return rows, plan
}

// refuse puts the texts of an error beside the rows; ok is false for an error that belongs to the error page.
func (f *form) refuse(r *page.Request, err error) (ok bool) {
	if fault.Is(err, fault.Clash) || fault.Is(err, fault.Closed) {
		return false
	}
	if f.Errors, ok = r.Refused(err); ok {
		for i := range f.Rows {
			f.Rows[i].Error = f.Errors[string(f.Rows[i].Phase)]
		}
	}
	return ok
}

// summary lists what is wrong for the head of the form.
func (f *form) summary() []ui.FieldError {
	var list []ui.FieldError
	if text := f.Errors["year"]; text != "" {
		list = append(list, ui.FieldError{Name: "year", Text: text})
	}
	if text := f.Errors["criteria"]; text != "" {
		list = append(list, ui.FieldError{Name: "criteria", Text: text})
	}
	for _, row := range f.Rows {
		if row.Error != "" {
			list = append(list, ui.FieldError{Name: string(row.Phase) + "_from", Text: row.Error})
		}
	}
	return list
}

// ask shows the form for a new campaign, with the usual calendar of the year.
func (p *Pages) ask(w http.ResponseWriter, r *page.Request) error {
	all, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(r.Text("year"))
	if err != nil || year < firstYear || year > lastYear {
		year = nextYear(r.Today(), all)
	}
	f := form{Year: strconv.Itoa(year), Criteria: r.Text("criteria"), Rows: rowsOf(Plan(year))}
	for _, c := range all {
		if c.Year < year && c.Phase != Publish && c.Phase != Closed {
			f.Running = append(f.Running, c)
		}
	}
	if err := p.offer(r, &f); err != nil {
		return err
	}
	return r.HTML(w, newPage(p.frame(r, r.Words.T("campaigns.new")), f))
}

// offer lists the versions of the criteria from which a campaign may take one, the latest chosen at first.
func (p *Pages) offer(r *page.Request, f *form) error {
	list, err := p.store.Criteria(r.Context(), r.Actor)
	if err != nil || len(list) < 2 {
		return err
	}
	if f.Criteria == "" {
		f.Criteria = strconv.Itoa(list[0])
	}
	for i, n := range list {
		key := "campaigns.criteria_earlier"
		if i == 0 {
			key = "campaigns.criteria_latest"
		}
		f.Versions = append(f.Versions, ui.Option{Value: strconv.Itoa(n), Label: r.Words.F(key, "Version", strconv.Itoa(n))})
	}
	return nil
}

// nextYear is the year that a new campaign is most likely for: this campaign year, or the first one after it
// that has none. A campaign year begins on 1 November of the year before.
func nextYear(today civil.Day, all []Campaign) int {
	year := today.Year()
	if today.Month() >= time.November {
		year++
	}
	for slices.ContainsFunc(all, func(c Campaign) bool { return c.Year == year }) {
		year++
	}
	return year
}

func (p *Pages) create(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	rows, plan := typed(r)
	f := form{Year: r.Text("year"), Criteria: r.Text("criteria"), Rows: rows}
	year, err := strconv.Atoi(f.Year)
	if err != nil {
		year = 0
	}
	version := 0
	if f.Criteria != "" {
		if version, err = strconv.Atoi(f.Criteria); err != nil {
			version = -1 // refused at its field
		}
	}
	c, err := p.store.Create(r.Context(), r.Actor, New{Year: year, Criteria: version, Dates: plan})
	if err != nil {
		if f.refuse(r, err) {
			if err := p.offer(r, &f); err != nil {
				return err
			}
			return r.Again(w, newPage(p.frame(r, r.Words.T("campaigns.new")), f))
		}
		return err
	}
	return r.Done(w, "/campaigns/"+c.ID, "campaigns.opened")
}

// frame is the frame of a page under the list.
func (p *Pages) frame(r *page.Request, title string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/campaigns", Label: r.Words.T("campaigns.name")}, ui.Link{Label: title})
}

// step is a phase on a campaign's page.
type step struct {
	Phase    Phase
	Number   int
	Dates    Dates
	State    string // "done", "now", "ahead"
	LateDays int    // how long the phase is over its planned end, or should have begun
}

// sheet is a campaign's page.
type sheet struct {
	Campaign Campaign
	Steps    []step
	Form     form
	Next     Phase
	Previous Phase
}

func sheetOf(c Campaign, today civil.Day) sheet {
	s := sheet{Campaign: c, Next: c.Phase.Next(), Previous: c.Phase.Previous(), Form: form{Rows: rowsOf(c.Dates)}}
	at := slices.Index(Phases(), c.Phase)
	for i, phase := range Phases() {
		x := step{Phase: phase, Number: i + 1, Dates: c.Of(phase)}
		switch {
		case i < at:
			x.State = "done"
		case i == at:
			x.State = "now"
			if x.Dates.Ends != "" && x.Dates.Ends < today {
				x.LateDays = today.Sub(x.Dates.Ends)
			}
		default:
			x.State = "ahead"
			if x.Dates.Starts != "" && x.Dates.Starts < today {
				x.LateDays = today.Sub(x.Dates.Starts)
			}
		}
		s.Steps = append(s.Steps, x)
	}
	return s
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	c, err := p.get(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(p.frame(r, Title(r.Words, c)), sheetOf(c, r.Today())))
}

func (p *Pages) get(r *page.Request) (Campaign, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Campaign{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

func (p *Pages) dates(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	c, err := p.get(r)
	if err != nil {
		return err
	}
	version, err := r.Number("version", 1, 1<<30)
	if err != nil {
		return err
	}
	rows, plan := typed(r)
	if err := p.store.SetDates(r.Context(), r.Actor, c.ID, plan, version); err != nil {
		s := sheetOf(c, r.Today())
		s.Form = form{Rows: rows}
		if s.Form.refuse(r, err) {
			s.Campaign.Version = version
			return r.Again(w, showPage(p.frame(r, Title(r.Words, c)), s))
		}
		return err
	}
	return r.Done(w, "/campaigns/"+c.ID, "campaigns.dates_saved")
}

// change is the page that says what moving a campaign changes.
type change struct {
	Campaign Campaign
	To       Phase
	Back     bool
	Begins   []Act // possible from now on
	Ends     []Act // no longer possible
	Stays    []Act
	Planned  civil.Day // first planned day of the phase
	Early    int       // days before that
}

func changeTo(c Campaign, to Phase, today civil.Day) change {
	x := change{Campaign: c, To: to, Back: to == c.Phase.Previous(), Planned: c.Of(to).Starts}
	for _, a := range Acts() {
		switch before, after := c.Phase.Allows(a), to.Allows(a); {
		case after && !before:
			x.Begins = append(x.Begins, a)
		case before && !after:
			x.Ends = append(x.Ends, a)
		case before:
			x.Stays = append(x.Stays, a)
		}
	}
	if !x.Back && x.Planned > today {
		x.Early = x.Planned.Sub(today)
	}
	return x
}

// confirm says what the step changes before it is taken. The last step has a page of its own.
func (p *Pages) confirm(w http.ResponseWriter, r *page.Request) error {
	c, err := p.get(r)
	if err != nil {
		return err
	}
	to := Phase(r.Text("to"))
	if to == Closed && c.Phase == Publish {
		http.Redirect(w, r.Request, "/campaigns/"+c.ID+"/close", http.StatusSeeOther)
		return nil
	}
	if to == "" || to == Closed || (to != c.Phase.Next() && to != c.Phase.Previous()) {
		return fault.Shut("campaigns.no_such_step")
	}
	return r.HTML(w, confirmPage(p.frame(r, Title(r.Words, c)), changeTo(c, to, r.Today())))
}

func (p *Pages) move(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	version, err := r.Number("version", 1, 1<<30)
	if err != nil {
		return err
	}
	if err := p.store.Move(r.Context(), r.Actor, id, Phase(r.Text("to")), version); err != nil {
		return err
	}
	return r.Done(w, "/campaigns/"+id, "campaigns.moved")
}

// stepAddress is the page that asks before a step is taken.
func stepAddress(c Campaign, to Phase) string {
	return "/campaigns/" + c.ID + "/phase?to=" + url.QueryEscape(string(to))
}

// Title is a campaign's name in the reader's language: "Đợt 2026".
func Title(w *words.Words, c Campaign) string {
	return w.F("campaigns.title", "Year", strconv.Itoa(c.Year))
}

// TitleWithin names a campaign in the middle of a sentence: "đợt 2026".
func TitleWithin(w *words.Words, c Campaign) string {
	return w.F("campaigns.title_within", "Year", strconv.Itoa(c.Year))
}

func span(w *words.Words, d Dates) string {
	if d.Starts == "" {
		return ""
	}
	return d.Starts.DisplayIn(w.Lang()) + "–" + d.Ends.DisplayIn(w.Lang())
}
