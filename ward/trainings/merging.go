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
	_, err := tx.Exec(ctx, `update trainings as t set group_id = $1 where t.ward_id = {ward} and t.group_id = $2 and t.state = 'planned'`, m.Into, m.From)
	return err
}
