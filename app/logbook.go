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
	queue.Note(ctx, "xóa %d mục nhật ký, %d báo cáo tháng, %d buổi tối đã quá hạn giữ", gone.Entries, gone.Reports, gone.Evenings)
	if queue.Dry(ctx) {
		return nil
	}
	var failed error
	for _, name := range gone.Photos {
		failed = errors.Join(failed, p.Files.Delete(name))
	}
	return failed
}

// forgetReceipts deletes the numbers of forms that were sent more than thirty days ago.
func (p *Program) forgetReceipts(ctx context.Context, who access.Actor) error {
	forget := p.DB.ForgetReceipts
	if queue.Dry(ctx) {
		forget = p.DB.OldReceipts
	}
	n, err := forget(ctx, who)
	queue.Note(ctx, "xóa %d số phiếu đã gửi quá 30 ngày", n)
	return err
}
