package accounts

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Card is a printed card as it was given out. What its QR code says is kept nowhere.
type Card struct {
	Household string // H01; empty for the card of a house head
	Account   string
	Name      string // of the account
	Given     time.Time
	By        string
	Used      time.Time // the first scan, at which the PIN was chosen; zero before
}

// Opened is what somebody finds who scans a card: for whom it is, and whether a PIN is to be chosen yet.
type Opened struct {
	Role   access.Role
	Place  string // "36A Hàng Bạc · hộ H01"
	Number string // on the door: "36A"
	New    bool
	MayAdd bool // no phone number is known; one may be given

	ward    int
	id      string
	account Account
	secret  string
}

// House tells which house and household the card is for.
func (o *Opened) House() (house, household string) {
	for _, g := range o.account.Grants {
		if g.Role == o.Role {
			return g.Of, g.Household
		}
	}
	return "", ""
}

// OpenCard reads what the QR code of a card says. A card that was replaced or taken back is gone that minute.
func (s *Store) OpenCard(ctx context.Context, text string) (Opened, error) {
	t, ok := parseToken(text)
	if !ok {
		return Opened{}, fault.NotFound("accounts.card_gone")
	}
	o := Opened{ward: t.ward, id: t.ID()}
	err := s.db.Read(ctx, access.System(t.ward, "card"), func(tx *db.Tx) error {
		var id, household string
		err := tx.One(ctx, `select c.account_id, c.household, a.secret from cards c join accounts a on a.ward_id = c.ward_id and a.id = c.account_id
			where c.ward_id = {ward} and c.id = $1 and c.ended_at is null and a.disabled_at is null`, o.id).Scan(&id, &household, &o.secret)
		if err != nil {
			return err
		}
		if o.account, err = inTx(ctx, tx, id); err != nil {
			return err
		}
		o.Role = access.Head
		if household != "" {
			o.Role = access.Household
		}
		for _, g := range o.account.Grants {
			if g.Role == o.Role && g.Household == household {
				o.Place, o.Number = g.Label, g.number
			}
		}
		return nil
	})
	if fault.Is(err, fault.Missing) || (err == nil && o.Place == "") {
		return Opened{}, fault.NotFound("accounts.card_gone")
	}
	o.New, o.MayAdd = o.account.Kind == NoSecret, o.account.Phone == ""
	return o, err
}

