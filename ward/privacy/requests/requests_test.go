package requests_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/privacy/requests"
)

const (
	bac  = "36A Hàng Bạc"
	mine = "/my-data/requests"
	desk = "/data-requests"
)

// each runs a test over the small ward on both databases, on the morning of a working day, a Tuesday.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, c *dbtest.Clock)) {
	t.Helper()
	apptest.EachMorning(t, "2026-10-20", fn)
}

// told is how often a person was told something.
func told(t *testing.T, s *apptest.Site, person, key string) int {
	t.Helper()
	n := 0
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select count(*) from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 and m.key = $2`, s.Actor(person).Account(), key).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func ask(t *testing.T, s *apptest.Site, person string, a requests.Ask) string {
	t.Helper()
	id, err := s.Requests.File(t.Context(), s.Actor(person), a)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, id string) requests.Request {
	t.Helper()
	q, err := s.Requests.Get(t.Context(), s.Actor("protector"), id)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A household asks, reads each day, and reads the answer; nobody else of the house, its head or the police sees that it asked.
func TestFromTheRequestToTheAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		s.As("household").Get("/my-data").OK().Has("#rights ~ *, main a", "Yêu cầu về dữ liệu")
		s.As("household").Get(mine).OK().Has("main", "Hộ chưa gửi yêu cầu nào").Has("#self ~ *, main", "Rút lời đồng ý")
		form := url.Values{"kind": {"correct"}, "body": {"Anh Nguyễn Văn Hùng ghi sai"}}
		s.As("household").Post(mine+"/new", form).Is(422).Has(".error-text", "tên người").Has("textarea", "ghi sai")
		form.Set("body", "")
		s.As("household").Post(mine+"/new", form).Is(422).Has(".error-text", "nói rõ dữ liệu nào")
		form.Set("body", "Cam kết ghi nhà cho thuê, hộ không cho thuê.")
		at := s.As("household").Post(mine+"/new", form).Goes()
		at, _, _ = strings.Cut(at, "?")
		s.As("household").Get(at).OK().Has("main", "Phường báo đã nhận chậm nhất ngày 22/10/2026, còn 2 ngày.").Has("dl", "30/10/2026").Has("ol, ul", "Chậm nhất ngày 30/10/2026")
		s.As("household").Post(mine+"/new", form).Is(422).Has(".error-text, .errors", "đang chờ trả lời")
		if told(t, s, "protector", "requests.tell.filed") != 1 {
			t.Error("the data protection officer was not told")
		}
		for _, stranger := range []string{"other household", "head", "officer", "command", "administrator"} {
			s.As(stranger).Get(at).Is(404)
			s.As(stranger).Get(desk).Is(404)
		}
		s.As("head").Get("/houses/"+s.House[bac]).OK().Lacks("main", "Sửa dữ liệu")
		s.As("protector").Get("/today").OK().Has(".what", "Báo đã nhận 1 yêu cầu về dữ liệu")
		id := at[strings.LastIndexByte(at, '/')+1:]
		s.As("protector").Get(desk).OK().Has("th", "Sửa dữ liệu").Has("td", "36A Hàng Bạc, H01").Has("td", "22/10/2026")
		page := s.As("protector").Get(desk+"/"+id).OK().Has("h2", "Báo đã nhận")
		s.As("protector").Post(desk+"/"+id+"/acknowledge", url.Values{"version": {page.Value("version")}}).Follow().OK().Lacks("h2", "Báo đã nhận").Has("main", "trả lời chậm nhất ngày 30/10/2026")
		if told(t, s, "household", "requests.tell.received") != 1 || told(t, s, "other household", "requests.tell.received") != 0 {
			t.Error("the household, and it alone, is told that its request was received")
		}
		s.As("protector").Post(desk+"/"+id+"/answer", url.Values{"version": {"1"}, "outcome": {"done"}, "answer": {"Đã sửa."}}).Is(422).Has("main", "Người khác vừa sửa").Has("textarea", "Đã sửa")
		s.As("protector").Post(desk+"/"+id+"/extend", url.Values{"version": {"2"}}).Is(422).Has(".error-text", "vì sao cần thêm")
		s.As("protector").Post(desk+"/"+id+"/extend", url.Values{"version": {"2"}, "why": {"Phải đối chiếu với bản giấy ở hồ sơ."}}).Follow().OK().Has("dl", "09/11/2026").Lacks("summary", "thêm thời gian")
		s.As("household").Get(at).OK().Has("main", "đối chiếu với bản giấy").Has("dl", "đã gia hạn một lần")
		if err := s.Requests.Extend(t.Context(), s.Actor("protector"), id, "Thêm lần nữa.", 3); !fault.Is(err, fault.Closed) {
			t.Errorf("extended twice: %v", err)
		}
		c.Morning("2026-11-06")
		reply := url.Values{"version": {"3"}, "outcome": {"partly"}, "answer": {"Đã sửa ở Sonha; bản giấy giữ theo luật lưu trữ."}}
		s.As("protector").Post(desk+"/"+id+"/answer", reply).Is(422).Has(".error-text", "lý do theo luật").Has("textarea", "bản giấy giữ")
		reply.Set("ground", "kept_by_law")
		s.As("protector").Post(desk+"/"+id+"/answer", reply).Follow().OK().Has("main", "Trả lời ngày 06/11/2026, đúng hạn.")
		s.As("protector").Post(desk+"/"+id+"/answer", reply).Is(422).Has("main", "Yêu cầu này đã được trả lời")
		if told(t, s, "household", "requests.tell.answered") != 1 {
			t.Error("the household was not told of the answer")
		}
		s.As("household").Get(at).OK().Has("main", "bản giấy giữ theo luật lưu trữ").Has("main", "Luật Lưu trữ")
		s.As("household").Get("/my-data").OK().Has("main", "Đã làm một phần")
		if body := s.As("household").Get(at + "/answer.pdf").OK().Body; !strings.HasPrefix(string(body), "%PDF") {
			t.Error("the answer is no PDF")
		}
		var file struct {
			Requests []struct {
				Answer string `json:"tra_loi"`
			} `json:"yeu_cau_ve_du_lieu"`
		}
		if err := json.Unmarshal(s.As("household").Get("/my-data.json").OK().Body, &file); err != nil || len(file.Requests) != 1 || !strings.Contains(file.Requests[0].Answer, "bản giấy") {
			t.Errorf("the file of one's own data: %+v %v", file, err)
		}
	})
}

// A household without an account asks on paper and gets its copy from the officer's hand, for thirty days; what it alone may read stays closed.
func TestWhoAskedOnPaperGetsTheCopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		who, house := s.Actor("protector"), s.House["36A Hàng Bạc"]
		if err := s.Households.EnterContact(t.Context(), s.System(), house, "H05", "0987 123 456", true); err != nil {
			t.Fatal(err)
		}
		street := ""
		if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select h.street_id from houses h where {scope h} and h.id = $1`, house).Scan(&street)
		}); err != nil {
			t.Fatal(err)
		}
		id, err := s.Requests.Enter(t.Context(), who, requests.ForHousehold{
			Ask: requests.Ask{Kind: requests.View}, Channel: requests.Paper, ReceivedOn: c.Today(), Street: street, Number: "36A", Household: 5,
		})
		if err != nil {
			t.Fatal(err)
		}
		b, at := s.As("protector"), "/data-requests/"+id
		b.Get(at).OK().Lacks("main", "In bản sao dữ liệu")
		b.Get(at + "/data.json").Is(http.StatusNotFound) // not answered yet
		if err := s.Requests.Acknowledge(t.Context(), who, id, 1); err != nil {
			t.Fatal(err)
		}
		if err := s.Requests.Answer(t.Context(), who, id, requests.Reply{Outcome: requests.Done, Answer: "Kèm theo bản sao.", Version: 2}); err != nil {
			t.Fatal(err)
		}
		b.Get(at).OK().Has("main", "In bản sao dữ liệu").Has("main", "Tải tệp dữ liệu")
		var file struct {
			About    string           `json:"noi_dung"`
			Contact  string           `json:"lien_he_da_cho"`
			Consents []map[string]any `json:"da_dong_y"`
			Asked    []map[string]any `json:"yeu_cau_ve_du_lieu"`
			Closed   string           `json:"khong_kem_theo"`
		}
		body := b.Get(at + "/data.json").OK().Body
		if err := json.Unmarshal(body, &file); err != nil {
			t.Fatal(err)
		}
		if file.About != "Dữ liệu Sonha giữ về hộ H05, số nhà 36A Hàng Bạc" || len(file.Consents) != 1 || len(file.Asked) != 1 || !strings.Contains(file.Closed, "chỉ hộ đọc được") {
			t.Errorf("the copy: %+v", file)
		}
		if !strings.Contains(file.Contact, "trưởng số nhà") || strings.Contains(string(body), "123 456") || strings.Contains(string(body), "987123456") {
			t.Errorf("the copy tells the contact to the officer: %s", file.Contact)
		}
		if pdf := b.Get(at + "/data.pdf").OK().Body; !strings.HasPrefix(string(pdf), "%PDF") {
			t.Error("the copy is no PDF")
		}
		for _, person := range []string{"command", "administrator", "head", "household"} {
			s.As(person).Get(at + "/data.json").Is(http.StatusNotFound)
		}
		c.Days(31)
		b.Get(at).OK().Lacks("main", "In bản sao dữ liệu")
		b.Get(at + "/data.pdf").Is(http.StatusNotFound)
	})
}

