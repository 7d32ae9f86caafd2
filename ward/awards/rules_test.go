package awards_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/awards"
)

// machine does whatever people may do to commendations, in any order and on any day.
type machine struct {
	t    *testing.T
	s    *apptest.Site
	day  *civil.Day
	ids  []string
	last map[string]awards.Award
}

// TestNothingIsDecidedBeforeItsTimeOrTwice plays with commendations: no decision before ten days and every answer, no two alive for one
// achievement, no revocation by one person, and what was frozen stays.
func TestNothingIsDecidedBeforeItsTimeOrTwice(t *testing.T) {
	t.Parallel()
	day := civil.Day("2026-11-02")
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Clock: func() time.Time { return morning(string(day)) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	m := &machine{t: t, s: apptest.New(t, d), day: &day, last: map[string]awards.Award{}}
	m.s.Enrol()
	rapid.Check(t, func(rt *rapid.T) {
		rt.Repeat(map[string]func(*rapid.T){
			"": m.check, "propose": m.propose, "vote": m.vote, "publish": m.publish, "remark": m.remark, "answer": m.answer, "decide": m.decide, "decline": m.decline, "drop": m.drop,
			"revoke": m.revoke, "confirm": m.confirm, "pass": func(rt *rapid.T) { *m.day = m.day.AddDays(rapid.IntRange(1, 6).Draw(rt, "days")) },
		})
	})
}

func (m *machine) person(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"command", "committee", "group lead"}).Draw(rt, "person")
}

func (m *machine) get(rt *rapid.T, id string) awards.Award {
	a, err := m.s.Awards.Get(m.t.Context(), m.s.Actor("committee"), id)
	if err != nil {
		rt.Fatal(err)
	}
	return a
}

func (m *machine) pick(rt *rapid.T) string {
	if len(m.ids) == 0 {
		rt.Skip("nothing was proposed")
	}
	return rapid.SampledFrom(m.ids[max(0, len(m.ids)-4):]).Draw(rt, "award")
}

func (m *machine) propose(rt *rapid.T) {
	n := awards.New{
		Subject: rapid.SampledFrom([]awards.Subject{awards.House, awards.Head}).Draw(rt, "subject"), Address: bac, Kind: rapid.SampledFrom([]string{"certificate", "praise"}).Draw(rt, "kind"),
		Achievement: rapid.SampledFrom([]string{"all", "TC"}).Draw(rt, "achievement"), Consent: rapid.Bool().Draw(rt, "consent"),
	}
	alive := false
	for _, a := range m.last {
		alive = alive || a.State.Alive() && a.Subject == n.Subject && a.Achievement == n.Achievement
	}
	id, err := m.s.Awards.Propose(m.t.Context(), m.s.Actor("command"), n)
	refused := alive || n.Subject == awards.Head && !n.Consent
	if refused != fault.Is(err, fault.Wrong) || !refused && err != nil {
		rt.Fatalf("alive %v, consent %v: %v", alive, n.Consent, err)
	}
	if err == nil {
		m.ids, m.last[id] = append(m.ids, id), m.get(rt, id)
	}
}

// did holds that an act that was refused changed nothing and that the one that was taken led where it may.
func (m *machine) did(rt *rapid.T, id string, err error) {
	before, after := m.last[id], m.get(rt, id)
	if err != nil && (after.Version != before.Version || after.State != before.State) {
		rt.Fatalf("refused (%v), and yet it changed", err)
	}
	ways := map[awards.State][]awards.State{
		awards.Draft: {awards.Voted, awards.Rejected, awards.Dropped}, awards.Voted: {awards.Published, awards.Dropped},
		awards.Published: {awards.Decided, awards.Declined, awards.Dropped}, awards.Decided: {awards.Revoked},
	}
	if after.State != before.State && !slices.Contains(ways[before.State], after.State) {
		rt.Fatalf("from %s to %s", before.State, after.State)
	}
	if after.Figures != before.Figures {
		rt.Fatal("the figures behind it changed")
	}
	m.last[id] = after
}

