package breaches_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/indicators"
	"sonha/ward/privacy/breaches"
)

// each runs a test over the small ward on both databases, on the morning of a Friday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *dbtest.Clock)) {
	t.Helper()
	apptest.EachMorning(t, "2026-10-23", fn)
}

func entered() url.Values {
	return url.Values{
		"found_on": {"2026-10-23"}, "found_clock": {"08:30"}, "acts": {"device", "seen"}, "houses": {"40"}, "kinds": {"log"}, "harms": {"known"}, "measures": {"sessions"},
		"body": {"Máy tính bảng của khu vực để quên ở quán nước."}, "subjects": {"to_tell"},
	}
}

func told(t *testing.T, s *apptest.Site, person string) int {
	t.Helper()
	n := 0
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select count(*) from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 and m.key = 'breaches.tell.late'`, s.Actor(person).Account()).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A breach is entered without naming anybody, its hours run over the weekend, what is late is told and must say why, and it is closed.
func TestFromTheFindingToTheEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		form := entered()
		form.Set("body", "Anh Nguyễn Văn Hùng đánh mất máy")
		s.As("protector").Post("/breaches/new", form).Is(422).Has(".error-text", "tên người").Has("textarea", "đánh mất máy")
		form = entered()
		form.Del("acts")
		form.Set("found_clock", "09:30") // half an hour from now
		s.As("protector").Post("/breaches/new", form).Is(422).Has(".errors, main", "ít nhất một mục").Has(".errors, main", "không sau lúc này")
		at := s.As("protector").Post("/breaches/new", entered()).Goes()
		at, _, _ = strings.Cut(at, "?")
		id := at[strings.LastIndexByte(at, '/')+1:]
		s.As("protector").Get(at).OK().Has("main", "Còn 71 giờ để gửi thông báo, hạn 08:30, 26/10/2026")
		s.As("protector").Get("/today").OK().Has(".what", "Gửi thông báo 1 sự cố dữ liệu trong 72 giờ")
		for _, other := range []string{"command", "committee", "administrator", "head", "household"} {
			s.As(other).Get(at).Is(404)
		}
		if body := s.As("protector").Get(at + "/form.pdf").OK().Body; !strings.HasPrefix(string(body), "%PDF") {
			t.Error("the form is no PDF")
		}
		if body := s.As("protector").Get(at + "/form.docx").OK().Body; !strings.HasPrefix(string(body), "PK") {
			t.Error("the form is no document")
		}
		warn := func() {
			t.Helper()
			if _, err := s.Queue.Run(t.Context(), s.System(), "breaches.clock", false); err != nil {
				t.Fatal(err)
			}
		}
		c.Morning("2026-10-26") // Monday, half an hour too late: hours of the clock, and no working days
		warn()
		warn()
		for _, person := range []string{"protector", "command", "committee"} {
			if told(t, s, person) != 1 {
				t.Errorf("%s is told once that it is late, not %d times", person, told(t, s, person))
			}
		}
		s.As("committee").Get("/today").OK().Has(".what", "Nhắc gửi thông báo 1 sự cố dữ liệu quá 72 giờ")
		s.As("command").Get("/today").OK().Has(".what", "Nhắc gửi thông báo 1 sự cố dữ liệu quá 72 giờ")
		send := url.Values{"version": {"2"}, "sent_on": {"2026-10-26"}, "sent_clock": {"08:45"}, "channel": {"portal"}}
		s.As("protector").Post(at+"/sent", send).Is(422).Has(".error-text", "viết vì sao")
		send.Set("late_why", "Cổng thông tin không mở được cuối tuần.")
		s.As("protector").Post(at+"/sent", send).Follow().OK().Has("main", "sau 72 giờ").Has("dl", "Cổng thông tin không mở được")
		s.As("command").Get("/today").OK().Lacks("main", "sự cố dữ liệu")
		end := url.Values{"version": {"3"}, "ended": {"mended"}, "ended_why": {"Đã tìm lại máy, đổi mã PIN."}}
		s.As("protector").Post(at+"/close", end).Is(422).Has(".error-text", "Còn phải báo người liên quan")
		s.As("protector").Post(at+"/note", url.Values{"version": {"3"}, "note": {"Đã báo trưởng các số nhà liên quan."}, "subjects": {"told"}}).Follow().OK().Has("main", "Đã báo trưởng các số nhà")
		end.Set("version", "4")
		s.As("protector").Post(at+"/close", end).Follow().OK().Has("main", "Đã khắc phục xong").Lacks("summary", "Kết thúc")
		if err := s.Breaches.Note(t.Context(), s.Actor("protector"), id, "Thêm.", breaches.Told, 5); !fault.Is(err, fault.Closed) {
			t.Errorf("added to a closed breach: %v", err)
		}
		// Five years after its end it goes, and leaves a line.
		c.Morning("2031-10-27")
		if _, err := s.Queue.Run(t.Context(), s.System(), "breaches.retention", true); err != nil {
			t.Fatal(err)
		}
		s.As("protector").Get(at).OK()
		if _, err := s.Queue.Run(t.Context(), s.System(), "breaches.retention", false); err != nil {
			t.Fatal(err)
		}
		s.As("protector").Get(at).Is(404)
		s.As("protector").Get("/processing/destroyed").OK().Has("th", "Sự cố dữ liệu")
	})
}

// An exercise is never overdue, and ends as an exercise; what is real does not.
func TestAnExerciseIsNoBreach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		enter := func(exercise bool) string {
			t.Helper()
			id, err := s.Breaches.Enter(t.Context(), s.Actor("protector"), breaches.Entry{
				Exercise: exercise, Found: c.Now().Add(-time.Hour), Acts: []string{"lost"}, Kinds: []string{"whole"}, Harms: []string{"none"}, Measures: []string{"cut"},
				Body: "Tập ngắt máy chủ.", Subjects: breaches.NotNeeded,
			})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		played, happened := enter(true), enter(false)
		c.Days(5)
		if err := s.Breaches.Warn(t.Context(), s.System()); err != nil {
			t.Fatal(err)
		}
		if told(t, s, "command") != 1 {
			t.Error("the command is told of the breach and not of the exercise")
		}
		list := s.As("protector").Get("/breaches").OK()
		for id, want := range map[string]string{played: "Diễn tập, đang mở; 72 giờ tính đến", happened: "Quá 72 giờ đã"} {
			row := list.Doc().Find("tr:has(a[href='/breaches/" + id + "'])")
			if text := row.Text(); !strings.Contains(text, want) || row.Find("td.due").Length() != map[string]int{played: 0, happened: 1}[id] {
				t.Errorf("the list says %q, want %q", text, want)
			}
		}
		closeIt := func(id, ended string, version int) error {
			return s.Breaches.Close(t.Context(), s.Actor("protector"), id, ended, "Đã rút kinh nghiệm.", version)
		}
		if err := closeIt(happened, "exercise", 2); !fault.Is(err, fault.Wrong) {
			t.Errorf("a breach is closed as an exercise: %v", err)
		}
		if err := closeIt(happened, "mended", 2); !fault.Is(err, fault.Wrong) {
			t.Errorf("closed as mended without a notification: %v", err)
		}
		if err := closeIt(happened, "no_harm", 2); err != nil {
			t.Error(err)
		}
		if err := closeIt(played, "exercise", 1); err != nil {
			t.Error(err)
		}
	})
}

// Beside I12 stands how many breaches there were and whether they were notified in time, and whether deleting is behind; its files say the same. Exercises do not count.
func TestTheBreachesOfAYearStandBesideI12(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		s.As("committee").Get("/indicators/I12").OK().Has("main", "Chưa có sự cố nào trong sổ")
		exercise := entered()
		exercise.Set("exercise", "1")
		s.As("protector").Post("/breaches/new", exercise).Goes()
		s.As("committee").Get("/indicators/I12").OK().Has("main", "Chưa có sự cố nào trong sổ")
		s.As("protector").Post("/breaches/new", entered()).Goes()
		row := func(want string) {
			t.Helper()
			cells := s.As("committee").Get("/indicators/I12").OK().Doc().Find(`section[aria-labelledby="breaches"] tbody`).Find("th, td").Map(
				func(_ int, c *goquery.Selection) string { return strings.TrimSpace(c.Text()) })
			if got := strings.Join(cells, " "); got != want {
				t.Errorf("the year says %q, want %q", got, want)
			}
		}
		row("2026 1 0 0")
		s.As("committee").Get("/indicators/I12").OK().Has(".due", "Chưa chạy xóa lần nào").Lacks("main", "đúng kỳ")
		run := func(name string) {
			t.Helper()
			if _, err := s.Queue.Run(t.Context(), s.System(), name, false); err != nil {
				t.Fatal(err)
			}
		}
		run("breaches.retention")
		s.As("committee").Get("/indicators/I12").OK().Has("main", "chưa chạy lần nào").Lacks("main", "không có dữ liệu giữ quá hạn")
		for _, w := range s.Queue.Works() {
			if w.Forgets {
				run(w.Name)
			}
		}
		s.As("committee").Get("/indicators/I12").OK().Has("main", "đều chạy đúng kỳ")
		c.Morning("2026-10-27")
		row("2026 1 0 1")
		s.As("committee").Get("/indicators/I12").OK().Has(".due", " trên ")
		body := string(s.As("committee").Get("/indicators/I12/table.csv").OK().Body)
		for _, want := range []string{"Sự cố dữ liệu: Sự cố", "Sự cố dữ liệu: Báo trong 72 giờ", "Sự cố dữ liệu: Quá 72 giờ", "đã chậm hơn hai ngày"} {
			if strings.Count(body, want) != 1 {
				t.Errorf("the table has %q %d times:\n%s", want, strings.Count(body, want), body)
			}
		}
		var doc indicators.Document
		if err := json.Unmarshal(s.As("committee").Get("/indicators/I12/table.json").OK().Body, &doc); err != nil {
			t.Fatal(err)
		}
		if b := doc.Beside; b == nil || len(b.Breaches) != 1 || b.Breaches[0] != (breaches.Year{Year: 2026, Found: 1, Late: 1}) || b.Kept.Behind == 0 {
			t.Errorf("JSON says %+v", b)
		}
	})
}

// The register as a file says of each breach what the law asks for, in the clocks of Hà Nội.
func TestTheRegisterAsAFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		found := civil.Day("2026-10-20").At("07:05")
		if _, err := s.Breaches.Enter(t.Context(), s.Actor("protector"), breaches.Entry{
			Found: found, Acts: []string{"seen", "copied"}, Houses: 12, Kinds: []string{"contacts"}, Harms: []string{"disturbed"}, Measures: []string{"sessions"},
			Body: "Máy để mở ở phòng trực.", Subjects: breaches.ToTell,
		}); err != nil {
			t.Fatal(err)
		}
		s.As("protector").Get("/breaches").OK().Has(".actions a", "Tải Excel")
		text := s.ListFile("/breaches/export", "breach.export", 1, "protector")
		for _, want := range []string{"20/10/2026 07:05", "23/10/2026 07:05", "Người không có quyền đã xem; Bị sao chép, tải đi", ";12;", "Máy để mở ở phòng trực.", "Phải báo, chưa báo", "Quá 72 giờ đã 2 giờ"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q:\n%s", want, text)
			}
		}
	})
}
