package holidays

import (
	"context"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Follower is told, in the same transaction, that the ward's calendar changed, so that what is due by it stays due on
// a working day. ward/proposals satisfies it.
type Follower interface {
	CalendarChanged(ctx context.Context, tx *db.Tx, c civil.Calendar) error
}

// Store keeps the table of this feature.
type Store struct {
	db       *db.DB
	follower Follower
}

// NewStore makes a store over an open database; the follower may be nil.
func NewStore(d *db.DB, f Follower) *Store { return &Store{db: d, follower: f} }

func yearText(year int) string { return strconv.Itoa(year) }

// Calendar gives the working days of the actor's ward: those of the law with what the ward entered, from last year to
// some years ahead. Outside these years it knows weekends only.
func Calendar(ctx context.Context, tx *db.Tx) (civil.Calendar, error) {
	list, err := own(ctx, tx)
	return calendar(civil.DayOf(tx.Now), list), err
}

func own(ctx context.Context, tx *db.Tx) ([]Own, error) {
	var list []Own
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Own
		err := scan(&x.Day, &x.Kind, &x.Name, &x.By)
		list = append(list, x)
		return err
	}, `select d.day, d.kind, d.name, d.noted_by from holidays d where d.ward_id = {ward} order by d.day`)
	return list, err
}

// Year is the calendar of a year, as its page shows it.
type Year struct {
	Year     int
	Lines    []Line
	Calendar civil.Calendar
	Today    civil.Day
}

// Of gives the calendar of a year; 0 is the present one. Years out of range are the nearest in range.
func (s *Store) Of(ctx context.Context, who access.Actor, year int) (Year, error) {
	var y Year
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SetCalendar); err != nil {
			return err
		}
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		y.Today = civil.DayOf(tx.Now)
		if year == 0 {
			year = y.Today.Year()
		}
		y.Year = min(max(year, y.Today.Year()-YearsBack), y.Today.Year()+YearsAhead)
		list, err := own(ctx, tx)
		if err != nil {
			return err
		}
		y.Lines, y.Calendar = lines(y.Year, list), calendar(y.Today, list)
		return nil
	})
	return y, err
}

// Add enters days; a day that was entered before takes the new kind and name. What is due by the calendar follows.
func (s *Store) Add(ctx context.Context, who access.Actor, n New) error {
	return s.change(ctx, who, func(tx *db.Tx) (string, error) {
		if err := n.check(civil.DayOf(tx.Now)); err != nil {
			return "", err
		}
		for d := n.From; d <= n.To; d = d.AddDays(1) {
			if _, err := tx.Exec(ctx, `insert into holidays (ward_id, day, kind, name, noted_at, noted_by) values ({ward}, $1, $2, $3, $4, $5)
				on conflict (ward_id, day) do update set kind = excluded.kind, name = excluded.name, noted_at = excluded.noted_at, noted_by = excluded.noted_by`,
				string(d), string(n.Kind), n.Name, tx.Millis(), tx.Who.Name()); err != nil {
				return "", err
			}
		}
		return n.From.Display() + "–" + n.To.Display() + ": " + saidKind[n.Kind], nil
	})
}

// How the audit trail names a kind.
var saidKind = map[Kind]string{Off: "nghỉ", Worked: "làm việc"}

// Remove takes back what the ward entered for a day; then the law and the weekend count again. A day that is not
// entered is no error: two people may tidy up at once.
func (s *Store) Remove(ctx context.Context, who access.Actor, day civil.Day) error {
	return s.change(ctx, who, func(tx *db.Tx) (string, error) {
		if !day.Valid() {
			return "", fault.Refused("holidays.choose_day")
		}
		_, err := tx.Exec(ctx, `delete from holidays as d where d.ward_id = {ward} and d.day = $1`, string(day))
		return day.Display() + ": bỏ", err
	})
}

func (s *Store) change(ctx context.Context, who access.Actor, do func(tx *db.Tx) (detail string, err error)) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SetCalendar); err != nil {
			return err
		}
		if who.Ward() == 0 {
			return fault.NotFound("fault.not_found")
		}
		detail, err := do(tx)
		if err != nil {
			return err
		}
		if s.follower != nil {
			c, err := Calendar(ctx, tx)
			if err != nil {
				return err
			}
			if err := s.follower.CalendarChanged(ctx, tx, c); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "calendar.change", Object: "calendar", Detail: detail})
	})
}
