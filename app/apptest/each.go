package apptest

import (
	"testing"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
)

// EachMorning runs a test over the small ward with its people on both databases, each with a clock of its own that stands at nine in
// the morning of a day.
func EachMorning(t *testing.T, day civil.Day, fn func(t *testing.T, s *Site, c *dbtest.Clock)) {
	t.Helper()
	dbtest.EachAt(t, dbtest.Morning(day), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := New(t, d)
		s.Enrol()
		fn(t, s, c)
	})
}
