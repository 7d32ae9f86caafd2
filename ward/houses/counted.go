package houses

import (
	"context"
	"strconv"

	"sonha/engine/db"
)

// Counted is a row behind a figure: what was counted at a house.
type Counted struct {
	House, Number, Street string
	Thing                 string // what opens it beside its house: the id of a proposal, a month; may be empty
	Name                  string // what it is called there: "ĐX 12/2026", "TC2"; may be empty
	Day                   string // ISO; the day or the first day that it stands for; may be empty
	Part, Of              int    // how much of it is in the numerator and in the denominator
}

// Slice says which of the rows behind a figure are asked for.
type Slice struct {
	Group string // of one residential group; "" for all in reach
	Part  bool   // those of the numerator alone
	Skip  int
	Most  int // 0: all
}

// CountedTx reads the rows behind a figure. The statement gives the columns of Counted over houses h and ends in its conditions; part is
// what must hold of a row of the numerator. What the statement does not narrow is the figure, so that both stay the same rows.
func CountedTx(ctx context.Context, tx *db.Tx, s Slice, part, query string, args ...any) ([]Counted, error) {
	if s.Group != "" {
		args = append(args, s.Group)
		query += ` and h.group_id = $` + strconv.Itoa(len(args))
	}
	if s.Part {
		query += ` and (` + part + `)`
	}
	query += ` order by h.sort_key, h.id, 6, 5, 4`
	if s.Most > 0 {
		query += ` limit ` + strconv.Itoa(s.Most) + ` offset ` + strconv.Itoa(s.Skip)
	}
	var list []Counted
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c Counted
		err := scan(&c.House, &c.Number, &c.Street, &c.Thing, &c.Name, &c.Day, &c.Part, &c.Of)
		list = append(list, c)
		return err
	}, query, args...)
	return list, err
}

// CountedHouse are the first columns of a statement for CountedTx, and CountedStreet what they need besides houses h.
const (
	CountedHouse  = `select h.id, h.number, st.name, `
	CountedStreet = ` join streets st on st.ward_id = h.ward_id and st.id = h.street_id `
)
