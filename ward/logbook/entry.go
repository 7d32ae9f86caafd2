package logbook

import (
	"slices"
	"time"
	"unicode/utf8"

	"sonha/engine/files"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ground/pattern"
)

// Kind is what an entry of the log is about; its word is the catalog's "logbook.kind.<kind>".
type Kind string

// The kinds (domain.md §10, F4).
const (
	Routine        Kind = "routine"        // a look round
	Infrastructure Kind = "infrastructure" // something of the house is broken
	Residence      Kind = "residence"      // households were reminded of residence matters
	Passed         Kind = "passed"         // a report was passed on to whom it concerns; what it said is not written here
	Dispute        Kind = "dispute"        // the head made peace between neighbours
	Activity       Kind = "activity"       // something done together
	Other          Kind = "misc"
)

// Kinds lists the kinds in the order in which people read them.
func Kinds() []Kind {
	return []Kind{Routine, Infrastructure, Residence, Passed, Dispute, Activity, Other}
}

// Told is to whom something was passed on; its word is "logbook.told.<told>".
type Told string

// Tolds lists whom a head may have told; "" is nobody.
func Tolds() []Told {
	return []Told{"officer", "113", "114", "115", "mediators", "committee", "ihanoi"}
}

// Contents are the six contents that an entry may belong to; "" is none.
func Contents() []string { return []string{"VH", "TC", "TN", "NK", "GD", "HG"} }

const (
	mostText   = 500 // characters of one entry (domain.md §10, F4)
	mostDays   = 31  // how far back a day may lie: a log is written in the month it tells of
	mostFollow = 366 // how far ahead something may be followed up, in days
	removable  = 24 * time.Hour
)

// Draft is an entry as the head writes it.
type Draft struct {
	Kind     Kind
	Content  string
	On       civil.Day
	Text     string
	Told     Told
	ToldAt   string    // hh:mm on that day; empty: now
	Ticket   string    // of iHanoi
	FollowBy civil.Day // empty: nothing to follow up
	Photo    files.Photo
}

// Entry is one entry of a log.
type Entry struct {
	Draft

	ID        string
	House     string
	ToldTime  time.Time
	Followed  time.Time // zero: not followed up yet
	PhotoName string
	PhotoSum  string
	Account   string
	By        string
	Created   time.Time
}

// Open reports whether something is still to be followed up.
func (e *Entry) Open() bool { return e.FollowBy != "" && e.Followed.IsZero() }

// Removable reports whether the entry may still be taken out by who wrote it: until a day has passed.
func (e *Entry) Removable(account string, now time.Time) bool {
	return e.Account == account && now.Sub(e.Created) < removable
}

var ticket = pattern.Of(`^[0-9A-Za-z./-]{3,24}$`)

// check says what is wrong with a draft. Personal data in the text is looked for first and nothing of the text is
// repeated.
func (d *Draft) check(today civil.Day) error {
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	d.Text = civil.NFCLines(d.Text)
	if !slices.Contains(Kinds(), d.Kind) {
		add("kind", "logbook.choose_kind")
	}
	if d.Content != "" && !slices.Contains(Contents(), d.Content) {
		add("content", "logbook.choose_content")
	}
	switch {
	case !d.On.Valid():
		add("on", "fault.bad_day")
	case d.On > today:
		add("on", "logbook.day_ahead")
	case d.On < today.AddDays(-mostDays):
		add("on", "logbook.day_early", "Days", mostDays)
	}
	bad = append(bad, d.checkText()...)
	if d.Told != "" && !slices.Contains(Tolds(), d.Told) || d.Told == "" && d.Kind == Passed {
		add("told", "logbook.choose_told")
	}
	if d.ToldAt != "" && !civil.ValidClock(d.ToldAt) {
		add("told_at", "logbook.bad_clock")
	}
	if d.FollowBy != "" && (!d.FollowBy.Valid() || d.FollowBy < today || d.FollowBy > today.AddDays(mostFollow)) {
		add("follow_by", "logbook.bad_follow")
	}
	return fault.InvalidFields(bad)
}

func (d *Draft) checkText() []fault.Field {
	var bad []fault.Field
	switch {
	case utf8.RuneCountInString(d.Text) > mostText:
		bad = append(bad, fault.Field{Name: "text", Key: "fault.too_long", Pairs: []any{"Most", mostText}})
	case d.Text == "" && d.Kind != Routine && d.Kind != Residence && d.Kind != Passed:
		bad = append(bad, fault.Field{Name: "text", Key: "logbook.say_what"})
	}
	if e, ok := fault.As(personal.Check("text", d.Text)); ok {
		bad = append(bad[:0], e.Fields...)
	}
	if d.Ticket = civil.NFC(d.Ticket); d.Ticket == "" {
		return bad
	}
	// A ticket is figures and letters; the number of a telephone is no ticket.
	if _, err := civil.ParsePhone(d.Ticket); err == nil || !ticket().MatchString(d.Ticket) || d.Told != "ihanoi" {
		bad = append(bad, fault.Field{Name: "ticket", Key: "logbook.bad_ticket"})
	}
	return bad
}
