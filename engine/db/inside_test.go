package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"sonha/ground/access"
	"sonha/ground/fault"
)

func lite(t *testing.T) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{URL: filepath.Join(t.TempDir(), "x.db"), Testing: true, Once: true, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestStatementsAndPlansAreBounded(t *testing.T) {
	t.Parallel()
	d := lite(t)
	who := access.System(1, "test")
	for i := range mostPlans + 100 {
		if _, err := d.plan(planKey{query: fmt.Sprintf("select %d {any: a test}", i)}); err != nil {
			t.Fatal(err)
		}
	}
	kept := 0
	d.plans.Range(func(any, any) bool { kept++; return true })
	if kept == 0 || kept > mostPlans {
		t.Errorf("%d plans are kept", kept)
	}
	const often = "select 0 {any: asked all the time}"
	for i := range 3 * mostStatements {
		if err := d.Read(t.Context(), who, func(tx *Tx) error {
			for _, query := range []string{often, fmt.Sprintf("select %d {any: a test}", i)} {
				if err := tx.One(t.Context(), query).Scan(new(int)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := d.readers.take(t.Context(), d.quit)
	if err != nil {
		t.Fatal(err)
	}
	defer d.readers.give(r)
	if n := len(r.conn.stmts); n > mostStatements || n < mostStatements/2 {
		t.Errorf("%d statements are kept", n)
	}
	if r.conn.stmts["select 0 "] == nil {
		t.Error("the statement that is asked most was let go")
	}
}

// When SQLite gives a transaction up, only the one at which it did is told so: those before it run again, and the next one is whole.
func TestALostTransactionIsToldToWhoLostIt(t *testing.T) {
	t.Parallel()
	d := lite(t)
	who := access.System(1, "test")
	ward := func(id int) func(*Tx) error {
		return func(tx *Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(context.Background(), `insert into wards (id, code, name, city, fold, invented, created_at) values ($1, cast($1 as text), '', '', '', true, {ward})`, id)
			return err
		}
	}
	queued := func(fn func(*Tx) error) *job {
		return &job{ctx: context.Background(), who: who, fn: fn, end: make(chan struct{})}
	}
	units := []*job{nil, queued(ward(2)), queued(func(tx *Tx) error {
		if _, err := tx.run.ExecContext(context.Background(), "rollback"); err != nil {
			return err
		}
		return tx.fail(errors.New("disk full"), &plan{})
	}), queued(ward(4))}
	var together sync.Once
	units[0] = queued(func(tx *Tx) error {
		together.Do(func() {
			for _, j := range units[1:] { // they wait while this one runs
				d.writer.jobs <- j
			}
		})
		return ward(1)(tx)
	})
	d.writer.jobs <- units[0]
	errs := make([]error, len(units))
	for i, j := range units {
		<-j.end
		errs[i] = j.err
	}
	stored := map[int]bool{}
	if err := d.Read(t.Context(), who, func(tx *Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var id int
			err := scan(&id)
			stored[id] = true
			return err
		}, `select id from wards {any: a test}`)
	}); err != nil {
		t.Fatal(err)
	}
	for i, err := range errs {
		if (err == nil) != stored[i+1] {
			t.Errorf("unit %d: told %v, stored %v", i+1, err, stored[i+1])
		}
	}
	if errs[0] != nil || errs[1] != nil || errs[2] == nil || errs[3] != nil {
		t.Errorf("told %v", errs)
	}
}

func TestAPanicIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	err := lite(t).Write(t.Context(), access.System(1, "test"), func(*Tx) error { panic("a defect") })
	if err == nil || !strings.Contains(err.Error(), "a defect") || !strings.Contains(err.Error(), "inside_test.go") {
		t.Error(err)
	}
}

func TestDataOfANewerProgramAreLeftAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	d, err := Open(t.Context(), Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.writer.conn.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{URL: path}); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Errorf("opened: %v", err)
	}
}

func TestWhatMayBeDoneAgain(t *testing.T) {
	t.Parallel()
	pg := func(code string) error { return fmt.Errorf("x: %w", &pgconn.PgError{Code: code}) }
	for _, c := range []struct {
		name  string
		err   error
		again bool
		kind  fault.Kind
	}{
		{"conflict", mapError(pg("40001")), true, fault.Internal},
		{"deadlock", mapError(pg("40P01")), true, fault.Internal},
		{"server stops", mapError(pg("57P01")), true, fault.Busy},
		{"server starts", mapError(pg("57P03")), true, fault.Busy},
		{"connection lost", mapError(pg("08006")), true, fault.Busy},
		{"server killed", mapError(fmt.Errorf("x: %w", io.ErrUnexpectedEOF)), true, fault.Busy},
		{"unique", mapError(pg("23505")), false, fault.Clash},
		{"still referred to", mapError(pg("23503")), false, fault.Clash},
		{"defect", mapError(pg("42P01")), false, fault.Internal},
		{"conflict at the commit", committed(pg("40001")), true, fault.Internal},
		{"connection lost at the commit", committed(pg("08006")), false, fault.Busy},
		{"unique at the commit", committed(pg("23505")), false, fault.Clash},
	} {
		if got := retryable(c.err); got != c.again || fault.KindOf(c.err) != c.kind {
			t.Errorf("%s: again %v, kind %v", c.name, got, fault.KindOf(c.err))
		}
	}
	runs := 0
	if err := retry(t.Context(), func() error { runs++; return pg("40001") }); !fault.Is(err, fault.Busy) || runs < 5 {
		t.Errorf("after %d runs: %v", runs, err)
	}
}

// A full disk refuses what it cannot hold, in words, and takes up again by itself once there is room; what was acknowledged stays.
func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	d := lite(t)
	ctx, who := t.Context(), access.System(1, "test")
	limit := func(pages int) {
		if _, err := d.writer.conn.ExecContext(ctx, fmt.Sprintf("pragma max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	write := func(value string) error {
		return d.Write(ctx, who, func(tx *Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(ctx, `insert into claims (kind, value, ward_id, owner_id) values ('test', $1, {ward}, '')`, value)
			return err
		})
	}
	limit(1) // SQLite takes the number of pages that there are
	told := map[string]bool{}
	refused := 0
	for i := range 200 {
		value := fmt.Sprintf("%03d%s", i, strings.Repeat("x", 2000))
		err := write(value)
		if told[value] = err == nil; err == nil {
			continue
		}
		refused++
		if e, ok := fault.As(err); !ok || e.Kind != fault.Busy || e.Key != "fault.disk_full" {
			t.Fatalf("told %v", err)
		}
		if refused == 3 {
			break
		}
	}
	if refused != 3 {
		t.Fatalf("refused %d times", refused)
	}
	limit(1 << 30)
	again := "again"
	if err := write(again); err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	told[again] = true
	stored := map[string]bool{}
	if err := d.Read(ctx, who, func(tx *Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var value string
			err := scan(&value)
			stored[value] = true
			return err
		}, `select c.value from claims c where c.ward_id = {ward}`)
	}); err != nil {
		t.Fatal(err)
	}
	for value, yes := range told {
		if yes != stored[value] {
			t.Errorf("%.5s: told %v, stored %v", value, yes, stored[value])
		}
	}
}

