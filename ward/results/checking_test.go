package results_test

import (
	"context"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// TestSumsThatWereChangedAreFoundAndMended changes a kept sum behind the program's back.
func TestSumsThatWereChangedAreFoundAndMended(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, who := t.Context(), s.System()
		propose(t, s, s.Actor("officer"), "36A Hàng Bạc", criteria.Safe, nil)
		if drifts, checked, err := s.Results.Drifts(ctx, who); err != nil || len(drifts) != 0 || checked == 0 {
			t.Fatalf("an untouched ward: %d of %d sums differ, error %v", len(drifts), checked, err)
		}
		behind(t, d, s, `update tallies set safe = safe + 3, houses = houses - 1 where ward_id = {ward} and houses > 0`)
		drifts, _, err := s.Results.Drifts(ctx, who)
		if err != nil || len(drifts) == 0 {
			t.Fatalf("changed sums are not found: %v", err)
		}
		for _, x := range drifts {
			if x.Stored.Safe != x.Counted.Safe+3 || x.Stored.Houses != x.Counted.Houses-1 || x.Year != s.Campaign.Year {
				t.Errorf("found %+v", x)
			}
		}
		if err := s.Results.Mend(ctx, who); err != nil {
			t.Fatal(err)
		}
		if drifts, _, err := s.Results.Drifts(ctx, who); err != nil || len(drifts) != 0 {
			t.Errorf("after mending %d sums differ, error %v", len(drifts), err)
		}
		behind(t, d, s, `delete from tallies as t where t.ward_id = {ward}`)
		if drifts, _, err := s.Results.Drifts(ctx, who); err != nil || len(drifts) == 0 {
			t.Errorf("missing sums are not found: %v", err)
		}
	})
}

// TestASnapshotThatWasChangedIsFound changes what was closed.
func TestASnapshotThatWasChangedIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, who := t.Context(), s.System()
		s.Phase(campaigns.Publish)
		c, err := s.Campaigns.Get(ctx, s.Actor("command"), s.Campaign.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Results.Close(ctx, s.Actor("command"), c.ID, c.Version); err != nil {
			t.Fatal(err)
		}
		if years, checked, err := s.Results.Altered(ctx, who); err != nil || len(years) != 0 || checked != 1 {
			t.Fatalf("as closed: %v of %d, error %v", years, checked, err)
		}
		behind(t, d, s, `update snapshots set sha256 = 'x' where ward_id = {ward}`)
		if years, _, err := s.Results.Altered(ctx, who); err != nil || len(years) != 1 || years[0] != c.Year {
			t.Errorf("changed: %v, error %v", years, err)
		}
	})
}

// behind changes rows without the store.
func behind(t *testing.T, d *db.DB, s *apptest.Site, statement string) {
	t.Helper()
	if err := d.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		if _, err := tx.Exec(context.WithoutCancel(t.Context()), statement); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "test.tamper", Object: "ward"})
	}); err != nil {
		t.Fatal(err)
	}
}
