package civil

import (
	"slices"
	"strings"
	"time"
)

// Holiday is a day off by law, with its name in Vietnamese and in English.
type Holiday struct {
	Day    Day
	Vi, En string
}

// NameIn returns the name in a language, "vi" or "en".
func (h Holiday) NameIn(lang string) string {
	if lang == "en" {
		return h.En
	}
	return h.Vi
}

// Holidays returns the public holidays of a year in order, reckoned from Article
// 112 of the Labour Code 45/2019/QH14: Tết Dương lịch, five days of Tết, Giỗ Tổ
// Hùng Vương (10/3 âm lịch), 30/4, 1/5, 2/9 and one day beside it. A holiday on
// a Saturday or Sunday gives the next working day off (Article 111.3).
//
// Which five days of Tết and which day beside 2/9 is decided for every year by
// the Prime Minister. Until a ward enters that decision, Tết here is the last day
// of the old year and mùng 1 to mùng 4, and 2/9 takes the neighbour that makes
// the longer rest (1/9 from Tuesday to Saturday except Thursday, else 3/9).
// Working Saturdays that were exchanged, and new holidays such as 24/11 once they
// are law, come from the ward as well: see NewCalendar.
func Holidays(year int) []Holiday {
	tet := Tet(year)
	national := NewDay(year, time.September, 2)
	beside := national.AddDays(-1)
	switch national.Time().Weekday() {
	case time.Sunday, time.Monday, time.Thursday:
		beside = national.AddDays(1)
	}
	days := []Holiday{
		{NewDay(year, time.January, 1), "Tết Dương lịch", "New Year's Day"},
		{tet.AddDays(-1), "Tết Nguyên đán", "Lunar New Year"},
		{tet, "Tết Nguyên đán", "Lunar New Year"},
		{tet.AddDays(1), "Tết Nguyên đán", "Lunar New Year"},
		{tet.AddDays(2), "Tết Nguyên đán", "Lunar New Year"},
		{tet.AddDays(3), "Tết Nguyên đán", "Lunar New Year"},
		{FromLunar(LunarDate{Day: 10, Month: 3, Year: year}), "Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration Day"},
		{NewDay(year, time.April, 30), "Ngày Chiến thắng", "Reunification Day"},
		{NewDay(year, time.May, 1), "Quốc tế Lao động", "Labour Day"},
		{national, "Quốc khánh", "National Day"},
		{beside, "Quốc khánh", "National Day"},
	}
	slices.SortFunc(days, byDay)
	return withSubstitutes(days)
}

func byDay(a, b Holiday) int { return strings.Compare(string(a.Day), string(b.Day)) }

// withSubstitutes adds, for every holiday on a weekend, the next day that is
// neither a weekend nor a holiday already. A weekend day that is two holidays at
// once (Giỗ Tổ on 30/4) gives one day for each.
func withSubstitutes(days []Holiday) []Holiday {
	taken := map[Day]bool{}
	for _, h := range days {
		taken[h.Day] = true
	}
	twice := map[Day]bool{}
	var substitutes []Holiday
	for _, h := range days {
		if !weekend(h.Day) && !twice[h.Day] {
			twice[h.Day] = true
			continue
		}
		twice[h.Day] = true
		d := h.Day.AddDays(1)
		for weekend(d) || taken[d] {
			d = d.AddDays(1)
		}
		taken[d] = true
		substitutes = append(substitutes, Holiday{d, "Nghỉ bù " + h.Vi, h.En + " (substitute)"})
	}
	all := append(slices.Clone(days), substitutes...)
	slices.SortStableFunc(all, byDay)
	return all
}

func weekend(d Day) bool {
	weekday := d.Time().Weekday()
	return weekday == time.Saturday || weekday == time.Sunday
}

// Calendar knows which days are worked. The zero Calendar knows weekends only.
// It does not change and may be used by many goroutines.
type Calendar struct {
	off, on map[Day]bool
}

// NewCalendar makes a Calendar of days off beside weekends, and of weekend days
// that are worked because they were exchanged; a day in both is off.
func NewCalendar(off []Day, on ...Day) Calendar {
	c := Calendar{off: map[Day]bool{}, on: map[Day]bool{}}
	for _, d := range off {
		c.off[d] = true
	}
	for _, d := range on {
		c.on[d] = true
	}
	return c
}

// StatutoryCalendar makes the Calendar of Holidays for the years from first to
// last, both included.
func StatutoryCalendar(first, last int) Calendar {
	var off []Day
	for year := first; year <= last; year++ {
		for _, h := range Holidays(year) {
			off = append(off, h.Day)
		}
	}
	return NewCalendar(off)
}

// Working reports whether d is worked; no day is not.
func (c Calendar) Working(d Day) bool {
	return d.Valid() && !c.off[d] && (c.on[d] || !weekend(d))
}

// AddWorkingDays returns the nth working day after from, not counting from
// itself (Civil Code 91/2015/QH13, Article 147.2); before it if n < 0. With n = 0
// it is from itself, or the next working day if from is off.
func (c Calendar) AddWorkingDays(from Day, n int) Day {
	if !from.Valid() {
		return ""
	}
	if n == 0 {
		for !c.Working(from) {
			from = from.AddDays(1)
		}
		return from
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		from = from.AddDays(step)
		if c.Working(from) {
			n--
		}
	}
	return from
}

// WorkingDays counts the working days after from up to and including to:
// WorkingDays(d, AddWorkingDays(d, n)) is n. It is negative if to is earlier.
func (c Calendar) WorkingDays(from, to Day) int {
	if !from.Valid() || !to.Valid() {
		return 0
	}
	if to < from {
		count := 0
		for d := to; d < from; d = d.AddDays(1) {
			if c.Working(d) {
				count--
			}
		}
		return count
	}
	count := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if c.Working(d) {
			count++
		}
	}
	return count
}
