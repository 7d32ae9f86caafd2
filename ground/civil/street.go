package civil

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Street is the name of a street.
type Street struct {
	Name  string   // "Hàng Bạc", "Ngõ Gạch": without "phố" or "đường", capitals as in print
	Key   string   // equal for spellings that differ only in prefix, capitals, spaces or the place of the tone mark (hoà, hòa)
	Fold  string   // without marks; "Hàng Dầu" and "Hàng Đậu" fold alike, so never an identity
	Alley []string // of the form "ngõ 12, phố Hàng Bạc": belongs to the house number, see HouseNumber.In
}

// streetPrefixes are what people write before a street's name, folded.
var streetPrefixes = []string{"pho", "duong", "p", "d", "ph", "dg", "ten pho", "tuyen pho", "dai lo"}

// fullStreetNames begin with a word that is a prefix elsewhere.
var fullStreetNames = []string{"duong thanh", "pho hien"}

// ParseStreet reads the name of a street: "phố Hàng Bạc", "P. Hàng Bạc",
// "HÀNG BẠC" and "Hàng  Bạc" are one. Names that begin with Ngõ (Ngõ Gạch,
// Ngõ Phất Lộc, …) are streets; "ngõ 12 Hàng Bạc" is an alley of Hàng Bạc.
// A text without a letter gives the zero Street.
func ParseStreet(s string) Street {
	name := strings.Trim(narrow(NFC(s)), " .,;:-")
	if !strings.ContainsFunc(name, unicode.IsLetter) || utf8.RuneCountInString(name) > maxNumberRunes {
		return Street{}
	}
	var alley []string
	p := numberParser{src: name, toks: lexAddress(name), address: true}
	if p.isAlley(0) {
		p.parse()
		if p.number == "" && p.at < len(p.toks) && !p.failed {
			if rest := stripStreetPrefix(strings.Trim(name[p.toks[p.at].start:], " .,;:-")); strings.ContainsFunc(rest, unicode.IsLetter) {
				name, alley = rest, joinAlleys(p.alleys)
			}
		}
	}
	name = titleCase(stripStreetPrefix(name))
	return Street{Name: name, Key: MarkedKey(name), Fold: Fold(name), Alley: alley}
}

func stripStreetPrefix(name string) string {
	fold := Fold(name)
	if slices.Contains(fullStreetNames, fold) {
		return name
	}
	end := strings.IndexAny(name, " .:")
	if end <= 0 || !slices.Contains(streetPrefixes, Fold(name[:end])) {
		return name
	}
	first := strings.ToLower(name[:end])
	if first == "phó" || first == "dương" || (first == "đ" || first == "d") && name[end] != '.' {
		return name // Phó Đức Chính, Dương Đình Nghệ
	}
	if rest := strings.Trim(name[end:], " .,;:-"); strings.ContainsFunc(rest, unicode.IsLetter) {
		return rest
	}
	return name
}

// titleCase gives each word a capital when a name is written all small or all
// in capitals ("HÀNG BẠC"), and mends single words so written; Roman figures
// stay.
func titleCase(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		rest := w[size:]
		if strings.ContainsFunc(w, unicode.IsDigit) || isRoman(w) {
			continue
		}
		if rest == strings.ToUpper(rest) {
			rest = strings.ToLower(rest)
		}
		words[i] = string(unicode.ToUpper(first)) + rest
	}
	return strings.Join(words, " ")
}

func isRoman(w string) bool {
	return slices.Contains([]string{"II", "III", "IV", "VI", "VII", "VIII", "IX"}, w)
}

// toneMarks are huyền, sắc, ngã, hỏi and nặng, and how MarkedKey writes them.
var toneMarks = map[rune]string{0x0300: "`", 0x0301: "'", 0x0303: "~", 0x0309: "?", 0x0323: "."}

