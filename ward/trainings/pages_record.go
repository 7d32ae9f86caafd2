package trainings

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// recordView is the training record of a house.
type recordView struct {
	Record
	today civil.Day
	plan  bool
}

func (p *Pages) record(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	record, err := p.store.Record(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	f := r.Frame(r.Words.F("trainings.record", "House", record.Address), ui.Link{Href: "/houses/" + id, Label: record.Address}, ui.Link{Label: r.Words.T("trainings.name")})
	return r.HTML(w, recordPage(f, &recordView{Record: record, today: r.Today(), plan: r.Actor.May(access.PlanTrainings)}))
}

// dueText says when a house is to come: never came, since when it is late, or until when there is time.
func dueText(f ui.Frame, d *Due, today civil.Day) string {
	lang := f.Words.Lang()
	switch {
	case d.Last == "":
		return f.Words.T("trainings.due_never")
	case d.Overdue(today):
		return f.Words.F("trainings.due_since", "Day", d.Due.DisplayIn(lang))
	}
	return f.Words.F("trainings.due_until", "Day", d.Due.DisplayIn(lang))
}

// dueView is the list of the houses that a course waits for.
type dueView struct {
	Course
	chips  []ui.Chip
	list   []Due
	today  civil.Day
	none   bool // the ward has no course
	plan   bool
	export string
	late   int
}

// taught gives the courses in use, and which of them the address names: the first where it names none.
func (p *Pages) taught(r *page.Request) (all []Course, chosen string, err error) {
	all, err = p.store.Taught(r.Context(), r.Actor)
	for i := range all {
		if chosen == "" || all[i].ID == r.Text("course") {
			chosen = all[i].ID
		}
	}
	return all, chosen, err
}

func (p *Pages) dueView(r *page.Request) (*dueView, error) {
	all, chosen, err := p.taught(r)
	if err != nil {
		return nil, err
	}
	v := &dueView{today: r.Today(), plan: r.Actor.May(access.PlanTrainings)}
	for i := range all {
		v.chips = append(v.chips, ui.Chip{Label: all[i].Title, Href: "/trainings/due?course=" + all[i].ID, On: all[i].ID == chosen, OneOf: true})
	}
	if v.none = chosen == ""; v.none {
		return v, nil
	}
	if v.Course, v.list, err = p.store.DueFor(r.Context(), r.Actor, chosen); err != nil {
		return nil, err
	}
	for i := range v.list {
		if v.list[i].Overdue(v.today) {
			v.late++
		}
	}
	v.export = "?course=" + chosen
	return v, nil
}

func (p *Pages) due(w http.ResponseWriter, r *page.Request) error {
	v, err := p.dueView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, duePage(frame(r, r.Words.T("trainings.due")), v))
}

// exportDue is the same list as a file.
func (p *Pages) exportDue(w http.ResponseWriter, r *page.Request) error {
	all, course, err := p.taught(r)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(c Course) bool { return c.ID == course })
	if at < 0 {
		return errMissing()
	}
	return jobs.GiveList(w, r, p.jobs, access.NoteTrainings, exportedDue(r.Words, all[at].Title), func(ctx context.Context, who access.Actor, to *jobs.Sheet[Due]) error {
		return p.store.ExportDue(ctx, who, course, to)
	})
}

func exportedDue(w *words.Words, course string) jobs.List[Due] {
	t := func(key string) string { return w.T("trainings.column." + key) }
	return jobs.List[Due]{Title: w.T("trainings.due") + ". " + course, File: w.T("trainings.file_due"), Columns: []jobs.Column[Due]{
		{Title: t("house"), Width: 24, Value: func(d *Due) any { return d.Address }},
		{Title: t("group"), Width: 16, Value: func(d *Due) any { return d.Group }},
		{Title: t("last"), Width: 14, Value: func(d *Due) any { return d.Last }},
		{Title: t("due"), Width: 12, Value: func(d *Due) any { return d.Due }},
		{Title: t("next"), Width: 12, Value: func(d *Due) any { return d.Next }},
	}}
}

