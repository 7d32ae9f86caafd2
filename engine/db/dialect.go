package db

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx" as well
	driver "modernc.org/sqlite"

	"sonha/ground/fault"
)

// dialect holds what must differ between the two databases. Everything else is one text.
type dialect struct {
	name string
	// types replaces the tokens of migrations whose types differ.
	types *strings.Replacer
	// lead is the prefix of migration statements meant for this database only.
	lead, other string
}

// Differs because SQLite has no bytea and keeps a table inside its primary key only when told to, and
// because only PostgreSQL has comments on tables (they carry the distribution class).
var (
	sqlite = dialect{
		name:  "sqlite",
		types: strings.NewReplacer("{bytes}", "blob", "{in key}", "without rowid"),
		lead:  "@sqlite ", other: "@postgres ",
	}
	postgres = dialect{
		name:  "postgres",
		types: strings.NewReplacer("{bytes}", "bytea", "{in key}", ""),
		lead:  "@postgres ", other: "@sqlite ",
	}
)

// sqliteDSN states every setting in the address, because a pool opens connections on its own and a
// PRAGMA run once reaches only one of them. synchronous=FULL: what was acknowledged survives a power cut. The caches are
// small, because a page that is not in them is in the system's: 1 MB of pages for each.
func sqliteDSN(path string, reading bool) string {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "trusted_schema(0)"} {
		q.Add("_pragma", p)
	}
	// A page of 4 KB takes 8 KB of memory here (the allocator gives powers of two), and one that is not kept is in the system's own
	// cache: twice as much, and four times as much for the writer, made nothing faster that could be measured. The collector has better
	// use for that memory (collectAt in app/main.go).
	q.Add("_pragma", "cache_size(-1024)")
	if reading {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		// 16 MB of log instead of 4 before its pages are copied into the file: a page that many write is copied a quarter as often.
		q.Add("_pragma", "wal_autocheckpoint(4000)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// openBeside opens the few connections that look at the audit trail beside a transaction (chain.go). What they write
// need not be on disk at once: a lost head is overtaken by the next.
func openBeside(address string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["synchronous_commit"] = "off"
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(4)
	pool.SetMaxIdleConns(2)
	pool.SetConnMaxIdleTime(time.Minute)
	return pool, nil
}

// mapError turns the two databases' codes into the program's kinds of error.
func mapError(err error) error {
	if err == nil {
		return nil
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "23505":
			return &fault.Error{Kind: fault.Clash, Key: "fault.exists", Err: err}
		case "23503":
			return &fault.Error{Kind: fault.Clash, Key: "fault.in_use", Err: err}
		}
		if away(err) {
			return fault.Unavailable(err)
		}
		return unwritable(err, pg.Code == "53100", pg.Code == "25006")
	}
	if away(err) {
		return fault.Unavailable(err)
	}
	if lite, ok := errors.AsType[*driver.Error](err); ok {
		switch lite.Code() {
		case 2067, 1555:
			return &fault.Error{Kind: fault.Clash, Key: "fault.exists", Err: err}
		case 787:
			return &fault.Error{Kind: fault.Clash, Key: "fault.in_use", Err: err}
		}
		const readOnly, inOut, full = 8, 10, 13
		code := lite.Code() & 0xff
		if held(err) {
			return fault.Unavailable(err)
		}
		return unwritable(err, code == full, code == readOnly || code == inOut)
	}
	return err
}

// held reports whether another process writes to the SQLite file, and goes on writing: the connection is well, and its turn comes.
func held(err error) bool {
	const busy = 5
	lite, ok := errors.AsType[*driver.Error](err)
	return ok && lite.Code()&0xff == busy
}

// unwritable says what the reader can do about a disk that takes nothing more: somebody has to look at the server, and
// nothing that was acknowledged is lost.
func unwritable(err error, full, broken bool) error {
	switch {
	case full:
		return &fault.Error{Kind: fault.Busy, Key: "fault.disk_full", Err: err}
	case broken:
		return &fault.Error{Kind: fault.Busy, Key: "fault.disk_broken", Err: err}
	}
	return err
}

// unreached says that the server of an address does not answer, or what it answered.
func unreached(err error, address string) error {
	if !away(err) {
		return fmt.Errorf("reach PostgreSQL: %w", err)
	}
	return &fault.Error{Kind: fault.Busy, Key: "fault.no_database", Pairs: []any{"Place", Redacted(address)}, Err: err}
}

// strange says that a file is none of SQLite's, and otherwise why it could not be opened.
func strange(err error, file string) error {
	const notDatabase = 26
	if lite, ok := errors.AsType[*driver.Error](err); ok && lite.Code()&0xff == notDatabase {
		return &fault.Error{Kind: fault.Wrong, Key: "fault.not_data", Pairs: []any{"Place", file}}
	}
	return fmt.Errorf("open SQLite: %w", mapError(err))
}

// conflict reports whether PostgreSQL undid the work because of somebody else's: serialization failure, deadlock.
func conflict(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// away reports whether PostgreSQL cannot be reached for now: starting, stopping, no connection free, connection lost.
func away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.Contains([]string{"57P01", "57P02", "57P03", "53300"}, pg.Code) || strings.HasPrefix(pg.Code, "08")
	}
	_, unreached := errors.AsType[*pgconn.ConnectError](err)
	_, broken := errors.AsType[*net.OpError](err)
	return unreached || broken || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, sqldriver.ErrBadConn) || pgconn.SafeToRetry(err)
}

// retryable reports whether the same work may be done again: it is certain that nothing of it is stored.
func retryable(err error) bool {
	return !errors.Is(err, errUnknown) && (conflict(err) || away(err))
}

// errUnknown is the error of a commit whose answer was lost: it may be stored, and must not be done twice.
var errUnknown = errors.New("db: the connection was lost at the commit; it may be stored")

// Unknown reports whether a Write may be stored although it gave an error: the answer to its commit was lost. What it points to,
// such as a photo, must stay.
func Unknown(err error) bool { return errors.Is(err, errUnknown) }

// committed says what the answer to a commit means.
func committed(err error) error {
	if err == nil || conflict(err) {
		return err
	}
	if away(err) {
		return fault.Unavailable(errors.Join(errUnknown, err))
	}
	return mapError(err)
}

// rolledBack says why a transaction is no more when whoever asked went away or the time was up: database/sql takes it back by itself then,
// and what comes after hears only that it is over. Nothing of it is stored.
func rolledBack(ctx context.Context, err error) error {
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// retry runs a unit of work again while the database asks for it, at most for about two seconds.
func retry(ctx context.Context, unit func() error) error {
	const attempts = 12
	for i := 0; ; i++ {
		err := unit()
		if err == nil || !retryable(err) {
			return err
		}
		if i == attempts-1 {
			return fault.Unavailable(err)
		}
		wait := time.Duration(1<<min(i, 8)) * time.Millisecond
		wait += time.Duration(rand.Int64N(int64(wait)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		}
	}
}
