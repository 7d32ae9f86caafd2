package trail

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Store reads the heads of the trail.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Stood is where the trail stood at the end of a day; today, so far.
type Stood struct {
	Day civil.Day
	db.Head
}

// Month gives where the trail stood at the end of each day of a month on which something was done, the first day first, up to today: on the
// others it stood where it had the day before.
func (s *Store) Month(ctx context.Context, who access.Actor, of civil.Day) ([]Stood, error) {
	if !who.May(access.SeeTrail) {
		return nil, fault.NotFound("fault.no_page")
	}
	var list []Stood
	today := civil.DayOf(s.db.Now())
	for day := of.MonthStart(); day <= today && day[:7] == of[:7]; day = day.AddDays(1) {
		h, err := s.db.ChainHead(ctx, who, day.AddDays(1).Time())
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n := len(list); n > 0 && list[n-1].Seq == h.Seq || n == 0 && civil.DayOf(h.At) < of.MonthStart() {
			continue
		}
		list = append(list, Stood{Day: day, Head: h})
	}
	return list, nil
}

// monthsShown is how many months the page offers.
const monthsShown = 6

// Months are the first days of the last months in which there was a trail, the latest first.
func (s *Store) Months(ctx context.Context, who access.Actor) ([]civil.Day, error) {
	if !who.May(access.SeeTrail) {
		return nil, fault.NotFound("fault.no_page")
	}
	month := civil.DayOf(s.db.Now()).MonthStart()
	list := []civil.Day{month}
	for len(list) < monthsShown {
		_, err := s.db.ChainHead(ctx, who, month.Time())
		if fault.Is(err, fault.Missing) {
			break
		}
		if err != nil {
			return nil, err
		}
		month = month.AddDays(-1).MonthStart()
		list = append(list, month)
	}
	return list, nil
}
