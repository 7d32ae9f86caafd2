package requests

import (
	"cmp"
	"slices"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// AckDays is how many working days the ward has to say that a request was received (Decree 356/2025/NĐ-CP, Art. 5).
const AckDays = 2

// Lengths of what is typed, in characters, and how many days ago a request on paper or by word may have come.
const (
	mostText = 1000
	mostAgo  = 30
)

// Kind is what is asked.
type Kind string

// The kinds (Law 91/2025/QH15, Art. 4 k1).
const (
	View     Kind = "view"     // xem, nhận bản sao
	Correct  Kind = "correct"  // sửa
	Delete   Kind = "delete"   // xóa
	Restrict Kind = "restrict" // hạn chế xử lý
	Object   Kind = "object"   // phản đối xử lý
	Protect  Kind = "protect"  // biện pháp bảo vệ
)

// Kinds lists the kinds as a form shows them.
func Kinds() []Kind { return []Kind{View, Correct, Delete, Restrict, Object, Protect} }

// Days is how many days the ward has to answer, from the day after that of receipt; an extension gives as many again, once (Decree
// 356/2025/NĐ-CP, Art. 5 k2 to k5). They are days of the calendar: only the acknowledgement is counted in working days.
func (k Kind) Days() int {
	switch k {
	case View, Correct:
		return 10
	case Delete:
		return 20
	}
	return 15
}

// Channel is how a request came.
type Channel string

// The channels. All but Self are entered by the data protection officer for the household.
const (
	Self   Channel = "self"
	Paper  Channel = "paper"
	Spoken Channel = "spoken"
)

// State says how far a request is.
type State string

// The states.
const (
	New      State = "new"      // sent, nobody said that it was received
	Received State = "received" // acknowledged
	Answered State = "answered"
)

// Outcome is what came of a request.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Partly  Outcome = "partly"
	Refused Outcome = "refused"
)

// Outcomes lists the outcomes as a form shows them.
func Outcomes() []Outcome { return []Outcome{Done, Partly, Refused} }

// Ground is why a request is refused, or answered in part. The list is closed; each ground has its law in the catalog, requests.law.<ground>.
type Ground string

// The grounds.
const (
	NoConsent Ground = "no_consent"  // processed without consent under Art. 19: the work of a state agency, an emergency
	KeptByLaw Ground = "kept_by_law" // another law orders that it is kept
	Others    Ground = "others"      // it would give away what is another's
	NotOwn    Ground = "not_own"     // what is asked for is not of this household, or not kept
	NotShown  Ground = "not_shown"   // who asked did not show that they speak for the household
)

// Grounds lists the grounds as a form shows them.
func Grounds() []Ground { return []Ground{NoConsent, KeptByLaw, Others, NotOwn, NotShown} }

// Levels of attention: who has been told because it is late.
const (
	atCommand   = 1
	atCommittee = 2
)

// House is the house of the household that asks.
type House struct{ ID, Number, Street string }

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// Request is one request of a household.
type Request struct {
	ID             string
	House          House
	Household      string // H01
	Kind           Kind
	Channel        Channel
	State          State
	Body           string
	ReceivedOn     civil.Day
	AckDue, Due    civil.Day
	Filed          time.Time
	FiledBy        string
	Acknowledged   time.Time
	AcknowledgedBy string
	Extended       time.Time // zero: not extended
	ExtendedBy     string
	ExtendedWhy    string
	Outcome        Outcome
	Ground         Ground
	Answer         string
	AnsweredAt     time.Time
	AnsweredOn     civil.Day
	AnsweredBy     string
	Level          int
	ClimbedOn      civil.Day
	Version        int
}

// Next is the day by which the next step is due, empty when it was answered.
func (q *Request) Next() civil.Day {
	switch q.State {
	case New:
		return min(q.AckDue, q.Due)
	case Received:
		return q.Due
	}
	return ""
}

// Late reports whether the next step is overdue.
func (q *Request) Late(today civil.Day) bool { next := q.Next(); return next != "" && next < today }

// InTime reports whether the answer came by its day.
func (q *Request) InTime() bool { return q.State == Answered && q.AnsweredOn <= q.Due }

