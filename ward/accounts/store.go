package accounts

import (
	"context"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Store keeps the tables of this feature.
type Store struct {
	db    *db.DB
	vault *vault
	limit *limiter
	cache *cache
	seen  *lastSeen

	asked    *waits[challenge]
	errands  *waits[errand] // on the way to the identity provider
	provider *Provider      // nil: there is none
	relying  *relying       // nil: nobody signs in by a passkey here

	// clock is the world's, by which authenticators go, also where the demo lives on another day.
	clock func() time.Time
	// teller tells an account what somebody else did to its way in; nobody is told when nil.
	teller func(ctx context.Context, tx *db.Tx, account string, what Told) error
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store {
	s := &Store{db: d, vault: newVault(), limit: newLimiter(d.Now), cache: newCache(), asked: newWaits[challenge](), errands: newWaits[errand](), clock: time.Now}
	s.seen = newLastSeen(s.writeSeen)
	return s
}

// Settle waits until the times of last requests that are known so far are written. It is called before the
// database is closed.
func (s *Store) Settle() { s.seen.running.Wait() }

const accountColumns = `a.id, a.name, a.phone, a.secret_kind, a.language, a.large_text, a.created_at, coalesce(a.disabled_at, 0), a.version`

func scanAccount(scan func(...any) error) (Account, error) {
	var a Account
	var created, disabled int64
	err := scan(&a.ID, &a.Name, &a.Phone, &a.Kind, &a.Language, &a.LargeText, &created, &disabled, &a.Version)
	a.Created = time.UnixMilli(created)
	if disabled > 0 {
		a.Disabled = time.UnixMilli(disabled)
	}
	return a, err
}

// Query is what the list of accounts shows: a name, phone or address as typed, a role, and from which row.
type Query struct {
	Text string
	Role access.Role
	From int
}

// ListMost is the number of rows of a list.
const ListMost = 50

// List gives accounts of the actor's ward with their roles, in the order of a Vietnamese list of names, and
// how many there are in all.
func (s *Store) List(ctx context.Context, who access.Actor, q Query) ([]Account, int, error) {
	var out []Account
	total := 0
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		const where = ` from accounts a where a.ward_id = {ward}
			and (cast($1 as text) = '' or a.fold like $1 escape '\' or exists (select 1 from grants g
				join houses h on h.ward_id = g.ward_id and h.id = g.house_id
				where g.ward_id = a.ward_id and g.account_id = a.id and g.ended_at is null and h.fold like $1 escape '\'))
			and (cast($2 as text) = '' or exists (select 1 from grants g
				where g.ward_id = a.ward_id and g.account_id = a.id and g.ended_at is null and g.role = $2))`
		like, role := pattern(q.Text), string(q.Role)
		if err := tx.One(ctx, `select count(*)`+where, like, role).Scan(&total); err != nil {
			return err
		}
		err := tx.All(ctx, func(scan func(...any) error) error {
			a, err := scanAccount(scan)
			out = append(out, a)
			return err
		}, `select `+accountColumns+where+` order by a.sort_key, a.id limit $3 offset $4`, like, role, ListMost, max(q.From, 0))
		if err != nil {
			return err
		}
		return addGrants(ctx, tx, out)
	})
	return out, total, err
}

// pattern is what is typed as a LIKE pattern over folded text; a phone number is found however it is spaced.
func pattern(text string) string {
	fold := civil.Fold(text)
	if fold == "" {
		return ""
	}
	if d := strings.NewReplacer(" ", "", ".", "", "-", "", "+84", "0").Replace(fold); digits(d) {
		fold = d
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(fold) + "%"
}

func foldOf(name string, phone civil.Phone) string { return civil.Fold(name + " " + phone.Local()) }

// Get gives one account of the actor's ward with its roles.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Account, error) {
	var a Account
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		err := tx.Need(access.ManageUsers)
		if err == nil {
			a, err = inTx(ctx, tx, id)
		}
		return err
	})
	return a, err
}

