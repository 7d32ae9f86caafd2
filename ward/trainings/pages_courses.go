package trainings

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// coursesView is the list of what is taught in the ward.
type coursesView struct {
	list []Listed
	keep bool
}

func (p *Pages) courses(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.Courses(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.HTML(w, coursesPage(frame(r, r.Words.T("trainings.courses")), &coursesView{list: list, keep: r.Actor.May(access.KeepCourses)}))
}

func (p *Pages) usual(w http.ResponseWriter, r *page.Request) error {
	if err := p.store.Begin(r.Context(), r.Actor, p.spoken); err != nil {
		return err
	}
	return r.Done(w, "/courses", "trainings.done_usual")
}

// courseForm is a course as it is typed.
type courseForm struct {
	Course
	errors            map[string]string
	action, back      string
	months, questions string
}

func (x *courseForm) summary() []ui.FieldError {
	return ui.FieldErrors(x.errors, "", "title", "topic", "audience", "months", "questions")
}

func (x *courseForm) topicOptions(f ui.Frame) []ui.Option {
	var list []ui.Option
	for _, t := range Topics() {
		o := ui.Option{Value: t, Label: f.Words.T("trainings.topic." + t)}
		for _, c := range x.Topics {
			o.Checked = o.Checked || c == t
		}
		list = append(list, o)
	}
	return list
}

func (x *courseForm) audiences(f ui.Frame) []ui.Option {
	var list []ui.Option
	for _, a := range Audiences() {
		list = append(list, ui.Option{Value: string(a), Label: f.Words.T("trainings.audience." + string(a)),
			Note: f.Words.T("trainings.audience_note." + string(a)), Checked: a == x.Audience})
	}
	return list
}

func (x *courseForm) fill(r *page.Request) {
	x.Title, x.Topics, x.Audience = r.Text("title"), r.Form["topic"], Audience(r.Text("audience"))
	x.months, x.questions = r.Text("months"), civil.NFCLines(r.FormValue("questions"))
	x.Months = -1
	if n, err := civil.ParseInt(x.months); err == nil {
		x.Months = n
	} else if x.months == "" {
		x.Months = 0
	}
	x.Questions = strings.Split(x.questions, "\n")
	x.Active = r.Text("active") != ""
	x.Version, _ = strconv.Atoi(r.Text("version"))
}

func (p *Pages) newCourse(w http.ResponseWriter, r *page.Request) error {
	r.Actor.Touch()
	x := &courseForm{action: "/courses", back: "/courses", Course: Course{Active: true}, months: "24"}
	return r.HTML(w, courseFormPage(frame(r, r.Words.T("trainings.course_new"), ui.Link{Href: x.back, Label: r.Words.T("trainings.courses")}), x))
}

func (p *Pages) createCourse(w http.ResponseWriter, r *page.Request) error {
	x := &courseForm{action: "/courses", back: "/courses"}
	if err := r.Parse(); err != nil {
		return err
	}
	x.fill(r)
	id, err := p.store.SetCourse(r.Context(), r.Actor, x.Course)
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, courseFormPage(frame(r, r.Words.T("trainings.course_new"), ui.Link{Href: x.back, Label: r.Words.T("trainings.courses")}), x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, courseHome(id), "trainings.done_course")
}

func (p *Pages) courseForm(r *page.Request) (*courseForm, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	c, _, err := p.store.Course(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	return &courseForm{Course: c, action: courseHome(id) + "/edit", back: courseHome(id), months: strconv.Itoa(c.Months), questions: strings.Join(c.Questions, "\n")}, nil
}

func (p *Pages) courseFrame(r *page.Request, title string, c *Course) ui.Frame {
	return frame(r, title, ui.Link{Href: "/courses", Label: r.Words.T("trainings.courses")}, ui.Link{Href: courseHome(c.ID), Label: c.Title})
}

func (p *Pages) editCourse(w http.ResponseWriter, r *page.Request) error {
	x, err := p.courseForm(r)
	if err != nil {
		return err
	}
	return r.HTML(w, courseFormPage(p.courseFrame(r, r.Words.T("trainings.course_edit"), &x.Course), x))
}

func (p *Pages) saveCourse(w http.ResponseWriter, r *page.Request) error {
	x, err := p.courseForm(r)
	if err != nil {
		return err
	}
	f := p.courseFrame(r, r.Words.T("trainings.course_edit"), &x.Course)
	audience := x.Audience
	x.fill(r)
	x.Audience = audience
	_, err = p.store.SetCourse(r.Context(), r.Actor, x.Course)
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, courseFormPage(f, x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, x.back, "trainings.done_course")
}

// courseView is the page of one course.
type courseView struct {
	Course
	materials []Material
	keep      bool
	plan      bool
	title     string // of a material, as typed
	link      string
	errors    map[string]string
}

func (v *courseView) facts(f ui.Frame) []ui.Fact {
	t := f.Words
	every := t.T("trainings.once")
	if v.Months > 0 {
		every = t.F("trainings.every", "N", v.Months)
	}
	return []ui.Fact{
		{Key: t.T("trainings.fact.topics"), Text: topics(t, v.Topics)}, {Key: t.T("trainings.fact.audience"), Text: t.T("trainings.audience." + string(v.Audience))},
		{Key: t.T("trainings.fact.refresher"), Text: every},
	}
}

func (p *Pages) courseView(r *page.Request) (*courseView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	c, list, err := p.store.Course(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	return &courseView{Course: c, materials: list, keep: r.Actor.May(access.KeepCourses), plan: r.Actor.May(access.PlanTrainings)}, nil
}

func (v *courseView) frame(r *page.Request) ui.Frame {
	return frame(r, v.Title, ui.Link{Href: "/courses", Label: r.Words.T("trainings.courses")})
}

func (p *Pages) course(w http.ResponseWriter, r *page.Request) error {
	v, err := p.courseView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, coursePage(v.frame(r), v))
}

// addMaterial takes a new version of the material: a PDF, or an address.
func (p *Pages) addMaterial(w http.ResponseWriter, r *page.Request) error {
	v, err := p.courseView(r)
	if err != nil {
		return err
	}
	if err := r.Parse(); err != nil {
		return err
	}
	v.title, v.link = r.Text("material"), r.Text("link")
	m, err := p.received(r)
	if err == nil {
		m.Course, m.Title = v.ID, v.title
		if err = p.store.AddMaterial(r.Context(), r.Actor, m); err != nil && !db.Unknown(err) && m.File != "" {
			if e := p.files.DeleteUpload(m.File); e != nil {
				return errors.Join(err, e)
			}
		}
	}
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, coursePage(v.frame(r), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, courseHome(v.ID), "trainings.done_material")
}

// received keeps the PDF that was sent, or takes the address that was typed.
func (p *Pages) received(r *page.Request) (Material, error) {
	body, head, err := r.FormFile("file")
	if err != nil || head.Size == 0 {
		if link := r.Text("link"); link != "" {
			return Material{Kind: Link, Link: link}, nil
		}
		return Material{}, fault.Invalid("file", "trainings.no_file")
	}
	defer func() { _ = body.Close() }()
	if r.Text("link") != "" {
		return Material{}, fault.Invalid("link", "trainings.file_or_link")
	}
	const magic = "%PDF-"
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(body, begin); err != nil || string(begin) != magic {
		return Material{}, fault.Invalid("file", "trainings.not_pdf")
	}
	u, err := p.files.SaveUpload(io.MultiReader(bytes.NewReader(begin), body), files.Limits{Bytes: mostFile})
	if files.KindOf(err) == files.TooLarge {
		return Material{}, fault.Invalid("file", "trainings.file_large", "MB", mostFile>>20)
	}
	return Material{Kind: File, File: u.Name, As: fileName(head.Filename)}, err
}

// fileName is the name under which a PDF is given out again.
func fileName(name string) string {
	name = civil.NFC(filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	if utf8.RuneCountInString(name) > mostFileName {
		name = string([]rune(name)[:mostFileName-len(".pdf")]) + ".pdf"
	}
	return name
}

// material gives a PDF as it came, always as a download.
func (p *Pages) material(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	m, err := p.store.Material(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if m.Kind != File {
		return fault.NotFound("fault.not_found")
	}
	f, err := p.files.OpenUpload(m.File)
	if files.KindOf(err) == files.NotFound {
		return fault.NotFound("trainings.file_gone")
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r.Attach(w, "application/pdf", m.As)
	_, err = io.Copy(w, f)
	return err
}

func (p *Pages) withdraw(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	course, err := p.store.WithdrawMaterial(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Done(w, courseHome(course), "trainings.done_withdrawn")
}