// export is the list of the sessions in reach as a file.
func (p *Pages) export(w http.ResponseWriter, r *page.Request) error {
	return jobs.GiveList(w, r, p.jobs, access.PlanTrainings, exported(r.Words), p.store.Export)
}

func exported(w *words.Words) jobs.List[Training] {
	t := func(key string) string { return w.T("trainings.column." + key) }
	return jobs.List[Training]{Title: w.T("trainings.name"), File: w.T("trainings.file"), Columns: []jobs.Column[Training]{
		{Title: t("day"), Width: 12, Value: func(s *Training) any { return s.StartDay() }},
		{Title: t("clock"), Value: func(s *Training) any { return civil.Clock(s.Starts) }},
		{Title: t("title"), Width: 40, Value: func(s *Training) any { return s.Title }},
		{Title: t("whose"), Width: 30, Value: func(s *Training) any { return s.whose(w) }},
		{Title: t("place"), Width: 30, Value: func(s *Training) any { return s.Place }},
		{Title: t("speaker"), Width: 24, Value: func(s *Training) any { return w.T("trainings.speaker." + s.Speaker) }},
		{Title: t("state"), Width: 18, Value: func(s *Training) any { return s.stateText(w) }},
		{Title: t("asked"), Value: func(s *Training) any { return s.Asked() }},
		{Title: t("came"), Value: func(s *Training) any { return s.Came() }},
		{Title: t("cost"), Value: func(s *Training) any { return s.Results.Cost }},
	}}
}

// figuresView is the page of figures of a year.
type figuresView struct {
	Figures
	chips []ui.Chip
	heads string // "86/112 trưởng số nhà (76,8 %)"
}

func (p *Pages) figures(w http.ResponseWriter, r *page.Request) error {
	this := r.Today().Year()
	year, _ := strconv.Atoi(r.Text("year"))
	const years = 3 // as long as sessions are kept
	if year > this || year <= this-years {
		year = this
	}
	f, err := p.store.Figures(r.Context(), r.Actor, year)
	if err != nil {
		return err
	}
	v := &figuresView{Figures: f}
	for y := this; y > this-years; y-- {
		v.chips = append(v.chips, ui.Chip{Label: strconv.Itoa(y), Href: "/trainings/figures?year=" + strconv.Itoa(y), On: y == year, OneOf: true})
	}
	part, of := 0, 0
	for _, x := range f.Trained {
		part, of = part+x.Part, of+x.Heads
	}
	if lang := r.Words.Lang(); of > 0 {
		v.heads = r.Words.F("trainings.heads_line", "N", civil.IntIn(lang, part), "All", civil.IntIn(lang, of), "Share", civil.PercentIn(lang, part, of))
	}
	return r.HTML(w, figuresPage(frame(r, r.Words.T("trainings.figures")), v))
}

// turns says how often somebody came, of how many invited; "–" where there was no session.
func (c *CourseFigures) turns(w *words.Words) string {
	if c.Sessions == 0 {
		return "–"
	}
	return w.F("trainings.turns."+string(c.Audience), "N", civil.IntIn(w.Lang(), c.Came), "All", civil.IntIn(w.Lang(), c.Asked))
}

// score says what the classes of a course knew before and after; "–" where it was not counted.
func (c *CourseFigures) score(lang string) string {
	if c.Before == 0 || c.After == 0 {
		return "–"
	}
	return civil.PercentIn(lang, c.BeforeRight, c.Before) + " → " + civil.PercentIn(lang, c.AfterRight, c.After)
}

// found says how many found a course useful; "–" where nobody was asked.
func (c *CourseFigures) found(lang string) string {
	all := c.Liked + c.Partly + c.Disliked
	if all == 0 {
		return "–"
	}
	return civil.PercentIn(lang, c.Liked, all)
}

// check is what the code on a certificate opens, for everybody.
func (p *Pages) check(w http.ResponseWriter, r *page.Request) error {
	ward, token, err := parseCheck(r.PathValue("token"))
	if err != nil {
		return err
	}
	c, err := p.store.Certified(r.Context(), access.Actor{}, ward, token)
	if err != nil {
		return err
	}
	return r.HTML(w, checkPage(r.Frame(r.Words.T("trainings.check")), &c))
}
