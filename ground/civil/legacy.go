package civil

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Names of the legacy encodings, as people in offices call them.
const (
	TCVN3 = "TCVN3 (ABC)"
	VNI   = "VNI"
)

// LegacyBytes recognises Vietnamese text typed in a legacy encoding, TCVN3 or
// VNI: either raw single-byte text, as in an old CSV file, or text that passed
// for Western European on its way into Unicode, as in a workbook ("Hµng B¹c",
// "Haøng Baïc"). It gives the encoding's name for a message to the user, who must
// convert the file: the program never guesses what a name may have been.
//
// Call it before NFC, on a whole cell or, better, a whole file: a word alone may
// be too little. Correct Vietnamese, English and numbers are not mistaken. Bytes
// that are neither UTF-8 nor legacy Vietnamese give false: check utf8.Valid too.
func LegacyBytes[T string | []byte](text T) (name string, yes bool) {
	s := string(text)
	if plainASCII(s) {
		return "", false
	}
	if !utf8.ValidString(s) {
		s = fromLatin1(s)
	}
	var tcvn3, vni, proper int
	seen := map[string]bool{}
	for _, word := range legacyWords(s) {
		if plainASCII(word) || seen[word] {
			continue
		}
		seen[word] = true
		if isSyllable(strings.ToLower(norm.NFC.String(word))) && !capitalInside(word) {
			if beyondLatin1(word) {
				proper += weightSure
			}
			continue
		}
		tcvn3 += evidence(word, readTCVN3)
		vni += evidence(word, readVNI)
	}
	switch best := max(tcvn3, vni); {
	case best < weightSure || best <= proper:
		return "", false
	case best == tcvn3:
		return TCVN3, true
	}
	return VNI, true
}

// How much a word says that its text is legacy: a sure one is enough, of foreign
// letters (Loïc) two, of signs that stand in measures (n·m, µm) four.
const (
	weightSign   = 1
	weightLetter = 2
	weightSure   = 4
)

// beyondLatin1 reports whether a word has letters no legacy text passes for.
func beyondLatin1(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r > 0xff && r != minus })
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fromLatin1 reads each byte as the character of that number.
func fromLatin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// legacyWords cuts s into runs of letters, where any character from ¡ to ÿ may
// be a letter of a legacy encoding, and so may a combining mark of NFD.
func legacyWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && (r < 0xa1 || r > 0xff) && r != minus
	})
}

// minus is what some programs make of the soft hyphen, TCVN3's ư.
const minus = '−'

// capitalInside reports whether a capital with a mark follows a small letter, as
// in "TrÇn": never in proper text, usual in TCVN3.
func capitalInside(word string) bool {
	small := false
	for _, r := range word {
		if small && r >= utf8.RuneSelf && unicode.IsUpper(r) {
			return true
		}
		small = small || unicode.IsLower(r)
	}
	return false
}

// Characters that stand in foreign words, in sums and beside words, where the
// encodings have Vietnamese letters.
const (
	foreignLetters = "äåæëïöüñçéèêôâî"
	operators      = "·×÷¬"
	signs          = "µμ©®ªº°«»§"
)

// evidence weighs a word that is no proper Vietnamese: 0 if read in the encoding
// it is no syllable either. A sign inside a word ("Hµng", "d©n") is sure, at its
// ends ("µm", "Sun®") it is not.
func evidence(word string, read func(string) (string, bool)) int {
	decoded, ok := read(word)
	if !ok || !isSyllable(decoded) || !strings.ContainsFunc(word, func(r rune) bool { return r < utf8.RuneSelf }) {
		return 0
	}
	if capitalInside(word) {
		return weightSure
	}
	weight := weightSign
	for i, r := range word {
		last := i+utf8.RuneLen(r) == len(word)
		switch {
		case r < utf8.RuneSelf || strings.ContainsRune(operators, r):
		case strings.ContainsRune(signs, r):
			if i > 0 && !last {
				return weightSure
			}
		case strings.ContainsRune(foreignLetters, unicode.ToLower(r)):
			weight = weightLetter
		default:
			return weightSure
		}
	}
	return weight
}

