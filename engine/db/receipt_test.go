package db_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// phone is somebody with an account, as a submission needs one.
func phone(account string) access.Actor {
	return access.SignedInAs(account, "Ông Thịnh", access.Officer, 1, []access.Grant{{Role: access.Officer, Ward: 1, ID: "b1"}})
}

// submit adds one to the storeys of a house under a receipt: what would be seen if it happened twice.
func submit(ctx context.Context, d *db.DB, who access.Actor, request, content string, refuse bool) (*db.Receipt, error) {
	r := &db.Receipt{Request: request, Content: content}
	return r, d.Write(db.Under(ctx, r), who, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `update houses as h set storeys = h.storeys + 1 where {scope h} and h.id = 'h1'`); err != nil {
			return err
		}
		if refuse {
			return fault.Refused("test.refused")
		}
		return tx.Audit(ctx, db.Entry{Action: "test", Object: "house", ID: "h1"})
	})
}

func storeys(t *testing.T, d *db.DB) string {
	t.Helper()
	return seen(t, d, access.System(1, "test"), `select h.storeys from houses h where {scope h} and h.id = 'h1'`)
}

func TestASubmissionTakesEffectOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		ctx := t.Context()
		for _, step := range []struct {
			account, request, content string
			refuse                    bool
			want                      string
			repeated                  bool
		}{
			{"a1", "r1", "c1", true, "0", false}, // refused: nothing is remembered
			{"a1", "r1", "c1", false, "1", false},
			{"a1", "r1", "c1", false, "1", true},
			{"a1", "r1", "c1", true, "1", true},   // the handler of a repeat is not even asked
			{"a1", "r1", "c2", false, "2", false}, // the form was changed and sent again from the same page
			{"a2", "r1", "c1", false, "3", false}, // another account
			{"a1", "r2", "c1", false, "4", false},
			{"a2", "r1", "c1", false, "4", true},
		} {
			r, err := submit(ctx, d, phone(step.account), step.request, step.content, step.refuse)
			if db.Repeated(err) != step.repeated || (err != nil && !step.repeated) != (step.refuse && !step.repeated) {
				t.Errorf("%+v: %v", step, err)
			}
			if r.Stored() != (err == nil) {
				t.Errorf("%+v: stored %t", step, r.Stored())
			}
			if got := storeys(t, d); got != step.want {
				t.Fatalf("%+v: %s storeys", step, got)
			}
		}
	})
}

func TestManyAtOnceCountAsOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken, repeated := 0, 0
		for i := range 48 {
			wg.Go(func() {
				_, err := submit(context.Background(), d, phone("a1"), fmt.Sprintf("request-%d", i%4), "c", false)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case db.Repeated(err):
					repeated++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := storeys(t, d); got != "4" || taken != 4 || repeated != 44 {
			t.Errorf("%s storeys, %d taken, %d repeated", got, taken, repeated)
		}
	})
}

// However often, in whatever order and mix of failures: what is counted is the number of different submissions that
// went well once.
func TestSubmissionsAgainstAModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		ctx, want, run := t.Context(), 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			known := map[string]bool{}
			for range rapid.IntRange(1, 12).Draw(rt, "sends") {
				account := rapid.SampledFrom([]string{"a1", "a2"}).Draw(rt, "account")
				request := fmt.Sprintf("run-%d-%d", run, rapid.IntRange(0, 2).Draw(rt, "request"))
				content := rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "content")
				refuse := rapid.Bool().Draw(rt, "refuse")
				_, err := submit(ctx, d, phone(account), request, content, refuse)
				key := strings.Join([]string{account, request, content}, " ")
				if db.Repeated(err) != known[key] {
					rt.Fatalf("%s: known %t, %v", key, known[key], err)
				}
				if err == nil {
					known[key] = true
					want++
				}
			}
			if got := storeys(t, d); got != strconv.Itoa(want) {
				rt.Fatalf("%s storeys, want %d", got, want)
			}
		})
	})
}

func TestTheAnswerOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, who := address(t), phone("a1")
			d, err := db.Open(t.Context(), db.Options{URL: url, Testing: true})
			if err != nil {
				t.Fatal(err)
			}
			plant(t, d)
			var sent []*db.Receipt
			for i := range 3 {
				r, err := submit(t.Context(), d, who, fmt.Sprintf("request-%d", i), "c", false)
				if err != nil {
					t.Fatal(err)
				}
				if i < 2 { // the program stops before the third is answered
					d.KeepAnswer(who, r, db.Answer{Status: 303, Location: fmt.Sprintf("/to/%d", i), Word: "test.done"})
				}
				sent = append(sent, r)
			}
			check := func() {
				t.Helper()
				for i, r := range sent {
					a, err := d.Answered(t.Context(), who, r)
					if err != nil {
						t.Fatal(err)
					}
					want := fmt.Sprintf("/to/%d test.done", i)
					if i == 2 {
						want = " "
					}
					if got := a.Location + " " + a.Word; got != want {
						t.Errorf("answer %d: %q", i, got)
					}
				}
				if _, err := d.Answered(t.Context(), phone("a2"), sent[0]); !fault.Is(err, fault.Missing) {
					t.Errorf("another account has an answer: %v", err)
				}
			}
			check()
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			if d, err = db.Open(t.Context(), db.Options{URL: url, Testing: true}); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			check()
			if _, err := submit(t.Context(), d, who, "request-2", "c", false); !db.Repeated(err) {
				t.Errorf("taken twice after a restart: %v", err)
			}
			if got := storeys(t, d); got != "3" {
				t.Errorf("%s storeys", got)
			}
		})
	}
}

