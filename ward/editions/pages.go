package editions

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /criteria", Need: access.SeeCriteria, Handle: p.list},
		{Pattern: "POST /criteria", Need: access.KeepCriteria, Handle: p.begin},
		{Pattern: "GET /criteria/{version}", Need: access.SeeCriteria, Handle: p.show},
		{Pattern: "GET /criteria/{version}/rules", Need: access.KeepCriteria, Handle: p.rules},
		{Pattern: "POST /criteria/{version}/rules", Need: access.KeepCriteria, Handle: p.saveRules},
		{Pattern: "GET /criteria/{version}/items/{item}", Need: access.SeeCriteria, Handle: p.item},
		{Pattern: "POST /criteria/{version}/items/{item}", Need: access.KeepCriteria, Handle: p.saveItem},
		{Pattern: "GET /criteria/{version}/items/{item}/phone", Need: access.SeeCriteria, Handle: p.phone},
		{Pattern: "POST /criteria/{version}/items/{item}/retire", Need: access.KeepCriteria, Handle: p.retire},
		{Pattern: "POST /criteria/{version}/items/{item}/keep", Need: access.KeepCriteria, Handle: p.keep},
		{Pattern: "GET /criteria/{version}/new/{content}", Need: access.KeepCriteria, Handle: p.newItem},
		{Pattern: "POST /criteria/{version}/new/{content}", Need: access.KeepCriteria, Handle: p.addItem},
		{Pattern: "GET /criteria/{version}/effect", Need: access.PublishCriteria, Handle: p.effect},
		{Pattern: "POST /criteria/{version}/publish", Need: access.PublishCriteria, Handle: p.publish, Fresh: true},
		{Pattern: "POST /criteria/{version}/withdraw", Need: access.KeepCriteria, Handle: p.withdraw},
	}
}

// address is that of a version.
func address(number int) string { return "/criteria/" + strconv.Itoa(number) }

func itemAddress(number int, code string) string { return address(number) + "/items/" + code }

// newAddress is where an item is added to a content of a draft.
func newAddress(number int, content string) string { return address(number) + "/new/" + content }

// version reads the number of the version in the path.
func version(r *page.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("version"))
	if err != nil || n < 1 {
		return 0, fault.NotFound("fault.not_found")
	}
	return n, nil
}

func (p *Pages) load(r *page.Request) (Edition, error) {
	n, err := version(r)
	if err != nil {
		return Edition{}, err
	}
	return p.store.Get(r.Context(), r.Actor, n)
}

// title names a version: "Bản 2 (bản nháp)".
func title(w *words.Words, e *Edition) string {
	if e.State == Draft {
		return w.F("editions.title_draft", "Version", strconv.Itoa(e.Number))
	}
	return w.F("editions.title", "Version", strconv.Itoa(e.Number))
}

func frame(r *page.Request, e *Edition, label string) ui.Frame {
	crumbs := []ui.Link{{Href: "/criteria", Label: r.Words.T("editions.name")}}
	if label == "" {
		return r.Frame(title(r.Words, e), append(crumbs, ui.Link{Label: title(r.Words, e)})...)
	}
	return r.Frame(label, append(crumbs, ui.Link{Href: address(e.Number), Label: title(r.Words, e)}, ui.Link{Label: label})...)
}

func when(w *words.Words, at time.Time) string {
	return civil.Moment(at, w.Lang())
}

// listView is the page of all versions.
type listView struct {
	ui.Frame
	list  []Edition
	draft bool // there is one
	may   bool // the reader may begin one
}

func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.List(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := listView{Frame: r.Frame(r.Words.T("editions.name"), ui.Link{Label: r.Words.T("editions.name")}), list: list, may: r.Actor.May(access.KeepCriteria)}
	for i := range list {
		v.draft = v.draft || list[i].State == Draft
	}
	return r.HTML(w, listPage(&v))
}

// state says how a version stands, in words.
func state(w *words.Words, e *Edition) string {
	switch {
	case e.State == Draft && e.ChangedBy != "":
		return w.F("editions.state.draft_by", "Who", e.ChangedBy, "When", when(w, e.Changed))
	case e.State == Draft:
		return w.T("editions.state.draft")
	case e.PublishedBy == "":
		return w.T("editions.state.built_in")
	}
	return w.F("editions.state.published_by", "Who", e.PublishedBy, "When", when(w, e.Published))
}

// used says which campaigns a version is used by.
func used(w *words.Words, e *Edition) string {
	if len(e.Years) == 0 {
		return w.T("editions.unused")
	}
	var years []string
	for _, y := range e.Years {
		years = append(years, strconv.Itoa(y))
	}
	return strings.Join(years, ", ")
}

