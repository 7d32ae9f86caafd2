package indicators

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func year(y, n int) Point {
	p, _ := NewPeriod(Year, y, 0)
	return Point{Period: p, Part: n, Differs: -1}
}

func percent(y, part, of int) Point {
	p := year(y, part)
	p.Of, p.share = of, true
	return p
}

func TestCompare(t *testing.T) {
	t.Parallel()
	after := year(2026, 30)
	after.Segment = 1
	half := year(2025, 36)
	half.Period.Starts = Reform
	hidden := year(2024, 3)
	hidden.Hidden = true
	running := percent(2026, 80, 100)
	running.Running = true
	base, zero, first := year(1997, 412), year(1997, 0), percent(2019, 80, 100)
	for name, c := range map[string]struct {
		now  Point
		base *Point
		want Change
	}{
		"down":                {year(2024, 171), &base, Change{Fell, 585, false}},
		"up":                  {year(1998, 413), &base, Change{Rose, 2, false}},
		"the same":            {year(2024, 412), &base, Change{Same, 0, false}},
		"the base itself":     {base, &base, Change{IsBase, 0, false}},
		"nought before":       {year(2024, 5), &zero, Change{ZeroBase, 0, false}},
		"nought and nought":   {year(2024, 0), &zero, Change{ZeroBase, 0, false}},
		"down to nought":      {year(2024, 0), &base, Change{Fell, 1000, false}},
		"across the reform":   {after, &base, Change{OtherSide, 0, false}},
		"half a year":         {half, &base, Change{PartOnly, 0, false}},
		"not told":            {hidden, &base, Change{Untold, 0, false}},
		"no base":             {year(2024, 5), nil, Change{NoBase, 0, false}},
		"share up":            {percent(2025, 892, 1000), &first, Change{Rose, 92, true}},
		"share of a campaign": {running, &first, Change{PartOnly, 0, true}},
		"share of nothing":    {percent(2025, 0, 0), &first, Change{Untold, 0, true}},
	} {
		if got := Compare(&c.now, c.base); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestArithmeticIsExact holds changes, means and rates against fractions of whole numbers, rounded half away from
// nought.
func TestArithmeticIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, MostCases)
		a, b, c := n.Draw(t, "a"), n.Draw(t, "b"), n.Draw(t, "c")
		points := []Point{year(1997, a), year(1998, b), year(1999, c)}
		mean, ok := Mean3(points, 2)
		if want := rounded(big.NewRat(int64(a+b+c)*10, 3)); !ok || mean != want {
			t.Fatalf("mean of %d, %d, %d is %d, want %d", a, b, c, mean, want)
		}
		if got := Compare(&points[2], &points[0]); a > 0 {
			want := rounded(new(big.Rat).Abs(big.NewRat(int64(c-a)*1000, int64(a))))
			if got.Tenths != want || (got.Verdict == Fell) != (c < a) || (got.Verdict == Rose) != (c > a) {
				t.Fatalf("%d to %d is %+v, want %d", a, c, got, want)
			}
		} else if got.Verdict != ZeroBase {
			t.Fatalf("from nought: %+v", got)
		}
		points[1].Households = rapid.IntRange(1, mostHouseholds).Draw(t, "households")
		rate, ok := points[1].Rate()
		if want := rounded(big.NewRat(int64(b)*10000, int64(points[1].Households))); !ok || rate != want {
			t.Fatalf("rate of %d on %d is %d, want %d", b, points[1].Households, rate, want)
		}
	})
}

// rounded is a fraction rounded to a whole number, half up.
func rounded(x *big.Rat) int {
	twice := new(big.Rat).Add(new(big.Rat).Mul(x, big.NewRat(2, 1)), big.NewRat(1, 1))
	return int(new(big.Int).Div(twice.Num(), new(big.Int).Mul(twice.Denom(), big.NewInt(2))).Int64())
}

