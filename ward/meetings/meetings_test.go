package meetings_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/meetings"
)

const bac = "36A Hàng Bạc" // 14 households

// each runs a test on both databases, at 19:00 on 21 November.
func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	t.Parallel()
	now := func() time.Time { return time.Date(2026, 11, 21, 19, 0, 0, 0, civil.Hanoi) }
	dbtest.EachWith(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) { fn(t, apptest.New(t, d)) })
}

func plan(s *apptest.Site, level gatherings.Level) meetings.Plan {
	return meetings.Plan{
		Plan: gatherings.Plan{Level: level, House: s.House[bac], Group: s.Group["Tổ dân phố 1"], Place: "Sân chung tầng 1", Day: "2026-11-21", Clock: "19:30", Lasts: 60}, Title: "Họp thường kỳ quý IV", Agenda: []string{"Khóa cổng chung", "Đèn cầu thang"}, Guests: []string{"officer", "lead"},
	}
}

func planned(t *testing.T, s *apptest.Site, person string, p meetings.Plan) string {
	t.Helper()
	id, err := s.Meetings.Create(t.Context(), s.Actor(person), p)
	if err == nil {
		err = s.Meetings.Invite(t.Context(), s.Actor(person), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, person, id string) meetings.Meeting {
	t.Helper()
	m, err := s.Meetings.Get(t.Context(), s.Actor(person), id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAMeetingFromPlanToMinutes follows a house's meeting over its pages, as the head, a household and strangers see them.
func TestAMeetingFromPlanToMinutes(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		head, household := s.As("head"), s.As("household")
		form := url.Values{
			"where": {"house:" + s.House[bac]}, "title": {"Họp thường kỳ quý IV"}, "day": {"2026-11-21"}, "clock": {"19:30"}, "lasts": {"60"}, "place": {"Sân chung"},
			"agenda": {"Khóa cổng chung\nNhắc anh Hùng P203"}, "guest": {"officer"},
		}
		head.Get("/meetings/new").OK().Has("h1", "Lên lịch")
		head.Post("/meetings", form).Is(422).Has("textarea", "Nhắc anh Hùng P203").Has(".error-text", "tên người")
		form.Set("agenda", "Khóa cổng chung\nĐèn cầu thang")
		home := head.Post("/meetings", form).Goes()
		head.Get(home).OK().Has("main", "Chưa ai được mời").Has("button", "Gửi giấy mời")
		household.Get(home).Is(404)
		head.Post(home+"/invite", nil).Follow().OK().Has("main", "Đã gửi giấy mời lúc 19:00")
		household.Get(home).OK().Has("h1", "Họp thường kỳ quý IV").Has("main", "19:30").Lacks("main button", "Khai mạc")
		household.Get("/home").OK().Has(".what", "Họp: Họp thường kỳ quý IV")
		household.Get("/inbox").OK().Has("main", "Mời họp: Họp thường kỳ quý IV")
		for _, person := range []string{"other head", "other group lead", "other officer", "other command", "committee", "administrator"} {
			s.As(person).Get(home).Is(404)
			s.As(person).Get(home + "/minutes.pdf").Is(404)
		}
		head.Get(home+"/share").OK().Has("textarea", "MỜI HỌP – Số nhà 36A Hàng Bạc").Lacks("textarea", "Nguyễn")

		head.Post(home+"/begin", nil).Follow().OK().Has("main", "0/14 hộ có mặt").Has("main", "cần thêm 8 hộ")
		head.Post(home+"/votes", url.Values{"subject": {"Khóa cổng"}, "method": {"hands"}, "present": {"1"}, "for": {"1"}}).Is(422).Has("main", "cần 8 hộ, mới có 0")
		came := []string{"H01", "H02", "H03", "H04", "H05", "H06", "H07"}
		head.Post(home+"/attendance", url.Values{"house": {s.House[bac]}, "household": came}).Follow().OK().Has("main", "cần thêm 1 hộ")
		head.Get(home+"/round").OK().Has("button", "Hộ H08").Lacks("button", "Hộ H07").Lacks("body", "Đề xuất")
		head.Post(home+"/round", url.Values{"house": {s.House[bac]}, "household": {"H08"}}).Follow().OK().Lacks("button", "Hộ H08")
		head.Get(home+"/attendance").OK().Has("main", "8/14 hộ có mặt").Has("main", "Đủ điều kiện")
		head.Post(home+"/votes", url.Values{"subject": {"Khóa cổng lúc 23 giờ"}, "method": {"hands"}, "present": {"8"}, "for": {"6"}, "against": {"3"}}).Is(422).Has("main", "9 phiếu nhiều hơn 8 hộ")
		head.Post(home+"/votes", url.Values{"subject": {"Khóa cổng lúc 23 giờ"}, "method": {"hands"}, "present": {"8"}, "for": {"4"}, "against": {"4"}}).Goes()
		head.Get(home+"/minutes").OK().Has("main", "Không thông qua")
		head.Post(home+"/votes", url.Values{"subject": {"Thay khóa cổng"}, "method": {"ballot"}, "present": {"8"}, "for": {"6"}}).Goes()
		// Nobody is taken out of a meeting behind a vote.
		head.Post(home+"/attendance", url.Values{"house": {s.House[bac]}, "household": came}).Is(422).Has("main", "Đã có biểu quyết với 8 hộ")
		head.Post(home+"/conclusions", url.Values{"content": {"Thay khóa cổng chung"}, "owner": {"head"}, "due": {"2026-12-05"}}).Goes()
		minutes := head.Get(home+"/minutes").OK().Has("option", "Đại diện hộ H01, 36A Hàng Bạc")
		text := url.Values{"version": {minutes.Value("version")}, "began": {"18:30"}, "ended": {"18:55"}, "secretary": {s.House[bac] + ":H01"}, "said.TC": {"Cổng chung hay quên khóa; bà Lan kể"}}
		head.Post(home+"/minutes", text).Is(422).Has(".error-text", "tên người").Has("textarea", "bà Lan kể")
		text.Set("said.TC", "Cổng chung hay quên khóa sau 22 giờ")
		head.Post(home+"/confirm", url.Values{"hash": {head.Get(home + "/minutes").Value("hash")}}).Is(422).Has("main", "Chưa ghi giờ bế mạc")
		head.Post(home+"/minutes", text).Follow().OK()
		head.Post(home+"/minutes", text).Is(422).Has("main", "vừa sửa") // the version of before
		s.As("other household").Get(home + "/minutes").Is(404)
		household.Get(home+"/minutes").OK().Has("main", "hay quên khóa").Lacks("main button", "Thư ký xác nhận") // it keeps them, and the chair comes first
	})
}

// The reason of a cancellation that is refused comes back at its field.
func TestARefusedReasonIsKept(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		home := "/meetings/" + planned(t, s, "head", plan(s, gatherings.House))
		again := s.As("head").Post(home+"/cancel", url.Values{"why": {"Bà Lan P203 ốm"}}).Is(422).Has(".error-text", "tên người")
		if typed := again.Value("why"); typed != "Bà Lan P203 ốm" {
			t.Errorf("the reason came back as %q", typed)
		}
		s.As("head").Post(home+"/cancel", url.Values{"why": {"Mưa to"}}).Follow().OK().Has("main", "Mưa to")
	})
}

