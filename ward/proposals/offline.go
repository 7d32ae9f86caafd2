package proposals

import (
	"context"

	"sonha/ground/access"
)

// Offline lists the pages that one who proposes needs without a network: the form, and the list of what was proposed.
func Offline(_ context.Context, who access.Actor, _ bool) ([]string, error) {
	if !who.May(access.Propose) {
		return nil, nil
	}
	who.Touch()
	return []string{home + "/new", home}, nil
}