func TestTwoUnitsUnderOneSubmissionAreRefusedInTests(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	plant(t, d)
	who := phone("a1")
	r := &db.Receipt{Request: "request-1", Content: "c"}
	ctx := db.Under(t.Context(), r)
	if err := d.Write(db.Apart(ctx), who, func(tx *db.Tx) error { return note(ctx, tx, "apart") }); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, who, func(*db.Tx) error { return nil }); err != nil {
		t.Errorf("a form that changes nothing: %v", err)
	}
	if err := d.Write(ctx, who, func(*db.Tx) error { return nil }); err == nil || !strings.Contains(err.Error(), "second unit") {
		t.Errorf("a second unit: %v", err)
	}
	if err := d.Write(db.Under(t.Context(), &db.Receipt{Request: "request-2"}), who, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update houses as h set storeys = 9 where {scope h}`)
		return err
	}); err == nil || !strings.Contains(err.Error(), "without an audit line") {
		t.Errorf("a receipt stands for an audit line: %v", err)
	}
}

func TestReceiptsAreForgotten(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	for name, address := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var later atomic.Int64 // since start
			d, err := db.Open(t.Context(), db.Options{
				URL: address(t), Testing: true, Clock: func() time.Time { return start.Add(time.Duration(later.Load())) },
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			plant(t, d)
			for i := range 5 {
				if _, err := submit(t.Context(), d, phone("a1"), fmt.Sprintf("request-%d", i), "c", false); err != nil {
					t.Fatal(err)
				}
			}
			for _, step := range []struct {
				later time.Duration
				ward  int
				want  int64
			}{{0, 1, 0}, {db.KeepReceipts, 1, 0}, {2 * db.KeepReceipts, 2, 0}, {db.KeepReceipts + time.Second, 1, 5}} {
				later.Store(int64(step.later))
				if n, err := d.ForgetReceipts(t.Context(), access.System(step.ward, "test")); n != step.want || err != nil {
					t.Errorf("after %s in ward %d: forgot %d, %v", step.later, step.ward, n, err)
				}
			}
			if _, err := submit(t.Context(), d, phone("a1"), "request-1", "c", false); err != nil {
				t.Errorf("a form whose receipt is forgotten: %v", err)
			}
		})
	}
}

// foretelling is submit by a unit that looks first, says what it will be answered with, and changes the house then.
func foretelling(ctx context.Context, d *db.DB, who access.Actor, request string, refuse bool) (*db.Receipt, error) {
	r := &db.Receipt{Request: request, Content: "c"}
	return r, d.Write(db.Foretelling(db.Under(ctx, r)), who, func(tx *db.Tx) error {
		var storeys int
		if err := tx.One(ctx, `select h.storeys from houses h where {scope h} and h.id = 'h1'`).Scan(&storeys); err != nil {
			return err
		}
		if err := tx.Foretell(ctx, db.Answer{Status: 303, Location: fmt.Sprintf("/storeys/%d", storeys+1), Word: "test.done"}); err != nil {
			return err
		}
		if refuse {
			return fault.Refused("test.refused")
		}
		if _, err := tx.Exec(ctx, `update houses as h set storeys = h.storeys + 1 where {scope h} and h.id = 'h1'`); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test", Object: "house", ID: "h1"})
	})
}

func TestAForetoldAnswerIsOnDiskWithItsWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		plant(t, d)
		ctx, who := t.Context(), phone("a1")
		r, err := foretelling(ctx, d, who, "request-1", true)
		if !fault.Is(err, fault.Wrong) || r.Stored() {
			t.Fatalf("refused: %v, stored %t", err, r.Stored())
		}
		if _, err := d.Answered(ctx, who, r); !fault.Is(err, fault.Missing) {
			t.Errorf("what was refused has an answer: %v", err)
		}
		for _, want := range []string{"/storeys/1", "/storeys/2"} {
			r, err := foretelling(ctx, d, who, "request"+want, false)
			if err != nil || !r.Stored() {
				t.Fatalf("%v, stored %t", err, r.Stored())
			}
			for range 2 { // nobody has called KeepAnswer: it is there as it was foretold, and a repeat changes nothing of it
				if a, err := d.Answered(ctx, who, r); err != nil || a.Location != want || a.Status != 303 || a.Word != "test.done" {
					t.Errorf("%+v, %v, want %s", a, err, want)
				}
				if r, err := foretelling(ctx, d, who, "request"+want, false); !db.Repeated(err) || r.Stored() {
					t.Errorf("a repeat: %v, stored %t", err, r.Stored())
				}
			}
		}
		if got := storeys(t, d); got != "2" {
			t.Errorf("%s storeys", got)
		}
		// Answered otherwise than foretold, it is remembered as it was answered.
		if r, err = foretelling(ctx, d, who, "request-3", false); err != nil {
			t.Fatal(err)
		}
		d.KeepAnswer(who, r, db.Answer{Status: 303, Location: "/elsewhere"})
		if a, err := d.Answered(ctx, who, r); err != nil || a.Location != "/elsewhere" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// More receipts are forgotten than one unit of work deletes, and those between them that are still remembered stay.
func TestManyReceiptsAreForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, who := t.Context(), access.System(1, "test")
		plant(t, d)
		const all, fresh = 2600, 520 // every fifth
		if err := d.Write(ctx, who, func(tx *db.Tx) error {
			tx.Untold("a test")
			for i := range all {
				at := tx.Millis()
				if i%5 != 0 {
					at -= db.KeepReceipts.Milliseconds() + 1
				}
				if _, err := tx.Exec(ctx, `insert into receipts (ward_id, account_id, request_id, content, at, status, location, word, body)
					values ({ward}, $1, $2, 'c', $3, 0, '', '', '')`, fmt.Sprintf("a%d", i%3), fmt.Sprintf("request-%04d", i), at); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := d.ForgetReceipts(ctx, who); n != all-fresh || err != nil {
			t.Errorf("forgot %d of %d, %v", n, all-fresh, err)
		}
		var left int
		if err := d.Read(ctx, who, func(tx *db.Tx) error {
			return tx.One(ctx, `select count(*) from receipts x where x.ward_id = {ward}`).Scan(&left)
		}); err != nil || left != fresh {
			t.Errorf("%d are left of %d that are still remembered, %v", left, fresh, err)
		}
	})
}
