package mediations

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn gives the open cases of a residential group that was merged and that have no number in its register yet to the group it
// went into. What was referred elsewhere at the check is over and stays.
// A number belongs to the book of its group and year (domain.md §5.2), so what has one stays in the register of the former
// group, with its follow-up; its mediators go on reading that.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	if err := areas.Keep(ctx, tx, m, areas.CarriedMediation, `select m.ward_id, m.id from mediations m
		where m.ward_id = {ward} and m.group_id = $1 and m.number = 0 and m.state = 'checked'`, m.From); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update mediations as m set group_id = $1, version = m.version + 1, updated_at = $2
		where m.ward_id = {ward} and m.group_id = $3 and m.number = 0 and m.state = 'checked'`, m.Into, tx.Millis(), m.From)
	return err
}

// AreasReturned gives the cases that came along with a merge back. One that has a number meanwhile stays in the book in which it has it.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	if r.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update mediations as m set group_id = $1, version = m.version + 1, updated_at = $2
		where m.ward_id = {ward} and m.group_id = $3 and m.number = 0 and m.state = 'checked' and `+areas.Came(areas.CarriedMediation, "m", "id", "$4"),
		r.From, tx.Millis(), r.Into, r.Change)
	return err
}
