package queue

import (
	"context"
	"time"

	"sonha/engine/db"
)

// Went is how a piece of periodic work went in a ward: when it last began, when it last went well, and why it failed since.
type Went struct {
	Last, Well time.Time // Well is the zero time until it went well
	Err        string
}

// WentTx gives how a piece of periodic work went in the ward of the unit of work; not found while it has never been planned there.
func WentTx(ctx context.Context, tx *db.Tx, name string) (Went, error) {
	var w Went
	var last, well int64
	err := tx.One(ctx, `select r.last_at, r.well_at, r.error from rounds r where r.ward_id = {ward} and r.name = $1`, name).Scan(&last, &well, &w.Err)
	w.Last, w.Well = db.Moment(last), db.Moment(well)
	return w, err
}
