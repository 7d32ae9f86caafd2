package trainings

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
)

// Count is what came of a house.
type Count struct {
	House, Address      string
	GroupID, Group      string
	Head                bool
	Households, Present int
	Code                string // of the certificate
}

// Came reports whether the house may have a certificate.
func (c *Count) Came() bool { return c.Head || c.Present > 0 }

// Roll is one house with the households that came.
type Roll struct {
	Count

	Labels []string // that came
}

// noted gives a session that the actor sees and whose attendance it notes.
func noted(ctx context.Context, tx *db.Tx, id string) (Training, error) {
	if err := tx.Need(access.NoteTrainings); err != nil {
		return Training{}, err
	}
	return get(ctx, tx, id)
}

// Noting gives a session whose attendance the actor notes.
func (s *Store) Noting(ctx context.Context, who access.Actor, id string) (Training, error) {
	var t Training
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		t, err = noted(ctx, tx, id)
		return err
	})
	return t, err
}

// Houses gives the invited houses of a session within the actor's reach, in walking order.
func (s *Store) Houses(ctx context.Context, who access.Actor, id string) (Training, []Count, error) {
	var t Training
	var list []Count
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if t, err = noted(ctx, tx, id); err != nil {
			return err
		}
		list, err = counts(ctx, tx, id, "")
		return err
	})
	return t, list, err
}

func counts(ctx context.Context, tx *db.Tx, id, house string) ([]Count, error) {
	var list []Count
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Count
		err := scan(&c.House, &c.Address, &c.GroupID, &c.Group, &c.Head, &c.Households, &c.Present, &c.Code)
		list = append(list, c)
		return err
	}, `select h.id, h.number || ' ' || s.name, coalesce(h.group_id, ''), coalesce(a.name, ''), x.head, x.households, x.present, x.certificate
		from training_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas a on a.ward_id = h.ward_id and a.id = h.group_id
		where {scope x.house} and x.training_id = $1 and ($2 = '' or x.house_id = $2) order by h.sort_key, h.id`, id, house)
	return list, err
}

// Roll gives one house of a session with the households that came.
func (s *Store) Roll(ctx context.Context, who access.Actor, id, house string) (Training, Roll, error) {
	var t Training
	var r Roll
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if t, err = noted(ctx, tx, id); err != nil {
			return err
		}
		r, err = roll(ctx, tx, id, house)
		return err
	})
	return t, r, err
}

func roll(ctx context.Context, tx *db.Tx, id, house string) (Roll, error) {
	if house == "" {
		return Roll{}, fault.NotFound("fault.not_found")
	}
	list, err := counts(ctx, tx, id, house)
	if err == nil && len(list) != 1 {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Roll{}, err
	}
	r := Roll{Count: list[0]}
	r.Labels, err = attendance(id).Came(ctx, tx, house)
	return r, err
}

// receiving gives a session whose attendance may be noted now.
func receiving(ctx context.Context, tx *db.Tx, id string) (Training, error) {
	t, err := noted(ctx, tx, id)
	if err == nil && !t.Receiving(tx.Now) {
		err = notReceiving(&t)
	}
	return t, err
}

func notReceiving(t *Training) error {
	if t.State == Planned {
		at := t.Starts.Add(-gatherings.DoorsOpen)
		return fault.Shut("trainings.too_early", "When", civil.Moment(at, "vi"))
	}
	return fault.Shut("trainings.shut_attendance")
}

// TickHeads notes which heads came of the houses that were shown: those of came, and of the others none.
func (s *Store) TickHeads(ctx context.Context, who access.Actor, id string, shown, came []string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := receiving(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.Audience != Heads {
			return fault.NotFound("fault.not_found")
		}
		list, err := counts(ctx, tx, id, "")
		if err != nil {
			return err
		}
		changed := 0
		for i := range list {
			c := &list[i]
			now := slices.Contains(came, c.House)
			if !slices.Contains(shown, c.House) || now == c.Head {
				continue
			}
			if _, err := tx.Exec(ctx, `update training_houses as x set head = $1 where {scope x.house} and x.training_id = $2 and x.house_id = $3`, now, id, c.House); err != nil {
				return err
			}
			changed++
		}
		if changed == 0 {
			tx.Untold("nothing changed")
			return nil
		}
		if err := recount(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.attendance", Object: "training", ID: id, Detail: fmt.Sprintf("%s: sửa %d số nhà", t.Title, changed)})
	})
}

// Tick notes which households of a house came: all of them, as they are ticked now.
func (s *Store) Tick(ctx context.Context, who access.Actor, id, house string, came []string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := receiving(ctx, tx, id)
		if err != nil {
			return err
		}
		if t.Audience != Households {
			return fault.NotFound("fault.not_found")
		}
		r, err := roll(ctx, tx, id, house)
		if err != nil {
			return err
		}
		if err := attendance(id).Tick(ctx, tx, house, r.Households, r.Labels, came); err != nil {
			return err
		}
		if err := recount(ctx, tx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.attendance", Object: "training", ID: id, House: house, Detail: fmt.Sprintf("%s: %d/%d hộ dự", t.Title,
			len(came), r.Households)})
	})
}

func attendance(id string) gatherings.Attendance {
	return gatherings.Attendance{Of: "training", ID: id}
}

// Arrival is what the code at the door shows to who scanned it.
type Arrival struct {
	Training

	At    string // the house whose head may say so, or in which the household lives; empty for everybody else
	Label string // of the household
	Came  bool
}

