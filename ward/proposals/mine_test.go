package proposals_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
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
		lead.Get("/proposals").OK().Has("table", "Lịch trực vệ sinh").Has("table", "Đèn ngõ")
	})
}
