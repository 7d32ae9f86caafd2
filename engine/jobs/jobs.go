// Package jobs runs long work (import, export, report, backup) beside the request that asked for it and
// tells how far it is, in the browser and on the terminal.
//
// Work lives in this process: what it changes it changes in one transaction, so that a crash leaves either
// all of it or none, and whoever asked starts it again. Work that must survive a restart (messages to send)
// will be rows, not entries here.
package jobs

import (
	"context"
	"embed"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Messages holds the words of the progress page.
//
//go:embed messages/*.toml
var Messages embed.FS

// State is how far a job is.
type State struct {
	ID       string
	Title    string // catalog key of what is being done
	Done     int
	Total    int // 0 while unknown
	Finished bool
	Err      error
	Next     string // where to go when finished
	File     *Made  // what an export gave, nil for other work
}

// Progress is told by the work how far it is.
type Progress struct{ done, total atomic.Int64 }

// Set tells that done of total steps are finished.
func (p *Progress) Set(done, total int) {
	p.done.Store(int64(done))
	p.total.Store(int64(total))
}

// At gives the last told progress.
func (p *Progress) At() (done, total int) { return int(p.done.Load()), int(p.total.Load()) }

// Work does the job and gives the page to go to afterwards. It must heed ctx.
type Work func(ctx context.Context, p *Progress) (next string, err error)

// owner is who may ask about a job: an account in one role, in one ward.
type owner struct {
	account string
	role    access.Role
	ward    int
}

func ownerOf(who access.Actor) owner { return owner{who.Account(), who.Role(), who.Ward()} }

type job struct {
	id       string
	owner    owner
	title    string
	query    string // what is asked for under the title, when a title stands for several things
	progress Progress
	ended    chan struct{}
	next     string
	err      error
	at       time.Time
	file     *Made
}

// Runner keeps the jobs of this process.
type Runner struct {
	// AtOnce is how long a reader is kept waiting for a file before the progress page is shown instead; New gives three seconds.
	AtOnce time.Duration

	mu     sync.Mutex
	jobs   map[string]*job
	ctx    context.Context //nolint:containedctx // the life of the program, given to every job
	cancel context.CancelFunc
	wg     sync.WaitGroup
	turns  chan struct{} // an export holds one while it reads
	thrift Thrift
}

// keep is how long a finished job can be asked about; limit is how long one may run.
const (
	keep  = time.Hour
	limit = 30 * time.Minute
)

// New makes a runner. Stop ends it.
func New() *Runner {
	ctx, cancel := context.WithCancel(context.Background())
	return &Runner{AtOnce: 3 * time.Second, jobs: map[string]*job{}, ctx: ctx, cancel: cancel, turns: make(chan struct{}, exportsAtOnce)}
}

// Start begins work for the actor. One actor runs one job of a title at a time: asking again while it runs
// gives the running one.
func (r *Runner) Start(who access.Actor, title string, work Work) string {
	id, _ := r.Begin(who, title, work)
	return id
}

// Begin is Start that also tells whether this work was begun: own is false when the actor has one of the
// title running already, whose id is given.
func (r *Runner) Begin(who access.Actor, title string, work Work) (id string, own bool) {
	return r.begin(&job{owner: ownerOf(who), title: title}, work)
}

func (r *Runner) begin(j *job, work Work) (id string, own bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, old := range r.jobs {
		running := old.running()
		if running && old.owner == j.owner && old.title == j.title && old.query == j.query {
			return id, false
		}
		if !running && time.Since(old.at) > keep {
			old.file.forget()
			delete(r.jobs, id)
		}
	}
	j.id, j.ended, j.at = db.NewID(), make(chan struct{}), time.Now()
	r.jobs[j.id] = j
	if r.ctx.Err() != nil { // stopped, perhaps waited for already
		j.err = fault.Unavailable(r.ctx.Err())
		close(j.ended)
		return j.id, true
	}
	r.wg.Go(func() { r.run(j, work) })
	return j.id, true
}

// run does the work; a panic is the job's error, not the end of the program.
func (r *Runner) run(j *job, work Work) {
	ctx, cancel := context.WithTimeout(r.ctx, limit)
	defer cancel()
	defer close(j.ended)
	defer r.thrift.Begin()()
	defer func() {
		if p := recover(); p != nil {
			j.err = fmt.Errorf("panic in a job: %v\n%s", p, debug.Stack())
		}
	}()
	j.next, j.err = work(ctx, &j.progress)
	if _, known := fault.As(j.err); j.err != nil && ctx.Err() != nil && !known {
		j.err = fault.Unavailable(j.err) // stopped, or out of time
	}
}

func (j *job) running() bool {
	select {
	case <-j.ended:
		return false
	default:
		return true
	}
}

// Get tells how far a job of the actor is, waiting up to wait for its end; the job of somebody else is not
// found.
func (r *Runner) Get(who access.Actor, id string, wait time.Duration) (State, error) {
	r.mu.Lock()
	j := r.jobs[id]
	r.mu.Unlock()
	if j == nil || !who.Known() || j.owner != ownerOf(who) {
		return State{}, fault.NotFound("jobs.gone")
	}
	who.Touch()
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case <-j.ended:
	case <-patience.C:
	}
	s := State{ID: j.id, Title: j.title}
	s.Done, s.Total = j.progress.At()
	if !j.running() {
		s.Finished, s.Err, s.Next, s.File = true, j.err, j.next, j.file
	}
	return s, nil
}

// Stop cancels what runs, waits for it and drops what exports gave. Work that is asked for later is not begun.
func (r *Runner) Stop() {
	r.mu.Lock()
	r.cancel()
	r.mu.Unlock()
	r.wg.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, j := range r.jobs {
		if j.file != nil {
			j.file.forget()
			delete(r.jobs, id)
		}
	}
}
