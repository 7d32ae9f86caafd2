package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/privacy/breaches"
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
	b, err := breaches.WaitingTx(ctx, tx)
	switch {
	case err != nil:
	case b.Notify > 0:
		d.Tasks = append(d.Tasks, Task{Kind: Notify, Href: "/breaches", N: b.Notify, Due: civil.DayOf(b.Due)})
	case b.Late > 0:
		t := Task{Kind: LateBreach, Href: "/indicators/I12", N: b.Late, Due: civil.DayOf(b.Due)}
		if tx.Who.May(access.SeeProcessing) {
			t.Href = "/processing"
		}
		d.Tasks = append(d.Tasks, t)
	}
	return err
}
