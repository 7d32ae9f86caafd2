package logbook

import (
	"context"

	"sonha/ground/access"
	"sonha/ground/civil"
)

// Offline lists the pages that a house head needs without a network: the log with its form, and the reports that may
// still be written.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(_ context.Context, who access.Actor, _ bool) ([]string, error) {
		level, ids := who.Reach()
		if level != access.OwnHouses || !who.May(access.KeepLog) {
			return nil, nil
		}
		who.Touch()
		now := MonthOf(civil.DayOf(s.db.Now()))
		var list []string
		for _, id := range ids {
			list = append(list, logHome(id)+"/new", reportsHome(id), reportHome(id, now), reportHome(id, now.Back(1)), logHome(id))
		}
		return list, nil
	}
}