// AtToken gives the session behind the code at its door. Who is not invited finds nothing.
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
	if err := tx.Need(access.SeeTrainings); err != nil {
		return a, err
	}
	if !db.ValidToken(token, tokenBytes) {
		return a, fault.NotFound("fault.not_found")
	}
	var err error
	if a.Training, err = scanTraining(tx.One(ctx, `select `+columns+tables+` where `+invited+` and t.token = $1`, token).Scan, tx.Who); err != nil {
		return a, err
	}
	house, household := tx.Who.Household()
	switch {
	case a.Audience == Households && house != "":
		a.At, a.Label = house, household
		a.Came, err = attendance(a.ID).Here(ctx, tx)
	case a.Audience == Heads && tx.Who.Role() == access.Head:
		n := 0
		err = tx.One(ctx, `select coalesce(min(x.house_id), ''), count(*) filter (where x.head) from training_houses x where {scope x.house} and x.training_id = $1`,
			a.ID).Scan(&a.At, &n)
		a.Came = n > 0
	}
	return a, err
}

// Arrive notes the household, or the head, that scanned the code at the door.
func (s *Store) Arrive(ctx context.Context, who access.Actor, token string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		a, err := arrival(ctx, tx, token)
		if err != nil {
			return err
		}
		switch {
		case a.At == "":
			return fault.Shut("trainings.not_awaited." + string(a.Audience))
		case !a.DoorOpen(tx.Now):
			if a.State == Planned && !a.Receiving(tx.Now) {
				return notReceiving(&a.Training)
			}
			return fault.Shut("trainings.door_shut")
		}
		if a.Audience == Heads {
			// Who heads two houses came for both.
			if _, err := tx.Exec(ctx, `update training_houses as x set head = true where {scope x.house} and x.training_id = $1`, a.ID); err != nil {
				return err
			}
			err = recount(ctx, tx, a.ID)
		} else {
			err = arriveHousehold(ctx, tx, &a)
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.came", Object: "training", ID: a.ID, House: a.At, Detail: a.Title})
	})
}

func arriveHousehold(ctx context.Context, tx *db.Tx, a *Arrival) error {
	n, err := attendance(a.ID).Invited(ctx, tx, a.At)
	if err != nil {
		return err
	}
	if gatherings.Known(n, a.Label) != nil {
		return fault.Shut("trainings.unknown_label", "Label", a.Label, "N", n)
	}
	if err := attendance(a.ID).Come(ctx, tx, a.At, a.Label, "door"); err != nil {
		return err
	}
	return recount(ctx, tx, a.ID)
}

// Close ends the attendance: from now on it counts, and every house that came may have its certificate.
func (s *Store) Close(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case t.State != Planned:
			return fault.Shut("trainings.not_planned")
		case tx.Now.Before(t.Starts):
			return fault.Shut("trainings.not_begun")
		case t.Came() == 0:
			return fault.Shut("trainings.nobody_came")
		}
		var houses []string
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var h string
			err := scan(&h)
			houses = append(houses, h)
			return err
		}, `select x.house_id from training_houses x where x.ward_id = {ward} and x.training_id = $1 and (x.head or x.present > 0) and x.certificate = ''`, id); err != nil {
			return err
		}
		for _, h := range houses {
			if _, err := tx.Exec(ctx, `update training_houses set certificate = $1 where ward_id = {ward} and training_id = $2 and house_id = $3`,
				db.NewToken(tokenBytes), id, h); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `update trainings set state = 'held', closed_at = $1, updated_at = $1, version = version + 1 where ward_id = {ward} and id = $2
				and state = 'planned'`,
			tx.Millis(), id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.close", Object: "training", ID: id, House: t.House, Detail: fmt.Sprintf("%s: %d/%d", t.when(), t.Came(), t.Asked())})
	})
}

// Reopen lets the attendance of a session be put right, for 60 days after it. A certificate of a house that did not come is no longer genuine
// once the session is closed again.
func (s *Store) Reopen(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case t.State != Held:
			return fault.Shut("trainings.not_held")
		case civil.DayOf(tx.Now) > t.StartDay().AddDays(gatherings.DaysBack):
			return fault.Shut("trainings.late_to_reopen", "Days", gatherings.DaysBack)
		}
		if _, err := tx.Exec(ctx, `update trainings set state = 'planned', closed_at = null, updated_at = $1, version = version + 1 where ward_id = {ward} and id = $2
			and state = 'held'`, tx.Millis(), id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.reopen", Object: "training", ID: id, House: t.House, Detail: t.when()})
	})
}

// SetResults writes what the class knew before and after, how it found the session and what it cost. The questions are those of the
// session; of r their numbers are taken.
func (s *Store) SetResults(ctx context.Context, who access.Actor, id string, r Results) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case !t.Writable(tx.Now):
			return fault.Shut("trainings.no_results_now", "Days", gatherings.DaysBack)
		case t.Version != r.Version:
			return fault.Conflict("fault.changed")
		}
		asked, err := quiz(ctx, tx, &t)
		if err != nil {
			return err
		}
		if len(r.Quiz) > len(asked) {
			r.Quiz = r.Quiz[:len(asked)]
		}
		if err := r.check(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update trainings set before_takers = $1, after_takers = $2, liked = $3, partly = $4, disliked = $5, cost = $6, fund = $7, updated_at = $8,
				version = version + 1
			where ward_id = {ward} and id = $9`, r.Before, r.After, r.Liked, r.Partly, r.Disliked, r.Cost, r.Fund, tx.Millis(), id); err != nil {
			return err
		}
		for i := range r.Quiz {
			if _, err := tx.Exec(ctx, `insert into training_quiz (ward_id, training_id, n, body, right_before, right_after) values ({ward}, $1, $2, $3, $4, $5)
				on conflict (ward_id, training_id, n) do update set right_before = excluded.right_before, right_after = excluded.right_after`,
				id, i+1, asked[i].Text, r.Quiz[i].Before, r.Quiz[i].After); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "training.results", Object: "training", ID: id, House: t.House, Detail: t.when()})
	})
}
