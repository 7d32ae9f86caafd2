package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/mediations"
)

// mediating adds what waits for a mediator: cases that are to begin within their three days, what heads handed over, settled cases to
// ask about again.
func mediating(ctx context.Context, tx *db.Tx, d *Day) error {
	w, err := mediations.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range []Task{
		{Kind: Mediate, Href: "/mediations?record=formal&open=1", N: w.Start, Due: w.StartBy},
		{Kind: TakeUp, Href: "/mediations?record=early&open=1", N: w.Handed},
		{Kind: AskAgain, Href: "/mediations?record=formal&open=1", N: w.Follow, Due: w.FollowBy},
	} {
		if t.N > 0 {
			d.Tasks = append(d.Tasks, t)
		}
	}
	return nil
}
