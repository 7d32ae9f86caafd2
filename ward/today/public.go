package today

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/campaigns"
	"sonha/ward/results"
)

// Standing is how a ward stands, for everybody: sums only.
type Standing struct {
	Year    int
	Settled bool // the year is closed: nothing changes any more
	Figures results.Tally
	AsOf    time.Time
}

// publicLeast is the fewest inspected houses of which a share is published: below it the sum would speak of
// single houses (domain.md §9.9).
const publicLeast = 5

// Shown reports whether the figures may be published.
func (p *Standing) Shown() bool { return p.Figures.Inspected >= publicLeast }

// Public gives the sums of a ward's newest campaign that has begun inspecting. It is for everybody and reads no
// house; who is nobody.
func (s *Store) Public(ctx context.Context, who access.Actor, ward int) (Standing, error) {
	var p Standing
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		p.AsOf = tx.Now
		t := &p.Figures
		return tx.All(ctx, func(scan func(...any) error) error {
			var phase campaigns.Phase
			err := scan(&p.Year, &phase, &t.Houses, &t.Households, &t.Inspected, &t.Safe, &t.Conditional, &t.NotSafe)
			p.Settled = phase == campaigns.Closed
			return err
		}, `select c.year, c.phase, sum(t.houses), sum(t.households), sum(t.inspected), sum(t.safe), sum(t.conditional), sum(t.not_safe)
			from tallies t join campaigns c on c.ward_id = t.ward_id and c.id = t.campaign_id
			where {any: public figures, sums only} t.ward_id = $1 group by c.year, c.phase having sum(t.inspected) > 0 order by c.year desc limit 1`, ward)
	})
	return p, err
}
