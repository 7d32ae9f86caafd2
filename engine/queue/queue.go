// Package queue does work that must not be lost: a job is a row, written in the transaction of whoever asks for it, and done
// after the commit, again and again until it succeeds; periodic work runs in each ward at its time.
//
//	queue.Add(ctx, tx, queue.Job{Kind: "inbox.mail", Payload: id})      // in a unit of work
//	runner.Handle("inbox.mail", store.sendMail)                        // at the start of the program
//	runner.Every("inbox.digest", queue.Daily(7, 30), store.digest)     // once a day in each ward
//
// A job is done at least once: whoever handles it must bear doing it twice, as after a power cut between the work and the
// note that it is done. Work for which somebody waits at the screen belongs to engine/jobs (docs/decisions 0009 and 0015).
package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Job is work asked for.
type Job struct {
	// Kind says who does it; a handler must be registered under this name.
	Kind string
	// Payload is for the handler alone.
	Payload []byte
	// At is the earliest time; at once when zero.
	At time.Time
	// Key makes asking twice the same as asking once, for as long as the first waits. May be empty.
	Key string
}

// Add writes a job into the unit of work: it is done if and only if the unit is committed. It needs no audit line of its
// own; the unit's stands for it.
func Add(ctx context.Context, tx *db.Tx, j Job) error {
	if j.Kind == "" {
		return errors.New("queue: a job without a kind")
	}
	at := tx.Millis()
	if !j.At.IsZero() {
		at = j.At.UnixMilli()
	}
	payload := j.Payload
	if payload == nil {
		payload = []byte{}
	}
	_, err := tx.Exec(ctx, `insert into jobs (ward_id, id, kind, key, payload, state, run_at, tries, error, created_at)
		values ({ward}, $1, $2, $3, $4, 'waiting', $5, 0, '', $6)
		on conflict (ward_id, kind, key) where key <> '' and state = 'waiting' do nothing`, tx.NewID(), j.Kind, j.Key, payload, at, tx.Millis())
	return err
}

// Handler does a job as the program itself in the job's ward. It runs outside any unit of work.
type Handler func(ctx context.Context, who access.Actor, payload []byte) error

// Work is what comes round again. It does all that is due; told twice, the second time finds nothing to do.
type Work func(ctx context.Context, who access.Actor) error

// postponed is the error of a handler that wants to be asked later.
type postponed struct{ until time.Time }

// Error says until when.
func (p *postponed) Error() string { return "queue: not before " + p.until.Format(time.RFC3339) }

// Later is what a handler returns when the time has not come: the job waits until then and nothing has failed.
func Later(until time.Time) error { return &postponed{until} }

// hopeless is the error of a handler that no further try will mend.
type hopeless struct{ error }

// Unwrap gives the error itself.
func (h *hopeless) Unwrap() error { return h.error }

// Hopeless marks an error that will not go away by itself: the job is dead at once and stands in `sonha jobs list`.
func Hopeless(err error) error {
	if err == nil {
		return nil
	}
	return &hopeless{err}
}

const (
	// triesMost is how often a job is tried before it is dead: with the waits of Backoff, over most of a day.
	triesMost = 16
	firstWait = 30 * time.Second
	longWait  = 2 * time.Hour
)

// Backoff is how long a job waits after its n-th failure, counted from 1: 30 seconds, then twice as long each time, at the
// most two hours.
func Backoff(n int) time.Duration {
	const doublings = 8 // 30 s · 2⁸ is over two hours
	return min(firstWait<<min(max(n-1, 0), doublings), longWait)
}

// Schedule says when periodic work is due next.
type Schedule interface {
	// Next is the first time after another.
	Next(after time.Time) time.Time
	String() string
}

type interval time.Duration

// Interval is a schedule that comes round when the time has passed since the last round began.
func Interval(d time.Duration) Schedule { return interval(d) }

// Next is the interval later.
func (i interval) Next(after time.Time) time.Time { return after.Add(time.Duration(i)) }

// String is the interval, as in "every 15m0s".
func (i interval) String() string { return "every " + time.Duration(i).String() }

type daily struct{ hour, minute int }

// Daily is a schedule at a time of day at the ward (Asia/Ho_Chi_Minh). A day on which the program did not run at that time
// is made up for when it starts.
func Daily(hour, minute int) Schedule { return daily{hour, minute} }

// Next is the time of day on the same day or the next.
func (d daily) Next(after time.Time) time.Time {
	a := after.In(civil.Hanoi)
	next := time.Date(a.Year(), a.Month(), a.Day(), d.hour, d.minute, 0, 0, civil.Hanoi)
	if !next.After(after) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// String is the time of day, as in "daily 07:30".
func (d daily) String() string { return fmt.Sprintf("daily %02d:%02d", d.hour, d.minute) }

// round is what one run of periodic work tells and is told.
type round struct {
	dry   bool
	mu    sync.Mutex
	lines []string
}

type roundKey struct{}

// Dry reports whether the work is to change nothing and only to Note what it would do.
func Dry(ctx context.Context) bool {
	r, ok := ctx.Value(roundKey{}).(*round)
	return ok && r.dry
}

// Note tells what a round of periodic work did, or would do: figures and plain words for the terminal and the list of jobs,
// nothing about a person.
func Note(ctx context.Context, format string, args ...any) {
	if r, ok := ctx.Value(roundKey{}).(*round); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.lines = append(r.lines, fmt.Sprintf(format, args...))
	}
}
