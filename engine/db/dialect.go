package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
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
// PRAGMA run once reaches only one of them. synchronous=FULL: what was acknowledged survives a power cut.
func sqliteDSN(path string, reading bool) string {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "trusted_schema(0)"} {
		q.Add("_pragma", p)
	}
	if reading {
		q.Add("_pragma", "cache_size(-8192)")
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_pragma", "cache_size(-65536)")
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
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
		return err
	}
	if lite, ok := errors.AsType[*driver.Error](err); ok {
		switch lite.Code() {
		case 2067, 1555:
			return &fault.Error{Kind: fault.Clash, Key: "fault.exists", Err: err}
		case 787:
			return &fault.Error{Kind: fault.Clash, Key: "fault.in_use", Err: err}
		}
	}
	return err
}

// retryable reports whether PostgreSQL asks for the same work again: serialization failure, deadlock,
// shutdown of the server, lost connection.
func retryable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "57P01" || strings.HasPrefix(pg.Code, "08")
	}
	return pgconn.SafeToRetry(err)
}

// retry runs a unit of work again while the database asks for it, at most for about two seconds.
func retry(ctx context.Context, unit func() error) error {
	const attempts = 12
	for i := 0; ; i++ {
		err := unit()
		if err == nil || i == attempts-1 || !retryable(err) {
			return err
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
