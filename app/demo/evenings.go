package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// evenings lets the heads of some well-kept houses of the first group look round on most of the last evenings. It has dice of its own,
// so that nothing else of the demo moves with it.
func (b *builder) evenings(ctx context.Context, tx *db.Tx) error {
	const shown, lastDays, hour = 12, 14, 20
	dice := rand.New(rand.NewPCG(1997, uint64(tx.Who.Ward())<<8|16))
	wanted := newTable(tx, "evenings", `house_id hour reminded_on since_at set_by`)
	checks := newTable(tx, "evening_checks", `house_id day gate lights fire done_at done_by`)
	today := civil.DayOf(Moment())
	on := 0
	for i := range b.made {
		h := &b.made[i]
		if on == shown || h.quality < 0.85 {
			continue
		}
		on++
		since := today.AddDays(-30).Time().Add(19 * time.Hour).UnixMilli()
		if err := wanted.add(ctx, h.id, hour, "", since, "Trưởng số nhà"); err != nil {
			return err
		}
		for n := 1; n <= lastDays; n++ {
			if dice.Float64() > 0.7 { // nobody looks every evening
				continue
			}
			day := today.AddDays(-n)
			at := day.Time().Add(20*time.Hour + time.Duration(dice.IntN(100))*time.Minute).UnixMilli()
			if err := checks.add(ctx, h.id, string(day), true, dice.IntN(8) > 0, dice.IntN(12) > 0, at, "Trưởng số nhà"); err != nil {
				return err
			}
		}
	}
	return flushAll(ctx, wanted, checks)
}