// handedOver is how many days after the answer the copy of a household that has no account here may be made.
const handedOver = 30

// HandsOver reports whether the data protection officer makes the copy of what is kept of the household: it asked on paper or by word to see
// it, the answer was yes, and that is not long ago. Who asked under "Dữ liệu của tôi" takes the copy there.
func (q *Request) HandsOver(today civil.Day) bool {
	return q.Kind == View && q.Channel != Self && q.State == Answered && q.Outcome == Done && today.Sub(q.AnsweredOn) <= handedOver
}

// Extends reports whether the answer may still be put off: once, and before its day has passed.
func (q *Request) Extends(today civil.Day) bool {
	return q.State == Received && q.Extended.IsZero() && q.Due >= today
}

// climbs reports whether what is late goes one step up today.
func (q *Request) climbs(c civil.Calendar, today civil.Day) bool {
	return q.Late(today) && holidays.Climbs(c, q.Next(), q.ClimbedOn, today, q.Level)
}

// ackDue is the day by which the ward says that a request was received.
func ackDue(c civil.Calendar, received civil.Day) civil.Day {
	return c.AddWorkingDays(received, AckDays)
}

// due is the day by which a request is answered. A last day on which the ward is off becomes its next working day (Civil Code
// 91/2015/QH13, Art. 148 k5).
func due(c civil.Calendar, received civil.Day, k Kind, extended bool) civil.Day {
	days := k.Days()
	if extended {
		days *= 2
	}
	return c.AddWorkingDays(received.AddDays(days), 0)
}

// byTurn puts what is due first in front, so that what is overdue leads.
func byTurn(a, b *Request) int {
	return cmp.Or(cmp.Compare(a.Next(), b.Next()), cmp.Compare(a.ID, b.ID))
}

// Ask is what a household asks.
type Ask struct {
	Kind Kind
	Body string
}

func (a *Ask) check() []fault.Field {
	a.Body = civil.NFCLines(a.Body)
	wrong := personal.Text("body", a.Body, "", mostText)
	if !slices.Contains(Kinds(), a.Kind) {
		return append(wrong, fault.Field{Name: "kind", Key: "requests.choose_kind"})
	}
	if a.Body == "" && a.Kind != View && a.Kind != Delete {
		wrong = append(wrong, fault.Field{Name: "body", Key: "requests.say_what"})
	}
	return wrong
}

// ForHousehold is a request that the data protection officer enters for a household that asked on paper or by word.
type ForHousehold struct {
	Ask

	Channel    Channel
	ReceivedOn civil.Day
	Street     string // id
	Number     string // as written
	Household  int    // 1 is H01
}

func (f *ForHousehold) check(today civil.Day) []fault.Field {
	wrong := f.Ask.check()
	if f.Channel != Paper && f.Channel != Spoken {
		wrong = append(wrong, fault.Field{Name: "channel", Key: "requests.choose_channel"})
	}
	if !f.ReceivedOn.Valid() || f.ReceivedOn > today || today.Sub(f.ReceivedOn) > mostAgo {
		wrong = append(wrong, fault.Field{Name: "received_on", Key: "requests.received_range", Pairs: []any{"Days", mostAgo}})
	}
	return wrong
}

// Reply is the answer to a request.
type Reply struct {
	Outcome Outcome
	Ground  Ground // Partly and Refused
	Answer  string // what was done, or why not
	Version int
}

func (a *Reply) check() error {
	a.Answer = civil.NFCLines(a.Answer)
	wrong := personal.Text("answer", a.Answer, "requests.say_answer", mostText)
	if !slices.Contains(Outcomes(), a.Outcome) {
		wrong = append(wrong, fault.Field{Name: "outcome", Key: "requests.choose_outcome"})
	}
	if a.Outcome != Partly && a.Outcome != Refused {
		a.Ground = ""
	} else if !slices.Contains(Grounds(), a.Ground) {
		wrong = append(wrong, fault.Field{Name: "ground", Key: "requests.choose_ground"})
	}
	return fault.InvalidFields(wrong)
}
