package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"maps"
	"slices"

	"sonha/engine/db"
	"sonha/engine/oidc"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Provider is the identity provider by which people may sign in, and what the ward believes of it.
type Provider struct {
	OIDC   *oidc.Provider
	Issuer string
	Name   string // as people call it: "Tài khoản Phường"
	// ByPhone lets somebody in who is not bound yet, as the account of the phone number that the provider has verified.
	ByPhone bool
	// Means and Strength are values of amr and acr that stand for the second step; without one of them the code is asked for as usual.
	Means, Strength []string
	// Roles are what membership in a group gives: roles of the whole ward. They are given and taken at each sign-in.
	Roles map[string]access.Role
	// Odd is told why the provider was not believed or not reached; pages do not say it. nil: nobody is.
	Odd func(error)
}

// failed says in the words of a page that somebody could not be let in, and to the operator why.
func (p *Provider) failed(err error) error {
	if p.Odd != nil {
		p.Odd(err)
	}
	key := "accounts.provider_odd"
	if _, away := errors.AsType[*oidc.AwayError](err); away {
		key = "accounts.provider_away"
	}
	return &fault.Error{Kind: fault.Closed, Key: key, Pairs: []any{"Name", p.Name}, Err: err}
}

// SignInBy says by which provider people sign in; nil: by none.
func (s *Store) SignInBy(p *Provider) error {
	if p != nil {
		for group, role := range p.Roles {
			if role != access.Command && role != access.Committee {
				return fmt.Errorf("the group %q gives %q: only command and committee come by a group", group, role)
			}
		}
	}
	s.provider = p
	return nil
}

// providerBy is who gives and takes roles by groups, in the record of roles and in the trail.
const providerBy = "sonha/oidc"

// errand is one way to the provider and back, from which nobody has come yet.
type errand struct {
	question oidc.Question
	mark     string // of the browser that was sent; a cookie
	next     string
	// account and session are whose own account is to be bound; empty at a sign-in.
	account, session string
}

// ProviderName is what the provider is called; "" where there is none.
func (s *Store) ProviderName() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Name
}

// BeginProvider gives the address of the provider to which a browser is sent, and the mark that it must bring back.
func (s *Store) BeginProvider(ctx context.Context, in Attempt, next string) (to, mark string, err error) {
	if s.provider == nil {
		return "", "", fault.NotFound("fault.no_page")
	}
	return s.send(ctx, in, errand{next: next})
}

// send gives the address to which a browser is sent on an errand, and the mark that it must bring back.
func (s *Store) send(ctx context.Context, in Attempt, x errand) (to, mark string, err error) {
	if wait := s.limit.Take(providerBucket(in)); wait > 0 {
		return "", "", slow(wait)
	}
	// 26 letters have 130 random bits; PKCE wants at least 43 letters (RFC 7636 §4.1).
	x.question, x.mark = oidc.Question{State: rand.Text(), Nonce: rand.Text(), Verifier: rand.Text() + rand.Text()}, rand.Text()
	if to, err = s.provider.OIDC.Begin(ctx, x.question); err != nil {
		return "", "", s.provider.failed(err)
	}
	s.errands.keep(x.question.State, x, s.clock())
	return to, x.mark, nil
}

// providerBucket counts the ways of a network that led to no session.
func providerBucket(in Attempt) bucket { return bucket{"provider " + network(in.From), addressPace} }

// Answer is what a browser comes back from the provider with, and whose session it holds.
type Answer struct {
	State, Mark, Code, Problem, Issuer string

	Who     access.Actor
	Session string
}

// Return takes a browser that comes back. It went to sign in, and a session begins; or to bind its own account, and own is true.
func (s *Store) Return(ctx context.Context, in Attempt, a Answer) (started Started, next string, own bool, err error) {
	if s.provider == nil || s.provider.OIDC == nil {
		return Started{}, "", false, fault.NotFound("fault.no_page")
	}
	x, ok := s.errands.take(a.State, s.clock())
	if !ok || a.Mark == "" || subtle.ConstantTimeCompare([]byte(a.Mark), []byte(x.mark)) != 1 {
		return Started{}, "", false, fault.Refused("accounts.provider_late")
	}
	own = x.account != ""
	if a.Problem != "" || a.Code == "" {
		key := map[bool]string{true: "accounts.provider_not_bound", false: "accounts.provider_stopped"}[own]
		return Started{}, x.next, own, fault.Refused(key, "Name", s.provider.Name)
	}
	claims, err := s.provider.OIDC.Finish(ctx, x.question, a.Code, a.Issuer)
	if err != nil {
		return Started{}, x.next, own, s.provider.failed(err)
	}
	if own {
		return Started{}, x.next, own, s.bindOwn(ctx, a, x, claims)
	}
	started, next, err = s.enterByProvider(ctx, in, x, claims)
	return started, next, false, err
}