// TestMinutesAreFrozenByTwo follows the confirmation: the chair, then the secretary with its own account; after that nothing moves.
func TestMinutesAreFrozenByTwo(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		ctx, head := t.Context(), s.Actor("head")
		id := held(t, s)
		home := "/meetings/" + id
		hash := s.As("head").Get(home + "/minutes").OK().Value("hash")
		s.As("household").Post(home+"/sign", url.Values{"hash": {hash}}).Is(422).Has("main", "Chủ trì chưa xác nhận")
		s.As("head").Post(home+"/confirm", url.Values{"hash": {hash}}).Goes()
		s.As("head").Get(home+"/minutes").OK().Has("main", "Chủ trì đã xác nhận")
		s.As("household").Get("/today").Goes()
		// The household that keeps them is told, and finds them at home; nobody else.
		s.As("household").Get("/inbox").OK().Has("main", "Ông/bà là thư ký cuộc họp Họp thường kỳ quý IV ngày 21/11/2026")
		s.As("household").Get("/home").OK().Has(`main a[href="`+home+`/minutes#confirm"]`, "Biên bản họp: Họp thường kỳ quý IV")
		s.As("other household").Get("/inbox").OK().Lacks("main", "thư ký")
		s.As("other household").Get("/home").OK().Lacks("main", "Biên bản họp")
		s.As("household").Get(home).OK().Has("main a", "Đọc và xác nhận biên bản")
		s.As("other household").Get(home + "/minutes").Is(404)
		s.As("other household").Post(home+"/sign", url.Values{"hash": {hash}}).Is(404)
		// A change takes the confirmation back.
		if err := s.Meetings.Conclude(ctx, head, id, meetings.Conclusion{Content: "Sửa đèn cầu thang", Owner: "head"}); err != nil {
			t.Fatal(err)
		}
		s.As("household").Post(home+"/sign", url.Values{"hash": {hash}}).Is(422)
		s.As("head").Post(home+"/confirm", url.Values{"hash": {hash}}).Is(422).Has("main", "vừa được sửa")
		hash = s.As("head").Get(home + "/minutes").Value("hash")
		s.As("head").Post(home+"/confirm", url.Values{"hash": {hash}}).Goes()
		s.As("head").Post(home+"/sign", url.Values{"hash": {hash}, "way": {"paper"}}).Is(422).Has("main", "đánh dấu")
		s.As("household").Post(home+"/sign", url.Values{"hash": {hash}}).Goes()
		s.As("household").Get(home+"/minutes").OK().Has("main", "Biên bản đã chốt")
		s.As("household").Get("/home").OK().Lacks("main", "Biên bản họp")
		if m := get(t, s, "head", id); m.State != meetings.Minuted || m.Hash != hash || m.Way != "account" {
			t.Fatalf("%+v", m)
		}
		// Conclusions become measures, once.
		for range 2 {
			if err := s.Meetings.OpenMeasures(ctx, s.System(), []byte(id)); err != nil {
				t.Fatal(err)
			}
		}
		s.As("head").Get(home+"/minutes").OK().Has("main a", "Xem biện pháp")
		s.As("head").Get("/measures").OK().Has("main", "Thay khóa cổng chung").Has("main", "Sửa đèn cầu thang")
		if err := s.Meetings.OpenMeasures(ctx, head, []byte(id)); !fault.Is(err, fault.Missing) {
			t.Errorf("a head opened measures of minutes: %v", err)
		}
		before, err := s.Meetings.Paper(ctx, head, id)
		if err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"tick":     s.Meetings.Tick(ctx, head, id, s.House[bac], nil),
			"come":     s.Meetings.Come(ctx, head, id, s.House[bac], "H14"),
			"vote":     s.Meetings.AddVote(ctx, head, id, meetings.Vote{Subject: "Việc khác", Method: meetings.Hands, Present: 8, For: 8}),
			"conclude": s.Meetings.Conclude(ctx, head, id, meetings.Conclusion{Content: "Việc khác", Owner: "head"}),
			"confirm":  s.Meetings.Confirm(ctx, head, id, hash),
			"cancel":   s.Meetings.Cancel(ctx, head, id, "Mưa to"),
			"begin":    s.Meetings.Begin(ctx, head, id),
		} {
			if !fault.Is(err, fault.Closed) {
				t.Errorf("%s after the minutes were frozen: %v", name, err)
			}
		}
		// Names may change; the minutes say what they said.
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update houses as h set number = '36B' where {scope h} and h.id = $1`, s.House[bac]); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Meetings.Append(ctx, head, id, "Đã thay khóa ngày hôm sau"); err != nil {
			t.Fatal(err)
		}
		after, err := s.Meetings.Paper(ctx, s.Actor("other household"), id)
		if err != nil || after.Hash != before.Hash || after.Minutes.Area != bac || len(after.Addenda) != 1 {
			t.Errorf("%+v %v", after, err)
		}
		s.As("other household").Get(home+"/minutes").OK().Has("main", "Sửa đèn cầu thang").Has("main", "Đã thay khóa").Lacks("main button", "Lưu")
	})
}

// held is a meeting with votes and text that waits for the chair's confirmation; household H01 is its secretary.
func held(t *testing.T, s *apptest.Site) string {
	t.Helper()
	ctx, head := t.Context(), s.Actor("head")
	id := planned(t, s, "head", plan(s, gatherings.House))
	err := s.Meetings.Begin(ctx, head, id)
	if err == nil {
		err = s.Meetings.Tick(ctx, head, id, s.House[bac], []string{"H01", "H02", "H03", "H04", "H05", "H06", "H07", "H08", "H09"})
	}
	if err == nil {
		err = s.Meetings.AddVote(ctx, head, id, meetings.Vote{Subject: "Khóa cổng chung lúc 23 giờ", Method: meetings.Hands, Present: 9, For: 7, Against: 1, Other: 1})
	}
	if err == nil {
		err = s.Meetings.AddVote(ctx, head, id, meetings.Vote{Subject: "Góp tiền thay đèn hành lang bằng đèn cảm ứng", Method: meetings.Ballot, Present: 8, For: 4, Against: 4})
	}
	if err == nil {
		err = s.Meetings.Conclude(ctx, head, id, meetings.Conclusion{Content: "Thay khóa cổng chung, giao chìa cho từng hộ", Owner: "head", Due: "2026-12-05"})
	}
	if err == nil {
		err = s.Meetings.Write(ctx, head, id, meetings.Text{
			Began: "18:05", Ended: "18:55", Secretary: s.House[bac] + ":H01", Version: get(t, s, "head", id).Version,
			Said: map[string]string{"TC": "Cổng chung hay quên khóa sau 22 giờ.", "HG": "Giữ yên tĩnh buổi trưa; nước thải tầng trên đã sửa."},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTheCodeAtTheDoor(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		id := planned(t, s, "head", plan(s, gatherings.House))
		token := get(t, s, "head", id).Token
		s.As("head").Get("/meetings/"+id+"/door").OK().Has("h1", "Mã QR")
		s.As("household").Get("/meetings/" + id + "/door").Is(404)
		s.As("household").Get("/m/"+token).OK().Has("button", "Hộ H01 có mặt")
		s.As("visitor").Get("/m/" + token).Is(303) // to sign in, and back
		s.As("household").Post("/m/"+token, nil).Follow().OK().Has("main", "Đã ghi hộ H01 có mặt")
		s.As("household").Post("/m/"+token, nil).Goes()
		s.As("other household").Get("/m/"+token).OK().Has("button", "Hộ H02 có mặt")
		s.As("head").Post("/m/"+token, nil).Is(422)
		s.As("other head").Get("/m/" + token).Is(404)
		s.As("household").Get("/m/0123456789abcdef").Is(404)
		if m := get(t, s, "head", id); m.Present != 1 {
			t.Errorf("%d came", m.Present)
		}
		// Who did not come is nobody else's business.
		s.As("household").Get("/meetings/"+id).OK().Lacks("main", "H02")
		// A plan for later opens no door.
		p := plan(s, gatherings.House)
		p.Day = "2026-11-28"
		later := planned(t, s, "head", p)
		s.As("household").Post("/m/"+get(t, s, "head", later).Token, nil).Is(422).Has("main", "17:30")
		if err := s.Meetings.Begin(t.Context(), s.Actor("head"), later); !fault.Is(err, fault.Closed) {
			t.Errorf("a meeting of next week was opened: %v", err)
		}
	})
}

func TestAGroupMeetsAndAHouseBesideItDoesNot(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		id := planned(t, s, "group lead", plan(s, gatherings.Group))
		m := get(t, s, "group lead", id)
		if m.Households != 24 || m.Area != "Tổ dân phố 1" || m.Needed() != 13 { // 3 + 14 + 1 + 6
			t.Errorf("%+v", m)
		}
		for person, sees := range map[string]bool{"head": true, "household": true, "officer": true, "other officer": true, "command": true, "other head": false, "other group lead": false} {
			_, err := s.Meetings.Get(t.Context(), s.Actor(person), id)
			if (err == nil) != sees {
				t.Errorf("%s: %v", person, err)
			}
		}
		s.As("head").Post("/meetings/"+id+"/begin", nil).Is(404)
		s.As("head").Get("/meetings/" + id + "/attendance").Is(404)
		lead := s.As("group lead")
		lead.Post("/meetings/"+id+"/begin", nil).Follow().OK().Has("tbody th", bac).Has("tbody td", "0/14 hộ")
		lead.Get("/meetings/" + id + "/attendance?house=" + s.House["6 bis Đinh Liệt"]).Is(404)
		lead.Get("/meetings/"+id+"/attendance?house="+s.House["36 Hàng Bạc"]).OK().Has("legend", "36 Hàng Bạc")
		// The lead chairs it: neither a guest of the own meeting nor its secretary, as no deputy of a house is.
		if !slices.Equal(m.Guests, []string{"officer"}) {
			t.Errorf("guests of a lead's meeting: %v", m.Guests)
		}
		lead.Get("/meetings/new").OK().Has("label", "cảnh sát khu vực").Lacks("label", "tổ trưởng tổ dân phố")
		s.As("head").Get("/meetings/new").OK().Has("label", "tổ trưởng tổ dân phố")
		lead.Get("/meetings/"+id+"/minutes").OK().Has("#f-secretary option", "Ban công tác Mặt trận").Lacks("#f-secretary option", "Tổ trưởng tổ dân phố").Lacks("#f-secretary option", "Phó trưởng số nhà")
		if err := s.Meetings.Write(t.Context(), s.Actor("group lead"), id, meetings.Text{Began: "18:30", Secretary: "lead", Said: map[string]string{}, Version: get(t, s, "group lead", id).Version}); !fault.Is(err, fault.Wrong) {
			t.Errorf("a lead keeps the minutes of the own meeting: %v", err)
		}
		holders := []string{"group lead", "head", "other head", "other group lead", "command", "other command"}
		if text := s.ListFile("/meetings/list", "meeting.export", 1, holders...); !strings.Contains(text, ";19:30;") || !strings.Contains(text, "Họp thường kỳ quý IV") {
			t.Errorf("the list of the lead:\n%s", text)
		}
		if _, err := s.Meetings.Create(t.Context(), s.Actor("head"), plan(s, gatherings.Group)); !fault.Is(err, fault.Wrong) {
			t.Errorf("a head convened the group: %v", err)
		}
		p := plan(s, gatherings.Group)
		p.Group = s.Group["Tổ dân phố 2"]
		if _, err := s.Meetings.Create(t.Context(), s.Actor("group lead"), p); !fault.Is(err, fault.Wrong) {
			t.Errorf("a lead convened another group: %v", err)
		}
	})
}

// What goes onto paper, into codes and into other programs names the address that was stated, whatever a request calls the program.
func TestAddressesAreThoseThatWereStated(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		s.As("household").Post("/meetings/calendar", nil).Is(http.StatusSeeOther)
		shows := func(address string) {
			t.Helper()
			main := s.As("household").Get("/meetings/calendar").OK().Doc().Find("main")
			if href, _ := main.Find(`a[href^="webcal:"]`).Attr("href"); !strings.HasPrefix(href, "webcal://"+address+"/") {
				t.Errorf("the calendar of this machine is at %q", href)
			}
			if text, _ := main.Find(`input[value*="://"]`).Attr("value"); !strings.Contains(text, "://"+address+"/") {
				t.Errorf("the address to copy is %q", text)
			}
		}
		shows("example.com") // what the request names
		s.Server.ServeAt("https://sonha.phuong.vn")
		shows("sonha.phuong.vn")
	})
}

// The calendar behind an address follows what its account may see, and an address that was renewed is nobody's.
func TestTheCalendarFollowsTheAccount(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		ctx := t.Context()
		p := plan(s, gatherings.House)
		p.Day = "2026-11-28"
		id := planned(t, s, "head", p)
		s.As("household").Get("/meetings/calendar").OK().Has("button", "Tạo địa chỉ lịch")
		s.As("household").Post("/meetings/calendar", nil).Follow().OK().Has("main", "Ai có địa chỉ này")
		address := func(person string) string {
			f, err := s.Meetings.Feed(ctx, s.Actor(person))
			if err != nil {
				t.Fatal(err)
			}
			return meetings.FeedPath(s.Ward.ID, f.Token) + ".ics"
		}
		read := func(path string) []*ics.VEvent {
			r := s.As("visitor").Get(path).OK()
			if r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
				t.Errorf("type %q", r.Header.Get("Content-Type"))
			}
			c, err := ics.ParseCalendar(bytes.NewReader(r.Body))
			if err != nil {
				t.Fatal(err)
			}
			return c.Events()
		}
		value := func(e *ics.VEvent, p ics.ComponentProperty) string { return e.GetProperty(p).Value }
		first := address("household")
		events := read(first)
		if len(events) != 1 || value(events[0], ics.ComponentPropertySequence) != "0" || value(events[0], ics.ComponentPropertyUniqueId) != id+"@sonha" ||
			value(events[0], ics.ComponentPropertyDtStart) != "20261128T193000" || !strings.Contains(value(events[0], ics.ComponentPropertySummary), "Họp thường kỳ quý IV") {
			t.Fatalf("%+v", events)
		}
		p.Clock, p.Version = "20:00", get(t, s, "head", id).Version
		if err := s.Meetings.Change(ctx, s.Actor("head"), id, p); err != nil {
			t.Fatal(err)
		}
		s.As("household").Get("/inbox").OK().Has("main", "Đổi lịch họp")
		if err := s.Meetings.Cancel(ctx, s.Actor("head"), id, "Trùng lịch tiêm phòng"); err != nil {
			t.Fatal(err)
		}
		events = read(first)
		if len(events) != 1 || value(events[0], ics.ComponentPropertySequence) != "2" || value(events[0], ics.ComponentPropertyStatus) != "CANCELLED" || value(events[0], ics.ComponentPropertyUniqueId) != id+"@sonha" {
			t.Fatalf("%+v", events)
		}
		if _, err := s.Meetings.RenewFeed(ctx, s.Actor("other head")); err != nil {
			t.Fatal(err)
		}
		if events := read(address("other head")); len(events) != 0 {
			t.Errorf("another head sees %d", len(events))
		}
		s.As("household").Post("/meetings/calendar", nil).Goes()
		if second := address("household"); second != first {
			read(second)
			// Whoever moves away keeps no calendar: a new card for the flat ends the address.
			s.As("head").Post("/houses/"+s.House[bac]+"/cards", url.Values{"household": {"H01"}}).OK()
			s.As("visitor").Get(second).Is(404)
		}
		s.As("visitor").Get(first).Is(404)
		second := address("household")
		if first == second {
			t.Error("the address stayed")
		}
		if err := s.Accounts.Disable(ctx, s.System(), s.Actor("household").Account()); err != nil {
			t.Fatal(err)
		}
		s.As("visitor").Get(second).Is(404)
	})
}

// TestPapersAreReadAsPixels draws invitation and minutes and reads their text back from the page, marks and all; the DOCX holds the same words.
func TestPapersAreReadAsPixels(t *testing.T) {
	if testing.Short() {
		t.Skip("draws pages")
	}
	each(t, func(t *testing.T, s *apptest.Site) {
		s.Enrol()
		id := held(t, s)
		home := "/meetings/" + id
		ink := func(path string) (pages [][]byte, text string) {
			dir := t.TempDir()
			file := filepath.Join(dir, "a.pdf")
			if err := os.WriteFile(file, s.As("head").Get(path).OK().Body, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, tool := range []string{"pdftoppm", "pdftotext"} {
				if _, err := exec.LookPath(tool); err != nil {
					t.Skip(tool + " is not installed: nobody looked at the paper")
				}
			}
			if err := exec.Command("pdftoppm", "-r", "50", "-gray", file, filepath.Join(dir, "p")).Run(); err != nil {
				t.Fatal(err)
			}
			found, _ := filepath.Glob(filepath.Join(dir, "p*.pgm"))
			slices.Sort(found)
			for _, name := range found {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				pages = append(pages, b)
			}
			out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			return pages, civil.NFC(string(out))
		}
		keep := os.Getenv("SONHA_PAPERS")
		for path, want := range map[string][]string{
			home + "/invitation.pdf": {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "GIẤY MỜI", "Đại diện các hộ, số nhà 36A Hàng Bạc", "Khóa cổng chung", "ít nhất 8 hộ", "TRƯỞNG SỐ NHÀ"},
			home + "/minutes.pdf":    {"BIÊN BẢN", "Hộ có đại diện dự", "9", "64,3 %", "Giơ tay 9 7 1 1 0", "Khóa cổng chung lúc 23", "Thay khóa cổng chung", "CHỦ TRÌ", "THƯ KÝ", "ĐẠI DIỆN CÁC HỘ"},
		} {
			pages, text := ink(path)
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s lacks %q:\n%s", path, w, text)
				}
			}
			for i, p := range pages {
				dark := 0
				for _, b := range p[len(p)-400*500:] {
					if b < 128 {
						dark++
					}
				}
				if dark < 300 {
					t.Errorf("%s, page %d is nearly blank", path, i+1)
				}
			}
			if keep != "" {
				_ = os.WriteFile(filepath.Join(keep, filepath.Base(path)), s.As("head").Get(path).Body, 0o600)
			}
		}
		body := s.As("head").Get(home + "/minutes.docx").OK().Body
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		f, err := z.Open("word/document.xml")
		if err != nil {
			t.Fatal(err)
		}
		xml, _ := io.ReadAll(f)
		if !strings.Contains(string(xml), "Khóa cổng chung lúc 23 giờ") || !strings.Contains(string(xml), "Hộ có đại diện dự") {
			t.Error("the DOCX lacks the vote")
		}
		if keep != "" {
			_ = os.WriteFile(filepath.Join(keep, "minutes.docx"), body, 0o600)
		}
	})
}

func TestOldMeetingsGoAndRulesHold(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		ctx := t.Context()
		held(t, s)
		s.As("head").Get("/meetings/rules").Is(404)
		s.As("command").Post("/meetings/rules", url.Values{"level": {"house"}, "quorum": {"40"}, "pass": {"66"}}).Is(422).Has(".error-text", "50")
		s.As("command").Post("/meetings/rules", url.Values{"level": {"house"}, "quorum": {"60"}, "pass": {"66"}}).Goes()
		id := planned(t, s, "head", plan(s, gatherings.House))
		if m := get(t, s, "head", id); m.Quorum != 60 || m.Pass != 66 || m.Needed() != 9 {
			t.Errorf("%+v", m.Rules)
		}
		if n, err := s.Meetings.Expire(ctx, s.System(), false); err != nil || n != 0 {
			t.Errorf("%d went: %v", n, err)
		}
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update meetings set starts_at = $1 where ward_id = {ward}`, time.Date(2021, 11, 20, 0, 0, 0, 0, civil.Hanoi).UnixMilli()); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Meetings.Expire(ctx, s.System(), true); err != nil || n != 2 {
			t.Errorf("a dry run counts %d: %v", n, err)
		}
		if n, err := s.Meetings.Expire(ctx, s.System(), false); err != nil || n != 2 {
			t.Errorf("%d went: %v", n, err)
		}
		if _, err := s.Meetings.Expire(ctx, s.Actor("command"), false); !fault.Is(err, fault.Missing) {
			t.Errorf("the command expired meetings: %v", err)
		}
		s.As("head").Get("/meetings?stand=done").OK().Has("main", "Không có cuộc họp nào đã qua")
	})
}