// TestMeanNeedsThreeYearsOfOneSeries: no gap, no break, no part of a year, nothing untold.
func TestMeanNeedsThreeYearsOfOneSeries(t *testing.T) {
	t.Parallel()
	whole := func() []Point { return []Point{year(2022, 9), year(2023, 8), year(2024, 10)} }
	if mean, ok := Mean3(whole(), 2); !ok || mean != 90 {
		t.Errorf("mean %d %v", mean, ok)
	}
	for name, spoil := range map[string]func(p []Point){
		"a gap":   func(p []Point) { p[0] = year(2021, 9) },
		"a break": func(p []Point) { p[2].Segment = 1 },
		"a part":  func(p []Point) { p[1].Period.Ends = "2023-06-30" },
		"untold":  func(p []Point) { p[0].Hidden = true },
	} {
		p := whole()
		spoil(p)
		if _, ok := Mean3(p, 2); ok {
			t.Errorf("%s: there is a mean", name)
		}
	}
	if _, ok := Mean3(whole(), 1); ok {
		t.Error("a mean of two years")
	}
}

func entry(period string, value int, area string) Entry {
	p, ok := ParsePeriod(period)
	if !ok {
		panic(period)
	}
	return Entry{ID: period, Series: Crime, Period: p, Value: value, Area: area}
}

// TestNothingIsComparedAcrossABreak: the district of 1997 and the ward of today are two series, each with its base.
func TestNothingIsComparedAcrossABreak(t *testing.T) {
	t.Parallel()
	half := entry("2025", 36, "Phường Hoàn Kiếm")
	half.Period.Starts = Reform
	points := Course([]Entry{
		entry("1997", 412, "Quận Hoàn Kiếm"), entry("1998", 396, ""), entry("2024", 171, "Công an quận Hoàn Kiếm"), half, entry("2026", 70, "Phường Hoàn Kiếm"), entry("2027", 63, ""),
	}, []Break{{On: Reform}}, Year)
	var segments []int
	for i := range points {
		segments = append(segments, points[i].Segment)
	}
	if want := []int{0, 0, 0, 1, 1, 1}; len(segments) != len(want) || segments[2] != 0 || segments[3] != 1 || segments[5] != 1 {
		t.Fatalf("segments %v, want %v", segments, want)
	}
	if b := Base(points, 0, 0); b.Period.Year != 1997 {
		t.Errorf("base %v", b.Period)
	}
	if b := Base(points, 0, 1998); b.Period.Year != 1998 {
		t.Errorf("chosen base %v", b.Period)
	}
	if b := Base(points, 1, 1997); b == nil || b.Period.Year != 2026 {
		t.Errorf("the new series begins with %v", b)
	}
	for i := range points {
		for k := range points {
			if c := Compare(&points[i], &points[k]); points[i].Segment != points[k].Segment && c.Comparable() {
				t.Errorf("%s is compared with %s", points[i].Period.Code(), points[k].Period.Code())
			}
		}
	}
}

// TestYearsAddUpFromShorterPeriods: four quarters or twelve months are a year, three quarters are none.
func TestYearsAddUpFromShorterPeriods(t *testing.T) {
	t.Parallel()
	quarters := []Entry{entry("2026-Q1", 16, ""), entry("2026-Q2", 18, ""), entry("2026-Q3", 14, "")}
	if points := Course(quarters, nil, Year); len(points) != 0 {
		t.Errorf("three quarters are a year: %+v", points)
	}
	mixed := slices.Concat(quarters, []Entry{entry("2026-10", 5, ""), entry("2026-11", 6, ""), entry("2026-12", 7, "")})
	if points := Course(mixed, nil, Quarter); len(points) != 4 || points[3].Part != 18 || !points[3].Sum {
		t.Errorf("the fourth quarter of its months: %+v", points)
	}
	all := slices.Concat(quarters, []Entry{entry("2026-Q4", 20, "")})
	if points := Course(all, nil, Year); len(points) != 1 || points[0].Part != 68 || !points[0].Sum {
		t.Errorf("a year of quarters: %+v", points)
	}
	if points := Course(append(all, entry("2026", 70, "")), nil, Year); len(points) != 1 || points[0].Part != 70 || points[0].Differs != 68 {
		t.Errorf("a year that is not its quarters: %+v", points)
	}
}

