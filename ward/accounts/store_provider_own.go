package accounts

import (
	"context"

	"sonha/engine/db"
	"sonha/engine/oidc"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// BeginBinding sends the browser of somebody who is signed in, and has just proved it, to the provider: whom the provider names then is
// bound to the actor's own account. Only the same session can bring the answer (decision 0056).
func (s *Store) BeginBinding(ctx context.Context, who access.Actor, in Attempt, session string) (to, mark string, err error) {
	bound, err := s.IsBound(ctx, who)
	switch {
	case err != nil:
		return "", "", err
	case s.provider == nil || s.provider.OIDC == nil || who.Account() == "":
		return "", "", fault.NotFound("fault.no_page")
	case bound:
		return "", "", fault.Refused("accounts.provider_already", "Name", s.provider.Name)
	}
	return s.send(ctx, in, errand{next: "/account", account: who.Account(), session: session})
}

// bindOwn binds whom the provider names to the account that went there.
func (s *Store) bindOwn(ctx context.Context, a Answer, x errand, claims oidc.Claims) error {
	if a.Who.Account() != x.account || a.Session != x.session {
		return fault.Refused("accounts.provider_late")
	}
	return s.own(ctx, a.Who, func(tx *db.Tx) error { return s.bindTo(ctx, tx, x.account, claims.Subject) })
}

// IsBound reports whether the actor's own account is bound to one whom the provider names.
func (s *Store) IsBound(ctx context.Context, who access.Actor) (bool, error) {
	n := 0
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select count(*) from claims c where c.kind = 'oidc' and c.ward_id = {ward} and c.owner_id = $1`, tx.Who.Account()).Scan(&n)
	})
	return n > 0, err
}

// BoundAmong tells an administrator which of some accounts are bound.
func (s *Store) BoundAmong(ctx context.Context, who access.Actor, ids ...string) (map[string]bool, error) {
	bound := map[string]bool{}
	if len(ids) == 0 {
		return bound, nil
	}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		clear(bound)
		which, args := db.Among("c.owner_id", 1, ids)
		return tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			bound[id] = true
			return err
		}, `select c.owner_id from claims c where c.kind = 'oidc' and c.ward_id = {ward} and `+which, args...)
	})
	return bound, err
}

// UnbindOwn takes the binding of the actor's own account away, the roles that came by its groups, and every other session.
func (s *Store) UnbindOwn(ctx context.Context, who access.Actor, session string) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		a, err := inTx(ctx, tx, tx.Who.Account())
		if err != nil {
			return err
		}
		return unbind(ctx, tx, a, session)
	})
}

// unbind takes a binding away, with what came by it; but is a session that stays.
func unbind(ctx context.Context, tx *db.Tx, a Account, but string) error {
	if err := tx.Must1(tx.Exec(ctx, `delete from claims as c where c.kind = 'oidc' and c.ward_id = {ward} and c.owner_id = $1`, a.ID)); err != nil {
		return err
	}
	if err := tx.Audit(ctx, db.Entry{Action: "account.provider_unbind", Object: "account", ID: a.ID}); err != nil {
		return err
	}
	if _, err := takeGiven(ctx, tx, a, nil); err != nil {
		return err
	}
	return endSessions(ctx, tx, a.ID, but)
}
