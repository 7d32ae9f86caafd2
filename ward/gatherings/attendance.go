package gatherings

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/fault"
	"sonha/ward/accounts"
)

// Attendance is who came to one gathering, in two tables of its room: the houses that were invited, each with the number of its households
// that came, and the households that came, by their labels. Nobody's name is kept.
type Attendance struct {
	Of string // "meeting" or "training": what the tables and their key are called after
	ID string
}

// Came gives the labels of a house's households that came.
func (a Attendance) Came(ctx context.Context, tx *db.Tx, house string) ([]string, error) {
	var labels []string
	err := tx.All(ctx, func(scan func(...any) error) error {
		var l string
		err := scan(&l)
		labels = append(labels, l)
		return err
	}, `select x.household from `+a.Of+`_households x where {scope x.house} and x.`+a.Of+`_id = $1 and x.house_id = $2 order by x.household`, a.ID, house)
	return labels, err
}

// Tick writes which of a house's households came, all of them as they are ticked now; before are those that had come, households is how many
// the house has. A label that the house does not have is refused at the field "household".
func (a Attendance) Tick(ctx context.Context, tx *db.Tx, house string, households int, before, came []string) error {
	for _, l := range came {
		if err := Known(households, l); err != nil {
			return err
		}
	}
	for _, l := range before {
		if slices.Contains(came, l) {
			continue
		}
		if _, err := tx.Exec(ctx, `delete from `+a.Of+`_households as x where {scope x.house} and x.`+a.Of+`_id = $1 and x.house_id = $2 and x.household = $3`,
			a.ID, house, l); err != nil {
			return err
		}
	}
	for _, l := range came {
		if err := a.note(ctx, tx, house, l, "tick"); err != nil {
			return err
		}
	}
	return a.recount(ctx, tx, house)
}

// Come notes one household; how it said so is "round", on the phone that goes round, or "door", by the code at the door.
func (a Attendance) Come(ctx context.Context, tx *db.Tx, house, household, how string) error {
	if err := a.note(ctx, tx, house, household, how); err != nil {
		return err
	}
	return a.recount(ctx, tx, house)
}

func (a Attendance) note(ctx context.Context, tx *db.Tx, house, household, how string) error {
	_, err := tx.Exec(ctx, `insert into `+a.Of+`_households (ward_id, `+a.Of+`_id, house_id, household, how, noted_at) values ({ward}, $1, $2, $3, $4, $5)
		on conflict (ward_id, `+a.Of+`_id, house_id, household) do nothing`, a.ID, house, household, how, tx.Millis())
	return err
}

func (a Attendance) recount(ctx context.Context, tx *db.Tx, house string) error {
	houses, key := a.Of+`_houses`, a.Of+`_id`
	_, err := tx.Exec(ctx, `update `+houses+` set present = (select count(*) from `+a.Of+`_households x where x.ward_id = `+houses+`.ward_id
			and x.`+key+` = `+houses+`.`+key+` and x.house_id = `+houses+`.house_id)
		where ward_id = {ward} and `+key+` = $1 and house_id = $2`, a.ID, house)
	return err
}

// Invited gives how many households of a house were invited; not found when the house was not.
func (a Attendance) Invited(ctx context.Context, tx *db.Tx, house string) (n int, err error) {
	err = tx.One(ctx, `select x.households from `+a.Of+`_houses x where x.ward_id = {ward} and x.`+a.Of+`_id = $1 and x.house_id = $2`, a.ID, house).Scan(&n)
	return n, err
}

// Here reports whether the actor's own household came.
func (a Attendance) Here(ctx context.Context, tx *db.Tx) (bool, error) {
	n := 0
	err := tx.One(ctx, `select count(*) from `+a.Of+`_households x where {scope x.household} and x.`+a.Of+`_id = $1`, a.ID).Scan(&n)
	return n > 0, err
}

// Known refuses a label that a house of so many households does not have.
func Known(households int, label string) error {
	if !slices.Contains(accounts.HouseholdLabels(households), label) {
		return fault.Invalid("household", "gatherings.no_such_household")
	}
	return nil
}
