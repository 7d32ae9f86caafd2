package accounts

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// invitationLife is how long a one-time link waits.
const invitationLife = 7 * 24 * time.Hour

// CreateFirstAdministrator makes the first administrator of a ward (0: of the city) and gives the token of
// the one-time link /welcome/{token}, at which the person also gives a phone number. Asked again before the
// link was used, it gives a fresh link for the same account; a ward that has an administrator refuses.
func (s *Store) CreateFirstAdministrator(ctx context.Context, ward int, name string) (string, error) {
	var link token
	err := s.db.Write(ctx, access.System(ward, "sonha"), func(tx *db.Tx) error {
		if err := areas.EnsureCity(ctx, tx); err != nil {
			return err
		}
		if err := anotherAdministrator(ctx, tx, ""); err == nil {
			return fault.Conflict("accounts.has_administrator")
		} else if !fault.Is(err, fault.Wrong) {
			return err
		}
		var id string
		err := tx.One(ctx, `select a.id from accounts a join grants g on g.ward_id = a.ward_id and g.account_id = a.id
			where a.ward_id = {ward} and a.secret_kind = 'none' and a.disabled_at is null and g.role = 'administrator' and g.ended_at is null
			order by a.created_at, a.id limit 1`).Scan(&id)
		if fault.Is(err, fault.Missing) {
			id, err = add(ctx, tx, New{Name: name, Grants: []Grant{{Role: access.Administrator}}}, NoSecret, "")
		}
		if err != nil {
			return err
		}
		link, err = invite(ctx, tx, id)
		return err
	})
	if err != nil {
		return "", err
	}
	return link.String(), nil
}

// Invite gives the token of a fresh one-time link, by which the person chooses a new PIN or password. Links
// given before stop working; the present PIN or password works until the new one is chosen, and whoever has one is told.
func (s *Store) Invite(ctx context.Context, who access.Actor, id string) (string, error) {
	var link token
	err := s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		if len(a.Grants) == 0 {
			return fault.Refused("accounts.role_first")
		}
		var err error
		if link, err = invite(ctx, tx, id); err != nil || a.Kind == NoSecret {
			return err
		}
		return s.tell(ctx, tx, id, ToldLink)
	})
	if err != nil {
		return "", err
	}
	return link.String(), nil
}

// Reset is for a lost phone or a secret that others know: the PIN or password, all passkeys and all sessions end at once,
// and a fresh one-time link is given; the account is told. Nobody resets himself: he would be out if the link were lost.
func (s *Store) Reset(ctx context.Context, who access.Actor, id string) (string, error) {
	var link token
	err := s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		if id == tx.Who.Account() {
			return fault.Refused("accounts.reset_self")
		}
		if len(a.Grants) == 0 {
			return fault.Refused("accounts.role_first")
		}
		if _, err := tx.Exec(ctx, `update accounts as a set secret_kind = 'none', secret = '', version = a.version + 1 where a.ward_id = {ward} and a.id = $1`, id); err != nil {
			return err
		}
		if err := tx.Audit(ctx, db.Entry{Action: "account.reset", Object: "account", ID: id}); err != nil {
			return err
		}
		if _, err := dropPasskeys(ctx, tx, id); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id, ""); err != nil {
			return err
		}
		var err error
		if link, err = invite(ctx, tx, id); err != nil || a.Kind == NoSecret {
			return err
		}
		return s.tell(ctx, tx, id, ToldReset)
	})
	if err != nil {
		return "", err
	}
	return link.String(), nil
}

// Told is what an account is told of, by the key of its sentence: that somebody else opened a way in, or closed one.
type Told string

// What accounts are told of.
const (
	ToldFactorTaken Told = "accounts.told_factor_taken"
	ToldReset       Told = "accounts.told_reset"
	ToldLink        Told = "accounts.told_link"
)

// TellOwners connects what tells an account of it, in the transaction that does it.
func (s *Store) TellOwners(tell func(ctx context.Context, tx *db.Tx, account string, what Told) error) {
	s.teller = tell
}

func (s *Store) tell(ctx context.Context, tx *db.Tx, account string, what Told) error {
	if s.teller == nil {
		return nil
	}
	return s.teller(ctx, tx, account, what)
}

