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
	emptier, gone := map[bool]int{}, map[string]bool{}
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
				gone[table] = true
				if !forgets {
					t.Errorf("%s deletes rows of %s and does not say so", w.Name, table)
				}
			}
		}
	}
	kinds := map[string]bool{}
	list, err := s.Privacy.Destroyed(t.Context(), access.System(s.Ward.ID, "test"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		kinds[list[i].Kind] = true
	}
	for table, kind := range map[string]string{
		"pledges": "pledge", "own_answers": "answers", "consents": "consent", "log_entries": "log", "monthly_reports": "report", "proposals": "proposal", "meetings": "meeting",
		"trainings": "training", "mediations": "mediation", "replies": "reply", "inbox": "message", "sessions": "session", "receipts": "receipt", "seen": "seen",
		"data_requests": "request", "breaches": "breach",
	} {
		if gone[table] && !kinds[kind] {
			t.Errorf("rows of %s were deleted and the record of destruction has no line of %q", table, kind)
		}
	}
	if len(kinds) < 5 {
		t.Errorf("only %v was written down", kinds)
	}
	if emptier[true] < 5 {
		t.Errorf("what deletes left %d tables emptier: the demo has too little that is past its time for this test", emptier[true])
	}
}
