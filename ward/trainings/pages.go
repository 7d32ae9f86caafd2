package trainings

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sonha/engine/files"
	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store  *Store
	files  *files.Store
	jobs   *jobs.Runner
	fonts  func() (*paper.Fonts, error)
	spoken *words.Words // of what is printed: Vietnamese, whoever prints it
}

// NewPages makes the pages. Fonts are read when the first sheet is printed.
func NewPages(s *Store, f *files.Store, j *jobs.Runner, c *words.Catalog) *Pages {
	return &Pages{store: s, files: f, jobs: j, fonts: sync.OnceValues(paper.LoadFonts), spoken: c.In("vi")}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes("/trainings/list", access.PlanTrainings, reads.TrainingsFile, p.export),
		jobs.ListRoutes("/trainings/due", access.NoteTrainings, reads.TrainingsFile, p.exportDue), []page.Route{
			{Pattern: "GET /trainings", Need: access.SeeTrainings, Handle: p.list},
			{Pattern: "GET /trainings/new", Need: access.PlanTrainings, Handle: p.blank},
			{Pattern: "POST /trainings", Need: access.PlanTrainings, Handle: p.create},
			{Pattern: "GET /trainings/due", Need: access.NoteTrainings, Handle: p.due, Shows: reads.List},
			{Pattern: "GET /trainings/figures", Need: access.SeeFigures, Handle: p.figures},
			{Pattern: "GET /courses", Need: access.SeeTrainings, Handle: p.courses},
			{Pattern: "POST /courses/usual", Need: access.KeepCourses, Handle: p.usual},
			{Pattern: "GET /courses/new", Need: access.KeepCourses, Handle: p.newCourse},
			{Pattern: "POST /courses", Need: access.KeepCourses, Handle: p.createCourse},
			{Pattern: "GET /courses/{id}", Need: access.SeeTrainings, Handle: p.course},
			{Pattern: "GET /courses/{id}/edit", Need: access.KeepCourses, Handle: p.editCourse},
			{Pattern: "POST /courses/{id}/edit", Need: access.KeepCourses, Handle: p.saveCourse},
			{Pattern: "POST /courses/{id}/materials", Need: access.KeepCourses, Handle: p.addMaterial, Body: mostFile + 64<<10},
			{Pattern: "GET /training-materials/{id}", Need: access.SeeTrainings, Handle: p.material},
			{Pattern: "POST /training-materials/{id}/withdraw", Need: access.KeepCourses, Handle: p.withdraw},
			{Pattern: "GET /tr/{token}", Need: access.SeeTrainings, Handle: p.arrival},
			{Pattern: "POST /tr/{token}", Need: access.SeeTrainings, Handle: p.arrive},
			{Pattern: "GET /trained/{token}", Need: access.Public, Handle: p.check},
			{Pattern: "GET /houses/{id}/trainings", Need: access.SeeHouses, Handle: p.record, Shows: reads.Trained},
			{Pattern: "GET /trainings/{id}", Need: access.SeeTrainings, Handle: p.show},
			{Pattern: "GET /trainings/{id}/edit", Need: access.PlanTrainings, Handle: p.edit},
			{Pattern: "POST /trainings/{id}/edit", Need: access.PlanTrainings, Handle: p.save},
			{Pattern: "POST /trainings/{id}/invite", Need: access.PlanTrainings, Handle: p.invite},
			{Pattern: "POST /trainings/{id}/cancel", Need: access.PlanTrainings, Handle: p.cancel},
			{Pattern: "GET /trainings/{id}/attendance", Need: access.NoteTrainings, Handle: p.attendance},
			{Pattern: "POST /trainings/{id}/attendance", Need: access.NoteTrainings, Handle: p.tick, Body: 256 << 10},
			{Pattern: "GET /trainings/{id}/sheet.pdf", Need: access.NoteTrainings, Handle: p.sheet},
			{Pattern: "GET /trainings/{id}/door", Need: access.NoteTrainings, Handle: p.door},
			{Pattern: "POST /trainings/{id}/close", Need: access.PlanTrainings, Handle: p.close},
			{Pattern: "POST /trainings/{id}/reopen", Need: access.PlanTrainings, Handle: p.reopen},
			{Pattern: "GET /trainings/{id}/results", Need: access.PlanTrainings, Handle: p.results},
			{Pattern: "POST /trainings/{id}/results", Need: access.PlanTrainings, Handle: p.saveResults},
			{Pattern: "GET /trainings/{id}/certificate.pdf", Need: access.SeeHouses, Handle: p.certificate, Shows: reads.Attested},
		})
}

