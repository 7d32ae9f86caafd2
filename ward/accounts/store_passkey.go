package accounts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Passkeys lists the passkeys of the actor's own account, the oldest first.
func (s *Store) Passkeys(ctx context.Context, who access.Actor) ([]Passkey, error) {
	var list []Passkey
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var k Passkey
			var made, used int64
			if err := scan(&k.ID, &k.Name, &made, &used); err != nil {
				return err
			}
			k.Made = time.UnixMilli(made)
			if used > 0 {
				k.Used = time.UnixMilli(used)
			}
			list = append(list, k)
			return nil
		}, `select p.id, p.name, p.created_at, p.used_at from passkeys p where p.ward_id = {ward} and p.account_id = $1 order by p.created_at, p.id`, tx.Who.Account())
	})
	return list, err
}

// holder gives an account of the ward with its passkeys.
func holder(ctx context.Context, tx *db.Tx, account string) (*keyHolder, error) {
	h := &keyHolder{ward: tx.Who.Ward()}
	var err error
	if h.account, err = inTx(ctx, tx, account); err != nil {
		return nil, err
	}
	err = tx.All(ctx, func(scan func(...any) error) error {
		var k heldKey
		var number, public, transports string
		var flags int
		var count int64
		if err := scan(&k.id, &number, &public, &transports, &flags, &count); err != nil {
			return err
		}
		c := &k.credential
		if c.ID, err = base64.RawURLEncoding.DecodeString(number); err != nil {
			return fmt.Errorf("passkey %s: number: %w", k.id, err)
		}
		if c.PublicKey, err = base64.RawURLEncoding.DecodeString(public); err != nil {
			return fmt.Errorf("passkey %s: public key: %w", k.id, err)
		}
		for t := range strings.FieldsSeq(transports) {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		c.Flags = webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(flags & 0xff))
		c.Authenticator.SignCount = uint32(count)
		h.keys = append(h.keys, k)
		return nil
	}, `select p.id, p.key_id, p.public_key, p.transports, p.flags, p.sign_count from passkeys p
		where p.ward_id = {ward} and p.account_id = $1 order by p.created_at, p.id`, account)
	return h, err
}

// BeginPasskey asks the browser for a new passkey of the actor's own account: it gives the options of navigator.credentials.create, in
// JSON. The answer must come from the same session.
func (s *Store) BeginPasskey(ctx context.Context, who access.Actor, session string) ([]byte, error) {
	if s.relying == nil {
		return nil, fault.Refused("accounts.passkeys_nowhere")
	}
	var h *keyHolder
	if err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		h, err = holder(ctx, tx, tx.Who.Account())
		return err
	}); err != nil {
		return nil, err
	}
	if len(h.keys) >= passkeysMost {
		return nil, fault.Refused("accounts.passkeys_most", "Most", passkeysMost)
	}
	creation, data, err := s.relying.web.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	s.asked.keep(data.Challenge, challenge{data: *data, account: who.Account(), session: session}, s.db.Now())
	return json.Marshal(creation.Response)
}

