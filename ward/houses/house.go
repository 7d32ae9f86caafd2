// Package houses keeps the registry: which house numbers there are, on which street, in which residential
// group and beat, with how many households, and who heads them; and it takes rosters in and out again.
//
// Tables: houses, imports. A house is a street and a number as written ("36A", "12/5/7"), never an integer.
// Households are labels (H01, H02 …) and a count; there is no list of residents. The ward's command imports
// a roster, the house head's name and telephone number are the only personal data.
package houses

import (
	"strings"

	"sonha/ground/civil"
	"sonha/ward/areas"
)

// House is one house number.
type House struct {
	ID         string
	StreetID   string
	Street     string
	GroupID    string
	Group      string
	BeatID     string
	Beat       string
	Number     string // "36A", "12/5/7"
	Households int
	Rented     int
	Kind       string
	Storeys    int
	HeadName   string
	HeadPhone  civil.Phone
	FormerWard string
	Note       string
	OpenedOn   civil.Day
	Version    int
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// SortKey puts houses in the order of their streets, then numbers as people count them (domain.md §7.5a).
func SortKey(street areas.StreetRef, number string) []byte {
	key := make([]byte, 0, len(street.SortKey)+40)
	key = append(key, street.SortKey...)
	key = append(key, 0, 0)
	return append(key, sortNumber(number)...)
}

// SearchText is what the search looks through: number, street, former ward and the head's name, without marks.
func SearchText(number, street, formerWard, head string) string {
	return civil.Fold(strings.Join([]string{number, street, formerWard, head}, " "))
}

func sortNumber(number string) []byte { return civil.SortKey(number) }
