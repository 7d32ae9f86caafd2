package jobs

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Column is a column of a list that is given as a file.
type Column[T any] struct {
	Title string
	Width float64 // in characters; 0 lets the title decide
	Value func(x *T) any
}

// List is a list of a room as a file, in the words of its reader.
type List[T any] struct {
	Title   string // over the rows, and the name of the sheet
	File    string // name of the file, without the day and its ending
	Columns []Column[T]
}

// Rows hands over what a list holds within the actor's reach; Sheet.Read is the way to do it.
type Rows[T any] func(ctx context.Context, who access.Actor, to *Sheet[T]) error

// Sheet is a list on its way into its file. Each row is written as it is handed over and then forgotten, so that a list of a hundred
// thousand needs no more memory than one of a hundred.
type Sheet[T any] struct {
	list     *List[T]
	words    *words.Words
	out      sheet.Writer
	progress func(done, total int)
	wanted   func() error // why nobody waits for it any more
	values   []any
	rows     int // how many stand above them, -1 before they do
	done     int
}

// step is after how many rows a list tells how far it is, and looks whether it is still wanted.
const step = 500

// Read reads the rows in one view of the database, for who has the power, and leaves a line in the trail; the number of rows is added to
// what its Detail says, which read may still change. read begins the sheet and hands over its rows.
func (s *Sheet[T]) Read(ctx context.Context, d *db.DB, who access.Actor, need access.Need, line *db.Entry, read func(tx *db.Tx) error) error {
	if err := d.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(need); err != nil {
			return err
		}
		return read(tx)
	}); err != nil {
		return err
	}
	if err := s.whole(); err != nil {
		return err
	}
	line.Detail += strconv.Itoa(s.done)
	return d.Tell(ctx, who, *line)
}

// Count begins the sheet with as many rows as a statement finds from its "from" on. What it reads is what is handed over afterwards: both
// lie in the view of the unit.
func (s *Sheet[T]) Count(ctx context.Context, tx *db.Tx, from string, args ...any) error {
	rows := 0
	if err := tx.One(ctx, `select count(*)`+from, args...).Scan(&rows); err != nil {
		return err
	}
	return s.Begin(tx.Now, rows)
}

// Begin writes what stands above the rows: when they were read, and how many there are. That stands once more below them: who has the file
// sees whether it is whole.
func (s *Sheet[T]) Begin(asOf time.Time, rows int) error {
	l := s.list
	t := sheet.Table{
		Name: l.Title, Title: l.Title, Footer: sheet.Rows(s.words), Lines: true,
		Note: s.words.F("jobs.export_note", "Time", civil.Clock(asOf), "Day", civil.DayOf(asOf), "Rows", rows),
	}
	const fixed = 30 // a wider column that stays in sight leaves the others no room
	if l.Columns[0].Width <= fixed {
		t.Fixed = 1
	}
	for _, c := range l.Columns {
		t.Columns = append(t.Columns, sheet.Column{Title: c.Title, Width: c.Width})
	}
	s.rows = rows
	return s.out.Begin(t)
}

// Row writes a row.
func (s *Sheet[T]) Row(x *T) error {
	if s.done%step == 0 {
		s.progress(s.done, s.rows)
		if err := s.wanted(); err != nil {
			return err
		}
	}
	for i, c := range s.list.Columns {
		s.values[i] = c.Value(x)
	}
	s.done++
	return s.out.Row(s.values...)
}

// ListRoutes are the two addresses of a list as a file, at a path without an ending: what leaves the ward in one piece asks once more who
// takes it.
func ListRoutes(at string, need access.Need, shows page.Shows, give page.Handler) []page.Route {
	return []page.Route{
		{Pattern: "GET " + at + ".xlsx", Need: need, Handle: give, Fresh: true, Shows: shows},
		{Pattern: "GET " + at + ".csv", Need: need, Handle: give, Fresh: true, Shows: shows},
	}
}

// GiveList answers with a list as a workbook or as CSV, as the address ends, with how many rows it has and when they were read. need is
// the power that the reader must still have when the file is fetched.
func GiveList[T any](w http.ResponseWriter, r *page.Request, runner *Runner, need access.Need, l List[T], read Rows[T]) error {
	format := sheet.Format(strings.TrimPrefix(path.Ext(r.URL.Path), "."))
	who, in := r.Actor, r.Words
	f := File{Name: l.File + "-" + string(r.Today()) + "." + string(format), Type: format.Type()}
	return GiveFile(w, r, runner, "jobs.exporting", need, f, func(ctx context.Context, p *Progress, to io.Writer) error {
		out, err := format.New(to)
		if err != nil {
			return err
		}
		return l.write(ctx, out, in, p.Set, func(s *Sheet[T]) error { return read(ctx, who, s) })
	})
}

// All writes a list that lies in memory as a whole, because it is short and what one of its rows says depends on the others.
func (s *Sheet[T]) All(asOf time.Time, list []T) error {
	err := s.Begin(asOf, len(list))
	for i := range list {
		if err == nil {
			err = s.Row(&list[i])
		}
	}
	return err
}

// whole fails a list that does not hold as many rows as it says.
func (s *Sheet[T]) whole() error {
	if s.done != s.rows {
		return fmt.Errorf("jobs: %d rows in a list that says %d", s.done, s.rows)
	}
	return nil
}

// write has the list handed over and ends its file.
func (l *List[T]) write(ctx context.Context, out sheet.Writer, w *words.Words, progress func(done, total int), read func(*Sheet[T]) error) error {
	s := &Sheet[T]{list: l, words: w, out: out, progress: progress, wanted: ctx.Err, values: make([]any, len(l.Columns)), rows: -1}
	if err := read(s); err != nil {
		return err
	}
	if err := s.whole(); err != nil {
		return err
	}
	progress(s.done, s.rows)
	return out.Close()
}
