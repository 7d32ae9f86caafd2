package objections

import (
	"context"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/holidays"
	"sonha/ward/inbox"
	"sonha/ward/results"
)

// Answer answers an objection, once. A correction changes the result in force with its reason and leaves what was found as it was;
// of a closed campaign nothing is corrected before two people have opened it again.
func (s *Store) Answer(ctx context.Context, who access.Actor, id string, a Reply) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.AnswerTx(ctx, tx, id, a) })
}

// AnswerTx is Answer inside a unit of work.
func (s *Store) AnswerTx(ctx context.Context, tx *db.Tx, id string, a Reply) error {
	if err := tx.Need(access.Approve); err != nil {
		return err
	}
	o, err := s.one(ctx, tx, id)
	if err != nil {
		return err
	}
	if o.State != Waiting {
		return fault.Shut("objections.not_waiting")
	}
	if o.Version != a.Version {
		return fault.Conflict("fault.changed")
	}
	if a.Outcome != Repeat {
		a.RepeatBy = ""
	}
	if err := a.check(&o, o.Set, civil.DayOf(tx.Now)); err != nil {
		return err
	}
	corrected, after, err := s.carryOut(ctx, tx, &o, &a)
	if err != nil {
		return err
	}
	if err := tx.Must1(tx.Exec(ctx, `update objections as o set state = 'answered', outcome = $1, answer = $2, answers = $3, class_after = $4, repeat_by = $5,
			answered_at = $6, answered_by = $7, version = o.version + 1
		where {scope o.house} and o.id = $8 and o.state = 'waiting'`,
		string(a.Outcome), a.Answer, string(corrected), after.String(), string(a.RepeatBy), tx.Millis(), tx.Who.Name(), id)); err != nil {
		return err
	}
	if err := s.tellAnswered(ctx, tx, &o, &a); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "objection.answer", Object: "objection", ID: id, House: o.House.ID, Detail: told(&o, &a, after)})
}

// told is the answer as the history of the house tells it.
func told(o *Objection, a *Reply, after criteria.Class) string {
	switch a.Outcome {
	case Corrected:
		return o.Class.Name().VI + " → " + after.Name().VI
	case Repeat:
		return "kiểm tra lại chậm nhất ngày " + a.RepeatBy.Display()
	}
	return "giữ nguyên " + strings.ToLower(after.Name().VI)
}

// carryOut does what the answer says and gives the findings that it corrected and the class that holds after it.
func (s *Store) carryOut(ctx context.Context, tx *db.Tx, o *Objection, a *Reply) (criteria.Answers, criteria.Class, error) {
	c, err := campaigns.InTx(ctx, tx, o.CampaignID)
	if err != nil {
		return "", o.Class, err
	}
	now, err := results.Of(ctx, tx, o.CampaignID, o.House.ID)
	if err != nil || a.Outcome == Upheld {
		return "", now.Class, err
	}
	if c.Phase == campaigns.Closed {
		return "", now.Class, fault.Shut("objections.reopen_first")
	}
	if !c.Phase.Allows(campaigns.Approving) {
		return "", now.Class, fault.Shut("campaigns.not_now." + string(c.Phase))
	}
	if a.Outcome == Repeat {
		return "", now.Class, s.results.Recheck(ctx, tx, o.CampaignID, o.House.ID, a.RepeatBy)
	}
	changed, n := a.corrections(o.Set, now.Answers)
	r := results.Revision{Answers: changed, Class: a.Class, Reason: a.Answer, Version: now.Version}
	after, err := s.results.Revise(ctx, tx, o.CampaignID, o.House.ID, r)
	if err != nil {
		return "", now.Class, err
	}
	if n == 0 && after == now.Class {
		return "", now.Class, fault.Invalid("outcome", "objections.nothing_corrected")
	}
	if n == 0 {
		return "", after, nil
	}
	return changed, after, s.inspections.Corrected(ctx, tx, o.House.ID, o.Set, changed)
}

// tell tells the people of one role that reach the house.
func tell(ctx context.Context, tx *db.Tx, role access.Role, h House, href, id, key string, pairs ...any) error {
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{role}, House: h.ID}, inbox.Message{
		Kind: inbox.Results, Key: key, Pairs: append([]any{"House", h.Address()}, pairs...), Href: href, House: h.ID, About: "objection " + id + " " + string(role),
	})
}

