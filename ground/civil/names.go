package civil

import (
	"bytes"
	"strings"
)

// GivenName returns the last word of a Vietnamese full name: people are called
// and listed by it ("Nguyễn Thị Bích Liên" → "Liên"). How to address a person is
// not guessed: the program keeps no sex and says "ông/bà".
func GivenName(full string) string {
	full = NFC(full)
	return full[strings.LastIndexByte(full, ' ')+1:]
}

// NameKey returns bytes whose plain order is the order of a Vietnamese list of
// names: given name first, then family name, then middle names, each compared
// whole before the next as in SortKey.
func NameKey(full string) []byte {
	given := GivenName(full)
	rest := strings.TrimSuffix(strings.TrimSuffix(NFC(full), given), " ")
	family, middle, _ := strings.Cut(rest, " ")
	var key []byte
	for _, part := range []string{given, family, middle} {
		key = appendPart(key, SortKey(part))
	}
	return key
}

// appendPart appends part so that joined parts keep their order whatever bytes
// they hold: a zero byte is escaped, and the end sorts before any byte.
func appendPart(key, part []byte) []byte {
	part = bytes.ReplaceAll(part, []byte{0}, []byte{0, 0xff})
	return append(append(key, part...), 0, 1)
}
