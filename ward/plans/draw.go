package plans

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
)

// What the programme asks for at least, in percent (domain.md §10, F10).
const (
	LeastShare = 10 // of the houses that rated themselves safe
	LeastCross = 30 // of the sample, by the officer of another beat
	whole      = 100
)

// Drawn is what a draw gives.
type Drawn struct {
	Sample []string        // ids in the order in which they were drawn
	Cross  map[string]bool // those of the sample that another beat's officer inspects
	Digest string          // of the ids that were drawn from
}

// Draw draws a sample of share percent of the ids, rounded up, and of it cross percent, rounded up, for officers of other beats.
//
// It can be done again with nothing but a program for SHA-256, in these words: Write the seed, a colon and the id of a house one
// after the other, and take the SHA-256 of this text. Do so for every house. Put the houses in the order of these figures, written
// in hexadecimal; the first ones are the sample. For those of other beats do the same among the sample with the seed, ":cross:" and
// the id. The digest of what was drawn from is the SHA-256 of all ids in ascending order, each followed by a line feed.
//
// The order in which the ids are given changes nothing. An id that is given twice counts once.
func Draw(seed string, ids []string, share, cross int) Drawn {
	frame := slices.Compact(slices.Sorted(slices.Values(ids)))
	sample := ordered(seed+":", frame)
	sample = sample[:portion(len(frame), share)]
	others := ordered(seed+":cross:", sample)
	d := Drawn{Sample: sample, Cross: map[string]bool{}, Digest: Digest(frame)}
	for _, id := range others[:portion(len(sample), cross)] {
		d.Cross[id] = true
	}
	return d
}

// Digest names a list of ids: two lists of the same ids have the same digest.
func Digest(ids []string) string {
	frame := slices.Compact(slices.Sorted(slices.Values(ids)))
	return hash(strings.Join(frame, "\n") + strings.Repeat("\n", min(1, len(frame))))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Lot is an id with the digest by which it is drawn.
type Lot struct{ ID, Key string }

// Lots puts ids in the order in which a seed draws them.
func Lots(seed string, ids []string) []Lot { return lots(seed+":", ids) }

// lots puts ids in the order of the digests of prefix and id.
func lots(prefix string, ids []string) []Lot {
	out := make([]Lot, len(ids))
	for i, id := range ids {
		out[i] = Lot{ID: id, Key: hash(prefix + id)}
	}
	slices.SortFunc(out, func(a, b Lot) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID)) })
	return out
}

func ordered(prefix string, ids []string) []string {
	out := make([]string, len(ids))
	for i, l := range lots(prefix, ids) {
		out[i] = l.ID
	}
	return out
}

// portion is percent of n, rounded up.
func portion(n, percent int) int { return min(n, (n*percent+whole-1)/whole) }

// The figures for a share that is estimated from a sample: the 95 % point of the normal distribution, and the greatest variance
// that a share can have.
const (
	z95      = 1.959964
	variance = 0.25
)

// SampleFor is how many of n houses must be drawn so that the share of safe houses is known to ±margin percentage points with 95 %
// confidence, with the correction for a finite population: n₀ = z²·0.25/e², then n₀ / (1 + (n₀ − 1)/n), rounded up.
func SampleFor(n int, margin float64) int {
	if n <= 0 {
		return 0
	}
	e := margin / whole
	n0 := z95 * z95 * variance / (e * e)
	return min(n, int(math.Ceil(n0/(1+(n0-1)/float64(n))-1e-9)))
}

// MarginOf is the margin in tenths of a percentage point to which a sample out of n houses tells the share of safe ones, with 95 %
// confidence; 0 when all were drawn.
func MarginOf(sample, n int) int {
	if sample <= 0 || n <= 1 {
		return 10 * whole
	}
	if sample >= n {
		return 0
	}
	e := z95 * math.Sqrt(variance/float64(sample)*float64(n-sample)/float64(n-1))
	return min(10*whole, int(math.Ceil(e*10*whole-1e-9)))
}
