package requests

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/holidays"
	"sonha/ward/inbox"
	"sonha/ward/periods"
)

// CalendarChanged reckons the days of what is open anew, so that they stay working days of the ward.
func (s *Store) CalendarChanged(ctx context.Context, tx *db.Tx, c civil.Calendar) error {
	list, err := several(ctx, tx, desk+` and q.state <> 'answered' order by q.id`)
	if err != nil {
		return err
	}
	for i := range list {
		q := &list[i]
		ack, last := ackDue(c, q.ReceivedOn), due(c, q.ReceivedOn, q.Kind, !q.Extended.IsZero())
		if ack == q.AckDue && last == q.Due {
			continue
		}
		if _, err := tx.Exec(ctx, `update data_requests as q set ack_due_on = $2, due_on = $3, version = q.version + 1 where q.ward_id = {ward} and q.id = $1`,
			q.ID, string(ack), string(last)); err != nil {
			return err
		}
	}
	return nil
}

// Climb takes what is late one step up: the command hears of it as soon as its day has passed, the committee when three more working
// days went by. It is run once a day by the program; running it twice changes nothing.
func (s *Store) Climb(ctx context.Context, who access.Actor) (climbed int, err error) {
	err = s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) error {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		tx.Untold("nothing is late")
		list, err := several(ctx, tx, desk+` and q.state <> 'answered' and q.level < 2 order by q.id`)
		if err != nil {
			return err
		}
		climbed = 0
		up := map[int]int{}
		today := civil.DayOf(tx.Now)
		for i := range list {
			q := &list[i]
			if !q.climbs(c, today) {
				continue
			}
			climbed++
			up[q.Level+1]++
			if _, err := tx.Exec(ctx, `update data_requests as q set level = $2, climbed_on = $3, version = q.version + 1 where q.ward_id = {ward} and q.id = $1`,
				q.ID, q.Level+1, string(today)); err != nil {
				return err
			}
			if err := audit(ctx, tx, q, "climbed", strconv.Itoa(q.Level+1)); err != nil {
				return err
			}
		}
		return tellClimbed(ctx, tx, up)
	})
	return climbed, err
}

func tellClimbed(ctx context.Context, tx *db.Tx, up map[int]int) error {
	for _, x := range []struct {
		level int
		role  access.Role
		key   string
		href  string
	}{
		{atCommand, access.Protector, "requests.tell.late", home},
		{atCommand, access.Command, "requests.tell.climbed", figurePage},
		{atCommittee, access.Committee, "requests.tell.climbed", figurePage},
	} {
		if up[x.level] == 0 {
			continue
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{x.role}}, inbox.Message{
			Kind: inbox.Rights, Key: x.key, Pairs: []any{"N", up[x.level]}, Href: x.href, About: "requests late " + string(x.role),
		}); err != nil {
			return err
		}
	}
	return nil
}

// figurePage is where command and committee, who open no request, see how many were answered in time.
const figurePage = "/indicators/I12"

// Expire deletes what was answered longer ago than it is kept.
func (s *Store) Expire(ctx context.Context, who access.Actor) error {
	var n int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ProtectData); err != nil {
			return err
		}
		tx.Untold("nothing was old enough")
		before := periods.Request().Before(tx.Now)
		n, err = tx.Exec(ctx, `delete from data_requests as q where q.ward_id = {ward} and q.state = 'answered' and q.answered_at < $1`, before.UnixMilli())
		if err != nil || n == 0 {
			return err
		}
		if err := periods.Request().Destroyed(ctx, tx, int(n), civil.DayOf(before)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "request.expire", Object: "ward", Detail: strconv.FormatInt(n, 10)})
	})
	if err == nil {
		queue.Note(ctx, "xóa %d yêu cầu về dữ liệu đã quá hạn giữ", n)
	}
	return err
}

// Rounds gives the program what comes round every day.
func (s *Store) Rounds(q *queue.Runner) {
	q.Every("requests.climb", queue.Daily(6, 50), func(ctx context.Context, who access.Actor) error {
		n, err := s.Climb(ctx, who)
		queue.Note(ctx, "đã báo lên trên %d yêu cầu về dữ liệu quá hạn", n)
		return err
	}).DryRuns()
	q.Every("requests.retention", queue.Daily(4, 0), s.Expire).DryRuns().Deletes()
}

// Waiting is what waits for the reader: for the data protection officer the steps to take, for command and committee what climbed.
type Waiting struct {
	Acknowledge, Answer int
	AckDue, Due         civil.Day // the first of them
	Climbed             int
	Earliest            civil.Day // the first day that was missed
}

// WaitingTx counts what waits for the actor. Others than these three have nothing.
func WaitingTx(ctx context.Context, tx *db.Tx) (Waiting, error) {
	var w Waiting
	level := atCommittee
	switch tx.Who.Role() {
	case access.Protector:
		err := tx.One(ctx, `select count(*) filter (where q.state = 'new'), coalesce(min(case when q.state = 'new' then q.ack_due_on end), ''),
				count(*) filter (where q.state = 'received'), coalesce(min(case when q.state = 'received' then q.due_on end), '')
			from data_requests q where q.ward_id = {ward} and q.state <> 'answered'`).Scan(&w.Acknowledge, &w.AckDue, &w.Answer, &w.Due)
		return w, err
	case access.Command:
		level = atCommand
	case access.Committee:
	default:
		return w, nil
	}
	err := tx.One(ctx, `select count(*), coalesce(min(case when q.state = 'new' then q.ack_due_on else q.due_on end), '') from data_requests q
		where q.ward_id = {ward} and q.state <> 'answered' and q.level >= $1`, level).Scan(&w.Climbed, &w.Earliest)
	return w, err
}

// Punctual is I12 of one residential group; the empty group has the houses of none.
type Punctual struct {
	Group       string
	OnTime, Due int
}

// PunctualByGroupTx counts the requests that fell due from one day to another, and of them those that were answered by their day, for each
// residential group (domain.md §9.9, I12). What is still within its days is not due; what was answered before its day is.
func PunctualByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Punctual, error) {
	var list []Punctual
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Punctual
		err := scan(&x.Group, &x.Due, &x.OnTime)
		list = append(list, x)
		return err
	}, `select coalesce(h.group_id, ''), count(*), count(*) filter (where q.state = 'answered' and q.answered_on <= q.due_on) from data_requests q
			join houses h on h.ward_id = q.ward_id and h.id = q.house_id
		where {figures h} and q.due_on >= $1 and q.due_on <= $2 and (q.state = 'answered' or q.due_on < $3)
		group by h.group_id order by h.group_id`, string(from), string(to), string(civil.DayOf(tx.Now)))
	return list, err
}
