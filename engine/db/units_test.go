package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// note changes one house and tells it.
func note(ctx context.Context, tx *db.Tx, text string) error {
	if _, err := tx.Exec(ctx, `update houses as h set note = $1 where {scope h} and h.id = 'h1'`, text); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "test.note", Object: "house", ID: "h1"})
}

func noted(t *testing.T, d *db.DB) string {
	t.Helper()
	return seen(t, d, access.System(1, "test"), `select h.note from houses h where {scope h} and h.id = 'h1'`)
}

func TestNobodyReachesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		city := access.System(0, "test")
		if err := d.Write(t.Context(), city, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, '0', 'x', 'x', 'x', true, 0)`); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `insert into beats (ward_id, id, name, name_key, fold, sort_key, valid_from) values ({ward}, 'b', 'b', 'b', 'b', $1, '')`, []byte{1}); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "test", Object: "ward"})
		}); err != nil {
			t.Fatal(err)
		}
		const rows = `select b.id from beats b where b.ward_id = {ward}`
		if got := seen(t, d, city, rows); got != "b" {
			t.Fatalf("the city sees %q of its own", got)
		}
		var nobody access.Actor
		for _, query := range []string{rows, `select h.id from houses h where {scope h}`, `select x.id from audit x where {scope x.house}`} {
			if got := seen(t, d, nobody, query); got != "" {
				t.Errorf("nobody sees %q by %s", got, query)
			}
		}
		err := d.Write(t.Context(), nobody, func(tx *db.Tx) error {
			n, err := tx.Exec(t.Context(), `delete from beats as b where b.ward_id = {ward}`)
			if n > 0 {
				t.Errorf("nobody deletes %d rows", n)
			}
			if err := tx.Need(access.ManageAreas); !fault.Is(err, fault.Missing) {
				t.Errorf("nobody may manage areas: %v", err)
			}
			tx.Untold("a test")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestAUnitInsideAnotherIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		type unit = func(context.Context, access.Actor, func(*db.Tx) error) error
		units := map[string]unit{"read": d.Read, "write": d.Write}
		for outerName, outer := range units {
			for innerName, inner := range units {
				err := outer(t.Context(), who, func(*db.Tx) error {
					return inner(t.Context(), who, func(*db.Tx) error { return nil })
				})
				if err == nil || !strings.Contains(err.Error(), "inside another") {
					t.Errorf("%s inside %s: %v", innerName, outerName, err)
				}
			}
		}
		if err := d.Write(t.Context(), who, func(tx *db.Tx) error { return note(t.Context(), tx, "after") }); err != nil {
			t.Errorf("one after another: %v", err)
		}
	})
}

func TestAUnitIsUsedOnlyWhileItRuns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		var kept []*db.Tx
		keep := func(tx *db.Tx) error { kept = append(kept, tx); return nil }
		if err := errors.Join(d.Read(t.Context(), who, keep), d.Write(t.Context(), who, keep)); err != nil {
			t.Fatal(err)
		}
		for _, tx := range kept {
			if err := tx.One(t.Context(), `select cast({ward} as integer)`).Scan(new(int)); err == nil || !strings.Contains(err.Error(), "over") {
				t.Errorf("used after its end: %v", err)
			}
			if _, err := tx.Exec(t.Context(), `delete from houses as h where {scope h}`); err == nil {
				t.Error("deletes after its end")
			}
		}
	})
}

func TestAStatementAmongTheRowsOfAnotherIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		err := d.Read(t.Context(), who, func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				return tx.One(t.Context(), `select cast({ward} as integer)`).Scan(new(int))
			}, `select h.id from houses h where {scope h}`)
		})
		if err == nil || !strings.Contains(err.Error(), "rows of another") {
			t.Errorf("accepted: %v", err)
		}
		// A row that nobody scans holds nothing back.
		if err := d.Read(t.Context(), who, func(tx *db.Tx) error {
			tx.One(t.Context(), `select h.id from houses h where {scope h}`)
			return tx.One(t.Context(), `select cast({ward} as integer)`).Scan(new(int))
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestAUnitThatFailedIsLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		err := d.Write(t.Context(), who, func(tx *db.Tx) error {
			if err := note(t.Context(), tx, "lost"); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), `insert into streets (ward_id, id, name, name_key, fold, former, sort_key) values ({ward}, 's2', 'x', 'hang bac', '', '', $1)`, []byte{1})
			if !fault.Is(err, fault.Clash) {
				t.Errorf("a second street of one name: %v", err)
			}
			return nil // as if nothing had happened
		})
		if !fault.Is(err, fault.Clash) {
			t.Errorf("the unit went through: %v", err)
		}
		if got := noted(t, d); got != "" {
			t.Errorf("the unit left %q", got)
		}
	})
}

// Everybody adds one to the same figure; on PostgreSQL most of them meet a conflict and do it again.
func TestWhatComesAfterAUnitIsDoneOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		var after, runs, failed atomic.Int64
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				ctx := context.Background()
				err := d.Write(ctx, who, func(tx *db.Tx) error {
					runs.Add(1)
					tx.After(func() { after.Add(1) })
					var n int
					if err := tx.One(ctx, `select h.storeys from houses h where {scope h} and h.id = 'h1'`).Scan(&n); err != nil {
						return err
					}
					if _, err := tx.Exec(ctx, `update houses as h set storeys = $1 where {scope h} and h.id = 'h1'`, n+1); err != nil {
						return err
					}
					if i%6 == 0 {
						return errors.New("thought better of it")
					}
					return tx.Audit(ctx, db.Entry{Action: "test", Object: "house"})
				})
				if err != nil {
					failed.Add(1)
				}
			})
		}
		wg.Wait()
		got := seen(t, d, who, `select cast(h.storeys as text) from houses h where {scope h} and h.id = 'h1'`)
		if want := strconv.FormatInt(24-failed.Load(), 10); got != want || after.Load() != 24-failed.Load() || failed.Load() < 4 {
			t.Errorf("%s added up, %d told, %d refused, in %d runs", got, after.Load(), failed.Load(), runs.Load())
		}
	})
}

// What a unit keeps of its first run outside the transaction is found by tests: it stands in the result twice.
func TestInTestsEveryUnitRunsTwiceAndIsDoneOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	who := plant(t, d)
	runs, after := 0, 0
	var ids []string
	if err := d.Write(t.Context(), who, func(tx *db.Tx) error {
		runs++
		tx.After(func() { after++ })
		ids = append(ids, tx.NewID())
		if _, err := tx.Exec(t.Context(), `update houses as h set storeys = h.storeys + 1 where {scope h} and h.id = 'h1'`); err != nil {
			return err
		}
		for range 5000 { // more lines than a unit holds back
			if err := tx.Audit(t.Context(), db.Entry{Action: "test.twice", Object: "house", ID: ids[len(ids)-1]}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if runs != 2 || after != 1 || ids[0] == ids[1] {
		t.Errorf("%d runs, %d after, ids %v", runs, after, ids)
	}
	if got := seen(t, d, who, `select cast(h.storeys as text) from houses h where {scope h} and h.id = 'h1'`); got != "1" {
		t.Errorf("%s storeys", got)
	}
	if got := seen(t, d, who, `select min(x.object_id) || cast(count(*) as text) from audit x where {scope x.house} and x.action = 'test.twice'`); got != ids[1]+"5000" {
		t.Errorf("the trail has %s", got)
	}
	if c, err := d.CheckChain(t.Context(), who, nil, nil); err != nil || c.Break != nil {
		t.Errorf("the chain: %+v %v", c, err)
	}
}

func TestACallerWhoLeavesTheQueueChangesNothing(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Once: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	who := plant(t, d)
	inside, leave := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := d.Write(t.Context(), who, func(*db.Tx) error { close(inside); <-leave; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-inside
	wg.Go(func() { err = d.Write(ctx, who, func(tx *db.Tx) error { return note(t.Context(), tx, "too late") }) })
	time.Sleep(20 * time.Millisecond)
	cancel()
	close(leave)
	wg.Wait()
	if got := noted(t, d); (err == nil) != (got == "too late") || !errors.Is(err, context.Canceled) {
		t.Errorf("told %v, stored %q", err, got)
	}
}

// On PostgreSQL the transaction of somebody who went away is taken back in the middle of the work. What comes of it is that they went
// away, and not a defect for the log.
func TestWhoGoesAwayInTheMiddleIsToldNothingElse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Name() != "postgres" {
			return // SQLite goes on: its statements take microseconds
		}
		who := plant(t, d)
		left := func(unit func(context.Context, access.Actor, func(*db.Tx) error) error) error {
			ctx, leave := context.WithCancel(t.Context())
			return unit(ctx, who, func(tx *db.Tx) error {
				leave()
				for range 2000 {
					if err := tx.One(t.Context(), `select count(*) from houses h where {scope h}`).Scan(new(int)); err != nil {
						return err
					}
					time.Sleep(time.Millisecond)
				}
				return nil
			})
		}
		for name, unit := range map[string]func(context.Context, access.Actor, func(*db.Tx) error) error{"reading": d.Read, "writing": d.Write} {
			if err := left(unit); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestClosingAnswersEverybody(t *testing.T) {
	t.Parallel()
	path := dbtest.SQLite(t)
	d, err := db.Open(t.Context(), db.Options{URL: path, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	who := plant(t, d)
	inside, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := d.Read(t.Context(), who, func(*db.Tx) error { close(inside); <-leave; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-inside
	var stored atomic.Int64
	for range 50 {
		wg.Go(func() {
			if d.Write(context.Background(), who, func(tx *db.Tx) error {
				if _, err := tx.Exec(context.Background(), `update houses as h set storeys = h.storeys + 1 where {scope h} and h.id = 'h1'`); err != nil {
					return err
				}
				return tx.Audit(context.Background(), db.Entry{Action: "test", Object: "house"})
			}) == nil {
				stored.Add(1)
			}
		})
		wg.Go(func() { _ = d.Read(context.Background(), who, func(*db.Tx) error { return nil }) }) // waits for the one reader
	}
	var closing sync.WaitGroup
	for range 2 {
		closing.Go(func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(5 * time.Millisecond)
	close(leave)
	wg.Wait()
	closing.Wait()
	nothing := func(*db.Tx) error { return nil }
	if d.Read(t.Context(), who, nothing) == nil || d.Write(t.Context(), who, nothing) == nil {
		t.Error("a closed database takes work")
	}
	again, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	if got := seen(t, again, who, `select cast(h.storeys as text) from houses h where {scope h} and h.id = 'h1'`); got != strconv.FormatInt(stored.Load(), 10) {
		t.Errorf("%d writes were acknowledged, %s are stored", stored.Load(), got)
	}
}

func TestTheFileIsForItsOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "Phường 100% “Hoàn Kiếm” #1?", "sổ.db")
	d, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	plant(t, d)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is open to others: %v", filepath.Base(name), info.Mode())
		}
	}
}

func TestAddressesAreShownWithoutTheirPassword(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://sonha:secret@db.example/sonha":               "postgres://sonha:xxxxx@db.example/sonha",
		"postgres://db.example/sonha?user=sonha&password=secret": "postgres://db.example/sonha?password=xxxxx&user=sonha",
		"postgresql://sonha@db.example/sonha":                    "postgresql://sonha@db.example/sonha",
		"postgres://sonha:sec ret@db.example:port/sonha":         "postgres://…",
		"sonha-data/sonha.db":                                    "sonha-data/sonha.db",
	} {
		if got := db.Redacted(address); got != want {
			t.Errorf("%s is shown as %s", address, got)
		}
	}
}
