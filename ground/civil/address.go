package civil

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"sonha/ground/pattern"
)

// Side is the side of the street on which a house stands. Circular
// 08/2024/TT-BXD puts odd numbers on the left and even numbers on the right.
type Side uint8

// The sides. NoSide is that of a house whose number says nothing about it.
const (
	NoSide Side = iota
	Odd
	Even
)

// HouseNumber is the number of a house as people write it (domain.md §7.1).
// It is never an integer: "36A", "36-38" and "12/5/7" are numbers too.
type HouseNumber struct {
	Raw    string   // as written, NFC
	Text   string   // canonical: "36A", "36-38", "12/5/7", "6 bis", "36 (gác 2)"; parsing it again gives the same Key
	Key    string   // equal for two spellings of one number; the part in Unit does not count
	Alley  []string // the way in from the street: ngõ, ngách, hẻm; ["12" "5"] for 12/5/7
	Number string   // the innermost number, "7" for 12/5/7; empty for a house known only as "ngõ 5"
	Unit   string   // floor, room or remark, "gác 2": a part of the house, not another house
	Main   int      // the number on the street itself, 12 for 12/5/7; 0 if there is none
	Side   Side     // by Main
}

// The reasons for which a text is not a house number or an address.
var (
	ErrNoHouseNumber = errors.New("civil: no house number")
	ErrNoStreet      = errors.New("civil: no street")
	ErrNumberIsDate  = errors.New("civil: a date where a house number should be: Excel has turned a number such as 12/5 into a day, and what was typed cannot be known")
	ErrNumberUnread  = errors.New("civil: text that does not belong to a house number")
)

const (
	// unnumbered is the Number of a house that has none ("nhà không số").
	unnumbered = "không số"
	// maxNumberRunes bounds a house number with its floor or remark.
	maxNumberRunes = 80
	// maxDigits: no street has a hundred thousand houses; longer figures are telephone numbers and the like.
	maxDigits = 5
	// Serial days from 1/1/2000 to 31/12/2099: what Excel stores when it takes "12/5" for a day.
	firstSerialDay, lastSerialDay = 36526, 73050
)

var (
	floatNumber = pattern.Of(`^\d+\.0+$`)
	dateNumber  = pattern.Of(`^(?:\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d.*|\d{1,2}-[A-Za-z]{3}(?:-\d+)?|[A-Za-z]{3}-\d{1,2})$`)
)

// ParseHouseNumber reads a house number from the text of one cell or field, in
// any of the ways in which they are written: "36A", "36 a", "Số 36 (gác 2)",
// "36-38", "36 + 38", "12/5/7", "số 7, hẻm 3, ngách 12/5", "36 bis", "SN 05",
// "P.203 nhà B2", "trong ngõ 5", "nhà không số", in NFC or NFD, with full-width
// digits, and "36.0", as Excel hands over a figure.
//
// Errors: ErrNoHouseNumber for a text without one, ErrNumberIsDate for a day,
// ErrNumberUnread where the number is followed by something else, such as the
// name of a street (see ParseAddress).
func ParseHouseNumber(s string) (HouseNumber, error) {
	raw := NFC(s)
	text, err := plainNumber(raw)
	if err != nil {
		return HouseNumber{}, err
	}
	p := numberParser{src: text, toks: lexAddress(text)}
	p.parse()
	if p.at < len(p.toks) {
		if !strings.ContainsAny(text, "0123456789") {
			return HouseNumber{}, ErrNoHouseNumber
		}
		return HouseNumber{}, ErrNumberUnread
	}
	n, err := p.result(raw)
	if err != nil {
		return HouseNumber{}, err
	}
	if _, err := plainNumber(n.Text); err != nil { // "2026+5+12": as it would be kept, it is a day
		return HouseNumber{}, err
	}
	return n, nil
}

// plainNumber takes off what spreadsheets add to a number, and finds days.
func plainNumber(raw string) (string, error) {
	text := narrow(raw)
	switch {
	case text == "":
		return "", ErrNoHouseNumber
	case utf8.RuneCountInString(text) > maxNumberRunes:
		return "", ErrNumberUnread
	case floatNumber().MatchString(text):
		text, _, _ = strings.Cut(text, ".")
	case dateNumber().MatchString(text):
		return "", ErrNumberIsDate
	}
	if n, err := strconv.Atoi(text); err == nil && n >= firstSerialDay && n <= lastSerialDay {
		return "", ErrNumberIsDate
	}
	return text, nil
}

