package awards

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn brings the proposals for houses and their heads that are not decided yet to the group in which the house lies now.
// A proposal for a group is about what that group did and stays with it, and so does what is decided.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, _ areas.Merge) error {
	_, err := tx.Exec(ctx, `update awards as a set group_id = (select h.group_id from houses h where h.ward_id = a.ward_id and h.id = a.house_id),
			version = a.version + 1, updated_at = $1
		where a.ward_id = {ward} and a.house_id is not null and a.state in ('draft', 'voted', 'published')
			and exists (select 1 from houses h where h.ward_id = a.ward_id and h.id = a.house_id and coalesce(h.group_id, '') <> coalesce(a.group_id, ''))`, tx.Millis())
	return err
}

// AreasReturned brings them back with their houses.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, _ areas.Return) error {
	return s.AreasRedrawn(ctx, tx, areas.Merge{})
}
