package households

import (
	"context"

	"sonha/ground/access"
)

// Offline lists the pages that a household needs without a network: the pledge, every question, and how its house stands.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(_ context.Context, who access.Actor, _ bool) ([]string, error) {
		if !who.May(access.OwnHome) {
			return nil, nil
		}
		who.Touch()
		list := []string{"/home/pledge", "/home/answers"}
		for _, at := range s.sets.HouseholdItems() {
			list = append(list, "/home/answers/"+s.sets.Code(at))
		}
		return append(list, "/my-house"), nil
	}
}
