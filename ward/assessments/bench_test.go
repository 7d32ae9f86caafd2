package assessments_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/ward/campaigns"
)

// bench is the small ward on SQLite, in the phase of self-assessment.
func bench(b *testing.B) (*apptest.Site, string) {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: filepath.Join(b.TempDir(), "sonha.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Error(err)
		}
	})
	s := apptest.New(b, d)
	s.Phase(campaigns.Assess)
	return s, s.House[bac]
}

// as makes a request of the house head.
func as(method, path, form string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Test-Person", "head")
	return r
}

// cpu is the processor time of this process, user and system, in microseconds.
func cpu(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec)*1e6 + float64(u.Utime.Usec+u.Stime.Usec)
}

// BenchmarkAnswer is one tap of a house head: the form, the answer, the audit line, the disk, the redirect.
// Every answer is another one than before. The bar is 250 µs of processor time; waiting for the disk is not
// counted in cpu-µs/op.
func BenchmarkAnswer(b *testing.B) {
	p, house := bench(b)
	set := p.Set
	before := cpu(b)
	b.ResetTimer()
	for i := range b.N {
		item, _ := set.Item(i % set.Len())
		r := as(http.MethodPost, "/houses/"+house+"/assessment/"+item.Code, fmt.Sprintf("answer=%d", (i/set.Len())%3))
		w := httptest.NewRecorder()
		p.Server.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther {
			b.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	b.StopTimer()
	b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-µs/op")
}

// BenchmarkAnswers is the same tap by many heads at a time: they share the flush to the disk.
func BenchmarkAnswers(b *testing.B) {
	p, house := bench(b)
	before := cpu(b)
	b.SetParallelism(32)
	b.ResetTimer()
	var taps atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(taps.Add(1))
			item, _ := p.Set.Item(i % p.Set.Len())
			r := as(http.MethodPost, "/houses/"+house+"/assessment/"+item.Code, fmt.Sprintf("answer=%d", (i/p.Set.Len())%3))
			w := httptest.NewRecorder()
			p.Server.ServeHTTP(w, r)
			if w.Code != http.StatusSeeOther {
				b.Errorf("status %d: %s", w.Code, w.Body)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-µs/op")
}

// BenchmarkQuestion is the page that follows.
func BenchmarkQuestion(b *testing.B) {
	p, house := bench(b)
	if _, err := p.Assessments.Answer(b.Context(), p.Actor("head"), house, "VH1", 2); err != nil {
		b.Fatal(err)
	}
	before := cpu(b)
	b.ResetTimer()
	for b.Loop() {
		w := httptest.NewRecorder()
		p.Server.ServeHTTP(w, as(http.MethodGet, "/houses/"+house+"/assessment/TC2", ""))
		if w.Code != http.StatusOK {
			b.Fatalf("status %d", w.Code)
		}
	}
	b.StopTimer()
	b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-µs/op")
}
