package accounts

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Kind is what an account signs in with.
type Kind string

// The kinds of secret.
const (
	NoSecret Kind = "none" // invited, has not chosen yet, or was reset
	PIN      Kind = "pin"
	Password Kind = "password"
)

// Account is somebody who works with the program.
type Account struct {
	ID        string
	Name      string
	Phone     civil.Phone // empty until the person gives it at the one-time link
	Kind      Kind
	Language  string // "vi" or "en"
	LargeText bool
	Created   time.Time
	Disabled  time.Time // zero: may sign in
	Version   int
	Grants    []Grant
}

// Grant is one role of an account. Of is the id of the house of a head or household, the beat of an officer, the
// group of a group lead; empty for the other roles.
type Grant struct {
	ID        string
	Role      access.Role
	Of        string
	Household string // of a household, its label in the house: H01
	Label     string // what Of is called: "36A Hàng Bạc", "36A Hàng Bạc · hộ H01", "Khu vực 3"
	Since     time.Time

	number string // of a head's house, for the door plate
	called string // what the trail calls the role where the house has a word of its own: "phó trưởng số nhà"
}

// roleNames are how the audit trail, which is kept in Vietnamese, calls the roles.
var roleNames = map[access.Role]string{
	access.Household: "đại diện hộ", access.Head: "trưởng số nhà", access.GroupLead: "tổ trưởng tổ dân phố", access.Mediator: "hòa giải viên", access.Officer: "cảnh sát khu vực",
	access.Command:   "chỉ huy Công an phường",
	access.Committee: "Ủy ban nhân dân phường", access.City: "thành phố", access.Administrator: "quản trị viên",
	access.Protector: "người phụ trách bảo vệ dữ liệu cá nhân",
}

// told is a grant in the words of the audit trail.
func (g Grant) told() string {
	name := cmp.Or(g.called, roleNames[g.Role])
	if g.Label == "" {
		return name
	}
	return name + " · " + g.Label
}

// house is the house whose history a change of the grant belongs to.
func (g Grant) house() string {
	if g.Role == access.Head || g.Role == access.Household {
		return g.Of
	}
	return ""
}

// Session is a place where an account is signed in.
type Session struct {
	ID      string
	Role    access.Role
	Device  string // "Chrome trên Android"
	Address string // the network's part of the address only
	Started time.Time
	Seen    time.Time // exact to some minutes
	Shared  bool      // on somebody else's device
	Waiting bool      // for the code of the second factor; opens nothing
	Proved  time.Time // when the account last proved who it is
}

// sharedLife is how long a session on somebody else's device lasts: long enough for a pledge and all questions.
const sharedLife = 30 * time.Minute

// whole is how long the session lasts at the most.
func (s Session) whole() time.Duration {
	if s.Waiting {
		return waitingLife
	}
	_, whole := life(s.Role)
	if s.Shared {
		return min(whole, sharedLife)
	}
	return whole
}

// New is what a new account asks for. Phone may be empty: it is then asked for at the one-time link. Secret
// may be set only by the program itself, for the demo.
type New struct {
	Name   string
	Phone  string
	Secret string
	Grants []Grant // Role and Of
}

// The longest name, in characters.
const nameMost = 80

func checkName(text string) (string, error) {
	name := civil.NFC(text)
	switch {
	case name == "":
		return "", fault.Invalid("name", "fault.required")
	case len([]rune(name)) > nameMost:
		return "", fault.Invalid("name", "fault.too_long", "Most", nameMost)
	}
	return name, nil
}

func checkPhone(text string) (civil.Phone, error) {
	if civil.NFC(text) == "" {
		return "", fault.Invalid("phone", "fault.required")
	}
	phone, err := civil.ParsePhone(text)
	if err != nil {
		return "", fault.Invalid("phone", "accounts.bad_phone")
	}
	return phone, nil
}

// checkPhoneIfAny reads a number that may be left out.
func checkPhoneIfAny(text string) (civil.Phone, error) {
	if civil.NFC(text) == "" {
		return "", nil
	}
	return checkPhone(text)
}

