package app_test

import (
	"sonha/ward/reports/periodic"
)

// periodicThings say how to make what a path of the periodic reports names.
var periodicThings = map[string]func(m *maker, person string, at spot) string{
	"/reports/periodic/{id}": (*maker).reported,
}

// reported is a draft of the residential group in which the house lies, of whatever month has none yet.
func (m *maker) reported(_ string, at spot) string {
	m.T.Helper()
	m.campaign("", at)
	for n := range 24 {
		month := periodic.Period{Kind: periodic.Month, Year: 2025 + n/12, N: n%12 + 1}
		if id, err := m.Periodic.Begin(m.T.Context(), at.program, periodic.Ask{Period: month, Basis: periodic.Decree, Group: m.of(at, "group_id")}); err == nil {
			return id
		}
	}
	m.T.Fatal("every month of the group has a report")
	return ""
}
