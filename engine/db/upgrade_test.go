package db_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// both runs a test of upgrades on each database: address gives one with the schema of today, empty one without any table.
func both(t *testing.T, fn func(t *testing.T, address string, empty func(*testing.T) string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fn(t, dbtest.SQLite(t), func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "back.db") })
	})
	t.Run("postgres", func(t *testing.T) { t.Parallel(); fn(t, dbtest.Postgres(t), dbtest.EmptyPostgres) })
}

// claims opens a database as the program of before does and gives the number of claims in it, after adding one.
func claims(t *testing.T, address string) (n int) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: address})
	if err != nil {
		t.Fatalf("the program of before: %v", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Write(t.Context(), access.System(1, "test"), func(tx *db.Tx) error {
		tx.Untold("a test")
		if _, err := tx.Exec(t.Context(), `insert into claims (kind, value, ward_id, owner_id) values ('test', $1, {ward}, '')`, tx.NewID()); err != nil {
			return err
		}
		return tx.One(t.Context(), `select count(*) from claims c where c.ward_id = {ward}`).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// When a step fails, the steps before it are undone too: the program of before finds the data as they were, and a copy lies beside.
func TestAFailedUpgradeChangesNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, address string, empty func(*testing.T) string) {
		t.Helper()
		claims(t, address)
		before, err := db.Count(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		copies := filepath.Join(t.TempDir(), "copies")
		broken := db.WithSchema(db.Options{URL: address, Copies: copies}, map[string]string{
			"9001_good.sql":   "create table later (ward_id integer not null, id text not null, primary key (ward_id, id));\ndelete from claims;\n",
			"9002_broken.sql": "insert into nowhere values (1);\n",
		})
		_, err = db.Open(t.Context(), broken)
		e, ok := fault.As(err)
		if !ok || e.Kind != fault.Closed || e.Key != "fault.not_upgraded" {
			t.Fatalf("told %v", err)
		}
		broken.Uncopied = true
		_, err = db.Open(t.Context(), broken)
		if e, ok := fault.As(err); !ok || e.Key != "fault.not_upgraded_uncopied" {
			t.Errorf("without a copy told %v", err)
		}
		after, err := db.Count(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		if after.Schema != before.Schema || after.Rows["claims"] != 1 || len(after.Rows) != len(before.Rows) {
			t.Errorf("before %d tables, schema %d; after %d, %d; %d claims", len(before.Rows), before.Schema, len(after.Rows), after.Schema, after.Rows["claims"])
		}
		kept, _ := e.Pairs[1].(string)
		to := empty(t)
		if err := db.Restore(t.Context(), kept, to); err != nil {
			t.Fatalf("the copy: %v", err)
		}
		if n := claims(t, to); n != 2 {
			t.Errorf("%d claims in the copy, want the one of before and the new one", n)
		}
		if n := claims(t, address); n != 2 {
			t.Errorf("%d claims, want the one of before and the new one", n)
		}
	})
}

func TestAnUpgradeIsCopiedBeforeAndToldOf(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, address string, _ func(*testing.T) string) {
		t.Helper()
		claims(t, address)
		copies := filepath.Join(t.TempDir(), "copies")
		var from, to int64
		var kept string
		o := db.WithSchema(db.Options{URL: address, Copies: copies, Upgrading: func(f, t int64, k string) { from, to, kept = f, t, k }}, map[string]string{
			"9001_good.sql": "create table later (ward_id integer not null, id text not null, primary key (ward_id, id));\n",
		})
		for range 2 { // the second finds nothing to do and copies nothing
			d, err := db.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := os.ReadDir(copies); err != nil || len(list) != 1 || filepath.Join(copies, list[0].Name()) != kept || from == 0 || to != 9001 {
			t.Errorf("copies %v, %v; told from %d to %d, %s", list, err, from, to, kept)
		}
		if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others may read the copy: %v, %v", info, err)
		}
		if _, err := db.Open(t.Context(), db.Options{URL: address}); !fault.Is(err, fault.Closed) {
			t.Errorf("the program of before opens newer data: %v", err)
		}
		now := time.Now()
		if n, err := db.ForgetUpgrades(copies, now.Add(db.KeepUpgrades-time.Hour), false); n != 0 || err != nil {
			t.Errorf("forgot %d too early, %v", n, err)
		}
		for _, dry := range []bool{true, false} { // asked what it would do, it does nothing
			if n, err := db.ForgetUpgrades(copies, now.Add(db.KeepUpgrades+time.Hour), dry); n != 1 || err != nil {
				t.Errorf("forgot %d, %v", n, err)
			}
		}
		if list, err := os.ReadDir(copies); err != nil || len(list) != 0 {
			t.Errorf("left: %v, %v", list, err)
		}
	})
}

// Without a copy the schema does not change, unless whoever runs it says that there is a backup.
func TestNoUpgradeWithoutACopy(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, address string, _ func(*testing.T) string) {
		t.Helper()
		claims(t, address)
		inTheWay := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o := db.WithSchema(db.Options{URL: address, Copies: inTheWay}, map[string]string{"9001_good.sql": "create index later on claims (ward_id, owner_id, kind);\n"})
		if e, ok := fault.As(second(db.Open(t.Context(), o))); !ok || e.Key != "fault.upgrade_no_copy" {
			t.Fatalf("told %v", e)
		}
		if n := claims(t, address); n != 2 {
			t.Errorf("%d claims", n)
		}
		o.Uncopied = true
		d, err := db.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_ = d.Close()
	})
}

