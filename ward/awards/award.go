package awards

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ground/pattern"
)

// Subject is who or what is commended; its word is "awards.subject.<subject>".
type Subject string

// The subjects. A person is commended only as the head of a house, by that title.
const (
	House Subject = "house"
	Group Subject = "group"
	Head  Subject = "head"
)

// Achievements lists what one may be commended for: the whole of the year, one of the six contents, fire safety, a model of work. Their
// words are "awards.achievement.<code>".
func Achievements() []string {
	return []string{"all", "VH", "TC", "TN", "NK", "GD", "HG", "fire", "model"}
}

// State is how far a commendation has come; its word is "awards.state.<state>".
type State string

// The states. draft → voted → published → decided → revoked; rejected by the vote, declined by the authority, dropped by those who
// proposed. A commendation that was decided on leaves that state only by revocation, and that one is the end.
const (
	Draft     State = "draft"
	Voted     State = "voted"
	Rejected  State = "rejected"
	Published State = "published"
	Decided   State = "decided"
	Declined  State = "declined"
	Dropped   State = "dropped"
	Revoked   State = "revoked"
)

// Alive reports whether a proposal still stands in the way of another for the same achievement.
func (s State) Alive() bool { return s == Draft || s == Voted || s == Published || s == Decided }

const (
	// PublishDays is how long a proposal is published before it may be decided on (F12: ≥ 10 days; calendar days).
	PublishDays = 10

	mostReason = 500
	mostVotes  = 999
	mostName   = 120
	mostBasis  = 300
	mostKinds  = 30
)

// Kind is a kind of commendation with who decides on it.
type Kind struct {
	Code      string
	Name      string // "Giấy khen"
	Authority string // "Chủ tịch Ủy ban nhân dân phường"
	Decides   access.Role
	Basis     string // the law or rule it rests on
	Active    bool
}

// chief is the head of the ward police: decides some kinds, and signs what is laid before others.
const chief = "Trưởng Công an phường"

// Defaults are the kinds of a ward that has not changed them (domain.md §5.5).
func Defaults() []Kind {
	return []Kind{
		{Code: "praise", Name: "Biểu dương", Authority: chief, Decides: access.Command, Basis: "Quy chế phong trào của phường", Active: true},
		{Code: "letter", Name: "Thư khen", Authority: chief, Decides: access.Command, Basis: "Quy chế phong trào của phường", Active: true},
		{
			Code: "certificate", Name: "Giấy khen", Authority: "Chủ tịch Ủy ban nhân dân phường", Decides: access.Committee,
			Basis: "Điều 80 Luật Thi đua, khen thưởng số 06/2022/QH15", Active: true,
		},
		{
			Code: "police", Name: "Giấy khen của Công an", Authority: chief, Decides: access.Command,
			Basis: "Khoản 5 Điều 80 Luật Thi đua, khen thưởng và phân cấp của Bộ Công an", Active: false,
		},
	}
}

func (k *Kind) check() error {
	var bad []fault.Field
	for _, x := range []struct {
		name string
		text *string
		most int
	}{{"name", &k.Name, mostName}, {"authority", &k.Authority, mostName}, {"basis", &k.Basis, mostBasis}} {
		*x.text = civil.NFC(*x.text)
		bad = append(bad, personal.Text(x.name, *x.text, "fault.required", x.most)...)
	}
	if k.Decides != access.Committee && k.Decides != access.Command {
		bad = append(bad, fault.Field{Name: "decides", Key: "awards.choose_decides"})
	}
	return fault.InvalidFields(bad)
}

// Figures are what stood behind a proposal when it was made. They are never counted again.
type Figures struct {
	AsOf      civil.Day `json:"as_of"`
	Class     string    `json:"class,omitempty"` // of a house
	Points    int       `json:"points,omitempty"`
	Max       int       `json:"max,omitempty"`
	Contents  string    `json:"contents,omitempty"` // one letter a content, as in the results
	Inspected civil.Day `json:"inspected,omitempty"`
	Measures  int       `json:"measures,omitempty"` // shortcomings of the campaign that were mended
	Open      int       `json:"open,omitempty"`     // and those that are not
	Safe      int       `json:"safe,omitempty"`     // of a group: houses
	Seen      int       `json:"seen,omitempty"`
	Houses    int       `json:"houses,omitempty"`
	Homes     int       `json:"homes,omitempty"` // households
	Pledged   int       `json:"pledged,omitempty"`
}

