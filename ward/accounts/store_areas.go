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
		}
		ward, account := tx.Who.Ward(), h.Account
		tx.After(func() { s.cache.forget(ward, account) })
		if err := endSessions(ctx, tx, h.Account, ""); err != nil {
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
