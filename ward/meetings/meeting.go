package meetings

import (
	"slices"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
)

// levels are those at which a role convenes, the usual one first: the head for the house, the group lead for the group or for a house
// without a head, the command for the ward.
func levels(r access.Role) []gatherings.Level {
	switch r {
	case access.Head:
		return []gatherings.Level{gatherings.House}
	case access.GroupLead:
		return []gatherings.Level{gatherings.Group, gatherings.House}
	case access.Command:
		return []gatherings.Level{gatherings.Ward}
	case "system":
		return []gatherings.Level{gatherings.House, gatherings.Group, gatherings.Ward}
	}
	return nil
}

// State is how far a meeting has come.
type State string

// The states. A meeting goes from planned to held to minuted; a planned one may be cancelled.
const (
	Planned   State = "planned"
	Held      State = "held"
	Minuted   State = "minuted"
	Cancelled State = "cancelled"
)

// Guests are the roles that may be invited beside the households; each has its word, "meetings.guest.<guest>". A guest has no vote
// and does not count for the quorum.
func Guests() []string {
	return []string{"officer", "lead", "front", "guards", "mediators", "committee", "command"}
}

// office is the guest who chairs meetings of a level, and is none there.
func office(l gatherings.Level) string {
	switch l {
	case gatherings.Group:
		return "lead"
	case gatherings.Ward:
		return "command"
	}
	return ""
}

// Themes are what may be talked about: the six contents, and the rest; "meetings.theme.<theme>".
func Themes() []string { return []string{"VH", "TC", "TN", "NK", "GD", "HG", "misc"} }

// Owners are the roles to which a conclusion gives something to do; "meetings.owner.<owner>".
func Owners() []string {
	return []string{"head", "households", "lead", "officer", "front", "committee", "command"}
}

// Secretaries are the roles that may keep the minutes when no household does; they confirm on paper. Who chairs is none of them.
func Secretaries(l gatherings.Level) []string {
	switch l {
	case gatherings.Group:
		return []string{"front", "office"}
	case gatherings.Ward:
		return []string{"lead", "front", "office"}
	}
	return []string{"deputy", "lead", "front", "office"}
}

// Method is how a vote was taken.
type Method string

// The methods (Law 10/2022/QH15: by raised hands or by secret ballot).
const (
	Hands  Method = "hands"
	Ballot Method = "ballot"
)

// What a meeting may be at most.
const (
	mostTitle   = 120 // characters
	mostLine    = 200
	mostLines   = 12
	mostBody    = 800 // characters of one theme
	mostContent = 300 // characters of a conclusion or the subject of a vote
	mostVotes   = 20
	mostPoints  = 20
	halfPct     = 50
	mostPct     = 99
	mostHouses  = 400 // whose present households are offered as secretary
)

// Plan is a meeting as its convener writes it.
type Plan struct {
	gatherings.Plan

	Title   string
	Agenda  []string // a line each
	Guests  []string
	Version int // of the meeting that is changed; 0 for a new one
}

// Rules say when a meeting may decide and when something is passed, in percent, both strictly more than.
type Rules struct{ Quorum, Pass int }

// usual is what holds where the ward has said nothing (domain.md §4).
func usual() Rules { return Rules{Quorum: halfPct, Pass: halfPct} }

func (r Rules) check() error {
	var bad []fault.Field
	for _, x := range []struct {
		name string
		pct  int
	}{{"quorum", r.Quorum}, {"pass", r.Pass}} {
		if x.pct < halfPct || x.pct > mostPct {
			bad = append(bad, fault.Field{Name: x.name, Key: "fault.number_between", Pairs: []any{"Low", halfPct, "High", mostPct}})
		}
	}
	return fault.InvalidFields(bad)
}

// over reports whether part is strictly more than pct percent of the whole, in whole numbers; of nothing, nothing is.
func over(part, whole, pct int) bool { return whole > 0 && part*100 > whole*pct }

