package consents

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Store keeps the ledger.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Subject is who agrees: a household of a house, or an account.
type Subject struct {
	House, Household string
	Account          string
}

// columns are the subject as the table has it: one of house and account is null.
func (s Subject) columns() (house, account any) {
	if s.House != "" {
		return s.House, nil
	}
	return nil, s.Account
}

// Consent is a line of the ledger.
type Consent struct {
	ID        string
	Purpose   Purpose
	Household string
	Version   int
	Hash      string
	Channel   string // by which way: phone, by_head, or for messages push, mail, sms
	Given     time.Time
	By        string
	Withdrawn time.Time // zero: holds
}

// Holds reports whether the consent was not withdrawn.
func (c *Consent) Holds() bool { return c.Withdrawn.IsZero() }

// Give writes a consent to the words of today and gives its id. One that holds already for the same words stays; one to older words
// ends, and the new one takes its place. Whether the actor may speak for the subject is for the room that calls to know.
func Give(ctx context.Context, tx *db.Tx, s Subject, p Purpose, channel string) (string, error) {
	text := Today(p)
	house, account := s.columns()
	var id, hash string
	err := tx.All(ctx, func(scan func(...any) error) error { return scan(&id, &hash) },
		`select c.id, c.text_hash from consents c where c.ward_id = {ward} and c.purpose = $1 and c.channel = $2 and c.withdrawn_at is null
			and (c.house_id = cast($3 as text) and c.household = $4 or c.house_id is null and c.account_id = cast($5 as text))`, string(p), channel, house, s.Household, account)
	if err != nil || id != "" && hash == text.Hash() {
		return id, err
	}
	if id != "" {
		if err := Withdraw(ctx, tx, s, p, channel); err != nil {
			return "", err
		}
	}
	id = tx.NewID()
	if _, err := tx.Exec(ctx, `insert into consents (ward_id, id, purpose, house_id, household, account_id, text_version, text_hash, channel, given_at, given_by)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		id, string(p), house, s.Household, account, text.Version, text.Hash(), channel, tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "consent.give", Object: "consent", ID: id, House: s.House, Detail: string(p)})
}

// Withdraw ends what a subject agreed to; an empty channel means all of them. Withdrawing what does not hold changes nothing.
func Withdraw(ctx context.Context, tx *db.Tx, s Subject, p Purpose, channel string) error {
	house, account := s.columns()
	n, err := tx.Exec(ctx, `update consents as c set withdrawn_at = $1, withdrawn_by = $2 where c.ward_id = {ward} and c.purpose = $3 and c.withdrawn_at is null
		and ($4 = '' or c.channel = $4) and (c.house_id = cast($5 as text) and c.household = $6 or c.house_id is null and c.account_id = cast($7 as text))`,
		tx.Millis(), tx.Who.Name(), string(p), channel, house, s.Household, account)
	if err != nil || n == 0 {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "consent.withdraw", Object: "consent", House: s.House, Detail: string(p)})
}

// Mine lists what the actor's household and the actor's own account agreed to, the newest first.
func Mine(ctx context.Context, tx *db.Tx) ([]Consent, error) {
	house, label := tx.Who.Household()
	return agreed(ctx, tx, `(c.house_id = $1 and c.household = $2 or c.house_id is null and c.account_id = $3)`, house, label, tx.Who.Account())
}

// OfHousehold lists what a household agreed to, for the data protection officer who hands over what is kept of it.
func OfHousehold(ctx context.Context, tx *db.Tx, house, label string) ([]Consent, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return nil, err
	}
	return agreed(ctx, tx, `c.house_id = $1 and c.household = $2`, house, label)
}

func agreed(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Consent, error) {
	var out []Consent
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Consent
		var given, ended int64
		if err := scan(&c.ID, &c.Purpose, &c.Household, &c.Version, &c.Hash, &c.Channel, &given, &c.By, &ended); err != nil {
			return err
		}
		c.Given = time.UnixMilli(given)
		if ended > 0 {
			c.Withdrawn = time.UnixMilli(ended)
		}
		out = append(out, c)
		return nil
	}, `select c.id, c.purpose, c.household, c.text_version, c.text_hash, c.channel, c.given_at, c.given_by, coalesce(c.withdrawn_at, 0) from consents c
		where c.ward_id = {ward} and `+where+` order by c.given_at desc, c.id desc`, args...)
	return out, err
}

// Retain is periodic work: it deletes lines that were withdrawn so long ago that nobody can ask for them any more.
func (s *Store) Retain(ctx context.Context, who access.Actor) error {
	var n int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) (err error) {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		tx.Untold("nothing was old enough")
		n, err = tx.Exec(ctx, `delete from consents as c where c.ward_id = {ward} and c.withdrawn_at is not null and c.withdrawn_at < $1`,
			periods.Consent().Before(tx.Now).UnixMilli())
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		if err := periods.Consent().Destroyed(ctx, tx, int(n), civil.DayOf(periods.Consent().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "consent.expire", Object: "ward"})
	})
	if err == nil {
		queue.Note(ctx, "xóa %d lời đồng ý đã rút quá hạn giữ", n)
	}
	return err
}
