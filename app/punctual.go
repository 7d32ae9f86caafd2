package app

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/holidays"
)

// dueByCalendar are the rooms whose days move with the ward's calendar.
type dueByCalendar []holidays.Follower

// CalendarChanged tells each of them, in the transaction that changes the calendar.
func (list dueByCalendar) CalendarChanged(ctx context.Context, tx *db.Tx, c civil.Calendar) error {
	for _, f := range list {
		if err := f.CalendarChanged(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