// ByPhone gives the account of the actor's ward that signs in with a phone number.
func (s *Store) ByPhone(ctx context.Context, who access.Actor, phone string) (Account, error) {
	number, err := checkPhone(phone)
	if err != nil {
		return Account{}, err
	}
	var a Account
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		var id string
		if err := tx.One(ctx, `select c.owner_id from claims c where c.kind = 'phone' and c.value = $1 and c.ward_id = {ward}`, string(number)).Scan(&id); err != nil {
			return err
		}
		a, err = inTx(ctx, tx, id)
		return err
	})
	return a, err
}

// Mine gives the actor's own account with its roles.
func (s *Store) Mine(ctx context.Context, who access.Actor) (Account, error) {
	var a Account
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		a, err = inTx(ctx, tx, tx.Who.Account())
		return err
	})
	return a, err
}

func inTx(ctx context.Context, tx *db.Tx, id string) (Account, error) {
	a, err := scanAccount(tx.One(ctx, `select `+accountColumns+` from accounts a where a.ward_id = {ward} and a.id = $1`, id).Scan)
	if err != nil {
		return a, err
	}
	list := []Account{a}
	err = addGrants(ctx, tx, list)
	return list[0], err
}

// addGrants reads the roles that accounts hold now, all in one statement.
func addGrants(ctx context.Context, tx *db.Tx, list []Account) error {
	if len(list) == 0 {
		return nil
	}
	at := map[string]*Account{}
	ids := make([]string, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
		ids[i] = list[i].ID
	}
	which, args := db.Among("g.account_id", 1, ids)
	return tx.All(ctx, func(scan func(...any) error) error {
		var g Grant
		var account, street, beat, group string
		var since int64
		if err := scan(&g.ID, &account, &g.Role, &g.Of, &g.Household, &since, &g.number, &street, &beat, &group); err != nil {
			return err
		}
		g.Since = time.UnixMilli(since)
		g.Label = civil.NFC(g.number + " " + street + beat + group)
		if g.Household != "" {
			g.Label += " · hộ " + g.Household
		}
		a := at[account]
		a.Grants = append(a.Grants, g)
		return nil
	}, `select g.id, g.account_id, g.role, coalesce(g.house_id, coalesce(g.beat_id, coalesce(g.group_id, ''))), g.household, g.granted_at,
			coalesce(h.number, ''), coalesce(s.name, ''), coalesce(b.name, ''), coalesce(r.name, '')
		from grants g
			left join houses h on h.ward_id = g.ward_id and h.id = g.house_id
			left join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			left join beats b on b.ward_id = g.ward_id and b.id = g.beat_id
			left join areas r on r.ward_id = g.ward_id and r.id = g.group_id
		where g.ward_id = {ward} and g.ended_at is null and `+which+`
		order by g.granted_at, g.id`, args...)
}

// FindHouse gives the id of the house that an address names, for making somebody its head.
func (s *Store) FindHouse(ctx context.Context, who access.Actor, text string) (string, error) {
	if civil.NFC(text) == "" {
		return "", fault.Invalid("house", "fault.required")
	}
	number, street, err := civil.ParseAddress(text)
	if err != nil {
		return "", fault.Invalid("house", "accounts.bad_address")
	}
	var id string
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		return tx.One(ctx, `select h.id from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			where h.ward_id = {ward} and s.name_key = $1 and h.number_key = $2`, street.Key, number.Key).Scan(&id)
	})
	if fault.Is(err, fault.Missing) && who.May(access.ManageUsers) {
		return "", fault.Invalid("house", "accounts.no_house", "Address", number.Text+" "+street.Name)
	}
	return id, err
}

// Create makes an account with its roles. Without a secret it can sign in only after Invite. Only the
// program itself may set a secret, for the demo, where it may be an easy one: an administrator never knows
// anybody's.
func (s *Store) Create(ctx context.Context, who access.Actor, n New) (Account, error) {
	secret, kind := "", NoSecret
	if n.Secret != "" {
		if who.Role() != "system" {
			return Account{}, fault.Invalid("secret", "accounts.secret_by_owner")
		}
		var err error
		if kind, err = kindFor(n.Grants, n.Secret); err != nil {
			return Account{}, err
		}
		if secret, err = s.vault.Hash(ctx, n.Secret); err != nil {
			return Account{}, err
		}
	}
	var a Account
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		if err := areas.EnsureCity(ctx, tx); err != nil {
			return err
		}
		id, err := add(ctx, tx, n, kind, secret)
		if err != nil {
			return err
		}
		a, err = inTx(ctx, tx, id)
		return err
	})
	return a, err
}

