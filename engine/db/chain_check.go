package db

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"sonha/ground/access"
	"sonha/ground/fault"
)

// Head is where a ward's chain stands after a line: its number and its hash. Printed or sent away, it finds a chain
// that was made anew.
type Head struct {
	Ward int       `json:"ward"`
	Seq  int64     `json:"line"`
	Hash string    `json:"hash"` // of the number of the encoding and the SHA-256, in hexadecimal letters
	At   time.Time `json:"at"`   // when the line was written; zero where it is not asked for
}

// Wrong says what is wrong at a line.
type Wrong string

// What can be wrong at a line.
const (
	Changed  Wrong = "changed"   // the line does not say what was written
	Removed  Wrong = "removed"   // the line is not there
	Moved    Wrong = "moved"     // the line was not written behind the one before it: lines were put in or changed places
	HeadGone Wrong = "head gone" // there are lines, and nothing says which is the last
	Replaced Wrong = "replaced"  // the line is in order by itself, and is not the one of which a head was kept
)

// Break is the first line at which a chain is not what was written.
type Break struct {
	Seq    int64     `json:"line"`
	Wrong  Wrong     `json:"wrong"`
	At     time.Time `json:"at,omitzero"` // as the line says now; zero when it is not there
	Action string    `json:"action,omitempty"`
}

// Checked is what CheckChain found in a ward.
type Checked struct {
	Ward  int    `json:"ward"`
	Lines int64  `json:"lines"` // that are in order
	Head  Head   `json:"head"`  // the last of them
	Break *Break `json:"break,omitempty"`
}

// CheckChain reads the chain of the actor's ward from its first line and stops at the first that is changed, removed,
// put in or moved. kept are heads that were kept elsewhere; each must be what it was. progress may be nil.
func (d *DB) CheckChain(ctx context.Context, who access.Actor, kept []Head, progress func(done, total int64)) (Checked, error) {
	c := checker{Checked: Checked{Ward: who.Ward()}, last: noLine(), kept: map[int64]string{}}
	for _, k := range kept {
		if k.Ward == c.Ward {
			c.kept[k.Seq] = k.Hash
		}
	}
	// The head is read before the lines: those that are written meanwhile come behind it.
	stored, err := d.storedHead(ctx, who)
	if err != nil {
		return c.Checked, err
	}
	c.stored = stored
	for c.Break == nil {
		n, err := d.checkSome(ctx, who, &c)
		if err != nil {
			return c.Checked, err
		}
		if progress != nil {
			progress(min(c.last.seq, stored.seq), stored.seq)
		}
		if n == 0 {
			break
		}
	}
	c.ended()
	c.Head = Head{Ward: c.Ward, Seq: c.last.seq, Hash: hex.EncodeToString(c.last.hash), At: c.Head.At}
	return c.Checked, nil
}

// checker walks along a chain.
type checker struct {
	Checked

	last   head // line that is in order
	stored head // as it is written down
	kept   map[int64]string
	buf    []byte
}

// take looks at the next line that there is.
func (c *checker) take(l *line, seq int64, before, hash []byte) {
	at := time.UnixMilli(l.at)
	found := func(n int64, w Wrong) { c.Break = &Break{Seq: n, Wrong: w, At: at, Action: l.Action} }
	if seq != c.last.seq+1 {
		c.Break = &Break{Seq: c.last.seq + 1, Wrong: Removed}
		return
	}
	sum, buf := l.sum(seq, before, c.buf)
	c.buf = buf
	sound, follows := bytes.Equal(sum, hash), bytes.Equal(before, c.last.hash)
	switch {
	case sound && follows:
	case sound && seq > 1:
		// It stands behind a line that was another one when it was written.
		c.Break = &Break{Seq: c.last.seq, Wrong: Changed, At: c.Head.At}
		c.Lines--
		return
	case follows:
		found(seq, Changed)
		return
	default:
		found(seq, Moved)
		return
	}
	if seq == c.stored.seq && !bytes.Equal(hash, c.stored.hash) {
		found(seq, Replaced)
		return
	}
	if want, ok := c.kept[seq]; ok {
		if want != hex.EncodeToString(hash) {
			found(seq, Replaced)
			return
		}
		delete(c.kept, seq)
	}
	c.last = head{seq, hash}
	c.Lines++
	c.Head.At = at
}

