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
	if err := areas.Keep(ctx, tx, m, areas.CarriedMeasure, `select m.ward_id, m.id from measures m
		where m.ward_id = {ward} and m.group_id = $1 and m.state in ('planned', 'doing', 'reported')`, m.From); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update measures as m set group_id = $1, version = m.version + 1, updated_at = $2
		where m.ward_id = {ward} and m.group_id = $3 and m.state in ('planned', 'doing', 'reported')`, m.Into, tx.Millis(), m.From)
	return err
}

// AreasReturned gives the measures that came along with a merge back, and those that took their place when they did not help. What was
// verified, or judged to be no help, meanwhile stays with the group that did it.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	if r.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update measures as m set group_id = $1, version = m.version + 1, updated_at = $2
		where m.ward_id = {ward} and m.group_id = $3 and m.state in ('planned', 'doing', 'reported') and m.id in (
			with recursive line (id) as (
				select k.row_id from area_carried k where k.ward_id = {ward} and k.change_id = $4 and k.what = 'measure'
				union select n.id from measures n join line l on l.id = n.previous_id where n.ward_id = {ward})
			select l.id from line l)`, r.From, tx.Millis(), r.Into, r.Change)
	return err
}
