package dossiers

import (
	"net/http"
	"strconv"
	"time"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/reads"
)

// Pages are the pages of this feature.
type Pages struct {
	store     *Store
	areas     *areas.Store
	campaigns *campaigns.Store
	jobs      *jobs.Runner
	tiles     Tiles
	spoken    *words.Words // what is printed is in Vietnamese, whatever language its printer reads
}

// NewPages makes the pages; exports run in the runner.
func NewPages(s *Store, a *areas.Store, c *campaigns.Store, j *jobs.Runner, w *words.Catalog, t Tiles) *Pages {
	return &Pages{store: s, areas: a, campaigns: c, jobs: j, spoken: w.In("vi"), tiles: t}
}

// exportTime is how long the largest ward's file may take to be sent.
const exportTime = 2 * time.Minute

// Routes lists the routes.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Pattern: "GET /houses", Need: access.SeeHouses, Handle: p.list, Shows: reads.List},
		{Pattern: "GET /houses/filter", Need: access.SeeHouses, Handle: p.narrow},
		{Pattern: "GET /houses/export.xlsx", Need: access.SeeHouses, Handle: p.xlsx, Time: exportTime, Fresh: true, Shows: reads.HousesFile},
		{Pattern: "GET /houses/export.csv", Need: access.SeeHouses, Handle: p.csv, Time: exportTime, Fresh: true, Shows: reads.HousesFile},
		{Pattern: "GET /houses/map", Need: access.SeeHouses, Handle: p.showMap, Shows: reads.List},
		{Pattern: "GET /houses/points.json", Need: access.SeeHouses, Handle: p.pins, Shows: reads.List},
		{Pattern: "GET /houses/export.geojson", Need: access.SeeHouses, Handle: p.geojson, Time: exportTime, Fresh: true, Shows: reads.HousesFile},
		{Pattern: "GET /houses/{id}", Need: access.SeeHouses, Handle: p.house, Shows: reads.House},
		{Pattern: "GET /houses/{id}/volume.pdf", Need: access.SeeHouses, Handle: p.volume, Shows: reads.Volume},
		{Pattern: "GET /houses/{id}/history", Need: access.SeeHouses, Handle: p.trail, Shows: reads.House},
		{Pattern: "GET /streets", Need: access.SeeHouses, Handle: p.streets},
		{Pattern: "GET /streets/{id}", Need: access.SeeHouses, Handle: p.street, Shows: reads.List},
		{Pattern: "GET /search", Need: access.SeeHouses, Handle: p.search, Shows: reads.Search},
	}
}

// list shows the houses. Somebody with a single house goes straight to it.
func (p *Pages) list(w http.ResponseWriter, r *page.Request) error {
	f := ParseFilter(r.URL.Query())
	list, err := p.store.List(r.Context(), r.Actor, f)
	if err != nil {
		return err
	}
	if level, ids := r.Actor.Reach(); level == access.OwnHouses && len(ids) == 1 && len(list.Rows) == 1 {
		return r.Done(w, "/houses/"+list.Rows[0].ID, "")
	}
	v := p.listView(r, f, &list)
	if r.Part() == "list" {
		return r.HTML(w, listPart(v))
	}
	v.frame = r.Frame(v.title)
	v.frame.Crumbs = append(v.frame.Crumbs, crumb("", v.title))
	return r.HTML(w, listPage(v))
}

// narrow is the page on which one chooses further filters; it works without a script.
func (p *Pages) narrow(w http.ResponseWriter, r *page.Request) error {
	v, err := p.narrowView(r, ParseFilter(r.URL.Query()))
	if err != nil {
		return err
	}
	return r.HTML(w, narrowPage(v))
}

func (p *Pages) house(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if r.Part() == "panel" {
		h, err := p.store.Brief(r.Context(), r.Actor, id)
		if err != nil {
			return err
		}
		return r.HTML(w, panel(p.houseView(r, &h)))
	}
	year, _ := strconv.Atoi(r.URL.Query().Get(paramYear))
	h, err := p.store.InYear(r.Context(), r.Actor, id, year)
	if err != nil {
		return err
	}
	v := p.houseView(r, &h)
	if v.phones, err = p.areas.Phones(r.Context(), r.Actor); err != nil {
		return err
	}
	v.fill()
	v.frame = r.Frame(h.Address(), houseCrumbs(&h)...)
	return r.HTML(w, housePage(v))
}

func (p *Pages) trail(w http.ResponseWriter, r *page.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	t, err := p.store.Trail(r.Context(), r.Actor, id, r.URL.Query().Get(paramAfter))
	if err != nil {
		return err
	}
	crumbs := houseCrumbs(&t.House)
	crumbs[len(crumbs)-1].Href = "/houses/" + id
	title := r.Words.F("dossiers.trail.title", "House", t.House.Address())
	return r.HTML(w, trailPage(trailView{
		frame: r.Frame(title, append(crumbs, crumb("", r.Words.T("dossiers.trail.crumb")))...), title: title,
		events: eventsView(r, t.Events), house: "/houses/" + id, next: trailNext(id, t.Next),
	}))
}

func trailNext(id, after string) string {
	if after == "" {
		return ""
	}
	return "/houses/" + id + "/history?" + paramAfter + "=" + after
}
