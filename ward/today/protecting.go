package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/privacy/requests"
)

// protecting adds what waits in the registers of data protection: for their officer the steps to take, for command and committee what
// nobody took in time.
func protecting(ctx context.Context, tx *db.Tx, d *Day) error {
	w, err := requests.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range []Task{
		{Kind: Acknowledge, Href: "/data-requests", N: w.Acknowledge, Due: w.AckDue},
		{Kind: AnswerData, Href: "/data-requests", N: w.Answer, Due: w.Due},
		{Kind: LateData, Href: "/indicators/I12", N: w.Climbed, Due: w.Earliest},
	} {
		if t.N > 0 {
			d.Tasks = append(d.Tasks, t)
		}
	}
	return nil
}
