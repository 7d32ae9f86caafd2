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
	_, err := r.store.TakeFile(ctx, who, FileSource{Source: from}, r.file)
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
	lists := houses.Lists[Line, Problem]{
		Lines: c.taken.Lines, Refused: c.taken.Refused, Repeats: c.file.Repeats, Warnings: c.file.Warnings,
		Effect: func(l *Line) houses.Effect { return l.Effect }, ShowLine: shownLine, ShowProblem: c.problem,
	}
	return lists.Show(w, view, from, n)
}

func shownLine(w *words.Words, line *Line) houses.Shown {
	shown := shownCount(w, line.Row)
	if line.Effect != houses.Changed {
		return shown
	}
	if line.Before.Value != line.Row.Value {
		shown.Changes = append(shown.Changes, houses.Difference{
			Key: "indicators.column.value", Before: civil.IntIn(w.Lang(), line.Before.Value), After: civil.IntIn(w.Lang(), line.Row.Value),
		})
	}
	if line.Row.Area != "" && areaKey(line.Before.Area) != areaKey(line.Row.Area) {
		shown.Changes = append(shown.Changes, houses.Difference{Key: "indicators.column.area", Before: line.Before.Area, After: line.Row.Area})
	}
	return shown
}

func shownCount(w *words.Words, r *FileRow) houses.Shown {
	return houses.Shown{
		Sheet: r.Sheet, Row: r.Row, Address: w.T("indicators.name." + string(r.Series)),
		Cells: []string{r.Period.Full(w), civil.IntIn(w.Lang(), r.Value), r.Area},
	}
}

func (c countComparison) problem(w *words.Words, p *Problem) houses.Shown {
	shown := houses.Shown{Sheet: p.Sheet, Row: p.Row, Address: strconv.Itoa(p.Row)}
	if i := slices.IndexFunc(c.file.Rows, func(r FileRow) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
		shown = shownCount(w, &c.file.Rows[i])
	}
	shown.Text = civil.NFC(p.TextIn(w.Lang()))
	return shown
}
