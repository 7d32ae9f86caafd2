package smallcells

import (
	"cmp"
	"slices"
)

// Share is a part of a whole that one area counts: safe houses of the inspected ones of a residential group. The
// wholes are told.
type Share struct {
	ID       string
	Part, Of int
}

// Groups says which areas' shares must stay untold, in their order, and whether that of their sum must. A share of
// fewer than Least tells of a single house. With it goes the smallest other one, and further ones until nobody can
// work it out from the sum, knowing that a part is no more than its whole. The sum itself is told unless it is small:
// that a whole ward is safe says so of each house, and is told all the same. The answer does not depend on the order
// of the areas, so that two pages that sort them differently leave the same ones out.
func Groups(list []Share) (hidden []bool, whole bool) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(list[a].ID, list[b].ID) })
	t, part, rest := Table{Shares: true}, Sum{}, Sum{}
	add := func(value int, sensitive, told bool, cost int) int {
		t.Values, t.Sensitive, t.Told, t.Cost = append(t.Values, value), append(t.Sensitive, sensitive), append(t.Told, told), append(t.Cost, cost)
		return len(t.Values) - 1
	}
	place, sum := make([]int, len(list)), Share{}
	for _, i := range order {
		s := list[i]
		place[i] = -1
		if s.Of == 0 {
			continue // nothing was counted: nothing to hide, and nothing to hide behind
		}
		small := s.Of < Least
		place[i] = add(s.Part, small, false, s.Of)
		other := add(s.Of-s.Part, small, false, s.Of)
		t.Sums = append(t.Sums, Sum{Total: add(s.Of, false, true, 0), Parts: []int{place[i], other}})
		part.Parts, rest.Parts = append(part.Parts, place[i]), append(rest.Parts, other)
		sum.Part, sum.Of = sum.Part+s.Part, sum.Of+s.Of
	}
	part.Total, rest.Total = add(sum.Part, false, true, 0), add(sum.Of-sum.Part, false, true, 0)
	t.Sums = append(t.Sums, part, rest)
	all := Hide(t)
	hidden = make([]bool, len(list))
	for i, at := range place {
		hidden[i] = at >= 0 && all[at]
	}
	return hidden, sum.Of > 0 && sum.Of < Least
}
