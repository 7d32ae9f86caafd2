package db

import (
	"context"
	"fmt"
	"os"

	"sonha/ground/access"
)

// Analyze tells the planner what is in the tables. Every index begins with the ward, and a planner that knows nothing takes a
// ward for ten rows: it then prefers any range to the index that finds one row (the board of 1,586 houses took seconds). The
// program asks for it four times a day and after bulk work. PostgreSQL finds out by itself within a minute; a list over some thousand
// rows of a minute ago took seconds until then. The table that is made and dropped on SQLite is for the other connections: they read what
// was found when they see that the schema is another one, which a second analyze by itself does not make it.
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
	look := lookAgain
	if info, err := os.Stat(d.file); err == nil && info.Size() > wholeFile {
		look = lookGrown
	}
	return d.look(ctx, look)
}

func (d *DB) look(ctx context.Context, look string) error {
	return d.writer.do(ctx, access.System(0, "analyze"), func(tx *Tx) error {
		for _, q := range []string{"pragma analysis_limit = 1000", look, "create table schema_mark (n integer)", "drop table schema_mark"} {
			if _, err := tx.run.ExecContext(ctx, q); err != nil {
				return fmt.Errorf("analyze: %w", mapError(err))
			}
		}
		return nil
	})
}

// lookAgain looks at all tables: at a thousand rows of each index, and, in this build of SQLite, at the exact number of rows, for which it
// reads the file. lookGrown leaves out tables that have statistics and are not ten times what they were.
const (
	lookAgain = "analyze"
	lookGrown = "pragma optimize = 0x10002"
)

// wholeFile is the size, in bytes, up to which all tables are looked at: 0.2 s here. For a city of a million houses it would be up to a
// minute while nobody can write.
const wholeFile = 256 << 20