// narrow turns full-width letters, digits and signs, which some phone keyboards
// write, and the many kinds of dash and slash into the plain ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xff01 + '!'
		case r == '–' || r == '—' || r == '‑' || r == '‐' || r == '−':
			return '-'
		case r == '⁄' || r == '∕':
			return '/'
		}
		return r
	}, s)
}

// In gives the same house with its alley named elsewhere, as when a roster has
// a column for it: "7" in ngõ "12", ngách "5" is 12/5/7. An alley that the
// number already begins with is not repeated.
func (n HouseNumber) In(alley ...string) HouseNumber {
	if len(alley) == 0 || hasPrefix(n.Alley, alley) {
		return n
	}
	path := append(append([]string{}, alley...), n.Alley...)
	return makeHouseNumber(n.Raw, path, n.Number, n.Unit)
}

// makeHouseNumber works out the dependent fields.
func makeHouseNumber(raw string, alley []string, number, unit string) HouseNumber {
	n := HouseNumber{Raw: raw, Alley: alley, Number: number, Unit: unit}
	path := strings.Join(alley, "/")
	switch {
	case number == "":
		n.Text = "ngõ " + path
	case path == "":
		n.Text = number
	case plainStart(number):
		n.Text = path + "/" + number
	default: // "không số", "lô 5"
		n.Text = number + ", ngõ " + path
	}
	n.Key = strings.ToLower(strings.ReplaceAll(n.Text, " ", ""))
	if unit != "" {
		n.Text += " (" + unit + ")"
	}
	street := number
	if len(alley) > 0 {
		street = alley[0]
	}
	digits := len(street) - len(strings.TrimLeft(street, "0123456789"))
	n.Main, _ = strconv.Atoi(street[:digits])
	if n.Main > 0 {
		n.Side = Even
		if n.Main%2 == 1 {
			n.Side = Odd
		}
	}
	return n
}

// plainStart reports whether number may stand after a slash: 7, 36A, B2.
func plainStart(number string) bool {
	rest := strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
	return rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

func hasPrefix(path, prefix []string) bool {
	if len(prefix) > len(path) {
		return false
	}
	for i := range prefix {
		if path[i] != prefix[i] {
			return false
		}
	}
	return true
}

// ParseAddress splits an address written in one cell into number and street:
// "36A Hàng Bạc", "Số 5 ngõ 85 phố Hàng Buồm", "7 Ngõ Gạch, P. Hoàn Kiếm",
// "phố Hàng Bạc, số 36 (gác 2)". What follows the street after a comma (ward,
// district, city) is left out. With ErrNoHouseNumber the street is still given,
// with ErrNoStreet the number.
func ParseAddress(s string) (HouseNumber, Street, error) {
	raw := NFC(s)
	text := narrow(raw)
	if text == "" || utf8.RuneCountInString(text) > 2*maxNumberRunes {
		return HouseNumber{}, Street{}, ErrNoHouseNumber
	}
	p := numberParser{src: text, toks: lexAddress(text), address: true}
	p.parse()
	n, err := p.result(raw)
	if err != nil {
		return parseStreetFirst(raw, text, p.toks)
	}
	rest := ""
	if p.at < len(p.toks) {
		rest = text[p.toks[p.at].start:]
	}
	street := ParseStreet(streetPart(rest))
	if street.Key == "" {
		return n, street, ErrNoStreet
	}
	return n.In(street.Alley...), street, nil
}

// parseStreetFirst reads "phố Hàng Bạc, số 36A".
func parseStreetFirst(raw, text string, toks []token) (HouseNumber, Street, error) {
	for i, t := range toks {
		if i == 0 || t.kind != figure && t.fold != "so" && t.fold != "sn" {
			continue
		}
		p := numberParser{src: text, toks: toks, at: i}
		p.parse()
		if p.at < len(toks) && toks[p.at-1].kind != comma {
			continue
		}
		n, err := p.result(raw)
		if err != nil {
			continue
		}
		street := ParseStreet(streetPart(text[:t.start]))
		if street.Key == "" {
			return n, street, ErrNoStreet
		}
		return n.In(street.Alley...), street, nil
	}
	return HouseNumber{}, ParseStreet(streetPart(text)), ErrNoHouseNumber
}

// streetPart cuts the ward, district and city off an address.
func streetPart(s string) string {
	s = strings.Trim(s, " ,;-")
	if i := strings.IndexAny(s, ",;("); i > 0 {
		s = s[:i]
	}
	if i := strings.Index(s, " - "); i > 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s)
}

