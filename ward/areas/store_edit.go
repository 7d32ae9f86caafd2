package areas

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// HouseOrder is told, in the same transaction, that a street has another name: the order and the search of
// its houses follow from it. The houses of the ward implement it; app connects them.
type HouseOrder interface {
	StreetRenamed(ctx context.Context, tx *db.Tx, street string) error
}

// Connect says who keeps the order of the houses, and who the heads of the pages.
func (s *Store) Connect(h HouseOrder, heads Heads) { s.houses, s.heads = h, heads }

// Change is an edit of a group, beat or street. Was is the name that the reader saw: when somebody else has
// renamed it meanwhile the change is refused.
type Change struct {
	ID, Was, Name string
	Former        string // of a street: earlier names for the search, as shown
	Other         bool   // of a street: it is not the one whose name differs in its marks only
}

// edit runs a change of the administrator.
func (s *Store) edit(ctx context.Context, who access.Actor, fn func(*db.Tx) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageAreas); err != nil {
			return err
		}
		return fn(tx)
	})
}

// checkSince reads the day from which something is valid: not after today, which is the default.
func checkSince(field, text string, today civil.Day) (civil.Day, error) {
	if text == "" {
		return today, nil
	}
	day, err := civil.ParseDay(text)
	if err != nil {
		return "", fault.Invalid(field, "fault.bad_day")
	}
	if day > today {
		return "", fault.Invalid(field, "areas.not_after_today")
	}
	return day, nil
}

// taken turns a name that is there already into a word at the field.
func taken(err error, key string) error {
	if fault.Is(err, fault.Clash) {
		return fault.Invalid("name", key)
	}
	return err
}

