package db

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// Units that share a transaction know nothing of one another: each that fails leaves no trace, in the tables, in the audit
// trail or in what comes after it, and all others are there as if it had never been, once.
func TestAUnitThatFailsLeavesNoTraceAmongOthers(t *testing.T) {
	t.Parallel()
	d := lite(t)
	who := access.System(1, "test")
	ctx := context.Background()
	next, told, stored := 100, 0, map[int]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		type unit struct {
			id    int
			how   string
			after int
			*job
		}
		var units []*unit
		var together sync.Once
		for range rapid.IntRange(1, 9).Draw(rt, "units") {
			next++
			u := &unit{id: next, how: rapid.SampledFrom([]string{"well", "well", "well", "refused", "refused late", "clash", "panic", "silent", "gone", "many lines"}).Draw(rt, "how")}
			caller, leave := context.WithCancel(ctx)
			u.job = &job{ctx: caller, who: who, end: make(chan struct{}), fn: func(tx *Tx) error {
				together.Do(func() { // the others wait while the first is at work
					for _, other := range units[1:] {
						d.writer.jobs <- other.job
					}
				})
				return oneOf(ctx, tx, u.id, u.how, &u.after)
			}}
			if u.how == "gone" && len(units) > 0 {
				leave()
			}
			defer leave()
			units = append(units, u)
		}
		d.writer.jobs <- units[0].job
		for _, u := range units {
			<-u.end
			well := u.how == "well" || u.how == "many lines" || u.how == "gone" && u == units[0]
			if (u.err == nil) != well {
				rt.Errorf("%s: told %v", u.how, u.err)
			}
			if well {
				u.tx.runAfter()
				stored[u.id] = true
				told++
				if u.how == "many lines" {
					told += mostLines
				}
				if u.after != 1 {
					rt.Errorf("%s: what comes after was done %d times", u.how, u.after)
				}
			}
		}
		got, lines := map[int]bool{}, 0
		if err := d.Read(ctx, who, func(tx *Tx) error {
			if err := tx.One(ctx, `select count(*) from audit {any: a test}`).Scan(&lines); err != nil {
				return err
			}
			return tx.All(ctx, func(scan func(...any) error) error {
				var id int
				err := scan(&id)
				got[id] = true
				return err
			}, `select id from wards {any: a test}`)
		}); err != nil {
			rt.Fatal(err)
		}
		if len(got) != len(stored) || lines != told {
			rt.Fatalf("%d rows and %d lines, want %d and %d", len(got), lines, len(stored), told)
		}
		for id := range stored {
			if !got[id] {
				rt.Errorf("%d is lost", id)
			}
		}
	})
	if c, err := d.CheckChain(ctx, who, nil, nil); err != nil || c.Break != nil || c.Lines != int64(told) {
		t.Errorf("the chain: %+v %v", c, err)
	}
}

// oneOf writes a row under its number and ends as it is told to.
func oneOf(ctx context.Context, tx *Tx, id int, how string, after *int) error {
	if how == "refused" {
		return fault.Refused("test.refused")
	}
	tx.After(func() { *after++ })
	if _, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ($1, cast($1 as text), '', '', '', true, {ward})`, id); err != nil {
		return err
	}
	switch how {
	case "refused late":
		return fault.Refused("test.refused")
	case "clash":
		_, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ($1, 'x', '', '', '', true, {ward})`, id)
		return err
	case "panic":
		panic("a defect")
	case "silent":
		return nil // no line: the unit is refused
	case "many lines":
		for range mostLines {
			if err := tx.Audit(ctx, Entry{Action: "test", Object: "ward", ID: strconv.Itoa(id)}); err != nil {
				return err
			}
		}
	}
	return tx.Audit(ctx, Entry{Action: "test", Object: "ward", ID: strconv.Itoa(id)})
}

// A group in which one fails has those before it run again, and no more than once: the next ones are guarded.
func TestARefusalIsPaidForOnce(t *testing.T) {
	t.Parallel()
	d := lite(t)
	who := access.System(1, "test")
	ctx := context.Background()
	runs := 0
	var jobs []*job
	for i := range 60 {
		jobs = append(jobs, &job{ctx: ctx, who: who, end: make(chan struct{}), fn: func(tx *Tx) error {
			if i == 0 && runs == 0 {
				for _, other := range jobs[1:] {
					d.writer.jobs <- other
				}
			}
			runs++
			how := "well"
			if i%3 == 2 {
				how = "refused late"
			}
			return oneOf(ctx, tx, 500+i, how, new(int))
		}})
	}
	d.writer.jobs <- jobs[0]
	for i, j := range jobs {
		<-j.end
		if (j.err == nil) != (i%3 != 2) {
			t.Errorf("unit %d: %v", i, j.err)
		}
	}
	if runs < 60 || runs > 62 { // the first two twice, unless they were on disk already
		t.Errorf("%d runs of 60 units", runs)
	}
}

func TestOnlyACrowdIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sizes       [2]int
		have, waits int
		comes       bool
	}{
		"alone":                          {[2]int{1, 1}, 1, 0, false},
		"a few":                          {[2]int{3, 5}, 1, 0, false},
		"the first of a crowd":           {[2]int{40, 1}, 1, crowdWaits, false},
		"the first of a crowd, and next": {[2]int{1, 40}, 1, 0, true},
		"half of the crowd is there":     {[2]int{40, 1}, 20, 0, false},
	} {
		w := &writer{jobs: make(chan *job, 1), sizes: c.sizes}
		if c.comes {
			w.jobs <- &job{}
		}
		waits := 0
		if j := w.crowd(c.have, &waits); (j != nil) != c.comes || waits != c.waits {
			t.Errorf("%s: a unit %t after %d waits", name, j != nil, waits)
		}
	}
	w, waits := &writer{jobs: make(chan *job, 1), sizes: [2]int{40, 40}}, 0
	for range 3 { // a batch that waited all it may waits no more
		w.crowd(1, &waits)
	}
	if waits != crowdWaits {
		t.Errorf("%d waits in one batch", waits)
	}
}
