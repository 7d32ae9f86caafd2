package mediations_test

import (
	"testing"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/mediations"
)

// machine does whatever people may do to the register, in any order.
type machine struct {
	t    *testing.T
	s    *apptest.Site
	ids  []string
	last map[string]mediations.Case
}

// TestNoCaseSkipsTheCheckAndReferredIsFinal plays with the register: whatever is done in whatever order, every case went through the
// exclusion check, a referred one stays as it is, numbers run without a gap or a double, and nobody else opens one.
func TestNoCaseSkipsTheCheckAndReferredIsFinal(t *testing.T) {
	moving(t, func(s *apptest.Site, _ func(string)) {
		m := &machine{t: t, s: s, last: map[string]mediations.Case{}}
		rapid.Check(t, func(rt *rapid.T) {
			rt.Repeat(map[string]func(*rapid.T){"": m.check, "begin": m.begin, "describe": m.describe, "meet": m.meet, "finish": m.finish, "refer": m.refer, "follow": m.follow, "discard": m.discard})
		})
	})
}

func (m *machine) begin(rt *rapid.T) {
	in := mediations.Intake{Answers: map[mediations.Question]string{}}
	yes, open := false, false
	for _, q := range mediations.Questions() {
		in.Answers[q] = rapid.SampledFrom([]string{"no", "no", "no", "no", "no", "no", "yes", ""}).Draw(rt, string(q))
		yes, open = yes || in.Answers[q] == "yes", open || in.Answers[q] == ""
	}
	id, err := m.s.Mediations.Begin(m.t.Context(), m.s.Actor("mediator"), in)
	switch {
	case open && !yes:
		if !fault.Is(err, fault.Wrong) {
			rt.Fatalf("a case without the whole check: %v", err)
		}
		return
	case err != nil:
		rt.Fatal(err)
	}
	c := m.get(rt, id)
	if yes != (c.State == mediations.Referred) || yes != (c.Exclusion != mediations.Passed) {
		rt.Fatalf("yes: %v, and the case is %s, %s", yes, c.State, c.Exclusion)
	}
	m.ids = append(m.ids, id)
	m.last[id] = c
}

func (m *machine) get(rt *rapid.T, id string) mediations.Case {
	c, err := m.s.Mediations.Get(m.t.Context(), m.s.Actor("mediator"), id)
	if err != nil {
		rt.Fatal(err)
	}
	return c
}

func (m *machine) pick(rt *rapid.T) string {
	if len(m.ids) == 0 {
		rt.Skip("no case yet")
	}
	return rapid.SampledFrom(m.ids).Draw(rt, "case")
}

func (m *machine) day(rt *rapid.T) civil.Day {
	return civil.DayOf(m.s.DB.Now()).AddDays(rapid.IntRange(-3, 1).Draw(rt, "days"))
}

// did looks at what an act did: of a referred case nothing, and an act that was refused changes nothing.
func (m *machine) did(rt *rapid.T, id string, err error) {
	before, after := m.last[id], m.get(rt, id)
	if err == nil && before.State == mediations.Referred {
		rt.Fatal("something was done to a referred case")
	}
	if err != nil && after.Version != before.Version {
		rt.Fatalf("refused (%v), and yet it changed", err)
	}
	if err == nil && before.State.Ended() && after.State != before.State {
		rt.Fatalf("from %s to %s", before.State, after.State)
	}
	m.last[id] = after
}

func (m *machine) describe(rt *rapid.T) {
	id := m.pick(rt)
	m.did(rt, id, m.s.Mediations.Describe(m.t.Context(), m.s.Actor("mediator"), id, mediations.Details{
		Received: m.day(rt), Ground: rapid.SampledFrom(append(mediations.Grounds(), "")).Draw(rt, "ground"), Scope: rapid.SampledFrom(append(mediations.Scopes(), "")).Draw(rt, "scope"),
		Parties: rapid.IntRange(0, 4).Draw(rt, "parties"),
	}))
}

func (m *machine) meet(rt *rapid.T) {
	id := m.pick(rt)
	err := m.s.Mediations.Meet(m.t.Context(), m.s.Actor("mediator"), id, mediations.Session{On: m.day(rt)})
	if err == nil && m.last[id].State == mediations.Checked {
		rt.Fatal("a session of a case that nobody described")
	}
	m.did(rt, id, err)
}

