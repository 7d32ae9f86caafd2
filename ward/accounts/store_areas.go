package accounts

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Holder is an account that answers for a residential group or a beat: who leads it, mediates in it or polices it.
type Holder struct {
	Grant   string
	Account string
	Name    string
	Role    access.Role
}

// Holders gives who answers for a group or beat now.
func Holders(ctx context.Context, tx *db.Tx, part areas.Part, id string) ([]Holder, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	column := "g.group_id"
	if part == areas.OfBeat {
		column = "g.beat_id"
	}
	var list []Holder
	err := tx.All(ctx, func(scan func(...any) error) error {
		var h Holder
		err := scan(&h.Grant, &h.Account, &h.Name, &h.Role)
		list = append(list, h)
		return err
	}, `select g.id, g.account_id, a.name, g.role from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id
		where g.ward_id = {ward} and `+column+` = $1 and g.ended_at is null order by g.role, a.sort_key, g.id`, id)
	return list, err
}

// PassOn ends what accounts held in a group or beat that is merged; those whose grants are in goOn hold the same in the one it went
// into. Mediators keep the former group besides: its numbered cases stay in its register, which nobody else opens. All sessions of
// those concerned end, so that their next page has the new reach. It gives who held something.
func (s *Store) PassOn(ctx context.Context, tx *db.Tx, m areas.Merge, name string, goOn []string) ([]Holder, error) {
	was, err := Holders(ctx, tx, m.Part, m.From)
	if err != nil {
		return nil, err
	}
	have, err := Holders(ctx, tx, m.Part, m.Into)
	if err != nil {
		return nil, err
	}
	for _, h := range was {
		if h.Role != access.Mediator {
			if err := tx.Must1(tx.Exec(ctx, `update grants as g set ended_at = $1 where g.ward_id = {ward} and g.id = $2 and g.ended_at is null`, tx.Millis(),
				h.Grant)); err != nil {
				return nil, err
			}
			if err := areas.KeepOne(ctx, tx, m, areas.EndedGrant, h.Grant); err != nil {
				return nil, err
			}
			g := Grant{Role: h.Role, Of: m.From, Label: name}
			if err := tx.Audit(ctx, db.Entry{Action: "account.role_end", Object: "account", ID: h.Account, Detail: g.told()}); err != nil {
				return nil, err
			}
		}
		both := slices.ContainsFunc(have, func(x Holder) bool { return x.Account == h.Account && x.Role == h.Role })
		if slices.Contains(goOn, h.Grant) && !both {
			if err := grant(ctx, tx, h.Account, Grant{Role: h.Role, Of: m.Into}); err != nil {
				return nil, err
			}
			if err := keepGrant(ctx, tx, m, h); err != nil {
				return nil, err
			}
		}
		if err := s.signOut(ctx, tx, h.Account); err != nil {
			return nil, err
		}
	}
	for _, id := range goOn {
		if !slices.ContainsFunc(was, func(h Holder) bool { return h.Grant == id }) {
			return nil, fault.Conflict("fault.changed")
		}
	}
	return was, nil
}

// keepGrant writes down the grant that a merge made for who goes on.
func keepGrant(ctx context.Context, tx *db.Tx, m areas.Merge, h Holder) error {
	return areas.Keep(ctx, tx, m, areas.MadeGrant, `select g.ward_id, g.id from grants g where g.ward_id = {ward} and g.account_id = $1 and g.role = $2
		and coalesce(g.group_id, g.beat_id) = $3 and g.ended_at is null`, h.Account, string(h.Role), m.Into)
}

// signOut ends all sessions of an account, so that its next page has its new reach.
func (s *Store) signOut(ctx context.Context, tx *db.Tx, account string) error {
	ward := tx.Who.Ward()
	tx.After(func() { s.cache.forget(ward, account) })
	return endSessions(ctx, tx, account, "")
}

