package app

import (
	"context"
	"errors"

	"sonha/engine/queue"
	"sonha/ground/access"
)

// expireLogbook deletes entries and reports that are older than they may be kept (domain.md §5.9), with their photos.
func (p *Program) expireLogbook(ctx context.Context, who access.Actor) error {
	gone, err := p.Logbook.Expire(ctx, who, queue.Dry(ctx))
	if err != nil {
		return err
	}
	queue.Note(ctx, "%d entries of logs and %d monthly reports are past their time", gone.Entries, gone.Reports)
	if queue.Dry(ctx) {
		return nil
	}
	var failed error
	for _, name := range gone.Photos {
		failed = errors.Join(failed, p.Files.Delete(name))
	}
	return failed
}
