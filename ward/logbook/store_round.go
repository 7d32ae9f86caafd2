package logbook

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

func checkWhy(to State, why string) error {
	if to != Returned {
		return nil
	}
	return fault.InvalidFields(personal.Text("why", civil.NFCLines(why), "logbook.say_why", mostText))
}

// pageRows is how many houses one page of a round shows.
const pageRows = 100

// Counts are how the reports of a month stand in somebody's reach.
type Counts struct {
	Houses, OnTime, Late, Waiting, Normal, Returned int // Waiting: sent and not yet seen; Normal: those of them that say nothing fell short
}

// Sent is how many reports are there.
func (c *Counts) Sent() int { return c.OnTime + c.Late }

// Missing is how many are not.
func (c *Counts) Missing() int { return c.Houses - c.Sent() }

// Round is the month's reports of the houses in somebody's reach.
type Round struct {
	Month   Month
	Counts  Counts
	Reports []Report
	Page    int // from 0
	More    bool
}

// stands are what a round may be narrowed to; the text is a condition over the aliases h and r.
func stands() map[string]string {
	return map[string]string{
		"":         `1 = 1`,
		"missing":  `(r.state is null or r.state = 'draft')`,
		"waiting":  `r.state = 'sent'`,
		"returned": `r.state = 'returned'`,
		"late":     `r.first_sent_on > $2`,
	}
}

// Round gives the reports of a month, narrowed to one stand, by street and number.
func (s *Store) Round(ctx context.Context, who access.Actor, m Month, stand string, page int) (Round, error) {
	x := Round{Month: m, Page: max(0, page)}
	condition, ok := stands()[stand]
	if !ok {
		condition = stands()[""]
	}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeReports); err != nil {
			return err
		}
		var err error
		if x.Counts, err = counts(ctx, tx, m); err != nil {
			return err
		}
		err = tx.All(ctx, func(scan func(...any) error) error {
			r, err := scanReport(scan, m)
			x.Reports = append(x.Reports, r)
			return err
		}, `select `+reportColumns+` from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
			where {scope h} and h.status = 'active' and $2 <> '' and `+condition+` order by h.sort_key, h.id limit `+strconv.Itoa(pageRows+1)+` offset $3`,
			string(m), string(m.Due()), x.Page*pageRows)
		if x.More = len(x.Reports) > pageRows; x.More {
			x.Reports = x.Reports[:pageRows]
		}
		return err
	})
	return x, err
}

func counts(ctx context.Context, tx *db.Tx, m Month) (Counts, error) {
	var c Counts
	err := tx.One(ctx, `select count(*), count(*) filter (where r.first_sent_on <> '' and r.first_sent_on <= $2), count(*) filter (where r.first_sent_on > $2),
			count(*) filter (where r.state = 'sent'), count(*) filter (where r.state = 'sent' and r.normal), count(*) filter (where r.state = 'returned')
		from houses h left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
		where {scope h} and h.status = 'active'`, string(m), string(m.Due())).Scan(&c.Houses, &c.OnTime, &c.Late, &c.Waiting, &c.Normal, &c.Returned)
	return c, err
}

// Punctual is how many monthly reports of a group's houses fell due, and how many of them were first sent in time.
type Punctual struct {
	Group       string // id; empty for houses of no group
	OnTime, Due int
}

// onTime is what holds of a report r that was first sent by the day its month m was due.
const onTime = `r.first_sent_on <> '' and r.first_sent_on <= m.due`

// dueTx makes a table m of the months whose reports fell due from one day to another and before today, as text for a statement with its
// arguments; no text when there is none. A month in which no house of the ward sent a report is not among them: reports were not written
// here then.
func dueTx(ctx context.Context, tx *db.Tx, from, to civil.Day) (string, []any, error) {
	written, err := writtenTx(ctx, tx, MonthOf(from), MonthOf(to))
	if err != nil {
		return "", nil, err
	}
	today := civil.DayOf(tx.Now)
	var months []string
	var args []any
	for _, m := range written {
		due := m.Due()
		if due < from || due > to || due >= today {
			continue
		}
		n := len(args)
		months = append(months, fmt.Sprintf("select cast($%d as text) as month, cast($%d as text) as due, cast($%d as text) as begins", n+1, n+2, n+3))
		args = append(args, string(m), string(due), string(m.First()))
	}
	return strings.Join(months, " union all "), args, nil
}

