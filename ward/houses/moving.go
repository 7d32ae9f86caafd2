package houses

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// Moved says where a house belonged before a change and where it belongs after it; an empty id is none.
type Moved struct {
	House     string
	Version   int // of the house as it was read
	FromGroup string
	ToGroup   string
	FromBeat  string
	ToBeat    string
}

// Reassign gives houses another residential group or beat in the unit of the change that asks for it, keeps a line of each move and
// brings the sums of the open campaigns up to date. A house that somebody changed meanwhile is a conflict. An import, which writes
// the whole row, keeps the same line and brings the same sums up to date.
func (s *Store) Reassign(ctx context.Context, tx *db.Tx, list []Moved, change string, day civil.Day) error {
	if err := tx.Need(access.ManageAreas); err != nil {
		return err
	}
	for i := range list {
		m := &list[i]
		n, err := tx.Exec(ctx, `update houses as h set group_id = $1, beat_id = $2, version = h.version + 1, updated_at = $3
			where h.ward_id = {ward} and h.id = $4 and h.version = $5`, db.OrNull(m.ToGroup), db.OrNull(m.ToBeat), tx.Millis(), m.House, m.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		if err := noteMove(ctx, tx, m, change, day); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	return s.recount.HousesChanged(ctx, tx)
}

// noteMove keeps the line of one move.
func noteMove(ctx context.Context, tx *db.Tx, m *Moved, change string, day civil.Day) error {
	if m.FromGroup == m.ToGroup && m.FromBeat == m.ToBeat {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into house_moves (ward_id, house_id, version, change_id, from_group, to_group, from_beat, to_beat, on_day, made_at, made_by)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.House, m.Version+1, db.OrNull(change), db.OrNull(m.FromGroup), db.OrNull(m.ToGroup), db.OrNull(m.FromBeat), db.OrNull(m.ToBeat), string(day),
		tx.Millis(), tx.Who.Name())
	return err
}

// Back is a move of a change turned round: from where the house lies now to where it was.
type Back struct {
	Moved

	Number, Street string
	StreetID       string
	Group, Beat    string // names of where it goes back
	Closed         string // the name of what was closed meanwhile, so that it cannot go back
	Onward         bool   // it was moved on since
}

// Backs gives the moves of a change of groups, of beats or of both turned round, in the order of the streets. What the change did not
// draw anew stays as it is today.
func Backs(ctx context.Context, tx *db.Tx, change string, part areas.Part) ([]Back, error) {
	if err := tx.Need(access.ManageAreas); err != nil {
		return nil, err
	}
	var list []Back
	err := tx.All(ctx, func(scan func(...any) error) error {
		var b Back
		var closedGroup, closedBeat bool
		var onwardGroup, onwardBeat bool
		err := scan(&b.House, &b.Version, &b.Number, &b.Street, &b.StreetID, &b.FromGroup, &b.ToGroup, &b.FromBeat, &b.ToBeat,
			&b.Group, &b.Beat, &closedGroup, &closedBeat, &onwardGroup, &onwardBeat)
		if part == areas.OfBeat {
			b.ToGroup, closedGroup, onwardGroup = b.FromGroup, false, false
		}
		if part == areas.OfGroup {
			b.ToBeat, closedBeat, onwardBeat = b.FromBeat, false, false
		}
		b.Onward = onwardGroup || onwardBeat
		switch {
		case closedGroup:
			b.Closed = b.Group
		case closedBeat:
			b.Closed = b.Beat
		}
		list = append(list, b)
		return err
	}, `select h.id, h.version, h.number, s.name, s.id, coalesce(h.group_id, ''), coalesce(m.from_group, ''), coalesce(h.beat_id, ''), coalesce(m.from_beat, ''),
			coalesce(g.name, ''), coalesce(b.name, ''), g.valid_to is not null, b.valid_to is not null,
			exists (select 1 from house_moves x where x.ward_id = m.ward_id and x.house_id = m.house_id and x.version > m.version
				and x.from_group is distinct from x.to_group and `+areas.Standing("x")+`),
			exists (select 1 from house_moves x where x.ward_id = m.ward_id and x.house_id = m.house_id and x.version > m.version
				and x.from_beat is distinct from x.to_beat and `+areas.Standing("x")+`)
		from house_moves m join houses h on h.ward_id = m.ward_id and h.id = m.house_id
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas g on g.ward_id = m.ward_id and g.id = m.from_group
		left join beats b on b.ward_id = m.ward_id and b.id = m.from_beat
		where m.ward_id = {ward} and m.change_id = $1 order by s.sort_key, s.id, h.sort_key, h.id`, change)
	return list, err
}

// Left is one move in the history of a house.
type Left struct {
	Group string // the group that it left, empty when it stayed in it
	Beat  string
	On    civil.Day
}

// History gives the moves of a house within the reach of a unit of work, the latest first: what it left, and the day from which the
// move held.
func History(ctx context.Context, tx *db.Tx, house string) ([]Left, error) {
	var list []Left
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Left
		err := scan(&x.Group, &x.Beat, &x.On)
		list = append(list, x)
		return err
	}, `select case when coalesce(m.from_group, '') = coalesce(m.to_group, '') then '' else coalesce(g.name, '') end,
			case when coalesce(m.from_beat, '') = coalesce(m.to_beat, '') then '' else coalesce(b.name, '') end, m.on_day
		from house_moves m left join areas g on g.ward_id = m.ward_id and g.id = m.from_group left join beats b on b.ward_id = m.ward_id and b.id = m.from_beat
		where {scope m.house} and m.house_id = $1 order by m.on_day desc, m.version desc`, house)
	return list, err
}
