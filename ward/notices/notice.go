package notices

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// State is how far an announcement has come. One whose time to be sent lies ahead is Sent and not yet Out.
type State string

// The states.
const (
	Draft     State = "draft"
	Sent      State = "sent"
	Withdrawn State = "withdrawn" // readers see its title and why, no longer its text
	Dropped   State = "dropped"   // a seasonal draft that the ward does without this year
)

// Area says which houses of the writer's reach are meant.
type Area string

// The areas. Whole is all that the writer reaches: the group of a group lead, the beat of an officer, the ward.
const (
	Whole   Area = "ward"
	Groups  Area = "groups"
	Streets Area = "streets"
	Beats   Area = "beats"
	Houses  Area = "houses"
)

// Audience is to whom an announcement goes: roles, in the houses of an area.
type Audience struct {
	Heads, Households, Officers, Leads bool
	Area                               Area
	Refs                               []string // groups, streets, beats or houses, as Area says
}

// Text is what an announcement says.
type Text struct {
	Title   string
	Body    string // paragraphs, between them a blank line
	Urgent  bool
	Reason  string // why it is urgent, shown to readers
	Public  bool   // also on the public page
	Expires civil.Day
}

// FileKind says what is attached.
type FileKind string

// The kinds of attachment.
const (
	NoFile FileKind = ""
	Photo  FileKind = "photo"
	PDF    FileKind = "pdf"
)

// File is the one attachment of an announcement.
type File struct {
	Kind FileKind
	Name string // in the store of files
	As   string // what the sender called it
}

// Reach is how many an announcement goes to.
type Reach struct {
	Houses, Households, Officers, Leads int
}

// Notice is one announcement.
type Notice struct {
	ID    string
	State State
	Text
	Audience

	Sender    string // the office that speaks: "Công an phường Hoàn Kiếm"
	Season    string
	Corrects  string // the announcement that this one puts right
	Corrected string // the correction of this one that has been sent
	File      File
	SendAt    time.Time
	Reach     Reach // as it was when it was sent
	Withdrawn time.Time
	Why       string // of the withdrawal
	CreatedAt time.Time
	By        string
	Account   string
	Role      access.Role
	Version   int

	ReadAt, KnownAt time.Time // of who asks
}

// Out reports whether readers can see it.
func (n *Notice) Out(now time.Time) bool {
	return (n.State == Sent || n.State == Withdrawn) && !n.SendAt.After(now)
}

// Over reports whether its last day has passed.
func (n *Notice) Over(today civil.Day) bool { return n.Expires != "" && n.Expires < today }

// Live reports whether it still counts: nobody has to be told of what is withdrawn, corrected or over.
func (n *Notice) Live(now time.Time) bool {
	return n.State == Sent && n.Out(now) && n.Corrected == "" && !n.Over(civil.DayOf(now))
}

// Paragraphs gives the body in pieces.
func (t *Text) Paragraphs() []string {
	if t.Body == "" {
		return nil
	}
	return strings.Split(t.Body, "\n\n")
}

// To reports whether it is addressed to a role.
func (a *Audience) To(r access.Role) bool {
	switch r {
	case access.Household:
		return a.Households
	case access.Head:
		return a.Heads
	case access.Officer:
		return a.Officers
	case access.GroupLead:
		return a.Leads
	}
	return false
}

// The quiet hours of the ward's clock: only what is urgent is sent in them (lessons.md C7).
const (
	quietFrom = 21
	quietTo   = 7
)

// SendTime is when an announcement that should go at a time goes: not before now, and unless it is urgent not in the
// quiet hours but at their end.
func SendTime(want, now time.Time, urgent bool) time.Time {
	if want.Before(now) {
		want = now
	}
	local := want.In(civil.Hanoi)
	morning := time.Date(local.Year(), local.Month(), local.Day(), quietTo, 0, 0, 0, civil.Hanoi)
	switch {
	case urgent:
		return want
	case local.Hour() >= quietFrom:
		return morning.AddDate(0, 0, 1)
	case local.Hour() < quietTo:
		return morning
	}
	return want
}

// The time that readers get before others walk to their doors.
const patience = 24 * time.Hour

// WalkFrom is when the walk to those who do not know yet begins: after a day, at once for what is urgent.
func (n *Notice) WalkFrom() time.Time {
	if n.Urgent {
		return n.SendAt
	}
	return n.SendAt.Add(patience)
}

