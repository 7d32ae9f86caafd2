package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/replies"
	"sonha/ward/trainings"
)

// lessons adds what training asks of the reader: to send the invitation, to note who came, or to come; and of a head the answers that
// the house owes.
func lessons(ctx context.Context, tx *db.Tx, d *Day) error {
	list, err := trainings.TasksTx(ctx, tx)
	for _, x := range list {
		d.Tasks = append(d.Tasks, Task{Kind: Meet, Href: "/trainings/" + x.ID, Title: x.Title, Text: "today.train." + x.Kind, Due: x.Day})
	}
	if err != nil {
		return err
	}
	asked, err := replies.TasksTx(ctx, tx)
	for _, x := range asked {
		d.Tasks = append(d.Tasks, Task{Kind: Meet, Href: "/houses/" + x.House + "/replies", Text: "today.train.reply", Due: x.Due})
	}
	return err
}