func (m *machine) vote(rt *rapid.T) {
	id := m.pick(rt)
	v := awards.Votes{Yes: rapid.IntRange(-1, 5).Draw(rt, "yes"), No: rapid.IntRange(0, 3).Draw(rt, "no"), Blank: rapid.IntRange(0, 2).Draw(rt, "blank")}
	err := m.s.Awards.Vote(m.t.Context(), m.s.Actor(m.person(rt)), id, *m.day, v)
	m.did(rt, id, err)
	if a := m.last[id]; err == nil && (a.State == awards.Voted) != v.Pass() {
		rt.Fatalf("%+v: %s", v, a.State)
	}
}

func (m *machine) publish(rt *rapid.T) {
	id, who := m.pick(rt), m.person(rt)
	err := m.s.Awards.Publish(m.t.Context(), m.s.Actor(who), id)
	if err == nil && who == "group lead" {
		rt.Fatal("a group lead published")
	}
	m.did(rt, id, err)
}

func (m *machine) remark(rt *rapid.T) {
	id := m.pick(rt)
	if err := m.s.Awards.Remark(m.t.Context(), m.s.Actor("household"), id, "Đèn cổng chưa lắp"); err == nil && m.last[id].State != awards.Published {
		rt.Fatalf("a remark on what is %s", m.last[id].State)
	}
	m.last[id] = m.get(rt, id)
}

func (m *machine) answer(rt *rapid.T) {
	id := m.pick(rt)
	_ = m.s.Awards.Answer(m.t.Context(), m.s.Actor("command"), id, rapid.IntRange(1, 3).Draw(rt, "n"), "Đã lắp")
	m.last[id] = m.get(rt, id)
}

func (m *machine) decide(rt *rapid.T) {
	id, who := m.pick(rt), m.person(rt)
	before := m.last[id]
	err := m.s.Awards.Decide(m.t.Context(), m.s.Actor(who), id, "12/QĐ-UBND", m.day.AddDays(rapid.IntRange(-2, 1).Draw(rt, "days")))
	if err == nil && (*m.day < before.PublishedOn.AddDays(awards.PublishDays) || before.Unanswered() > 0 || string(before.Kind.Decides) != who) {
		rt.Fatalf("%s decided on %s: published %s, %d without an answer, for %s", who, *m.day, before.PublishedOn, before.Unanswered(), before.Kind.Decides)
	}
	m.did(rt, id, err)
}

func (m *machine) decline(rt *rapid.T) {
	id := m.pick(rt)
	m.did(rt, id, m.s.Awards.Decline(m.t.Context(), m.s.Actor(m.person(rt)), id))
}

func (m *machine) drop(rt *rapid.T) {
	id := m.pick(rt)
	if rapid.IntRange(0, 3).Draw(rt, "seldom") == 0 {
		m.did(rt, id, m.s.Awards.Drop(m.t.Context(), m.s.Actor(m.person(rt)), id))
	}
}

func (m *machine) revoke(rt *rapid.T) {
	id := m.pick(rt)
	m.did(rt, id, m.s.Awards.Revoke(m.t.Context(), m.s.Actor(m.person(rt)), id, "Sai thủ tục", "20/QĐ-UBND"))
}

func (m *machine) confirm(rt *rapid.T) {
	id, who := m.pick(rt), m.person(rt)
	before := m.last[id]
	var err error
	if rapid.Bool().Draw(rt, "keep") {
		err = m.s.Awards.Keep(m.t.Context(), m.s.Actor(who), id)
	} else if err = m.s.Awards.Confirm(m.t.Context(), m.s.Actor(who), id); err == nil && before.Revoke.Account == m.s.Actor(who).Account() {
		rt.Fatal("one person turned both keys")
	}
	m.did(rt, id, err)
}

// check holds what is always so: one commendation alive for an achievement, and what its code says to everybody.
func (m *machine) check(rt *rapid.T) {
	alive := map[string]bool{}
	for _, a := range m.last {
		key := string(a.Subject) + a.Achievement
		if a.State.Alive() && alive[key] {
			rt.Fatalf("two commendations for %s", key)
		}
		alive[key] = alive[key] || a.State.Alive()
		if (a.Token != "") != (a.State == awards.Decided || a.State == awards.Revoked) {
			rt.Fatalf("a code for what is %s", a.State)
		}
	}
}
