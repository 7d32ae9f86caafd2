package trainings

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn gives the planned sessions of a residential group that was merged to the group it went into, whose lead holds them. What
// was held or cancelled stays with the group that it was.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	if err := areas.Keep(ctx, tx, m, areas.CarriedTraining, `select t.ward_id, t.id from trainings t
		where t.ward_id = {ward} and t.group_id = $1 and t.state = 'planned'`, m.From); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update trainings as t set group_id = $1 where t.ward_id = {ward} and t.group_id = $2 and t.state = 'planned'`, m.Into, m.From)
	return err
}

// AreasReturned gives the planned sessions that came along with a merge back. What was held or cancelled meanwhile stays; a session to
// which both groups were invited makes the whole wait (moves).
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	if r.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update trainings as t set group_id = $1 where t.ward_id = {ward} and t.group_id = $2 and t.state = 'planned' and `+
		areas.Came(areas.CarriedTraining, "t", "id", "$3"), r.From, r.Into, r.Change)
	return err
}
