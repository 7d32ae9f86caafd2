package twins

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
)

// entry is a sheet of items on the screen, in the order of the paper.
type entry struct {
	form    Form
	house   string // id
	address string
	set     *criteria.Set
	opened  criteria.Answers
	filled  criteria.Answers
	self    criteria.Answers // beside the findings of an inspection
	version int              // of the draft that is filled in; 0 without one
	year    int
	on, by  string
	kind    string
	visit   inspections.Visit
	errors  map[string]string
	closed  string
}

// prefix names the fields of the answers.
func (e *entry) prefix() string {
	if e.form == Inspection {
		return "f."
	}
	return "a."
}

// done counts the answers that stand on the screen.
func (e *entry) done() int { return e.set.Len() - e.filled.Unanswered() }

// missing are the codes of the items without an answer.
func (e *entry) missing() string {
	var list []string
	for i := range e.set.Len() {
		if e.filled.At(i) == criteria.Unanswered {
			item, _ := e.set.Item(i)
			list = append(list, item.Code)
		}
	}
	return strings.Join(list, ", ")
}

// first is the position of the item at which entering begins.
func (e *entry) first() int {
	for i := range e.set.Len() {
		if e.filled.At(i) == criteria.Unanswered {
			return i
		}
	}
	return -1
}

// problems are the errors of the form, for the head of the page.
func (e *entry) problems() []ui.FieldError {
	var list []ui.FieldError
	names := []string{"", "on", "by", "kind", "members", "resident_side", "present", "remarks", "head_comment"}
	for i := range e.set.Len() {
		item, _ := e.set.Item(i)
		names = append(names, e.prefix()+item.Code)
	}
	for _, name := range names {
		text := e.errors[name]
		if text == "" {
			continue
		}
		if code, ok := strings.CutPrefix(name, e.prefix()); ok {
			text = code + ": " + text
		}
		list = append(list, ui.FieldError{Name: name, Text: text})
	}
	return list
}

func (e *entry) frame(r *page.Request) ui.Frame {
	return r.Frame(entering(r.Words, e.form, e.address),
		ui.Link{Href: "/houses/" + e.house, Label: e.address}, ui.Link{Href: "/t", Label: r.Words.T("twins.name")})
}

// otherYear refuses a sheet of a campaign that does not run.
func otherYear(r *page.Request, year int) error {
	text := r.Text("year")
	if text == "" || text == strconv.Itoa(year) {
		return nil
	}
	return fault.Shut("twins.other_year", "Year", text)
}

// otherSheet refuses a sheet of a campaign that does not run, and one on which another version of the criteria is printed: the same box
// may ask for something else there.
func otherSheet(r *page.Request, year int, set *criteria.Set) error {
	if err := otherYear(r, year); err != nil {
		return err
	}
	text := r.Text("criteria")
	if text == "" || text == strconv.Itoa(set.Version) {
		return nil
	}
	return fault.Shut("twins.other_criteria", "Sheet", text, "Year", strconv.Itoa(year), "Ours", strconv.Itoa(set.Version))
}

func (p *Pages) ofAssessment(r *page.Request, a *assessments.Assessment) entry {
	e := entry{
		form: Assessment, house: a.House.ID, address: a.House.Address(), set: a.Set, opened: a.Answers, filled: a.Answers, year: a.Year,
		on: r.Text("on"), by: r.Text("by"),
	}
	if texts, refused := r.Refused(a.Open()); refused {
		e.closed = texts[""]
	}
	if texts, refused := r.Refused(otherSheet(r, a.Year, a.Set)); refused {
		e.closed = texts[""]
	}
	return e
}

func (p *Pages) assessment(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	a, err := p.assessments.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	e := p.ofAssessment(r, &a)
	return r.HTML(w, gridPage(e.frame(r), e))
}