// kindFor decides what kind of secret a text is for an account with these roles.
func kindFor(grants []Grant, text string) (Kind, error) {
	kind := kindOf(text)
	if kind == PIN && !mayUsePIN(grants) {
		return kind, fault.Invalid("secret", "accounts.password_needed", "Least", passwordLow)
	}
	return kind, nil
}

// choose is kindFor, and refuses weak secrets.
func choose(grants []Grant, text, phone, name string) (Kind, error) {
	kind, err := kindFor(grants, text)
	if err != nil {
		return kind, err
	}
	number, err := civil.ParsePhone(phone)
	if err != nil {
		number = ""
	}
	return kind, checkSecret(kind, text, number, name)
}

func add(ctx context.Context, tx *db.Tx, n New, kind Kind, secret string) (string, error) {
	name, badName := checkName(n.Name)
	phone, badPhone := checkPhoneIfAny(n.Phone)
	bad := []error{badName, badPhone}
	for _, g := range n.Grants {
		bad = append(bad, checkGrant(tx.Who.Ward(), g))
	}
	if err := fault.Together(bad...); err != nil {
		return "", err
	}
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into accounts (ward_id, id, name, fold, sort_key, phone, secret_kind, secret, language, large_text, created_at, created_by, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, 'vi', $8, $9, $10, 1)`,
		id, name, foldOf(name, phone), civil.NameKey(name), string(phone), string(kind), secret, false, tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	if err := claim(ctx, tx, id, "", phone); err != nil {
		return "", err
	}
	if err := tx.Audit(ctx, db.Entry{Action: "account.create", Object: "account", ID: id}); err != nil {
		return "", err
	}
	for _, g := range n.Grants {
		if err := grant(ctx, tx, id, g); err != nil {
			return "", err
		}
	}
	return id, nil
}

// claim moves an account's claim on a phone number, unique across all wards, from one number to another.
func claim(ctx context.Context, tx *db.Tx, account string, from, to civil.Phone) error {
	if from == to {
		return nil
	}
	if from != "" {
		if _, err := tx.Exec(ctx, `delete from claims as c where c.kind = 'phone' and c.value = $1 and c.ward_id = {ward} and c.owner_id = $2`, string(from), account); err != nil {
			return err
		}
	}
	if to == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into claims (kind, value, ward_id, owner_id) values ('phone', $1, {ward}, $2)`, string(to), account)
	if fault.Is(err, fault.Clash) {
		return fault.Invalid("phone", "accounts.phone_taken")
	}
	return err
}

// Edit changes name and phone of an account. version is the one that the reader saw.
func (s *Store) Edit(ctx context.Context, who access.Actor, id, name, phone string, version int) error {
	name, badName := checkName(name)
	number, badPhone := checkPhoneIfAny(phone)
	if err := fault.Together(badName, badPhone); err != nil {
		return err
	}
	return s.change(ctx, who, id, func(tx *db.Tx, a Account) error {
		if number == "" && a.Kind != NoSecret && a.Phone != "" { // who came in by a card may never have given one
			return fault.Invalid("phone", "fault.required")
		}
		if err := claim(ctx, tx, id, a.Phone, number); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update accounts as a set name = $1, fold = $2, sort_key = $3, phone = $4, version = a.version + 1
			where a.ward_id = {ward} and a.id = $5 and a.version = $6`, name, foldOf(name, number), civil.NameKey(name), string(number), id, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		what := "tên"
		if number != a.Phone {
			what = "tên, số điện thoại"
		}
		return tx.Audit(ctx, db.Entry{Action: "account.edit", Object: "account", ID: id, Detail: what})
	})
}

// change runs fn over an account that the actor manages, and forgets what the cache knew of it.
func (s *Store) change(ctx context.Context, who access.Actor, id string, fn func(*db.Tx, Account) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageUsers); err != nil {
			return err
		}
		a, err := inTx(ctx, tx, id)
		if err != nil {
			return err
		}
		tx.After(func() { s.cache.forget(who.Ward(), id) })
		return fn(tx, a)
	})
}
