package indicators

import (
	"strconv"
	"strings"
	"time"

	"sonha/engine/words"
	"sonha/ground/civil"
)

// Kind is the length of a period.
type Kind string

// The kinds. Half-years are reported as two quarters.
const (
	Year    Kind = "year"
	Quarter Kind = "quarter"
	Month   Kind = "month"
)

// Kinds lists the kinds, the longest first.
func Kinds() []Kind { return []Kind{Year, Quarter, Month} }

// First and last year that a count may be of: nobody has them from before 1945, and none is of the future.
const (
	firstYear = 1945
	lastYear  = 2199
)

// Period is a year, a quarter or a month, or the part of one that a figure covers: the old district's figures of
// 2025 end on 30/06, the new ward's begin on 01/07.
type Period struct {
	Kind Kind
	Year int
	N    int // of the quarter or the month, from 1; 0 of a year
	// Starts and Ends are the first and the last day that the figure covers.
	Starts, Ends civil.Day
}

// NewPeriod makes a whole period; ok is false when there is no such quarter or month.
func NewPeriod(kind Kind, year, n int) (p Period, ok bool) {
	if year < firstYear || year > lastYear {
		return p, false
	}
	p = Period{Kind: kind, Year: year, N: n}
	switch kind {
	case Year:
		p.N = 0
	case Quarter:
		ok = n >= 1 && n <= 4
	case Month:
		ok = n >= 1 && n <= 12
	}
	if !ok && kind != Year {
		return Period{}, false
	}
	p.Starts, p.Ends = p.bounds()
	return p, true
}

func (p Period) bounds() (starts, ends civil.Day) {
	switch p.Kind {
	case Quarter:
		first := time.Month(3*p.N - 2)
		return civil.NewDay(p.Year, first, 1), civil.NewDay(p.Year, first+2, 1).MonthEnd()
	case Month:
		first := civil.NewDay(p.Year, time.Month(p.N), 1)
		return first, first.MonthEnd()
	default:
		return civil.NewDay(p.Year, time.January, 1), civil.NewDay(p.Year, time.December, 31)
	}
}

// Whole reports whether the figure covers all of its period.
func (p Period) Whole() bool {
	starts, ends := p.bounds()
	return p.Starts == starts && p.Ends == ends
}

// Within cuts the period to the days from one to another, either of which may be empty; ok is false when nothing is
// left.
func (p Period) Within(from, to civil.Day) (cut Period, ok bool) {
	if from > p.Starts {
		p.Starts = from
	}
	if to != "" && to < p.Ends {
		p.Ends = to
	}
	return p, p.Starts <= p.Ends
}

// Code writes the period without its cut for storing and addresses: "2025", "2025-Q3", "2025-07".
func (p Period) Code() string {
	year := strconv.Itoa(p.Year)
	switch p.Kind {
	case Quarter:
		return year + "-Q" + strconv.Itoa(p.N)
	case Month:
		return year + "-" + strconv.Itoa(100 + p.N)[1:]
	default:
		return year
	}
}

// ParsePeriod reads what Code writes.
func ParsePeriod(code string) (Period, bool) {
	year, rest, cut := strings.Cut(code, "-")
	y, err := strconv.Atoi(year)
	if err != nil {
		return Period{}, false
	}
	kind, n := Year, 0
	if cut {
		kind = Month
		if strings.HasPrefix(rest, "Q") {
			kind, rest = Quarter, rest[1:]
		}
		if n, err = strconv.Atoi(rest); err != nil {
			return Period{}, false
		}
	}
	p, ok := NewPeriod(kind, y, n)
	if !ok || p.Code() != code {
		return Period{}, false
	}
	return p, true
}

// before is the period of the same kind and place some years earlier.
func (p Period) before(years int) Period {
	earlier, _ := NewPeriod(p.Kind, p.Year-years, p.N)
	return earlier
}

// Name says the period: "năm 2025", "quý III/2025", "tháng 7/2025".
func (p Period) Name(w *words.Words) string {
	switch p.Kind {
	case Quarter:
		return w.F("indicators.period.quarter", "N", p.N, "Roman", civil.Roman(p.N), "Year", strconv.Itoa(p.Year))
	case Month:
		return w.F("indicators.period.month", "N", p.N, "Year", strconv.Itoa(p.Year))
	default:
		return w.F("indicators.period.year", "Year", strconv.Itoa(p.Year))
	}
}

// Cut says which part of the period the figure covers; empty when it covers all of it.
func (p Period) Cut(w *words.Words) string {
	starts, ends := p.bounds()
	switch {
	case p.Starts == starts && p.Ends == ends:
		return ""
	case p.Kind == Year && p.Ends == ends && p.Starts.Month() == time.July && p.Starts.MonthStart() == p.Starts:
		return w.T("indicators.period.second_half")
	case p.Kind == Year && p.Starts == starts && p.Ends == civil.NewDay(p.Year, time.June, 30):
		return w.T("indicators.period.first_half")
	case p.Starts == starts:
		return w.F("indicators.period.until", "Day", p.Ends.DisplayIn(w.Lang()))
	case p.Ends == ends:
		return w.F("indicators.period.since", "Day", p.Starts.DisplayIn(w.Lang()))
	}
	return w.F("indicators.period.from_to", "From", p.Starts.DisplayIn(w.Lang()), "To", p.Ends.DisplayIn(w.Lang()))
}

// Full is the name with the part that is covered.
func (p Period) Full(w *words.Words) string {
	if cut := p.Cut(w); cut != "" {
		return p.Name(w) + " (" + cut + ")"
	}
	return p.Name(w)
}