// readGrid reads the answers of a grid on a set over those with which it was opened.
func readGrid(r *page.Request, set *criteria.Set, prefix string) (opened, filled criteria.Answers, err error) {
	if opened, err = set.ParseAnswers(r.Text("opened")); err != nil {
		return opened, filled, &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	filled = opened
	for i := range set.Len() {
		item, _ := set.Item(i)
		if v, ok := criteria.ParseValue(r.Text(prefix + item.Code)); ok && v != criteria.Unanswered {
			filled = filled.With(i, v)
		}
	}
	return opened, filled, nil
}

func (p *Pages) saveAssessment(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	now, err := p.assessments.Get(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	opened, filled, err := readGrid(r, now.Set, "a.")
	if err != nil {
		return err
	}
	on, _ := civil.ParseDay(r.Text("on"))
	a, _, err := p.assessments.FromPaper(r.Context(), r.Actor, id, assessments.Handwritten{Opened: opened, Filled: filled, On: on, By: assessments.Author(r.Text("by"))})
	if texts, refused := r.Refused(err); refused {
		a, err := p.assessments.Get(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		e := p.ofAssessment(r, &a)
		e.opened, e.filled, e.errors = opened, filled, texts
		return r.Again(w, gridPage(e.frame(r), e))
	}
	if err != nil {
		return err
	}
	v := carried(r)
	if a.Answered < a.Set.Len() {
		return r.Done(w, with(Subject{HouseID: id}.Address(Assessment), v), "twins.done_part")
	}
	v.Set("form", string(Assessment))
	v.Set("after", id)
	return r.Done(w, "/t?"+v.Encode(), "twins.done_sent")
}

func (p *Pages) ofInspection(r *page.Request, i *inspections.Inspection) entry {
	e := entry{
		form: Inspection, house: i.House.ID, address: i.House.Address(), set: i.Set, opened: i.Found, filled: i.Found, self: i.Self, year: i.Year,
		version: i.Version, on: string(i.On), kind: string(i.Kind), visit: i.Visit,
	}
	if texts, refused := r.Refused(i.Closed()); refused {
		e.closed = texts[""]
	}
	if texts, refused := r.Refused(otherSheet(r, i.Year, i.Set)); refused {
		e.closed = texts[""]
	}
	if day := r.Text("on"); day != "" {
		e.on = day
	}
	return e
}

// beginning is the sheet of a house as an inspection would begin it, or the draft that is under way.
func (p *Pages) beginning(r *page.Request) (inspections.Inspection, error) {
	id, err := r.PathID("id")
	if err != nil {
		return inspections.Inspection{}, err
	}
	return p.inspections.Coming(r.Context(), r.Actor, id)
}

func (p *Pages) inspection(w http.ResponseWriter, r *page.Request) error {
	i, err := p.beginning(r)
	if err != nil {
		return err
	}
	e := p.ofInspection(r, &i)
	return r.HTML(w, gridPage(e.frame(r), e))
}

// saveInspection puts what the sheet says into the draft, begun now if there is none, and leads to its end, where the
// measures are looked through and the inspection is finished.
func (p *Pages) saveInspection(w http.ResponseWriter, r *page.Request) error {
	i, err := p.beginning(r)
	if err != nil {
		return err
	}
	opened, filled, err := readGrid(r, i.Set, "f.")
	if err != nil {
		return err
	}
	on, _ := civil.ParseDay(r.Text("on"))
	sheet := inspections.Sheet{
		Opened: opened, Filled: filled, Paper: true, Shortcomings: map[string]inspections.Shortcoming{},
		Visit: inspections.Visit{
			On: on, Members: r.FormValue("members"), ResidentSide: r.FormValue("resident_side"), Present: r.FormValue("present"), Remarks: r.FormValue("remarks"),
			HeadComment: r.FormValue("head_comment"),
		},
	}
	sheet.Version, err = strconv.Atoi(r.Text("version"))
	if err != nil {
		return &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	id, err := p.inspections.FromPaper(r.Context(), r.Actor, i.House.ID, inspections.Kind(r.Text("kind")), sheet)
	if texts, refused := r.Refused(err); refused {
		e := p.ofInspection(r, &i)
		e.opened, e.filled, e.errors, e.visit, e.on, e.kind = opened, filled, texts, sheet.Visit, r.Text("on"), r.Text("kind")
		return r.Again(w, gridPage(e.frame(r), e))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/inspections/"+id+"/finish", "twins.done_found")
}

// pledgeView is the entry of pledges that were signed on paper.
type pledgeView struct {
	assessments.Pledges
	picked []string
	on     string
	errors map[string]string
	closed string
	signed string // the sheet's household has signed before
	// version is the one of the text that the sheet carries.
	version string
}

// open are the households that have not signed.
func (v *pledgeView) open() []ui.Option {
	var list []ui.Option
	for _, x := range v.Rows {
		if !x.InForce() && !x.Gone {
			list = append(list, ui.Option{Value: x.Household, Label: x.Household, Checked: slices.Contains(v.picked, x.Household)})
		}
	}
	return list
}

// texts are the versions of the pledge that a sheet may carry, today's first.
func (v *pledgeView) texts() []ui.Option {
	var list []ui.Option
	for _, t := range slices.Backward(assessments.PledgeTexts()) {
		list = append(list, ui.Option{Value: strconv.Itoa(t.Version), Label: strconv.Itoa(t.Version)})
	}
	return list
}

// text is the version that was chosen, today's at first.
func (v *pledgeView) text() string {
	if v.version != "" {
		return v.version
	}
	return strconv.Itoa(assessments.PledgeToday().Version)
}

func (p *Pages) pledgeView(r *page.Request, id string) (pledgeView, error) {
	all, err := p.assessments.Pledges(r.Context(), r.Actor, id)
	if err != nil {
		return pledgeView{}, err
	}
	v := pledgeView{Pledges: all, picked: r.Form["household"], on: r.Text("on"), version: r.Text("text")}
	if texts, refused := r.Refused(all.MaySign()); refused {
		v.closed = texts[""]
	}
	if texts, refused := r.Refused(otherYear(r, all.Year)); refused {
		v.closed = texts[""]
	}
	for _, x := range all.Rows {
		if r.Method == http.MethodGet && x.InForce() && slices.Contains(v.picked, x.Household) {
			v.signed = r.Words.F("twins.signed_before", "Household", x.Household, "Day", x.SignedOn.DisplayIn(r.Words.Lang()))
		}
	}
	return v, nil
}

func (v *pledgeView) frame(r *page.Request) ui.Frame {
	return r.Frame(entering(r.Words, Pledge, v.House.Address()),
		ui.Link{Href: "/houses/" + v.House.ID, Label: v.House.Address()}, ui.Link{Href: "/t", Label: r.Words.T("twins.name")})
}

func (p *Pages) pledge(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &fault.Error{Kind: fault.Wrong, Key: "fault.bad_form", Err: err}
	}
	v, err := p.pledgeView(r, id)
	if err != nil {
		return err
	}
	return r.HTML(w, pledgePage(v.frame(r), v))
}

func (p *Pages) savePledge(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	on, _ := civil.ParseDay(r.Text("on"))
	version, _ := r.Number("text", 0, 1<<20) // a sheet that does not say is of no version
	err = p.assessments.Sign(r.Context(), r.Actor, id, assessments.Signing{Households: r.PostForm["household"], On: on, Channel: assessments.Paper, Version: version})
	if texts, refused := r.Refused(err); refused {
		v, err := p.pledgeView(r, id)
		if err != nil {
			return err
		}
		v.errors = texts
		return r.Again(w, pledgePage(v.frame(r), v))
	}
	if err != nil {
		return err
	}
	to := url.Values{"form": {string(Pledge)}}
	if on.Valid() {
		to.Set("on", string(on))
	}
	return r.Done(w, "/t?"+to.Encode(), "twins.done_pledged")
}
