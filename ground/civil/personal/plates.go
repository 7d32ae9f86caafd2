package personal

import (
	"strings"

	"sonha/ground/pattern"
)

// plateShape is a number plate: province, series, and four or five digits (29A1-12345, 30F-123.45, 29-B1 234.56,
// 29MD1-123.45, 80NG 123-45). Groups: series letters, series digit, the mark before the digits, the digits.
var plateShape = pattern.Of(`[1-9][0-9] ?[-.]? ?([A-Z]{1,2})([1-9]?)( ?[-.]? ?)([0-9]{3}[. -]?[0-9]{2}|[0-9]{4,5})`)

// plateWords come before the digits of a plate that is written without its province.
var plateWords = pattern.Of(`(?:BI\?N (?:S\? |KI\?M SO[A-Z?]T )?|BIEN SO |BIEN KIEM SOAT |BKS |BSX |BS )(?:S\? |SO |XE |: ?|LA |L\? )*([0-9]{3}\.[0-9]{2}|[0-9]{4,5})`)

// plates finds number plates.
func (s *script) plates() []Found {
	var found []Found
	line := string(s.flat)
	for _, m := range plateShape().FindAllStringSubmatchIndex(line, -1) {
		if s.isPlate(line, m) {
			found = append(found, Found{Plate, s.at[m[0]], s.end(m[1])})
		}
	}
	for _, m := range plateWords().FindAllStringSubmatchIndex(line, -1) {
		if m[0] > 0 && alphanumeric(line[m[0]-1]) || beforeUnit(line[m[1]:]) || continues(line[m[1]:]) {
			continue
		}
		found = append(found, Found{Plate, s.at[m[2]], s.end(m[3])})
	}
	return found
}

// isPlate tells a plate from a house number with something after it: "36A 2026", "12B 10.000 đ", "25A 1234 m2".
func (s *script) isPlate(line string, m []int) bool {
	before, after := line[:m[0]], line[m[1]:]
	if before != "" && (alphanumeric(before[len(before)-1]) || strings.HasSuffix(before, "/")) || continues(after) || beforeUnit(after) {
		return false
	}
	series, digit, mark, digits := line[m[2]:m[3]], line[m[4]:m[5]], line[m[6]:m[7]], line[m[8]:m[9]]
	separated := strings.ContainsAny(mark, "-.") || strings.ContainsAny(digits, ".-") || strings.Contains(line[m[0]:m[2]], "-")
	switch {
	case len(series) == 2 && !plateSeries(series) && (!separated || !strings.Contains(digits, ".")): // 29BC-123.45 is nothing else
		return false
	case strings.HasPrefix(strings.TrimLeft(mark, " -."), " "):
		return false
	case len(digits) == 4:
		// Four digits after a mere space are more often a year or an amount than an old plate.
		return (separated || digit != "") && !year(digits)
	default:
		return true
	}
}

// plateSeries reports whether two letters are a series of plates: electric motorbikes, foreign and joint-venture
// vehicles, tractors, and the newer series of motorbikes (AA to ZZ without a vowel that would make a word).
func plateSeries(series string) bool {
	switch series {
	case "MD", "LD", "NG", "NN", "QT", "KT", "DA", "CD", "HC", "RM", "TD", "CV", "AA", "AB", "AC", "AD", "AE", "AF", "AG", "AH", "AK":
		return true
	}
	return false
}

// continues reports whether what follows a number belongs to it, so that the number is longer than what was read.
func continues(after string) bool {
	if after == "" {
		return false
	}
	if alphanumeric(after[0]) {
		return after[0] >= '0' && after[0] <= '9'
	}
	return len(after) > 1 && strings.IndexByte(".,/", after[0]) >= 0 && after[1] >= '0' && after[1] <= '9'
}

// units come after a number that counts or measures something. Flattened: đ is D, ồ is ?.
var units = pattern.Of(`^ ?(?:D(?:[^A-Z0-9?]|$)|D\?NG|DONG|VN[DĐ]|USD|%|KWH|KW|W(?:[^A-Z?]|$)|M[23²³]?(?:[^A-Z0-9?]|$)|M\?T|L(?:[^A-Z0-9?]|$)|LIT|L\?T|KG|TRI\?U|TRIEU|NGH\?N|NGHIN|NG\?N|K(?:[^A-Z?]|$)|T\? D|KH\?I|KHOI|S\? DI\?N|SO DIEN|S\? N|SO NUOC)`)

// beforeUnit reports whether a number is followed by its unit: an amount of money, a reading of a meter.
func beforeUnit(after string) bool { return units().MatchString(after) }

func alphanumeric(b byte) bool { return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b == '?' }

// year reports whether four digits are a year that people write about.
func year(digits string) bool {
	return len(digits) == 4 && (strings.HasPrefix(digits, "19") || strings.HasPrefix(digits, "20"))
}

// end is where the character before flat[i] ends in the text: the beginning of the next one, without what only
// follows it.
func (s *script) end(i int) int {
	last := s.at[i-1]
	for n := range s.text[last:] {
		if n > 0 {
			return last + n
		}
	}
	return len(s.text)
}
