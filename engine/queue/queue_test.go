package queue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// clock is a time that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 10, 20, 14, 5, 0, 0, civil.Hanoi)} }

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

var ward1 = access.System(1, "test")

// each runs a test on both databases, with a clock and one ward.
func each(t *testing.T, fn func(t *testing.T, d *db.DB, c *clock)) {
	t.Helper()
	for name, fresh := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := fresh(t)
			c := newClock()
			d, err := db.Open(t.Context(), db.Options{URL: address, Clock: c.Now, Testing: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			found(t, d, 1)
			fn(t, d, c)
		})
	}
}

func found(t *testing.T, d *db.DB, ward int) {
	t.Helper()
	if err := d.Write(t.Context(), access.System(ward, "test"), func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, $1, $1, $1, $1, $2, 0)`,
			fmt.Sprint("ward ", ward), true); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test"})
	}); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, d *db.DB, jobs ...queue.Job) {
	t.Helper()
	if err := d.Write(t.Context(), ward1, func(tx *db.Tx) error {
		for _, j := range jobs {
			if err := queue.Add(t.Context(), tx, j); err != nil {
				return err
			}
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test"})
	}); err != nil {
		t.Fatal(err)
	}
}

func due(t *testing.T, r *queue.Runner) int {
	t.Helper()
	n, err := r.RunDue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func pile(t *testing.T, r *queue.Runner, kind string) queue.Pile {
	t.Helper()
	_, piles, err := r.State(t.Context(), ward1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range piles {
		if p.Kind == kind {
			return p
		}
	}
	return queue.Pile{Kind: kind}
}

func TestAJobIsDoneOnceItsUnitIsCommitted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := queue.New(d, nil)
		var got []string
		r.Handle("a", func(_ context.Context, who access.Actor, payload []byte) error {
			if who.Ward() != 1 {
				t.Errorf("done in ward %d", who.Ward())
			}
			got = append(got, string(payload))
			return nil
		})
		broken := errors.New("broken")
		err := d.Write(t.Context(), ward1, func(tx *db.Tx) error {
			if err := queue.Add(t.Context(), tx, queue.Job{Kind: "a", Payload: []byte("rolled back")}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		add(t, d, queue.Job{Kind: "a", Payload: []byte("now")}, queue.Job{Kind: "a", Payload: []byte("later"), At: c.Now().Add(time.Hour)},
			queue.Job{Kind: "nobody does this"})
		due(t, r)
		if !slices.Equal(got, []string{"now"}) {
			t.Errorf("done: %q", got)
		}
		c.Pass(time.Hour)
		due(t, r)
		due(t, r)
		if !slices.Equal(got, []string{"now", "later"}) {
			t.Errorf("done: %q", got)
		}
		if p := pile(t, r, "nobody does this"); p.Waiting != 1 {
			t.Errorf("what nobody does is not shown as waiting: %+v", p)
		}
	})
}

func TestAskingTwiceIsAskingOnceWhileItWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *clock) {
		r := queue.New(d, nil)
		n := 0
		r.Handle("a", func(context.Context, access.Actor, []byte) error { n++; return nil })
		add(t, d, queue.Job{Kind: "a", Key: "x"}, queue.Job{Kind: "a", Key: "x"}, queue.Job{Kind: "a", Key: "y"}, queue.Job{Kind: "a"}, queue.Job{Kind: "a"})
		due(t, r)
		if n != 4 {
			t.Errorf("done %d times, want x, y and two without a key", n)
		}
		add(t, d, queue.Job{Kind: "a", Key: "x"})
		if due(t, r); n != 5 {
			t.Error("a key that is done stands in the way of the next")
		}
	})
}

func TestAFailureWaitsLongerEachTimeAndIsGivenUpInTheOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := queue.New(d, nil)
		tries := 0
		r.Handle("a", func(context.Context, access.Actor, []byte) error {
			tries++
			return errors.New("the other side is asleep")
		})
		add(t, d, queue.Job{Kind: "a"})
		var waits []time.Duration
		for p := (queue.Pile{}); p.Dead == 0; {
			due(t, r)
			if p = pile(t, r, "a"); p.Dead > 0 {
				break
			}
			wait := p.Next.Sub(c.Now())
			waits = append(waits, wait)
			c.Pass(wait - time.Millisecond)
			if before := tries; due(t, r) != 0 || tries != before {
				t.Fatal("tried before its time")
			}
			c.Pass(time.Millisecond)
			if tries > 100 {
				t.Fatal("never given up")
			}
		}
		for i, w := range waits {
			if base := queue.Backoff(i + 1); w < base || w > base+base/8+time.Second {
				t.Errorf("wait %d is %v, want about %v", i+1, w, base)
			}
		}
		if len(waits) != 15 || tries != 16 {
			t.Errorf("%d waits, %d tries", len(waits), tries)
		}
		if p := pile(t, r, "a"); p.Dead != 1 || p.Waiting != 0 || p.Err != "the other side is asleep" {
			t.Errorf("given up in silence: %+v", p)
		}
		c.Pass(1000 * time.Hour)
		if due(t, r) != 0 {
			t.Error("a dead job came back")
		}
	})
}

func TestBackoffClimbsToItsTop(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-3, 10000).Draw(t, "n")
		a, b := queue.Backoff(n), queue.Backoff(n+1)
		if a < 30*time.Second || b < a || b > 2*time.Hour || (n >= 1 && n < 8 && b != 2*a) {
			t.Fatalf("Backoff(%d) = %v, then %v", n, a, b)
		}
	})
}

func TestAHandlerMayPostponeGiveUpOrPanic(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := queue.New(d, nil)
		start := c.Now()
		postponed := 0
		r.Handle("later", func(context.Context, access.Actor, []byte) error {
			if postponed++; postponed < 40 { // more often than a job may fail
				return queue.Later(start.Add(time.Duration(postponed) * time.Hour))
			}
			return nil
		})
		r.Handle("hopeless", func(context.Context, access.Actor, []byte) error { return queue.Hopeless(errors.New("no such box")) })
		r.Handle("panic", func(context.Context, access.Actor, []byte) error { panic("a defect") })
		add(t, d, queue.Job{Kind: "later"}, queue.Job{Kind: "hopeless"}, queue.Job{Kind: "panic"})
		due(t, r)
		if p := pile(t, r, "hopeless"); p.Dead != 1 || p.Err != "no such box" {
			t.Errorf("hopeless: %+v", p)
		}
		if p := pile(t, r, "panic"); p.Waiting != 1 || p.Retrying != 1 || !strings.Contains(p.Err, "a defect") {
			t.Errorf("panic: %+v", p)
		}
		if p := pile(t, r, "later"); p.Waiting != 1 || p.Retrying != 0 || !p.Next.Equal(start.Add(time.Hour)) {
			t.Errorf("later: %+v", p)
		}
		for range 45 {
			c.Pass(time.Hour)
			due(t, r)
		}
		if p := pile(t, r, "later"); postponed != 40 || p.Waiting+p.Dead != 0 {
			t.Errorf("postponed %d times, then %+v", postponed, p)
		}
	})
}

// A program that dies in the middle of a job leaves it taken; when the lease is over another one does it.
func TestWhatADeadProgramHadIsDoneByAnother(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, address := newClock(), fresh(t)
			open := func() *db.DB {
				d, err := db.Open(t.Context(), db.Options{URL: address, Clock: c.Now, Testing: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = d.Close() })
				return d
			}
			first, done := open(), 0
			found(t, first, 1)
			add(t, first, queue.Job{Kind: "a"})
			dies := queue.New(first, nil)
			dies.Handle("a", func(context.Context, access.Actor, []byte) error {
				done++
				return first.Close() // the work is done, and the note that it is done never comes
			})
			if _, err := dies.RunDue(t.Context()); err == nil || done != 1 {
				t.Fatalf("the program did not die: %v, done %d times", err, done)
			}
			lives := queue.New(open(), nil)
			lives.Handle("a", func(context.Context, access.Actor, []byte) error { done++; return nil })
			c.Pass(4 * time.Minute)
			if due(t, lives); done != 1 {
				t.Error("taken from a program that may still be at it")
			}
			c.Pass(time.Minute)
			if due(t, lives); done != 2 || pile(t, lives, "a").Waiting != 0 {
				t.Errorf("done %d times, %+v", done, pile(t, lives, "a"))
			}
		})
	}
}

func TestTwoProgramsShareTheWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *clock) {
		var mu sync.Mutex
		times := map[string]int{}
		var jobs []queue.Job
		for i := range 200 {
			jobs = append(jobs, queue.Job{Kind: "a", Payload: []byte{byte(i)}})
		}
		add(t, d, jobs...)
		var wg sync.WaitGroup
		for range 2 {
			r := queue.New(d, nil)
			r.Handle("a", func(_ context.Context, _ access.Actor, payload []byte) error {
				mu.Lock()
				defer mu.Unlock()
				times[string(payload)]++
				return nil
			})
			wg.Go(func() {
				for n := 1; n > 0; {
					var err error
					if n, err = r.RunDue(context.Background()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if len(times) != 200 {
			t.Errorf("%d of 200 done", len(times))
		}
		for job, n := range times {
			if n != 1 {
				t.Errorf("job %d done %d times", job[0], n)
			}
		}
	})
}

func TestDailyComesAtItsTimeAtTheWard(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05", text, civil.Hanoi)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, x := range [][2]string{
		{"2026-10-20 07:29:59", "2026-10-20 07:30:00"}, {"2026-10-20 07:30:00", "2026-10-21 07:30:00"}, {"2026-12-31 23:59:59", "2027-01-01 07:30:00"},
		{"2028-02-28 08:00:00", "2028-02-29 07:30:00"},
	} {
		if got := queue.Daily(7, 30).Next(at(x[0]).UTC()); !got.Equal(at(x[1])) {
			t.Errorf("after %s: %v, want %s", x[0], got, x[1])
		}
	}
}

func TestPeriodicWorkComesRoundInEachWard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		found(t, d, 2)
		r := queue.New(d, nil)
		ran := map[int]int{}
		fails := true
		r.Every("test.morning", queue.Daily(7, 30), func(ctx context.Context, who access.Actor) error {
			ran[who.Ward()]++
			queue.Note(ctx, "%d tin", 3)
			if who.Ward() == 2 && fails {
				return errors.New("not today")
			}
			return nil
		}).DryRuns()
		rounds := func() {
			t.Helper()
			if err := r.RunRounds(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		rounds() // the first start notes the work, which begins with its next time
		rounds()
		if len(ran) != 0 {
			t.Errorf("ran before its time: %v", ran)
		}
		c.Pass(17*time.Hour + 24*time.Minute) // 07:29
		rounds()
		c.Pass(time.Minute)
		rounds()
		rounds()
		if ran[1] != 1 || ran[2] != 1 {
			t.Errorf("at 07:30: %v", ran)
		}
		c.Pass(6 * time.Minute) // what failed is tried again, what went well is not
		fails = false
		rounds()
		rounds()
		if ran[1] != 1 || ran[2] != 2 {
			t.Errorf("after a failure: %v", ran)
		}
		c.Pass(72 * time.Hour) // stopped for three days: made up for once
		rounds()
		rounds()
		if ran[1] != 2 || ran[2] != 3 {
			t.Errorf("after three days: %v", ran)
		}
		state, _, err := r.State(t.Context(), ward1)
		if err != nil || len(state) != 1 || state[0].Note != "3 tin" || !state[0].Well.Equal(c.Now()) {
			t.Errorf("state: %+v %v", state, err)
		}
	})
}

// What only the server does, whose settings this program was not given, is listed with why it failed.
func TestWorkOfAnotherProgramIsListed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		server, command := queue.New(d, nil), queue.New(d, nil)
		server.Every("backup.daily", queue.Daily(2, 30), func(context.Context, access.Actor) error { return errors.New("no room") })
		command.Every("test.morning", queue.Daily(7, 30), func(context.Context, access.Actor) error { return nil })
		for range 2 {
			if err := server.RunRounds(t.Context()); err != nil {
				t.Fatal(err)
			}
			c.Pass(24 * time.Hour)
		}
		state, _, err := command.State(t.Context(), ward1)
		if err != nil || len(state) != 2 || state[0].Name != "test.morning" || state[1].Name != "backup.daily" || state[1].When != nil ||
			!strings.Contains(state[1].Err, "no room") {
			t.Errorf("%+v %v", state, err)
		}
	})
}

func TestPeriodicWorkIsRunByHandAndTried(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *clock) {
		r := queue.New(d, nil)
		did := 0
		r.Every("dries", queue.Daily(3, 0), func(ctx context.Context, _ access.Actor) error {
			queue.Note(ctx, "xóa 12 tin")
			if !queue.Dry(ctx) {
				did++
			}
			return nil
		}).DryRuns()
		r.Every("does", queue.Interval(time.Hour), func(context.Context, access.Actor) error { did++; return nil })
		lines, err := r.Run(t.Context(), ward1, "dries", true)
		if err != nil || did != 0 || !slices.Equal(lines, []string{"xóa 12 tin"}) {
			t.Errorf("dry: %v %v, did %d", lines, err, did)
		}
		if _, err := r.Run(t.Context(), ward1, "does", true); !errors.Is(err, queue.ErrNotDry) || did != 0 {
			t.Errorf("work that cannot be tried was: %v", err)
		}
		if _, err := r.Run(t.Context(), ward1, "dries", false); err != nil || did != 1 {
			t.Errorf("run: %v, did %d", err, did)
		}
		if _, err := r.Run(t.Context(), ward1, "nothing", false); !errors.Is(err, queue.ErrNoWork) {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestTheRunnerWorksByItselfAndStops(t *testing.T) {
	t.Parallel()
	d := dbtest.Lite(t)
	found(t, d, 1)
	r := queue.New(d, nil)
	quick, began := make(chan struct{}), make(chan struct{})
	r.Handle("stuck", func(ctx context.Context, _ access.Actor, _ []byte) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	r.Handle("quick", func(context.Context, access.Actor, []byte) error { close(quick); return nil })
	add(t, d, queue.Job{Kind: "stuck"})
	r.Start()
	<-began
	add(t, d, queue.Job{Kind: "quick"})
	select {
	case <-quick:
	case <-time.After(20 * time.Second):
		t.Error("a stuck kind keeps another one waiting")
	}
	r.Stop()
	if p := pile(t, r, "stuck"); p.Waiting != 1 {
		t.Errorf("what was broken off is lost: %+v", p)
	}
}

// A clock that was a year ahead and is set right again does not stop what comes round every day for a year.
func TestPeriodicWorkOutlivesAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, c *clock) {
		r := queue.New(d, nil)
		runs := 0
		r.Every("daily", queue.Daily(3, 0), func(context.Context, access.Actor) error { runs++; return nil })
		round := func() {
			t.Helper()
			if err := r.RunRounds(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		const day = 24 * time.Hour
		round() // is new
		c.Pass(365 * day)
		round()
		if runs != 1 {
			t.Fatalf("%d runs while the clock was ahead", runs)
		}
		c.Pass(-364 * day)
		round()
		round()
		if runs != 2 {
			t.Errorf("%d runs after the clock was set right, want 2", runs)
		}
		c.Pass(day)
		round()
		if runs != 3 {
			t.Errorf("%d runs on the next day, want 3", runs)
		}
		c.Pass(-10 * time.Second) // an everyday correction repeats nothing
		round()
		if runs != 3 {
			t.Errorf("%d runs after a small correction", runs)
		}
	})
}
