package households

import (
	"slices"
	"time"

	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// State says how far the answers of a household have come.
type State string

// The states. A household that has not begun has none.
const (
	NotBegun State = ""
	Draft    State = "draft" // kept, and counted nowhere
	Sent     State = "sent"  // counted; may still be changed
)

// House is the house in which a household lives.
type House struct {
	ID, Number, Street string
	Households         int
	Active             bool
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h House) Address() string { return h.Number + " " + h.Street }

// Sheet is what a household answers in a campaign.
type Sheet struct {
	House     House
	Household string
	Campaign  campaigns.Campaign
	State     State
	// Answers has one letter a question, in the order of [Questions].
	Answers   criteria.Answers
	ByProxy   bool   // entered by the head or the group lead on the household's behalf
	EnteredBy string // who entered it last
	// Sealed reports that there are answers from before the present card was given out. They count and are not shown.
	Sealed    bool
	UpdatedAt time.Time
	SentAt    time.Time
	// Set is the version of the criteria that the campaign asks by.
	Set *criteria.Set
}

// Questions are the items that a household is asked about, in order (domain.md §9.8).
func Questions(set *criteria.Set) []*criteria.Item {
	var list []*criteria.Item
	for _, at := range set.HouseholdItems() {
		item, _ := set.Item(at)
		list = append(list, item)
	}
	return list
}

// blank is a sheet without an answer.
func blank(set *criteria.Set) criteria.Answers {
	b := make([]byte, len(set.HouseholdItems()))
	for i := range b {
		b[i] = criteria.Unanswered.Letter()
	}
	return criteria.Answers(b)
}

// Filled reads a form that asks all questions at once; field gives what stands in a field of it.
func Filled(set *criteria.Set, field func(name string) string) criteria.Answers {
	answers := blank(set)
	for i, q := range Questions(set) {
		if x, ok := criteria.ParseValue(field("a." + q.Code)); ok {
			answers = answers.With(i, x)
		}
	}
	return answers
}

// indexOf finds a question by the code of its item; -1 when it is none.
func indexOf(set *criteria.Set, code string) int {
	at := set.Index(code)
	if at < 0 {
		return -1
	}
	return slices.Index(set.HouseholdItems(), at)
}

// Answered counts the questions that have an answer.
func (s *Sheet) Answered() int { return len(s.Answers) - s.Answers.Unanswered() }

// Next gives the first open question behind a position, going round; -1 when none is open.
func (s *Sheet) Next(after int) int {
	for step := 1; step <= len(s.Answers); step++ {
		if i := (after + step + len(s.Answers)) % len(s.Answers); s.Answers.At(i) == criteria.Unanswered {
			return i
		}
	}
	return -1
}

// Open says why the household cannot answer now, or nil.
func (s *Sheet) Open() error { return open(s.House, s.Campaign.Phase) }

func open(h House, p campaigns.Phase) error {
	switch {
	case !h.Active:
		return fault.Shut("households.house_not_active")
	case !p.Allows(campaigns.Assessing):
		return fault.Shut("households.not_now." + string(p))
	}
	return nil
}

// check refuses what is no answer. Every question may be answered with "does not apply": a household knows that better than the set.
func check(v criteria.Value) error {
	if v < criteria.NA || v > criteria.Pass {
		return fault.Invalid("answer", "households.choose")
	}
	return nil
}

// few is the number of households below which nothing is told of a question (domain.md §9.8).
const few = 5

// Turnout is what a head may know of the answers of a house's households.
type Turnout struct {
	House    House
	Campaign campaigns.Campaign
	Set      *criteria.Set // of the campaign
	Answered int
	// Shown is how many households stand behind the shares; 0 while nothing may be shown.
	Shown  int
	Shares []Share
	// Verdict is the one word for a house of fewer than five households, when all have answered: Met, NotMet or nothing.
	Verdict Verdict
}

// Open says why no household of the house can answer now, or nil.
func (t *Turnout) Open() error { return open(t.House, t.Campaign.Phase) }

// Few reports that the house has too few households for shares.
func (t *Turnout) Few() bool { return t.House.Households < few }

// Verdict is the answers of all households of a small house, merged.
type Verdict string

// The verdicts. A house is met when its households have at least the share of points that a content needs.
const (
	Unknown Verdict = ""
	Met     Verdict = "met"
	NotMet  Verdict = "not_met"
)

// Share is how the households answered one question.
type Share struct {
	Question             *criteria.Item
	Yes, Partly, Lacking int // in whole per cent of those to whom it applies
	Base                 int // to how many it applies; the shares are zero and not shown below five
}

// Told reports that enough households stand behind the share.
func (s Share) Told() bool { return s.Base >= few }

// share works out whole per cents that add up to 100.
func share(q *criteria.Item, yes, partly, lacking int) Share {
	s := Share{Question: q, Base: yes + partly + lacking}
	if !s.Told() {
		return s
	}
	s.Yes = (100*yes + s.Base/2) / s.Base
	s.Partly = min((100*partly+s.Base/2)/s.Base, 100-s.Yes)
	s.Lacking = 100 - s.Yes - s.Partly
	return s
}
