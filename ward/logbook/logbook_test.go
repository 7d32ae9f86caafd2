package logbook_test

import (
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/logbook"
)

const (
	bac   = "36A Hàng Bạc"
	month = logbook.Month("2026-11")
)

// morning is nine o'clock of a day.
func morning(day string) time.Time { return civil.Day(day).Time().Add(9 * time.Hour) }

// each runs a test on both databases on 21/11/2026, four days before the report is due.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	t.Parallel()
	dbtest.EachWith(t, db.Options{Clock: func() time.Time { return morning("2026-11-21") }}, func(t *testing.T, d *db.DB) { fn(t, apptest.New(t, d)) })
}

// moving runs a test on SQLite with a clock that it may move.
func moving(t *testing.T, fn func(s *apptest.Site, to func(day string))) {
	t.Helper()
	t.Parallel()
	at := morning("2026-11-21")
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.SQLite(t), Testing: true, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	fn(apptest.New(t, d), func(day string) { at = morning(day) })
}

func home(s *apptest.Site, rest string) string { return "/houses/" + s.House[bac] + rest }

// everything gives all text that the database holds of entries, reports and the audit trail.
func everything(t *testing.T, s *apptest.Site) string {
	t.Helper()
	var b strings.Builder
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		for _, query := range []string{
			`select e.body || e.ticket from log_entries e where {scope e.house}`, `select r.shortfall || r.return_reason from monthly_reports r where {scope r.house}`,
			`select a.detail || a.object_id from audit a where a.ward_id = {ward}`,
		} {
			if err := tx.All(t.Context(), func(scan func(...any) error) error {
				var text string
				err := scan(&text)
				b.WriteString(text + "\n")
				return err
			}, query); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAHeadWritesAnEntryAndOthersReadIt(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		head := s.As("head")
		head.Get(home(s, "/log")).OK().Has(".empty", "Chưa có mục nào").Has(".thumb a", "Ghi một việc")
		head.Get(home(s, "/log/new")).OK().Has("legend", "Việc gì?").Has("button", "Lưu vào nhật ký")
		head.Post(home(s, "/log"), url.Values{"on": {"2026-11-21"}}).Is(422).Has(".notice a", "Việc gì: Ông/bà chọn loại việc").Has("#f-text-error", "việc gì, ở chỗ nào").Lacks("main", "Gọi 113")
		if n := head.Get(home(s, "/log/new")).Doc().Find("[name=kind][checked]").Length(); n != 0 {
			t.Error("an entry of a kind that nobody chose is one press away")
		}
		// A look round needs nothing but its kind.
		head.Post(home(s, "/log"), url.Values{"kind": {"routine"}, "on": {"2026-11-21"}}).Follow().OK().Has("li b", "Kiểm tra thường kỳ")
		head.Post(home(s, "/log"), url.Values{
			"kind": {"infrastructure"}, "on": {"2026-11-20"}, "text": {"Đèn cầu thang tầng 2 hỏng"}, "told": {"officer"}, "told_at": {"19:30"}, "content": {"TC"}, "follow_by": {"2026-11-23"},
		}).Follow().OK().Has("li", "Đèn cầu thang tầng 2 hỏng").Has("li", "Đã chuyển cảnh sát khu vực (CSKV) lúc 19:30, 20/11/2026").Has("li", "Theo dõi đến 23/11/2026")
		for _, person := range []string{"officer", "group lead", "command"} {
			s.As(person).Get(home(s, "/log")).OK().Has("li", "Đèn cầu thang tầng 2 hỏng").Lacks("main", "Ghi một việc").Lacks("main button", "Đã xong")
		}
		for _, person := range []string{"other head", "other officer", "other group lead", "household", "committee", "administrator"} {
			s.As(person).Get(home(s, "/log")).Is(404)
		}
		head.Get(home(s, "/log?kind=routine")).OK().Lacks("li", "Đèn cầu thang").Has("li b", "Kiểm tra thường kỳ")
		head.Get(home(s, "/log?month=2026-10")).OK().Has(".empty", "Chưa có mục nào")

		// What is to be followed up stands on the first page, and goes when it is done.
		head.Get("/today").OK().Has(".what", "Theo dõi 1 việc trong nhật ký")
		form, _ := head.Get(home(s, "/log?open=1")).OK().Doc().Find(`form[action$="/followed"]`).Attr("action")
		head.Post(form, nil).Follow().OK().Has("li", "Đã xong ngày 21/11/2026")
		head.Get("/today").OK().Lacks("main", "Theo dõi 1 việc")
	})
}

