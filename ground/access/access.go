// Package access says who acts and how far they reach.
//
// Four fences keep rows from strangers. The compiler holds two of them: a store method takes an Actor,
// and an Actor with powers can only be made here. The statement holds the third: engine/db expands
// {scope x} with the actor's reach and refuses a statement that names no reach at all. The route holds
// the fourth: it states its Need, and the zero Need stops the program at start.
package access

import (
	"slices"
	"sync/atomic"
)

// Role is what an account does in the programme (product.md, "Roles"). One role acts at a time: an
// account that holds several chooses, so that powers of one never reach the rows of another.
type Role string

// The roles.
const (
	Household     Role = "household"     // đại diện hộ: own household, one label of one house
	Head          Role = "head"          // trưởng số nhà, phó: own house
	GroupLead     Role = "group_lead"    // tổ trưởng tổ dân phố: houses of the group
	Mediator      Role = "mediator"      // hòa giải viên: the mediation register of the group, no house
	Officer       Role = "officer"       // cảnh sát khu vực: houses of the beat
	Command       Role = "command"       // chỉ huy Công an phường: the ward
	Committee     Role = "committee"     // Ủy ban nhân dân, Mặt trận: figures of the ward
	City          Role = "city"          // thành phố: figures of the wards
	Administrator Role = "administrator" // areas, accounts, settings; no content
	Protector     Role = "protector"     // người phụ trách bảo vệ dữ liệu cá nhân (Law 91/2025, Art. 33): registers and logs; no content
)

// Roles lists all roles in the order in which people read them.
func Roles() []Role {
	return []Role{Household, Head, GroupLead, Mediator, Officer, Command, Committee, City, Administrator, Protector}
}

// Need is one power. A route and a store method name the one that they ask for.
type Need uint64

// The needs. None is zero on purpose: a route that forgets its need cannot start.
const (
	None            Need = 0
	Public          Need = 1 << iota // anybody, signed in or not
	SignedIn                         // any account
	SeeHouses                        // list, street, house page, exports of them
	Assess                           // pledges and self-assessment of a house
	Inspect                          // findings, shortcomings, proposal of a class
	SeeFigures                       // board and report of one's reach
	Approve                          // approve or change a proposed class
	RunCampaign                      // open, move phases, close
	Import                           // rosters and earlier results
	ManageAreas                      // area tree, beats, streets
	ManageUsers                      // accounts and their roles
	SeeCity                          // figures of all wards
	EnterCounts                      // official counts of cases, their base year and breaks
	OwnHome                          // what a household does for itself: pledge, answers, its own data
	IssueCards                       // QR cards by which households, and heads, sign in
	Propose                          // proposals about one's own house or group
	SeeProposals                     // proposals within one's reach, with every step
	AnswerProposals                  // receive, forward and answer proposals
	SetCalendar                      // the ward's days off and exchanged working days
	ReadNotices                      // announcements that one's houses had
	Announce                         // write announcements to one's reach
	Plates                           // print and renew the plates of doors
	KeepPhones                       // telephone numbers of the ward's offices
	KeepLog                          // write the log and the monthly report of a house
	SeeReports                       // see who has not reported, and remind
	SeeMeasures                      // measures within one's reach, and what is one's own to do with them
	PlanVisits                       // draw the sample and the plan of inspections
	Mediate                          // the mediation register of one's group: for its mediators alone
	CountMediations                  // how many cases, never one of them
	Commend                          // propose, vote on and publish commendations
	DecideAwards                     // enter the decision on a commendation, and revoke it
	SetAwards                        // kinds of commendation and who decides on them
	KeepContacts                     // what the households of one's own house chose to give: never for the police
	HandOver                         // give a house to another head
	SeeMeetings                      // meetings to which one's houses are invited
	HoldMeetings                     // convene and minute meetings of one's house, group or ward
	Review                           // reviews of a period: of one's group, or of the ward
	Object                           // ask in the name of a house for another look at its result
	Reopen                           // confirm that a closed campaign is opened again
	SeeTrainings                     // training to which one's houses are invited
	PlanTrainings                    // plan training for one's group, or for the ward
	NoteTrainings                    // note who came, by house and household
	KeepCourses                      // what is taught in the ward, with its materials
	KeepReplies                      // when a house was asked for support, and when it answered
	SeeProcessing                    // the register of what is processed, by column, and the record of what was destroyed
	ProtectData                      // requests about personal data, and breaches
	SeeReads                         // who opened, printed or took along whose records, and reading that is unusual
	SeeReaders                       // who opened the records of a house in reach, as a role and its area
	SeeTrail                         // where the audit trail stood at the end of a day, and no line of it
	SeeCriteria                      // the versions of the criteria, with the draft of the next one
	KeepCriteria                     // draft the next version of the criteria
	PublishCriteria                  // as the second person, put a draft of the criteria in force
)

