package logbook

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// stateText says in a line how a report stands.
func stateText(r *page.Request, x *Report) string {
	t := r.Words
	switch {
	case x.State == Sent && x.Late():
		return t.F("logbook.line.sent_late", "When", when(r, x.SentAt))
	case x.State == Sent:
		return t.F("logbook.line.sent", "When", when(r, x.SentAt))
	case x.State == Seen:
		return t.F("logbook.line.seen", "When", when(r, x.SeenAt))
	case x.State == Returned:
		return t.F("logbook.line.returned", "Why", x.Why)
	case x.Overdue(r.Today()):
		return t.F("logbook.line.overdue", "Day", x.Month.Due().DisplayIn(t.Lang()))
	case x.State == Drafted && x.Lights != "------":
		return t.F("logbook.line.draft", "Day", x.Month.Due().DisplayIn(t.Lang()))
	}
	return t.F("logbook.line.none", "Day", x.Month.Due().DisplayIn(t.Lang()))
}

// monthLine is a report in a list.
type monthLine struct {
	Report
	text string
	late bool
}

// shelf is the list of a house's reports.
type shelf struct {
	id, address string
	rows        []monthLine
	normal      *Report // which one press would send
}

func (p *Pages) reports(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	list, err := p.store.Reports(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	s := shelf{id: id, address: list[0].Address}
	for i := range list {
		x := &list[i]
		s.rows = append(s.rows, monthLine{Report: *x, text: stateText(r, x), late: x.Overdue(r.Today()) || x.State == Returned})
		if s.normal == nil && r.Actor.May(access.KeepLog) && (x.State == NotBegun || x.State == Drafted) && x.Writable(r.Today()) == nil {
			s.normal = x
		}
	}
	t := r.Words
	return r.HTML(w, reportsPage(frame(r, id, s.address, t.F("logbook.reports_page", "House", s.address), t.T("logbook.reports_name")), s))
}

// form is the page of one report.
type form struct {
	Report
	text    string
	sent    string // when it was sent, and by whom
	closed  string // why the head cannot write it
	writes  bool
	paper   bool // entered from a sheet of paper: the next sheet follows
	answers bool // the officer may answer
	why     string
	errors  map[string]string
	typed   map[string]string // the counts as they were typed
}

func (p *Pages) path(r *page.Request) (string, Month, error) {
	id, err := r.PathID("id")
	if err != nil {
		return "", "", err
	}
	m, ok := ParseMonth(r.PathValue("month"))
	if !ok {
		return "", "", fault.NotFound("fault.not_found")
	}
	return id, m, nil
}

func (p *Pages) load(r *page.Request) (form, error) {
	id, m, err := p.path(r)
	if err != nil {
		return form{}, err
	}
	x, err := p.store.Report(r.Context(), r.Actor, id, m)
	if err != nil {
		return form{}, err
	}
	f := form{
		Report: x, text: stateText(r, &x), sent: r.Words.F("logbook.sent_by", "When", when(r, x.SentAt), "Who", x.SentBy),
		writes: r.Actor.May(access.KeepLog), answers: r.Actor.May(access.Inspect) && x.State == Sent, typed: map[string]string{}, paper: r.Text("paper") != "",
	}
	if texts, refused := r.Refused(x.Writable(r.Today())); refused && f.writes {
		f.closed, f.writes = texts[""], false
	}
	return f, nil
}

func (p *Pages) report(w http.ResponseWriter, r *page.Request) error {
	x, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, reportPage(reportFrame(r, &x), x))
}

func reportFrame(r *page.Request, x *form) ui.Frame {
	t := r.Words
	title := t.F("logbook.report_page", "Month", x.Month.Text(), "House", x.Address)
	return r.Frame(title, ui.Link{Href: reportsHome(x.House), Label: t.F("logbook.reports_page", "House", x.Address)},
		ui.Link{Label: t.F("logbook.month", "Month", x.Month.Text())})
}

// countFields are the counts of a report and where they go.
func countFields(x *Sheet) []struct {
	name string
	to   *int
} {
	return []struct {
		name string
		to   *int
	}{
		{"households", &x.Households}, {"reminders", &x.Reminders}, {"moved_in", &x.MovedIn}, {"moved_out", &x.MovedOut},
		{"passed", &x.Passed}, {"disputes_new", &x.DisputesNew}, {"disputes_settled", &x.DisputesSettled},
	}
}

// save takes the whole form: a draft, or a report that is sent.
func (p *Pages) save(w http.ResponseWriter, r *page.Request) error {
	x, err := p.load(r)
	if err != nil {
		return err
	}
	sheet := Sheet{MetOn: r.Day("met_on"), AlarmOn: r.Day("alarm_on"), Reasons: r.PostForm["reason"], Shortfall: r.FormValue("shortfall")}
	bad := map[string]string{}
	for _, c := range countFields(&sheet) {
		x.typed[c.name] = r.Text(c.name)
		n, err := r.Number(c.name, 0, mostCount)
		if texts, refused := r.Refused(err); refused {
			bad[c.name] = texts[c.name]
		}
		*c.to = n
	}
	for _, c := range Contents() {
		light := r.Text("light." + c)
		if light == "" {
			light = string(NoLight)
		}
		sheet.Lights += light[:1]
	}
	send := r.Text("do") == "send"
	if len(bad) == 0 {
		err = p.store.Save(r.Context(), r.Actor, x.House, x.Month, sheet, send)
		texts, refused := r.Refused(err)
		if err != nil && !refused {
			return err
		}
		bad = texts
	}
	if len(bad) > 0 {
		x.Sheet, x.errors = sheet, bad
		return r.Again(w, reportPage(reportFrame(r, &x), x))
	}
	switch {
	case !send:
		return r.Done(w, reportHome(x.House, x.Month), "logbook.done_draft")
	case x.paper: // the pile of paper is entered in ward/twins
		return r.Done(w, "/t?form=month:"+string(x.Month), "logbook.done_paper")
	}
	return r.Done(w, reportHome(x.House, x.Month), "logbook.done_sent")
}

