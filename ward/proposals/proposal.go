package proposals

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/measures"
)

// State is how far a proposal is (domain.md §11).
type State string

// The states.
const (
	Draft    State = "draft"    // its sender has still to say something; nobody else sees it
	New      State = "new"      // mới
	Received State = "received" // tiếp nhận
	Working  State = "working"  // đang xử lý
	Answered State = "answered" // trả lời: waits for its sender
	Reopened State = "reopened" // mở lại: the sender was not content
	Closed   State = "closed"   // đóng
)

// States lists the states that others than the sender see, in the order of the work.
func States() []State { return []State{New, Received, Working, Answered, Reopened, Closed} }

// Open reports whether the state waits for those who answer, so that it can fall due.
func (s State) Open() bool { return s == New || s == Received || s == Working || s == Reopened }

// Result is what an answer says.
type Result string

// The results (domain.md §10, F6).
const (
	Solved   Result = "solved"    // đã giải quyết
	PassedOn Result = "passed_on" // đã chuyển nơi có thẩm quyền
	NotOurs  Result = "not_ours"  // không thuộc thẩm quyền
)

// Results lists the results.
func Results() []Result { return []Result{Solved, PassedOn, NotOurs} }

// What the sender said of the answer, or how it ended without that.
const (
	satisfied   = "yes"
	unsatisfied = "no"
	silent      = "silent"    // closed by a person after days without a word
	withdrawn   = "withdrawn" // taken back by the sender
)

// Levels of attention: who has been told because it is late.
const (
	atUnit      = 0 // whoever answers
	atCommand   = 1 // the ward police command
	atCommittee = 2 // the ward committee
)

// How long things wait, in working days unless said otherwise.
const (
	silentAfter = 5  // an answered proposal without a word: a person may close it
	reopenFor   = 30 // days (not working days) in which a proposal closed in silence can be opened again
)

// Lengths of what is typed, in characters.
const (
	TitleMost    = 90
	BodyMost     = 1000
	NoteMost     = 1000
	AnswerMost   = 2000
	DocumentMost = 60
	TicketMost   = 40
	UnitMost     = 60
)

// MostPhotos is how many photos a proposal may have.
const MostPhotos = 6

// Proposal is a proposal as far as its reader may see it.
type Proposal struct {
	ID             string
	House          House
	Measures       []measures.Measure // that were made of it, as far as the reader sees them
	Household      string             // label, when a household raised it; empty for others
	RaisedAs       access.Role
	SentBy         string // account
	State          State
	Year, Number   int
	Category       Category
	Place          string
	Title, Body    string
	Urgent, Public bool
	Wish           Unit // who the sender would have answer; empty: the ward chooses
	Unit           Unit
	UnitName       string // how a utility or an agency of the city is called
	Level          int
	ClimbedOn      civil.Day
	Days           int
	CountedFrom    civil.Day
	Due            civil.Day
	FirstDue       civil.Day
	FirstAnswered  civil.Day
	Result         Result
	Answer         string
	Document       string // number of the written answer
	Ticket         string // of iHanoi or VNeID
	Satisfied      string
	Joined         int // how many others have the same thing
	Reopened       int
	Sent           time.Time
	AnsweredAt     time.Time
	ClosedAt       time.Time
	Version        int

	Left   int    // working days until it is due, negative when late; for open ones
	Waits  bool   // answered, and its sender has said nothing for so long that a person may close it
	Steps  []Step // newest first
	Photos []Photo
	Alike  []Alike // others of the last days that may be the same thing, for those who answer
}

// House is the house number that a proposal is about.
type House struct {
	ID, Number, Street, Group string
}

// Address is the house as people say it.
func (h *House) Address() string { return h.Number + " " + h.Street }

// Step is something that was done; it is never changed.
type Step struct {
	Kind     string // a word of the catalog: "proposals.step.<kind>"
	At       time.Time
	Actor    string
	Role     string
	Unit     Unit
	UnitName string
	Note     string
	Document string
}

