package areas

import (
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Ward is one ward that the program serves.
type Ward struct {
	ID       int
	Code     string // in addresses of public pages: "hoan-kiem"
	Name     string // "Hoàn Kiếm"
	City     string // "Hà Nội"
	Invented bool   // demo data: every page says so
}

// Kind is the kind of an area.
type Kind string

// The kinds, from the widest.
const (
	City  Kind = "city"
	Whole Kind = "ward"
	Group Kind = "group"
	Cell  Kind = "cell"
)

// Area is a node of the tree.
type Area struct {
	ID       string
	ParentID string
	Kind     Kind
	Name     string
	From     civil.Day
	To       civil.Day // zero while valid
	Former   []string  // earlier names, newest first
	Houses   int
	Vacant   bool // a group that nobody leads
}

// Beat is what one area officer answers for.
type Beat struct {
	ID     string
	Name   string
	From   civil.Day
	To     civil.Day
	Houses int
	Vacant bool // no officer answers for it
}

// Street is a street or an alley with a name of its own.
type Street struct {
	ID     string
	Name   string
	Former string // earlier names and wards, for the search
	Houses int
}

// The longest name of an area, beat or street, in characters.
const nameMost = 80

func checkName(field, name string) (string, error) {
	name = civil.NFC(name)
	switch {
	case name == "":
		return "", fault.Invalid(field, "fault.required")
	case len([]rune(name)) > nameMost:
		return "", fault.Invalid(field, "fault.too_long", "Most", nameMost)
	}
	return name, nil
}
