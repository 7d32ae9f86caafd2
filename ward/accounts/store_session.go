package accounts

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Attempt is somebody who wants to sign in: what was typed, and what the browser brought along.
type Attempt struct {
	Phone, Secret string
	Device        string // the cookie of known devices
	Session       string // the cookie of the session that this one takes the place of
	Agent         string // User-Agent
	Shared        bool   // somebody else's device: a short session, and nothing stays in the browser
	From          netip.Addr

	proven bool // the code of the second factor was given as well
	inside bool // the account is in already, and goes on in a new session
}

// Started is a session just begun: what the browser must keep, and the roles to choose from.
type Started struct {
	Session string
	Life    time.Duration
	Device  string
	Kind    Kind
	Role    access.Role
	Roles   []access.Role
	Shared  bool
	Waiting bool // the code of the second factor is still to come
	Enrol   bool // the account should turn its second factor on
}

// candidate is the account that a phone number may sign in to.
type candidate struct {
	Account
	ward   int
	secret string
}

// SignIn begins a session for a phone number with its PIN or password. Wrong numbers and wrong secrets are
// answered in the same words and after the same work; after some wrong tries each further one waits.
func (s *Store) SignIn(ctx context.Context, in Attempt) (Started, error) {
	phone, err := checkPhone(in.Phone)
	if err != nil {
		return Started{}, err
	}
	if in.Secret == "" {
		return Started{}, fault.Invalid("secret", "fault.required")
	}
	c, err := s.candidate(ctx, phone)
	if err != nil {
		return Started{}, err
	}
	buckets := s.buckets(phone, c.secret, in)
	if wait := s.limit.Take(buckets...); wait > 0 {
		return Started{}, slow(wait)
	}
	if len(in.Secret) > 4*passwordHigh {
		in.Secret = in.Secret[:4*passwordHigh] // nobody's: what is chosen is shorter
	}
	right, err := s.vault.Verify(ctx, c.secret, in.Secret)
	if err != nil {
		return Started{}, err
	}
	if !right {
		return Started{}, fault.Refused("accounts.wrong")
	}
	s.limit.Right(buckets...)
	roles := usable(c.Grants, c.Kind)
	if len(roles) == 0 && c.Disabled.IsZero() {
		if err := s.handedOver(ctx, &c); err != nil {
			return Started{}, err
		}
	}
	if len(roles) == 0 || !c.Disabled.IsZero() {
		return Started{}, fault.Refused("accounts.paused")
	}
	stored := c.secret
	if outdated(stored) {
		if stored, err = s.vault.Hash(ctx, in.Secret); err != nil {
			return Started{}, err
		}
	}
	return s.start(ctx, actor(c.ward, c.Account, roles[0]), in, phone, stored, c.Kind, c.Grants, func(tx *db.Tx) error {
		// Between the look-up and now the secret may have been changed, the account stopped: then it is wrong.
		n, err := tx.Exec(ctx, `update accounts as a set secret = $1 where a.ward_id = {ward} and a.id = $2 and a.secret = $3 and a.disabled_at is null`,
			stored, c.ID, c.secret)
		if err == nil && n == 0 {
			return fault.Refused("accounts.wrong")
		}
		return err
	})
}

func slow(wait time.Duration) error {
	if wait < time.Minute {
		return fault.Slow("accounts.wait_seconds", wait, "Seconds", int(wait.Seconds()))
	}
	return fault.Slow("accounts.wait_minutes", wait, "Minutes", int((wait+time.Minute-1)/time.Minute))
}

// buckets says against whom a wrong try counts. A device that signed in to this account before has a bucket
// of its own, so that nobody elsewhere can make its owner wait. The number counts as typed, whether or not
// an account has it, so that waiting tells nothing.
func (s *Store) buckets(phone civil.Phone, stored string, in Attempt) []bucket {
	if nonce := parseDevices(in.Device).Known(phone, stored); nonce != "" {
		return []bucket{{"device " + string(phone) + " " + nonce, knownPace}}
	}
	return []bucket{{"phone " + string(phone), strangerPace}, {"address " + network(in.From), addressPace}}
}

// candidate finds the account of a phone number; the zero candidate when there is none.
func (s *Store) candidate(ctx context.Context, phone civil.Phone) (candidate, error) {
	var c candidate
	var id string
	err := s.db.Read(ctx, access.Actor{}, func(tx *db.Tx) error {
		return tx.One(ctx, `select c.ward_id, c.owner_id from claims c where {any: signing in, the ward is not known yet} c.kind = 'phone' and c.value = $1`,
			string(phone)).Scan(&c.ward, &id)
	})
	if err == nil {
		err = s.db.Read(ctx, access.System(c.ward, "sign-in"), func(tx *db.Tx) error {
			if c.Account, err = inTx(ctx, tx, id); err != nil {
				return err
			}
			return tx.One(ctx, `select a.secret from accounts a where a.ward_id = {ward} and a.id = $1`, id).Scan(&c.secret)
		})
	}
	if fault.Is(err, fault.Missing) {
		return candidate{}, nil
	}
	return c, err
}

