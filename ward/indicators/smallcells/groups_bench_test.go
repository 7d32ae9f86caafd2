package smallcells_test

import (
	"math/rand/v2"
	"testing"

	"sonha/ward/indicators/smallcells"
)

// BenchmarkHundredGroups: what a ward of a hundred residential groups asks for in one year of one indicator, mostly small counts.
func BenchmarkHundredGroups(b *testing.B) {
	dice := rand.New(rand.NewPCG(1, 2))
	table := crossed(100, 2, func() int { return dice.IntN(9) })
	for b.Loop() {
		smallcells.Hide(table)
	}
}
