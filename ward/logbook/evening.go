package logbook

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/inbox"
)

// Checks are what is looked at in a house on an evening: gate, lights, fire. They are about the house; nobody counts who is at home.
type Checks struct{ Gate, Lights, Fire bool }

// Any reports whether anything was looked at.
func (c Checks) Any() bool { return c.Gate || c.Lights || c.Fire }

// All reports whether all of it was.
func (c Checks) All() bool { return c.Gate && c.Lights && c.Fire }

// Evening is one evening on which somebody looked.
type Evening struct {
	Checks

	Day civil.Day
	At  time.Time
	By  string
}

// Evenings is the evening check of a house: whether its head wants it, and the last evenings.
type Evenings struct {
	House   House
	On      bool
	Hour    int // at which the head is reminded: 18 to 20
	Tonight civil.Day
	Past    []Evening // the latest first; tonight's comes first once it is there
}

// Done gives tonight's check, or nil.
func (e *Evenings) Done() *Evening {
	if len(e.Past) > 0 && e.Past[0].Day == e.Tonight {
		return &e.Past[0]
	}
	return nil
}

// The hours at which a reminder may come; from 21:00 nothing leaves (docs/decisions/0016).
const (
	firstHour = 18
	lastHour  = 20
)

// eveningsShown is how many evenings the page shows: two weeks.
const eveningsShown = 14

// nightEnds is the hour until which the night still belongs to the evening before.
const nightEnds = 4 * time.Hour

// tonight is the day whose evening it is.
func tonight(now time.Time) civil.Day { return civil.DayOf(now.Add(-nightEnds)) }

// Evenings gives the evening check of a house to those who keep its log.
func (s *Store) Evenings(ctx context.Context, who access.Actor, id string) (Evenings, error) {
	var e Evenings
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		e = Evenings{Tonight: tonight(tx.Now)}
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		var err error
		if e.House, err = house(ctx, tx, id); err != nil {
			return err
		}
		err = tx.One(ctx, `select e.hour from evenings e where {scope e.house} and e.house_id = $1`, id).Scan(&e.Hour)
		if e.On = err == nil; err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Evening
			var at int64
			err := scan(&x.Day, &x.Gate, &x.Lights, &x.Fire, &at, &x.By)
			x.At = db.Moment(at)
			e.Past = append(e.Past, x)
			return err
		}, `select c.day, c.gate, c.lights, c.fire, c.done_at, c.done_by from evening_checks c where {scope c.house} and c.house_id = $1 and c.day > $2 order by c.day desc`,
			id, string(e.Tonight.AddDays(-eveningsShown)))
	})
	return e, err
}

// SetEvening turns the evening check of a house on, with the hour of its reminder, or off with hour 0. What was noted stays.
func (s *Store) SetEvening(ctx context.Context, who access.Actor, id string, hour int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		h, err := house(ctx, tx, id)
		if err != nil {
			return err
		}
		if hour == 0 {
			if _, err := tx.Exec(ctx, `delete from evenings as e where {scope e.house} and e.house_id = $1`, id); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "evening.off", Object: "house", ID: id, House: id})
		}
		if !h.Active {
			return fault.Shut("logbook.house_not_active")
		}
		if hour < firstHour || hour > lastHour {
			return fault.Invalid("hour", "logbook.evening_hour_bad", "First", firstHour, "Last", lastHour)
		}
		if _, err := tx.Exec(ctx, `insert into evenings (ward_id, house_id, hour, reminded_on, since_at, set_by) values ({ward}, $1, $2, '', $3, $4)
			on conflict (ward_id, house_id) do update set hour = excluded.hour`, id, hour, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "evening.on", Object: "house", ID: id, House: id, Detail: civil.Int(hour) + " giờ"})
	})
}

// Look notes what was looked at tonight. Noted again, the later one counts.
func (s *Store) Look(ctx context.Context, who access.Actor, id string, c Checks) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.LookTx(ctx, tx, id, c) })
}

// LookTx is Look inside a unit of work.
func (s *Store) LookTx(ctx context.Context, tx *db.Tx, id string, c Checks) error {
	if err := tx.Need(access.KeepLog); err != nil {
		return err
	}
	h, err := house(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case !h.Active:
		return fault.Shut("logbook.house_not_active")
	case !c.Any():
		return fault.Invalid("check", "logbook.evening_choose")
	}
	var on int
	if err := tx.One(ctx, `select e.hour from evenings e where {scope e.house} and e.house_id = $1`, id).Scan(&on); fault.Is(err, fault.Missing) {
		return fault.Shut("logbook.evening_is_off")
	} else if err != nil {
		return err
	}
	day := tonight(tx.Now)
	if _, err := tx.Exec(ctx, `insert into evening_checks (ward_id, house_id, day, gate, lights, fire, done_at, done_by) values ({ward}, $1, $2, $3, $4, $5, $6, $7)
		on conflict (ward_id, house_id, day) do update set gate = excluded.gate, lights = excluded.lights, fire = excluded.fire, done_at = excluded.done_at,
			done_by = excluded.done_by`, id, string(day), c.Gate, c.Lights, c.Fire, tx.Millis(), tx.Who.Name()); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "evening.look", Object: "house", ID: id, House: id})
}

// eveningLate is the hour from which nobody is reminded any more: quiet hours begin.
const eveningLate = 21

// RemindEvening is periodic work: it reminds the heads who asked for it, once an evening, unless somebody has looked already.
func (s *Store) RemindEvening(ctx context.Context, who access.Actor) error {
	told := 0
	for after := ""; ; {
		last, n := "", 0
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			var err error
			last, n, err = remindEvening(ctx, tx, after)
			return err
		})
		told += n
		if err != nil || last == "" {
			queue.Note(ctx, "nhắc %d số nhà kiểm tra buổi tối", told)
			return err
		}
		after = last
	}
}

// remindEvening reminds the heads of some houses behind one, so that nobody else waits while a whole ward is told; last is empty
// when there are no more.
func remindEvening(ctx context.Context, tx *db.Tx, after string) (last string, told int, err error) {
	if err := tx.Need(access.RunCampaign); err != nil {
		return "", 0, err
	}
	tx.Untold("nobody is to be reminded now")
	now := tx.Now.In(civil.Hanoi)
	if now.Hour() < firstHour || now.Hour() >= eveningLate {
		return "", 0, nil
	}
	var list []place
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x place
		err := scan(&x.house, &x.address)
		list = append(list, x)
		return err
	}, `select h.id, h.number || ' ' || s.name from evenings e join houses h on h.ward_id = e.ward_id and h.id = e.house_id
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and h.status = 'active' and e.hour <= $1 and e.reminded_on <> $2 and h.id > $3
		and not exists (select 1 from evening_checks c where c.ward_id = e.ward_id and c.house_id = e.house_id and c.day = $2) order by h.id limit 100`,
		now.Hour(), string(tonight(tx.Now)), after); err != nil {
		return "", 0, err
	}
	for _, x := range list {
		last = x.house
		if queue.Dry(ctx) {
			continue
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: x.house}, inbox.Message{
			Kind: inbox.Logbook, Key: "logbook.told_evening", Pairs: []any{"House", x.address}, Href: "/houses/" + x.house + "/evening", House: x.house,
			About: "evening:" + x.house,
		}); err != nil {
			return "", 0, err
		}
		if _, err := tx.Exec(ctx, `update evenings as e set reminded_on = $1 where e.ward_id = {ward} and e.house_id = $2`, string(tonight(tx.Now)), x.house); err != nil {
			return "", 0, err
		}
	}
	return last, len(list), nil
}
