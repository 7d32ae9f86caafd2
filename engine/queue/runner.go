package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
)

// Runner does the jobs and the periodic work of all wards. Several programs over one database share the work: each piece is
// taken by one of them.
type Runner struct {
	db       *db.DB
	log      *slog.Logger
	handlers map[string]Handler
	works    []*Periodic

	mu     sync.Mutex
	busy   map[string]bool // kinds whose jobs are being done
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// Periodic is work that comes round again.
type Periodic struct {
	Name string
	When Schedule
	// Dries says that the work can be asked what it would do.
	Dries bool
	// Forgets says that the work deletes what its period no longer covers.
	Forgets bool

	do    Work
	takes time.Duration // 0: no longer than roundLimit
}

// Takes says that one round may take longer than others do; it then keeps no other work waiting.
func (p *Periodic) Takes(most time.Duration) *Periodic {
	p.takes = most
	return p
}

func (p *Periodic) limit() time.Duration { return max(p.takes, roundLimit) }

// lease is how long a round that has begun is nobody else's.
func (p *Periodic) lease() time.Duration { return p.limit() + roundLease - roundLimit }

// Deletes says that the work deletes what its period no longer covers. It is run on restored data before anybody sees them.
func (p *Periodic) Deletes() *Periodic {
	p.Forgets = true
	return p
}

// DryRuns says that the work heeds Dry: it may be asked what it would do.
func (p *Periodic) DryRuns() *Periodic {
	p.Dries = true
	return p
}

const (
	// pause is how often the runner looks for jobs, roundPause for periodic work.
	pause      = time.Second
	roundPause = 15 * time.Second
	// limit is how long one try may take; lease is how long a taken batch is nobody else's. batch/abreast tries follow each
	// other within a lease.
	limit   = time.Minute
	lease   = 5 * time.Minute
	batch   = 32
	abreast = 8
	// roundLimit and roundLease are the same for one round of periodic work.
	roundLimit = 10 * time.Minute
	roundLease = 12 * time.Minute
)

// New makes a runner; Start begins.
func New(d *db.DB, log *slog.Logger) *Runner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Runner{db: d, log: log, handlers: map[string]Handler{}, busy: map[string]bool{}}
}

// Handle says who does the jobs of a kind. Jobs of one kind never keep those of another waiting. It is called before Start.
func (r *Runner) Handle(kind string, fn Handler) { r.handlers[kind] = fn }

// Every says what comes round in each ward, and when. The name is that of `sonha jobs run`. It is called before Start.
func (r *Runner) Every(name string, when Schedule, fn Work) *Periodic {
	p := &Periodic{Name: name, When: when, do: fn}
	r.works = append(r.works, p)
	return p
}

// Works lists the periodic work in the order of its names.
func (r *Runner) Works() []*Periodic {
	return slices.SortedFunc(slices.Values(r.works), func(a, b *Periodic) int { return strings.Compare(a.Name, b.Name) })
}

// Start does what is due from now on, until Stop. It begins after a pause: those who wait for the first pages come first.
func (r *Runner) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	r.mu.Lock()
	r.cancel = cancel
	r.mu.Unlock()
	r.wg.Go(func() { r.loop(ctx, pause, r.look) })
	r.wg.Go(func() { r.loop(ctx, roundPause, func(ctx context.Context) error { return r.rounds(ctx, true) }) })
}

// Stop cancels what runs and waits for it; what was broken off is done at the next start.
func (r *Runner) Stop() {
	r.mu.Lock()
	cancel := r.cancel
	r.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	r.wg.Wait()
}

func (r *Runner) loop(ctx context.Context, every time.Duration, fn func(context.Context) error) {
	next := time.NewTimer(pause)
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return
		}
		if err := fn(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("queue", "err", err)
		}
		next.Reset(every)
	}
}

// lane is a kind that has something to do in some wards.
type lane struct {
	kind  string
	wards []int
}

// due finds the kinds and wards in which something is due.
func (r *Runner) due(ctx context.Context) ([]lane, error) {
	var out []lane
	err := r.db.Read(ctx, access.Actor{}, func(tx *db.Tx) error {
		out = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var kind string
			var ward int
			if err := scan(&kind, &ward); err != nil {
				return err
			}
			if r.handlers[kind] == nil {
				return nil
			}
			if len(out) == 0 || out[len(out)-1].kind != kind {
				out = append(out, lane{kind: kind})
			}
			last := &out[len(out)-1]
			last.wards = append(last.wards, ward)
			return nil
		}, `select j.kind, j.ward_id from jobs j where {any: the program looks in which wards work is due} j.state = 'waiting' and j.run_at <= $1
			group by j.kind, j.ward_id order by j.kind, j.ward_id`, tx.Millis())
	})
	return out, err
}

