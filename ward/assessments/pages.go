package assessments

import (
	"errors"
	"net/http"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store   *Store
	records criteria.Records
}

// NewPages makes the pages.
func NewPages(s *Store, records criteria.Records) *Pages { return &Pages{store: s, records: records} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/assessment", Need: access.Assess, Handle: p.overview, Shows: reads.Assessment},
		{Pattern: "POST /houses/{id}/assessment", Need: access.Assess, Handle: p.saveSheet},
		{Pattern: "GET /houses/{id}/assessment/{item}", Need: access.Assess, Handle: p.question, Shows: reads.Assessment},
		{Pattern: "POST /houses/{id}/assessment/{item}", Need: access.Assess, Handle: p.answer},
		{Pattern: "GET /houses/{id}/assessment/send", Need: access.Assess, Handle: p.review, Shows: reads.Assessment},
		{Pattern: "POST /houses/{id}/assessment/send", Need: access.Assess, Handle: p.send},
		{Pattern: "GET /houses/{id}/pledges", Need: access.Assess, Handle: p.pledges, Shows: reads.Pledges},
		{Pattern: "POST /houses/{id}/pledges", Need: access.Assess, Handle: p.pledge},
	}
}

// home is the address of a house's self-assessment.
func home(house string) string { return "/houses/" + house + "/assessment" }

