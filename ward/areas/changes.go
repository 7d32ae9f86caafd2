package areas

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Part says which borders a change draws anew.
type Part string

// The parts. OfBoth is a move of houses to another group and another beat at once.
const (
	OfGroup Part = "group"
	OfBeat  Part = "beat"
	OfBoth  Part = "both"
)

// Merge is a residential group or a beat that goes into another one.
type Merge struct {
	Change string // its record
	Part   Part
	From   string
	Into   string
	Day    civil.Day // from which it holds
}

// Redrawn is what is written down of a change of areas.
type Redrawn struct {
	Part   Part
	Kind   string // "merge", "split", "move"
	From   string // of a merge: the area that is closed
	Into   string
	Day    civil.Day
	Reason string
	Houses int
}

// Former is an area that was merged, and what became of it.
type Former struct {
	ID, Name       string
	Into, IntoName string // into which it went
	Now, NowName   string // where that has come to by now
	On             civil.Day
}

const formerTables = ` from area_changes c
	left join areas g on g.ward_id = c.ward_id and g.id = c.from_id left join beats b on b.ward_id = c.ward_id and b.id = c.from_id
	left join areas ig on ig.ward_id = c.ward_id and ig.id = c.into_id left join beats ib on ib.ward_id = c.ward_id and ib.id = c.into_id
	left join areas ng on ng.ward_id = c.ward_id and ng.id = c.present_id left join beats nb on nb.ward_id = c.ward_id and nb.id = c.present_id
	where c.ward_id = {ward} and c.kind = 'merge' and c.undone_id is null`

const formerColumns = `select c.from_id, coalesce(g.name, b.name, ''), c.into_id, coalesce(ig.name, ib.name, ''), c.present_id, coalesce(ng.name, nb.name, ''), c.on_day`

func scanFormer(scan func(...any) error) (Former, error) {
	var f Former
	err := scan(&f.ID, &f.Name, &f.Into, &f.IntoName, &f.Now, &f.NowName, &f.On)
	return f, err
}

// FormerTx gives what became of a group or beat that was merged; ok is false for every other one. Names of areas are told to
// everybody in the ward, so that an old link can say where it leads now.
func FormerTx(ctx context.Context, tx *db.Tx, id string) (f Former, ok bool, err error) {
	if id == "" {
		return f, false, nil
	}
	f, err = scanFormer(tx.One(ctx, formerColumns+formerTables+` and c.from_id = $1`, id).Scan)
	if fault.Is(err, fault.Missing) {
		return f, false, nil
	}
	return f, err == nil, err
}

// MergedAway is the condition that a house, of the alias h, changed over when its group or beat was merged: with it an old link opens to
// what was there then. id is the argument of the statement that holds the group or beat, such as $2.
func MergedAway(part Part, id string) string {
	return `exists (select 1 from house_moves w join area_changes d on d.ward_id = w.ward_id and d.id = w.change_id
		where w.ward_id = h.ward_id and w.house_id = h.id and w.from_` + string(part) + ` = ` + id + ` and d.kind = 'merge' and d.undone_id is null and d.from_id = ` + id + `)`
}

// Former gives what became of a group or beat of the actor's ward that was merged.
func (s *Store) Former(ctx context.Context, who access.Actor, id string) (f Former, ok bool, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		f, ok, err = FormerTx(ctx, tx, id)
		return err
	})
	return f, ok, err
}

// Merged lists the groups or beats that were merged, the latest first.
func (s *Store) Merged(ctx context.Context, who access.Actor, part Part) ([]Former, error) {
	var list []Former
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ManageAreas); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			f, err := scanFormer(scan)
			list = append(list, f)
			return err
		}, formerColumns+formerTables+` and c.part = $1 order by c.on_day desc, c.id desc`, string(part))
	})
	return list, err
}

// Renamed gives the names under which groups and beats of today were known before, by their keys: a list that still says the old
// name means the area of today. A name that an area of today has is not among them.
func Renamed(ctx context.Context, tx *db.Tx) (groups, beats map[string]civil.GroupName, err error) {
	groups, beats = map[string]civil.GroupName{}, map[string]civil.GroupName{}
	pairs := func(into map[string]civil.GroupName, parse func(string) civil.GroupName) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var was, now string
			err := scan(&was, &now)
			into[parse(was).Key] = parse(now)
			return err
		}
	}
	if err := tx.All(ctx, pairs(groups, civil.ParseGroup), `select n.name, a.name from area_names n join areas a on a.ward_id = n.ward_id and a.id = n.area_id
		where n.ward_id = {ward} and a.kind = 'group' and a.valid_to is null order by n.used_to, n.id`); err != nil {
		return nil, nil, err
	}
	if err := tx.All(ctx, pairs(beats, civil.ParseBeat), `select b.name, n.name from area_changes c join beats b on b.ward_id = c.ward_id and b.id = c.from_id
		join beats n on n.ward_id = c.ward_id and n.id = c.present_id
		where c.ward_id = {ward} and c.kind = 'merge' and c.undone_id is null and c.part = 'beat' and n.valid_to is null order by c.on_day, c.id`); err != nil {
		return nil, nil, err
	}
	drop := func(from map[string]civil.GroupName) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var key string
			err := scan(&key)
			delete(from, key)
			return err
		}
	}
	if err := tx.All(ctx, drop(groups), `select a.name_key from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null`); err != nil {
		return nil, nil, err
	}
	return groups, beats, tx.All(ctx, drop(beats), `select b.name_key from beats b where b.ward_id = {ward} and b.valid_to is null`)
}

