package mediations

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
)

// Record is which of the two kinds of record a case is.
type Record string

// The kinds of record.
const (
	Early  Record = "early"  // dàn xếp ban đầu: a house head, in the own house
	Formal Record = "formal" // hòa giải ở cơ sở: a recognised mediator, in the register
)

// State is how far a case has come; its word is "mediations.state.<state>".
type State string

// The states. checked → open → running → settled, unsettled or stopped; an early settling goes from checked to settled or handed.
// Every state that is not yet an end may go to referred; referred is final.
const (
	Checked   State = "checked"   // the exclusion check was passed; nothing else is known yet
	Open      State = "open"      // described; no session yet
	Running   State = "running"   // at least one session
	Settled   State = "settled"   // hòa giải thành
	Unsettled State = "unsettled" // hòa giải không thành
	Stopped   State = "stopped"   // ended because a party withdrew
	Handed    State = "handed"    // an early settling that went to the mediators
	Referred  State = "referred"  // not for mediation: passed to whom it belongs
)

// Ended reports whether nothing more happens to a case but the follow-up of a settled one.
func (s State) Ended() bool { return s != Checked && s != Open && s != Running }

// Question is one of the exclusion check; its words are "mediations.question.<question>". The answer yes refers the case.
type Question string

// Passed is the exclusion of a case whose every question was answered with no.
const Passed Question = "passed"

// Questions lists the questions of the exclusion check in the order in which they weigh (Law 35/2013/QH13 Art. 3, Decree 15/2014,
// and the Law on domestic violence for acts that are crimes or administrative violations; domain.md §5.2).
func Questions() []Question { return []Question{"violence", "crime", "sanction", "public", "barred"} }

// Ground is why the mediators took a case up (Art. 16); its word is "mediations.ground.<ground>".
type Ground string

// Grounds lists the grounds.
func Grounds() []Ground { return []Ground{"asked", "witnessed", "assigned"} }

// Scope is what a case is about (F7); its word is "mediations.scope.<scope>".
type Scope string

// Scopes lists the scopes in the order of F7.
func Scopes() []Scope {
	return []Scope{"living", "noise", "hygiene", "utilities", "parking", "boundary", "loan", "family", "misc"}
}

// Guests lists whom a mediator may invite, by office and never by name; their words are "mediations.guest.<guest>".
func Guests() []string {
	return []string{"lead", "front", "officer", "women", "veterans", "elders", "lawyer"}
}

// Steps lists the steps that an agreement card offers; their words are "mediations.step.<step>".
func Steps() []string {
	return []string{"quiet", "tell", "clean", "rubbish", "passage", "parking", "water", "bills", "repair", "pets", "pay", "talk"}
}

// Keeping is how an agreement stood when the mediators asked again; its word is "mediations.kept.<kept>".
type Keeping string

// Keepings lists the answers.
func Keepings() []Keeping { return []Keeping{"kept", "partly", "broken"} }

const (
	// startDays is the time in which mediation begins. Law 35/2013/QH13, Art. 20, says "03 ngày" from the assignment and not
	// "ngày làm việc": calendar days, so a Saturday counts.
	startDays = 3
	// followDays is the time in which the mediators ask again after a settled case (HG5 of domain.md §9.6).
	followDays = 30
	// remindDays is how long before the last day of the follow-up the mediators are reminded.
	remindDays = 7

	mostBack       = 366 // days: how old a case may be that is entered from the paper book
	leastParties   = 2
	mostParties    = 20
	mostHouseholds = 200
	mostBook       = 99
	mostPage       = 999
	mostSteps      = 12
	mostLines      = 3 // of one's own on a card
	mostLine       = 120
	keptYears      = 5 // retention of the register (domain.md §5.9)
	mostSessions   = 20
)

// Session is one time at which the parties sat together (Art. 21: in public or not, as they agree).
type Session struct {
	On     civil.Day
	Public bool
}

// Step is one line of an agreement card: a code of the list, or a line of one's own.
type Step struct{ Code, Line string }

// Details describe a case: what the register's columns hold before the result.
type Details struct {
	Received            civil.Day
	Ground              Ground
	Scope               Scope
	Guests              []string
	Parties, Households int
}

// Outcome is how a case ended.
type Outcome struct {
	State      State // Settled, Unsettled or Stopped
	On         civil.Day
	Written    bool // a record of the agreement was signed on paper
	Court      bool // the parties ask the court to recognise it (Civil Procedure Code, ch. XXXIII)
	Book, Page int  // where it stands in the paper book; 0 unknown
	Steps      []Step
}

// Case is one case of the register.
type Case struct {
	Details
	Outcome

	ID        string
	Record    Record
	Group     string
	GroupName string
	House     string // of an early settling
	Address   string
	Year      int
	Number    int
	State     State
	Exclusion Question
	Started   civil.Day
	FollowBy  civil.Day
	Followed  civil.Day
	Kept      Keeping
	Early     string // the early settling that it came from
	Taken     bool   // of an early settling that was handed over: the mediators have taken it up
	Sessions  []Session
	Account   string
	Created   time.Time
	Version   int
}

// StartBy is the last day on which mediation begins in time.
func (c *Case) StartBy() civil.Day { return c.Received.AddDays(startDays) }