// scoped are the roles that answer for one house, beat or group (domain.md §6.1), with the column that
// names it.
var scoped = map[access.Role]string{access.Household: "house", access.Head: "house", access.Officer: "beat", access.GroupLead: "group", access.Mediator: "group"}

// checkGrant refuses a role that the ward cannot give: the city's accounts belong to ward 0, all others to
// a ward, and the administrator is in both.
func checkGrant(ward int, g Grant) error {
	city := g.Role == access.City
	switch {
	case city != (ward == 0) && g.Role != access.Administrator:
		return fault.Invalid("role", "accounts.bad_role")
	case !known(g.Role):
		return fault.Invalid("role", "accounts.bad_role")
	case scoped[g.Role] != "" && g.Of == "":
		return fault.Invalid(scoped[g.Role], "fault.required")
	case scoped[g.Role] == "" && g.Of != "", g.Role != access.Household && g.Household != "":
		return fault.Invalid("role", "accounts.bad_role")
	case g.Role == access.Household && householdNumber(g.Household) == 0:
		return fault.Invalid("household", "accounts.bad_household")
	}
	return nil
}

// Household reads the label of a household as people write it: "H03", "h3", "3" and "hộ 3" are all H03; "" when it is none.
func Household(text string) string {
	text = strings.TrimSpace(strings.TrimPrefix(civil.Fold(text), "ho "))
	n, err := strconv.Atoi(strings.TrimPrefix(text, "h"))
	if err != nil || n < 1 || n > householdsMost {
		return ""
	}
	return HouseholdLabel(n)
}

// HouseholdLabel is the label of the nth household of a house: H01, H02 ….
func HouseholdLabel(n int) string { return fmt.Sprintf("H%02d", n) }

// HouseholdLabels are the labels of the n households of a house.
func HouseholdLabels(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = HouseholdLabel(i + 1)
	}
	return list
}

// householdsMost is the largest number of households that a house may have (table houses).
const householdsMost = 500

// householdNumber is the 3 of H03; 0 when the text is no label.
func householdNumber(label string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(label, "H"))
	if err != nil || label == "" || Household(label) != label {
		return 0
	}
	return n
}

func known(r access.Role) bool { return slices.Contains(access.Roles(), r) }

// Grantable lists the roles that accounts of a ward can have, in the order in which people read them.
func Grantable(ward int) []access.Role {
	if ward == 0 {
		return []access.Role{access.City, access.Administrator}
	}
	var out []access.Role
	for _, r := range access.Roles() {
		if r != access.City {
			out = append(out, r)
		}
	}
	return out
}

// opens reports whether the kind of secret is enough for a role. Six digits are enough for households, house heads,
// group leads and mediators, who are often over 60 (domain.md §7.5) and reach no more than their house or group; every other
// role needs a password.
func (k Kind) opens(r access.Role) bool {
	return k == Password || (k == PIN && (r == access.Household || r == access.Head || r == access.GroupLead || r == access.Mediator))
}

// mayUsePIN reports whether an account with these roles may choose six digits.
func mayUsePIN(grants []Grant) bool {
	for _, g := range grants {
		if !PIN.opens(g.Role) {
			return false
		}
	}
	return true
}

// usable lists the roles of the grants that an account with this kind of secret may act in, each once, in
// the order of access.Roles.
func usable(grants []Grant, kind Kind) []access.Role {
	var out []access.Role
	for _, r := range access.Roles() {
		if !kind.opens(r) {
			continue
		}
		for _, g := range grants {
			if g.Role == r {
				out = append(out, r)
				break
			}
		}
	}
	return out
}

// life says how long a session in a role lasts: without being used, and at the most. House heads sign in
// twice a year at the house meeting if need be; who reaches more houses signs in more often.
func life(r access.Role) (idle, whole time.Duration) {
	const day = 24 * time.Hour
	switch r {
	case access.Household, access.Head:
		return 90 * day, 365 * day
	case access.GroupLead, access.Mediator:
		return 14 * day, 90 * day
	default:
		return 12 * time.Hour, 7 * day
	}
}
