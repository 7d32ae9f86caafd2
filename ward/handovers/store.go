package handovers

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/inbox"
)

// Store keeps the hand-overs.
type Store struct {
	db       *db.DB
	sets     *criteria.Sets
	accounts *accounts.Store
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB, sets *criteria.Sets, a *accounts.Store) *Store {
	return &Store{db: d, sets: sets, accounts: a}
}

// Duty is what is handed over.
type Duty string

// The duties; their words are "handovers.duty.<duty>".
const (
	Head   Duty = "head"
	Deputy Duty = "deputy"
)

// called are the duties in the words of the audit trail, which is kept in Vietnamese.
var called = map[Duty]string{Head: "trưởng số nhà", Deputy: "phó trưởng số nhà"}

// linkLife is how long a link waits for the one who comes: one sitting, with tea.
const linkLife = 2 * time.Hour

// toldLife is how long a used link still says that all is done, for the one who goes.
const toldLife = 24 * time.Hour

// House is the house that is handed over.
type House struct{ ID, Number, Address string }

// Holder is an account that is head of the house now.
type Holder struct{ Account, Grant, Name string }

// Handover is one hand-over.
type Handover struct {
	ID      string
	House   House
	From    Holder
	ToName  string
	Duty    Duty
	State   string // open, done, stopped
	Opened  time.Time
	By      string
	ByLead  bool
	Until   time.Time
	Ended   time.Time
	WasOpen []Left // when it was opened
}

// Open reports whether the link still waits.
func (h *Handover) Open(now time.Time) bool { return h.State == "open" && now.Before(h.Until) }

// Desk is a house with what its hand-over needs to know.
type Desk struct {
	House   House
	Now     time.Time
	Holders []Holder // whose duty the actor may hand over: the own one, or for a group lead those of all heads
	Left    []Left
	Waiting []Handover // links that wait now
	Past    []Handover // done, the latest first
}

// Desk gives the hand-over of a house to its head or group lead.
func (s *Store) Desk(ctx context.Context, who access.Actor, house string) (Desk, error) {
	var d Desk
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		d, err = s.desk(ctx, tx, house)
		return err
	})
	return d, err
}

func (s *Store) desk(ctx context.Context, tx *db.Tx, house string) (Desk, error) {
	d := Desk{Now: tx.Now}
	if err := tx.Need(access.HandOver); err != nil {
		return d, err
	}
	h := &d.House
	if err := tx.One(ctx, `select h.id, h.number, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.id = $1`, house).Scan(&h.ID, &h.Number, &h.Address); err != nil {
		return d, err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x Holder
		err := scan(&x.Account, &x.Grant, &x.Name)
		if tx.Who.Role() != access.Head || x.Account == tx.Who.Account() {
			d.Holders = append(d.Holders, x)
		}
		return err
	}, `select g.account_id, g.id, a.name from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id
		where {scope g.house} and g.house_id = $1 and g.role = 'head' and g.ended_at is null order by g.granted_at, g.id`, house); err != nil {
		return d, err
	}
	var err error
	if d.Left, err = s.left(ctx, tx, house); err != nil {
		return d, err
	}
	list, err := handovers(ctx, tx, `where {scope x.house} and x.house_id = $1 and x.state <> 'stopped' order by x.opened_at desc, x.id desc limit 20`, house)
	for _, x := range list {
		switch {
		case x.Open(tx.Now):
			d.Waiting = append(d.Waiting, x)
		case x.State == "done":
			d.Past = append(d.Past, x)
		}
	}
	return d, err
}

// handovers reads hand-overs; where names the reach over the alias x.
func handovers(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Handover, error) {
	var list []Handover
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Handover
		var opened, until, ended int64
		var open string
		if err := scan(&x.ID, &x.House.ID, &x.House.Number, &x.House.Address, &x.From.Account, &x.From.Grant, &x.From.Name, &x.ToName, &x.Duty, &x.State,
			&opened, &x.By, &x.ByLead, &open, &until, &ended); err != nil {
			return err
		}
		x.Opened, x.Until, x.WasOpen = time.UnixMilli(opened), time.UnixMilli(until), unpack(open)
		if ended > 0 {
			x.Ended = time.UnixMilli(ended)
		}
		list = append(list, x)
		return nil
	}, `select x.id, h.id, h.number, h.number || ' ' || s.name, x.from_account, x.from_grant, x.from_name, x.to_name, x.duty, x.state,
			x.opened_at, x.opened_by, x.by_lead, x.left_open, x.until, coalesce(x.ended_at, 0)
		from handovers x join houses h on h.ward_id = x.ward_id and h.id = x.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id `+where, args...)
	return list, err
}