// MarkedKey is an identity for Vietnamese names that keeps their marks: small
// letters, single spaces, and the tone of each syllable moved to its end, so
// that "Hoà" and "Hòa" are both "hoa`", but "Dầu" and "Đậu" differ. It is for
// comparing, not for showing.
func MarkedKey(s string) string {
	var b strings.Builder
	tone := ""
	flush := func() {
		b.WriteString(tone)
		tone = ""
	}
	for _, r := range norm.NFD.String(strings.ToLower(NFC(s))) {
		if mark, ok := toneMarks[r]; ok {
			tone = mark
			continue
		}
		switch {
		case r == 'ð' || r == 'ɖ':
			r = 'đ'
		case !isLetter(r):
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// GroupName is the name of a residential group (tổ dân phố, TDP) or of a beat.
type GroupName struct {
	Name string // as shown: "Tổ dân phố 1", "Khu vực 1"
	Key  string // equal for all spellings of one name
}

var (
	groupPrefixes = []string{"to dan pho", "tdp", "to dp"}
	shortPrefixes = []string{"to"} // only before a number: Tô Hoàng is a name
	cellPrefixes  = []string{"cum dan cu", "cdc", "cum"}
	beatPrefixes  = []string{"khu vuc cskv", "khu vuc canh sat", "canh sat khu vuc", "kv cskv", "cskv", "kvcs", "khu vuc", "kv"}
)

// ParseGroup reads the name of a residential group: "TDP số 1", "TDP1",
// "Tổ dân phố 01", "Tổ 1" and a bare "1" are all "Tổ dân phố 1"; "Cụm 3" is
// "Cụm dân cư 3". Any other text is a name by itself. Blank gives the zero value.
func ParseGroup(s string) GroupName {
	text := narrow(NFC(s))
	if rest, ok := cutPrefixWords(text, cellPrefixes); ok {
		return groupName("Cụm dân cư ", "cum ", rest)
	}
	if rest, ok := cutPrefixWords(text, groupPrefixes); ok {
		return groupName("Tổ dân phố ", "tdp ", rest)
	}
	number := text
	if rest, ok := cutPrefixWords(text, shortPrefixes); ok {
		number = rest
	}
	if number, ok := shortNumber(number); ok {
		return groupName("Tổ dân phố ", "tdp ", number)
	}
	return GroupName{Name: text, Key: MarkedKey(text)}
}

// ParseBeat reads the name of an area officer's beat: "KV 1", "KV1",
// "Khu vực số 01", "CSKV 1" and a bare "1" are all "Khu vực 1". Any other text
// is a name by itself. Blank gives the zero value.
func ParseBeat(s string) GroupName {
	text := narrow(NFC(s))
	if rest, ok := cutPrefixWords(text, beatPrefixes); ok {
		return groupName("Khu vực ", "kv ", rest)
	}
	if number, ok := shortNumber(text); ok {
		return groupName("Khu vực ", "kv ", number)
	}
	return GroupName{Name: text, Key: MarkedKey(text)}
}

func groupName(label, key, rest string) GroupName {
	if number, ok := shortNumber(rest); ok {
		rest = number
	} else {
		rest = titleCase(rest)
	}
	return GroupName{Name: label + rest, Key: key + MarkedKey(rest)}
}

// cutPrefixWords takes one of the folded prefixes, and "số" after it, off text.
// A prefix must be followed by something, and a short one not by more letters.
func cutPrefixWords(text string, prefixes []string) (string, bool) {
	for _, prefix := range prefixes {
		rest, ok := cutFolded(text, prefix)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " .:-")
		for _, so := range []string{"so", "s"} {
			if after, ok := cutFolded(rest, so); ok {
				rest = strings.TrimLeft(after, " .:")
				break
			}
		}
		if rest != "" {
			return rest, true
		}
	}
	return "", false
}

// cutFolded cuts a folded prefix off text when a letter does not follow it.
func cutFolded(text, prefix string) (string, bool) {
	at := 0
	want := prefix
	for want != "" && at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		f := Fold(string(r))
		if r == ' ' {
			f = " "
		}
		if f == "" || !strings.HasPrefix(want, f) {
			return "", false
		}
		want = want[len(f):]
		at += size
	}
	if want != "" {
		return "", false
	}
	if next, _ := utf8.DecodeRuneInString(text[at:]); at < len(text) && isLetter(next) {
		return "", false
	}
	return text[at:], true
}

// shortNumber reads "1", "01", "1.0", "1A" as the number of a group.
func shortNumber(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if floatNumber().MatchString(s) {
		s, _, _ = strings.Cut(s, ".")
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 || digits > maxDigits || !isSuffix(s[digits:]) {
		return "", false
	}
	number := strings.TrimLeft(s[:digits], "0")
	if number == "" {
		number = "0"
	}
	return number + strings.ToUpper(s[digits:]), true
}
