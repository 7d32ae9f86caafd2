package meetings

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/gatherings"
)

// Count is how many households of a house came.
type Count struct {
	House, Address      string
	Households, Present int
}

// Roll is one house with the households that came.
type Roll struct {
	Count

	Came []string // labels
}

// Labels gives the labels of the house's households.
func (r *Roll) Labels() []string { return accounts.HouseholdLabels(r.Households) }

// Missing gives the labels of those that have not come.
func (r *Roll) Missing() []string {
	return slices.DeleteFunc(r.Labels(), func(l string) bool { return slices.Contains(r.Came, l) })
}

// Houses gives the houses of a meeting that the actor convenes, in walking order.
func (s *Store) Houses(ctx context.Context, who access.Actor, id string) (Meeting, []Count, error) {
	var m Meeting
	var list []Count
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if m, err = kept(ctx, tx, id); err != nil {
			return err
		}
		list, err = counts(ctx, tx, id, "")
		return err
	})
	return m, list, err
}

func counts(ctx context.Context, tx *db.Tx, id, house string) ([]Count, error) {
	var list []Count
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Count
		err := scan(&c.House, &c.Address, &c.Households, &c.Present)
		list = append(list, c)
		return err
	}, `select h.id, h.number || ' ' || s.name, x.households, x.present from meeting_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope x.house} and x.meeting_id = $1 and ($2 = '' or x.house_id = $2) order by h.sort_key, h.id`, id, house)
	return list, err
}

// Roll gives one house of a meeting with the households that came; with no house the only one that the meeting has.
func (s *Store) Roll(ctx context.Context, who access.Actor, id, house string) (Meeting, Roll, error) {
	var m Meeting
	var r Roll
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if m, err = kept(ctx, tx, id); err != nil {
			return err
		}
		r, err = roll(ctx, tx, &m, house)
		return err
	})
	return m, r, err
}

func roll(ctx context.Context, tx *db.Tx, m *Meeting, house string) (Roll, error) {
	if house == "" {
		house = m.House
	}
	list, err := counts(ctx, tx, m.ID, house)
	if err == nil && (len(list) != 1 || house == "") {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Roll{}, err
	}
	r := Roll{Count: list[0]}
	r.Came, err = attendance(m.ID).Came(ctx, tx, house)
	return r, err
}

// Tick writes which households of a house came: all of them, as they are ticked now.
func (s *Store) Tick(ctx context.Context, who access.Actor, id, house string, came []string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.TickTx(ctx, tx, id, house, came) })
}

// TickTx is Tick inside a unit of work.
func (s *Store) TickTx(ctx context.Context, tx *db.Tx, id, house string, came []string) error {
	m, r, err := receiving(ctx, tx, id, house)
	if err != nil {
		return err
	}
	if err := attendance(id).Tick(ctx, tx, r.House, r.Households, r.Came, came); err != nil {
		return err
	}
	if err := recount(ctx, tx, id); err != nil {
		return err
	}
	if err := holds(ctx, tx, id); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.attendance", Object: "meeting", ID: id, House: r.House, Detail: fmt.Sprintf("%s: %d/%d hộ có mặt", m.Title, len(came),
		r.Households)})
}

// receiving gives a meeting whose attendance may be taken now, with one of its houses.
func receiving(ctx context.Context, tx *db.Tx, id, house string) (Meeting, Roll, error) {
	m, err := kept(ctx, tx, id)
	if err != nil {
		return m, Roll{}, err
	}
	if !m.Receiving(tx.Now) {
		return m, Roll{}, notReceiving(&m)
	}
	r, err := roll(ctx, tx, &m, house)
	return m, r, err
}

func notReceiving(m *Meeting) error {
	if m.State == Planned {
		return fault.Shut("meetings.too_early", "When", civil.Moment(m.Starts.Add(-gatherings.DoorsOpen), "vi"))
	}
	return fault.Shut("meetings.frozen")
}

func attendance(id string) gatherings.Attendance { return gatherings.Attendance{Of: "meeting", ID: id} }

// recount brings the number of those who came up to date, and takes the chair's confirmation back: it was of another text.
func recount(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `update meetings set present = (select coalesce(sum(x.present), 0) from meeting_houses x where x.ward_id = meetings.ward_id and x.meeting_id =
		meetings.id),
			chair_confirmed_at = null, chair_account = '', chair_sha256 = '', updated_at = $2, version = version + 1
		where ward_id = {ward} and id = $1`, id, tx.Millis())
	return err
}