// home is the address of a session, courseHome that of a course.
func home(id string) string       { return "/trainings/" + id }
func courseHome(id string) string { return "/courses/" + id }

func frame(r *page.Request, title string, under ...ui.Link) ui.Frame {
	return r.Frame(title, append(append([]ui.Link{{Href: "/trainings", Label: r.Words.T("trainings.name")}}, under...), ui.Link{Label: title})...)
}

// topics names the topics of a course.
func topics(w *words.Words, list []string) string {
	texts := make([]string, len(list))
	for i, t := range list {
		texts[i] = w.T("trainings.topic." + t)
	}
	return strings.Join(texts, "; ")
}

// whose says whose heads or households a session is for.
func (t *Training) whose(w *words.Words) string {
	return w.F("trainings.whose."+string(t.Audience), "Area", t.Level.Of(w, t.Area))
}

// begins is day and hour as people say them: "19:30, Chủ nhật 25/10/2026".
func (t *Training) begins(w *words.Words) string {
	return civil.Clock(t.Starts) + ", " + t.StartDay().WeekdayIn(w.Lang()) + " " + t.StartDay().DisplayIn(w.Lang())
}

// came says how many came: "12/16 trưởng số nhà", "23/41 hộ".
func (t *Training) came(w *words.Words) string {
	return w.F("trainings.came."+string(t.Audience), "N", civil.IntIn(w.Lang(), t.Came()), "All", civil.IntIn(w.Lang(), t.Asked()))
}

// stateText says how far a session has come.
func (t *Training) stateText(w *words.Words) string {
	if t.State == Planned && t.Invited.IsZero() {
		return w.T("trainings.state.draft")
	}
	return w.T("trainings.state." + string(t.State))
}

// line is a session in a list.
type line struct{ href, title, whose, when, place, state, came string }

type listView struct {
	stand Stand
	chips []ui.Chip
	lines []line
	page  ui.Page
	plan  bool // may plan
	note  bool // may see who is due
	count bool // may see figures
	keep  bool // keeps the courses
	feed  bool // has a calendar
	house string
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	at, _ := strconv.Atoi(r.Text("page"))
	at = max(0, at)
	v := listView{
		stand: Stand(r.Text("stand")), plan: r.Actor.May(access.PlanTrainings), note: r.Actor.May(access.NoteTrainings), count: r.Actor.May(access.SeeFigures),
		keep: r.Actor.May(access.KeepCourses), feed: r.Actor.May(access.SeeMeetings),
	}
	if level, ids := r.Actor.Reach(); level == access.OwnHouses && len(ids) > 0 {
		v.house = ids[0]
	}
	if v.stand != Done && v.stand != Off {
		v.stand = Coming
	}
	list, more, err := p.store.List(r.Context(), r.Actor, v.stand, at)
	if err != nil {
		return err
	}
	t := r.Words
	for i := range list {
		x := &list[i]
		l := line{href: home(x.ID), title: x.Title, whose: x.whose(t), when: x.begins(t), place: x.Place, state: x.stateText(t), came: "–"}
		if x.State == Held {
			l.came = x.came(t)
		}
		v.lines = append(v.lines, l)
	}
	to := func(s Stand, at int) string {
		q := "/trainings?stand=" + string(s)
		if at > 0 {
			q += "&page=" + strconv.Itoa(at)
		}
		return q
	}
	for _, s := range []Stand{Coming, Done, Off} {
		v.chips = append(v.chips, ui.Chip{Label: t.T("trainings.stand." + string(s)), Href: to(s, 0), On: v.stand == s, OneOf: true})
	}
	v.page = ui.Page{From: at*listed + 1, To: at*listed + len(list), Total: strconv.Itoa(at*listed + len(list))}
	if at > 0 {
		v.page.Prev = to(v.stand, at-1)
	}
	if more {
		v.page.Next, v.page.Total = to(v.stand, at+1), t.F("trainings.more_than", "N", at*listed+len(list))
	}
	return r.HTML(w, listPage(r.Frame(t.T("trainings.name"), ui.Link{Label: t.T("trainings.name")}), &v))
}