// An older program may have left the planner without statistics: after an upgrade the first page is planned with them.
func TestAnUpgradeTellsThePlannerWhatIsThere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, address string, _ func(*testing.T) string) {
		t.Helper()
		claims(t, address)
		d, err := db.Open(t.Context(), db.WithSchema(db.Options{URL: address, Copies: t.TempDir()}, map[string]string{
			"9001_good.sql": "create table later (ward_id integer not null, id text not null, primary key (ward_id, id));\n",
		}))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		known := `select count(*) from sqlite_stat1 where tbl = 'claims'`
		if db.IsPostgres(address) {
			known = `select count(*) from pg_stats where tablename = 'claims'`
		}
		var n int
		if err := d.Read(t.Context(), access.System(1, "test"), func(tx *db.Tx) error {
			return tx.One(t.Context(), known+` {any: what the planner knows}`).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Error("the planner knows nothing of the claims")
		}
	})
}

func second(_ *db.DB, err error) error { return err }

// Data that had a step of another program's are not touched, and whoever runs this one is told what to do.
func TestDataOfAnotherProgramAreNotTouched(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, address string, _ func(*testing.T) string) {
		t.Helper()
		const later, before = "create index later on claims (ward_id, owner_id, kind);\n", "create index sooner on claims (ward_id, kind);\n"
		d, err := db.Open(t.Context(), db.WithSchema(db.Options{URL: address}, map[string]string{"9002_later.sql": later}))
		if err != nil {
			t.Fatal(err)
		}
		_ = d.Close()
		copies := filepath.Join(t.TempDir(), "copies")
		o := db.WithSchema(db.Options{URL: address, Copies: copies}, map[string]string{"9001_before.sql": before, "9002_later.sql": later})
		e, ok := fault.As(second(db.Open(t.Context(), o)))
		if !ok || e.Kind != fault.Closed || e.Key != "fault.other_data" || !slices.Equal(e.Pairs, []any{"Had", int64(9002), "Missing", int64(9001)}) {
			t.Errorf("told %+v", e)
		}
		if _, err := os.Stat(copies); err == nil {
			t.Error("a copy was made for an upgrade that never began")
		}
	})
}

// A clock that was ahead and is set right leaves the order of what was written as it was: lines are numbered, and nobody waits.
func TestAClockThatGoesBack(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, time.Date(2027, 1, 5, 9, 0, 0, 0, time.UTC), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		who := access.System(1, "test")
		write := func() error {
			return d.Write(t.Context(), who, func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), `insert into claims (kind, value, ward_id, owner_id) values ('test', $1, {ward}, '')`, tx.NewID()); err != nil {
					return err
				}
				return tx.Audit(context.WithoutCancel(t.Context()), db.Entry{Action: "test"})
			})
		}
		for _, jump := range []time.Duration{0, -400 * 24 * time.Hour, time.Minute, 900 * 24 * time.Hour, -time.Hour} {
			c.Pass(jump)
			for range 3 {
				if err := write(); err != nil {
					t.Fatalf("after %v: %v", jump, err)
				}
			}
		}
		found, err := d.CheckChain(t.Context(), who, nil, nil)
		if err != nil || found.Break != nil || found.Lines != 15 {
			t.Errorf("the chain: %+v, %v", found, err)
		}
	})
}
