package db

import (
	"crypto/rand"
	"strconv"
	"strings"
)

// NewToken makes a code of so many random bytes in the letters of an id, for a link or a QR code that opens to whoever holds it. Ten bytes
// are 80 bits, 16 letters and digits, which nobody guesses.
func NewToken(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails (Go 1.24)
	return crockford.EncodeToString(b)
}

// ValidToken reports whether s has the shape of a code of so many bytes, so that a mistyped one is not asked for.
func ValidToken(s string, bytes int) bool {
	raw, err := crockford.DecodeString(s)
	return err == nil && len(raw) == bytes && len(s) == crockford.EncodedLen(bytes)
}

// WardToken writes a code behind the number of its ward, for addresses that are opened by who has none: "1-5cpjfnd45hk3jtd0".
func WardToken(ward int, token string) string { return strconv.Itoa(ward) + "-" + token }

// ParseWardToken reads what WardToken wrote with a code of so many bytes.
func ParseWardToken(s string, bytes int) (ward int, token string, ok bool) {
	number, token, _ := strings.Cut(s, "-")
	ward, err := strconv.Atoi(number)
	if err != nil || ward <= 0 || !ValidToken(token, bytes) {
		return 0, "", false
	}
	return ward, token, true
}
