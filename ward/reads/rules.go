package reads

import (
	"slices"

	"sonha/ground/access"
)

// Rule is a way in which reading can be unusual. It says that somebody should look at it, and never that anything was wrong.
type Rule string

// The rules, each with its figure and the reason for it (decision 0045).
const (
	Many     Rule = "houses"   // many houses in a day
	Outside  Rule = "outside"  // a house outside the reader's area
	Night    Rule = "night"    // a file taken along between 22:00 and 05:00
	Searches Rule = "searches" // many searches in a day
	Again    Rule = "again"    // the same of one house again and again
)

const (
	// manyHouses in a day of eight hours is a house every eight minutes, without those that the reader inspected on that day.
	manyHouses = 60
	// manyDecided is for the command, which decides on every house: a ward of 1,500 in two working weeks.
	manyDecided = 150
	// manySearches in a day is one every twelve minutes.
	manySearches = 40
	// manyTimes the same of one house: lines are ten minutes apart, so that it was open on more than an hour of the day.
	manyTimes = 8
	// timesUsual is how far above the reader's own usual day a day must be: who works with many houses every day is not told of each day.
	timesUsual = 3
	// fewestDays of reading are needed before anything is usual, among the last lookBack days.
	fewestDays = 5
	lookBack   = 60
	// The hours between which nobody takes files along in the course of duty.
	nightFrom, nightTo = 22, 5
)

// Reading is what one account in one role read on a day.
type Reading struct {
	Role     access.Role
	Houses   map[string]int  // times that something of a house was opened, by house; most of one kind
	Worked   map[string]bool // houses that the reader inspected on that day
	Searches int
	AtNight  int // files taken along at night, not fetched by the phone itself
	Outside  int // houses outside the reader's area
}

// Usual are the medians of the reader's own days: houses and searches.
type Usual struct{ Houses, Searches int }

// Finding is a rule that a day meets: of one house where the rule is about one, with what was measured and what is usual.
type Finding struct {
	Rule            Rule
	House           string
	Measured, Usual int
}

// opened counts the houses that the reader opened and did not inspect.
func (d *Reading) opened() int {
	n := 0
	for house := range d.Houses {
		if !d.Worked[house] {
			n++
		}
	}
	return n
}

// floor is how many houses in a day are no matter for anybody in the role.
func floor(r access.Role) int {
	if r == access.Command {
		return manyDecided
	}
	return manyHouses
}

// suspects reports whether what is usual for the reader decides about the day.
func (d *Reading) suspects() bool { return d.opened() > floor(d.Role) || d.Searches > manySearches }

// Judge says in which ways a day was unusual. More reading never has fewer findings, and what somebody does in the course of an inspection has none.
func (d *Reading) Judge(u Usual) []Finding {
	var found []Finding
	if n := d.opened(); n > max(floor(d.Role), timesUsual*u.Houses) {
		found = append(found, Finding{Rule: Many, Measured: n, Usual: u.Houses})
	}
	if d.Outside > 0 {
		found = append(found, Finding{Rule: Outside, Measured: d.Outside})
	}
	if d.AtNight > 0 {
		found = append(found, Finding{Rule: Night, Measured: d.AtNight})
	}
	if d.Searches > max(manySearches, timesUsual*u.Searches) {
		found = append(found, Finding{Rule: Searches, Measured: d.Searches, Usual: u.Searches})
	}
	var houses []string
	for house, n := range d.Houses {
		if n >= manyTimes && !d.Worked[house] && d.Role != access.Head {
			houses = append(houses, house)
		}
	}
	slices.Sort(houses)
	for _, house := range houses {
		found = append(found, Finding{Rule: Again, House: house, Measured: d.Houses[house]})
	}
	return found
}

// median of the days on which anything was read; 0 while there are too few of them to say what is usual.
func median(days []int) int {
	if len(days) < fewestDays {
		return 0
	}
	sorted := slices.Clone(days)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// atNight reports whether an hour of the day is one in which nobody takes files along in the course of duty.
func atNight(hour int) bool { return hour >= nightFrom || hour < nightTo }
