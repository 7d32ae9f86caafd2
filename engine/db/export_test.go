package db

import (
	"context"
	"database/sql"
	"io/fs"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// MigrateTo brings an empty database to an earlier version of the schema, for tests of what comes after it.
func MigrateTo(ctx context.Context, address string, version int64) (err error) {
	d, driver, kind := sqlite, "sqlite", database.DialectSQLite3
	if IsPostgres(address) {
		d, driver, kind = postgres, "pgx", database.DialectPostgres
	}
	pool, err := sql.Open(driver, address)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	all, err := steps(d, migrations)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(kind, pool, nil, goose.WithGoMigrations(all...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// WithSchema gives options with steps of the test's own behind the real ones: file names and their text.
func WithSchema(o Options, more map[string]string) Options {
	all := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrate/*.sql")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all[name] = &fstest.MapFile{Data: text}
	}
	for name, text := range more {
		all["migrate/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	o.schema = all
	return o
}
