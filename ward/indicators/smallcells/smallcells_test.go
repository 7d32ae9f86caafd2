package smallcells_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sonha/ward/indicators/smallcells"
)

func TestHide(t *testing.T) {
	t.Parallel()
	groups := []smallcells.Sum{{Total: 0, Parts: []int{1, 2, 3, 4}}}
	for name, c := range map[string]struct {
		table smallcells.Table
		want  []bool
	}{
		"nothing small":        {smallcells.Table{Values: []int{40, 10, 10, 10, 10}, Sums: groups}, []bool{false, false, false, false, false}},
		"nought is no small":   {smallcells.Table{Values: []int{30, 10, 10, 10, 0}, Sums: groups}, []bool{false, false, false, false, false}},
		"one takes another":    {smallcells.Table{Values: []int{36, 3, 12, 10, 11}, Sums: groups}, []bool{false, true, false, true, false}},
		"two are enough":       {smallcells.Table{Values: []int{30, 3, 4, 11, 12}, Sums: groups}, []bool{false, true, true, false, false}},
		"two that are few":     {smallcells.Table{Values: []int{26, 1, 2, 11, 12}, Sums: groups}, []bool{false, true, true, true, false}},
		"the total goes too":   {smallcells.Table{Values: []int{3, 3}, Sums: []smallcells.Sum{{Total: 0, Parts: []int{1}}}}, []bool{true, true}},
		"alone and in no sum":  {smallcells.Table{Values: []int{3, 9}}, []bool{true, false}},
		"nought is taken last": {smallcells.Table{Values: []int{13, 4, 0, 9, 0}, Sums: groups}, []bool{false, true, false, true, false}},
	} {
		if got := smallcells.Hide(c.table); !slices.Equal(got, c.want) {
			t.Errorf("%s: hid %v, want %v", name, got, c.want)
		}
	}
}

// TestHideFollowsTheSumsUpwards: a small month, its quarter and its year. The month takes another month with it; a
// small quarter takes another quarter, which must not come back as the sum of its months.
func TestHideFollowsTheSumsUpwards(t *testing.T) {
	t.Parallel()
	// 0 year, 1–4 quarters, 5–16 months
	values := []int{44, 3, 12, 14, 15, 1, 1, 1, 4, 4, 4, 5, 5, 4, 5, 5, 5}
	sums := []smallcells.Sum{{Total: 0, Parts: []int{1, 2, 3, 4}}}
	for q := range 4 {
		sums = append(sums, smallcells.Sum{Total: 1 + q, Parts: []int{5 + 3*q, 6 + 3*q, 7 + 3*q}})
	}
	table := smallcells.Table{Values: values, Sums: sums}
	hidden := smallcells.Hide(table)
	if !hidden[1] {
		t.Error("a quarter with 3 is told")
	}
	if hidden[0] {
		t.Error("the year is hidden without need")
	}
	known := deduce(table, hidden)
	for i, v := range values {
		if v > 0 && v < smallcells.Least && known[i] {
			t.Errorf("cell %d (%d) can be worked out; hidden %v", i, v, hidden)
		}
	}
}

// table draws a table of one of the kinds that the program tells: groups of a ward over counts that split up, months
// in quarters in a year, and areas that overlap.
func table(t *rapid.T) smallcells.Table {
	count := rapid.OneOf(rapid.IntRange(0, 6), rapid.IntRange(0, 14))
	switch rapid.SampledFrom([]string{"groups", "periods", "overlap"}).Draw(t, "kind") {
	case "groups":
		return crossed(rapid.IntRange(1, 4).Draw(t, "groups"), rapid.IntRange(1, 3).Draw(t, "classes"), func() int { return count.Draw(t, "n") })
	case "periods":
		// a half of two quarters of two or three months
		months := rapid.IntRange(2, 3).Draw(t, "months")
		values, sums := []int{0, 0, 0}, []smallcells.Sum{{Total: 0, Parts: []int{1, 2}}}
		for q := range 2 {
			s := smallcells.Sum{Total: 1 + q}
			for range months {
				n := count.Draw(t, "n")
				s.Parts = append(s.Parts, len(values))
				values = append(values, n)
				values[1+q] += n
				values[0] += n
			}
			sums = append(sums, s)
		}
		return smallcells.Table{Values: values, Sums: sums}
	}
	// areas cut two ways: groups are rows, beats are columns, the crossings are never told but add up to both
	rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
	return crossed(rows, columns, func() int { return count.Draw(t, "n") })
}

