package plans

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// AreasRedrawn gives the visits of the current plan that a beat had before it was merged to the beat it went into. The sample stays
// as it was drawn. A visit to a house of one by the officer of the other is no visit across any more.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfBeat || m.From == "" {
		return nil
	}
	const current = `exists (select 1 from plans p where p.ward_id = v.ward_id and p.id = v.plan_id and p.state = 'current')`
	for _, text := range []string{
		`update plan_visits as v set by_beat = $1 where v.ward_id = {ward} and v.by_beat = $2 and ` + current,
		`update plan_visits as v set home_beat = $1 where v.ward_id = {ward} and v.home_beat = $2 and ` + current,
	} {
		if _, err := tx.Exec(ctx, text, m.Into, m.From); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update plan_visits as v set crossed = $1 where v.ward_id = {ward} and v.by_beat = v.home_beat and v.by_beat = $2 and v.crossed and `+current,
		false, m.Into)
	return err
}
