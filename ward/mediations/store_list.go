package mediations

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/areas"
	"sonha/ward/inbox"
)

// listed is how many cases the page of the register shows.
const listed = 200

// Filter narrows the register; the zero Filter is everything of the year.
type Filter struct {
	Year   int
	Record Record // "" for both
	Open   bool   // only what is not at its end, or is to be asked about again
}

// Register is the register of the groups that a mediator is of.
type Register struct {
	Groups []Group
	Cases  []Case
	Years  []int // in which there are cases, newest first
	More   bool
	Phones areas.Phones
	Ward   string
	City   string
}

// List gives the register, newest first.
func (s *Store) List(ctx context.Context, who access.Actor, f Filter) (Register, error) {
	var x Register
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Mediate); err != nil {
			return err
		}
		var err error
		if x.Groups, err = groups(ctx, tx); err != nil {
			return err
		}
		if x.Phones, err = phones(ctx, tx); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var year int
			err := scan(&year)
			x.Years = append(x.Years, year)
			return err
		}, `select distinct m.year from mediations m where {scope m} order by m.year desc`); err != nil {
			return err
		}
		err = tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			x.Cases = append(x.Cases, c)
			return err
		}, `select `+caseColumns+caseTables+`where {scope m} and ($1 = 0 or m.year = $1) and ($2 = '' or m.record = $2) and `+registered+`
				and (not $3 or m.state in ('checked', 'open', 'running') or (m.record = 'formal' and m.state = 'settled' and m.followed_on = '')
					or (m.state = 'handed' and not exists (select 1 from mediations f where f.ward_id = m.ward_id and f.early_id = m.id)))
			order by m.received_on desc, m.id desc limit `+strconv.Itoa(listed+1), f.Year, string(f.Record), f.Open)
		if x.More = len(x.Cases) > listed; x.More {
			x.Cases = x.Cases[:listed]
		}
		return err
	})
	return x, err
}

