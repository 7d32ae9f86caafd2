package meetings

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
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

// RegularByGroupTx counts the houses that were to meet in the quarters (small ones: half-years) from one day to another that are
// over, and those at whose meeting at least half of the households were (domain.md §9.6, HG2, and §9.9, I10). A time in which no
// house of the ward held a meeting is not counted: meetings were not written down here then.
func RegularByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]Regular, error) {
	today := civil.DayOf(tx.Now)
	var list []Regular
	for _, t := range terms(from, to) {
		if t.to >= today {
			continue
		}
		starts, ends := t.from.Time().UnixMilli(), t.to.AddDays(1).Time().UnixMilli()
		held := 0
		if err := tx.One(ctx, `select count(*) from meetings m where m.ward_id = {ward} and m.level = 'house' and m.state in ('held', 'minuted') and m.starts_at >= $1 and
			m.starts_at < $2`,
			starts, ends).Scan(&held); err != nil {
			return nil, err
		}
		if held == 0 {
			continue
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var r Regular
			if err := scan(&r.Group, &r.Met, &r.Due); err != nil {
				return err
			}
			if i := slices.IndexFunc(list, func(x Regular) bool { return x.Group == r.Group }); i >= 0 {
				list[i].Met, list[i].Due = list[i].Met+r.Met, list[i].Due+r.Due
			} else {
				list = append(list, r)
			}
			return nil
		}, `select coalesce(h.group_id, ''), count(*) filter (where exists (select 1 from meetings m where m.ward_id = h.ward_id and m.house_id = h.id
				and m.state in ('held', 'minuted') and m.starts_at >= $1 and m.starts_at < $2 and m.present * 2 >= m.households)), count(*)
			from houses h where {figures h} and h.status = 'active' and h.households > 0 and h.opened_on <= $3 and (h.households <= $4) = $5
			group by h.group_id order by h.group_id`, starts, ends, string(t.from), smallHouse, t.small); err != nil {
			return nil, err
		}
	}
	return list, nil
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