// The days of each kind, by the law: two working days, then days of the calendar, of which the last one is a working day.
func TestTheClocks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		c.Morning("2026-10-23") // a Friday
		for _, x := range []struct {
			kind     requests.Kind
			ack, due civil.Day
		}{
			{requests.View, "2026-10-27", "2026-11-02"},     // ten days on: Monday
			{requests.Correct, "2026-10-27", "2026-11-02"},  // likewise
			{requests.Restrict, "2026-10-27", "2026-11-09"}, // fifteen days on is a Saturday
			{requests.Object, "2026-10-27", "2026-11-09"},
			{requests.Protect, "2026-10-27", "2026-11-09"},
			{requests.Delete, "2026-10-27", "2026-11-12"}, // twenty
		} {
			q := get(t, s, ask(t, s, "household", requests.Ask{Kind: x.kind, Body: "Dữ liệu về cam kết của hộ."}))
			if q.AckDue != x.ack || q.Due != x.due {
				t.Errorf("%s is acknowledged by %s and answered by %s, want %s and %s", x.kind, q.AckDue, q.Due, x.ack, x.due)
			}
		}
		// The ward takes a day off: what fell on it moves.
		if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			tx.Untold("a test")
			return s.Requests.CalendarChanged(t.Context(), tx, civil.NewCalendar([]civil.Day{"2026-10-27", "2026-11-02"}))
		}); err != nil {
			t.Fatal(err)
		}
		d, err := s.Requests.Desk(t.Context(), s.Actor("protector"))
		if err != nil || len(d.Open) != 6 || d.Open[0].AckDue != "2026-10-28" {
			t.Fatalf("after a day off: %+v %v", d.Open, err)
		}
		for i := range d.Open {
			if q := &d.Open[i]; q.Kind == requests.View && q.Due != "2026-11-03" {
				t.Errorf("answered by %s", q.Due)
			}
		}
	})
}

