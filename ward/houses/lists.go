package houses

import "sonha/engine/words"

// Lists are the rows behind a comparison: L is a row that was accepted, P one that was refused, repeated or warned of.
type Lists[L, P any] struct {
	Lines                      []L
	Refused, Repeats, Warnings []P
	Effect                     func(*L) Effect
	ShowLine                   func(*words.Words, *L) Shown
	ShowProblem                func(*words.Words, *P) Shown
}

// Show gives at most n rows of a view from the one numbered from, counting from 0, as a Comparison does.
func (l *Lists[L, P]) Show(w *words.Words, view View, from, n int) []Shown {
	switch view {
	case ViewNew:
		return l.lines(w, New, from, n)
	case ViewChanged:
		return l.lines(w, Changed, from, n)
	case ViewUnchanged:
		return l.lines(w, Unchanged, from, n)
	case ViewRefused:
		return l.problems(w, l.Refused, from, n)
	case ViewDuplicates:
		return l.problems(w, l.Repeats, from, n)
	case ViewWarnings:
		return l.problems(w, l.Warnings, from, n)
	}
	return nil
}

func (l *Lists[L, P]) lines(w *words.Words, effect Effect, from, n int) []Shown {
	var out []Shown
	for i := range l.Lines {
		line := &l.Lines[i]
		if l.Effect(line) != effect {
			continue
		}
		if from--; from >= 0 {
			continue
		}
		if out = append(out, l.ShowLine(w, line)); len(out) == n {
			break
		}
	}
	return out
}

func (l *Lists[L, P]) problems(w *words.Words, list []P, from, n int) []Shown {
	if from >= len(list) {
		return nil
	}
	list = list[from:min(from+n, len(list))]
	out := make([]Shown, 0, len(list))
	for i := range list {
		out = append(out, l.ShowProblem(w, &list[i]))
	}
	return out
}
