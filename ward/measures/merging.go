package measures

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn gives the running measures of a residential group that was merged to the group it went into, whose lead carries them
// out from now on. What is verified or did not help stays with the group that did it; measures at a house follow their house.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `update measures as m set group_id = $1, version = m.version + 1, updated_at = $2
		where m.ward_id = {ward} and m.group_id = $3 and m.state in ('planned', 'doing', 'reported')`, m.Into, tx.Millis(), m.From)
	return err
}
