package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/meetings"
)

// gatherings adds what meetings ask of the reader: to send the invitation, to hold the meeting, to finish or to confirm its minutes.
func gatherings(ctx context.Context, tx *db.Tx, d *Day) error {
	list, err := meetings.TasksTx(ctx, tx)
	for _, x := range list {
		t := Task{Kind: Meet, Href: "/meetings/" + x.ID, Title: x.Title, Text: "today.meet." + x.Kind, Due: x.Day}
		switch x.Kind {
		case "minute":
			t.Href += "/minutes"
		case "sign":
			t.Href += "/minutes#confirm"
		}
		d.Tasks = append(d.Tasks, t)
	}
	return err
}
