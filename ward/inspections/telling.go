package inspections

import (
	"context"
	"slices"
	"time"

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

// overdue is a house with measures whose day has passed.
type overdue struct {
	house, address string
	n              int
	first          civil.Day
	fresh          bool // one of them has passed since the house was last told of
}

// Overdue is periodic work: it tells the head and the officer of each house with measures whose day has passed, once for each
// day that passes and not again every morning.
func (s *Store) Overdue(ctx context.Context, who access.Actor) error {
	if queue.Dry(ctx) {
		return s.db.Read(ctx, who, func(tx *db.Tx) error {
			list, err := lately(ctx, tx)
			queue.Note(ctx, "báo %d số nhà có việc quá hạn", len(list))
			return err
		})
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what is told of a day that has passed is no act of anybody")
		list, err := lately(ctx, tx)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head, access.Officer}, House: x.house}, inbox.Message{
				Kind: inbox.Shortcomings, Key: "inspections.told_late", Pairs: []any{"N", x.n, "House", x.address, "Day", x.first},
				Href: "/houses/" + x.house, House: x.house, About: "overdue:" + x.house,
			}); err != nil {
				return err
			}
		}
		queue.Note(ctx, "báo %d số nhà có việc quá hạn", len(list))
		return nil
	})
}

// lately lists the houses of which something has become overdue since they were last told of.
func lately(ctx context.Context, tx *db.Tx) ([]overdue, error) {
	var all []overdue
	err := tx.All(ctx, func(scan func(...any) error) error {
		var house, number, street string
		var due civil.Day
		var told int64
		if err := scan(&house, &number, &street, &due, &told); err != nil {
			return err
		}
		if len(all) == 0 || all[len(all)-1].house != house {
			all = append(all, overdue{house: house, address: number + " " + street, first: due})
		}
		x := &all[len(all)-1]
		x.n++
		x.fresh = x.fresh || told == 0 || civil.DayOf(time.UnixMilli(told)) <= due
		return nil
	}, `select x.house_id, h.number, s.name, x.due_on,
			coalesce((select max(m.created_at) from messages m where m.ward_id = x.ward_id and m.about = 'overdue:' || x.house_id), 0)
		from shortcomings x join inspections i on i.ward_id = x.ward_id and i.id = x.inspection_id
		join houses h on h.ward_id = x.ward_id and h.id = x.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope x.house} and x.state = 'open' and i.state = 'finished' and x.due_on <> '' and x.due_on < $1 and h.status = 'active'
		order by x.house_id, x.due_on, x.id`, string(civil.DayOf(tx.Now)))
	return slices.DeleteFunc(all, func(x overdue) bool { return !x.fresh }), err
}