// crossed is a table with sums at both edges and in the corner.
func crossed(rows, columns int, count func() int) smallcells.Table {
	at := func(r, c int) int { return r*(columns+1) + c }
	values := make([]int, (rows+1)*(columns+1))
	for r := range rows {
		for c := range columns {
			n := count()
			values[at(r, c)] += n
			values[at(r, columns)] += n
			values[at(rows, c)] += n
			values[at(rows, columns)] += n
		}
	}
	var sums []smallcells.Sum
	for r := range rows + 1 {
		s := smallcells.Sum{Total: at(r, columns)}
		for c := range columns {
			s.Parts = append(s.Parts, at(r, c))
		}
		sums = append(sums, s)
	}
	for c := range columns + 1 {
		s := smallcells.Sum{Total: at(rows, c)}
		for r := range rows {
			s.Parts = append(s.Parts, at(r, c))
		}
		sums = append(sums, s)
	}
	return smallcells.Table{Values: values, Sums: sums}
}

// TestAnAttackerLearnsNoSmallCell plays somebody who knows every told figure, every sum and that counts are never
// negative, and who tries all there is: no small cell comes out.
func TestAnAttackerLearnsNoSmallCell(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := table(t)
		hidden := smallcells.Hide(table)
		known := deduce(table, hidden)
		for i, v := range table.Values {
			small := v > 0 && v < smallcells.Least
			if small && !hidden[i] {
				t.Fatalf("cell %d holds %d and is told: %v", i, v, table.Values)
			}
			if small && known[i] {
				t.Fatalf("cell %d holds %d, which the attacker works out\nvalues %v\nhidden %v\nsums %v", i, v, table.Values, hidden, table.Sums)
			}
		}
	})
}

// TestHiddenPartsAreNoSmallCellTogether: what a told sum leaves for its hidden parts is no small count either.
func TestHiddenPartsAreNoSmallCellTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := table(t)
		hidden := smallcells.Hide(table)
		for _, s := range table.Sums {
			rest, some, all := 0, false, true
			for _, p := range s.Parts {
				if hidden[p] {
					rest, some = rest+table.Values[p], true
				} else {
					all = false
				}
			}
			if some && !all && !hidden[s.Total] && rest > 0 && rest < smallcells.Least {
				t.Fatalf("the hidden parts of %d come to %d: %v hidden %v", s.Total, rest, table.Values, hidden)
			}
		}
	})
}

// TestNothingIsHiddenWithoutNeed: a table without small cells is told whole.
func TestNothingIsHiddenWithoutNeed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		big := crossed(rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "columns"), func() int { return rapid.IntRange(5, 900).Draw(t, "n") })
		if slices.Contains(smallcells.Hide(big), true) {
			t.Fatalf("hid %v of %v", smallcells.Hide(big), big.Values)
		}
	})
}

