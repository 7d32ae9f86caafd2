package points

import (
	"context"
	"io"
	"slices"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses"
)

// Files is the kind of import that brings points, for the pages of imports.
func (s *Store) Files() houses.Kind { return files{s} }

type files struct{ store *Store }

func (k files) Name() string { return ImportKind }

// Table reads GeoJSON as the table that it stands for.
func (k files) Table(file io.ReadSeeker, name string) (io.Reader, error) { return Table(file, name) }

func (k files) Read(book *sheet.Book, progress func(done, total int)) (houses.Reading, error) {
	f, err := ParseFile(book, progress)
	if err != nil {
		return nil, err
	}
	return reading{k.store, f}, nil
}

func (k files) Undo(ctx context.Context, who access.Actor, id string) error {
	return k.store.Undo(ctx, who, id)
}

type reading struct {
	store *Store
	file  *File
}

func (r reading) Compare(ctx context.Context, who access.Actor) (houses.Comparison, error) {
	taken, err := r.store.Preview(ctx, who, r.file)
	return comparison{r.file, taken, r.store.spoken}, err
}

func (r reading) Take(ctx context.Context, who access.Actor, from houses.Source, progress func(done, total int)) error {
	_, err := r.store.Take(ctx, who, from, r.file, progress)
	return err
}

func (r reading) Rows() int         { return r.file.DataRows }
func (r reading) Skipped() []string { return r.file.Skipped }

type comparison struct {
	file   *File
	taken  *Taken
	spoken *words.Words
}

func (c comparison) Counts() houses.Counts {
	t := c.taken
	return houses.Counts{
		Read: c.file.DataRows, New: t.New, Changed: t.Changed, Unchanged: t.Unchanged, Refused: len(t.Refused), Duplicates: len(c.file.Repeats), Warnings: len(c.file.Warnings),
	}
}

func (c comparison) Notes() []sheet.Notes { return Notes(c.spoken, c.file, c.taken) }

// Notes gives the refusals and warnings by sheet and row, for sheet.Annotate.
func Notes(w *words.Words, f *File, t *Taken) []sheet.Notes {
	notes := sheet.NoteBook{Headers: f.Headers}
	for _, p := range slices.Concat(t.Refused, f.Warnings) {
		notes.Add(p.Sheet, p.Row, p.Text(w))
	}
	return notes.All
}

// Text is the sentence for a row: what is wrong and what to do.
func (p *Problem) Text(w *words.Words) string {
	return w.F("points.problem."+string(p.Code), "Value", civil.NFC(p.Value), "N", p.Other)
}

func (c comparison) Columns() []string { return []string{"points.fact.point"} }

func (c comparison) Show(w *words.Words, view houses.View, from, n int) []houses.Shown {
	lists := houses.Lists[Line, Problem]{
		Lines: c.taken.Lines, Refused: c.taken.Refused, Repeats: c.file.Repeats, Warnings: c.file.Warnings,
		Effect: func(l *Line) houses.Effect { return l.Effect },
		ShowLine: func(_ *words.Words, l *Line) houses.Shown {
			s := shown(l.Row)
			if l.Effect == houses.Changed {
				s.Changes = []houses.Difference{{Key: "points.fact.point", Before: l.Before.String(), After: l.Row.At.String()}}
			}
			return s
		},
		ShowProblem: c.problem,
	}
	return lists.Show(w, view, from, n)
}

func shown(r *Row) houses.Shown {
	return houses.Shown{Sheet: r.Sheet, Row: r.Row, Address: r.Address(), Cells: []string{r.At.String()}}
}

func (c comparison) problem(w *words.Words, p *Problem) houses.Shown {
	s := houses.Shown{Sheet: p.Sheet, Row: p.Row}
	if i := slices.IndexFunc(c.file.Rows, func(r Row) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
		s = shown(&c.file.Rows[i])
	}
	s.Text = p.Text(w)
	return s
}
