package trainings

import (
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/periods"
)

// levels are those at which a role plans, the usual one first.
func levels(r access.Role) []gatherings.Level {
	switch r {
	case access.GroupLead:
		return []gatherings.Level{gatherings.Group, gatherings.House}
	case access.Command, "system":
		return []gatherings.Level{gatherings.Ward, gatherings.Group, gatherings.House}
	case access.Committee:
		return []gatherings.Level{gatherings.Ward}
	}
	return nil
}

// State is how far a session has come.
type State string

// The states. A planned session is held once its attendance is closed, and may be opened again for a while; a planned one may be cancelled.
const (
	Planned   State = "planned"
	Held      State = "held"
	Cancelled State = "cancelled"
)

// Speakers are the offices that teach; "trainings.speaker.<speaker>".
func Speakers() []string {
	return []string{"command", "officer", "committee", "front", "fire", "justice", "youth", "lead", "elsewhere"}
}

// Funds are where the money comes from (Circular 40/2023/TT-BTC, and what the ward has); "trainings.fund.<fund>".
func Funds() []string { return []string{"movement", "ward", "group", "none"} }

// What a session may be at most.
const (
	mostWhy     = 200 // characters
	leastTakers = 5   // fewer slips tell of single people
	mostTakers  = 5000
	mostCost    = 1_000_000_000 // đồng
	tokenBytes  = 10            // 80 bits
	minute      = time.Minute
)

// Plan is a session as its planner writes it.
type Plan struct {
	gatherings.Plan

	Course  string
	Speaker string
	Version int // of the session that is changed; 0 for a new one
}

// Training is one session.
type Training struct {
	Plan

	ID       string
	Title    string // of the course, as the next three
	Topics   []string
	Audience Audience
	Material Material
	Area     string // "36A Hàng Bạc", "Tổ dân phố 5", the ward
	WardName string
	State    State
	Starts   time.Time

	Houses, Households         int // invited
	CameHouses, CameHouseholds int // houses whose head came, or with a household that did; households that came
	Invited, Closed            time.Time
	Sequence                   int // of the calendar (RFC 5545, 3.8.7.4)
	Token                      string
	Results                    Results
	Why                        string // it was cancelled
	Updated                    time.Time
	May                        bool // the reader plans this session
}

// Results are what the class, as a whole, took with it, and what it cost.
type Results struct {
	Before, After            int // slips handed in
	Liked, Partly, Disliked  int // how the class found it
	Cost                     int // đồng
	Fund                     string
	Quiz                     []Question
	Version                  int // of the session that they were typed over
	BeforeRights, AfterRight int // sums over the questions; filled in when read
}

// Question is how many of the class knew the answer.
type Question struct {
	Text          string
	Before, After int
}

// Counted reports whether slips of the class were counted, about what it knew or how it found the session.
func (r *Results) Counted() bool { return r.Before+r.After+r.Liked+r.Partly+r.Disliked > 0 }

// Scored reports whether there is a result before and after.
func (r *Results) Scored() bool { return r.Before > 0 && r.After > 0 && len(r.Quiz) > 0 }

// sum adds up the questions.
func (r *Results) sum() {
	r.BeforeRights, r.AfterRight = 0, 0
	for _, q := range r.Quiz {
		r.BeforeRights += q.Before
		r.AfterRight += q.After
	}
}

// Until is when the session is to be over.
func (t *Training) Until() time.Time { return t.Starts.Add(time.Duration(t.Lasts) * minute) }

// StartDay is the day on which it begins.
func (t *Training) StartDay() civil.Day { return civil.DayOf(t.Starts) }

// Receiving reports whether attendance may be noted: from two hours before the start until it is closed.
func (t *Training) Receiving(now time.Time) bool {
	return t.State == Planned && gatherings.Near(t.Starts, now)
}

