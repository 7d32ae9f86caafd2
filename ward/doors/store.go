package doors

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Store keeps the table of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Seen is what everybody sees at a door.
type Seen struct {
	Number, Street string
	House          string // its id, for what other rooms say at a door; shown to nobody
	BeatID         string
	Ended          bool // the plate was renewed, or the house number is no more
	SafeYear       int  // the year for which the house was approved as safe and published; 0 says nothing
}

// Scan gives what a plate shows to everybody; who is nobody. A code that was never given out is not found. Only a result
// that is published counts, or one of an earlier year that came from the ward's own lists: the newest of them must be safe, or
// nothing is said.
func (s *Store) Scan(ctx context.Context, who access.Actor, ward int, token string) (Seen, error) {
	var x Seen
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var house, status string
		var ended int64
		err := tx.One(ctx, `select d.house_id, coalesce(d.ended_at, 0), h.number, st.name, h.status, coalesce(h.beat_id, '')
			from doors d join houses h on h.ward_id = d.ward_id and h.id = d.house_id join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {any: the plate itself says whose door it is} d.ward_id = $1 and d.token = $2`, ward, token).
			Scan(&house, &ended, &x.Number, &x.Street, &status, &x.BeatID)
		if fault.Is(err, fault.Missing) {
			return fault.NotFound("doors.unknown")
		}
		if err != nil {
			return err
		}
		x.House = house
		if x.Ended = ended != 0 || status == "merged" || status == "closed"; x.Ended {
			return nil
		}
		var class string
		err = tx.One(ctx, `select c.year, r.class from results r join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
			where {any: a house that is safe says so at its door} r.ward_id = $1 and r.house_id = $2 and c.phase in ('publish', 'closed')
				and (r.stage = 'approved' or c.origin = 'import')
			order by c.year desc limit 1`, ward, house).Scan(&x.SafeYear, &class)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		if class != "safe" {
			x.SafeYear = 0
		}
		return err
	})
	return x, err
}

// Door is the plate of a house as those who print it see it.
type Door struct {
	House          string
	Number, Street string
	Token          string // empty while the house has no plate
	MadeAt         time.Time
	PrintedAt      time.Time
}

// Filter says whose plates are printed; the zero Filter is every house in reach.
type Filter struct {
	Street, Group, Beat, House string
	Missing                    bool // only houses whose plate was never printed
}

// Most is how many plates one file holds: what a printer does before somebody looks at it.
const Most = 600

func (f *Filter) where() (condition string, args []any) {
	var b strings.Builder
	for _, x := range []struct{ column, id string }{{"street_id", f.Street}, {"group_id", f.Group}, {"beat_id", f.Beat}, {"id", f.House}} {
		if x.id != "" {
			args = append(args, x.id)
			b.WriteString(" and h." + x.column + " = $" + strconv.Itoa(len(args)))
		}
	}
	if f.Missing {
		b.WriteString(" and d.printed_at is null")
	}
	return b.String(), args
}

const doorsOf = ` from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	left join doors d on d.ward_id = h.ward_id and d.house_id = h.id and d.ended_at is null
	where {scope h} and h.status in ('draft', 'active', 'paused')`

// Count gives how many plates a filter means, and how many of them were never printed.
func (s *Store) Count(ctx context.Context, who access.Actor, f Filter) (all, missing int, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Plates); err != nil {
			return err
		}
		where, args := f.where()
		return tx.One(ctx, `select count(*), count(*) filter (where d.printed_at is null)`+doorsOf+where, args...).Scan(&all, &missing)
	})
	return all, missing, err
}

// Get gives the plate of one house.
func (s *Store) Get(ctx context.Context, who access.Actor, house string) (Door, error) {
	var d Door
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Plates); err != nil {
			return err
		}
		list, err := doors(ctx, tx, Filter{House: house})
		if err == nil && len(list) == 0 {
			err = fault.NotFound("fault.not_found")
		}
		if err == nil {
			d = list[0]
		}
		return err
	})
	return d, err
}

func doors(ctx context.Context, tx *db.Tx, f Filter) ([]Door, error) {
	var list []Door
	where, args := f.where()
	err := tx.All(ctx, func(scan func(...any) error) error {
		var d Door
		var made, printed int64
		err := scan(&d.House, &d.Number, &d.Street, &d.Token, &made, &printed)
		d.MadeAt, d.PrintedAt = db.Moment(made), db.Moment(printed)
		list = append(list, d)
		return err
	}, `select h.id, h.number, st.name, coalesce(d.token, ''), coalesce(d.made_at, 0), coalesce(d.printed_at, 0)`+doorsOf+where+
		` order by h.sort_key, h.id limit `+strconv.Itoa(Most+1), args...)
	return list, err
}

// Print gives the plates that a filter means, in walking order, and makes the codes that are missing. Refused when there
// are none, or more than fit one file.
func (s *Store) Print(ctx context.Context, who access.Actor, f Filter) ([]Door, error) {
	var list []Door
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Plates); err != nil {
			return err
		}
		var err error
		if list, err = doors(ctx, tx, f); err != nil {
			return err
		}
		switch {
		case len(list) == 0 && f.House != "":
			return fault.NotFound("fault.not_found")
		case len(list) == 0:
			return fault.Refused("doors.none")
		case len(list) > Most:
			return fault.Refused("doors.too_many", "Most", Most)
		}
		for i := range list {
			if err := printed(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "door.print", Object: "door", House: f.House, Detail: fmt.Sprintf("in %s biển số", civil.Int(len(list)))})
	})
	return list, err
}

// printed notes that the plate of a house is printed, and makes its code when it has none.
func printed(ctx context.Context, tx *db.Tx, d *Door) error {
	if d.Token == "" {
		d.Token = db.NewToken(tokenBytes)
		_, err := tx.Exec(ctx, `insert into doors (ward_id, token, house_id, made_at, made_by, printed_at) values ({ward}, $1, $2, $3, $4, $3)`,
			d.Token, d.House, tx.Millis(), tx.Who.Name())
		return err
	}
	_, err := tx.Exec(ctx, `update doors as d set printed_at = $1 where {scope d.house} and d.token = $2`, tx.Millis(), d.Token)
	return err
}

// Renew ends the code of a house and makes a new one, when a plate was lost, copied or torn off. The new one is not printed
// yet.
func (s *Store) Renew(ctx context.Context, who access.Actor, house string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Plates); err != nil {
			return err
		}
		list, err := doors(ctx, tx, Filter{House: house})
		if err == nil && len(list) == 0 {
			err = fault.NotFound("fault.not_found")
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update doors as d set ended_at = $1 where {scope d.house} and d.house_id = $2 and d.ended_at is null`, tx.Millis(), house); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into doors (ward_id, token, house_id, made_at, made_by) values ({ward}, $1, $2, $3, $4)`,
			db.NewToken(tokenBytes), house, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "door.renew", Object: "door", House: house, Detail: "thay mã biển số"})
	})
}
