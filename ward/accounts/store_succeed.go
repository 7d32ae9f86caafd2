package accounts

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/periods"
)

// endedByHandover is why a role ended that its holder gave to a successor.
const endedByHandover = "handover"

// NewLink gives what a one-time link of another room carries, and the key under which its row is kept: the hash, never the link.
func NewLink(ward int) (text, key string) {
	t := newToken(ward)
	return t.String(), t.ID()
}

// ReadLink reads what a one-time link carries; ok is false for whatever NewLink would not have written.
func ReadLink(text string) (ward int, key string, ok bool) {
	t, ok := parseToken(text)
	return t.ward, t.ID(), ok
}

// Successor is who takes a house over: an account that is signed in already, or somebody new with a phone number and a PIN.
type Successor struct {
	Account string // empty for somebody new
	Name    string // of somebody new
	Attempt Attempt
}

// Handed is what is handed over: the role of an account as head of a house.
type Handed struct {
	House   string
	Account string
	Grant   string
	Called  string        // what the trail calls the role that is handed over: "phó trưởng số nhà"
	Not     []access.Role // who has one of these roles cannot take it
}

// Succeed gives the role of a head to a successor in one unit: the account of somebody new is made, the successor becomes head, the
// role of before ends with all sessions and the card of its holder. find says in that unit what is handed over; done learns to whom,
// and under which phone number. Somebody new is signed in afterwards.
func (s *Store) Succeed(ctx context.Context, who access.Actor, n Successor, find func(*db.Tx) (Handed, error), done func(tx *db.Tx, to Account) error) (Started, error) {
	if who.Role() != "system" {
		return Started{}, fault.NotFound("fault.not_found")
	}
	var phone civil.Phone
	stored := ""
	if n.Account == "" {
		var err error
		if phone, err = checkNewcomer(&n); err != nil {
			return Started{}, err
		}
		if stored, err = s.vault.Hash(ctx, n.Attempt.Secret); err != nil {
			return Started{}, err
		}
	}
	var to Account
	if err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		h, err := find(tx)
		if err != nil {
			return err
		}
		id := n.Account
		if id == "" {
			if id, err = add(ctx, tx, New{Name: n.Name, Phone: string(phone)}, PIN, stored); err != nil {
				return err
			}
		}
		if to, err = s.succeed(ctx, tx, h, id); err != nil {
			return err
		}
		return done(tx, to)
	}); err != nil {
		return Started{}, err
	}
	if n.Account != "" {
		return Started{}, nil
	}
	return s.start(ctx, actor(who.Ward(), to, access.Head), n.Attempt, phone, stored, PIN, to.Grants, func(*db.Tx) error { return nil })
}

// checkNewcomer says at which field somebody new has something to mend.
func checkNewcomer(n *Successor) (civil.Phone, error) {
	name, badName := checkName(n.Name)
	phone, badPhone := checkPhone(n.Attempt.Phone)
	badSecret := fault.Invalid("secret", "fault.required")
	if n.Attempt.Secret != "" {
		badSecret = checkSecret(PIN, n.Attempt.Secret, phone, name)
	}
	n.Name = name
	return phone, fault.Together(badName, badPhone, badSecret)
}

// succeed ends the role of one account and gives it to another.
func (s *Store) succeed(ctx context.Context, tx *db.Tx, h Handed, id string) (Account, error) {
	to, err := inTx(ctx, tx, id)
	if err != nil {
		return to, err
	}
	if !to.Disabled.IsZero() || id == h.Account {
		return to, fault.Refused("accounts.not_to_oneself")
	}
	if slices.ContainsFunc(to.Grants, func(g Grant) bool { return slices.Contains(h.Not, g.Role) }) {
		return to, fault.Refused("accounts.not_to_office")
	}
	from, err := inTx(ctx, tx, h.Account)
	if err != nil {
		return to, err
	}
	i := slices.IndexFunc(from.Grants, func(g Grant) bool { return g.ID == h.Grant && g.Role == access.Head && g.Of == h.House })
	if i < 0 {
		return to, fault.Conflict("fault.changed")
	}
	if err := tx.Must1(tx.Exec(ctx, `update grants as g set ended_at = $1, ended_why = $2 where g.ward_id = {ward} and g.id = $3 and g.ended_at is null`,
		tx.Millis(), endedByHandover, h.Grant)); err != nil {
		return to, err
	}
	from.Grants[i].called = h.Called
	if err := tx.Audit(ctx, db.Entry{Action: "account.role_end", Object: "account", ID: from.ID, House: h.House, Detail: from.Grants[i].told() + " · bàn giao"}); err != nil {
		return to, err
	}
	if err := s.endCard(ctx, tx, from.ID, false); err != nil {
		return to, err
	}
	if err := endSessions(ctx, tx, from.ID, ""); err != nil {
		return to, err
	}
	ward := tx.Who.Ward()
	tx.After(func() { s.cache.forget(ward, id) })
	if !slices.ContainsFunc(to.Grants, func(g Grant) bool { return g.Role == access.Head && g.Of == h.House }) { // a deputy has it
		if err := grant(ctx, tx, id, Grant{Role: access.Head, Of: h.House, called: h.Called}); err != nil {
			return to, err
		}
	}
	return inTx(ctx, tx, id)
}

// handedOver says to somebody who has no role left, because it was handed over, when that was; nil for everybody else.
func (s *Store) handedOver(ctx context.Context, c *candidate) error {
	var house string
	var at int64
	err := s.db.Read(ctx, access.System(c.ward, "sign-in"), func(tx *db.Tx) error {
		return tx.One(ctx, `select h.number || ' ' || s.name, g.ended_at from grants g join houses h on h.ward_id = g.ward_id and h.id = g.house_id
			join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where g.ward_id = {ward} and g.account_id = $1 and g.ended_why = $2 order by g.ended_at desc limit 1`, c.ID, endedByHandover).Scan(&house, &at)
	})
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Refused("accounts.handed_over", "House", house, "Day", civil.DayOf(time.UnixMilli(at)).Display())
}

// Retain is periodic work: it deletes sessions that were over the day before or earlier; until then nobody can use them, and a person
// still sees that there was one.
func (s *Store) Retain(ctx context.Context, who access.Actor) error {
	var all int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) error {
		all = 0
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		before := periods.Session().Before(tx.Now)
		for _, role := range access.Roles() {
			idle, _ := life(role)
			n, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.role = $1 and (s.expires_at < $2 or s.seen_at < $3)`,
				string(role), before.UnixMilli(), before.Add(-idle).UnixMilli())
			if err != nil {
				return err
			}
			all += n
		}
		tx.Untold("a session that is over is nobody's")
		return periods.Session().Destroyed(ctx, tx, int(all), civil.DayOf(before))
	})
	if err == nil {
		queue.Note(ctx, "xóa %d phiên đăng nhập đã hết", all)
	}
	return err
}
