package indicators

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Side says which part of a period that goes over a break a figure is of.
type Side string

// The sides.
const (
	Whole  Side = "whole"
	Before Side = "before" // up to the day before the break
	After  Side = "after"  // from the break on
)

// New is an official count to enter.
type New struct {
	Series     Code
	Period     Period
	Side       Side
	Area       string
	Value      int
	Households int // 0: not known
	// Replaces is the id of the figure that this one takes the place of, as the reader saw it; empty for none. It
	// keeps one person's figure from going unseen under another's.
	Replaces string
}

// mostArea is the longest name of an area, in letters.
const mostArea = 80

// Record enters an official count. A figure that holds for the same days is replaced only when New.Replaces names it;
// else the answer is a conflict that tells what holds.
func (s *Store) Record(ctx context.Context, who access.Actor, n New) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		breaks, err := Breaks(ctx, tx)
		if err != nil {
			return err
		}
		period, err := n.check(breaks, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		held, err := holding(ctx, tx, n.Series, period)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		if held.ID != n.Replaces {
			if held.ID == "" {
				return fault.Conflict("indicators.gone")
			}
			return &fault.Error{Kind: fault.Clash, Fields: []fault.Field{{
				Name: "value", Key: "indicators.held", Pairs: []any{"Value", held.Value, "By", held.By, "Day", civil.DayOf(held.At).Display()},
			}}}
		}
		if held.ID != "" && held.Value == n.Value && held.Households == n.Households && areaKey(held.Area) == areaKey(n.Area) {
			tx.Untold("the same figure again changes nothing")
			return nil
		}
		e := Entry{Series: n.Series, Period: period, Area: n.Area, Value: n.Value, Households: n.Households}
		if held.ID != "" {
			if err := replace(ctx, tx, held.ID, ""); err != nil {
				return err
			}
		}
		if err := insert(ctx, tx, &e); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "series.enter", Object: "series", ID: e.ID, Detail: string(n.Series) + " " + period.Code()})
	})
}

// check cuts the period to its side of a break and says what is wrong at which field.
func (n *New) check(breaks []Break, today civil.Day) (Period, error) {
	p := n.Period
	var fields []fault.Field
	wrong := func(name, key string, pairs ...any) {
		fields = append(fields, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	if !slices.Contains(Official(), n.Series) {
		return p, fault.NotFound("fault.not_found")
	}
	if p.Starts == "" {
		wrong("year", "indicators.wrong.period")
	} else if b, straddles := Straddles(p, breaks); straddles {
		switch n.Side {
		case Before:
			p.Ends = b.On.AddDays(-1)
		case After:
			p.Starts = b.On
			if again, twice := Straddles(p, breaks); twice {
				p.Ends = again.On.AddDays(-1)
			}
		default:
			wrong("side", "indicators.wrong.side", "Day", b.On.Display())
		}
	}
	if p.Starts > today {
		wrong("year", "indicators.wrong.future")
	}
	if n.Value < 0 || n.Value > MostCases {
		wrong("value", "fault.number_between", "Low", 0, "High", MostCases)
	}
	if n.Households < 0 || n.Households > mostHouseholds {
		wrong("households", "fault.number_between", "Low", 0, "High", mostHouseholds)
	}
	if utf8.RuneCountInString(n.Area) > mostArea {
		wrong("area", "indicators.wrong.area", "Most", mostArea)
	}
	if len(fields) > 0 {
		return p, fault.InvalidFields(fields)
	}
	return p, nil
}

// holding finds the figure that holds for the days of a period.
func holding(ctx context.Context, tx *db.Tx, series Code, p Period) (Entry, error) {
	return scanEntry(tx.One(ctx, `select `+entryColumns+` from series_points p
		where p.ward_id = {ward} and p.series = $1 and p.kind = $2 and p.starts_on = $3 and p.ends_on = $4 and p.replaced_at is null`,
		string(series), string(p.Kind), string(p.Starts), string(p.Ends)).Scan)
}

func replace(ctx context.Context, tx *db.Tx, id, by string) error {
	n, err := tx.Exec(ctx, `update series_points as p set replaced_at = $1, replaced_by = $2, replaced_import = $3
		where p.ward_id = {ward} and p.id = $4 and p.replaced_at is null`, tx.Millis(), tx.Who.Name(), by, id)
	return tx.Must1(n, err)
}

// insert stores a count; its id, import and file are taken from e, the rest from who acts.
func insert(ctx context.Context, tx *db.Tx, e *Entry) error {
	e.ID = cmp.Or(e.ID, tx.NewID())
	_, err := tx.Exec(ctx, `insert into series_points (ward_id, id, series, kind, period, starts_on, ends_on, area, value, households, import_id, file_name,
			entered_at, entered_by, replaced_by, replaced_import)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '')`,
		e.ID, string(e.Series), string(e.Period.Kind), e.Period.Code(), string(e.Period.Starts), string(e.Period.Ends), e.Area, e.Value, e.Households,
		e.Import, e.File, tx.Millis(), tx.Who.Name())
	return err
}

// Withdraw takes a count back without another in its place. Its row stays, as withdrawn.
func (s *Store) Withdraw(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		if err := replace(ctx, tx, id, ""); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "series.withdraw", Object: "series", ID: id})
	})
}

