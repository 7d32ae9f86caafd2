package dossiers

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses/points"
)

// MapStreet is a street under a filter: how many of its houses, and how many of those have a point.
type MapStreet struct {
	ID, Name       string
	Houses, Placed int
}

// Map is what stands around a map of the houses under a filter.
type Map struct {
	Page
	Streets        []MapStreet
	Houses, Placed int
}

// Pin is a house on the map.
type Pin struct {
	ID, Number, Street string
	Class              criteria.Class
	At                 points.Point
	group, beat        string
	inspected          string
}

// mapTables are those of a list, with the points.
const mapTables = ` from houses h
	join streets s on s.ward_id = h.ward_id and s.id = h.street_id
	left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
	left join house_points p on p.ward_id = h.ward_id and p.house_id = h.id and p.replaced_at is null
	where {scope h} and h.status = 'active'`

// Map counts the houses under a filter street by street, as far as the reader reaches.
func (s *Store) Map(ctx context.Context, who access.Actor, f Filter) (*Map, error) {
	m := &Map{}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		m.Page = Page{AsOf: tx.Now}
		var err error
		if m.Campaign, err = campaignOf(ctx, tx, f.Year); err != nil {
			return err
		}
		if m.Set, err = s.sets.OfCampaign(ctx, tx, m.Campaign.ID); err != nil {
			return err
		}
		if err := s.resolve(ctx, tx, &f, &m.Campaign, &m.Page); err != nil {
			return err
		}
		if m.Figures, err = figures(ctx, tx, m.Campaign.ID, f); err != nil {
			return err
		}
		if err := names(ctx, tx, &m.Page, f); err != nil {
			return err
		}
		q := query{args: []any{m.Campaign.ID}}
		q.text.WriteString(`select s.id, s.name, count(*), count(p.id)` + mapTables)
		q.where(&f, true, tx.Now)
		q.text.WriteString(` group by s.id, s.name, s.sort_key order by s.sort_key, s.id`)
		return tx.All(ctx, func(scan func(...any) error) error {
			var x MapStreet
			if err := scan(&x.ID, &x.Name, &x.Houses, &x.Placed); err != nil {
				return err
			}
			m.Streets = append(m.Streets, x)
			m.Houses, m.Placed = m.Houses+x.Houses, m.Placed+x.Placed
			return nil
		}, q.text.String(), q.args...)
	})
	return m, err
}

// mapMost is how many houses one map draws: more than any ward has, and no more than a cheap phone can hold.
const mapMost = 30_000

// Pins gives the houses under a filter that have a point, in walking order.
func (s *Store) Pins(ctx context.Context, who access.Actor, f Filter) ([]Pin, error) {
	var pins []Pin
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		c, err := campaignOf(ctx, tx, f.Year)
		if err != nil {
			return err
		}
		pins, err = s.pinned(ctx, tx, &f, &c)
		return err
	})
	return pins, err
}

func (s *Store) pinned(ctx context.Context, tx *db.Tx, f *Filter, c *campaigns.Campaign) ([]Pin, error) {
	if err := s.resolve(ctx, tx, f, c, nil); err != nil {
		return nil, err
	}
	q := query{args: []any{c.ID}}
	q.text.WriteString(`select h.id, h.number, s.name, coalesce(r.class, ''), coalesce(r.inspected_on, ''), p.lat, p.lon, coalesce(g.name, ''), coalesce(b.name, '')` +
		strings.Replace(mapTables, `where {scope h}`, `left join areas g on g.ward_id = h.ward_id and g.id = `+q.group(f)+`
		left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
		where {scope h}`, 1))
	q.where(f, true, tx.Now)
	q.text.WriteString(` and p.id is not null order by h.sort_key, h.id limit ` + strconv.Itoa(mapMost))
	var pins []Pin
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Pin
		var class string
		err := scan(&x.ID, &x.Number, &x.Street, &class, &x.inspected, &x.At.Lat, &x.At.Lon, &x.group, &x.beat)
		x.Class = classOf(class)
		pins = append(pins, x)
		return err
	}, q.text.String(), q.args...)
	return pins, err
}

// GeoJSON writes the houses under a filter as a FeatureCollection (RFC 7946), with what a list shows of them but no name and no telephone
// number, and leaves a line in the audit trail.
func (s *Store) GeoJSON(ctx context.Context, who access.Actor, f Filter, w wordsOf, out io.Writer) error {
	var pins []Pin
	var ward areas.Ward
	var c campaigns.Campaign
	var asOf string
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if ward, err = areas.WardOf(ctx, tx); err != nil {
			return err
		}
		if c, err = campaignOf(ctx, tx, f.Year); err != nil {
			return err
		}
		asOf = tx.Now.Format("2006-01-02T15:04:05Z07:00")
		pins, err = s.pinned(ctx, tx, &f, &c)
		return err
	}); err != nil {
		return err
	}
	if err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "houses.export", Object: "houses", Detail: strconv.Itoa(len(pins))})
	}); err != nil {
		return err
	}
	doc := collection{Type: "FeatureCollection", Name: w.F("dossiers.export.title", "Ward", ward.Name), AsOf: asOf, Rows: len(pins), Features: make([]feature, len(pins))}
	for i := range pins {
		x := &pins[i]
		doc.Features[i] = feature{
			Type:       "Feature",
			Geometry:   geometry{"Point", [2]json.Number{json.Number(x.At.Longitude()), json.Number(x.At.Latitude())}},
			Properties: properties{x.Number, x.Street, x.group, x.beat, x.Class.String(), w.T(classKey(x.Class)), x.inspected},
		}
	}
	return json.NewEncoder(out).Encode(doc)
}

type collection struct {
	Type     string    `json:"type"`
	Name     string    `json:"name"`
	AsOf     string    `json:"as_of"`
	Rows     int       `json:"rows"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	Geometry   geometry   `json:"geometry"`
	Properties properties `json:"properties"`
}

type geometry struct {
	Type        string         `json:"type"`
	Coordinates [2]json.Number `json:"coordinates"` // longitude, latitude
}

// properties have the names that an import of points reads back.
type properties struct {
	Number    string `json:"so_nha"`
	Street    string `json:"pho"`
	Group     string `json:"to_dan_pho"`
	Beat      string `json:"khu_vuc"`
	Class     string `json:"class"`
	Result    string `json:"ket_qua"`
	Inspected string `json:"ngay_kiem_tra"`
}
