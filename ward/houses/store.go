package houses

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
)

// Recounter is told, in the same transaction, that houses came, went or changed their group or their number
// of households.
type Recounter interface {
	HousesChanged(ctx context.Context, tx *db.Tx) error
}

// Store keeps the tables of this feature.
type Store struct {
	db      *db.DB
	recount Recounter
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB, r Recounter) *Store { return &Store{db: d, recount: r} }

const columns = `h.id, h.street_id, s.name, coalesce(h.group_id, ''), coalesce(g.name, ''), coalesce(h.beat_id, ''), coalesce(b.name, ''), h.number, h.households,
	h.rented, h.kind, h.storeys, h.head_name, h.head_phone, h.former_ward, h.note, h.opened_on, h.version`

const joins = `houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
	left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
	left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id`

func scanHouse(scan func(...any) error) (House, error) {
	var h House
	err := scan(&h.ID, &h.StreetID, &h.Street, &h.GroupID, &h.Group, &h.BeatID, &h.Beat, &h.Number, &h.Households,
		&h.Rented, &h.Kind, &h.Storeys, &h.HeadName, &h.HeadPhone, &h.FormerWard, &h.Note, &h.OpenedOn, &h.Version)
	return h, err
}

// Get gives one house within the actor's reach.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (House, error) {
	var h House
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		h, err = InTx(ctx, tx, id)
		return err
	})
	return h, err
}

// InTx gives one house within the reach of a unit of work.
func InTx(ctx context.Context, tx *db.Tx, id string) (House, error) {
	return scanHouse(tx.One(ctx, `select `+columns+` from `+joins+` where {scope h} and h.id = $1`, id).Scan)
}

// Find gives the house of a street and number, by their keys, within the reach of a unit of work.
func Find(ctx context.Context, tx *db.Tx, streetKey, numberKey string) (House, error) {
	return scanHouse(tx.One(ctx, `select `+columns+` from `+joins+` where {scope h} and s.name_key = $1 and h.number_key = $2`, streetKey, numberKey).Scan)
}

// Each calls fn for every house within the actor's reach, in walking order of the street list.
func (s *Store) Each(ctx context.Context, who access.Actor, fn func(House) error) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			h, err := scanHouse(scan)
			if err != nil {
				return err
			}
			return fn(h)
		}, `select `+columns+` from `+joins+` where {scope h} order by h.sort_key, h.id`)
	})
}

// StreetRenamed brings the order and the search of a street's houses up to date after the street got another
// name. It implements areas.HouseOrder.
func (s *Store) StreetRenamed(ctx context.Context, tx *db.Tx, street string) error {
	var ref struct {
		name, former string
		key          []byte
	}
	if err := tx.One(ctx, `select s.name, s.former, s.sort_key from streets s where s.ward_id = {ward} and s.id = $1`, street).Scan(&ref.name, &ref.former, &ref.key); err != nil {
		return err
	}
	type row struct{ id, number, former, head string }
	var rows []row
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var r row
		err := scan(&r.id, &r.number, &r.former, &r.head)
		rows = append(rows, r)
		return err
	}, `select h.id, h.number, h.former_ward, h.head_name from houses h where h.ward_id = {ward} and h.street_id = $1`, street); err != nil {
		return err
	}
	for _, r := range rows {
		key := append(append(append([]byte(nil), ref.key...), 0, 0), sortNumber(r.number)...)
		if _, err := tx.Exec(ctx, `update houses as h set sort_key = $1, fold = $2, updated_at = $3 where h.ward_id = {ward} and h.id = $4`,
			key, SearchText(r.number, ref.name+" "+ref.former, r.former, r.head), tx.Millis(), r.id); err != nil {
			return err
		}
	}
	return nil
}
