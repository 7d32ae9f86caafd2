package today

import (
	"cmp"
	"slices"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

// Kind says what a task asks for; its text is the catalog's "today.task.<kind>".
type Kind string

// The kinds of task.
const (
	Assess      Kind = "assess"       // answer the open questions of the self-assessment
	Send        Kind = "send"         // all is answered: send it
	Pledge      Kind = "pledge"       // households have not pledged
	Mend        Kind = "mend"         // a measure is the reader's to carry out
	Check       Kind = "check"        // an officer or group lead: has the overdue measure been carried out?
	Recheck     Kind = "recheck"      // a house is to be rechecked
	Receive     Kind = "receive"      // the head: be ready for the recheck
	GoOn        Kind = "go_on"        // an inspection has begun
	Chase       Kind = "chase"        // the command: see that they are inspected
	Inspect     Kind = "inspect"      // houses nobody has inspected
	Remind      Kind = "remind"       // houses without a self-assessment
	Exceptions  Kind = "exceptions"   // proposals to look at before approving in bulk
	Approve     Kind = "approve"      // proposals that wait
	Objections  Kind = "objections"   // houses ask for another look at their result
	Reopen      Kind = "reopen"       // somebody wants a closed campaign open again: a second person decides
	Late        Kind = "late"         // the phase's planned end has passed
	Read        Kind = "read"         // an announcement was sent to the reader
	Walk        Kind = "walk"         // houses that do not know of an announcement yet
	Season      Kind = "season"       // a seasonal announcement stands ready as a draft
	NoCampaign  Kind = "no_campaign"  // the ward has not opened a campaign
	NoSecret    Kind = "no_secret"    // accounts that have never signed in
	Report      Kind = "report"       // the head: the report of the month
	Returned    Kind = "returned"     // the head: the officer returned the report
	Evening     Kind = "evening"      // the head: tonight's check of the house, where it is turned on
	FollowUp    Kind = "follow_up"    // the head: entries of the log to follow up
	ReadReports Kind = "read_reports" // an officer: reports that wait to be seen
	Missing     Kind = "missing"      // reports that are overdue
	NotCopied   Kind = "not_copied"   // the administrator: the daily copy failed, or has not been made for two days
	NoBeat      Kind = "no_beat"      // houses without a beat: no officer reaches them
	Meet        Kind = "meet"         // a meeting or a training asks something of the reader; see Text
	Confirm     Kind = "confirm"      // a proposal of the reader is answered: is it well?
	Answer      Kind = "answer"       // proposals wait for the reader's answer
	Climbed     Kind = "climbed"      // overdue proposals have climbed to the reader
	Verify      Kind = "verify"       // somebody reported a measure as done: is that right?
	MendMany    Kind = "mend_many"    // several measures are the reader's to carry out
	CheckMany   Kind = "check_many"   // several measures are overdue
	VerifyMany  Kind = "verify_many"  // several wait for the reader's word
	Lagging     Kind = "lagging"      // overdue measures have climbed to the reader
	Round       Kind = "round"        // houses of the week by the plan of inspections
	NoPlan      Kind = "no_plan"      // the command: inspections run without a plan
	Mediate     Kind = "mediate"      // a mediator: cases that are to begin
	AskAgain    Kind = "ask_again"    // a mediator: settled cases to ask about again
	Publish     Kind = "publish"      // commendations that passed the vote
	AnswerThem  Kind = "answer_them"  // remarks on commendations
	Decide      Kind = "decide"       // commendations whose publication is over
	Revoke      Kind = "revoke"       // a revocation that waits for a second person
	Acknowledge Kind = "acknowledge"  // the data protection officer: requests to be acknowledged
	AnswerData  Kind = "answer_data"  // the data protection officer: requests to be answered
	LateData    Kind = "late_data"    // overdue requests have climbed to the reader
	Notify      Kind = "notify"       // the data protection officer: breaches of which the specialised body is to be told
	LateBreach  Kind = "late_breach"  // breaches past their 72 hours
	TakeUp      Kind = "take_up"      // a mediator: what heads handed over
	NameWard    Kind = "name_ward"    // the administrator: the ward was begun without a name
	Appoint     Kind = "appoint"      // the administrator: nobody can import the roster yet
	NoOfficer   Kind = "no_officer"   // the administrator: beats for which no officer answers
	NoLead      Kind = "no_lead"      // the administrator: groups that nobody leads
	Roster      Kind = "roster"       // the ward has no house yet: import its roster
)

// Task is one thing to do.
type Task struct {
	Kind  Kind
	Href  string
	N     int         // how many, when the text counts
	House string      // "36A Hàng Bạc"; empty when the reader has one house only
	Title string      // of the proposal; what is to be done by the measure
	By    access.Role // who reported the measure as done
	Text  string      // title of the announcement, or the key of a season
	Phase campaigns.Phase
	Month string    // of a report: "11/2026"
	Post  string    // a form that one press sends: where to
	Due   civil.Day // empty: no day
}

// Overdue reports whether the task's day has passed.
func (t *Task) Overdue(today civil.Day) bool { return t.Due != "" && t.Due < today }

// Own is the house of a house head with how it stands.
type Own struct {
	ID, Address string
	Households  int
	Result      results.Result
	State       string // of the self-assessment: "", "draft", "sent"
	Answered    int
	Pledged     int
	Withdrawn   int // households that took their pledge back
	Beat        string
	Steps       int // the plan's, 0 when there is nothing to mend
}

// Day is what somebody has to do today.
type Day struct {
	Today    civil.Day
	Campaign campaigns.Campaign // zero while the ward has none
	Tasks    []Task             // overdue first, then by day
	Houses   []Own              // of a house head
	Officer  civil.Phone        // of the first house's beat
	Figures  results.Tally      // of the reader's reach, for those who count
	Counts   bool
	Empty    bool // the ward has no house yet, and it is not the reader who imports the roster
}

// order puts what is overdue first, then what waits on the reader alone, then the rest by day; equal ones keep their order.
func order(tasks []Task, today civil.Day) {
	rank := func(t *Task) int {
		switch {
		case t.Overdue(today):
			return 0
		case t.Kind == GoOn || t.Kind == Exceptions || t.Kind == Approve || t.Kind == Confirm || t.Kind == Verify || t.Kind == VerifyMany || t.Kind == Reopen:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(tasks, func(a, b Task) int {
		return cmp.Or(rank(&a)-rank(&b), cmp.Compare(dueKey(a.Due), dueKey(b.Due)))
	})
}

// lastDay is the planned end of a phase, or of the visits when the phase is over and the ward still takes the work.
func lastDay(c *campaigns.Campaign, p campaigns.Phase, today civil.Day) civil.Day {
	if ends := c.Of(p).Ends; ends >= today {
		return ends
	}
	return c.Of(campaigns.Inspect).Ends
}

func dueKey(d civil.Day) string {
	if d == "" {
		return "9999"
	}
	return string(d)
}

// ofHouse lists what the head of a house, or whoever enters for them, still has to do.
func ofHouse(set *criteria.Set, c *campaigns.Campaign, h *Own, named bool, today civil.Day) []Task {
	base, name := "/houses/"+h.ID, ""
	if named {
		name = h.Address
	}
	var tasks []Task
	if c.Phase.Allows(campaigns.Assessing) && h.State != "sent" && h.Result.Class == criteria.NotInspected {
		t := Task{Kind: Assess, Href: base + "/assessment", N: set.Len() - h.Answered, House: name, Due: c.Of(campaigns.Assess).Ends}
		if t.N <= 0 {
			t.Kind = Send
		}
		tasks = append(tasks, t)
	}
	if left := h.Households - h.Pledged - h.Withdrawn; c.Phase.Allows(campaigns.Pledging) && left > 0 {
		tasks = append(tasks, Task{Kind: Pledge, Href: base + "/pledges", N: left, House: name, Due: lastDay(c, campaigns.Open, today)})
	}
	if h.Result.RecheckBy != "" && h.Result.Class == criteria.Conditional && c.Phase != campaigns.Closed {
		tasks = append(tasks, Task{Kind: Receive, Href: base, House: name, Due: h.Result.RecheckBy})
	}
	return tasks
}