// enterByProvider begins a session for the account that is bound to whom the provider names, and says where the way leads on.
func (s *Store) enterByProvider(ctx context.Context, in Attempt, x errand, claims oidc.Claims) (Started, string, error) {
	c, bind, err := s.bound(ctx, claims)
	if err != nil {
		return Started{}, x.next, err
	}
	switch {
	case !c.Disabled.IsZero():
		return Started{}, x.next, fault.Refused("accounts.paused")
	case c.Kind == NoSecret: // its one-time link is still to be opened, by which phone and secret are chosen
		return Started{}, x.next, fault.Refused("accounts.provider_first")
	}
	if err := s.settle(ctx, &c, claims, bind); err != nil {
		return Started{}, x.next, err
	}
	roles := usable(c.Grants, c.Kind)
	if len(roles) == 0 {
		if err := s.handedOver(ctx, &c); err != nil {
			return Started{}, x.next, err
		}
		return Started{}, x.next, fault.Refused("accounts.paused")
	}
	s.limit.Right(providerBucket(in))
	in.proven = slices.Contains(s.provider.Strength, claims.Strength) && claims.Strength != "" ||
		slices.ContainsFunc(claims.Means, func(m string) bool { return slices.Contains(s.provider.Means, m) })
	started, err := s.start(ctx, actor(c.ward, c.Account, roles[0]), in, c.Phone, c.secret, c.Kind, c.Grants, func(tx *db.Tx) error {
		// Between the look-up and now the binding may have been taken away, the account stopped.
		if err := s.stillBound(ctx, tx, c.ID, claims.Subject); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "session.provider", Object: "account", ID: c.ID})
	})
	return started, x.next, err
}

func unbound(name string) error { return fault.Refused("accounts.provider_unbound", "Name", name) }

// subjectOf is what is kept of whom a provider names: a digest, by which he is found again and nothing is read.
func subjectOf(issuer, subject string) string {
	sum := sha256.Sum256([]byte(issuer + "\x00" + subject))
	return encoded(sum[:])
}

// bound finds the account of whom the provider names. bind says that it was found by its phone number, and is to be bound now.
func (s *Store) bound(ctx context.Context, claims oidc.Claims) (c candidate, bind bool, err error) {
	var id string
	err = s.db.Read(ctx, access.Actor{}, func(tx *db.Tx) error {
		return tx.One(ctx, `select c.ward_id, c.owner_id from claims c where {any: signing in, the ward is not known yet} c.kind = 'oidc' and c.value = $1`,
			subjectOf(s.provider.Issuer, claims.Subject)).Scan(&c.ward, &id)
	})
	if err == nil {
		c, err = s.candidateIn(ctx, c.ward, id)
		return c, false, err
	}
	if !fault.Is(err, fault.Missing) {
		return c, false, err
	}
	number, bad := civil.ParsePhone(claims.Phone)
	if !s.provider.ByPhone || claims.Phone == "" || bad != nil {
		return c, false, unbound(s.provider.Name)
	}
	if c, err = s.candidate(ctx, number); err == nil && c.ID == "" {
		err = unbound(s.provider.Name)
	}
	return c, true, err
}

func (s *Store) candidateIn(ctx context.Context, ward int, account string) (candidate, error) {
	c := candidate{ward: ward}
	err := s.db.Read(ctx, access.System(ward, "sign-in"), func(tx *db.Tx) (err error) {
		if c.Account, err = inTx(ctx, tx, account); err != nil {
			return err
		}
		return tx.One(ctx, `select a.secret from accounts a where a.ward_id = {ward} and a.id = $1`, account).Scan(&c.secret)
	})
	return c, err
}

// bindTo binds an account to one whom the provider names. An account is bound once: a phone number that has passed to somebody else opens
// nothing.
func (s *Store) bindTo(ctx context.Context, tx *db.Tx, account, subject string) error {
	var there int
	if err := tx.One(ctx, `select count(*) from claims c where c.kind = 'oidc' and c.ward_id = {ward} and c.owner_id = $1`, account).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		return unbound(s.ProviderName())
	}
	_, err := tx.Exec(ctx, `insert into claims (kind, value, ward_id, owner_id) values ('oidc', $1, {ward}, $2)`, subjectOf(s.provider.Issuer, subject), account)
	if fault.Is(err, fault.Clash) {
		return fault.Refused("accounts.provider_taken")
	}
	if err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "account.provider_bind", Object: "account", ID: account})
}

