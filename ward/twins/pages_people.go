package twins

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/households"
	"sonha/ward/logbook"
)

// answersView is the entry of what a household answered on paper.
type answersView struct {
	house     households.House
	year      int
	household string
	labels    []ui.Option
	rows      []answerRow
	done      int
	errors    map[string]string
	closed    string
}

// answerRow is one question with its four boxes.
type answerRow struct {
	code, question string
	value          criteria.Value
	missing        bool // the form came back without an answer to it
}

func (p *Pages) answersView(r *page.Request, id string, typed criteria.Answers) (answersView, error) {
	x, err := p.households.Turnout(r.Context(), r.Actor, id)
	if err != nil {
		return answersView{}, err
	}
	v := answersView{house: x.House, year: x.Campaign.Year, household: r.Text("household")}
	for n := range x.House.Households {
		v.labels = append(v.labels, ui.Option{Value: household(n + 1), Label: household(n + 1)})
	}
	for i, q := range households.Questions(x.Set) {
		row := answerRow{code: q.Code, question: q.Household.In(r.Words.Lang()), value: criteria.Unanswered}
		if i < len(typed) {
			row.value = typed.At(i)
			row.missing = row.value == criteria.Unanswered
		}
		if row.value != criteria.Unanswered {
			v.done++
		}
		v.rows = append(v.rows, row)
	}
	if texts, refused := r.Refused(x.Open()); refused {
		v.closed = texts[""]
	}
	if texts, refused := r.Refused(otherSheet(r, v.year, x.Set)); refused {
		v.closed = texts[""]
	}
	return v, nil
}

// first is the question at which entering begins: once it is known whose answers they are.
func (v *answersView) first(i int) bool {
	return v.household != "" && v.rows[i].value == criteria.Unanswered && !slices.ContainsFunc(v.rows[:i], func(x answerRow) bool { return x.value == criteria.Unanswered })
}

// problems are the errors of the form, for the head of the page.
func (v *answersView) problems() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "household")
}

func (p *Pages) answersFrame(r *page.Request, v *answersView) ui.Frame {
	return r.Frame(entering(r.Words, Household, v.house.Address()),
		ui.Link{Href: "/houses/" + v.house.ID, Label: v.house.Address()}, ui.Link{Href: "/t", Label: r.Words.T("twins.name")})
}

func (p *Pages) household(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	v, err := p.answersView(r, id, "")
	if err != nil {
		return err
	}
	return r.HTML(w, answersPage(p.answersFrame(r, &v), v))
}

// saveHousehold hands the answers of a household over. They cannot be read again by whoever entered them.
func (p *Pages) saveHousehold(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	t, err := p.households.Turnout(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	answers := households.Filled(t.Set, r.Text)
	err = p.households.Enter(r.Context(), r.Actor, id, r.Text("household"), criteria.NotAsked, answers, nil)
	if texts, refused := r.Refused(err); refused {
		v, err := p.answersView(r, id, answers)
		if err != nil {
			return err
		}
		v.errors = texts
		return r.Again(w, answersPage(p.answersFrame(r, &v), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/t?form="+string(Household), "twins.done_household")
}

// The lines of a page of the log on the screen: those that stand open, and those that are opened when they are needed.
const openRows = 5

// logView is the entry of a page of the head's log.
type logView struct {
	house  logbook.House
	rows   []logbook.Draft
	errors map[string]string
	today  civil.Day
}

func (p *Pages) logView(r *page.Request, id string) (logView, error) {
	l, err := p.logbook.Log(r.Context(), r.Actor, id, logbook.Filter{})
	return logView{house: l.House, today: r.Today(), rows: make([]logbook.Draft, logRows)}, err
}

func (v *logView) frame(r *page.Request) ui.Frame {
	return r.Frame(entering(r.Words, Log, v.house.Address), ui.Link{Href: "/houses/" + v.house.ID, Label: v.house.Address}, ui.Link{Href: "/t", Label: r.Words.T("twins.name")})
}

// problems are the errors of the page, for its head, each with the line that it is about.
func (v *logView) problems(line func(n int) string) []ui.FieldError {
	var list []ui.FieldError
	if text := v.errors[""]; text != "" {
		list = append(list, ui.FieldError{Text: text})
	}
	for i := range v.rows {
		for _, name := range []string{"on", "kind", "text", "told", "follow_by"} {
			if text := v.errors[logbook.SheetField(i, name)]; text != "" {
				list = append(list, ui.FieldError{Name: logbook.SheetField(i, name), Text: line(i+1) + ": " + text})
			}
		}
	}
	return list
}

// later reports whether the lines behind the open ones are shown at once.
func (v *logView) later() bool {
	return slices.ContainsFunc(v.rows[openRows:], func(d logbook.Draft) bool { return d.Text != "" || d.Kind != "" })
}

func (p *Pages) log(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	v, err := p.logView(r, id)
	if err != nil {
		return err
	}
	return r.HTML(w, logPage(v.frame(r), v))
}

// readLog reads the lines that were filled in. A day that was left out is that of the line before, as people write.
func readLog(r *page.Request) (all, filled []logbook.Draft, at []int) {
	all = make([]logbook.Draft, logRows)
	before := civil.Day("")
	for i := range all {
		get := func(name string) string { return r.Text(logbook.SheetField(i, name)) }
		d := logbook.Draft{Kind: logbook.Kind(get("kind")), Text: r.FormValue(logbook.SheetField(i, "text")), Told: logbook.Told(get("told")),
			On: civil.Day(get("on")), FollowBy: civil.Day(get("follow_by"))}
		all[i] = d
		if d.Kind == "" && civil.NFC(d.Text) == "" && d.Told == "" && d.FollowBy == "" {
			continue
		}
		if d.On == "" {
			d.On = before
		}
		before = d.On
		filled, at = append(filled, d), append(at, i)
	}
	return all, filled, at
}

// saveLog writes all lines of the page, or none of them.
func (p *Pages) saveLog(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	all, filled, at := readLog(r)
	err = p.logbook.AddSheet(r.Context(), r.Actor, id, filled)
	if texts, refused := r.Refused(err); refused {
		v, err := p.logView(r, id)
		if err != nil {
			return err
		}
		v.rows, v.errors = all, map[string]string{"": texts[""]}
		for n, i := range at { // the n-th line that was filled in is the i-th of the page
			for _, name := range []string{"on", "kind", "text", "told", "follow_by"} {
				v.errors[logbook.SheetField(i, name)] = texts[logbook.SheetField(n, name)]
			}
		}
		return r.Again(w, logPage(v.frame(r), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/t?"+url.Values{"form": {string(Log)}}.Encode(), "twins.done_log")
}

func kindOptions(f ui.Frame) []ui.Option {
	var list []ui.Option
	for i, k := range logbook.Kinds() {
		list = append(list, ui.Option{Value: string(k), Label: strconv.Itoa(i+1) + " " + f.Words.T("logbook.kind."+string(k))})
	}
	return list
}

func toldOptions(f ui.Frame) []ui.Option {
	var list []ui.Option
	for _, k := range logbook.Tolds() {
		list = append(list, ui.Option{Value: string(k), Label: f.Words.T("logbook.told." + string(k))})
	}
	return list
}
