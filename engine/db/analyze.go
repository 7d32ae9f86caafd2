package db

import (
	"context"
	"fmt"

	"sonha/ground/access"
)

// Analyze tells the planner what is in the tables. Every index begins with the ward, and a planner that knows nothing takes a
// ward for ten rows: it then prefers any range to the index that finds one row (the board of 1,586 houses took seconds). The
// program asks for it four times a day and after bulk work. PostgreSQL finds out by itself within a minute; a list over some thousand
// rows of a minute ago took seconds until then.
func (d *DB) Analyze(ctx context.Context) error {
	if err := d.ready(); err != nil {
		return err
	}
	if d.writer == nil {
		if _, err := d.pool.ExecContext(ctx, "analyze"); err != nil {
			return fmt.Errorf("analyze: %w", mapError(err))
		}
		return nil
	}
	return d.writer.do(ctx, access.System(0, "analyze"), func(tx *Tx) error {
		for _, q := range liteAnalyze {
			if _, err := tx.run.ExecContext(ctx, q); err != nil {
				return fmt.Errorf("analyze: %w", mapError(err))
			}
		}
		return nil
	})
}

// liteAnalyze looks at a thousand rows of each index, which takes milliseconds however many there are. The other connections read
// what was found when they see that the schema is another one, which a second analyze by itself does not make it.
var liteAnalyze = [...]string{
	"pragma analysis_limit = 1000",
	"analyze",
	"create table schema_mark (n integer)",
	"drop table schema_mark",
}