func (m *machine) finish(rt *rapid.T) {
	id := m.pick(rt)
	state := rapid.SampledFrom([]mediations.State{mediations.Settled, mediations.Unsettled, mediations.Stopped, mediations.Referred, mediations.Open}).Draw(rt, "result")
	err := m.s.Mediations.Finish(m.t.Context(), m.s.Actor("mediator"), id, mediations.Outcome{State: state, On: m.day(rt), Steps: []mediations.Step{{Code: "quiet"}}})
	if err == nil && state == mediations.Settled && len(m.last[id].Sessions) == 0 {
		rt.Fatal("settled without a session")
	}
	m.did(rt, id, err)
}

func (m *machine) refer(rt *rapid.T) {
	id := m.pick(rt)
	m.did(rt, id, m.s.Mediations.Refer(m.t.Context(), m.s.Actor("mediator"), id, rapid.SampledFrom(append(mediations.Questions(), mediations.Passed, "")).Draw(rt, "why")))
}

func (m *machine) follow(rt *rapid.T) {
	id := m.pick(rt)
	m.did(rt, id, m.s.Mediations.FollowUp(m.t.Context(), m.s.Actor("mediator"), id, m.day(rt), rapid.SampledFrom(append(mediations.Keepings(), "")).Draw(rt, "kept")))
}

func (m *machine) discard(rt *rapid.T) {
	id := m.pick(rt)
	if rapid.IntRange(0, 3).Draw(rt, "seldom") > 0 {
		return
	}
	_, err := m.s.Mediations.Discard(m.t.Context(), m.s.Actor("mediator"), id)
	if (err == nil) != (m.last[id].State == mediations.Checked) {
		rt.Fatalf("discarding a case that is %s: %v", m.last[id].State, err)
	}
	if err != nil {
		m.did(rt, id, err)
		return
	}
	delete(m.last, id)
	kept := m.ids[:0]
	for _, x := range m.ids {
		if x != id {
			kept = append(kept, x)
		}
	}
	m.ids = kept
}

// check holds what is always so.
func (m *machine) check(rt *rapid.T) {
	numbers := map[int]bool{}
	for id, c := range m.last {
		for _, who := range []string{"other mediator", "command", "group lead", "administrator"} {
			if len(m.ids) > 0 && id == m.ids[0] {
				if _, err := m.s.Mediations.Get(m.t.Context(), m.s.Actor(who), id); !fault.Is(err, fault.Missing) {
					rt.Fatalf("%s opens a case: %v", who, err)
				}
			}
		}
		if c.Number > 0 && numbers[c.Number] {
			rt.Fatalf("two cases are number %d", c.Number)
		}
		numbers[c.Number] = true
	}
}

// TestTheSchemaHasNoPlaceForAPerson reads the columns of the register: days, counts, codes and ids, and one line that the detector
// looks through.
func TestTheSchemaHasNoPlaceForAPerson(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		want := map[string][]string{
			"mediations": {
				"ward_id", "id", "record", "group_id", "house_id", "year", "number", "state", "exclusion", "received_on", "ground", "scope", "guests", "parties", "households",
				"started_on", "ended_on", "written", "court", "book", "page", "follow_by", "followed_on", "kept", "early_id", "account_id", "created_at", "updated_at", "version",
			},
			"mediation_sessions": {"ward_id", "mediation_id", "n", "held_on", "in_public"},
			"mediation_steps":    {"ward_id", "mediation_id", "n", "step", "line"},
		}
		for table, columns := range want {
			got, err := dbColumns(t, s.DB, table)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(columns) {
				t.Errorf("%s has the columns %v, want %v: a register of mediations holds days, counts and codes only", table, got, columns)
			}
			for _, c := range columns {
				if !got[c] {
					t.Errorf("%s has no column %s", table, c)
				}
			}
		}
	})
}

// dbColumns gives the columns of a table in either database.
func dbColumns(t *testing.T, d *db.DB, table string) (map[string]bool, error) {
	t.Helper()
	query := `select c.name from pragma_table_info($1) c where {any: a test reads the schema} 1 = 1`
	if d.Name() == "postgres" {
		query = `select c.column_name from information_schema.columns c where {any: a test reads the schema} c.table_schema = current_schema() and c.table_name = $1`
	}
	got := map[string]bool{}
	err := d.Read(t.Context(), access.System(0, "test"), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			got[name] = true
			return err
		}, query, table)
	})
	return got, err
}
