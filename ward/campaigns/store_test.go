package campaigns_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

func TestACampaignMovesOneStepAtATime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, command := t.Context(), s.Actor("command")
		c, err := s.Campaigns.Current(ctx, command)
		if err != nil || c.Phase != campaigns.Inspect || len(c.Dates) != 5 {
			t.Fatalf("current: %+v %v", c, err)
		}
		if err := s.Campaigns.Move(ctx, command, c.ID, campaigns.Publish, c.Version); !fault.Is(err, fault.Closed) {
			t.Errorf("skipped a step: %v", err)
		}
		if err := s.Campaigns.Move(ctx, command, c.ID, campaigns.Closed, c.Version); !fault.Is(err, fault.Closed) {
			t.Errorf("closed without a snapshot: %v", err)
		}
		if err := s.Campaigns.Move(ctx, s.Actor("officer"), c.ID, campaigns.Review, c.Version); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer moved the campaign: %v", err)
		}
		if err := s.Campaigns.Move(ctx, command, c.ID, campaigns.Review, c.Version); err != nil {
			t.Fatal(err)
		}
		if err := s.Campaigns.Move(ctx, command, c.ID, campaigns.Publish, c.Version); !fault.Is(err, fault.Clash) {
			t.Errorf("moved from an old page: %v", err)
		}
		if _, err := s.Campaigns.Create(ctx, command, campaigns.New{Year: 2026, Criteria: 1}); !fault.Is(err, fault.Wrong) {
			t.Errorf("two campaigns in one year: %v", err)
		}
	})
}
