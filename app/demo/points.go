package demo

import (
	"context"
	"math"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// The invented grid on which the streets of the demo lie, in metres: every street is straight, houses stand on it as their numbers count,
// odd on one side and even on the other, and those of an alley behind its mouth.
const (
	between  = 62.0 // from street to street
	frontage = 7.0  // from a number to the next on its side
	halfRoad = 9.0
	depth    = 6.0 // from house to house in an alley
	perRow   = 4   // streets that follow each other on one line
	along    = 189.0
)

// The corner of the grid, in degrees, and how many metres a degree has there.
const (
	cornerLat, cornerLon = 21.0285, 105.8446
	perLat, perLon       = 110_720.0, 103_920.0
)

// placed gives every house a point on the invented grid, but for one in forty: wards never have all. Nothing here is left to dice.
func placed(ctx context.Context, tx *db.Tx) error {
	type door struct{ id, street, number string }
	var doors []door
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var d door
		err := scan(&d.id, &d.street, &d.number)
		doors = append(doors, d)
		return err
	}, `select h.id, h.street_id, h.number from houses h where {scope h} order by h.sort_key, h.id`); err != nil {
		return err
	}
	into := newTable(tx, "house_points", "id house_id lat lon import_id set_at set_by replaced_by replaced_import")
	street, last, behind := -1, "", map[int]int{}
	for i, d := range doors {
		if d.street != last {
			street, last, behind = street+1, d.street, map[int]int{}
		}
		if i%40 == 17 {
			continue
		}
		n, err := civil.ParseHouseNumber(d.number)
		if err != nil {
			return err
		}
		x, y := onGrid(street, n, behind)
		lat, lon := cornerLat+y/perLat, cornerLon+x/perLon
		const unit = 1e7
		if err := into.add(ctx, tx.NewID(), d.id, int(math.Round(lat*unit)), int(math.Round(lon*unit)), "", Moment().UnixMilli(), "Dữ liệu mẫu", "", ""); err != nil {
			return err
		}
	}
	return into.flush(ctx)
}

// onGrid is where a house stands, in metres east and north of the corner. behind counts the houses at each main number so far.
func onGrid(street int, n civil.HouseNumber, behind map[int]int) (x, y float64) {
	side := float64(n.Main%2*2 - 1)
	x = float64(street%perRow)*(along+36) + math.Mod(float64(n.Main/2)*frontage, along)
	y = float64(street/perRow)*between + side*halfRoad
	y += side * depth * float64(behind[n.Main])
	behind[n.Main]++
	return x, y
}