// Meetings of one hour stand in the order of their streets and numbers, not in that in which they were planned.
func TestMeetingsOfOneHourStandByPlace(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		p := plan(s, gatherings.House)
		planned(t, s, "head", p)
		p.House = s.House["6 bis Đinh Liệt"]
		planned(t, s, "other head", p)
		list, _, err := s.Meetings.List(t.Context(), s.Actor("command"), meetings.Coming, 0)
		if err != nil || len(list) != 2 || list[0].Area != "6 bis Đinh Liệt" || list[1].Area != bac {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// A meeting that was held shows in the figures of its quarter once the quarter is over.
func TestHousesThatMeetAreCounted(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		ctx := t.Context()
		id := held(t, s)
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update meetings set starts_at = $1 where ward_id = {ward} and id = $2`, time.Date(2026, 8, 20, 19, 30, 0, 0, civil.Hanoi).UnixMilli(), id); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		for _, person := range []string{"command", "committee"} {
			met, due := 0, 0
			if err := s.DB.Read(ctx, s.Actor(person), func(tx *db.Tx) error {
				list, err := meetings.RegularByGroupTx(ctx, tx, "2026-01-01", "2026-12-31")
				for _, x := range list {
					met, due = met+x.Met, due+x.Due
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if met != 1 || due != 5 { // of the five houses with more than three households
				t.Errorf("%s: %d of %d", person, met, due)
			}
		}
		_ = access.Head
	})
}