// TestAnAttackerLearnsNoSmallShare: who knows how many houses were counted in every group, and how many of all passed,
// cannot say how many of a small group did, unless nothing is told of any group and the sum itself says so.
func TestAnAttackerLearnsNoSmallShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "groups")
		list := make([]smallcells.Share, n)
		for i := range list {
			of := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, 12)).Draw(t, "of")
			list[i] = smallcells.Share{ID: strconv.Itoa(i), Of: of, Part: rapid.IntRange(0, of).Draw(t, "part")}
		}
		hidden, _ := smallcells.Groups(list)
		told := 0
		for i, s := range list {
			if s.Of > 0 && s.Of < smallcells.Least && !hidden[i] {
				t.Fatalf("a share of %d is told", s.Of)
			}
			if s.Of > 0 && !hidden[i] {
				told++
			}
		}
		for i, s := range list {
			if s.Of > 0 && s.Of < smallcells.Least && told > 0 && only(list, hidden, i) {
				t.Fatalf("group %d of %v can be worked out; hidden %v", i, list, hidden)
			}
		}
		// Another order leaves the same ones out.
		turned := slices.Clone(list)
		slices.Reverse(turned)
		again, _ := smallcells.Groups(turned)
		slices.Reverse(again)
		if !slices.Equal(hidden, again) {
			t.Fatalf("%v in one order, %v in another", hidden, again)
		}
	})
}

// only reports whether the hidden parts can be filled in one way only as far as a group goes.
func only(list []smallcells.Share, hidden []bool, group int) bool {
	left, most := 0, 0
	for i, s := range list {
		if hidden[i] {
			left += s.Part
			if i != group {
				most += s.Of
			}
		}
	}
	ways := 0
	for part := 0; part <= list[group].Of; part++ {
		if rest := left - part; rest >= 0 && rest <= most {
			ways++
		}
	}
	return ways == 1
}

// deduce is the attacker: for each hidden cell whether only one count fits what is told. It narrows the bounds of
// the hidden cells by the sums, then tries all counts that are left, cell by cell.
func deduce(t smallcells.Table, hidden []bool) []bool {
	known := make([]bool, len(t.Values))
	for cell, h := range hidden {
		if !h {
			known[cell] = true
			continue
		}
		other := false
		for v := 0; v <= 60 && !other; v++ {
			if v != t.Values[cell] {
				other = fits(t, hidden, cell, v)
			}
		}
		known[cell] = !other
	}
	return known
}

// fits reports whether there is a table with the told cells and the sums in which a cell holds v.
func fits(t smallcells.Table, hidden []bool, cell, v int) bool {
	low, high := make([]int, len(t.Values)), make([]int, len(t.Values))
	for i := range t.Values {
		if hidden[i] {
			high[i] = 200
		} else {
			low[i], high[i] = t.Values[i], t.Values[i]
		}
	}
	low[cell], high[cell] = v, v
	return search(t, low, high)
}

func search(t smallcells.Table, low, high []int) bool {
	low, high = slices.Clone(low), slices.Clone(high)
	if !narrow(t, low, high) {
		return false
	}
	pick := -1
	for i := range low {
		if low[i] < high[i] && (pick < 0 || high[i]-low[i] < high[pick]-low[pick]) {
			pick = i
		}
	}
	if pick < 0 {
		return true
	}
	for v := low[pick]; v <= high[pick]; v++ {
		l, h := slices.Clone(low), slices.Clone(high)
		l[pick], h[pick] = v, v
		if search(t, l, h) {
			return true
		}
	}
	return false
}

// narrow tightens the bounds until nothing moves; false when no table fits.
func narrow(t smallcells.Table, low, high []int) bool {
	for moved := true; moved; {
		moved = false
		set := func(i, l, h int) {
			if l > low[i] {
				low[i], moved = l, true
			}
			if h < high[i] {
				high[i], moved = h, true
			}
		}
		for _, s := range t.Sums {
			l, h := 0, 0
			for _, p := range s.Parts {
				l, h = l+low[p], h+high[p]
			}
			set(s.Total, l, h)
			for _, p := range s.Parts {
				set(p, low[s.Total]-(h-high[p]), high[s.Total]-(l-low[p]))
			}
		}
		for i := range low {
			if low[i] > high[i] {
				return false
			}
		}
	}
	return true
}

func ExampleHide() {
	groups := smallcells.Table{Values: []int{120, 3, 40, 32, 45}, Sums: []smallcells.Sum{{Total: 0, Parts: []int{1, 2, 3, 4}}}}
	fmt.Println(smallcells.Hide(groups))
	// Output: [false true false true false]
}
