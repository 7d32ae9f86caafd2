package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// eachRaw runs a test on both databases, with a second way in that knows no rules: what somebody with the file or the
// password has.
func eachRaw(t *testing.T, fn func(t *testing.T, d *db.DB, raw *sql.DB)) {
	t.Helper()
	for name, x := range map[string]struct {
		driver  string
		address func(*testing.T) string
	}{"sqlite": {"sqlite", dbtest.SQLite}, "postgres": {"pgx", dbtest.Postgres}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := x.address(t)
			d, err := db.Open(t.Context(), db.Options{URL: address})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			if x.driver == "sqlite" {
				address = "file:" + address + "?_pragma=busy_timeout(10000)"
			}
			raw, err := sql.Open(x.driver, address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = raw.Close() })
			fn(t, d, raw)
		})
	}
}

// told writes units of a few lines each into the chain of a ward and gives the number of lines.
func told(t interface{ Fatal(args ...any) }, d *db.DB, ward int, units ...int) int64 {
	var n int64
	for _, lines := range units {
		if err := d.Write(context.Background(), access.System(ward, "thử"), func(tx *db.Tx) error {
			for range lines {
				n++
				if err := tx.Audit(context.Background(), db.Entry{
					Action: "test.tell", Object: "house", ID: fmt.Sprint("h", n), House: fmt.Sprint("h", n%3), Detail: fmt.Sprint("dòng thứ ", n),
					Reason: "để thử", Before: db.Digest("a"), After: db.Digest("b", strconv.FormatInt(n, 10)),
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func checked(t interface{ Fatal(args ...any) }, d *db.DB, ward int, kept ...db.Head) db.Checked {
	c, err := d.CheckChain(context.Background(), access.System(ward, "thử"), kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Whatever somebody does to any column of any line, the first line that is not as it was written is named.
func TestWhoTouchesTheTrailIsFound(t *testing.T) {
	t.Parallel()
	texts := []string{"id", "account_id", "actor", "role", "action", "object", "object_id", "house_id", "detail", "reason", "digest_before", "digest_after"}
	var wards atomic.Int64
	eachRaw(t, func(t *testing.T, d *db.DB, raw *sql.DB) {
		t.Helper()
		exec := func(rt *rapid.T, query string, args ...any) {
			if res, err := raw.ExecContext(t.Context(), query, args...); err != nil {
				rt.Fatal(query, err)
			} else if n, _ := res.RowsAffected(); n == 0 {
				rt.Fatal(query, "touched nothing")
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			ward := int(wards.Add(1))
			n := told(rt, d, ward, rapid.SliceOfN(rapid.IntRange(1, 9), 1, 4).Draw(rt, "units")...)
			if c := checked(rt, d, ward); c.Break != nil || c.Lines != n || c.Head.Seq != n {
				rt.Fatalf("untouched: %+v of %d lines", c, n)
			}
			at := rapid.Int64Range(1, n).Draw(rt, "line")
			want, where := at, ` where ward_id = $1 and seq = $2`
			what := rapid.SampledFrom(append([]string{"at", "hash", "before_hash", "ward", "delete", "swap", "renumber", "head"}, texts...)).Draw(rt, "what")
			switch what {
			case "at":
				exec(rt, `update audit set at = at + 1`+where, ward, at)
			case "hash", "before_hash":
				exec(rt, `update audit set `+what+` = $3`+where, ward, at, []byte("\x01abcdefghijklmnopqrstuvwxyz012345"))
			case "ward":
				exec(rt, `update audit set ward_id = -7, seq = $3`+where, ward, at, 1_000_000+wards.Add(1))
			case "delete":
				exec(rt, `delete from audit`+where, ward, at)
			case "renumber": // a line moves behind the last, or the last one further
				exec(rt, `update audit set seq = $3`+where, ward, at, n+1)
			case "head":
				want = n
				exec(rt, `delete from audit_heads where ward_id = $1`, ward)
			case "swap":
				with := rapid.Int64Range(1, n).Draw(rt, "with")
				if with == at {
					rt.Skip("with itself")
				}
				want = min(at, with)
				for _, step := range [][2]int64{{at, -1}, {with, at}, {-1, with}} {
					exec(rt, `update audit set seq = $3`+where, ward, step[0], step[1])
				}
			default:
				exec(rt, `update audit set `+what+` = `+what+` || 'x'`+where, ward, at)
			}
			c := checked(rt, d, ward)
			if c.Break == nil || c.Break.Seq != want {
				rt.Fatalf("line %d of %d: found %+v", want, n, c.Break)
			}
			// What is written afterwards does not heal it; only the head is written anew, and no line was lost with it.
			told(rt, d, ward, 2)
			if c = checked(rt, d, ward); c.Break == nil && what != "head" || c.Break != nil && c.Break.Seq > n {
				rt.Fatalf("line %d of %d: healed: %+v", want, n, c)
			}
		})
	})
}

// Whoever makes the chain anew from some line on is found by a head that was kept elsewhere, and by nothing else.
func TestAKeptHeadFindsAChainMadeAnew(t *testing.T) {
	t.Parallel()
	eachRaw(t, func(t *testing.T, d *db.DB, raw *sql.DB) {
		t.Helper()
		told(t, d, 1, 3, 3)
		kept := checked(t, d, 1).Head
		told(t, d, 1, 2)
		again, err := db.ParseHead(kept.Seq, strings.ToUpper(kept.Shown()))
		again.Ward = 1
		if err != nil || again.Hash != kept.Hash {
			t.Fatal(again, err)
		}
		if c := checked(t, d, 1, again); c.Break != nil || c.Lines != 8 {
			t.Errorf("as it was: %+v", c)
		}
		for _, q := range []string{`delete from audit`, `delete from audit_heads`} {
			if _, err := raw.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		told(t, d, 1, 8)
		if c := checked(t, d, 1); c.Break != nil {
			t.Errorf("without the head: %+v", c)
		}
		if c := checked(t, d, 1, kept); c.Break == nil || c.Break.Seq != 6 || c.Break.Wrong != db.Replaced {
			t.Errorf("with the head: %+v", c.Break)
		}
		kept.Seq = 99
		if c := checked(t, d, 1, kept); c.Break == nil || c.Break.Seq != 99 || c.Break.Wrong != db.Removed {
			t.Errorf("a head of a line that is not there: %+v", c.Break)
		}
		for _, bad := range []string{"", "01ab", strings.Repeat("g", 66)} {
			if _, err := db.ParseHead(1, bad); err == nil {
				t.Errorf("a head: %q", bad)
			}
		}
	})
}

// Many write at once, in two wards, and some think better of it: the chains hold exactly what was acknowledged.
func TestChainsHoldWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		ctx := context.Background()
		var stored [3]atomic.Int64
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				ward, lines := 1+i%2, 1+i%5
				if i == 7 || i == 8 {
					lines = 9000 // more than a unit holds back
				}
				err := d.Write(ctx, access.System(ward, "thử"), func(tx *db.Tx) error {
					for range lines {
						if err := tx.Audit(ctx, db.Entry{Action: "test"}); err != nil {
							return err
						}
					}
					switch {
					case i == 8 || i%6 == 0:
						return errors.New("thought better of it")
					case i%6 == 1:
						panic("a defect")
					}
					return nil
				})
				if err == nil {
					stored[ward].Add(int64(lines))
				}
			})
		}
		wg.Wait()
		for ward := 1; ward <= 2; ward++ {
			if c := checked(t, d, ward); c.Break != nil || c.Lines != stored[ward].Load() || c.Lines < 50 {
				t.Errorf("ward %d: %+v (%+v), acknowledged %d", ward, c, c.Break, stored[ward].Load())
			}
		}
		wards, err := d.ChainedWards(ctx)
		if err != nil || !slices.Equal(wards, []int{1, 2}) {
			t.Error(wards, err)
		}
		if _, err := d.ChainHead(ctx, access.System(1, "thử"), d.Now().AddDate(-1, 0, 0)); !fault.Is(err, fault.Missing) {
			t.Errorf("a head of last year: %v", err)
		}
		h, err := d.ChainHead(ctx, access.System(1, "thử"), d.Now().AddDate(0, 0, 1))
		if err != nil || h.Hash != checked(t, d, 1).Head.Hash {
			t.Error(h, err)
		}
	})
}

// The trail is written in one way only.
func TestTheTrailIsWrittenByAuditOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		who := plant(t, d)
		for _, q := range []string{
			`insert into audit (ward_id, seq) values ({ward}, 1)`, `update audit as a set detail = '' where a.ward_id = {ward}`, `delete from audit as a where a.ward_id = {ward}`,
			`DELETE FROM Audit where ward_id = {ward}`, `update audit_heads set seq = 0 where ward_id = {ward}`,
		} {
			if err := d.Write(t.Context(), who, func(tx *db.Tx) error {
				tx.Untold("a test")
				_, err := tx.Exec(t.Context(), q)
				return err
			}); err == nil || !strings.Contains(err.Error(), "Tx.Audit") {
				t.Errorf("%s: %v", q, err)
			}
		}
		err := d.Read(t.Context(), who, func(tx *db.Tx) error { return tx.Audit(t.Context(), db.Entry{Action: "test"}) })
		if err == nil {
			t.Error("a line in a unit that reads")
		}
		past := func(who access.Actor) error {
			return d.Write(t.Context(), who, func(tx *db.Tx) error {
				return tx.AuditPast(t.Context(), db.Past{ID: tx.NewID(), At: 1, Actor: "Tổ trưởng", Role: access.GroupLead}, db.Entry{Action: "test"})
			})
		}
		if err := past(who); err != nil {
			t.Error(err)
		}
		if past(access.SignedInAs("a", "A", access.Command, 1, []access.Grant{{Role: access.Command, Ward: 1}})) == nil {
			t.Error("a line in another's name")
		}
	})
}

// A database from before the chain keeps its lines, in order, and they are held from then on.
func TestOldLinesAreChained(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "old.db") },
		"postgres": dbtest.EmptyPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			if err := db.MigrateTo(t.Context(), url, 17); err != nil {
				t.Fatal(err)
			}
			driver := map[bool]string{true: "pgx", false: "sqlite"}[db.IsPostgres(url)]
			raw, err := sql.Open(driver, url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = raw.Close() })
			raw.SetMaxOpenConns(1)
			tx, err := raw.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range rand.Perm(2500) {
				if _, err := tx.ExecContext(t.Context(), `insert into audit (ward_id, id, at, account_id, actor, role, action, object, object_id, house_id, detail)
					values ($1, $2, $3, '', 'Tổ trưởng', 'group_lead', 'test', 'house', $2, 'h', 'đã có')`, i%2-1, fmt.Sprintf("%05d", i), i); err != nil {
					t.Fatal(err)
				}
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(t.Context(), db.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			for ward := -1; ward <= 0; ward++ {
				if c := checked(t, d, ward); c.Break != nil || c.Lines != 1250 || c.Head.At.UnixMilli() != int64(2499+ward) {
					t.Errorf("ward %d: %+v %+v", ward, c, c.Break)
				}
			}
			told(t, d, 0, 1)
			if _, err := raw.ExecContext(t.Context(), `update audit set detail = 'khác' where ward_id = 0 and object_id = '00021'`); err != nil {
				t.Fatal(err)
			}
			if c := checked(t, d, 0); c.Break == nil || c.Break.Seq != 11 || c.Break.Wrong != db.Changed {
				t.Errorf("%+v", c.Break)
			}
		})
	}
}
