package demo

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/criteria"
	"sonha/ward/editions"
)

// drafted is the draft of the criteria of 2027, with the few changes that a ward would talk about first: a clearer question, better
// evidence for an item, and a stricter content.
func drafted(ctx context.Context, tx *db.Tx) error {
	return editions.Record(ctx, tx, editions.Full{
		Note: "Bản nháp tiêu chí 2027: hỏi rõ hơn về đèn lối chung, ghi ngày thử chuông báo động, phòng trộm cắp cần 75 % số điểm.",
		By:   "Quản trị viên", // so that the command, of which the demo has one account, is the second person
		Change: func(set *criteria.Set) {
			lights, _ := set.Item(set.Index("TC2"))
			lights.Question = criteria.Text{
				VI: "Ban đêm, lối đi, cầu thang, sân chung có đủ sáng để đi lại không cần đèn pin không?",
				EN: "At night, are the passages, stairs and shared yard lit well enough to walk without a torch?",
			}
			alarm, content := set.Item(set.Index("TC5"))
			alarm.Evidence = criteria.Text{VI: "Nhật ký trưởng số nhà có ngày thử chuông", EN: "Log of the house head with the day of the test"}
			content.PassPercent = 75
		},
	})
}