// TestNoSmallCountComesOutOfASeries plays the reader who may not see small counts: whatever is told of years, quarters,
// months, changes, means and rates, none of it contains a count from 1 to 4 or is reckoned from a hidden one.
func TestNoSmallCountComesOutOfASeries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var entries []Entry
		years := rapid.IntRange(1, 2).Draw(t, "years")
		for y := range years {
			total := 0
			for q := range 4 {
				n := rapid.IntRange(0, 9).Draw(t, "n")
				total += n
				p, _ := NewPeriod(Quarter, 2026+y, q+1)
				entries = append(entries, Entry{Series: Drugs, Period: p, Value: n})
			}
			if rapid.Bool().Draw(t, "entered") {
				p, _ := NewPeriod(Year, 2026+y, 0)
				entries = append(entries, Entry{Series: Drugs, Period: p, Value: total})
			}
		}
		courses := map[Kind][]Point{}
		for _, kind := range Kinds() {
			courses[kind] = Course(entries, nil, kind)
		}
		HideSmall(courses)
		for _, kind := range Kinds() {
			for i := range courses[kind] {
				p := &courses[kind][i]
				if p.Part > 0 && p.Part < 5 && !p.Hidden {
					t.Fatalf("%s is told with %d", p.Period.Code(), p.Part)
				}
				p.Households = 1000
				if _, ok := p.Rate(); ok && p.Hidden {
					t.Fatalf("%s has a rate", p.Period.Code())
				}
				if base := Base(courses[Year], p.Segment, 0); base != nil && (p.Hidden || base.Hidden) && Compare(p, base).Comparable() {
					t.Fatalf("%s is compared", p.Period.Code())
				}
			}
		}
		for y := range years {
			left, hidden := 0, 0
			for i := range courses[Quarter] {
				if p := &courses[Quarter][i]; p.Period.Year == 2026+y && p.Hidden {
					left, hidden = left+p.Part, hidden+1
				}
			}
			if whole := &courses[Year][y]; !whole.Hidden && (hidden == 1 || hidden > 0 && left < 5) {
				t.Fatalf("the hidden quarters of %d are %d in %d", 2026+y, left, hidden)
			}
		}
	})
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ year, quarter, month, want string }{
		{"1997", "", "", "1997"}, {"1997.0", "", "", ""}, {"Năm 2025", "", "", "2025"}, {"Quý III/2025", "", "", "2025-Q3"}, {"Q4/2025", "", "", "2025-Q4"},
		{"Tháng 7/2025", "", "", "2025-07"}, {"07/2025", "", "", "2025-07"}, {"T12.2024", "", "", "2024-12"}, {"2025-07", "", "", "2025-07"},
		{"2025", "3", "", "2025-Q3"}, {"2025", "IV", "", "2025-Q4"}, {"2025", "Quý 2", "", "2025-Q2"}, {"", "I/2026", "", "2026-Q1"},
		{"2025", "", "7", "2025-07"}, {"2025", "3", "9", "2025-09"}, {"", "", "Tháng 02 năm 2026", "2026-02"},
		{"2025", "", "13", ""}, {"2025", "5", "", ""}, {"25", "", "", ""}, {"", "", "", ""}, {"tháng 7", "", "", ""}, {"6 tháng đầu năm 2025", "", "", "half"}, {"1500", "", "", ""},
	} {
		p, wrong := ReadPeriod(c.year, c.quarter, c.month)
		got := p.Code()
		switch wrong {
		case BadPeriod:
			got = ""
		case HalfYear:
			got = "half"
		}
		if got != c.want {
			t.Errorf("%q %q %q is %q, want %q", c.year, c.quarter, c.month, got, c.want)
		}
		if back, ok := ParsePeriod(c.want); ok && back != p {
			t.Errorf("%s does not come back", c.want)
		}
	}
}

func TestAreaDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]string{
		"Quận Hoàn Kiếm (đến 30/06/2025)":         {"Quận Hoàn Kiếm", "", "2025-06-30"},
		"Phường Hoàn Kiếm (từ 01/07/2025)":        {"Phường Hoàn Kiếm", "2025-07-01", ""},
		"Phường Hoàn Kiếm (từ ngày 1/7/2025)":     {"Phường Hoàn Kiếm", "2025-07-01", ""},
		"Quận Hoàn Kiếm (đến hết ngày 30/6/2025)": {"Quận Hoàn Kiếm", "", "2025-06-30"},
		"Phường Cửa Nam":                          {"Phường Cửa Nam", "", ""},
	} {
		from, to := areaDays(text)
		if got := [3]string{areaName(text), string(from), string(to)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if areaKey("Công an quận Hoàn Kiếm") != areaKey("QUẬN HOÀN KIẾM") || areaKey("Quận Hoàn Kiếm") == areaKey("Phường Hoàn Kiếm") {
		t.Error("areas are told apart wrongly")
	}
}
