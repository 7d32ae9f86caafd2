package proposals_test

import (
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ward/proposals"
)

// TestWhoIsTold: who answers reads what comes, the sender each step, the command and the committee what climbs; none of the
// messages tells what somebody typed.
func TestWhoIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		inbox := func(person, text string) {
			t.Helper()
			s.As(person).Get("/inbox").OK().Has("main", text).Lacks("main", "Cổng chung")
		}
		id := sent(t, s, "household", form(s, "category", "locks", "title", "Cổng chung không khóa được"))
		inbox("officer", "ĐX 1/2026: đề xuất mới ở 36A Hàng Bạc (Khóa, cổng, chuông, camera chung), hạn trả lời 03/11/2026")
		s.As("other officer").Get("/inbox").OK().Lacks("main", "ĐX 1/2026")
		do(t, s, "officer", id, proposals.Work{Act: proposals.Receive})
		inbox("household", "đã được tiếp nhận")
		do(t, s, "officer", id, proposals.Work{Act: proposals.Forward, Unit: proposals.ByWard, Note: "Khóa do phường cấp."})
		inbox("committee", "vừa được chuyển đến ông/bà")
		inbox("household", "đã chuyển cho UBND phường")
		c.Morning("2026-11-04")
		if _, err := s.Proposals.Climb(t.Context(), s.System()); err != nil {
			t.Fatal(err)
		}
		inbox("command", "quá hạn 03/11/2026: đã báo chỉ huy")
		c.Morning("2026-11-10")
		if _, err := s.Proposals.Climb(t.Context(), s.System()); err != nil {
			t.Fatal(err)
		}
		inbox("committee", "vẫn quá hạn")
		do(t, s, "committee", id, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Đã cấp khóa mới."})
		inbox("household", "đã có trả lời. Ông/bà xem và cho biết đã ổn chưa.")
		s.As("other household").Get("/inbox").OK().Lacks("main", "ĐX 1/2026")
	})
}

// TestRoundsComeDaily runs the periodic work as `sonha jobs run` does, the clearing also as a rehearsal.
func TestRoundsComeDaily(t *testing.T) {
	t.Parallel()
	s, c := one(t)
	id := sent(t, s, "head", form(s))
	c.Morning("2026-11-04")
	if lines, err := s.Queue.Run(t.Context(), s.System(), "proposals.climb", false); err != nil || len(lines) != 1 {
		t.Errorf("%q, %v", lines, err)
	}
	if get(t, s, "officer", id).Level != 1 {
		t.Error("nothing climbed")
	}
	if lines, err := s.Queue.Run(t.Context(), s.System(), "proposals.purge", true); err != nil || len(lines) != 1 {
		t.Errorf("%q, %v", lines, err)
	}
}
