package inspections

import (
	"net/http"
	"time"

	"sonha/engine/files"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store   *Store
	files   *files.Store
	records criteria.Records
}

// NewPages makes the pages; photos are kept in f.
func NewPages(s *Store, f *files.Store, records criteria.Records) *Pages {
	return &Pages{store: s, files: f, records: records}
}

// An item's form may bring several photos of up to files.MaxPhotoBytes over a slow network.
const (
	uploadBody = 64 << 20
	uploadTime = 5 * time.Minute
	// A whole sheet carries the texts of every shortcoming on it.
	sheetBody = 512 << 10
)

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /inspections", Need: access.Inspect, Handle: p.work, Shows: reads.List},
		{Pattern: "POST /houses/{id}/inspections", Need: access.Inspect, Handle: p.start},
		{Pattern: "GET /houses/{id}/visit", Need: access.Inspect, Handle: p.visitDoor, Shows: reads.Visit},
		{Pattern: "POST /houses/{id}/visit", Need: access.Inspect, Handle: p.takeVisit, Body: uploadBody, Time: uploadTime},
		{Pattern: "GET /inspections/{id}", Need: access.SeeHouses, Handle: p.show, Shows: reads.Inspection},
		{Pattern: "POST /inspections/{id}", Need: access.Inspect, Handle: p.saveSheet, Body: sheetBody},
		{Pattern: "GET /inspections/{id}/items/{code}", Need: access.Inspect, Handle: p.item, Shows: reads.Inspection},
		{Pattern: "POST /inspections/{id}/items/{code}", Need: access.Inspect, Handle: p.find, Body: uploadBody, Time: uploadTime},
		{Pattern: "GET /inspections/{id}/finish", Need: access.Inspect, Handle: p.review, Shows: reads.Inspection},
		{Pattern: "POST /inspections/{id}/finish", Need: access.Inspect, Handle: p.finish},
		{Pattern: "POST /inspections/{id}/drop", Need: access.Inspect, Handle: p.drop},
		{Pattern: "GET /photos/{id}", Need: access.SeeHouses, Handle: p.photo, Shows: reads.Photo},
		{Pattern: "GET /photos/{id}/thumb", Need: access.SeeHouses, Handle: p.thumb, Shows: reads.Photo},
		{Pattern: "POST /photos/{id}/delete", Need: access.Inspect, Handle: p.deletePhoto},
	}
}

func home(id string) string { return "/inspections/" + id }

func (i *Inspection) frame(r *page.Request, title string) ui.Frame {
	return r.Frame(title, ui.Link{Href: "/houses/" + i.House.ID, Label: i.House.Address()}, ui.Link{Label: r.Words.T("inspections.name")})
}

func (p *Pages) load(r *page.Request) (Inspection, error) {
	id, err := r.PathID("id")
	if err != nil {
		return Inspection{}, err
	}
	return p.store.Get(r.Context(), r.Actor, id)
}

func (p *Pages) work(w http.ResponseWriter, r *page.Request) error {
	q := Query{Street: r.Text("street"), Text: r.Text("q")}
	work, err := p.store.Work(r.Context(), r.Actor, q)
	if err != nil {
		return err
	}
	f := r.Frame(r.Words.T("inspections.page"), ui.Link{Label: r.Words.T("inspections.page")})
	list := workPage(f, desk{Work: work, Query: q, today: r.Today(), asOf: r.AsOf()})
	return r.HTML(w, list)
}

// desk is what the page of the work shows.
type desk struct {
	Work
	Query Query
	today civil.Day
	asOf  string
}

// chips are the streets where something waits, as filters that live in the address.
func (d *desk) chips() []ui.Chip {
	var list []ui.Chip
	for _, s := range d.Streets {
		chip := ui.Chip{Label: s.Name, Href: "/inspections?street=" + s.ID}
		if s.ID == d.Query.Street {
			chip.On, chip.Href = true, "/inspections"
		}
		list = append(list, chip)
	}
	return list
}

// due says by when a house should be looked at again.
func (d *desk) due(f *ui.Frame, x *Door) (text string, overdue bool) {
	switch {
	case x.Recheck == "":
		return f.Words.F("inspections.inspected_on", "Day", x.On), false
	case x.Recheck < d.today:
		return f.Words.F("inspections.overdue", "N", d.today.Sub(x.Recheck)), true
	default:
		return f.Words.F("inspections.due_by", "Day", x.Recheck, "N", x.Recheck.Sub(d.today)), false
	}
}

func (p *Pages) start(w http.ResponseWriter, r *page.Request) error {
	if err := r.Parse(); err != nil {
		return err
	}
	house, err := r.PathID("id")
	if err != nil {
		return err
	}
	kind := Kind(r.Text("kind"))
	if kind == "" {
		kind = Planned
	}
	id, err := p.store.Start(r.Context(), r.Actor, house, kind)
	if err != nil {
		return err
	}
	return r.Done(w, home(id), "")
}

func (p *Pages) drop(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	i, err := p.store.Drop(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	for _, x := range i.Photos {
		if err := p.files.Delete(x.Name); err != nil {
			return err
		}
	}
	return r.Done(w, "/inspections", "inspections.done_dropped")
}

// chipsIn gives the chips of a shortcoming in the reader's language.
func chipsIn(item *criteria.Item, what []string, lang string) []string {
	var list []string
	for _, text := range what {
		for _, chip := range item.Chips {
			if chip.VI == text {
				text = chip.In(lang)
				break
			}
		}
		list = append(list, text)
	}
	return list
}
