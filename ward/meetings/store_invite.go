package meetings

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/inbox"
	"sonha/ward/periods"
)

// Invite tells the heads and households of the meeting's houses, and the guests who have an account, and puts it into their
// calendars. Telling again tells nobody twice who has not read the first word.
func (s *Store) Invite(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.InviteTx(ctx, tx, id) })
}

// InviteTx is Invite inside a unit of work.
func (s *Store) InviteTx(ctx context.Context, tx *db.Tx, id string) error {
	m, err := kept(ctx, tx, id)
	if err != nil {
		return err
	}
	switch {
	case m.State != Planned:
		return fault.Shut("meetings.not_planned")
	case !tx.Now.Before(m.Starts):
		return fault.Shut("meetings.begun_already")
	}
	if err := gather(ctx, tx, id, &m.Plan); err != nil { // houses and households as they are today
		return err
	}
	if _, err := tx.Exec(ctx, `update meetings set invited_at = $1, updated_at = $1, version = version + 1 where ward_id = {ward} and id = $2 and state = 'planned'`,
		tx.Millis(), id); err != nil {
		return err
	}
	if err := tellAll(ctx, tx, &m, "meetings.told_invited"); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "meeting.invite", Object: "meeting", ID: id, House: m.House, Detail: m.when()})
}

// tellAll puts a word about a meeting into the inboxes of all who are invited, but for who acts.
func tellAll(ctx context.Context, tx *db.Tx, m *Meeting, key string) error {
	accounts, err := invited(ctx, tx, m)
	if err != nil {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: accounts}, inbox.Message{
		Kind: inbox.Meetings, Key: key, Pairs: []any{"Title", m.Title, "Clock", civil.Clock(m.Starts), "Day", m.StartDay(), "Place", m.Place, "Why", m.Why},
		Href: home(m.ID), House: m.House, About: "meeting:" + m.ID,
	})
}

// invited gives the accounts of the heads and households of a meeting's houses and of the guests among officers and leads.
func invited(ctx context.Context, tx *db.Tx, m *Meeting) ([]string, error) {
	roles := []access.Role{access.Head, access.Household}
	if slices.Contains(m.Guests, "officer") {
		roles = append(roles, access.Officer)
	}
	if slices.Contains(m.Guests, "lead") {
		roles = append(roles, access.GroupLead)
	}
	return inbox.Invited{Table: "meeting_houses", Key: "meeting_id", ID: m.ID}.Accounts(ctx, tx, roles...)
}

// tellSecretary tells the household that keeps the minutes that the chair has confirmed them: without its word they are never frozen.
// Whoever keeps them in an office signs on paper.
func tellSecretary(ctx context.Context, tx *db.Tx, m *Meeting) error {
	if m.Secretary.Household == "" {
		return nil
	}
	var accounts []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		accounts = append(accounts, id)
		return err
	}, `select distinct g.account_id from grants g where g.ward_id = {ward} and g.role = 'household' and g.house_id = $1 and g.household = $2 and g.ended_at is null
		order by g.account_id`, m.Secretary.House, m.Secretary.Household); err != nil {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: accounts}, inbox.Message{
		Kind: inbox.Meetings, Key: "meetings.told_sign", Pairs: []any{"Title", m.Title, "Day", m.StartDay()},
		Href: home(m.ID) + "/minutes", House: m.House, About: "meeting-minutes:" + m.ID,
	})
}

// Next is the next meeting as others show it.
type Next struct {
	ID, Title, Place string
	Day              civil.Day
	Clock            string
}

// AtDoor gives the next meeting of a house or of its group to everybody who stands at its door; who is nobody. It says title, day,
// hour and place, as a sheet on the notice board does; zero when there is none in the next 30 days.
func (s *Store) AtDoor(ctx context.Context, who access.Actor, ward int, house string) (Next, error) {
	var n Next
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var starts int64
		err := tx.One(ctx, `select m.id, m.title, m.place, m.starts_at from meetings m join meeting_houses x on x.ward_id = m.ward_id and x.meeting_id = m.id
			where {any: the next meeting stands at the door} m.ward_id = $1 and x.house_id = $2 and m.state = 'planned' and m.level <> 'ward' and m.invited_at is not null
			and m.starts_at >= $3 and m.starts_at < $4 order by m.starts_at, m.id limit 1`,
			ward, house, tx.Millis(), tx.Now.AddDate(0, 0, 30).UnixMilli()).Scan(&n.ID, &n.Title, &n.Place, &starts)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		n.Day, n.Clock = civil.DayOf(moment(starts)), civil.Clock(moment(starts))
		return err
	})
	return n, err
}

// NextTx gives the next meeting to which a house of the actor, or its own home, is invited; zero when there is none.
func NextTx(ctx context.Context, tx *db.Tx) (Next, error) {
	var n Next
	if !tx.Who.May(access.SeeMeetings) {
		return n, nil
	}
	var starts int64
	err := tx.One(ctx, `select m.id, m.title, m.place, m.starts_at from meetings m where `+seen+` and m.state = 'planned' and m.invited_at is not null and m.starts_at >= $1
		order by m.starts_at, m.id limit 1`, tx.Now.Add(-gatherings.DoorsOpen).UnixMilli()).Scan(&n.ID, &n.Title, &n.Place, &starts)
	if fault.Is(err, fault.Missing) {
		return n, nil
	}
	n.Day, n.Clock = civil.DayOf(moment(starts)), civil.Clock(moment(starts))
	return n, err
}

