package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// runner is what a transaction needs: a pooled *sql.Tx on PostgreSQL, a connection with its prepared statements on SQLite.
type runner interface {
	QueryContext(ctx context.Context, query string, args ...any) (rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// rows are what a statement returns, as *sql.Rows gives them.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Close() error
	Err() error
}

// pooled is a transaction or a pool of database/sql as a runner.
type pooled struct {
	of interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}
}

// QueryContext runs a statement that returns rows.
func (p pooled) QueryContext(ctx context.Context, query string, args ...any) (rows, error) {
	found, err := p.of.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err // and not a nil *sql.Rows in an interface
	}
	return found, nil
}

// ExecContext runs a statement that returns none.
func (p pooled) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.of.ExecContext(ctx, query, args...)
}

// Tx is one unit of work for one actor. It comes only from DB.Read and DB.Write, so holding one proves
// that an actor was named. Work across features passes it down.
type Tx struct {
	// Now is the time of the whole unit.
	Now time.Time
	// Who acts.
	Who access.Actor

	db      *DB
	run     runner
	writing bool
	wrote   bool
	changed bool // a row was written, or may have been
	audited bool
	open    bool  // rows are being read
	ended   bool  // the unit is over
	failed  error // the first statement that the database refused
	lines   []line
	chain   *chain       // of the transaction
	before  map[int]head // the heads before the unit wrote to the chain; nil while it has not
	after   []func()
	receipt *Receipt // of the submission, until it is written down
}

// Row is a statement whose first row is wanted; Scan runs it.
type Row struct {
	ctx   context.Context //nolint:containedctx // lives from One to Scan, in one expression
	tx    *Tx
	query string
	args  []any
}

// Scan runs the statement and reads the columns of its first row. fault.Missing when there is no row.
func (r Row) Scan(dest ...any) error {
	found := false
	err := r.tx.each(r.ctx, func(rows rows) (bool, error) {
		found = true
		if err := rows.Scan(dest...); err != nil {
			return false, fmt.Errorf("scan: %w", err)
		}
		return false, nil
	}, r.query, r.args)
	if err == nil && !found {
		return fault.NotFound("fault.not_found")
	}
	return err
}

// One names a statement of which the first row is wanted.
func (tx *Tx) One(ctx context.Context, query string, args ...any) Row {
	return Row{ctx: ctx, tx: tx, query: query, args: args}
}

// All runs a statement and calls each for every row; each scans with the function that it gets. A statement inside
// each is refused: PostgreSQL reads one answer at a time.
func (tx *Tx) All(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) error {
	return tx.each(ctx, func(rows rows) (bool, error) { return true, each(rows.Scan) }, query, args)
}

// Into gathers what is handed over row by row, for those who want all of a few rows.
func Into[T any](list *[]T) func(*T) error {
	return func(x *T) error {
		*list = append(*list, *x)
		return nil
	}
}

// Exec runs a statement that returns no rows and gives the number of rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if !tx.writing {
		return 0, errors.New("db: Exec inside Read")
	}
	p, full, err := tx.prepare(query, args)
	if err != nil {
		return 0, err
	}
	tx.wrote = true
	res, err := tx.run.ExecContext(tx.context(ctx), p.text, full...)
	if err != nil {
		return 0, tx.fail(err, p)
	}
	n, err := res.RowsAffected()
	tx.changed = tx.changed || n > 0 || err != nil
	return n, err
}

// Must1 turns "no row was touched" into not found: an update outside the actor's reach looks like an
// update of nothing.
func (tx *Tx) Must1(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.NotFound("fault.not_found")
	}
	return err
}

// NewID makes a key for a new row.
func (tx *Tx) NewID() string { return tx.db.newID() }

// Millis is Now in Unix milliseconds, the form of every stored time.
func (tx *Tx) Millis() int64 { return tx.Now.UnixMilli() }

// Moment is a stored time; the zero time for 0, which stands for never.
func Moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// After runs fn once the unit is on disk, and never if it is rolled back.
func (tx *Tx) After(fn func()) { tx.after = append(tx.after, fn) }

// each runs a statement and hands its rows to take for as long as take wants more.
func (tx *Tx) each(ctx context.Context, take func(rows) (more bool, err error), query string, args []any) error {
	p, full, err := tx.prepare(query, args)
	if err != nil {
		return err
	}
	if p.writes {
		if !tx.writing {
			return errors.New("db: a statement that writes inside Read")
		}
		tx.wrote, tx.changed = true, true
	}
	rows, err := tx.run.QueryContext(tx.context(ctx), p.text, full...)
	if err != nil {
		return tx.fail(err, p)
	}
	tx.open = true
	defer func() {
		tx.open = false
		_ = rows.Close()
	}()
	for rows.Next() {
		more, err := take(rows)
		if err != nil {
			return err
		}
		if !more {
			return tx.fail(rows.Close(), p)
		}
	}
	return tx.fail(rows.Err(), p)
}

// prepare readies a statement, unless the unit cannot take one now.
func (tx *Tx) prepare(query string, args []any) (*plan, []any, error) {
	switch {
	case tx.ended:
		return nil, nil, errors.New("db: the unit of work is over")
	case tx.open:
		return nil, nil, errors.New("db: a statement while the rows of another are read; gather them first")
	case tx.failed != nil:
		return nil, nil, fmt.Errorf("db: the unit has failed: %w", tx.failed)
	}
	return tx.expand(query, args)
}

// fail notes what the database refused: on both databases the unit is lost then, as PostgreSQL has it.
func (tx *Tx) fail(err error, p *plan) error {
	if err == nil {
		return nil
	}
	tx.failed = fmt.Errorf("%w (in: %.120s)", mapError(err), p.text)
	return tx.failed
}

// context drops cancellation on SQLite: the driver starts a goroutine per statement to watch for it, and
// its statements take microseconds.
func (tx *Tx) context(ctx context.Context) context.Context {
	if tx.db.writer != nil || tx.db.readers != nil {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// unit runs fn and holds it to the rule that a write leaves an audit line.
func (tx *Tx) unit(fn func(*Tx) error) (err error) {
	defer tx.db.nesting.enter()()
	defer func() {
		tx.ended = true
		if p := recover(); p != nil {
			err = fmt.Errorf("db: panic in a unit of work: %v\n%s", p, debug.Stack())
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	if tx.wrote && !tx.audited {
		return errors.New("db: a unit of work wrote without an audit line")
	}
	return nil
}

// read runs fn over a view.
func (tx *Tx) read(fn func(*Tx) error) error {
	defer tx.db.nesting.enter()()
	defer func() { tx.ended = true }()
	return fn(tx)
}

func (tx *Tx) runAfter() {
	for _, fn := range tx.after {
		fn()
	}
}

// Need refuses the unit when its actor has not the power. Routes check it too; this holds on the command
// line, in jobs and for whoever finds another way in.
func (tx *Tx) Need(n access.Need) error {
	if !tx.Who.May(n) {
		return fault.NotFound("fault.not_found")
	}
	tx.Who.Touch()
	return nil
}
