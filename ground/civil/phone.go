package civil

import (
	"errors"
	"strconv"
	"strings"

	"sonha/ground/pattern"
)

// Phone is a telephone number in the one form that is stored and compared,
// E.164: "+84912345678". The zero Phone is no number.
type Phone string

// ErrPhone is returned by ParsePhone for a text that is no Vietnamese mobile
// number and no landline of Hà Nội. The text itself is left out of the error: it
// may be personal data and errors are logged.
var ErrPhone = errors.New("civil: not a phone number")

var (
	// Nine digits after the country code; prefixes 03, 05, 07, 08, 09.
	mobile = pattern.Of(`^[35789][0-9]{8}$`)
	// Hà Nội: area code 24 and eight digits, of which the first names a network.
	landline = pattern.Of(`^24[2-9][0-9]{7}$`)
	// A number that a spreadsheet made of a phone number: 9.01000318E8.
	scientific = pattern.Of(`^([1-9])(?:[.,]([0-9]+))?[eE](\+?)0*([0-9]{1,2})$`)
	// The same with decimals, 901000318.0.
	decimals = pattern.Of(`^([0-9]{9,12})[.,]0{1,2}$`)
)

// phoneMarks are the characters people put between digits.
var phoneMarks = strings.NewReplacer(" ", "", ".", "", "-", "", "–", "", "‑", "", "(", "", ")", "", "/", "")

// ParsePhone reads a mobile number (03, 05, 07, 08 or 09 and eight more digits)
// or a landline of Hà Nội (024 and eight digits), with or without +84, 84 or
// 0084, with spaces, dots or dashes. The leading zero that a spreadsheet ate is
// given back, also from number text such as 901000318.0 or 9.01000318E8.
// Anything else is ErrPhone, the number 9.01E+08 too: its digits are lost.
func ParsePhone(s string) (Phone, error) {
	s = strings.TrimPrefix(NFC(s), "'")
	if digits, ok := spreadsheetDigits(s); ok {
		s = digits
	}
	s = phoneMarks.Replace(s)
	international := strings.HasPrefix(s, "+")
	s = strings.TrimPrefix(s, "+")
	if !allDigits(s) {
		return "", ErrPhone
	}
	national, ok := nationalNumber(s, international)
	if !ok || !mobile().MatchString(national) && !landline().MatchString(national) {
		return "", ErrPhone
	}
	return Phone("+84" + national), nil
}

// nationalNumber strips the country code and the trunk zero from digits. A
// number of nine digits that begins with 84 is a mobile number that lost its
// zero (084…), not a country code.
func nationalNumber(s string, international bool) (string, bool) {
	const shortestWithCode = 11
	switch {
	case international && !strings.HasPrefix(s, "84"):
		return "", false
	case international:
		s = s[2:]
	case strings.HasPrefix(s, "0084"):
		s = s[4:]
	case strings.HasPrefix(s, "84") && len(s) >= shortestWithCode:
		s = s[2:]
	}
	return strings.TrimPrefix(s, "0"), true
}

// spreadsheetDigits writes a number as a spreadsheet stores it in plain digits.
// "9.1E+08" is how a spreadsheet shows a number in a narrow column: where it has
// fewer digits than the number, the others are lost and it is not accepted.
func spreadsheetDigits(s string) (string, bool) {
	if m := decimals().FindStringSubmatch(s); m != nil {
		return m[1], true
	}
	m := scientific().FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	exponent, _ := strconv.Atoi(m[4])
	digits := m[2]
	for len(digits) > exponent && strings.HasSuffix(digits, "0") {
		digits = digits[:len(digits)-1]
	}
	missing := exponent - len(digits)
	if missing < 0 || missing > 0 && m[3] == "+" {
		return "", false
	}
	return m[1] + digits + strings.Repeat("0", missing), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Display returns the number as it is printed in Vietnam: "0912 345 678",
// "024 3825 1234". A Phone that ParsePhone did not make is shown as it is.
func (p Phone) Display() string {
	national, ok := strings.CutPrefix(string(p), "+84")
	switch {
	case ok && mobile().MatchString(national):
		return "0" + national[:3] + " " + national[3:6] + " " + national[6:]
	case ok && landline().MatchString(national):
		return "0" + national[:2] + " " + national[2:6] + " " + national[6:]
	}
	return string(p)
}

// Local returns the digits as they are dialled in Vietnam: "0912345678".
func (p Phone) Local() string {
	if national, ok := strings.CutPrefix(string(p), "+84"); ok {
		return "0" + national
	}
	return string(p)
}
