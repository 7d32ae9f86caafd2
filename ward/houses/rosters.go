package houses

import (
	"context"

	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses/roster"
)

// rosters is the kind of import that brings house numbers.
type rosters struct{ store *Store }

func (k rosters) Name() string { return RosterKind }

func (k rosters) Read(book *sheet.Book, progress func(done, total int)) (Reading, error) {
	r, err := roster.Parse(book, progress)
	if err != nil {
		return nil, err
	}
	return rosterReading{k.store, r}, nil
}

func (k rosters) Undo(ctx context.Context, who access.Actor, id string) error {
	return k.store.Undo(ctx, who, id)
}

type rosterReading struct {
	store  *Store
	roster *roster.Roster
}

func (r rosterReading) Compare(ctx context.Context, who access.Actor) (Comparison, error) {
	plan, err := r.store.Preview(ctx, who, r.roster)
	return rosterComparison{r.roster, plan}, err
}

func (r rosterReading) Take(ctx context.Context, who access.Actor, from Source, progress func(done, total int)) error {
	_, _, err := r.store.Take(ctx, who, from, r.roster, progress)
	return err
}

func (r rosterReading) Rows() int         { return r.roster.DataRows }
func (r rosterReading) Skipped() []string { return r.roster.Skipped }

type rosterComparison struct {
	roster *roster.Roster
	plan   *Plan
}

func (c rosterComparison) Counts() Counts {
	return Counts{
		Read: c.roster.DataRows, New: c.plan.New, Changed: c.plan.Changed, Unchanged: c.plan.Unchanged,
		Refused: len(c.roster.Refused), Duplicates: c.roster.Duplicates, Warnings: len(c.roster.Warnings), Absent: c.plan.Absent,
	}
}

func (c rosterComparison) Notes() []sheet.Notes { return c.roster.Notes() }

func (c rosterComparison) Columns() []string {
	return []string{"houses.fact.group", "houses.fact.beat", "houses.fact.households", "houses.fact.head"}
}

func (c rosterComparison) Show(w *words.Words, view View, from, n int) []Shown {
	switch view {
	case ViewNew:
		return c.lines(w, New, from, n)
	case ViewChanged:
		return c.lines(w, Changed, from, n)
	case ViewUnchanged:
		return c.lines(w, Unchanged, from, n)
	case ViewRefused:
		return c.problems(w, c.roster.Refused, from, n)
	case ViewDuplicates:
		return c.problems(w, c.roster.Repeats, from, n)
	case ViewWarnings:
		return c.problems(w, c.roster.Warnings, from, n)
	}
	return nil
}

func (c rosterComparison) lines(w *words.Words, effect Effect, from, n int) []Shown {
	var out []Shown
	for i := range c.plan.Lines {
		line := &c.plan.Lines[i]
		if line.Effect != effect {
			continue
		}
		if from--; from >= 0 {
			continue
		}
		shown := shownRow(w, &line.Row)
		shown.Changes = line.Details
		if out = append(out, shown); len(out) == n {
			break
		}
	}
	return out
}

func shownRow(w *words.Words, row *roster.Row) Shown {
	return Shown{
		Sheet: row.Sheet, Row: row.Row, Address: row.Number.Text + " " + row.Street.Name,
		Cells: []string{row.Group.Name, row.Beat.Name, civil.IntIn(w.Lang(), row.Households), row.Head},
	}
}

func (c rosterComparison) problems(w *words.Words, list []roster.Problem, from, n int) []Shown {
	if from >= len(list) {
		return nil
	}
	out := make([]Shown, 0, n)
	for _, p := range list[from:min(from+n, len(list))] {
		shown := Shown{Sheet: p.Sheet, Row: p.Row}
		for i := range c.roster.Rows {
			if row := &c.roster.Rows[i]; row.Row == p.Row && row.Sheet == p.Sheet {
				shown = shownRow(w, row)
				break
			}
		}
		shown.Text = p.TextIn(w.Lang())
		out = append(out, shown)
	}
	return out
}
