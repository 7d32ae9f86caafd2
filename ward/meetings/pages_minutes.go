package meetings

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// minutesView is the page of the minutes, while they are written and when they are frozen.
type minutesView struct {
	Paper
	text    Text
	vote    Vote
	counts  map[string]string // as typed
	point   Conclusion
	add     string
	errors  map[string]string
	of      string // which form the errors are of: "text", "vote", "point", "confirm", "sign", "add"
	writes  bool
	signs   bool
	begins  string
	quorate string
}

func (p *Pages) minutesView(r *page.Request) (*minutesView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	x, err := p.store.Paper(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v := &minutesView{Paper: x, writes: x.Meeting.May && x.Meeting.State == Held, begins: x.Meeting.begins(r.Words)}
	v.signs = secretary(r.Actor, &x.Meeting) && x.Meeting.State == Held && !x.Meeting.Confirmed.IsZero()
	m := x.Meeting
	v.text = Text{Version: m.Version, Secretary: m.Secretary.Value(), Said: map[string]string{}}
	if !m.Began.IsZero() {
		v.text.Began = civil.Clock(m.Began)
	}
	if !m.Ended.IsZero() {
		v.text.Ended = civil.Clock(m.Ended)
	}
	for _, s := range x.Minutes.Said {
		v.text.Said[s.Theme] = s.Body
	}
	v.vote.Method = Hands
	v.counts = map[string]string{"present": strconv.Itoa(m.Present)}
	v.quorate = quorum(r.Words, &m)
	return v, nil
}

func (p *Pages) minutesFrame(r *page.Request, v *minutesView) ui.Frame {
	return frame(r, r.Words.T("meetings.minutes"), ui.Link{Href: home(v.Meeting.ID), Label: v.Meeting.Title})
}

func (p *Pages) minutes(w http.ResponseWriter, r *page.Request) error {
	v, err := p.minutesView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, minutesPage(p.minutesFrame(r, v), v))
}

// kept shows the page of the minutes again when err is a refusal, and else goes on to it.
func (p *Pages) kept(w http.ResponseWriter, r *page.Request, of, anchor, key string, err error, typed func(*minutesView)) error {
	texts, refused := r.Refused(err)
	if !refused {
		if err != nil {
			return err
		}
		return r.Done(w, home(r.PathValue("id"))+"/minutes"+anchor, key)
	}
	v, err := p.minutesView(r)
	if err != nil {
		return err
	}
	v.of, v.errors = of, texts
	typed(v)
	return r.Again(w, minutesPage(p.minutesFrame(r, v), v))
}

func (p *Pages) write(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	t := Text{Began: r.Text("began"), Ended: r.Text("ended"), Secretary: r.Text("secretary"), Said: map[string]string{}}
	t.Version, _ = strconv.Atoi(r.Text("version"))
	for _, theme := range Themes() {
		t.Said[theme] = r.FormValue("said." + theme)
	}
	err = p.store.Write(r.Context(), r.Actor, id, t)
	return p.kept(w, r, "text", "", "meetings.done_written", err, func(v *minutesView) {
		typed := t
		typed.Version = v.Meeting.Version
		if fault.Is(err, fault.Clash) {
			typed.Version = t.Version // seen first, then taken over by hand
		}
		v.text = typed
	})
}

func (p *Pages) vote(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if drop := r.Text("drop"); drop != "" {
		return p.kept(w, r, "vote", "#votes", "meetings.done_dropped", p.store.DropVote(r.Context(), r.Actor, id, drop), func(*minutesView) {})
	}
	x := Vote{Subject: r.Text("subject"), Method: Method(r.Text("method"))}
	counts := map[string]string{}
	var bad []fault.Field
	for _, f := range []struct {
		name string
		to   *int
	}{{"present", &x.Present}, {"for", &x.For}, {"against", &x.Against}, {"other", &x.Other}} {
		counts[f.name] = r.Text(f.name)
		if counts[f.name] == "" && f.name != "present" && f.name != "for" {
			continue // nobody against, nothing else
		}
		if *f.to, err = r.Number(f.name, 0, 1<<20); err != nil {
			bad = append(bad, fault.Field{Name: f.name, Key: "fault.number_between", Pairs: []any{"Low", 0, "High", 1 << 20}})
		}
	}
	if err = fault.InvalidFields(bad); err == nil {
		err = p.store.AddVote(r.Context(), r.Actor, id, x)
	}
	return p.kept(w, r, "vote", "#votes", "meetings.done_vote", err, func(v *minutesView) { v.vote, v.counts = x, counts })
}

