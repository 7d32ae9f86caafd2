package civil

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Onsets and rimes of Vietnamese syllables in today's spelling, without tones.
// "gi" and "qu" count as onsets, so that giêng is gi+êng and quân is qu+ân.
var (
	onsets = setOf("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
	rimes  = setOf(`
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uynh uyên uyêt uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yêm yên yêng yêt yêu ych ynh yt`)
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// isSyllable reports whether a lower-case word is spelt as a Vietnamese syllable:
// onset, rime and at most one tone, which stands on a vowel, not on a gliding one
// (mão, never maõ), and is sắc or nặng before a final c, ch, p or t.
func isSyllable(word string) bool {
	var tone, carrier rune
	toneless := make([]rune, 0, len(word))
	toneAt := 0
	for _, r := range norm.NFD.String(word) {
		if !isTone(r) {
			toneless = append(toneless, r)
			continue
		}
		if tone != 0 || len(toneless) == 0 {
			return false
		}
		tone, toneAt = r, len(toneless)
		carrier = baseLetter(toneless)
	}
	if tone != 0 && !strings.ContainsRune("aeiouy", carrier) {
		return false
	}
	letters := norm.NFC.String(string(toneless))
	stopped := strings.HasSuffix(letters, "c") || strings.HasSuffix(letters, "ch") ||
		strings.HasSuffix(letters, "p") || strings.HasSuffix(letters, "t")
	if stopped && tone != '\u0301' && tone != '\u0323' {
		return false
	}
	glideToned := tone != 0 && toneAt == len(toneless)
	fits := func(rime string) bool { return rimes[rime] && (!glideToned || !glides(rime)) }
	if fits(letters) {
		return true
	}
	const longestOnset = 3
	for n := min(longestOnset, len(letters)-1); n > 0; n-- {
		if onsets[letters[:n]] && fits(letters[n:]) {
			return true
		}
	}
	return letters == "gi" // gì
}

// baseLetter returns the letter under the marks at the end of runes.
func baseLetter(runes []rune) rune {
	for _, r := range slices.Backward(runes) {
		if !unicode.Is(unicode.Mn, r) {
			return r
		}
	}
	return 0
}

// glides reports whether a rime ends in a gliding vowel, as ao and iêu do; in uy
// the y is the vowel.
func glides(rime string) bool {
	return len(rime) > 1 && rime != "uy" && strings.ContainsAny(rime[len(rime)-1:], "iouy")
}
