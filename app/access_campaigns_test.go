package app_test

import (
	"slices"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/indicators"
)

// campaign is the one of the ward; the other ward gets one when it is first asked for.
func (m *maker) campaign(_ string, at spot) string {
	m.T.Helper()
	c, err := m.Campaigns.ByYear(m.T.Context(), at.program, 2026)
	if fault.Is(err, fault.Missing) {
		c = m.begin(at, 2026, campaigns.Inspect)
	} else if err != nil {
		m.T.Fatal(err)
	}
	return c.ID
}

// closed is a campaign of an earlier year that was closed.
func (m *maker) closed(_ string, at spot) string {
	m.T.Helper()
	c, err := m.Campaigns.ByYear(m.T.Context(), at.program, 2025)
	if err == nil {
		return c.ID
	}
	c = m.begin(at, 2025, campaigns.Publish)
	if err := m.Results.Close(m.T.Context(), at.program, c.ID, c.Version); err != nil {
		m.T.Fatal(err)
	}
	return c.ID
}

func (m *maker) begin(at spot, year int, phase campaigns.Phase) campaigns.Campaign {
	m.T.Helper()
	ctx := m.T.Context()
	c, err := m.Campaigns.Create(ctx, at.program, campaigns.New{Year: year, Criteria: m.Set.Version})
	if err == nil {
		err = m.DB.Write(ctx, at.program, func(tx *db.Tx) error { return campaigns.SetPhase(ctx, tx, c, phase, c.Version) })
	}
	if err == nil {
		c, err = m.Campaigns.ByYear(ctx, at.program, year)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return c
}

// count is an official count that holds.
func (m *maker) count(at spot) string {
	m.T.Helper()
	ctx := m.T.Context()
	m.rosters++
	period, _ := indicators.NewPeriod(indicators.Year, 1950+m.rosters, 0)
	if err := m.Indicators.Record(ctx, at.program, indicators.New{Series: indicators.Crime, Period: period, Value: 20}); err != nil {
		m.T.Fatal(err)
	}
	entries, _, err := m.Indicators.Entries(ctx, at.program, indicators.Crime)
	if err != nil {
		m.T.Fatal(err)
	}
	return entries[slices.IndexFunc(entries, func(e indicators.Entry) bool { return e.Period == period })].ID
}

// seriesBreak is a break that the ward added.
func (m *maker) seriesBreak(at spot) string {
	m.T.Helper()
	ctx := m.T.Context()
	m.rosters++
	day := civil.NewDay(1950+m.rosters, 1, 1)
	if err := m.Indicators.AddBreak(ctx, at.program, string(day), "Cách tính mới"); err != nil {
		m.T.Fatal(err)
	}
	_, breaks, err := m.Indicators.Entries(ctx, at.program, indicators.Crime)
	if err != nil {
		m.T.Fatal(err)
	}
	return breaks[slices.IndexFunc(breaks, func(b indicators.Break) bool { return b.On == day })].ID
}
