package indicators

import "sonha/engine/words"

// Figure writes a figure with its unit in the language of w: "171 vụ", "89,0 %"; one that may not be told says so.
func (r *Reading) Figure(w *words.Words, p *Point) string { return newTeller(w).figure(p) }

// Against says how a figure stands against the base of its own series, or why nothing is compared: "giảm 52,3 % so với năm 1997".
func (r *Reading) Against(w *words.Words, p *Point) string { return newSheet(r, w).against(p) }

// Mean3 is the mean of a year and the two before it as text with one decimal; ok is false where it cannot be told.
func (r *Reading) Mean3(w *words.Words, p *Point) (mean string, ok bool) {
	for i := range r.Points {
		if r.Points[i].Period == p.Period {
			tenths, ok := Mean3(r.Points, i)
			return newTeller(w).tenths(tenths), ok
		}
	}
	return "", false
}
