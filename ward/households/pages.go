package households

import (
	"net/http"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
	"sonha/ward/meetings"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store    *Store
	meetings *meetings.Store
}

// NewPages makes the pages.
func NewPages(s *Store, m *meetings.Store) *Pages {
	return &Pages{store: s, meetings: m}
}

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /home", Need: access.OwnHome, Handle: p.home},
		{Pattern: "GET /home/pledge", Need: access.OwnHome, Handle: p.pledgeForm},
		{Pattern: "POST /home/pledge", Need: access.OwnHome, Handle: p.pledge},
		{Pattern: "GET /home/answers", Need: access.OwnHome, Handle: p.answers},
		{Pattern: "POST /home/answers", Need: access.OwnHome, Handle: p.send},
		{Pattern: "GET /home/answers/{item}", Need: access.OwnHome, Handle: p.question},
		{Pattern: "POST /home/answers/{item}", Need: access.OwnHome, Handle: p.answer},
		{Pattern: "GET /home/answers/needs", Need: access.OwnHome, Handle: p.wishForm},
		{Pattern: "POST /home/answers/needs", Need: access.OwnHome, Handle: p.wish},
		{Pattern: "GET /home/contact", Need: access.OwnHome, Handle: p.contactForm},
		{Pattern: "POST /home/contact", Need: access.OwnHome, Handle: p.contact},
		{Pattern: "GET /my-house", Need: access.OwnHome, Handle: p.house},
		{Pattern: "GET /my-data", Need: access.OwnHome, Handle: p.data},
		{Pattern: "GET /my-data.json", Need: access.OwnHome, Handle: p.dataFile},
		{Pattern: "GET /data-requests/{id}/data.json", Need: access.ProtectData, Handle: p.handoutFile, Fresh: true, Shows: reads.DataRequest},
		{Pattern: "GET /data-requests/{id}/data.pdf", Need: access.ProtectData, Handle: p.handoutPaper, Fresh: true, Shows: reads.DataRequest},

		{Pattern: "GET /houses/{id}/answers", Need: access.Assess, Handle: p.turnout, Shows: reads.Answers},
		{Pattern: "GET /houses/{id}/answers/new", Need: access.Assess, Handle: p.enterForm, Shows: reads.Answers},
		{Pattern: "POST /houses/{id}/answers/new", Need: access.Assess, Handle: p.enter},

		{Pattern: "GET /needs", Need: access.SeeReports, Handle: p.wants, Shows: reads.List},

		{Pattern: "GET /houses/{id}/households", Need: access.KeepContacts, Handle: p.list, Shows: reads.Contacts},
		{Pattern: "POST /houses/{id}/households", Need: access.KeepContacts, Handle: p.enterContact},
		{Pattern: "POST /houses/{id}/households/remove", Need: access.KeepContacts, Handle: p.removeContact},

		{Pattern: "GET /houses/{id}/cards", Need: access.IssueCards, Handle: p.cards, Shows: reads.Cards},
		{Pattern: "POST /houses/{id}/cards", Need: access.IssueCards, Handle: p.issue},
		{Pattern: "POST /houses/{id}/cards/end", Need: access.IssueCards, Handle: p.revoke},
		{Pattern: "POST /houses/{id}/cards/sheet", Need: access.IssueCards, Handle: p.cardSheet},
	}
}

// frame is the frame of a page of a household.
func frame(r *page.Request, title string) ui.Frame {
	f := r.Frame(title)
	f.Crumbs = append(f.Crumbs, ui.Link{Href: "/home", Label: r.Words.T("households.home")}, ui.Link{Label: title})
	return f
}

// when writes a moment as people read it: the clock today, the day too on other days.
func when(r *page.Request, t time.Time) string {
	if civil.DayOf(t) == r.Today() {
		return civil.Clock(t)
	}
	return civil.Moment(t, r.Words.Lang())
}

// homeView is the first page of a household: one line for each thing to do.
type homeView struct {
	frame  ui.Frame
	hello  string
	title  string
	doors  []ui.Task
	others []ui.NavItem
	first  ui.Action
	calls  []ui.Call
}

