package db

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"sonha/ground/access"
)

// Receipt is one submission of a form: the number that its sender gave it, and a digest of what was sent. The first
// unit of work under it writes it down in its own transaction, so that the same submission takes effect once,
// however often it arrives: a double tap, a network that lost the answer, a crash.
type Receipt struct {
	Request string      // chosen by the sender, unique among the forms of the account
	Content string      // digest of the address and the fields
	taken   atomic.Bool // a unit of work is of this submission
	stored  atomic.Bool // that unit is on disk, and was no repeat
	// foretold is the answer that the unit wrote down with the submission; read it once the unit is over.
	foretold Answer
}

// Stored reports whether this very submission, not an earlier copy of it, is on disk.
func (r *Receipt) Stored() bool { return r.stored.Load() }

// KeepReceipts is how long a submission is remembered: a phone that lay in a drawer for a month may still send.
const KeepReceipts = 30 * 24 * time.Hour

type receiptKey struct{}

// Under gives a context in which the next Write is of the submission.
func Under(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, receiptKey{}, r)
}

// Apart gives a context for a write that may be done again without harm and is not the one that the submission is
// about, such as keeping photos that are known by their content.
func Apart(ctx context.Context) context.Context {
	if ctx.Value(receiptKey{}) == nil {
		return ctx
	}
	return context.WithValue(ctx, receiptKey{}, (*Receipt)(nil))
}

var errRepeated = errors.New("db: the same submission was taken before")

// Repeated reports whether a Write did nothing because the submission was taken before.
func Repeated(err error) bool { return errors.Is(err, errRepeated) }

var errTwoUnits = errors.New("db: a second unit of work under one submission: after a crash between the two, the second would never be done; " +
	"put both into one, or write the one that may be repeated under db.Apart")

// receipt gives the submission that a unit of work is the first of, nil for any other unit.
func (d *DB) receipt(ctx context.Context, who access.Actor) (*Receipt, error) {
	r, _ := ctx.Value(receiptKey{}).(*Receipt)
	if r == nil || who.Account() == "" {
		return nil, nil //nolint:nilnil // most units are of none
	}
	if !r.taken.CompareAndSwap(false, true) {
		if d.nesting != nil {
			return nil, errTwoUnits
		}
		return nil, nil //nolint:nilnil // the submission is written down already
	}
	return r, nil
}

type foretellingKey struct{}

// Foretelling gives a context for a Write that says itself, by Tx.Foretell, what its submission is answered with: both are
// written down in one row, instead of the answer once it has left.
func Foretelling(ctx context.Context) context.Context {
	return context.WithValue(ctx, foretellingKey{}, true)
}

