package reads

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/access"
)

func drawDay(t *rapid.T) *Reading {
	d := &Reading{
		Role:   rapid.SampledFrom([]access.Role{access.Officer, access.GroupLead, access.Command, access.Head}).Draw(t, "role"),
		Houses: map[string]int{}, Worked: map[string]bool{},
		Searches: rapid.IntRange(0, 200).Draw(t, "searches"), AtNight: rapid.IntRange(0, 2).Draw(t, "night"), Outside: rapid.IntRange(0, 2).Draw(t, "outside"),
	}
	for i := range rapid.IntRange(0, 200).Draw(t, "houses") {
		house := strconv.Itoa(i)
		d.Houses[house] = rapid.IntRange(1, 12).Draw(t, "times")
		d.Worked[house] = rapid.Bool().Draw(t, "worked")
	}
	return d
}

func rules(list []Finding) (out []string) {
	for _, f := range list {
		out = append(out, string(f.Rule)+f.House)
	}
	return out
}

// TestMoreReadingHasNoFewerFindings adds to a day and holds that nothing that was found is lost, and that a reader who usually reads more
// is never told of more.
func TestMoreReadingHasNoFewerFindings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		u := Usual{rapid.IntRange(0, 80).Draw(t, "usual"), rapid.IntRange(0, 80).Draw(t, "usual searches")}
		before := rules(d.Judge(u))
		busier := rules(d.Judge(Usual{u.Houses + rapid.IntRange(0, 40).Draw(t, "more"), u.Searches + 5}))
		for _, r := range busier {
			if !slices.Contains(before, r) {
				t.Fatalf("who usually reads more is told of %s", r)
			}
		}
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			d.Searches++
		case 1:
			d.AtNight++
		case 2:
			d.Outside++
		default:
			d.Houses["new"] = rapid.IntRange(1, 12).Draw(t, "times")
		}
		after := rules(d.Judge(u))
		for _, r := range before {
			if !slices.Contains(after, r) {
				t.Fatalf("more reading lost %s: %v, then %v", r, before, after)
			}
		}
	})
}

// TestNoAlarmForWhoInspects holds that an officer may inspect the whole beat in a day, open each house as often as it takes, and look at
// some others.
func TestNoAlarmForWhoInspects(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &Reading{Role: access.Officer, Houses: map[string]int{}, Worked: map[string]bool{}, Searches: rapid.IntRange(0, manySearches).Draw(t, "searches")}
		for i := range rapid.IntRange(0, 150).Draw(t, "inspected") {
			d.Houses[strconv.Itoa(i)], d.Worked[strconv.Itoa(i)] = rapid.IntRange(1, 40).Draw(t, "times"), true
		}
		for i := range rapid.IntRange(0, manyHouses).Draw(t, "others") {
			d.Houses["other "+strconv.Itoa(i)] = rapid.IntRange(1, manyTimes-1).Draw(t, "times")
		}
		if found := d.Judge(Usual{rapid.IntRange(0, 10).Draw(t, "usual"), 0}); len(found) > 0 {
			t.Fatalf("an alarm: %+v", found)
		}
	})
}

func TestWhatIsUsualNeedsSomeDays(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		days []int
		want int
	}{{nil, 0}, {[]int{90, 90, 90, 90}, 0}, {[]int{1, 2, 3, 4, 500}, 3}, {[]int{7, 1, 9, 8, 2, 30}, 8}} {
		if got := median(x.days); got != x.want {
			t.Errorf("the usual of %v is %d, want %d", x.days, got, x.want)
		}
	}
	for hour, want := range map[int]bool{21: false, 22: true, 23: true, 0: true, 4: true, 5: false, 12: false} {
		if atNight(hour) != want {
			t.Errorf("%d o'clock at night: %v", hour, !want)
		}
	}
}
