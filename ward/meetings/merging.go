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
	_, err := tx.Exec(ctx, `update meetings as m set group_id = $1 where m.ward_id = {ward} and m.group_id = $2 and m.state in ('planned', 'held')`, m.Into, m.From)
	return err
}
