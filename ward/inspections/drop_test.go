package inspections_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/inspections"
)

// From the close on no row of a campaign changes, a draft that nobody finished included.
func TestADraftOfAClosedCampaignStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		id := start(t, s, inspections.Planned)
		s.Phase(campaigns.Closed)
		s.As("officer").Post("/inspections/"+id+"/drop", nil).Is(409).Has("main", "đã chốt")
		if i := get(t, s, id); i.State != inspections.Draft {
			t.Errorf("the draft is %s", i.State)
		}
		if _, err := s.Inspections.Drop(t.Context(), s.Actor("officer"), id); !fault.Is(err, fault.Closed) {
			t.Errorf("dropped: %v", err)
		}
		s.Phase(campaigns.Publish)
		if to := s.As("officer").Post("/inspections/"+id+"/drop", nil).Goes(); to == "" {
			t.Error("before the close a draft can be given up")
		}
	})
}
