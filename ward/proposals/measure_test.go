package proposals_test

import (
	"net/url"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
)

// A proposal becomes a measure at its house: the officer gives it out, the head sees it among what is to be done, and nobody else can.
func TestAProposalBecomesAMeasure(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		id := sent(t, s, "head", form(s))
		at := "/proposals/" + id
		page := s.As("officer").Get(at).OK().Has("summary", "Chuyển thành biện pháp")
		if page.Doc().Find(`textarea[name="content"]`).Text() == "" {
			t.Error("what was proposed does not stand in the form")
		}
		s.As("head").Get(at).OK().Lacks("summary", "Chuyển thành biện pháp")
		work := url.Values{"content": {"Thay bóng đèn cầu thang"}, "owner": {"house"}, "due": {"2026-10-10"}}
		s.As("officer").Post(at+"/measure", work).Is(422).Has(".error-text", "").Has("textarea", "Thay bóng đèn")
		work.Set("due", "2026-11-03")
		s.As("officer").Post(at+"/measure", work).Follow().OK().Has(`[aria-labelledby="measures"]`, "Thay bóng đèn cầu thang")
		s.As("head").Get(at).OK().Has(`[aria-labelledby="measures"]`, "Thay bóng đèn cầu thang")
		s.As("head").Get("/measures").OK().Has("main", "Thay bóng đèn cầu thang")
		s.As("head").Post(at+"/measure", work).Is(404)
		s.As("other officer").Post(at+"/measure", work).Is(404)
	})
}
