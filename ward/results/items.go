package results

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ward/criteria"
)

// Answered is how many inspected houses answer one item of the criteria how.
type Answered struct {
	Pass, Partly, Fail, NA int
	Lacking                int // houses that must mend it to pass
}

// Add counts n more houses with an answer.
func (a *Answered) Add(v criteria.Value, n int) {
	switch v {
	case criteria.Pass:
		a.Pass += n
	case criteria.Partly:
		a.Partly += n
	case criteria.Fail:
		a.Fail += n
	case criteria.NA:
		a.NA += n
	case criteria.Unanswered:
	}
}

// Known is the number of houses to which the item applies.
func (a *Answered) Known() int { return a.Pass + a.Partly + a.Fail }

// Below is the number of houses that do not reach Đạt on the item.
func (a *Answered) Below() int { return a.Partly + a.Fail }

// ItemsTx counts, item by item in the order of the set, the answers of the houses in use that were inspected in a campaign, within what
// the reader may count; group narrows it to a residential group, empty for none. Equal sheets are gathered by the database.
func ItemsTx(ctx context.Context, tx *db.Tx, set *criteria.Set, campaign, group string) ([]Answered, error) {
	list := make([]Answered, set.Len())
	err := tx.All(ctx, func(scan func(...any) error) error {
		var answers criteria.Answers
		var missing string
		var n int
		if err := scan(&answers, &missing, &n); err != nil {
			return err
		}
		for i := range list {
			list[i].Add(answers.At(i), n)
		}
		for code := range strings.SplitSeq(missing, ",") {
			if at := set.Index(code); code != "" && at >= 0 {
				list[at].Lacking += n
			}
		}
		return nil
	}, `select r.answers, r.missing, count(*)
		from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
		where {figures h} and h.status = 'active' and r.campaign_id = $1 and r.class <> 'not_inspected' and r.answers <> '' and ($2 = '' or h.group_id = $2)
		group by r.answers, r.missing`, campaign, group)
	return list, err
}