// domain.md §5.8, "House head writes “nhà 3 có đối tượng nghiện mới về” in log".
func TestWhatNamesAPersonIsRefusedAndStandsNowhere(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		head := s.As("head")
		for _, text := range []string{
			"nhà 3 có đối tượng nghiện mới về", "anh Hùng P203 gây ồn", "gọi lại 0912 345 678", "CCCD 001092012345", "xe 29A1-12345 chắn cửa",
		} {
			r := head.Post(home(s, "/log"), url.Values{"kind": {"misc"}, "on": {"2026-11-21"}, "text": {text}}).Is(422)
			r.Has("textarea", text).Has(".callrow", "Gọi 113").Has(".callrow a", "Gọi 113").Has("main", "chưa lưu gì")
			head.Post(home(s, "/monthly/2026-11"), url.Values{"do": {"draft"}, "shortfall": {text}}).Is(422)
		}
		stored := everything(t, s)
		for _, piece := range []string{"nghiện", "Hùng", "0912", "001092012345", "29A1", "P203"} {
			if strings.Contains(stored, piece) {
				t.Errorf("%q was stored", piece)
			}
		}
		head.Post(home(s, "/log"), url.Values{"kind": {"misc"}, "on": {"2026-11-21"}, "text": {"Có tiếng ồn ở tầng 2 lúc 22:30, đã nhắc các hộ"}}).Goes()
		// A report that was passed on says to whom and nothing else.
		head.Post(home(s, "/log"), url.Values{"kind": {"passed"}, "on": {"2026-11-21"}}).Is(422).Has("main", "chọn nơi đã chuyển")
		head.Post(home(s, "/log"), url.Values{"kind": {"passed"}, "on": {"2026-11-21"}, "told": {"113"}}).Goes()
		head.Post(home(s, "/log"), url.Values{"kind": {"misc"}, "on": {"2026-11-22"}, "text": {"họp"}}).Is(422).Has("main", "chưa tới")
		head.Post(home(s, "/log"), url.Values{"kind": {"misc"}, "on": {"2026-11-21"}, "text": {"gửi phiếu"}, "told": {"ihanoi"}, "ticket": {"0912345678"}}).Is(422).Has("main", "Số phiếu")
	})
}

