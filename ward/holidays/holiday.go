package holidays

import (
	"cmp"
	"slices"
	"sync"
	"unicode/utf8"

	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Kind says what the ward makes of a day.
type Kind string

// The kinds of the ward's own days.
const (
	Off    Kind = "off"    // not worked: a day off beside those of the law
	Worked Kind = "worked" // worked, although it is a weekend or a day off by law
)

// Own is a day that the ward entered.
type Own struct {
	Day  civil.Day
	Kind Kind
	Name string // "Nghỉ hoán đổi dịp Tết", as the decision calls it
	By   string // who entered it
}

// Line is a day off, or a day worked out of turn, in the calendar of a year.
type Line struct {
	Day    civil.Day
	Law    *civil.Holiday // nil when the law knows nothing of the day
	Own    *Own           // nil when the ward entered nothing
	Worked bool
}

// Years of the calendar, counted from the present one: how far back it can be looked at, and how far ahead days can
// be entered.
const (
	YearsBack  = 1
	YearsAhead = 6
)

// spanMost is how many days one entry may cover: the longest rest of a year with its weekends fits.
const spanMost = 31

// NameMost is the length of a day's name, in characters.
const NameMost = 80

// New is what somebody enters: one day, or the days from the first to the last.
type New struct {
	From, To civil.Day // To may be empty: one day
	Kind     Kind
	Name     string
}

// check makes To that of one day where it is empty, and says what is wrong.
func (n *New) check(today civil.Day) error {
	if n.To == "" {
		n.To = n.From
	}
	var wrong []fault.Field
	add := func(field, key string, pairs ...any) {
		wrong = append(wrong, fault.Field{Name: field, Key: key, Pairs: pairs})
	}
	first, last := today.Year()-YearsBack, today.Year()+YearsAhead
	switch {
	case !n.From.Valid():
		add("from", "holidays.choose_day")
	case n.From.Year() < first || n.From.Year() > last:
		add("from", "holidays.year_between", "First", yearText(first), "Last", yearText(last))
	case !n.To.Valid():
		add("to", "holidays.choose_day")
	case n.To < n.From:
		add("to", "holidays.last_before_first")
	case n.To.Sub(n.From) >= spanMost:
		add("to", "holidays.too_long", "Most", spanMost)
	}
	if n.Kind != Off && n.Kind != Worked {
		add("kind", "holidays.choose_kind")
	}
	if n.Name == "" {
		add("name", "holidays.say_name")
	} else if utf8.RuneCountInString(n.Name) > NameMost {
		add("name", "holidays.long_name", "Most", NameMost)
	}
	return fault.InvalidFields(wrong)
}

// The days off by law of these years are reckoned once each: the lunar calendar takes a millisecond, and every page that
// knows a due day asks for some years.
const firstKnown, lastKnown = 2020, 2120

var known = func() map[int]func() []civil.Holiday {
	years := make(map[int]func() []civil.Holiday, lastKnown-firstKnown+1)
	for year := firstKnown; year <= lastKnown; year++ {
		years[year] = sync.OnceValue(func() []civil.Holiday { return civil.Holidays(year) })
	}
	return years
}()

// byLaw gives the days off by law of a year. The list belongs to everybody and is not changed.
func byLaw(year int) []civil.Holiday {
	if list, ok := known[year]; ok {
		return list()
	}
	return civil.Holidays(year)
}

// lines sets the days of the law and those of the ward side by side for a year, in order. Weekends are not listed.
func lines(year int, own []Own) []Line {
	byDay := map[civil.Day]*Line{}
	law := byLaw(year)
	for i := range law {
		if x := byDay[law[i].Day]; x == nil { // two holidays on one day are one line, under the first name
			byDay[law[i].Day] = &Line{Day: law[i].Day, Law: &law[i]}
		}
	}
	for i := range own {
		d := own[i].Day
		if d.Year() != year {
			continue
		}
		if byDay[d] == nil {
			byDay[d] = &Line{Day: d}
		}
		byDay[d].Own, byDay[d].Worked = &own[i], own[i].Kind == Worked
	}
	list := make([]Line, 0, len(byDay))
	for _, x := range byDay {
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b Line) int { return cmp.Compare(a.Day, b.Day) })
	return list
}

// calendar joins the days off by law of the years around a day with those of the ward; what the ward entered counts
// more than the law.
func calendar(today civil.Day, own []Own) civil.Calendar {
	ward := make(map[civil.Day]Kind, len(own))
	var off, on []civil.Day
	for _, x := range own {
		ward[x.Day] = x.Kind
		if x.Kind == Worked {
			on = append(on, x.Day)
		} else {
			off = append(off, x.Day)
		}
	}
	for year := today.Year() - YearsBack; year <= today.Year()+YearsAhead; year++ {
		for _, h := range byLaw(year) {
			if ward[h.Day] != Worked {
				off = append(off, h.Day)
			}
		}
	}
	return civil.NewCalendar(off, on...)
}
