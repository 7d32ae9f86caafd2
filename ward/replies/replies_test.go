package replies_test

import (
	"net/url"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

const bac = "36A Hàng Bạc"

// TestTwoDaysAndNothingElse follows a request as the officer, the head and strangers see it.
func TestTwoDaysAndNothingElse(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 10, 20, 9, 0, 0, 0, civil.Hanoi)
	dbtest.EachAt(t, start, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := apptest.New(t, d)
		s.Enrol()
		house := s.House[bac]
		home := "/houses/" + house + "/replies"
		officer, head := s.As("officer"), s.As("head")
		head.Get("/houses/"+house+"/assessment/GD6").OK().Has(".recorded", "không ghi đề nghị hỗ trợ nào").Has(".recorded", "Gợi ý: Không áp dụng")
		for _, stranger := range []string{"household", "group lead", "other head", "other officer", "other command", "committee", "mediator", "administrator", "city"} {
			s.As(stranger).Get(home).Is(404)
			s.As(stranger).Post(home, url.Values{"asked": {"2026-10-19"}}).Is(404)
		}
		if found, err := s.Replies.Evidence(t.Context(), s.Actor("head"), house, "GD2"); err != nil || len(found) != 0 {
			t.Errorf("asked about another item: %+v %v", found, err)
		}
		// Who answers in the head's place is not told, not even that there is nothing.
		s.As("group lead").Get("/houses/"+house+"/assessment/GD6").OK().Lacks("main", "đề nghị hỗ trợ nào")
		officer.Post(home, url.Values{"asked": {"2026-10-21"}}).Is(422).Has(".error-text", "chưa tới")
		officer.Post(home, url.Values{"asked": {"2026-10-19"}}).Follow().OK().Has("main", "Hạn 03/11/2026")
		officer.Post(home, url.Values{"asked": {"2026-10-19"}}).Goes() // once
		head.Get("/today").OK().Has("main", "Trả lời đề nghị hỗ trợ")
		head.Get("/houses/"+house+"/assessment/GD6").OK().Has(".recorded", "còn trong hạn").Lacks(".recorded", "Gợi ý")
		clock.Set(start.AddDate(0, 0, 15))
		head.Get(home).OK().Has("main", "Đã quá hạn 03/11/2026")
		head.Get("/houses/"+house+"/assessment/GD6").OK().Has(".recorded", "Gợi ý: Chưa đạt")
		head.Post(home, url.Values{"do": {"answer"}, "of": {"2026-10-19"}, "answered": {"2026-10-18"}}).Is(422).Has(".error-text", "19/10/2026")
		head.Post(home, url.Values{"do": {"answer"}, "of": {"2026-10-18"}, "answered": {"2026-11-04"}}).Is(404)
		head.Post(home, url.Values{"do": {"answer"}, "of": {"2026-10-19"}, "answered": {"2026-11-04"}}).Follow().OK().Has("main", "chậm")
		head.Get("/houses/"+house+"/assessment/GD6").OK().Has(".recorded", "Gợi ý: Một phần")
		// What is noted is not written over by a form that did not show it; put right where it is shown, and the trail says from what.
		again := officer.Post(home, url.Values{"do": {"answer"}, "of": {"2026-10-19"}, "answered": {"2026-11-03"}}).Is(422).Has("main", "đã có ngày trả lời, 04/11/2026")
		if was := again.Value("was"); was != "2026-11-04" {
			t.Errorf("the form shows %q", was)
		}
		head.Get(home).OK().Has("main", "chậm").Has("summary", "Sửa ngày trả lời")
		head.Post(home, url.Values{"do": {"answer"}, "of": {"2026-10-19"}, "was": {"2026-11-04"}, "answered": {"2026-11-03"}}).Follow().OK().Has("main", "đúng hạn")
		trail := ""
		if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select a.detail from audit a where a.ward_id = {ward} and a.action = 'reply.corrected'`).Scan(&trail)
		}); err != nil || trail != "04/11/2026 → 03/11/2026" {
			t.Errorf("the trail says %q: %v", trail, err)
		}
		head.Get("/houses/"+house+"/assessment/GD6").OK().Has(".recorded", "Gợi ý: Đạt")
		head.Post(home, url.Values{"do": {"remove"}, "of": {"2026-10-19"}}).Is(422).Has("main", "không bỏ được")
		officer.Post(home, url.Values{"asked": {"2026-11-01"}}).Goes()
		officer.Post(home, url.Values{"do": {"remove"}, "of": {"2026-11-01"}}).Follow().OK().Lacks("main", "01/11/2026")
		if _, err := s.Replies.Expire(t.Context(), s.Actor("command"), false); !fault.Is(err, fault.Missing) {
			t.Errorf("the command expired days: %v", err)
		}
		clock.Set(start.AddDate(2, 0, 0))
		for _, want := range []int{1, 0} {
			if n, err := s.Replies.Expire(t.Context(), s.System(), false); err != nil || n != want {
				t.Errorf("%d went, want %d: %v", n, want, err)
			}
		}
	})
}
