package plans

import (
	"slices"

	"sonha/ground/civil"
)

// Visit is one house of the plan. Visits come in walking order: street by street, up the odd side, down the even side, each alley
// at its mouth.
type Visit struct {
	House    string // id
	Number   string
	StreetID string
	Street   string
	Home     string // beat in which it lies; empty for none
	By       string // beat whose officer inspects it; empty while nobody can
	Sampled  bool
	Cross    bool // by the officer of another beat
	Week     int  // from 1; 0 is not reached, Before was inspected before the draw
	Done     bool // inspected in this campaign
	Crossed  bool // of these: by the officer of another beat
}

// Before is the week of what had been inspected when the plan was drawn: it counts for the sample and asks for no visit.
const Before = -1

// Team is the officers of a beat.
type Team struct {
	Beat, Name string
	Officers   int
	Accounts   int // of officers, in Sonha
}

// Week is a week of the plan with the days on which officers inspect.
type Week struct {
	No           int
	Starts, Ends civil.Day
	Days         int // for inspecting, working days only
}

// Weeks cuts the days from the first to the last into calendar weeks, each with its working days but at most so many for
// inspecting. A week without a working day is left out.
func Weeks(c civil.Calendar, from, to civil.Day, most int) []Week {
	var list []Week
	for d := from; d.Valid() && d <= to && len(list) < mostWeeks; {
		w := Week{Starts: d}
		for last := sunday(d); d <= last && d <= to; d = d.AddDays(1) {
			w.Ends = d
			if c.Working(d) && w.Days < most {
				w.Days++
			}
		}
		if w.Days > 0 {
			w.No = len(list) + 1
			list = append(list, w)
		}
	}
	return list
}

// mostWeeks bounds a plan: a campaign is a year.
const mostWeeks = 60

// sunday is the last day of the calendar week of d.
func sunday(d civil.Day) civil.Day {
	const week = 7
	return d.AddDays((week - int(d.Time().Weekday())) % week)
}

// Split says who inspects each visit and in which week, and changes nothing else of them nor their order.
//
// A visit is its own beat's. One that is for another beat goes with the others of its street to the team that has the fewest so
// far; where no other beat has an officer, nobody can (By is empty). A team that cannot reach everything reaches what was drawn first; what it
// reaches it walks street by street, as many a week as the days of the week allow. What is left has week 0, what is done has week
// Before.
func Split(visits []Visit, teams []Team, weeks []Week, perDay int) {
	load := map[string]int{}
	for i := range visits {
		v := &visits[i]
		v.By, v.Week = "", 0
		if v.Done {
			v.Week = Before
			continue
		}
		if !v.Cross && slices.ContainsFunc(teams, func(t Team) bool { return t.Beat == v.Home }) {
			v.By = v.Home
			load[v.By]++
		}
	}
	lend(visits, teams, load)
	for _, t := range teams {
		fill(visits, t, weeks, perDay)
	}
}

// lend gives the visits for other beats out, those of one street and beat together.
func lend(visits []Visit, teams []Team, load map[string]int) {
	type patch struct{ street, home string }
	var order []patch
	of := map[patch][]int{}
	for i := range visits {
		if v := &visits[i]; v.Cross && !v.Done {
			p := patch{v.StreetID, v.Home}
			if of[p] == nil {
				order = append(order, p)
			}
			of[p] = append(of[p], i)
		}
	}
	for _, p := range order {
		best := -1
		for i, t := range teams {
			if t.Beat == p.home || t.Officers == 0 {
				continue
			}
			if best < 0 || load[t.Beat]*teams[best].Officers < load[teams[best].Beat]*t.Officers {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		for _, i := range of[p] {
			visits[i].By = teams[best].Beat
		}
		load[teams[best].Beat] += len(of[p])
	}
}

// fill puts the visits of a team into its weeks.
func fill(visits []Visit, t Team, weeks []Week, perDay int) {
	room := 0
	for _, w := range weeks {
		room += w.Days * perDay * t.Officers
	}
	take := map[int]bool{}
	for _, sampled := range []bool{true, false} {
		for i := range visits {
			if v := &visits[i]; v.By == t.Beat && v.Sampled == sampled && len(take) < room {
				take[i] = true
			}
		}
	}
	at, left := 0, 0
	if len(weeks) > 0 {
		left = weeks[0].Days * perDay * t.Officers
	}
	for i := range visits {
		if !take[i] {
			continue
		}
		for left == 0 {
			at++
			left = weeks[at].Days * perDay * t.Officers
		}
		visits[i].Week = weeks[at].No
		left--
	}
}

// Load is what a plan asks of one beat.
type Load struct {
	Team

	Visits    int // all that it inspects
	Sampled   int
	Lent      int // of these in other beats
	Streets   int
	Needed    int // officer-days
	Available int // officer-days
	Left      int // not reached
	ByWeek    []int
}

// Sum is what a plan comes to.
type Sum struct {
	Visits, Sampled, Cross int // Visits without what was inspected before
	CrossBefore            int // of Cross, inspected before by whoever that was
	Crossed                int // of Cross, inspected by the officer of another beat
	Before                 int
	Streets                int
	Needed, Available      int // officer-days
	Left                   int // not reached in the time, or by nobody
	Nobody                 int // of these: without a beat, or for another beat where there is none
	Loads                  []Load
}

// loadOf counts what falls to one team.
func loadOf(visits []Visit, t Team, weeks []Week, perDay int) Load {
	l := Load{Team: t, ByWeek: make([]int, len(weeks))}
	walked := map[string]bool{}
	for i := range visits {
		v := &visits[i]
		if v.By != t.Beat {
			continue
		}
		l.Visits++
		walked[v.StreetID] = true
		if v.Sampled {
			l.Sampled++
		}
		if v.Cross {
			l.Lent++
		}
		if v.Week == 0 {
			l.Left++
		}
		if at := slices.IndexFunc(weeks, func(w Week) bool { return w.No == v.Week }); at >= 0 {
			l.ByWeek[at]++
		}
	}
	for _, w := range weeks {
		l.Available += w.Days * t.Officers
	}
	l.Streets, l.Needed = len(walked), (l.Visits+perDay-1)/perDay
	return l
}

// CrossLeft is how many of the sample another beat's officer still inspects or has inspected by the plan, and whether that is less than the
// programme asks for: what was inspected before the draw asks for no visit, and whoever was there was not sent by the draw.
func (s *Sum) CrossLeft() (n int, short bool) {
	n = max(s.Cross-s.CrossBefore, s.Crossed)
	return n, n < portion(s.Sampled, LeastCross)
}

// SumOf counts a split plan.
func SumOf(visits []Visit, teams []Team, weeks []Week, perDay int) Sum {
	var s Sum
	streets := map[string]bool{}
	for _, t := range teams {
		l := loadOf(visits, t, weeks, perDay)
		s.Needed, s.Available = s.Needed+l.Needed, s.Available+l.Available
		s.Loads = append(s.Loads, l)
	}
	for i := range visits {
		v := &visits[i]
		planned := v.Week != Before
		if planned {
			streets[v.StreetID] = true
		}
		for _, x := range []struct {
			is bool
			n  *int
		}{
			{planned, &s.Visits}, {!planned, &s.Before}, {v.Sampled, &s.Sampled}, {v.Cross, &s.Cross}, {v.Cross && !planned, &s.CrossBefore}, {v.Cross && v.Crossed, &s.Crossed},
			{v.Week == 0, &s.Left}, {planned && v.By == "", &s.Nobody},
		} {
			if x.is {
				*x.n++
			}
		}
	}
	s.Streets = len(streets)
	return s
}