// Bind binds an account of the actor's ward to one whom the provider names.
func (s *Store) Bind(ctx context.Context, who access.Actor, id, subject string) error {
	if s.provider == nil {
		return fault.Refused("accounts.provider_none")
	}
	return s.change(ctx, who, id, func(tx *db.Tx, _ Account) error { return s.bindTo(ctx, tx, id, subject) })
}

// Unbind takes the binding of an account away, the roles that came by its groups, and its sessions.
func (s *Store) Unbind(ctx context.Context, who access.Actor, id string) error {
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error { return unbind(ctx, tx, a, "") })
}

// stillBound refuses an account that is not bound to whom the provider names, or is stopped.
func (s *Store) stillBound(ctx context.Context, tx *db.Tx, account, subject string) error {
	var there int
	err := tx.One(ctx, `select count(*) from claims c join accounts a on a.ward_id = c.ward_id and a.id = c.owner_id
		where c.kind = 'oidc' and c.value = $1 and c.ward_id = {ward} and c.owner_id = $2 and a.disabled_at is null`, subjectOf(s.provider.Issuer, subject), account).Scan(&there)
	if err == nil && there == 0 {
		err = unbound(s.provider.Name)
	}
	return err
}

// settle binds an account that was found by its phone number, gives it the roles of its groups, and takes those that came by a group it has
// left; roles that people gave stay. Where something was taken, older sessions end. All of it happens or nothing.
func (s *Store) settle(ctx context.Context, c *candidate, claims oidc.Claims, bind bool) error {
	want := map[access.Role]bool{}
	for _, g := range claims.Groups {
		if role, ok := s.provider.Roles[g]; ok && c.ward != 0 {
			want[role] = true
		}
	}
	if err := s.db.Write(ctx, access.System(c.ward, providerBy), func(tx *db.Tx) error {
		tx.Untold("at most sign-ins binding and roles are as they were")
		if bind {
			if err := s.bindTo(ctx, tx, c.ID, claims.Subject); err != nil {
				return err
			}
		}
		if err := s.stillBound(ctx, tx, c.ID, claims.Subject); err != nil {
			return err
		}
		return s.regroup(ctx, tx, c.ID, want)
	}); err != nil {
		return err
	}
	s.cache.forget(c.ward, c.ID)
	fresh, err := s.candidateIn(ctx, c.ward, c.ID)
	if err == nil {
		*c = fresh
	}
	return err
}

func (s *Store) regroup(ctx context.Context, tx *db.Tx, account string, want map[access.Role]bool) error {
	a, err := inTx(ctx, tx, account)
	if err != nil {
		return err
	}
	taken, err := takeGiven(ctx, tx, a, want)
	if err != nil {
		return err
	}
	if taken > 0 {
		if err := endSessions(ctx, tx, account, ""); err != nil {
			return err
		}
	}
	for _, role := range slices.Sorted(maps.Keys(want)) {
		if a.holds(role) {
			continue
		}
		if err := grant(ctx, tx, account, Grant{Role: role}); err != nil {
			return err
		}
	}
	return nil
}

// takeGiven ends the roles that came by a group and are not wanted any more.
func takeGiven(ctx context.Context, tx *db.Tx, a Account, want map[access.Role]bool) (taken int, err error) {
	var given []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		given = append(given, id)
		return err
	}, `select g.id from grants g where g.ward_id = {ward} and g.account_id = $1 and g.granted_by = $2 and g.ended_at is null`, a.ID, providerBy); err != nil {
		return 0, err
	}
	for _, g := range a.Grants {
		if !slices.Contains(given, g.ID) || want[g.Role] {
			continue
		}
		if err := tx.Must1(tx.Exec(ctx, `update grants as g set ended_at = $1 where g.ward_id = {ward} and g.id = $2 and g.account_id = $3 and g.ended_at is null`,
			tx.Millis(), g.ID, a.ID)); err != nil {
			return taken, err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "account.role_end", Object: "account", ID: a.ID, House: g.house(), Detail: g.told()}); err != nil {
			return taken, err
		}
		taken++
	}
	return taken, nil
}
