package results

import (
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/civil"
)

// Whatever days are off, a house that was told on a day may ask today exactly when that day is not before the first one.
func TestTheFirstDayFromWhichOneMayAsk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const start = civil.Day("2027-01-15")
		var off []civil.Day
		for day := range 60 {
			if rapid.Bool().Draw(t, "off") {
				off = append(off, start.AddDays(day-20))
			}
		}
		c, today := civil.NewCalendar(off), start.AddDays(rapid.IntRange(0, 30).Draw(t, "today"))
		first := firstTold(today, c)
		for back := range 60 {
			told := today.AddDays(-back)
			if may := Window(told, c) >= today; may != (told >= first) {
				t.Fatalf("told on %s one may ask on %s: %v; the first day is %s", told, today, may, first)
			}
		}
	})
}