var needNames = []struct {
	need Need
	name string
}{
	{Public, "public"},
	{SignedIn, "signed in"},
	{SeeHouses, "see houses"},
	{Assess, "assess"},
	{Inspect, "inspect"},
	{SeeFigures, "see figures"},
	{Approve, "approve"},
	{RunCampaign, "run campaign"},
	{Import, "import"},
	{ManageAreas, "manage areas"},
	{ManageUsers, "manage accounts"},
	{SeeCity, "see city"},
	{EnterCounts, "enter counts"},
	{OwnHome, "own home"},
	{IssueCards, "issue cards"},
	{Propose, "propose"},
	{SeeProposals, "see proposals"},
	{AnswerProposals, "answer proposals"},
	{SetCalendar, "set calendar"},
	{ReadNotices, "read notices"},
	{Announce, "announce"},
	{Plates, "print plates"},
	{KeepPhones, "keep phones"},
	{KeepLog, "keep log"},
	{SeeReports, "see reports"},
	{SeeMeasures, "see measures"},
	{PlanVisits, "plan visits"},
	{Mediate, "mediate"},
	{CountMediations, "count mediations"},
	{Commend, "commend"},
	{DecideAwards, "decide awards"},
	{SetAwards, "set awards"},
	{KeepContacts, "keep contacts"},
	{HandOver, "hand over"},
	{SeeMeetings, "see meetings"},
	{HoldMeetings, "hold meetings"},
	{Review, "review"},
	{Object, "object"},
	{Reopen, "reopen"},
	{SeeTrainings, "see trainings"},
	{PlanTrainings, "plan trainings"},
	{NoteTrainings, "note trainings"},
	{KeepCourses, "keep courses"},
	{KeepReplies, "keep replies"},
	{SeeProcessing, "see processing"},
	{ProtectData, "protect data"},
	{SeeReads, "see reads"},
	{SeeReaders, "see readers"},
	{SeeTrail, "see trail"},
	{SeeCriteria, "see criteria"},
	{KeepCriteria, "keep criteria"},
	{PublishCriteria, "publish criteria"},
}

// String names the need for the route golden and the access matrix.
func (n Need) String() string {
	for _, x := range needNames {
		if x.need == n {
			return x.name
		}
	}
	return "none"
}

// powers is the one table of who may do what.
func powers(r Role) Need {
	switch r {
	case Household:
		return OwnHome | Propose | SeeProposals | ReadNotices | SeeMeetings | SeeTrainings
	case Head:
		return SeeHouses | Assess | IssueCards | Propose | SeeProposals | ReadNotices | KeepLog | SeeMeasures | KeepContacts | HandOver | SeeMeetings | HoldMeetings | Object |
			SeeTrainings | KeepReplies | SeeReaders
	case GroupLead:
		return SeeHouses | Assess | SeeFigures | IssueCards | Propose | SeeProposals | AnswerProposals | ReadNotices | Announce | Plates | SeeReports | SeeMeasures |
			CountMediations | Commend | HandOver | SeeMeetings | HoldMeetings | Review | Object |
			SeeTrainings | PlanTrainings | NoteTrainings
	case Mediator:
		return Mediate | CountMediations
	case Officer:
		return SeeHouses | Inspect | SeeFigures | SeeProposals | AnswerProposals | ReadNotices | Announce | Plates | SeeReports | SeeMeasures | SeeMeetings |
			SeeTrainings | NoteTrainings | KeepReplies
	case Command:
		return SeeHouses | SeeFigures | Approve | RunCampaign | Import | SeeProposals | AnswerProposals | SetCalendar | EnterCounts |
			ReadNotices | Announce | Plates | KeepPhones | SeeReports | SeeMeasures | PlanVisits | CountMediations | Commend | DecideAwards | SeeMeetings | HoldMeetings |
			Review | Reopen | SeeProcessing |
			SeeTrainings | PlanTrainings | NoteTrainings | KeepCourses | KeepReplies | SeeReaders |
			SeeCriteria | KeepCriteria | PublishCriteria
	case Committee:
		return SeeFigures | SeeProposals | AnswerProposals | ReadNotices | Announce | SeeMeasures | CountMediations | Commend | DecideAwards | Review | Reopen |
			SeeTrainings | PlanTrainings | KeepCourses |
			SeeCriteria | PublishCriteria
	case City:
		return SeeCity
	case Administrator:
		return ManageAreas | ManageUsers | IssueCards | SetCalendar | KeepPhones | SetAwards | SeeTrail |
			SeeCriteria | KeepCriteria
	case Protector:
		return SeeProcessing | ProtectData | SeeReads | SeeTrail
	}
	return None
}

// Holds reports whether the role has the power, for pages that explain roles and for the matrix test.
func (r Role) Holds(n Need) bool {
	return n == Public || n != None && powers(r) != None && (powers(r)|SignedIn)&n == n
}

// Level is the kind of rows that an actor reaches.
type Level uint8

// The levels, from nothing to the whole ward.
const (
	Nothing      Level = iota // no house at all (committee, city, administrator, protector, nobody)
	OwnHouses                 // IDs are houses
	OwnBeats                  // IDs are beats
	OwnGroups                 // IDs are residential groups
	WholeWard                 // every house of the ward
	OwnHousehold              // the one ID is the house in which the household lives; see Actor.Household
)

