package db

import (
	"context"
	"fmt"
)

// Analyze tells the planner what bulk work has changed. PostgreSQL would find out by itself within a minute, and
// plan as if the tables were empty until then: a list over some thousand new rows took seconds. SQLite plans by the
// indexes alone and needs nothing.
func (d *DB) Analyze(ctx context.Context) error {
	if d.dialect.name != postgres.name {
		return nil
	}
	if _, err := d.pool.ExecContext(ctx, "analyze"); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}
