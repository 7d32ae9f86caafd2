package app

import (
	"context"
	"maps"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/indicators"
	"sonha/ward/trainings"
)

// trained counts indicator I9 for ward/indicators from the rows of ward/trainings.
type trained struct{}

// Count gives, for each residential group, how many house heads there are and how many were trained in the 24 months up to the end of
// the period, or up to today while it runs.
func (trained) Count(ctx context.Context, tx *db.Tx, _, to civil.Day) ([]indicators.Cell, error) {
	list, err := trainings.TrainedByGroupTx(ctx, tx, min(to, civil.DayOf(tx.Now)))
	if err != nil {
		return nil, err
	}
	var cells []indicators.Cell
	for _, x := range list {
		cells = append(cells, indicators.Cell{GroupID: x.Group, Part: x.Part, Of: x.Heads})
	}
	return cells, indicators.Named(ctx, tx, cells)
}

// expireTrainings deletes sessions that are older than they may be kept (domain.md §10, F9).
func (p *Program) expireTrainings(ctx context.Context, who access.Actor) error {
	n, err := p.Trainings.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "%d trainings are past their time", n)
	return err
}

// expireReplies deletes the days of requests that are older than they are kept.
func (p *Program) expireReplies(ctx context.Context, who access.Actor) error {
	n, err := p.Replies.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "%d requests are past their time", n)
	return err
}

// records are the rooms whose records are shown beside the questions of self-assessment and inspection.
type records []criteria.Records

// Evidence gives what all of them say about the items of a house that are named, or about all, by the codes of the items.
func (r records) Evidence(ctx context.Context, who access.Actor, house string, items ...string) (map[string]criteria.Evidence, error) {
	all := map[string]criteria.Evidence{}
	for _, room := range r {
		found, err := room.Evidence(ctx, who, house, items...)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, found)
	}
	return all, nil
}

func (p *Program) records() records { return records{p.Trainings, p.Replies} }
