package inspections

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// crews says by what a sheet names the beat that its inspectors came from: the name of the beat, or that of an area officer of it.
type crews []mark

// mark is one such name.
type mark struct{ beat, name string }

// crewsOf reads the crews of the ward. An officer of two beats has a mark for each.
func crewsOf(ctx context.Context, tx *db.Tx) (crews, error) {
	var list crews
	err := tx.All(ctx, func(scan func(...any) error) error {
		var m mark
		err := scan(&m.beat, &m.name)
		m.name = spaced(m.name)
		list = append(list, m)
		return err
	}, `select b.id as beat, b.name as name from beats b where b.ward_id = {ward} and b.valid_to is null
		union all
		select g.beat_id, o.name from grants g join accounts o on o.ward_id = g.ward_id and o.id = g.account_id
			where g.ward_id = {ward} and g.role = 'officer' and g.beat_id is not null and g.ended_at is null and o.disabled_at is null
		order by beat, name`)
	return list, err
}

// names gives the beats that the list of inspectors of a sheet names.
func (c crews) names(members string) []string {
	var list []string
	text := spaced(members)
	for _, m := range c {
		if m.name != "" && strings.Contains(text, m.name) && !slices.Contains(list, m.beat) {
			list = append(list, m.beat)
		}
	}
	return list
}

// spaced is a text as names are looked for in it: folded, its words between single spaces, so that "Khu vực 2" is not found in
// "khu vực 21".
func spaced(text string) string {
	words := strings.FieldsFunc(civil.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ") + " "
}

// beats gives the beat in which the house of an inspection lies and the one whose officer inspects it, empty where nobody knows.
//
// It is the beat of the area officer who finishes; of several the one in which the house lies. What is written on the spot is not always
// what was found by whoever types: a sheet of the officer of another beat is taken in by the own one, or by the command. So where whoever
// finishes holds no other beat than the house's own, the inspectors whom the sheet names count, and the own beat before others.
func beats(ctx context.Context, tx *db.Tx, i *Inspection, of *crews) (home, by string, err error) {
	if err := tx.One(ctx, `select coalesce(h.beat_id, '') from houses h where {scope h} and h.id = $1`, i.House.ID).Scan(&home); err != nil {
		return "", "", err
	}
	held := tx.Who.Beats()
	if len(held) > 0 && !slices.Contains(held, home) {
		return home, held[0], nil
	}
	if of == nil {
		read, err := crewsOf(ctx, tx)
		if err != nil {
			return "", "", err
		}
		of = &read
	}
	named := of.names(i.Members)
	self := tx.Who.Role() == access.Officer && strings.Contains(spaced(i.Members), spaced(tx.Who.Name()))
	switch {
	case slices.Contains(named, home) || self && len(held) > 0:
		return home, home, nil
	case len(named) > 0:
		return home, named[0], nil
	case len(held) > 0:
		return home, home, nil
	}
	return home, "", nil
}
