package jobs

import (
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

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

// Rows reads what a list holds within the actor's reach, at one moment, and leaves a line of it in the trail.
type Rows[T any] func(ctx context.Context, who access.Actor) (rows []T, asOf time.Time, err error)

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
		rows, asOf, err := read(ctx, who)
		if err != nil {
			return err
		}
		out, err := format.New(to)
		if err != nil {
			return err
		}
		return l.write(out, in, rows, asOf, p)
	})
}

// write writes the rows one by one. How many there are stands above them, and once more below: who has the file sees whether it is whole.
func (l *List[T]) write(out sheet.Writer, w *words.Words, rows []T, asOf time.Time, p *Progress) error {
	t := sheet.Table{
		Name: l.Title, Title: l.Title, Footer: sheet.Rows(w), Fixed: 1, Lines: true,
		Note: w.F("jobs.export_note", "Time", civil.Clock(asOf), "Day", civil.DayOf(asOf), "Rows", len(rows)),
	}
	for _, c := range l.Columns {
		t.Columns = append(t.Columns, sheet.Column{Title: c.Title, Width: c.Width})
	}
	if err := out.Begin(t); err != nil {
		return err
	}
	values := make([]any, len(l.Columns))
	for i := range rows {
		for j, c := range l.Columns {
			values[j] = c.Value(&rows[i])
		}
		if err := out.Row(values...); err != nil {
			return err
		}
		p.Set(i+1, len(rows))
	}
	return out.Close()
}
