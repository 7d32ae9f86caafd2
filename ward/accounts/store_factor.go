package accounts

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/engine/page"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// MyFactor says what the actor's own account has as its second factor.
func (s *Store) MyFactor(ctx context.Context, who access.Actor) (Factor, error) {
	var f Factor
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		f, err = factorAndKeys(ctx, tx, tx.Who.Account())
		return err
	})
	return f, err
}

// FactorOf says what an account of the actor's ward has as its second factor.
func (s *Store) FactorOf(ctx context.Context, who access.Actor, id string) (Factor, error) {
	var f Factor
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		f, err = factorAndKeys(ctx, tx, id)
		return err
	})
	return f, err
}

func factorAndKeys(ctx context.Context, tx *db.Tx, account string) (Factor, error) {
	f, err := factorOf(ctx, tx, account)
	if err != nil {
		return f, err
	}
	return f, tx.One(ctx, `select count(*) from passkeys p where p.ward_id = {ward} and p.account_id = $1`, account).Scan(&f.Keys)
}

func factorOf(ctx context.Context, tx *db.Tx, account string) (Factor, error) {
	var f Factor
	var since int64
	err := tx.One(ctx, `select f.created_at, (select count(*) from recovery_codes r where r.ward_id = f.ward_id and r.account_id = f.account_id and r.used_at is null)
		from factors f where f.ward_id = {ward} and f.account_id = $1`, account).Scan(&since, &f.Codes)
	if fault.Is(err, fault.Missing) {
		return f, nil
	}
	f.On, f.Since = err == nil, time.UnixMilli(since)
	return f, err
}

// SetFactor turns the second factor of the actor's own account on, after a code that the authenticator made from the
// secret, and gives the recovery codes, which are shown once. The present session counts as proved; all others end, since they were
// begun without it.
func (s *Store) SetFactor(ctx context.Context, who access.Actor, session, secret, typed string) ([]string, error) {
	if !goodSecret(secret) {
		return nil, fault.Refused("accounts.factor_again")
	}
	list := newRecovery()
	err := s.own(ctx, who, func(tx *db.Tx) error {
		step, ok := stepOf(secret, codeOf(typed), s.clock())
		if !ok {
			return fault.Invalid("code", "accounts.wrong_code")
		}
		if err := dropFactor(ctx, tx, tx.Who.Account()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into factors (ward_id, account_id, secret, step, created_at) values ({ward}, $1, $2, $3, $4)`,
			tx.Who.Account(), secret, step, tx.Millis()); err != nil {
			return err
		}
		if err := addRecovery(ctx, tx, list); err != nil {
			return err
		}
		if err := proved(ctx, tx, session); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, tx.Who.Account(), session); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.factor_on", Object: "account", ID: tx.Who.Account()})
	})
	return list, err
}

// NewRecovery gives the actor's own account new recovery codes in the place of all that it has.
func (s *Store) NewRecovery(ctx context.Context, who access.Actor) ([]string, error) {
	list := newRecovery()
	err := s.own(ctx, who, func(tx *db.Tx) error {
		f, err := factorOf(ctx, tx, tx.Who.Account())
		if err != nil {
			return err
		}
		if !f.On {
			return fault.NotFound("fault.not_found")
		}
		if _, err := tx.Exec(ctx, `delete from recovery_codes as r where r.ward_id = {ward} and r.account_id = $1`, tx.Who.Account()); err != nil {
			return err
		}
		if err := addRecovery(ctx, tx, list); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.recovery_new", Object: "account", ID: tx.Who.Account()})
	})
	return list, err
}

func addRecovery(ctx context.Context, tx *db.Tx, list []string) error {
	for _, code := range list {
		if _, err := tx.Exec(ctx, `insert into recovery_codes (ward_id, account_id, hash) values ({ward}, $1, $2)`, tx.Who.Account(), recoveryHash(code)); err != nil {
			return err
		}
	}
	return nil
}

func dropFactor(ctx context.Context, tx *db.Tx, account string) error {
	if _, err := tx.Exec(ctx, `delete from recovery_codes as r where r.ward_id = {ward} and r.account_id = $1`, account); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from factors as f where f.ward_id = {ward} and f.account_id = $1`, account)
	return err
}

// EndFactor turns the second factor of the actor's own account off, where no role of it demands one.
func (s *Store) EndFactor(ctx context.Context, who access.Actor) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		a, err := inTx(ctx, tx, tx.Who.Account())
		if err != nil {
			return err
		}
		must, err := mustHave(ctx, tx, a.Grants)
		if err != nil {
			return err
		}
		if must {
			return fault.Refused("accounts.factor_must")
		}
		if err := dropFactor(ctx, tx, a.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.factor_off", Object: "account", ID: a.ID})
	})
}

