package reviews

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/measures"
	"sonha/ward/results"
)

// pulled counts the figures of a review as they are now: the results of the campaign, and the measures of the period.
func pulled(ctx context.Context, tx *db.Tx, r *Review) (Figures, error) {
	today := civil.DayOf(tx.Now)
	f := Figures{AsOf: today}
	groups, whole, err := results.TalliesTx(ctx, tx, r.Campaign)
	if err != nil {
		return f, err
	}
	t := results.Tally{}
	if r.Group == "" {
		t = whole
	}
	for i := range groups {
		if r.Group != "" && groups[i].GroupID == r.Group {
			t = groups[i]
		}
	}
	f.Houses, f.Households, f.Pledged, f.Assessed, f.Inspected = t.Houses, t.Households, t.Pledged, t.Assessed, t.Inspected
	f.Safe, f.Conditional, f.NotSafe, f.Passed = t.Safe, t.Conditional, t.NotSafe, t.Passed
	m, err := measures.PeriodTx(ctx, tx, r.Group, r.From, r.To)
	f.Opened, f.Verified, f.Running, f.Overdue = m.Opened, m.Verified, m.Running, m.Late
	return f, err
}

// suggest gives the items on which most inspected houses of the scope fall short and that the review does not speak of yet, the most
// houses first.
func (s *Store) suggest(ctx context.Context, tx *db.Tx, r *Review, said []Shortcoming) ([]Suggestion, error) {
	count := map[string]int{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var missing string
		err := scan(&missing)
		for code := range strings.SplitSeq(missing, ",") {
			count[code]++
		}
		return err
	}, `select x.missing from results x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		where x.ward_id = {ward} and x.campaign_id = $1 and x.class <> 'not_inspected' and x.missing <> '' and h.status = 'active' and ($2 = '' or h.group_id = $2)`,
		r.Campaign, r.Group); err != nil {
		return nil, err
	}
	for i := range said {
		delete(count, said[i].Item)
	}
	set, err := s.sets.OfCampaign(ctx, tx, r.Campaign)
	if err != nil {
		return nil, err
	}
	var list []Suggestion
	for code, n := range count {
		if set.Index(code) >= 0 {
			list = append(list, Suggestion{Item: code, Houses: n})
		}
	}
	slices.SortFunc(list, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Houses, a.Houses), cmp.Compare(set.Index(a.Item), set.Index(b.Item)))
	})
	return list[:min(len(list), mostSuggestions)], nil
}

// hide takes out of a record what would tell of single houses to a reader who opens none: the classes of a group of which the board
// shows this reader none either, of a scope with few inspected houses, and of one in which few were inspected since the review before:
// the reader has that one, so that it is the later figures that are not told.
func hide(ctx context.Context, tx *db.Tx, r *Review, x *Record) error {
	groups, _, err := results.TalliesTx(ctx, tx, r.Campaign)
	if err != nil {
		return err
	}
	shares := make([]smallcells.Share, len(groups))
	for i := range groups {
		shares[i] = smallcells.Share{ID: groups[i].GroupID, Part: groups[i].Safe, Of: groups[i].Inspected}
	}
	hidden, _ := smallcells.Groups(shares)
	small := false
	for i := range groups {
		small = small || r.Group != "" && groups[i].GroupID == r.Group && hidden[i]
	}
	if x.Before != nil {
		b := *x.Before
		b.fewUntold(small)
		x.Before = &b
	}
	x.Figures.fewUntold(small)
	if r.Group != "" {
		for i := range x.Shortcomings {
			x.Shortcomings[i].fewUntold()
		}
		for i := range x.Earlier {
			x.Earlier[i].fewUntold()
		}
	}
	return nil
}

// follow says whether few houses were inspected since the last review that is told, of which before is that or one that is not.
func (f *Figures) follow(before *Figures) {
	if f.Base = before.Inspected; before.Few {
		f.Base = before.Base
	}
	since := f.Inspected - f.Base
	f.Few = since != 0 && max(since, -since) < smallcells.Least
}

// fewUntold hides the classes where few houses were inspected, at all or since the review before, or where others say that they must be.
func (f *Figures) fewUntold(also bool) {
	if also || f.Few || f.Inspected > 0 && f.Inspected < smallcells.Least {
		f.untold()
	}
}

func (f *Figures) untold() {
	f.Hidden, f.Safe, f.Conditional, f.NotSafe, f.Passed = true, 0, 0, 0, [6]int{}
}

// fewUntold hides how many houses a shortcoming is of, where they are few.
func (s *Shortcoming) fewUntold() {
	if s.Houses < smallcells.Least {
		s.Houses = 0
	}
}
