package gatherings

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/engine/page/ui"
	"sonha/ward/houses"
)

// Choices are where an actor may plan a gathering.
type Choices struct {
	Levels []Level // the usual one first
	Houses []houses.Place
	Groups []houses.Place
	Ward   string
}

// Choose gives the houses and groups within the actor's reach for the levels at which its role plans.
func Choose(ctx context.Context, tx *db.Tx, levels []Level) (Choices, error) {
	c := Choices{Levels: levels}
	if err := tx.One(ctx, `select w.name from wards w where w.id = {ward}`).Scan(&c.Ward); err != nil {
		return c, err
	}
	var err error
	if slices.Contains(levels, House) {
		if c.Houses, err = houses.DoorsTx(ctx, tx); err != nil {
			return c, err
		}
	}
	if slices.Contains(levels, Group) {
		c.Groups, err = houses.GroupsTx(ctx, tx)
	}
	return c, err
}

// Options gives the choices as a form offers them; name says a level and a place as the room calls them.
func (c *Choices) Options(name func(l Level, place string) string) []ui.Option {
	var list []ui.Option
	add := func(l Level, places []houses.Place) {
		for _, p := range places {
			list = append(list, ui.Option{Value: string(l) + ":" + p.ID, Label: name(l, p.Name)})
		}
	}
	for _, l := range c.Levels {
		switch l {
		case House:
			add(l, c.Houses)
		case Group:
			add(l, c.Groups)
		case Ward:
			add(l, []houses.Place{{Name: c.Ward}})
		}
	}
	return list
}

// Offers reports whether a choice is among those that were offered.
func Offers(options []ui.Option, chosen string) bool {
	return slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == chosen })
}
