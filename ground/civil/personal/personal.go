// Package personal finds personal data in free text before it is stored: names of persons, telephone numbers,
// numbers of identity papers, number plates.
//
// The log, the monthly report and every other free text of the platform are about places, never about persons
// (domain.md §5.8, §7.5a). Whoever stores free text calls Check first and stores nothing of a text that is
// refused, neither in a table nor in an audit line nor in a log.
//
// Finding is by rule and by lists, without a model and without a network: the same text gives the same answer,
// in time linear in its length. It knows forms of address followed by a name ("anh Hùng", "ba Lan"), family
// names followed by given names in any case, with or without marks, composed or decomposed, and numbers in any
// of the spellings people use. It does not know a given name that stands alone: no rule can, and a list would
// refuse "Hàng Đào", "cô giáo" and "anh em". A false alarm costs a head's patience, so that every street, office
// and everyday word that looked like a name is a test vector.
//
// Gói personal tìm dữ liệu cá nhân trong phần ghi tự do trước khi lưu: tên người, số điện thoại, số giấy tờ,
// biển số xe.
package personal

import (
	"slices"
	"unicode/utf8"

	"sonha/ground/fault"
)

// Kind says what was found.
type Kind string

// The kinds of personal data that are looked for.
const (
	Name     Kind = "name"     // the name of a person, with its form of address if there is one
	Phone    Kind = "phone"    // a telephone number of any Vietnamese network
	Identity Kind = "identity" // the 9 or 12 digits of an identity card
	Plate    Kind = "plate"    // the number plate of a vehicle
	// Accusation is what is said of a person that belongs to 113 or nowhere: addiction, a criminal record, suspicion.
	Accusation Kind = "accusation"
)

// Found is one piece of personal data: text[From:To], in bytes of the text as it was given.
type Found struct {
	Kind     Kind
	From, To int
}

// Find returns the personal data in a text, in the order of the text and without overlaps. What it returns
// points into the text and holds no copy of it.
func Find(text string) []Found {
	s := read(text)
	found := append(s.plates(), s.numbers()...)
	found = append(found, s.names()...)
	found = append(found, s.accused()...)
	slices.SortStableFunc(found, func(a, b Found) int { return a.From - b.From })
	var kept []Found
	for _, f := range found {
		if n := len(kept); n > 0 && f.From < kept[n-1].To {
			kept[n-1].To = max(kept[n-1].To, f.To)
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// Text says what is wrong with a text that somebody typed: it is missing, longer than most characters, or holds personal data. empty is
// the key of what is said of a missing text; with an empty key it may be left out.
func Text(field, text, empty string, most int) []fault.Field {
	switch {
	case text == "" && empty != "":
		return []fault.Field{{Name: field, Key: empty}}
	case utf8.RuneCountInString(text) > most:
		return []fault.Field{{Name: field, Key: "fault.too_long", Pairs: []any{"Most", most}}}
	}
	if e, ok := fault.As(Check(field, text)); ok {
		return e.Fields
	}
	return nil
}

// Check refuses a text that holds personal data: fault.Invalid of the field, with a key that says which kind was
// found, why it is not kept and what to do instead. The error repeats nothing of the text.
func Check(field, text string) error {
	found := Find(text)
	if len(found) == 0 {
		return nil
	}
	for _, f := range found {
		if f.Kind != found[0].Kind {
			return fault.Invalid(field, "personal.several")
		}
	}
	return fault.Invalid(field, "personal."+string(found[0].Kind))
}
