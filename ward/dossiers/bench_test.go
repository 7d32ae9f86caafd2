package dossiers_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/ward/dossiers"
)

// The budgets of a page at 1,586 houses: the list ≤ 250 µs, a house ≤ 200 µs, CPU in all, unpacked.
func BenchmarkListPage(b *testing.B) {
	s := ward(b)
	for _, person := range []string{"command", "group lead", "officer"} {
		b.Run(person, func(b *testing.B) { ask(b, s, person, "/houses") })
	}
	b.Run("filtered", func(b *testing.B) { ask(b, s, "command", "/houses?state=not_safe") })
	b.Run("search", func(b *testing.B) { ask(b, s, "command", "/houses?q=hang+dao") })
	b.Run("by points", func(b *testing.B) { ask(b, s, "command", "/houses?sort=-points") })
}

func BenchmarkHousePage(b *testing.B) {
	s := ward(b)
	list, err := s.Dossiers.List(b.Context(), s.Actor("command"), dossiers.Filter{Class: "conditional"})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("page", func(b *testing.B) { ask(b, s, "command", "/houses/"+list.Rows[0].ID) })
	b.Run("store", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Dossiers.Get(b.Context(), s.Actor("command"), list.Rows[0].ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkListStore(b *testing.B) {
	s := ward(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Dossiers.List(b.Context(), s.Actor("command"), dossiers.Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	s := ward(b)
	for _, q := range []string{"36a+hang+bac", "hang", "nguyen"} {
		b.Run(q, func(b *testing.B) { ask(b, s, "command", "/search?q="+q) })
	}
}

func ward(b *testing.B) *apptest.Demo {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: filepath.Join(b.TempDir(), "sonha.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	return apptest.NewDemo(b, d, 1586)
}

// ask asks for a page again and again through the whole server.
func ask(b *testing.B, s *apptest.Demo, person, path string) {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Test-Person", person)
	b.ReportAllocs()
	began, asked := cpu(b), 0
	defer func() { b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(asked), "cpu-µs/op") }()
	for b.Loop() {
		asked++
		w := httptest.NewRecorder()
		s.Server.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d", path, w.Code)
		}
	}
}

// cpu is the time that this process has computed, which other programs on the machine do not lengthen.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