// form is a plan as it is typed.
type form struct {
	Plan
	errors   map[string]string
	action   string
	courses  []ui.Option // empty when the course stays
	where    []ui.Option
	chosen   string
	fixed    string
	lasts    string
	back     string
	invited  bool
	noCourse bool // the ward has none yet
	keep     bool // the reader could make one
}

func (x *form) summary() []ui.FieldError {
	return ui.FieldErrors(x.errors, "", "course", "where", "day", "clock", "lasts", "place", "speaker")
}

func (x *form) speakers(f ui.Frame) []ui.Option {
	var list []ui.Option
	for _, s := range Speakers() {
		list = append(list, ui.Option{Value: s, Label: f.Words.T("trainings.speaker." + s)})
	}
	return list
}

func (p *Pages) newForm(r *page.Request) (*form, error) {
	c, err := p.store.Choices(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	t := r.Words
	x := &form{action: "/trainings", back: "/trainings", lasts: "90", noCourse: len(c.Courses) == 0, keep: r.Actor.May(access.KeepCourses)}
	x.Day, x.Clock = r.Today().AddDays(14), "19:30"
	for i := range c.Courses {
		x.courses = append(x.courses, ui.Option{Value: c.Courses[i].ID, Label: c.Courses[i].Title + " (" + t.T("trainings.audience."+string(c.Courses[i].Audience)) + ")"})
	}
	x.where = c.Options(func(l gatherings.Level, name string) string { return l.Of(t, name) })
	if len(x.where) > 0 {
		x.chosen = x.where[0].Value
	}
	return x, nil
}

func (p *Pages) blank(w http.ResponseWriter, r *page.Request) error {
	x, err := p.newForm(r)
	if err != nil {
		return err
	}
	x.Course = r.Text("course")
	return r.HTML(w, planPage(frame(r, r.Words.T("trainings.new")), x))
}

// fill takes what was typed.
func (x *form) fill(r *page.Request) {
	x.Course, x.Speaker = r.Text("course"), r.Text("speaker")
	x.chosen, x.lasts = x.Fill(r)
	x.Version, _ = strconv.Atoi(r.Text("version"))
}

func (p *Pages) create(w http.ResponseWriter, r *page.Request) error {
	x, err := p.newForm(r)
	if err != nil {
		return err
	}
	x.fill(r)
	id := ""
	if !gatherings.Offers(x.where, x.chosen) {
		err = fault.Invalid("where", "trainings.choose_where")
	} else {
		id, err = p.store.Create(r.Context(), r.Actor, x.Plan)
	}
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, planPage(frame(r, r.Words.T("trainings.new")), x))
	}
	if err != nil {
		return err
	}
	key := "trainings.done_planned"
	if !r.Moment().Before(x.Begins()) {
		key = "trainings.done_planned_late" // nobody is invited any more
	}
	return r.Done(w, home(id), key)
}

// changing is the form of a session that is planned.
func (p *Pages) changing(r *page.Request) (*form, string, error) {
	t, err := p.training(r)
	if err != nil {
		return nil, "", err
	}
	if !t.May {
		return nil, "", fault.NotFound("fault.not_found")
	}
	fixed := t.Title + ". " + t.whose(r.Words)
	return &form{Plan: t.Plan, action: home(t.ID) + "/edit", back: home(t.ID), fixed: fixed, lasts: strconv.Itoa(t.Lasts), invited: !t.Invited.IsZero()}, t.Title, nil
}

func (p *Pages) edit(w http.ResponseWriter, r *page.Request) error {
	x, title, err := p.changing(r)
	if err != nil {
		return err
	}
	return r.HTML(w, planPage(frame(r, r.Words.T("trainings.edit"), ui.Link{Href: x.back, Label: title}), x))
}

func (p *Pages) save(w http.ResponseWriter, r *page.Request) error {
	x, title, err := p.changing(r)
	if err != nil {
		return err
	}
	x.fill(r)
	err = p.store.Change(r.Context(), r.Actor, r.PathValue("id"), x.Plan)
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, planPage(frame(r, r.Words.T("trainings.edit"), ui.Link{Href: x.back, Label: title}), x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, x.back, "trainings.done_changed")
}