// actor is somebody acting in one role.
func actor(ward int, a Account, role access.Role) access.Actor {
	grants := make([]access.Grant, len(a.Grants))
	for i, g := range a.Grants {
		grants[i] = access.Grant{Role: g.Role, Ward: ward, ID: g.Of, Household: g.Household}
	}
	return access.SignedInAs(a.ID, a.Name, role, ward, grants)
}

// sessionsMost is how many sessions an account keeps; the one unused the longest goes.
const sessionsMost = 20

// start begins a session in the unit in which before runs, with a token that nobody has seen yet.
func (s *Store) start(ctx context.Context, who access.Actor, in Attempt, phone civil.Phone, stored string, kind Kind, grants []Grant, before func(*db.Tx) error) (Started, error) {
	t := newToken(who.Ward())
	x := Session{Role: who.Role(), Device: deviceName(in.Agent), Address: shown(in.From), Shared: in.Shared}
	out := Started{Session: t.String(), Kind: kind, Role: who.Role(), Roles: usable(grants, kind), Shared: in.Shared}
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := before(tx); err != nil {
			return err
		}
		tx.After(func() { s.cache.forget(who.Ward(), who.Account()) })
		if err := prune(ctx, tx); err != nil {
			return err
		}
		has, asked, err := asksFactor(ctx, tx, out.Roles)
		if err != nil {
			return err
		}
		out.Enrol = asked && !has
		x.Started, x.Waiting = tx.Now, has && !in.proven && !in.inside
		if !has || in.proven { // where there is a second factor nothing but its code proves: not the password that another may know
			x.Proved = tx.Now
		}
		return insertSession(ctx, tx, t, x)
	})
	if err != nil {
		return Started{}, err
	}
	if err := s.replace(ctx, in.Session); err != nil {
		return Started{}, err
	}
	if out.Waiting = x.Waiting; out.Waiting {
		out.Life = waitingLife
		return out, nil
	}
	_, out.Life = life(who.Role())
	out.Device = parseDevices(in.Device).With(phone, stored).String()
	return out, nil
}

// asksFactor reports whether the actor's account has a second factor, and whether its ward asks it to have one: the wards
// of invented data ask nobody.
func asksFactor(ctx context.Context, tx *db.Tx, roles []access.Role) (has, asked bool, err error) {
	f, err := factorOf(ctx, tx, tx.Who.Account())
	if err != nil || f.On || !slices.ContainsFunc(roles, demanded) {
		return f.On, false, err
	}
	var invented bool
	err = tx.One(ctx, `select w.invented from wards w where w.id = {ward}`).Scan(&invented)
	return false, !invented, err
}

