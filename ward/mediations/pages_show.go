package mediations

import (
	"net/http"
	"slices"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/civil"
)

// sheet is the page of one case, with what was typed where a form was refused.
type sheet struct {
	Case
	row    row
	today  civil.Day
	calls  []ui.Call
	errors map[string]string
	form   string // which form was refused

	details Details
	held    civil.Day
	public  bool
	outcome Outcome
	typed   map[string]string // counts as they were typed
	asked   civil.Day
	keeping Keeping
	why     Question
}

func (p *Pages) load(r *page.Request) (*sheet, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, ui.Frame{}, err
	}
	c, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	phones, err := p.store.Phones(r.Context(), r.Actor)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	t := r.Words
	x := &sheet{Case: c, row: p.row(r, &c), today: r.Today(), details: c.Details, held: r.Today(), outcome: Outcome{On: r.Today(), State: ""}, asked: r.Today(),
		typed: map[string]string{}}
	if c.Exclusion != Passed {
		x.calls = calls(t, c.Exclusion, &phones)
	}
	title := t.F("mediations.case_page", "Code", x.row.code)
	switch {
	case c.Record == Early:
		title = x.row.code
	case c.Code() == "":
		title = t.T("mediations.case_new")
	}
	return x, r.Frame(title, ui.Link{Href: "/mediations", Label: t.T("mediations.name")}, ui.Link{Label: x.row.code}), nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, casePage(f, x))
}

// answer finishes a form of a case: back to the case when it was taken, and the form with its reasons when it was refused.
func (p *Pages) answer(w http.ResponseWriter, r *page.Request, err error, done, form string, keep func(*sheet)) error {
	texts, refused := r.Refused(err)
	if err != nil && !refused {
		return err
	}
	if !refused {
		id, err := r.PathID("id")
		if err != nil {
			return err
		}
		return r.Done(w, home(id), done)
	}
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	x.errors, x.form = texts, form
	keep(x)
	return r.Again(w, casePage(f, x))
}

func (p *Pages) describe(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	d := Details{
		Received: r.Day("received"), Ground: Ground(r.Text("ground")), Scope: Scope(r.Text("scope")), Guests: r.PostForm["guest"],
		Parties: r.Count("parties"), Households: r.Count("households"),
	}
	err = p.store.Describe(r.Context(), r.Actor, id, d)
	return p.answer(w, r, err, "mediations.done_described", "details", func(x *sheet) {
		x.details = d
		x.typed["parties"], x.typed["households"] = r.Text("parties"), r.Text("households")
	})
}

func (p *Pages) meet(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	m := Session{On: r.Day("held"), Public: r.Text("public") != ""}
	err = p.store.Meet(r.Context(), r.Actor, id, m)
	return p.answer(w, r, err, "mediations.done_session", "session", func(x *sheet) { x.held, x.public = m.On, m.Public })
}

func (p *Pages) finish(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	o := Outcome{State: State(r.Text("result")), On: r.Day("ended"), Written: r.Text("written") != "", Court: r.Text("court") != "", Book: r.Count("book"),
		Page: r.Count("page")}
	for _, code := range r.PostForm["step"] {
		o.Steps = append(o.Steps, Step{Code: code})
	}
	for i := range mostLines {
		o.Steps = append(o.Steps, Step{Line: r.Text("line" + strconv.Itoa(i+1))})
	}
	err = p.store.Finish(r.Context(), r.Actor, id, o)
	return p.answer(w, r, err, "mediations.done_finished", "finish", func(x *sheet) {
		x.outcome = o
		x.typed["book"], x.typed["page"] = r.Text("book"), r.Text("page")
	})
}

func (p *Pages) refer(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	why := Question(r.Text("why"))
	err = p.store.Refer(r.Context(), r.Actor, id, why)
	return p.answer(w, r, err, "mediations.done_referred", "refer", func(x *sheet) { x.why = why })
}

func (p *Pages) followUp(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	on, kept := r.Day("followed"), Keeping(r.Text("kept"))
	err = p.store.FollowUp(r.Context(), r.Actor, id, on, kept)
	return p.answer(w, r, err, "mediations.done_followed", "follow", func(x *sheet) { x.asked, x.keeping = on, kept })
}

