package replies

import (
	"strconv"

	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// Content is the content of the criteria that the days are of.
const Content = "GD"

// item is the criterion that asks for them.
const item = "GD6"

const (
	// Days is how long a house has to answer (domain.md §9.5, GD6).
	Days = 15
	// daysBack is how long ago a day may lie that is written down now.
	daysBack   = 365
	mostListed = 100
)

// Reply is one request and its answer.
type Reply struct {
	Asked    civil.Day
	Answered civil.Day // "" for not yet
}

// Due is the last day for an answer.
func (r *Reply) Due() civil.Day { return r.Asked.AddDays(Days) }

// Open reports whether no answer is written down.
func (r *Reply) Open() bool { return r.Answered == "" }

// Late reports whether the answer came, or is still to come, after its day.
func (r *Reply) Late(today civil.Day) bool {
	if r.Open() {
		return today > r.Due()
	}
	return r.Answered > r.Due()
}

// checkAsked says what is wrong with the day of a request.
func checkAsked(on, today civil.Day) error {
	switch {
	case !on.Valid():
		return fault.Invalid("asked", "fault.bad_day")
	case on > today:
		return fault.Invalid("asked", "replies.ahead")
	case on < today.AddDays(-daysBack):
		return fault.Invalid("asked", "replies.long_ago")
	}
	return nil
}

// checkAnswered says what is wrong with the day of an answer.
func checkAnswered(asked, on, today civil.Day) error {
	switch {
	case !on.Valid():
		return fault.Invalid("answered", "fault.bad_day")
	case on > today:
		return fault.Invalid("answered", "replies.ahead")
	case on < asked:
		return fault.Invalid("answered", "replies.before_asked", "Day", asked)
	}
	return nil
}

// evidence says what the requests of the last year speak for on a day: answered in time, some late, one not answered at all; where
// there was none the item does not apply. While a request is open and has time, nothing is suggested.
func evidence(today civil.Day, list []Reply) criteria.Evidence {
	all, late, open, missed := 0, 0, 0, 0
	for i := range list {
		r := &list[i]
		if r.Asked < today.AddDays(-daysBack) || r.Asked > today {
			continue
		}
		all++
		switch {
		case r.Open() && r.Late(today):
			missed++
		case r.Open():
			open++
		case r.Late(today):
			late++
		}
	}
	n := strconv.Itoa(all)
	switch {
	case all == 0:
		return criteria.Evidence{Suggest: criteria.NA, Said: criteria.Text{VI: "Trong 12 tháng qua không ghi đề nghị hỗ trợ nào.",
			EN: "No request for support is noted in the last 12 months."}}
	case missed > 0:
		return criteria.Evidence{Suggest: criteria.Fail, Said: criteria.Text{
			VI: "Có đề nghị hỗ trợ quá 15 ngày chưa ghi ngày trả lời: " + strconv.Itoa(missed) + "/" + n + ".",
			EN: "Requests for support past 15 days without a day of answer: " + strconv.Itoa(missed) + " of " + n + ".",
		}}
	case open > 0:
		return criteria.Evidence{Suggest: criteria.Unanswered, Said: criteria.Text{VI: "Có đề nghị hỗ trợ còn trong hạn, chưa ghi ngày trả lời.",
			EN: "A request for support still has time for its answer."}}
	case late > 0:
		return criteria.Evidence{Suggest: criteria.Partly, Said: criteria.Text{
			VI: "Đã trả lời " + n + " đề nghị hỗ trợ, " + strconv.Itoa(late) + " lần chậm.", EN: n + " requests for support answered, " + strconv.Itoa(late) + " of them late.",
		}}
	}
	return criteria.Evidence{Suggest: criteria.Pass, Said: criteria.Text{VI: "Đã trả lời " + n + " đề nghị hỗ trợ, đều trong 15 ngày.",
		EN: n + " requests for support answered, all within 15 days."}}
}
