package app

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/holidays"
	"sonha/ward/indicators"
	"sonha/ward/proposals"
)

// punctual counts indicator I6 for ward/indicators from the rows of ward/proposals.
type punctual struct{}

// Count gives, for each residential group, how many proposals fell due and how many were answered in time.
func (punctual) Count(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]indicators.Cell, error) {
	list, err := proposals.PunctualByGroupTx(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	var cells []indicators.Cell
	at := map[string]int{}
	for _, x := range list {
		i, known := at[x.Group]
		if !known {
			i = len(cells)
			at[x.Group] = i
			cells = append(cells, indicators.Cell{GroupID: x.Group})
		}
		cells[i].Part, cells[i].Of = cells[i].Part+x.OnTime, cells[i].Of+x.Due
	}
	return cells, indicators.Named(ctx, tx, cells)
}

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
