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

// unanswered asks for the officers and leads that are still missing: without an officer the houses of a beat are not inspected, and
// without a lead nobody sees to those that have no head.
func unanswered(ctx context.Context, tx *db.Tx, d *Day) error {
	beats, groups, err := areas.Vacant(ctx, tx)
	if err != nil {
		return err
	}
	if beats > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: NoOfficer, Href: "/areas#beats", N: beats})
	}
	if groups > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: NoLead, Href: "/areas#groups", N: groups})
	}
	return nil
}

// beginning is what the administrator of a ward does first: give it its name, and an account to the command, who imports the roster;
// then to those who answer for its beats and groups.
func beginning(ctx context.Context, tx *db.Tx, d *Day) error {
	ward, err := areas.WardOf(ctx, tx)
	if err != nil {
		return err
	}
	if !ward.Named() {
		d.Tasks = append(d.Tasks, Task{Kind: NameWard, Href: areas.NamePath})
	}
	if d.Empty, err = areas.Empty(ctx, tx); err != nil {
		return err
	}
	if !d.Empty {
		return unanswered(ctx, tx, d)
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
