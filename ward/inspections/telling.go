package inspections

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/inbox"
)

// tell says to the head what an inspection noted and until when it is to be mended.
func (s *Store) tell(ctx context.Context, tx *db.Tx, i *Inspection) error {
	n, first := 0, ""
	if err := tx.One(ctx, `select count(*), coalesce(min(coalesce(m.due_on, x.due_on)), '') from shortcomings x
			left join measures m on m.ward_id = x.ward_id and m.source = 'inspection' and m.source_id = x.id
		where {scope x.house} and x.inspection_id = $1 and x.state = 'open'`,
		i.ID).Scan(&n, &first); err != nil || n == 0 {
		return err
	}
	address, err := addressOf(ctx, tx, i.House.ID)
	if err != nil {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: i.House.ID}, inbox.Message{
		Kind: inbox.Shortcomings, Key: "inspections.told", Pairs: []any{"N", n, "House", address, "Day", civil.Day(first)},
		Href: "/houses/" + i.House.ID, House: i.House.ID, About: "inspection:" + i.ID,
	})
}

func addressOf(ctx context.Context, tx *db.Tx, house string) (string, error) {
	var number, street string
	err := tx.One(ctx, `select h.number, s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
		house).Scan(&number, &street)
	return number + " " + street, err
}
