package logbook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// DueDay is the day of its month by which a report is due (domain.md §2.5: "Monthly, by day 25").
const DueDay = 25

const (
	opensDay  = 20 // from when on Hôm nay asks for the report of the month
	mostBack  = 2  // how many months back a report may still be sent
	mostCount = 999
)

// Month is a month, "2026-11".
type Month string

// MonthOf gives the month of a day.
func MonthOf(d civil.Day) Month { return Month(d[:len("2026-11")]) }

// ParseMonth reads "2026-11".
func ParseMonth(s string) (Month, bool) {
	m := Month(s)
	return m, len(s) == len("2026-11") && m.First().Valid()
}

// First is the first day of the month.
func (m Month) First() civil.Day { return civil.Day(m + "-01") }

// Last is the last day of the month.
func (m Month) Last() civil.Day { return m.First().MonthEnd() }

// Due is the day by which the report is due.
func (m Month) Due() civil.Day { return m.First().AddDays(DueDay - 1) }

// Opens is the day from which the report is asked for.
func (m Month) Opens() civil.Day { return m.First().AddDays(opensDay - 1) }

// Back gives the month n months earlier.
func (m Month) Back(n int) Month {
	d := m.First()
	for range n {
		d = d.AddDays(-1).MonthStart()
	}
	return MonthOf(d)
}

// Text writes the month as people do: "11/2026".
func (m Month) Text() string { return fmt.Sprintf("%d/%d", m.First().Month(), m.First().Year()) }

// State is how far a report has come; its word is "logbook.state.<state>".
type State string

// The states: draft → sent → seen, or returned with a reason → sent again.
const (
	NotBegun State = ""
	Drafted  State = "draft"
	Sent     State = "sent"
	Seen     State = "seen"
	Returned State = "returned"
)

// Light is how a content stood in the month, as the head sees it. It is no score: nothing is classified by it.
type Light byte

// The lights.
const (
	NoLight Light = '-'
	Green   Light = 'g'
	Yellow  Light = 'y'
	Red     Light = 'r'
)

// reasons are the reasons from which a head chooses for a yellow or red light, by content (domain.md §10, F5). Their
// words are "logbook.reason.<code>".
func reasons(content string) []string {
	switch content {
	case "VH":
		return []string{"vh_flyers", "vh_talk"}
	case "TC":
		return []string{"tc_lock", "tc_light", "tc_alarm"}
	case "TN":
		return []string{"tn_dark", "tn_empty", "tn_notice"}
	case "NK":
		return []string{"nk_guest", "nk_move", "nk_count"}
	case "GD":
		return []string{"gd_answer", "gd_youth"}
	case "HG":
		return []string{"hg_open", "hg_shared", "hg_meeting"}
	}
	return nil
}

// Sheet is what a head fills in.
type Sheet struct {
	Households, Reminders, MovedIn, MovedOut, Passed, DisputesNew, DisputesSettled int
	MetOn, AlarmOn                                                                 civil.Day
	Lights                                                                         string   // six letters
	Reasons                                                                        []string // codes
	Shortfall                                                                      string
}

// allGreen are the lights of a month in which nothing fell short.
const allGreen = "gggggg"

// Report is the report of one month of a house.
type Report struct {
	Sheet

	House      string
	Address    string
	Active     bool
	Opened     civil.Day // since when the house has a dossier
	Month      Month
	State      State
	Normal     bool
	FirstSent  civil.Day
	SentAt     time.Time
	SentBy     string
	SeenAt     time.Time
	SeenBy     string
	Why        string // it was returned
	RemindedAt time.Time
	Version    int
}

// Late reports whether the report was first sent after its day.
func (r *Report) Late() bool { return r.FirstSent != "" && r.FirstSent > r.Month.Due() }

// Overdue reports whether the report is not there and its day has passed.
func (r *Report) Overdue(today civil.Day) bool {
	return (r.State == NotBegun || r.State == Drafted) && today > r.Month.Due()
}

// Writable says why the head cannot write the report now, or nil: a report may be changed until the officer has seen it.
func (r *Report) Writable(today civil.Day) error {
	now := MonthOf(today)
	switch {
	case !r.Active:
		return fault.Shut("logbook.house_not_active")
	case r.Month > now:
		return fault.Shut("logbook.month_ahead")
	case r.Month < now.Back(mostBack):
		return fault.Shut("logbook.month_over", "Months", mostBack)
	case r.State == Seen:
		return fault.Shut("logbook.seen_already")
	}
	return nil
}

// check says what is wrong with a sheet. A draft may be unfinished; what is sent has a light for every content, and a
// reason for each that is not green.
func (x *Sheet) check(m Month, today civil.Day, whole bool) error {
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	if len(x.Lights) != len(Contents()) || strings.Trim(x.Lights, "-gyr") != "" {
		return fault.Invalid("light.VH", "logbook.choose_light")
	}
	for i, c := range Contents() {
		light := Light(x.Lights[i])
		given := slices.ContainsFunc(reasons(c), func(code string) bool { return slices.Contains(x.Reasons, code) })
		switch {
		case whole && light == NoLight:
			add("light."+c, "logbook.choose_light")
		case whole && light != Green && !given && !slices.Contains(x.Reasons, other(c)):
			add("light."+c, "logbook.choose_reason")
		}
	}
	for _, d := range []struct {
		name string
		day  civil.Day
	}{{"met_on", x.MetOn}, {"alarm_on", x.AlarmOn}} {
		if d.day != "" && (!d.day.Valid() || MonthOf(d.day) != m || d.day > today) {
			add(d.name, "logbook.day_of_month", "Month", m.Text())
		}
	}
	x.Shortfall = civil.NFCLines(x.Shortfall)
	return fault.InvalidFields(append(bad, personal.Text("shortfall", x.Shortfall, "", mostText)...))
}

// other is the reason of a content that its list does not have; the head says it under what falls short.
func other(content string) string { return strings.ToLower(content) + "_other" }

// Reasons lists the codes of the reasons from which a head chooses for a yellow or red light of a content, the last of
// them being that which the list does not have.
func Reasons(content string) []string { return append(reasons(content), other(content)) }

// known keeps of the chosen reasons those that belong to a content that is not green.
func known(chosen []string, lights string) []string {
	var out []string
	for i, c := range Contents() {
		if i < len(lights) && Light(lights[i]) != Green && Light(lights[i]) != NoLight {
			for _, code := range append(reasons(c), other(c)) {
				if slices.Contains(chosen, code) {
					out = append(out, code)
				}
			}
		}
	}
	return out
}
