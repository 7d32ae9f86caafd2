package assessments

import (
	"context"

	"sonha/ground/access"
	"sonha/ward/criteria"
)

// Offline lists the pages that a house head needs without a network: the house, every question, sending, pledges.
// Others answer in place of a house now and then; they have what they have opened.
func Offline(set *criteria.Set) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(_ context.Context, who access.Actor, _ bool) ([]string, error) {
		level, ids := who.Reach()
		if level != access.OwnHouses || !who.May(access.Assess) {
			return nil, nil
		}
		who.Touch()
		var list []string
		for _, id := range ids {
			list = append(list, "/houses/"+id, home(id))
			for i := range set.Len() {
				list = append(list, home(id)+"/"+code(set, i))
			}
			list = append(list, home(id)+"/send", "/houses/"+id+"/pledges")
		}
		return list, nil
	}
}
