package today

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ward/results/reopenings"
)

// reopening adds the closed campaigns that wait for the reader as the second person.
func reopening(ctx context.Context, tx *db.Tx, d *Day) error {
	list, err := reopenings.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	for i := range list {
		d.Tasks = append(d.Tasks, Task{Kind: Reopen, Href: "/reopenings/" + list[i].ID, Text: strconv.Itoa(list[i].Year)})
	}
	return nil
}
