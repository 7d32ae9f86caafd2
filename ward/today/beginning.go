package today

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/areas"
)

// rosterFirst is the day of a ward without a house: the roster is to be imported, and nothing else can be done before.
func rosterFirst(ctx context.Context, tx *db.Tx, d *Day) (empty bool, err error) {
	if empty, err = areas.Empty(ctx, tx); !empty || err != nil {
		return false, err
	}
	if tx.Who.May(access.Import) {
		d.Tasks = append(d.Tasks, Task{Kind: Roster, Href: "/imports"})
	} else {
		d.Empty = true
	}
	return true, nil
}

// beginning is what the administrator of a ward does first: give it its name, and an account to the command, who imports the roster.
func beginning(ctx context.Context, tx *db.Tx, d *Day) error {
	ward, err := areas.WardOf(ctx, tx)
	if err != nil {
		return err
	}
	if !ward.Named() {
		d.Tasks = append(d.Tasks, Task{Kind: NameWard, Href: areas.NamePath})
	}
	if d.Empty, err = areas.Empty(ctx, tx); err != nil || !d.Empty {
		return err
	}
	commands := 0
	if err := tx.One(ctx, `select count(*) from grants g where g.ward_id = {ward} and g.role = 'command' and g.ended_at is null`).Scan(&commands); err != nil {
		return err
	}
	if commands == 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Appoint, Href: "/accounts/new?role=command"})
		d.Empty = false // the task says it
	}
	return nil
}
