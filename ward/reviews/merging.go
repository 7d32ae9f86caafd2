package reviews

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// AreasRedrawn gives the drafts of a residential group that was merged to the group it went into. Signed reviews stay with the group
// that signed them; what fell short in them and is still open is judged by the reviews of the group of today. Where both groups have
// a review of one period the merge waits until the draft of the former group is signed or dropped.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfGroup || m.From == "" {
		return nil
	}
	var number, year int
	err := tx.One(ctx, `select r.number, r.year from reviews r where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'draft'
		and exists (select 1 from reviews x where x.ward_id = r.ward_id and x.scope_key = $2 and x.year = r.year and x.period = r.period and x.state <> 'dropped')
		order by r.year, r.number limit 1`, m.From, m.Into).Scan(&number, &year)
	if err == nil {
		return fault.Refused("reviews.merged_twice", "Code", codeOf(number, year))
	}
	if !fault.Is(err, fault.Missing) {
		return err
	}
	if err := areas.Keep(ctx, tx, m, areas.CarriedReview, `select r.ward_id, r.id from reviews r
		where r.ward_id = {ward} and r.scope_key = $1 and r.state = 'draft'`, m.From); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update reviews as r set group_id = $1, scope_key = $1, version = r.version + 1, updated_at = $2
		where r.ward_id = {ward} and r.scope_key = $3 and r.state = 'draft'`, m.Into, tx.Millis(), m.From)
	return err
}

// AreasReturned gives the drafts that came along with a merge back. What fell short in the signed reviews of the former group is judged by
// its own reviews again.
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, m areas.Return) error {
	if m.Part != areas.OfGroup {
		return nil
	}
	_, err := tx.Exec(ctx, `update reviews as r set group_id = $1, scope_key = $1, version = r.version + 1, updated_at = $2
		where r.ward_id = {ward} and r.scope_key = $3 and r.state = 'draft' and `+areas.Came(areas.CarriedReview, "r", "id", "$4"), m.From, tx.Millis(), m.Into, m.Change)
	return err
}

// inherited is the condition that a review r is of the scope $1 or of a group that has come to it by merges.
const inherited = `(r.scope_key = $1 or exists (select 1 from area_changes c where c.ward_id = r.ward_id and c.kind = 'merge' and c.undone_id is null
	and c.from_id = r.scope_key and c.present_id = $1))`