// PunctualByGroupTx counts the reports that fell due from one day to another and before today, for each residential group within the
// actor's reach (I11, domain.md §9.9). A house owes a report from the month after its dossier was opened.
func PunctualByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Punctual, error) {
	months, args, err := dueTx(ctx, tx, from, to)
	if err != nil || months == "" {
		return nil, err
	}
	var list []Punctual
	err = tx.All(ctx, func(scan func(...any) error) error {
		var x Punctual
		err := scan(&x.Group, &x.OnTime, &x.Due)
		list = append(list, x)
		return err
	}, `select coalesce(h.group_id, ''), count(*) filter (where `+onTime+`), count(*)
		from (`+months+`) m join houses h on {figures h} and h.status = 'active' and h.opened_on < m.begins
		left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = m.month
		group by h.group_id order by h.group_id`, args...)
	return list, err
}

// PunctualRowsTx gives a row for each house and month that PunctualByGroupTx counts, within the actor's reach.
func PunctualRowsTx(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
	months, args, err := dueTx(ctx, tx, from, to)
	if err != nil || months == "" {
		return nil, err
	}
	return houses.CountedTx(ctx, tx, s, onTime, houses.CountedHouse+`m.month, '', m.begins, case when `+onTime+` then 1 else 0 end, 1
		from (`+months+`) m join houses h on {scope h} and h.status = 'active' and h.opened_on < m.begins`+houses.CountedStreet+`
		left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = m.month where 1 = 1`, args...)
}

// writtenTx gives the months, of one and those up to another, of which the ward has a report that was sent. It is asked first and by
// itself: a planner that does not know the tables yet would ask it again for each house.
func writtenTx(ctx context.Context, tx *db.Tx, first, last Month) ([]Month, error) {
	var list []Month
	err := tx.All(ctx, func(scan func(...any) error) error {
		var m Month
		err := scan(&m)
		list = append(list, m)
		return err
	}, `select distinct x.month from monthly_reports x where x.ward_id = {ward} and x.month >= $1 and x.month <= $2 and x.first_sent_on <> '' order by x.month`,
		string(first), string(last))
	return list, err
}

// Remind asks the heads of all houses in reach whose report of a month is missing; the reminder stands on their first
// page and in their inbox. It gives the number of the houses. The inboxes are filled in units of their own: should the program stop in
// between, the same form sent again, which is a repeat, tells those who were not told.
func (s *Store) Remind(ctx context.Context, who access.Actor, m Month) (int, error) {
	var n int64
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeReports); err != nil {
			return err
		}
		now := MonthOf(civil.DayOf(tx.Now))
		if m > now || m < now.Back(mostBack) {
			return fault.Shut("logbook.month_over", "Months", mostBack)
		}
		var err error
		if n, err = tx.Exec(ctx, `insert into monthly_reports (ward_id, house_id, month, state, reminded_at, reminded_by, updated_at, version)
			select h.ward_id, h.id, $1, 'draft', cast($2 as bigint), $3, cast($2 as bigint), 1 from houses h
			left join monthly_reports r on r.ward_id = h.ward_id and r.house_id = h.id and r.month = $1
			where {scope h} and h.status = 'active' and (r.state is null or r.state in ('draft', 'returned'))
			on conflict (ward_id, house_id, month) do update set reminded_at = excluded.reminded_at, reminded_by = excluded.reminded_by`,
			string(m), tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "report.remind", Object: "monthly_report", ID: string(m), Detail: m.Text() + ": " + strconv.FormatInt(n, 10) + " số nhà"})
	})
	if err != nil && !db.Repeated(err) {
		return 0, err
	}
	if late := s.tellMissing(ctx, who, m); late != nil {
		return 0, late
	}
	return int(n), err
}
