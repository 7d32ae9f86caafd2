package app_test

import (
	"sonha/ward/reviews"
)

// reviewThings say how to make what a path of the reviews names.
var reviewThings = map[string]func(m *maker, person string, at spot) string{
	"/reviews/{id}": (*maker).reviewed,
}

// reviewed is a draft of the residential group in which the house lies, of whatever period has none yet.
func (m *maker) reviewed(_ string, at spot) string {
	m.T.Helper()
	m.campaign("", at)
	for _, period := range reviews.Periods() {
		id, err := m.Reviews.Begin(m.T.Context(), at.program, reviews.New{Year: 2026, Period: period, Group: m.of(at, "group_id")})
		if err == nil {
			return id
		}
	}
	m.T.Fatal("every period of the group has a review")
	return ""
}
