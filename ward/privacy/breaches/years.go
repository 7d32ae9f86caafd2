package breaches

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Year is what a ward owes its people of the breaches of a year: how many were found, and whether the specialised body heard in time. It is of
// places and days: no house and nobody is named in the register.
type Year struct {
	Year   int `json:"year"`
	Found  int `json:"found"`
	InTime int `json:"notified_in_72_hours"`
	Late   int `json:"late"` // notified later, or not yet although they are over
}

// YearsTx counts the breaches of each year that has some, the latest first, for whoever sees the figures of the ward; exercises are none. What is
// over its period is deleted, and counted no more.
func YearsTx(ctx context.Context, tx *db.Tx) ([]Year, error) {
	if err := tx.Need(access.SeeFigures); err != nil {
		return nil, err
	}
	list, err := several(ctx, tx, `not b.exercise order by b.found_at desc, b.id`)
	if err != nil {
		return nil, err
	}
	years := []Year{} // none is an empty list in JSON too
	for i := range list {
		b := &list[i]
		year := civil.DayOf(b.Found).Year()
		at := slices.IndexFunc(years, func(y Year) bool { return y.Year == year })
		if at < 0 {
			at = len(years)
			years = append(years, Year{Year: year})
		}
		y := &years[at]
		y.Found++
		switch {
		case b.Late(tx.Now):
			y.Late++
		case !b.Sent.IsZero():
			y.InTime++
		}
	}
	return years, nil
}
