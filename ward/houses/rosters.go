package houses

import (
	"context"
	"slices"

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
	lists := Lists[Line, roster.Problem]{
		Lines: c.plan.Lines, Refused: c.roster.Refused, Repeats: c.roster.Repeats, Warnings: c.roster.Warnings,
		Effect: func(l *Line) Effect { return l.Effect },
		ShowLine: func(w *words.Words, l *Line) Shown {
			shown := shownRow(w, &l.Row)
			shown.Changes = l.Details
			return shown
		},
		ShowProblem: c.problem,
	}
	return lists.Show(w, view, from, n)
}

func shownRow(w *words.Words, row *roster.Row) Shown {
	return Shown{
		Sheet: row.Sheet, Row: row.Row, Address: row.Address(),
		Cells: []string{row.Group.Name, row.Beat.Name, civil.IntIn(w.Lang(), row.Households), row.Head},
	}
}

func (c rosterComparison) problem(w *words.Words, p *roster.Problem) Shown {
	shown := Shown{Sheet: p.Sheet, Row: p.Row, Address: p.Address}
	if i := slices.IndexFunc(c.roster.Rows, func(r roster.Row) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
		shown = shownRow(w, &c.roster.Rows[i])
	}
	shown.Text = p.TextIn(w.Lang())
	return shown
}
