package results

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inbox"
)

// tell says to the head which class of the house was approved. The page that it leads to is that of the campaign's year, which need not
// be the newest.
func tell(ctx context.Context, tx *db.Tx, in campaigns.Campaign, house, address string, class criteria.Class) error {
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: house}, inbox.Message{
		Kind: inbox.Results, Key: "results.told." + class.String(), Pairs: []any{"House", address}, House: house,
		Href: "/houses/" + house + "?year=" + strconv.Itoa(in.Year), About: "result:" + in.ID + ":" + house,
	})
}

func addressOf(ctx context.Context, tx *db.Tx, house string) (string, error) {
	var number, street string
	err := tx.One(ctx, `select h.number, s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
		house).Scan(&number, &street)
	return number + " " + street, err
}

// near is how many days before its day a recheck is told of: a week to prepare.
const near = 7

// Rechecks is periodic work: it tells the head and the officer of each house that passed on condition when the last day to
// mend comes near, once for each such day.
func (s *Store) Rechecks(ctx context.Context, who access.Actor) error {
	type recheck struct{ house, address, by string }
	var list []recheck
	find := func(tx *db.Tx) error {
		list = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var x recheck
			var number, street string
			err := scan(&x.house, &number, &street, &x.by)
			x.address = number + " " + street
			list = append(list, x)
			return err
		}, `select h.id, h.number, s.name, r.recheck_by from results r
			join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
			join houses h on h.ward_id = r.ward_id and h.id = r.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where {scope h} and c.phase <> 'closed' and h.status = 'active' and r.class = 'conditional' and r.recheck_by <> '' and r.recheck_by <= $1
				and not exists (select 1 from messages m where m.ward_id = r.ward_id and m.about = 'recheck:' || r.house_id || ':' || r.recheck_by)
			order by r.recheck_by, h.id`, string(civil.DayOf(tx.Now).AddDays(near)))
	}
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, find)
		queue.Note(ctx, "báo %d số nhà sắp kiểm tra lại", len(list))
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what is told of a day that comes near is no act of anybody")
		if err := find(tx); err != nil {
			return err
		}
		for _, x := range list {
			if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head, access.Officer}, House: x.house}, inbox.Message{
				Kind: inbox.Rechecks, Key: "results.told_recheck", Pairs: []any{"House", x.address, "Day", civil.Day(x.by)},
				Href: "/houses/" + x.house, House: x.house, About: "recheck:" + x.house + ":" + x.by,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		queue.Note(ctx, "báo %d số nhà sắp kiểm tra lại", len(list))
	}
	return err
}
