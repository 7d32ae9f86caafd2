package areas

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Made is a change of areas that was made.
type Made struct {
	Redrawn

	ID                 string
	FromName, IntoName string // empty where the change has none
	Undone             bool   // it was taken back
	Undoing            string // the kind of change that it took back itself, empty for none
	At                 time.Time
	By                 string
}

// mostMade is how many changes are listed: those of the last years, as a rule.
const mostMade = 100

const madeColumns = `select c.id, c.part, c.kind, c.from_id, c.into_id, c.on_day, c.reason, c.houses, c.made_at, c.made_by,
	coalesce(g.name, b.name, ''), coalesce(ig.name, ib.name, ''), c.undone_id is not null,
	coalesce((select u.kind from area_changes u where u.ward_id = c.ward_id and u.undone_id = c.id), '')
	from area_changes c
	left join areas g on g.ward_id = c.ward_id and g.id = c.from_id left join beats b on b.ward_id = c.ward_id and b.id = c.from_id
	left join areas ig on ig.ward_id = c.ward_id and ig.id = c.into_id left join beats ib on ib.ward_id = c.ward_id and ib.id = c.into_id
	where c.ward_id = {ward}`

func scanMade(scan func(...any) error) (Made, error) {
	var m Made
	var at int64
	err := scan(&m.ID, &m.Part, &m.Kind, &m.From, &m.Into, &m.Day, &m.Reason, &m.Houses, &at, &m.By, &m.FromName, &m.IntoName, &m.Undone, &m.Undoing)
	m.At = time.UnixMilli(at)
	return m, err
}

// Changes lists what was changed, the latest first.
func (s *Store) Changes(ctx context.Context, who access.Actor) ([]Made, error) {
	var list []Made
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageAreas); err != nil {
			return err
		}
		list = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			m, err := scanMade(scan)
			list = append(list, m)
			return err
		}, madeColumns+` order by c.made_at desc, c.id desc limit $1`, mostMade)
	})
	return list, err
}

// MadeTx gives one change.
func MadeTx(ctx context.Context, tx *db.Tx, id string) (Made, error) {
	return scanMade(tx.One(ctx, madeColumns+` and c.id = $1`, id).Scan)
}

// EndSplit ends the group or beat that a split made, once the split is taken back. It is valid on no day at all: from the day of the split
// to the same day.
func EndSplit(ctx context.Context, tx *db.Tx, part Part, id string, day civil.Day) error {
	if part == OfBeat {
		return endBeat(ctx, tx, id, day)
	}
	return endGroup(ctx, tx, id, day)
}
