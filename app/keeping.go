package app

import (
	"context"
	"time"

	"sonha/ground/access"
	"sonha/ward/indicators"
)

// behindAfter is for how long work that deletes may be late before something may be kept beyond its period. It comes round every day.
const behindAfter = 48 * time.Hour

// kept counts for I12 the kinds of work of a ward that delete what is over its period, and those that are behind: they have failed, or not
// been done, for two days; and those that were never done, of which nobody can say that they are in time.
func (p *Program) kept(ctx context.Context, ward int) (k indicators.Kept, err error) {
	rounds, _, err := p.Queue.State(ctx, access.System(ward, "indicators"))
	now := p.DB.Now()
	for i := range rounds {
		x := &rounds[i]
		if !x.Forgets {
			continue
		}
		k.Works++
		if x.Well.IsZero() {
			k.Never++
		}
		failed := x.Err != "" && now.Sub(x.Well) > behindAfter
		if failed || !x.Due.IsZero() && now.Sub(x.Due) > behindAfter {
			k.Behind++
		}
	}
	return k, err
}