func TestOneTapSendsTheMonthUntilTheOfficerHasSeenIt(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		ctx, head, officer := t.Context(), s.As("head"), s.As("officer")
		for _, kind := range []logbook.Kind{logbook.Residence, logbook.Residence, logbook.Dispute} {
			if _, err := s.Logbook.Add(ctx, s.Actor("head"), s.House[bac], logbook.Draft{Kind: kind, On: "2026-11-20", Text: "Việc chung"}); err != nil {
				t.Fatal(err)
			}
		}
		first := head.Get("/today").OK().Has(".what", "Gửi báo cáo tháng 11/2026").Has(".when", "Còn 4 ngày, hạn 25/11").Has(".thumb button", "Tháng 11/2026 bình thường")
		action, _ := first.Doc().Find("form#one-tap").Attr("action")
		if action != home(s, "/monthly/2026-11/normal") {
			t.Fatalf("one tap goes to %q", action)
		}
		head.Post(action, nil).Follow().OK().Has(".notice", "Đã gửi lúc 09:00, người gửi: ").Has("main", "chờ cảnh sát khu vực xem").Has("button", "Lấy lại để sửa").Has("button", "Gửi lại bản đã sửa")
		r, err := s.Logbook.Report(ctx, s.Actor("officer"), s.House[bac], month)
		if err != nil || !r.Normal || r.Lights != "gggggg" || r.Households != 14 || r.Reminders != 2 || r.DisputesNew != 1 || r.Late() {
			t.Errorf("%+v %v", r, err)
		}
		head.Get("/today").OK().Lacks("main", "Gửi báo cáo tháng 11")
		// Taken back, written out and sent again.
		head.Post(home(s, "/monthly/2026-11/take-back"), nil).Follow().OK().Has("button", "Gửi báo cáo")
		sheet := url.Values{"households": {"14"}, "reminders": {"2"}, "moved_in": {"1"}, "moved_out": {"0"}, "passed": {"0"}, "disputes_new": {"1"}, "disputes_settled": {"1"}}
		for _, c := range logbook.Contents() {
			sheet.Set("light."+c, "g")
		}
		sheet.Set("light.TC", "y")
		sheet.Set("do", "send")
		head.Post(home(s, "/monthly/2026-11"), sheet).Is(422).Has("main", "chọn lý do")
		sheet.Set("reason", "tc_light")
		sheet.Set("moved_in", "nhiều")
		head.Post(home(s, "/monthly/2026-11"), sheet).Is(422).Has(".error-text", "một số")
		sheet.Set("moved_in", "1")
		head.Post(home(s, "/monthly/2026-11"), sheet).Follow().OK()

		officer.Get(home(s, "/monthly/2026-11")).OK().Has("main", "Đèn chung hỏng").Has("main", "Vàng").Has("button", "Đã xem")
		officer.Post(home(s, "/monthly/2026-11/answer"), url.Values{"do": {"return"}}).Is(422).Has("main", "ghi lý do")
		officer.Post(home(s, "/monthly/2026-11/answer"), url.Values{"do": {"return"}, "why": {"anh Hùng đã sửa đèn"}}).Is(422).Has("main", "tên người")
		officer.Post(home(s, "/monthly/2026-11/answer"), url.Values{"do": {"return"}, "why": {"Ghi thêm ngày họp số nhà"}}).Goes()
		head.Get("/today").OK().Has(".what", "Sửa và gửi lại báo cáo tháng 11/2026")
		head.Get(home(s, "/monthly/2026-11")).OK().Has(".notice", "Ghi thêm ngày họp số nhà")
		sheet.Set("met_on", "2026-11-10")
		head.Post(home(s, "/monthly/2026-11"), sheet).Follow().OK()
		officer.Post(home(s, "/monthly/2026-11/answer"), url.Values{"do": {"seen"}}).Goes()
		head.Get(home(s, "/monthly/2026-11")).OK().Has("main", "không sửa được nữa").Lacks("main button", "Gửi báo cáo")
		head.Post(home(s, "/monthly/2026-11/normal"), nil).Is(409)
		for _, person := range []string{"other head", "other officer", "household"} {
			s.As(person).Get(home(s, "/monthly/2026-11")).Is(404)
		}
	})
}