// LateStart reports whether the first session came, or has still not come, after its day.
func (c *Case) LateStart(today civil.Day) bool {
	switch {
	case c.Record == Early:
		return false
	case c.Started != "":
		return c.Started > c.StartBy()
	}
	return (c.State == Open || c.State == Checked) && today > c.StartBy()
}

// FollowDue reports whether the mediators still have to ask how a settled case stands.
func (c *Case) FollowDue() bool { return c.State == Settled && c.Record == Formal && c.Followed == "" }

// Removable reports whether a case may be taken out as a mistake: as long as nothing but the check was entered.
func (c *Case) Removable() bool { return c.State == Checked }

// Last is the day of the last thing that happened to a case, before which nothing later can lie.
func (c *Case) Last() civil.Day {
	last := c.Received
	for _, s := range c.Sessions {
		last = max(last, s.On)
	}
	return last
}

// Exclude reads the answers of the exclusion check: the weightiest question that was answered with yes, or Passed. Every question
// must be answered.
func Exclude(answers map[Question]string) (Question, error) {
	var bad []fault.Field
	found := Passed
	for _, q := range Questions() {
		switch answers[q] {
		case "yes":
			if found == Passed {
				found = q
			}
		case "no":
		default:
			bad = append(bad, fault.Field{Name: "q." + string(q), Key: "mediations.answer_all"})
		}
	}
	if found != Passed { // one yes is enough: what else there is makes no difference
		return found, nil
	}
	return found, fault.InvalidFields(bad)
}

// check says what is wrong with the details of a case.
func (d *Details) check(c *Case, today civil.Day) error {
	var bad []fault.Field
	add := func(name, key string, pairs ...any) {
		bad = append(bad, fault.Field{Name: name, Key: key, Pairs: pairs})
	}
	bad = append(bad, dayBetween("received", d.Received, today.AddDays(-mostBack), today)...)
	if len(c.Sessions) > 0 && d.Received > c.Sessions[0].On {
		add("received", "mediations.received_after")
	}
	if c.Record == Formal && !slices.Contains(Grounds(), d.Ground) {
		add("ground", "mediations.choose_ground")
	}
	if !slices.Contains(Scopes(), d.Scope) {
		add("scope", "mediations.choose_scope")
	}
	d.Guests = known(d.Guests, Guests())
	if c.Record == Formal && (d.Parties < leastParties || d.Parties > mostParties) {
		add("parties", "fault.number_between", "Low", leastParties, "High", mostParties)
	}
	if d.Households < 0 || d.Households > mostHouseholds {
		add("households", "fault.number_between", "Low", 0, "High", mostHouseholds)
	}
	return fault.InvalidFields(bad)
}

// check says what is wrong with an outcome.
func (o *Outcome) check(c *Case, today civil.Day) error {
	var bad []fault.Field
	if o.State != Settled && o.State != Unsettled && o.State != Stopped {
		bad = append(bad, fault.Field{Name: "result", Key: "mediations.choose_result"})
	}
	if o.State != Settled {
		o.Court, o.Written, o.Steps = false, false, nil
	}
	if o.Court && !o.Written {
		bad = append(bad, fault.Field{Name: "court", Key: "mediations.court_needs_paper"})
	}
	bad = append(bad, dayBetween("ended", o.On, c.Last(), today)...)
	if o.Book < 0 || o.Book > mostBook {
		bad = append(bad, fault.Field{Name: "book", Key: "fault.number_between", Pairs: []any{"Low", 0, "High", mostBook}})
	}
	if o.Page < 0 || o.Page > mostPage {
		bad = append(bad, fault.Field{Name: "page", Key: "fault.number_between", Pairs: []any{"Low", 0, "High", mostPage}})
	}
	steps, wrong := checkSteps(o.Steps)
	o.Steps = steps
	return fault.InvalidFields(append(bad, wrong...))
}

// checkSteps keeps the steps of the list that were chosen, each once, and looks through the lines of one's own.
func checkSteps(list []Step) (out []Step, bad []fault.Field) {
	lines := 0
	for _, s := range list {
		if s.Code != "" {
			if slices.Contains(Steps(), s.Code) && !slices.Contains(out, Step{Code: s.Code}) {
				out = append(out, Step{Code: s.Code})
			}
			continue
		}
		line := strings.Join(strings.Fields(civil.NFC(s.Line)), " ")
		lines++
		name := "line" + string(rune('0'+lines))
		switch e, found := fault.As(personal.Check(name, line)); {
		case found:
			bad = append(bad, e.Fields...)
		case utf8.RuneCountInString(line) > mostLine:
			bad = append(bad, fault.Field{Name: name, Key: "fault.too_long", Pairs: []any{"Most", mostLine}})
		case line != "" && lines <= mostLines:
			out = append(out, Step{Line: line})
		}
	}
	return out[:min(len(out), mostSteps+mostLines)], bad
}

func dayBetween(name string, d, first, last civil.Day) []fault.Field {
	switch {
	case !d.Valid():
		return []fault.Field{{Name: name, Key: "fault.bad_day"}}
	case d > last:
		return []fault.Field{{Name: name, Key: "mediations.day_ahead"}}
	case d < first:
		return []fault.Field{{Name: name, Key: "mediations.day_early", Pairs: []any{"Day", first}}}
	}
	return nil
}

// known keeps of the chosen codes those of the list, in its order.
func known(chosen, list []string) []string {
	var out []string
	for _, code := range list {
		if slices.Contains(chosen, code) {
			out = append(out, code)
		}
	}
	return out
}
