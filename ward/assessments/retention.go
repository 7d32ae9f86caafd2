package assessments

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Retain is periodic work: it deletes pledges that were withdrawn a year ago (ward/periods). How many households pledged in a campaign
// is a number of its own and stays.
func (s *Store) Retain(ctx context.Context, who access.Actor) error {
	var n int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) (err error) {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		tx.Untold("nothing was old enough")
		n, err = tx.Exec(ctx, `delete from pledges as p where p.ward_id = {ward} and p.withdrawn_on is not null and p.withdrawn_on < $1`,
			string(civil.DayOf(periods.Pledge().Before(tx.Now))))
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		if err := periods.Pledge().Destroyed(ctx, tx, int(n), civil.DayOf(periods.Pledge().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "pledge.expire", Object: "ward", Detail: civil.Int(int(n)) + " cam kết đã rút"})
	})
	if err == nil {
		queue.Note(ctx, "xóa %d cam kết đã rút quá hạn giữ", n)
	}
	return err
}
