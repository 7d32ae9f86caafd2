package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// runner is what a transaction needs of database/sql: *sql.Tx on PostgreSQL, a connection with its
// prepared statements on SQLite.
type runner interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
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
	audited bool
	after   []func()
}

// Row is one row to scan.
type Row struct {
	rows *sql.Rows
	err  error
}

// Scan reads the row's columns. fault.Missing when there is no row.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer func() { _ = r.rows.Close() }()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return mapError(err)
		}
		return fault.NotFound("fault.not_found")
	}
	if err := r.rows.Scan(dest...); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return r.rows.Close()
}

// One runs a statement and gives its first row to scan.
func (tx *Tx) One(ctx context.Context, query string, args ...any) Row {
	rows, err := tx.query(ctx, query, args)
	return Row{rows: rows, err: err}
}

// All runs a statement and calls each for every row; each scans with the function that it gets.
func (tx *Tx) All(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := tx.query(ctx, query, args)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return mapError(rows.Err())
}

// Exec runs a statement that returns no rows and gives the number of rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if !tx.writing {
		return 0, errors.New("db: Exec inside Read")
	}
	p, full, err := tx.expand(query, args)
	if err != nil {
		return 0, err
	}
	tx.wrote = true
	res, err := tx.run.ExecContext(tx.context(ctx), p.text, full...)
	if err != nil {
		return 0, fmt.Errorf("%w (in: %.120s)", mapError(err), p.text)
	}
	return res.RowsAffected()
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

// After runs fn once the unit is on disk, and never if it is rolled back.
func (tx *Tx) After(fn func()) { tx.after = append(tx.after, fn) }

func (tx *Tx) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	p, full, err := tx.expand(query, args)
	if err != nil {
		return nil, err
	}
	if p.writes {
		if !tx.writing {
			return nil, errors.New("db: a statement that writes inside Read")
		}
		tx.wrote = true
	}
	rows, err := tx.run.QueryContext(tx.context(ctx), p.text, full...)
	if err != nil {
		return nil, fmt.Errorf("%w (in: %.120s)", mapError(err), p.text)
	}
	return rows, nil
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
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("db: panic in a unit of work: %v", p)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if tx.wrote && !tx.audited {
		return errors.New("db: a unit of work wrote without an audit line")
	}
	return nil
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
