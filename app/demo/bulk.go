package demo

import (
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
)

// table gathers rows and inserts many in one statement.
type table struct {
	tx      *db.Tx
	name    string
	columns []string
	args    []any
	rows    int
	after   *table // whose rows these refer to; it is written first
}

// mostParameters bounds a statement: SQLite looks a parameter up by walking all of them, so that the cost grows with
// the square of their number.
const mostParameters = 200

func newTable(tx *db.Tx, name, columns string) *table {
	return &table{tx: tx, name: name, columns: strings.Fields(columns)}
}

func (t *table) add(ctx context.Context, values ...any) error {
	if len(values) != len(t.columns) {
		return fmt.Errorf("demo: %s takes %d values, got %d", t.name, len(t.columns), len(values))
	}
	t.args = append(t.args, values...)
	t.rows++
	if (t.rows+1)*len(t.columns) > mostParameters {
		return t.flush(ctx)
	}
	return nil
}

func (t *table) flush(ctx context.Context) error {
	if t.rows == 0 {
		return nil
	}
	if t.after != nil {
		if err := t.after.flush(ctx); err != nil {
			return err
		}
	}
	var q strings.Builder
	q.WriteString("insert into " + t.name + " (ward_id, " + strings.Join(t.columns, ", ") + ") values ")
	n := 1
	for i := range t.rows {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString("({ward}")
		for range t.columns {
			fmt.Fprintf(&q, ", $%d", n)
			n++
		}
		q.WriteByte(')')
	}
	_, err := t.tx.Exec(ctx, q.String(), t.args...)
	t.args, t.rows = t.args[:0], 0
	return err
}

// flushAll empties tables in order: what others refer to first.
func flushAll(ctx context.Context, tables ...*table) error {
	for _, t := range tables {
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
