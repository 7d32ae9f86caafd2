package dbtest

import (
	"sync/atomic"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// Clock is a time that stands still until a test moves it. It may be read and moved from several goroutines.
type Clock struct{ at atomic.Int64 }

// At gives a clock that stands at a moment.
func At(start time.Time) *Clock {
	c := &Clock{}
	c.at.Store(start.UnixNano())
	return c
}

// Now reads the clock, in the time of Hà Nội.
func (c *Clock) Now() time.Time { return time.Unix(0, c.at.Load()).In(civil.Hanoi) }

// Set moves the clock to a moment.
func (c *Clock) Set(to time.Time) { c.at.Store(to.UnixNano()) }

// Today is the day on which the clock stands.
func (c *Clock) Today() civil.Day { return civil.DayOf(c.Now()) }

// Morning moves the clock to nine in the morning of a day.
func (c *Clock) Morning(day civil.Day) { c.Set(Morning(day)) }

// Days moves the clock to nine in the morning, some days on.
func (c *Clock) Days(n int) { c.Morning(c.Today().AddDays(n)) }

// Pass moves the clock on.
func (c *Clock) Pass(d time.Duration) { c.at.Add(int64(d)) }

// Morning is nine in the morning of a day.
func Morning(day civil.Day) time.Time { return day.Time().Add(9 * time.Hour) }

// EachAt is Each with a clock that the test moves. Both databases run at the same time, so that each has a clock of its own: what a
// test shares between the two, one moves under the other.
func EachAt(t *testing.T, start time.Time, fn func(t *testing.T, d *db.DB, c *Clock)) {
	t.Helper()
	for name, address := range map[string]func(*testing.T) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := At(start)
			fn(t, open(t, db.Options{Clock: c.Now}, address(t)), c)
		})
	}
}

// LiteAt is Lite with a clock that the test moves.
func LiteAt(t *testing.T, start time.Time) (*db.DB, *Clock) {
	t.Helper()
	c := At(start)
	return open(t, db.Options{Clock: c.Now}, SQLite(t)), c
}
