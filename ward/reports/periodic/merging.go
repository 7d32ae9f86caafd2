package periodic

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// AreasRedrawn gives the drafts of a residential group that was merged to the group it went into, whose figures must be pulled before
// they can be signed. Signed reports stay with the group that signed them. Where both groups have a report of one period the merge waits
// until the draft of the former group is signed or dropped.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	var number, year int
	err := tx.One(ctx, `select r.number, r.year from periodic_reports r where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'draft'
		and exists (select 1 from periodic_reports x where x.ward_id = r.ward_id and x.scope_key = $2 and x.period = r.period and x.state <> 'dropped')
		order by r.year, r.number limit 1`, m.From, m.Into).Scan(&number, &year)
	if err == nil {
		return fault.Refused("periodic.merged_twice", "Code", codeOf(number, year))
	}
	if !fault.Is(err, fault.Missing) {
		return err
	}
	if err := areas.Keep(ctx, tx, m, areas.CarriedReport, `select r.ward_id, r.id from periodic_reports r
		where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'draft'`, m.From); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update periodic_reports as r set group_id = $1, scope_key = $1, version = r.version + 1, updated_at = $2
		where r.ward_id = {ward} and r.scope_key = $3 and r.state = 'draft'`, m.Into, tx.Millis(), m.From)
	return err
}

// AreasReturned gives the drafts that came along with a merge back. Where their figures were pulled meanwhile they are those of both
// groups, and are pulled once more before they can be signed.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, m areas.Return) error {
	if m.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update periodic_reports as r set group_id = $1, scope_key = $1, version = r.version + 1, updated_at = $2
		where r.ward_id = {ward} and r.scope_key = $3 and r.state = 'draft' and `+areas.Came(areas.CarriedReport, "r", "id", "$4"), m.From, tx.Millis(), m.Into, m.Change)
	return err
}
