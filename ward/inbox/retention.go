package inbox

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Retain is periodic work: it deletes what was read more than twelve months ago, long enough to look back over a campaign
// year, and messages that are in nobody's inbox any more, with the notes of their sending.
func (s *Store) Retain(ctx context.Context, who access.Actor) error {
	note := func(n int64) { queue.Note(ctx, "xóa %d tin đã đọc quá %d tháng", n, periods.Message().Months) }
	n := int64(0)
	const old = ` from inbox i where i.ward_id = {ward} and i.read_at is not null and i.read_at < $1`
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, func(tx *db.Tx) error {
			return tx.One(ctx, `select count(*)`+old, periods.Message().Before(tx.Now).UnixMilli()).Scan(&n)
		})
		note(n)
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
		before := periods.Message().Before(tx.Now).UnixMilli()
		n, err = tx.Exec(ctx, `delete from inbox as i where i.ward_id = {ward} and i.read_at is not null and i.read_at < $1`, before)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from deliveries as d where d.ward_id = {ward} and d.ended_at is not null and d.ended_at < $1`, before); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from messages as m where m.ward_id = {ward} and m.created_at < $1
			and not exists (select 1 from inbox i where i.ward_id = m.ward_id and i.message_id = m.id)
			and not exists (select 1 from deliveries d where d.ward_id = m.ward_id and d.message_id = m.id)`, before); err != nil {
			return err
		}
		if n == 0 {
			tx.Untold("nothing was old enough")
			return nil
		}
		if err := periods.Message().Destroyed(ctx, tx, int(n), civil.DayOf(periods.Message().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "inbox.retain", Object: "message"})
	})
	if err == nil {
		note(n)
	}
	return err
}