// replace ends the session that a browser had before it signed in again, whoever's it was.
func (s *Store) replace(ctx context.Context, cookie string) error {
	t, ok := parseToken(cookie)
	if !ok {
		return nil
	}
	m, err := s.load(ctx, t.ward, t.ID())
	if err == nil && m.identity.Actor.Known() {
		err = s.EndSession(ctx, m.identity.Actor, t.ID())
	}
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// insertSession writes a session of the actor; it counts as seen now.
func insertSession(ctx context.Context, tx *db.Tx, t token, n Session) error {
	whole, at := n.whole(), int64(0)
	if !n.Proved.IsZero() {
		at = n.Proved.UnixMilli()
	}
	if _, err := tx.Exec(ctx, `insert into sessions (ward_id, id, account_id, role, device, address, created_at, seen_at, expires_at, shared, waiting, proved_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		t.ID(), tx.Who.Account(), string(n.Role), n.Device, n.Address, n.Started.UnixMilli(), tx.Millis(), n.Started.Add(whole).UnixMilli(), n.Shared, n.Waiting, at); err != nil {
		return err
	}
	if n.Waiting {
		return tx.Audit(ctx, db.Entry{Action: "session.first_step", Object: "account", ID: tx.Who.Account(), Detail: roleNames[n.Role]})
	}
	return tx.Audit(ctx, db.Entry{Action: "session.start", Object: "account", ID: tx.Who.Account(), Detail: roleNames[n.Role]})
}

// prune deletes the actor's sessions that are over, and the oldest when there are too many. Those that wait for the second step are
// counted apart: whoever knows the password alone pushes none out that opens.
func prune(ctx context.Context, tx *db.Tx) error {
	var gone []string
	kept := map[bool]int{} // by whether they wait
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var role access.Role
		var seen, ends int64
		var waiting bool
		if err := scan(&id, &role, &seen, &ends, &waiting); err != nil {
			return err
		}
		idle, _ := life(role)
		m := remembered{seen: time.UnixMilli(seen), ends: time.UnixMilli(ends), idle: idle}
		if m.over(tx.Now) || kept[waiting] >= sessionsMost-1 {
			gone = append(gone, id)
			return nil
		}
		kept[waiting]++
		return nil
	}, `select s.id, s.role, s.seen_at, s.expires_at, s.waiting from sessions s
		where s.ward_id = {ward} and s.account_id = $1 order by s.seen_at desc, s.id`, tx.Who.Account()); err != nil {
		return err
	}
	for _, id := range gone {
		if _, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

// load reads a session with all that a page must know of its account.
func (s *Store) load(ctx context.Context, ward int, id string) (remembered, error) {
	m := remembered{ward: ward}
	err := s.db.Read(ctx, access.System(ward, "session"), func(tx *db.Tx) error {
		var seen, ends, proof int64
		var role access.Role
		var wardName, city string
		var invented, shared, waiting bool
		if err := tx.One(ctx, `select s.account_id, s.role, s.seen_at, s.expires_at, s.shared, s.waiting, s.proved_at, w.name, w.city,
				w.invented or w.id = 0 and exists (select 1 from wards o where o.id <> 0 and o.invented)
			from sessions s join wards w on w.id = s.ward_id where s.ward_id = {ward} and s.id = $1`, id).
			Scan(&m.account, &role, &seen, &ends, &shared, &waiting, &proof, &wardName, &city, &invented); err != nil {
			return err
		}
		m.seen, m.ends = time.UnixMilli(seen), time.UnixMilli(ends)
		m.idle, _ = life(role)
		a, err := inTx(ctx, tx, m.account)
		if err != nil {
			return err
		}
		if waiting || !a.Disabled.IsZero() || !slices.Contains(usable(a.Grants, a.Kind), role) {
			return nil // nobody: the zero Identity
		}
		if ward == 0 {
			wardName = ""
		}
		m.identity = page.Identity{
			Actor: actor(ward, a, role), Language: a.Language, LargeText: a.LargeText, Session: id, Invented: invented, Shared: shared,
			Crumbs: crumbs(wardName, city),
		}
		m.identity.Place, m.identity.Plate = place(role, wardName, city, a.Grants)
		m.identity.Proved, m.identity.Proof = time.UnixMilli(proof), page.ByPassword
		if a.Kind == PIN {
			m.identity.Proof = page.ByPIN
		}
		f, err := factorOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if f.On {
			m.identity.Proof = page.ByCode
		} else if demanded(role) {
			m.identity.Enrol, err = mustHave(ctx, tx, a.Grants)
		}
		return err
	})
	return m, err
}

// writeSeen writes when sessions were last used; a failure is no harm, the next request notes it again.
func (s *Store) writeSeen(ward int, times map[string]time.Time) {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = s.db.Write(ctx, access.System(ward, "session"), func(tx *db.Tx) error {
		tx.Untold("when a session was last used is no act of anybody")
		for id, at := range times {
			if _, err := tx.Exec(ctx, `update sessions as s set seen_at = $1 where s.ward_id = {ward} and s.id = $2 and s.seen_at < $1`, at.UnixMilli(), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sessions lists where the actor's own account is signed in, the latest first.
func (s *Store) Sessions(ctx context.Context, who access.Actor) ([]Session, error) {
	var out []Session
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Session
			var started, seen, ends int64
			if err := scan(&x.ID, &x.Role, &x.Device, &x.Address, &started, &seen, &ends); err != nil {
				return err
			}
			x.Started, x.Seen = time.UnixMilli(started), time.UnixMilli(seen)
			idle, _ := life(x.Role)
			if !(remembered{seen: x.Seen, ends: time.UnixMilli(ends), idle: idle}).over(tx.Now) {
				out = append(out, x)
			}
			return nil
		}, `select s.id, s.role, s.device, s.address, s.created_at, s.seen_at, s.expires_at from sessions s
			where s.ward_id = {ward} and s.account_id = $1 and not s.waiting order by s.seen_at desc, s.id`, tx.Who.Account())
	})
	return out, err
}

// EndSession ends one session of the actor's own account.
func (s *Store) EndSession(ctx context.Context, who access.Actor, id string) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.id = $1 and s.account_id = $2`, id, tx.Who.Account())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "session.end", Object: "account", ID: tx.Who.Account()})
	})
}