// Photo is a picture of the place.
type Photo struct {
	ID, Name, SHA256 string
	Width, Height    int
}

// Code is how a proposal is called on paper and on the telephone: "ĐX 12/2026".
func (p *Proposal) Code() string { return fmt.Sprintf("ĐX %d/%d", p.Number, p.Year) }

// Overdue reports whether it waits for those who answer and its day has passed.
func (p *Proposal) Overdue(today civil.Day) bool {
	return p.State.Open() && p.Due != "" && p.Due < today
}

// Raised reports whether the actor is the one whose word on the answer counts: the household, the head or the group lead
// that raised it. A new head speaks for the house as the old one did; a group lead speaks for what that account sent.
func (p *Proposal) Raised(who access.Actor) bool {
	if !who.May(access.Propose) || who.Role() != p.RaisedAs {
		return false
	}
	return who.Role() != access.GroupLead || who.Account() == p.SentBy
}

// Handles reports whether the actor, who reaches it, answers it: the officer and the command follow all of it, a group
// lead what is the group's, the committee what is the ward's or has climbed there.
func (p *Proposal) Handles(who access.Actor) bool {
	if !who.May(access.AnswerProposals) {
		return false
	}
	switch who.Role() {
	case access.GroupLead:
		return p.Unit == ByGroup
	case access.Committee:
		return p.Unit == ByWard || p.Level >= atCommittee
	default:
		return true
	}
}

// MayReopen reports whether the sender can still open it again.
func (p *Proposal) MayReopen(now time.Time) bool {
	return p.State == Answered || p.State == Closed && p.Satisfied == silent && now.Before(p.ClosedAt.AddDate(0, 0, reopenFor))
}

// Form is what a sender fills in.
type Form struct {
	House    string // id; empty for a household, whose house is known
	Category string
	Place    string
	Title    string
	Body     string
	Urgent   bool
	Wish     Unit
}

// check says what is wrong with a form. What belongs to another channel is refused field by field like the rest.
func (f *Form) check() []fault.Field {
	var wrong []fault.Field
	add := func(field, key string) { wrong = append(wrong, fault.Field{Name: field, Key: key}) }
	if _, ok := CategoryOf(f.Category); !ok {
		add("category", "proposals.choose_category")
	}
	if !slices.Contains(places, f.Place) {
		add("place", "proposals.choose_place")
	}
	if f.Wish != "" && !slices.Contains(Units(), f.Wish) {
		add("wish", "proposals.choose_unit")
	}
	if f.Title == "" {
		add("title", "proposals.say_title")
	}
	for _, x := range []struct {
		field, text string
		most        int
	}{{"title", f.Title, TitleMost}, {"body", f.Body, BodyMost}} {
		if x := typed(x.field, x.text, x.most); x != nil {
			wrong = append(wrong, *x)
		}
	}
	return wrong
}

// typed says what is wrong with a free text: too long, or about a person, or of another channel.
func typed(field, text string, most int) *fault.Field {
	if utf8.RuneCountInString(text) > most {
		return &fault.Field{Name: field, Key: "proposals.too_long", Pairs: []any{"Most", most}}
	}
	if x := proper(field, text); x != nil {
		return x
	}
	return personalIn(field, text)
}

// route says who answers a proposal and in how many working days.
func (f *Form) route() (unit Unit, name string, days int) {
	c, _ := CategoryOf(f.Category)
	unit, days = c.Unit, c.Days
	if f.Wish != "" {
		unit = f.Wish
	}
	if unit == ByUtility {
		name = c.Utility
	}
	if f.Urgent {
		days = min(days, urgentDays)
	}
	return unit, name, days
}

// ticketOf reads the number of a ticket elsewhere: letters, digits and dashes, as iHanoi and VNeID print them.
func ticketOf(text string) (string, error) {
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if len(text) > TicketMost {
		return "", fault.Invalid("ticket", "proposals.too_long", "Most", TicketMost)
	}
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-/._", r) {
			return "", fault.Invalid("ticket", "proposals.ticket_signs")
		}
	}
	return text, nil
}
