package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// rounds runs the periodic work that is due, one after another, ward by ward; what may take long goes apart, so that nothing waits for it.
func (r *Runner) rounds(ctx context.Context, apart bool) error {
	wards, err := r.wards(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, ward := range wards {
		for _, p := range r.works {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if apart && p.takes > 0 {
				r.wg.Go(func() {
					if err := r.round(ctx, ward, p); err != nil && ctx.Err() == nil {
						r.log.Error("queue", "name", p.Name, "ward", ward, "err", err)
					}
				})
				continue
			}
			errs = append(errs, r.round(ctx, ward, p))
		}
	}
	return errors.Join(errs...)
}

// RunRounds runs the periodic work that is due now in every ward, for tests.
func (r *Runner) RunRounds(ctx context.Context) error { return r.rounds(ctx, false) }

func (r *Runner) wards(ctx context.Context) ([]int, error) {
	var out []int
	err := r.db.Read(ctx, access.Actor{}, func(tx *db.Tx) error {
		out = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var id int
			err := scan(&id)
			out = append(out, id)
			return err
		}, `select w.id from wards w where {any: periodic work runs in every ward} w.id >= 0 order by w.id`)
	})
	return out, err
}

// round runs one piece of periodic work in a ward if it is due and nobody else has it. Work that failed is tried again after
// Backoff, not at its next time.
func (r *Runner) round(ctx context.Context, ward int, p *Periodic) error {
	who := access.System(ward, "sonha")
	began, err := r.begin(ctx, who, p)
	if err != nil || !began {
		return err
	}
	lines, failed := r.run(ctx, who, p, false)
	if ctx.Err() != nil && failed != nil {
		return r.end(context.WithoutCancel(ctx), who, p, nil, nil, true)
	}
	if failed != nil {
		r.log.Error("periodic work failed", "name", p.Name, "ward", ward, "err", short(failed))
	}
	return r.end(context.WithoutCancel(ctx), who, p, lines, failed, false)
}

// due reports whether work that last began at a moment, and is taken until another, is to begin now. Moments that only a clock
// that was ahead can have written do not count: the work is done once too often rather than not until that clock comes true.
func (p *Periodic) due(last, until, now time.Time) bool {
	const slack = time.Minute // clocks are set right by moments all the time
	if until.After(now) && !until.After(now.Add(p.lease()+slack)) {
		return false
	}
	return last.After(now.Add(slack)) || !p.When.Next(last).After(now)
}

