package db

import (
	"fmt"
	"strings"
	"testing"

	"sonha/ground/access"
)

type filled struct {
	rows        int
	kinds, refs string
	index       string // by which the planner should go then
}

// What the planner has learned counts for the connections that are open, and for what is learned later as well.
func TestOpenReadersPlanByWhatAnalyzeFound(t *testing.T) {
	t.Parallel()
	planned(t, lookAgain, []filled{
		{3000, `'a'`, `'r' || i`, "plants_ref"},
		{3000, `'a'`, `'x'`, "plants_due"}, // all alike: the day finds fewer rows
		{3000, `'a'`, `'r' || i`, "plants_ref"},
	})
}

// In a large file only what has grown is looked at again.
func TestALargeFileIsLookedAtWhereItGrew(t *testing.T) {
	t.Parallel()
	planned(t, lookGrown, []filled{
		{3000, `'a'`, `'r' || i`, "plants_ref"},
		{3100, `'a'`, `'x'`, "plants_ref"}, // hardly more: not looked at
		{40000, `'a'`, `'x'`, "plants_due"},
	})
}

// planned fills a table again and again and holds the plan of a reader that was open all the time against what is in it.
func planned(t *testing.T, look string, steps []filled) {
	t.Helper()
	d := lite(t)
	ctx := t.Context()
	run := func(queries ...string) {
		t.Helper()
		if err := d.writer.do(ctx, access.System(1, "test"), func(tx *Tx) error {
			for _, q := range queries {
				if _, err := tx.run.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	asked := 0
	plan := func() (text string) {
		t.Helper()
		r, err := d.readers.take(ctx, d.quit)
		if err != nil {
			t.Fatal(err)
		}
		defer d.readers.give(r)
		if err := r.ready(); err != nil {
			t.Fatal(err)
		}
		// A statement that runs finds that the schema is another one; one that is only explained does not look.
		firstRow(t, r.conn, `select count(*) from plants`, new(int))
		asked++ // a text that was not prepared before is planned now
		rows, err := r.conn.QueryContext(ctx, fmt.Sprintf(`explain query plan select %d from plants p where p.ward_id = $1 and p.kind = 'a' and p.ref = $2 and p.due < $3`, asked), 1, "x", "2026-01-01")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id, parent, unused int
			if err := rows.Scan(&id, &parent, &unused, &text); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return text
	}
	run(`create table plants (ward_id integer not null, id integer not null, kind text not null, ref text not null, due text not null, primary key (ward_id, id))`,
		`create index plants_due on plants (ward_id, due, id)`, `create index plants_ref on plants (ward_id, kind, ref)`)
	for _, step := range steps {
		_ = plan()
		run(`delete from plants`, fmt.Sprintf(`with recursive n (i) as (select 1 union all select i + 1 from n where i < %d)
			insert into plants select 1, i, %s, %s, '2025-' || (i %% 90) from n`, step.rows, step.kinds, step.refs))
		if err := d.look(ctx, look); err != nil {
			t.Fatal(err)
		}
		if got := plan(); !strings.Contains(got, step.index) {
			t.Errorf("%d rows of %s: a reader that was open plans %q, want %s", step.rows, step.refs, got, step.index)
		}
	}
}
