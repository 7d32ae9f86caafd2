package areas

import (
	"net/http"
	"strings"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Pages are the pages of this feature.
type Pages struct{ store *Store }

// NewPages makes the pages.
func NewPages(s *Store) *Pages { return &Pages{store: s} }

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	need := access.ManageAreas
	return append(append(p.phoneRoutes(), p.nameRoutes()...), []page.Route{
		{Pattern: "GET /areas", Need: need, Handle: p.overview},
		{Pattern: "POST /areas/groups", Need: need, Handle: p.addGroup},
		{Pattern: "GET /areas/groups/{id}", Need: need, Handle: p.group},
		{Pattern: "POST /areas/groups/{id}", Need: need, Handle: p.renameGroup},
		{Pattern: "POST /areas/groups/{id}/close", Need: need, Handle: p.closeGroup},
		{Pattern: "POST /areas/beats", Need: need, Handle: p.addBeat},
		{Pattern: "GET /areas/beats/{id}", Need: need, Handle: p.beat},
		{Pattern: "POST /areas/beats/{id}", Need: need, Handle: p.renameBeat},
		{Pattern: "POST /areas/beats/{id}/close", Need: need, Handle: p.closeBeat},
		{Pattern: "POST /areas/streets", Need: need, Handle: p.addStreet},
		{Pattern: "GET /areas/streets/{id}", Need: need, Handle: p.street},
		{Pattern: "POST /areas/streets/{id}", Need: need, Handle: p.renameStreet},
		{Pattern: "POST /areas/streets/{id}/remove", Need: need, Handle: p.removeStreet},
	}...)
}

// overviewPage is the tree, the beats and the streets, each with a form that adds one.
type overviewPage struct {
	ui.Frame

	Ward    Ward
	City    string
	Groups  []Area
	Beats   []Beat
	Streets []Street
	Today   civil.Day
	Add     added // what was typed and not taken

	FormerWard                []string // names that the ward had before
	MergedGroups, MergedBeats []Former
	Appoints                  bool // the reader may give somebody a group or a beat
}

// added is a form that came back.
type added struct {
	What, Name, From string
	Alike, Other     bool // of a street: one of almost the same name is there; this is another one
	Reason           map[string]string
}

func (p *Pages) overviewPage(r *page.Request) (*overviewPage, error) {
	ctx := r.Context()
	f := &overviewPage{Frame: r.Frame(r.Words.T("areas.name")), Today: r.Today(), Appoints: r.Actor.May(access.ManageUsers)}
	var err error
	if f.Ward, err = p.store.Ward(ctx, r.Actor); err != nil {
		return nil, err
	}
	tree, err := p.store.Tree(ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	f.City = f.Ward.City
	for _, a := range tree {
		switch a.Kind {
		case Group:
			f.Groups = append(f.Groups, a)
		case Whole:
			f.FormerWard = a.Former
		}
	}
	if f.Beats, err = p.store.Beats(ctx, r.Actor); err != nil {
		return nil, err
	}
	if f.MergedGroups, err = p.store.Merged(ctx, r.Actor, OfGroup); err != nil {
		return nil, err
	}
	if f.MergedBeats, err = p.store.Merged(ctx, r.Actor, OfBeat); err != nil {
		return nil, err
	}
	f.Streets, err = p.store.Streets(ctx, r.Actor)
	return f, err
}

// isWard tells a ward from ward 0, which has accounts and no areas.
func (f *overviewPage) isWard() bool { return f.Ward.ID != 0 }

func (f *overviewPage) houses(n int) string { return f.Words.N("areas.houses", n) }

func (f *overviewPage) sum() int {
	n := 0
	for _, s := range f.Streets {
		n += s.Houses
	}
	return n
}

// value and reason give back what was typed into the form that was not taken.
func (f *overviewPage) value(what string) (name, from string, reason map[string]string) {
	if f.Add.What != what {
		return "", string(f.Today), nil
	}
	return f.Add.Name, f.Add.From, f.Add.Reason
}

func (p *Pages) overview(w http.ResponseWriter, r *page.Request) error {
	f, err := p.overviewPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, overview(f))
}

