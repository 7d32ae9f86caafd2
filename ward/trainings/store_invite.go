package trainings

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/engine/ical"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/inbox"
	"sonha/ward/periods"
)

// Invite tells the heads, and for a course of households the households too, and puts the session into their calendars. Telling again
// tells nobody twice who has not read the first word.
func (s *Store) Invite(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case t.State != Planned:
			return fault.Shut("trainings.not_planned")
		case !tx.Now.Before(t.Starts):
			return fault.Shut("trainings.begun_already")
		}
		if err := gather(ctx, tx, id, &t.Plan, t.Audience); err != nil { // houses and heads as they are today
			return err
		}
		if _, err := tx.Exec(ctx, `update trainings set invited_at = $1, updated_at = $1, version = version + 1 where ward_id = {ward} and id = $2 and state = 'planned'`,
			tx.Millis(), id); err != nil {
			return err
		}
		if err := tellAll(ctx, tx, &t, "trainings.told_invited"); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.invite", Object: "training", ID: id, House: t.House, Detail: t.when()})
	})
}

// tellAll puts a word about a session into the inboxes of all who are invited, and of the leads of their groups, but for who acts.
func tellAll(ctx context.Context, tx *db.Tx, t *Training, key string) error {
	roles := []access.Role{access.Head}
	if t.Audience == Households {
		roles = append(roles, access.Household)
	}
	if t.Level != gatherings.House {
		roles = append(roles, access.GroupLead)
	}
	list, err := inbox.Invited{Table: "training_houses", Key: "training_id", ID: t.ID}.Accounts(ctx, tx, roles...)
	if err != nil {
		return err
	}
	return inbox.Tell(ctx, tx, inbox.To{Accounts: list}, inbox.Message{
		Kind: inbox.Trainings, Key: key, Pairs: []any{"Title", t.Title, "Clock", civil.Clock(t.Starts), "Day", t.StartDay(), "Place", t.Place, "Why", t.Why},
		Href: home(t.ID), House: t.House, About: "training:" + t.ID,
	})
}

// Events gives what stands in the calendar of the actor, in the words of w: sessions that were invited to, from half a year back to a
// year ahead, with those that were cancelled. base is the address of this program.
func (s *Store) Events(ctx context.Context, who access.Actor, base string, w *words.Words) ([]ical.Event, error) {
	var events []ical.Event
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if !who.May(access.SeeTrainings) {
			return nil
		}
		// The latest are kept when there are more: a calendar without what is to come is none.
		list, err := trainings(ctx, tx, ` and t.invited_at is not null and t.starts_at >= $1 and t.starts_at < $2 order by t.starts_at desc, t.id desc limit 500`,
			tx.Now.AddDate(0, -6, 0).UnixMilli(), tx.Now.AddDate(1, 0, 0).UnixMilli())
		slices.Reverse(list)
		events = nil
		for i := range list {
			t := &list[i]
			events = append(events, ical.Event{
				UID: t.ID + "@sonha", Sequence: t.Sequence, Stamp: t.Updated, Starts: t.Starts, Ends: t.Until(), Summary: w.T("trainings.name") + ": " + t.Title,
				Description: topics(w, t.Topics), Location: t.Place, URL: base + home(t.ID), Cancelled: t.State == Cancelled,
			})
		}
		return err
	})
	return events, err
}

// Expire takes away the sessions that are past their time, with all that hangs on them, and gives their number.
func (s *Store) Expire(ctx context.Context, who access.Actor, dry bool) (int, error) {
	var n int
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		before := periods.Training().Before(tx.Now).UnixMilli()
		if err := tx.One(ctx, `select count(*) from trainings t where t.ward_id = {ward} and t.starts_at < $1`, before).Scan(&n); err != nil || dry || n == 0 {
			tx.Untold("nothing was old enough")
			return err
		}
		for _, table := range []string{"training_households", "training_houses", "training_quiz"} {
			if _, err := tx.Exec(ctx, `delete from `+table+` where ward_id = {ward}
				and exists (select 1 from trainings t where t.ward_id = `+table+`.ward_id and t.id = `+table+`.training_id and t.starts_at < $1)`, before); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `delete from trainings where ward_id = {ward} and starts_at < $1`, before); err != nil {
			return err
		}
		if err := periods.Training().Destroyed(ctx, tx, n, civil.DayOf(periods.Training().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "training.expire", Object: "ward", Detail: fmt.Sprintf("%d buổi tập huấn", n)})
	})
	return n, err
}
