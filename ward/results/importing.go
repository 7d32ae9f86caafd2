package results

import (
	"context"
	"slices"
	"strconv"

	"sonha/engine/page/ui"
	"sonha/engine/sheet"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses"
	"sonha/ward/results/history"
)

// Histories is the kind of import that brings results of earlier years, for the pages of imports.
func (s *Store) Histories() houses.Kind { return histories{s} }

type histories struct{ store *Store }

func (k histories) Name() string { return HistoryKind }

func (k histories) Read(book *sheet.Book, progress func(done, total int)) (houses.Reading, error) {
	h, err := history.Parse(book, progress)
	if err != nil {
		return nil, err
	}
	return historyReading{k.store, h}, nil
}

func (k histories) Undo(ctx context.Context, who access.Actor, id string) error {
	return k.store.UndoHistory(ctx, who, id)
}

type historyReading struct {
	store   *Store
	history *history.History
}

func (r historyReading) Compare(ctx context.Context, who access.Actor) (houses.Comparison, error) {
	taken, err := r.store.TakeHistory(ctx, who, HistorySource{DryRun: true}, r.history, nil)
	return historyComparison{r.history, taken}, err
}

func (r historyReading) Take(ctx context.Context, who access.Actor, from houses.Source, progress func(done, total int)) error {
	_, err := r.store.TakeHistory(ctx, who, HistorySource{Source: from}, r.history, progress)
	return err
}

func (r historyReading) Rows() int         { return r.history.DataRows }
func (r historyReading) Skipped() []string { return r.history.Skipped }

type historyComparison struct {
	history *history.History
	taken   *Taken
}

func (c historyComparison) Counts() houses.Counts {
	n := houses.Counts{Read: c.taken.Rows, Refused: len(c.taken.Refused), Duplicates: c.taken.Duplicates, Warnings: len(c.history.Warnings)}
	for _, y := range c.taken.Years {
		n.New, n.Changed, n.Unchanged = n.New+y.New, n.Changed+y.Changed, n.Unchanged+y.Unchanged
	}
	return n
}

func (c historyComparison) Notes() []sheet.Notes {
	h := *c.history
	h.Refused = c.taken.Refused
	return h.Notes()
}

func (c historyComparison) Columns() []string {
	return []string{"results.fact.year", "results.fact.class", "results.fact.inspected"}
}

func (c historyComparison) Show(w *words.Words, view houses.View, from, n int) []houses.Shown {
	lists := houses.Lists[HistoryLine, history.Problem]{
		Lines: c.taken.Lines, Refused: c.taken.Refused, Repeats: c.history.Repeats, Warnings: c.history.Warnings,
		Effect: func(l *HistoryLine) houses.Effect { return l.Effect },
		ShowLine: func(w *words.Words, l *HistoryLine) houses.Shown {
			shown := shownResult(w, l.Row)
			if l.Effect == houses.Changed {
				shown.Changes = differences(w, l)
			}
			return shown
		},
		ShowProblem: c.problem,
	}
	return lists.Show(w, view, from, n)
}

func shownResult(w *words.Words, row *history.Row) houses.Shown {
	return houses.Shown{
		Sheet: row.Sheet, Row: row.Row, Address: row.Number.Text + " " + row.Street.Name,
		Cells: []string{strconv.Itoa(row.Year), outcomeText(w, row.Outcome), row.InspectedOn.DisplayIn(w.Lang())},
	}
}

func differences(w *words.Words, line *HistoryLine) []houses.Difference {
	var out []houses.Difference
	if line.Class != line.Row.Outcome {
		out = append(out, houses.Difference{Key: "results.fact.class", Before: outcomeText(w, line.Class), After: outcomeText(w, line.Row.Outcome)})
	}
	if on := line.Row.InspectedOn; on != "" && on != line.On {
		out = append(out, houses.Difference{Key: "results.fact.inspected", Before: line.On.DisplayIn(w.Lang()), After: on.DisplayIn(w.Lang())})
	}
	return out
}

var outcomeStates = map[history.Outcome]ui.State{history.Safe: ui.Safe, history.Conditional: ui.Conditional, history.NotSafe: ui.NotSafe}

func outcomeText(w *words.Words, o history.Outcome) string { return ui.StateText(w, outcomeStates[o]) }

func (c historyComparison) problem(w *words.Words, p *history.Problem) houses.Shown {
	shown := houses.Shown{Sheet: p.Sheet, Row: p.Row}
	if i := slices.IndexFunc(c.history.Rows, func(r history.Row) bool { return r.Row == p.Row && r.Sheet == p.Sheet }); i >= 0 {
		shown = shownResult(w, &c.history.Rows[i])
	}
	shown.Text = civil.NFC(p.TextIn(w.Lang()))
	return shown
}
