package civil

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// The functions of this file write figures in Vietnamese; those ending in In
// take a language, "vi" or "en", for the twin page. A no-break space stands
// before % and đ so that a figure never parts from its unit at a line's end.
const noBreak = "\u00a0"

// unknown is printed where there is nothing to divide by.
const unknown = "–"

// Int writes n with dots between thousands: "1.586".
func Int(n int) string { return IntIn("vi", n) }

// IntIn is Int in a language: "1.586" or "1,586".
func IntIn(lang string, n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	point := byte('.')
	if lang == "en" {
		point = ','
	}
	out := make([]byte, 0, len(sign)+len(digits)+len(digits)/3)
	out = append(out, sign...)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out = append(out, point)
		}
		out = append(out, digits[i])
	}
	return string(out)
}

// Money writes an amount of đồng: "2.520.000 đ".
func Money(n int) string { return MoneyIn("vi", n) }

// MoneyIn is Money in a language: "2.520.000 đ" or "2,520,000 VND".
func MoneyIn(lang string, n int) string {
	if lang == "en" {
		return IntIn(lang, n) + noBreak + "VND"
	}
	return IntIn(lang, n) + noBreak + "đ"
}

// Decimal1 writes a number of tenths with one decimal: 505 → "50,5".
func Decimal1(tenths int) string { return Decimal1In("vi", tenths) }

// Decimal1In is Decimal1 in a language: "50,5" or "50.5".
func Decimal1In(lang string, tenths int) string {
	sign, size := "", uint(tenths)
	if tenths < 0 {
		sign, size = "-", -size
	}
	comma := ","
	if lang == "en" {
		comma = "."
	}
	return sign + IntIn(lang, int(size/10)) + comma + strconv.Itoa(int(size%10))
}

// PercentTenths returns num/den in tenths of a percent, half rounded away from
// zero, reckoned in whole numbers: 89 of 100 is 890. It is 0 if den is 0; a
// share too great for an int is the greatest int.
func PercentTenths(num, den int) int {
	if den == 0 {
		return 0
	}
	negative := (num < 0) != (den < 0)
	n, d := magnitude(num), magnitude(den)
	hi, lo := bits.Mul64(n, 1000)
	const greatest = 1<<63 - 1
	tenths := uint64(greatest)
	if hi < d {
		quotient, rest := bits.Div64(hi, lo, d)
		if rest >= d-rest {
			quotient++
		}
		tenths = min(quotient, greatest)
	}
	if negative {
		return -int(tenths)
	}
	return int(tenths)
}

func magnitude(n int) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Percent writes num/den with one decimal: "89,0 %", or "–" if den is 0.
func Percent(num, den int) string { return PercentIn("vi", num, den) }

// PercentIn is Percent in a language: "89,0 %" or "89.0%".
func PercentIn(lang string, num, den int) string {
	if den == 0 {
		return unknown
	}
	return percentOf(lang, PercentTenths(num, den))
}

func percentOf(lang string, tenths int) string {
	if lang == "en" {
		return Decimal1In(lang, tenths) + "%"
	}
	return Decimal1In(lang, tenths) + noBreak + "%"
}

// Change says how a count moved: "giảm 50,5 %", "tăng 12,0 %", "không đổi", or
// "không so sánh được" where it was zero (or less) before and is not now. A move
// that would round to 0,0 % is "dưới 0,1 %".
func Change(from, to int) string { return ChangeIn("vi", from, to) }

// ChangeIn is Change in a language: "giảm 50,5 %" or "down 50.5%".
func ChangeIn(lang string, from, to int) string {
	word := changeWords
	if lang == "en" {
		word = changeWordsEn
	}
	if from == to {
		return word.same
	}
	if from <= 0 {
		return word.none
	}
	direction := word.up
	if to < from {
		direction = word.down
	}
	tenths := PercentTenths(to-from, from)
	if tenths == 0 {
		return direction + " " + word.below + " " + percentOf(lang, 1)
	}
	return direction + " " + percentOf(lang, max(tenths, -tenths))
}

type changeText struct{ up, down, same, none, below string }

var (
	changeWords   = changeText{"tăng", "giảm", "không đổi", "không so sánh được", "dưới"}
	changeWordsEn = changeText{"up", "down", "no change", "not comparable", "less than"}
)

// ErrNumber is returned by ParseInt.
var ErrNumber = errors.New("civil: not a whole number")

// ParseInt reads a whole number as people write it: "12", "1.586", "1 586",
// "2.520.000", "-3". It refuses what can be read in two ways: "1,586" is 1586 to
// some and 1.586 to others; "1.58" and "12,0" are no whole numbers.
func ParseInt(s string) (int, error) {
	s = NFC(s)
	sign := ""
	if rest, ok := strings.CutPrefix(strings.Replace(s, "−", "-", 1), "-"); ok {
		sign, s = "-", rest
	}
	digits := s
	for _, point := range []string{".", " ", ","} {
		groups := strings.Split(s, point)
		if len(groups) == 1 {
			continue
		}
		if !thousands(groups) || point == "," && len(groups) == 2 {
			return 0, ErrNumber
		}
		digits = strings.Join(groups, "")
		break
	}
	if !allDigits(digits) {
		return 0, ErrNumber
	}
	n, err := strconv.Atoi(sign + digits)
	if err != nil {
		return 0, ErrNumber
	}
	return n, nil
}

// thousands reports whether groups are those of a number written in thousands:
// one to three digits, not beginning with 0, then three each.
func thousands(groups []string) bool {
	if n := len(groups[0]); n == 0 || n > 3 || groups[0][0] == '0' {
		return false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return true
}
