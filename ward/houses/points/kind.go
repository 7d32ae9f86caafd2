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
	switch view {
	case houses.ViewNew:
		return c.lines(houses.New, from, n)
	case houses.ViewChanged:
		return c.lines(houses.Changed, from, n)
	case houses.ViewUnchanged:
		return c.lines(houses.Unchanged, from, n)
	case houses.ViewRefused:
		return c.problems(w, c.taken.Refused, from, n)
	case houses.ViewDuplicates:
		return c.problems(w, c.file.Repeats, from, n)
	case houses.ViewWarnings:
		return c.problems(w, c.file.Warnings, from, n)
	}
	return nil
}

func (c comparison) lines(effect houses.Effect, from, n int) []houses.Shown {
	var out []houses.Shown
	for i := range c.taken.Lines {
		line := &c.taken.Lines[i]
		if line.Effect != effect {
			continue
		}
		if from--; from >= 0 {
			continue
		}
		s := shown(line.Row)
		if effect == houses.Changed {
			s.Changes = []houses.Difference{{Key: "points.fact.point", Before: line.Before.String(), After: line.Row.At.String()}}
		}
		if out = append(out, s); len(out) == n {
			break
		}
	}
	return out
}

func shown(r *Row) houses.Shown {
	return houses.Shown{Sheet: r.Sheet, Row: r.Row, Address: r.Address(), Cells: []string{r.At.String()}}
}

func (c comparison) problems(w *words.Words, list []Problem, from, n int) []houses.Shown {
	if from >= len(list) {
		return nil
	}
	out := make([]houses.Shown, 0, n)
	for _, p := range list[from:min(from+n, len(list))] {
		s := houses.Shown{Sheet: p.Sheet, Row: p.Row}
		if i := slices.IndexFunc(c.file.Rows, func(r Row) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
			s = shown(&c.file.Rows[i])
		}
		s.Text = p.Text(w)
		out = append(out, s)
	}
	return out
}
