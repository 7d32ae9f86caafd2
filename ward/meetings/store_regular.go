package meetings

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/houses"
)

// smallHouse is how many households a house has at most to meet twice a year instead of once a quarter (domain.md §9.6, HG2).
const smallHouse = 3

// Regular is how many houses of a residential group were to meet in a time, and how many did.
type Regular struct {
	Group    string // "" for houses in none
	Met, Due int
}

// term is a time in which houses are to meet once: a quarter, and half a year for small ones.
type term struct {
	from, to civil.Day
	small    bool
}

// terms are those that begin and end within a span of days.
func terms(from, to civil.Day) []term {
	var list []term
	for year := from.Year(); year <= to.Year(); year++ {
		for month := 1; month <= 12; month += 3 {
			t := term{from: civil.NewDay(year, time.Month(month), 1), to: civil.NewDay(year, time.Month(month+3), 1).AddDays(-1)}
			if t.from >= from && t.to <= to {
				list = append(list, t)
			}
		}
		for _, month := range []int{1, 7} {
			t := term{from: civil.NewDay(year, time.Month(month), 1), to: civil.NewDay(year, time.Month(month+6), 1).AddDays(-1), small: true}
			if t.from >= from && t.to <= to {
				list = append(list, t)
			}
		}
	}
	return list
}

// Which houses h were to meet in a term t, and which met in it: at least half of the households came.
const (
	toMeet = `h.status = 'active' and h.households > 0 and h.opened_on <= t.begins and case when h.households <= t.few then 1 else 0 end = t.small`
	hasMet = `exists (select 1 from meetings m where m.ward_id = h.ward_id and m.house_id = h.id
				and m.state in ('held', 'minuted') and m.starts_at >= t.starts and m.starts_at < t.ends and m.present * 2 >= m.households)`
)

// dueTx makes a table t of the quarters (small houses: half-years) from one day to another that are over, as text for a statement with its
// arguments; no text when there is none. A time in which no house of the ward held a meeting is not among them: meetings were not written
// down here then.
func dueTx(ctx context.Context, tx *db.Tx, from, to civil.Day) (string, []any, error) {
	today := civil.DayOf(tx.Now)
	var parts []string
	var args []any
	for _, t := range terms(from, to) {
		if t.to >= today {
			continue
		}
		starts, ends, held, small := t.from.Time().UnixMilli(), t.to.AddDays(1).Time().UnixMilli(), 0, 0
		if err := tx.One(ctx, `select count(*) from meetings m where m.ward_id = {ward} and m.level = 'house' and m.state in ('held', 'minuted') and m.starts_at >= $1 and
			m.starts_at < $2`, starts, ends).Scan(&held); err != nil {
			return "", nil, err
		}
		if held == 0 {
			continue
		}
		if t.small {
			small = 1
		}
		n := len(args)
		parts = append(parts, fmt.Sprintf(`select cast($%d as bigint) as starts, cast($%d as bigint) as ends, cast($%d as text) as begins, cast($%d as integer) as small,
			cast($%d as integer) as few`, n+1, n+2, n+3, n+4, n+5))
		args = append(args, starts, ends, string(t.from), small, smallHouse)
	}
	return strings.Join(parts, " union all "), args, nil
}

// RegularByGroupTx counts the houses that were to meet in the quarters (small ones: half-years) from one day to another that are
// over, and those at whose meeting at least half of the households were (domain.md §9.6, HG2, and §9.9, I10).
func RegularByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Regular, error) {
	due, args, err := dueTx(ctx, tx, from, to)
	if err != nil || due == "" {
		return nil, err
	}
	var list []Regular
	err = tx.All(ctx, func(scan func(...any) error) error {
		var r Regular
		err := scan(&r.Group, &r.Met, &r.Due)
		list = append(list, r)
		return err
	}, `select coalesce(h.group_id, ''), count(*) filter (where `+hasMet+`), count(*)
		from (`+due+`) t join houses h on {figures h} and `+toMeet+` group by h.group_id order by h.group_id`, args...)
	return list, err
}

// RegularRowsTx gives a row for each house and time that RegularByGroupTx counts, within the actor's reach. The day of a row is the first of
// its time, its name "quarter" or "half".
func RegularRowsTx(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
	due, args, err := dueTx(ctx, tx, from, to)
	if err != nil || due == "" {
		return nil, err
	}
	return houses.CountedTx(ctx, tx, s, hasMet, houses.CountedHouse+`t.begins, case when t.small = 1 then 'half' else 'quarter' end, t.begins,
			case when `+hasMet+` then 1 else 0 end, 1
		from (`+due+`) t join houses h on {scope h} and `+toMeet+houses.CountedStreet+`where 1 = 1`, args...)
}

// Task is what a meeting asks of who convenes it.
type Task struct {
	ID, Title, Area string
	Kind            string // "invite", "hold", "minute", "sign"
	Day             civil.Day
}

// soon is how many days ahead a meeting is a task.
const soon = 7

// TasksTx gives what meetings ask of the actor: to send an invitation, to hold the meeting or write it down, to finish the minutes,
// and of a household that keeps the minutes, to confirm them.
func TasksTx(ctx context.Context, tx *db.Tx) ([]Task, error) {
	if !tx.Who.May(access.SeeMeetings) {
		return nil, nil
	}
	today := civil.DayOf(tx.Now)
	house, household := tx.Who.Household()
	// Only those of which the actor may have to do something, and when there are very many, the latest.
	list, err := meetings(ctx, tx, ` and (m.state = 'held' or m.state = 'planned') and m.starts_at < $1 and (`+own(tx.Who.Role())+`
		or $3 <> '' and m.secretary_house = $2 and m.secretary_household = $3) order by m.starts_at desc, m.id desc limit 50`,
		today.AddDays(soon+1).Time().UnixMilli(), house, household)
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	var tasks []Task
	for i := range list {
		m := &list[i]
		t := Task{ID: m.ID, Title: m.Title, Area: m.Area, Day: m.StartDay()}
		switch {
		case m.State == Held && secretary(tx.Who, m) && !m.Confirmed.IsZero():
			t.Kind = "sign"
		case !m.May:
			continue
		case m.State == Held:
			t.Kind = "minute"
		case m.Invited.IsZero() && tx.Now.Before(m.Starts):
			t.Kind = "invite"
		default:
			t.Kind = "hold"
		}
		tasks = append(tasks, t)
	}
	return tasks, nil
}
