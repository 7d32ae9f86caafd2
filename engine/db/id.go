package db

import (
	"encoding/base32"

	"github.com/google/uuid"
)

// crockford keeps the byte order of what it encodes and has no letters that look like digits.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes a UUIDv7 as 26 lower-case base32 characters: sortable by time, one type on both
// databases, short in a link and in a QR code (docs/decisions/0003).
func NewID() string { return EncodeID(uuid.Must(uuid.NewV7())) }

// IDBytes is how many bytes an id writes.
const IDBytes = 16

// EncodeID writes 16 bytes as an id.
func EncodeID(b [IDBytes]byte) string { return crockford.EncodeToString(b[:]) }

// ValidID reports whether s has the shape of an id, so that a mistyped link is not found instead of an error.
func ValidID(s string) bool {
	if len(s) != 26 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
