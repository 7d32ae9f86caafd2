package db

import (
	"context"
	"database/sql"
	"errors"
)

// chainWhatWas takes the lines of the trail that were written before it was a chain, in the order of their ids, into
// the table of the chain. It runs once, inside migration 0018: what they said on that day is held from then on.
func chainWhatWas(ctx context.Context, tx *sql.Tx) error {
	const some = 1000
	insert := insertLines("insert into audit_chain", "$", 1)
	ward, id, last := 0, "", map[int]head{}
	if err := tx.QueryRowContext(ctx, `select coalesce(min(ward_id), 0) from audit`).Scan(&ward); err != nil {
		return err
	}
	var buf []byte
	for {
		lines, err := before0018(ctx, tx, ward, id, some)
		if err != nil {
			return err
		}
		for i := range lines {
			l := &lines[i]
			h, ok := last[l.ward]
			if !ok {
				h = noLine()
			}
			next := head{seq: h.seq + 1}
			next.hash, buf = l.sum(next.seq, h.hash, buf)
			if _, err := tx.ExecContext(ctx, insert, l.ward, next.seq, l.id, l.at, l.account, l.actor, l.role, l.Action, l.Object, l.ID, l.House, l.Detail, "", "", "",
				h.hash, next.hash); err != nil {
				return err
			}
			last[l.ward] = next
			ward, id = l.ward, l.id
		}
		if len(lines) < some {
			break
		}
	}
	for ward, h := range last {
		if _, err := tx.ExecContext(ctx, `insert into audit_heads (ward_id, seq, hash, at) values ($1, $2, $3, 0)`, ward, h.seq, h.hash); err != nil {
			return err
		}
	}
	return nil
}

// before0018 reads some lines behind a ward and id, as the table was then.
func before0018(ctx context.Context, tx *sql.Tx, ward int, id string, some int) (lines []line, err error) {
	rows, err := tx.QueryContext(ctx, `select ward_id, id, at, account_id, actor, role, action, object, object_id, house_id, detail from audit
		where (ward_id, id) > ($1, $2) order by ward_id, id limit $3`, ward, id, some)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.ward, &l.id, &l.at, &l.account, &l.actor, &l.role, &l.Action, &l.Object, &l.ID, &l.House, &l.Detail); err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}
