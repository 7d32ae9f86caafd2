package app_test

import (
	"net/url"

	"sonha/ground/civil"
	"sonha/ward/mediations"
)

// mediationThings say how to make what a path of the mediations names.
var mediationThings = map[string]func(m *maker, person string, at spot) string{
	"/mediations/{id}":                (*maker).mediation,
	"GET /mediations/{id}/card.pdf":   (*maker).agreed,
	"POST /mediations/{id}/follow-up": (*maker).agreed,
	"POST /mediations/{id}/discard":   (*maker).checked,
	"/settling/{id}":                  (*maker).settling,
}

func noExclusion() map[mediations.Question]string {
	list := map[mediations.Question]string{}
	for _, q := range mediations.Questions() {
		list[q] = "no"
	}
	return list
}

// checked is a case of the group in which the house lies, with nothing but the check.
func (m *maker) checked(_ string, at spot) string {
	m.T.Helper()
	id, err := m.Mediations.Begin(m.T.Context(), at.program, mediations.Intake{Group: m.of(at, "group_id"), Answers: noExclusion()})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// mediation is one that is under way.
func (m *maker) mediation(person string, at spot) string {
	m.T.Helper()
	id := m.checked(person, at)
	today := civil.DayOf(m.DB.Now())
	err := m.Mediations.Describe(m.T.Context(), at.program, id, mediations.Details{Received: today, Ground: "asked", Scope: "noise", Parties: 2})
	if err == nil {
		err = m.Mediations.Meet(m.T.Context(), at.program, id, mediations.Session{On: today})
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// agreed is one that was settled.
func (m *maker) agreed(person string, at spot) string {
	m.T.Helper()
	id := m.mediation(person, at)
	err := m.Mediations.Finish(m.T.Context(), at.program, id, mediations.Outcome{State: mediations.Settled, On: civil.DayOf(m.DB.Now()), Steps: []mediations.Step{{Code: "quiet"}}})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// settling is an early settling in the house.
func (m *maker) settling(_ string, at spot) string {
	m.T.Helper()
	id, err := m.Mediations.Begin(m.T.Context(), at.program, mediations.Intake{House: at.house, Answers: noExclusion()})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

// mediationForm is what is sent to the routes of the mediations.
func mediationForm(pattern string) url.Values {
	if pattern == "POST /settling/{id}" {
		return url.Values{"how": {"mistake"}}
	}
	return nil
}
