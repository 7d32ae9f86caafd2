package backup

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/ground/civil"
)

// Rule says which copies are kept: the newest of each of so many days, weeks and months on which there are some. What none of
// them needs goes; the newest copy of all always stays.
type Rule struct{ Daily, Weekly, Monthly int }

// Usual keeps a week of days, a month of weeks and a quarter of months. It is not longer by itself because what people asked to
// delete must be gone from the copies too (docs/operate.md: 90 days).
func Usual() Rule { return Rule{Daily: 7, Weekly: 4, Monthly: 3} }

// ParseRule reads "7,4,12": days, weeks, months.
func ParseRule(text string) (Rule, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 3 {
		return Rule{}, errors.New("three numbers are wanted: days, weeks, months")
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil || v < 0 || v > 1000 {
			return Rule{}, fmt.Errorf("%q is no number of copies", p)
		}
		n[i] = v
	}
	if n[0]+n[1]+n[2] == 0 {
		return Rule{}, errors.New("at least one copy is to be kept")
	}
	return Rule{Daily: n[0], Weekly: n[1], Monthly: n[2]}, nil
}

// String is the rule as ParseRule reads it.
func (r Rule) String() string { return fmt.Sprintf("%d,%d,%d", r.Daily, r.Weekly, r.Monthly) }

// Excess gives those of the names that may go, oldest first. Names that are no copies are not among them.
func (r Rule) Excess(names []string) []string {
	copies := copiesOf(names)
	slices.Reverse(copies) // newest first: the newest of a day is the one that stays
	buckets := []struct {
		left int
		of   func(time.Time) string
		last string
	}{
		{left: r.Daily, of: func(t time.Time) string { return t.Format(time.DateOnly) }},
		{left: r.Weekly, of: func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, " ", w) }},
		{left: r.Monthly, of: func(t time.Time) string { return t.Format("2006-01") }},
	}
	var gone []string
	for i, name := range copies {
		made, _ := madeAt(name)
		made = made.In(civil.Hanoi)
		stays := i == 0
		for b := range buckets {
			x := &buckets[b]
			if of := x.of(made); x.left > 0 && of != x.last {
				x.left, x.last, stays = x.left-1, of, true
			}
		}
		if !stays {
			gone = append(gone, name)
		}
	}
	slices.Reverse(gone)
	return gone
}

// copiesOf are those of the names that are copies, oldest first.
func copiesOf(names []string) []string {
	var out []string
	for _, name := range names {
		if _, ok := madeAt(name); ok {
			out = append(out, name)
		}
	}
	slices.Sort(out) // the name is the time
	return out
}

// madeAt reads from its name when a copy was made.
func madeAt(name string) (time.Time, bool) {
	text, ok := strings.CutPrefix(name, nameStart)
	if !ok {
		return time.Time{}, false
	}
	if text, ok = strings.CutSuffix(text, Ending); !ok {
		return time.Time{}, false
	}
	at, err := time.Parse(nameTime, text)
	return at, err == nil
}