// Meeting is one meeting.
type Meeting struct {
	Plan
	Rules

	ID         string
	Area       string // "36A Hàng Bạc", "Tổ dân phố 5", the ward
	GroupName  string // of the house or the group, as it is called today; empty when it has none
	WardName   string
	State      State
	Starts     time.Time
	Households int // invited
	Present    int // households that came
	Invited    time.Time
	Sequence   int // of the calendar: how often it was changed after it was sent (RFC 5545, 3.8.7.4)
	Token      string
	Began      time.Time
	Ended      time.Time
	ChairRole  access.Role
	ChairName  string
	Secretary  Secretary
	Confirmed  time.Time // by the chair
	Chair      string    // the account that confirmed
	ChairHash  string
	Signed     time.Time // by the secretary
	Way        string    // "account" or "paper"
	Hash       string    // of the frozen minutes
	Why        string    // it was cancelled
	CancelAt   time.Time
	Updated    time.Time
	By         string
	May        bool // the reader keeps this meeting
}

// Secretary is who keeps the minutes: a household that is there, or somebody in an office. No name is kept.
type Secretary struct {
	House, Household string
	Address          string
	Role             string
}

// Chosen reports whether somebody keeps the minutes.
func (s Secretary) Chosen() bool { return s.Household != "" || s.Role != "" }

// Value is the secretary as a form says it.
func (s Secretary) Value() string {
	if s.Household != "" {
		return s.House + ":" + s.Household
	}
	return s.Role
}

// Quorate reports whether enough households came.
func (m *Meeting) Quorate() bool { return over(m.Present, m.Households, m.Quorum) }

// Needed is the least number of households that make the meeting quorate.
func (m *Meeting) Needed() int { return m.Households*m.Quorum/100 + 1 }

// Until is when the meeting is to be over.
func (m *Meeting) Until() time.Time { return m.Starts.Add(time.Duration(m.Lasts) * time.Minute) }

// StartDay is the day on which it begins.
func (m *Meeting) StartDay() civil.Day { return civil.DayOf(m.Starts) }

// Receiving reports whether attendance may be taken: from two hours before the start until the minutes are frozen.
func (m *Meeting) Receiving(now time.Time) bool {
	switch m.State {
	case Planned:
		return gatherings.Near(m.Starts, now)
	case Held:
		return true
	}
	return false
}

// DoorOpen reports whether the code at the door works: from two hours before the start until the meeting is closed, six hours at most.
func (m *Meeting) DoorOpen(now time.Time) bool {
	return m.Receiving(now) && m.Ended.IsZero() && !gatherings.Late(m.Starts, now)
}

// Writable reports whether the minutes may still be written.
func (m *Meeting) Writable() bool { return m.State == Held }

// keeps reports whether the actor, who sees the meeting, convenes it.
func keeps(who access.Actor, m *Meeting) bool {
	if !who.May(access.HoldMeetings) || !slices.Contains(levels(who.Role()), m.Level) {
		return false
	}
	_, ids := who.Reach()
	switch {
	case who.Role() == access.Head:
		return slices.Contains(ids, m.House)
	case who.Role() == access.GroupLead && m.Level == gatherings.Group:
		return slices.Contains(ids, m.Group)
	}
	return true
}

// clean brings what was typed into the form in which it is kept.
func (p *Plan) clean() {
	p.Title = civil.NFC(p.Title)
	var lines []string
	for _, line := range p.Agenda {
		if line = strings.TrimSpace(strings.TrimLeft(civil.NFC(line), "-•*")); line != "" {
			lines = append(lines, line)
		}
	}
	p.Agenda = lines
	p.Guests = slices.DeleteFunc(slices.Clone(p.Guests), func(g string) bool { return g == office(p.Level) || !slices.Contains(Guests(), g) })
}

