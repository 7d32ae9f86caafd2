package meetings

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/houses"
)

// Minutes are what is kept of a meeting when it is over, in the form that is frozen: names of areas as they were on the day, and
// numbers of households. Who came and who said what is not in it.
type Minutes struct {
	Level       gatherings.Level `json:"level"`
	Area        string           `json:"area"`
	Group       string           `json:"group"`
	Ward        string           `json:"ward"`
	Title       string           `json:"title"`
	Place       string           `json:"place"`
	Agenda      []string         `json:"agenda"`
	Began       int64            `json:"began"` // Unix milliseconds
	Ended       int64            `json:"ended"` // 0: not over yet
	ChairRole   access.Role      `json:"chair_role"`
	ChairName   string           `json:"chair_name"`
	Secretary   Secretary        `json:"secretary"`
	Guests      []string         `json:"guests"`
	Households  int              `json:"households"`
	Present     int              `json:"present"`
	Quorum      int              `json:"quorum_pct"`
	Pass        int              `json:"pass_pct"`
	Said        []Said           `json:"said"`
	Votes       []Vote           `json:"votes"`
	Conclusions []Conclusion     `json:"conclusions"`
}

// Absent is how many households were invited and did not come.
func (m *Minutes) Absent() int { return m.Households - m.Present }

// Quorate reports whether enough households came.
func (m *Minutes) Quorate() bool { return over(m.Present, m.Households, m.Quorum) }

// BeganAt and EndedAt are the moments at which it began and ended.
func (m *Minutes) BeganAt() time.Time { return moment(m.Began) }

// EndedAt is zero while the meeting is not over.
func (m *Minutes) EndedAt() time.Time { return moment(m.Ended) }

// bytes are what the hash is over, and what is frozen.
func (m *Minutes) bytes() ([]byte, error) {
	b, err := json.Marshal(m) //nolint:musttag // of its parts the names of the fields are the frozen form
	if err != nil {
		return nil, fmt.Errorf("write minutes: %w", err)
	}
	return b, nil
}

// Sum is the content code of frozen minutes: the SHA-256 over their bytes.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Paper is what the pages and documents of a meeting's minutes show.
type Paper struct {
	Meeting Meeting
	Minutes Minutes
	Hash    string // of Minutes, as they stand now
	Addenda []Addendum
	Opened  map[string]string // the measures that came of conclusions, by the id of the conclusion
	Present []houses.Place    // the households that may keep the minutes, as the convener chooses among them: "id:H03"
}

// Short is the beginning of a hash, enough for people to compare.
func Short(hash string) string {
	const shown = 16
	return hash[:min(len(hash), shown)]
}

// minutes puts together what is known of a meeting.
func minutes(m *Meeting, said []Said, votes []Vote, conclusions []Conclusion) Minutes {
	x := Minutes{
		Level: m.Level, Area: m.Area, Group: m.GroupName, Ward: m.WardName, Title: m.Title, Place: m.Place, Agenda: m.Agenda, ChairRole: m.ChairRole, ChairName: m.ChairName,
		Secretary: m.Secretary, Guests: m.Guests, Households: m.Households, Present: m.Present, Quorum: m.Quorum, Pass: m.Pass,
		Said: said, Votes: votes, Conclusions: conclusions,
	}
	if !m.Began.IsZero() {
		x.Began = m.Began.UnixMilli()
	}
	if !m.Ended.IsZero() {
		x.Ended = m.Ended.UnixMilli()
	}
	for i := range x.Conclusions {
		x.Conclusions[i].Measure = "" // comes of the minutes and is no part of them
	}
	return x
}

// Text is what the chair and the secretary write into the minutes beside votes and conclusions.
type Text struct {
	Began, Ended string // hh:mm
	Secretary    string // as Secretary.Value says it
	Said         map[string]string
	Version      int
}

// times gives the moments of the clocks on the meeting's day.
func (t *Text) times(m *Meeting, now time.Time) (began, ended time.Time, err error) {
	var bad []fault.Field
	at := func(field, text string) time.Time {
		if !civil.ValidClock(text) {
			bad = append(bad, fault.Field{Name: field, Key: "gatherings.bad_clock"})
			return time.Time{}
		}
		return m.StartDay().At(text)
	}
	began = at("began", t.Began)
	if t.Ended == "" {
		return began, time.Time{}, fault.InvalidFields(bad)
	}
	ended = at("ended", t.Ended)
	switch {
	case len(bad) > 0:
	case !ended.After(began):
		bad = append(bad, fault.Field{Name: "ended", Key: "meetings.ended_before"})
	case ended.After(now.Add(time.Minute)):
		bad = append(bad, fault.Field{Name: "ended", Key: "meetings.ended_ahead", Pairs: []any{"Now", civil.Clock(now)}})
	}
	return began, ended, fault.InvalidFields(bad)
}
