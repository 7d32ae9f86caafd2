package app_test

import (
	"net/url"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/gatherings"
	"sonha/ward/meetings"
)

// meetingThings make the meetings of the access table: each is of the house of the spot, and was invited to.
var meetingThings = map[string]func(m *maker, person string, at spot) string{
	"/meetings/{id}": (*maker).gathered,
	"/m/{token}":     func(m *maker, person string, at spot) string { return m.meeting(at, m.gathered(person, at)).Token },
	"/ical/{token}":  (*maker).subscribed,

	"GET /meetings/{id}/minutes":      (*maker).minuted,
	"GET /meetings/{id}/minutes.pdf":  (*maker).minuted,
	"GET /meetings/{id}/minutes.docx": (*maker).minuted,
	"POST /meetings/{id}/addenda":     (*maker).minuted,
	// Minutes are written of what was held.
	"POST /meetings/{id}/minutes":     (*maker).toSign,
	"POST /meetings/{id}/votes":       (*maker).toSign,
	"POST /meetings/{id}/conclusions": (*maker).toSign,
	"POST /meetings/{id}/confirm":     (*maker).toSign,
	// Who signs is the household that keeps the minutes, or the convener, who has them on paper.
	"POST /meetings/{id}/sign": (*maker).toSign,
}

// meetingForm is what a form must hold so that the thing is looked for before anything is refused.
func meetingForm(pattern string) url.Values {
	if pattern == "POST /meetings/rules" {
		return url.Values{"level": {"house"}}
	}
	return nil
}

// gathered is a meeting of the house that begins in an hour.
func (m *maker) gathered(_ string, at spot) string {
	m.T.Helper()
	starts := m.DB.Now().Add(time.Hour)
	id, err := m.Meetings.Create(m.T.Context(), at.program, meetings.Plan{
		Plan: gatherings.Plan{Level: gatherings.House, House: at.house, Place: "Sân chung", Day: civil.DayOf(starts), Clock: civil.Clock(starts), Lasts: 60}, Title: "Họp thường kỳ", Agenda: []string{"Khóa cổng chung"},
	})
	if err == nil {
		err = m.Meetings.Invite(m.T.Context(), at.program, id)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) meeting(at spot, id string) meetings.Meeting {
	m.T.Helper()
	x, err := m.Meetings.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return x
}

// toSign is a meeting whose minutes the chair has confirmed; household H01 keeps them.
func (m *maker) toSign(person string, at spot) string {
	m.T.Helper()
	ctx, id := m.T.Context(), m.gathered(person, at)
	err := m.Meetings.Begin(ctx, at.program, id)
	if err == nil {
		err = m.Meetings.Tick(ctx, at.program, id, at.house, []string{"H01", "H02"})
	}
	if err == nil {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error {
			now := m.DB.Now()
			began := now.Add(-time.Minute)
			if _, err := tx.Exec(ctx, `update meetings set began_at = $1, ended_at = $2, secretary_house = $3, secretary_household = 'H01' where ward_id = {ward} and id = $4`,
				began.UnixMilli(), now.UnixMilli(), at.house, id); err != nil {
				return err
			}
			if err := m.Meetings.ConcludeTx(ctx, tx, id, meetings.Conclusion{Content: "Thay khóa cổng", Owner: "head"}); err != nil {
				return err
			}
			return m.Meetings.ConfirmTx(ctx, tx, id, "")
		})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// minuted is one whose minutes are frozen.
func (m *maker) minuted(person string, at spot) string {
	m.T.Helper()
	id := m.toSign(person, at)
	if err := m.Meetings.Sign(m.T.Context(), at.program, id, "", true); err != nil {
		m.T.Fatal(err)
	}
	return id
}

// subscribed is the address of the calendar of a head of the house who is none of the people of the site.
func (m *maker) subscribed(person string, at spot) string {
	m.T.Helper()
	id, ward := m.account(person, at), at.program.Ward()
	who := access.SignedInAs(id, "Trần Thị Thử", access.Head, ward, []access.Grant{{Role: access.Head, Ward: ward, ID: at.house}})
	token, err := m.Meetings.RenewFeed(m.T.Context(), who)
	if err != nil {
		m.T.Fatal(err)
	}
	return strings.TrimPrefix(meetings.FeedPath(ward, token), "/ical/")
}
