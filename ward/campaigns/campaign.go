// Package campaigns keeps the yearly campaign (đợt, năm thi đua): its phases with their dates and what may
// happen in each.
//
// Tables: campaigns, phases. The ward's command opens a campaign and moves it on; nothing moves by a timer
// (product.md, principle 3): a phase whose date has passed is shown as late, not closed. Closing takes the
// snapshot and belongs to ward/results.
package campaigns

import (
	"slices"
	"time"

	"sonha/ground/civil"
)

// Phase is where a campaign stands (domain.md §11).
type Phase string

// The phases in their order.
const (
	Open    Phase = "open"    // ký cam kết
	Assess  Phase = "assess"  // tự đánh giá
	Inspect Phase = "inspect" // kiểm tra
	Review  Phase = "review"  // xét
	Publish Phase = "publish" // công khai, nhận ý kiến
	Closed  Phase = "closed"  // chốt
)

// Phases lists the phases in their order.
func Phases() []Phase { return []Phase{Open, Assess, Inspect, Review, Publish, Closed} }

// Act is something that a phase allows or not.
type Act int

// The acts.
const (
	Pledging  Act = iota // a household signs or withdraws
	Assessing            // the house answers for itself
	Visiting             // an inspection begins, goes on or ends with a proposed class
	Approving            // the command approves a class
)

// Acts lists the acts in the order in which a year brings them.
func Acts() []Act { return []Act{Pledging, Assessing, Visiting, Approving} }

// String names the act for catalog keys.
func (a Act) String() string {
	return [...]string{"pledging", "assessing", "visiting", "approving"}[a]
}

// Allows says what may happen in a phase. Withdrawing a pledge is always possible until the close.
func (p Phase) Allows(a Act) bool {
	switch a {
	case Pledging:
		return p == Open || p == Assess || p == Inspect
	case Assessing:
		return p == Assess || p == Inspect
	case Visiting:
		return p == Inspect || p == Review
	case Approving:
		return p == Inspect || p == Review || p == Publish
	}
	return false
}

// Next is the phase after p, empty after the last. Closed is reached only through results.Store.Close.
func (p Phase) Next() Phase {
	all := Phases()
	if i := slices.Index(all, p); i >= 0 && i+1 < len(all) {
		return all[i+1]
	}
	return ""
}

// Previous is the phase before p, empty for the first and for a closed campaign, which only two people can
// open again.
func (p Phase) Previous() Phase {
	all := Phases()
	if i := slices.Index(all, p); i > 0 && p != Closed {
		return all[i-1]
	}
	return ""
}

// Origin says where a campaign's results come from.
type Origin string

// The origins.
const (
	Ours     Origin = "sonha"  // run in Sonha
	Imported Origin = "import" // results of an earlier year, read from a file
)

// The years that a campaign can be for: the programme began in 1997.
const (
	firstYear = 1997
	lastYear  = 2199
)

// Campaign is one year.
type Campaign struct {
	ID         string
	Year       int
	Name       string
	Criteria   int // version of the criteria set
	FireModule bool
	Phase      Phase
	Origin     Origin
	Starts     civil.Day
	Ends       civil.Day
	ClosedAt   time.Time // zero while open
	Version    int
	Dates      []Dates
}

// Dates are the planned days of a phase.
type Dates struct {
	Phase        Phase
	Starts, Ends civil.Day
}

// Of gives the planned days of a phase.
func (c Campaign) Of(p Phase) Dates {
	for _, d := range c.Dates {
		if d.Phase == p {
			return d
		}
	}
	return Dates{Phase: p}
}

// Plan is the usual calendar of a campaign year (domain.md §3, §9.10): 01/11 of the year before to 31/10,
// then review and ten days of publication.
func Plan(year int) []Dates {
	return []Dates{
		{Open, civil.NewDay(year-1, time.November, 1), civil.NewDay(year, time.March, 31)},
		{Assess, civil.NewDay(year, time.April, 1), civil.NewDay(year, time.August, 31)},
		{Inspect, civil.NewDay(year, time.September, 1), civil.NewDay(year, time.October, 31)},
		{Review, civil.NewDay(year, time.November, 1), civil.NewDay(year, time.November, 20)},
		{Publish, civil.NewDay(year, time.November, 21), civil.NewDay(year, time.November, 30)},
	}
}
