// Package smallcells decides which figures of a table must stay untold so that no small one can be worked out.
//
// A count below a threshold may tell of a single house or a single case (small cells, product.md E; domain.md
// §6.1). Leaving it out is not enough where sums are told: the one figure missing from a sum is the sum less the
// others. So further cells are left out with it, until whoever knows every told figure and every sum still cannot
// say what a sensitive cell holds. Pure functions: no table of the database, no words.
package smallcells

import (
	"math/big"
	"slices"
)

// Least is the smallest count that is told.
const Least = 5

// Sum says that one cell is the sum of others. Cells are named by their index.
type Sum struct {
	Total int
	Parts []int
}

// Table is what a reader could know: counts, and the sums that hold among them.
type Table struct {
	Values []int // never negative
	// Sensitive are the cells that must not be known. Nil: those from 1 to Least-1.
	Sensitive []bool
	// Cost is what leaving a cell out takes from the reader; the cheapest is left out first, of equals the first.
	// Nil: the value itself.
	Cost []int
	Sums []Sum
	// Told are cells that stay told whatever follows from them, because they are known from elsewhere. Nil: none.
	Told []bool
	// Shares: what counts below a sum need not reach Least together, because the sensitive cells are parts of
	// shares whose wholes are told; nil sums are then only kept from giving a cell away.
	Shares bool
}

// Hide says for each cell whether it must stay untold. Every sensitive cell does. Of the others it takes the
// cheapest that keep each sensitive cell ambiguous: there is another table of counts with the same told cells and
// the same sums, in which the cell holds something else. Where the hidden parts of a told sum come to less than
// Least together, more is hidden, because their sum is itself a small cell.
func Hide(t Table) []bool {
	h := newHiding(&t)
	for h.step() {
	}
	return h.hidden
}

type hiding struct {
	*Table

	hidden    []bool
	sensitive []bool
}

func newHiding(t *Table) *hiding {
	h := &hiding{Table: t, hidden: make([]bool, len(t.Values)), sensitive: make([]bool, len(t.Values))}
	for i, v := range t.Values {
		if t.Sensitive == nil {
			h.sensitive[i] = v > 0 && v < Least
		} else {
			h.sensitive[i] = t.Sensitive[i]
		}
		h.hidden[i] = h.sensitive[i]
	}
	return h
}

// step hides one more cell where one is needed. Each step hides a cell, so that it ends.
func (h *hiding) step() bool {
	for i := range h.Sums {
		if h.given(&h.Sums[i]) || h.few(&h.Sums[i]) {
			if more := h.cheapest(&h.Sums[i]); more >= 0 {
				h.hidden[more] = true
				return true
			}
		}
	}
	ambiguous := h.ambiguous(h.freedom())
	for i := range h.Values {
		if !h.sensitive[i] || ambiguous[i] {
			continue
		}
		if more := h.near(i); more >= 0 {
			h.hidden[more] = true
			return true
		}
	}
	return false
}

// given reports whether a sum gives its only hidden cell away.
func (h *hiding) given(s *Sum) bool {
	hidden := 0
	for _, c := range s.cells() {
		if h.hidden[c] {
			hidden++
		}
	}
	return hidden == 1
}

// few reports whether the hidden parts of a told sum are a small cell together.
func (h *hiding) few(s *Sum) bool {
	if h.Shares || h.hidden[s.Total] {
		return false
	}
	sum, some := 0, false
	for _, c := range s.Parts {
		if h.hidden[c] {
			sum, some = sum+h.Values[c], true
		}
	}
	return some && sum < Least
}

func (s *Sum) cells() []int { return append([]int{s.Total}, s.Parts...) }

// cheapest is the told part of a sum that costs least, one that holds something if there is one; else the total.
func (h *hiding) cheapest(s *Sum) int {
	best := -1
	for _, c := range s.Parts {
		if h.free(c) && (best < 0 || h.cheaper(c, best)) {
			best = c
		}
	}
	if best < 0 && h.free(s.Total) {
		best = s.Total
	}
	return best
}

// free reports whether a told cell may be hidden.
func (h *hiding) free(c int) bool { return !h.hidden[c] && (h.Told == nil || !h.Told[c]) }

// cheaper prefers a cell that holds something: a hidden nought leaves little to be unsure of.
func (h *hiding) cheaper(a, b int) bool {
	if (h.Values[a] > 0) != (h.Values[b] > 0) {
		return h.Values[a] > 0
	}
	return h.cost(a) < h.cost(b)
}

func (h *hiding) cost(c int) int {
	if h.Cost != nil {
		return h.Cost[c]
	}
	return h.Values[c]
}

// near is the next cell to hide when one can still be worked out: one that shares a sum with it, or with a hidden
// cell that does, and so on; of the nearest the cheapest. -1 when there is none left.
func (h *hiding) near(cell int) int {
	reached := []int{cell}
	for at := 0; at < len(reached); at++ {
		best := -1
		for i := range h.Sums {
			cells := h.Sums[i].cells()
			if !slices.Contains(cells, reached[at]) {
				continue
			}
			for _, c := range cells {
				switch {
				case slices.Contains(reached, c):
				case h.hidden[c]:
					reached = append(reached, c)
				case !h.free(c):
				case best < 0 || h.cheaper(c, best):
					best = c
				}
			}
		}
		if best >= 0 {
			return best
		}
	}
	return -1
}