// add answers a form that adds something.
func (p *Pages) add(w http.ResponseWriter, r *page.Request, what, said string, do func(typed *added) error) error {
	if err := r.Parse(); err != nil {
		return err
	}
	typed := added{What: what, Name: r.Text("name"), From: r.Text("from")}
	err := do(&typed)
	if err == nil {
		return r.Done(w, "/areas#"+what, said)
	}
	var ok bool
	if typed.Reason, ok = r.Refused(err); !ok {
		return err
	}
	f, err := p.overviewPage(r)
	if err != nil {
		return err
	}
	f.Add = typed
	return r.Again(w, overview(f))
}

func (p *Pages) addGroup(w http.ResponseWriter, r *page.Request) error {
	return p.add(w, r, "groups", "areas.group_added", func(typed *added) error {
		_, err := p.store.AddGroup(r.Context(), r.Actor, typed.Name, typed.From)
		return err
	})
}

func (p *Pages) addBeat(w http.ResponseWriter, r *page.Request) error {
	return p.add(w, r, "beats", "areas.beat_added", func(typed *added) error {
		_, err := p.store.AddBeat(r.Context(), r.Actor, typed.Name, typed.From)
		return err
	})
}

func (p *Pages) addStreet(w http.ResponseWriter, r *page.Request) error {
	return p.add(w, r, "streets", "areas.street_added", func(typed *added) error {
		typed.Other = r.PostFormValue("other") != ""
		_, err := p.store.AddStreet(r.Context(), r.Actor, NewStreet{Name: typed.Name, Other: typed.Other})
		typed.Alike = typed.Other || alike(err)
		return err
	})
}

// editPage renames or closes one group, beat or street.
type editPage struct {
	ui.Frame

	What     string // "groups", "beats", "streets"
	ID, Was  string
	Name     string
	From     civil.Day
	Houses   int
	Past     []string // former names
	Former   string   // of a street, to be edited
	Today    civil.Day
	Problem  string
	Reason   map[string]string
	CanClose bool

	Alike, Other bool // of a street: one of almost the same name is there; this is another one
}

func (f *editPage) address() string { return "/areas/" + f.What + "/" + f.ID }

// moveOut is the form that moves houses out of this group or beat.
func (f *editPage) moveOut() string {
	return "/areas/move?" + strings.TrimSuffix(f.What, "s") + "=" + f.ID
}

// formerPage is the page of a group or beat that was merged.
type formerPage struct {
	ui.Frame

	What   string
	Former Former
}

// Said says what became of a group or beat that was merged, in one or two sentences.
func (f *Former) Said(w *words.Words) string {
	text := w.F("areas.was_merged", "From", f.Name, "Into", f.IntoName, "Day", f.On)
	if f.Now != f.Into {
		text += " " + w.F("areas.is_now", "Now", f.NowName)
	}
	return text
}

func (p *Pages) editPage(r *page.Request, what string) (*editPage, error) {
	id, err := r.PathID("id")
	if err != nil {
		return nil, err
	}
	f := &editPage{What: what, ID: id, Today: r.Today(), CanClose: what != "streets"}
	switch what {
	case "groups":
		var a Area
		a, err = p.store.Group(r.Context(), r.Actor, id)
		f.Was, f.From, f.Houses, f.Past = a.Name, a.From, a.Houses, a.Former
	case "beats":
		var b Beat
		b, err = p.store.Beat(r.Context(), r.Actor, id)
		f.Was, f.From, f.Houses = b.Name, b.From, b.Houses
	default:
		var s Street
		s, err = p.store.Street(r.Context(), r.Actor, id)
		f.Was, f.Former, f.Houses = s.Name, s.Former, s.Houses
	}
	if err != nil {
		return nil, err
	}
	f.Name = f.Was
	f.Frame = r.Frame(f.Was, ui.Link{Href: "/areas#" + what, Label: r.Words.T("areas.name")})
	return f, nil
}

