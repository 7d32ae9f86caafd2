package replies

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/periods"
)

// Store keeps the table of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Of is what is noted of one house.
type Of struct {
	House, Address string
	List           []Reply // newest first
}

// Of gives the days of a house in reach.
func (s *Store) Of(ctx context.Context, who access.Actor, house string) (Of, error) {
	var o Of
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepReplies); err != nil {
			return err
		}
		if err := tx.One(ctx, `select h.id, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
			house).Scan(&o.House, &o.Address); err != nil {
			return err
		}
		var err error
		o.List, err = list(ctx, tx, house)
		return err
	})
	return o, err
}

func list(ctx context.Context, tx *db.Tx, house string) ([]Reply, error) {
	var all []Reply
	err := tx.All(ctx, func(scan func(...any) error) error {
		var r Reply
		err := scan(&r.Asked, &r.Answered)
		all = append(all, r)
		return err
	}, `select r.asked_on, r.answered_on from replies r where {scope r.house} and r.house_id = $1 and r.content = $2 order by r.asked_on desc limit `+strconv.Itoa(mostListed),
		house, Content)
	return all, err
}

// reached fails unless the actor keeps the days of the house.
func reached(ctx context.Context, tx *db.Tx, house string) error {
	if err := tx.Need(access.KeepReplies); err != nil {
		return err
	}
	var id string
	return tx.One(ctx, `select h.id from houses h where {scope h} and h.id = $1`, house).Scan(&id)
}

// Ask notes the day on which a house was asked. The same day again changes nothing.
func (s *Store) Ask(ctx context.Context, who access.Actor, house string, on civil.Day) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := reached(ctx, tx, house); err != nil {
			return err
		}
		if err := checkAsked(on, civil.DayOf(tx.Now)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into replies (ward_id, house_id, content, asked_on, answered_on) values ({ward}, $1, $2, $3, '')
			on conflict (ward_id, house_id, content, asked_on) do nothing`, house, Content, string(on)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "reply.asked", Object: "house", ID: house, House: house})
	})
}

// Answer notes the day on which the house answered what it was asked on another. was is the day of the answer that the form showed, ""
// for none: a day that was noted meanwhile is not written over. The trail keeps the day that a correction replaced.
func (s *Store) Answer(ctx context.Context, who access.Actor, house string, asked, was, on civil.Day) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := reached(ctx, tx, house); err != nil {
			return err
		}
		var noted civil.Day
		if err := tx.One(ctx, `select r.answered_on from replies r where {scope r.house} and r.house_id = $1 and r.content = $2 and r.asked_on = $3`,
			house, Content, string(asked)).Scan(&noted); err != nil {
			return err
		}
		if err := checkAnswered(asked, on, civil.DayOf(tx.Now)); err != nil {
			return err
		}
		switch noted {
		case on: // sent twice, or nothing to correct
			tx.Untold("nothing changed")
			return nil
		case was:
		default:
			return fault.Conflict("replies.answered_already", "Day", noted)
		}
		if err := tx.Must1(tx.Exec(ctx, `update replies as r set answered_on = $1 where {scope r.house} and r.house_id = $2 and r.content = $3 and r.asked_on = $4
			and r.answered_on = $5`, string(on), house, Content, string(asked), string(was))); err != nil {
			return err
		}
		e := db.Entry{Action: "reply.answered", Object: "house", ID: house, House: house}
		if was != "" {
			e.Action, e.Detail = "reply.corrected", was.Display()+" → "+on.Display()
		}
		return tx.Audit(ctx, e)
	})
}

// Remove takes a request away that was noted by mistake and has no answer.
func (s *Store) Remove(ctx context.Context, who access.Actor, house string, asked civil.Day) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := reached(ctx, tx, house); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `delete from replies as r where {scope r.house} and r.house_id = $1 and r.content = $2 and r.asked_on = $3 and r.answered_on = ''`,
			house, Content, string(asked))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Shut("replies.answered_stays")
		}
		return tx.Audit(ctx, db.Entry{Action: "reply.removed", Object: "house", ID: house, House: house})
	})
}

// Evidence gives what the days of a house say about GD6, to those who may see them; to others nothing, not even that there is none.
func (s *Store) Evidence(ctx context.Context, who access.Actor, house string, items ...string) (map[string]criteria.Evidence, error) {
	if !who.May(access.KeepReplies) || !criteria.Asks(items, item) {
		return map[string]criteria.Evidence{}, nil
	}
	var found map[string]criteria.Evidence
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		all, err := list(ctx, tx, house)
		if err != nil {
			return err
		}
		e := evidence(civil.DayOf(tx.Now), all)
		e.Href, e.Link = home(house), criteria.Text{VI: "Xem các ngày đã ghi", EN: "See the days"}
		found = map[string]criteria.Evidence{item: e}
		return nil
	})
	return found, err
}

// Task is a request that waits for the answer of a house.
type Task struct {
	House string
	Due   civil.Day
}

// TasksTx gives the requests that wait for the answer of a head's houses. Others look at one house at a time.
func TasksTx(ctx context.Context, tx *db.Tx) ([]Task, error) {
	if tx.Who.Role() != access.Head {
		return nil, nil
	}
	var tasks []Task
	err := tx.All(ctx, func(scan func(...any) error) error {
		var house string
		var r Reply
		err := scan(&house, &r.Asked)
		tasks = append(tasks, Task{House: house, Due: r.Due()})
		return err
	}, `select r.house_id, r.asked_on from replies r where {scope r.house} and r.answered_on = '' order by r.asked_on limit 20`)
	return tasks, err
}

// Expire takes away the days of requests of longer ago than they are kept, and gives their number.
func (s *Store) Expire(ctx context.Context, who access.Actor, dry bool) (int, error) {
	var n int
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		before := string(civil.DayOf(periods.Reply().Before(tx.Now)))
		if err := tx.One(ctx, `select count(*) from replies r where r.ward_id = {ward} and r.asked_on < $1`, before).Scan(&n); err != nil || dry || n == 0 {
			tx.Untold("nothing was old enough")
			return err
		}
		if _, err := tx.Exec(ctx, `delete from replies where ward_id = {ward} and asked_on < $1`, before); err != nil {
			return err
		}
		if err := periods.Reply().Destroyed(ctx, tx, n, civil.Day(before)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "reply.expire", Object: "ward", Detail: strconv.Itoa(n)})
	})
	return n, err
}
