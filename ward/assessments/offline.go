package assessments

import (
	"context"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// Offline lists the pages that a house head needs without a network: the house, every question while it may be answered, sending,
// pledges. Others answer in place of a house now and then; they have what they have opened.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(ctx context.Context, who access.Actor, _ bool) ([]string, error) {
		level, ids := who.Reach()
		if level != access.OwnHouses || !who.May(access.Assess) {
			return nil, nil
		}
		who.Touch()
		var list []string
		for _, id := range ids {
			list = append(list, "/houses/"+id)
			a, err := s.Get(ctx, who, id)
			if fault.Is(err, fault.Missing) {
				continue // no campaign, or no such house any more
			}
			if err != nil {
				return nil, err
			}
			if list = append(list, home(id), "/houses/"+id+"/pledges"); a.Open() != nil {
				continue
			}
			for i := range a.Set.Len() {
				list = append(list, home(id)+"/"+code(a.Set, i))
			}
			list = append(list, home(id)+"/send")
		}
		return list, nil
	}
}