func (f *Figures) pack() (string, error) {
	b, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("write the figures of a commendation: %w", err)
	}
	return string(b), nil
}

func unpack(text string) (Figures, error) {
	var f Figures
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read the figures of a commendation: %w", err)
	}
	return f, nil
}

// Votes are the votes on a proposal.
type Votes struct{ Yes, No, Blank int }

// Cast is how many votes were cast.
func (v Votes) Cast() int { return v.Yes + v.No + v.Blank }

// Pass reports whether more than half of those who voted agree.
func (v Votes) Pass() bool { return 2*v.Yes > v.Cast() }

// Remark is a remark on a published proposal.
type Remark struct {
	N        int
	Text     string
	At       time.Time
	Answer   string
	Answered time.Time // zero: not yet
}

// Award is one commendation.
type Award struct {
	ID          string
	Number      int
	Campaign    string
	Year        int
	Subject     Subject
	Ref         string
	House       string
	Group       string
	Name        string // of the house or the group: "36A Hàng Bạc", "Tổ dân phố 5"
	Achievement string
	Kind        Kind
	State       State
	Reason      string
	Consent     civil.Day
	Figures     Figures
	Votes       Votes
	VotedOn     civil.Day
	PublishedOn civil.Day
	Until       civil.Day
	Decision    string
	DecidedOn   civil.Day
	Token       string
	Revoke      Revocation
	Account     string // who proposed
	Created     time.Time
	Remarks     []Remark
	Version     int
}

// Revocation is why a commendation is taken back; Account asked for it, and another must agree.
type Revocation struct {
	Reason, Decision, Account string
	On                        civil.Day
}

// Code is how a proposal is called: "KT-07/2026".
func (a *Award) Code() string { return fmt.Sprintf("KT-%02d/%s", a.Number, strconv.Itoa(a.Year)) }

// Unanswered is how many remarks wait for an answer.
func (a *Award) Unanswered() int {
	n := 0
	for i := range a.Remarks {
		if a.Remarks[i].Answered.IsZero() {
			n++
		}
	}
	return n
}

// Decidable says why no decision can be entered today, or nil.
func (a *Award) Decidable(today civil.Day) error {
	switch {
	case a.State != Published:
		return fault.Shut("awards.not_published")
	case today < a.Until:
		return fault.Shut("awards.still_published", "Day", a.Until)
	case a.Unanswered() > 0:
		return fault.Shut("awards.answer_first")
	}
	return nil
}

// New is a proposal as it is made.
type New struct {
	Subject     Subject
	Address     string // of the house, as typed
	Group       string
	Achievement string
	Kind        string
	Reason      string
	Consent     bool // the head agrees that the commendation is published
}

func (n *New) check(kinds []Kind) error {
	var bad []fault.Field
	add := func(name, key string) { bad = append(bad, fault.Field{Name: name, Key: key}) }
	switch n.Subject {
	case House, Head:
		if n.Address = civil.NFC(n.Address); n.Address == "" {
			add("house", "fault.required")
		}
	case Group:
		if n.Group == "" {
			add("group", "awards.choose_group")
		}
	default:
		add("subject", "awards.choose_subject")
	}
	if n.Subject == Head && !n.Consent {
		add("consent", "awards.need_consent")
	}
	if !slices.Contains(Achievements(), n.Achievement) {
		add("achievement", "awards.choose_achievement")
	}
	if !slices.ContainsFunc(kinds, func(k Kind) bool { return k.Code == n.Kind && k.Active }) {
		add("kind", "awards.choose_kind")
	}
	bad = append(bad, text("reason", &n.Reason, false)...)
	return fault.InvalidFields(bad)
}

// text looks through a text that somebody typed: its length, whether it must say something, and that it names nobody.
func text(name string, to *string, required bool) []fault.Field {
	*to = civil.NFCLines(*to)
	empty := ""
	if required {
		empty = "fault.required"
	}
	return personal.Text(name, *to, empty, mostReason)
}

// decisionNumber is the number and symbol of a decision: "125/QĐ-UBND".
var decisionNumber = pattern.Of(`^[0-9]{1,6}/[0-9A-ZĐ./-]{2,24}$`)

func checkDecision(name, number string) []fault.Field {
	if !decisionNumber().MatchString(number) {
		return []fault.Field{{Name: name, Key: "awards.bad_decision"}}
	}
	return nil
}
