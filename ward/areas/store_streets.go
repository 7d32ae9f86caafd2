package areas

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// parseStreet reads the name of a street; an alley with a number is a part of house numbers, not a street.
func parseStreet(name string) (civil.Street, error) {
	text, err := checkName("name", name)
	if err != nil {
		return civil.Street{}, err
	}
	street := civil.ParseStreet(text)
	if street.Key == "" || len(street.Alley) > 0 {
		return street, fault.Invalid("name", "areas.bad_street")
	}
	return street, nil
}

// NewStreet is a street that the administrator adds. Other says that it is not the one whose name differs in its marks only: Hàng Bồ and
// Hàng Bơ would be two streets, hang bo is one of them typed in haste.
type NewStreet struct {
	Name  string
	Other bool
}

// The reasons for which a street is not added, or not renamed, before Other says that it is one of its own.
const (
	streetAlike  = "areas.street_alike"
	renamedAlike = "areas.street_renamed_alike"
)

func alike(err error) bool {
	e, ok := fault.As(err)
	return ok && len(e.Fields) > 0 && (e.Fields[0].Key == streetAlike || e.Fields[0].Key == renamedAlike)
}

// AddStreet adds a street. One whose name differs from that of another in marks and spaces only is refused unless n.Other says otherwise;
// a list that is imported names its streets itself, and is not asked.
func (s *Store) AddStreet(ctx context.Context, who access.Actor, n NewStreet) (string, error) {
	street, err := parseStreet(n.Name)
	if err != nil {
		return "", err
	}
	var id string
	return id, s.edit(ctx, who, func(tx *db.Tx) error {
		if !n.Other {
			if err := checkAlike(ctx, tx, street, "", streetAlike); err != nil {
				return err
			}
		}
		ref, err := addStreet(ctx, tx, street)
		if err != nil {
			return taken(err, "areas.street_taken")
		}
		id = ref.ID
		return tx.Audit(ctx, db.Entry{Action: "street.add", Object: "street", ID: id, Detail: street.Name})
	})
}

// checkAlike refuses a name that says another street's without its marks, and names that street. own is the street that gets the name.
func checkAlike(ctx context.Context, tx *db.Tx, street civil.Street, own, reason string) error {
	plain := func(name string) string { return strings.ReplaceAll(civil.Fold(name), " ", "") }
	there := ""
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var name, key string
		err := scan(&name, &key)
		if key != street.Key && plain(name) == plain(street.Name) {
			there = name
		}
		return err
	}, `select s.name, s.name_key from streets s where s.ward_id = {ward} and s.id <> $1 order by s.sort_key desc, s.id`, own); err != nil || there == "" {
		return err
	}
	return fault.Invalid("name", reason, "Name", there)
}

// RemoveStreet takes a street back that has no house: one that was added by mistake. Its name stays in the audit trail.
func (s *Store) RemoveStreet(ctx context.Context, who access.Actor, id string) error {
	return s.edit(ctx, who, func(tx *db.Tx) error {
		var name string
		if err := tx.One(ctx, `select s.name from streets s where s.ward_id = {ward} and s.id = $1`, id).Scan(&name); err != nil {
			return err
		}
		if err := empty(ctx, tx, id, "areas.street_has_houses", `select count(*) from houses h where h.ward_id = {ward} and h.street_id = $1`); err != nil {
			return err
		}
		if err := tx.Must1(tx.Exec(ctx, `delete from streets as s where s.ward_id = {ward} and s.id = $1`, id)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "street.remove", Object: "street", ID: id, Detail: name})
	})
}

// formerMost is the longest text of a street's earlier names, in characters.
const formerMost = 300

// RenameStreet gives a street another name or other earlier names. A name that it loses becomes one of its
// earlier names; the order and the search of its houses follow. A new name that is almost another street's is asked about, as one that is
// added is.
func (s *Store) RenameStreet(ctx context.Context, who access.Actor, c Change) error {
	street, err := parseStreet(c.Name)
	if err != nil {
		return err
	}
	former := civil.NFC(c.Former)
	if street.Name != c.Was && !civil.Contains(former, c.Was) {
		if former != "" {
			former += "; "
		}
		former += c.Was
	}
	if len([]rune(former)) > formerMost {
		return fault.Invalid("former", "fault.too_long", "Most", formerMost)
	}
	return s.edit(ctx, who, func(tx *db.Tx) error {
		if street.Name != c.Was && !c.Other {
			if err := checkAlike(ctx, tx, street, c.ID, renamedAlike); err != nil {
				return err
			}
		}
		done, err := tx.Exec(ctx, `update streets as s set name = $1, name_key = $2, fold = $3, former = $4, sort_key = $5
			where s.ward_id = {ward} and s.id = $6 and s.name = $7`,
			street.Name, street.Key, civil.Fold(street.Name+" "+former), former, civil.SortKey(street.Name), c.ID, c.Was)
		if err != nil {
			return taken(err, "areas.street_taken")
		}
		if done == 0 {
			return fault.Conflict("fault.changed")
		}
		if s.houses != nil {
			if err := s.houses.StreetRenamed(ctx, tx, c.ID); err != nil {
				return err
			}
		}
		detail := street.Name
		if street.Name != c.Was {
			detail = c.Was + " → " + street.Name
		}
		return tx.Audit(ctx, db.Entry{Action: "street.rename", Object: "street", ID: c.ID, Detail: detail})
	})
}
