package db

import (
	"context"
	"database/sql"
	"fmt"
)

// Astray lists rows that refer to something that is not there, as "table → referred table: n"; none in a sound
// database. PostgreSQL holds its references itself, and SQLite does while the program writes: this finds what was done
// to the file by other means.
func Astray(ctx context.Context, address string) ([]string, error) {
	if IsPostgres(address) {
		return nil, nil
	}
	pool, err := sql.Open("sqlite", sqliteDSN(address, false))
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	rows, err := pool.QueryContext(ctx, `select f."table" || ' → ' || f.parent || ': ' || count(*) from pragma_foreign_key_check f group by f."table", f.parent order by 1`)
	if err != nil {
		return nil, fmt.Errorf("check references: %w", mapError(err))
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, mapError(err)
		}
		lines = append(lines, line)
	}
	return lines, mapError(rows.Err())
}
