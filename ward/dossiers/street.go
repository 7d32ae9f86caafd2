package dossiers

import (
	"bytes"
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// StreetCount is a street with how its houses stand, as far as the reader reaches.
type StreetCount struct {
	ID, Name, Former string
	ByClass          [4]int // by criteria.Class
}

// Houses is the number of houses.
func (s *StreetCount) Houses() int {
	return s.ByClass[0] + s.ByClass[1] + s.ByClass[2] + s.ByClass[3]
}

// Inspected is the number of houses that were inspected.
func (s *StreetCount) Inspected() int { return s.Houses() - s.ByClass[criteria.NotInspected] }

// Streets lists the streets on which the reader reaches a house, in their order.
func (s *Store) Streets(ctx context.Context, who access.Actor) (streets []StreetCount, c campaigns.Campaign, asOf time.Time, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		asOf = tx.Now
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		if c, err = campaignOf(ctx, tx, 0); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x StreetCount
			k := &x.ByClass
			if err := scan(&x.ID, &x.Name, &x.Former, &k[criteria.NotInspected], &k[criteria.NotSafe], &k[criteria.Conditional], &k[criteria.Safe]); err != nil {
				return err
			}
			streets = append(streets, x)
			return nil
		}, `select s.id, s.name, s.former, y.unseen, y.not_safe, y.conditional, y.safe
			from (select h.ward_id, h.street_id, count(*) filter (where coalesce(r.class, 'not_inspected') = 'not_inspected') as unseen,
					count(*) filter (where r.class = 'not_safe') as not_safe, count(*) filter (where r.class = 'conditional') as conditional,
					count(*) filter (where r.class = 'safe') as safe
				from houses h left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
				where {scope h} and h.status = 'active' group by h.ward_id, h.street_id) y
			join streets s on s.ward_id = y.ward_id and s.id = y.street_id order by s.sort_key, s.id`, c.ID)
	})
	return streets, c, asOf, err
}

// Empty reports whether the ward has no house at all yet.
func (s *Store) Empty(ctx context.Context, who access.Actor) (empty bool, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		empty, err = areas.Empty(ctx, tx)
		return err
	})
	return empty, err
}

// Street is one street with the doors that the reader reaches, in walking order.
type Street struct {
	StreetCount
	Campaign campaigns.Campaign
	Doors    []Door
	AsOf     time.Time
}

// Door is a house on a street.
type Door struct {
	ID, Number string
	Main       int    // the number on the street itself; 0 if there is none
	Alley      string // the way in, "12/5" for 12/5/7
	Class      criteria.Class

	key []byte
}

// Street gives a street with its doors. fault.Missing when the reader reaches no house of it.
func (s *Store) Street(ctx context.Context, who access.Actor, id string) (Street, error) {
	var x Street
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		x.AsOf = tx.Now
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if x.Campaign, err = campaignOf(ctx, tx, 0); err != nil {
			return err
		}
		if err := tx.One(ctx, `select s.id, s.name, s.former from streets s where s.ward_id = {ward} and s.id = $1
			and exists (select 1 from houses h where {scope h} and h.street_id = s.id and h.status = 'active')`, id).Scan(&x.ID, &x.Name, &x.Former); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var d Door
			var class string
			if err := scan(&d.ID, &d.Number, &d.Main, &d.Alley, &class, &d.key); err != nil {
				return err
			}
			d.Class = classOf(class)
			x.ByClass[d.Class]++
			x.Doors = append(x.Doors, d)
			return nil
		}, `select h.id, h.number, h.main, h.alley, coalesce(r.class, ''), h.sort_key from houses h
			left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
			where {scope h} and h.status = 'active' and h.street_id = $2`, x.Campaign.ID, id)
	})
	// Sorted here: asked for an order, SQLite walks the whole ward in it instead of taking the street.
	slices.SortFunc(x.Doors, func(a, b Door) int { return bytes.Compare(a.key, b.key) })
	return x, err
}
