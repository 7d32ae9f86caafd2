package app_test

import (
	"net/url"
	"strings"

	"sonha/engine/db"
	"sonha/engine/files"
	"sonha/ground/civil"
	"sonha/ward/measures"
	"sonha/ward/plans"
)

// measureOf is the measure of a shortcoming.
func (m *maker) measureOf(at spot, shortcoming string) string {
	m.T.Helper()
	var id string
	m.read(at.program, func(tx *db.Tx) error {
		list, err := measures.OfSourceTx(m.T.Context(), tx, measures.FromInspection, shortcoming)
		if err == nil && len(list) > 0 {
			id = list[len(list)-1].ID
		}
		return err
	})
	return id
}

// measured is a measure that the house carries out.
func (m *maker) measured(_ string, at spot) string {
	m.T.Helper()
	id, err := m.Measures.Give(m.T.Context(), at.program, measures.New{House: at.house, Content: "Thay bóng đèn cầu thang", Owner: measures.ByHouse, Days: 10})
	if err != nil {
		m.T.Fatal(err)
	}
	return id
}

func (m *maker) measurePhoto(person string, at spot) string {
	m.T.Helper()
	id := m.measured(person, at)
	if _, err := m.Measures.AddPhotos(m.T.Context(), at.program, id, []files.Photo{m.picture()}); err != nil {
		m.T.Fatal(err)
	}
	x, err := m.Measures.Get(m.T.Context(), at.program, id)
	if err != nil {
		m.T.Fatal(err)
	}
	return x.Photos[0].ID
}

// planned is the plan of the ward; the spot's ward gets one when it is asked for.
func (m *maker) planned(person string, at spot) string {
	m.T.Helper()
	m.campaign(person, at)
	p, err := m.Plans.Draw(m.T.Context(), at.program, planOrder(m.DB))
	if err != nil {
		m.T.Fatal(err)
	}
	return p.ID
}

func planOrder(d *db.DB) plans.Order {
	today := civil.DayOf(d.Now())
	return plans.Order{
		Seed: "2026112001", Share: plans.LeastShare, Cross: plans.LeastCross, Others: true, PerDay: 8, DaysAWeek: 3, From: today, To: today.AddDays(27), Reason: "rút thử",
	}
}

// measureForm is what is sent: a note without a text, which who may write one is asked for, or a whole form.
func (m *maker) measureForm(pattern string) url.Values {
	o := planOrder(m.DB)
	switch {
	case strings.HasSuffix(pattern, "/work"):
		return url.Values{"act": {string(measures.Note)}}
	case strings.HasSuffix(pattern, "/plan"):
		return url.Values{
			"share": {"10"}, "cross": {"30"}, "others": {"1"}, "per_day": {"8"}, "days": {"3"}, "from": {string(o.From)}, "to": {string(o.To)}, "seed": {o.Seed}, "reason": {o.Reason},
		}
	}
	return nil
}