// ambiguous looks for other tables, and says which cells hold something else in one of them: along a direction in which hidden cells can
// move together without touching a sum or a told cell, up or down, and without a count below nought. What it finds is proof; a cell for
// which it finds none may still be safe, and then more is hidden than is needed. Directions are tried alone, and two together only for a
// sensitive cell that one of them moves: a ward of a hundred groups has hundreds of directions, and each pair of them for each cell took
// minutes.
func (h *hiding) ambiguous(basis [][]int) []bool {
	found := make([]bool, len(h.Values))
	for i := range found {
		found[i] = true // until a sum says something about it
	}
	for i := range h.Sums {
		for _, c := range h.Sums[i].cells() {
			found[c] = false
		}
	}
	mark := func(direction []int) {
		for c, d := range direction {
			found[c] = found[c] || d != 0
		}
	}
	for _, direction := range basis {
		if h.moves(direction) {
			mark(direction)
		}
	}
	for cell := range found {
		if found[cell] || !h.sensitive[cell] {
			continue
		}
		if two := h.pair(basis, cell); two != nil {
			mark(two)
		}
	}
	return found
}

// pair is a sum or difference of two directions along which a cell can move; nil when there is none.
func (h *hiding) pair(basis [][]int, cell int) []int {
	for a := range basis {
		if basis[a][cell] == 0 {
			continue
		}
		for b := range basis {
			if a == b || !touch(basis[a], basis[b]) {
				continue // two that touch no cell in common move what each of them moves alone
			}
			for _, sign := range []int{1, -1} {
				if two := combined(basis[a], basis[b], sign); two[cell] != 0 && h.moves(two) {
					return two
				}
			}
		}
	}
	return nil
}

// touch reports whether two directions move a cell in common.
func touch(a, b []int) bool {
	for i := range a {
		if a[i] != 0 && b[i] != 0 {
			return true
		}
	}
	return false
}

func combined(a, b []int, sign int) []int {
	sum := make([]int, len(a))
	for i := range a {
		sum[i] = a[i] + sign*b[i]
	}
	return sum
}

// moves reports whether there is room for a step along a direction, or for one back.
func (h *hiding) moves(direction []int) bool {
	up, down := true, true
	for i, d := range direction {
		up = up && h.Values[i]+d >= 0
		down = down && h.Values[i]-d >= 0
	}
	return up || down
}

// freedom gives the directions in which the hidden cells can move while every sum and every told cell stays: a
// basis of the null space of the sums over the hidden cells, in whole numbers.
func (h *hiding) freedom() [][]int {
	var columns []int
	for i, hidden := range h.hidden {
		if hidden {
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	rows := h.equations(columns)
	pivots := reduce(rows, len(columns))
	var basis [][]int
	for free := range columns {
		if slices.Contains(pivots, free) {
			continue
		}
		direction := make([]*big.Rat, len(columns))
		for c := range direction {
			direction[c] = new(big.Rat)
		}
		direction[free].SetInt64(1)
		for r, p := range pivots {
			direction[p].Neg(rows[r][free])
		}
		if whole, ok := wholeNumbers(direction); ok {
			full := make([]int, len(h.Values))
			for c, cell := range columns {
				full[cell] = whole[c]
			}
			basis = append(basis, full)
		}
	}
	return basis
}

// equations writes each sum that touches a hidden cell as a row: total less parts.
func (h *hiding) equations(columns []int) [][]*big.Rat {
	var rows [][]*big.Rat
	for i := range h.Sums {
		row, some := make([]*big.Rat, len(columns)), false
		for c, cell := range columns {
			row[c] = new(big.Rat)
			if h.Sums[i].Total == cell {
				row[c].SetInt64(1)
			}
			for _, part := range h.Sums[i].Parts {
				if part == cell {
					row[c].Sub(row[c], big.NewRat(1, 1))
				}
			}
			some = some || row[c].Sign() != 0
		}
		if some {
			rows = append(rows, row)
		}
	}
	return rows
}

// reduce brings rows into reduced echelon form and gives the pivot column of each row that has one.
func reduce(rows [][]*big.Rat, columns int) []int {
	var pivots []int
	for c := 0; c < columns && len(pivots) < len(rows); c++ {
		top := len(pivots)
		found := -1
		for r := top; r < len(rows); r++ {
			if rows[r][c].Sign() != 0 {
				found = r
				break
			}
		}
		if found < 0 {
			continue
		}
		rows[top], rows[found] = rows[found], rows[top]
		inverse := new(big.Rat).Inv(rows[top][c])
		var filled []int // most cells of a row are nought
		for k := range rows[top] {
			if rows[top][k].Sign() != 0 {
				rows[top][k].Mul(rows[top][k], inverse)
				filled = append(filled, k)
			}
		}
		for r := range rows {
			if r == top || rows[r][c].Sign() == 0 {
				continue
			}
			factor := new(big.Rat).Set(rows[r][c])
			for _, k := range filled {
				rows[r][k].Sub(rows[r][k], new(big.Rat).Mul(factor, rows[top][k]))
			}
		}
		pivots = append(pivots, c)
	}
	return pivots
}

// wholeNumbers clears the denominators; ok is false when the numbers grow out of an int.
func wholeNumbers(direction []*big.Rat) (whole []int, ok bool) {
	common := big.NewInt(1)
	for _, d := range direction {
		denominator := d.Denom()
		gcd := new(big.Int).GCD(nil, nil, common, denominator)
		common.Mul(common, new(big.Int).Div(denominator, gcd))
	}
	for _, d := range direction {
		n := new(big.Int).Mul(d.Num(), new(big.Int).Div(common, d.Denom()))
		if !n.IsInt64() {
			return nil, false
		}
		whole = append(whole, int(n.Int64()))
	}
	return whole, true
}
