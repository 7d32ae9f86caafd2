package demo

import (
	"context"
	"sync/atomic"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
)

// Clock is the time of the demo: it begins at Moment, runs on while the demo is open, and goes on from the
// last recorded change when the demo is opened again. The same demo on another day is still in the middle of
// its inspections.
type Clock struct {
	ahead atomic.Int64 // nanoseconds between the world's clock and the demo's
}

// Now is the demo's time.
func (c *Clock) Now() time.Time {
	now := time.Now()
	if c.ahead.CompareAndSwap(0, int64(Moment().Sub(now))) {
		return Moment()
	}
	return now.Add(time.Duration(c.ahead.Load()))
}

// Continue sets the clock to the last change that the demo has recorded in a ward. The last line of the
// trail is found by its number.
func (c *Clock) Continue(ctx context.Context, d *db.DB, ward int) error {
	var last int64
	if err := d.Read(ctx, access.System(ward, "Dữ liệu mẫu"), func(tx *db.Tx) error {
		return tx.One(ctx, `select a.at from audit a where a.ward_id = {ward} order by a.seq desc limit 1`).Scan(&last)
	}); err != nil {
		return err
	}
	if at := time.UnixMilli(last); at.After(c.Now()) {
		c.ahead.Store(int64(time.Until(at)))
	}
	return nil
}
