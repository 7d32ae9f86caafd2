package app

import (
	"context"
	"errors"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
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
	if err != nil || n == 0 || queue.Dry(ctx) {
		return err
	}
	// They are deleted a few thousand at a time; the record of it is one line.
	return p.DB.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("receipts whose time is over")
		return periods.Receipt().Destroyed(ctx, tx, int(n), civil.DayOf(periods.Receipt().Before(tx.Now)))
	})
}
