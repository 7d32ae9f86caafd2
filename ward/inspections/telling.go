package inspections

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/inbox"
)

// tell says to the head what an inspection noted and until when it is to be mended.
func (s *Store) tell(ctx context.Context, tx *db.Tx, i *Inspection) error {
	n, first := 0, ""
	if err := tx.One(ctx, `select count(*), coalesce(min(x.due_on), '') from shortcomings x where {scope x.house} and x.inspection_id = $1 and x.state = 'open'`,
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

// Overdue is periodic work: it tells the head and the officer of each measure whose day has passed, once.
func (s *Store) Overdue(ctx context.Context, who access.Actor) error {
	type late struct{ id, house, address, due string }
	var list []late
	find := func(tx *db.Tx) error {
		list = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var x late
			var number, street string
			err := scan(&x.id, &x.house, &number, &street, &x.due)
			x.address = number + " " + street
			list = append(list, x)
			return err
		}, `select x.id, x.house_id, h.number, s.name, x.due_on from shortcomings x
			join inspections i on i.ward_id = x.ward_id and i.id = x.inspection_id
			join houses h on h.ward_id = x.ward_id and h.id = x.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where {scope x.house} and x.state = 'open' and i.state = 'finished' and x.due_on <> '' and x.due_on < $1 and h.status = 'active'
				and not exists (select 1 from messages m where m.ward_id = x.ward_id and m.about = 'overdue:' || x.id)
			order by x.due_on, x.id`, string(civil.DayOf(tx.Now)))
	}
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, find)
		queue.Note(ctx, "báo %d việc quá hạn", len(list))
		return err
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what is told of a day that has passed is no act of anybody")
		if err := find(tx); err != nil {
			return err
		}
		for _, x := range list {
			if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head, access.Officer}, House: x.house}, inbox.Message{
				Kind: inbox.Shortcomings, Key: "inspections.told_late", Pairs: []any{"House", x.address, "Day", civil.Day(x.due)},
				Href: "/houses/" + x.house, House: x.house, About: "overdue:" + x.id,
			}); err != nil {
				return err
			}
		}
		queue.Note(ctx, "báo %d việc quá hạn", len(list))
		return nil
	})
}
