package points

import (
	"errors"
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ward/houses"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses/{id}/point", Need: access.Import, Handle: p.show},
		{Pattern: "POST /houses/{id}/point", Need: access.Import, Handle: p.set},
	}
}

// pointView is the form of one house's point.
type pointView struct {
	frame ui.Frame
	w     *words.Words
	title string
	back  string
	post  string
	field ui.Field
	wrong []ui.FieldError
}

func (p *Pages) view(r *page.Request, h *houses.House, value, text string) *pointView {
	w := r.Words
	v := &pointView{w: w, title: w.F("points.title", "House", h.Address()), back: "/houses/" + h.ID, post: "/houses/" + h.ID + "/point"}
	v.frame = r.Frame(v.title, ui.Link{Href: v.back, Label: h.Address()}, ui.Link{Label: w.T("points.fact.point")})
	v.field = ui.Field{Name: "point", Label: w.T("points.fact.point"), Hint: w.T("points.hint"), Value: value, Error: text}
	if text != "" {
		v.wrong = []ui.FieldError{{Name: "point", Text: text}}
	}
	return v
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	h, at, ok, err := p.store.Of(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	value := ""
	if ok {
		value = at.String()
	}
	return r.HTML(w, pointPage(p.view(r, &h, value, "")))
}

func (p *Pages) set(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if err := r.Parse(); err != nil {
		return err
	}
	err = p.store.Set(r.Context(), r.Actor, id, r.Text("point"))
	switch texts, refused := r.Refused(err); {
	case errors.Is(err, errSame):
		return r.Done(w, "/houses/"+id, "points.same")
	case refused:
		h, _, _, err := p.store.Of(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		return r.Again(w, pointPage(p.view(r, &h, r.Text("point"), texts["point"])))
	case err != nil:
		return err
	}
	return r.Done(w, "/houses/"+id, "points.kept")
}
