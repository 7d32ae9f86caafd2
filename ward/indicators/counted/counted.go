// Package counted counts the indicators whose rows other rooms keep (domain.md §9.9): I6, I8, I9, I10, I11 and I12. It has no tables.
package counted

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/houses"
	"sonha/ward/indicators"
	"sonha/ward/logbook"
	"sonha/ward/mediations"
	"sonha/ward/meetings"
	"sonha/ward/privacy/requests"
	"sonha/ward/proposals"
	"sonha/ward/trainings"
)

// Connect gives a store of indicators what counts them, and what opens the rows behind the counts. Cases of mediation and requests about
// personal data are counted and not opened.
func Connect(s *indicators.Store) {
	s.Connect(indicators.Answered, opened{source(proposals.PunctualByGroupTx, func(x *proposals.GroupPunctuality) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.OnTime, Of: x.Due}
	}), proposals.PunctualRowsTx})
	s.Connect(indicators.Mediations, source(mediations.EndedByGroupTx, func(x *mediations.Ended) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.Settled, Of: x.Ended}
	}))
	s.Connect(indicators.Trained, opened{source(trained, func(x *trainings.Trained) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.Part, Of: x.Heads}
	}), func(ctx context.Context, tx *db.Tx, _, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
		return trainings.TrainedRowsTx(ctx, tx, min(to, civil.DayOf(tx.Now)), s)
	}})
	s.Connect(indicators.Meetings, opened{source(meetings.RegularByGroupTx, func(x *meetings.Regular) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.Met, Of: x.Due}
	}), meetings.RegularRowsTx})
	s.Connect(indicators.Monthly, opened{source(logbook.PunctualByGroupTx, func(x *logbook.Punctual) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.OnTime, Of: x.Due}
	}), logbook.PunctualRowsTx})
	s.Connect(indicators.Requests, source(requests.PunctualByGroupTx, func(x *requests.Punctual) indicators.Cell {
		return indicators.Cell{GroupID: x.Group, Part: x.OnTime, Of: x.Due}
	}))
}

// opened is a source with the rows that it counts: an indicators.Opener.
type opened struct {
	indicators.Source

	rows func(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error)
}

// Rows implements indicators.Opener.
func (o opened) Rows(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
	return o.rows(ctx, tx, from, to, s)
}

// trained counts how many house heads were trained in the 24 months up to the end of a period, or up to today while it runs.
func trained(ctx context.Context, tx *db.Tx, _, to civil.Day) ([]trainings.Trained, error) {
	return trainings.TrainedByGroupTx(ctx, tx, min(to, civil.DayOf(tx.Now)))
}

// counting is a function as an indicators.Source.
type counting func(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]indicators.Cell, error)

// Count implements indicators.Source.
func (c counting) Count(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]indicators.Cell, error) {
	return c(ctx, tx, from, to)
}

// source makes a Source of what a room counts by group: lines of one group are added up, and the groups get their names.
func source[T any](count func(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]T, error), cell func(*T) indicators.Cell) indicators.Source {
	return counting(func(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]indicators.Cell, error) {
		list, err := count(ctx, tx, from, to)
		if err != nil {
			return nil, err
		}
		var cells []indicators.Cell
		for i := range list {
			c := cell(&list[i])
			if at := slices.IndexFunc(cells, func(x indicators.Cell) bool { return x.GroupID == c.GroupID }); at >= 0 {
				cells[at].Part, cells[at].Of = cells[at].Part+c.Part, cells[at].Of+c.Of
			} else {
				cells = append(cells, c)
			}
		}
		return cells, indicators.Named(ctx, tx, cells)
	})
}
