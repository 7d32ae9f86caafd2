package objections

import (
	"slices"
	"time"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/holidays"
	"sonha/ward/results"
)

// AnswerDays is how long the command has for its answer, in working days (domain.md §10, F10). How long a house may ask: results.AskDays.
const AnswerDays = 10

// Lengths of what is typed, in characters, and how far away the day of another inspection may lie, in days: as long as a house has
// to mend (domain.md §9).
const (
	mostContent = 1000
	mostRepeat  = 60
)

// State says how far an objection is.
type State string

// The states.
const (
	Waiting   State = "waiting"   // chờ trả lời
	Answered  State = "answered"  // đã trả lời
	Withdrawn State = "withdrawn" // đã rút
)

// Outcome is what the command decided.
type Outcome string

// The outcomes.
const (
	Upheld    Outcome = "upheld"    // giữ nguyên
	Corrected Outcome = "corrected" // sửa kết quả
	Repeat    Outcome = "repeat"    // kiểm tra lại
)

// Outcomes lists the outcomes as a form shows them.
func Outcomes() []Outcome { return []Outcome{Upheld, Corrected, Repeat} }

// Levels of attention: who has been told because it is late.
const (
	atCommand   = 1
	atCommittee = 2
)

// House is the house that asks.
type House struct {
	ID, Number, Street, Group string
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// Objection is one time that a house asked.
type Objection struct {
	ID         string
	CampaignID string
	Year       int
	House      House
	State      State
	Class      criteria.Class // that the house was told
	Told       time.Time
	Items      []string // codes; none when it is about the class as a whole
	Content    string
	Due        civil.Day // for the answer
	Filed      time.Time
	FiledBy    string
	Outcome    Outcome
	Answer     string
	Answers    criteria.Answers // findings that were corrected, the others open
	ClassAfter criteria.Class
	RepeatBy   civil.Day
	Repeated   bool // the house was inspected again after the answer
	AnsweredAt time.Time
	AnsweredBy string
	Level      int
	ClimbedOn  civil.Day
	Version    int
	Left       int // working days until Due, negative when it has passed
	// Set is the version of the criteria of the campaign.
	Set *criteria.Set
}

// Overdue reports whether the answer is late.
func (o *Objection) Overdue(today civil.Day) bool { return o.State == Waiting && o.Due < today }

// climbs reports whether a late answer goes one step up today.
func (o *Objection) climbs(c civil.Calendar, today civil.Day) bool {
	return o.Overdue(today) && holidays.Climbs(c, o.Due, o.ClimbedOn, today, o.Level)
}

// Standing is where a house stands with its result.
type Standing struct {
	House    House
	Campaign campaigns.Campaign
	Result   results.Result
	Last     civil.Day // on which it may ask; zero before it was told
	List     []Objection
	Today    civil.Day
	Set      *criteria.Set // of the campaign

	calendar civil.Calendar
}

// Open is the objection that waits for its answer, or nil.
func (s *Standing) Open() *Objection {
	for i := range s.List {
		if s.List[i].State == Waiting {
			return &s.List[i]
		}
	}
	return nil
}

// answeredAlready is why a house cannot ask about the same result twice.
const answeredAlready = "objections.answered_already"

// Closed says why the house cannot ask now, or nil.
func (s *Standing) Closed() error {
	switch {
	case s.Result.Stage != results.Approved:
		return fault.Shut("objections.not_told")
	case s.Open() != nil:
		return fault.Shut("objections.waits_already", "Day", s.Open().Due)
	case slices.ContainsFunc(s.List, func(o Objection) bool { return o.State == Answered && o.Told.Equal(s.Result.ApprovedAt) }):
		return fault.Shut(answeredAlready)
	case s.Today > s.Last:
		return fault.Shut("objections.too_late", "Day", s.Last)
	}
	return nil
}

// Doubtful are the items on which the house may want another look: what was found is less than met.
func (s *Standing) Doubtful(set *criteria.Set) []int {
	var list []int
	for at := range set.Len() {
		if v := s.Result.Answers.At(at); v == criteria.Fail || v == criteria.Partly {
			list = append(list, at)
		}
	}
	return list
}

// New is what a house asks.
type New struct {
	Year    int // of the campaign whose result it is about; 0 for the running one
	Items   []string
	Content string
}

// check says what is wrong with it.
func (n *New) check(set *criteria.Set) error {
	n.Content = civil.NFCLines(n.Content)
	var known []string
	for at := range set.Len() {
		if item, _ := set.Item(at); slices.Contains(n.Items, item.Code) {
			known = append(known, item.Code)
		}
	}
	n.Items = known
	return fault.InvalidFields(personal.Text("content", n.Content, "objections.say_content", mostContent))
}

// Reply is the command's answer.
type Reply struct {
	Outcome  Outcome
	Answer   string
	Values   map[string]criteria.Value // Corrected: what was found, by item code; the same as before changes nothing
	Class    criteria.Class            // Corrected: NotInspected is what the rules give after the correction
	RepeatBy civil.Day                 // Repeat
	Version  int                       // of the objection that the command saw
}

// check says what is wrong with an answer by itself.
func (a *Reply) check(o *Objection, set *criteria.Set, today civil.Day) error {
	a.Answer = civil.NFCLines(a.Answer)
	wrong := personal.Text("answer", a.Answer, "objections.say_answer", mostContent)
	if !slices.Contains(Outcomes(), a.Outcome) {
		wrong = append(wrong, fault.Field{Name: "outcome", Key: "objections.choose_outcome"})
	}
	switch a.Outcome {
	case Corrected:
		for code, v := range a.Values {
			item, _ := set.Item(set.Index(code))
			if item == nil || v == criteria.Unanswered || v == criteria.NA && !item.AllowsNA() {
				wrong = append(wrong, fault.Field{Name: "value." + code, Key: "objections.bad_value"})
			}
		}
	case Repeat:
		switch {
		case o.Class == criteria.Safe:
			wrong = append(wrong, fault.Field{Name: "outcome", Key: "objections.safe_needs_none"})
		case !a.RepeatBy.Valid():
			wrong = append(wrong, fault.Field{Name: "repeat_by", Key: "fault.bad_day"})
		case a.RepeatBy < today || a.RepeatBy.Sub(today) > mostRepeat:
			wrong = append(wrong, fault.Field{Name: "repeat_by", Key: "objections.repeat_range", Pairs: []any{"Days", mostRepeat}})
		}
	}
	return fault.InvalidFields(wrong)
}

// corrections are the findings that differ from what counts now, the others open.
func (a *Reply) corrections(set *criteria.Set, now criteria.Answers) (changed criteria.Answers, n int) {
	changed = set.Blank()
	for code, v := range a.Values {
		if at := set.Index(code); at >= 0 && now.At(at) != v {
			changed = changed.With(at, v)
			n++
		}
	}
	return changed, n
}
