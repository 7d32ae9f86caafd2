package personal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sonha/ground/civil"
)

// script is a text made ready: words for names, and a line of ASCII for numbers and plates.
type script struct {
	text  string
	words []word
	flat  []byte // one byte a character: digits, capitals, ' ', '.', '-', '(', ')', '+', '/', ','; '\n' for a break; '?' for the rest
	at    []int  // flat[i] came from text[at[i]]; one more entry than flat
	plain bool   // no letter of the text carries a Vietnamese mark: names are compared without marks
}

// word is a run of letters, with what it looks like.
type word struct {
	from, to int
	marked   string // small letters with marks, the tone at the end (civil.MarkedKey)
	fold     string // small letters without marks
	upper    bool   // begins with a capital
	caps     bool   // has two letters or more and all are capitals
	ascii    bool   // no letter carries a mark
	joined   bool   // only spaces stand between the word before and this one
	code     bool   // a figure follows at once: P203
	dotted   bool   // a full stop or a slash and perhaps spaces stand between the word before and this one
}

// read cuts a text into words and flattens it.
func read(text string) *script {
	s := &script{text: text, flat: make([]byte, 0, len(text)), at: make([]int, 0, len(text)+1)}
	start := -1
	joined, dotted := false, false
	flush := func(end int) {
		if start < 0 {
			return
		}
		s.words = append(s.words, newWord(text[start:end], start, joined, dotted))
		start, joined, dotted = -1, true, false
	}
	for i, r := range text {
		if hidden(r) {
			continue
		}
		if letter(r) {
			if start < 0 && !unicode.IsLetter(r) {
				continue // a mark on nothing
			}
			if start < 0 {
				start = i
			}
		} else {
			if start >= 0 && r >= '0' && r <= '9' {
				flush(i)
				s.words[len(s.words)-1].code = true
			}
			flush(i)
			switch {
			case (r == '.' || r == '/') && joined && !dotted:
				joined, dotted = false, true
			case r == '\n' || r == '\r' || !unicode.IsSpace(r):
				joined, dotted = false, false
			}
		}
		if b := flatten(r); b != 0 {
			s.flat = append(s.flat, b)
			s.at = append(s.at, i)
		}
	}
	flush(len(text))
	s.at = append(s.at, len(text))
	s.plain = true
	for _, w := range s.words {
		s.plain = s.plain && w.ascii
	}
	return s
}

func newWord(raw string, from int, joined, dotted bool) word {
	text := norm.NFKC.String(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, raw))
	w := word{from: from, to: from + len(raw), marked: civil.MarkedKey(text), fold: civil.Fold(text), joined: joined, dotted: dotted}
	first, size := utf8.DecodeRuneInString(text)
	w.upper = unicode.IsUpper(first)
	w.caps = w.upper && len(text) > size && text == strings.ToUpper(text)
	w.ascii = w.fold == strings.ToLower(text)
	return w
}

// letter reports whether r belongs to a word: a letter or a mark on one.
func letter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

// hidden reports whether r shows nothing, such as a zero-width space put inside a name.
func hidden(r rune) bool { return unicode.Is(unicode.Cf, r) || r == '\u034f' }

// flatten gives the one byte that stands for r among numbers and plates, 0 for a mark on the letter before.
func flatten(r rune) byte {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
		return byte(r)
	case r >= 'a' && r <= 'z':
		return byte(r - 'a' + 'A')
	case r == 'đ' || r == 'Đ':
		return 'D'
	case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.Is(unicode.Pd, r) || r == '−' || r == '_':
		return '-'
	case strings.ContainsRune(".()+/,:", r):
		return byte(r)
	case r == '·' || r == '•' || r == '．':
		return '.'
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0'
	case r >= 'Ａ' && r <= 'Ｚ':
		return byte(r-'Ａ') + 'A'
	}
	return '?'
}