// Entries lists what was entered for a series, the newest period first, with what was replaced.
func (s *Store) Entries(ctx context.Context, who access.Actor, series Code) (list []Entry, breaks []Break, err error) {
	if !slices.Contains(Official(), series) {
		return nil, nil, fault.NotFound("fault.not_found")
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		list = nil
		if breaks, err = Breaks(ctx, tx); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			e, err := scanEntry(scan)
			list = append(list, e)
			return err
		}, `select `+entryColumns+` from series_points p where p.ward_id = {ward} and p.series = $1
			order by p.starts_on desc, p.ends_on desc, case when p.replaced_at is null then 0 else 1 end, p.replaced_at desc`, string(series))
	})
	return list, breaks, err
}

// SetBase chooses the year that an indicator is measured by; 0 takes the choice back.
func (s *Store) SetBase(ctx context.Context, who access.Actor, code Code, year int) error {
	if _, ok := Find(code); !ok {
		return fault.NotFound("fault.not_found")
	}
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		if today := civil.DayOf(tx.Now).Year(); year != 0 && (year < firstYear || year > today) {
			return fault.Invalid("base", "fault.number_between", "Low", firstYear, "High", today)
		}
		if _, err := tx.Exec(ctx, `delete from indicator_settings as s where s.ward_id = {ward} and s.indicator = $1`, string(code)); err != nil {
			return err
		}
		if year != 0 {
			if _, err := tx.Exec(ctx, `insert into indicator_settings (ward_id, indicator, base_year, updated_at, updated_by) values ({ward}, $1, $2, $3, $4)`,
				string(code), year, tx.Millis(), tx.Who.Name()); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "indicator.base", Object: "indicator", ID: string(code), Detail: strconv.Itoa(year)})
	})
}

// mostReason is the longest reason of a break, in letters.
const mostReason = 200

// AddBreak notes a day from which official counts are of another area or counted another way.
func (s *Store) AddBreak(ctx context.Context, who access.Actor, on, reason string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		reason = strings.TrimSpace(reason)
		day, err := civil.ParseDay(on)
		var fields []fault.Field
		if err != nil || day.Year() < firstYear || day > civil.DayOf(tx.Now) {
			fields = append(fields, fault.Field{Name: "on", Key: "indicators.wrong.day"})
		} else if day == Reform {
			fields = append(fields, fault.Field{Name: "on", Key: "indicators.wrong.known_break"})
		}
		if n := utf8.RuneCountInString(reason); n == 0 || n > mostReason {
			fields = append(fields, fault.Field{Name: "reason", Key: "indicators.wrong.reason", Pairs: []any{"Most", mostReason}})
		}
		if len(fields) > 0 {
			return fault.InvalidFields(fields)
		}
		if err := acrossEntries(ctx, tx, day); err != nil {
			return err
		}
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into series_breaks (ward_id, id, on_day, reason, created_at, created_by) values ({ward}, $1, $2, $3, $4, $5)`,
			id, string(day), reason, tx.Millis(), tx.Who.Name()); err != nil {
			if fault.Is(err, fault.Clash) {
				return fault.Invalid("on", "indicators.wrong.known_break")
			}
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "series.break", Object: "series", ID: id, Detail: string(day)})
	})
}

// acrossEntries refuses a break inside a period that a figure covers: nobody could say of which side it is.
func acrossEntries(ctx context.Context, tx *db.Tx, day civil.Day) error {
	e, err := scanEntry(tx.One(ctx, `select `+entryColumns+` from series_points p
		where p.ward_id = {ward} and p.replaced_at is null and p.starts_on < $1 and p.ends_on >= $1 order by p.starts_on`, string(day)).Scan)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Invalid("on", "indicators.wrong.inside", "From", e.Period.Starts.Display(), "To", e.Period.Ends.Display())
}

// RemoveBreak takes a break of the ward's own back.
func (s *Store) RemoveBreak(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.EnterCounts); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `delete from series_breaks as b where b.ward_id = {ward} and b.id = $1`, id)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "series.join", Object: "series", ID: id})
	})
}