// check says what is wrong with a plan.
func (p *Plan) check(now time.Time) error {
	p.clean()
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	bad = append(bad, personal.Text("title", p.Title, "meetings.no_title", mostTitle)...)
	switch {
	case len(p.Agenda) == 0:
		add("agenda", "meetings.no_agenda")
	case len(p.Agenda) > mostLines:
		add("agenda", "meetings.many_lines", "Most", mostLines)
	default:
		for _, line := range p.Agenda {
			if more := personal.Text("agenda", line, "meetings.no_agenda", mostLine); more != nil {
				bad = append(bad, more...)
				break
			}
		}
	}
	return fault.InvalidFields(append(bad, p.Check(now, "meetings.no_place")...))
}

// Vote is what was voted on. Nobody's vote is kept, only how many there were.
type Vote struct {
	ID                  string
	Subject             string
	Method              Method
	Present             int // households that were there at that moment
	For, Against, Other int
	Pass                int // percent of those present that must be exceeded
}

// Passed reports whether more than the share of those present that is asked for agreed: a tie is not passed.
func (v *Vote) Passed() bool { return over(v.For, v.Present, v.Pass) }

// Silent is how many of those present did not vote.
func (v *Vote) Silent() int { return v.Present - v.For - v.Against - v.Other }

// check says what is wrong with a vote in a meeting.
func (v *Vote) check(m *Meeting) error {
	v.Subject = civil.NFC(v.Subject)
	bad := personal.Text("subject", v.Subject, "meetings.no_subject", mostContent)
	if v.Method != Hands && v.Method != Ballot {
		bad = append(bad, fault.Field{Name: "method", Key: "meetings.choose_method"})
	}
	if v.Present < 1 || v.Present > m.Present {
		bad = append(bad, fault.Field{Name: "present", Key: "fault.number_between", Pairs: []any{"Low", 1, "High", m.Present}})
	}
	for _, x := range []struct {
		name string
		n    int
	}{{"for", v.For}, {"against", v.Against}, {"other", v.Other}} {
		if x.n < 0 {
			bad = append(bad, fault.Field{Name: x.name, Key: "fault.number_between", Pairs: []any{"Low", 0, "High", v.Present}})
		}
	}
	if len(bad) == 0 && v.Silent() < 0 {
		bad = append(bad, fault.Field{Name: "for", Key: "meetings.more_votes", Pairs: []any{"Votes", v.For + v.Against + v.Other, "Present", v.Present}})
	}
	return fault.InvalidFields(bad)
}

// Said is what was talked about under one theme.
type Said struct{ Theme, Body string }

// Conclusion is what is to be done after the meeting.
type Conclusion struct {
	ID      string
	Content string
	Owner   string
	Due     civil.Day // empty: no day was set
	Measure string    // the measure that came of it; empty for none
}

func (c *Conclusion) check(day civil.Day) error {
	c.Content = civil.NFC(c.Content)
	bad := personal.Text("content", c.Content, "meetings.no_content", mostContent)
	if !slices.Contains(Owners(), c.Owner) {
		bad = append(bad, fault.Field{Name: "owner", Key: "meetings.choose_owner"})
	}
	if c.Due != "" && (!c.Due.Valid() || c.Due < day || c.Due > day.AddDays(gatherings.DaysAhead)) {
		bad = append(bad, fault.Field{Name: "due", Key: "meetings.bad_due"})
	}
	return fault.InvalidFields(bad)
}

// Addendum is what was added to frozen minutes.
type Addendum struct {
	Body string
	At   time.Time
	By   string
}

// The bytes of a code at the door, 80 bits, and of the address of a calendar, 160 bits: nobody guesses either.
const (
	doorBytes = 10
	feedBytes = 20
)

// ArrivePath is the address behind the code at the door of a meeting.
func ArrivePath(token string) string { return "/m/" + token }

// FeedPath is the address of a calendar: it names the ward, because a calendar program signs in nowhere.
func FeedPath(ward int, token string) string { return "/ical/" + db.WardToken(ward, token) }

// parseFeed reads the ward and the code from the address of a calendar.
func parseFeed(text string) (ward int, token string, err error) {
	ward, token, ok := db.ParseWardToken(strings.TrimSuffix(text, ".ics"), feedBytes)
	if !ok {
		return 0, "", fault.NotFound("fault.not_found")
	}
	return ward, token, nil
}
