package personal

import (
	"slices"
	"strings"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// digits is a run of digits in the flattened text.
type digits struct {
	from, to int
	mark     string // what stands between the run before and this one: one separator with spaces; "" for anything longer
}

// longest is how many digits the longest number has that is looked for: 0084 and nine more, or an old +84 number.
const longest = 14

var betweenDigits = pattern.Of(`^(?: {1,3}| ?[-.] ?|\) ?[-.]? ?| ?\( ?)$`)

// numbers finds telephone numbers and numbers of identity papers, also in pieces: "0912 345 678", "001.092.012.345".
func (s *script) numbers() []Found {
	runs := s.runs()
	var found []Found
	for i := 0; i < len(runs); {
		if s.dated(runs[i:]) {
			i += 3
			continue
		}
		if n, kind := s.number(runs[i:]); n > 0 {
			found = append(found, Found{kind, s.at[s.sign(runs[i].from)], s.end(runs[i+n-1].to)})
			i += n
			continue
		}
		i++
	}
	return append(found, s.spelled()...)
}

// runs cuts the flattened text into runs of digits.
func (s *script) runs() []digits {
	var runs []digits
	for i := 0; i < len(s.flat); {
		if !isDigit(s.flat[i]) {
			i++
			continue
		}
		from := i
		for i < len(s.flat) && isDigit(s.flat[i]) {
			i++
		}
		run := digits{from: from, to: i}
		if n := len(runs); n > 0 && from-runs[n-1].to <= 4 {
			if gap := string(s.flat[runs[n-1].to:from]); betweenDigits().MatchString(gap) {
				run.mark = strings.TrimSpace(gap)
				if run.mark == "" {
					run.mark = " "
				}
			}
		}
		runs = append(runs, run)
	}
	return runs
}

// sign moves a beginning over "+" and "(" before a number.
func (s *script) sign(from int) int {
	for from > 0 && (s.flat[from-1] == '+' || s.flat[from-1] == '(') {
		from--
	}
	return from
}

// number says how many runs from the first on make a number that is personal, the longest there is.
func (s *script) number(runs []digits) (int, Kind) {
	text, best, kind := "", 0, Kind("")
	for n, run := range runs {
		if n > 0 && run.mark == "" {
			break
		}
		text += string(s.flat[run.from:run.to])
		if len(text) > longest {
			break
		}
		part := runs[:n+1]
		switch {
		case s.isPhone(part, text):
			best, kind = n+1, Phone
		case s.isIdentity(part, text):
			best, kind = n+1, Identity
		}
	}
	return best, kind
}

var (
	anyMobile   = pattern.Of(`^(?:0|84|0084|840)[35789][0-9]{8}$`)
	oldMobile   = pattern.Of(`^(?:0|84)1[2-9][0-9]{8}$`)     // eleven digits, until 2018
	anyLandline = pattern.Of(`^(?:0|84|0084|840)2[0-9]{9}$`) // area code and number, any province
	phoneWords  = pattern.Of(`(?:\bS?DT|\bD\?T|DI\?N TH[A-Z?]+I|DIEN THOAI|\bTEL|\bPHONE|\bZALO|S\? M[A-Z?]Y|SO MAY|\bALO|HOTLINE|LI\?N H\?|LIEN HE|\bLH)(?: S\?| SO| L\?| LA)?[ :.]*(?:\+)?$`)
)

// isPhone reports whether the runs are a telephone number. Numbers that belong to offices and not to persons (113,
// 1900…, 1800…) are shorter or begin otherwise.
func (s *script) isPhone(runs []digits, text string) bool {
	const fewest = 8
	if len(text) < fewest {
		return false
	}
	first := runs[0]
	plus := first.from > 0 && s.flat[first.from-1] == '+'
	whole := anyMobile().MatchString(text) || oldMobile().MatchString(text) || anyLandline().MatchString(text)
	if !whole && len(text) > 9 && !plus {
		return false
	}
	asked := phoneWords().MatchString(s.before(first.from))
	switch {
	case whole:
	case plus && strings.HasPrefix(text, "84") && len(text) >= 11:
	case asked && len(text) == 9 && strings.ContainsRune("35789", rune(text[0])): // a zero was eaten
	case asked && len(text) == 8 && strings.ContainsRune("2345678", rune(text[0])) && !strings.HasPrefix(text, "20"): // a landline without its area
		return s.even(runs)
	default:
		return false
	}
	if !asked && !plus && counting(s.values(runs)) {
		return false
	}
	if asked || plus || len(runs) == 1 {
		return !s.code(first.from) || len(text) == 10
	}
	if beforeUnit(string(s.flat[runs[len(runs)-1].to:])) {
		return false
	}
	return s.even(runs)
}

// even reports whether a number in pieces is written as people write numbers: pieces of at least two digits, or
// every digit on its own.
func (s *script) even(runs []digits) bool {
	single := 0
	for _, run := range runs {
		if run.to-run.from == 1 {
			single++
		}
	}
	return single <= 1 || single == len(runs)
}

var identityWords = pattern.Of(`(?:CCCD|CMND|CMTND|CMT|CMT\?|C\?N C\?\?C|CAN CUOC|D\?NH DANH|DINH DANH|H\? CHI\?U|HO CHIEU|GI\?Y T\?|GIAY TO|MST)(?: S\?| SO| L\?| LA)?[ :.]*$`)

// identityShapes are the ways in which people cut the digits of an identity card.
var identityShapes = []string{
	"9", "333", "45", "54", "36", "63", "2223", "324", "432", "234", "111111111",
	"12", "3333", "444", "66", "39", "93", "336", "633", "3126", "3135", "345", "3324", "57", "75", "48", "84", "111111111111",
}

// isIdentity reports whether the runs are the number of an identity card: 12 digits, or 9 on the old card
// (domain.md §7.4). Amounts, readings of meters, lists of rooms and codes of equipment have as many digits.
func (s *script) isIdentity(runs []digits, text string) bool {
	if len(text) != 9 && len(text) != 12 {
		return false
	}
	first, last := runs[0].from, runs[len(runs)-1].to
	before, after := s.before(first), string(s.flat[last:])
	if identityWords().MatchString(before) {
		return true
	}
	shape := ""
	for _, run := range runs {
		shape += string('0' + rune(min(run.to-run.from, 9)))
		if run.to-run.from == 12 {
			shape = "12"
		}
	}
	switch {
	case !slices.Contains(identityShapes, shape), beforeUnit(after), s.code(first), moneyWords().MatchString(before), meterWords().MatchString(before):
		return false
	case len(runs) == 1:
		return !longer(after)
	case counting(s.values(runs)), longer(after), text[0] != '0' && (len(text) == 12 || strings.HasSuffix(text, "000")):
		return false
	default:
		return text[0] == '0' || uniform(runs) && !roomWords().MatchString(before)
	}
}

var (
	moneyWords = pattern.Of(`(?:TI\?N|TIEN|KINH PH\?|KINH PHI|GI\?|H\?T|T\?NG C\?NG|TONG CONG|CHI PH\?|CHI|THU|\?NG H\?|UNG HO|QU\?|QUY|S\? D\?|THANH TO\?N)(?: L\?| LA| S\?| DU\?C| KHO\?NG)?[ :.]*$`)
	meterWords = pattern.Of(`(?:(?:C\?NG T\?|CONG TO|D\?NG H\?|DONG HO)(?: (?:N\?\?C|NUOC|DI\?N|DIEN))?|CH\? S\?|CHI SO|M\? KH[A-Z?]+|MA KH[A-Z]*|M\? S\?|MA SO|M\? DI\?M DO|S\? PHI\?U|SO PHIEU|PHI\?U|PHIEU|IHANOI|V\? S\?|VAN DON|V\?N DON|H[A-Z?]A DON|HD|S\? L\?|SERI|SERIAL|PD|PE|PA|M\?)(?: S\?| SO| L\?| LA| CU| M\?I)?[ :.#]*$`)
	roomWords  = pattern.Of(`(?:PH\?NG|PHONG|C\?N|CAN|S\? NH\?|SO NHA|NH\?|NHA|H\?|HO|T\?NG|TANG|TRANG|S\?|P\.?)[ :.]*$`)
)

// before is the flattened text shortly before a place.
func (s *script) before(at int) string {
	const look = 32
	at = s.sign(at)
	return string(s.flat[max(0, at-look):at])
}

// code reports whether a number is glued to capitals that name a piece of equipment or a form, as the codes of
// electricity meters are (PD01000123456).
func (s *script) code(from int) bool {
	at := from
	for at > 0 && s.flat[at-1] >= 'A' && s.flat[at-1] <= 'Z' {
		at--
	}
	glued := string(s.flat[at:from])
	if n := len(glued); n < 2 || n > 4 || s.text[s.at[at]] < 'A' || s.text[s.at[at]] > 'Z' {
		return false
	}
	return !slices.Contains([]string{"SDT", "DT", "TEL", "CCCD", "CMND", "CMT", "SO", "DD", "LH"}, glued)
}

// longer reports whether more of the same number follows, as in an account number in pieces.
func longer(after string) bool {
	return len(after) > 1 && strings.IndexByte("./,-", after[0]) >= 0 && isDigit(after[1])
}

// dated reports whether the runs begin with a date: 05 09 2026, 26.11.2026 14.30, 2026-11-26 0930.
func (s *script) dated(runs []digits) bool {
	if len(runs) < 3 || runs[1].mark == "" || runs[2].mark == "" {
		return false
	}
	width := func(run digits) int { return run.to - run.from }
	first, last := width(runs[0]), width(runs[2])
	if width(runs[1]) > 2 || first+last > 6 || max(first, last) != 4 {
		return false
	}
	v := s.values(runs[:3])
	if first == 4 {
		v[0], v[2] = v[2], v[0]
	}
	return v[0] >= 1 && v[0] <= 31 && v[1] >= 1 && v[1] <= 12 && v[2] >= 1900 && v[2] < 2100
}

// values are the runs as numbers; runs are short enough (longest) for an int.
func (s *script) values(runs []digits) []int {
	out := make([]int, len(runs))
	for i, run := range runs {
		for _, b := range s.flat[run.from:run.to] {
			out[i] = out[i]*10 + int(b-'0')
		}
	}
	return out
}

// counting reports whether three numbers or more rise by small steps, as rooms and houses in a row do.
func counting(v []int) bool {
	if len(v) < 3 {
		return false
	}
	const step = 10
	for i := 1; i < len(v); i++ {
		if v[i] <= v[i-1] || v[i]-v[i-1] > step {
			return false
		}
	}
	return true
}

// uniform reports whether the same mark stands between all runs.
func uniform(runs []digits) bool {
	for _, run := range runs[1:] {
		if run.mark != runs[1].mark {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// spelled finds telephone numbers said in words: "không chín một hai ba bốn năm sáu bảy tám".
func (s *script) spelled() []Found {
	var found []Found
	start := 0
	for i := 0; i <= len(s.words); i++ {
		if i < len(s.words) && digitWord(s.words[i]) && (i == start || s.words[i].joined) {
			continue
		}
		const fewest = 9
		if i-start >= fewest {
			found = append(found, Found{Phone, s.words[start].from, s.words[i-1].to})
		}
		start = i
		if i < len(s.words) && !digitWord(s.words[i]) {
			start = i + 1
		}
	}
	return found
}

func digitWord(w word) bool {
	return slices.Contains(digitNames, w.marked) || w.ascii && slices.ContainsFunc(digitNames, func(d string) bool { return civil.Fold(d) == w.fold })
}
