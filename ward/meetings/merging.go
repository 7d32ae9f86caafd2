package meetings

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn gives the meetings of a residential group that was merged and that have no frozen minutes yet to the group it went
// into. Who is invited stays as it was; minutes and cancelled meetings stay with the group that held them.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	if err := areas.Keep(ctx, tx, m, areas.CarriedMeeting, `select m.ward_id, m.id from meetings m
		where m.ward_id = {ward} and m.group_id = $1 and m.state in ('planned', 'held')`, m.From); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update meetings as m set group_id = $1 where m.ward_id = {ward} and m.group_id = $2 and m.state in ('planned', 'held')`, m.Into, m.From)
	return err
}

// AreasReturned gives the meetings that came along with a merge back. One whose minutes were frozen meanwhile, or that was cancelled,
// stays with the group that held it; one to which both groups were invited makes the whole wait (moves).
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	if r.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update meetings as m set group_id = $1 where m.ward_id = {ward} and m.group_id = $2 and m.state in ('planned', 'held') and `+
		areas.Came(areas.CarriedMeeting, "m", "id", "$3"), r.From, r.Into, r.Change)
	return err
}