func (p *Pages) conclude(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if drop := r.Text("drop"); drop != "" {
		return p.kept(w, r, "point", "#conclusions", "meetings.done_dropped", p.store.DropConclusion(r.Context(), r.Actor, id, drop), func(*minutesView) {})
	}
	c := Conclusion{Content: r.Text("content"), Owner: r.Text("owner"), Due: r.Day("due")}
	err = p.store.Conclude(r.Context(), r.Actor, id, c)
	return p.kept(w, r, "point", "#conclusions", "meetings.done_concluded", err, func(v *minutesView) { v.point = c })
}

// hashOf is the hash of the text that was on the screen; a form without one is of no text.
func hashOf(r *page.Request) string {
	if h := r.Text("hash"); h != "" {
		return h
	}
	return "-"
}

func (p *Pages) confirm(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.kept(w, r, "confirm", "#confirm", "meetings.done_confirmed", p.store.Confirm(r.Context(), r.Actor, id, hashOf(r)), func(*minutesView) {})
}

func (p *Pages) sign(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	onPaper := r.Text("way") == "paper"
	if onPaper && r.Text("signed") == "" {
		err = fault.Invalid("signed", "meetings.tick_signed")
		if m, seen := p.store.Get(r.Context(), r.Actor, id); seen != nil || !m.May {
			return fault.NotFound("fault.not_found")
		}
	} else {
		err = p.store.Sign(r.Context(), r.Actor, id, hashOf(r), onPaper)
	}
	return p.kept(w, r, "sign", "#confirm", "meetings.done_frozen", err, func(*minutesView) {})
}

func (p *Pages) add(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	body := r.FormValue("addendum")
	return p.kept(w, r, "add", "#addenda", "meetings.done_added", p.store.Append(r.Context(), r.Actor, id, body), func(v *minutesView) { v.add = body })
}

func (v *minutesView) error(of, name string) string {
	if v.of != of {
		return ""
	}
	return v.errors[name]
}

// lines are the refused fields for the summary over the form that was sent.
func (v *minutesView) lines(of string, names ...string) []ui.FieldError {
	var list []ui.FieldError
	for _, name := range append([]string{""}, names...) {
		if text := v.error(of, name); text != "" {
			list = append(list, ui.FieldError{Name: name, Text: text})
		}
	}
	return list
}

func saidNames() []string {
	names := []string{"began", "ended", "secretary"}
	for _, theme := range Themes() {
		names = append(names, "said."+theme)
	}
	return names
}

// secretaries are those who may keep the minutes: first the households that are there.
func (v *minutesView) secretaries(t *words.Words) []ui.Option {
	var list []ui.Option
	for _, x := range v.Present {
		list = append(list, ui.Option{Value: x.ID, Label: t.F("meetings.secretary_household", "Household", x.Name)})
	}
	for _, role := range Secretaries(v.Meeting.Level) {
		list = append(list, ui.Option{Value: role, Label: t.T("meetings.secretary." + role)})
	}
	return list
}

// secretaryText says who keeps the minutes.
func secretaryText(t *words.Words, s Secretary) string {
	switch {
	case s.Household != "":
		return t.F("meetings.secretary_household", "Household", s.Household+", "+s.Address)
	case s.Role != "":
		return t.T("meetings.secretary." + s.Role)
	}
	return t.T("meetings.secretary_none")
}

// result says how a vote went.
func (v *Vote) result(t *words.Words) string {
	if v.Passed() {
		return t.T("meetings.passed")
	}
	return t.T("meetings.not_passed")
}

func (v *Vote) text(t *words.Words) string {
	return t.F("meetings.vote_counts", "For", v.For, "Against", v.Against, "Other", v.Other, "Silent", v.Silent(), "Present", v.Present)
}

func (p *Pages) minutesPDF(w http.ResponseWriter, r *page.Request) error {
	return p.document(w, r, paper.TypePDF, ".pdf", (*paper.Document).WritePDF)
}

func (p *Pages) minutesDOCX(w http.ResponseWriter, r *page.Request) error {
	return p.document(w, r, paper.TypeDOCX, ".docx", (*paper.Document).WriteDOCX)
}

func roleText(t *words.Words, r access.Role) string {
	if r == "system" {
		r = access.Head
	}
	return t.T("role." + string(r))
}
