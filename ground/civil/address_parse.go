package civil

import (
	"strings"
	"unicode"
)

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.M, r) }

// alleyLevels orders the kinds of way from the street inwards. South of the
// country "hẻm" stands for "ngõ"; alone it makes no difference.
var alleyLevels = map[string]int{"ngo": 1, "kiet": 1, "ngach": 2, "hem": 3}

// unitWords begin the name of a part of a house when a figure follows.
var unitWords = map[string]bool{"gac": true, "tang": true, "lau": true, "phong": true, "p": true, "can": true, "gian": true}

// unitPlaces follow a unit word in place of a figure: gác xép, tầng trệt.
var unitPlaces = map[string]bool{"xep": true, "lung": true, "tret": true, "ham": true, "thuong": true}

// plotWords begin the name of a building that has no number on the street.
var plotWords = map[string]bool{"lo": true, "kiot": true, "quay": true, "block": true, "khoi": true, "toa": true}

type alleyPart struct {
	level int
	path  []string
}

// numberParser reads the house number at the beginning of a list of tokens and
// leaves at on the first token that does not belong to it.
type numberParser struct {
	src     string
	toks    []token
	at      int
	address bool // a street follows

	path   []string // numbers before the last slash
	number string
	alleys []alleyPart
	units  []string
	failed bool
}

func (p *numberParser) parse() {
	for p.at < len(p.toks) && !p.failed {
		t := p.toks[p.at]
		ok := false
		switch t.kind {
		case comma:
			p.at++
			ok = true
		case bracket:
			p.bracket(t)
			ok = true
		case figure:
			ok = p.number == "" && p.core("")
		case word:
			ok = p.word(t)
		}
		if !ok {
			return
		}
	}
}

func (p *numberParser) word(t token) bool {
	switch {
	case t.fold == "trong" && p.isAlley(p.at+1):
		p.at++
		return true
	case p.isAlley(p.at):
		return p.alley()
	case p.unit(t):
		return true
	case p.number != "":
		return false
	case t.fold == "so" || t.fold == "sn" || t.fold == "nha" || t.fold == "s" && p.isSign(p.at+1, "."):
		return p.lead()
	case t.fold == "khong" && p.isWord(p.at+1, "so"):
		p.at += 2
		p.number = unnumbered
		return true
	case plotWords[t.fold] && p.isFigure(p.at+1):
		p.at++
		return p.core(strings.ToLower(t.text) + " ")
	case isSuffix(t.text) && p.isFigure(p.at+1) && !p.toks[p.at+1].spaced:
		return p.core("")
	}
	return false
}

// lead passes over "số", "số nhà", "nhà số", "SN.", when a number follows.
func (p *numberParser) lead() bool {
	i := p.at
	for i < len(p.toks) {
		t := p.toks[i]
		if t.kind == word && (t.fold == "so" || t.fold == "sn" || t.fold == "nha" || t.fold == "s") ||
			t.kind == comma || t.kind == sign && (t.text == "." || t.text == "°") {
			i++
			continue
		}
		break
	}
	follows := p.isFigure(i) || p.isWord(i, "khong") && p.isWord(i+1, "so") || p.isAlley(i) ||
		i < len(p.toks) && p.toks[i].kind == word && isSuffix(p.toks[i].text) && p.isFigure(i+1) && !p.toks[i+1].spaced
	if !follows {
		return false
	}
	p.at = i
	return true
}

// bracket takes the alley, the letter or the remark in brackets.
func (p *numberParser) bracket(t token) {
	p.at++
	if t.text == "" {
		return
	}
	inner := numberParser{src: t.text, toks: lexAddress(t.text)}
	inner.parse()
	if inner.at == len(inner.toks) && inner.number == "" && len(inner.units) == 0 && len(inner.alleys) > 0 {
		p.alleys = append(p.alleys, inner.alleys...)
		return
	}
	p.units = append(p.units, t.text)
}

// unit takes "gác 2", "tầng trệt", "P.203".
func (p *numberParser) unit(t token) bool {
	if !unitWords[t.fold] {
		return false
	}
	i := p.at + 1
	room := t.fold == "p" || t.fold == "phong"
	if room && p.isSign(i, ".") {
		i++
	}
	if t.fold == "p" && i == p.at+1 && !p.coreFollows(i+1) {
		return false // "P203" alone is the number of a house
	}
	var name string
	switch {
	case p.isFigure(i):
		name = p.toks[i].text
		if i++; i < len(p.toks) && p.toks[i].kind == word && !p.toks[i].spaced && isSuffix(p.toks[i].text) {
			name += strings.ToUpper(p.toks[i].text)
			i++
		}
	case i < len(p.toks) && p.toks[i].kind == word && unitPlaces[p.toks[i].fold] && !p.address:
		name = strings.ToLower(p.toks[i].text)
		i++
	default:
		return false
	}
	if room {
		name = "P." + name
	} else {
		name = strings.ToLower(t.text) + " " + name
	}
	p.units = append(p.units, name)
	p.at = i
	return true
}

// coreFollows reports whether a building's number stands at or after i.
func (p *numberParser) coreFollows(i int) bool {
	for ; i < len(p.toks); i++ {
		if p.toks[i].kind == figure {
			return true
		}
	}
	return false
}

func (p *numberParser) isAlley(i int) bool {
	if i >= len(p.toks) || p.toks[i].kind != word || alleyLevels[p.toks[i].fold] == 0 {
		return false
	}
	i++
	if p.isWord(i, "so") {
		i++
	}
	return p.isFigure(i)
}