// look begins the work of each kind that has some and is not at work already.
func (r *Runner) look(ctx context.Context) error {
	lanes, err := r.due(ctx)
	if err != nil {
		return err
	}
	for _, l := range lanes {
		r.mu.Lock()
		taken := r.busy[l.kind]
		r.busy[l.kind] = true
		r.mu.Unlock()
		if taken {
			continue
		}
		r.wg.Go(func() {
			defer func() {
				r.mu.Lock()
				r.busy[l.kind] = false
				r.mu.Unlock()
			}()
			for _, ward := range l.wards {
				if _, err := r.drain(ctx, l.kind, ward); err != nil && ctx.Err() == nil {
					r.log.Error("queue", "kind", l.kind, "ward", ward, "err", err)
				}
			}
		})
	}
	return nil
}

// RunDue does every job that is due now, each once, and gives how many there were: for tests and for `sonha jobs run`.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	lanes, err := r.due(ctx)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, l := range lanes {
		for _, ward := range l.wards {
			n, err := r.drain(ctx, l.kind, ward)
			if err != nil {
				return done, err
			}
			done += n
		}
	}
	return done, nil
}

// taken is a job that this runner has.
type taken struct {
	id      string
	payload []byte
	tries   int
}

// drain does the jobs of a kind in a ward until none is due, and gives how many it tried.
func (r *Runner) drain(ctx context.Context, kind string, ward int) (int, error) {
	who := access.System(ward, "sonha")
	done := 0
	for ctx.Err() == nil {
		list, err := r.take(ctx, who, kind)
		if err != nil || len(list) == 0 {
			return done, err
		}
		done += len(list)
		gate := make(chan struct{}, abreast)
		errs := make([]error, len(list))
		var wg sync.WaitGroup
		for i, j := range list {
			gate <- struct{}{}
			wg.Go(func() {
				defer func() { <-gate }()
				errs[i] = r.one(ctx, who, kind, j)
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return done, err
		}
	}
	return done, ctx.Err()
}

// take makes due jobs this runner's for the time of a lease. The try is counted now, so that a job at which the program dies
// does not come back for ever.
func (r *Runner) take(ctx context.Context, who access.Actor, kind string) ([]taken, error) {
	var list []taken
	err := r.db.Write(ctx, who, func(tx *db.Tx) error {
		list = nil
		tx.Untold("which program does a job is no act of anybody")
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var j taken
			if err := scan(&j.id, &j.payload, &j.tries); err != nil {
				return err
			}
			j.tries++
			list = append(list, j)
			return nil
		}, `select j.id, j.payload, j.tries from jobs j where j.ward_id = {ward} and j.kind = $1 and j.state = 'waiting' and j.run_at <= $2
			order by j.run_at, j.id limit $3`, kind, tx.Millis(), batch); err != nil || len(list) == 0 {
			return err
		}
		ids := make([]string, len(list))
		for i, j := range list {
			ids[i] = j.id
		}
		which, args := db.Among("j.id", 2, ids)
		_, err := tx.Exec(ctx, `update jobs as j set run_at = $1, tries = j.tries + 1 where j.ward_id = {ward} and `+which,
			append([]any{tx.Now.Add(lease).UnixMilli()}, args...)...)
		return err
	})
	return list, err
}

// one tries a job and notes how it went. Its error is of the note, not of the job.
func (r *Runner) one(ctx context.Context, who access.Actor, kind string, j taken) error {
	failed := r.try(ctx, func(ctx context.Context) error { return r.handlers[kind](ctx, who, j.payload) }, limit)
	stopped := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx) // also of a program that is stopping
	return r.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("how a job went is no act of anybody")
		if failed == nil {
			_, err := tx.Exec(ctx, `delete from jobs as j where j.ward_id = {ward} and j.id = $1 and j.tries = $2`, j.id, j.tries)
			return err
		}
		at, tries, state, text := tx.Now, j.tries, "waiting", short(failed)
		later, put := errors.AsType[*postponed](failed)
		_, lost := errors.AsType[*hopeless](failed)
		switch {
		case put:
			at, tries, text = later.until, tries-1, ""
		case stopped:
			tries--
		case lost || tries >= triesMost:
			state = "dead"
			r.log.Error("a job is given up", "kind", kind, "job", j.id, "tries", tries, "err", text)
		default:
			wait := Backoff(tries)
			at = at.Add(wait + time.Duration(rand.Int64N(int64(wait/8)+1)))
		}
		_, err := tx.Exec(ctx, `update jobs as j set run_at = $1, tries = $2, state = $3, error = $4 where j.ward_id = {ward} and j.id = $5 and j.tries = $6`,
			at.UnixMilli(), tries, state, text, j.id, j.tries)
		return err
	})
}

// try runs fn under a limit; a panic is its error, not the end of the program.
func (r *Runner) try(ctx context.Context, fn func(context.Context) error, most time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a job: %v\n%s", p, debug.Stack())
		}
	}()
	return fn(ctx)
}

// short is an error as the list of jobs shows it.
func short(err error) string {
	const most = 400
	text := []rune(strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", ""), "?"))
	return string(text[:min(len(text), most)])
}
