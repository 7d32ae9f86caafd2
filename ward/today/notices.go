package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/notices"
)

// announcements adds what waits on the reader because of announcements: to read them, to walk to those who do not know yet,
// and for the command the drafts of the season.
func announcements(ctx context.Context, tx *db.Tx, d *Day) error {
	unread, one, err := notices.UnreadTx(ctx, tx)
	if err != nil {
		return err
	}
	switch {
	case unread == 1:
		d.Tasks = append(d.Tasks, Task{Kind: Read, Href: "/notices/" + one, N: 1})
	case unread > 1:
		d.Tasks = append(d.Tasks, Task{Kind: Read, Href: "/notices", N: unread})
	}
	due, err := notices.DueTx(ctx, tx)
	if err != nil {
		return err
	}
	for _, x := range due {
		d.Tasks = append(d.Tasks, Task{Kind: Walk, Href: "/notices/" + x.ID + "/reach", N: x.Houses, Text: x.Title})
	}
	if tx.Who.Role() != access.Command {
		return nil
	}
	offers, err := notices.OfferedTx(ctx, tx)
	for _, x := range offers {
		d.Tasks = append(d.Tasks, Task{Kind: Season, Href: "/notices", Text: "notices.season." + x.Name + ".name", Due: x.Day})
	}
	return err
}
