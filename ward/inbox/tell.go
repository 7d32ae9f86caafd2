package inbox

import (
	"context"
	"slices"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// whole are the roles whose grant names no house, beat or group but reaches every house of the ward.
var whole = []access.Role{access.Command}

// Tell puts a message into the inboxes of those it is for, in the transaction of what it tells of, and asks for it to be sent
// by the channels that they turned on. Whom nobody is, nothing is written. The audit line is that of the act itself.
func Tell(ctx context.Context, tx *db.Tx, to To, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	if m.Once {
		told := 0
		if err := tx.One(ctx, `select count(*) from messages m where m.ward_id = {ward} and m.about <> '' and m.about = $1`, m.About).Scan(&told); err != nil || told > 0 {
			return err
		}
	}
	accounts, err := recipients(ctx, tx, to)
	if err != nil || len(accounts) == 0 {
		return err
	}
	pairs, err := pack(m.Pairs)
	if err != nil {
		return err
	}
	id := tx.NewID()
	if !m.Urgent {
		m.Reason = ""
	}
	if _, err := tx.Exec(ctx, `insert into messages (ward_id, id, kind, key, pairs, href, house_id, urgent, reason, about, created_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		id, m.Kind, m.Key, pairs, m.Href, m.House, m.Urgent, clip(civil.NFC(m.Reason), mostReason), m.About, tx.Millis()); err != nil {
		return err
	}
	for chunk := range slices.Chunk(accounts, 200) {
		if err := put(ctx, tx, id, m.About, chunk); err != nil {
			return err
		}
	}
	return deliver(ctx, tx, id, &m)
}

func clip(text string, most int) string {
	r := []rune(text)
	return string(r[:min(len(r), most)])
}

// recipients finds the accounts that a message is for, each once; nobody whose account was stopped.
func recipients(ctx context.Context, tx *db.Tx, to To) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	add := func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
		return err
	}
	for chunk := range slices.Chunk(to.Accounts, 200) {
		which, args := db.Among("a.id", 1, chunk)
		if err := tx.All(ctx, add, `select a.id from accounts a where a.ward_id = {ward} and a.disabled_at is null and `+which+` order by a.id`, args...); err != nil {
			return nil, err
		}
	}
	if len(to.Roles) == 0 {
		return out, nil
	}
	const from = `select distinct g.account_id from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id`
	const holds = ` where g.ward_id = {ward} and g.ended_at is null and a.disabled_at is null and g.account_id <> $1 and `
	query := from + holds
	args := []any{tx.Who.Account()}
	if to.House != "" {
		which, roles := among("g.role", 3, whole)
		query = from + ` join houses h on h.ward_id = g.ward_id and h.id = $2` + holds +
			`(g.house_id = h.id or g.beat_id = h.beat_id or g.group_id = h.group_id or ` + which + `) and `
		args = append(append(args, to.House), roles...)
	}
	which, roles := among("g.role", len(args)+1, to.Roles)
	return out, tx.All(ctx, add, query+which+` order by g.account_id`, append(args, roles...)...)
}

func among(column string, first int, roles []access.Role) (string, []any) {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = string(r)
	}
	return db.Among(column, first, list)
}

// put writes a message into inboxes. What was not read yet about the same matter goes.
func put(ctx context.Context, tx *db.Tx, id, about string, accounts []string) error {
	if about != "" {
		which, args := db.Among("i.account_id", 2, accounts)
		if _, err := tx.Exec(ctx, `delete from inbox as i where i.ward_id = {ward} and i.read_at is null and `+which+`
			and exists (select 1 from messages m where m.ward_id = i.ward_id and m.id = i.message_id and m.about = $1)`, append([]any{about}, args...)...); err != nil {
			return err
		}
	}
	query, args := `insert into inbox (ward_id, account_id, message_id) values `, []any{id}
	for i, account := range accounts {
		if i > 0 {
			query += `, `
		}
		query += `({ward}, $` + strconv.Itoa(i+2) + `, $1)`
		args = append(args, account)
	}
	_, err := tx.Exec(ctx, query, args...)
	return err
}
