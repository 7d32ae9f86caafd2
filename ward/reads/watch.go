package reads

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/inbox"
)

// daysBack is how many days the work of every morning looks at: also those on which the program did not run.
const daysBack = 3

// reader is an account in one role.
type reader struct {
	account string
	role    access.Role
}

// Watch is periodic work: it seals the lines of the last days in the trail, looks for what was unusual in them and tells the data
// protection officer once a day.
func (s *Store) Watch(ctx context.Context, who access.Actor) error {
	s.settle()
	total := 0
	for back := daysBack; back >= 1; back-- {
		n, err := s.watch(ctx, who, civil.DayOf(s.db.Now()).AddDays(-back))
		if err != nil {
			return err
		}
		total += n
	}
	queue.Note(ctx, "%d việc xem cần để ý", total)
	return nil
}

// watch looks at one day and gives how many findings are new.
func (s *Store) watch(ctx context.Context, who access.Actor, day civil.Day) (int, error) {
	n := 0
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) error {
		n = 0
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		tx.Untold("nothing was unusual, and the day is sealed")
		if err := seal(ctx, tx, day); err != nil {
			return err
		}
		days, places, err := readings(ctx, tx, day)
		if err != nil {
			return err
		}
		for _, r := range readers(days) {
			var u Usual
			if days[r].suspects() {
				if u, err = usual(ctx, tx, r, day); err != nil {
					return err
				}
			}
			for _, f := range days[r].Judge(u) {
				m, err := tx.Exec(ctx, `insert into unusual (ward_id, id, day, account_id, role, place, rule, house_id, measured, usual, state,
						note, answer, noted_at, answered_at, found_at, version)
					values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, 'new', '', '', 0, 0, $10, 1) on conflict (ward_id, day, account_id, role, rule, house_id) do nothing`,
					tx.NewID(), string(day), r.account, string(r.role), places[r], string(f.Rule), f.House, f.Measured, f.Usual, tx.Millis())
				if err != nil {
					return err
				}
				n += int(m)
			}
		}
		if n == 0 {
			return nil
		}
		if err := tx.Audit(ctx, db.Entry{Action: "reads.found", Object: "ward", Detail: string(day) + " " + strconv.Itoa(n)}); err != nil {
			return err
		}
		return inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Protector}}, inbox.Message{
			Kind: inbox.Reads, Key: "reads.told_found", Pairs: []any{"N", n, "Day", day}, Href: "/reads", About: "unusual " + string(day),
		})
	})
	return n, err
}

func readers(days map[reader]*Reading) []reader {
	list := make([]reader, 0, len(days))
	for r := range days {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b reader) int {
		if a.account != b.account {
			return map[bool]int{true: -1, false: 1}[a.account < b.account]
		}
		return map[bool]int{true: -1, false: 1}[a.role < b.role]
	})
	return list
}

// span is the time of a day in Hanoi, in Unix milliseconds.
func span(day civil.Day) (from, to int64) {
	return day.Time().UnixMilli(), day.AddDays(1).Time().UnixMilli()
}

// readings gathers what everybody read on a day, and for which area.
func readings(ctx context.Context, tx *db.Tx, day civil.Day) (map[reader]*Reading, map[reader]string, error) {
	inspected := map[string]bool{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var house string
		err := scan(&house)
		inspected[house] = true
		return err
	}, `select i.house_id from inspections i where i.ward_id = {ward} and i.inspected_on = $1 and i.state <> 'dropped'`, string(day)); err != nil {
		return nil, nil, err
	}
	all, places := map[reader]*Reading{}, map[reader]string{}
	times := map[reader]map[string]int{} // by house and kind
	beyond := map[reader]map[string]bool{}
	taken := takenAway()
	from, to := span(day)
	err := tx.All(ctx, func(scan func(...any) error) error {
		var r reader
		var at int64
		var place, house, what, duty string
		var outside bool
		if err := scan(&r.account, &r.role, &place, &at, &house, &what, &duty, &outside); err != nil {
			return err
		}
		d := all[r]
		if d == nil {
			d = &Reading{Role: r.role, Houses: map[string]int{}, Worked: map[string]bool{}}
			all[r], times[r], beyond[r] = d, map[string]int{}, map[string]bool{}
		}
		places[r] = place
		switch {
		case duty == dutyAhead:
			return nil // a phone did it
		case what == "search":
			d.Searches++
		case slices.Contains(taken, what) && atNight(time.UnixMilli(at).In(civil.Hanoi).Hour()):
			d.AtNight++
		}
		if house == "" {
			return nil
		}
		times[r][house+what]++
		d.Houses[house] = max(d.Houses[house], times[r][house+what])
		if r.role == access.Officer && inspected[house] {
			d.Worked[house] = true
		}
		if outside && !beyond[r][house] {
			beyond[r][house] = true
			d.Outside++
		}
		return nil
	}, `select x.account_id, x.role, x.place, x.at, x.house_id, x.what, x.duty, x.outside from seen x
		where x.ward_id = {ward} and x.at >= $1 and x.at < $2 order by x.at, x.id`, from, to)
	return all, places, err
}

// usual gives the medians of the days before a day on which the reader read anything.
func usual(ctx context.Context, tx *db.Tx, r reader, day civil.Day) (Usual, error) {
	from, _ := span(day.AddDays(-lookBack))
	to, _ := span(day)
	houses, searches := map[civil.Day]map[string]bool{}, map[civil.Day]int{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var at int64
		var house, what string
		if err := scan(&at, &house, &what); err != nil {
			return err
		}
		on := civil.DayOf(time.UnixMilli(at))
		if houses[on] == nil {
			houses[on] = map[string]bool{}
		}
		switch {
		case what == "search":
			searches[on]++
		case house != "":
			houses[on][house] = true
		}
		return nil
	}, `select x.at, x.house_id, x.what from seen x where x.ward_id = {ward} and x.account_id = $1 and x.role = $2 and x.at >= $3 and x.at < $4 and x.duty <> $5`,
		r.account, string(r.role), from, to, dutyAhead)
	var h, n []int
	for on := range houses {
		h, n = append(h, len(houses[on])), append(n, searches[on])
	}
	return Usual{median(h), median(n)}, err
}