// begin takes a round: it is due, and no other program is at it.
func (r *Runner) begin(ctx context.Context, who access.Actor, p *Periodic) (bool, error) {
	began, now := false, r.db.Now()
	var last, until int64
	err := r.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select r.last_at, r.taken_until from rounds r where r.ward_id = {ward} and r.name = $1`, p.Name).Scan(&last, &until)
	})
	first := fault.Is(err, fault.Missing)
	if err != nil && !first {
		return false, err
	}
	if !first && !p.due(time.UnixMilli(last), time.UnixMilli(until), now) {
		return false, nil
	}
	err = r.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("which program does periodic work is no act of anybody")
		if first { // what is new begins with its next time
			began = false
			_, err := tx.Exec(ctx, `insert into rounds (ward_id, name, last_at, well_at, taken_until, error, note) values ({ward}, $1, $2, 0, 0, '', '')
				on conflict (ward_id, name) do nothing`, p.Name, tx.Millis())
			return err
		}
		n, err := tx.Exec(ctx, `update rounds as r set taken_until = $1 where r.ward_id = {ward} and r.name = $2 and r.last_at = $3 and r.taken_until = $4`,
			tx.Now.Add(p.lease()).UnixMilli(), p.Name, last, until)
		began = n == 1
		return err
	})
	return began, err
}

// end notes how a round went. A failed one keeps its time and is taken again a little later; stopped says that it was broken off.
func (r *Runner) end(ctx context.Context, who access.Actor, p *Periodic, lines []string, failed error, stopped bool) error {
	const again = 5 * time.Minute
	return r.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("how periodic work went is no act of anybody")
		switch {
		case stopped:
			_, err := tx.Exec(ctx, `update rounds as r set taken_until = 0 where r.ward_id = {ward} and r.name = $1`, p.Name)
			return err
		case failed != nil:
			_, err := tx.Exec(ctx, `update rounds as r set taken_until = $1, error = $2 where r.ward_id = {ward} and r.name = $3`,
				tx.Now.Add(again).UnixMilli(), short(failed), p.Name)
			return err
		}
		_, err := tx.Exec(ctx, `insert into rounds (ward_id, name, last_at, well_at, taken_until, error, note) values ({ward}, $1, $2, $2, 0, '', $3)
			on conflict (ward_id, name) do update set last_at = excluded.last_at, well_at = excluded.well_at, taken_until = 0, error = '', note = excluded.note`,
			p.Name, tx.Millis(), strings.Join(lines, "; "))
		return err
	})
}

func (r *Runner) run(ctx context.Context, who access.Actor, p *Periodic, dry bool) ([]string, error) {
	told := &round{dry: dry}
	err := r.try(context.WithValue(ctx, roundKey{}, told), func(ctx context.Context) error { return p.do(ctx, who) }, p.limit())
	told.mu.Lock()
	defer told.mu.Unlock()
	return told.lines, err
}

// ErrNoWork is returned for a name that no periodic work has, ErrNotDry for work that cannot be asked what it would do.
var (
	ErrNoWork = errors.New("queue: no such periodic work")
	ErrNotDry = errors.New("queue: this work cannot say what it would do")
)

// Run runs periodic work of a ward now, whether or not it is due, and gives what it noted. With dry it changes nothing.
func (r *Runner) Run(ctx context.Context, who access.Actor, name string, dry bool) ([]string, error) {
	for _, p := range r.works {
		if p.Name != name {
			continue
		}
		if dry && !p.Dries {
			return nil, fmt.Errorf("%w: %s", ErrNotDry, name)
		}
		lines, err := r.run(ctx, who, p, dry)
		if dry || err != nil {
			return lines, err
		}
		return lines, r.end(ctx, who, p, lines, nil, false)
	}
	return nil, fmt.Errorf("%w: %s", ErrNoWork, name)
}

// Round is periodic work as it stands in a ward. Of work that only another program does, as a server with other settings, nothing
// but the name is known, and Periodic.When is nil.
type Round struct {
	*Periodic

	Last, Well, Due time.Time // zero: not yet
	Err, Note       string
}

// Pile is what waits of one kind in a ward, or is dead.
type Pile struct {
	Kind     string
	Waiting  int
	Retrying int // of them: tried and failed before
	Dead     int
	Next     time.Time // when the first is due; zero when none waits
	Err      string    // the latest error
}

// State gives the periodic work, this program's before that of others, and the jobs of the actor's ward, for `sonha jobs list` and the administrator's page.
func (r *Runner) State(ctx context.Context, who access.Actor) (rounds []Round, piles []Pile, err error) {
	err = r.db.Read(ctx, who, func(tx *db.Tx) error {
		rounds, piles = nil, nil
		known := map[string]Round{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var name string
			var last, well int64
			var x Round
			if err := scan(&name, &last, &well, &x.Err, &x.Note); err != nil {
				return err
			}
			x.Last = time.UnixMilli(last)
			if well > 0 {
				x.Well = time.UnixMilli(well)
			}
			known[name] = x
			return nil
		}, `select r.name, r.last_at, r.well_at, r.error, r.note from rounds r where r.ward_id = {ward}`); err != nil {
			return err
		}
		for _, p := range r.Works() {
			x, ok := known[p.Name]
			x.Periodic = p
			if ok {
				x.Due = p.When.Next(x.Last)
			}
			rounds = append(rounds, x)
			delete(known, p.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(known)) {
			x := known[name]
			x.Periodic = &Periodic{Name: name}
			rounds = append(rounds, x)
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Pile
			var next int64
			if err := scan(&x.Kind, &x.Waiting, &x.Retrying, &x.Dead, &next, &x.Err); err != nil {
				return err
			}
			if next > 0 {
				x.Next = time.UnixMilli(next)
			}
			piles = append(piles, x)
			return nil
		}, `select j.kind, count(*) filter (where j.state = 'waiting'), count(*) filter (where j.state = 'waiting' and j.error <> ''),
				count(*) filter (where j.state = 'dead'), coalesce(min(case when j.state = 'waiting' then j.run_at end), 0), max(j.error)
			from jobs j where j.ward_id = {ward} group by j.kind order by j.kind`)
	})
	return rounds, piles, err
}
