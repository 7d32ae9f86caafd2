package notices

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Season is an occasion of a year for which a draft stands ready (domain.md §7.3 and §9.10). It is offered to the command
// and never sent by itself.
type Season struct {
	Name string // "tet", "ngay-hoi-19-8": part of the keys of its texts
	Key  string // "tet-2027": one draft for each year
	Day  civil.Day
	Last civil.Day // last day on which its announcement means anything
}

// occasion is how a season falls in a year.
type occasion struct {
	name   string
	day    func(year int) civil.Day
	length int // days until its last
	ahead  int // days before on which the draft is offered
}

func on(month time.Month, day int) func(int) civil.Day {
	return func(year int) civil.Day { return civil.NewDay(year, month, day) }
}

func occasions() []occasion {
	return []occasion{
		{"tet", civil.Tet, 5, 30}, // mùng 1, reckoned at UTC+7
		{"apr30", on(time.April, 30), 1, 14},
		{"jun26", on(time.June, 26), 0, 14},
		{"aug19", on(time.August, 19), 0, 21},
		{"oct4", on(time.October, 4), 0, 14},
		{"nov18", on(time.November, 18), 0, 30},
	}
}

// Seasons gives the occasions whose drafts are offered on a day, the nearest first.
func Seasons(today civil.Day) []Season {
	var list []Season
	for _, o := range occasions() {
		for _, year := range []int{today.Year(), today.Year() + 1} {
			day := o.day(year)
			if left := day.Sub(today); left >= 0 && left <= o.ahead {
				list = append(list, Season{Name: o.name, Key: o.name + "-" + strconv.Itoa(year), Day: day, Last: day.AddDays(o.length)})
			}
		}
	}
	slices.SortFunc(list, func(a, b Season) int { return a.Day.Sub(b.Day) })
	return list
}

// Offered gives the seasonal drafts that the command has neither taken nor set aside. Nobody else is offered any.
func (s *Store) Offered(ctx context.Context, who access.Actor) ([]Season, error) {
	if who.Role() != access.Command {
		return nil, nil
	}
	var list []Season
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		list, err = OfferedTx(ctx, tx)
		return err
	})
	return list, err
}

// OfferedTx is Offered inside a unit of work.
func OfferedTx(ctx context.Context, tx *db.Tx) ([]Season, error) {
	list := Seasons(civil.DayOf(tx.Now))
	if len(list) == 0 {
		return nil, tx.Need(access.Announce)
	}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		list = slices.DeleteFunc(list, func(x Season) bool { return x.Key == key })
		return err
	}, `select n.season from notices n where n.ward_id = {ward} and n.season <> ''`)
	return list, err
}

// TakeSeason makes the draft of a season with its text, for the heads and households of the whole ward, and gives its id.
// When it exists already its id is given.
func (s *Store) TakeSeason(ctx context.Context, who access.Actor, x Season, t Text) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = takeSeason(ctx, tx, x, t)
		return err
	})
	return id, err
}

func takeSeason(ctx context.Context, tx *db.Tx, x Season, t Text) (string, error) {
	id := ""
	if err := tx.All(ctx, func(scan func(...any) error) error { return scan(&id) },
		`select n.id from notices n where n.ward_id = {ward} and n.season = $1`, x.Key); err != nil || id != "" {
		return id, err
	}
	t.Expires = x.Last
	return create(ctx, tx, Write{Text: t, Audience: Audience{Heads: true, Households: true, Area: Whole}}, "", x.Key)
}

// SkipSeason sets the draft of a season aside for its year.
func (s *Store) SkipSeason(ctx context.Context, who access.Actor, x Season, t Text) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		id, err := takeSeason(ctx, tx, x, t)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update notices set state = 'dropped' where ward_id = {ward} and id = $1 and state = 'draft'`, id); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.drop", Object: "notice", ID: id, Detail: "bỏ qua bản nháp theo mùa " + x.Key})
	})
}
