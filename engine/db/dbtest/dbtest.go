// Package dbtest opens fresh databases for tests: every store test runs on SQLite and on PostgreSQL.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sonha/engine/db"
)

// Each runs the test once per database, each time on an empty one with the schema in place.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachWith(t, db.Options{}, fn)
}

// EachWith is Each with a clock or ids of the test's own; Options.URL is ignored.
func EachWith(t *testing.T, o db.Options, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); fn(t, open(t, o, SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); fn(t, open(t, o, Postgres(t))) })
}

func open(t *testing.T, o db.Options, address string) *db.DB {
	t.Helper()
	o.URL, o.Testing = address, true
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// Lite opens one empty SQLite database, for tests of rules that do not depend on the database.
func Lite(t *testing.T) *db.DB {
	t.Helper()
	return open(t, db.Options{}, SQLite(t))
}

// SQLite gives the path of a fresh database file with the schema in place.
func SQLite(t *testing.T) string {
	t.Helper()
	image, err := liteImage()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sonha.db")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var liteImage = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "sonha-test")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "image.db")
	d, err := db.Open(context.Background(), db.Options{URL: path})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres gives the address of a fresh database. SONHA_TEST_POSTGRES names the server: `make test` and
// `go run ./engine/db/dbtest/cluster/withpg -- go test ./…` start one. Without it the test is skipped on
// a developer's machine and fails in CI.
func Postgres(t *testing.T) string {
	t.Helper()
	server := os.Getenv("SONHA_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") != "" || os.Getenv("SONHA_ALL") != "" {
			t.Fatal("SONHA_TEST_POSTGRES is not set: run through cluster/withpg")
		}
		t.Skip("no PostgreSQL: run through cluster/withpg")
	}
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("t%d_%s", os.Getpid(), db.NewID())
	if err := create(server, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run(server, "drop database if exists "+name+" with (force)") })
	return within(server, name)
}

var postgresTemplate = sync.OnceValues(func() (string, error) {
	server := os.Getenv("SONHA_TEST_POSTGRES")
	name := fmt.Sprintf("template_%d", os.Getpid())
	if err := create(server, name, "template1"); err != nil {
		return "", err
	}
	d, err := db.Open(context.Background(), db.Options{URL: within(server, name)})
	if err != nil {
		return "", err
	}
	return name, d.Close()
})

// EmptyPostgres gives the address of a fresh database without any table. See Postgres.
func EmptyPostgres(t *testing.T) string {
	t.Helper()
	address := Postgres(t)
	if err := run(address, "drop schema public cascade; create schema public"); err != nil {
		t.Fatal(err)
	}
	return address
}

// create copies a template; PostgreSQL refuses while another copy of the same template is under way.
func create(server, name, template string) error {
	var err error
	for range 100 {
		err = run(server, "create database "+name+" template "+template)
		if err == nil || !strings.Contains(err.Error(), "being accessed") {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

func run(server, statement string) error {
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(context.Background(), statement)
	return err
}

func within(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}
