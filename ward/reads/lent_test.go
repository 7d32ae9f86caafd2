package reads_test

import (
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/plans"
)

// TestALentHouseIsNotOutside draws a plan by which an officer inspects a house of another beat. The officer opens its page at the door on
// one day more often than anybody should open a house, and the phone fetches it ahead: nothing of it lies outside the officer's area.
func TestALentHouseIsNotOutside(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx := t.Context()
		s.Phase(campaigns.Inspect)
		all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		for _, id := range s.House {
			if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
				return s.Assessments.Record(ctx, tx, assessments.Full{CampaignID: s.Campaign.ID, HouseID: id, Answers: all, Sent: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		p, err := s.Plans.Draw(ctx, s.Actor("command"), plans.Order{Seed: "2026112001", Share: 100, Cross: 50, Others: true, PerDay: 20, DaysAWeek: 5, From: day, To: day.AddDays(6)})
		if err != nil {
			t.Fatal(err)
		}
		_, own := s.Actor("officer").Reach()
		lent := ""
		for _, v := range p.Visits {
			if v.Cross && slices.Contains(own, v.By) && v.Week > 0 {
				lent = v.House
			}
		}
		if lent == "" {
			t.Fatal("the plan lends the officer nothing")
		}
		officer, home := s.As("officer"), "/houses/"+lent
		officer.With("Sonha-Ahead", "1").Get(home + "/visit").OK()
		clock.Set(dbtest.Morning(day).Add(20 * 60e9))
		officer.Get(home + "/visit").OK()
		officer.Get(home).Is(404) // lent for its inspection, and for nothing else
		same(t, written(t, s, lent), "officer inspection ahead", "officer inspection inspection")
		clock.Set(dbtest.Morning(day.AddDays(1)))
		if lines, err := s.Queue.Run(ctx, s.System(), "reads.unusual", false); err != nil || !slices.Equal(lines, []string{"0 việc xem cần để ý"}) {
			t.Errorf("found %q: %v", lines, err)
		}
		// Once the plan is another one, the lines stay as they were.
		s.Phase(campaigns.Closed)
		officer.Get(home + "/visit").Is(404)
		same(t, written(t, s, lent), "officer inspection ahead", "officer inspection inspection")
	})
}
