package trainings

import (
	"context"
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/gatherings"
)

// showView is the page of one session.
type showView struct {
	Training
	facts   []ui.Fact
	state   string
	kind    ui.Kind
	why     string
	invite  bool // those invited may be told now
	note    bool // attendance may be noted now, by the reader
	close   bool // attendance may be closed now
	reopen  bool
	results bool // results may be written
	scores  []scoreRow
	score   string
	liked   string
	sheet   bool
	mine    []Count // houses of the head who reads: their certificates may be printed
	typed   string  // the reason of a cancellation
	errors  map[string]string
}

type scoreRow struct{ text, before, after string }

func (p *Pages) training(r *page.Request) (Training, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Training{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	t, err := p.training(r)
	if err != nil {
		return err
	}
	v, err := p.showView(r, &t)
	if err != nil {
		return err
	}
	return r.HTML(w, showPage(frame(r, t.Title), v))
}

func (p *Pages) showView(r *page.Request, t *Training) (*showView, error) {
	w, now := r.Words, r.Moment()
	v := &showView{Training: *t, kind: ui.Info, state: t.stateText(w)}
	v.facts = []ui.Fact{
		{Key: w.T("trainings.fact.when"), Text: t.begins(w), Sub: w.F("trainings.fact.lasts", "N", t.Lasts)}, {Key: w.T("trainings.fact.place"), Text: t.Place},
		{Key: w.T("trainings.fact.topics"), Text: topics(w, t.Topics)}, {Key: w.T("trainings.fact.speaker"), Text: w.T("trainings.speaker." + t.Speaker)},
		{Key: w.T("trainings.fact.for"), Text: t.whose(w), Sub: w.F("trainings.asked."+string(t.Audience), "N", civil.IntIn(w.Lang(), t.Asked()))},
	}
	if m := &t.Material; m.ID != "" {
		f := ui.Fact{Key: w.T("trainings.fact.material"), Text: w.F("trainings.material_of", "N", m.N, "Title", m.Title), Href: "/training-materials/" + m.ID}
		if m.Kind == Link {
			f.Href = m.Link
		}
		v.facts = append(v.facts, f)
	}
	if t.State == Held || t.Came() > 0 {
		v.facts = append(v.facts, ui.Fact{Key: w.T("trainings.fact.came"), Text: t.came(w), Sub: civil.PercentIn(w.Lang(), t.Came(), t.Asked())})
	}
	if t.Results.Cost > 0 && r.Actor.May(access.SeeFigures) {
		v.facts = append(v.facts, ui.Fact{Key: w.T("trainings.fact.cost"), Text: civil.MoneyIn(w.Lang(), t.Results.Cost), Sub: w.T("trainings.fund." + t.Results.Fund)})
	}
	v.close = t.May && t.State == Planned && !now.Before(t.Starts)
	v.note = r.Actor.May(access.NoteTrainings) && t.Receiving(now)
	v.sheet = r.Actor.May(access.NoteTrainings) && t.State == Planned
	v.results = t.May && t.Writable(now)
	switch t.State {
	case Planned:
		v.invite = t.May && now.Before(t.Starts)
		switch {
		case v.close:
			v.why = w.T("trainings.to_close")
		case v.invite && t.Invited.IsZero():
			v.kind, v.why = ui.Warning, w.T("trainings.not_invited_yet")
		case !t.Invited.IsZero():
			v.why = w.F("trainings.invited_on", "When", civil.Moment(t.Invited, w.Lang()))
		}
	case Held:
		v.kind, v.why = ui.Success, w.F("trainings.closed_on", "When", civil.Moment(t.Closed, w.Lang()))
		v.reopen = t.May && r.Today() <= t.StartDay().AddDays(gatherings.DaysBack)
	case Cancelled:
		v.kind, v.why = ui.Warning, w.F("trainings.cancelled_why", "Why", t.Why)
	}
	v.scored(w)
	if level, _ := r.Actor.Reach(); level == access.OwnHouses && v.State == Held {
		var err error
		if v.mine, err = p.store.Certificates(r.Context(), r.Actor, v.ID); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// print names the certificate of one of the reader's houses; the house only where there are several.
func (v *showView) print(f ui.Frame, i int) string {
	if len(v.mine) == 1 {
		return f.Words.T("trainings.print_certificate")
	}
	return f.Words.F("trainings.print_certificate_of", "House", v.mine[i].Address)
}

// scored says what the class knew before and after.
func (v *showView) scored(w *words.Words) {
	x, lang := &v.Results, w.Lang()
	if all := x.Liked + x.Partly + x.Disliked; all > 0 {
		v.liked = w.F("trainings.liked_line", "Liked", civil.PercentIn(lang, x.Liked, all), "Partly", civil.PercentIn(lang, x.Partly, all),
			"Disliked", civil.PercentIn(lang, x.Disliked, all), "All", civil.IntIn(lang, all))
	}
	if !x.Scored() {
		return
	}
	v.score = w.F("trainings.score_line", "Before", civil.PercentIn(lang, x.BeforeRights, x.Before*len(x.Quiz)), "After", civil.PercentIn(lang, x.AfterRight, x.After*len(x.Quiz)),
		"N", civil.IntIn(lang, x.Before), "M", civil.IntIn(lang, x.After))
	for _, q := range x.Quiz {
		v.scores = append(v.scores, scoreRow{q.Text, civil.PercentIn(lang, q.Before, x.Before), civil.PercentIn(lang, q.After, x.After)})
	}
}

func (p *Pages) invite(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "", "trainings.done_invited", p.store.Invite)
}

func (p *Pages) close(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "", "trainings.done_closed", p.store.Close)
}

func (p *Pages) reopen(w http.ResponseWriter, r *page.Request) error {
	return p.act(w, r, "/attendance", "trainings.done_reopened", p.store.Reopen)
}

func (p *Pages) cancel(w http.ResponseWriter, r *page.Request) error {
	why := r.Text("why")
	return p.act(w, r, "", "trainings.done_cancelled", func(ctx context.Context, who access.Actor, id string) error { return p.store.Cancel(ctx, who, id, why) })
}

// act does one thing to the session in the path; refused, its page comes again with the reason.
func (p *Pages) act(w http.ResponseWriter, r *page.Request, to, key string, do func(context.Context, access.Actor, string) error) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = do(r.Context(), r.Actor, id)
	if texts, refused := r.Refused(err); refused {
		t, err := p.training(r)
		if err != nil {
			return err
		}
		v, err := p.showView(r, &t)
		if err != nil {
			return err
		}
		f := frame(r, t.Title)
		if v.errors, v.typed = texts, r.Text("why"); texts["why"] == "" {
			for _, text := range texts {
				f.Flash = ui.Flash{Kind: ui.Failure, Text: text}
			}
		}
		return r.Again(w, showPage(f, v))
	}
	if err != nil {
		return err
	}
	if to != "" && !r.Actor.May(access.NoteTrainings) {
		to = ""
	}
	return r.Done(w, home(id)+to, key)
}