// What comes on paper is entered by the officer for a household of a house number, marked so, and its days run from its receipt.
func TestEnteredForAHousehold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		list, err := s.Requests.Streets(t.Context(), s.Actor("protector"))
		if err != nil || len(list) != 2 {
			t.Fatalf("streets: %v %v", list, err)
		}
		street := list[0].ID
		if list[0].Name != "Hàng Bạc" {
			street = list[1].ID
		}
		form := url.Values{"street": {street}, "number": {"38"}, "household": {"1"}, "channel": {"paper"}, "received_on": {"2026-10-16"}, "kind": {"delete"}}
		s.As("protector").Post(desk+"/new", form).Is(422).Has(".error-text", "không có số nhà đó")
		form.Set("number", "36a")
		form.Set("household", "15")
		s.As("protector").Post(desk+"/new", form).Is(422).Has(".error-text", "14 hộ")
		form.Set("household", "1")
		form.Set("received_on", "2026-10-21")
		s.As("protector").Post(desk+"/new", form).Is(422).Has(".error-text", "đến hôm nay")
		form.Set("received_on", "2026-10-16")
		at := s.As("protector").Post(desk+"/new", form).Goes()
		at, _, _ = strings.Cut(at, "?")
		id := at[strings.LastIndexByte(at, '/')+1:]
		if q := get(t, s, id); q.AckDue != "2026-10-20" || q.Due != "2026-11-05" || q.Household != "H01" || q.Channel != requests.Paper {
			t.Errorf("%+v", q)
		}
		s.As("household").Get(mine+"/"+id).OK().Has("main", "Nhập thay hộ").Has("main", "Phường nhận giấy ngày 16/10/2026")
		s.As("other household").Get(mine + "/" + id).Is(404)
		for _, other := range []string{"command", "administrator", "head"} {
			s.As(other).Post(desk+"/new", form).Is(404)
		}
	})
}

