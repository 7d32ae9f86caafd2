package inspections

import (
	"context"

	"sonha/ground/access"
)

// mostAhead is how many doors of the round are fetched ahead when one asks for the whole of it.
const mostAhead = 60

// Offline lists the pages that an inspector needs without a network: the round, and every item of the sheets that are
// under way; when all is asked for, the page for the door of each house that waits too.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(ctx context.Context, who access.Actor, all bool) ([]string, error) {
		if !who.May(access.Inspect) {
			return nil, nil
		}
		work, err := s.Work(ctx, who, Query{})
		if err != nil {
			return nil, err
		}
		list := []string{"/inspections"}
		for _, d := range work.Drafts {
			list = append(list, home(d.Draft))
			for i := range s.sets.Len() {
				list = append(list, home(d.Draft)+"/items/"+s.sets.Code(i))
			}
			list = append(list, home(d.Draft)+"/finish", "/houses/"+d.ID)
		}
		if !all {
			return list, nil
		}
		ahead := work.Rechecks
		for _, street := range work.Waiting {
			ahead = append(ahead, street.Doors...)
		}
		for _, d := range ahead[:min(len(ahead), mostAhead)] {
			list = append(list, visitHome(d.ID))
		}
		return list, nil
	}
}
