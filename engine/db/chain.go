package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// The audit trail of a ward is a chain. Every line has the next number of its ward and carries the hash of the line
// before it and its own, which covers both and everything that the line says. Whoever changes, removes, puts in or
// moves a line later leaves a place where the hashes do not meet, and CheckChain names it. Whoever may write to the
// database can make the whole chain anew from there on; the head of each day, printed or sent away, finds that.

// encoding is the number of the form in which a line is hashed; every hash begins with it, so that a later form can
// stand beside it in one chain.
const encoding = 1

// hashBytes is the length of a stored hash: the number of its encoding and a SHA-256.
const hashBytes = 1 + sha256.Size

// head is the last line of a ward's chain: its number and hash. Before the first line it is 0 and all zeros.
type head struct {
	seq  int64
	hash []byte
}

func noLine() head { return head{hash: make([]byte, hashBytes)} }

// sum is the hash of the line as number seq behind the hash before. Numbers are eight bytes, highest first; texts are
// preceded by their length, so that nothing can move from one field to the next. buf is scratch to build in.
func (l *line) sum(seq int64, before, buf []byte) (hash, scratch []byte) {
	b := buf[:0]
	b = append(b, "sonha audit "...)
	b = append(b, encoding)
	for _, n := range [...]int64{int64(l.ward), seq, l.at} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range [...]string{l.id, l.account, l.actor, l.role, l.Action, l.Object, l.ID, l.House, l.Detail, l.Reason, l.Before, l.After} {
		b = appendText(b, s)
	}
	b = append(b, before...)
	s := sha256.Sum256(b)
	return append(append(make([]byte, 0, hashBytes), encoding), s[:]...), b
}

// chain writes lines behind the heads of their wards in one transaction.
type chain struct {
	run   runner
	heads map[int]head // as the transaction has them
	// find gives the head of a ward when the transaction first writes to its chain.
	find    func(ctx context.Context, ward int) (head, error)
	inserts []lineInsert
	buf     []byte
}

// write numbers, hashes and stores lines, a few in one statement.
func (c *chain) write(ctx context.Context, lines []line) error {
	var args []any
	for len(lines) > 0 {
		insert := c.inserts[len(c.inserts)-1] // of one
		for _, larger := range c.inserts {
			if len(lines) >= larger.rows {
				insert = larger
				break
			}
		}
		args = args[:0]
		for i := range lines[:insert.rows] {
			var err error
			if args, err = c.next(ctx, &lines[i], args); err != nil {
				return err
			}
		}
		if _, err := c.run.ExecContext(ctx, insert.text, args...); err != nil {
			return fmt.Errorf("write the audit trail: %w", mapError(err))
		}
		lines = lines[insert.rows:]
	}
	return nil
}

// next takes one line into the chain and appends its values.
func (c *chain) next(ctx context.Context, l *line, args []any) ([]any, error) {
	h, ok := c.heads[l.ward]
	if !ok {
		var err error
		if h, err = c.find(ctx, l.ward); err != nil {
			return nil, fmt.Errorf("read the head of the audit trail: %w", mapError(err))
		}
	}
	after := head{seq: h.seq + 1}
	after.hash, c.buf = l.sum(after.seq, h.hash, c.buf)
	c.heads[l.ward] = after
	return append(args, l.ward, after.seq, l.id, l.at, l.account, l.actor, l.role, l.Action, l.Object, l.ID, l.House, l.Detail, l.Reason, l.Before, l.After,
		h.hash, after.hash), nil
}

const (
	lineColumns = `ward_id, seq, id, at, account_id, actor, role, action, object, object_id, house_id, detail, reason, digest_before, digest_after, before_hash, hash`
	lineValues  = 17
)

// lineInsert is a statement that stores so many lines. There are few such numbers, so that the statements stay prepared;
// the largest comes first.
type lineInsert struct {
	rows int
	text string
}

// Differs because SQLite looks up the name of a numbered parameter by walking all of them, which for many lines costs more
// than storing them, while a question mark has no name.
var (
	liteInserts     = lineInserts("?", 16, 4, 1)
	postgresInserts = lineInserts("$", 4, 1)
)

func lineInserts(parameter string, rows ...int) []lineInsert {
	var all []lineInsert
	for _, n := range rows {
		all = append(all, lineInsert{n, insertLines("insert into audit", parameter, n)})
	}
	return all
}