// renameHint says what becomes of the present name; those of beats are in the audit trail only.
func (f *editPage) renameHint() string {
	if f.What == "beats" {
		return ""
	}
	return f.Words.T("areas.rename_hint")
}

// facts are what is known of a group, beat or street.
func (f *editPage) facts() []ui.Fact {
	facts := []ui.Fact{{Key: f.Words.T("areas.house_count"), Text: civil.IntIn(f.Words.Lang(), f.Houses)}}
	if f.From != "" {
		facts = append(facts, ui.Fact{Key: f.Words.T("areas.valid_from"), Text: f.From.Display()})
	}
	for i, name := range f.Past {
		key := ""
		if i == 0 {
			key = f.Words.T("areas.former")
		}
		facts = append(facts, ui.Fact{Key: key, Text: name})
	}
	return facts
}

func (p *Pages) show(w http.ResponseWriter, r *page.Request, what string) error {
	f, err := p.editPage(r, what)
	if fault.Is(err, fault.Missing) && what != "streets" {
		return p.showFormer(w, r, what, err)
	}
	if err != nil {
		return err
	}
	return r.HTML(w, editing(f))
}

// showFormer leads an old link on to what the group or beat has become; missing is the answer when it was never merged.
func (p *Pages) showFormer(w http.ResponseWriter, r *page.Request, what string, missing error) error {
	former, ok, err := p.store.Former(r.Context(), r.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !ok {
		return missing
	}
	return r.HTML(w, closedPage(&formerPage{Frame: r.Frame(former.Name, ui.Link{Href: "/areas#" + what, Label: r.Words.T("areas.name")},
		ui.Link{Label: former.Name}), What: what, Former: former}))
}

func (p *Pages) group(w http.ResponseWriter, r *page.Request) error  { return p.show(w, r, "groups") }
func (p *Pages) beat(w http.ResponseWriter, r *page.Request) error   { return p.show(w, r, "beats") }
func (p *Pages) street(w http.ResponseWriter, r *page.Request) error { return p.show(w, r, "streets") }

// change answers a form on the page of one group, beat or street.
func (p *Pages) change(w http.ResponseWriter, r *page.Request, what, to, said string, do func(c Change) error) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.editPage(r, what)
	if err != nil {
		return err
	}
	c := Change{ID: f.ID, Was: r.Text("was"), Name: r.Text("name"), Former: r.Text("former"), Other: r.PostFormValue("other") != ""}
	if err := do(c); err != nil {
		var ok bool
		if f.Reason, ok = r.Refused(err); !ok {
			return err
		}
		f.Problem = f.Reason[""]
		if r.PostForm.Has("name") {
			f.Name, f.Former, f.Was = c.Name, c.Former, c.Was
			f.Alike, f.Other = c.Other || alike(err), c.Other
		}
		return r.Again(w, editing(f))
	}
	if to == "" {
		to = f.address()
	}
	return r.Done(w, to, said)
}

func (p *Pages) renameGroup(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "groups", "", "areas.renamed", func(c Change) error { return p.store.RenameGroup(r.Context(), r.Actor, c) })
}

func (p *Pages) renameBeat(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "beats", "", "areas.renamed", func(c Change) error { return p.store.RenameBeat(r.Context(), r.Actor, c) })
}

func (p *Pages) renameStreet(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "streets", "", "areas.renamed", func(c Change) error { return p.store.RenameStreet(r.Context(), r.Actor, c) })
}

func (p *Pages) removeStreet(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "streets", "/areas#streets", "areas.street_removed", func(c Change) error { return p.store.RemoveStreet(r.Context(), r.Actor, c.ID) })
}

func (p *Pages) closeGroup(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "groups", "/areas#groups", "areas.group_closed", func(c Change) error {
		return p.store.CloseGroup(r.Context(), r.Actor, c.ID, r.Text("until"))
	})
}

func (p *Pages) closeBeat(w http.ResponseWriter, r *page.Request) error {
	return p.change(w, r, "beats", "/areas#beats", "areas.beat_closed", func(c Change) error {
		return p.store.CloseBeat(r.Context(), r.Actor, c.ID, r.Text("until"))
	})
}