func (p *Pages) discard(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if _, err := p.store.Discard(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(w, "/mediations", "mediations.done_discarded")
}

func (x *sheet) wrong(form string) []ui.FieldError {
	if x.form != form {
		return nil
	}
	return ui.FieldErrors(x.errors, "", "received", "ground", "scope", "guest", "parties", "households", "held", "result", "ended", "written", "court", "book", "page",
		"line1", "line2", "line3", "why", "followed", "kept")
}

func (x *sheet) count(name string, n int) string {
	if text, ok := x.typed[name]; ok {
		return text
	}
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// facts are what is known of a case, for reading.
func (x *sheet) facts(t *words.Words) []ui.Fact {
	list := []ui.Fact{{Key: t.T("mediations.field.record"), Text: t.T("mediations.record." + string(x.Record))},
		{Key: t.T("mediations.field.received"), Text: x.Received.DisplayIn(t.Lang())}}
	add := func(key, text string) {
		if text != "" {
			list = append(list, ui.Fact{Key: t.T("mediations.field." + key), Text: text})
		}
	}
	if x.Ground != "" {
		add("ground", t.T("mediations.ground."+string(x.Ground)))
	}
	add("scope", x.row.scope)
	if x.Parties > 0 {
		add("parties", civil.IntIn(t.Lang(), x.Parties))
	}
	if x.Households > 0 {
		add("households", civil.IntIn(t.Lang(), x.Households))
	}
	add("guests", guestsText(t, x.Guests))
	for i, s := range x.Sessions {
		list = append(list, ui.Fact{Key: t.F("mediations.session_n", "N", i+1), Text: sessionText(t, s)})
	}
	if x.State.Ended() && x.On != "" {
		add("ended", x.On.DisplayIn(t.Lang()))
	}
	if x.Written {
		add("written", t.T("mediations.yes"))
	}
	if x.Court {
		add("court", t.T("mediations.yes"))
	}
	if x.Book > 0 || x.Page > 0 {
		add("paper", t.F("mediations.book_page", "Book", x.Book, "Page", x.Page))
	}
	if x.Followed != "" {
		add("followed", t.F("mediations.followed_line", "Day", x.Followed, "Kept", t.T("mediations.kept."+string(x.Kept))))
	}
	return list
}

func sessionText(t *words.Words, s Session) string {
	key := "mediations.session_private"
	if s.Public {
		key = "mediations.session_public"
	}
	return t.F(key, "Day", s.On)
}

func guestsText(t *words.Words, codes []string) string {
	text := ""
	for _, g := range codes {
		if text != "" {
			text += ", "
		}
		text += t.T("mediations.guest." + g)
	}
	return text
}

// stepText is a step as it stands on a card.
func stepText(t *words.Words, s Step) string {
	if s.Code != "" {
		return t.T("mediations.step." + s.Code)
	}
	return s.Line
}

func (x *sheet) grounds(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, g := range Grounds() {
		list = append(list, ui.Option{Value: string(g), Label: t.T("mediations.ground." + string(g)), Checked: x.details.Ground == g})
	}
	return list
}

func scopeOptions(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, s := range Scopes() {
		list = append(list, ui.Option{Value: string(s), Label: t.T("mediations.scope." + string(s))})
	}
	return list
}

func (x *sheet) guestOptions(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, g := range Guests() {
		list = append(list, ui.Option{Value: g, Label: t.T("mediations.guest." + g), Checked: slices.Contains(x.details.Guests, g)})
	}
	return list
}

func (x *sheet) results(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, s := range []State{Settled, Unsettled, Stopped} {
		if x.State == Open && s != Stopped {
			continue
		}
		list = append(list, ui.Option{Value: string(s), Label: t.T("mediations.result." + string(s)), Checked: x.outcome.State == s})
	}
	return list
}

func (x *sheet) stepOptions(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, s := range Steps() {
		list = append(list, ui.Option{Value: s, Label: t.T("mediations.step." + s), Checked: slices.Contains(x.outcome.Steps, Step{Code: s})})
	}
	return list
}

// line is what was typed as the nth line of one's own, from 0.
func (x *sheet) line(n int) string {
	for _, s := range x.outcome.Steps {
		if s.Code == "" {
			if n == 0 {
				return s.Line
			}
			n--
		}
	}
	return ""
}

func (x *sheet) keepings(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, k := range Keepings() {
		list = append(list, ui.Option{Value: string(k), Label: t.T("mediations.kept." + string(k)), Checked: x.keeping == k})
	}
	return list
}

func (x *sheet) whys(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, q := range Questions() {
		list = append(list, ui.Option{Value: string(q), Label: t.T("mediations.why." + string(q)), Checked: x.why == q})
	}
	return list
}
