package logbook_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
)

// clocked runs a test on SQLite with a clock that it may move to any moment.
func clocked(t *testing.T, fn func(s *apptest.Site, to func(day string, clock time.Duration))) {
	t.Helper()
	t.Parallel()
	at := morning("2026-11-21")
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	s := apptest.New(t, d)
	s.Enrol()
	fn(s, func(day string, clock time.Duration) { at = civil.Day(day).Time().Add(clock) })
}

func run(t *testing.T, s *apptest.Site, name string, dry bool) string {
	t.Helper()
	lines, err := s.Queue.Run(t.Context(), s.System(), name, dry)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestTheEveningCheck(t *testing.T) {
	clocked(t, func(s *apptest.Site, to func(string, time.Duration)) {
		head, path := s.As("head"), home(s, "/evening")
		head.Get(path).OK().Has("main", "không điểm danh người").Has("button", "Bật kiểm tra buổi tối")
		head.Post(path, url.Values{"check": {"gate"}}).Is(http.StatusUnprocessableEntity).Has("main", "đang tắt")
		head.Post(path+"/setting", url.Values{"hour": {"23"}}).Is(http.StatusUnprocessableEntity).Has("main", "từ 18 đến 20")
		head.Post(path+"/setting", url.Values{"hour": {"19"}}).Follow().OK().Has("button", "Tối nay yên ổn")
		s.As("officer").Get(path).Is(http.StatusNotFound)
		to("2026-11-21", 18*time.Hour+40*time.Minute)
		head.Get("/today").OK().Lacks("main", "Kiểm tra buổi tối")
		run(t, s, "logbook.evening", false)
		head.Get("/inbox").OK().Lacks("main", "chưa ghi kiểm tra")
		to("2026-11-21", 19*time.Hour+5*time.Minute)
		if said := run(t, s, "logbook.evening", true); !strings.Contains(said, "nhắc 1 số nhà") {
			t.Errorf("a dry run says %q", said)
		}
		head.Get("/inbox").OK().Lacks("main", "chưa ghi kiểm tra")
		run(t, s, "logbook.evening", false)
		run(t, s, "logbook.evening", false)
		inbox := head.Get("/inbox").OK().Has("main", "chưa ghi kiểm tra")
		if n := strings.Count(inbox.Text("main"), "chưa ghi kiểm tra"); n != 1 {
			t.Errorf("reminded %d times in one evening", n)
		}
		head.Get("/today").OK().Has("main", "Kiểm tra buổi tối")
		head.Post(path, url.Values{}).Is(http.StatusUnprocessableEntity).Has("main", "ít nhất một việc")
		head.Post(path, url.Values{"check": {"gate", "lights", "fire"}}).Follow().OK().Has("main", "Cổng, đèn, lửa đều ổn")
		head.Get("/today").OK().Lacks("main", "Kiểm tra buổi tối")
		// Half past midnight still belongs to the evening before.
		to("2026-11-22", 30*time.Minute)
		head.Post(path, url.Values{"check": {"gate"}}).Follow().OK().Has("main", "Cổng đã khóa").Has("main", "21/11/2026").Lacks("main", "22/11/2026")
		// Twice a year passes: what was noted goes as the log does.
		to("2029-01-05", 9*time.Hour)
		if said := run(t, s, "logbook.retention", true); !strings.Contains(said, "1 buổi tối") {
			t.Errorf("a dry run says %q", said)
		}
		run(t, s, "logbook.retention", false)
		if said := run(t, s, "logbook.retention", true); !strings.Contains(said, "0 buổi tối") {
			t.Errorf("afterwards a dry run says %q", said)
		}
		head.Post(path+"/setting", url.Values{"off": {"1"}}).Follow().OK().Has("button", "Bật kiểm tra buổi tối")
	})
}

func TestHeadsAreRemindedOfTheReport(t *testing.T) {
	clocked(t, func(s *apptest.Site, to func(string, time.Duration)) {
		head := s.As("head")
		to("2026-11-19", 8*time.Hour)
		run(t, s, "logbook.due", false)
		head.Get("/inbox").OK().Lacks("main", "Báo cáo tháng")
		to("2026-11-20", 8*time.Hour)
		if said := run(t, s, "logbook.due", true); !strings.Contains(said, "nhắc 2 số nhà") { // those that have a head's account
			t.Errorf("a dry run says %q", said)
		}
		run(t, s, "logbook.due", false)
		run(t, s, "logbook.due", false)
		first := head.Get("/inbox").OK().Has("main", "gửi được từ hôm nay")
		if n := strings.Count(first.Text("main"), "gửi được từ hôm nay"); n != 1 {
			t.Errorf("told %d times", n)
		}
		head.Post(home(s, "/monthly/2026-11/normal"), url.Values{}).Is(http.StatusSeeOther)
		to("2026-11-26", 8*time.Hour) // the program stood still on the 25th
		run(t, s, "logbook.due", false)
		head.Get("/inbox").OK().Lacks("main", "đến hạn ngày 25/11/2026")
		s.As("other head").Get("/inbox").OK().Has("main", "đến hạn ngày 25/11/2026")
		s.As("officer").Post(home(s, "/monthly/2026-11/answer"), url.Values{"do": {"return"}, "why": {"Chưa ghi ngày thử chuông"}}).Is(http.StatusSeeOther)
		head.Get("/inbox").OK().Has("main", "được trả lại để sửa")
		s.As("other group lead").Post("/monthly/remind", url.Values{"month": {"2026-11"}}).Is(http.StatusSeeOther)
		s.As("other head").Get("/inbox").OK().Has("main", "được nhắc gửi báo cáo")
	})
}