// holds refuses an attendance that is smaller than what was there at a vote.
func holds(ctx context.Context, tx *db.Tx, id string) error {
	var most, present int
	if err := tx.One(ctx, `select coalesce(max(v.present), 0), (select max(m.present) from meetings m where m.ward_id = {ward} and m.id = $1)
		from meeting_votes v where v.ward_id = {ward} and v.meeting_id = $1`, id).Scan(&most, &present); err != nil {
		return err
	}
	if most > present {
		return fault.Refused("meetings.votes_hold", "Voted", most, "Present", present)
	}
	return nil
}

// Come notes one household that says so on the phone that goes round.
func (s *Store) Come(ctx context.Context, who access.Actor, id, house, household string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, r, err := receiving(ctx, tx, id, house)
		if err != nil {
			return err
		}
		if err := gatherings.Known(r.Households, household); err != nil {
			return err
		}
		if err := attendance(id).Come(ctx, tx, r.House, household, "round"); err != nil {
			return err
		}
		if err := recount(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.came", Object: "meeting", ID: id, House: r.House, Detail: m.Title})
	})
}

// Arrival is what the code at the door shows to who scanned it.
type Arrival struct {
	Meeting

	Label string // of the household; empty for everybody else
	Came  bool
}

// AtToken gives the meeting behind the code at its door. A code works only while the meeting receives; who is not invited finds
// nothing.
func (s *Store) AtToken(ctx context.Context, who access.Actor, token string) (Arrival, error) {
	var a Arrival
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		a, err = arrival(ctx, tx, token)
		return err
	})
	return a, err
}

func arrival(ctx context.Context, tx *db.Tx, token string) (Arrival, error) {
	var a Arrival
	if err := tx.Need(access.SeeMeetings); err != nil {
		return a, err
	}
	if !db.ValidToken(token, doorBytes) {
		return a, fault.NotFound("fault.not_found")
	}
	var id string
	if err := tx.One(ctx, `select m.id from meetings m where `+seen+` and m.token = $1`, token).Scan(&id); err != nil {
		return a, err
	}
	var err error
	if a.Meeting, err = get(ctx, tx, id); err != nil {
		return a, err
	}
	var house string
	if house, a.Label = tx.Who.Household(); house == "" {
		return a, nil
	}
	a.Came, err = attendance(id).Here(ctx, tx)
	return a, err
}

// Arrive notes the household that scanned the code at the door.
func (s *Store) Arrive(ctx context.Context, who access.Actor, token string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		a, err := arrival(ctx, tx, token)
		if err != nil {
			return err
		}
		house, household := tx.Who.Household()
		switch {
		case house == "":
			return fault.Shut("meetings.not_a_household")
		case !a.DoorOpen(tx.Now):
			if a.State == Planned && !a.Receiving(tx.Now) {
				return notReceiving(&a.Meeting)
			}
			return fault.Shut("meetings.door_shut")
		}
		n, err := attendance(a.ID).Invited(ctx, tx, house)
		if err != nil {
			return err
		}
		if gatherings.Known(n, household) != nil {
			return fault.Shut("meetings.unknown_label", "Label", household, "N", n)
		}
		if err := attendance(a.ID).Come(ctx, tx, house, household, "door"); err != nil {
			return err
		}
		if err := recount(ctx, tx, a.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.came", Object: "meeting", ID: a.ID, House: house, Detail: a.Title})
	})
}

// Begin opens the meeting: who acts takes the chair. One that was held before may be written down later.
func (s *Store) Begin(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.BeginTx(ctx, tx, id) })
}

// BeginTx is Begin inside a unit of work.
func (s *Store) BeginTx(ctx context.Context, tx *db.Tx, id string) error {
	m, err := kept(ctx, tx, id)
	if err != nil {
		return err
	}
	if m.State != Planned {
		return fault.Shut("meetings.not_planned")
	}
	if !m.Receiving(tx.Now) {
		return notReceiving(&m)
	}
	began := tx.Now
	if tx.Now.After(m.Until()) {
		began = m.Starts // written down afterwards: as it was planned, until the minutes say otherwise
	}
	if _, err := tx.Exec(ctx, `update meetings set state = 'held', began_at = $1, chair_role = $2, chair_name = $3, updated_at = $4, version = version + 1
		where ward_id = {ward} and id = $5 and state = 'planned'`, began.UnixMilli(), string(tx.Who.Role()), tx.Who.Name(), tx.Millis(), id); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.begin", Object: "meeting", ID: id, House: m.House, Detail: m.when()})
}
