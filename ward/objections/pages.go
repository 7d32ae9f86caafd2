package objections

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/criteria/show"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store *Store
	jobs  *jobs.Runner
}

// NewPages makes the pages.
func NewPages(s *Store, j *jobs.Runner) *Pages { return &Pages{store: s, jobs: j} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return slices.Concat(jobs.ListRoutes("/objections/export", access.Approve, reads.ObjectionsFile, p.export), []page.Route{
		{Pattern: "GET /houses/{id}/objection", Need: access.SeeHouses, Handle: p.standing, Shows: reads.Result},
		{Pattern: "POST /houses/{id}/objection", Need: access.Object, Handle: p.file},
		{Pattern: "POST /objections/{id}/withdraw", Need: access.Object, Handle: p.withdraw},
		{Pattern: "GET /objections", Need: access.Approve, Handle: p.list, Shows: reads.List},
		{Pattern: "GET /objections/{id}", Need: access.Approve, Handle: p.show, Shows: reads.Objection},
		{Pattern: "POST /objections/{id}", Need: access.Approve, Handle: p.answer, Fresh: true},
	})
}

func home(id string) string { return "/objections/" + id }

// address is the page of a house's result in the campaign of a year, 0 for the running one.
func address(house string, year int) string {
	at := "/houses/" + house + "/objection"
	if year == 0 {
		return at
	}
	return at + "?year=" + strconv.Itoa(year)
}

// yearOf is the year that an address names, 0 without one.
func yearOf(r *page.Request) int {
	year, _ := strconv.Atoi(r.URL.Query().Get("year"))
	return year
}

// standingView is the page of a house: its result, until when it may ask, and what came of it.
type standingView struct {
	ui.Frame
	Standing

	set    *criteria.Set
	asks   bool   // this reader may ask now
	acts   bool   // this reader acts for the house
	why    string // why nobody can ask now
	typed  New
	errors map[string]string
}

func (p *Pages) standingView(r *page.Request) (*standingView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	x, err := p.store.Of(r.Context(), r.Actor, id, yearOf(r))
	if err != nil {
		return nil, err
	}
	v := &standingView{Standing: x, set: x.Set, acts: r.Actor.May(access.Object)}
	closed, ok := fault.As(x.Closed())
	if ok {
		v.why = said(r.Words, closed)
		if closed.Key == answeredAlready {
			v.why = r.Words.T("objections.answered_below") // the page has it
		}
	}
	v.asks = v.acts && !ok
	house := ui.Link{Href: "/houses/" + id + "?year=" + strconv.Itoa(x.Campaign.Year), Label: x.House.Address()}
	v.Frame = r.Frame(r.Words.T("objections.result_of_house"), house, ui.Link{Label: r.Words.T("objections.name")})
	return v, nil
}

// said is a refusal as a sentence.
func said(w *words.Words, e *fault.Error) string { return w.F(e.Key, e.Pairs...) }

func (p *Pages) standing(w http.ResponseWriter, r *page.Request) error {
	v, err := p.standingView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, standingPage(v))
}