// Start opens a hand-over: the one who goes, or the group lead for a head who is gone, says that everything is handed over. It gives
// what the one-time link carries, told this once; a link given before for the same head is over.
func (s *Store) Start(ctx context.Context, who access.Actor, house, from string, duty Duty) (string, error) {
	var link string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		d, err := s.desk(ctx, tx, house)
		if err != nil {
			return err
		}
		if duty != Head && duty != Deputy {
			return fault.Invalid("duty", "handovers.choose_duty")
		}
		if from == "" && len(d.Holders) == 1 {
			from = d.Holders[0].Account
		}
		holder := Holder{}
		for _, x := range d.Holders {
			if x.Account == from {
				holder = x
			}
		}
		switch {
		case len(d.Holders) == 0:
			return fault.Refused("handovers.nobody")
		case holder.Account == "":
			return fault.Invalid("from", "handovers.choose_from")
		}
		if err := stop(ctx, tx, house, holder.Account); err != nil {
			return err
		}
		var key string
		link, key = accounts.NewLink(tx.Who.Ward())
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into handovers (ward_id, id, house_id, link, from_account, from_grant, from_name, to_name, duty, state, opened_at, opened_by, by_lead,
				left_open, until) values ({ward}, $1, $2, $3, $4, $5, $6, '', $7, 'open', $8, $9, $10, $11, $12)`,
			id, house, key, holder.Account, holder.Grant, holder.Name, string(duty), tx.Millis(), tx.Who.Name(), tx.Who.Role() != access.Head, pack(d.Left),
			tx.Now.Add(linkLife).UnixMilli()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "handover.open", Object: "handover", ID: id, House: house})
	})
	return link, err
}

// Stop takes back what waits: nobody can use its link any more.
func (s *Store) Stop(ctx context.Context, who access.Actor, house string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		d, err := s.desk(ctx, tx, house)
		if err != nil {
			return err
		}
		tx.Untold("nothing waited")
		for _, x := range d.Holders {
			if err := stop(ctx, tx, house, x.Account); err != nil {
				return err
			}
		}
		return nil
	})
}

func stop(ctx context.Context, tx *db.Tx, house, from string) error {
	n, err := tx.Exec(ctx, `update handovers as x set state = 'stopped', ended_at = $1 where {scope x.house} and x.house_id = $2 and x.from_account = $3 and x.state = 'open'`,
		tx.Millis(), house, from)
	if err != nil || n == 0 {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "handover.stop", Object: "handover", House: house})
}

// By gives the hand-over that a link opens, with what is open in the house now: while it waits, and for a day after it was used.
func (s *Store) By(ctx context.Context, link string) (Handover, []Left, error) {
	ward, key, ok := accounts.ReadLink(link)
	if !ok {
		return Handover{}, nil, fault.NotFound("handovers.link_gone")
	}
	var h Handover
	var list []Left
	err := s.db.Read(ctx, access.System(ward, actorName), func(tx *db.Tx) error {
		var err error
		if h, err = byKey(ctx, tx, key); err != nil || h.State == "done" {
			return err
		}
		list, err = s.left(ctx, tx, h.House.ID)
		return err
	})
	return h, list, err
}

// actorName is who acts in the trail when a link is used: the trail then names both heads.
const actorName = "Bàn giao số nhà"

func byKey(ctx context.Context, tx *db.Tx, key string) (Handover, error) {
	list, err := handovers(ctx, tx, `where {scope x.house} and x.link = $1`, key)
	if err != nil {
		return Handover{}, err
	}
	if len(list) == 1 && (list[0].Open(tx.Now) || list[0].State == "done" && tx.Now.Sub(list[0].Ended) < toldLife) {
		return list[0], nil
	}
	return Handover{}, fault.NotFound("handovers.link_gone")
}

// Take completes a hand-over: who opened the link takes the house, and the one who goes loses it in the same unit.
func (s *Store) Take(ctx context.Context, link string, n accounts.Successor, seen bool) (accounts.Started, error) {
	ward, key, ok := accounts.ReadLink(link)
	if !ok {
		return accounts.Started{}, fault.NotFound("handovers.link_gone")
	}
	if !seen {
		return accounts.Started{}, fault.Invalid("seen", "handovers.say_seen")
	}
	var h Handover
	find := func(tx *db.Tx) (accounts.Handed, error) {
		var err error
		if h, err = byKey(ctx, tx, key); err != nil {
			return accounts.Handed{}, err
		}
		if h.State != "open" {
			return accounts.Handed{}, fault.Conflict("handovers.done_before")
		}
		// Whoever inspects or approves a house does not answer for it, and a lead who confirms for an absent head takes nothing himself.
		not := []access.Role{access.Officer, access.Command}
		if h.ByLead {
			not = append(not, access.GroupLead)
		}
		return accounts.Handed{House: h.House.ID, Account: h.From.Account, Grant: h.From.Grant, Called: called[h.Duty], Not: not}, nil
	}
	return s.accounts.Succeed(ctx, access.System(ward, actorName), n, find, func(tx *db.Tx, to accounts.Account) error {
		if err := tx.Must1(tx.Exec(ctx, `update handovers as x set state = 'done', to_account = $1, to_name = $2, ended_at = $3 where {scope x.house} and x.id = $4 and x.state =
			'open'`,
			to.ID, to.Name, tx.Millis(), h.ID)); err != nil {
			return err
		}
		if h.Duty == Head {
			if err := houses.SetHead(ctx, tx, h.House.ID, to.Name, to.Phone); err != nil {
				return err
			}
		}
		if err := tell(ctx, tx, &h, to); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "handover.done", Object: "handover", ID: h.ID, House: h.House.ID, Detail: h.From.Name + " → " + to.Name})
	})
}

// tell brings word of it to both, and to those who work with the head of the house.
func tell(ctx context.Context, tx *db.Tx, h *Handover, to accounts.Account) error {
	message := inbox.Message{
		Kind: inbox.Handover, Key: "handovers.told." + string(h.Duty), Pairs: []any{"House", h.House.Address, "Day", civil.DayOf(tx.Now)},
		Href: "/houses/" + h.House.ID, House: h.House.ID, About: "handover:" + h.House.ID,
	}
	if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.GroupLead, access.Officer}, House: h.House.ID}, message); err != nil {
		return err
	}
	message.Key, message.Href, message.About = "handovers.told.new", "/today", "handover-new:"+h.House.ID
	if err := inbox.Tell(ctx, tx, inbox.To{Accounts: []string{to.ID}}, message); err != nil {
		return err
	}
	// The one who goes does not reach the house any more: what is told to them names it in words and belongs to no house.
	message.Key, message.Href, message.House, message.About = "handovers.told.old", "", "", "handover-old:"+h.House.ID
	return inbox.Tell(ctx, tx, inbox.To{Accounts: []string{h.From.Account}}, message)
}