func TestWhoHasNotReported(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		if err := s.Logbook.Normal(t.Context(), s.Actor("head"), s.House[bac], month); err != nil {
			t.Fatal(err)
		}
		officer, lead := s.As("officer"), s.As("group lead")
		officer.Get("/monthly").OK().Has("h1", "tháng 11/2026").Has(".fig", "33,3").Has("button", "Nhắc 2 số nhà chưa gửi").Has("button", "Đã xem 1 báo cáo bình thường").Lacks("main", "9 Hàng Bạc")
		lead.Get("/monthly?stand=missing").OK().Has("tbody th", "9 Hàng Bạc").Lacks("tbody", bac).Lacks("button", "Đã xem")
		s.As("command").Get("/monthly").OK().Has(".fig", "12,5").Has("tbody th", "6 bis Đinh Liệt")
		s.As("head").Get("/monthly").Is(404)
		s.As("committee").Get("/monthly").Is(404)

		lead.Post("/monthly/remind", url.Values{"month": {"2026-11"}}).Follow().OK().Has("tbody td", "21/11")
		if stored := everything(t, s); !strings.Contains(stored, "11/2026: 3 số nhà") {
			t.Error("the reminder is not in the audit trail")
		}
		r, err := s.Logbook.Report(t.Context(), s.System(), s.House["36 Hàng Bạc"], month)
		if err != nil || r.RemindedAt.IsZero() || r.State != logbook.Drafted || r.Households != 3 {
			t.Errorf("reminded: %+v %v", r, err)
		}
		if r, err = s.Logbook.Report(t.Context(), s.System(), s.House["6 bis Đinh Liệt"], month); err != nil || !r.RemindedAt.IsZero() {
			t.Errorf("a house outside the group was reminded: %+v %v", r, err)
		}
		officer.Post("/monthly/seen", url.Values{"month": {"2026-11"}}).Follow().OK().Lacks("main", "báo cáo bình thường")
		if r, err = s.Logbook.Report(t.Context(), s.System(), s.House[bac], month); err != nil || r.State != logbook.Seen {
			t.Errorf("seen: %+v %v", r, err)
		}
	})
}