// AddGroup adds a residential group under the ward, valid from a day ("" is today).
func (s *Store) AddGroup(ctx context.Context, who access.Actor, name, from string) (string, error) {
	text, err := checkName("name", name)
	if err != nil {
		return "", err
	}
	n := civil.ParseGroup(text)
	var id string
	return id, s.edit(ctx, who, func(tx *db.Tx) error {
		day, err := checkSince("from", from, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		var root string
		if err := tx.One(ctx, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'ward' and a.valid_to is null`).Scan(&root); err != nil {
			return err
		}
		if id, err = addArea(ctx, tx, root, Group, n.Name, day); err != nil {
			return taken(err, "areas.group_taken")
		}
		return tx.Audit(ctx, db.Entry{Action: "area.add", Object: "area", ID: id, Detail: n.Name})
	})
}

// RenameGroup gives a residential group another name; the former one is kept and found by the search.
func (s *Store) RenameGroup(ctx context.Context, who access.Actor, c Change) error {
	text, err := checkName("name", c.Name)
	if err != nil {
		return err
	}
	n := civil.ParseGroup(text)
	return s.edit(ctx, who, func(tx *db.Tx) error {
		done, err := tx.Exec(ctx, `update areas as a set name = $1, name_key = $2, fold = $3, sort_key = $4
			where a.ward_id = {ward} and a.id = $5 and a.kind = 'group' and a.valid_to is null and a.name = $6`,
			n.Name, n.Key, civil.Fold(n.Name), civil.SortKey(n.Name), c.ID, c.Was)
		if err != nil {
			return taken(err, "areas.group_taken")
		}
		if done == 0 {
			return fault.Conflict("fault.changed")
		}
		if n.Name == c.Was {
			tx.Untold("the name stayed as it was")
			return nil
		}
		if err := keepName(ctx, tx, c.ID, c.Was); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "area.rename", Object: "area", ID: c.ID, Detail: c.Was + " → " + n.Name})
	})
}

// keepName keeps the name that an area had until today.
func keepName(ctx context.Context, tx *db.Tx, area, name string) error {
	_, err := tx.Exec(ctx, `insert into area_names (ward_id, id, area_id, name, fold, used_to) values ({ward}, $1, $2, $3, $4, $5)`,
		tx.NewID(), area, name, civil.Fold(name), string(civil.DayOf(tx.Now)))
	return err
}

// CloseGroup ends a residential group on a day ("" is today). It must have no house, and nobody may lead it.
func (s *Store) CloseGroup(ctx context.Context, who access.Actor, id, until string) error {
	return s.edit(ctx, who, func(tx *db.Tx) error {
		var name string
		var from civil.Day
		if err := tx.One(ctx, `select a.name, a.valid_from from areas a where a.ward_id = {ward} and a.id = $1 and a.kind = 'group' and a.valid_to is null`, id).
			Scan(&name, &from); err != nil {
			return err
		}
		day, err := checkUntil(until, from, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		if err := empty(ctx, tx, id, "areas.group_has_houses", `select count(*) from houses h where h.ward_id = {ward} and h.group_id = $1`); err != nil {
			return err
		}
		if err := empty(ctx, tx, id, "areas.group_has_lead", `select count(*) from grants g where g.ward_id = {ward} and g.group_id = $1 and g.ended_at is null`); err != nil {
			return err
		}
		if err := endGroup(ctx, tx, id, day); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "area.close", Object: "area", ID: id, Detail: name})
	})
}

func checkUntil(text string, from, today civil.Day) (civil.Day, error) {
	day, err := checkSince("until", text, today)
	if err == nil && day < from {
		err = fault.Invalid("until", "areas.not_before_start", "Day", from.Display())
	}
	return day, err
}

// empty refuses to close what is still in use, and says how much of it there is.
func empty(ctx context.Context, tx *db.Tx, id, key, query string) error {
	n := 0
	err := tx.One(ctx, query, id).Scan(&n)
	if err == nil && n > 0 {
		return fault.Refused(key, "N", n)
	}
	return err
}

// AddBeat adds an area officer's beat, valid from a day ("" is today).
func (s *Store) AddBeat(ctx context.Context, who access.Actor, name, from string) (string, error) {
	text, err := checkName("name", name)
	if err != nil {
		return "", err
	}
	n := civil.ParseBeat(text)
	var id string
	return id, s.edit(ctx, who, func(tx *db.Tx) error {
		day, err := checkSince("from", from, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		if id, err = addBeat(ctx, tx, n, day); err != nil {
			return taken(err, "areas.beat_taken")
		}
		return tx.Audit(ctx, db.Entry{Action: "beat.add", Object: "beat", ID: id, Detail: n.Name})
	})
}

// RenameBeat gives a beat another name.
func (s *Store) RenameBeat(ctx context.Context, who access.Actor, c Change) error {
	text, err := checkName("name", c.Name)
	if err != nil {
		return err
	}
	n := civil.ParseBeat(text)
	return s.edit(ctx, who, func(tx *db.Tx) error {
		done, err := tx.Exec(ctx, `update beats as b set name = $1, name_key = $2, fold = $3, sort_key = $4
			where b.ward_id = {ward} and b.id = $5 and b.valid_to is null and b.name = $6`, n.Name, n.Key, civil.Fold(n.Name), civil.SortKey(n.Name), c.ID, c.Was)
		if err != nil {
			return taken(err, "areas.beat_taken")
		}
		if done == 0 {
			return fault.Conflict("fault.changed")
		}
		return tx.Audit(ctx, db.Entry{Action: "beat.rename", Object: "beat", ID: c.ID, Detail: c.Was + " → " + n.Name})
	})
}

// CloseBeat ends a beat on a day ("" is today). It must have no house and no officer.
func (s *Store) CloseBeat(ctx context.Context, who access.Actor, id, until string) error {
	return s.edit(ctx, who, func(tx *db.Tx) error {
		var name string
		var from civil.Day
		if err := tx.One(ctx, `select b.name, b.valid_from from beats b where b.ward_id = {ward} and b.id = $1 and b.valid_to is null`, id).Scan(&name, &from); err != nil {
			return err
		}
		day, err := checkUntil(until, from, civil.DayOf(tx.Now))
		if err != nil {
			return err
		}
		if err := empty(ctx, tx, id, "areas.beat_has_houses", `select count(*) from houses h where h.ward_id = {ward} and h.beat_id = $1`); err != nil {
			return err
		}
		if err := empty(ctx, tx, id, "areas.beat_has_officer", `select count(*) from grants g where g.ward_id = {ward} and g.beat_id = $1 and g.ended_at is null`); err != nil {
			return err
		}
		if err := endBeat(ctx, tx, id, day); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "beat.close", Object: "beat", ID: id, Detail: name})
	})
}

// Group gives one residential group that is valid now, with its former names.
func (s *Store) Group(ctx context.Context, who access.Actor, id string) (Area, error) {
	tree, err := s.Tree(ctx, who)
	return one(tree, err, func(a Area) bool { return a.ID == id && a.Kind == Group })
}

// Beat gives one beat that is valid now.
func (s *Store) Beat(ctx context.Context, who access.Actor, id string) (Beat, error) {
	all, err := s.Beats(ctx, who)
	return one(all, err, func(b Beat) bool { return b.ID == id })
}

// Street gives one street.
func (s *Store) Street(ctx context.Context, who access.Actor, id string) (Street, error) {
	all, err := s.Streets(ctx, who)
	return one(all, err, func(x Street) bool { return x.ID == id })
}

// one picks from a list, which is short in every ward.
func one[T any](list []T, err error, is func(T) bool) (T, error) {
	var zero T
	if err != nil {
		return zero, err
	}
	for _, x := range list {
		if is(x) {
			return x, nil
		}
	}
	return zero, fault.NotFound("fault.not_found")
}
