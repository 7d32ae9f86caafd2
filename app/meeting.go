package app

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/indicators"
	"sonha/ward/meetings"
)

// regular counts indicator I10 for ward/indicators from the rows of ward/meetings.
type regular struct{}

// Count gives, for each residential group, how many houses were to meet and how many did.
func (regular) Count(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]indicators.Cell, error) {
	list, err := meetings.RegularByGroupTx(ctx, tx, from, to)
	if err != nil {
		return nil, err
	}
	var cells []indicators.Cell
	for _, x := range list {
		cells = append(cells, indicators.Cell{GroupID: x.Group, Part: x.Met, Of: x.Due})
	}
	return cells, indicators.Named(ctx, tx, cells)
}

// expireMeetings deletes meetings that are older than they may be kept (domain.md §10, F8).
func (p *Program) expireMeetings(ctx context.Context, who access.Actor) error {
	n, err := p.Meetings.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "%d meetings are past their time", n)
	return err
}
