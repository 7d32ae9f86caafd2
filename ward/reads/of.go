package reads

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
)

// mostAsked bounds the ids in one statement.
const mostAsked = 200

// owner says of which house, and of which household, something is.
func owner(of string) string {
	switch of {
	case byHouse:
		return `select x.id, x.id, '' from houses x where x.ward_id = {ward} and `
	case "inspection":
		return `select x.id, x.house_id, '' from inspections x where x.ward_id = {ward} and `
	case "photo":
		return `select x.id, x.house_id, '' from photos x where x.ward_id = {ward} and `
	case "objection":
		return `select x.id, x.house_id, '' from objections x where x.ward_id = {ward} and `
	case "data request":
		return `select x.id, x.house_id, x.household from data_requests x where x.ward_id = {ward} and `
	case "log":
		return `select x.id, x.house_id, '' from log_entries x where x.ward_id = {ward} and `
	case "measure":
		return `select x.id, coalesce(x.house_id, ''), '' from measures x where x.ward_id = {ward} and `
	case "measure photo":
		return `select x.id, coalesce(m.house_id, ''), '' from measure_photos x join measures m on m.ward_id = x.ward_id and m.id = x.measure_id where x.ward_id = {ward} and `
	case "proposal":
		return `select x.id, x.house_id, x.household from proposals x where x.ward_id = {ward} and `
	case "proposal photo":
		return `select x.id, p.house_id, p.household from proposal_photos x join proposals p on p.ward_id = x.ward_id and p.id = x.proposal_id where x.ward_id = {ward} and `
	}
	return ""
}

// resolve finds the house and the household of each line that names something, and whether it lies outside the reader's area.
func resolve(ctx context.Context, tx *db.Tx, lines []line) error {
	byKind := map[string][]string{}
	for i := range lines {
		if of := lines[i].kind.of; of != "" && !slices.Contains(byKind[of], lines[i].id) {
			byKind[of] = append(byKind[of], lines[i].id)
		}
	}
	type found struct{ house, household string }
	owners := map[string]found{}
	var houses []string
	for of, ids := range byKind {
		for chunk := range slices.Chunk(ids, mostAsked) {
			which, args := db.Among("x.id", 1, chunk)
			if err := tx.All(ctx, func(scan func(...any) error) error {
				var id string
				var f found
				err := scan(&id, &f.house, &f.household)
				owners[of+" "+id] = f
				if f.house != "" && !slices.Contains(houses, f.house) {
					houses = append(houses, f.house)
				}
				return err
			}, owner(of)+which, args...); err != nil {
				return err
			}
		}
	}
	areas, err := areasOf(ctx, tx, houses)
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		f := owners[l.kind.of+" "+l.id]
		l.house, l.household = f.house, f.household
		at, known := areas[l.house]
		switch {
		case !known, l.kind.lent:
		case l.level == access.OwnBeats:
			l.outside = !slices.Contains(l.reach, at.beat)
		case l.level == access.OwnGroups:
			l.outside = !slices.Contains(l.reach, at.group)
		case l.level == access.OwnHouses:
			l.outside = !slices.Contains(l.reach, l.house)
		}
	}
	return nil
}

// lies is where a house lies.
type lies struct{ beat, group string }

func areasOf(ctx context.Context, tx *db.Tx, houses []string) (map[string]lies, error) {
	all := map[string]lies{}
	for chunk := range slices.Chunk(houses, mostAsked) {
		which, args := db.Among("h.id", 1, chunk)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			var x lies
			err := scan(&id, &x.beat, &x.group)
			all[id] = x
			return err
		}, `select h.id, coalesce(h.beat_id, ''), coalesce(h.group_id, '') from houses h where h.ward_id = {ward} and `+which, args...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// insert writes rows with one statement.
func insert(ctx context.Context, tx *db.Tx, rows []line) error {
	const columns = 13
	var b strings.Builder
	b.WriteString(`insert into seen (ward_id, at, id, account_id, role, place, house_id, household, area_id, what, duty, asked, listed, outside) values `)
	args := make([]any, 0, len(rows)*columns)
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("({ward}")
		for j := range columns {
			b.WriteString(", $" + strconv.Itoa(i*columns+j+1))
		}
		b.WriteByte(')')
		l := &rows[i]
		args = append(args, l.at.UnixMilli(), tx.NewID(), l.account, string(l.role), l.place, l.house, l.household, l.area, what(l.shows), l.duty(), l.asked, l.rows, l.outside)
	}
	_, err := tx.Exec(ctx, b.String(), args...)
	return err
}
