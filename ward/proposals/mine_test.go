package proposals_test

import (
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ward/proposals"
)

// What Hôm nay counts as waiting for a group lead's answer is what the list holds to which it leads.
func TestTheDayLeadsToWhatWaitsForTheReader(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		sent(t, s, "head", form(s))
		sent(t, s, "head", form(s, "category", "shared", "title", "Lịch trực vệ sinh chung chưa có"))
		lead := s.As("group lead")
		lead.Get("/today").OK().Has(`a[href="/proposals?state=mine"]`, "Trả lời 1 đề xuất")
		lead.Get("/proposals?state=mine").OK().Has("table", "Lịch trực vệ sinh").Lacks("table", "Đèn ngõ").Has(".chip", "Chờ ông/bà trả lời 1")
		s.As("head").Get("/today").OK().Lacks("main", "Trả lời 2 đề xuất").Lacks("main", "Trả lời 1 đề xuất")
		lead.Get("/proposals").OK().Has("table", "Lịch trực vệ sinh").Has("table", "Đèn ngõ")
	})
}

// Who takes a house over reads by when the next answer is due, and not when one was that has been given.
func TestAHandoverTellsTheDayOfWhatStillWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		first := sent(t, s, "head", form(s, "category", "shared", "title", "Lịch trực vệ sinh chung chưa có"))
		c.Pass(72 * time.Hour)
		second := sent(t, s, "head", form(s))
		early, late := get(t, s, "head", first).Due.Display(), get(t, s, "head", second).Due.Display()
		page := "/houses/" + s.House[bac] + "/handover"
		s.As("head").Get(page).OK().Has("main", "Hạn "+early)
		do(t, s, "group lead", first, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Tổ đã lập lịch, dán ở bảng tin."})
		s.As("head").Get(page).OK().Has("main", "Hạn "+late).Lacks("main", "Hạn "+early)
	})
}
