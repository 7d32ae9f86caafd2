// Package db is the one way to the database: SQLite in one file, or PostgreSQL by a URL, through the
// same plain SQL with $1 placeholders.
//
// Every statement runs inside Read or Write, for an access.Actor, and says whose rows it means:
//
//	{scope h}       the houses alias h, limited to the actor's reach
//	{scope x.house} the alias x with ward_id and house_id, limited to houses in the actor's reach
//	{figures h}     like {scope h}, and the whole ward for who may count but not open rows; only in a
//	                statement that counts or sums
//	{ward}          the actor's ward, as a value
//	{any: reason}   no limit, with the reason
//
// A statement with none of them is refused. `grep '{any'` is the review list.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"sonha/ground/access"
)

// Options says which database to open. The zero Options with a URL is right for production.
type Options struct {
	// URL is "postgres://…" or a path to a SQLite file.
	URL string
	// Clock gives the time of each unit of work; time.Now when nil.
	Clock func() time.Time
	// NewID makes keys; UUIDv7 when nil.
	NewID func() string
	// Readers is the number of SQLite reading connections; when zero, one more than there are processors, 4 at the most. More
	// read no faster, and each keeps its own pages and statements.
	Readers int
	// Copies is the folder for the copy that is made before the schema changes; none is made when it is empty.
	Copies string
	// Uncopied lets the schema change although no copy can be made.
	Uncopied bool
	// Upgrading is told before the schema changes, with the numbers of before and after and the file of the copy; may be nil.
	Upgrading func(from, to int64, kept string)
	// Testing refuses a unit of work inside another: it would wait for a connection that the outer one holds. On SQLite it also
	// runs every unit that writes twice, the first time for nothing, as may happen to each when another fails.
	Testing bool
	// Once leaves that first run out, for tests that count the runs or wait inside a unit.
	Once bool
	// schema replaces the embedded steps, in tests of this package only.
	schema fs.FS
}

// steps is where the steps of the schema lie.
func (o Options) steps() fs.FS {
	if o.schema != nil {
		return o.schema
	}
	return migrations
}

// DB is an open database with its schema up to date.
type DB struct {
	dialect  dialect
	clock    func() time.Time
	newID    func() string
	told     atomic.Uint32 // lines of the trail since the start
	pool     *sql.DB       // PostgreSQL only
	beside   *sql.DB       // PostgreSQL only: short looks at the audit trail beside a transaction
	readers  *readers      // SQLite only
	writer   *writer       // SQLite only
	plans    sync.Map      // planKey → *plan
	planned  atomic.Int64
	nesting  *nesting      // in tests only
	twice    bool          // in tests only
	quit     chan struct{} // closed: no new unit is taken
	shutting sync.Once     // for Close
	file     string
	answers  answers
	upgraded bool          // the data were made by an older program
	closing  chan struct{} // closed: what is pending is written without waiting for more
}

// Open opens the database and brings its schema up to date.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{clock: o.Clock, newID: o.NewID, quit: make(chan struct{}), closing: make(chan struct{})}
	if o.Testing {
		d.nesting, d.twice = &nesting{}, !o.Once
	}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.newID == nil {
		d.newID = NewID
	}
	if o.URL == "" {
		return nil, errors.New("open database: no address given")
	}
	open := d.openSQLite
	if IsPostgres(o.URL) {
		open = d.openPostgres
	}
	if err := open(ctx, o); err != nil {
		return nil, err
	}
	if d.upgraded {
		// Planned by what the program of before knew, or by nothing, the first board of a city of a million houses ran for a minute. Where
		// it fails, the program asks again soon after the start.
		_ = d.Analyze(ctx)
	}
	return d, nil
}

// IsPostgres reports whether the address is of a PostgreSQL server rather than a SQLite file.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.dialect = postgres
	pool, err := sql.Open("pgx", o.URL)
	if err != nil {
		return fmt.Errorf("open PostgreSQL: %w", err)
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.pool = pool
	if err := pool.PingContext(ctx); err != nil {
		return errors.Join(unreached(err, o.URL), pool.Close())
	}
	if d.upgraded, err = migrate(ctx, d.dialect, pool, o.steps(), o); err != nil {
		return errors.Join(err, pool.Close())
	}
	if d.beside, err = openBeside(o.URL); err != nil {
		return errors.Join(fmt.Errorf("open PostgreSQL: %w", err), pool.Close())
	}
	return nil
}

func (d *DB) openSQLite(ctx context.Context, o Options) error {
	d.dialect, d.file = sqlite, o.URL
	if err := private(o.URL); err != nil {
		return err
	}
	// Open before the schema is brought up to date, and after: the last connection that closes a file takes its log along, for which a
	// start does not wait.
	conn, err := connect(sqliteDSN(o.URL, false))
	if err != nil {
		return strange(err, o.URL)
	}
	if d.upgraded, err = d.migrateSQLite(ctx, conn, o); err != nil {
		conn.close()
		return err
	}
	d.writer = startWriter(d, sqliteDSN(o.URL, false), conn)
	n := o.Readers
	if n == 0 {
		n = min(4, runtime.NumCPU()+1)
	}
	d.readers = newReaders(sqliteDSN(o.URL, true), n)
	return nil
}

