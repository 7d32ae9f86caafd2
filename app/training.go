package app

import (
	"context"
	"maps"

	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ward/criteria"
)

// expireTrainings deletes sessions that are older than they may be kept (domain.md §10, F9).
func (p *Program) expireTrainings(ctx context.Context, who access.Actor) error {
	n, err := p.Trainings.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "xóa %d buổi tập huấn đã quá hạn giữ", n)
	return err
}

// expireReplies deletes the days of requests that are older than they are kept.
func (p *Program) expireReplies(ctx context.Context, who access.Actor) error {
	n, err := p.Replies.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "xóa %d lần ghi đề nghị hỗ trợ đã quá hạn giữ", n)
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
