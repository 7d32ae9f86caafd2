package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sonha/ground/fault"
)

// Census says what is in a database: its schema's number and how many rows each table has.
type Census struct {
	Schema int64            `json:"schema"`
	Rows   map[string]int64 `json:"rows"`
}

// Total is the number of rows of all tables.
func (c Census) Total() int64 {
	var n int64
	for _, rows := range c.Rows {
		n += rows
	}
	return n
}

// Snapshot copies the database at an address, as it is at one moment, into a new file, while others go on working with
// it, and gives the census of that moment. SQLite gives a database file, PostgreSQL a custom dump of its own pg_dump.
// progress may be nil; it is told bytes, and nothing where the size is not known beforehand.
func Snapshot(ctx context.Context, address, file string, progress func(done, total int64)) (Census, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	if IsPostgres(address) {
		return dump(ctx, address, file)
	}
	// Differs because SQLite copies itself with a statement and PostgreSQL with a program beside it.
	pool, err := sql.Open("sqlite", sqliteDSN(address, false))
	if err != nil {
		return Census{}, fmt.Errorf("open SQLite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	var pages, size int64
	if err := pool.QueryRowContext(ctx, `select p.page_count, s.page_size from pragma_page_count p, pragma_page_size s`).Scan(&pages, &size); err != nil {
		return Census{}, fmt.Errorf("measure the database: %w", mapError(err))
	}
	ended := make(chan struct{})
	told := make(chan struct{})
	go func() {
		defer close(told)
		for {
			select {
			case <-ended:
				return
			case <-time.After(200 * time.Millisecond):
				if info, err := os.Stat(file); err == nil {
					progress(min(info.Size(), pages*size), pages*size)
				}
			}
		}
	}()
	_, err = pool.ExecContext(ctx, `vacuum into ?`, file)
	close(ended)
	<-told
	if err != nil {
		return Census{}, fmt.Errorf("copy the database: %w", mapError(err))
	}
	progress(pages*size, pages*size)
	return Count(ctx, file)
}

// Count gives the census of a SQLite file after looking whether the file is sound, or of a PostgreSQL database.
func Count(ctx context.Context, address string) (Census, error) {
	if IsPostgres(address) {
		pool, err := sql.Open("pgx", address)
		if err != nil {
			return Census{}, fmt.Errorf("open PostgreSQL: %w", err)
		}
		defer func() { _ = pool.Close() }()
		tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
		if err != nil {
			return Census{}, mapError(err)
		}
		defer func() { _ = tx.Rollback() }()
		return census(ctx, tx, postgresTables)
	}
	// Not the address that the program reads with: that one would turn the copy into a database with a log beside it.
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: address}).EscapedPath()+"?mode=ro")
	if err != nil {
		return Census{}, fmt.Errorf("open SQLite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	var sound string
	if err := pool.QueryRowContext(ctx, `pragma quick_check(1)`).Scan(&sound); err != nil {
		return Census{}, fmt.Errorf("check the database: %w", err)
	}
	if sound != "ok" {
		return Census{}, fmt.Errorf("the database is damaged: %s", sound)
	}
	return census(ctx, pool, sqliteTables)
}

const (
	sqliteTables   = `select name from sqlite_master where type = 'table' and name not like 'sqlite\_%' escape '\'`
	postgresTables = `select tablename from pg_tables where schemaname = current_schema()`
)

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func census(ctx context.Context, q querier, tables string) (Census, error) {
	c := Census{Rows: map[string]int64{}}
	rows, err := q.QueryContext(ctx, tables)
	if err != nil {
		return c, mapError(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return c, errors.Join(err, rows.Close())
		}
		names = append(names, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return c, err
	}
	for _, name := range names {
		var n int64
		if err := q.QueryRowContext(ctx, `select count(*) from "`+strings.ReplaceAll(name, `"`, `""`)+`"`).Scan(&n); err != nil {
			return c, fmt.Errorf("count %s: %w", name, err)
		}
		c.Rows[name] = n
	}
	if slices.Contains(names, "goose_db_version") {
		err = q.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version`).Scan(&c.Schema)
	}
	return c, err
}

// dump lets pg_dump write the view that a transaction of ours holds open, so that the census is of the same moment.
func dump(ctx context.Context, address, file string) (c Census, err error) {
	pool, err := sql.Open("pgx", address)
	if err != nil {
		return c, fmt.Errorf("open PostgreSQL: %w", err)
	}
	defer func() { _ = pool.Close() }()
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return c, fmt.Errorf("reach PostgreSQL: %w", mapError(err))
	}
	defer func() { _ = tx.Rollback() }()
	var snapshot string
	if err := tx.QueryRowContext(ctx, `select pg_export_snapshot()`).Scan(&snapshot); err != nil {
		return c, mapError(err)
	}
	if err := tool(ctx, address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=0", "--snapshot="+snapshot, "--file="+file); err != nil {
		return c, err
	}
	return census(ctx, tx, postgresTables)
}

// Restore brings a snapshot back: to a SQLite file that does not exist yet, or to an empty PostgreSQL database.
func Restore(ctx context.Context, snapshot, address string) error {
	if !IsPostgres(address) {
		if _, err := os.Stat(address); err == nil {
			return fault.Refused("backup.not_empty", "Place", address)
		}
		if err := private(address); err != nil {
			return err
		}
		return os.Rename(snapshot, address)
	}
	c, err := Count(ctx, address)
	if err != nil {
		return err
	}
	if len(c.Rows) > 0 {
		return fault.Refused("backup.not_empty", "Place", Redacted(address))
	}
	return tool(ctx, address, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--dbname", place(address), snapshot)
}

// tool runs a program of PostgreSQL's own; the password goes through the environment, which other users cannot read.
func tool(ctx context.Context, address, name string, args ...string) error {
	path, err := findTool(name)
	if err != nil {
		return err
	}
	if name == "pg_dump" {
		args = append(args, "--dbname="+place(address))
	}
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // PostgreSQL's own program, found by its name
	cmd.Env = os.Environ()
	if u, err := url.Parse(address); err == nil {
		if password, ok := u.User.Password(); ok {
			cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
		}
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// place is an address without its password.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	u.User = url.User(u.User.Username())
	return u.String()
}

// findTool finds a program of PostgreSQL, newest first where Debian keeps several.
func findTool(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		slices.Sort(found)
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", &fault.Error{Kind: fault.Busy, Key: "backup.no_tool", Pairs: []any{"Name", name}, Err: err}
	}
	return path, nil
}
