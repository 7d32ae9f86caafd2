package indicators

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/privacy/breaches"
)

// Kept says how the work that deletes what is over its period stands in a ward.
type Kept struct {
	Works  int `json:"works"`     // kinds of it; 0 where nothing is known
	Behind int `json:"behind"`    // late, so that something may be kept too long
	Never  int `json:"never_ran"` // not done once: whether something is kept too long is not known
}

// line says it in words, and whether somebody has to look.
func (k Kept) line(w *words.Words, num func(int) string) (text string, due bool) {
	switch {
	case k.Never == k.Works:
		return w.T("indicators.privacy.never"), true
	case k.Behind > 0:
		return w.F("indicators.privacy.behind", "N", num(k.Behind), "All", num(k.Works)), true
	case k.Never > 0:
		return w.F("indicators.privacy.some_never", "N", num(k.Never), "All", num(k.Works)), false
	}
	return w.F("indicators.privacy.on_time", "N", num(k.Works)), false
}

// Keeper tells Kept of a ward. app connects it.
type Keeper func(ctx context.Context, ward int) (Kept, error)

// Keeps connects the Keeper; app calls it while it wires the program.
func (s *Store) Keeps(k Keeper) { s.keeper = k }

// Privacy is what I12 says of the ward's care for personal data beside the requests that it answered (domain.md §9.9).
type Privacy struct {
	Breaches []breaches.Year `json:"breaches"` // the latest year first
	Kept     Kept            `json:"deleting"`
}

// privacy reads what stands beside I12.
func (s *Store) privacy(ctx context.Context, who access.Actor) (Privacy, error) {
	var p Privacy
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		p.Breaches, err = breaches.YearsTx(ctx, tx)
		return err
	})
	if err != nil || s.keeper == nil {
		return p, err
	}
	p.Kept, err = s.keeper(ctx, who.Ward())
	return p, err
}

// beside puts it beside I12, where that is in the list. It is read each time: what is behind changes with the clock alone.
func (s *Store) beside(ctx context.Context, who access.Actor, list []Reading) error {
	at := slices.IndexFunc(list, func(r Reading) bool { return r.Code == Requests })
	if at < 0 {
		return nil
	}
	p, err := s.privacy(ctx, who)
	list[at].Privacy = &p
	return err
}

// rows are the lines of a table that say the same: each count of breaches by year, and the words on deleting.
func (p *Privacy) rows(w *words.Words) [][]any {
	var list [][]any
	add := func(name string, values map[string]any) {
		values["code"], values["name"] = string(Requests), name
		var cells []any
		for _, column := range exportColumns() {
			cells = append(cells, values[column])
		}
		list = append(list, cells)
	}
	title := w.T("indicators.privacy.breaches")
	if len(p.Breaches) == 0 {
		add(title, map[string]any{"note": w.T("indicators.privacy.none")})
	}
	for _, y := range slices.Backward(p.Breaches) { // as the other figures: the earliest first
		period, _ := NewPeriod(Year, y.Year, 0)
		for _, x := range []struct {
			key string
			n   int
		}{{"found", y.Found}, {"in_time", y.InTime}, {"late", y.Late}} {
			add(title+": "+w.T("indicators.privacy."+x.key), map[string]any{
				"period": period.Code(), "from": period.Starts, "to": period.Ends, "figure": x.n, "unit": w.T("indicators.sheet.unit_breaches"),
			})
		}
	}
	if p.Kept.Works > 0 {
		text, _ := p.Kept.line(w, func(n int) string { return civil.IntIn(w.Lang(), n) })
		add(w.T("indicators.privacy.kept"), map[string]any{"note": text})
	}
	return list
}