// Returns gives who answers again for what was merged once the merge is taken back, and who does not answer for what it went into any
// more. Who lost the role in the new area since, or whose account is closed, does not have the former one back; a mediator keeps
// the book of the new area where a case that came along has a number in it.
func Returns(ctx context.Context, tx *db.Tx, r areas.Return) (back, off []Holder, err error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, nil, err
	}
	read := func(list *[]Holder, rest string, args ...any) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var h Holder
			err := scan(&h.Grant, &h.Account, &h.Name, &h.Role)
			*list = append(*list, h)
			return err
		}, `select g.id, g.account_id, a.name, g.role from grants g join accounts a on a.ward_id = g.ward_id and a.id = g.account_id
			where g.ward_id = {ward} and `+rest+` order by g.role, a.sort_key, g.id`, args...)
	}
	if err := read(&back, areas.Came(areas.EndedGrant, "g", "id", "$1")+` and a.disabled_at is null
		and not exists (select 1 from grants x where x.ward_id = g.ward_id and x.account_id = g.account_id and x.role = g.role and x.ended_at is null
			and coalesce(x.group_id, x.beat_id) = $2)
		and not exists (select 1 from grants x where x.ward_id = g.ward_id and x.account_id = g.account_id and x.role = g.role and x.ended_at is not null
			and `+areas.Came(areas.MadeGrant, "x", "id", "$1")+`)`, r.Change, r.From); err != nil {
		return nil, nil, err
	}
	if err := read(&off, `g.ended_at is null and `+areas.Came(areas.MadeGrant, "g", "id", "$1"), r.Change); err != nil {
		return nil, nil, err
	}
	off = slices.DeleteFunc(off, func(h Holder) bool { return r.Book && h.Role == access.Mediator })
	return back, off, nil
}

// GiveBack gives the roles back that a merge ended, and ends those that it made. It gives both, as Returns does.
func (s *Store) GiveBack(ctx context.Context, tx *db.Tx, r areas.Return, from, into string) (back, off []Holder, err error) {
	if back, off, err = Returns(ctx, tx, r); err != nil {
		return nil, nil, err
	}
	for _, h := range off {
		if err := tx.Must1(tx.Exec(ctx, `update grants as g set ended_at = $1 where g.ward_id = {ward} and g.id = $2 and g.ended_at is null`, tx.Millis(), h.Grant)); err != nil {
			return nil, nil, err
		}
		g := Grant{Role: h.Role, Of: r.Into, Label: into}
		if err := tx.Audit(ctx, db.Entry{Action: "account.role_end", Object: "account", ID: h.Account, Detail: g.told()}); err != nil {
			return nil, nil, err
		}
	}
	for _, h := range back {
		if err := grant(ctx, tx, h.Account, Grant{Role: h.Role, Of: r.From, Label: from}); err != nil {
			return nil, nil, err
		}
		if err := inPlaceOf(ctx, tx, h, r.From); err != nil {
			return nil, nil, err
		}
	}
	for _, h := range slices.Concat(back, off) {
		if err := s.signOut(ctx, tx, h.Account); err != nil {
			return nil, nil, err
		}
	}
	return back, off, nil
}

// inPlaceOf lets the grant of a role that was just given back stand for the one that had ended, where an earlier merge had made that one:
// taking the earlier merge back ends it too.
func inPlaceOf(ctx context.Context, tx *db.Tx, h Holder, of string) error {
	id := ""
	if err := tx.One(ctx, `select g.id from grants g where g.ward_id = {ward} and g.account_id = $1 and g.role = $2 and coalesce(g.group_id, g.beat_id) = $3
		and g.ended_at is null order by g.granted_at desc, g.id desc limit 1`, h.Account, string(h.Role), of).Scan(&id); err != nil {
		return err
	}
	return areas.InPlaceOf(ctx, tx, areas.MadeGrant, h.Grant, id)
}

// Heads gives the accounts of the heads of houses, each once, to tell them of what became of their houses.
func Heads(ctx context.Context, tx *db.Tx, houses []string) ([]string, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	var list []string
	for chunk := range slices.Chunk(houses, 200) {
		which, args := db.Among("g.house_id", 1, chunk)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
			return err
		}, `select g.account_id from grants g where g.ward_id = {ward} and g.role = 'head' and g.ended_at is null and `+which+` order by g.account_id`, args...); err != nil {
			return nil, err
		}
	}
	return list, nil
}