// tellAnswered tells the head, and the officer who is to look again.
func (s *Store) tellAnswered(ctx context.Context, tx *db.Tx, o *Objection, a *Reply) error {
	href := address(o.House.ID, o.Year)
	if err := tell(ctx, tx, access.Head, o.House, href, o.ID, "objections.tell."+string(a.Outcome), "Day", a.RepeatBy); err != nil || a.Outcome != Repeat {
		return err
	}
	return tell(ctx, tx, access.Officer, o.House, href, o.ID, "objections.tell.look_again", "Day", a.RepeatBy)
}

// CalendarChanged reckons the days of what waits anew, so that an answer stays due on a working day of the ward.
func (s *Store) CalendarChanged(ctx context.Context, tx *db.Tx, c civil.Calendar) error {
	type turn struct {
		id    string
		filed int64
		due   civil.Day
	}
	var list []turn
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x turn
		err := scan(&x.id, &x.filed, &x.due)
		list = append(list, x)
		return err
	}, `select o.id, o.filed_at, o.due_on from objections o where o.ward_id = {ward} and o.state = 'waiting'`); err != nil {
		return err
	}
	for _, x := range list {
		due := c.AddWorkingDays(civil.DayOf(db.Moment(x.filed)), AnswerDays)
		if due == x.due {
			continue
		}
		if _, err := tx.Exec(ctx, `update objections as o set due_on = $2, version = o.version + 1 where o.ward_id = {ward} and o.id = $1`, x.id, string(due)); err != nil {
			return err
		}
	}
	return nil
}

// Climb takes what is late one step up: the command hears of it as soon as its day has passed, the committee when three more working
// days went by. It is run once a day by the program; running it twice changes nothing. It answers nothing.
func (s *Store) Climb(ctx context.Context, who access.Actor) (climbed int, err error) {
	if queue.Dry(ctx) {
		err := s.db.Read(ctx, who, func(tx *db.Tx) error {
			list, err := s.climbing(ctx, tx)
			climbed = len(list)
			return err
		})
		return climbed, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		list, err := s.climbing(ctx, tx)
		if err != nil {
			return err
		}
		climbed = len(list)
		if climbed == 0 {
			tx.Untold("nothing is late")
			return nil
		}
		up := map[int]int{}
		for i := range list {
			o := &list[i]
			o.Level++
			up[o.Level]++
			if _, err := tx.Exec(ctx, `update objections as o set level = $1, climbed_on = $2, version = o.version + 1 where {scope o.house} and o.id = $3`,
				o.Level, string(civil.DayOf(tx.Now)), o.ID); err != nil {
				return err
			}
			if err := tx.Audit(ctx, db.Entry{Action: "objection.climbed", Object: "objection", ID: o.ID, House: o.House.ID, Detail: strconv.Itoa(o.Level)}); err != nil {
				return err
			}
		}
		return tellClimbed(ctx, tx, up)
	})
	return climbed, err
}

// climbing lists what goes one step up today.
func (s *Store) climbing(ctx context.Context, tx *db.Tx) ([]Objection, error) {
	if err := tx.Need(access.RunCampaign); err != nil {
		return nil, err
	}
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return nil, err
	}
	today := civil.DayOf(tx.Now)
	late, err := s.several(ctx, tx, c, `{scope h} and o.state = 'waiting' and o.due_on < $1 and o.level < 2 order by o.due_on, o.id`, string(today))
	var list []Objection
	for i := range late {
		if late[i].climbs(c, today) {
			list = append(list, late[i])
		}
	}
	return list, err
}

func tellClimbed(ctx context.Context, tx *db.Tx, up map[int]int) error {
	for _, x := range []struct {
		level int
		role  access.Role
		key   string
		href  string
	}{
		{atCommand, access.Command, "objections.tell.late", "/objections"},
		{atCommittee, access.Committee, "objections.tell.climbed", "/board"},
	} {
		if up[x.level] == 0 {
			continue
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{x.role}}, inbox.Message{
			Kind: inbox.Results, Key: x.key, Pairs: []any{"N", up[x.level]}, Href: x.href, About: "objections late " + string(x.role),
		}); err != nil {
			return err
		}
	}
	return nil
}

// Rounds gives the program what comes round every day: what is late climbs before people begin their work.
func (s *Store) Rounds(q *queue.Runner) {
	const hour, minute = 6, 45
	q.Every("objections.climb", queue.Daily(hour, minute), func(ctx context.Context, who access.Actor) error {
		n, err := s.Climb(ctx, who)
		queue.Note(ctx, "đã báo lên trên %d đề nghị xem lại quá hạn trả lời", n)
		return err
	}).DryRuns()
}
