package smallcells

// Groups hides shares of areas that add up to a whole, such as safe houses of the inspected ones by residential group:
// parts are the numerators, wholes the denominators, which are told. A share of fewer than Least houses would tell of
// a single one. hidden is for the areas in their order, whole for their sum.
func Groups(parts, wholes []int) (hidden []bool, whole bool) {
	n := len(parts)
	t := Table{Values: make([]int, n+1), Sensitive: make([]bool, n+1), Cost: make([]int, n+1), Shares: true}
	s := Sum{Total: n}
	for i := range parts {
		// An area where nothing was counted has nothing to hide, and hides nothing.
		if wholes[i] == 0 {
			continue
		}
		t.Values[i], t.Sensitive[i], t.Cost[i] = parts[i], wholes[i] < Least, wholes[i]
		t.Values[n] += parts[i]
		t.Cost[n] += wholes[i]
		s.Parts = append(s.Parts, i)
	}
	t.Sensitive[n] = t.Cost[n] > 0 && t.Cost[n] < Least
	if len(s.Parts) > 0 {
		t.Sums = []Sum{s}
	}
	all := Hide(t)
	return all[:n], all[n]
}
