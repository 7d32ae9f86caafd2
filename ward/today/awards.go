package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/awards"
)

// commending adds what waits among commendations for who decides on them.
func commending(ctx context.Context, tx *db.Tx, d *Day) error {
	w, err := awards.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range []Task{
		{Kind: Decide, Href: "/commendations?state=published", N: w.Decide, Due: w.Due},
		{Kind: AnswerThem, Href: "/commendations?state=published", N: w.Remarks},
		{Kind: Publish, Href: "/commendations?state=voted", N: w.Publish},
		{Kind: Revoke, Href: "/commendations?state=decided", N: w.Confirm},
	} {
		if t.N > 0 {
			d.Tasks = append(d.Tasks, t)
		}
	}
	return nil
}
