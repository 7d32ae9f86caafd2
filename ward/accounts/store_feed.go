package accounts

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Standing makes the actor of an account acting in a role, as it stands now, for what a program fetches in its name without a
// session, such as a calendar that was subscribed to. Only the program itself may ask; nobody when the account was stopped or has the
// role no longer.
func (s *Store) Standing(ctx context.Context, who access.Actor, account string, role access.Role) (access.Actor, error) {
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
		a = actor(who.Ward(), found, role)
		return nil
	})
	return a, err
}