// What is late is told to the command, then to the committee, once each; an acknowledgement begins anew.
func TestWhatIsLateClimbs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		id := ask(t, s, "household", requests.Ask{Kind: requests.View})
		climb := func(want int) {
			t.Helper()
			if n, err := s.Requests.Climb(t.Context(), s.System()); err != nil || n != want {
				t.Fatalf("on %s %d climbed, %d should: %v", c.Today(), n, want, err)
			}
		}
		c.Morning("2026-10-22")
		climb(0)
		c.Morning("2026-10-23")
		climb(1)
		climb(0)
		c.Morning("2026-10-28") // three working days after the 23rd
		climb(0)
		c.Morning("2026-10-29")
		climb(1)
		climb(0)
		if told(t, s, "command", "requests.tell.climbed") != 1 || told(t, s, "committee", "requests.tell.climbed") != 1 || told(t, s, "protector", "requests.tell.late") != 1 {
			t.Error("officer, command and committee are each told once")
		}
		for _, who := range []string{"command", "committee"} {
			s.As(who).Get("/today").OK().Has(".what", "Nhắc trả lời 1 yêu cầu về dữ liệu quá hạn")
		}
		s.As("household").Get(mine).OK().Has(".due", "Quá hạn báo đã nhận 7 ngày")
		if err := s.Requests.Acknowledge(t.Context(), s.Actor("protector"), id, get(t, s, id).Version); err != nil {
			t.Fatal(err)
		}
		climb(0)
		s.As("command").Get("/today").OK().Lacks("main", "yêu cầu về dữ liệu")
		c.Morning("2026-11-02") // answered by 30/10
		climb(1)
		if err := s.Requests.Extend(t.Context(), s.Actor("protector"), id, "Phải hỏi thêm.", get(t, s, id).Version); !fault.Is(err, fault.Closed) {
			t.Errorf("extended after its day: %v", err)
		}
	})
}