// A connection that a failing disk left in the middle of something is replaced; nobody has to restart the program.
func TestAConnectionInAnUnknownStateIsReplaced(t *testing.T) {
	t.Parallel()
	d := lite(t)
	ctx, who := t.Context(), access.System(1, "test")
	write := func() error {
		return d.Write(ctx, who, func(tx *Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(ctx, `insert into claims (kind, value, ward_id, owner_id) values ('test', $1, {ward}, '')`, tx.NewID())
			return err
		})
	}
	if _, err := d.writer.conn.ExecContext(ctx, "begin"); err != nil {
		t.Fatal(err)
	}
	if err := write(); err == nil {
		t.Fatal("a transaction within another")
	}
	for range 2 {
		if err := write(); err != nil {
			t.Fatalf("after the connection was lost: %v", err)
		}
	}
	if _, err := d.writer.conn.ExecContext(ctx, "pragma query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if e, ok := fault.As(write()); !ok || e.Key != "fault.disk_broken" {
		t.Errorf("a disk that only reads: %v", e)
	}
	r, err := d.readers.take(ctx, d.quit)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.ready(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.conn.ExecContext(ctx, "begin"); err != nil {
		t.Fatal(err)
	}
	d.readers.give(r)
	look := func() error {
		return d.Read(ctx, who, func(tx *Tx) error { return tx.One(ctx, "select 1 {any: a test}").Scan(new(int)) })
	}
	if look() == nil {
		t.Fatal("a view within another")
	}
	if err := look(); err != nil {
		t.Errorf("after the reader was lost: %v", err)
	}
}

// SQLite undoes the whole transaction where the disk has no room for a statement. Whoever shared it is not told of a defect: the
// units before run again, or are told of the disk like the one that filled it, and the next one finds all well.
func TestAFullDiskUnderSeveralUnits(t *testing.T) {
	t.Parallel()
	for name, careful := range map[string]int{"without savepoints": 0, "in savepoints": 9} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := lite(t)
			ctx := context.Background()
			ward := func(id, size int) *job {
				return &job{ctx: ctx, who: access.System(1, "test"), end: make(chan struct{}), fn: func(tx *Tx) error {
					tx.Untold("a test")
					_, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ($1, cast($1 as text), $2, '', '', true, {ward})`,
						id, strings.Repeat("x", size))
					return err
				}}
			}
			units := []*job{ward(1, 1), ward(2, 1<<20), ward(3, 1)}
			first, once := units[0].fn, sync.Once{}
			units[0].fn = func(tx *Tx) error {
				once.Do(func() { // the others wait while the first is at work
					var pages int
					firstRow(t, d.writer.conn, "pragma page_count", &pages)
					if _, err := d.writer.conn.ExecContext(ctx, "pragma max_page_count = "+strconv.Itoa(pages+9)); err != nil {
						t.Error(err)
					}
					d.writer.careful = careful
					d.writer.jobs <- units[1]
					d.writer.jobs <- units[2]
				})
				return first(tx)
			}
			d.writer.jobs <- units[0]
			for _, j := range units {
				<-j.end
			}
			if err := units[0].err; err != nil && !fault.Is(err, fault.Busy) {
				t.Errorf("the one before is told %v", err)
			}
			if careful == 0 && units[0].err != nil {
				t.Errorf("the one before did not run again: %v", units[0].err)
			}
			if !fault.Is(units[1].err, fault.Busy) || units[2].err != nil {
				t.Errorf("told %v and %v", units[1].err, units[2].err)
			}
		})
	}
}

// firstRow reads the first row of what a connection answers.
func firstRow(t *testing.T, p *prepared, query string, dest ...any) {
	t.Helper()
	found, err := p.QueryContext(context.WithoutCancel(t.Context()), query)
	if err != nil {
		t.Fatal(err)
	}
	if !found.Next() {
		t.Fatalf("%s: no row, %v", query, found.Err())
	}
	if err := errors.Join(found.Scan(dest...), found.Close()); err != nil {
		t.Fatal(err)
	}
}