// AddressParts are the texts of one row of a table that together name a house.
// Blank ones are missing from the table or the row.
type AddressParts struct {
	Number string   // "36A"; some people write the street here too
	Street string   // "Hàng Bạc", "ngõ 12 Hàng Bạc"
	Alley  []string // of columns for ngõ, ngách, hẻm: "12", "ngách 5"
	Whole  string   // number and street in one: "36A Hàng Bạc"; beside a number, the street alone
}

// Parse reads the house number and the street. The error is ErrNoHouseNumber,
// ErrNumberIsDate, ErrNumberUnread or ErrNoStreet.
func (p AddressParts) Parse() (HouseNumber, Street, error) {
	if p.Number == "" && p.Street == "" {
		n, street, err := ParseAddress(p.Whole)
		if err == nil {
			n = n.In(alleyColumns(p.Alley)...)
		}
		return n, street, err
	}
	street := ParseStreet(p.Street)
	if street.Key == "" && p.Whole != "" {
		n, s, err := ParseAddress(p.Whole)
		switch {
		case err != nil:
			street = ParseStreet(streetPart(p.Whole))
		case n.Number == "": // "ngõ 12 Hàng Bạc"
			street = s
			street.Alley = n.Alley
		default:
			street = s
		}
	}
	n, err := ParseHouseNumber(p.Number)
	switch {
	case errors.Is(err, ErrNumberUnread):
		if both, written, err2 := ParseAddress(p.Number); err2 == nil && (street.Key == "" || street.Key == written.Key) {
			n, street, err = both, written, nil
		}
	case p.Number == "" && p.Whole != "":
		if both, _, err2 := ParseAddress(p.Whole); err2 == nil || errors.Is(err2, ErrNoStreet) {
			n, err = both, nil
		}
	}
	switch {
	case err != nil:
		return HouseNumber{}, street, err
	case street.Key == "":
		return n, street, ErrNoStreet
	}
	return n.In(append(street.Alley, alleyColumns(p.Alley)...)...), street, nil
}

// alleyColumns joins the columns for ngõ, ngách and hẻm: "12", "5" and "ngõ 12",
// "ngách 12/5" are both 12/5. A text without a number is passed over.
func alleyColumns(texts []string) []string {
	var path []string
	for _, text := range texts {
		n, err := ParseHouseNumber(text)
		if err != nil {
			continue
		}
		part := append([]string{}, n.Alley...)
		if n.Number != "" {
			part = append(part, n.Number)
		}
		if hasPrefix(part, path) {
			path = part
		} else {
			path = append(path, part...)
		}
	}
	return path
}

type tokenKind uint8

const (
	figure  tokenKind = iota // digits
	word                     // letters
	bracket                  // (…), text without the brackets
	comma                    // , ; :
	sign                     // any other single character
)

type token struct {
	kind   tokenKind
	text   string
	fold   string // word only
	start  int
	end    int
	spaced bool // a space stands before it
}

// lexAddress cuts text, which is NFC and narrow, into tokens.
func lexAddress(text string) []token {
	var toks []token
	spaced := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		end := i + size
		t := token{kind: sign, start: i, spaced: spaced}
		spaced = false
		switch {
		case r == ' ':
			spaced = true
			i = end
			continue
		case isDigit(r):
			for end < len(text) && isDigit(rune(text[end])) {
				end++
			}
			t.kind, t.text = figure, text[i:end]
		case r == '(' || r == '[':
			t.kind = bracket
			inner := text[end:]
			end = len(text)
			if j := strings.LastIndexAny(inner, ")]"); j >= 0 {
				end -= len(inner) - j - 1
				inner = inner[:j]
			}
			t.text = NFC(strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ").Replace(inner))
		case r == ',' || r == ';' || r == ':':
			t.kind = comma
		case isLetter(r):
			for end < len(text) {
				next, n := utf8.DecodeRuneInString(text[end:])
				if !isLetter(next) {
					break
				}
				end += n
			}
			t.kind, t.text = word, text[i:end]
			t.fold = Fold(t.text)
		}
		t.end = end
		if t.kind == sign {
			t.text = text[i:end]
		}
		toks = append(toks, t)
		i = end
	}
	return toks
}
