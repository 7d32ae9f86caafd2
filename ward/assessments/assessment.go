package assessments

import (
	"time"

	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// State says how far a self-assessment has come.
type State string

// The states. A house that has not begun has none.
const (
	NotBegun State = ""
	Draft    State = "draft"
	Sent     State = "sent"
)

// House is the house that answers.
type House struct {
	ID         string
	Number     string // "36A"
	Street     string
	Households int
	Active     bool // the dossier is in use
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// Assessment is what a house says of itself in a campaign.
type Assessment struct {
	House      House
	CampaignID string
	Year       int
	Phase      campaigns.Phase
	State      State
	Answers    criteria.Answers // one letter an item, all open before the first answer
	Answered   int
	Pledged    int  // households, the number in force
	ByProxy    bool // the group lead entered some of it
	UpdatedAt  time.Time
	UpdatedBy  string
	SentAt     time.Time
	SentBy     string
	Inspected  bool // an inspection is finished: the findings count from then on
	Version    int
	// Set is the version of the criteria that the campaign is answered by.
	Set *criteria.Set
}

// Changed reports that answers were changed after the assessment was sent.
func (a *Assessment) Changed() bool { return a.State == Sent && a.UpdatedAt.After(a.SentAt) }

// Open says why the house cannot answer now, or nil.
func (a *Assessment) Open() error {
	switch {
	case !a.House.Active:
		return fault.Shut("assessments.house_not_active")
	case a.Inspected:
		return fault.Shut("assessments.inspected")
	case !a.Phase.Allows(campaigns.Assessing):
		return fault.Shut("campaigns.not_now." + string(a.Phase))
	}
	return nil
}

// Next gives the first open item after a position, going round to the start; -1 when none is open. The
// position itself is not looked at.
func Next(answers criteria.Answers, after int) int {
	n := len(answers)
	for step := 1; step < n; step++ {
		i := (after + step + n) % n
		if answers.At(i) == criteria.Unanswered {
			return i
		}
	}
	return -1
}

// FirstOpen gives the first open item, -1 when all are answered.
func FirstOpen(answers criteria.Answers) int {
	for i := range len(answers) {
		if answers.At(i) == criteria.Unanswered {
			return i
		}
	}
	return -1
}

// Check refuses an answer that the item does not have.
func Check(item *criteria.Item, v criteria.Value) error {
	if v == criteria.Unanswered || v < criteria.Unanswered || v > criteria.Pass {
		return fault.Invalid("answer", "assessments.choose")
	}
	if v == criteria.NA && !item.AllowsNA() {
		return fault.Invalid("answer", "assessments.applies_to_all")
	}
	return nil
}

// Saved says what became of an answer.
type Saved struct {
	Assessment
	Same bool // the answer stood like that before: nothing was written
}

// Channel is how a household signed.
type Channel string

// The channels.
const (
	Paper Channel = "paper" // signed on paper
	Phone Channel = "phone" // confirmed over the telephone, or by the household itself on its own phone
	Proxy Channel = "proxy" // entered by the group lead on the household's behalf
)

// Channels lists the channels as a form shows them.
func Channels() []Channel { return []Channel{Paper, Phone, Proxy} }

// Pledge is one household's pledge.
type Pledge struct {
	Household string    // "H01"
	SignedOn  civil.Day // zero when it was only counted before it was withdrawn
	Withdrawn civil.Day // zero while in force
	Channel   Channel
	EnteredBy string
	Gone      bool // the house has fewer households now than this label says
}

// InForce reports that the household signed and has not withdrawn.
func (p Pledge) InForce() bool { return p.SignedOn != "" && p.Withdrawn == "" }

// Pledges are the pledges of a house in a campaign.
type Pledges struct {
	Assessment
	// Rows has one line a household of the dossier, signed or not, then those whose label is gone.
	Rows []Pledge
	// Single counts the households that are entered one by one and in force.
	Single int
}

// Counted reports that the number in force was entered as a count, with some households not entered singly.
func (p *Pledges) Counted() bool { return p.Pledged > p.Single }

// TooMany reports that more households pledged than the dossier now has.
func (p *Pledges) TooMany() bool { return p.Pledged > p.House.Households }
