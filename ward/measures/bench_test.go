package measures_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/measures"
)

// What a list as a file takes of memory must not grow with its rows: the peak beyond what was in use is told for a ward with so many
// measures, and for one with ten times as many. The file lies on the disk, where nobody fetches it.
func BenchmarkListAsAFile(b *testing.B) {
	for _, rows := range []int{10_000, 100_000} {
		s := full(b, rows)
		for _, ending := range []string{"csv", "xlsx"} {
			b.Run(fmt.Sprintf("%d rows/%s", rows, ending), func(b *testing.B) {
				peak := uint64(0)
				for b.Loop() {
					peak = max(peak, most(func() { fetch(b, s, "/measures/export."+ending) }))
				}
				b.ReportMetric(float64(peak)/(1<<20), "MB-beyond")
			})
		}
	}
}

// fetch has a file made and asks what it is, without taking it, however long it is made.
func fetch(b *testing.B, s *apptest.Site, path string) {
	b.Helper()
	r := httptest.NewRequest(http.MethodHead, path, nil)
	r.Header.Set("Test-Person", "command")
	w := httptest.NewRecorder()
	s.Server.ServeHTTP(w, r)
	if w.Code == http.StatusOK {
		return
	}
	made, err := s.Jobs.Get(s.Actor("command"), strings.TrimPrefix(w.Header().Get("Location"), "/jobs/"), time.Minute)
	if err != nil || made.Err != nil || !made.Finished {
		b.Fatalf("status %d, %+v, %v", w.Code, made, err)
	}
}

// most gives how many bytes of the heap are used at most while something is done, beyond those that were in use before.
func most(do func()) uint64 {
	use := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	before := use()
	peak := before
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				peak = max(peak, use())
			}
		}
	})
	do()
	close(done)
	watching.Wait()
	return peak - before
}

// full is the small ward with so many measures.
func full(b *testing.B, rows int) *apptest.Site {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: filepath.Join(b.TempDir(), "sonha.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	s := apptest.New(b, d)
	if err := d.Write(b.Context(), s.Actor("command"), func(tx *db.Tx) error {
		n := lamp(s)
		n.Due = civil.DayOf(tx.Now).AddDays(14)
		first, err := measures.Open(b.Context(), tx, n)
		for i := 1; i < rows && err == nil; i++ {
			_, err = tx.Exec(b.Context(), `insert into measures (ward_id, id, source, source_id, source_href, house_id, item, content, owner, owner_name, due_on, first_due_on,
					state, percent, level, climbed_on, reported_at, reported_as, reported_by, opened_at, opened_by, closed_at, updated_at, version)
				select m.ward_id, $2, m.source, m.source_id, m.source_href, m.house_id, m.item, m.content, m.owner, m.owner_name, m.due_on, m.first_due_on,
					m.state, m.percent, m.level, m.climbed_on, m.reported_at, m.reported_as, m.reported_by, m.opened_at, m.opened_by, m.closed_at, m.updated_at, m.version
				from measures m where m.ward_id = {ward} and m.id = $1`, first, tx.NewID())
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	return s
}
