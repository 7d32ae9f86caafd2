package demo

import (
	"context"
	"math/rand/v2"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// merged gives the first residential group a past: years before the first campaign another group went into it, with the houses of its
// first street. It has dice of its own, and comes before everything that the demo counts, so no figure depends on it.
func merged(ctx context.Context, tx *db.Tx) error {
	const name, since = "Tổ dân phố 40", "2010-01-01"
	on := civil.NewDay(2018, 10, 15)
	own := &builder{rand: rand.New(rand.NewPCG(41, uint64(tx.Who.Ward())))}
	former, change, word := own.id(), own.id(), own.id()
	var root, into, street string
	if err := tx.One(ctx, `select a.parent_id, a.id from areas a where a.ward_id = {ward} and a.kind = 'group' and a.valid_to is null
			and exists (select 1 from houses h where h.ward_id = a.ward_id and h.group_id = a.id) order by a.sort_key, a.id limit 1`).Scan(&root, &into); err != nil {
		return err
	}
	if err := tx.One(ctx, `select h.street_id from houses h where h.ward_id = {ward} and h.group_id = $1 order by h.sort_key, h.id limit 1`, into).Scan(&street); err != nil {
		return err
	}
	at := on.Time().UnixMilli()
	for _, x := range []struct {
		text string
		args []any
	}{
		{`insert into areas (ward_id, id, parent_id, kind, name, name_key, fold, sort_key, valid_from, valid_to) values ({ward}, $1, $2, 'group', $3, $4, $5, $6, $7, $8)`,
			[]any{former, root, name, civil.ParseGroup(name).Key, civil.Fold(name), civil.SortKey(name), since, string(on)}},
		{`insert into area_names (ward_id, id, area_id, name, fold, used_to) values ({ward}, $1, $2, $3, $4, $5)`, []any{word, into, name, civil.Fold(name), string(on)}},
		{`insert into area_changes (ward_id, id, part, kind, from_id, into_id, present_id, on_day, reason, houses, made_at, made_by)
			select h.ward_id, cast($1 as text), 'group', 'merge', cast($2 as text), cast($3 as text), cast($3 as text), cast($4 as text),
				'Sắp xếp lại tổ dân phố', count(*), cast($5 as bigint), 'Quản trị viên'
			from houses h where h.ward_id = {ward} and h.group_id = $3 and h.street_id = $6 group by h.ward_id`, []any{change, former, into, string(on), at, street}},
		{`insert into house_moves (ward_id, house_id, version, change_id, from_group, to_group, from_beat, to_beat, on_day, made_at, made_by)
			select h.ward_id, h.id, h.version, cast($1 as text), cast($2 as text), h.group_id, h.beat_id, h.beat_id, cast($3 as text), cast($4 as bigint), 'Quản trị viên'
			from houses h where h.ward_id = {ward} and h.group_id = $5 and h.street_id = $6`, []any{change, former, string(on), at, into, street}},
	} {
		if _, err := tx.Exec(ctx, x.text, x.args...); err != nil {
			return err
		}
	}
	return nil
}