// migrateSQLite brings the schema up to date, and does not wake what does so when there is nothing to do, as at nearly every start.
func (d *DB) migrateSQLite(ctx context.Context, conn *prepared, o Options) (upgraded bool, err error) {
	if upToDate(ctx, conn, o.steps()) {
		return false, nil
	}
	pool, err := sql.Open("sqlite", sqliteDSN(o.URL, false))
	if err != nil {
		return false, fmt.Errorf("open SQLite: %w", err)
	}
	pool.SetMaxOpenConns(1)
	upgraded, err = migrate(ctx, d.dialect, pool, o.steps(), o)
	return upgraded, errors.Join(err, pool.Close())
}

// private makes the file before SQLite does, for the owner's eyes only; SQLite gives the files beside it the same rights.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the data file: %w", err)
	}
	return f.Close()
}

// Close waits for running work and closes the database. Work that comes later gets an error.
func (d *DB) Close() error {
	var err error
	d.shutting.Do(func() { err = d.shut() })
	return err
}

func (d *DB) shut() error {
	close(d.closing)
	d.answers.settle()
	close(d.quit)
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.stop())
	}
	if d.readers != nil {
		d.readers.close()
	}
	for _, pool := range []*sql.DB{d.pool, d.beside} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Name is "sqlite" or "postgres".
func (d *DB) Name() string { return d.dialect.name }

// File is the SQLite file, empty on PostgreSQL.
func (d *DB) File() string { return d.file }

// Now is the clock that stamps new work.
func (d *DB) Now() time.Time { return d.clock() }

// Read runs fn in one consistent, read-only view of the database.
func (d *DB) Read(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	if d.readers == nil {
		return d.readPostgres(ctx, who, fn)
	}
	r, err := d.readers.take(ctx, d.quit)
	if err != nil {
		return err
	}
	defer d.readers.give(r)
	return r.read(ctx, d, who, fn)
}

// Write runs fn in one transaction: all of it is on disk when Write returns nil, none of it otherwise.
// On SQLite it shares the commit with whoever waits at the same time, and runs again when one of them fails; on PostgreSQL
// it runs serializable and again after a conflict. So fn must not have effects outside the transaction (use Tx.After).
// A unit that wrote without Tx.Audit is rolled back. Under a Receipt that was taken before it does nothing and gives
// an error for which Repeated is true.
func (d *DB) Write(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	if err := d.ready(); err != nil {
		return err
	}
	r, err := d.receipt(ctx, who)
	if err != nil {
		return err
	}
	if r != nil {
		fn = r.with(ctx, fn)
	}
	if d.writer != nil {
		err = d.writer.do(ctx, who, fn)
	} else {
		err = d.writePostgres(ctx, who, fn)
	}
	if r != nil && err == nil {
		r.stored.Store(true)
	}
	return err
}

// errRehearsed takes back what a rehearsal did.
var errRehearsed = errors.New("db: only rehearsed")

// Rehearse is Write, which is taken back when dry: fn does what it would do, and may say how much that was.
func (d *DB) Rehearse(ctx context.Context, who access.Actor, dry bool, fn func(*Tx) error) error {
	err := d.Write(ctx, who, func(tx *Tx) error {
		if err := fn(tx); err != nil || !dry {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// ready reports why a unit cannot begin now.
func (d *DB) ready() error {
	select {
	case <-d.quit:
		return errClosed
	default:
		return d.nesting.check()
	}
}

// readPostgres asks again only for a connection: fn may have gathered rows by then, and a read-only view of one
// moment never conflicts.
func (d *DB) readPostgres(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	var stx *sql.Tx
	err := retry(ctx, func() (err error) {
		stx, err = d.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
		return mapError(err)
	})
	if err != nil {
		return err
	}
	defer func() { _ = stx.Rollback() }()
	tx := &Tx{Now: d.clock(), Who: who, db: d, run: pooled{stx}}
	return rolledBack(ctx, tx.read(fn))
}

func (d *DB) writePostgres(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	var tx *Tx
	err := retry(ctx, func() error {
		stx, err := d.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
		if err != nil {
			return mapError(err)
		}
		defer func() { _ = stx.Rollback() }()
		tx = &Tx{Now: d.clock(), Who: who, db: d, run: pooled{stx}, writing: true, chain: d.postgresChain(stx)}
		if err := tx.unit(fn); err != nil {
			return err
		}
		if err := tx.link(ctx); err != nil {
			return err
		}
		return committed(stx.Commit())
	})
	if err == nil {
		d.confirm(ctx, tx.chain, tx.Millis())
		tx.runAfter()
	}
	return rolledBack(ctx, err)
}

// Redacted is a database address without its password, for logs and screens.
func Redacted(address string) string {
	if !IsPostgres(address) {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return "postgres://…"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}
