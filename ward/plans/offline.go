package plans

import (
	"context"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// Offline lists the pages that an officer needs without a network: the week's list in walking order and, for each house on it, also one
// that is lent from another beat, the page on which it is inspected.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(ctx context.Context, who access.Actor, _ bool) ([]string, error) {
		if !who.May(access.Inspect) {
			return nil, nil
		}
		r, err := s.RoundOf(ctx, who, 0)
		if fault.Is(err, fault.Missing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		list := []string{home + "/week"}
		for i := range r.Mine {
			if v := &r.Mine[i]; !v.Done {
				list = append(list, "/houses/"+v.House+"/visit")
			}
		}
		return list, nil
	}
}
