package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/criteria"
	"sonha/ward/households"
)

// answering is how many houses have answers of their households: the first two groups, enough to look around in.
const answering = 2 * housesPerGroup

// keepFree are the first households of each house, which have answered nothing yet: whoever tries the program speaks for one of them.
const keepFree = 2

// answers makes the answers that single households gave, with the sums of their houses. It has dice of its own, so that nothing else
// of the ward moves.
func (b *builder) answers(ctx context.Context, tx *db.Tx, campaign string) error { //nolint:gocognit // the dice must fall in one order, told from top to bottom
	dice := rand.New(rand.NewPCG(1997, uint64(tx.Who.Ward())<<8|2))
	sheets := newTable(tx, "own_answers", `campaign_id house_id household questions answers state by_proxy entered_by sealed updated_at sent_at needs`)
	wanted := newTable(tx, "need_sums", `campaign_id house_id need wanted shown`)
	wishes := rand.New(rand.NewPCG(1997, uint64(tx.Who.Ward())<<8|3)) // of their own: what is wished for moves no answer
	turnouts := newTable(tx, "turnouts", `campaign_id house_id answered shown verdict updated_at`)
	sums := newTable(tx, "answer_sums", `campaign_id house_id question yes partly lacking not_apply shown_yes shown_partly shown_lacking shown_not_apply`)
	questions := households.Questions(b.set)
	for i := range b.made[:min(len(b.made), answering)] {
		h := &b.made[i]
		free := h.households - keepFree
		if free < 1 {
			continue
		}
		answered := dice.IntN(free + 1)
		shown := 0
		if h.households >= fewHouseholds {
			shown = answered / fewHouseholds * fewHouseholds
		}
		at := civil.NewDay(Year, time.May, 4).AddDays(dice.IntN(90)).Time().Add(19 * time.Hour).UnixMilli()
		live, seen := make([][4]int, len(questions)), make([][4]int, len(questions))
		asked, told := map[households.Need]int{}, map[households.Need]int{}
		for n := range answered {
			letters := make([]byte, len(questions))
			for q := range questions {
				v, slot := given(dice, h.quality)
				letters[q] = v.Letter()
				live[q][slot]++
				if n < shown {
					seen[q][slot]++
				}
			}
			label, need := accounts.HouseholdLabel(keepFree+1+n), wishedFor(wishes)
			if need != "" {
				asked[need]++
			}
			if need != "" && n < shown {
				told[need]++
			}
			if err := sheets.add(ctx, campaign, h.id, label, b.set.Version, string(letters), "sent", false, "Đại diện hộ "+label, false, at, at, string(need)); err != nil {
				return err
			}
		}
		if answered == 0 {
			continue
		}
		if err := turnouts.add(ctx, campaign, h.id, answered, shown, "", at); err != nil {
			return err
		}
		for _, n := range households.Needs() {
			if asked[n] > 0 {
				if err := wanted.add(ctx, campaign, h.id, string(n), asked[n], told[n]); err != nil {
					return err
				}
			}
		}
		for q, item := range questions {
			x, y := live[q], seen[q]
			if err := sums.add(ctx, campaign, h.id, item.Code, x[0], x[1], x[2], x[3], y[0], y[1], y[2], y[3]); err != nil {
				return err
			}
		}
	}
	return flushAll(ctx, sheets, turnouts, sums, wanted)
}

// fewHouseholds is the number from which shares are shown (domain.md §9.8).
const fewHouseholds = 5

// given is an answer of a household of a house that is kept so well, with its place among the sums.
func given(dice *rand.Rand, quality float64) (criteria.Value, int) {
	switch p := dice.Float64(); {
	case p < quality:
		return criteria.Pass, 0
	case p < quality+0.12:
		return criteria.Partly, 1
	case p < 0.98:
		return criteria.Fail, 2
	default:
		return criteria.NA, 3
	}
}

// wishedFor is what a household would like help with: two of three name nothing, and the first of the list are named more often.
func wishedFor(dice *rand.Rand) households.Need {
	all := households.Needs()
	if dice.IntN(3) > 0 {
		return ""
	}
	return all[min(dice.IntN(len(all)), dice.IntN(len(all)))]
}
