package houses

import (
	"context"

	"sonha/engine/db"
)

// Place is a house or a residential group, by the name that people say.
type Place struct{ ID, Name string }

// DoorsTx lists the houses within the actor's reach in which somebody lives, in walking order.
func DoorsTx(ctx context.Context, tx *db.Tx) ([]Place, error) {
	return named(ctx, tx, `select h.id, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.status = 'active' and h.households > 0 order by h.sort_key, h.id`)
}

// GroupsTx lists the residential groups of today that have a house within the actor's reach.
func GroupsTx(ctx context.Context, tx *db.Tx) ([]Place, error) {
	return named(ctx, tx, `select a.id, a.name from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null
		and exists (select 1 from houses h where h.ward_id = a.ward_id and h.group_id = a.id and {scope h}) order by a.sort_key, a.id`)
}

func named(ctx context.Context, tx *db.Tx, query string) ([]Place, error) {
	var list []Place
	err := tx.All(ctx, func(scan func(...any) error) error {
		var p Place
		err := scan(&p.ID, &p.Name)
		list = append(list, p)
		return err
	}, query)
	return list, err
}