// Actor is somebody who acts. The zero Actor is nobody: no ward, no powers, no rows.
type Actor struct {
	account string
	name    string
	role    Role
	ward    int
	needs   Need
	level   Level
	ids     []string
	beats   []string // of an area officer to whom a house of another beat is lent; see Actor.Beats
	label   string   // of a household: H01
	system  string
	touched *atomic.Bool
}

// Grant is one row of an account's roles: the role, its ward and, for a head, officer or group lead,
// the house, beat or group. A household has its house and its label there (H01, H02 …).
type Grant struct {
	Role      Role
	Ward      int
	ID        string
	Household string
}

// SignedInAs makes the actor of an account acting in one role. Only grants of that role in that ward
// count. It is called from the session gate of ward/accounts and nowhere else (app/floors_test.go).
func SignedInAs(account, name string, role Role, ward int, grants []Grant) Actor {
	a := Actor{account: account, name: name, role: role, ward: ward, touched: new(atomic.Bool)}
	for _, g := range grants {
		if g.Role != role || g.Ward != ward || powers(role) == None {
			continue
		}
		if role == Household {
			if g.ID == "" || g.Household == "" || a.label != "" {
				continue // an account speaks for one household: the first that it was given
			}
			a.label = g.Household
		}
		a.needs = powers(role) | SignedIn
		if g.ID != "" && !slices.Contains(a.ids, g.ID) {
			a.ids = append(a.ids, g.ID)
		}
	}
	if a.needs == None {
		return Actor{}
	}
	a.level = reach(role)
	if a.level != WholeWard && len(a.ids) == 0 {
		a.level = Nothing
	}
	slices.Sort(a.ids)
	return a
}

func reach(r Role) Level {
	switch r {
	case Household:
		return OwnHousehold
	case Head:
		return OwnHouses
	case Officer:
		return OwnBeats
	case GroupLead, Mediator:
		return OwnGroups
	case Command:
		return WholeWard
	default:
		return Nothing
	}
}

// Lent is the actor over one house outside the own reach, to inspect it and for nothing else: the plan of inspections has drawn it for
// the officer. Only ward/plans lends, in the request that inspects (app/floors_test.go). Who does not inspect becomes nobody.
func (a Actor) Lent(house string) Actor {
	if a.role != Officer || a.needs&Inspect == 0 || house == "" {
		return Actor{}
	}
	a.beats, a.needs, a.level, a.ids, a.label = a.Beats(), Inspect|SignedIn, OwnHouses, []string{house}, ""
	return a
}

// System is the program itself, on the command line or in a job: the whole of one ward, under a name
// that the audit trail shows.
func System(ward int, name string) Actor {
	return Actor{name: name, ward: ward, needs: ^None, level: WholeWard, system: name, touched: new(atomic.Bool)}
}

// May reports whether the actor has the power.
func (a Actor) May(n Need) bool {
	return n == Public || (n != None && a.needs&n == n)
}

// Known reports whether somebody is signed in, or the program itself acts.
func (a Actor) Known() bool { return a.needs != None }

// Account is the id of the account, empty for nobody and for the program itself.
func (a Actor) Account() string { return a.account }

// Name is how the account is shown to others.
func (a Actor) Name() string { return a.name }

// Role is the role in use; "system" for the program itself.
func (a Actor) Role() Role {
	if a.system != "" {
		return "system"
	}
	return a.role
}

// Ward is the ward in which the actor acts; 0 is above all wards.
func (a Actor) Ward() int { return a.ward }

// Reach gives the level and the ids of houses, beats or groups at that level.
func (a Actor) Reach() (Level, []string) { return a.level, a.ids }

// Beats gives the ids of the beats that an area officer holds, also while a house of another beat is lent; nil for everybody else.
func (a Actor) Beats() []string {
	switch {
	case a.role != Officer:
		return nil
	case a.level == OwnBeats:
		return a.ids
	}
	return a.beats
}

// Household gives the house and the label of the household that the actor speaks for; empty for everybody else.
func (a Actor) Household() (house, label string) {
	if a.level != OwnHousehold || len(a.ids) != 1 {
		return "", ""
	}
	return a.ids[0], a.label
}

// Figures reports whether the actor may count over the whole ward without opening its rows.
func (a Actor) Figures() bool {
	return a.level == WholeWard || (a.role == Committee && a.needs&SeeFigures != 0)
}

// Touch notes that the actor's reach decided something. Tests fail on a reply for which it never did.
func (a Actor) Touch() {
	if a.touched != nil && !a.touched.Load() {
		a.touched.Store(true)
	}
}

// Touched reports whether Touch was called on this actor or a copy of it.
func (a Actor) Touched() bool { return a.touched != nil && a.touched.Load() }

// Fresh is the same actor with its own touch mark, for one request.
func (a Actor) Fresh() Actor {
	if a.touched != nil {
		a.touched = new(atomic.Bool)
	}
	return a
}
