package periodic

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/ground/civil"
)

// Kind is the length of a period.
type Kind string

// The kinds. A residential group reports by the month, the ward by the others.
const (
	Month   Kind = "month"
	Quarter Kind = "quarter"
	Half    Kind = "half"
	Year    Kind = "year"
)

// Basis says on which days periods begin and end.
type Basis string

// The bases. Decree is that of Decree 09/2019/NĐ-CP (domain.md §5.7): from the 15th before the period to the 14th of its last month.
const (
	Decree   Basis = "decree"
	Calendar Basis = "calendar"
)

// Period is a month, a quarter, a half-year or a year.
type Period struct {
	Kind Kind
	Year int
	N    int // of the month, quarter or half-year, from 1; 0 of a year
}

// most is how many periods of a kind a year has.
func (k Kind) most() int {
	switch k {
	case Month:
		return 12
	case Quarter:
		return 4
	case Half:
		return 2
	case Year:
	}
	return 0
}

// The years that a report may be of.
const (
	firstYear = 1990
	lastYear  = 2199
)

// ParsePeriod reads what Code writes: "2026", "2026-H1", "2026-Q3", "2026-09".
func ParsePeriod(code string) (Period, bool) {
	year, rest, cut := strings.Cut(code, "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < firstYear || y > lastYear {
		return Period{}, false
	}
	p := Period{Kind: Year, Year: y}
	if cut {
		switch {
		case strings.HasPrefix(rest, "Q"):
			p.Kind = Quarter
		case strings.HasPrefix(rest, "H"):
			p.Kind = Half
		default:
			p.Kind = Month
		}
		if p.N, err = strconv.Atoi(strings.TrimLeft(rest, "QH")); err != nil || p.N < 1 || p.N > p.Kind.most() {
			return Period{}, false
		}
	}
	return p, p.Code() == code
}

// Code writes the period for storing and addresses.
func (p Period) Code() string {
	year := strconv.Itoa(p.Year)
	switch p.Kind {
	case Month:
		return year + "-" + strconv.Itoa(100 + p.N)[1:]
	case Quarter:
		return year + "-Q" + strconv.Itoa(p.N)
	case Half:
		return year + "-H" + strconv.Itoa(p.N)
	case Year:
	}
	return year
}

// Days are the first and the last day of the period.
func (p Period) Days(b Basis) (from, to civil.Day) {
	months := map[Kind]int{Month: 1, Quarter: 3, Half: 6, Year: 12}[p.Kind]
	first := civil.NewDay(p.Year, time.Month(months*max(p.N-1, 0)+1), 1)
	last := civil.NewDay(p.Year, time.Month(months*max(p.N-1, 0)+months), 1)
	if b == Calendar {
		return first, last.MonthEnd()
	}
	const half = 14 // the days of a month that belong to its own period
	return first.AddDays(-1).MonthStart().AddDays(half), last.AddDays(half - 1)
}

// Name is the period as documents say it: "quý III năm 2026".
func (p Period) Name() string {
	year := "năm\u00a0" + strconv.Itoa(p.Year)
	switch p.Kind {
	case Month:
		return "tháng\u00a0" + strconv.Itoa(p.N) + " " + year
	case Quarter:
		return "quý\u00a0" + civil.Roman(p.N) + " " + year
	case Half:
		if p.N == 1 {
			return "6\u00a0tháng đầu " + year
		}
		return "6\u00a0tháng cuối " + year
	case Year:
	}
	return year
}

// For reports whether such a period is reported by a residential group, or else by the ward.
func (p Period) For(group bool) bool { return (p.Kind == Month) == group }

// within lists the latest periods of the scope that have begun by a day: those that are over, what ended last first, and behind them those
// that still run, which nobody can sign yet.
func within(today civil.Day, group bool) []Period {
	var list []Period
	for year := today.Year(); year >= today.Year()-1; year-- {
		for _, kind := range []Kind{Year, Half, Quarter, Month} {
			for n := kind.most(); n >= min(1, kind.most()); n-- {
				p := Period{Kind: kind, Year: year, N: n}
				if from, _ := p.Days(Decree); p.For(group) && from <= today {
					list = append(list, p)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Period) int {
		_, endA := a.Days(Decree)
		_, endB := b.Days(Decree)
		if overA, overB := endA < today, endB < today; overA != overB {
			if overA {
				return -1
			}
			return 1
		}
		return cmp.Compare(endB, endA)
	})
	return list
}
