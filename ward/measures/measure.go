package measures

import (
	"slices"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/holidays"
)

// Source says in which room a measure was decided.
type Source string

// The sources.
const (
	FromInspection Source = "inspection" // kiểm tra: the source id is that of the shortcoming
	FromMeeting    Source = "meeting"    // họp
	FromReview     Source = "review"     // sơ kết, tổng kết
	FromProposal   Source = "proposal"   // đề xuất
	FromWard       Source = "ward"       // giao trực tiếp, entered on the list itself
)

// Sources lists the sources as a filter shows them.
func Sources() []Source {
	return []Source{FromInspection, FromMeeting, FromReview, FromProposal, FromWard}
}

// Origin is where a measure came from. Href is the page to look at, a path on this site; empty where there is none.
type Origin struct {
	Source Source
	ID     string
	Href   string
}

// Owner says who carries a measure out: a role at the place of the measure, or an office elsewhere.
type Owner string

// The owners.
const (
	ByHouse   Owner = "house"     // số nhà: its head
	ByGroup   Owner = "group"     // tổ dân phố
	ByOfficer Owner = "officer"   // cảnh sát khu vực
	ByCommand Owner = "command"   // Công an phường
	ByWard    Owner = "ward"      // Ủy ban nhân dân phường
	Elsewhere Owner = "elsewhere" // đơn vị khác: điện, nước …
)

// Owners lists the owners as a form shows them.
func Owners() []Owner { return []Owner{ByHouse, ByGroup, ByOfficer, ByCommand, ByWard, Elsewhere} }

// State is how far a measure is (domain.md §11).
type State string

// The states.
const (
	Planned     State = "planned"     // dự kiến
	Doing       State = "doing"       // đang làm
	Reported    State = "reported"    // báo đã xong: waits for the second key
	Verified    State = "verified"    // đã kiểm chứng: closed
	Ineffective State = "ineffective" // không hiệu quả: closed, another measure took its place
)

// States lists the states in the order of the work.
func States() []State { return []State{Planned, Doing, Reported, Verified, Ineffective} }

// Running reports whether the measure is still to be carried out, so that its day can pass.
func (s State) Running() bool { return s == Planned || s == Doing }

// Over reports whether nothing can be done with the measure any more.
func (s State) Over() bool { return s == Verified || s == Ineffective }

// Act is what somebody does with a measure.
type Act string

// The acts.
const (
	Note   Act = "note"   // ghi tiến độ
	Report Act = "report" // báo đã xong
	Move   Act = "move"   // đổi hạn
	Return Act = "return" // chưa xong, làm tiếp
	Verify Act = "verify" // đúng rồi
	Fail   Act = "fail"   // xong nhưng không hiệu quả, thay bằng biện pháp mới
	// A finished inspection looks at the place with two people, one of them from the residents' side, and so turns the second key
	// itself, however far the measure was said to be.
	passed  Act = "passed"
	failing Act = "failing"
)

// moves is the state machine: from which states an act leads where. What is not in it is refused.
var moves = map[Act]map[State]State{
	Note:    {Planned: Doing, Doing: Doing},
	Report:  {Planned: Reported, Doing: Reported},
	Move:    {Planned: Planned, Doing: Doing},
	Return:  {Reported: Doing},
	Verify:  {Reported: Verified},
	Fail:    {Reported: Ineffective},
	passed:  {Planned: Verified, Doing: Verified, Reported: Verified},
	failing: {Planned: Ineffective, Doing: Ineffective, Reported: Ineffective},
}

// After gives the state to which an act leads from here; false where it leads nowhere.
func (s State) After(a Act) (State, bool) {
	to, ok := moves[a][s]
	return to, ok
}

// Levels of attention: who has been told because it is late.
const (
	atOwner     = 0
	atCommand   = 1
	atCommittee = 2
)

// Lengths of what is typed, in characters, and how far away a day may lie.
const (
	ContentMost = 500
	NoteMost    = 500
	NameMost    = 60
	mostAhead   = 366 // days
)

// UsualDays is how many working days a measure has when nobody says otherwise: a month and a half of calendar days, within the
// 60 days that a house passing on condition has (domain.md §9).
const UsualDays = 30

// MostPhotos is how many photos a measure may have.
const MostPhotos = 8

