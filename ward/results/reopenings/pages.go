package reopenings

import (
	"net/http"
	"strconv"
	"time"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/results"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /campaigns/{id}/reopen", Need: access.RunCampaign, Handle: p.desk},
		{Pattern: "POST /campaigns/{id}/reopen", Need: access.RunCampaign, Handle: p.propose, Fresh: true},
		{Pattern: "GET /reopenings/{id}", Need: access.Reopen, Handle: p.show},
		{Pattern: "POST /reopenings/{id}", Need: access.Reopen, Handle: p.decide, Fresh: true},
	}
}

// deskView is the page of a closed campaign on which somebody proposes to open it.
type deskView struct {
	ui.Frame
	Desk

	account string
	reason  string // as typed
	errors  map[string]string
}

func (p *Pages) deskView(r *page.Request) (*deskView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	d, err := p.store.Of(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v := &deskView{Desk: d, account: r.Actor.Account()}
	v.Frame = r.Frame(r.Words.F("reopenings.desk", "Name", campaigns.TitleWithin(r.Words, d.Campaign)), ui.Link{Href: "/campaigns", Label: r.Words.T("campaigns.name")},
		ui.Link{Href: "/campaigns/" + id, Label: campaigns.Title(r.Words, d.Campaign)}, ui.Link{Label: r.Words.T("reopenings.name")})
	return v, nil
}

func (p *Pages) desk(w http.ResponseWriter, r *page.Request) error {
	v, err := p.deskView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, deskPage(v))
}

func (p *Pages) propose(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	reason := r.Lines("reason")
	_, err = p.store.Propose(r.Context(), r.Actor, id, reason)
	if texts, refused := r.Refused(err); refused {
		v, err := p.deskView(r)
		if err != nil {
			return err
		}
		v.reason, v.errors = reason, texts
		return r.Again(w, deskPage(v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, "/campaigns/"+id+"/reopen", "reopenings.done_proposed")
}

// canAsk reports whether a proposal can be made now.
func (v *deskView) canAsk() bool {
	return v.Campaign.Phase == campaigns.Closed && v.Campaign.Origin == campaigns.Ours && len(v.Snapshots) > 0 && v.Open() == nil
}

// caseView is the page on which the second person decides.
type caseView struct {
	ui.Frame
	Reopening

	own    bool
	note   string
	errors map[string]string
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
	v := &caseView{Reopening: x, own: x.Own(r.Actor.Account())}
	title := r.Words.F("reopenings.case", "Year", strconv.Itoa(x.Year))
	v.Frame = r.Frame(title, ui.Link{Label: title})
	return v, nil
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.caseView(r)
	if err != nil {
		return err
	}
	return r.HTML(w, casePage(v))
}

func (p *Pages) decide(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	d, note := Decision(r.Text("do")), r.Lines("note")
	_, err = p.store.Decide(r.Context(), r.Actor, id, d, note)
	if texts, refused := r.Refused(err); refused {
		v, err := p.caseView(r)
		if err != nil {
			return err
		}
		v.note, v.errors = note, texts
		return r.Again(w, casePage(v))
	}
	if err != nil {
		return err
	}
	done := map[Decision]string{Confirm: "reopenings.done_confirmed", Decline: "reopenings.done_declined", Withdraw: "reopenings.done_withdrawn"}[d]
	return r.Done(w, "/reopenings/"+id, done)
}

// when is a moment for people.
func when(w *words.Words, at time.Time) string {
	return civil.Moment(at, w.Lang())
}

// facts are who proposed, why, and who decided.
func facts(w *words.Words, r *Reopening) []ui.Fact {
	list := []ui.Fact{
		{Key: w.T("reopenings.fact.state"), Text: w.T("reopenings.state." + string(r.State))},
		{Key: w.T("reopenings.fact.proposed"), Text: r.ProposedBy, Sub: when(w, r.Proposed)},
		{Key: w.T("reopenings.fact.reason"), Text: r.Reason},
	}
	if !r.Decided.IsZero() {
		list = append(list, ui.Fact{Key: w.T("reopenings.fact.decided"), Text: r.DecidedBy, Sub: when(w, r.Decided)})
	}
	if r.Note != "" {
		list = append(list, ui.Fact{Key: w.T("reopenings.fact.note"), Text: r.Note})
	}
	return list
}

// versions are the closes, each a link to its file.
func (v *deskView) versions() []ui.Fact {
	var list []ui.Fact
	for i := range v.Snapshots {
		s := &v.Snapshots[i]
		list = append(list, ui.Fact{
			Key: v.Words.F("results.version", "N", s.N), Text: when(v.Words, s.TakenAt) + ", " + s.TakenBy, Sub: s.SHA256, Href: results.SnapshotPath(v.Campaign.ID, s.N),
		})
	}
	return list
}