// The longest texts, in characters, and the farthest that sending may be put off, in days.
const (
	longestTitle  = 120
	longestBody   = 4000
	longestReason = 200
	longestWhy    = 300
	farthestDays  = 120
)

// clean brings typed texts into form.
func (t *Text) clean() {
	t.Title, t.Body, t.Reason = civil.NFC(t.Title), civil.NFCLines(t.Body), civil.NFC(t.Reason)
	if !t.Urgent {
		t.Reason = ""
	}
}

// check says at which fields the text falls short.
func (t *Text) check(today civil.Day) []fault.Field {
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	length := func(name, text string, most int) {
		if n := utf8.RuneCountInString(text); n > most {
			add(name, "notices.too_long", "N", n, "Most", most)
		}
	}
	if t.Title == "" {
		add("title", "notices.no_title")
	}
	if t.Body == "" {
		add("body", "notices.no_body")
	}
	if t.Urgent && t.Reason == "" {
		add("reason", "notices.no_reason")
	}
	length("title", t.Title, longestTitle)
	length("body", t.Body, longestBody)
	length("reason", t.Reason, longestReason)
	switch {
	case t.Expires == "":
	case !t.Expires.Valid():
		add("expires", "fault.bad_day")
	case t.Expires < today:
		add("expires", "notices.expires_past")
	}
	return bad
}

// check says at which fields the audience falls short.
func (a *Audience) check() []fault.Field {
	var bad []fault.Field
	if !a.Heads && !a.Households && !a.Officers && !a.Leads {
		bad = append(bad, fault.Field{Name: "to", Key: "notices.no_roles"})
	}
	switch a.Area {
	case Whole:
	case Groups, Streets, Beats:
		if len(a.Refs) == 0 {
			bad = append(bad, fault.Field{Name: string(a.Area), Key: "notices.choose_" + string(a.Area)})
		}
	case Houses:
		if len(a.Refs) == 0 {
			bad = append(bad, fault.Field{Name: "houses", Key: "notices.choose_houses"})
		}
	default:
		bad = append(bad, fault.Field{Name: "area", Key: "notices.choose_area"})
	}
	return bad
}

// Stop is one house of the walk to those who do not know yet: its number, whether its head has said that it is known
// there, and how many households still have to be told. No person.
type Stop struct {
	House      string
	Number     string
	StreetID   string
	Street     string
	Main       int
	Alley      string
	HeadKnows  bool
	HeadAsked  bool // the announcement is addressed to heads
	Known      int
	Households int // 0 when it is not addressed to households
}

// Left is how many households of the house still have to be told.
func (s *Stop) Left() int { return max(0, s.Households-s.Known) }

// Side is where a house lies when one walks the street: up the odd side, back down the even side.
type Side int

// The sides in the order of the walk.
const (
	Odd Side = iota
	Even
	Unnumbered
)

// Side gives the side of the street by the number on the street itself.
func (s *Stop) Side() Side {
	switch {
	case s.Main <= 0:
		return Unnumbered
	case s.Main%2 == 1:
		return Odd
	}
	return Even
}

// Way is the walk along one street.
type Way struct {
	ID, Street string
	Stops      []Stop
}

// On gives the stops of one side.
func (w *Way) On(side Side) []Stop {
	var list []Stop
	for _, s := range w.Stops {
		if s.Side() == side {
			list = append(list, s)
		}
	}
	return list
}

// Walk puts stops, which come sorted by street and number, into the order in which one walks: street by street, the odd
// numbers up and the even ones back down, each alley at its mouth behind the house on the street.
func Walk(stops []Stop) []Way {
	var ways []Way
	for _, s := range stops {
		if len(ways) == 0 || ways[len(ways)-1].ID != s.StreetID {
			ways = append(ways, Way{ID: s.StreetID, Street: s.Street})
		}
		w := &ways[len(ways)-1]
		w.Stops = append(w.Stops, s)
	}
	for i := range ways {
		slices.SortStableFunc(ways[i].Stops, func(a, b Stop) int {
			if d := int(a.Side() - b.Side()); d != 0 {
				return d
			}
			up := a.Main - b.Main
			if a.Side() == Even {
				up = -up
			}
			if up != 0 {
				return up
			}
			return inAlley(&a) - inAlley(&b)
		})
	}
	return ways
}

func inAlley(s *Stop) int {
	if s.Alley != "" {
		return 1
	}
	return 0
}