// TakeFactor is the recovery in person: the administrator, before whom the person stands, takes the second factor of an
// account away, and its passkeys. Its sessions end, the reason stays in the trail, and the account is told.
func (s *Store) TakeFactor(ctx context.Context, who access.Actor, id, reason string) error {
	reason = civil.NFC(reason)
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		switch {
		case id == tx.Who.Account():
			return fault.Refused("accounts.factor_self")
		case reason == "":
			return fault.Invalid("reason", "accounts.factor_reason_first")
		case !offered(reason):
			return fault.Invalid("reason", "accounts.factor_reason_first")
		}
		f, err := factorOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		keys, err := dropPasskeys(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if !f.On && keys == 0 {
			return fault.Conflict("fault.changed")
		}
		if err := dropFactor(ctx, tx, a.ID); err != nil {
			return err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "account.factor_taken", Object: "account", ID: a.ID, Reason: reason}); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, a.ID, ""); err != nil {
			return err
		}
		return s.tell(ctx, tx, a.ID, ToldFactorTaken)
	})
}

// FactorReasons are the reasons for which a second factor is taken away; there is no free text.
func FactorReasons() []string { return []string{"lost_phone", "new_phone", "codes_seen"} }

func offered(reason string) bool { return slices.Contains(FactorReasons(), reason) }

// FactorRule is the day from which the actor's ward demands the second factor; empty while it only asks for it.
func (s *Store) FactorRule(ctx context.Context, who access.Actor) (civil.Day, error) {
	var day civil.Day
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		day, err = requiredFrom(ctx, tx)
		return err
	})
	return day, err
}

// SetFactorRule sets the day from which the ward demands the second factor; empty: it only asks for it. The
// administrator who sets it has one: nobody shuts himself out.
func (s *Store) SetFactorRule(ctx context.Context, who access.Actor, day civil.Day) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		if day != "" {
			f, err := factorOf(ctx, tx, tx.Who.Account())
			if err != nil {
				return err
			}
			if !f.On && tx.Who.Account() != "" {
				return fault.Invalid("day", "accounts.factor_yourself_first")
			}
		}
		if _, err := tx.Exec(ctx, `insert into factor_rules (ward_id, required_from) values ({ward}, $1)
			on conflict (ward_id) do update set required_from = excluded.required_from`, string(day)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.factor_rule", Object: "ward", Detail: string(day)})
	})
}

func requiredFrom(ctx context.Context, tx *db.Tx) (civil.Day, error) {
	var day string
	err := tx.One(ctx, `select r.required_from from factor_rules r where r.ward_id = {ward}`).Scan(&day)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	return civil.Day(day), err
}

// mustHave reports whether the ward demands the second factor of an account with these roles today.
func mustHave(ctx context.Context, tx *db.Tx, grants []Grant) (bool, error) {
	for _, g := range grants {
		if demanded(g.Role) {
			day, err := requiredFrom(ctx, tx)
			return err == nil && day != "" && civil.DayOf(tx.Now) >= day, err
		}
	}
	return false, nil
}

// takeCode takes a code of the account's authenticator, or one of its recovery codes: each opens once. The field is
// named in the refusal.
func (s *Store) takeCode(ctx context.Context, tx *db.Tx, account, typed, field string) error {
	if code := codeOf(typed); code != "" {
		var secret string
		var last int64
		if err := tx.One(ctx, `select f.secret, f.step from factors f where f.ward_id = {ward} and f.account_id = $1`, account).Scan(&secret, &last); err != nil {
			return err
		}
		step, ok := stepOf(secret, code, s.clock())
		if !ok || step <= last {
			return fault.Invalid(field, "accounts.wrong_code")
		}
		_, err := tx.Exec(ctx, `update factors as f set step = $1 where f.ward_id = {ward} and f.account_id = $2`, step, account)
		return err
	}
	hash := recoveryHash(typed)
	if hash == "" {
		return fault.Invalid(field, "accounts.wrong_code")
	}
	n, err := tx.Exec(ctx, `update recovery_codes as r set used_at = $1 where r.ward_id = {ward} and r.account_id = $2 and r.hash = $3 and r.used_at is null`,
		tx.Millis(), account, hash)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Invalid(field, "accounts.wrong_code")
	}
	return tx.Audit(ctx, db.Entry{Action: "account.recovery_used", Object: "account", ID: account})
}

// proved notes in a session of the actor that it just proved who it is.
func proved(ctx context.Context, tx *db.Tx, session string) error {
	_, err := tx.Exec(ctx, `update sessions as s set proved_at = $1 where s.ward_id = {ward} and s.id = $2 and s.account_id = $3`, tx.Millis(), session, tx.Who.Account())
	return err
}