// DoorOpen reports whether the code at the door works: six hours after the start at most.
func (t *Training) DoorOpen(now time.Time) bool {
	return t.Receiving(now) && !gatherings.Late(t.Starts, now)
}

// Movable reports whether the session may be changed or cancelled: until somebody came to it.
func (t *Training) Movable() bool { return t.State == Planned && t.CameHouses == 0 }

// Writable reports whether results may be written: from the start on, for as long as a session may be written down.
func (t *Training) Writable(now time.Time) bool {
	return t.State != Cancelled && !now.Before(t.Starts) && civil.DayOf(now) <= t.StartDay().AddDays(gatherings.DaysBack)
}

// Came is how many of those invited came: heads by their houses, or households.
func (t *Training) Came() int {
	if t.Audience == Heads {
		return t.CameHouses
	}
	return t.CameHouseholds
}

// Asked is how many were invited, of the same kind.
func (t *Training) Asked() int {
	if t.Audience == Heads {
		return t.Houses
	}
	return t.Households
}

// plans reports whether the actor, who sees the session, plans it.
func plans(who access.Actor, t *Training) bool {
	if !who.May(access.PlanTrainings) || !slices.Contains(levels(who.Role()), t.Level) {
		return false
	}
	if _, ids := who.Reach(); who.Role() == access.GroupLead && t.Level == gatherings.Group {
		return slices.Contains(ids, t.Group)
	}
	return true
}

// check says what is wrong with a plan.
func (p *Plan) check(now time.Time) error {
	bad := p.Check(now, "trainings.no_place")
	if !slices.Contains(Speakers(), p.Speaker) {
		bad = append(bad, fault.Field{Name: "speaker", Key: "trainings.choose_speaker"})
	}
	return fault.InvalidFields(bad)
}

// check says what is wrong with the results of a class. A class of fewer than five slips has none: they would tell of single people.
func (r *Results) check() error {
	var bad []fault.Field
	number := func(name string, n, high int) {
		if n < 0 || n > high {
			bad = append(bad, fault.Field{Name: name, Key: "fault.number_between", Pairs: []any{"Low", 0, "High", high}})
		}
	}
	number("before", r.Before, mostTakers)
	number("after", r.After, mostTakers)
	for _, x := range []struct {
		name string
		n    int
	}{{"before", r.Before}, {"after", r.After}, {"liked", r.Liked + r.Partly + r.Disliked}} {
		if x.n > 0 && x.n < leastTakers {
			bad = append(bad, fault.Field{Name: x.name, Key: "trainings.few_takers", Pairs: []any{"Least", leastTakers}})
		}
	}
	for i, q := range r.Quiz {
		number("before."+strconv.Itoa(i+1), q.Before, r.Before)
		number("after."+strconv.Itoa(i+1), q.After, r.After)
	}
	number("liked", r.Liked, mostTakers)
	number("partly", r.Partly, mostTakers)
	number("disliked", r.Disliked, mostTakers)
	number("cost", r.Cost, mostCost)
	if r.Fund != "" && !slices.Contains(Funds(), r.Fund) || r.Fund == "" && r.Cost > 0 {
		bad = append(bad, fault.Field{Name: "fund", Key: "trainings.choose_fund"})
	}
	return fault.InvalidFields(bad)
}

// ArrivePath is the address behind the code at the door of a session.
func ArrivePath(token string) string { return "/tr/" + token }

// CheckPath is the address behind the code on a certificate: it names the ward, because everybody may ask.
func CheckPath(ward int, token string) string { return "/trained/" + db.WardToken(ward, token) }

// notGenuine says that no certificate has a code.
func notGenuine() error {
	return fault.NotFound("trainings.not_genuine", "Months", periods.Training().Months)
}

// parseCheck reads the ward and the code from such an address.
func parseCheck(text string) (ward int, token string, err error) {
	ward, token, ok := db.ParseWardToken(text, tokenBytes)
	if !ok {
		return 0, "", notGenuine()
	}
	return ward, token, nil
}
