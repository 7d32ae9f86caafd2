package measures_test

import (
	"testing"

	"pgregory.net/rapid"

	"sonha/ground/access"
	"sonha/ward/measures"
)

// Whatever is done in whatever order, a measure is closed by a verified or a replaced report only: nothing leads from the work to
// the end without the first key.
func TestNoWayToTheEndWithoutAReport(t *testing.T) {
	t.Parallel()
	acts := []measures.Act{measures.Note, measures.Report, measures.Move, measures.Return, measures.Verify, measures.Fail}
	rapid.Check(t, func(t *rapid.T) {
		state, reported := measures.Planned, false
		for _, a := range rapid.SliceOfN(rapid.SampledFrom(acts), 1, 30).Draw(t, "acts") {
			to, ok := state.After(a)
			if !ok {
				continue
			}
			if state.Over() {
				t.Fatalf("%s leads on from %s", a, state)
			}
			switch a {
			case measures.Report:
				reported = true
			case measures.Return:
				reported = false
			}
			if to.Over() && !reported {
				t.Fatalf("%s closed a measure that nobody had reported", a)
			}
			if (to == measures.Reported) != (reported && !to.Over()) {
				t.Fatalf("%s: state %s, reported %t", a, to, reported)
			}
			state = to
		}
	})
}

// Nobody holds both keys, whatever the place and whoever reported.
func TestNobodyHoldsBothKeys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := measures.Measure{State: measures.Reported, Owner: rapid.SampledFrom(measures.Owners()).Draw(t, "owner")}
		if rapid.Bool().Draw(t, "house") {
			m.House = measures.House{ID: "1", Number: "36A", Street: "Hàng Bạc"}
		}
		m.ReportedAs = rapid.SampledFrom(access.Roles()).Draw(t, "reported as")
		for _, role := range access.Roles() {
			who := access.SignedInAs("a", "a", role, 1, []access.Grant{{Role: role, Ward: 1, ID: "1", Household: "H01"}})
			if m.Verifies(who) && (role == m.ReportedAs || role == access.Household || role == access.City || role == access.Administrator) {
				t.Fatalf("%s reported and %s verifies", m.ReportedAs, role)
			}
		}
	})
}
