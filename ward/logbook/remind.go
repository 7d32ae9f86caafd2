package logbook

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/inbox"
)

// RemindDue is periodic work: it tells the heads whose report of the month is missing, once when it may be sent (day 20) and once on
// the day on which it is due (domain.md §2.5). A program that stood still on the day tells them on the next.
func (s *Store) RemindDue(ctx context.Context, who access.Actor) error {
	told := 0
	for after := ""; ; {
		last, n := "", 0
		err := s.db.Write(ctx, who, func(tx *db.Tx) error {
			var err error
			last, n, err = remindDue(ctx, tx, after)
			return err
		})
		told += n
		if err != nil || last == "" {
			queue.Note(ctx, "nhắc %d số nhà chưa gửi báo cáo tháng", told)
			return err
		}
		after = last
	}
}

func remindDue(ctx context.Context, tx *db.Tx, after string) (last string, told int, err error) {
	if err := tx.Need(access.RunCampaign); err != nil {
		return "", 0, err
	}
	tx.Untold("a reminder is no act of anybody")
	today := civil.DayOf(tx.Now)
	m := MonthOf(today)
	stage, key := "report-opens:", "logbook.told_opens"
	switch {
	case today < m.Opens():
		return "", 0, nil
	case today >= m.Due():
		stage, key = "report-due:", "logbook.told_due"
	}
	list, err := missing(ctx, tx, m, after, "")
	if err != nil {
		return "", 0, err
	}
	for _, x := range list {
		last = x.house
		about := stage + x.house + ":" + string(m)
		n := 0
		if err := tx.One(ctx, `select count(*) from messages m where m.ward_id = {ward} and m.about <> '' and m.about = $1`, about).Scan(&n); err != nil {
			return "", 0, err
		}
		if n > 0 {
			continue
		}
		told++
		if queue.Dry(ctx) {
			continue
		}
		if err := tellHead(ctx, tx, x, m, key, about); err != nil {
			return "", 0, err
		}
	}
	return last, told, nil
}

// place is a house with its address.
type place struct{ house, address string }

// untold narrows missing to what somebody reminded of and no head was told of since.
const untold = `and r.reminded_at is not null
		and not exists (select 1 from messages x where x.ward_id = h.ward_id and x.about <> '' and x.about = 'report:' || h.id || ':' || $1 and x.created_at >= r.reminded_at) `

// missing lists houses whose report of a month is not there, by their ids, behind one of them.
func missing(ctx context.Context, tx *db.Tx, m Month, after, narrowed string) ([]place, error) {
	var list []place
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x place
		err := scan(&x.house, &x.address)
		list = append(list, x)
		return err
	}, `select h.id, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
		where {scope h} and h.status = 'active' and h.opened_on <= $2 and (r.state is null or r.state in ('draft', 'returned')) and h.id > $3
		and exists (select 1 from grants g where g.ward_id = h.ward_id and g.house_id = h.id and g.role = 'head' and g.ended_at is null) `+narrowed+`
		order by h.id limit 100`, string(m), string(m.Last()), after)
	return list, err
}

// tellMissing tells the heads in the actor's reach that somebody reminds them of the report of a month: some at a time, so that
// nobody else waits while a whole ward is told. Nobody is told twice of one reminder.
func (s *Store) tellMissing(ctx context.Context, who access.Actor, m Month) error {
	for after := ""; ; {
		last := ""
		err := s.db.Write(db.Apart(ctx), who, func(tx *db.Tx) error {
			last = ""
			tx.Untold("word of a reminder that has its own line")
			list, err := missing(ctx, tx, m, after, untold)
			if err != nil {
				return err
			}
			for _, x := range list {
				last = x.house
				if err := tellHead(ctx, tx, x, m, "logbook.told_remind", "report:"+x.house+":"+string(m)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || last == "" {
			return err
		}
		after = last
	}
}

// tellHead puts word about the report of a month into the inboxes of the heads of a house.
func tellHead(ctx context.Context, tx *db.Tx, x place, m Month, key, about string) error {
	return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head}, House: x.house}, inbox.Message{
		Kind: inbox.Logbook, Key: key, Pairs: []any{"House", x.address, "Month", m.Text(), "Day", m.Due()},
		Href: reportHome(x.house, m), House: x.house, About: about,
	})
}