// ended looks at what should have come.
func (c *checker) ended() {
	if c.Break != nil {
		return
	}
	switch {
	case c.stored.seq == 0 && c.last.seq > 0:
		c.Break = &Break{Seq: c.last.seq, Wrong: HeadGone}
	case c.last.seq < c.stored.seq:
		c.Break = &Break{Seq: c.last.seq + 1, Wrong: Removed}
	default:
		for seq := range c.kept {
			if c.Break == nil || seq < c.Break.Seq {
				c.Break = &Break{Seq: seq, Wrong: Removed}
			}
		}
	}
}

func (d *DB) storedHead(ctx context.Context, who access.Actor) (head, error) {
	h := noLine()
	err := d.Read(ctx, who, func(tx *Tx) error {
		return tx.One(ctx, `select x.seq, x.hash from audit_heads x where x.ward_id = {ward}`).Scan(&h.seq, &h.hash)
	})
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return h, err
}

// checkSome reads a page of the chain, so that a long one holds nobody up.
func (d *DB) checkSome(ctx context.Context, who access.Actor, c *checker) (n int, err error) {
	const some = 1000
	err = d.Read(ctx, who, func(tx *Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			l := line{ward: c.Ward}
			var seq int64
			var before, hash []byte
			if err := scan(&seq, &l.id, &l.at, &l.account, &l.actor, &l.role, &l.Action, &l.Object, &l.ID, &l.House, &l.Detail, &l.Reason, &l.Before, &l.After,
				&before, &hash); err != nil {
				return err
			}
			n++
			if c.Break == nil {
				c.take(&l, seq, before, hash)
			}
			return nil
		}, `select a.seq, a.id, a.at, a.account_id, a.actor, a.role, a.action, a.object, a.object_id, a.house_id, a.detail, a.reason, a.digest_before, a.digest_after,
			a.before_hash, a.hash from audit a where a.ward_id = {ward} and a.seq > $1 order by a.seq limit $2`, c.last.seq, some)
	})
	return n, err
}

// ChainHead is the head of the actor's ward: the last line written before a time. fault.Missing when there is none.
func (d *DB) ChainHead(ctx context.Context, who access.Actor, before time.Time) (Head, error) {
	h := Head{Ward: who.Ward()}
	err := d.Read(ctx, who, func(tx *Tx) error {
		var at int64
		var hash []byte
		if err := tx.One(ctx, `select a.seq, a.hash, a.at from audit a where a.ward_id = {ward} and a.at < $1 order by a.seq desc limit 1`, before.UnixMilli()).
			Scan(&h.Seq, &hash, &at); err != nil {
			return err
		}
		h.Hash, h.At = hex.EncodeToString(hash), time.UnixMilli(at)
		return nil
	})
	return h, err
}

// ChainedWards lists the wards that have an audit trail or should have one, in order of their numbers.
func (d *DB) ChainedWards(ctx context.Context) ([]int, error) {
	var all []int
	err := d.Read(ctx, access.System(0, "audit"), func(tx *Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var id int
			err := scan(&id)
			all = append(all, id)
			return err
		}, `select x.ward_id from audit_heads x {any: each ward's chain is checked by itself} union select w.id from wards w`)
	})
	slices.Sort(all)
	return all, err
}

// Shown is the hash as people compare it: groups of eight letters.
func (h Head) Shown() string {
	var groups []string
	for part := range slices.Chunk([]byte(h.Hash), 8) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// ParseHead reads a head as it is printed: the number of the line, and the hash with or without blanks. The ward is the
// caller's to set.
func ParseHead(seq int64, hash string) (Head, error) {
	hash = strings.ToLower(strings.Join(strings.Fields(hash), ""))
	if b, err := hex.DecodeString(hash); err != nil || len(b) != hashBytes || seq < 1 {
		return Head{}, errors.New("db: not a head of an audit trail")
	}
	return Head{Seq: seq, Hash: hash}, nil
}
