package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrate/*.sql
var migrations embed.FS

// migrate brings the schema up to date: one text for both databases with a few tokens where types
// differ ({bytes}, {in key}) and statements marked @sqlite or @postgres where tokens are not enough.
func migrate(ctx context.Context, d dialect, pool *sql.DB) error {
	steps, err := steps(d)
	if err != nil {
		return err
	}
	kind, options := database.DialectSQLite3, []goose.ProviderOption{goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true)}
	if d.name == postgres.name {
		kind = database.DialectPostgres
		// Two programs that start at the same time take turns.
		turns, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return fmt.Errorf("prepare migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(turns))
	}
	provider, err := goose.NewProvider(kind, pool, nil, options...)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	stored, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the schema: %w", err)
	}
	if stored > known {
		return fmt.Errorf("the data were made by a newer program (schema %d, this program knows %d): use that one", stored, known)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

func steps(d dialect) ([]*goose.Migration, error) {
	names, err := fs.Glob(migrations, "migrate/*.sql")
	if err != nil {
		return nil, err
	}
	var out []*goose.Migration
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		parts := statements(d, string(text))
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
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
		}}, nil))
	}
	return out, nil
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
