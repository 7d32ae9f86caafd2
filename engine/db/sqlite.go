package db

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"sonha/ground/access"
)

// readers are the few connections that read, each used by one unit of work at a time. The one that was used last is taken
// first: it has its statements and the pages of the database at hand, and in a quiet program the others are never opened.
type readers struct {
	turns chan struct{} // as many as there are readers
	mu    sync.Mutex
	idle  []*reader
}

func newReaders(address string, n int) *readers {
	s := &readers{turns: make(chan struct{}, n)}
	for range n {
		s.idle = append(s.idle, &reader{address: address})
	}
	return s
}

// take waits for a reader; it must be given back.
func (s *readers) take(ctx context.Context, quit <-chan struct{}) (*reader, error) {
	select {
	case s.turns <- struct{}{}:
	case <-quit:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.idle[len(s.idle)-1]
	s.idle = s.idle[:len(s.idle)-1]
	return r, nil
}

func (s *readers) give(r *reader) {
	s.mu.Lock()
	s.idle = append(s.idle, r)
	s.mu.Unlock()
	<-s.turns
}

// close waits for all readers and closes them.
func (s *readers) close() {
	for range cap(s.turns) {
		s.turns <- struct{}{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.idle {
		r.close()
	}
}

// reader is one of the few connections that read; it is used by one unit of work at a time and is
// opened when first needed.
type reader struct {
	address string
	conn    *prepared // nil until it is needed
}

func (r *reader) close() {
	if r.conn != nil {
		r.conn.close()
		r.conn = nil
	}
}

// ready opens the connection.
func (r *reader) ready() (err error) {
	if r.conn == nil {
		r.conn, err = connect(r.address)
	}
	return err
}

func (r *reader) read(ctx context.Context, d *DB, who access.Actor, fn func(*Tx) error) (err error) {
	quiet := context.WithoutCancel(ctx)
	if err := r.ready(); err != nil {
		return err
	}
	if _, err := r.conn.ExecContext(quiet, "begin"); err != nil {
		r.close()
		return fmt.Errorf("begin reading: %w", mapError(err))
	}
	defer func() {
		if _, end := r.conn.ExecContext(quiet, "commit"); end != nil {
			r.close()
			err = errors.Join(err, fmt.Errorf("end reading: %w", mapError(end)))
			return
		}
		r.conn.trim()
	}()
	tx := &Tx{Now: d.clock(), Who: who, db: d, run: r.conn}
	return tx.read(fn)
}

// writer is the one connection that writes. Units that wait at the same time share one transaction and are
// acknowledged only after the shared commit: one disk flush for many answers.
//
// Nearly all units go well, and a savepoint for each costs as much as a statement, and a copy of every page that the unit
// changes. So they run without. When one fails that has changed something, the transaction is rolled back, and those
// before it run once more, now each in a savepoint, as do the next ones: what a unit does it may do again
// (see DB.Write), and who sends many forms that are refused makes nobody else's work be done again and again.
type writer struct {
	db      *DB
	address string
	conn    *prepared
	lost    bool // the state of the connection is not known
	jobs    chan *job
	done    chan struct{} // closed: the last unit has ended
	careful int           // so many units more have a savepoint
	sizes   [2]int        // of the last two batches
	there   int           // units that were there at the end of a batch, in it or behind it: the most lately
}

type job struct {
	ctx context.Context //nolint:containedctx // travels with the unit of work through the queue
	who access.Actor
	fn  func(*Tx) error
	tx  *Tx
	err error
	end chan struct{}
}

const (
	batchMost = 256
	batchTime = 20 * time.Millisecond
	carefulOf = 200 // units after one that failed

	manyLately = 8 // units in a batch: people come in crowds, and the writer waits for the rest of them
	crowdWaits = 4 // at the most in one batch
	crowdTime  = 250 * time.Microsecond
	thereFades = 16 // how slowly a crowd that has gone is forgotten: by so many a part for each batch
)

var errClosed = errors.New("db: closed")

// startWriter makes a connection the one that writes; address is for another when this one fails.
func startWriter(d *DB, address string, conn *prepared) *writer {
	w := &writer{db: d, address: address, conn: conn, jobs: make(chan *job, batchMost), done: make(chan struct{})}
	go w.loop()
	return w
}

func (w *writer) do(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	j := &job{ctx: ctx, who: who, fn: fn, end: make(chan struct{})}
	select {
	case w.jobs <- j:
	case <-w.db.quit:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	// A unit that is in the queue is waited for even when its caller has gone: the answer must be true.
	select {
	case <-j.end:
	case <-w.done:
		select {
		case <-j.end:
		default:
			return errClosed // came after the last look into the queue: it never ran
		}
	}
	if j.err == nil {
		j.tx.runAfter()
	}
	return j.err
}

// stop waits for the units in the queue; db.quit is closed by then.
func (w *writer) stop() error {
	<-w.done
	_, err := w.conn.ExecContext(context.Background(), "pragma wal_checkpoint(truncate)")
	w.conn.close()
	return err
}

// loop has a thread of its own. Batches of half a crowd (see most) are worth it only so: on a thread that others have turns on as well, the
// writer came back from the disk behind those whose forms it was to write.
func (w *writer) loop() {
	runtime.LockOSThread()
	defer close(w.done)
	for {
		select {
		case first := <-w.jobs:
			w.batch(first)
		case <-w.db.quit:
			for first := w.waiting(); first != nil; first = w.waiting() {
				w.batch(first)
			}
			return
		}
	}
}

// batch runs the first unit and all that wait behind it, commits once, and then tells everybody.
func (w *writer) batch(first *job) {
	ctx := context.Background()
	batch, most := []*job{first}, w.most()
	started, waits := time.Now(), 0
	all, err := w.begin(ctx)
	if err != nil {
		finish(batch, fmt.Errorf("begin writing: %w", mapError(err)))
		return
	}
	for {
		var spoilt bool
		if spoilt, err = w.unit(ctx, batch[len(batch)-1], all); spoilt {
			all, err = w.redo(ctx, batch[:len(batch)-1])
		}
		if err == nil && len(all.lines) >= linesTogether {
			err = all.write(ctx)
		}
		if err != nil || len(batch) == most || time.Since(started) >= batchTime {
			break
		}
		next := w.crowd(len(batch), &waits)
		if next == nil {
			break
		}
		batch = append(batch, next)
	}
	w.sizes = [2]int{w.sizes[1], len(batch)}
	if err == nil {
		err = all.end(ctx, w.db.clock().UnixMilli())
	}
	if err == nil {
		_, err = w.conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		w.rollback(ctx)
		err = fmt.Errorf("commit: %w", mapError(err))
	}
	w.conn.trim()
	w.there = max(len(batch)+len(w.jobs), w.there-w.there/thereFades)
	finish(batch, err)
}

// most is how many units a batch may have: of a crowd one half. While it is written, and while the disk has it, the answers to the other half
// are on their way, and their next forms are read: with all of them in one batch either the writer or everybody else had nothing to do.
func (w *writer) most() int {
	if w.there < 2*manyLately {
		return batchMost
	}
	return min((w.there+1)/2, batchMost)
}

// begin opens the transaction of a batch, with a new connection where the last one was left in an unknown state: a disk
// that is well again needs nobody to restart the program.
func (w *writer) begin(ctx context.Context) (*shared, error) {
	if w.lost {
		w.conn.close() // first: it may still hold the lock of who writes
		fresh, err := connect(w.address)
		if err != nil {
			return nil, err
		}
		w.conn, w.lost = fresh, false
	}
	if _, err := w.conn.ExecContext(ctx, "begin immediate"); err != nil {
		w.lost = !held(err)
		return nil, err
	}
	return &shared{chain: w.liteChain()}, nil
}

// rollback undoes what the batch did. SQLite has done so itself where the disk was full or could not be read; any other failure
// leaves the connection in an unknown state, and the next batch begins with a new one.
func (w *writer) rollback(ctx context.Context) {
	if _, err := w.conn.ExecContext(ctx, "rollback"); err != nil && !strings.Contains(err.Error(), "no transaction is active") {
		w.lost = true
	}
}

// redo begins the transaction anew, without what the last unit left in it, and runs those before it once more.
func (w *writer) redo(ctx context.Context, before []*job) (*shared, error) {
	w.rollback(ctx)
	all, err := w.begin(ctx)
	w.careful = len(before) + carefulOf
	for _, j := range before {
		if err != nil {
			return nil, err
		}
		if j.err == nil {
			_, err = w.unit(ctx, j, all)
		}
	}
	return all, err
}

func (w *writer) waiting() *job {
	select {
	case j := <-w.jobs:
		return j
	default:
		return nil
	}
}

// crowd gives the next unit of a batch that has so many. Who is told together comes again together, one a little before the others:
// without a moment's patience every second commit would be of that one alone, with the pages and the flush of a whole one. So where one
// of the last two batches was of many, and this one is not half of it, the writer waits for the others, a millisecond at the most.
// Who writes alone never waits.
func (w *writer) crowd(have int, waits *int) *job {
	lately := max(w.sizes[0], w.sizes[1])
	for {
		if j := w.waiting(); j != nil {
			return j
		}
		if lately < manyLately || have >= lately/2 || *waits == crowdWaits {
			return nil
		}
		*waits++
		time.Sleep(crowdTime)
	}
}

// shared is what the units of one transaction have in common: what they wrote to the audit trail goes into it together.
type shared struct {
	chain *chain
	lines []line
}

// linesTogether is how many lines are written at once, while the next units are on their way; at the end everybody waits.
const linesTogether = 16

// write writes the lines that the units have left so far.
func (s *shared) write(ctx context.Context) error {
	err := s.chain.write(ctx, s.lines)
	clear(s.lines)
	s.lines = s.lines[:0]
	return err
}

// end writes the rest, and the head of each ward.
func (s *shared) end(ctx context.Context, at int64) error {
	if err := s.write(ctx); err != nil {
		return err
	}
	return s.chain.end(ctx, at)
}

// unit runs one unit; its own error goes to its caller. It is spoilt when that unit may have left something in the
// transaction, which a unit in a savepoint never does. An error that unit returns is of the whole transaction: SQLite has
// given it up (disk full, read error), and with it the units before.
func (w *writer) unit(ctx context.Context, j *job, all *shared) (spoilt bool, err error) {
	if j.err = j.ctx.Err(); j.err != nil {
		return false, nil //nolint:nilerr // the transaction is well; the unit's caller has gone
	}
	now := w.db.clock()
	switch {
	case j.tx != nil:
		now = j.tx.Now // it runs again: to its caller it is the same unit
	case w.db.twice:
		if err := w.rehearse(ctx, j, all, now); err != nil {
			return false, err
		}
	}
	j.tx = &Tx{Now: now, Who: j.who, db: w.db, run: w.conn, writing: true, chain: all.chain}
	if w.careful > 0 {
		w.careful--
		return false, w.guarded(ctx, j, all)
	}
	if j.err = j.tx.unit(j.fn); j.err != nil {
		return j.tx.changed || j.tx.failed != nil, nil
	}
	all.lines = append(all.lines, j.tx.lines...)
	return false, nil
}

// rehearse runs a unit and takes back all that it did, in tests: the run that counts is its second, and what the unit kept of
// its first, outside the transaction, stands in the result twice.
func (w *writer) rehearse(ctx context.Context, j *job, all *shared, now time.Time) error {
	if _, err := w.conn.ExecContext(ctx, "savepoint rehearsal"); err != nil {
		return err
	}
	tx := &Tx{Now: now, Who: j.who, db: w.db, run: w.conn, writing: true, chain: all.chain}
	failed := tx.unit(j.fn) // the second run says what comes of it
	tx.unlink()
	if _, err := w.conn.ExecContext(ctx, "rollback to rehearsal"); err != nil {
		return errors.Join(failed, err)
	}
	_, err := w.conn.ExecContext(ctx, "release rehearsal")
	return err
}

// guarded runs one unit in its savepoint.
func (w *writer) guarded(ctx context.Context, j *job, all *shared) error {
	if _, err := w.conn.ExecContext(ctx, "savepoint unit"); err != nil {
		return err
	}
	if j.err = j.tx.unit(j.fn); j.err != nil {
		j.tx.unlink()
		if _, err := w.conn.ExecContext(ctx, "rollback to unit"); err != nil {
			return errors.Join(j.err, err) // what the disk said, and not only that SQLite has undone the savepoint with all the rest
		}
	}
	if j.err == nil {
		all.lines = append(all.lines, j.tx.lines...)
	}
	_, err := w.conn.ExecContext(ctx, "release unit")
	return err
}

func finish(batch []*job, err error) {
	for _, j := range batch {
		if j.err == nil {
			j.err = err
		}
		close(j.end)
	}
}
