package today

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/logbook"
)

// followSoon is how many days ahead an entry to follow up is shown.
const followSoon = 3

// logbook adds what the log and the monthly reports ask of a head: the report of the month from the 20th on, that of
// the month before while it is missing, what the officer returned, what is to be followed up.
func (s *Store) logbook(ctx context.Context, tx *db.Tx, d *Day) error {
	now := logbook.MonthOf(d.Today)
	for _, m := range []logbook.Month{now.Back(1), now} {
		if err := s.monthly(ctx, tx, d, m); err != nil {
			return err
		}
	}
	if err := s.evening(ctx, tx, d); err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		t := Task{Kind: FollowUp}
		var id string
		if err := scan(&id, &t.House, &t.N, &t.Due); err != nil {
			return err
		}
		if t.Href = "/houses/" + id + "/log?open=1"; len(d.Houses) < 2 {
			t.House = ""
		}
		d.Tasks = append(d.Tasks, t)
		return nil
	}, `select h.id, h.number || ' ' || s.name, count(*), min(e.follow_by)
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id join log_entries e on e.ward_id = h.ward_id and e.house_id = h.id
		where {scope h} and h.status = 'active' and e.follow_by <> '' and e.followed_at is null and e.follow_by <= $1
		group by h.id, h.number, s.name, h.sort_key order by h.sort_key limit `+strconv.Itoa(listed), string(d.Today.AddDays(followSoon)))
}

// evening adds tonight's check of the head's houses that have it turned on, from the hour of its reminder until it is noted.
func (s *Store) evening(ctx context.Context, tx *db.Tx, d *Day) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		t := Task{Kind: Evening, Due: d.Today}
		var id string
		if err := scan(&id, &t.House); err != nil {
			return err
		}
		if t.Href = "/houses/" + id + "/evening"; len(d.Houses) < 2 {
			t.House = ""
		}
		d.Tasks = append(d.Tasks, t)
		return nil
	}, `select h.id, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		join evenings e on e.ward_id = h.ward_id and e.house_id = h.id
		where {scope h} and h.status = 'active' and e.hour <= $1
		and not exists (select 1 from evening_checks c where c.ward_id = h.ward_id and c.house_id = h.id and c.day = $2) order by h.sort_key, h.id`,
		tx.Now.In(civil.Hanoi).Hour(), string(d.Today))
}

// monthly adds the report of one month for each of the head's houses that has not sent it. A month before the dossier was
// opened is not asked for.
func (s *Store) monthly(ctx context.Context, tx *db.Tx, d *Day, m logbook.Month) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		t := Task{Kind: Report, Month: m.Text(), Due: m.Due()}
		var id, state string
		var opened civil.Day
		var reminded bool
		if err := scan(&id, &t.House, &opened, &state, &reminded); err != nil {
			return err
		}
		t.Href = "/houses/" + id + "/monthly/" + string(m)
		if len(d.Houses) < 2 {
			t.House = ""
		}
		switch {
		case state == string(logbook.Returned):
			t.Kind = Returned
		case opened > m.Last(), d.Today < m.Opens() && !reminded:
			return nil
		default:
			t.Post = t.Href + "/normal"
		}
		d.Tasks = append(d.Tasks, t)
		return nil
	}, `select h.id, h.number || ' ' || s.name, h.opened_on, coalesce(r.state, ''), r.reminded_at is not null
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
		where {scope h} and h.status = 'active' and coalesce(r.state, '') in ('', 'draft', 'returned') order by h.sort_key, h.id`, string(m))
}

// reports adds what the monthly reports ask of an officer or a group lead: those that wait to be seen, and how many are
// missing after their day.
func (s *Store) reports(ctx context.Context, tx *db.Tx, d *Day) error {
	m := logbook.MonthOf(d.Today)
	if d.Today <= m.Due() {
		m = m.Back(1)
	}
	var waiting, missing int
	if err := tx.One(ctx, `select count(*) filter (where r.state = 'sent'), count(*) filter (where (r.state is null or r.state = 'draft') and h.opened_on <= $2)
		from houses h left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
		where {scope h} and h.status = 'active'`, string(m), string(m.Last())).Scan(&waiting, &missing); err != nil {
		return err
	}
	if waiting > 0 && tx.Who.May(access.Inspect) {
		d.Tasks = append(d.Tasks, Task{Kind: ReadReports, Href: "/monthly?stand=waiting&month=" + string(m), N: waiting, Month: m.Text()})
	}
	if missing > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Missing, Href: "/monthly?stand=missing&month=" + string(m), N: missing, Month: m.Text(), Due: m.Due()})
	}
	return nil
}
