package inbox

import (
	"context"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Store keeps the tables of this feature.
type Store struct {
	db      *db.DB
	out     Outside
	paid    sync.Mutex // short messages go one after another, so that their count for the day is exact
	signing []byte     // signs the links in letters; set by Keys before anything is sent
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// PageMost is the number of messages of a page.
const PageMost = 30

// visible is the condition that a message may be seen by whoever asks: it is theirs, and the house that it is about is within
// their reach now. Who handed a house over does not read on about it.
const visible = ` i.ward_id = {ward} and i.account_id = $1 and (m.house_id = ''
	or exists (select 1 from houses h where {home h} and h.id = m.house_id))`

const fromInbox = ` from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id where` + visible

// Listed is a page of somebody's inbox.
type Listed struct {
	Items  []Item
	Unread int
	// Elsewhere is how many unread messages belong to another role of the account.
	Elsewhere int
	Next      string // cursor of the next page, empty at the end
}

// List gives a page of the actor's own inbox, newest first; after is the cursor of an earlier page or empty.
func (s *Store) List(ctx context.Context, who access.Actor, after string) (Listed, error) {
	var out Listed
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		out = Listed{}
		account := tx.Who.Account()
		var all int
		if err := tx.One(ctx, `select count(*) from inbox i where i.ward_id = {ward} and i.account_id = $1 and i.read_at is null`, account).Scan(&all); err != nil {
			return err
		}
		if err := tx.One(ctx, `select count(*)`+fromInbox+` and i.read_at is null`, account).Scan(&out.Unread); err != nil {
			return err
		}
		out.Elsewhere = all - out.Unread
		query, args := `select m.id, m.kind, m.href, m.urgent, m.reason, m.created_at, coalesce(i.read_at, 0), m.key, m.pairs`+fromInbox, []any{account}
		if db.ValidID(after) {
			query += ` and i.message_id < $2`
			args = append(args, after)
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			x, err := scanItem(scan)
			if len(out.Items) == PageMost {
				out.Next = out.Items[PageMost-1].ID
				return err
			}
			out.Items = append(out.Items, x)
			return err
		}, query+` order by i.message_id desc limit 31`, args...)
	})
	return out, err
}

func scanItem(scan func(...any) error) (Item, error) {
	var x Item
	var at, read int64
	err := scan(&x.ID, &x.Kind, &x.Href, &x.Urgent, &x.Reason, &at, &read, &x.key, &x.pairs)
	x.At = time.UnixMilli(at)
	if read > 0 {
		x.Read = time.UnixMilli(read)
	}
	return x, err
}

// Unread counts what the actor has not read yet, for the top of every page; 0 for the program itself.
func (s *Store) Unread(ctx context.Context, who access.Actor) (int, error) {
	if who.Account() == "" {
		return 0, nil
	}
	n := 0
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.One(ctx, `select count(*)`+fromInbox+` and i.read_at is null`, tx.Who.Account()).Scan(&n)
	})
	return n, err
}

// Open gives one message of the actor's own inbox and notes that it was read.
func (s *Store) Open(ctx context.Context, who access.Actor, id string) (Item, error) {
	var x Item
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what somebody has read is theirs alone")
		var err error
		x, err = scanItem(tx.One(ctx, `select m.id, m.kind, m.href, m.urgent, m.reason, m.created_at, coalesce(i.read_at, 0), m.key, m.pairs`+fromInbox+` and i.message_id = $2`,
			tx.Who.Account(), id).Scan)
		if err != nil || !x.Read.IsZero() {
			return err
		}
		_, err = tx.Exec(ctx, `update inbox as i set read_at = $1 where i.ward_id = {ward} and i.account_id = $2 and i.message_id = $3 and i.read_at is null`,
			tx.Millis(), tx.Who.Account(), id)
		return err
	})
	return x, err
}

// ReadAll notes that everything up to a message was read: what came in after the page was drawn stays new. It gives how many
// there were.
func (s *Store) ReadAll(ctx context.Context, who access.Actor, upTo string) (int, error) {
	if !db.ValidID(upTo) {
		return 0, fault.NotFound("fault.not_found")
	}
	var n int64
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		tx.Untold("what somebody has read is theirs alone")
		var err error
		n, err = tx.Exec(ctx, `update inbox as i set read_at = $1 where i.ward_id = {ward} and i.account_id = $2 and i.read_at is null and i.message_id <= $3
			and exists (select 1 from messages m where m.ward_id = i.ward_id and m.id = i.message_id and (m.house_id = ''
				or exists (select 1 from houses h where {home h} and h.id = m.house_id)))`, tx.Millis(), tx.Who.Account(), upTo)
		return err
	})
	return int(n), err
}

// ReadBy gives how many of the accounts that a message reached have read it, and how many it reached: for the sender's page,
// who reads counts and no names.
func ReadBy(ctx context.Context, tx *db.Tx, about string) (read, reached int, err error) {
	err = tx.One(ctx, `select count(*) filter (where i.read_at is not null), count(*)
		from messages m join inbox i on i.ward_id = m.ward_id and i.message_id = m.id where m.ward_id = {ward} and m.about <> '' and m.about = $1`, about).Scan(&read, &reached)
	return read, reached, err
}