// resultsForm is what the class took with it, as it is typed.
type resultsForm struct {
	Training
	typed  map[string]string
	errors map[string]string
}

func (x *resultsForm) summary() []ui.FieldError {
	names := []string{"", "before", "after"}
	for i := range x.Results.Quiz {
		names = append(names, "before."+strconv.Itoa(i+1), "after."+strconv.Itoa(i+1))
	}
	return ui.FieldErrors(x.errors, append(names, "liked", "partly", "disliked", "cost", "fund")...)
}

func (x *resultsForm) funds(f ui.Frame) []ui.Option {
	var list []ui.Option
	for _, s := range Funds() {
		list = append(list, ui.Option{Value: s, Label: f.Words.T("trainings.fund." + s)})
	}
	return list
}

func (p *Pages) resultsForm(r *page.Request) (*resultsForm, error) {
	t, err := p.training(r)
	if err != nil {
		return nil, err
	}
	if !t.May {
		return nil, errMissing()
	}
	x := &resultsForm{Training: t, typed: map[string]string{}}
	put := func(name string, n int) {
		if n > 0 {
			x.typed[name] = strconv.Itoa(n)
		}
	}
	res := &t.Results
	put("before", res.Before)
	put("after", res.After)
	for i, q := range res.Quiz {
		if res.Before > 0 {
			x.typed["before."+strconv.Itoa(i+1)] = strconv.Itoa(q.Before)
		}
		if res.After > 0 {
			x.typed["after."+strconv.Itoa(i+1)] = strconv.Itoa(q.After)
		}
	}
	put("liked", res.Liked)
	put("partly", res.Partly)
	put("disliked", res.Disliked)
	put("cost", res.Cost)
	x.typed["fund"] = res.Fund
	return x, nil
}

func (p *Pages) resultsFrame(r *page.Request, x *resultsForm) ui.Frame {
	return frame(r, r.Words.T("trainings.results"), ui.Link{Href: home(x.ID), Label: x.Title})
}

func (p *Pages) results(w http.ResponseWriter, r *page.Request) error {
	x, err := p.resultsForm(r)
	if err != nil {
		return err
	}
	return r.HTML(w, resultsPage(p.resultsFrame(r, x), x))
}

func (p *Pages) saveResults(w http.ResponseWriter, r *page.Request) error {
	x, err := p.resultsForm(r)
	if err != nil {
		return err
	}
	number := func(name string) int {
		text := r.Text(name)
		x.typed[name] = text
		if text == "" {
			return 0
		}
		n, err := civil.ParseInt(text)
		if err != nil {
			return -1 // refused with the numbers that are possible
		}
		return n
	}
	res := Results{Before: number("before"), After: number("after"), Liked: number("liked"), Partly: number("partly"), Disliked: number("disliked"),
		Cost: number("cost"), Fund: r.Text("fund")}
	x.typed["fund"] = res.Fund
	x.Version, _ = strconv.Atoi(r.Text("version"))
	res.Version = x.Version
	for i := range x.Results.Quiz {
		res.Quiz = append(res.Quiz, Question{Before: number("before." + strconv.Itoa(i+1)), After: number("after." + strconv.Itoa(i+1))})
	}
	err = p.store.SetResults(r.Context(), r.Actor, x.ID, res)
	if texts, refused := r.Refused(err); refused {
		x.errors = texts
		return r.Again(w, resultsPage(p.resultsFrame(r, x), x))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(x.ID), "trainings.done_results")
}