// NewPart adds the group or beat that a split makes, in its unit.
func NewPart(ctx context.Context, tx *db.Tx, part Part, field, name string, from civil.Day) (string, error) {
	text, err := checkName(field, name)
	if err != nil {
		return "", err
	}
	var id string
	key := "areas.group_taken"
	if part == OfBeat {
		key = "areas.beat_taken"
		id, err = addBeat(ctx, tx, civil.ParseBeat(text), from)
	} else {
		var root string
		if err := tx.One(ctx, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'ward' and a.valid_to is null`).Scan(&root); err != nil {
			return "", err
		}
		id, err = addArea(ctx, tx, root, Group, civil.ParseGroup(text).Name, from)
	}
	if fault.Is(err, fault.Clash) {
		return "", fault.Invalid(field, key)
	}
	return id, err
}

// Valid gives the name and the first day of a group or beat that is valid now.
func Valid(ctx context.Context, tx *db.Tx, part Part, id string) (name string, from civil.Day, err error) {
	text := `select a.name, a.valid_from from areas a where a.ward_id = {ward} and a.id = $1 and a.kind = 'group' and a.valid_to is null`
	if part == OfBeat {
		text = `select b.name, b.valid_from from beats b where b.ward_id = {ward} and b.id = $1 and b.valid_to is null`
	}
	err = tx.One(ctx, text, id).Scan(&name, &from)
	return name, from, err
}

// Record writes a change down and gives its id, which the moves of its houses carry.
func Record(ctx context.Context, tx *db.Tx, c Redrawn) (string, error) {
	id, present := tx.NewID(), ""
	if c.Kind == "merge" {
		present = c.Into
	}
	if _, err := tx.Exec(ctx, `insert into area_changes (ward_id, id, part, kind, from_id, into_id, present_id, on_day, reason, houses, made_at, made_by)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, string(c.Part), c.Kind, c.From, c.Into, present, string(c.Day), c.Reason, c.Houses, tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	if c.Kind != "merge" {
		return id, nil
	}
	// What went into the area that is merged now has come to the new one with it.
	m := Merge{Change: id, Part: c.Part, From: c.From, Into: c.Into, Day: c.Day}
	if err := Keep(ctx, tx, m, carriedMerge, `select c.ward_id, c.id from area_changes c
		where c.ward_id = {ward} and c.kind = 'merge' and c.undone_id is null and c.present_id = $1`, c.From); err != nil {
		return "", err
	}
	_, err := tx.Exec(ctx, `update area_changes as c set present_id = $1 where c.ward_id = {ward} and c.kind = 'merge' and c.undone_id is null and c.present_id = $2`,
		c.Into, c.From)
	return id, err
}

// CloseInto ends a group or beat that has no house left because it was merged. The name of a group, with those it had before,
// becomes a former name of the one it went into; the office phone of a beat goes along where the other has none, and else stays with
// the beat that is closed, where nobody reads it.
func CloseInto(ctx context.Context, tx *db.Tx, m Merge, name string) error {
	if err := KeepOne(ctx, tx, m, carriedArea, m.From); err != nil {
		return err
	}
	if m.Part == OfBeat {
		return closeBeatInto(ctx, tx, m)
	}
	if err := endGroup(ctx, tx, m.From, m.Day); err != nil {
		return err
	}
	if err := Keep(ctx, tx, m, carriedName, `select n.ward_id, n.id from area_names n where n.ward_id = {ward} and n.area_id = $1`, m.From); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update area_names as n set area_id = $1 where n.ward_id = {ward} and n.area_id = $2`, m.Into, m.From); err != nil {
		return err
	}
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into area_names (ward_id, id, area_id, name, fold, used_to) values ({ward}, $1, $2, $3, $4, $5)`,
		id, m.Into, name, civil.Fold(name), string(m.Day)); err != nil {
		return err
	}
	return KeepOne(ctx, tx, m, madeName, id)
}

func closeBeatInto(ctx context.Context, tx *db.Tx, m Merge) error {
	if err := endBeat(ctx, tx, m.From, m.Day); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `update office_phones as p set beat_id = $1 where p.ward_id = {ward} and p.office = 'beat' and p.beat_id = $2
		and not exists (select 1 from office_phones x where x.ward_id = p.ward_id and x.office = 'beat' and x.beat_id = $1)`, m.Into, m.From)
	if err != nil || n == 0 {
		return err
	}
	return KeepOne(ctx, tx, m, carriedPhone, m.From)
}

// endGroup ends a residential group that is valid now, with its place in the tree.
func endGroup(ctx context.Context, tx *db.Tx, id string, day civil.Day) error {
	if err := tx.Must1(tx.Exec(ctx, `update areas as a set valid_to = $1 where a.ward_id = {ward} and a.id = $2 and a.kind = 'group' and a.valid_to is null`,
		string(day), id)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update area_paths as p set valid_to = $1 where p.ward_id = {ward} and p.descendant_id = $2 and p.valid_to is null`, string(day), id)
	return err
}

// endBeat ends a beat that is valid now.
func endBeat(ctx context.Context, tx *db.Tx, id string, day civil.Day) error {
	return tx.Must1(tx.Exec(ctx, `update beats as b set valid_to = $1 where b.ward_id = {ward} and b.id = $2 and b.valid_to is null`, string(day), id))
}
