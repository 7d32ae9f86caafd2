package indicators

import (
	"cmp"
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/indicators/smallcells"
)

// WardCounts are the official counts of one ward, for the city: the last whole year of each series, with its base.
type WardCounts struct {
	ID     int
	Name   string
	Series []WardSeries // in the order of Official
}

// WardSeries is one series of one ward.
type WardSeries struct {
	Point *Point // nil when the ward entered none
	Base  *Point
}

// Change is how the figure stands against its base.
func (s *WardSeries) Change() Change { return Compare(s.Point, s.Base) }

// CityCounts are the official counts of all wards. The city sees them by ward and year and nothing below.
type CityCounts struct {
	Year  int // of the figures: the last that is over
	Wards []WardCounts
}

// City reads the counts of the last whole year of every ward. Counts from 1 to 4 are left out, and with them what
// would give them away, because the city knows the sum of its wards.
func (s *Store) City(ctx context.Context, who access.Actor) (CityCounts, error) {
	var c CityCounts
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.SeeCity); err != nil {
			return err
		}
		c, err = s.cityTx(ctx, tx)
		return err
	})
	return c, err
}

func (s *Store) cityTx(ctx context.Context, tx *db.Tx) (CityCounts, error) {
	c := CityCounts{Year: civil.DayOf(tx.Now).Year() - 1}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var w WardCounts
		err := scan(&w.ID, &w.Name)
		c.Wards = append(c.Wards, w)
		return err
	}, `select w.id, w.name from wards w where {any: names of wards are public} w.id > 0 order by w.fold, w.id`); err != nil {
		return c, err
	}
	wards, err := s.wards.Of(ctx, tx, c.Year, func(wards []int) (map[int][]WardSeries, error) { return lastYears(ctx, tx, wards, c.Year) })
	for i := range c.Wards {
		c.Wards[i].Series = ownSeries(wards[c.Wards[i].ID])
	}
	c.hide()
	return c, err
}

// lastYears reads the series of some wards.
func lastYears(ctx context.Context, tx *db.Tx, wards []int, year int) (map[int][]WardSeries, error) {
	all := map[int][]WardSeries{}
	breaks, err := cityBreaks(ctx, tx, wards)
	if err != nil {
		return nil, err
	}
	for i, series := range Official() {
		entries, err := cityEntries(ctx, tx, wards, series)
		if err != nil {
			return nil, err
		}
		for ward, list := range entries {
			if all[ward] == nil {
				all[ward] = make([]WardSeries, len(Official()))
			}
			all[ward][i] = lastYearOf(Course(list, withReform(breaks[ward]), Year), year)
		}
	}
	return all, nil
}

// ownSeries copies what is kept of a ward: what is hidden depends on the other wards.
func ownSeries(kept []WardSeries) []WardSeries {
	own := make([]WardSeries, len(Official()))
	for i := range kept {
		if kept[i].Point == nil {
			continue
		}
		p := *kept[i].Point
		own[i] = WardSeries{Point: &p, Base: &p}
		if base := kept[i].Base; base != kept[i].Point {
			own[i].Base = nil
			if base != nil {
				b := *base
				own[i].Base = &b
			}
		}
	}
	return own
}

// withReform adds the break that every ward has.
func withReform(own []Break) []Break {
	list := append([]Break{{On: Reform}}, own...)
	slices.SortFunc(list, func(a, b Break) int { return cmp.Compare(a.On, b.On) })
	return list
}

func lastYearOf(points []Point, year int) WardSeries {
	for i := range points {
		if p := &points[i]; p.Period.Year == year && (p.Whole() || p.Period.Ends == civil.NewDay(year, 12, 31)) {
			return WardSeries{Point: p, Base: Base(points, p.Segment, 0)}
		}
	}
	return WardSeries{}
}

// cityBreaks reads where the series of each ward break, beside the reform.
func cityBreaks(ctx context.Context, tx *db.Tx, wards []int) (map[int][]Break, error) {
	all := map[int][]Break{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var ward int
		var b Break
		err := scan(&ward, &b.On)
		all[ward] = append(all[ward], b)
		return err
	}, `select b.ward_id, b.on_day from series_breaks b where {any: city figures, where the series of wards break} `+
		db.Wards("b.ward_id", wards)+` order by b.ward_id, b.on_day`)
	return all, err
}

// cityEntries reads the counts that hold, by ward.
func cityEntries(ctx context.Context, tx *db.Tx, wards []int, series Code) (map[int][]Entry, error) {
	all := map[int][]Entry{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var ward int
		e := Entry{Series: series}
		var period string
		var starts, ends civil.Day
		if err := scan(&ward, &period, &starts, &ends, &e.Area, &e.Value); err != nil {
			return err
		}
		e.Period, _ = ParsePeriod(period)
		e.Period.Starts, e.Period.Ends = starts, ends
		all[ward] = append(all[ward], e)
		return nil
	}, `select p.ward_id, p.period, p.starts_on, p.ends_on, p.area, p.value from series_points p
		where {any: city figures, official counts by ward} `+db.Wards("p.ward_id", wards)+` and p.series = $1 and p.replaced_at is null
		order by p.ward_id, p.starts_on`, string(series))
	return all, err
}

// hide leaves out what is too small, and what would give it away as the rest of the city's sum.
func (c *CityCounts) hide() {
	for i := range Official() {
		var t smallcells.Table
		var points []*Point
		sum := smallcells.Sum{}
		total := 0
		for k := range c.Wards {
			s := &c.Wards[k].Series[i]
			if s.Point == nil {
				continue
			}
			sum.Parts = append(sum.Parts, len(points))
			points = append(points, s.Point)
			t.Values = append(t.Values, s.Point.Part)
			total += s.Point.Part
			if s.Base != nil && s.Base != s.Point && s.Base.Part > 0 && s.Base.Part < smallcells.Least {
				s.Base.Hidden = true
			}
		}
		sum.Total, t.Values = len(points), append(t.Values, total)
		t.Sums = []smallcells.Sum{sum}
		for k, hidden := range smallcells.Hide(t)[:len(points)] {
			points[k].Hidden = points[k].Hidden || hidden
		}
	}
}
