package assessments_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sonha/app"
	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
)

// gate lets everybody in as one person.
type gate struct{ who access.Actor }

func (g gate) Identify(*http.Request) (page.Identity, error) {
	return page.Identity{Actor: g.who, Language: "vi"}, nil
}

// bench is a program over one house on SQLite, as a server runs it.
func bench(b *testing.B) (*app.Program, string) {
	b.Helper()
	check := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	d, err := db.Open(b.Context(), db.Options{URL: filepath.Join(b.TempDir(), "sonha.db")})
	check(err)
	b.Cleanup(func() { check(d.Close()) })
	house := db.NewID()
	p, err := app.Wire(d, app.Settings{Data: b.TempDir(), Log: slog.New(slog.DiscardHandler), Gate: gate{
		access.SignedInAs(db.NewID(), "Ông Thịnh", access.Head, 1, []access.Grant{{Role: access.Head, Ward: 1, ID: house}}),
	}})
	check(err)
	b.Cleanup(p.Jobs.Stop)
	ctx := b.Context()
	ward, err := p.Areas.Found(ctx, areas.Ward{City: "Hà Nội", Name: "Hoàn Kiếm"})
	check(err)
	system := access.System(ward.ID, "bench")
	check(d.Write(ctx, system, func(tx *db.Tx) error {
		reg, err := areas.NewRegister(ctx, tx)
		if err != nil {
			return err
		}
		street, err := reg.Street(ctx, civil.ParseStreet("Hàng Bạc"))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into houses (ward_id, id, street_id, number, number_key, main, alley, sort_key, fold, kind, storeys,
			households, rented, head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
			values ({ward}, $1, $2, '36A', '36a', 36, '', $3, '', '', 0, 14, 0, '', '', '', '', 'active', '2026-01-05', 1, 0, 0)`, house, street.ID, []byte("36A")); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "bench"})
	}))
	c, err := p.Campaigns.Create(ctx, system, campaigns.New{Year: 2026, Criteria: p.Set.Version})
	check(err)
	check(p.Campaigns.Move(ctx, system, c.ID, campaigns.Assess, c.Version))
	return p, house
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
		r := httptest.NewRequest(http.MethodPost, "/houses/"+house+"/assessment/"+item.Code, strings.NewReader(fmt.Sprintf("answer=%d", (i/set.Len())%3)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			item, _ := p.Set.Item(i % p.Set.Len())
			r := httptest.NewRequest(http.MethodPost, "/houses/"+house+"/assessment/"+item.Code, strings.NewReader(fmt.Sprintf("answer=%d", i%3)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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
	if _, err := p.Assessments.Answer(b.Context(), access.System(1, "bench"), house, "VH1", 2); err != nil {
		b.Fatal(err)
	}
	before := cpu(b)
	b.ResetTimer()
	for b.Loop() {
		w := httptest.NewRecorder()
		p.Server.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/houses/"+house+"/assessment/TC2", nil))
		if w.Code != http.StatusOK {
			b.Fatalf("status %d", w.Code)
		}
	}
	b.StopTimer()
	b.ReportMetric((cpu(b)-before)/float64(b.N), "cpu-µs/op")
}
