package indicators

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/privacy/breaches"
)

// Keeper says how many kinds of work delete what is over its period in a ward, and how many of them are behind, so that something may be
// kept too long. app connects it.
type Keeper func(ctx context.Context, ward int) (works, behind int, err error)

// Keeps connects the Keeper; app calls it while it wires the program.
func (s *Store) Keeps(k Keeper) { s.keeper = k }

// Privacy is what I12 says of the ward's care for personal data beside the requests that it answered (domain.md §9.9).
type Privacy struct {
	Breaches      []breaches.Year // the latest year first
	Works, Behind int             // of deleting what is over its period; 0 works where nothing is known
}

// Privacy reads what stands beside I12.
func (s *Store) Privacy(ctx context.Context, who access.Actor) (Privacy, error) {
	var p Privacy
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		p.Breaches, err = breaches.YearsTx(ctx, tx)
		return err
	})
	if err != nil || s.keeper == nil {
		return p, err
	}
	p.Works, p.Behind, err = s.keeper(ctx, who.Ward())
	return p, err
}
