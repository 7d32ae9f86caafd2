package awards

import (
	"net/http"
	"strconv"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// record is the page of one commendation, with what was typed where a form was refused.
type record struct {
	Award
	row     row
	today   civil.Day
	decides bool // who reads may publish, answer and revoke
	mine    bool // and the decision is theirs
	own     bool // who reads asked for the revocation
	waits   string
	errors  map[string]string
	form    string
	typed   map[string]string
}

func (p *Pages) load(r *page.Request) (*record, ui.Frame, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, ui.Frame{}, err
	}
	a, err := p.store.Get(r.Context(), r.Actor, id)
	if err != nil {
		return nil, ui.Frame{}, err
	}
	x := &record{
		Award: a, row: p.row(r, &a), today: r.Today(), decides: r.Actor.May(access.DecideAwards), mine: r.Actor.Role() == a.Kind.Decides,
		own: a.Revoke.Account != "" && a.Revoke.Account == r.Actor.Account(), typed: map[string]string{"voted_on": string(r.Today()), "decided_on": string(r.Today())},
	}
	if texts, refused := r.Refused(a.Decidable(r.Today())); refused {
		x.waits = texts[""]
	}
	t := r.Words
	title := t.F("awards.page", "Kind", a.Kind.Name, "Name", x.row.name)
	return x, r.Frame(title, ui.Link{Href: "/commendations", Label: t.T("awards.name")}, ui.Link{Label: a.Code()}), nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	x, f, err := p.load(r)
	if err != nil {
		return err
	}
	return r.HTML(w, awardPage(f, x))
}

// finish answers a form: back to the commendation when it was taken, and the form with its reasons when it was refused.
func (p *Pages) finish(w http.ResponseWriter, r *page.Request, err error, done, form string) error {
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
	for _, name := range []string{"yes", "no", "blank", "voted_on", "decision", "decided_on", "revoke_reason", "revoke_decision", "answer", "n"} {
		if r.PostForm.Has(name) {
			x.typed[name] = r.FormValue(name)
		}
	}
	return r.Again(w, awardPage(f, x))
}

func (p *Pages) vote(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = p.store.Vote(r.Context(), r.Actor, id, r.Day("voted_on"), Votes{Yes: r.Count("yes"), No: r.Count("no"), Blank: r.Count("blank")})
	return p.finish(w, r, err, "awards.done_voted", "vote")
}

func (p *Pages) publish(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Publish(r.Context(), r.Actor, id), "awards.done_published", "publish")
}

func (p *Pages) answer(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Answer(r.Context(), r.Actor, id, r.Count("n"), r.FormValue("answer")), "awards.done_answered", "answer")
}

func (p *Pages) decide(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Decide(r.Context(), r.Actor, id, r.Text("decision"), r.Day("decided_on")), "awards.done_decided", "decide")
}

func (p *Pages) decline(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Decline(r.Context(), r.Actor, id), "awards.done_declined", "decline")
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Drop(r.Context(), r.Actor, id), "awards.done_dropped", "drop")
}

func (p *Pages) revoke(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	return p.finish(w, r, p.store.Revoke(r.Context(), r.Actor, id, r.FormValue("revoke_reason"), r.Text("revoke_decision")), "awards.done_revoke_asked", "revoke")
}

// confirm turns the second key of a revocation, or ends the request.
func (p *Pages) confirm(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if r.Text("do") == "keep" {
		return p.finish(w, r, p.store.Keep(r.Context(), r.Actor, id), "awards.done_kept", "confirm")
	}
	return p.finish(w, r, p.store.Confirm(r.Context(), r.Actor, id), "awards.done_revoked", "confirm")
}

func (x *record) wrong(form string) []ui.FieldError {
	if x.form != form {
		return nil
	}
	return ui.FieldErrors(x.errors, "", "yes", "no", "blank", "voted_on", "answer", "decision", "decided_on", "revoke_reason", "revoke_decision")
}

// facts are what is known of a commendation, for reading.
func (x *record) facts(t *words.Words) []ui.Fact {
	list := []ui.Fact{
		{Key: t.T("awards.field.code"), Text: x.Code()}, {Key: t.T("awards.field.achievement"), Text: x.row.achievement},
		{Key: t.T("awards.field.year"), Text: strconv.Itoa(x.Year)}, {Key: t.T("awards.field.kind"), Text: x.Kind.Name}, {Key: t.T("awards.field.authority"),
			Text: x.Kind.Authority},
	}
	add := func(key, text string) {
		if text != "" {
			list = append(list, ui.Fact{Key: t.T("awards.field." + key), Text: text})
		}
	}
	add("reason", x.Reason)
	if x.Consent != "" {
		add("consent", t.F("awards.consent_line", "Day", x.Consent))
	}
	if x.VotedOn != "" {
		add("votes", t.F("awards.votes_line", "Day", x.VotedOn, "Yes", x.Votes.Yes, "No", x.Votes.No, "Blank", x.Votes.Blank))
	}
	if x.PublishedOn != "" {
		add("published", t.F("awards.published_line", "From", x.PublishedOn, "Until", x.Until))
	}
	if x.Decision != "" {
		add("decision", t.F("awards.decision_line", "Decision", x.Decision, "Day", x.DecidedOn))
	}
	if x.State == Revoked {
		add("revoked", t.F("awards.revoked_line", "Decision", x.Revoke.Decision, "Day", x.Revoke.On, "Reason", x.Revoke.Reason))
	}
	return list
}

// figureLines are the figures behind a proposal in words; the page and the submission say the same.
func figureLines(t *words.Words, a *Award) []string {
	f := &a.Figures
	if a.Subject == Group {
		list := []string{t.F("awards.figure.group", "Safe", f.Safe, "Seen", f.Seen, "Houses", f.Houses, "Share", civil.PercentIn(t.Lang(), f.Safe, max(1, f.Seen)))}
		return append(list, t.F("awards.figure.pledged", "Pledged", f.Pledged, "Homes", f.Homes))
	}
	list := []string{t.T("awards.class." + f.Class)}
	if f.Max > 0 {
		list = append(list, t.F("awards.figure.points", "Points", f.Points, "Max", f.Max))
	}
	if f.Inspected != "" {
		list = append(list, t.F("awards.figure.inspected", "Day", f.Inspected))
	}
	return append(list, t.F("awards.figure.measures", "Done", f.Measures, "Open", f.Open))
}
