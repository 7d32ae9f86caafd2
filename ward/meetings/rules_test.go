package meetings

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
)

// More than half is more than half: no rounding makes a half into it, and one household more does.
func TestMajoritiesAreStrict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole, pct := rapid.IntRange(0, 5000).Draw(t, "whole"), rapid.IntRange(50, 99).Draw(t, "pct")
		part := rapid.IntRange(0, whole).Draw(t, "part")
		m := Meeting{Households: whole, Present: part, Rules: Rules{Quorum: pct, Pass: pct}}
		if m.Quorate() != (whole > 0 && float64(part)/float64(whole) > float64(pct)/100+1e-12) {
			t.Fatalf("%d of %d over %d %%: %v", part, whole, pct, m.Quorate())
		}
		if whole == 0 {
			return
		}
		m.Present = m.Needed()
		if m.Present <= whole && !m.Quorate() {
			t.Fatalf("%d are needed of %d and are not enough", m.Needed(), whole)
		}
		if m.Present = m.Needed() - 1; m.Quorate() {
			t.Fatalf("%d are needed of %d and one less is enough", m.Needed(), whole)
		}
	})
	tie := Vote{Present: 10, For: 5, Against: 5, Pass: 50}
	if tie.Passed() {
		t.Error("a tie was passed")
	}
	if tie.For = 6; !tie.Passed() {
		t.Error("six of ten did not pass")
	}
}

// A vote never counts more households than were there.
func TestVotesAreNoMoreThanThoseThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-2, 12)
		v := Vote{Subject: "Khóa cổng lúc 23 giờ", Method: Hands, Present: n.Draw(t, "present"), For: n.Draw(t, "for"), Against: n.Draw(t, "against"), Other: n.Draw(t, "other"), Pass: 50}
		m := Meeting{Present: 10}
		good := v.Present >= 1 && v.Present <= 10 && v.For >= 0 && v.Against >= 0 && v.Other >= 0 && v.For+v.Against+v.Other <= v.Present
		if err := v.check(&m); (err == nil) != good {
			t.Fatalf("%+v: %v", v, err)
		}
	})
}

func TestPlansAreChecked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, civil.Hanoi)
	good := Plan{Plan: gatherings.Plan{Level: gatherings.House, Place: "Sân chung", Day: "2026-11-28", Clock: "19:30", Lasts: 60}, Title: "Họp thường kỳ quý IV", Agenda: []string{"- Khóa cổng chung", " ", "Đèn cầu thang"}, Guests: []string{"officer", "passer-by"}}
	if err := good.check(now); err != nil || len(good.Agenda) != 2 || good.Agenda[0] != "Khóa cổng chung" || len(good.Guests) != 1 {
		t.Fatalf("%+v %v", good, err)
	}
	for field, spoil := range map[string]func(*Plan){
		"title":  func(p *Plan) { p.Title = "Góp ý anh Hùng P203" },
		"agenda": func(p *Plan) { p.Agenda = []string{"Gọi 0912 345 678"} },
		"place":  func(p *Plan) { p.Place = strings.Repeat("à", gatherings.MostPlace+1) },
		"day":    func(p *Plan) { p.Day = "2026-08-01" },
		"clock":  func(p *Plan) { p.Clock = "25:00" },
		"lasts":  func(p *Plan) { p.Lasts = 0 },
	} {
		p := good
		spoil(&p)
		e, ok := fault.As(p.check(now))
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, e)
		}
	}
}

// The state of a meeting says what may be done with it.
func TestStates(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 21, 19, 30, 0, 0, civil.Hanoi)
	for _, x := range []struct {
		state         State
		after         time.Duration
		receive, door bool
	}{
		{Planned, -3 * time.Hour, false, false}, {Planned, -2 * time.Hour, true, true}, {Planned, 24 * time.Hour, true, false},
		{Held, time.Hour, true, true}, {Held, 7 * time.Hour, true, false}, {Minuted, time.Hour, false, false}, {Cancelled, 0, false, false},
	} {
		m := Meeting{State: x.state, Starts: start}
		now := start.Add(x.after)
		if m.Receiving(now) != x.receive || m.DoorOpen(now) != x.door || m.Writable() != (x.state == Held) {
			t.Errorf("%s %s: %v %v", x.state, x.after, m.Receiving(now), m.DoorOpen(now))
		}
	}
}

func TestWhoConvenesWhat(t *testing.T) {
	t.Parallel()
	as := func(r access.Role, id string) access.Actor {
		return access.SignedInAs("a", "Ông/bà", r, 1, []access.Grant{{Role: r, Ward: 1, ID: id, Household: "H01"}})
	}
	for _, x := range []struct {
		who  access.Actor
		m    Meeting
		want bool
	}{
		{as(access.Head, "h1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h1"}}}, true},
		{as(access.Head, "h1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h2"}}}, false},
		{as(access.Head, "h1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.Group, Group: "g1"}}}, false},
		{as(access.GroupLead, "g1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.Group, Group: "g1"}}}, true},
		{as(access.GroupLead, "g1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.Group, Group: "g2"}}}, false},
		{as(access.GroupLead, "g1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h1"}}}, true},
		{as(access.Command, ""), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.Ward}}}, true},
		{as(access.Command, ""), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h1"}}}, false},
		{as(access.Officer, "b1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h1"}}}, false},
		{as(access.Household, "h1"), Meeting{Plan: Plan{Plan: gatherings.Plan{Level: gatherings.House, House: "h1"}}}, false},
	} {
		if keeps(x.who, &x.m) != x.want {
			t.Errorf("%s %+v: want %v", x.who.Role(), x.m.Plan, x.want)
		}
	}
}

func TestTermsAreQuartersAndHalves(t *testing.T) {
	t.Parallel()
	list := terms("2026-01-01", "2026-12-31")
	small := 0
	for _, x := range list {
		if x.small {
			small++
		}
	}
	if len(list) != 6 || small != 2 || list[0].to != "2026-03-31" {
		t.Errorf("%+v", list)
	}
}
