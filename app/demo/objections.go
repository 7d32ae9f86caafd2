package demo

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/inspections"
	"sonha/ward/objections"
	"sonha/ward/results"
)

// asking are the invented requests for another look, the latest result first: the first waits, the second was answered.
var asking = []struct{ content, answer string }{
	{content: "Việc này số nhà đã làm xong trước ngày kiểm tra, lúc đoàn đến chưa kịp chỉ chỗ. Số nhà đề nghị xem lại."},
	{
		content: "Số nhà đã sửa xong mục này ngay sau hôm kiểm tra.",
		answer:  "Kết quả ghi theo ngày kiểm tra nên giữ nguyên. Số nhà báo đã xong ở mục Biện pháp, cảnh sát khu vực đến xác nhận là đạt.",
	},
}

// objected lets two houses that fell short ask for another look. Nothing here is left to dice, and no figure moves.
func (b *builder) objected(ctx context.Context, tx *db.Tx) error {
	r := results.NewStore(nil, b.sets)
	store := objections.NewStore(nil, b.sets, r, inspections.NewStore(nil, b.sets, r))
	type fallen struct {
		house, item string
		at          int64
	}
	var list []fallen
	shown, err := shownHouse(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x fallen
		err := scan(&x.house, &x.item, &x.at)
		list = append(list, x)
		return err
	}, `select r.house_id, min(x.item), r.approved_at from results r
			join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
			join shortcomings x on x.ward_id = r.ward_id and x.inspection_id = r.inspection_id and x.house_id = r.house_id
		where {scope r.house} and c.year = $1 and r.stage = 'approved' and r.class <> 'safe' and r.house_id <> $2
		group by r.house_id, r.approved_at order by r.approved_at desc, r.house_id`, Year, shown); err != nil {
		return err
	}
	now := tx.Now
	defer func() { tx.Now = now }()
	for i, x := range list[:min(len(list), len(asking))] {
		day := civil.DayOf(db.Moment(x.at))
		today := civil.DayOf(Moment())
		at(tx, min(day.AddDays(1), today), 10)
		id, err := store.FileTx(ctx, tx, x.house, objections.New{Items: []string{x.item}, Content: asking[i].content})
		if err != nil {
			return err
		}
		if asking[i].answer == "" {
			if err := signedBy(ctx, tx, id); err != nil {
				return err
			}
			continue
		}
		at(tx, min(day.AddDays(4), today), 15)
		if err := store.AnswerTx(ctx, tx, id, objections.Reply{Outcome: objections.Upheld, Answer: asking[i].answer, Version: 1}); err != nil {
			return err
		}
		if err := signedBy(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// signedBy names the roles of those who asked and answered, as if people had.
func signedBy(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `update objections as o set filed_by = 'Trưởng số nhà', answered_by = case when o.answered_at > 0 then 'Chỉ huy Công an phường' else '' end
		where {scope o.house} and o.id = $1`, id)
	return err
}
