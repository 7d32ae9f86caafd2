package dossiers

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"sonha/engine/jobs"
	"sonha/engine/page"
	"sonha/engine/page/ui"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Tiles is where the picture below a map comes from. The zero Tiles is none: no request leaves for another server unless the administrator
// states one (product.md D).
type Tiles struct {
	URL    string // "https://ban-do.example/{z}/{x}/{y}.png"
	Credit string // who made the picture, as its licence asks
}

// Origin is the server of the pictures, as a content security policy names it.
func (t Tiles) Origin() string {
	scheme, rest, ok := strings.Cut(t.URL, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// mapView is the map as a page.
type mapView struct {
	frame                 ui.Frame
	w                     *words.Words
	title, asOf           string
	chips                 []ui.Chip
	streets               []mapStreet
	script, style, source string
	at                    string
	tiles                 Tiles
	houses, placed        int
	list, export          ui.Action
	add                   ui.Action // where who may import brings coordinates
	labels                [4]string
}

type mapStreet struct{ href, name, houses, placed string }

// mapOf is an address of the list, on the map.
func mapOf(list string) string { return "/houses/map" + strings.TrimPrefix(list, "/houses") }

// showMap is the map of the houses under a filter, with the same counts as a table street by street: whoever has no script, or does not see,
// goes from there to the strip maps.
func (p *Pages) showMap(w http.ResponseWriter, r *page.Request) error {
	f := ParseFilter(r.URL.Query())
	m, err := p.store.Map(r.Context(), r.Actor, f)
	if err != nil {
		return err
	}
	t := r.Words
	base := f.first()
	v := &mapView{
		w: t, title: t.T("dossiers.map.title"), asOf: t.F("page.as_of", "Time", civil.Clock(m.AsOf)), houses: m.Houses, placed: m.Placed,
		source: base.Address("/houses/points.json"), tiles: p.tiles, script: r.Asset("map.js"), style: r.Asset("map.css"),
		list:   ui.Action{Label: t.T("dossiers.map.list"), Href: base.Address("/houses"), Icon: ui.IconListChecks},
		export: ui.Action{Label: "GeoJSON", Href: base.Address("/houses/export.geojson"), Icon: ui.IconDownload},
	}
	if r.Actor.May(access.Import) {
		v.add = ui.Action{Label: t.T("dossiers.map.import"), Href: "/imports", Icon: ui.IconUpload}
	}
	if at := r.URL.Query().Get("at"); len(at) > 0 {
		v.at = at
	}
	for _, c := range chips(t, &base, &m.Page) {
		if c.Href = mapOf(c.Href); !strings.HasPrefix(c.Href, "/houses/map/") { // the page of further filters leads to the list
			v.chips = append(v.chips, c)
		}
	}
	for _, s := range ui.States {
		v.labels[s] = ui.StateText(t, s)
	}
	for i := range m.Streets {
		s := &m.Streets[i]
		v.streets = append(v.streets, mapStreet{"/streets/" + s.ID, s.Name, civil.IntIn(t.Lang(), s.Houses), civil.IntIn(t.Lang(), s.Placed)})
	}
	v.frame = r.Frame(v.title, crumb(v.list.Href, t.T("dossiers.title")), crumb("", v.title))
	if p.tiles.URL != "" {
		page.AllowImages(w, p.tiles.Origin())
	}
	return r.HTML(w, mapPage(v))
}

// pins gives the script of the map its houses: latitude, longitude, state, number, place of the street's name, id.
func (p *Pages) pins(w http.ResponseWriter, r *page.Request) error {
	list, err := p.store.Pins(r.Context(), r.Actor, ParseFilter(r.URL.Query()))
	if err != nil {
		return err
	}
	answer := struct {
		Streets []string `json:"streets"`
		Houses  [][6]any `json:"houses"`
	}{[]string{}, make([][6]any, len(list))}
	at := map[string]int{}
	for i := range list {
		x := &list[i]
		n, ok := at[x.Street]
		if !ok {
			n = len(answer.Streets)
			at[x.Street] = n
			answer.Streets = append(answer.Streets, x.Street)
		}
		answer.Houses[i] = [6]any{json.Number(x.At.Latitude()), json.Number(x.At.Longitude()), state(x.Class), x.Number, n, x.ID}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(answer)
}

func (p *Pages) geojson(w http.ResponseWriter, r *page.Request) error {
	name := r.Words.T("dossiers.export.file") + "-" + string(r.Today()) + ".geojson"
	who, words, filter := r.Actor, r.Words, ParseFilter(r.URL.Query())
	return jobs.GiveFile(w, r, p.jobs, "dossiers.export.doing", access.SeeHouses, jobs.File{Name: name, Type: "application/geo+json"},
		func(ctx context.Context, _ *jobs.Progress, to io.Writer) error {
			return p.store.GeoJSON(ctx, who, filter, words, to)
		})
}