func (p *Pages) normal(w http.ResponseWriter, r *page.Request) error {
	id, m, err := p.path(r)
	if err != nil {
		return err
	}
	if err := p.store.Normal(r.Context(), r.Actor, id, m); err != nil {
		return err
	}
	return r.Done(w, reportHome(id, m), "logbook.done_normal")
}

func (p *Pages) takeBack(w http.ResponseWriter, r *page.Request) error {
	id, m, err := p.path(r)
	if err != nil {
		return err
	}
	if err := p.store.TakeBack(r.Context(), r.Actor, id, m); err != nil {
		return err
	}
	return r.Done(w, reportHome(id, m), "logbook.done_back")
}

// answer takes what the officer says: seen, or returned with a reason.
func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	id, m, err := p.path(r)
	if err != nil {
		return err
	}
	key := "logbook.done_seen"
	if r.Text("do") == "return" {
		key, err = "logbook.done_returned", p.store.Return(r.Context(), r.Actor, id, m, r.FormValue("why"))
	} else {
		err = p.store.See(r.Context(), r.Actor, id, m)
	}
	if texts, refused := r.Refused(err); refused {
		x, err := p.load(r)
		if err != nil {
			return err
		}
		x.errors, x.why = texts, r.FormValue("why")
		return r.Again(w, reportPage(reportFrame(r, &x), x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/monthly?month="+string(m), key)
}

// lightOptions are the three lights of a content.
func (x *form) lightOptions(t *words.Words, i int) []ui.Option {
	list := make([]ui.Option, 0, len(allGreen)/2)
	for n, l := range []struct {
		light Light
		state ui.State
	}{{Green, ui.Safe}, {Yellow, ui.Conditional}, {Red, ui.NotSafe}} {
		list = append(list, ui.Option{
			Key: strconv.Itoa(n + 1), Value: string(rune(l.light)), Label: t.T("logbook.light." + string(rune(l.light))), State: l.state, HasState: true,
			Checked: Light(x.Lights[i]) == l.light,
		})
	}
	return list
}

func (x *form) reasonOptions(t *words.Words, content string) []ui.Option {
	var list []ui.Option
	for i, code := range Reasons(content) {
		list = append(list, ui.Option{Value: code, Label: ReasonText(t, code), Checked: slices.Contains(x.Reasons, code), Key: strconv.Itoa(i + 1)})
	}
	return list
}

func (x *form) summary() []ui.FieldError {
	names := []string{"", "light.VH", "light.TC", "light.TN", "light.NK", "light.GD", "light.HG"}
	for _, c := range countFields(&x.Sheet) {
		names = append(names, c.name)
	}
	return ui.FieldErrors(x.errors, append(names, "met_on", "alarm_on", "shortfall", "why")...)
}

// sendLabel is the word on the button: what was sent already is sent once more.
func (x *form) sendLabel(w *words.Words) string {
	if x.State == Sent {
		return w.T("logbook.send_again")
	}
	return w.T("logbook.send")
}

// count is a count as it was typed, or as it stands.
func (x *form) count(name string, n int) string {
	if text, ok := x.typed[name]; ok {
		return text
	}
	return strconv.Itoa(n)
}

// facts are a report as others read it.
func (x *form) facts(t *words.Words) []ui.Fact {
	list := make([]ui.Fact, 0, len(countFields(&x.Sheet))+2)
	for _, c := range countFields(&x.Sheet) {
		list = append(list, ui.Fact{Key: civil.IntIn(t.Lang(), *c.to), Text: t.T("logbook.field." + c.name)})
	}
	if x.MetOn != "" {
		list = append(list, ui.Fact{Key: x.MetOn.Short(), Time: string(x.MetOn), Text: t.T("logbook.field.met_on")})
	}
	if x.AlarmOn != "" {
		list = append(list, ui.Fact{Key: x.AlarmOn.Short(), Time: string(x.AlarmOn), Text: t.T("logbook.field.alarm_on")})
	}
	return list
}

// lightLines are the six lights with their reasons, for reading.
func (x *form) lightLines(t *words.Words) []ui.Fact {
	var list []ui.Fact
	for i, c := range Contents() {
		l := ui.Fact{Key: t.T("logbook.light." + string(x.Lights[i])), Text: t.T("logbook.content." + c)}
		for _, o := range x.reasonOptions(t, c) {
			if o.Checked {
				if l.Sub != "" {
					l.Sub += "; "
				}
				l.Sub += o.Label
			}
		}
		list = append(list, l)
	}
	return list
}

// ReasonText is a reason in words.
func ReasonText(t *words.Words, code string) string {
	if strings.HasSuffix(code, "_other") {
		return t.T("logbook.reason_other")
	}
	return t.T("logbook.reason." + code)
}

// CountFields names the counts of a report in the order of the form; their words are "logbook.field.<name>".
func CountFields() []string {
	var list []string
	for _, c := range countFields(&Sheet{}) {
		list = append(list, c.name)
	}
	return list
}
