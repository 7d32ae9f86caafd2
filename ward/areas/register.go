package areas

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// Register finds or adds the groups, beats and streets that an import names, inside its transaction. It
// reads each list once and remembers it. Whatever it added is in Added.
type Register struct {
	tx      *db.Tx
	root    string
	groups  map[string]string // key → id
	beats   map[string]string
	streets map[string]StreetRef
	Added   struct{ Groups, Beats, Streets []string } // ids
}

// StreetRef is a street with what the order and the search of its houses need.
type StreetRef struct {
	ID, Name, Fold string
	SortKey        []byte
}

// NewRegister reads the ward's groups, beats and streets.
func NewRegister(ctx context.Context, tx *db.Tx) (*Register, error) {
	r := &Register{tx: tx, groups: map[string]string{}, beats: map[string]string{}, streets: map[string]StreetRef{}}
	if err := tx.One(ctx, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'ward' and a.valid_to is null`).Scan(&r.root); err != nil {
		return nil, err
	}
	pairs := func(into map[string]string) func(func(...any) error) error {
		return func(scan func(...any) error) error {
			var key, id string
			if err := scan(&key, &id); err != nil {
				return err
			}
			into[key] = id
			return nil
		}
	}
	if err := tx.All(ctx, pairs(r.groups), `select a.name_key, a.id from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null`); err != nil {
		return nil, err
	}
	if err := tx.All(ctx, pairs(r.beats), `select b.name_key, b.id from beats b where b.ward_id = {ward} and b.valid_to is null`); err != nil {
		return nil, err
	}
	// Under a former name goes what it has become.
	groups, beats, err := Renamed(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		into  map[string]string
		names map[string]civil.GroupName
	}{{r.groups, groups}, {r.beats, beats}} {
		for was, now := range x.names {
			x.into[was] = x.into[now.Key]
		}
	}
	return r, tx.All(ctx, func(scan func(...any) error) error {
		var key string
		var s StreetRef
		if err := scan(&key, &s.ID, &s.Name, &s.Fold, &s.SortKey); err != nil {
			return err
		}
		r.streets[key] = s
		return nil
	}, `select s.name_key, s.id, s.name, s.fold, s.sort_key from streets s where s.ward_id = {ward}`)
}

// Group gives the id of the group of that name, adding it when the ward has none; empty for no name.
func (r *Register) Group(ctx context.Context, n civil.GroupName) (string, error) {
	if n.Key == "" {
		return "", nil
	}
	if id, ok := r.groups[n.Key]; ok {
		return id, nil
	}
	id, err := addArea(ctx, r.tx, r.root, Group, n.Name, since)
	if err != nil {
		return "", err
	}
	r.groups[n.Key] = id
	r.Added.Groups = append(r.Added.Groups, id)
	return id, nil
}

// Beat gives the id of the beat of that name, adding it when the ward has none; empty for no name.
func (r *Register) Beat(ctx context.Context, n civil.GroupName) (string, error) {
	if n.Key == "" {
		return "", nil
	}
	if id, ok := r.beats[n.Key]; ok {
		return id, nil
	}
	id, err := addBeat(ctx, r.tx, n, since)
	if err != nil {
		return "", err
	}
	r.beats[n.Key] = id
	r.Added.Beats = append(r.Added.Beats, id)
	return id, nil
}

// Street gives the street of that name, adding it when the ward has none.
func (r *Register) Street(ctx context.Context, s civil.Street) (StreetRef, error) {
	if known, ok := r.streets[s.Key]; ok {
		return known, nil
	}
	ref, err := addStreet(ctx, r.tx, s)
	if err != nil {
		return StreetRef{}, err
	}
	r.streets[s.Key] = ref
	r.Added.Streets = append(r.Added.Streets, ref.ID)
	return ref, nil
}

func addBeat(ctx context.Context, tx *db.Tx, n civil.GroupName, from civil.Day) (string, error) {
	id := tx.NewID()
	_, err := tx.Exec(ctx, `insert into beats (ward_id, id, name, name_key, fold, sort_key, valid_from) values ({ward}, $1, $2, $3, $4, $5, $6)`,
		id, n.Name, n.Key, civil.Fold(n.Name), civil.SortKey(n.Name), string(from))
	return id, err
}

func addStreet(ctx context.Context, tx *db.Tx, s civil.Street) (StreetRef, error) {
	ref := StreetRef{ID: tx.NewID(), Name: s.Name, Fold: s.Fold, SortKey: civil.SortKey(s.Name)}
	_, err := tx.Exec(ctx, `insert into streets (ward_id, id, name, name_key, fold, former, sort_key) values ({ward}, $1, $2, $3, $4, '', $5)`,
		ref.ID, s.Name, s.Key, ref.Fold, ref.SortKey)
	return ref, err
}

// Remove takes back what an import had added and nobody uses: groups, beats and streets without a house,
// a house that moved, account or record. It gives how many went.
func Remove(ctx context.Context, tx *db.Tx, groups, beats, streets []string) (int64, error) {
	var gone int64
	for _, step := range []struct {
		ids   []string
		texts []string
	}{
		{streets, []string{`delete from streets as s where s.ward_id = {ward} and s.id = $1
			and not exists (select 1 from houses h where h.ward_id = s.ward_id and h.street_id = s.id)`}},
		{beats, []string{`delete from beats as b where b.ward_id = {ward} and b.id = $1
			and not exists (select 1 from houses h where h.ward_id = b.ward_id and h.beat_id = b.id)
			and not exists (select 1 from grants g where g.ward_id = b.ward_id and g.beat_id = b.id)
			and not exists (select 1 from house_moves m where m.ward_id = b.ward_id and (m.from_beat = b.id or m.to_beat = b.id))`}},
		{groups, []string{
			`delete from area_paths as p where p.ward_id = {ward} and p.descendant_id = $1
			and not exists (select 1 from houses h where h.ward_id = p.ward_id and h.group_id = p.descendant_id)
			and not exists (select 1 from grants g where g.ward_id = p.ward_id and g.group_id = p.descendant_id)
			and not exists (select 1 from house_moves m where m.ward_id = p.ward_id and (m.from_group = p.descendant_id or m.to_group = p.descendant_id))`,
			`delete from areas as a where a.ward_id = {ward} and a.id = $1
			and not exists (select 1 from area_paths p where p.ward_id = a.ward_id and p.descendant_id = a.id)`,
		}},
	} {
		for _, id := range step.ids {
			for i, text := range step.texts {
				n, err := tx.Exec(ctx, text, id)
				if err != nil {
					return gone, err
				}
				if i == len(step.texts)-1 {
					gone += n
				}
			}
		}
	}
	return gone, nil
}
