package requests

import (
	"context"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/holidays"
)

// Store keeps the table of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const columns = `q.id, h.id, h.number, st.name, q.household, q.kind, q.channel, q.state, q.body, q.received_on, q.ack_due_on, q.due_on, q.filed_at, q.filed_by,
	q.acknowledged_at, q.acknowledged_by, q.extended_at, q.extended_by, q.extended_why, q.outcome, q.ground, q.answer, q.answered_at, q.answered_on, q.answered_by,
	q.level, q.climbed_on, q.version`

const tables = ` from data_requests q
	join houses h on h.ward_id = q.ward_id and h.id = q.house_id
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id`

// Whose requests an actor sees: a household its own; the data protection officer, who reaches no house, those of the ward.
const (
	own  = `{scope q.household}`
	desk = `q.ward_id = {ward}`
)

func seen(who access.Actor) string {
	if who.Role() == access.Household {
		return own
	}
	return desk
}

// need says who may see or enter requests at all.
func need(tx *db.Tx) error {
	if tx.Who.Role() == access.Household {
		return tx.Need(access.OwnHome)
	}
	return tx.Need(access.ProtectData)
}

func several(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Request, error) {
	list := []Request{}
	err := each(ctx, tx, db.Into(&list), where, args...)
	return list, err
}

func each(ctx context.Context, tx *db.Tx, hand func(*Request) error, where string, args ...any) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var q Request
		var filed, acknowledged, extended, answered int64
		if err := scan(&q.ID, &q.House.ID, &q.House.Number, &q.House.Street, &q.Household, &q.Kind, &q.Channel, &q.State, &q.Body, &q.ReceivedOn, &q.AckDue, &q.Due, &filed,
			&q.FiledBy, &acknowledged, &q.AcknowledgedBy, &extended, &q.ExtendedBy, &q.ExtendedWhy, &q.Outcome, &q.Ground, &q.Answer, &answered, &q.AnsweredOn,
			&q.AnsweredBy, &q.Level, &q.ClimbedOn, &q.Version); err != nil {
			return err
		}
		q.Filed, q.Acknowledged, q.Extended, q.AnsweredAt = db.Moment(filed), db.Moment(acknowledged), db.Moment(extended), db.Moment(answered)
		return hand(&q)
	}, `select `+columns+tables+` where `+where, args...)
}

func one(ctx context.Context, tx *db.Tx, id string) (Request, error) {
	list, err := several(ctx, tx, seen(tx.Who)+` and q.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Request{}, err
	}
	return list[0], nil
}

// Get gives a request within reach.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Request, error) {
	var q Request
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := need(tx); err != nil {
			return err
		}
		q, err = one(ctx, tx, id)
		return err
	})
	return q, err
}

// Mine gives what the household of the actor asked, the newest first.
func (s *Store) Mine(ctx context.Context, who access.Actor) ([]Request, error) {
	var list []Request
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		list, err = MineTx(ctx, tx)
		return err
	})
	return list, err
}

// MineTx is Mine inside a unit of work: also for the page and the file of all that is kept of a household.
func MineTx(ctx context.Context, tx *db.Tx) ([]Request, error) {
	if err := tx.Need(access.OwnHome); err != nil {
		return nil, err
	}
	return several(ctx, tx, own+` order by q.filed_at desc, q.id desc`)
}

// HandOver gives a request whose household is to have a copy of what is kept of it from the data protection officer's hand, and notes that it
// was made.
func HandOver(ctx context.Context, tx *db.Tx, id string) (Request, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return Request{}, err
	}
	q, err := one(ctx, tx, id)
	if err != nil {
		return q, err
	}
	if !q.HandsOver(civil.DayOf(tx.Now)) {
		return q, fault.NotFound("fault.not_found")
	}
	return q, audit(ctx, tx, &q, "take", "")
}

// OfHousehold lists what a household asked, the newest first, for the data protection officer who hands over what is kept of it.
func OfHousehold(ctx context.Context, tx *db.Tx, house, label string) ([]Request, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return nil, err
	}
	return several(ctx, tx, desk+` and q.house_id = $1 and q.household = $2 order by q.filed_at desc, q.id desc`, house, label)
}

// Desk is what the data protection officer has to do: what is open, overdue in front, and the last that was answered.
type Desk struct{ Open, Answered []Request }

// Desk gives the officer's desk.
func (s *Store) Desk(ctx context.Context, who access.Actor) (Desk, error) {
	const most = 100
	var d Desk
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		if d.Open, err = several(ctx, tx, desk+` and q.state <> 'answered' order by q.due_on, q.id`); err != nil {
			return err
		}
		slices.SortFunc(d.Open, func(a, b Request) int { return byTurn(&a, &b) })
		d.Answered, err = several(ctx, tx, desk+` and q.state = 'answered' order by q.answered_at desc, q.id desc limit `+strconv.Itoa(most))
		return err
	})
	return d, err
}

// Street is a street of the ward, to choose from.
type Street struct{ ID, Name string }

// Streets lists the streets of the ward for who enters a request for a household.
func (s *Store) Streets(ctx context.Context, who access.Actor) ([]Street, error) {
	var list []Street
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		list = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Street
			err := scan(&x.ID, &x.Name)
			list = append(list, x)
			return err
		}, `select s.id, s.name from streets s where s.ward_id = {ward} order by s.sort_key, s.id`)
	})
	return list, err
}