// Next gives the next meeting of the actor; zero when there is none.
func (s *Store) Next(ctx context.Context, who access.Actor) (Next, error) {
	var n Next
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		n, err = NextTx(ctx, tx)
		return err
	})
	return n, err
}

// ToSign gives the meeting whose minutes the chair has confirmed and the actor's household, which keeps them, has not; zero when there
// is none.
func (s *Store) ToSign(ctx context.Context, who access.Actor) (Next, error) {
	var n Next
	house, household := who.Household()
	if household == "" || !who.May(access.SeeMeetings) {
		return n, nil
	}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var starts int64
		err := tx.One(ctx, `select m.id, m.title, m.place, m.starts_at from meetings m where `+seen+` and m.state = 'held' and m.chair_confirmed_at is not null
			and m.secretary_house = $1 and m.secretary_household = $2 order by m.starts_at, m.id limit 1`, house, household).Scan(&n.ID, &n.Title, &n.Place, &starts)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		n.Day, n.Clock = civil.DayOf(moment(starts)), civil.Clock(moment(starts))
		return err
	})
	return n, err
}

// Feed is the address of the actor's calendar.
type Feed struct {
	Token string // empty while there is none
	Made  civil.Day
}

// Feed gives the address of the calendar of the actor's account in the role that it acts in.
func (s *Store) Feed(ctx context.Context, who access.Actor) (Feed, error) {
	var f Feed
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeetings); err != nil {
			return err
		}
		var made int64
		err := tx.One(ctx, `select f.token, f.made_at from calendar_feeds f where f.ward_id = {ward} and f.account_id = $1 and f.role = $2`,
			tx.Who.Account(), string(tx.Who.Role())).Scan(&f.Token, &made)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		f.Made = civil.DayOf(moment(made))
		return err
	})
	return f, err
}

// RenewFeed makes an address for the calendar of the actor's account; the one before leads nowhere any more.
func (s *Store) RenewFeed(ctx context.Context, who access.Actor) (string, error) {
	token := db.NewToken(feedBytes)
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeetings); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into calendar_feeds (ward_id, account_id, role, token, made_at) values ({ward}, $1, $2, $3, $4)
			on conflict (ward_id, account_id, role) do update set token = excluded.token, made_at = excluded.made_at`,
			tx.Who.Account(), string(tx.Who.Role()), token, tx.Millis()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "calendar.renew", Object: "account", ID: tx.Who.Account(), Detail: "địa chỉ lịch"})
	})
	return token, err
}

// EndFeed ends the address of the actor's calendar.
func (s *Store) EndFeed(ctx context.Context, who access.Actor) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeetings); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from calendar_feeds where ward_id = {ward} and account_id = $1 and role = $2`, tx.Who.Account(), string(tx.Who.Role())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "calendar.end", Object: "account", ID: tx.Who.Account(), Detail: "bỏ địa chỉ lịch"})
	})
}

// FeedOwner gives whose calendar an address is and since when, to the program itself; fault.Missing for one that leads nowhere.
func (s *Store) FeedOwner(ctx context.Context, who access.Actor, token string) (account string, role access.Role, made time.Time, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		var at int64
		err := tx.One(ctx, `select f.account_id, f.role, f.made_at from calendar_feeds f where f.ward_id = {ward} and f.token = $1`, token).Scan(&account, &role, &at)
		made = time.UnixMilli(at)
		return err
	})
	return account, role, made, err
}

// Calendar gives what stands in the calendar of the actor: meetings that were invited to, from half a year back to a year ahead,
// with those that were cancelled.
func (s *Store) Calendar(ctx context.Context, who access.Actor) ([]Meeting, error) {
	var list []Meeting
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeetings); err != nil {
			return err
		}
		// The latest are kept when there are more: a calendar without what is to come is none.
		var err error
		list, err = meetings(ctx, tx, ` and m.invited_at is not null and m.starts_at >= $1 and m.starts_at < $2 order by m.starts_at desc, m.id desc limit 500`,
			tx.Now.AddDate(0, -6, 0).UnixMilli(), tx.Now.AddDate(1, 0, 0).UnixMilli())
		slices.Reverse(list)
		return err
	})
	return list, err
}

// Expire takes away the meetings that began more than five years ago (F8), with all that hangs on them, and gives their number.
func (s *Store) Expire(ctx context.Context, who access.Actor, dry bool) (int, error) {
	var n int
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		before := periods.Meeting().Before(tx.Now).UnixMilli()
		if err := tx.One(ctx, `select count(*) from meetings m where m.ward_id = {ward} and m.starts_at < $1`, before).Scan(&n); err != nil || dry || n == 0 {
			tx.Untold("nothing was old enough")
			return err
		}
		for _, table := range []string{"meeting_households", "meeting_houses", "meeting_votes", "meeting_themes", "meeting_conclusions", "meeting_addenda"} {
			if _, err := tx.Exec(ctx, `delete from `+table+` where ward_id = {ward}
				and exists (select 1 from meetings m where m.ward_id = `+table+`.ward_id and m.id = `+table+`.meeting_id and m.starts_at < $1)`, before); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `delete from meetings where ward_id = {ward} and starts_at < $1`, before); err != nil {
			return err
		}
		if err := periods.Meeting().Destroyed(ctx, tx, n, civil.DayOf(periods.Meeting().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.expire", Object: "ward", Detail: fmt.Sprintf("%d cuộc họp", n)})
	})
	return n, err
}
