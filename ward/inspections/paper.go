package inspections

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// Coming gives the draft of a house, or, when none is under way, the sheet with which an inspection would begin: with
// the house's own rating and what was found before, an empty id and version 0. Nothing is written.
func (s *Store) Coming(ctx context.Context, who access.Actor, house string) (Inspection, error) {
	var i Inspection
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		i, err = s.coming(ctx, tx, house)
		return err
	})
	return i, err
}

func (s *Store) coming(ctx context.Context, tx *db.Tx, house string) (Inspection, error) {
	i := Inspection{Kind: Planned, State: Draft, Visit: Visit{Members: tx.Who.Name()}}
	if err := tx.One(ctx, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		where {scope h} and h.id = $1`, house).Scan(&i.House.ID, &i.House.Number, &i.House.Street); err != nil {
		return i, err
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	if err != nil {
		return i, err
	}
	draft, last, err := s.before(ctx, tx, c.ID, house)
	if err != nil {
		return i, err
	}
	if draft != "" {
		return s.get(ctx, tx, draft)
	}
	i.CampaignID, i.Year, i.Phase, i.Starts = c.ID, c.Year, c.Phase, c.Starts
	if i.Set, err = s.sets.OfCampaign(ctx, tx, c.ID); err != nil {
		return i, err
	}
	if last != nil {
		i.Kind, i.Members, i.ResidentSide = Repeat, last.Members, last.ResidentSide
	}
	err = tx.One(ctx, `select coalesce(case when a.state = 'sent' then a.answers end, '') from assessments a where {scope a.house} and a.campaign_id = $1 and a.house_id = $2`,
		c.ID, house).Scan(&i.Self)
	if err != nil && !fault.Is(err, fault.Missing) {
		return i, err
	}
	i.Self, i.Found = sound(i.Set, i.Self), i.Set.Blank()
	i.Earlier, err = earlier(ctx, tx, i.Set, c.ID, house, tx.NewID())
	return i, err
}

// FromPaper puts a sheet that was filled in by hand into the draft of the house. Without one an inspection is begun,
// in the same unit: a refused sheet begins nothing. sheet.Version is that of the draft which the screen showed, 0 when
// it showed none; fault.Clash when another one is under way since. It gives the id of the inspection.
func (s *Store) FromPaper(ctx context.Context, who access.Actor, house string, kind Kind, sheet Sheet) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		kind, sheet := kind, sheet // the unit may run again
		i, err := s.coming(ctx, tx, house)
		if err != nil {
			return err
		}
		if i.Version != sheet.Version {
			return fault.Conflict("inspections.sheet_changed")
		}
		if id = i.ID; id == "" {
			if i.Kind == Repeat && kind == Planned {
				kind = Repeat
			}
			if id, err = s.StartTx(ctx, tx, house, kind); err != nil {
				return err
			}
			sheet.Version = 1
		}
		_, err = s.saveSheet(ctx, tx, id, sheet)
		return err
	})
	return id, err
}
