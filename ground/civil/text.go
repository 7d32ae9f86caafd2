package civil

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// NFC returns s as one line of stored text: composed (Unicode NFC, as TCVN
// 6909:2001 asks), without control and invisible format characters, with runs
// of spaces of any kind, tabs and line breaks made one space, and trimmed.
// Bytes that are not UTF-8 become U+FFFD, so that a loss can be seen.
// It never changes a letter: "hoà" and "hòa" both stay as the user wrote them.
//
// Legacy text must be looked for (LegacyBytes) before NFC, which drops the soft
// hyphen that TCVN3 uses as a letter.
func NFC(s string) string {
	if isTidyASCII(s) {
		return s
	}
	return norm.NFC.String(tidy(s))
}

// NFCLines is NFC for text of several lines: each line is cleaned on its own,
// line breaks become "\n", runs of blank lines become one, and blank lines at
// both ends are dropped.
func NFCLines(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	var b strings.Builder
	blank := false
	for line := range strings.SplitSeq(s, "\n") {
		line = NFC(line)
		if line == "" {
			blank = true
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if blank {
				b.WriteByte('\n')
			}
		}
		blank = false
		b.WriteString(line)
	}
	return b.String()
}

// isTidyASCII reports whether s is ASCII that NFC would give back unchanged.
func isTidyASCII(s string) bool {
	space := true // as if a space stood before s: a leading space is untidy
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}

// tidy drops invisible characters and collapses spaces, leaving letters alone.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case invisible(r):
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// invisible reports whether r shows nothing: control characters, and format
// characters such as zero-width spaces, byte order marks and direction marks,
// which would make two equal-looking texts differ or reorder a line.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}

// The runes from foldFirst to foldLast cover Latin-1, Latin Extended, the
// combining marks and Latin Extended Additional: all of Vietnamese. Fold looks
// them up in foldTable and needs no normalisation for them.
const (
	foldFirst = 0x00c0
	foldLast  = 0x1eff
)

var foldTable = sync.OnceValue(makeFoldTable)

// makeFoldTable gives the folded form of each rune in range: the folded letter,
// 0 for a rune that is dropped, or -1 where one rune is not enough.
func makeFoldTable() *[foldLast - foldFirst + 1]rune {
	table := new([foldLast - foldFirst + 1]rune)
	for i := range table {
		r := rune(foldFirst + i)
		latin := r < 0x0250 || r >= 0x1e00
		mark := r >= 0x0300 && r < 0x0370
		table[i] = -1
		if !latin && !mark {
			continue
		}
		folded := []rune(foldSlow(string(r)))
		switch len(folded) {
		case 0:
			table[i] = 0
		case 1:
			table[i] = folded[0]
		}
	}
	return table
}

// Fold returns s as it is searched: canonical decomposition with all marks
// dropped, đ, Đ, Ð and Ɖ made d (they do not decompose), lower case, and spaces
// as in NFC. Thus "Hoà", "HÒA" and "hoa" fold alike, in NFC and in NFD.
// Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	i := 0
	for i < len(s) && plainLower(s, i) {
		i++
	}
	if i == len(s) && (s == "" || s[i-1] != ' ') {
		return s
	}
	out := make([]byte, 0, len(s))
	space, table := false, foldTable()
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case r == ' ' || r >= '\t' && r <= '\r':
				space = true
				continue
			case r < ' ' || r == 0x7f:
				continue
			case r >= 'A' && r <= 'Z':
				r += 'a' - 'A'
			}
		case r >= foldFirst && r <= foldLast:
			r = table[r-foldFirst]
			if r < 0 {
				return foldSlow(s)
			}
			if r == 0 {
				continue
			}
		case r == '\u00a0':
			space = true
			continue
		default:
			return foldSlow(s)
		}
		if space && len(out) > 0 {
			out = append(out, ' ')
		}
		space = false
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// plainLower reports whether the byte at i is what Fold would give back: lower
// ASCII, or a single space inside the text.
func plainLower(s string, i int) bool {
	c := s[i]
	if c == ' ' {
		return i > 0 && s[i-1] != ' '
	}
	return c > ' ' && c < 0x7f && (c < 'A' || c > 'Z')
}

// foldSlow is Fold for any script. Lowering comes first and last because some
// letters decompose only in one case.
func foldSlow(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(strings.ToLower(norm.NFC.String(s))) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case r == 'đ' || r == 'ð' || r == 'ɖ':
			r = 'd'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return tidy(b.String())
}

// LowerFirst begins a text with a small letter, for use inside a sentence: "Đạt an toàn" becomes "đạt an toàn".
func LowerFirst(s string) string {
	_, first := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:first]) + s[first:]
}

// UpperFirst begins a text with a capital letter, for the beginning of a sentence.
func UpperFirst(s string) string {
	_, first := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:first]) + s[first:]
}

// SortKey returns bytes whose plain order (bytes.Compare, memcmp in a database)
// is the Vietnamese order of the texts: a<ă<â, d<đ, e<ê, o<ô<ơ, u<ư, then the
// tones ngang, huyền, hỏi, ngã, sắc, nặng, and numbers by value, so that 36A
// comes before 100. NFC and NFD give the same bytes. Texts that differ only in
// invisible characters or spaces have equal keys.
//
// A collator keeps state and must not be shared between goroutines; making one costs 4 µs and 10 KB, so they
// are kept for the next call.
func SortKey(s string) []byte {
	c := collators.Get().(*collator) //nolint:forcetypeassert // only collators are stored
	defer collators.Put(c)
	c.buf.Reset()
	return append([]byte(nil), c.KeyFromString(&c.buf, NFC(s))...)
}

type collator struct {
	*collate.Collator

	buf collate.Buffer
}

var collators = sync.Pool{New: func() any { return &collator{Collator: collate.New(language.Vietnamese, collate.Numeric)} }}