// AddPasskey keeps the passkey that a browser made for the actor's own account. device is its name where none was typed.
func (s *Store) AddPasskey(ctx context.Context, who access.Actor, session, name, device, response string) error {
	if s.relying == nil {
		return fault.Refused("accounts.passkeys_nowhere")
	}
	name, err := checkKeyName(name, device)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return fault.Refused("accounts.passkey_failed")
	}
	asked, ok := s.asked.take(parsed.Response.CollectedClientData.Challenge, s.db.Now())
	if !ok || asked.account == "" || asked.account != who.Account() || asked.session != session {
		return fault.Refused("accounts.passkey_late")
	}
	return s.own(ctx, who, func(tx *db.Tx) error {
		h, err := holder(ctx, tx, tx.Who.Account())
		if err != nil {
			return err
		}
		c, err := s.relying.web.CreateCredential(h, asked.data, parsed)
		if err != nil {
			return fault.Refused("accounts.passkey_failed")
		}
		if len(h.keys) >= passkeysMost {
			return fault.Refused("accounts.passkeys_most", "Most", passkeysMost)
		}
		var there int
		if err := tx.One(ctx, `select count(*) from passkeys p where p.ward_id = {ward} and p.key_id = $1`, encoded(c.ID)).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			return fault.Refused("accounts.passkey_there")
		}
		transports := make([]string, len(c.Transport))
		for i, t := range c.Transport {
			transports[i] = string(t)
		}
		id := tx.NewID()
		if _, err := tx.Exec(ctx, `insert into passkeys (ward_id, id, account_id, name, key_id, public_key, transports, flags, sign_count, created_at)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, tx.Who.Account(), name, encoded(c.ID), encoded(c.PublicKey), strings.Join(transports, " "),
			int(c.Flags.ProtocolValue()), int64(c.Authenticator.SignCount), tx.Millis()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.passkey_add", Object: "account", ID: tx.Who.Account(), Detail: id})
	})
}

// NamePasskey gives a passkey of the actor's own account another name.
func (s *Store) NamePasskey(ctx context.Context, who access.Actor, id, name string) error {
	name, err := checkKeyName(name, "")
	if err != nil {
		return err
	}
	return s.own(ctx, who, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `update passkeys as p set name = $1 where p.ward_id = {ward} and p.id = $2 and p.account_id = $3`,
			name, id, tx.Who.Account())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.passkey_name", Object: "account", ID: tx.Who.Account(), Detail: id})
	})
}

// EndPasskey takes a passkey of the actor's own account away: from now on it opens nothing.
func (s *Store) EndPasskey(ctx context.Context, who access.Actor, id string) error {
	return s.own(ctx, who, func(tx *db.Tx) error {
		if err := tx.Must1(tx.Exec(ctx, `delete from passkeys as p where p.ward_id = {ward} and p.id = $1 and p.account_id = $2`, id, tx.Who.Account())); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "account.passkey_end", Object: "account", ID: tx.Who.Account(), Detail: id})
	})
}

// dropPasskeys takes all passkeys of an account away and says how many there were: its phone is lost, or others know its secret.
func dropPasskeys(ctx context.Context, tx *db.Tx, account string) (int64, error) {
	n, err := tx.Exec(ctx, `delete from passkeys as p where p.ward_id = {ward} and p.account_id = $1`, account)
	if err != nil || n == 0 {
		return n, err
	}
	return n, tx.Audit(ctx, db.Entry{Action: "account.passkey_end_all", Object: "account", ID: account})
}

// BeginEntry asks a browser to sign in by a passkey: it gives the options of navigator.credentials.get, in JSON. They name no account:
// the device shows which ones it has. One network may ask some times without an answer, then it waits: the questions of all others
// would have to go for its own.
func (s *Store) BeginEntry(in Attempt) ([]byte, error) {
	if s.relying == nil {
		return nil, fault.NotFound("accounts.passkeys_nowhere")
	}
	if wait := s.limit.Take(askingBucket(in)); wait > 0 {
		return nil, slow(wait)
	}
	assertion, data, err := s.relying.web.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a sign-in by passkey: %w", err)
	}
	s.asked.keep(data.Challenge, challenge{data: *data}, s.db.Now())
	return json.Marshal(assertion.Response)
}

// EnterByPasskey begins a session for the account whose passkey answered. The device has asked for a finger, a face or its code, so that
// this is both steps at once: no code is asked for.
func (s *Store) EnterByPasskey(ctx context.Context, in Attempt, response string) (Started, error) {
	if s.relying == nil {
		return Started{}, fault.Refused("accounts.passkeys_nowhere")
	}
	address := bucket{"passkey " + network(in.From), addressPace}
	if wait := s.limit.Take(address); wait > 0 {
		return Started{}, slow(wait)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return Started{}, fault.Refused("accounts.passkey_failed")
	}
	asked, ok := s.asked.take(parsed.Response.CollectedClientData.Challenge, s.db.Now())
	if !ok || asked.account != "" {
		return Started{}, fault.Refused("accounts.passkey_late")
	}
	c, h, err := s.keyCandidate(ctx, parsed.Response.UserHandle)
	if err != nil {
		return Started{}, err
	}
	_, used, err := s.relying.web.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, asked.data, parsed)
	if err != nil || used.Authenticator.CloneWarning {
		return Started{}, fault.Refused("accounts.passkey_unknown")
	}
	key, ok := h.key(used.ID)
	if !ok {
		return Started{}, fault.Refused("accounts.passkey_unknown")
	}
	s.limit.Right(address, askingBucket(in))
	roles := usable(c.Grants, c.Kind)
	if len(roles) == 0 && c.Disabled.IsZero() {
		if err := s.handedOver(ctx, &c); err != nil {
			return Started{}, err
		}
	}
	if len(roles) == 0 || !c.Disabled.IsZero() {
		return Started{}, fault.Refused("accounts.paused")
	}
	waiting := ""
	if t, ok := parseToken(in.Session); ok && t.ward == c.ward {
		waiting = t.ID()
	}
	in.proven = true
	return s.start(ctx, actor(c.ward, c.Account, roles[0]), in, c.Phone, c.secret, c.Kind, c.Grants, func(tx *db.Tx) error {
		// Between the look-up and now the key may have been taken away or used, the secret changed, the account stopped.
		n, err := tx.Exec(ctx, `update passkeys as p set used_at = $1, sign_count = $2, flags = $3
			where p.ward_id = {ward} and p.id = $4 and p.account_id = $5 and p.sign_count = $6
			and exists (select 1 from accounts a where a.ward_id = p.ward_id and a.id = p.account_id and a.secret = $7 and a.disabled_at is null)`,
			tx.Millis(), int64(used.Authenticator.SignCount), int(used.Flags.ProtocolValue()), key.id, c.ID, int64(key.credential.Authenticator.SignCount), c.secret)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Refused("accounts.passkey_unknown")
		}
		// Who has given the password and then took the passkey in the place of the code leaves nothing behind that waits.
		if _, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.id = $1 and s.account_id = $2 and s.waiting`, waiting, c.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "session.passkey", Object: "account", ID: c.ID, Detail: key.id})
	})
}

// askingBucket counts the questions of a network that nobody answered rightly.
func askingBucket(in Attempt) bucket { return bucket{"passkey asked " + network(in.From), addressPace} }

// keyCandidate finds the account that a passkey names; the same words for one that is not there as for a wrong key.
func (s *Store) keyCandidate(ctx context.Context, handle []byte) (candidate, *keyHolder, error) {
	ward, account, ok := holderOf(handle)
	if !ok {
		return candidate{}, nil, fault.Refused("accounts.passkey_unknown")
	}
	c := candidate{ward: ward}
	var h *keyHolder
	err := s.db.Read(ctx, access.System(ward, "sign-in"), func(tx *db.Tx) (err error) {
		if h, err = holder(ctx, tx, account); err != nil {
			return err
		}
		c.Account = h.account
		return tx.One(ctx, `select a.secret from accounts a where a.ward_id = {ward} and a.id = $1`, account).Scan(&c.secret)
	})
	if fault.Is(err, fault.Missing) {
		return c, nil, fault.Refused("accounts.passkey_unknown")
	}
	return c, h, err
}
