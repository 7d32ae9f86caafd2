package civil

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Contains reports whether the folded query occurs in the folded text:
// Contains("Đinh Liệt", "dinh liet"). An empty query is in every text.
func Contains(text, query string) bool {
	return strings.Contains(Fold(text), Fold(query))
}

// Where a query stands in a text, from worst to best.
const (
	matchNone   = iota
	matchApart  // all words are there, apart or in another order
	matchInside // inside a word
	matchWord   // at the beginning of a word
	matchStart  // at the beginning of the text
	matchWhole  // the whole text
	matchExact  // added when the marks agree too
)

// MatchRank says how well text answers query; greater is better and 0 is no
// match. What counts first is whether the marks agree, so that for "hàng đào"
// the street Hàng Đào comes before Hàng Dao, and for "hoa" Hoa comes before Hoà;
// then where the query stands: the whole text, its beginning, the beginning of a
// word, inside a word. Where the tone mark is put does not count: "hoà" and
// "hòa" are equal. Query words apart or in another order match last.
func MatchRank(query, text string) int {
	q, t := Fold(query), Fold(text)
	if q == "" {
		return matchNone
	}
	place := matchPlace(q, t)
	if place == matchNone && hasWords(q, t) {
		place = matchApart
	}
	if place > matchApart && marksAgree(query, text) {
		place += matchExact
	}
	return place
}

// matchPlace gives the best place at which folded q stands in folded t.
func matchPlace(q, t string) int {
	best := matchNone
	for from := 0; from < len(t); {
		i := strings.Index(t[from:], q)
		if i < 0 {
			break
		}
		i += from
		place := matchInside
		before, _ := utf8.DecodeLastRuneInString(t[:i])
		switch {
		case len(t) == len(q):
			place = matchWhole
		case i == 0:
			place = matchStart
		case !unicode.IsLetter(before) && !unicode.IsDigit(before):
			place = matchWord
		}
		best = max(best, place)
		from = i + len(q)
	}
	return best
}

// hasWords reports whether every word of folded q begins a word of folded t.
func hasWords(q, t string) bool {
	for word := range strings.FieldsSeq(q) {
		if matchPlace(word, t) < matchWord {
			return false
		}
	}
	return true
}

// marksAgree reports whether query occurs in text with its marks, in any case
// and with the tone mark on any vowel of the syllable.
func marksAgree(query, text string) bool {
	q, t := strings.ToLower(NFC(query)), strings.ToLower(NFC(text))
	return strings.Contains(t, q) || strings.Contains(tonesFirst(t), tonesFirst(q))
}

// tonesFirst rewrites each word of lower-case s as "tone, letters", so that the
// two ways of placing a tone mark (hòa, hoà) become one text.
func tonesFirst(s string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(s) {
		var letters []rune
		tone := '-'
		for _, r := range norm.NFD.String(word) {
			if isTone(r) {
				tone = r
				continue
			}
			letters = append(letters, r)
		}
		out.WriteByte(' ')
		out.WriteRune(tone)
		out.WriteString(string(letters))
	}
	return out.String()
}

// isTone reports whether r is the combining mark of a tone: huyền, sắc, hỏi,
// ngã, nặng.
func isTone(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0309', '\u0303', '\u0323':
		return true
	}
	return false
}
