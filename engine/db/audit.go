package db

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"

	"sonha/ground/access"
)

// Entry is one line of the audit trail: who did what to which record, under which role. Detail is a few
// plain words or figures for the record's own history; never a text that somebody typed about a person.
type Entry struct {
	Action string // "inspection.finish"
	Object string // table or record kind: "inspection"
	ID     string // the record
	House  string // the house that the record belongs to, if any
	Detail string
	// Reason is what the form asked the actor to give, where it asks.
	Reason string
	// Before and After are digests of the record around the change, made by Digest, where the change gives them.
	Before, After string
}

// Digest is a SHA-256 in hexadecimal letters of a record's values in a fixed order, for Entry.Before and Entry.After.
// Two different lists of values never have the same digest by the way they are put together.
func Digest(values ...string) string {
	var b []byte
	for _, v := range values {
		b = appendText(b, v)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// line is an entry with who, where and when: what the chain holds.
type line struct {
	Entry

	ward    int
	id      string
	at      int64 // Unix milliseconds
	account string
	actor   string
	role    string
}

// mostLines is how many lines a unit holds back before it writes them: a unit that tells of a million houses is not
// to hold a million lines in memory.
const mostLines = 4096

// Audit appends a line to the trail, in the same transaction as the change that it tells of. The lines of a unit are
// chained and written at its end (chain.go); a unit that is rolled back takes its lines with it.
func (tx *Tx) Audit(ctx context.Context, e Entry) error {
	return tx.tell(ctx, line{
		Entry: e, id: lineID(tx.NewID(), tx.Millis(), tx.db.told.Add(1)), at: tx.Millis(), account: tx.Who.Account(), actor: tx.Who.Name(), role: string(tx.Who.Role()),
	})
}

// Tell is a unit of work that only appends a line to the trail: who took along what was read before.
func (d *DB) Tell(ctx context.Context, who access.Actor, e Entry) error {
	return d.Write(ctx, who, func(tx *Tx) error { return tx.Audit(ctx, e) })
}

// lineID is an id with the time of the line, because histories are read in the order of ids: also where a unit tells of what was before,
// and where the clock is not the world's. n keeps lines of one moment in the order in which they were told.
func lineID(id string, at int64, n uint32) string {
	raw, err := crockford.DecodeString(id)
	if err != nil || len(raw) != IDBytes {
		return id // a test's own
	}
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(at))
	copy(raw, stamp[2:])
	raw[6], raw[7], raw[8], raw[9] = 0x70|byte(n>>22&0x0f), byte(n>>14), 0x80|byte(n>>8&0x3f), byte(n)
	return EncodeID([IDBytes]byte(raw))
}

// Shelves is a table for statements that read the trail of one house: shelf (n), the shelves of 1,024 lines of the actor's ward. The lines
// with an answer of a self-assessment, of which there are more than of all others, have no index in the order of houses, which would change
// a page for each of them; they are found on each shelf:
//
//	with recursive ` + db.Shelves + `
//	select … from shelf cross join audit e where e.ward_id = {ward} and ` + db.OnShelf + ` and e.house_id = $1
//
// All other lines of a house are found so:
//
//	select … from audit e where e.ward_id = {ward} and ` + db.NoAnswer + ` and e.house_id = $1
const Shelves = `shelf (n) as (
	select coalesce(max(a.seq), 0) / 1024 from audit a where a.ward_id = {ward}
	union all select s.n - 1 from shelf s where s.n > 0)`

// OnShelf says of a line of the trail, e, that it is an answer on a shelf; in the words of the index.
const OnShelf = `e.action = 'assessment.answer' and e.seq / 1024 = shelf.n`

// NoAnswer says of a line of the trail, e, that it is about a house and no answer; in the words of the index.
const NoAnswer = `e.house_id <> '' and e.action <> 'assessment.answer'`

// Past says who did something before it was brought into the program.
type Past struct {
	ID    string // of the line; histories are read in the order of ids
	At    int64  // Unix milliseconds
	Actor string
	Role  access.Role
}

// AuditPast appends a line about what somebody did before. Only the program itself may: nobody writes a line in
// another's name.
func (tx *Tx) AuditPast(ctx context.Context, p Past, e Entry) error {
	if tx.Who.Role() != "system" {
		return errors.New("db: only the program itself tells of the past")
	}
	return tx.tell(ctx, line{Entry: e, id: p.ID, at: p.At, actor: p.Actor, role: string(p.Role)})
}

func (tx *Tx) tell(ctx context.Context, l line) error {
	switch {
	case !tx.writing:
		return errors.New("db: Audit inside Read")
	case tx.ended:
		return errors.New("db: the unit of work is over")
	case tx.failed != nil:
		return tx.failed
	}
	tx.Who.Touch()
	l.ward = nowhere
	if tx.Who.Known() {
		l.ward = tx.Who.Ward()
	}
	tx.lines = append(tx.lines, l)
	tx.audited = true
	if len(tx.lines) < mostLines {
		return nil
	}
	return tx.link(ctx)
}

// Untold lets the unit write without an audit line, for bookkeeping that nobody did: when a session was
// last seen, what has expired. The reason is for the reader of the code; `grep Untold` is the review list.
func (tx *Tx) Untold(reason string) {
	if reason != "" {
		tx.audited = true
	}
}

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
