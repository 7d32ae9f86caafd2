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
			if listed := s.As(person).Get("/measures?turn=confirm").OK().Doc().Find("main table tbody tr").Length(); listed != len(may) {
				t.Errorf("%s may verify %d and the list behind Hôm nay has %d", person, len(may), listed)
			}
			some += len(may)
		}
		if some < len(all) {
			t.Errorf("%d second keys for %d measures", some, len(all))
		}
	})
}

// The list behind a line of Hôm nay has what the line counts: an officer looks at what others carry out, and the committee urges what has
// climbed as far as the committee.
func TestTheListOfATurnHasWhatWaitsForTheReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		give := func(content string, owner measures.Owner) {
			n := lamp(s)
			n.Content, n.Owner = content, owner
			opened(t, s, "command", n)
		}
		give("Lắp đèn ngõ", measures.ByHouse)
		give("Đi tuần ban đêm", measures.ByOfficer)
		list := func(person, turn string) *apptest.Reply { return s.As(person).Get("/measures?turn=" + turn).OK() }
		list("head", "do").Has(".chip", "Chờ ông/bà làm").Has("table", "Lắp đèn ngõ").Lacks("table", "Đi tuần ban đêm")
		list("officer", "do").Has("table", "Đi tuần ban đêm").Lacks("table", "Lắp đèn ngõ")
		list("officer", "check").Has("main", "Không có biện pháp nào")
		c.Days(15)
		list("officer", "check").Has(".chip", "chờ ông/bà đến xem").Has("table", "Lắp đèn ngõ").Lacks("table", "Đi tuần ban đêm")
		s.As("officer").Get("/measures?overdue=1").OK().Has("table", "Lắp đèn ngõ").Has("table", "Đi tuần ban đêm")
		list("head", "check").Has("main", "Không có biện pháp nào")
		list("committee", "urge").Has("main", "Không có biện pháp nào")
		list("other officer", "do").Lacks("main", "Đi tuần ban đêm")
	})
}
