package measures_test

import (
	"slices"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/measures"
)

// What waits for the second key of somebody is exactly what that person may verify: the statement that reads it and the rule say
// the same.
func TestWhatWaitsForASecondKeyIsWhatOneMayVerify(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		var all []string
		report := func(person string, n measures.New) {
			id := opened(t, s, "command", n)
			all = append(all, id)
			do(t, s, person, id, measures.Work{Act: measures.Report})
		}
		report("head", lamp(s))
		report("officer", lamp(s))
		elsewhere := lamp(s)
		elsewhere.House = s.House["12/5 Hàng Bạc"] // has no head
		report("officer", elsewhere)
		group := lamp(s)
		group.House, group.Group, group.Owner = "", s.Group["Tổ dân phố 1"], measures.ByGroup
		report("group lead", group)
		report("officer", group)
		ward := lamp(s)
		ward.House, ward.Owner = "", measures.ByWard
		report("committee", ward)
		ward.Owner = measures.ByCommand
		report("command", ward)
		some := 0
		for _, person := range []string{"head", "group lead", "officer", "command", "committee"} {
			who := s.Actor(person)
			var may, waits []string
			for _, id := range all {
				if m, err := s.Measures.Get(t.Context(), who, id); err == nil && m.Verifies(who) {
					may = append(may, id)
				}
			}
			if err := s.DB.Read(t.Context(), who, func(tx *db.Tx) error {
				w, err := measures.WaitingTx(t.Context(), tx)
				for i := range w.Confirm {
					waits = append(waits, w.Confirm[i].ID)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			slices.Sort(may)
			slices.Sort(waits)
			if !slices.Equal(may, waits) {
				t.Errorf("%s may verify %v and is shown %v", person, may, waits)
			}
			some += len(may)
		}
		if some < len(all) {
			t.Errorf("%d second keys for %d measures", some, len(all))
		}
	})
}