func invite(ctx context.Context, tx *db.Tx, account string) (token, error) {
	link := newToken(tx.Who.Ward())
	if _, err := tx.Exec(ctx, `delete from invitations as i where i.ward_id = {ward} and i.account_id = $1`, account); err != nil {
		return token{}, err
	}
	if _, err := tx.Exec(ctx, `insert into invitations (ward_id, id, account_id, created_at, expires_at) values ({ward}, $1, $2, $3, $4)`,
		link.ID(), account, tx.Millis(), tx.Now.Add(invitationLife).UnixMilli()); err != nil {
		return token{}, err
	}
	return link, tx.Audit(ctx, db.Entry{Action: "account.invite", Object: "account", ID: account})
}

// Invited gives the account that a one-time link is for, while the link can be used.
func (s *Store) Invited(ctx context.Context, link string) (Account, error) {
	t, ok := parseToken(link)
	if !ok {
		return Account{}, fault.NotFound("accounts.link_gone")
	}
	var a Account
	err := s.db.Read(ctx, access.System(t.ward, "welcome"), func(tx *db.Tx) error {
		var err error
		a, err = invited(ctx, tx, t)
		return err
	})
	return a, err
}

func invited(ctx context.Context, tx *db.Tx, t token) (Account, error) {
	var id string
	err := tx.One(ctx, `select i.account_id from invitations i join accounts a on a.ward_id = i.ward_id and a.id = i.account_id
		where i.ward_id = {ward} and i.id = $1 and i.used_at is null and i.expires_at > $2 and a.disabled_at is null`, t.ID(), tx.Millis()).Scan(&id)
	if fault.Is(err, fault.Missing) {
		return Account{}, fault.NotFound("accounts.link_gone")
	}
	if err != nil {
		return Account{}, err
	}
	a, err := inTx(ctx, tx, id)
	if err == nil && len(a.Grants) == 0 {
		return Account{}, fault.NotFound("accounts.link_gone")
	}
	return a, err
}

// Accept uses a one-time link: the person's PIN or password is set, the phone number too when the account
// has none, all earlier sessions end, and the person is signed in.
func (s *Store) Accept(ctx context.Context, link string, in Attempt) (Started, error) {
	a, err := s.Invited(ctx, link)
	if err != nil {
		return Started{}, err
	}
	phone := a.Phone
	if phone == "" {
		if phone, err = checkPhone(in.Phone); err != nil {
			return Started{}, err
		}
	}
	kind, err := choose(a.Grants, in.Secret, string(phone), a.Name)
	if err != nil {
		return Started{}, err
	}
	stored, err := s.vault.Hash(ctx, in.Secret)
	if err != nil {
		return Started{}, err
	}
	t, _ := parseToken(link)
	who := actor(t.ward, a, usable(a.Grants, kind)[0])
	return s.start(ctx, who, in, phone, stored, kind, a.Grants, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `update invitations as i set used_at = $1 where i.ward_id = {ward} and i.id = $2 and i.used_at is null and i.expires_at > $1`,
			tx.Millis(), t.ID())); err != nil {
			return fault.NotFound("accounts.link_gone")
		}
		if err := claim(ctx, tx, a.ID, a.Phone, phone); err != nil {
			return err
		}
		return setSecret(ctx, tx, a, phone, kind, stored)
	})
}

// setSecret writes a new PIN or password, ends all sessions and all other links.
func setSecret(ctx context.Context, tx *db.Tx, a Account, phone civil.Phone, kind Kind, stored string) error {
	n, err := tx.Exec(ctx, `update accounts as a set phone = $1, fold = $2, secret_kind = $3, secret = $4, version = a.version + 1
		where a.ward_id = {ward} and a.id = $5 and a.version = $6 and a.disabled_at is null`,
		string(phone), foldOf(a.Name, phone), string(kind), stored, a.ID, a.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	if _, err := tx.Exec(ctx, `delete from invitations as i where i.ward_id = {ward} and i.account_id = $1 and i.used_at is null`, a.ID); err != nil {
		return err
	}
	if err := tx.Audit(ctx, db.Entry{Action: "account.secret", Object: "account", ID: a.ID}); err != nil {
		return err
	}
	return endSessions(ctx, tx, a.ID, "")
}