// insertLines is the statement that stores so many lines, with numbered parameters ("$") or without ("?").
func insertLines(into, parameter string, rows int) string {
	var b strings.Builder
	b.WriteString(into + " (" + lineColumns + ") values ")
	for i := range rows * lineValues {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%lineValues == 0:
			b.WriteString("), (")
		default:
			b.WriteByte(',')
		}
		b.WriteString(parameter)
		if parameter == "$" {
			b.WriteString(strconv.Itoa(i + 1))
		}
	}
	b.WriteByte(')')
	return b.String()
}

// lastLines gives the head that is written down and the last line that there is. They are the same unless somebody took
// lines or the head away: then the chain goes on behind the further one, and the gap stays for CheckChain to find.
const lastLines = `select seq, hash from audit_heads where ward_id = $1
	union all select seq, hash from (select seq, hash from audit where ward_id = $1 order by seq desc limit 1) l`

// furthest reads the head of a ward over any connection.
func furthest(ctx context.Context, q runner, ward int) (h head, err error) {
	h = noLine()
	rows, err := q.QueryContext(ctx, lastLines, ward)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var x head
		if err := rows.Scan(&x.seq, &x.hash); err != nil {
			return h, err
		}
		if x.seq > h.seq {
			h = x
		}
	}
	return h, rows.Err()
}

// saveHead writes a head down, unless a later one stands there.
const saveHead = `insert into audit_heads (ward_id, seq, hash, at) values ($1, $2, $3, $4)
	on conflict (ward_id) do update set seq = excluded.seq, hash = excluded.hash, at = excluded.at where audit_heads.seq < excluded.seq`

// link writes the lines that the unit holds back. When the unit is rolled back later, unlink puts the heads back.
func (tx *Tx) link(ctx context.Context) error {
	if len(tx.lines) == 0 {
		return nil
	}
	if tx.chain == nil {
		return errors.New("db: a unit of work without a chain")
	}
	if tx.before == nil {
		tx.before = maps.Clone(tx.chain.heads)
	}
	tx.changed = true
	if err := tx.chain.write(tx.context(ctx), tx.lines); err != nil {
		tx.failed = err
		return err
	}
	clear(tx.lines)
	tx.lines = tx.lines[:0]
	return nil
}

// unlink forgets what a unit that was rolled back added to the chain of the transaction that it shared.
func (tx *Tx) unlink() {
	if tx.before != nil {
		tx.chain.heads = tx.before
	}
}

// Differs because SQLite has one writer, whose transaction nobody else's can come between, while PostgreSQL's writers
// work side by side on views of their own: there the lines of a ward are written under a lock of the ward that lasts
// from the end of the unit to its commit, and the last line is read beside the transaction, whose own view is older
// than the lock. A head row inside the transaction would make every second writer begin again.

// liteChain is the chain of one shared transaction of SQLite.
func (w *writer) liteChain() *chain {
	c := &chain{run: w.conn, heads: map[int]head{}, inserts: liteInserts}
	c.find = func(ctx context.Context, ward int) (head, error) { return furthest(ctx, w.conn, ward) }
	return c
}

// end writes down the head of each ward that the shared transaction wrote lines of.
func (c *chain) end(ctx context.Context, at int64) error {
	for ward, h := range c.heads {
		if _, err := c.run.ExecContext(ctx, saveHead, ward, h.seq, h.hash, at); err != nil {
			return fmt.Errorf("write the head of the audit trail: %w", mapError(err))
		}
	}
	return nil
}

// lockAudit is the first of the two numbers of the lock; the second is the ward.
const lockAudit = 5_010_018

// postgresChain is the chain of one transaction of PostgreSQL.
func (d *DB) postgresChain(stx *sql.Tx) *chain {
	c := &chain{run: pooled{stx}, heads: map[int]head{}, inserts: postgresInserts}
	c.find = func(ctx context.Context, ward int) (head, error) {
		if _, err := stx.ExecContext(ctx, `select pg_advisory_xact_lock($1, $2)`, lockAudit, ward); err != nil {
			return head{}, err
		}
		return furthest(ctx, pooled{d.beside}, ward)
	}
	return c
}

// confirm writes the heads down after the commit, where they may wait: they serve to miss lines at the end. A head that
// could not be written is overtaken by the next.
func (d *DB) confirm(ctx context.Context, c *chain, at int64) {
	for ward, h := range c.heads {
		_, _ = d.beside.ExecContext(context.WithoutCancel(ctx), saveHead, ward, h.seq, h.hash, at)
	}
}
