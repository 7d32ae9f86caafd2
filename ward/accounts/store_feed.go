package accounts

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Standing makes the actor of an account acting in a role, as it stands now, for what a program fetches in its name without a
// session, such as a calendar that was subscribed to at a time. Only the program itself may ask; nobody when the account was stopped or
// has the role no longer, and for a household when a card of it was given out or taken back since: the next family in the same flat
// has the same account, and the one that moved away keeps nothing.
func (s *Store) Standing(ctx context.Context, who access.Actor, account string, role access.Role, since time.Time) (access.Actor, error) {
	var a access.Actor
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		found, err := inTx(ctx, tx, account)
		if err != nil {
			return err
		}
		if !found.Disabled.IsZero() || !slices.ContainsFunc(found.Grants, func(g Grant) bool { return g.Role == role }) {
			return fault.NotFound("fault.not_found")
		}
		if role == access.Household {
			n := 0
			if err := tx.One(ctx, `select count(*) from cards c where c.ward_id = {ward} and c.account_id = $1 and (c.created_at >= $2 or c.ended_at >= $2)`,
				account, since.UnixMilli()).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return fault.NotFound("fault.not_found")
			}
		}
		a = actor(who.Ward(), found, role)
		return nil
	})
	return a, err
}
