package app

import (
	"context"

	"sonha/engine/queue"
	"sonha/ground/access"
)

// expireMeetings deletes meetings that are older than they may be kept (domain.md §10, F8).
func (p *Program) expireMeetings(ctx context.Context, who access.Actor) error {
	n, err := p.Meetings.Expire(ctx, who, queue.Dry(ctx))
	queue.Note(ctx, "xóa %d cuộc họp đã quá hạn giữ", n)
	return err
}