// with writes the submission down before the unit does its work, or where the unit foretells the answer.
func (r *Receipt) with(ctx context.Context, fn func(*Tx) error) func(*Tx) error {
	later := ctx.Value(foretellingKey{}) != nil
	return func(tx *Tx) error {
		r.foretold = Answer{}
		tx.receipt = r
		if !later {
			if err := tx.Foretell(ctx, Answer{}); err != nil {
				return err
			}
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Foretell(ctx, Answer{})
	}
}

// Foretell writes the submission down that the unit is of, with what it will be answered with once the unit is on disk; the
// program answers a repeat so. The unit must not have changed anything before, and must give the error back, which says among others
// that the submission was taken before. It does nothing in a unit of no submission, or of one that is written down.
func (tx *Tx) Foretell(ctx context.Context, a Answer) error {
	r := tx.receipt
	if r == nil {
		return nil
	}
	tx.receipt = nil
	wrote := tx.wrote
	n, err := tx.Exec(ctx, `insert into receipts (ward_id, account_id, request_id, content, at, status, location, word, body)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
		tx.Who.Account(), r.Request, r.Content, tx.Millis(), a.Status, a.Location, a.Word, a.Body)
	if err != nil {
		return err
	}
	if n == 0 {
		return errRepeated
	}
	tx.wrote = wrote // the receipt alone changes nothing that an audit line would tell of
	r.foretold = a
	return nil
}

// Answer is what a submission was answered with. Status is 0 when the answer was not kept: the program stopped
// between the work and the answer, or the answer was a page.
type Answer struct {
	Status   int
	Location string // of a redirect
	Word     string // catalog key of what the next page says
	Body     string // of JSON
	At       time.Time
}

// answerOf is an answer on its way to the table.
type answerOf struct {
	ward             int
	account          string
	request, content string
}

// answers are kept in memory for an instant and written together: the reader does not wait for them.
type answers struct {
	mu      sync.Mutex
	pending map[answerOf]Answer
	writing map[answerOf]Answer
	idle    *sync.Cond // nothing is being written
	busy    bool
}

const (
	answersTogether = 20 * time.Millisecond
	answersMost     = 200 // in one unit of work
)

// KeepAnswer notes what a submission was answered with, unless its unit foretold it. It returns at once; Close waits until all is
// written.
func (d *DB) KeepAnswer(who access.Actor, r *Receipt, a Answer) {
	if !r.Stored() || who.Account() == "" || a == r.foretold {
		return
	}
	s := &d.answers
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil {
		s.pending = map[answerOf]Answer{}
		s.idle = sync.NewCond(&s.mu)
	}
	s.pending[answerOf{who.Ward(), who.Account(), r.Request, r.Content}] = a
	if !s.busy {
		s.busy = true
		go d.writeAnswers()
	}
}

// writeAnswers writes what is pending until nothing is.
func (d *DB) writeAnswers() {
	s := &d.answers
	for {
		select {
		case <-time.After(answersTogether):
		case <-d.closing:
		}
		s.mu.Lock()
		if len(s.pending) == 0 {
			s.busy = false
			s.idle.Broadcast()
			s.mu.Unlock()
			return
		}
		s.writing, s.pending = s.pending, map[answerOf]Answer{}
		s.mu.Unlock()
		byWard := map[int][]answerOf{}
		for k := range s.writing {
			byWard[k.ward] = append(byWard[k.ward], k)
		}
		for ward, keys := range byWard {
			for len(keys) > 0 {
				n := min(len(keys), answersMost)
				// An answer that could not be written is no loss: a repeat is told that all was done.
				_ = d.Write(context.Background(), access.System(ward, "receipts"), func(tx *Tx) error { return saveAnswers(tx, keys[:n], s.writing) })
				keys = keys[n:]
			}
		}
		s.mu.Lock()
		s.writing = nil
		s.mu.Unlock()
	}
}

func saveAnswers(tx *Tx, keys []answerOf, from map[answerOf]Answer) error {
	ctx := context.Background()
	for _, k := range keys {
		a := from[k]
		if _, err := tx.Exec(ctx, `update receipts set status = $1, location = $2, word = $3, body = $4
			where ward_id = {ward} and account_id = $5 and request_id = $6 and content = $7`,
			a.Status, a.Location, a.Word, a.Body, k.account, k.request, k.content); err != nil {
			return err
		}
	}
	tx.Untold("the answer to a form whose own line is there already")
	return nil
}

// settle waits until every answer is written.
func (s *answers) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.busy {
		s.idle.Wait()
	}
}

// Answered gives the answer to a submission that was taken before; fault.Missing when it was not.
func (d *DB) Answered(ctx context.Context, who access.Actor, r *Receipt) (Answer, error) {
	key := answerOf{who.Ward(), who.Account(), r.Request, r.Content}
	s := &d.answers
	s.mu.Lock()
	for _, list := range []map[answerOf]Answer{s.pending, s.writing} {
		if a, ok := list[key]; ok {
			s.mu.Unlock()
			return a, nil
		}
	}
	s.mu.Unlock()
	var a Answer
	var at int64
	err := d.Read(ctx, who, func(tx *Tx) error {
		return tx.One(ctx, `select x.status, x.location, x.word, x.body, x.at from receipts x
			where x.ward_id = {ward} and x.account_id = $1 and x.request_id = $2 and x.content = $3`, key.account, key.request, key.content).
			Scan(&a.Status, &a.Location, &a.Word, &a.Body, &at)
	})
	a.At = time.UnixMilli(at)
	return a, err
}

// ForgetReceipts deletes the receipts of the actor's ward that are older than KeepReceipts, and gives their number. They are looked up
// beside the work of others, along their key: an index by time would cost every form, for what is done once a night. Then a few
// thousand at a time are deleted, so that nobody waits for it.
func (d *DB) ForgetReceipts(ctx context.Context, who access.Actor) (int64, error) {
	const some = 2000
	var all int64
	var from, to receiptKeys
	for {
		n, before := 0, int64(0)
		if err := d.Read(ctx, who, func(tx *Tx) error {
			before = tx.Now.Add(-KeepReceipts).UnixMilli()
			return tx.All(ctx, func(scan func(...any) error) error {
				n++
				return scan(&to.account, &to.request, &to.content)
			}, `select x.account_id, x.request_id, x.content from receipts x
				where x.ward_id = {ward} and (x.account_id, x.request_id, x.content) > ($1, $2, $3) and x.at < $4
				order by x.account_id, x.request_id, x.content limit $5`, from.account, from.request, from.content, before, some)
		}); err != nil || n == 0 {
			return all, err
		}
		if err := d.Write(Apart(ctx), who, func(tx *Tx) error {
			tx.Untold("receipts whose time is over")
			gone, err := tx.Exec(ctx, `delete from receipts where ward_id = {ward} and (account_id, request_id, content) > ($1, $2, $3)
				and (account_id, request_id, content) <= ($4, $5, $6) and at < $7`,
				from.account, from.request, from.content, to.account, to.request, to.content, before)
			tx.After(func() { all += gone })
			return err
		}); err != nil || n < some {
			return all, err
		}
		from = to
	}
}

// receiptKeys is where in the receipts of a ward one stands.
type receiptKeys struct{ account, request, content string }

// OldReceipts counts the receipts of the actor's ward that ForgetReceipts would delete.
func (d *DB) OldReceipts(ctx context.Context, who access.Actor) (n int64, err error) {
	err = d.Read(ctx, who, func(tx *Tx) error {
		return tx.One(ctx, `select count(*) from receipts x where x.ward_id = {ward} and x.at < $1`, tx.Now.Add(-KeepReceipts).UnixMilli()).Scan(&n)
	})
	return n, err
}