// File sends a request of the household of the actor and gives its id.
func (s *Store) File(ctx context.Context, who access.Actor, a Ask) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) (err error) {
		house, label := tx.Who.Household()
		if label == "" {
			return fault.NotFound("fault.not_found")
		}
		id, err = s.FileTx(ctx, tx, house, label, a)
		return err
	})
	return id, err
}

// FileTx is File inside a unit of work, for a household of a house.
func (s *Store) FileTx(ctx context.Context, tx *db.Tx, house, label string, a Ask) (string, error) {
	if err := tx.Need(access.OwnHome); err != nil {
		return "", err
	}
	if err := fault.InvalidFields(a.check()); err != nil {
		return "", err
	}
	return file(ctx, tx, house, label, &a, Self, civil.DayOf(tx.Now))
}

// Enter writes down what a household asked on paper or by word, and gives the id.
func (s *Store) Enter(ctx context.Context, who access.Actor, f ForHousehold) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.EnterTx(ctx, tx, f)
		return err
	})
	return id, err
}

// EnterTx is Enter inside a unit of work.
func (s *Store) EnterTx(ctx context.Context, tx *db.Tx, f ForHousehold) (string, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return "", err
	}
	wrong := f.check(civil.DayOf(tx.Now))
	house, found, err := place(ctx, tx, &f)
	if err != nil {
		return "", err
	}
	if err := fault.InvalidFields(append(wrong, found...)); err != nil {
		return "", err
	}
	return file(ctx, tx, house, accounts.HouseholdLabel(f.Household), &f.Ask, f.Channel, f.ReceivedOn)
}

// place finds the house that was named by its street and number, and says what is wrong with it or with the household.
func place(ctx context.Context, tx *db.Tx, f *ForHousehold) (house string, wrong []fault.Field, err error) {
	if !db.ValidID(f.Street) {
		wrong = append(wrong, fault.Field{Name: "street", Key: "requests.choose_street"})
	}
	n, err := civil.ParseHouseNumber(f.Number)
	if err != nil {
		wrong = append(wrong, fault.Field{Name: "number", Key: "requests.write_number"})
	}
	if len(wrong) > 0 {
		return "", wrong, nil
	}
	var households int
	err = tx.One(ctx, `select h.id, h.households from houses h where h.ward_id = {ward} and h.street_id = $1 and h.number_key = $2 and h.status = 'active'`,
		f.Street, n.Key).Scan(&house, &households)
	switch {
	case fault.Is(err, fault.Missing):
		return "", []fault.Field{{Name: "number", Key: "requests.no_such_house"}}, nil
	case err != nil:
		return "", nil, err
	case f.Household < 1 || f.Household > households:
		return "", []fault.Field{{Name: "household", Key: "requests.no_such_household", Pairs: []any{"Most", households}}}, nil
	}
	return house, nil, nil
}

// file writes a request down and tells the data protection officer.
func file(ctx context.Context, tx *db.Tx, house, label string, a *Ask, channel Channel, received civil.Day) (string, error) {
	waits := 0
	if err := tx.One(ctx, `select count(*) from data_requests q where q.ward_id = {ward} and q.house_id = $1 and q.household = $2 and q.kind = $3 and q.state <> 'answered'`,
		house, label, string(a.Kind)).Scan(&waits); err != nil {
		return "", err
	}
	if waits > 0 {
		return "", fault.Invalid("kind", "requests.waits_already")
	}
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return "", err
	}
	q := Request{
		ID: tx.NewID(), Household: label, Kind: a.Kind, Channel: channel, State: New, ReceivedOn: received, AckDue: ackDue(c, received), Due: due(c, received, a.Kind, false),
	}
	if _, err := tx.Exec(ctx, `insert into data_requests (ward_id, id, house_id, household, kind, channel, state, body, received_on, ack_due_on, due_on, filed_at, filed_by,
			filed_account, acknowledged_at, acknowledged_by, extended_at, extended_by, extended_why, outcome, ground, answer, answered_at, answered_on, answered_by, level,
			climbed_on, version)
		values ({ward}, $1, $2, $3, $4, $5, 'new', $6, $7, $8, $9, $10, $11, $12, 0, '', 0, '', '', '', '', '', 0, '', '', 0, '', 1)`,
		q.ID, house, label, string(a.Kind), string(channel), a.Body, string(received), string(q.AckDue), string(q.Due), tx.Millis(), tx.Who.Name(),
		tx.Who.Account()); err != nil {
		return "", err
	}
	if q, err = one(ctx, tx, q.ID); err != nil {
		return "", err
	}
	if err := toOfficer(ctx, tx, &q, "requests.tell.filed"); err != nil {
		return "", err
	}
	return q.ID, audit(ctx, tx, &q, "file", "hạn trả lời "+q.Due.Display())
}

// audit leaves a line in the trail: what was done, never what somebody typed. It names no house: what a household asks about its data is
// no part of the house's history, which its head and the officers read.
func audit(ctx context.Context, tx *db.Tx, q *Request, action, detail string) error {
	return tx.Audit(ctx, db.Entry{Action: "request." + action, Object: "data_request", ID: q.ID, Detail: detail})
}
