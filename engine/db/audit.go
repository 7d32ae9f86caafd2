package db

import "context"

// Entry is one line of the audit trail: who did what to which record, under which role. Detail is a few
// plain words or figures for the record's own history; never a text that somebody typed about a person.
type Entry struct {
	Action string // "inspection.finish"
	Object string // table or record kind: "inspection"
	ID     string // the record
	House  string // the house that the record belongs to, if any
	Detail string
}

// Audit appends a line to the trail, in the same transaction as the change that it tells of.
func (tx *Tx) Audit(ctx context.Context, e Entry) error {
	_, err := tx.Exec(ctx, `insert into audit (ward_id, id, at, account_id, actor, role, action, object, object_id, house_id, detail)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.NewID(), tx.Millis(), tx.Who.Account(), tx.Who.Name(), string(tx.Who.Role()), e.Action, e.Object, e.ID, e.House, e.Detail)
	tx.audited = err == nil
	return err
}

// Untold lets the unit write without an audit line, for bookkeeping that nobody did: when a session was
// last seen, what has expired. The reason is for the reader of the code; `grep Untold` is the review list.
func (tx *Tx) Untold(reason string) {
	if reason != "" {
		tx.audited = true
	}
}