// EndOthers ends all sessions of the actor's own account but one.
func (s *Store) EndOthers(ctx context.Context, who access.Actor, but string) error {
	return s.own(ctx, who, func(tx *db.Tx) error { return endSessions(ctx, tx, tx.Who.Account(), but) })
}

func endSessions(ctx context.Context, tx *db.Tx, account, but string) error {
	n, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.account_id = $1 and s.id <> $2`, account, but)
	if err != nil {
		return err
	}
	if n == 0 {
		tx.Untold("nothing was ended")
		return nil
	}
	return tx.Audit(ctx, db.Entry{Action: "session.end_all", Object: "account", ID: account})
}

// own runs fn as the actor on its own account, and forgets what the cache knew of it.
func (s *Store) own(ctx context.Context, who access.Actor, fn func(*db.Tx) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if who.Account() == "" {
			return fault.SignIn()
		}
		tx.After(func() { s.cache.forget(who.Ward(), who.Account()) })
		return fn(tx)
	})
}

// SwitchRole goes on in another role of the account: the session gets a new token, and ends when one begun
// in that role at the same time would.
func (s *Store) SwitchRole(ctx context.Context, who access.Actor, session string, role access.Role) (Started, error) {
	t := newToken(who.Ward())
	out := Started{Session: t.String(), Role: role}
	err := s.own(ctx, who, func(tx *db.Tx) error {
		a, err := inTx(ctx, tx, who.Account())
		if err != nil {
			return err
		}
		if out.Roles = usable(a.Grants, a.Kind); !slices.Contains(out.Roles, role) {
			return fault.NotFound("fault.not_found")
		}
		var x Session
		var started, proof int64
		if err := tx.One(ctx, `select s.device, s.address, s.created_at, s.shared, s.proved_at from sessions s where s.ward_id = {ward} and s.id = $1 and s.account_id = $2`,
			session, who.Account()).Scan(&x.Device, &x.Address, &started, &x.Shared, &proof); err != nil {
			return err
		}
		x.Role, x.Started, x.Proved = role, time.UnixMilli(started), time.UnixMilli(proof)
		out.Shared = x.Shared
		if out.Life = x.Started.Add(x.whole()).Sub(tx.Now); out.Life <= 0 {
			return fault.SignIn() // signed in too long ago for this role
		}
		if _, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.id = $1`, session); err != nil {
			return err
		}
		return insertSession(ctx, tx, t, x)
	})
	return out, err
}

// ChangeSecret sets a new PIN or password of the actor's own account after the present one was given. All
// sessions end and a new one begins.
func (s *Store) ChangeSecret(ctx context.Context, who access.Actor, present string, in Attempt) (Started, error) {
	a, err := s.Mine(ctx, who)
	if err != nil {
		return Started{}, err
	}
	var kept string
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select a.secret from accounts a where a.ward_id = {ward} and a.id = $1 and a.disabled_at is null`, tx.Who.Account()).Scan(&kept)
	}); err != nil {
		return Started{}, err
	}
	own := bucket{"own " + a.ID, knownPace}
	if wait := s.limit.Take(own); wait > 0 {
		return Started{}, slow(wait)
	}
	right, err := s.vault.Verify(ctx, kept, present)
	if err != nil {
		return Started{}, err
	}
	if !right {
		return Started{}, fault.Invalid("present", "accounts.wrong_present")
	}
	s.limit.Right(own)
	kind, err := choose(a.Grants, in.Secret, string(a.Phone), a.Name)
	if err != nil {
		return Started{}, err
	}
	if present == in.Secret {
		return Started{}, fault.Invalid("secret", "accounts.same_secret")
	}
	stored, err := s.vault.Hash(ctx, in.Secret)
	if err != nil {
		return Started{}, err
	}
	in.inside = true
	return s.start(ctx, who, in, a.Phone, stored, kind, a.Grants, func(tx *db.Tx) error {
		return setSecret(ctx, tx, a, a.Phone, kind, stored)
	})
}

// SetLanguage keeps the language in which the actor's own account reads.
func (s *Store) SetLanguage(ctx context.Context, who access.Actor, lang string) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `update accounts as a set language = $1 where a.ward_id = {ward} and a.id = $2`, lang, tx.Who.Account())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.language", Object: "account", ID: tx.Who.Account(), Detail: lang})
	})
}

// SetLargeText keeps whether the actor's own account reads in large letters.
func (s *Store) SetLargeText(ctx context.Context, who access.Actor, large bool) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `update accounts as a set large_text = $1 where a.ward_id = {ward} and a.id = $2`, large, tx.Who.Account())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.text", Object: "account", ID: tx.Who.Account()})
	})
}
