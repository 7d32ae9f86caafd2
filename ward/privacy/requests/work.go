package requests

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/holidays"
	"sonha/ward/inbox"
)

// opened gives a request that the data protection officer may still act on, as the officer saw it.
func opened(ctx context.Context, tx *db.Tx, id string, version int) (Request, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return Request{}, err
	}
	q, err := one(ctx, tx, id)
	switch {
	case err != nil:
		return q, err
	case q.State == Answered:
		return q, fault.Shut("requests.answered_already")
	case q.Version != version:
		return q, fault.Conflict("fault.changed")
	}
	return q, nil
}

// Acknowledge says that a request was received. The clock of the answer goes on; that of the acknowledgement is done with.
func (s *Store) Acknowledge(ctx context.Context, who access.Actor, id string, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.AcknowledgeTx(ctx, tx, id, version) })
}

// AcknowledgeTx is Acknowledge inside a unit of work.
func (s *Store) AcknowledgeTx(ctx context.Context, tx *db.Tx, id string, version int) error {
	q, err := opened(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if q.State != New {
		return fault.Shut("requests.received_already")
	}
	if err := tx.Must1(tx.Exec(ctx, `update data_requests as q set state = 'received', acknowledged_at = $2, acknowledged_by = $3, level = 0, climbed_on = '',
			version = q.version + 1
		where q.ward_id = {ward} and q.id = $1 and q.state = 'new'`, id, tx.Millis(), tx.Who.Name())); err != nil {
		return err
	}
	if err := toHousehold(ctx, tx, &q, "requests.tell.received"); err != nil {
		return err
	}
	return audit(ctx, tx, &q, "acknowledge", "")
}

// Extend puts the answer off, once, with a reason that the household reads (Decree 356/2025/NĐ-CP, Art. 5).
func (s *Store) Extend(ctx context.Context, who access.Actor, id, why string, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		q, err := opened(ctx, tx, id, version)
		if err != nil {
			return err
		}
		why = civil.NFCLines(why)
		if err := fault.InvalidFields(personal.Text("why", why, "requests.say_why", mostText)); err != nil {
			return err
		}
		if !q.Extends(civil.DayOf(tx.Now)) {
			return fault.Shut("requests.not_extended")
		}
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		q.Due = due(c, q.ReceivedOn, q.Kind, true)
		if err := tx.Must1(tx.Exec(ctx, `update data_requests as q set due_on = $2, extended_at = $3, extended_by = $4, extended_why = $5, version = q.version + 1
			where q.ward_id = {ward} and q.id = $1 and q.state = 'received' and q.extended_at = 0`, id, string(q.Due), tx.Millis(), tx.Who.Name(), why)); err != nil {
			return err
		}
		if err := toHousehold(ctx, tx, &q, "requests.tell.extended"); err != nil {
			return err
		}
		return audit(ctx, tx, &q, "extend", "đến "+q.Due.Display())
	})
}

// Answer answers a request, once. An answer says by itself that the request was received.
func (s *Store) Answer(ctx context.Context, who access.Actor, id string, a Reply) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.AnswerTx(ctx, tx, id, a) })
}

// AnswerTx is Answer inside a unit of work.
func (s *Store) AnswerTx(ctx context.Context, tx *db.Tx, id string, a Reply) error {
	q, err := opened(ctx, tx, id, a.Version)
	if err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update data_requests as q set state = 'answered', outcome = $2, ground = $3, answer = $4, answered_at = $5, answered_on = $6, answered_by = $7,
			acknowledged_at = case when q.state = 'new' then $5 else q.acknowledged_at end, acknowledged_by = case when q.state = 'new' then $7 else q.acknowledged_by end,
			version = q.version + 1
		where q.ward_id = {ward} and q.id = $1 and q.state <> 'answered'`,
		id, string(a.Outcome), string(a.Ground), a.Answer, tx.Millis(), string(civil.DayOf(tx.Now)), tx.Who.Name())); err != nil {
		return err
	}
	if err := toHousehold(ctx, tx, &q, "requests.tell.answered"); err != nil {
		return err
	}
	return audit(ctx, tx, &q, "answer", map[Outcome]string{Done: "đã làm", Partly: "làm một phần", Refused: "không làm, có lý do"}[a.Outcome])
}

// toOfficer tells the data protection officer of the ward.
func toOfficer(ctx context.Context, tx *db.Tx, q *Request, key string) error {
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Protector}}, inbox.Message{
		Kind: inbox.Rights, Key: key, Href: at(q.ID), About: "request " + q.ID,
		Pairs: []any{"Kind", inbox.Word("requests.kind." + string(q.Kind)), "House", q.House.Address(), "Household", q.Household, "AckDue", q.AckDue, "Due", q.Due},
	})
}

// toHousehold tells the accounts that speak for the household now. A household without one reads the answer on paper.
func toHousehold(ctx context.Context, tx *db.Tx, q *Request, key string) error {
	var to []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		to = append(to, id)
		return err
	}, `select distinct g.account_id from grants g where g.ward_id = {ward} and g.role = 'household' and g.house_id = $1 and g.household = $2 and g.ended_at is null
		order by g.account_id`, q.House.ID, q.Household); err != nil || len(to) == 0 {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: to}, inbox.Message{
		Kind: inbox.Rights, Key: key, Href: mineAt(q.ID), About: "request " + q.ID,
		Pairs: []any{"Kind", inbox.Word("requests.kind." + string(q.Kind)), "Due", q.Due},
	})
}
