package measures

import (
	"context"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ward/inbox"
)

// tell puts what happened into the inboxes of those whom it concerns, in the same transaction. Messages name the place and the day,
// never what somebody typed.
func tell(ctx context.Context, tx *db.Tx, m *Measure, a Act) error {
	switch a {
	case Report:
		return toRoles(ctx, tx, m, m.keys(), "measures.tell.reported")
	case Move:
		return toOwner(ctx, tx, m, "measures.tell.moved")
	case Return, Verify, Fail:
		if m.toldBack == "" || m.toldBack == tx.Who.Account() {
			return nil
		}
		return send(ctx, tx, m, inbox.To{Accounts: []string{m.toldBack}}, "", "measures.tell."+string(a))
	}
	return nil
}

// toOwner tells who carries the measure out.
func toOwner(ctx context.Context, tx *db.Tx, m *Measure, key string) error {
	return toRoles(ctx, tx, m, []access.Role{roleOf[m.Owner]}, key)
}

// toRoles tells those who hold one of the roles at the place of the measure.
func toRoles(ctx context.Context, tx *db.Tx, m *Measure, roles []access.Role, key string) error {
	var above, near []access.Role // of the ward as a whole, and of the place
	for _, r := range roles {
		if r == access.Command || r == access.Committee {
			above = append(above, r)
		} else {
			near = append(near, r)
		}
	}
	if len(above) > 0 {
		if err := send(ctx, tx, m, inbox.To{Roles: above}, "", key); err != nil {
			return err
		}
	}
	switch {
	case len(near) == 0:
		return nil
	case m.House.ID != "":
		return send(ctx, tx, m, inbox.To{Roles: near, House: m.House.ID}, m.House.ID, key)
	case m.ofGroup:
		accounts, err := ofGroup(ctx, tx, m.Group, near)
		if err != nil || len(accounts) == 0 {
			return err
		}
		return send(ctx, tx, m, inbox.To{Accounts: accounts}, "", key)
	}
	return nil
}

// ofGroup lists the accounts that lead a group or are officers of a beat in it.
func ofGroup(ctx context.Context, tx *db.Tx, group string, roles []access.Role) ([]string, error) {
	var list []string
	err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var role access.Role
		err := scan(&id, &role)
		if slices.Contains(roles, role) && id != tx.Who.Account() && !slices.Contains(list, id) {
			list = append(list, id)
		}
		return err
	}, `select n.account_id, n.role from grants n where n.ward_id = {ward} and n.ended_at is null
		and (n.role = 'group_lead' and n.group_id = $1 or n.role = 'officer' and exists (select 1 from houses h
			where h.ward_id = n.ward_id and h.beat_id = n.beat_id and h.group_id = $1)) order by n.account_id`, group)
	return list, err
}

func send(ctx context.Context, tx *db.Tx, m *Measure, to inbox.To, house, key string) error {
	return inbox.Tell(ctx, tx, to, inbox.Message{
		Kind: inbox.Shortcomings, Key: key, Href: at(m.ID), House: house, About: "measure " + m.ID,
		Pairs: []any{"Place", m.where(), "Day", m.Due, "Source", inbox.Word("measures.from." + string(m.From.Source))},
	})
}

// where is the place for a message: an address, a group, or the ward.
func (m *Measure) where() any {
	switch m.Place() {
	case AtHouse:
		return m.House.Address()
	case AtGroup:
		return m.GroupName
	}
	return inbox.Word("measures.the_ward")
}

// tellClimbed tells of what has just become overdue: heads and officers once for each house, owners of other places of each
// measure, the command and the committee once for all of it.
func tellClimbed(ctx context.Context, tx *db.Tx, list []Climbed) error {
	type late struct {
		m *Measure
		n int
	}
	var houses []late
	up := map[int]int{}
	slices.SortStableFunc(list, func(a, b Climbed) int { return strings.Compare(a.House.ID, b.House.ID) })
	for i := range list {
		x := &list[i]
		up[x.To]++
		switch n := len(houses); {
		case x.To != atCommand:
		case x.House.ID == "":
			if err := toOwner(ctx, tx, &x.Measure, "measures.tell.late"); err != nil {
				return err
			}
		case n > 0 && houses[n-1].m.House.ID == x.House.ID:
			houses[n-1].n++
		default:
			houses = append(houses, late{&x.Measure, 1})
		}
	}
	for _, x := range houses {
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{access.Head, access.Officer}, House: x.m.House.ID}, inbox.Message{
			Kind: inbox.Shortcomings, Key: "measures.tell.house_late", Pairs: []any{"N", x.n, "House", x.m.House.Address(), "Day", x.m.Due},
			Href: "/houses/" + x.m.House.ID, House: x.m.House.ID, About: "overdue:" + x.m.House.ID,
		}); err != nil {
			return err
		}
	}
	for level, role := range map[int]access.Role{atCommand: access.Command, atCommittee: access.Committee} {
		if up[level] == 0 {
			continue
		}
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: []access.Role{role}}, inbox.Message{
			Kind: inbox.Shortcomings, Key: "measures.tell.climbed", Pairs: []any{"N", up[level]}, Href: home + "?climbed=1", About: "measures climbed to " + string(role),
		}); err != nil {
			return err
		}
	}
	return nil
}

// Rounds gives the program what comes round every day: what is overdue climbs before people begin their work.
func (s *Store) Rounds(q *queue.Runner) {
	const hour, minute = 6, 40
	q.Every("measures.climb", queue.Daily(hour, minute), func(ctx context.Context, who access.Actor) error {
		list, err := s.Climb(ctx, who)
		queue.Note(ctx, "đã báo lên trên %d biện pháp quá hạn", len(list))
		return err
	})
}
