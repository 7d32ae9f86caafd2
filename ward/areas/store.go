package areas

import (
	"context"
	"fmt"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Store keeps the tables of this feature.
type Store struct {
	db     *db.DB
	houses HouseOrder
	heads  Heads
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// since is the day from which the two-level administration is valid (Resolution 1656/NQ-UBTVQH15,
// domain.md §6): areas made by an import are valid from then.
const since = civil.Day("2025-07-01")

// Found makes a new ward with the root of its tree and gives it back with its number, the next one free.
// A ward of the same city and name is a conflict.
func (s *Store) Found(ctx context.Context, w Ward) (Ward, error) {
	var err error
	if w.Name, w.City, err = bothNames(named{"ward", w.Name}, named{"city", w.City}); err != nil {
		return Ward{}, err
	}
	if w.Code == "" {
		w.Code = codeOf(w.Name)
	}
	all, err := s.Wards(ctx)
	if err != nil {
		return Ward{}, err
	}
	w.ID = 1
	for _, other := range all {
		if other.City == w.City && other.Name == w.Name {
			return Ward{}, fault.Conflict("areas.ward_exists", "Ward", w.Name)
		}
		w.ID = max(w.ID, other.ID+1)
	}
	return w, s.db.Write(ctx, access.System(w.ID, "sonha"), func(tx *db.Tx) error { return found(ctx, tx, w) })
}

func found(ctx context.Context, tx *db.Tx, w Ward) error {
	if _, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, $1, $2, $3, $4, $5, $6)`,
		w.Code, w.Name, w.City, civil.Fold(w.Name), w.Invented, tx.Millis()); err != nil {
		return err
	}
	city, err := addArea(ctx, tx, "", City, w.City, since)
	if err != nil {
		return err
	}
	if _, err := addArea(ctx, tx, city, Whole, wardArea(w.Name), since); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "ward.found", Object: "ward", ID: w.Code, Detail: w.Name})
}

// Wards lists the wards that the program serves, by number.
func (s *Store) Wards(ctx context.Context) ([]Ward, error) {
	var out []Ward
	err := s.db.Read(ctx, access.Actor{}, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var w Ward
			if err := scan(&w.ID, &w.Code, &w.Name, &w.City, &w.Invented); err != nil {
				return err
			}
			out = append(out, w)
			return nil
		}, `select id, code, name, city, invented from wards where {any: names of wards are public} id > 0 order by id`)
	})
	return out, err
}

// Choose gives the ward with the code, or the only one when no code is given; nil when it must be chosen yet.
func Choose(wards []Ward, code string) *Ward {
	for i := range wards {
		if wards[i].Code == code || (len(wards) == 1 && code == "") {
			return &wards[i]
		}
	}
	return nil
}

// EnsureCity makes the row of ward 0, which holds the accounts of the city and nothing else, when a unit acts
// in ward 0 for the first time. In a ward it does nothing.
func EnsureCity(ctx context.Context, tx *db.Tx) error {
	if tx.Who.Ward() != 0 {
		return nil
	}
	_, err := WardOf(ctx, tx)
	if !fault.Is(err, fault.Missing) {
		return err
	}
	var city string
	err = tx.One(ctx, `select w.city from wards w where {any: the city is named by its first ward} w.id > 0 order by w.id limit 1`).Scan(&city)
	if fault.Is(err, fault.Missing) {
		return fault.Refused("areas.ward_first")
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into wards (id, code, name, city, fold, invented, created_at) values ({ward}, 'thanh-pho', $1, $1, $2, $3, $4)`,
		city, civil.Fold(city), false, tx.Millis()); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "ward.found", Object: "ward", ID: "thanh-pho", Detail: city})
}

// Ward gives the actor's ward.
func (s *Store) Ward(ctx context.Context, who access.Actor) (Ward, error) {
	var w Ward
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		w, err = WardOf(ctx, tx)
		return err
	})
	return w, err
}

// WardOf gives the ward of a unit of work.
func WardOf(ctx context.Context, tx *db.Tx) (Ward, error) {
	var w Ward
	err := tx.One(ctx, `select id, code, name, city, invented from wards where id = {ward}`).Scan(&w.ID, &w.Code, &w.Name, &w.City, &w.Invented)
	return w, err
}

// Groups lists the residential groups of the actor's ward that are valid now, in the order people expect,
// each with its number of houses.
func (s *Store) Groups(ctx context.Context, who access.Actor) ([]Area, error) {
	var out []Area
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var a Area
			if err := scan(&a.ID, &a.ParentID, &a.Kind, &a.Name, &a.From, &a.Houses); err != nil {
				return err
			}
			out = append(out, a)
			return nil
		}, `select a.id, coalesce(a.parent_id, ''), a.kind, a.name, a.valid_from,
				(select count(*) from houses h where h.ward_id = a.ward_id and h.group_id = a.id)
			from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null order by a.sort_key, a.id`)
	})
	return out, err
}

