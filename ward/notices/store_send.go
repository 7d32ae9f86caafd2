package notices

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/inbox"
)

// The houses that a draft means, over h (houses), with the draft in $1. The committee reaches no house and still speaks
// to the ward; a correction goes to the houses that had the wrong announcement, whoever answers for them by now.
const (
	inReach  = `{scope h} and h.status = 'active'`
	inWard   = `h.ward_id = {ward} and h.status = 'active'`
	hadWrong = `h.ward_id = {ward} and exists (select 1 from notices d join notice_houses w on w.ward_id = d.ward_id and w.notice_id = d.corrects_id
		where d.ward_id = h.ward_id and d.id = $1 and w.house_id = h.id)`
)

// meant is the condition for the houses that a draft means.
func meant(who access.Actor, n *Notice) string {
	if n.Corrects != "" {
		return hadWrong
	}
	where := inReach
	if who.Role() == access.Committee {
		where = inWard
	}
	column := map[Area]string{Groups: "group_id", Streets: "street_id", Beats: "beat_id", Houses: "id"}[n.Area]
	if column == "" {
		return where + ` and $1 <> ''`
	}
	return where + ` and exists (select 1 from notice_areas a where a.ward_id = h.ward_id and a.notice_id = $1 and a.ref_id = h.` + column + `)`
}

// Preview gives a draft and how many it would go to if it were sent now.
func (s *Store) Preview(ctx context.Context, who access.Actor, id string) (Notice, Reach, error) {
	var n Notice
	var r Reach
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if n, err = drafted(ctx, tx, id); err != nil {
			return err
		}
		r, err = reach(ctx, tx, &n)
		return err
	})
	return n, r, err
}

// reach counts the houses and households that a draft means, and the officers and group leads who answer for them.
func reach(ctx context.Context, tx *db.Tx, n *Notice) (Reach, error) {
	var r Reach
	houses := meant(tx.Who, n)
	if err := tx.One(ctx, `select count(*), coalesce(sum(h.households), 0) from houses h where `+houses, n.ID).Scan(&r.Houses, &r.Households); err != nil {
		return r, err
	}
	if !n.Households {
		r.Households = 0
	}
	for _, x := range []struct {
		asked        bool
		role, column string
		to           *int
	}{{n.Officers, "officer", "beat_id", &r.Officers}, {n.Leads, "group_lead", "group_id", &r.Leads}} {
		if !x.asked {
			continue
		}
		if err := tx.One(ctx, `select count(distinct g.account_id) from grants g join accounts o on o.ward_id = g.ward_id and o.id = g.account_id
			where g.ward_id = {ward} and g.role = $2 and g.ended_at is null and o.disabled_at is null
			and exists (select 1 from houses h where h.ward_id = g.ward_id and h.`+x.column+` = g.`+x.column+` and `+houses+`)`, n.ID, x.role).Scan(x.to); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Send sends a draft at a time, which may lie ahead; the zero time is now. What is not urgent waits for the end of the
// quiet hours. It gives the time at which readers see it.
func (s *Store) Send(ctx context.Context, who access.Actor, id string, at time.Time, version int) (time.Time, error) {
	var when time.Time
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		when, err = send(ctx, tx, id, at, version)
		return err
	})
	return when, err
}

func send(ctx context.Context, tx *db.Tx, id string, at time.Time, version int) (time.Time, error) {
	n, err := drafted(ctx, tx, id)
	if err != nil {
		return at, err
	}
	if version != n.Version {
		return at, fault.Conflict("notices.changed_meanwhile")
	}
	when := SendTime(at, tx.Now, n.Urgent)
	if err := n.sendable(ctx, tx, at, when); err != nil {
		return at, err
	}
	r, err := reach(ctx, tx, &n)
	if err != nil {
		return at, err
	}
	if r.Houses == 0 {
		return at, fault.Refused("notices.no_houses")
	}
	households := `0`
	if n.Households {
		households = `h.households`
	}
	if _, err := tx.Exec(ctx, `insert into notice_houses (ward_id, notice_id, house_id, households, known)
		select h.ward_id, cast($1 as text), h.id, `+households+`, 0 from houses h where `+meant(tx.Who, &n), id); err != nil {
		return at, err
	}
	if err := tx.Must1(tx.Exec(ctx, `update notices set state = 'sent', send_at = $1, houses = $2, households = $3, officers = $4, leads = $5, version = version + 1
		where ward_id = {ward} and id = $6 and state = 'draft'`, when.UnixMilli(), r.Houses, r.Households, r.Officers, r.Leads, id)); err != nil {
		return at, err
	}
	if err := queue.Add(ctx, tx, queue.Job{Kind: TellJob, Payload: []byte(id), At: when, Key: id + ":" + strconv.Itoa(version)}); err != nil {
		return at, err
	}
	action, detail := "notice.send", fmt.Sprintf("gửi tới %d số nhà", r.Houses)
	if n.Corrects != "" {
		action, detail = "notice.correct", fmt.Sprintf("đính chính tới %d số nhà", r.Houses)
	}
	return when, tx.Audit(ctx, db.Entry{Action: action, Object: "notice", ID: id, Detail: detail})
}

