package areas

import (
	"net/http"

	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// NamePath is where the administrator gives the ward its name.
const NamePath = "/areas/ward"

// nameRoutes are the routes of the ward's own name.
func (p *Pages) nameRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET " + NamePath, Need: access.ManageAreas, Handle: p.ward},
		{Pattern: "POST " + NamePath, Need: access.ManageAreas, Handle: p.nameWard},
	}
}

// namingPage is the form with the name of the ward, as typed when it was not taken.
type namingPage struct {
	ui.Frame

	Ward    Ward
	Typed   Naming
	Past    []string // former names of the ward and its city
	Problem string
	Reason  map[string]string
}

func (p *Pages) namingPage(r *page.Request) (*namingPage, error) {
	f := &namingPage{}
	var err error
	if f.Ward, err = p.store.Ward(r.Context(), r.Actor); err != nil {
		return nil, err
	}
	if f.Ward.ID == 0 {
		return nil, fault.NotFound("fault.not_found")
	}
	tree, err := p.store.Tree(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	for _, a := range tree {
		if a.Kind == Whole || a.Kind == City {
			f.Past = append(f.Past, a.Former...)
		}
	}
	title := r.Words.T("areas.rename_ward")
	if f.Ward.Named() {
		f.Typed.Name = f.Ward.Name
	} else {
		title = r.Words.T("areas.name_ward")
	}
	f.Typed.City, f.Typed.Was, f.Typed.WasCity = f.Ward.City, f.Ward.Name, f.Ward.City
	f.Frame = r.Frame(title, ui.Link{Href: "/areas", Label: r.Words.T("areas.name")}, ui.Link{Label: title})
	return f, nil
}

func (p *Pages) ward(w http.ResponseWriter, r *page.Request) error {
	f, err := p.namingPage(r)
	if err != nil {
		return err
	}
	return r.HTML(w, naming(f))
}

func (p *Pages) nameWard(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	f, err := p.namingPage(r)
	if err != nil {
		return err
	}
	f.Typed = Naming{Name: r.Text("name"), City: r.Text("city"), Was: r.Text("was"), WasCity: r.Text("was_city")}
	if err := p.store.NameWard(r.Context(), r.Actor, f.Typed); err != nil {
		var ok bool
		if f.Reason, ok = r.Refused(err); !ok {
			return err
		}
		f.Problem = f.Reason[""]
		return r.Again(w, naming(f))
	}
	return r.Done(w, "/areas", "areas.ward_named")
}
