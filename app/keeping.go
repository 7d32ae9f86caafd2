package app

import (
	"context"
	"time"

	"sonha/ground/access"
)

// behindAfter is for how long work that deletes may be late before something may be kept beyond its period. It comes round every day.
const behindAfter = 48 * time.Hour

// kept counts for I12 the kinds of work of a ward that delete what is over its period, and those that are behind: they have failed, or not
// been done, for two days.
func (p *Program) kept(ctx context.Context, ward int) (works, behind int, err error) {
	rounds, _, err := p.Queue.State(ctx, access.System(ward, "indicators"))
	now := p.DB.Now()
	for i := range rounds {
		x := &rounds[i]
		if !x.Forgets {
			continue
		}
		works++
		failed := x.Err != "" && now.Sub(x.Well) > behindAfter
		if failed || !x.Due.IsZero() && now.Sub(x.Due) > behindAfter {
			behind++
		}
	}
	return works, behind, err
}
