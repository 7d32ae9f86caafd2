package twins

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// Code is the short form of a sheet's QR code: eight digits of base 32 and a check digit, without letters that look
// like figures (Crockford's alphabet: no I, L, O, U).
type Code string

const (
	digits  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLen = 9 // with the check digit
	group   = 3 // digits that are written together
)

// Shown is the code as it is printed and read aloud: "K7M-2QD-9XA".
func (c Code) Shown() string {
	if len(c) != codeLen {
		return string(c)
	}
	return string(c[:group] + "-" + c[group:2*group] + "-" + c[2*group:])
}

// makeCode gives the code of a subject: always the same for the same text and attempt. Another attempt is made when
// another sheet of the ward has the code already.
func makeCode(subject string, attempt int) Code {
	sum := sha256.Sum256([]byte(subject + "\x00" + string(rune('0'+attempt))))
	bits := binary.BigEndian.Uint64(sum[:])
	var b [codeLen]byte
	check := byte(0)
	for i := range codeLen - 1 {
		d := byte(bits >> (64 - 5*(i+1)) & 31)
		b[i], check = digits[d], double(check)^d
	}
	b[codeLen-1] = digits[double(check)]
	return Code(b[:])
}

// ParseCode reads a code as people type it: small letters, blanks, strokes and dots do not matter, O counts as 0, I
// and L as 1. ok is false for whatever is no code, and for one with a wrong digit or two neighbours swapped.
func ParseCode(text string) (c Code, ok bool) {
	var b []byte
	sum := byte(0)
	for _, r := range strings.ToUpper(text) {
		switch r {
		case ' ', '-', '.', '–', '\u00a0':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		d := strings.IndexRune(digits, r)
		if d < 0 || len(b) == codeLen {
			return "", false
		}
		b, sum = append(b, digits[d]), double(sum)^byte(d)
	}
	return Code(b), len(b) == codeLen && sum == 0
}

// double multiplies by x in the field of 32 elements over x⁵+x²+1. The check digit makes the digits, weighted with
// rising powers of x, add up to nothing: powers differ, so that one wrong digit and two swapped neighbours show.
func double(a byte) byte {
	a <<= 1
	if a&32 != 0 {
		a ^= 0b100101
	}
	return a
}
