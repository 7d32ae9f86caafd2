package reads

import (
	"context"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/inbox"
)

// State is how far somebody looked at reading that was unusual.
type State string

// The states.
const (
	New      State = "new"
	Fine     State = "fine"     // there is a reason
	Asked    State = "asked"    // the reader is asked for it
	Answered State = "answered" // the reader gave it
)

// Case is reading that was unusual on a day.
type Case struct {
	ID             string
	Day            civil.Day
	Role           access.Role
	Place          string
	Rule           Rule
	House, Address string // where the rule is about one house
	Measured       int
	Usual          int
	State          State
	Note, Answer   string
	Noted, Replied time.Time
	Version        int

	account string
}

// mostNote bounds what is noted and answered, in characters.
const mostNote = 500

const caseColumns = `select u.id, u.day, u.account_id, u.role, u.place, u.rule, u.house_id, coalesce(h.number || ' ' || s.name, ''), u.measured, u.usual, u.state, u.note, u.answer,
	u.noted_at, u.answered_at, u.version from unusual u left join houses h on h.ward_id = u.ward_id and h.id = u.house_id
	left join streets s on s.ward_id = h.ward_id and s.id = h.street_id where u.ward_id = {ward} and `

func scanCase(scan func(...any) error) (Case, error) {
	var c Case
	var noted, replied int64
	err := scan(&c.ID, &c.Day, &c.account, &c.Role, &c.Place, &c.Rule, &c.House, &c.Address, &c.Measured, &c.Usual, &c.State, &c.Note, &c.Answer, &noted, &replied, &c.Version)
	c.Noted, c.Replied = db.Moment(noted), db.Moment(replied)
	return c, err
}

// Cases lists what was unusual, the newest first: what waits for the data protection officer, or what is done with.
func (s *Store) Cases(ctx context.Context, who access.Actor, done bool) ([]Case, error) {
	const most = 200
	var list []Case
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeReads); err != nil {
			return err
		}
		list = nil
		which := `u.state in ('new', 'asked', 'answered')`
		if done {
			which = `u.state = 'fine'`
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCase(scan)
			list = append(list, c)
			return err
		}, caseColumns+which+` order by u.day desc, u.id desc limit `+strconv.Itoa(most))
	})
	return list, err
}

// Case gives one with the lines that it is about.
func (s *Store) Case(ctx context.Context, who access.Actor, id string) (Case, []Line, error) {
	var c Case
	var lines []Line
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.SeeReads); err != nil {
			return err
		}
		if c, err = one(ctx, tx, id); err != nil {
			return err
		}
		lines, err = c.lines(ctx, tx)
		return err
	})
	return c, lines, err
}

func one(ctx context.Context, tx *db.Tx, id string) (Case, error) {
	var c Case
	found := false
	err := tx.All(ctx, func(scan func(...any) error) (err error) {
		c, err = scanCase(scan)
		found = true
		return err
	}, caseColumns+`u.id = $1`, id)
	if err == nil && !found {
		err = fault.NotFound("fault.not_found")
	}
	return c, err
}

// mostLines bounds the lines under a case.
const mostLines = 500

// lines are the readings that the case is about.
func (c *Case) lines(ctx context.Context, tx *db.Tx) ([]Line, error) {
	which := `x.house_id <> ''`
	switch c.Rule {
	case Outside:
		which = `x.outside`
	case Night:
		which = `x.duty <> '` + dutyAhead + `'`
	case Searches:
		which = `x.what = 'search'`
	}
	from, to := span(c.Day)
	taken := map[string]bool{}
	for _, w := range takenAway() {
		taken[w] = true
	}
	var list []Line
	err := tx.All(ctx, func(scan func(...any) error) error {
		address := ""
		l, err := scanLine(scan, &address)
		l.Address = address
		if c.Rule != Night || taken[l.What] && atNight(l.At.In(civil.Hanoi).Hour()) {
			list = append(list, l)
		}
		return err
	}, `select `+columns+`, coalesce(h.number || ' ' || s.name, '') from seen x left join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		left join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where x.ward_id = {ward} and x.account_id = $1 and x.role = $2 and x.at >= $3 and x.at < $4 and ($5 = '' or x.house_id = $5) and `+which+`
		order by x.at, x.id limit `+strconv.Itoa(mostLines), c.account, string(c.Role), from, to, c.House)
	return list, err
}

// Note writes down what the data protection officer found: there is a reason, or the reader is asked for it and hears of that.
func (s *Store) Note(ctx context.Context, who access.Actor, id string, version int, to State, note string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeReads); err != nil {
			return err
		}
		c, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		empty := ""
		if to == Asked {
			empty = "reads.say_note"
		}
		wrong := personal.Text("note", note, empty, mostNote)
		if to != Fine && to != Asked {
			wrong = append(wrong, fault.Field{Name: "state", Key: "reads.say_state"})
		}
		if len(wrong) > 0 {
			return fault.InvalidFields(wrong)
		}
		n, err := tx.Exec(ctx, `update unusual as u set state = $1, note = $2, noted_at = $3, version = u.version + 1 where u.ward_id = {ward} and u.id = $4 and u.version = $5`,
			string(to), note, tx.Millis(), id, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("reads.changed")
		}
		if err := tx.Audit(ctx, db.Entry{Action: "reads." + string(to), Object: "unusual", ID: id, House: c.House}); err != nil || to != Asked {
			return err
		}
		return inbox.Tell(ctx, tx, inbox.To{Accounts: []string{c.account}}, inbox.Message{
			Kind: inbox.Reads, Key: "reads.told_asked", Pairs: []any{"Day", c.Day}, Href: AskedPath(id), About: "asked " + id,
		})
	})
}

// AskedPath is where a reader says the reason for reading that was unusual.
func AskedPath(id string) string { return "/reads/asked/" + id }

// AskedOf gives a case to the reader whom it is about and who was asked.
func (s *Store) AskedOf(ctx context.Context, who access.Actor, id string) (Case, error) {
	var c Case
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		c, err = askedOf(ctx, tx, id)
		return err
	})
	return c, err
}

func askedOf(ctx context.Context, tx *db.Tx, id string) (Case, error) {
	c, err := one(ctx, tx, id)
	if err == nil && (c.account != tx.Who.Account() || c.account == "" || c.State != Asked && c.State != Answered) {
		err = fault.NotFound("fault.not_found")
	}
	return c, err
}

// Answer writes down the reason that the reader gives, and tells the data protection officer.
func (s *Store) Answer(ctx context.Context, who access.Actor, id string, version int, answer string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		c, err := askedOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if wrong := personal.Text("answer", answer, "reads.say_answer", mostNote); len(wrong) > 0 {
			return fault.InvalidFields(wrong)
		}
		n, err := tx.Exec(ctx, `update unusual as u set state = 'answered', answer = $1, answered_at = $2, version = u.version + 1
			where u.ward_id = {ward} and u.id = $3 and u.version = $4 and u.state in ('asked', 'answered')`, answer, tx.Millis(), id, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("reads.changed")
		}
		if err := tx.Audit(ctx, db.Entry{Action: "reads.answer", Object: "unusual", ID: id, House: c.House}); err != nil {
			return err
		}
		return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Protector}}, inbox.Message{
			Kind: inbox.Reads, Key: "reads.told_answered", Pairs: []any{"Day", c.Day}, Href: "/reads/unusual/" + id, About: "answered " + id,
		})
	})
}
