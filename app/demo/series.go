package demo

import (
	"context"
	"math/rand/v2"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// The invented official counts of the old district, a year each from 1997, and of the new ward, a quarter each from
// the third of 2025. They have the shape of real ones and are none.
var (
	districtCrime = []int{
		412, 396, 400, 373, 368, 352, 354, 342, 332, 319, 305, 291, 277, 278, 252, 254, 244, 220, 223, 206, 196, 190, 198, 179, 183, 169, 166, 171,
	}
	districtDrugs = []int{
		165, 152, 149, 144, 148, 138, 137, 131, 124, 115, 118, 123, 105, 109, 103, 103, 94, 95, 88, 85, 74, 72, 64, 62, 71, 73, 68, 66,
	}
	wardCrime = []int{19, 17, 16, 18, 14}
	wardDrugs = []int{8, 6, 7, 3, 6}
)

const seriesColumns = `id series kind period starts_on ends_on area value households import_id file_name entered_at entered_by replaced_by replaced_import`

// firstCount is the year of the first official count: the programme began in it.
const firstCount = 1997

// series enters the official counts. Its dice are its own, so that the rest of the ward stays as it was.
func (b *builder) series(ctx context.Context, tx *db.Tx) error {
	dice := &builder{rand: rand.New(rand.NewPCG(2025, uint64(tx.Who.Ward())))}
	into := newTable(tx, "series_points", seriesColumns)
	add := func(series, kind, period string, starts, ends civil.Day, area string, value int) error {
		return into.add(ctx, dice.id(), series, kind, period, string(starts), string(ends), area, value, 0, "", "", Moment().UnixMilli(), "Chỉ huy Công an phường", "", "")
	}
	for _, s := range []struct {
		code           string
		district, ward []int
	}{{"I3", districtCrime, wardCrime}, {"I4", districtDrugs, wardDrugs}} {
		for i, n := range s.district {
			year := firstCount + i
			if err := add(s.code, "year", strconv.Itoa(year), civil.NewDay(year, 1, 1), civil.NewDay(year, 12, 31), "Quận Hoàn Kiếm", n); err != nil {
				return err
			}
		}
		half := s.ward[0] + s.ward[1]
		if err := add(s.code, "year", "2025", civil.NewDay(2025, 7, 1), civil.NewDay(2025, 12, 31), "Phường Hoàn Kiếm", half); err != nil {
			return err
		}
		for i, n := range s.ward {
			start := civil.NewDay(2025, 7, 1)
			for range i {
				start = start.AddDays(92).MonthStart()
			}
			period := strconv.Itoa(start.Year()) + "-Q" + strconv.Itoa(start.Quarter())
			if err := add(s.code, "quarter", period, start, start.AddDays(62).MonthEnd(), "Phường Hoàn Kiếm", n); err != nil {
				return err
			}
		}
	}
	return into.flush(ctx)
}
