package indicators

import (
	"math/bits"

	"sonha/ground/civil"
)

// Point is the figure of one period: a count, or a part of a whole.
type Point struct {
	Period Period
	Part   int // the count, or the numerator
	Of     int // the denominator; 0 of a count
	// Segment numbers the stretches between which nothing is compared; it rises by one at each break.
	Segment int
	Area    string // what the figure is of: "Quận Hoàn Kiếm"
	// Sum marks a year or quarter that was added up from shorter periods.
	Sum bool
	// Differs is the sum of the shorter periods where it is not the figure that was entered; -1 otherwise.
	Differs int
	// Households is how many households the area had, for the rate; 0 unknown.
	Households int
	// Running: the campaign goes on, and the figure with it.
	Running bool
	// Hidden: too small to be told to this reader, or needed to keep another one untold.
	Hidden bool
	share  bool
}

// Whole reports whether the figure is final and covers all of its period.
func (p *Point) Whole() bool { return p.Period.Whole() && !p.Running }

// Share reports whether the point is a part of a whole.
func (p *Point) Share() bool { return p.share }

// Known reports whether there is a figure to tell.
func (p *Point) Known() bool { return !p.Hidden && (!p.share || p.Of > 0) }

// Tenths is the figure in tenths: of a percent for a share, of one for a count.
func (p *Point) Tenths() int {
	if p.share {
		return civil.PercentTenths(p.Part, p.Of)
	}
	return 10 * p.Part
}

// Verdict says how a figure stands against another.
type Verdict int

// The verdicts.
const (
	Same      Verdict = iota
	Fell              // by Tenths
	Rose              // by Tenths
	IsBase            // it is the figure that others are compared with
	ZeroBase          // the base is nought: not comparable
	OtherSide         // a break lies between: not comparable
	PartOnly          // one of the two covers only part of its period: not comparable
	Untold            // one of the two may not be told
	NoBase            // there is no figure of the base year
)

// Change is how a figure stands against another: for counts in tenths of a percent of the base, for shares in tenths
// of a percentage point.
type Change struct {
	Verdict Verdict
	Tenths  int // never negative
	Points  bool
}

// Comparable reports whether there is a change to tell.
func (c Change) Comparable() bool { return c.Verdict == Same || c.Verdict == Fell || c.Verdict == Rose }

// Compare says how now stands against base, by the rules of domain.md §9.9: nothing across a break, nothing of part
// of a period, nothing of a base of nought, and one decimal. base is nil where there is none.
func Compare(now, base *Point) Change {
	c := Change{Points: now.share}
	switch {
	case base == nil || base.share && base.Of == 0:
		c.Verdict = NoBase
	case now.Segment != base.Segment:
		c.Verdict = OtherSide
	case now.Period == base.Period:
		c.Verdict = IsBase
	case !now.Whole() || !base.Whole():
		c.Verdict = PartOnly
	case now.Hidden || base.Hidden || now.share && now.Of == 0:
		c.Verdict = Untold
	case now.share:
		c.Verdict, c.Tenths = moved(base.Tenths(), now.Tenths(), now.Tenths()-base.Tenths())
	case base.Part == 0:
		c.Verdict = ZeroBase
	default:
		c.Verdict, c.Tenths = moved(base.Part, now.Part, civil.PercentTenths(now.Part-base.Part, base.Part))
	}
	return c
}

// moved tells the direction by the figures themselves, and the size by its rounded value.
func moved(before, after, tenths int) (Verdict, int) {
	switch {
	case after < before:
		return Fell, max(tenths, -tenths)
	case after > before:
		return Rose, max(tenths, -tenths)
	}
	return Same, 0
}

// Mean3 is the mean of a year and the two before it, in tenths; ok is false unless all three are whole, told, and of
// one segment. It keeps one year, good or bad, from saying too much (domain.md §9.9). A share is the sum of the parts
// over the sum of the wholes.
func Mean3(points []Point, i int) (tenths int, ok bool) {
	if i < 2 {
		return 0, false
	}
	part, of := 0, 0
	for k := i - 2; k <= i; k++ {
		p := &points[k]
		if !p.Known() || !p.Whole() || p.Segment != points[i].Segment || p.Period.Kind != Year || p.Period.Year != points[i].Period.Year-(i-k) {
			return 0, false
		}
		part, of = part+p.Part, of+p.Of
	}
	if points[i].share {
		return civil.PercentTenths(part, of), true
	}
	return roundTenths(part, 3), true
}

// roundTenths is part/of in tenths, half away from nought.
func roundTenths(part, of int) int {
	hi, lo := bits.Mul64(uint64(max(part, 0)), 10)
	if of <= 0 || hi >= uint64(of) {
		return 0
	}
	quotient, rest := bits.Div64(hi, lo, uint64(of))
	if rest >= uint64(of)-rest {
		quotient++
	}
	return int(min(quotient, 1<<62))
}

// MeanChange compares a mean of three years with the base year's own figure.
func MeanChange(points []Point, i int, base *Point) Change {
	c := Change{Points: points[i].share}
	mean, ok := Mean3(points, i)
	switch {
	case base == nil:
		c.Verdict = NoBase
	case !ok || base.Hidden:
		c.Verdict = Untold
	case points[i].Segment != base.Segment:
		c.Verdict = OtherSide
	case points[i].share:
		c.Verdict, c.Tenths = moved(base.Tenths(), mean, mean-base.Tenths())
	case base.Part == 0:
		c.Verdict = ZeroBase
	default:
		c.Verdict, c.Tenths = moved(base.Tenths(), mean, civil.PercentTenths(mean-base.Tenths(), base.Tenths()))
	}
	return c
}

// Rate is the count for each 1,000 households, in tenths; ok is false where the number of households is not known,
// the figure is not told, or it is of part of a period.
func (p *Point) Rate() (tenths int, ok bool) {
	if p.share || p.Hidden || p.Households <= 0 || !p.Whole() {
		return 0, false
	}
	return roundTenths(1000*p.Part, p.Households), true
}

// Base finds the point that a segment is measured by: that of the base year when the segment has it, else its first
// whole year, so that a new series after a break gets a base of its own. nil when it has no whole year yet.
func Base(points []Point, segment, year int) *Point {
	var first *Point
	for i := range points {
		p := &points[i]
		if p.Segment != segment || p.Period.Kind != Year || !p.Whole() || p.share && p.Of == 0 {
			continue
		}
		if p.Period.Year == year {
			return p
		}
		if first == nil {
			first = p
		}
	}
	return first
}

// Latest is the index of the last point with a whole period and a figure to tell; else the last with any figure; -1.
func Latest(points []Point) int {
	last := -1
	for i := len(points) - 1; i >= 0; i-- {
		if !points[i].Known() {
			continue
		}
		if points[i].Whole() {
			return i
		}
		if last < 0 {
			last = i
		}
	}
	return last
}

// Lowest is the index of the smallest told count of a whole year in a segment, the latest of equals; -1.
func Lowest(points []Point, segment int) int {
	low := -1
	for i := range points {
		p := &points[i]
		if p.Segment == segment && p.Known() && p.Whole() && (low < 0 || p.Tenths() <= points[low].Tenths()) {
			low = i
		}
	}
	return low
}
