package notices

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Place is a group, street, beat or house with its name.
type Place struct{ ID, Name string }

// Choices are the places among which a writer chooses, all within the own reach.
type Choices struct {
	Groups, Streets, Beats []Place
	Rows                   bool // single houses may be named
}

// Choices gives the places of the writer's reach.
func (s *Store) Choices(ctx context.Context, who access.Actor) (Choices, error) {
	var c Choices
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Announce); err != nil {
			return err
		}
		level, _ := who.Reach()
		c.Rows = level != access.Nothing
		mine := inReach
		if !c.Rows {
			mine = inWard
		}
		for _, x := range []struct {
			to    *[]Place
			query string
		}{
			{&c.Groups, `select p.id, p.name from areas p where p.ward_id = {ward} and exists (select 1 from houses h where h.ward_id = p.ward_id and h.group_id = p.id and `},
			{&c.Streets, `select p.id, p.name from streets p where p.ward_id = {ward} and exists (select 1 from houses h where h.ward_id = p.ward_id and h.street_id = p.id and `},
			{&c.Beats, `select p.id, p.name from beats p where p.ward_id = {ward} and exists (select 1 from houses h where h.ward_id = p.ward_id and h.beat_id = p.id and `},
		} {
			if err := tx.All(ctx, func(scan func(...any) error) error {
				var p Place
				err := scan(&p.ID, &p.Name)
				*x.to = append(*x.to, p)
				return err
			}, x.query+mine+`) order by p.sort_key, p.id`); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// HousesMost is how many single houses one announcement may name; more are a street or a group.
const HousesMost = 500

// FindHouses reads addresses as people write them in a list, "36A Hàng Bạc, 12/5 Hàng Bạc", and gives the houses of the
// writer's reach and the addresses that name none.
func (s *Store) FindHouses(ctx context.Context, who access.Actor, text string) (ids, unknown []string, err error) {
	wanted := strings.FieldsFunc(civil.NFCLines(text), func(r rune) bool { return r == '\n' || r == ',' || r == ';' })
	known := map[string]string{}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Announce); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var id, number, street string
			err := scan(&id, &number, &street)
			known[addressKey(number+" "+street)] = id
			return err
		}, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id where `+inReach)
	})
	taken := map[string]bool{}
	for _, x := range wanted {
		x = civil.NFC(x)
		id := known[addressKey(x)]
		switch {
		case x == "" || taken[id]:
		case id == "":
			unknown = append(unknown, x)
		default:
			taken[id] = true
			ids = append(ids, id)
		}
	}
	return ids, unknown, err
}

// addressKey makes "số 36a hang bac" and "36A Hàng Bạc" one.
func addressKey(s string) string {
	s = strings.TrimPrefix(civil.Fold(s), "so ")
	return strings.Join(strings.Fields(strings.ReplaceAll(s, " pho ", " ")), " ")
}

// Addresses writes houses of the writer's reach as a list that FindHouses reads.
func (s *Store) Addresses(ctx context.Context, who access.Actor, ids []string) (string, error) {
	n := Notice{Audience: Audience{Area: Houses, Refs: ids}}
	var names []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		names, err = areaNames(ctx, tx, &n)
		return err
	})
	return strings.Join(names, "\n"), err
}

// areaNames gives the names of the places that an announcement is addressed to, in their order.
func areaNames(ctx context.Context, tx *db.Tx, n *Notice) ([]string, error) {
	var names []string
	if len(n.Refs) == 0 {
		return nil, nil
	}
	in, args := db.Among("p.id", 1, n.Refs)
	query := map[Area]string{
		Groups:  `select p.name from areas p where p.ward_id = {ward} and `,
		Streets: `select p.name from streets p where p.ward_id = {ward} and `,
		Beats:   `select p.name from beats p where p.ward_id = {ward} and `,
		Houses:  `select p.number || ' ' || st.name from houses p join streets st on st.ward_id = p.ward_id and st.id = p.street_id where {scope p} and `,
	}[n.Area]
	if query == "" {
		return nil, nil
	}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		names = append(names, name)
		return err
	}, query+in+` order by p.sort_key, p.id`, args...)
	return names, err
}

// AreaNames gives the names of the places that an announcement is addressed to, as far as the actor reaches them.
func (s *Store) AreaNames(ctx context.Context, who access.Actor, n *Notice) ([]string, error) {
	var names []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		names, err = areaNames(ctx, tx, n)
		return err
	})
	return names, err
}
