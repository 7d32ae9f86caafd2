package replies

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/replies", Need: access.KeepReplies, Handle: p.show, Shows: reads.Replies},
		{Pattern: "POST /houses/{id}/replies", Need: access.KeepReplies, Handle: p.save},
	}
}

// home is the address of the days of a house.
func home(house string) string { return "/houses/" + house + "/replies" }

// view is the page: what is noted, and the two forms.
type view struct {
	Of
	today    civil.Day
	asked    string // as typed
	answered string
	of       string // the request whose answer was typed
	errors   map[string]string
}

func (p *Pages) view(r *page.Request) (*view, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	of, err := p.store.Of(r.Context(), r.Actor, id)
	return &view{Of: of, today: r.Today(), asked: string(r.Today()), answered: string(r.Today())}, err
}

func (v *view) frame(r *page.Request) ui.Frame {
	return r.Frame(r.Words.F("replies.page", "House", v.Address), ui.Link{Href: "/houses/" + v.House, Label: v.Address}, ui.Link{Label: r.Words.T("replies.name")})
}

// state says how a request stands.
func (v *view) state(f ui.Frame, r *Reply) string {
	lang := f.Words.Lang()
	switch {
	case r.Open() && r.Late(v.today):
		return f.Words.F("replies.overdue", "Day", r.Due().DisplayIn(lang))
	case r.Open():
		return f.Words.F("replies.due", "Day", r.Due().DisplayIn(lang))
	case r.Late(v.today):
		return f.Words.F("replies.late", "Day", r.Answered.DisplayIn(lang))
	}
	return f.Words.F("replies.in_time", "Day", r.Answered.DisplayIn(lang))
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	r.Secret(w)
	return r.HTML(w, repliesPage(v.frame(r), v))
}

// save takes one of the three forms: asked, answered, noted by mistake.
func (p *Pages) save(w http.ResponseWriter, r *page.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	key := "replies.done_asked"
	switch r.Text("do") {
	case "answer":
		key, v.of, v.answered = "replies.done_answered", r.Text("of"), r.Text("answered")
		err = p.store.Answer(r.Context(), r.Actor, v.House, r.Day("of"), r.Day("was"), r.Day("answered"))
	case "remove":
		key = "replies.done_removed"
		err = p.store.Remove(r.Context(), r.Actor, v.House, r.Day("of"))
	default:
		v.asked = r.Text("asked")
		err = p.store.Ask(r.Context(), r.Actor, v.House, r.Day("asked"))
	}
	if texts, refused := r.Refused(err); refused {
		v.errors = texts
		return r.Again(w, repliesPage(v.frame(r), v))
	}
	if err != nil {
		return err
	}
	return r.Done(w, home(v.House), key)
}
