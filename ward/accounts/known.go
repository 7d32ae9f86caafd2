package accounts

import (
	"crypto/sha256"
	_ "embed"
	"sort"
)

// leaked are the passwords of ten signs and more among the million most used ones out of leaked lists, and the thousand most used PINs: of
// each the first four bytes of its SHA-256, sorted (decision 0056). scripts/passwords makes it.
//
//go:embed known.bin
var leaked string

// sumBytes is what is kept of each. Of good passwords one in forty thousand looks like one of them; its owner chooses another.
const sumBytes = 4

// isLeaked reports whether a secret, in small letters and without marks and blanks, is on the list that guessers begin with.
func isLeaked(folded string) bool {
	sum := sha256.Sum256([]byte(folded))
	want := string(sum[:sumBytes])
	n := len(leaked) / sumBytes
	i := sort.Search(n, func(i int) bool { return leaked[i*sumBytes:(i+1)*sumBytes] >= want })
	return i < n && leaked[i*sumBytes:(i+1)*sumBytes] == want
}
