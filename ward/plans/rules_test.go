package plans_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/civil"
	"sonha/ward/plans"
)

func ids(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("nha%05d", i)
	}
	return list
}

// Same seed, same sample, whatever the order in which the houses come; and the shares are kept, rounded up.
func TestTheSameSeedDrawsTheSameSample(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		frame := ids(rapid.IntRange(0, 400).Draw(t, "houses"))
		seed := rapid.StringN(1, 20, -1).Draw(t, "seed")
		share, cross := rapid.IntRange(plans.LeastShare, 100).Draw(t, "share"), rapid.IntRange(plans.LeastCross, 100).Draw(t, "cross")
		first := plans.Draw(seed, frame, share, cross)
		again := plans.Draw(seed, rapid.Permutation(frame).Draw(t, "another order"), share, cross)
		if !slices.Equal(first.Sample, again.Sample) || first.Digest != again.Digest || fmt.Sprint(first.Cross) != fmt.Sprint(again.Cross) {
			t.Fatal("the order of the houses changed the draw")
		}
		n := len(first.Sample)
		if 100*n < share*len(frame) || 100*(n-1) >= share*len(frame) && n > 0 {
			t.Fatalf("%d of %d are no %d %%, rounded up", n, len(frame), share)
		}
		if m := len(first.Cross); 100*m < cross*n || 100*(m-1) >= cross*n && m > 0 {
			t.Fatalf("%d of %d are no %d %%, rounded up", m, n, cross)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(first.Sample)))) != n {
			t.Fatal("a house was drawn twice")
		}
		for id := range first.Cross {
			if !slices.Contains(first.Sample, id) {
				t.Fatalf("%s is for another beat and was not drawn", id)
			}
		}
	})
}

// The draw as the documentation tells it, done by hand.
func TestTheDrawIsAsItIsTold(t *testing.T) {
	t.Parallel()
	frame := ids(37)
	key := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	want := slices.Clone(frame)
	slices.SortFunc(want, func(a, b string) int {
		if key("2026-11-20:"+a) < key("2026-11-20:"+b) {
			return -1
		}
		return 1
	})
	if got := plans.Draw("2026-11-20", frame, 10, 30); !slices.Equal(got.Sample, want[:4]) || len(got.Cross) != 2 {
		t.Errorf("drawn %v, by hand %v", got.Sample, want[:4])
	}
	text := ""
	for _, id := range frame {
		text += id + "\n"
	}
	if got := plans.Digest(frame); got != key(text) {
		t.Errorf("digest %s, by hand %s", got, key(text))
	}
}

func TestHowManyAreNeeded(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 1, 50: 45, 100: 80, 500: 218, 1586: 310, 100000: 383} {
		if got := plans.SampleFor(n, 5); got != want {
			t.Errorf("of %d houses %d for ±5 %%, not %d", n, got, want)
		}
	}
	for _, x := range []struct{ sample, n, want int }{{310, 1586, 50}, {100, 100, 0}, {80, 100, 50}, {0, 10, 1000}, {142, 1411, 79}} {
		if got := plans.MarginOf(x.sample, x.n); got != x.want {
			t.Errorf("%d of %d: ±%d tenths, not %d", x.sample, x.n, got, x.want)
		}
	}
}

// Every visit has its place once: in a week of a team that can, or among those that are not reached; and nothing that was drawn is
// left for something that was not.
func TestTheSplitAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var teams []plans.Team
		for i := range rapid.IntRange(0, 5).Draw(t, "beats") {
			teams = append(teams, plans.Team{Beat: "b" + strconv.Itoa(i), Officers: rapid.IntRange(0, 2).Draw(t, "officers")})
		}
		weeks := plans.Weeks(civil.Calendar{}, "2026-11-18", civil.Day("2026-11-18").AddDays(rapid.IntRange(0, 40).Draw(t, "days")), rapid.IntRange(1, 5).Draw(t, "days a week"))
		visits := make([]plans.Visit, rapid.IntRange(0, 120).Draw(t, "visits"))
		for i := range visits {
			v := &visits[i]
			v.House, v.StreetID, v.Home = strconv.Itoa(i), "s"+strconv.Itoa(i/20), "b"+strconv.Itoa(rapid.IntRange(0, 5).Draw(t, "beat"))
			v.Sampled = rapid.Bool().Draw(t, "drawn")
			v.Cross = v.Sampled && rapid.Bool().Draw(t, "cross")
		}
		perDay := rapid.IntRange(1, 12).Draw(t, "a day")
		plans.Split(visits, teams, weeks, perDay)
		sum := plans.SumOf(visits, teams, weeks, perDay)
		if sum.Visits != len(visits) {
			t.Fatalf("%d of %d visits are counted", sum.Visits, len(visits))
		}
		placed, all := 0, 0
		for _, l := range sum.Loads {
			reached := 0
			for at, n := range l.ByWeek {
				reached += n
				if n > weeks[at].Days*perDay*l.Officers {
					t.Fatalf("%d visits in a week of %d days of %d officers", n, weeks[at].Days, l.Officers)
				}
			}
			if reached+l.Left != l.Visits {
				t.Fatalf("%s: %d reached and %d left of %d", l.Beat, reached, l.Left, l.Visits)
			}
			placed, all = placed+reached, all+l.Visits
		}
		if placed+sum.Left != len(visits) || all+sum.Nobody != len(visits) {
			t.Fatalf("%d placed, %d left, %d with teams, %d by nobody, of %d", placed, sum.Left, all, sum.Nobody, len(visits))
		}
		for i := range visits {
			v := &visits[i]
			if v.By != "" && (v.By == v.Home) == v.Cross {
				t.Fatalf("house %s of %s, cross %t, is inspected by %s", v.House, v.Home, v.Cross, v.By)
			}
			for j := range visits {
				if o := &visits[j]; v.By != "" && v.By == o.By && v.Sampled && v.Week == 0 && !o.Sampled && o.Week > 0 {
					t.Fatalf("house %s was drawn and is left, house %s was not and is reached", v.House, o.House)
				}
			}
		}
	})
}

func TestWeeksAreWorkingDays(t *testing.T) {
	t.Parallel()
	got := plans.Weeks(civil.NewCalendar([]civil.Day{"2026-11-24"}), "2026-11-20", "2026-12-02", 3) // Friday to Wednesday
	want := []plans.Week{{1, "2026-11-20", "2026-11-22", 1}, {2, "2026-11-23", "2026-11-29", 3}, {3, "2026-11-30", "2026-12-02", 3}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// A sample that was looked at before it was drawn leaves less for other beats than the programme asks for, and the plan says so beforehand.
func TestWhatIsLeftForOtherBeats(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		sum   plans.Sum
		left  int
		short bool
	}{
		{plans.Sum{Sampled: 119, Cross: 36}, 36, false},
		{plans.Sum{Sampled: 119, Cross: 36, CrossBefore: 23}, 13, true},
		{plans.Sum{Sampled: 119, Cross: 36, CrossBefore: 23, Crossed: 36}, 36, false},
		{plans.Sum{Sampled: 100, Cross: 60, CrossBefore: 30}, 30, false},
		{plans.Sum{}, 0, false},
	} {
		if left, short := x.sum.CrossLeft(); left != x.left || short != x.short {
			t.Errorf("%+v: %d left, short %v", x.sum, left, short)
		}
	}
}