// EnterByCard begins a session for the holder of a card. The first time a PIN is chosen, and a phone number may be given; later the
// PIN is asked for. Guessing is slowed per card, so that nobody without the card can make its owner wait.
func (s *Store) EnterByCard(ctx context.Context, text string, in Attempt) (Started, error) {
	o, err := s.OpenCard(ctx, text)
	if err != nil {
		return Started{}, err
	}
	if in.Secret == "" {
		return Started{}, fault.Invalid("secret", "fault.required")
	}
	if o.New {
		return s.firstScan(ctx, &o, in)
	}
	buckets := []bucket{{"card " + o.id, strangerPace}, {"address " + network(in.From), addressPace}}
	if nonce := parseDevices(in.Device).Known(o.account.Phone, o.secret); nonce != "" {
		buckets = []bucket{{"device " + o.account.ID + " " + nonce, knownPace}}
	}
	if wait := s.limit.Take(buckets...); wait > 0 {
		return Started{}, slow(wait)
	}
	in.Secret = in.Secret[:min(len(in.Secret), 4*passwordHigh)]
	right, err := s.vault.Verify(ctx, o.secret, in.Secret)
	if err != nil {
		return Started{}, err
	}
	if !right {
		return Started{}, fault.Invalid("secret", "accounts.wrong_pin")
	}
	s.limit.Right(buckets...)
	return s.start(ctx, actor(o.ward, o.account, o.Role), in, o.account.Phone, o.secret, o.account.Kind, o.account.Grants, func(tx *db.Tx) error {
		if err := s.stillMine(ctx, tx, &o); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update accounts as a set language = a.language where a.ward_id = {ward} and a.id = $1 and a.secret = $2 and a.disabled_at is null`,
			o.account.ID, o.secret)
		if err == nil && n == 0 {
			return fault.Refused("accounts.wrong_pin")
		}
		return err
	})
}

// firstScan sets the PIN that the holder of a new card chose.
func (s *Store) firstScan(ctx context.Context, o *Opened, in Attempt) (Started, error) {
	phone := o.account.Phone
	if phone == "" && civil.NFC(in.Phone) != "" {
		var err error
		if phone, err = checkPhone(in.Phone); err != nil {
			return Started{}, err
		}
	}
	if err := checkSecret(PIN, in.Secret, phone, o.account.Name); err != nil {
		return Started{}, err
	}
	if !mayUsePIN(o.account.Grants) {
		return Started{}, fault.Refused("accounts.password_needed", "Least", passwordLow)
	}
	stored, err := s.vault.Hash(ctx, in.Secret)
	if err != nil {
		return Started{}, err
	}
	return s.start(ctx, actor(o.ward, o.account, o.Role), in, phone, stored, PIN, o.account.Grants, func(tx *db.Tx) error {
		if err := s.stillMine(ctx, tx, o); err != nil {
			return err
		}
		if err := claim(ctx, tx, o.account.ID, o.account.Phone, phone); err != nil {
			return err
		}
		return setSecret(ctx, tx, o.account, phone, PIN, stored)
	})
}

// stillMine notes the use of a card in the unit that begins its session; a card ended meanwhile is gone.
func (s *Store) stillMine(ctx context.Context, tx *db.Tx, o *Opened) error {
	n, err := tx.Exec(ctx, `update cards as c set used_at = coalesce(c.used_at, $1) where c.ward_id = {ward} and c.id = $2 and c.ended_at is null`, tx.Millis(), o.id)
	if err == nil && n == 0 {
		return fault.NotFound("accounts.card_gone")
	}
	return err
}

// IssueCard gives out a card for a household of a house that the actor may give cards for, with an account when the household has
// none yet, and gives what its QR code says. The card of before dies with this unit: its sessions end and its PIN is forgotten, since
// a card is asked for again when it is lost or the PIN is. renewed tells that somebody had signed in with the account.
func (s *Store) IssueCard(ctx context.Context, tx *db.Tx, house, household string) (text string, renewed bool, err error) {
	if err := mayIssue(ctx, tx, house); err != nil {
		return "", false, err
	}
	account, kind := "", NoSecret
	err = tx.One(ctx, `select a.id, a.secret_kind from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id
		where g.ward_id = {ward} and g.house_id = $1 and g.role = 'household' and g.household = $2 and g.ended_at is null`, house, household).Scan(&account, &kind)
	if fault.Is(err, fault.Missing) {
		account, err = add(ctx, tx, New{
			Name: "Đại diện hộ " + household, Grants: []Grant{{Role: access.Household, Of: house, Household: household}},
		}, NoSecret, "")
	}
	if err != nil {
		return "", false, err
	}
	if kind == Password { // of somebody who has other work too: a card must not take their password away
		return "", false, fault.Refused("accounts.card_for_password", "Household", household)
	}
	if err := s.endCard(ctx, tx, account, true); err != nil {
		return "", false, err
	}
	text, err = giveCard(ctx, tx, account, house, household)
	return text, kind != NoSecret, err
}

// IssueHeadCard gives out a card for the head of a house: a second way in beside the phone number. The PIN stays.
func (s *Store) IssueHeadCard(ctx context.Context, tx *db.Tx, house, account string) (string, error) {
	if err := mayIssue(ctx, tx, house); err != nil {
		return "", err
	}
	if tx.Who.Role() == access.Head {
		return "", fault.Refused("accounts.card_for_self")
	}
	a, err := inTx(ctx, tx, account)
	if err != nil {
		return "", err
	}
	holds := false
	for _, g := range a.Grants {
		holds = holds || g.Role == access.Head && g.Of == house
	}
	if !holds || !a.Disabled.IsZero() || a.Kind == Password || !mayUsePIN(a.Grants) {
		return "", fault.NotFound("fault.not_found")
	}
	if err := s.endCard(ctx, tx, account, false); err != nil {
		return "", err
	}
	return giveCard(ctx, tx, account, house, "")
}

func giveCard(ctx context.Context, tx *db.Tx, account, house, household string) (string, error) {
	card := newToken(tx.Who.Ward())
	if _, err := tx.Exec(ctx, `insert into cards (ward_id, id, account_id, house_id, household, created_at, created_by) values ({ward}, $1, $2, $3, $4, $5, $6)`,
		card.ID(), account, house, household, tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	return card.String(), tx.Audit(ctx, db.Entry{Action: "card.issue", Object: "account", ID: account, House: house, Detail: household})
}

// RevokeCard takes the card of a household back without giving another: it and its sessions end at once.
func (s *Store) RevokeCard(ctx context.Context, tx *db.Tx, house, household string) error {
	if err := mayIssue(ctx, tx, house); err != nil {
		return err
	}
	var account string
	if err := tx.One(ctx, `select c.account_id from cards c where c.ward_id = {ward} and c.house_id = $1 and c.household = $2 and c.ended_at is null and c.household <> ''`,
		house, household).Scan(&account); err != nil {
		return err
	}
	if err := s.endCard(ctx, tx, account, true); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "card.revoke", Object: "account", ID: account, House: house, Detail: household})
}

// endCard ends the card that an account has now, with its sessions and, when forget says so, its PIN.
func (s *Store) endCard(ctx context.Context, tx *db.Tx, account string, forget bool) error {
	ward := tx.Who.Ward()
	tx.After(func() { s.cache.forget(ward, account) })
	if _, err := tx.Exec(ctx, `update cards as c set ended_at = $1 where c.ward_id = {ward} and c.account_id = $2 and c.ended_at is null`, tx.Millis(), account); err != nil {
		return err
	}
	if !forget {
		return nil
	}
	if _, err := tx.Exec(ctx, `update accounts as a set secret_kind = 'none', secret = '', version = a.version + 1
		where a.ward_id = {ward} and a.id = $1 and a.secret_kind = 'pin'`, account); err != nil {
		return err
	}
	if err := forgetPhone(ctx, tx, account); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.account_id = $1`, account)
	return err
}

// forgetPhone takes the telephone number off an account that speaks for a household and does nothing else: whoever holds the next card
// must not read it there, and gives an own one if they like. A head who lives in the house keeps the number that heads sign in with.
func forgetPhone(ctx context.Context, tx *db.Tx, account string) error {
	a, err := inTx(ctx, tx, account)
	if err != nil || a.Phone == "" || a.Kind == Password || slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role != access.Household }) {
		return err
	}
	if err := claim(ctx, tx, account, a.Phone, ""); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update accounts as a set phone = '', fold = $1, version = a.version + 1 where a.ward_id = {ward} and a.id = $2`, foldOf(a.Name, ""), account)
	return err
}

// mayIssue refuses a house for which the actor gives out no cards: a head has its own, a group lead those of the group, the
// administrator all of the ward, by their numbers alone.
func mayIssue(ctx context.Context, tx *db.Tx, house string) error {
	if err := tx.Need(access.IssueCards); err != nil {
		return err
	}
	if tx.Who.May(access.ManageUsers) {
		return tx.One(ctx, `select h.id from houses h where h.ward_id = {ward} and h.id = $1`, house).Scan(new(string))
	}
	return tx.One(ctx, `select h.id from houses h where {scope h} and h.id = $1`, house).Scan(new(string))
}

// Cards lists the cards of a house that work now, of its households and of its heads.
func (s *Store) Cards(ctx context.Context, tx *db.Tx, house string) ([]Card, error) {
	if err := mayIssue(ctx, tx, house); err != nil {
		return nil, err
	}
	var out []Card
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Card
		var given, used int64
		if err := scan(&c.Household, &c.Account, &c.Name, &given, &c.By, &used); err != nil {
			return err
		}
		c.Given = time.UnixMilli(given)
		if used > 0 {
			c.Used = time.UnixMilli(used)
		}
		out = append(out, c)
		return nil
	}, `select c.household, c.account_id, a.name, c.created_at, c.created_by, coalesce(c.used_at, 0) from cards c
			join accounts a on a.ward_id = c.ward_id and a.id = c.account_id
		where c.ward_id = {ward} and c.house_id = $1 and c.ended_at is null order by c.household, c.id`, house)
	return out, err
}

// Heads lists the accounts of the heads of a house that may sign in with a card: those who use a PIN or have chosen nothing yet.
func (s *Store) Heads(ctx context.Context, tx *db.Tx, house string) ([]Account, error) {
	if err := mayIssue(ctx, tx, house); err != nil {
		return nil, err
	}
	var out []Account
	if err := tx.All(ctx, func(scan func(...any) error) error {
		a, err := scanAccount(scan)
		out = append(out, a)
		return err
	}, `select `+accountColumns+` from accounts a where a.ward_id = {ward} and a.disabled_at is null and a.secret_kind <> 'password'
			and exists (select 1 from grants g where g.ward_id = a.ward_id and g.account_id = a.id and g.role = 'head' and g.house_id = $1 and g.ended_at is null)
		order by a.sort_key, a.id`, house); err != nil {
		return nil, err
	}
	return out, addGrants(ctx, tx, out)
}