// Settlings gives what was settled early in a house, newest first, to its head.
func (s *Store) Settlings(ctx context.Context, who access.Actor, house string) (address string, list []Case, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		if err := tx.One(ctx, `select h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
			house).Scan(&address); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			list = append(list, c)
			return err
		}, `select `+caseColumns+caseTables+`where {scope m.house} and m.record = 'early' and m.house_id = $1 order by m.received_on desc, m.id desc limit `+strconv.Itoa(listed),
			house)
	})
	return address, list, err
}

// Phones gives the numbers that a referral shows to a mediator or a head.
func (s *Store) Phones(ctx context.Context, who access.Actor) (areas.Phones, error) {
	var p areas.Phones
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := mine(tx); err != nil {
			return err
		}
		var err error
		p, err = phones(ctx, tx)
		return err
	})
	return p, err
}

// Book gives the formal cases of a year in the order of their numbers, for printing, group by group.
func (s *Store) Book(ctx context.Context, who access.Actor, year int) (Register, error) {
	var x Register
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Mediate); err != nil {
			return err
		}
		var err error
		if x.Groups, err = groups(ctx, tx); err != nil {
			return err
		}
		if err := tx.One(ctx, `select w.name, w.city from wards w where w.id = {ward}`).Scan(&x.Ward, &x.City); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			x.Cases = append(x.Cases, c)
			return err
		}, `select `+caseColumns+caseTables+`where {scope m} and m.record = 'formal' and m.year = $1 and m.number > 0 order by g.sort_key, m.number`, year); err != nil {
			return err
		}
		for i := range x.Cases {
			if err := parts(ctx, tx, &x.Cases[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

// Count is how many formal cases of a year a group had; the parts are disjoint and come to All.
type Count struct {
	Group, Name                             string
	All, Settled, Unsettled, Referred, Open int
}

// Parts are the parts of a count in the order of the columns.
func (c *Count) Parts() []int { return []int{c.Settled, c.Unsettled, c.Referred, c.Open} }

// Counts gives the counts of a year for the groups within reach: of a group lead the own, of the command and the committee all. Which
// of them must stay untold is for the page to say (small cells).
func (s *Store) Counts(ctx context.Context, who access.Actor, year int) ([]Count, error) {
	var list []Count
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.CountMediations); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var c Count
			var stopped int
			err := scan(&c.Group, &c.Name, &c.All, &c.Settled, &c.Unsettled, &stopped, &c.Referred)
			c.Unsettled += stopped
			c.Open = c.All - c.Settled - c.Unsettled - c.Referred
			list = append(list, c)
			return err
		}, `select g.id, g.name, count(*), count(*) filter (where m.state = 'settled'), count(*) filter (where m.state = 'unsettled'), count(*) filter (where m.state = 'stopped'),
				count(*) filter (where m.state = 'referred')
			from mediations m join areas g on g.ward_id = m.ward_id and g.id = m.group_id
			where {figures m} and m.record = 'formal' and m.number > 0 and m.year = $1 group by g.id, g.name, g.sort_key order by g.sort_key`, year)
	})
	return list, err
}

// Ended is how many formal cases of a group ended between two days, and how many of them were settled.
type Ended struct {
	Group          string // id
	Settled, Ended int
}

// EndedByGroupTx counts the formal cases that ended from one day to another, for each residential group within the actor's reach (I8,
// domain.md §9.9); none for who may not count cases, such as an area officer. A case that was referred did not end here. Which of the
// counts must stay untold is for the caller to say.
func EndedByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Ended, error) {
	if !tx.Who.May(access.CountMediations) {
		return nil, nil
	}
	var list []Ended
	err := tx.All(ctx, func(scan func(...any) error) error {
		var e Ended
		err := scan(&e.Group, &e.Settled, &e.Ended)
		list = append(list, e)
		return err
	}, `select m.group_id, count(*) filter (where m.state = 'settled'), count(*) from mediations m
		where {figures m} and m.record = 'formal' and m.number > 0 and m.state in ('settled', 'unsettled', 'stopped') and m.ended_on >= $1 and m.ended_on <= $2
		group by m.group_id order by m.group_id`, string(from), string(to))
	return list, err
}

// Waiting is what waits for a mediator.
type Waiting struct {
	Start    int // cases without a session
	StartBy  civil.Day
	Follow   int // settled cases to ask about again soon
	FollowBy civil.Day
	Handed   int // what heads handed over and nobody has taken up
}

// WaitingTx gives what waits for the mediator who acts; nothing for everybody else.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	if !tx.Who.May(access.Mediate) || tx.Who.Role() != access.Mediator {
		return w, nil
	}
	var received civil.Day
	err := tx.One(ctx, `select count(*) filter (where m.record = 'formal' and m.state in ('checked', 'open')),
			coalesce(min(case when m.record = 'formal' and m.state in ('checked', 'open') then m.received_on end), ''),
			count(*) filter (where m.record = 'formal' and m.state = 'settled' and m.followed_on = '' and m.follow_by <= $1),
			coalesce(min(case when m.record = 'formal' and m.state = 'settled' and m.followed_on = '' then m.follow_by end), ''),
			count(*) filter (where m.state = 'handed' and not exists (select 1 from mediations f where f.ward_id = m.ward_id and f.early_id = m.id))
		from mediations m where {scope m}`, string(civil.DayOf(tx.Now).AddDays(remindDays))).Scan(&w.Start, &received, &w.Follow, &w.FollowBy, &w.Handed)
	if received != "" {
		w.StartBy = received.AddDays(startDays)
	}
	return w, err
}

// tell tells the mediators of the group of a case. A message names the number of the case, never what it is about.
func tell(ctx context.Context, tx *db.Tx, c *Case, key, about string, pairs ...any) error {
	var accounts []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		accounts = append(accounts, id)
		return err
	}, `select n.account_id from grants n where n.ward_id = {ward} and n.role = 'mediator' and n.group_id = $1 and n.ended_at is null order by n.account_id`, c.Group); err != nil {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: accounts}, inbox.Message{Kind: inbox.Mediation, Key: key, Pairs: pairs, Href: home(c.ID), About: "mediation:" + about,
		Once: true})
}

// Remind is periodic work: it tells the mediators of a case that is to begin by tomorrow, and of a settled one about which they are to
// ask again within the week, once for each.
func (s *Store) Remind(ctx context.Context, who access.Actor) error {
	var list []Case
	find := func(tx *db.Tx) error {
		list = nil
		today := civil.DayOf(tx.Now)
		return tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			list = append(list, c)
			return err
		}, `select `+caseColumns+caseTables+`where {scope m} and m.record = 'formal' and ((m.state in ('checked', 'open') and m.received_on <= $1)
				or (m.state = 'settled' and m.followed_on = '' and m.follow_by <= $2)) order by m.id`,
			string(today.AddDays(1-startDays)), string(today.AddDays(remindDays)))
	}
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, find)
		queue.Note(ctx, "nhắc %d vụ hòa giải", len(list))
		return err
	}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what is told of a day that comes near is no act of anybody")
		if err := find(tx); err != nil {
			return err
		}
		for i := range list {
			c := &list[i]
			var err error
			switch c.State {
			case Settled:
				err = tell(ctx, tx, c, "mediations.tell.follow", "follow:"+c.ID, "Case", c.Code(), "Day", c.FollowBy)
			case Checked:
				err = tell(ctx, tx, c, "mediations.tell.begun", "start:"+c.ID, "Day", c.StartBy())
			default:
				err = tell(ctx, tx, c, "mediations.tell.start", "start:"+c.ID, "Case", c.Code(), "Day", c.StartBy())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		queue.Note(ctx, "nhắc %d vụ hòa giải", len(list))
	}
	return err
}

// Code is how a case is called: its number and year, "03/2026"; empty until it has one.
func (c *Case) Code() string {
	if c.Number == 0 {
		return ""
	}
	text := strconv.Itoa(c.Number)
	if c.Number < 10 {
		text = "0" + text
	}
	return text + "/" + strconv.Itoa(c.Year)
}
