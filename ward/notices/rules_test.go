package notices

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/ground/civil"
)

// Nothing that is not urgent goes out in the quiet hours, nothing goes before it should, and nothing waits longer than a night.
func TestQuietHours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMilli(rapid.Int64Range(1.7e12, 2e12).Draw(t, "now"))
		want := now.Add(time.Duration(rapid.IntRange(-3000, 9000).Draw(t, "minutes")) * time.Minute)
		hurry := rapid.Bool().Draw(t, "urgent")
		got := SendTime(want, now, hurry)
		hour := got.In(civil.Hanoi).Hour()
		wish := want
		if wish.Before(now) {
			wish = now
		}
		switch {
		case got.Before(wish):
			t.Fatalf("goes at %v, before %v", got, wish)
		case hurry && !got.Equal(wish):
			t.Fatalf("urgent and waits until %v", got)
		case !hurry && (hour >= quietFrom || hour < quietTo):
			t.Fatalf("goes at %v", got.In(civil.Hanoi))
		case got.Sub(wish) > 10*time.Hour:
			t.Fatalf("waits %v", got.Sub(wish))
		case !SendTime(got, now, hurry).Equal(got):
			t.Fatal("waits twice")
		}
	})
}

// A walk holds every stop once, street by street, the odd side up and the even side down.
func TestWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var stops []Stop
		for i, main := range rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "numbers") {
			stops = append(stops, Stop{House: string(rune('a' + i)), StreetID: "s", Main: main})
		}
		slices.SortStableFunc(stops, func(a, b Stop) int { return a.Main - b.Main })
		count := 0
		for _, w := range Walk(stops) {
			last := Stop{}
			for i, s := range w.Stops {
				count++
				if i > 0 && (s.Side() < last.Side() || s.Side() == last.Side() && (s.Side() == Odd && s.Main < last.Main || s.Side() == Even && s.Main > last.Main)) {
					t.Fatalf("%d comes after %d", s.Main, last.Main)
				}
				last = s
			}
		}
		if count != len(stops) {
			t.Fatalf("%d of %d houses", count, len(stops))
		}
	})
}
