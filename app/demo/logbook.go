package demo

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/logbook"
)

// logLines are entries that the invented heads wrote: of places and things, of nobody.
func logLines() []struct {
	kind          logbook.Kind
	content, text string
	told          logbook.Told
} {
	return []struct {
		kind          logbook.Kind
		content, text string
		told          logbook.Told
	}{
		{logbook.Routine, "", "Cổng, khóa và đèn lối đi đều tốt.", ""},
		{logbook.Infrastructure, "TC", "Đèn cầu thang tầng 2 hỏng, đã hẹn thợ thay bóng.", ""},
		{logbook.Residence, "NK", "Nhắc các hộ cho thuê phòng thông báo lưu trú trước 23 giờ.", ""},
		{logbook.Infrastructure, "TC", "Khóa cổng phụ kẹt, tối nay cài then tạm.", "officer"},
		{logbook.Activity, "HG", "Các hộ cùng dọn sân chung và bóc tờ rơi ở cầu thang.", ""},
		{logbook.Dispute, "HG", "Hai hộ thống nhất chỗ để xe ở sân, kẻ lại vạch.", ""},
		{logbook.Passed, "TN", "", "officer"},
		{logbook.Infrastructure, "", "Dây điện trước cổng chùng thấp.", "ihanoi"},
	}
}

// logbooks gives most houses a log and reports of the last months. It has dice of its own, so that nothing else of the
// demo moves with it.
func (b *builder) logbooks(ctx context.Context, tx *db.Tx) error {
	dice := rand.New(rand.NewPCG(2111, uint64(tx.Who.Ward())))
	store := logbook.NewStore(nil)
	now := tx.Now
	defer func() { tx.Now = now }()
	today := civil.DayOf(Moment())
	var first string // the house whose head shows the demo
	if err := tx.One(ctx, `select h.id from houses h where {scope h} order by h.sort_key, h.id limit 1`).Scan(&first); err != nil {
		return err
	}
	for i := range b.made {
		h := &b.made[i]
		if dice.Float64() > h.quality+0.25 {
			continue
		}
		for n := range 3 {
			x := logLines()[dice.IntN(len(logLines()))]
			d := logbook.Draft{Kind: x.kind, Content: x.content, Text: x.text, Told: x.told, On: today.AddDays(-9*n - dice.IntN(8))}
			if x.kind == logbook.Infrastructure && n == 0 {
				d.FollowBy = today.AddDays(dice.IntN(10))
			}
			tx.Now = earlier(d.On.Time().Add(time.Duration(7*60+dice.IntN(13*60))*time.Minute), Moment())
			if d.FollowBy != "" && d.FollowBy < d.On {
				d.FollowBy = ""
			}
			if _, err := store.AddTx(ctx, tx, h.id, d); err != nil {
				return err
			}
		}
		if err := months(ctx, tx, store, dice, h, today, h.id == first); err != nil {
			return err
		}
	}
	return b.evenings(ctx, tx)
}

// months sends the report of the month before for most houses and that of the running month for some; the first house, whose head
// shows the demo, still has the running month to report.
func months(ctx context.Context, tx *db.Tx, store *logbook.Store, dice *rand.Rand, h *house, today civil.Day, first bool) error {
	m := logbook.MonthOf(today)
	for n, share := range []float64{0.3, 0.92, 0.95} {
		// The running month has just opened: only the best kept houses have reported it.
		if dice.Float64() > share || n == 0 && (first || h.quality < 0.9) {
			continue
		}
		m := m.Back(n)
		on := min(m.Opens().AddDays(dice.IntN(7)-1), today)
		tx.Now = earlier(on.Time().Add(time.Duration(8*60+dice.IntN(12*60))*time.Minute), Moment())
		err := store.NormalTx(ctx, tx, h.id, m)
		if dice.IntN(4) == 0 {
			err = store.SaveTx(ctx, tx, h.id, m, logbook.Sheet{
				Households: h.households, Reminders: dice.IntN(4), Lights: "gy" + strings.Repeat("g", 4), Reasons: []string{"tc_light"},
				Shortfall: "Đèn cầu thang tầng 2 chờ thay bóng.",
			}, true)
		}
		if err == nil && n > 0 { // the officer has read what is a month old
			tx.Now = earlier(tx.Now.Add(50*time.Hour), Moment())
			err = store.SeeTx(ctx, tx, h.id, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// earlier keeps what is invented out of the demo's future.
func earlier(t, last time.Time) time.Time {
	if t.After(last) {
		return last
	}
	return t
}
