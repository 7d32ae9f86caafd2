package measures

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// Work is one act with what was typed for it.
type Work struct {
	Act     Act
	On      civil.Day // Note and Report: when it was done, today when empty; Move: the new day
	Percent int       // Note: 0 to 95
	Note    string
	Next    New // Fail: the measure in its place, with content, owner and day
	Version int // of the measure as the page showed it; 0 asks for none
}

// whole is the share of a measure that is done.
const whole = 100

// turn does an act on the measure itself: its state, its first key and what follows from them.
func (m *Measure) turn(a Act, now time.Time) error {
	to, ok := m.State.After(a)
	if !ok {
		return fault.Shut("measures.not_now." + string(m.State))
	}
	m.State, m.toldBack = to, m.reportedBy
	switch to {
	case Reported:
		m.Percent, m.Reported = whole, now
	case Verified:
		m.Percent, m.Closed = whole, now
	case Ineffective:
		m.Closed = now
	case Doing:
		if a == Return {
			m.Reported, m.ReportedAs, m.reportedBy, m.Percent = time.Time{}, "", "", min(m.Percent, mostPercent)
		}
	}
	return nil
}

// mostPercent is how much a measure can be done that nobody has reported as done.
const mostPercent = 95

// Do does one act and gives the measure as it stands then. What is not the actor's to do is not found; what the state does not
// allow is refused with the reason. Of Fail it gives the measure that did not help, with the new one in Next.
func (s *Store) Do(ctx context.Context, who access.Actor, id string, w Work) (Measure, error) {
	var m Measure
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		var err error
		if m, err = get(ctx, tx, id); err != nil {
			return err
		}
		if w.Version != 0 && w.Version != m.Version {
			return fault.Conflict("measures.changed")
		}
		if err := m.mine(who, w.Act); err != nil {
			return err
		}
		w.Note = civil.NFCLines(w.Note)
		today := civil.DayOf(tx.Now)
		if w.On == "" && w.Act != Move {
			w.On = today
		}
		if err := fault.InvalidFields(w.check(&m, today)); err != nil {
			return err
		}
		return s.do(ctx, tx, &m, &w)
	})
	return m, err
}

// mine says why an act is not the actor's to do now.
func (m *Measure) mine(who access.Actor, a Act) error {
	missing := fault.NotFound("fault.not_found")
	switch a {
	case Note, Report:
		if !m.Works(who) {
			return missing
		}
	case Move:
		if !m.Moves(who) {
			return missing
		}
	case Return, Verify, Fail:
		if m.State != Reported {
			return fault.Shut("measures.not_now." + string(m.State))
		}
		if !m.Verifies(who) {
			if m.Works(who) {
				return fault.Refused("measures.second_key")
			}
			return missing
		}
	default:
		return fault.Refused("measures.choose_act")
	}
	return nil
}

// check says what is wrong with what was typed for an act.
func (w *Work) check(m *Measure, today civil.Day) []fault.Field {
	var wrong []fault.Field
	add := func(field, key string) { wrong = append(wrong, fault.Field{Name: field, Key: key}) }
	need := map[Act]string{Note: "measures.say_done", Move: "measures.say_why", Return: "measures.say_lacks", Fail: "measures.say_why_not"}[w.Act]
	wrong = append(wrong, personal.Text("note", w.Note, need, NoteMost)...)
	switch w.Act {
	case Note, Report:
		switch {
		case !w.On.Valid():
			add("on", "fault.bad_day")
		case w.On > today:
			add("on", "measures.done_ahead")
		case w.On < civil.DayOf(m.Opened):
			add("on", "measures.done_early")
		}
		if w.Act == Note && (w.Percent < 0 || w.Percent > mostPercent) {
			add("percent", "measures.percent_range")
		}
	case Move:
		if x := day(w.On, today); x != nil {
			wrong = append(wrong, *x)
		}
	case Fail:
		n := w.next(m)
		wrong = append(wrong, n.Check(today)...)
	}
	return wrong
}

// next is the measure in the place of the one that did not help: of the same source, place and item.
func (w *Work) next(m *Measure) New {
	n := w.Next
	n.From, n.House, n.Item, n.previous = m.From, m.House.ID, m.Item, m.ID
	if m.ofGroup {
		n.Group = m.Group
	}
	return n
}

func (s *Store) do(ctx context.Context, tx *db.Tx, m *Measure, w *Work) error {
	if err := m.turn(w.Act, tx.Now); err != nil {
		return err
	}
	detail := ""
	switch w.Act {
	case Note:
		m.Percent = w.Percent
	case Report:
		m.ReportedAs, m.reportedBy = tx.Who.Role(), tx.Who.Account()
	case Move:
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		w.On = c.AddWorkingDays(w.On, 0)
		m.Due, m.Level, m.ClimbedOn = w.On, atOwner, ""
		detail = w.On.Display()
	}
	if err := save(ctx, tx, m); err != nil {
		return err
	}
	if err := step(ctx, tx, m, string(w.Act), w.On, w.Note); err != nil {
		return err
	}
	if err := audit(ctx, tx, m, string(w.Act), detail); err != nil {
		return err
	}
	if w.Act == Fail {
		n := w.next(m)
		var err error
		if m.Next, err = open(ctx, tx, &n, civil.DayOf(tx.Now)); err != nil {
			return err
		}
	}
	if err := tell(ctx, tx, m, w.Act); err != nil {
		return err
	}
	if f := s.followers[m.From.Source]; f != nil && m.State.Over() {
		return f.MeasureClosed(ctx, tx, *m)
	}
	return nil
}

// Climbed is a measure that climbed, and where it is now.
type Climbed struct {
	Measure
	To int // 1: the command, 2: the committee
}

// Climb takes what is overdue one step up: its owner, the officer and the command hear of it as soon as its day has passed, the
// committee when three more working days went by (domain.md §11; as proposals climb). It is run once a day by the program; running
// it twice changes nothing. It closes nothing.
func (s *Store) Climb(ctx context.Context, who access.Actor) ([]Climbed, error) {
	var list []Climbed
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		list = nil
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		today := civil.DayOf(tx.Now)
		late, err := several(ctx, tx, `select `+columns+tables+` where `+atHouses+` and `+running+` and m.due_on <> '' and m.due_on < $1 and m.level < 2`+byTurn, string(today))
		if err != nil {
			return err
		}
		for i := range late {
			m := &late[i]
			if !m.climbs(c, today) {
				continue
			}
			m.Level++
			m.ClimbedOn = today
			kind := "climbed_1"
			if m.Level == atCommittee {
				kind = "climbed_2"
			}
			if err := save(ctx, tx, m); err != nil {
				return err
			}
			if err := step(ctx, tx, m, kind, m.Due, ""); err != nil {
				return err
			}
			if err := audit(ctx, tx, m, kind, m.Due.Display()); err != nil {
				return err
			}
			list = append(list, Climbed{*m, m.Level})
		}
		if len(list) == 0 {
			tx.Untold("nothing climbed")
			return nil
		}
		return tellClimbed(ctx, tx, list)
	})
	return list, err
}
