package indicators

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ward/indicators/smallcells"
)

// Entry is one official count as it was entered.
type Entry struct {
	ID         string
	Series     Code
	Period     Period
	Area       string
	Value      int
	Households int    // of the area at the end of the period; 0 unknown
	Import     string // the import that brought it; empty when it was typed
	File       string // of that import
	At         time.Time
	By         string
	ReplacedAt time.Time // zero while it holds
	ReplacedBy string
}

// Break is a day from which a series is another one: another area, another way of counting.
type Break struct {
	ID     string // empty: the one that every ward has
	On     civil.Day
	Reason string // as the ward wrote it; empty: the reform of 2025
}

// Reform is the day on which districts ended and wards became the lower level (domain.md §0.2, §6). What was counted
// before is of another area (§12 trap 8).
const Reform = civil.Day("2025-07-01")

// areaKey is the form in which names of areas are compared: "Công an quận Hoàn Kiếm" counts for the same area as "Quận
// Hoàn Kiếm".
func areaKey(name string) string {
	key := civil.Fold(name)
	for _, lead := range []string{"cong an ", "ubnd ", "dia ban "} {
		key = strings.TrimPrefix(key, lead)
	}
	return key
}

// segments numbers the stretches of a series: a new one begins at each break, and where the area becomes another. A
// figure without an area belongs to that of its neighbours.
type segments struct {
	breaks []Break
	starts []civil.Day // of the second and further segments
}

func newSegments(entries []Entry, breaks []Break) segments {
	s := segments{breaks: breaks}
	ordered := slices.Clone(entries)
	slices.SortStableFunc(ordered, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Period.Starts, b.Period.Starts), cmp.Compare(b.Period.Ends, a.Period.Ends))
	})
	area, stretch := "", 0
	for i := range ordered {
		p := ordered[i].Period
		key, at := areaKey(ordered[i].Area), countBefore(breaks, p.Starts)
		if i > 0 && (at != stretch || area != "" && key != "" && key != area) {
			s.starts = append(s.starts, p.Starts)
			area = ""
		}
		stretch = at
		if key != "" {
			area = key
		}
	}
	return s
}

// countBefore is how many breaks lie on or before a day.
func countBefore(breaks []Break, day civil.Day) int {
	n := 0
	for _, b := range breaks {
		if b.On <= day {
			n++
		}
	}
	return n
}

// of is the segment of a period.
func (s *segments) of(p Period) int {
	n := 0
	for _, start := range s.starts {
		if start <= p.Starts {
			n++
		}
	}
	return n
}

// Straddles gives the break that lies inside a period, behind its first day: its figure would be of two areas.
func Straddles(p Period, breaks []Break) (Break, bool) {
	for _, b := range breaks {
		if b.On > p.Starts && b.On <= p.Ends {
			return b, true
		}
	}
	return Break{}, false
}

// Course gives the figures of a series for periods of one kind, in order. A year or quarter that nobody entered is
// added up from shorter periods when all of them are there; one that was entered and is not their sum says so.
func Course(entries []Entry, breaks []Break, kind Kind) []Point {
	s := newSegments(entries, breaks)
	var points []Point
	add := func(e *Entry, sum bool) {
		points = append(points, Point{
			Period: e.Period, Part: e.Value, Segment: s.of(e.Period), Area: e.Area, Households: e.Households, Sum: sum, Differs: -1,
		})
	}
	for i := range entries {
		if entries[i].Period.Kind == kind {
			add(&entries[i], false)
			last := &points[len(points)-1]
			if sum, ok := addUp(entries, entries[i].Period, &s); ok && sum.Value != entries[i].Value {
				last.Differs = sum.Value
			}
		}
	}
	for _, whole := range missing(entries, kind) {
		if sum, ok := addUp(entries, whole, &s); ok {
			add(&sum, true)
		}
	}
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(a.Period.Starts, b.Period.Starts) })
	return points
}

// missing lists the whole periods of a kind that nobody entered, of which there is a shorter one.
func missing(entries []Entry, kind Kind) []Period {
	var list []Period
	for i := range entries {
		p := entries[i].Period
		if !shorter(p.Kind, kind) {
			continue
		}
		n := 0
		if kind == Quarter {
			n = p.Starts.Quarter()
		}
		whole, ok := NewPeriod(kind, p.Year, n)
		known := slices.ContainsFunc(entries, func(e Entry) bool { return e.Period.Kind == kind && e.Period.Year == p.Year && e.Period.N == n })
		if ok && !known && !slices.Contains(list, whole) {
			list = append(list, whole)
		}
	}
	return list
}

func shorter(a, than Kind) bool { return slices.Index(Kinds(), a) > slices.Index(Kinds(), than) }

// addUp adds the quarters or the months of a period up; ok is false unless they cover it to the day, within one
// segment.
func addUp(entries []Entry, whole Period, s *segments) (sum Entry, ok bool) {
	for _, kind := range []Kind{Quarter, Month} {
		if !shorter(kind, whole.Kind) {
			continue
		}
		sum, covered := Entry{Period: whole}, whole.Starts
		parts := slices.Clone(entries)
		slices.SortFunc(parts, func(a, b Entry) int { return cmp.Compare(a.Period.Starts, b.Period.Starts) })
		for i := range parts {
			e := &parts[i]
			if e.Period.Kind != kind || e.Period.Starts != covered || e.Period.Ends > whole.Ends || s.of(e.Period) != s.of(whole) {
				continue
			}
			sum.Value += e.Value
			sum.Area = cmp.Or(e.Area, sum.Area)
			sum.Households = cmp.Or(e.Households, sum.Households)
			covered = e.Period.Ends.AddDays(1)
		}
		if covered > whole.Ends {
			return sum, true
		}
	}
	return Entry{}, false
}

// HideSmall marks the figures of a series that must stay untold to a reader who did not enter them: counts from 1 to
// 4 in any kind of period, and what else would give one of them away, since months add up to quarters and quarters to
// years. courses holds the points by kind; it is changed in place.
func HideSmall(courses map[Kind][]Point) {
	var t smallcells.Table
	type place struct {
		kind Kind
		i    int
	}
	var places []place
	index := map[Period]int{}
	for _, kind := range Kinds() {
		for i := range courses[kind] {
			p := &courses[kind][i]
			index[p.Period] = len(places)
			places = append(places, place{kind, i})
			t.Values = append(t.Values, p.Part)
		}
	}
	for whole, at := range index {
		for _, kind := range Kinds() {
			if !shorter(kind, whole.Kind) {
				continue
			}
			sum := smallcells.Sum{Total: at}
			for part, i := range index {
				if part.Kind == kind && part.Starts >= whole.Starts && part.Ends <= whole.Ends {
					sum.Parts = append(sum.Parts, i)
				}
			}
			// Parts that do not fill the whole leave an unknown rest, which hides what is missing anyway; they are
			// taken as a sum all the same, because the rest may be known from elsewhere.
			if len(sum.Parts) > 0 {
				slices.Sort(sum.Parts)
				t.Sums = append(t.Sums, sum)
			}
		}
	}
	slices.SortFunc(t.Sums, func(a, b smallcells.Sum) int {
		return cmp.Or(cmp.Compare(a.Total, b.Total), slices.Compare(a.Parts, b.Parts))
	})
	for i, hidden := range smallcells.Hide(t) {
		courses[places[i].kind][places[i].i].Hidden = hidden
	}
}
