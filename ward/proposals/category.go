package proposals

import "slices"

// Unit is who answers a proposal.
type Unit string

// The units. What a utility or the city mends is followed up by the area officer, who notes what they did.
const (
	ByOfficer Unit = "officer" // cảnh sát khu vực
	ByGroup   Unit = "group"   // tổ trưởng tổ dân phố
	ByWard    Unit = "ward"    // Ủy ban nhân dân phường
	ByUtility Unit = "utility" // điện lực, nước sạch, thoát nước, chiếu sáng, viễn thông
	ByCity    Unit = "city"    // cơ quan của thành phố, thường qua iHanoi
)

// Units lists the units in the order in which people read them.
func Units() []Unit { return []Unit{ByOfficer, ByGroup, ByWard, ByUtility, ByCity} }

// Category is a kind of thing to propose. Its name is the catalog's "proposals.category.<code>".
type Category struct {
	Code    string
	Content string // VH, TC, TN, NK, GD, HG as in the criteria; CC fire, DT city, K other (domain.md §10, F6)
	Unit    Unit   // who answers unless the sender or the ward says otherwise
	Utility string // how the utility is called, for ByUtility
	Days    int    // working days until it is due
	Street  bool   // lies outside the house: the neighbours of the street may mean the same thing
	Public  bool   // may be told to everybody as a service request (Open311) once the ward opens that
	City    bool   // iHanoi takes it too: the page leads there and keeps the ticket's number
	VNeID   bool   // VNeID is its proper channel: the page leads there
}

// UsualDays is the time to answer in working days where a category says nothing else (domain.md §9.9, I6).
const UsualDays = 10

// urgentDays is the time to answer what the sender calls urgent.
const urgentDays = 2

var categories = []Category{
	{Code: "locks", Content: "TC", Unit: ByOfficer, Days: UsualDays},
	{Code: "fire", Content: "CC", Unit: ByOfficer, Days: 5},
	{Code: "power", Content: "DT", Unit: ByUtility, Utility: "Điện lực", Days: UsualDays, Street: true, Public: true},
	{Code: "lighting", Content: "DT", Unit: ByUtility, Utility: "Đơn vị chiếu sáng công cộng", Days: UsualDays, Street: true, Public: true, City: true},
	{Code: "cables", Content: "DT", Unit: ByUtility, Utility: "Đơn vị viễn thông", Days: UsualDays, Street: true, Public: true, City: true},
	{Code: "water", Content: "DT", Unit: ByUtility, Utility: "Đơn vị cấp nước", Days: UsualDays, Street: true, Public: true},
	{Code: "drains", Content: "DT", Unit: ByUtility, Utility: "Đơn vị thoát nước", Days: UsualDays, Street: true, Public: true, City: true},
	{Code: "waste", Content: "DT", Unit: ByWard, Days: 5, Street: true, Public: true, City: true},
	{Code: "pavement", Content: "DT", Unit: ByWard, Days: UsualDays, Street: true, Public: true, City: true},
	{Code: "trees", Content: "DT", Unit: ByWard, Days: UsualDays, Street: true, Public: true, City: true},
	{Code: "noise", Content: "TN", Unit: ByOfficer, Days: UsualDays, Street: true},
	{Code: "flyers", Content: "VH", Unit: ByOfficer, Days: UsualDays, Street: true},
	{Code: "residence", Content: "NK", Unit: ByOfficer, Days: 5, VNeID: true},
	{Code: "shared", Content: "HG", Unit: ByGroup, Days: UsualDays},
	{Code: "training", Content: "K", Unit: ByOfficer, Days: 15},
	{Code: "else", Content: "K", Unit: ByOfficer, Days: UsualDays},
}

// Categories lists the categories in the order in which the form offers them.
func Categories() []Category { return slices.Clone(categories) }

// CategoryOf finds a category by its code.
func CategoryOf(code string) (Category, bool) {
	i := slices.IndexFunc(categories, func(c Category) bool { return c.Code == code })
	if i < 0 {
		return Category{}, false
	}
	return categories[i], true
}

// places say roughly where in or at the house; nothing finer is asked, so that no room leads to a person.
var places = []string{"gate", "stairs", "corridor", "yard", "roof", "kitchen", "meters", "front", "alley", "street", "whole"}

// Places lists the codes of the places; their names are the catalog's "proposals.place.<code>".
func Places() []string { return slices.Clone(places) }