func (p *Pages) file(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	n := New{Year: yearOf(r), Items: r.Form["items"], Content: r.Lines("content")}
	_, err = p.store.File(r.Context(), r.Actor, id, n)
	if texts, refused := r.Refused(err); refused {
		v, err := p.standingView(r)
		if err != nil {
			return err
		}
		v.typed, v.errors = n, texts
		return r.Again(w, standingPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, address(id, n.Year), "objections.done_filed")
}

func (p *Pages) withdraw(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	o, err := p.store.Withdraw(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Done(w, address(o.House.ID, o.Year), "objections.done_withdrawn")
}

// facts are the result and its days.
func (v *standingView) facts() []ui.Fact {
	w := v.Words
	list := []ui.Fact{{Key: w.T("objections.fact.class"), Text: v.Result.Class.Name().In(w.Lang())}}
	if !v.Result.ApprovedAt.IsZero() {
		list = append(list, ui.Fact{Key: w.T("objections.fact.told"), Text: civil.DayOf(v.Result.ApprovedAt).DisplayIn(w.Lang())})
	}
	if v.Result.Decision != "" {
		list = append(list, ui.Fact{Key: w.T("objections.fact.reason"), Text: v.Result.Decision})
	}
	if id := v.Result.Inspection; id != "" {
		sheet := w.F("objections.fact.sheet_of", "Day", v.Result.Inspected)
		list = append(list, ui.Fact{Key: w.T("objections.fact.sheet"), Text: sheet, Href: "/inspections/" + id})
	}
	if v.Closed() == nil {
		list = append(list, ui.Fact{Key: w.T("objections.fact.last"), Text: v.Last.DisplayIn(w.Lang()), Sub: w.N("objections.days_left", v.Last.Sub(v.Today))})
	}
	return list
}

// choices are the items that were found to fall short.
func (v *standingView) choices() []ui.Option {
	var list []ui.Option
	for _, at := range v.Doubtful(v.set) {
		item, _ := v.set.Item(at)
		value := v.Result.Answers.At(at)
		list = append(list, ui.Option{
			Value: item.Code, Label: item.Label.In(v.Words.Lang()) + " (" + item.Code + ")", Note: v.Words.F("objections.found", "Value", value.Name().In(v.Words.Lang())),
			State: show.Value(value), HasState: true, Checked: slices.Contains(v.typed.Items, item.Code),
		})
	}
	return list
}

// itemNames names items for people: "Khóa cổng chung (TC2), …"; a sentence for none.
func itemNames(w *words.Words, set *criteria.Set, codes []string) string {
	var list []string
	for _, code := range codes {
		if item, _ := set.Item(set.Index(code)); item != nil {
			list = append(list, item.Label.In(w.Lang())+" ("+code+")")
		}
	}
	if len(list) == 0 {
		return w.T("objections.whole_class")
	}
	return strings.Join(list, "; ")
}

// clock says by when an objection is answered, and whether that is late.
func clock(w *words.Words, o *Objection, today civil.Day) (text string, late bool) {
	if o.Overdue(today) {
		return w.N("objections.clock_late", -o.Left, "Day", o.Due), true
	}
	return w.N("objections.clock", o.Left, "Day", o.Due), false
}

// when is a moment for people.
func when(w *words.Words, at time.Time) string {
	return civil.Moment(at, w.Lang())
}

// outcomeText is what came of an objection, in a sentence.
func outcomeText(w *words.Words, o *Objection) string {
	lang := w.Lang()
	switch {
	case o.State == Withdrawn:
		return w.T("objections.state.withdrawn")
	case o.State == Waiting:
		return w.T("objections.state.waiting")
	case o.Outcome == Corrected:
		return w.F("objections.came.corrected", "From", civil.LowerFirst(o.Class.Name().In(lang)), "To", civil.LowerFirst(o.ClassAfter.Name().In(lang)))
	case o.Outcome == Repeat && o.Repeated:
		return w.T("objections.came.repeated")
	}
	return w.F("objections.came."+string(o.Outcome), "Class", civil.LowerFirst(o.ClassAfter.Name().In(lang)), "Day", o.RepeatBy)
}

// corrections are the findings that were corrected, item by item.
func corrections(w *words.Words, set *criteria.Set, o *Objection) []ui.Fact {
	var list []ui.Fact
	for at := range set.Len() {
		if v := o.Answers.At(at); v != criteria.Unanswered {
			item, _ := set.Item(at)
			list = append(list, ui.Fact{Key: item.Code, Text: item.Label.In(w.Lang()), Sub: w.F("objections.now_found", "Value", v.Name().In(w.Lang()))})
		}
	}
	return list
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	d, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	f := r.Frame(r.Words.T("objections.desk"), ui.Link{Href: "/approvals", Label: r.Words.T("results.waiting_title")}, ui.Link{Label: r.Words.T("objections.desk")})
	f.AsOf = r.AsOf()
	return r.HTML(w, listPage(f, &d))
}

// caseView is the page on which the command answers.
type caseView struct {
	ui.Frame
	Case

	set       *criteria.Set
	reply     Reply
	repeatDay string // as typed
	errors    map[string]string
}

func (p *Pages) caseView(r *page.Request) (*caseView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	x, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	const usualRepeat = 14
	v := &caseView{Case: x, set: x.Set, reply: Reply{Class: criteria.NotInspected}, repeatDay: string(x.Today.AddDays(usualRepeat))}
	title := r.Words.F("objections.case", "House", x.House.Address())
	v.Frame = r.Frame(title, ui.Link{Href: "/objections", Label: r.Words.T("objections.desk")}, ui.Link{Label: x.House.Address()})
	v.AsOf = r.AsOf()
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.caseView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, casePage(v))
}

// readReply reads the form with the codes of all items. A value that was left as it is is not sent on.
func readReply(r *page.Request, items []string) (Reply, error) {
	version, err := r.Number("version", 1, 1<<30)
	if err != nil {
		return Reply{}, err
	}
	a := Reply{Outcome: Outcome(r.Text("outcome")), Answer: r.Lines("answer"), RepeatBy: r.Day("repeat_by"), Values: map[string]criteria.Value{}, Version: version}
	a.Class, _ = criteria.ParseClass(r.Text("class"))
	for _, code := range items {
		text := r.Text("value." + code)
		if text == "" {
			continue
		}
		v, ok := criteria.ParseValue(text)
		if !ok {
			v = criteria.Unanswered
		}
		a.Values[code] = v
	}
	return a, nil
}

func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	v, err := p.caseView(r)
	if err != nil {
		return err
	}
	a, err := readReply(r, v.set.Codes())
	if err != nil {
		return err
	}
	err = p.store.Answer(r.Context(), r.Actor, id, a)
	if texts, refused := r.Refused(err); refused {
		if v, err = p.caseView(r); err != nil {
			return err
		}
		v.reply, v.errors, v.repeatDay = a, texts, string(a.RepeatBy)
		return r.Again(w, casePage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/objections", "objections.done_answered")
}

// inQuestion are the items that the command can correct: those that the house named, or all that fall short.
func (v *caseView) inQuestion() []int {
	if len(v.Objection.Items) == 0 {
		return v.Doubtful(v.set)
	}
	var list []int
	for _, code := range v.Objection.Items {
		list = append(list, v.set.Index(code))
	}
	return list
}

// values are the choices for an item; the first leaves it as it is.
func (v *caseView) values(at int) []ui.Option {
	item, _ := v.set.Item(at)
	lang, now := v.Words.Lang(), v.Result.Answers.At(at)
	list := []ui.Option{{Value: "", Label: v.Words.F("objections.leave", "Value", civil.LowerFirst(now.Name().In(lang)))}}
	for _, x := range []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA} {
		if x != now && (x != criteria.NA || item.AllowsNA()) {
			list = append(list, ui.Option{Value: string(x.Letter()), Label: x.Name().In(lang)})
		}
	}
	return list
}

func (v *caseView) chosen(at int) string {
	item, _ := v.set.Item(at)
	if x, ok := v.reply.Values[item.Code]; ok {
		return string(x.Letter())
	}
	return ""
}

// classes are the choices of the class after a correction.
func (v *caseView) classes() []ui.Option {
	list := []ui.Option{{Value: "", Label: v.Words.T("objections.class_by_rule")}}
	for _, c := range []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe} {
		list = append(list, ui.Option{Value: c.String(), Label: c.Name().In(v.Words.Lang())})
	}
	return list
}

func (v *caseView) class() string {
	if v.reply.Class == criteria.NotInspected {
		return ""
	}
	return v.reply.Class.String()
}

func (v *caseView) outcomes() []ui.Option {
	var list []ui.Option
	for _, o := range Outcomes() {
		if o == Repeat && v.Objection.Class == criteria.Safe {
			continue
		}
		list = append(list, ui.Option{
			Value: string(o), Label: v.Words.T("objections.outcome." + string(o)), Note: v.Words.T("objections.outcome_what." + string(o)), Checked: v.reply.Outcome == o,
		})
	}
	return list
}

func (v *caseView) summary() []ui.FieldError {
	names := []string{"", "outcome", "answer", "repeat_by"}
	for at := range v.set.Len() {
		item, _ := v.set.Item(at)
		names = append(names, "value."+item.Code)
	}
	return ui.FieldErrors(v.errors, names...)
}