// sendable says why a draft cannot be sent at a time.
func (n *Notice) sendable(ctx context.Context, tx *db.Tx, at, when time.Time) error {
	switch {
	case !at.IsZero() && at.Before(tx.Now.Add(-time.Minute)):
		return fault.Invalid("day", "notices.send_past")
	case when.After(tx.Now.AddDate(0, 0, farthestDays)):
		return fault.Invalid("day", "notices.send_far", "Days", farthestDays)
	case n.Over(civil.DayOf(when)):
		return fault.Invalid("day", "notices.send_after_end", "Day", n.Expires.Display())
	case n.Corrects != "":
		wrong, err := get(ctx, tx, n.Corrects)
		if err != nil {
			return err
		}
		return wrong.MayCorrect(tx.Now)
	}
	return nil
}

// Recall takes back what was to be sent later: it is a draft again, and nobody has seen it.
func (s *Store) Recall(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		if n.State != Sent || n.Out(tx.Now) {
			return fault.Shut("notices.out_already")
		}
		if _, err := tx.Exec(ctx, `delete from notice_houses where ward_id = {ward} and notice_id = $1`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update notices set state = 'draft', send_at = null, houses = 0, households = 0, officers = 0, leads = 0, version = version + 1
			where ward_id = {ward} and id = $1`, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.recall", Object: "notice", ID: id, Detail: "chưa gửi nữa, về bản nháp"})
	})
}

// Withdraw takes back an announcement that is out: readers see its title and why, no longer its text.
func (s *Store) Withdraw(ctx context.Context, who access.Actor, id, why string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		why = civil.NFC(why)
		switch {
		case n.State != Sent || !n.Out(tx.Now):
			return fault.Shut("notices.not_out")
		case why == "":
			return fault.Invalid("why", "notices.no_why")
		case len([]rune(why)) > longestWhy:
			return fault.Invalid("why", "notices.too_long", "N", len([]rune(why)), "Most", longestWhy)
		}
		if err := impersonal(ctx, tx, map[string]string{"why": why}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update notices set state = 'withdrawn', withdrawn_at = $1, withdrawn_why = $2, version = version + 1
			where ward_id = {ward} and id = $3 and state = 'sent'`, tx.Millis(), why, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.withdraw", Object: "notice", ID: id, Detail: "thu hồi thông báo"})
	})
}

// TellJob is the work of bringing an announcement into the inboxes when its time has come.
const TellJob = "notices.tell"

// TellOut brings an announcement into the inboxes of those it is addressed to. One that was taken back before its time, or
// told already, tells nobody.
func (s *Store) TellOut(ctx context.Context, who access.Actor, payload []byte) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := get(ctx, tx, string(payload))
		if fault.Is(err, fault.Missing) {
			return nil // a draft again, and discarded
		}
		if err != nil || n.State != Sent || !n.Out(tx.Now) {
			return err
		}
		accounts, err := addressed(ctx, tx, &n)
		if err != nil {
			return err
		}
		key := "notices.told_of_one"
		if n.Corrects != "" {
			key = "notices.told_of_correction"
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Accounts: accounts}, inbox.Message{
			Kind: inbox.Notices, Key: key, Pairs: []any{"Title", n.Title, "Sender", n.Sender}, Href: home(n.ID),
			Urgent: n.Urgent, Reason: n.Reason, About: "notice:" + n.ID, Once: true,
		}); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.told", Object: "notice", ID: n.ID, Detail: fmt.Sprintf("báo tới %d tài khoản", len(accounts))})
	})
}

// addressed gives the accounts of those an announcement is addressed to, but for its writer.
func addressed(ctx context.Context, tx *db.Tx, n *Notice) ([]string, error) {
	var list []string
	for _, x := range []struct {
		asked        bool
		role, column string
	}{{n.Heads, "head", "id"}, {n.Households, "household", "id"}, {n.Officers, "officer", "beat_id"}, {n.Leads, "group_lead", "group_id"}} {
		if !x.asked {
			continue
		}
		own := map[string]string{"id": "house_id"}[x.column]
		if own == "" {
			own = x.column
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			list = append(list, id)
			return err
		}, `select distinct g.account_id from grants g where g.ward_id = {ward} and g.role = $2 and g.ended_at is null and g.account_id <> $3
			and exists (select 1 from notice_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
				where x.ward_id = g.ward_id and x.notice_id = $1 and h.`+x.column+` = g.`+own+`) order by g.account_id`, n.ID, x.role, n.Account); err != nil {
			return nil, err
		}
	}
	return list, nil
}
