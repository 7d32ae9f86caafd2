// Package results keeps what is known of each house in each campaign: the class that the rules propose, the
// one that an officer proposed and the one that the command approved, ready for lists, boards and reports.
//
// Tables: results, tallies, snapshots. Rows change only through this package, in the transaction of what
// caused the change (an answer sent, an inspection finished, an approval), which also brings the tally of
// the house's group up to date. Nothing is classified by a timer; a closed campaign never changes.
package results

import (
	"strings"
	"time"

	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// Stage says how far a house has come in a campaign.
type Stage string

// The stages. A house without a row has not begun.
const (
	None      Stage = ""
	Assessed  Stage = "assessed"  // tự chấm
	Inspected Stage = "inspected" // đã kiểm tra, chưa đề nghị (kết quả nhập từ các năm trước)
	Proposed  Stage = "proposed"  // cán bộ đề nghị, chờ duyệt
	Approved  Stage = "approved"  // đã duyệt
)

// Result is one house in one campaign.
type Result struct {
	HouseID    string
	CampaignID string
	Stage      Stage
	Class      criteria.Class // in force: approved, else proposed; NotInspected before an inspection
	Rule       criteria.Class // what the rules propose
	Proposed   criteria.Class // what the officer proposed
	Answers    criteria.Answers
	Contents   string // one letter a content in the order of the set: p passed, f failed, . open
	Points     int
	Max        int
	Missing    []string // item codes to mend, least effort first
	Differs    int      // items on which self-rating and finding differ
	Exception  []string // why the command should look first: catalog keys
	Inspected  civil.Day
	RecheckBy  civil.Day
	Inspection string
	Reason     string // the officer's word on a class other than the rule's
	Decision   string // the command's word on a class other than the proposed one
	ProposedAt time.Time
	ProposedBy string
	ApprovedAt time.Time
	ApprovedBy string
	Version    int

	proposedAccount string // who proposed, so that nobody approves a proposal of their own
}

// Own reports whether an account proposed this result: somebody else must approve it.
func (r *Result) Own(account string) bool { return account != "" && r.proposedAccount == account }

// Exception keys: what makes a proposal one that the command looks at before approving in bulk.
const (
	OtherThanRule = "results.exception.other_than_rule"
	ManyDiffer    = "results.exception.many_differ"
	HeadComments  = "results.exception.head_comments"
	FewFound      = "results.exception.few_found" // fewer than half of the items were looked at
)

// manyDiffer is the number of items on which self-rating and finding may differ before it is an exception.
const manyDiffer = 6

// ContentLetters writes a verdict as one letter a content.
func ContentLetters(v *criteria.Verdict) string {
	b := make([]byte, len(v.Contents))
	for i := range v.Contents {
		switch {
		case v.Contents[i].Unanswered > 0:
			b[i] = '.'
		case v.Contents[i].Passed:
			b[i] = 'p'
		default:
			b[i] = 'f'
		}
	}
	return string(b)
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func millis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
