package indicators

import (
	"context"
	"slices"
	"strconv"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses"
)

// Files is the kind of import that brings official counts, for the pages of imports.
func (s *Store) Files() houses.Kind { return countFiles{s} }

type countFiles struct{ store *Store }

func (k countFiles) Name() string { return ImportKind }

func (k countFiles) Read(book *sheet.Book, progress func(done, total int)) (houses.Reading, error) {
	f, err := Parse(book, k.store.today(), progress)
	if err != nil {
		return nil, err
	}
	return countReading{k.store, f}, nil
}

func (k countFiles) Undo(ctx context.Context, who access.Actor, id string) error {
	return k.store.UndoFile(ctx, who, id)
}

type countReading struct {
	store *Store
	file  *File
}

func (r countReading) Compare(ctx context.Context, who access.Actor) (houses.Comparison, error) {
	taken, err := r.store.TakeFile(ctx, who, FileSource{DryRun: true}, r.file)
	return countComparison{r.file, taken}, err
}

func (r countReading) Take(ctx context.Context, who access.Actor, from houses.Source, progress func(done, total int)) error {
	_, err := r.store.TakeFile(ctx, who, FileSource{File: from.File, Upload: from.Upload, ID: from.ID}, r.file)
	if err == nil && progress != nil {
		progress(len(r.file.Rows), len(r.file.Rows))
	}
	return err
}

func (r countReading) Rows() int         { return r.file.DataRows }
func (r countReading) Skipped() []string { return r.file.Skipped }

type countComparison struct {
	file  *File
	taken *Taken
}

func (c countComparison) Counts() houses.Counts {
	t := c.taken
	return houses.Counts{
		Read: t.Rows, New: t.New, Changed: t.Changed, Unchanged: t.Unchanged, Refused: len(t.Refused), Duplicates: t.Duplicates, Warnings: len(c.file.Warnings),
	}
}

func (c countComparison) Notes() []sheet.Notes {
	f := *c.file
	f.Refused = c.taken.Refused
	return f.Notes()
}

func (c countComparison) Columns() []string {
	return []string{"indicators.column.period", "indicators.column.value", "indicators.column.area"}
}

func (c countComparison) Show(w *words.Words, view houses.View, from, n int) []houses.Shown {
	switch view {
	case houses.ViewNew:
		return c.lines(w, houses.New, from, n)
	case houses.ViewChanged:
		return c.lines(w, houses.Changed, from, n)
	case houses.ViewUnchanged:
		return c.lines(w, houses.Unchanged, from, n)
	case houses.ViewRefused:
		return c.problems(w, c.taken.Refused, from, n)
	case houses.ViewDuplicates:
		return c.problems(w, c.file.Repeats, from, n)
	case houses.ViewWarnings:
		return c.problems(w, c.file.Warnings, from, n)
	}
	return nil
}

func (c countComparison) lines(w *words.Words, effect houses.Effect, from, n int) []houses.Shown {
	var out []houses.Shown
	for i := range c.taken.Lines {
		line := &c.taken.Lines[i]
		if line.Effect != effect {
			continue
		}
		if from--; from >= 0 {
			continue
		}
		shown := shownCount(w, line.Row)
		if effect == houses.Changed && line.Before.Value != line.Row.Value {
			shown.Changes = append(shown.Changes, houses.Difference{
				Key: "indicators.column.value", Before: civil.IntIn(w.Lang(), line.Before.Value), After: civil.IntIn(w.Lang(), line.Row.Value),
			})
		}
		if effect == houses.Changed && line.Row.Area != "" && areaKey(line.Before.Area) != areaKey(line.Row.Area) {
			shown.Changes = append(shown.Changes, houses.Difference{Key: "indicators.column.area", Before: line.Before.Area, After: line.Row.Area})
		}
		if out = append(out, shown); len(out) == n {
			break
		}
	}
	return out
}

func shownCount(w *words.Words, r *FileRow) houses.Shown {
	return houses.Shown{
		Sheet: r.Sheet, Row: r.Row, Address: w.T("indicators.name." + string(r.Series)),
		Cells: []string{r.Period.Full(w), civil.IntIn(w.Lang(), r.Value), r.Area},
	}
}

func (c countComparison) problems(w *words.Words, list []Problem, from, n int) []houses.Shown {
	if from >= len(list) {
		return nil
	}
	out := make([]houses.Shown, 0, n)
	for _, p := range list[from:min(from+n, len(list))] {
		shown := houses.Shown{Sheet: p.Sheet, Row: p.Row, Address: strconv.Itoa(p.Row)}
		if i := slices.IndexFunc(c.file.Rows, func(r FileRow) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
			shown = shownCount(w, &c.file.Rows[i])
		}
		shown.Text = civil.NFC(p.TextIn(w.Lang()))
		out = append(out, shown)
	}
	return out
}