// fresh reports whether a session of the actor proved within page.FreshFor who it is.
func fresh(ctx context.Context, tx *db.Tx, session string) (bool, error) {
	var at int64
	err := tx.One(ctx, `select s.proved_at from sessions s where s.ward_id = {ward} and s.id = $1 and s.account_id = $2 and not s.waiting`, session, tx.Who.Account()).Scan(&at)
	if fault.Is(err, fault.Missing) {
		return false, nil
	}
	return err == nil && tx.Now.Sub(time.UnixMilli(at)) < page.FreshFor, err
}

// Prove takes the proof of the actor's own account: a code where it has a second factor, otherwise its PIN or password. A session that
// has just proved needs none: a form that was sent twice must not be refused because its code was used by its twin.
func (s *Store) Prove(ctx context.Context, who access.Actor, session, typed string) error {
	var f Factor
	var kept string
	done := false
	if err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if done, err = fresh(ctx, tx, session); err != nil || done {
			return err
		}
		if f, err = factorOf(ctx, tx, tx.Who.Account()); err != nil {
			return err
		}
		return tx.One(ctx, `select a.secret from accounts a where a.ward_id = {ward} and a.id = $1 and a.disabled_at is null`, tx.Who.Account()).Scan(&kept)
	}); err != nil || done {
		return err
	}
	own := bucket{"own " + who.Account(), knownPace}
	if wait := s.limit.Take(own); wait > 0 {
		return slow(wait)
	}
	if !f.On {
		right, err := s.vault.Verify(ctx, kept, civil.NFC(typed))
		if err != nil {
			return err
		}
		if !right {
			return fault.Invalid(page.ProofField, "accounts.wrong_present")
		}
	}
	// The form that asked is a unit of its own, which has the submission's number; this may be done again without harm.
	err := s.own(db.Apart(ctx), who, func(tx *db.Tx) error {
		if f.On {
			if done, err := fresh(ctx, tx, session); err != nil || done { // its twin took the code meanwhile
				tx.Untold("it was proved a moment ago")
				return err
			}
			if err := s.takeCode(ctx, tx, who.Account(), typed, page.ProofField); err != nil {
				return err
			}
		}
		if err := proved(ctx, tx, session); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "session.prove", Object: "account", ID: who.Account()})
	})
	if err == nil {
		s.limit.Right(own)
	}
	return err
}

// SecondStep goes on with a session that waits for the code of the second factor: it ends, and one begins that opens.
// fault.SignInFirst when nothing waits any more.
func (s *Store) SecondStep(ctx context.Context, in Attempt, typed string) (Started, error) {
	t, ok := parseToken(in.Session)
	if !ok {
		return Started{}, fault.SignIn()
	}
	w, err := s.waiting(ctx, t)
	if err != nil {
		return Started{}, err
	}
	own := bucket{"factor " + w.account.ID, strangerPace} // who knows the password alone
	if nonce := parseDevices(in.Device).Known(w.account.Phone, w.secret); nonce != "" {
		own = bucket{"factor " + w.account.ID + " " + nonce, knownPace} // the owner's own phone does not wait for a stranger's guesses
	}
	if wait := s.limit.Take(own); wait > 0 {
		return Started{}, slow(wait)
	}
	in.Session, in.Shared, in.proven = "", w.Shared, true
	who := actor(t.ward, w.account, w.Role)
	started, err := s.start(ctx, who, in, w.account.Phone, w.secret, w.account.Kind, w.account.Grants, func(tx *db.Tx) error {
		if err := s.takeCode(ctx, tx, w.account.ID, typed, "code"); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.id = $1 and s.waiting`, t.ID())
		if err == nil && n == 0 {
			return fault.SignIn() // somebody went on with it meanwhile
		}
		return err
	})
	if err == nil {
		s.limit.Right(own)
	}
	return started, err
}

// awaited is a session that waits for its second step.
type awaited struct {
	Session

	account Account
	secret  string
}

func (s *Store) waiting(ctx context.Context, t token) (awaited, error) {
	var w awaited
	err := s.db.Read(ctx, access.System(t.ward, "sign-in"), func(tx *db.Tx) error {
		var id string
		if err := tx.One(ctx, `select s.account_id, s.role, s.shared, a.secret from sessions s join accounts a on a.ward_id = s.ward_id and a.id = s.account_id
			where s.ward_id = {ward} and s.id = $1 and s.waiting and s.expires_at > $2 and a.disabled_at is null`, t.ID(), tx.Millis()).
			Scan(&id, &w.Role, &w.Shared, &w.secret); err != nil {
			return err
		}
		var err error
		w.account, err = inTx(ctx, tx, id)
		return err
	})
	if fault.Is(err, fault.Missing) {
		return w, fault.SignIn()
	}
	return w, err
}

// waits reports whether a browser's session waits for its second step.
func (s *Store) waits(ctx context.Context, cookie string) bool {
	t, ok := parseToken(cookie)
	if !ok {
		return false
	}
	_, err := s.waiting(ctx, t)
	return err == nil
}
