package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"sonha/ground/fault"
)

//go:embed migrate/*.sql
var migrations embed.FS

// migrate brings the schema up to date: one text for both databases with a few tokens where types differ ({bytes}, {in key}) and
// statements marked @sqlite or @postgres where tokens are not enough. All steps that are missing are one transaction: when one fails,
// nothing has changed and the program of before goes on working. Data that are there are copied first (upgrade.go). It reports whether
// there were data that now have another schema.
func migrate(ctx context.Context, d dialect, pool *sql.DB, from fs.FS, o Options) (upgraded bool, err error) {
	steps, err := steps(d, from)
	if err != nil {
		return false, err
	}
	kind, options := database.DialectSQLite3, []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true)}
	var turns lock.SessionLocker
	if d.name == postgres.name {
		kind = database.DialectPostgres
		// Two programs that start at the same time take turns.
		if turns, err = lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)); err != nil {
			return false, fmt.Errorf("prepare migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(turns))
	}
	provider, err := goose.NewProvider(kind, pool, nil, options...)
	if err != nil {
		return false, fmt.Errorf("prepare migrations: %w", err)
	}
	stored, known, err := provider.GetVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("read the version of the schema: %w", mapError(err))
	}
	if stored > known {
		return false, &fault.Error{
			Kind: fault.Closed, Key: "fault.newer_data",
			Err: fmt.Errorf("the data were made by a newer program (schema %d, this program knows %d): use that one", stored, known),
		}
	}
	store, err := database.NewStore(kind, goose.DefaultTablename)
	if err != nil {
		return false, fmt.Errorf("prepare migrations: %w", err)
	}
	if todo, err := missing(ctx, pool, store, steps, known); err != nil || len(todo) == 0 {
		return false, err
	}
	kept := ""
	if stored > 0 {
		if kept, err = o.copyBefore(ctx, stored, known); err != nil {
			return false, err
		}
	}
	if err := together(ctx, pool, turns, store, steps, known); err != nil {
		err = fmt.Errorf("bring the schema up to date: %w", mapError(err))
		switch {
		case stored == 0:
			return false, err
		case kept == "":
			return false, &fault.Error{Kind: fault.Closed, Key: "fault.not_upgraded_uncopied", Err: err}
		}
		return false, &fault.Error{Kind: fault.Closed, Key: "fault.not_upgraded", Pairs: []any{"Copy", kept}, Err: err}
	}
	return stored > 0, nil
}

// upToDate reports whether a file lacks no step, by a look at the list that goose keeps: whatever else may be so, migrate finds out and says.
func upToDate(ctx context.Context, conn *prepared, from fs.FS) bool {
	steps, err := steps(sqlite, from)
	if err != nil {
		return false
	}
	known := int64(0)
	for _, step := range steps {
		known = max(known, step.Version)
	}
	rows, err := conn.QueryContext(ctx, "select version_id from "+goose.DefaultTablename)
	if err != nil {
		return false
	}
	defer func() { _ = rows.Close() }()
	var had []int64
	for rows.Next() {
		var version int64
		if rows.Scan(&version) != nil {
			return false
		}
		had = append(had, version)
	}
	todo, err := lacking(had, steps, known)
	return rows.Err() == nil && err == nil && len(todo) == 0
}

// together does the steps that are missing in one transaction.
func together(ctx context.Context, pool *sql.DB, turns lock.SessionLocker, store database.Store, steps []*goose.Migration, known int64) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if turns != nil {
		if err := turns.SessionLock(ctx, conn); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, turns.SessionUnlock(context.WithoutCancel(ctx), conn)) }()
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	todo, err := missing(ctx, tx, store, steps, known)
	if err != nil {
		return err
	}
	for _, step := range todo {
		if err := step.UpFnContext(ctx, tx); err != nil {
			return err
		}
		if err := store.Insert(ctx, tx, database.InsertRequest{Version: step.Version}); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// missing gives the steps that the database has not had. It is asked again within the transaction: another program may have come first.
func missing(ctx context.Context, tx database.DBTxConn, store database.Store, steps []*goose.Migration, known int64) ([]*goose.Migration, error) {
	list, err := store.ListMigrations(ctx, tx)
	if err != nil {
		return nil, err
	}
	had := make([]int64, len(list))
	for i, x := range list {
		had[i] = x.Version
	}
	return lacking(had, steps, known)
}

// lacking gives the steps that are not among those that a database has had.
func lacking(versions []int64, steps []*goose.Migration, known int64) ([]*goose.Migration, error) {
	had, last := map[int64]bool{}, int64(0)
	for _, version := range versions {
		had[version], last = true, max(last, version)
	}
	if last > known {
		return nil, fmt.Errorf("a newer program has just brought the schema to %d", last)
	}
	var out []*goose.Migration
	for _, step := range steps {
		if had[step.Version] {
			continue
		}
		if step.Version < last {
			return nil, &fault.Error{
				Kind: fault.Closed, Key: "fault.other_data", Pairs: []any{"Had", last, "Missing", step.Version},
				Err: fmt.Errorf("the database has had step %d and not step %d before it", last, step.Version),
			}
		}
		out = append(out, step)
	}
	slices.SortFunc(out, func(a, b *goose.Migration) int { return int(a.Version - b.Version) })
	return out, nil
}

func steps(d dialect, from fs.FS) ([]*goose.Migration, error) {
	names, err := fs.Glob(from, "migrate/*.sql")
	if err != nil {
		return nil, err
	}
	var out []*goose.Migration
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		run := func(ctx context.Context, tx *sql.Tx) error { // nearly every start finds all of them done, and reads none
			text, err := fs.ReadFile(from, name)
			if err != nil {
				return err
			}
			return step(ctx, tx, name, statements(d, string(text)))
		}
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: run}, nil))
	}
	return out, nil
}

// step does the statements of one file.
func step(ctx context.Context, tx *sql.Tx, name string, parts []string) error {
	for _, s := range parts {
		if strings.HasPrefix(s, inGo) {
			if err := stepInGo(ctx, tx, s); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w (in: %.200s)", name, err, s)
		}
	}
	return nil
}

// inGo begins a step of a migration that plain SQL cannot say.
const inGo = "@go "

// stepInGo does such a step; there is one.
func stepInGo(ctx context.Context, tx *sql.Tx, step string) error {
	if step != inGo+"chain what was written before" {
		return fmt.Errorf("no such step: %s", step)
	}
	return chainWhatWas(ctx, tx)
}

// statements splits a migration at semicolons that end a line and keeps what is meant for the dialect.
func statements(d dialect, text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			lines = append(lines, line)
		}
	}
	var out []string
	for s := range strings.SplitSeq(strings.Join(lines, ""), ";\n") {
		s = strings.TrimSpace(s)
		if s == "" || strings.HasPrefix(s, d.other) {
			continue
		}
		out = append(out, d.types.Replace(strings.TrimPrefix(s, d.lead)))
	}
	return out
}
