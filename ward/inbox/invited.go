package inbox

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
)

// Invited are the houses that a room keeps in a table of its own: those of a meeting, of a session.
type Invited struct {
	Table, Key string // the table, and its column of what they are invited to
	ID         string
}

// holdsAt is how a house and a role given at a place belong together.
func holdsAt(role access.Role) string {
	switch role {
	case access.Officer:
		return "h.beat_id = g.beat_id"
	case access.GroupLead:
		return "h.group_id = g.group_id"
	default: // head, household
		return "h.id = g.house_id"
	}
}

// Accounts gives who holds one of the roles at an invited house, but for who acts.
func (l Invited) Accounts(ctx context.Context, tx *db.Tx, roles ...access.Role) ([]string, error) {
	var list []string
	for _, role := range roles {
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			list = append(list, id)
			return err
		}, `select distinct g.account_id from grants g where g.ward_id = {ward} and g.role = $2 and g.ended_at is null and g.account_id <> $3
			and exists (select 1 from `+l.Table+` x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
				where x.ward_id = g.ward_id and x.`+l.Key+` = $1 and `+holdsAt(role)+`) order by g.account_id`,
			l.ID, string(role), tx.Who.Account()); err != nil {
			return nil, err
		}
	}
	return list, nil
}