// I12 counts what fell due, and of it what was answered by its day; what is within its days is not counted yet.
func TestAnsweredInTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		count := func() (due, onTime int) {
			t.Helper()
			if err := s.DB.Read(t.Context(), s.Actor("committee"), func(tx *db.Tx) error {
				due, onTime = 0, 0
				list, err := requests.PunctualByGroupTx(t.Context(), tx, "2026-01-01", "2026-12-31")
				for _, x := range list {
					due, onTime = due+x.Due, onTime+x.OnTime
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return due, onTime
		}
		answer := func(id string) {
			t.Helper()
			if err := s.Requests.Answer(t.Context(), s.Actor("protector"), id, requests.Reply{Outcome: requests.Done, Answer: "Đã gửi bản sao.", Version: get(t, s, id).Version}); err != nil {
				t.Fatal(err)
			}
		}
		first, second := ask(t, s, "household", requests.Ask{Kind: requests.View}), ask(t, s, "other household", requests.Ask{Kind: requests.View})
		ask(t, s, "household", requests.Ask{Kind: requests.Delete}) // due on 9/11
		if due, onTime := count(); due != 0 || onTime != 0 {
			t.Errorf("%d of %d before anything is due", onTime, due)
		}
		answer(first)
		c.Morning("2026-11-02")
		if due, onTime := count(); due != 2 || onTime != 1 {
			t.Errorf("%d of %d, want 1 of 2", onTime, due)
		}
		answer(second)
		if due, onTime := count(); due != 2 || onTime != 1 {
			t.Errorf("%d of %d after a late answer, want 1 of 2", onTime, due)
		}
		// Two requests are fewer than five: whoever opens no rows is not told the share.
		s.As("committee").Get("/indicators/I12").OK().Lacks("main", "50,0")
	})
}

// Five years after the answer a request goes, and leaves a line in the record of destruction. A dry run takes nothing.
func TestKeptForFiveYears(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		id := ask(t, s, "household", requests.Ask{Kind: requests.View})
		open := ask(t, s, "household", requests.Ask{Kind: requests.Delete})
		if err := s.Requests.Answer(t.Context(), s.Actor("protector"), id, requests.Reply{Outcome: requests.Done, Answer: "Đã gửi.", Version: 1}); err != nil {
			t.Fatal(err)
		}
		run := func(dry bool) {
			t.Helper()
			if _, err := s.Queue.Run(t.Context(), s.System(), "requests.retention", dry); err != nil {
				t.Fatal(err)
			}
		}
		c.Morning("2031-10-19")
		run(false)
		get(t, s, id)
		c.Morning("2031-10-21")
		run(true)
		get(t, s, id)
		run(false)
		if _, err := s.Requests.Get(t.Context(), s.Actor("protector"), id); !fault.Is(err, fault.Missing) {
			t.Errorf("still there: %v", err)
		}
		get(t, s, open)
		s.As("protector").Get("/processing/destroyed").OK().Has("th", "Yêu cầu về dữ liệu đã trả lời")
	})
}

// The register as a file says what was asked and by when it is answered, and nothing that a household wrote or was answered.
func TestTheRegisterAsAFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		id := ask(t, s, "household", requests.Ask{Kind: requests.Delete, Body: "Xóa lời ghi về ban công."})
		if err := s.Requests.Acknowledge(t.Context(), s.Actor("protector"), id, get(t, s, id).Version); err != nil {
			t.Fatal(err)
		}
		if err := s.Requests.Answer(t.Context(), s.Actor("protector"), id, requests.Reply{
			Outcome: requests.Refused, Ground: requests.KeptByLaw, Answer: "Sổ này giữ theo luật.", Version: get(t, s, id).Version,
		}); err != nil {
			t.Fatal(err)
		}
		s.As("protector").Get(desk).OK().Has(".actions a", "Tải Excel")
		text := s.ListFile(desk+"/export", "request.export", 1, "protector")
		for _, want := range []string{"36A Hàng Bạc, H01", "Xóa dữ liệu", "20/10/2026", "Không làm được, có lý do", "Đúng hạn", "Luật khác buộc phường phải giữ"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q:\n%s", want, text)
			}
		}
		for _, private := range []string{"ban công", "giữ theo luật."} {
			if strings.Contains(text, private) {
				t.Errorf("the file tells %q", private)
			}
		}
	})
}