// Measure is a measure as its reader may see it.
type Measure struct {
	ID         string
	From       Origin
	House      House  // zero where it is not about one house
	Group      string // id of the residential group that it is about, or in which the house lies
	GroupName  string
	ofGroup    bool   // it is about the group as a whole
	Item       string // code of the criteria item that it mends, if any
	Content    string
	Owner      Owner
	OwnerName  string // how an office elsewhere is called
	Due        civil.Day
	FirstDue   civil.Day
	State      State
	Percent    int
	Level      int
	ClimbedOn  civil.Day
	Reported   time.Time
	ReportedAs access.Role // zero until it is reported
	reportedBy string      // account
	toldBack   string      // account that reported it, also when it is to be done again
	headed     bool        // the house has somebody who can turn its key
	Previous   string      // the measure that did not help
	Next       string      // the measure that took this one's place
	Opened     time.Time
	OpenedBy   string
	Closed     time.Time
	Updated    time.Time
	Version    int

	Left   int    // working days until it is due, negative when late; of running ones
	Steps  []Step // newest first
	Photos []Photo
}

// House is the house number that a measure is about.
type House struct{ ID, Number, Street string }

// Address is the house as people say it; empty for none.
func (h House) Address() string {
	if h.Number == "" {
		return ""
	}
	return h.Number + " " + h.Street
}

// Step is something that was done; it is never changed.
type Step struct {
	Kind    string // a word of the catalog: "measures.step.<kind>"
	At      time.Time
	On      civil.Day // the day that it speaks of
	Percent int
	Actor   string
	Role    string
	Note    string
}

// Photo is a picture of what was done.
type Photo struct {
	ID, Name, SHA256 string
	Width, Height    int
}

// Place says how wide a measure reaches.
type Place string

// The places.
const (
	AtHouse Place = "house"
	AtGroup Place = "group"
	AtWard  Place = "ward"
)

// Place gives how wide the measure reaches.
func (m *Measure) Place() Place {
	switch {
	case m.House.Number != "":
		return AtHouse
	case m.ofGroup:
		return AtGroup
	}
	return AtWard
}

// Overdue reports whether it is still to be done and its day has passed.
func (m *Measure) Overdue(today civil.Day) bool {
	return m.State.Running() && m.Due != "" && m.Due < today
}

// roleOf is the role that an owner has among the accounts. An office elsewhere has none: the officer follows it.
var roleOf = map[Owner]access.Role{
	ByHouse: access.Head, ByGroup: access.GroupLead, ByOfficer: access.Officer, ByCommand: access.Command, ByWard: access.Committee, Elsewhere: access.Officer,
}

// Owns reports whether the role is the one that carries the measure out.
func (m *Measure) Owns(r access.Role) bool { return roleOf[m.Owner] == r }

// Works reports whether the actor, who reaches it, may note how far it is and report it done: its owner, and the officer and the
// command, who follow all of their reach.
func (m *Measure) Works(who access.Actor) bool {
	switch r := who.Role(); r {
	case access.Officer, access.Command, "system":
		return true
	default:
		return m.Owns(r)
	}
}

// Moves reports whether the actor may give another day: the officer and the command, who set it, and the committee for its own.
func (m *Measure) Moves(who access.Actor) bool {
	switch who.Role() {
	case access.Officer, access.Command, "system":
		return true
	case access.Committee:
		return m.Owner == ByWard
	}
	return false
}

// Verifies reports whether the actor, who reaches it, holds the second key. Nobody verifies what he reported himself, neither with
// the same account nor in the same role. Of a house the second key is the head's ("đúng rồi"); the officer's or the command's where
// the head reported it; and the command's where nobody has an account as head. Of a group or the ward it is any other of those who
// answer for the place.
func (m *Measure) Verifies(who access.Actor) bool {
	if m.State != Reported || who.Role() == m.ReportedAs || who.Account() != "" && who.Account() == m.reportedBy {
		return false
	}
	switch who.Role() {
	case access.Head:
		return m.Place() == AtHouse
	case access.GroupLead:
		return m.Place() == AtGroup
	case access.Officer:
		return m.Place() == AtGroup || m.Place() == AtHouse && m.ReportedAs == access.Head
	case access.Command:
		return m.Place() != AtHouse || m.ReportedAs == access.Head || !m.headed
	case access.Committee:
		return m.Place() == AtWard
	}
	return false
}

// keys are the roles that hold the second key of a measure that was reported, for telling them.
func (m *Measure) keys() []access.Role {
	var list []access.Role
	switch m.Place() {
	case AtHouse:
		list = []access.Role{access.Head}
		if m.ReportedAs == access.Head {
			list = []access.Role{access.Officer}
		} else if !m.headed {
			list = []access.Role{access.Command}
		}
	case AtGroup:
		list = []access.Role{access.GroupLead, access.Officer}
	case AtWard:
		list = []access.Role{access.Command, access.Committee}
	}
	list = slices.DeleteFunc(list, func(r access.Role) bool { return r == m.ReportedAs })
	return list
}

// climbs reports whether an overdue measure goes one step up today.
func (m *Measure) climbs(c civil.Calendar, today civil.Day) bool {
	return m.Overdue(today) && holidays.Climbs(c, m.Due, m.ClimbedOn, today, m.Level)
}