// load finds the assessment of the house in the path.
func (p *Pages) load(r *page.Request) (Assessment, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Assessment{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

// when writes a moment as people read it: the clock today, the day too on other days.
func when(r *page.Request, t time.Time) string {
	if civil.DayOf(t) == r.Today() {
		return civil.Clock(t)
	}
	return civil.Moment(t, r.Words.Lang())
}

func frame(r *page.Request, a *Assessment, title string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/houses/" + a.House.ID, Label: a.House.Address()}, ui.Link{Label: r.Words.T("assessments.name")})
}

// sheet is what the overview shows.
type sheet struct {
	Assessment
	set     *criteria.Set    // of the campaign
	filled  criteria.Answers // what the radio buttons of the desk show; the stored answers but for a refused form
	closed  string           // why nothing can be answered now
	problem string           // why the form was not taken
	last    string           // when and by whom it was saved
	sent    string
	parts   []part
	known   map[string]criteria.Evidence // by the codes of the items
}

// part is one content of the list.
type part struct {
	content *criteria.Content
	first   int
	done    int
	href    string // the first open item, else the first item
}

func (p *Pages) sheet(r *page.Request, a Assessment) sheet {
	s := sheet{Assessment: a, set: a.Set, filled: a.Answers}
	if texts, refused := r.Refused(a.Open()); refused {
		s.closed = texts[""]
	}
	if a.Answered > 0 {
		s.last = r.Words.F("assessments.last", "When", when(r, a.UpdatedAt), "Who", a.UpdatedBy)
	}
	switch {
	case a.State == Sent && s.closed == "":
		s.sent = r.Words.F("assessments.sent_line", "When", when(r, a.SentAt))
	case a.State == Sent:
		s.sent = r.Words.F("assessments.sent_then", "When", when(r, a.SentAt))
	}
	first := 0
	for i := range a.Set.Contents {
		c := &a.Set.Contents[i]
		x := part{content: c, first: first, href: home(a.House.ID) + "/" + c.Items[0].Code}
		open := false
		for j := range c.Items {
			if a.Answers.At(first+j) != criteria.Unanswered {
				x.done++
			} else if !open {
				open, x.href = true, home(a.House.ID)+"/"+c.Items[j].Code
			}
		}
		s.parts = append(s.parts, x)
		first += len(c.Items)
	}
	return s
}

// next is the one thing to do now.
func (s *sheet) next(r *ui.Frame) ui.Action {
	base, w := home(s.House.ID), r.Words
	switch at := FirstOpen(s.Answers); {
	case s.closed != "":
		return ui.Action{}
	case s.Answered == 0:
		return ui.Action{Href: base + "/" + code(s.set, 0), Label: w.T("assessments.start"), Primary: true, Block: true}
	case at >= 0:
		return ui.Action{Href: base + "/" + code(s.set, at), Label: w.F("assessments.go_on", "N", at+1), Primary: true, Block: true}
	default:
		return ui.Action{Href: base + "/send", Label: w.T("assessments.to_send"), Primary: true, Block: true}
	}
}

func code(set *criteria.Set, index int) string {
	item, _ := set.Item(index)
	return item.Code
}

func (p *Pages) overview(w http.ResponseWriter, r *page.Request) error {
	a, err := p.load(r)
	if err != nil {
		return err
	}
	s := p.sheet(r, a)
	if s.known, err = p.records.Evidence(r.Context(), r.Actor, a.House.ID); err != nil {
		return err
	}
	return r.HTML(w, overviewPage(frame(r, &a, r.Words.F("assessments.page", "House", a.House.Address())), s))
}

// saveSheet takes the whole sheet of the desk.
func (p *Pages) saveSheet(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	now, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	set, asked := now.Set, criteria.AskedBy(r.Text(criteria.AskedField))
	opened, err := set.ParseAnswers(r.Text("opened"))
	switch {
	case set.Asked(asked) != nil: // the letters are those of other items; nothing of them is written
		opened = now.Answers
	case err != nil:
		return &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	filled := opened
	for i := range set.Len() {
		if v, ok := criteria.ParseValue(r.Text("a." + code(set, i))); ok && v != criteria.Unanswered {
			filled = filled.With(i, v)
		}
	}
	changed, err := p.store.AnswerAll(r.Context(), r.Actor, id, asked, opened, filled)
	if d, differs := errors.AsType[*DiffersError](err); differs {
		return r.TwoVersions(w, p.versions(r, d, "", filled.At))
	}
	if texts, refused := r.Refused(err); refused {
		a, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		s := p.sheet(r, a)
		s.filled = filled
		if s.known, err = p.records.Evidence(r.Context(), r.Actor, id); err != nil {
			return err
		}
		for _, text := range texts {
			s.problem = text
		}
		return r.Again(w, overviewPage(frame(r, &a, r.Words.F("assessments.page", "House", a.House.Address())), s))
	}
	if err != nil {
		return err
	}
	key := "assessments.done_saved"
	if changed == 0 {
		key = "assessments.done_none"
	}
	return r.Done(w, home(id), key)
}

func (p *Pages) question(w http.ResponseWriter, r *page.Request) error {
	a, err := p.load(r)
	if err != nil {
		return err
	}
	return p.ask(w, r, &a, "")
}

// ask shows one question, or, when the house cannot answer now, leads to the overview that says why.
func (p *Pages) ask(w http.ResponseWriter, r *page.Request, a *Assessment, problem string) error {
	set, lang := a.Set, r.Words.Lang()
	index := set.Index(r.PathValue("item"))
	item, content := set.Item(index)
	if item == nil && problem == "" {
		return fault.NotFound("fault.not_found")
	}
	if item == nil { // a page of another version asked it
		s := p.sheet(r, *a)
		s.problem = problem
		return r.Again(w, overviewPage(frame(r, a, r.Words.F("assessments.page", "House", a.House.Address())), s))
	}
	if _, closed := r.Refused(a.Open()); closed && problem == "" {
		return r.Done(w, home(a.House.ID), "")
	}
	f := r.Frame(item.Label.In(lang))
	base := home(a.House.ID)
	f.Plate = ""
	f.Back = ui.Link{Href: base, Label: r.Words.T("assessments.back_list")}
	if index > 0 {
		f.Back = ui.Link{Href: base + "/" + code(set, index-1), Label: r.Words.T("assessments.back_question")}
	}
	f.Aside = ui.Link{Href: base, Label: r.Words.T("assessments.save_exit")}
	if problem != "" {
		f.Flash = ui.Flash{Kind: ui.Failure, Text: problem}
	}
	q := ui.Ask{
		Action: base + "/" + item.Code, At: index, Content: content.Phone.In(lang), Question: item.Question.In(lang),
		HintHead: r.Words.T("assessments.hint_head"), Hint: item.Explain.In(lang), Saved: p.saved(r, a),
	}
	for i := range set.Contents {
		q.Groups = append(q.Groups, len(set.Contents[i].Items))
	}
	given := a.Answers.At(index)
	for _, v := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail} {
		q.Answers = append(q.Answers, ui.Answer{
			Value: string(v.Letter()), Label: v.Name().In(lang), Note: item.Line(v).In(lang), State: show.Value(v), Given: given == v,
		})
	}
	if item.AllowsNA() {
		q.Aside = ui.Answer{Value: string(criteria.NA.Letter()), Label: item.NA.In(lang), Given: given == criteria.NA}
	}
	later := base
	if next := Next(a.Answers, index); next >= 0 {
		later += "/" + code(set, next)
	}
	known, err := p.records.Evidence(r.Context(), r.Actor, a.House.ID, item.Code)
	if err != nil {
		return err
	}
	q.Record = show.Recorded(known[item.Code], lang)
	q.Other = []ui.Link{{Href: later, Label: r.Words.T("assessments.later")}}
	q.Hidden = []ui.FieldValue{{Name: "base", Value: string(given.Letter())}, {Name: criteria.AskedField, Value: set.Drawn()}}
	q.Offline = ui.Offline{Title: r.Words.F("assessments.offline_answer", "House", a.House.Address(), "Item", item.Label.In(lang)), Next: later}
	page := questionPage(f, q)
	if problem != "" {
		return r.Again(w, page)
	}
	return r.HTML(w, page)
}

func (p *Pages) saved(r *page.Request, a *Assessment) string {
	switch {
	case a.Answered == 0:
		return r.Words.T("assessments.each_saved")
	case civil.DayOf(a.UpdatedAt) == r.Today():
		return r.Words.F("assessments.saved_at", "Time", civil.Clock(a.UpdatedAt))
	default:
		return r.Words.F("assessments.saved_day", "When", when(r, a.UpdatedAt))
	}
}

// answer takes one answer and leads to the next open question.
func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	v, ok := criteria.ParseValue(r.PostFormValue("answer"))
	if !ok {
		v = criteria.Unanswered
	}
	item := r.PathValue("item")
	from := From{Asked: criteria.AskedBy(r.PostFormValue(criteria.AskedField))}
	from.Base, from.Based = criteria.ParseValue(r.PostFormValue("base"))
	from.Leads = func(s Saved) db.Answer { return page.Led(onward(id, item, s)) }
	saved, err := p.store.AnswerFrom(r.Context(), r.Actor, id, item, from, v)
	if d, differs := errors.AsType[*DiffersError](err); differs {
		return r.TwoVersions(w, p.versions(r, d, "answer", func(int) criteria.Value { return v }))
	}
	if texts, refused := r.Refused(err); refused {
		a, err := p.store.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		problem := texts[""]
		if problem == "" {
			problem = texts["answer"]
		}
		return p.ask(w, r, &a, problem)
	}
	if err != nil {
		return err
	}
	to, key := onward(id, item, saved)
	return r.Done(w, to, key)
}

// onward is where an answer leads to, and with which word: the next open question, or the end.
func onward(house, item string, s Saved) (to, key string) {
	if s.Same {
		key = "assessments.done_same"
	}
	if next := Next(s.Answers, s.Set.Index(item)); next >= 0 {
		return home(house) + "/" + code(s.Set, next), key
	}
	return home(house) + "/send", key
}

// versions are the two answers to each item on which a form and the house differ. field is the name of the field of a
// single question; a whole sheet has one for each item.
func (p *Pages) versions(r *page.Request, d *DiffersError, field string, mine func(int) criteria.Value) page.Versions {
	lang, a := r.Words.Lang(), &d.Stored
	v := page.Versions{Base: []ui.FieldValue{{Name: "opened", Value: string(a.Answers)}}}
	for _, i := range d.Items {
		item, _ := a.Set.Item(i)
		name, own, theirs := field, mine(i), a.Answers.At(i)
		if name == "" {
			name = "a." + item.Code
		} else {
			v.Base = []ui.FieldValue{{Name: "base", Value: string(theirs.Letter())}}
		}
		v.Lines = append(v.Lines, page.Line{
			Name: name, Label: item.Code + " · " + item.Label.In(lang),
			Mine:   page.Version{Value: string(own.Letter()), Text: own.Name().In(lang)},
			Theirs: page.Version{Value: string(theirs.Letter()), Text: theirs.Name().In(lang), By: a.UpdatedBy + ", " + when(r, a.UpdatedAt)},
		})
	}
	return v
}
