package households

import (
	"context"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// Offline lists the pages that a household needs without a network: the pledge, every question, and how its house stands.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(ctx context.Context, who access.Actor, _ bool) ([]string, error) {
		if !who.May(access.OwnHome) {
			return nil, nil
		}
		who.Touch()
		list := []string{"/home/pledge", "/home/answers"}
		x, err := s.Sheet(ctx, who)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		if err == nil { // without a campaign nothing is asked
			for _, q := range Questions(x.Set) {
				list = append(list, "/home/answers/"+q.Code)
			}
		}
		return append(list, "/my-house"), nil
	}
}