func (p *Pages) home(w http.ResponseWriter, r *page.Request) error {
	h, err := p.store.Home(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	t := r.Words
	_, label := r.Actor.Household()
	v := homeView{frame: r.Frame(t.T("households.home")), hello: t.F("households.hello", "Household", label)}
	v.frame.Crumbs = append(v.frame.Crumbs, ui.Link{Label: t.T("households.home")})
	v.title = t.T("households.all_done")
	if h.NoCampaign {
		v.title = t.T("households.no_campaign")
	} else {
		v.doors = append(v.doors, pledgeDoor(r, &h), answersDoor(r, &h))
		v.first = p.first(r, &h)
		if v.first.Label != "" {
			v.title = t.T("households.to_do")
		}
	}
	v.doors = append(v.doors, contactDoor(r, &h.Contact), ui.Task{Href: "/my-house", When: standing(r, &h.Result), What: t.T("households.my_house")},
		ui.Task{Href: "/my-data", When: t.T("households.my_data_hint"), What: t.T("households.my_data")})
	next, err := p.meetings.Next(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	if next.ID != "" {
		v.doors = append([]ui.Task{{
			Href: "/meetings/" + next.ID, What: t.F("households.meeting", "Title", next.Title),
			When: t.F("households.meeting_when", "When", next.Clock+", "+next.Day.WeekdayIn(t.Lang())+" "+next.Day.DisplayIn(t.Lang()), "Place", next.Place),
		}}, v.doors...)
	}
	minutes, err := p.meetings.ToSign(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	if minutes.ID != "" {
		v.doors = append([]ui.Task{{
			Href: "/meetings/" + minutes.ID + "/minutes#confirm", What: t.F("households.minutes", "Title", minutes.Title), When: t.T("households.minutes_when"),
		}}, v.doors...)
	}
	for _, item := range v.frame.Nav { // what other rooms open to households
		if item.Href != v.frame.Inbox.Href && item.Href != "/home" && item.Href != "/my-house" && item.Href != "/my-data" {
			v.others = append(v.others, item)
		}
	}
	v.calls = []ui.Call{{Who: t.T("households.call.now"), Number: "113", Tel: "113"}}
	if h.Result.HeadPhone != "" {
		v.calls = append(v.calls, ui.Call{Who: t.T("households.call.head"), Number: h.Result.HeadPhone.Display(), Tel: h.Result.HeadPhone.Local()})
	}
	return r.HTML(w, homePage(&v))
}

func pledgeDoor(r *page.Request, h *Home) ui.Task {
	d := ui.Task{Href: "/home/pledge", What: r.Words.T("households.pledge")}
	switch {
	case h.Pledge.InForce():
		d.When = r.Words.F("households.signed_on", "Day", h.Pledge.SignedOn.DisplayIn(r.Words.Lang()))
	case h.Pledge.Withdrawn != "":
		d.When = r.Words.F("households.withdrawn_on", "Day", h.Pledge.Withdrawn.DisplayIn(r.Words.Lang()))
	default:
		d.When = r.Words.T("households.not_signed")
	}
	return d
}

func answersDoor(r *page.Request, h *Home) ui.Task {
	d := ui.Task{Href: "/home/answers", What: r.Words.T("households.answers")}
	switch s := &h.Sheet; {
	case s.State == Sent:
		d.When = r.Words.F("households.sent_on", "Day", civil.DayOf(s.SentAt).DisplayIn(r.Words.Lang()))
	case s.Open() != nil:
		d.When = r.Words.T("households.not_open")
	case s.Answered() == 0:
		d.When = r.Words.F("households.none_yet", "All", len(s.Answers))
	default:
		d.When = r.Words.F("households.some", "Done", s.Answered(), "All", len(s.Answers))
	}
	return d
}

// first is the one thing to do now, or nothing.
func (p *Pages) first(r *page.Request, h *Home) ui.Action {
	s := &h.Sheet
	switch {
	case h.Pledge.SignedOn == "" && h.Pledge.Withdrawn == "" && h.Pledge.MaySign() == nil:
		return ui.Action{Href: "/home/pledge", Label: r.Words.T("households.read_pledge"), Primary: true, Block: true}
	case s.State != Sent && s.Open() == nil && s.Answers.Unanswered() > 0:
		return ui.Action{
			Href:  "/home/answers/" + Questions(s.Set)[s.Next(-1)].Code,
			Label: r.Words.F("households.answer_left", "N", s.Answers.Unanswered()), Primary: true, Block: true,
		}
	case s.State != Sent && s.Open() == nil:
		return ui.Action{Href: "/home/answers", Label: r.Words.T("households.to_send"), Primary: true, Block: true}
	}
	return ui.Action{}
}

// answersView is the page between the questions and the end: what is open, what was answered, and the button to send.
type answersView struct {
	frame    ui.Frame
	sheet    *Sheet
	rows     []ui.Fact
	closed   string
	problem  string
	notes    []string
	needs    ui.NavItem // where the household says what it would like help with
	complete bool
	next     string // the address of the first open question
	goOn     string // what the button to it says: nobody goes on with what was not begun
}

func (p *Pages) answersView(r *page.Request, s *Sheet) *answersView {
	t, lang := r.Words, r.Words.Lang()
	v := &answersView{frame: frame(r, t.T("households.answers")), sheet: s, complete: s.Answers.Unanswered() == 0}
	questions := Questions(s.Set)
	for i, q := range questions {
		text := t.T("households.open")
		if x := s.Answers.At(i); x != criteria.Unanswered {
			text = t.T("households.value." + valueKey(x))
		}
		v.rows = append(v.rows, ui.Fact{Key: text, Text: q.Household.In(lang), Href: "/home/answers/" + q.Code})
	}
	v.goOn = t.T("households.go_on")
	if s.Answers.Unanswered() == len(questions) {
		v.goOn = t.T("households.begin")
	}
	if at := s.Next(-1); at >= 0 {
		v.next = "/home/answers/" + questions[at].Code
	}
	v.needs = ui.NavItem{Href: "/home/answers/needs", Label: t.T("households.needs_link"), Icon: ui.IconPencil}
	if texts, refused := r.Refused(s.Open()); refused {
		v.closed = texts[""]
	}
	if s.State == Sent {
		v.notes = append(v.notes, t.F("households.sent_at", "When", when(r, s.SentAt)))
		if v.closed == "" {
			v.notes = append(v.notes, t.T("households.still_change"))
		}
	}
	if s.ByProxy {
		v.notes = append(v.notes, t.F("households.by_proxy", "Who", s.EnteredBy))
	}
	if s.Sealed {
		v.notes = append(v.notes, t.T("households.sealed"))
	}
	return v
}

func valueKey(v criteria.Value) string {
	switch v {
	case criteria.Pass:
		return "yes"
	case criteria.Partly:
		return "partly"
	case criteria.Fail:
		return "no"
	default:
		return "na"
	}
}

func (p *Pages) answers(w http.ResponseWriter, r *page.Request) error {
	s, err := p.store.Sheet(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.HTML(w, answersPage(p.answersView(r, &s)))
}

func (p *Pages) send(w http.ResponseWriter, r *page.Request) error {
	err := p.store.Send(r.Context(), r.Actor, criteria.AskedBy(r.PostFormValue(criteria.AskedField)))
	if texts, refused := r.Refused(err); refused {
		s, err := p.store.Sheet(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		v := p.answersView(r, &s)
		v.problem = texts[""]
		return r.Again(w, answersPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/home", "households.done_sent")
}

func (p *Pages) question(w http.ResponseWriter, r *page.Request) error {
	s, err := p.store.Sheet(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return p.ask(w, r, &s, "")
}

// ask shows one question, or, when the household cannot answer now, leads to the page that says why.
func (p *Pages) ask(w http.ResponseWriter, r *page.Request, s *Sheet, problem string) error {
	t, lang := r.Words, r.Words.Lang()
	at := indexOf(s.Set, r.PathValue("item"))
	if at < 0 && problem == "" {
		return fault.NotFound("fault.not_found")
	}
	if at < 0 { // a page of another version asked it
		v := p.answersView(r, s)
		v.problem = problem
		return r.Again(w, answersPage(v))
	}
	if s.Open() != nil && problem == "" {
		return r.Done(w, "/home/answers", "")
	}
	questions := Questions(s.Set)
	q := questions[at]
	f := r.Frame(q.Household.In(lang))
	f.Plate = ""
	f.Back = ui.Link{Href: "/home/answers", Label: t.T("households.back_list")}
	if at > 0 {
		f.Back = ui.Link{Href: "/home/answers/" + questions[at-1].Code, Label: t.T("households.back_question")}
	}
	f.Aside = ui.Link{Href: "/home", Label: t.T("households.save_exit")}
	if problem != "" {
		f.Flash = ui.Flash{Kind: ui.Failure, Text: problem}
	}
	ask := ui.Ask{Action: "/home/answers/" + q.Code, At: at, Question: q.Household.In(lang), Saved: t.T("households.each_saved")}
	ask.Hidden = []ui.FieldValue{{Name: criteria.AskedField, Value: s.Set.Drawn()}}
	ask.Groups, ask.Content = groups(s.Set, at, lang)
	if s.Answered() > 0 && !s.UpdatedAt.IsZero() {
		ask.Saved = t.F("households.saved_at", "When", when(r, s.UpdatedAt))
	}
	given := s.Answers.At(at)
	for _, v := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail} {
		ask.Answers = append(ask.Answers, ui.Answer{Value: string(v.Letter()), Label: t.T("households.value." + valueKey(v)), State: show.Value(v), Given: given == v})
	}
	ask.Aside = ui.Answer{Value: string(criteria.NA.Letter()), Label: t.T("households.value.na"), Given: given == criteria.NA}
	later := "/home/answers"
	if next := s.Next(at); next >= 0 && next != at {
		later += "/" + questions[next].Code
	}
	ask.Offline = ui.Offline{Title: t.F("households.offline_answer", "Question", q.Household.In(lang)), Next: "/home/answers"}
	if next := s.Next(at); next > at { // a page that was kept knows only what was answered then: going round would never end
		ask.Offline.Next = later
	}
	ask.Other = []ui.Link{{Href: later, Label: t.T("households.later")}}
	if problem != "" {
		return r.Again(w, questionPage(f, ask))
	}
	return r.HTML(w, questionPage(f, ask))
}

// groups gives how many questions each content has, and the name of the content of one question.
func groups(set *criteria.Set, at int, lang string) (sizes []int, name string) {
	n := 0
	for i := range set.Contents {
		size := 0
		for j := range set.Contents[i].Items {
			if set.Contents[i].Items[j].Household.VI != "" {
				if n == at {
					name = set.Contents[i].Phone.In(lang)
				}
				n++
				size++
			}
		}
		if size > 0 {
			sizes = append(sizes, size)
		}
	}
	return sizes, name
}

// answer takes one answer and leads to the next open question.
func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	v, ok := criteria.ParseValue(r.PostFormValue("answer"))
	if !ok {
		v = criteria.Unanswered
	}
	code := r.PathValue("item")
	s, err := p.store.Answer(r.Context(), r.Actor, code, criteria.AskedBy(r.PostFormValue(criteria.AskedField)), v)
	if texts, refused := r.Refused(err); refused {
		s, err := p.store.Sheet(r.Context(), r.Actor)
		if err != nil {
			return err
		}
		return p.ask(w, r, &s, texts[""]+texts["answer"])
	}
	if err != nil {
		return err
	}
	to := "/home/answers"
	if next := s.Next(indexOf(s.Set, code)); next >= 0 {
		to += "/" + Questions(s.Set)[next].Code
	}
	return r.Done(w, to, "")
}
