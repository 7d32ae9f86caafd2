package demo

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/measures"
	"sonha/ward/reviews"
)

// fallen are invented shortcomings of the ward's review of a quarter, each with its measure.
var fallen = []struct {
	reviews.NewShortcoming

	measure string
	owner   measures.Owner
	done    bool
}{
	{
		reviews.NewShortcoming{About: "TC2", Body: "Nhiều lối đi chung và cầu thang còn tối sau 22 giờ.", Houses: 34, Kind: reviews.Subjective,
			Cause: "Chưa phân công số nhà nào bật và thay đèn."},
		"Phát lịch phân công bật, thay đèn lối chung cho các số nhà", measures.ByCommand, true,
	},
	{
		reviews.NewShortcoming{About: "NK3", Body: "Bảng hướng dẫn cư trú ở lối vào đã cũ hoặc chưa có.", Houses: 21, Kind: reviews.Objective, Cause: "Mẫu bảng mới in chậm."},
		"In và giao bảng hướng dẫn cư trú mẫu mới", measures.ByWard, false,
	},
}

// reviewed gives the ward a signed review of the third quarter and one of the campaign that is being written, in which one earlier
// shortcoming is judged and one waits; and a residential group a signed review of its own. Nothing here is left to dice.
func (b *builder) reviewed(ctx context.Context, tx *db.Tx) error {
	store := reviews.NewStore(nil, b.sets)
	now, today := tx.Now, civil.DayOf(Moment())
	defer func() { tx.Now = now }()
	held := today.AddDays(-15)
	at(tx, held, 9)
	var noted []string
	id, err := store.BeginTx(ctx, tx, reviews.New{Year: Year, Period: "q3"})
	if err != nil {
		return err
	}
	for _, x := range fallen {
		short, err := store.NoteTx(ctx, tx, id, x.NewShortcoming)
		if err != nil {
			return err
		}
		if _, err := store.MendTx(ctx, tx, id, short, measures.New{Content: x.measure, Owner: x.owner, Silent: true}); err != nil {
			return err
		}
		noted = append(noted, short)
	}
	if err := finished(ctx, tx, store, id, "Các tổ dân phố vận động số nhà gửi phiếu tự đánh giá và nhận lịch kiểm tra.\n"+
		"Phường trả lời đề xuất về đèn ngõ trong hạn."); err != nil {
		return err
	}
	if err := b.groupReviewed(ctx, tx, store); err != nil {
		return err
	}
	at(tx, today.AddDays(-3), 10)
	for i, x := range fallen {
		if x.done {
			if _, err := measures.Settle(ctx, tx, measures.Origin{Source: measures.FromReview, ID: noted[i]}, nil); err != nil {
				return err
			}
		}
	}
	at(tx, today, 9)
	if id, err = store.BeginTx(ctx, tx, reviews.New{Year: Year, Period: reviews.Whole}); err != nil {
		return err
	}
	return store.JudgeTx(ctx, tx, id, noted[0], reviews.Gone, "Lịch phân công đã dán ở lối vào các số nhà.")
}

// finished writes what was achieved and signs.
func finished(ctx context.Context, tx *db.Tx, store *reviews.Store, id, achieved string) error {
	if err := store.AchieveTx(ctx, tx, id, 0, achieved); err != nil {
		return err
	}
	return store.SignTx(ctx, tx, id, 0)
}

// groupReviewed gives the first residential group a signed review.
func (b *builder) groupReviewed(ctx context.Context, tx *db.Tx, store *reviews.Store) error {
	var group string
	if err := tx.One(ctx, `select g.id from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null
			and exists (select 1 from houses h where h.ward_id = g.ward_id and h.group_id = g.id) order by g.sort_key, g.id limit 1`).Scan(&group); err != nil {
		return err
	}
	id, err := store.BeginTx(ctx, tx, reviews.New{Year: Year, Period: "q3", Group: group})
	if err != nil {
		return err
	}
	short, err := store.NoteTx(ctx, tx, id, reviews.NewShortcoming{
		About: "TC4", Body: "Xe để ở lối chung buổi tối, hẹp lối đi.", Houses: 6, Kind: reviews.Objective, Cause: "Nơi để xe chung nhỏ.",
	})
	if err != nil {
		return err
	}
	if _, err := store.MendTx(ctx, tx, id, short, measures.New{Content: "Kẻ vạch nơi để xe, chừa lối đi", Owner: measures.ByGroup, Silent: true}); err != nil {
		return err
	}
	return finished(ctx, tx, store, id, "Các số nhà trong tổ dọn lối đi chung vào Chủ nhật đầu tháng.")
}