// tcvn3Letters are the letters of TCVN 5712:1993 (VN3) by byte. Capitals with
// tones do not exist in it: fonts named …H draw small letters as capitals.
var tcvn3Letters = map[rune]rune{
	0xa1: 'ă', 0xa2: 'â', 0xa3: 'ê', 0xa4: 'ô', 0xa5: 'ơ', 0xa6: 'ư', 0xa7: 'đ',
	0xa8: 'ă', 0xa9: 'â', 0xaa: 'ê', 0xab: 'ô', 0xac: 'ơ', 0xad: 'ư', 0xae: 'đ', minus: 'ư',
	0xb5: 'à', 0xb6: 'ả', 0xb7: 'ã', 0xb8: 'á', 0xb9: 'ạ',
	0xbb: 'ằ', 0xbc: 'ẳ', 0xbd: 'ẵ', 0xbe: 'ắ', 0xc6: 'ặ',
	0xc7: 'ầ', 0xc8: 'ẩ', 0xc9: 'ẫ', 0xca: 'ấ', 0xcb: 'ậ',
	0xcc: 'è', 0xce: 'ẻ', 0xcf: 'ẽ', 0xd0: 'é', 0xd1: 'ẹ',
	0xd2: 'ề', 0xd3: 'ể', 0xd4: 'ễ', 0xd5: 'ế', 0xd6: 'ệ',
	0xd7: 'ì', 0xd8: 'ỉ', 0xdc: 'ĩ', 0xdd: 'í', 0xde: 'ị',
	0xdf: 'ò', 0xe1: 'ỏ', 0xe2: 'õ', 0xe3: 'ó', 0xe4: 'ọ',
	0xe5: 'ồ', 0xe6: 'ổ', 0xe7: 'ỗ', 0xe8: 'ố', 0xe9: 'ộ',
	0xea: 'ờ', 0xeb: 'ở', 0xec: 'ỡ', 0xed: 'ớ', 0xee: 'ợ',
	0xef: 'ù', 0xf1: 'ủ', 0xf2: 'ũ', 0xf3: 'ú', 0xf4: 'ụ',
	0xf5: 'ừ', 0xf6: 'ử', 0xf7: 'ữ', 0xf8: 'ứ', 0xf9: 'ự',
	0xfa: 'ỳ', 0xfb: 'ỷ', 0xfc: 'ỹ', 0xfd: 'ý', 0xfe: 'ỵ',
}

// readTCVN3 reads a word as TCVN3, in small letters.
func readTCVN3(word string) (string, bool) {
	var b strings.Builder
	for _, r := range word {
		letter, ok := tcvn3Letters[r]
		switch {
		case ok:
			b.WriteRune(letter)
		case r < utf8.RuneSelf:
			b.WriteRune(unicode.ToLower(r))
		case r == 'µ' || r == 'μ': // micro sign and Greek mu are exchanged by some programs
			b.WriteRune('à')
		default:
			return "", false
		}
	}
	return b.String(), true
}

// vniLetters are VNI's letters of one character, vniMarks the characters that
// follow a letter and mark it.
var (
	vniLetters = map[rune]string{'ñ': "đ", 'ô': "ơ", 'ö': "ư", 'í': "í", 'ì': "ì", 'æ': "ỉ", 'ó': "ĩ", 'ò': "ị", 'î': "ỵ"}
	vniMarks   = map[rune]string{
		'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323",
		'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
		'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
	}
)

// readVNI reads a word as VNI, in small letters.
func readVNI(word string) (string, bool) {
	var b strings.Builder
	last := ' '
	for _, r := range strings.ToLower(word) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case vniLetters[r] != "":
			b.WriteString(vniLetters[r])
		case vniMarks[r] != "" && vniCarries(last, r):
			b.WriteString(vniMarks[r])
		default:
			return "", false
		}
		last = r
	}
	return norm.NFC.String(b.String()), true
}

// vniCarries reports whether a letter takes a mark: the circumflex marks stand
// after a, e and o, the breve marks after a, tones after any vowel.
func vniCarries(letter, mark rune) bool {
	switch mark {
	case 'â', 'á', 'à', 'å', 'ã', 'ä':
		return strings.ContainsRune("aeo", letter)
	case 'ê', 'é', 'è', 'ú', 'ü', 'ë':
		return letter == 'a'
	}
	return strings.ContainsRune("aeouyôö", letter)
}