// When the program stops while the heads are told, the same form sent again tells them.
func TestAReminderThatBrokeOffIsToldAgain(t *testing.T) {
	t.Parallel()
	path := dbtest.SQLite(t)
	d, err := db.Open(t.Context(), db.Options{URL: path, Testing: true, Clock: func() time.Time { return morning("2026-11-21") }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	s := apptest.New(t, d)
	s.Enrol()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	broken := func(yes bool) {
		statement := `drop trigger full`
		if yes {
			statement = `create trigger full before insert on messages begin select raise(abort, 'the disk is full'); end`
		}
		if _, err := raw.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	told := func() (n int) {
		if err := d.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select count(*) from messages m where m.ward_id = {ward} and m.kind = 'logbook'`).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	form := url.Values{"month": {"2026-11"}, page.RequestID: {db.NewID()}}
	broken(true)
	s.As("command").Post("/monthly/remind", form).Is(500)
	broken(false)
	s.As("command").Post("/monthly/remind", form).OK().Has("main", "Đã nhận rồi")
	first := told()
	if first != 2 {
		t.Errorf("%d houses with a head were told after the form was sent again", first)
	}
	s.As("command").Post("/monthly/remind", form).OK()
	if n := told(); n != first {
		t.Errorf("%d messages after a repeat, %d before", n, first)
	}
}

func TestTheDayOfTheMonthCounts(t *testing.T) {
	moving(t, func(s *apptest.Site, to func(string)) {
		ctx, head, house := t.Context(), s.Actor("head"), s.House[bac]
		to("2026-11-19")
		s.As("head").Get("/today").OK().Lacks("main", "báo cáo tháng 11").Has(".what", "Gửi báo cáo tháng 10/2026")
		to("2026-11-26")
		s.As("head").Get("/today").OK().Has(".what", "Gửi báo cáo tháng 11/2026").Has(".when.due", "Quá hạn 1 ngày")
		s.As("officer").Get("/today").OK().Has(".what", "Nhắc 3 số nhà chưa gửi báo cáo tháng 11/2026")
		if err := s.Logbook.Normal(ctx, head, house, month); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Logbook.Report(ctx, head, house, month); err != nil || !r.Late() {
			t.Errorf("a report of the 26th is late: %+v %v", r, err)
		}
		s.As("officer").Get("/today").OK().Has(".what", "Xem 1 báo cáo tháng 11/2026")
		if err := s.Logbook.Normal(ctx, head, house, "2026-12"); !fault.Is(err, fault.Closed) {
			t.Errorf("a month that has not come: %v", err)
		}
		if err := s.Logbook.Normal(ctx, head, house, "2026-08"); !fault.Is(err, fault.Closed) {
			t.Errorf("a month long gone: %v", err)
		}
	})
}

func TestOldRowsGoAndADryRunDeletesNothing(t *testing.T) {
	moving(t, func(s *apptest.Site, to func(string)) {
		ctx, head, house := t.Context(), s.Actor("head"), s.House[bac]
		id, err := s.Logbook.Add(ctx, head, house, logbook.Draft{Kind: logbook.Routine, On: "2026-11-21"})
		if err == nil {
			err = s.Logbook.Normal(ctx, head, house, month)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			day, note        string
			dry              bool
			entries, reports int
		}{
			{"2028-11-30", "24 months are kept", false, 0, 0},
			{"2028-12-01", "a dry run counts", true, 1, 0},
			{"2028-12-01", "entries go", false, 1, 0},
			{"2029-11-30", "36 months are kept", false, 0, 0},
			{"2029-12-01", "reports go", false, 0, 1},
		} {
			to(x.day)
			got, err := s.Logbook.Expire(ctx, s.System(), x.dry)
			if err != nil || got.Entries != x.entries || got.Reports != x.reports {
				t.Errorf("%s: %+v %v", x.note, got, err)
			}
		}
		if _, err := s.Logbook.Entry(ctx, head, id); !fault.Is(err, fault.Missing) {
			t.Errorf("the entry is still there: %v", err)
		}
		if _, err := s.Logbook.Expire(ctx, head, false); !fault.Is(err, fault.Missing) {
			t.Errorf("a head expired rows: %v", err)
		}
	})
}

func TestAMistakenEntryGoesWithinADayAndByItsWriter(t *testing.T) {
	moving(t, func(s *apptest.Site, to func(string)) {
		ctx := t.Context()
		add := func() string {
			id, err := s.Logbook.Add(ctx, s.Actor("head"), s.House[bac], logbook.Draft{Kind: logbook.Routine, On: "2026-11-21"})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		old, fresh := add(), add()
		if _, err := s.Logbook.Remove(ctx, s.Actor("other head"), fresh); !fault.Is(err, fault.Missing) {
			t.Errorf("another head: %v", err)
		}
		if _, err := s.Logbook.Remove(ctx, s.Actor("head"), fresh); err != nil {
			t.Error(err)
		}
		to("2026-11-23")
		if _, err := s.Logbook.Remove(ctx, s.Actor("head"), old); !fault.Is(err, fault.Closed) {
			t.Errorf("two days later: %v", err)
		}
	})
}

// Months step back one at a time over years, and each has its due day.
func TestMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := civil.NewDay(2020, 1, 1).AddDays(rapid.IntRange(0, 9000).Draw(t, "days"))
		m := logbook.MonthOf(d)
		n := rapid.IntRange(0, 40).Draw(t, "back")
		back := m.Back(n)
		if got := (m.First().Year()-back.First().Year())*12 + int(m.First().Month()) - int(back.First().Month()); got != n {
			t.Fatalf("%s back %d is %s", m, n, back)
		}
		if m.Due() < m.First() || m.Due() > m.Last() || m.Opens() > m.Due() {
			t.Fatalf("%s is due %s", m, m.Due())
		}
		if p, ok := logbook.ParseMonth(string(m)); !ok || p != m {
			t.Fatalf("%s reads back as %s", m, p)
		}
	})
	for _, text := range []string{"", "2026", "2026-13", "2026-1", "11/2026", "2026-11-01"} {
		if _, ok := logbook.ParseMonth(text); ok {
			t.Errorf("%q is taken for a month", text)
		}
	}
}
