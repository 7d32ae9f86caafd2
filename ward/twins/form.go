package twins

import (
	"slices"
	"strconv"
	"strings"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/logbook"
)

// Form is a form that has a paper twin.
type Form string

// The forms (domain.md §10). What a house answers for itself has no number there: it is F3 of the whole house.
const (
	Pledge     Form = "pledge"     // F2, one sheet a household
	Household  Form = "household"  // F3, one sheet a household
	Assessment Form = "assessment" // F3 of the house
	Log        Form = "log"        // F4, a page of the head's log
	Month      Form = "month"      // F5, the report of one month
	Inspection Form = "inspection" // F10
)

// Forms lists the forms in the order of a year's work.
func Forms() []Form { return []Form{Pledge, Household, Assessment, Log, Month, Inspection} }

// parseForm reads a form from an address: "log", and with the month that it is of, "month:2026-11".
func parseForm(text string) (Form, logbook.Month, bool) {
	name, month, monthly := strings.Cut(text, ":")
	f := Form(name)
	if !monthly {
		return f, "", slices.Contains(Forms(), f)
	}
	m, ok := logbook.ParseMonth(month)
	return f, m, ok && f == Month
}

// value is a form in an address, as parseForm reads it.
func (f Form) value(m logbook.Month) string {
	if f != Month || m == "" {
		return string(f)
	}
	return string(f) + ":" + string(m)
}

// Number is the number of the form as it is printed: "F10".
func (f Form) Number() string {
	switch f {
	case Pledge:
		return "F2"
	case Household:
		return "F3"
	case Assessment:
		return "F3-SN"
	case Log:
		return "F4"
	case Month:
		return "F5"
	case Inspection:
		return "F10"
	}
	return ""
}

// Title is what the form is called on paper, which is Vietnamese whoever prints it.
func (f Form) Title() string {
	switch f {
	case Pledge:
		return "Bản cam kết của hộ"
	case Household:
		return "Phiếu tự đánh giá của hộ"
	case Assessment:
		return "Phiếu tự đánh giá của số nhà"
	case Log:
		return "Trang nhật ký của số nhà"
	case Month:
		return "Báo cáo tháng của số nhà"
	case Inspection:
		return "Phiếu kiểm tra số nhà"
	}
	return ""
}

// Enter is the power that entering the form from paper asks for.
func (f Form) Enter() access.Need {
	switch f {
	case Inspection:
		return access.Inspect
	case Log, Month:
		return access.KeepLog
	case Pledge, Household, Assessment:
	}
	return access.Assess
}

// OfHousehold reports whether each household has a sheet of its own.
func (f Form) OfHousehold() bool { return f == Pledge || f == Household }

// Asks reports whether the form has questions of the criteria on it, and so belongs to one version of them.
func (f Form) Asks() bool { return f == Household || f == Assessment || f == Inspection }

// Yearly reports whether the form belongs to a campaign.
func (f Form) Yearly() bool { return f != Log && f != Month }

// Subject is whose sheet it is.
type Subject struct {
	HouseID   string
	Household string // "H03"; empty when the form is of the house
	Year      int    // of the campaign; 0 when the form belongs to none
	Month     string // "2026-09"; empty when the form is of no month
}

// text is the subject in one line, from which its code is made.
func (s Subject) text(f Form) string {
	return strings.Join([]string{string(f), s.HouseID, s.Household, strconv.Itoa(s.Year), s.Month}, "\x00")
}

// Address is where the sheet is entered. A report of a month is entered in its own form, which then leads back to the
// pile of paper; of no month, the list of the house's reports is where one finds it.
func (s Subject) Address(f Form) string {
	if f == Month && s.Month == "" {
		return "/houses/" + s.HouseID + "/monthly"
	}
	if f == Month {
		return "/houses/" + s.HouseID + "/monthly/" + s.Month + "?paper=1"
	}
	to := "/houses/" + s.HouseID + "/paper/" + string(f)
	var query []string
	if s.Household != "" {
		query = append(query, "household="+s.Household)
	}
	if s.Year != 0 {
		query = append(query, "year="+strconv.Itoa(s.Year))
	}
	if len(query) == 0 {
		return to
	}
	return to + "?" + strings.Join(query, "&")
}

// House is a house as its sheets show it.
type House struct {
	ID, Number, Street string
	Group, Beat        string
	Households         int
	Self               criteria.Answers // the self-assessment that was sent, empty without one
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h *House) Address() string { return h.Number + " " + h.Street }

// household names the nth household of a house: H01, H02, ….
func household(n int) string {
	text := strconv.Itoa(n)
	if n < 10 {
		text = "0" + text
	}
	return "H" + text
}

// Run is what is printed together: a form for the houses that Choice names, and all that its sheets say besides.
type Run struct {
	Form     Form
	Ward     string
	City     string
	Invented bool
	Year     int           // of the campaign; 0 when the form belongs to none
	Month    logbook.Month // of the report; empty for every other form
	Starts   civil.Day
	Where    string // "phố Hàng Bạc"; empty for the whole reach
	Houses   []House
	only     string // the one household whose sheet is wanted; empty for all
	codes    map[Subject]Code
	set      *criteria.Set // of the campaign; nil of a form that belongs to none
}

// Codes are the codes of the sheets, in their order.
func (r *Run) Codes() []Code {
	var list []Code
	for i := range r.Houses {
		for _, x := range r.subjects(&r.Houses[i]) {
			list = append(list, r.codes[x])
		}
	}
	return list
}

// Sheets counts the sheets, the pages of each counted once.
func (r *Run) Sheets() int {
	n := 0
	for i := range r.Houses {
		n += len(r.subjects(&r.Houses[i]))
	}
	return n
}

// subjects are the sheets of a house that are wanted.
func (r *Run) subjects(h *House) []Subject {
	all := r.all(h)
	if r.only == "" {
		return all
	}
	return slices.DeleteFunc(all, func(s Subject) bool { return s.Household != r.only })
}

// all are the sheets that a house has of the form.
func (r *Run) all(h *House) []Subject {
	s := Subject{HouseID: h.ID, Year: r.Year, Month: string(r.Month)}
	if !r.Form.OfHousehold() {
		return []Subject{s}
	}
	list := make([]Subject, 0, h.Households)
	for n := 1; n <= h.Households; n++ {
		s.Household = household(n)
		list = append(list, s)
	}
	return list
}