// alley takes "ngõ 12", "ngách 12/5", "hẻm số 3".
func (p *numberParser) alley() bool {
	part := alleyPart{level: alleyLevels[p.toks[p.at].fold]}
	if p.at++; p.isWord(p.at, "so") {
		p.at++
	}
	for {
		atom, ok := p.atom()
		if !ok {
			return false
		}
		part.path = append(part.path, atom)
		if !p.isSign(p.at, "/") || !p.isFigure(p.at+1) {
			break
		}
		p.at++
	}
	p.alleys = append(p.alleys, part)
	return true
}

// core takes the number itself: 36, 36A, 36-38, 12/5/7, 36 bis, B2.
func (p *numberParser) core(prefix string) bool {
	seg, ok := p.atom()
	for ok {
		if p.joins(p.at) {
			p.at++
			var next string
			if next, ok = p.rangeEnd(); ok {
				seg += "-" + next
			}
			continue
		}
		if !p.isSign(p.at, "/") {
			break
		}
		p.at++
		p.path = append(p.path, seg)
		seg, ok = p.atom()
	}
	if !ok {
		p.failed = true
		return false
	}
	p.number = prefix + seg
	return true
}

// joins reports whether the token at i makes a range: 36-38, 36+38, 36 & 38, 36 và 38, 36, 38.
func (p *numberParser) joins(i int) bool {
	switch {
	case p.isSign(i, "-") || p.isSign(i, "+") || p.isSign(i, "&"):
		return p.isFigure(i+1) || !p.address ||
			i+1 < len(p.toks) && p.toks[i+1].kind == word && isSuffix(p.toks[i+1].text) && !p.toks[i+1].spaced
	case p.isWord(i, "va") || i < len(p.toks) && p.toks[i].kind == comma:
		return p.isFigure(i + 1)
	}
	return false
}

// rangeEnd takes what stands after the dash: 38, 38B, or B in 36A-B.
func (p *numberParser) rangeEnd() (string, bool) {
	if p.at < len(p.toks) && p.toks[p.at].kind == word && isSuffix(p.toks[p.at].text) && !p.isFigure(p.at+1) {
		p.at++
		return strings.ToUpper(p.toks[p.at-1].text), true
	}
	return p.atom()
}

// atom takes one figure with its letters: 36, 036, 36A, 36 a, 36A1, B2, 36 bis.
func (p *numberParser) atom() (string, bool) {
	prefix := ""
	if p.at < len(p.toks) && p.toks[p.at].kind == word && isSuffix(p.toks[p.at].text) &&
		p.isFigure(p.at+1) && !p.toks[p.at+1].spaced {
		prefix = strings.ToUpper(p.toks[p.at].text)
		p.at++
	}
	if !p.isFigure(p.at) {
		return "", false
	}
	digits := strings.TrimLeft(p.toks[p.at].text, "0")
	if digits == "" {
		digits = "0"
	}
	if len(digits) > maxDigits {
		return "", false
	}
	p.at++
	return prefix + digits + p.suffix(), true
}

// suffix takes the letters after a figure.
func (p *numberParser) suffix() string {
	out := ""
	if p.at < len(p.toks) && p.isLetterSuffix(p.toks[p.at]) {
		out = strings.ToUpper(p.toks[p.at].text)
		p.at++
		if p.isFigure(p.at) && !p.toks[p.at].spaced && len(p.toks[p.at].text) <= maxDigits {
			out += p.toks[p.at].text
			p.at++
		}
	}
	if p.isWord(p.at, "bis") || p.isWord(p.at, "ter") {
		out += " " + p.toks[p.at].fold
		p.at++
	}
	return out
}

// isLetterSuffix tells the A of "36A", "36 A", "36 A Hàng Bạc" from the P of "36 P. Hàng Bạc".
func (p *numberParser) isLetterSuffix(t token) bool {
	if t.kind != word || !isSuffix(t.text) {
		return false
	}
	if !t.spaced {
		return true
	}
	if len([]rune(t.text)) != 1 || p.isSign(p.at+1, ".") || p.isFigure(p.at+1) && !p.toks[p.at+1].spaced {
		return false
	}
	return !p.address || t.fold != "p"
}

// isSuffix reports whether s is one or two of the letters that number houses,
// which are without marks, but for Đ.
func isSuffix(s string) bool {
	n := 0
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != 'đ' && r != 'Đ' {
			return false
		}
		n++
	}
	return n <= 2
}

func (p *numberParser) isFigure(i int) bool { return i < len(p.toks) && p.toks[i].kind == figure }

func (p *numberParser) isWord(i int, fold string) bool {
	return i < len(p.toks) && p.toks[i].kind == word && p.toks[i].fold == fold
}

func (p *numberParser) isSign(i int, text string) bool {
	return i < len(p.toks) && p.toks[i].kind == sign && p.toks[i].text == text
}

// result puts the parts together, the outermost alley first.
func (p *numberParser) result(raw string) (HouseNumber, error) {
	if p.failed {
		return HouseNumber{}, ErrNumberUnread
	}
	alley := joinAlleys(p.alleys)
	if p.number == "" && len(alley) == 0 {
		return HouseNumber{}, ErrNoHouseNumber
	}
	if !hasPrefix(p.path, alley) {
		alley = append(alley, p.path...)
	} else {
		alley = p.path
	}
	return makeHouseNumber(raw, alley, p.number, strings.Join(p.units, ", ")), nil
}

// joinAlleys orders alley parts from the street inwards: "hẻm 3, ngách 12/5" is
// 12/5/3, and "ngách 12/5, ngõ 12" is 12/5.
func joinAlleys(parts []alleyPart) []string {
	var path []string
	for level := 1; level <= 3; level++ {
		for _, part := range parts {
			if part.level != level {
				continue
			}
			if hasPrefix(part.path, path) {
				path = append([]string{}, part.path...)
			} else if !hasPrefix(path, part.path) {
				path = append(path, part.path...)
			}
		}
	}
	return path
}
