package app_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// Work that comes round and deletes says so (Periodic.Deletes): only then is it run on restored data before anybody sees them. Twelve
// years after the demo's last change everything is past its time.
func TestOnlyWhatSaysSoDeletes(t *testing.T) {
	t.Parallel()
	address, clock := dbtest.SQLite(t), dbtest.At(demo.Moment())
	d, err := db.Open(t.Context(), db.Options{URL: address, Clock: clock.Now, Testing: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	s := apptest.NewDemo(t, d, 60)
	clock.Set(demo.Moment().AddDate(12, 0, 0))
	rows := func() map[string]int64 {
		t.Helper()
		c, err := db.Count(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		return c.Rows
	}
	emptier := map[bool]int{}
	for _, forgets := range []bool{false, true} { // what deletes comes last: the others find all there is
		for _, w := range s.Queue.Works() {
			if w.Forgets != forgets {
				continue
			}
			before := rows()
			if _, err := s.Queue.Run(t.Context(), access.System(s.Ward.ID, "test"), w.Name, false); err != nil {
				t.Errorf("%s: %v", w.Name, err)
			}
			for table, n := range rows() {
				if n >= before[table] {
					continue
				}
				emptier[forgets]++
				if !forgets {
					t.Errorf("%s deletes rows of %s and does not say so", w.Name, table)
				}
			}
		}
	}
	if emptier[true] < 5 {
		t.Errorf("what deletes left %d tables emptier: the demo has too little that is past its time for this test", emptier[true])
	}
}
