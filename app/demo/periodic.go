package demo

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/indicators"
	"sonha/ward/indicators/counted"
	"sonha/ward/reports/periodic"
)

// periodicReports gives the ward a signed report of the third quarter and one of the year that is being written, and the first residential group a
// signed report of a month. Nothing here is left to dice.
func (b *builder) periodicReports(ctx context.Context, tx *db.Tx) error {
	catalog, err := words.Load(periodic.Messages, indicators.Messages)
	if err != nil {
		return err
	}
	counts := indicators.NewStore(nil)
	counted.Connect(counts)
	store := periodic.NewStore(nil, b.sets, counts, catalog)
	now, today := tx.Now, civil.DayOf(Moment())
	defer func() { tx.Now = now }()
	var group string
	if err := tx.One(ctx, `select g.id from areas g where g.ward_id = {ward} and g.kind = 'group' and g.valid_to is null
			and exists (select 1 from houses h where h.ward_id = g.ward_id and h.group_id = g.id) order by g.sort_key, g.id limit 1`).Scan(&group); err != nil {
		return err
	}
	for _, x := range []struct {
		period  string
		group   string
		back    int // days before today
		signed  bool
		remarks map[periodic.Part]string
	}{
		{"2026-09", group, 14, true, map[periodic.Part]string{periodic.Plans: "Nhắc các số nhà gửi báo cáo tháng trước ngày 25."}},
		{"2026-Q3", "", 12, true, map[periodic.Part]string{
			periodic.Situation: "Tình hình các tuyến phố ổn định; trong kỳ có hai đợt mưa lớn làm hỏng một số đèn ngõ.",
			periodic.Plans:     "Kiểm tra đèn lối chung trước mùa đông.\nNhắc các tổ dân phố họp kỳ cuối năm.",
		}},
		{"2026", "", 0, false, map[periodic.Part]string{periodic.Situation: "Phường thực hiện chuyên đề trên địa bàn mới từ ngày 01/07/2025."}},
	} {
		at(tx, today.AddDays(-x.back), 16)
		p, _ := periodic.ParsePeriod(x.period)
		id, err := store.BeginTx(ctx, tx, periodic.Ask{Period: p, Basis: periodic.Decree, Group: x.group})
		if err != nil {
			return err
		}
		if err := store.ArrangeTx(ctx, tx, id, 0, nil, x.remarks); err != nil {
			return err
		}
		if !x.signed {
			continue
		}
		if err := store.SignTx(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
