package proposals

import (
	"errors"
	"net/http"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// formView is the form; after a refusal it holds what was typed.
type formView struct {
	ui.Frame
	Form

	draft   string
	doors   []Door
	photos  []Photo
	errors  map[string]string
	channel Channel
	own     bool // the reader is a household: the house is known and not asked
}

func (p *Pages) formView(r *page.Request, f Form, draft string) (*formView, error) {
	doors, err := p.store.Doors(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	v := &formView{Form: f, doors: doors, own: r.Actor.Role() == access.Household}
	if len(doors) == 1 {
		v.House = doors[0].ID
	}
	if draft != "" {
		d, err := p.store.Drafted(r.Context(), r.Actor, draft)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		v.draft, v.photos = d.ID, d.Photos
	}
	v.Frame = r.Frame(r.Words.T("proposals.new"))
	v.Back = ui.Link{Href: home, Label: r.Words.T("proposals.name")}
	return v, nil
}

func (p *Pages) form(w http.ResponseWriter, r *page.Request) error {
	v, err := p.formView(r, Form{House: r.Text("house"), Category: r.Text("category")}, "")
	if err != nil {
		return err
	}
	return r.HTML(w, formPage(v))
}

// sketch takes the form. What was typed and refused goes back to its sender and nowhere else.
func (p *Pages) sketch(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f := Form{House: r.Text("house"), Category: r.Text("category"), Place: r.Text("place"), Title: r.Text("title"), Body: r.Lines("body"),
		Urgent: r.Text("urgent") == "1", Wish: Unit(r.Text("wish"))}
	draft := r.Text("draft")
	taken, problem, err := p.take(r)
	if err != nil {
		return err
	}
	id, stage, err := p.store.Sketch(r.Context(), r.Actor, draft, f, taken, problem != "", Said{Away: r.Later()})
	reasons, refused := r.Refused(err)
	if err != nil && !db.Unknown(err) && (!refused || id == "") {
		if e := p.discardFiles(names(taken)); e != nil {
			return errors.Join(err, e)
		}
	}
	if err != nil && !refused {
		return err
	}
	if problem != "" {
		if reasons == nil {
			reasons = map[string]string{}
		}
		reasons["photos"] += problem
	}
	if len(reasons) > 0 {
		if id == "" {
			id = draft
		}
		v, err2 := p.formView(r, f, id)
		if err2 != nil {
			return err2
		}
		v.errors, v.channel = reasons, ChannelOf(f.Title+". "+f.Body)
		return r.Again(w, formPage(v))
	}
	return p.lead(w, r, id, stage, Said{})
}

func names(list []files.Photo) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.Name)
	}
	return out
}

// lead leads to what has to be asked first, or to the proposal that was sent.
func (p *Pages) lead(w http.ResponseWriter, r *page.Request, id string, stage Stage, said Said) error {
	switch {
	case stage == Warn:
		return r.Done(w, at(id)+"/urgent", "")
	case stage == Offer && said.Warned:
		return r.Done(w, at(id)+"/similar?warned=1", "")
	case stage == Offer:
		return r.Done(w, at(id)+"/similar", "")
	}
	return r.Done(w, at(id), "proposals.done_sent")
}

// stageView is a draft at one of its questions.
type stageView struct {
	ui.Frame
	Proposal

	warned bool
}

func (p *Pages) stage(r *page.Request, title string) (*stageView, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	d, err := p.store.Drafted(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	v := &stageView{Proposal: d, Frame: r.Frame(r.Words.T(title)), warned: r.Text("warned") == "1"}
	v.Back = ui.Link{Href: home, Label: r.Words.T("proposals.name")}
	return v, nil
}

func (p *Pages) urgent(w http.ResponseWriter, r *page.Request) error {
	v, err := p.stage(r, "proposals.urgent.title")
	if err != nil {
		return err
	}
	return r.HTML(w, urgentPage(v))
}

func (p *Pages) similar(w http.ResponseWriter, r *page.Request) error {
	v, err := p.stage(r, "proposals.similar.title")
	if err != nil {
		return err
	}
	return r.HTML(w, similarPage(v))
}

func (p *Pages) send(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	said := Said{Warned: r.Text("warned") == "1", Other: r.Text("other") == "1"}
	stage, err := p.store.Send(r.Context(), r.Actor, id, said)
	if err != nil {
		return err
	}
	return p.lead(w, r, id, stage, said)
}

func (p *Pages) join(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	gone, err := p.store.Join(r.Context(), r.Actor, id, r.Text("to"))
	if err != nil {
		return err
	}
	if err := p.discardFiles(gone); err != nil {
		return err
	}
	return r.Done(w, home, "proposals.done_joined")
}

func (p *Pages) discard(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	gone, err := p.store.Discard(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if err := p.discardFiles(gone); err != nil {
		return err
	}
	return r.Done(w, home, "proposals.done_discarded")
}

// take keeps the photos of a form and says, for those that it cannot take, why.
func (p *Pages) take(r *page.Request) (kept []files.Photo, problem string, err error) {
	if r.MultipartForm == nil {
		return nil, "", nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	chosen := files.Chosen(r.MultipartForm, "photos")
	if len(chosen) > MostPhotos {
		return nil, r.Words.F("proposals.too_many_photos", "Most", MostPhotos), nil
	}
	kept, refused, err := p.files.Take(chosen)
	for _, x := range refused {
		problem += r.Words.F("proposals.photo."+string(x.Why), "Name", x.Name) + " "
	}
	return kept, problem, err
}

// discardFiles takes back photos that no row points to.
func (p *Pages) discardFiles(list []string) error {
	var all error
	for _, name := range list {
		all = errors.Join(all, p.files.Delete(name))
	}
	return all
}

func (v *formView) doorOptions() []ui.Option {
	list := make([]ui.Option, len(v.doors))
	for i, d := range v.doors {
		list[i] = ui.Option{Value: d.ID, Label: d.Address}
	}
	return list
}

func (v *formView) placeOptions() []ui.Option {
	var list []ui.Option
	for _, x := range places {
		list = append(list, ui.Option{Value: x, Label: v.Words.T("proposals.place." + x)})
	}
	return list
}

func (v *formView) urgencies() []ui.Option {
	w := v.Words
	return []ui.Option{
		{Value: "0", Label: w.T("proposals.urgency.no"), Note: w.T("proposals.urgency.no_note"), Checked: !v.Urgent},
		{Value: "1", Label: w.T("proposals.urgency.yes"), Note: w.T("proposals.urgency.yes_note"), Checked: v.Urgent},
	}
}

func (v *formView) summary() []ui.FieldError {
	return ui.FieldErrors(v.errors, "", "house", "category", "place", "title", "body", "urgent", "wish", "photos")
}