func (p *Pages) begin(w http.ResponseWriter, r *page.Request) error {
	n, err := p.store.Begin(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.Done(w, address(n), "editions.done_begun")
}

// showView is one version: what is different in it, its items, and for a draft how it goes on.
type showView struct {
	ui.Frame
	e       Edition
	lang    string
	diff    []Difference
	keeps   bool   // the reader may change the draft
	decides bool   // the reader may be the second person
	waits   string // why the draft cannot be published by the reader now
	reason  string
	errors  map[string]string
}

func (p *Pages) showView(r *page.Request, e Edition) *showView {
	v := &showView{Frame: frame(r, &e, ""), e: e, lang: r.Words.Lang(), keeps: r.Actor.May(access.KeepCriteria), decides: r.Actor.May(access.PublishCriteria)}
	if e.Base != nil {
		v.diff = Differences(e.Base, e.Set, v.lang)
	}
	if e.State == Draft && v.decides {
		if texts, refused := r.Refused(e.MayPublish(r.Actor.Account())); refused {
			v.waits = texts[""]
		}
	}
	return v
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	e, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(p.showView(r, e)))
}

func (p *Pages) publish(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	reason := r.Lines("reason")
	err = p.store.Publish(r.Context(), r.Actor, n, typed(r.Text("seen")), reason)
	if texts, refused := r.Refused(err); refused {
		e, err := p.store.Get(r.Context(), r.Actor, n)
		if err != nil {
			return err
		}
		v := p.showView(r, e)
		v.reason, v.errors = reason, texts
		return r.Again(w, showPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, address(n), "editions.done_published")
}

func (p *Pages) withdraw(w http.ResponseWriter, r *page.Request) error {
	n, err := version(r)
	if err != nil {
		return err
	}
	if err := p.store.Withdraw(r.Context(), r.Actor, n); err != nil {
		return err
	}
	return r.Done(w, "/criteria", "editions.done_withdrawn")
}

// rulesView is the page of the numbers and the reason, as they stand or as they were typed.
type rulesView struct {
	ui.Frame
	e        Edition
	lang     string
	percent  string
	days     string
	percents map[string]string
	note     string
	errors   map[string]string
}

func (v *rulesView) problems() []ui.FieldError {
	names := []string{"", "percent", "days"}
	for i := range v.e.Set.Contents {
		names = append(names, "percent."+v.e.Set.Contents[i].Code)
	}
	return ui.FieldErrors(v.errors, append(names, "note")...)
}

func (p *Pages) rulesView(r *page.Request, e Edition) (*rulesView, error) {
	if err := e.open(); err != nil {
		return nil, err
	}
	now := RulesOf(&e)
	v := &rulesView{
		Frame: frame(r, &e, r.Words.T("editions.rules")), e: e, lang: r.Words.Lang(), note: now.Note, percents: map[string]string{},
		percent: strconv.Itoa(now.PassPercent), days: strconv.Itoa(now.MendDays),
	}
	for code, n := range now.Percents {
		if n > 0 {
			v.percents[code] = strconv.Itoa(n)
		}
	}
	return v, nil
}

func (p *Pages) rules(w http.ResponseWriter, r *page.Request) error {
	e, err := p.load(r)
	if err != nil {
		return err
	}
	v, err := p.rulesView(r, e)
	if err != nil {
		return err
	}
	return r.HTML(w, rulesPage(v))
}

// typed reads a number of a form: -1 for what is none, so that it is out of every range.
func typed(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

func (p *Pages) saveRules(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	e, err := p.load(r)
	if err != nil {
		return err
	}
	v, err := p.rulesView(r, e)
	if err != nil {
		return err
	}
	v.percent, v.days, v.note = r.Text("percent"), r.Text("days"), r.Lines("note")
	rules := Rules{PassPercent: typed(v.percent), MendDays: typed(v.days), Percents: map[string]int{}, Note: v.note}
	for i := range e.Set.Contents {
		code := e.Set.Contents[i].Code
		if v.percents[code] = r.Text("percent." + code); v.percents[code] != "" {
			rules.Percents[code] = typed(v.percents[code])
		}
	}
	err = p.store.SaveRules(r.Context(), r.Actor, e.Number, rules)
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, rulesPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, address(e.Number), "editions.done_saved")
}

// effectView is what the version would have made of last year.
type effectView struct {
	ui.Frame
	Effect
	e    Edition
	lang string
}

// judged are the classes of the columns, best first.
func (v *effectView) judged() []criteria.Class {
	return []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe}
}

func (p *Pages) effect(w http.ResponseWriter, r *page.Request) error {
	n, err := version(r)
	if err != nil {
		return err
	}
	e, x, err := p.store.Effect(r.Context(), r.Actor, n)
	if err != nil {
		return err
	}
	label := r.Words.T("editions.effect")
	if x.Year != 0 {
		label = r.Words.F("editions.effect_on", "Year", strconv.Itoa(x.Year))
	}
	return r.HTML(w, effectPage(&effectView{Frame: frame(r, &e, label), Effect: x, e: e, lang: r.Words.Lang()}))
}