// Tree lists the whole tree of the actor's ward that is valid now, parents before children, with former
// names.
func (s *Store) Tree(ctx context.Context, who access.Actor) ([]Area, error) {
	var out []Area
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		at := map[string]int{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var a Area
			if err := scan(&a.ID, &a.ParentID, &a.Kind, &a.Name, &a.From, &a.Houses, &a.Vacant); err != nil {
				return err
			}
			at[a.ID] = len(out)
			out = append(out, a)
			return nil
		}, `select a.id, coalesce(a.parent_id, ''), a.kind, a.name, a.valid_from,
				(select count(*) from houses h where h.ward_id = a.ward_id and h.group_id = a.id), a.kind = 'group' and `+noLead+`
			from areas a where a.ward_id = {ward} and a.valid_to is null
			order by case a.kind when 'city' then 0 when 'ward' then 1 when 'group' then 2 else 3 end, a.sort_key, a.id`); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var id, name string
			if err := scan(&id, &name); err != nil {
				return err
			}
			if i, ok := at[id]; ok {
				out[i].Former = append(out[i].Former, name)
			}
			return nil
		}, `select n.area_id, n.name from area_names n where n.ward_id = {ward} order by n.used_to desc, n.id desc`)
	})
	return out, err
}

// Beats lists the beats of the actor's ward that are valid now.
func (s *Store) Beats(ctx context.Context, who access.Actor) ([]Beat, error) {
	var out []Beat
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var b Beat
			if err := scan(&b.ID, &b.Name, &b.From, &b.Houses, &b.Vacant); err != nil {
				return err
			}
			out = append(out, b)
			return nil
		}, `select b.id, b.name, b.valid_from, (select count(*) from houses h where h.ward_id = b.ward_id and h.beat_id = b.id), `+noOfficer+`
			from beats b where b.ward_id = {ward} and b.valid_to is null order by b.sort_key, b.id`)
	})
	return out, err
}

// Streets lists the streets of the actor's ward.
func (s *Store) Streets(ctx context.Context, who access.Actor) ([]Street, error) {
	var out []Street
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Street
			if err := scan(&x.ID, &x.Name, &x.Former, &x.Houses); err != nil {
				return err
			}
			out = append(out, x)
			return nil
		}, `select s.id, s.name, s.former, (select count(*) from houses h where h.ward_id = s.ward_id and h.street_id = s.id)
			from streets s where s.ward_id = {ward} order by s.sort_key, s.id`)
	})
	return out, err
}

// noOfficer and noLead are the conditions of a beat b and of a group a for which nobody answers: an account that is paused does not.
const (
	noOfficer = `not exists (select 1 from grants g join accounts c on c.ward_id = g.ward_id and c.id = g.account_id and c.disabled_at is null
		where g.ward_id = b.ward_id and g.beat_id = b.id and g.role = 'officer' and g.ended_at is null)`
	noLead = `not exists (select 1 from grants g join accounts c on c.ward_id = g.ward_id and c.id = g.account_id and c.disabled_at is null
		where g.ward_id = a.ward_id and g.group_id = a.id and g.role = 'group_lead' and g.ended_at is null)`
)

// Vacant counts the beats without an officer and the groups without a lead.
func Vacant(ctx context.Context, tx *db.Tx) (beats, groups int, err error) {
	if err = tx.One(ctx, `select count(*) from beats b where b.ward_id = {ward} and b.valid_to is null and `+noOfficer).Scan(&beats); err != nil {
		return 0, 0, err
	}
	err = tx.One(ctx, `select count(*) from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null and `+noLead).Scan(&groups)
	return beats, groups, err
}

// Empty reports whether the ward has no house yet: its roster is to be imported before anything else can be done.
func Empty(ctx context.Context, tx *db.Tx) (bool, error) {
	n := 0
	err := tx.One(ctx, `select count(*) from (select h.id from houses h where h.ward_id = {ward} limit 1) x`).Scan(&n)
	return n == 0, err
}

// addArea adds a node with its paths to itself and to everything above it.
func addArea(ctx context.Context, tx *db.Tx, parent string, kind Kind, name string, from civil.Day) (string, error) {
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into areas (ward_id, id, parent_id, kind, name, name_key, fold, sort_key, valid_from)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8)`,
		id, db.OrNull(parent), string(kind), name, keyOf(kind, name), civil.Fold(name), civil.SortKey(name), string(from)); err != nil {
		return "", fmt.Errorf("add area: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into area_paths (ward_id, ancestor_id, descendant_id, depth, valid_from) values ({ward}, $1, $1, 0, $2)`, id, string(from)); err != nil {
		return "", err
	}
	if parent == "" {
		return id, nil
	}
	_, err := tx.Exec(ctx, `insert into area_paths (ward_id, ancestor_id, descendant_id, depth, valid_from)
		select p.ward_id, p.ancestor_id, cast($1 as text), p.depth + 1, cast($2 as text) from area_paths p
		where p.ward_id = {ward} and p.descendant_id = $3 and p.valid_to is null`, id, string(from), parent)
	return id, err
}

func keyOf(kind Kind, name string) string {
	if kind == Group {
		return civil.ParseGroup(name).Key
	}
	return civil.MarkedKey(name)
}
