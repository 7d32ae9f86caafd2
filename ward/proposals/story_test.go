package proposals_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/proposals"
)

// TestFromPhotoToClosed is the way of a proposal: with a photo, received, answered, opened again, answered, closed by its sender.
func TestFromPhotoToClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		head := s.As("head")
		head.Get("/proposals").OK().Has("main", "Chưa có đề xuất nào đang mở").Has(".thumb", "Gửi đề xuất")
		head.Get("/proposals?state=closed").OK().Has("main", "Chưa có đề xuất nào đã đóng").Lacks("main", "nào đang mở")
		head.Get("/proposals/new").OK().Has("h1", "Gửi đề xuất").Has("select[name=category]", "Đèn đường").Has("main", "không phải nơi nhận khiếu nại")
		to := head.Upload("/proposals", "photos", "den.png", picture(t), form(s)).Goes()
		page := head.Get(to).OK().Has("h1", "Đèn ngõ không sáng").Has("main", "ĐX 1/2026").Has("main", "Hạn 03/11/2026, còn 10 ngày làm việc").Has(".timeline", "giao Đơn vị chiếu sáng công cộng")
		photo, _ := page.Doc().Find(`ul.photos a`).Attr("href")
		if r := head.Get(photo).OK(); r.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("the photo is %s", r.Header.Get("Content-Type"))
		}
		s.As("other head").Get(photo).Is(404)

		officer := s.As("officer")
		officer.Get("/proposals").OK().Has("tr", "Đèn ngõ không sáng").Has("tr", bac).Has(".chip", "Mới 1")
		officer.With("Sonha-Part", "panel").Get(to).OK().Has("h2", "Đèn ngõ")
		id := strings.TrimPrefix(to, "/proposals/")
		officer.Post("/proposals/receive", url.Values{"id": {id}}).Goes()
		if p := get(t, s, "officer", id); p.State != proposals.Received {
			t.Fatalf("state %s", p.State)
		}
		version := func() string { return officer.Get(to).OK().Value("version") }
		officer.Post(to+"/work", url.Values{"act": {"note"}, "note": {""}, "version": {version()}}).Is(422).Has(".error-text", "ghi việc đã làm")
		officer.Post(to+"/work", url.Values{"act": {"note"}, "note": {"Đã hẹn đơn vị chiếu sáng sáng thứ Năm."}, "version": {version()}}).Goes()
		head.Get(to).OK().Has(".timeline", "Đã hẹn đơn vị chiếu sáng").Has("main", "Đang xử lý").Lacks("main", "Trả lời người gửi")
		officer.Post(to+"/work", url.Values{"act": {"answer"}, "note": {"Đã thay bóng đèn."}, "version": {version()}}).Is(422).Has(".error-text", "chọn kết quả").Has("textarea", "Đã thay bóng đèn.")
		officer.Post(to+"/work", url.Values{"act": {"answer"}, "note": {"Đã thay bóng đèn."}, "result": {"solved"}, "document": {"12/CV-CS"}, "version": {version()}}).Goes()
		head.Get(to).OK().Has("main", "Đã thay bóng đèn.").Has("main", "12/CV-CS").Has("button.primary", "Đã ổn")

		head.Post(to+"/verdict", url.Values{"verdict": {"reopen"}}).Is(422).Has(".error-text", "chỗ nào chưa ổn")
		c.Days(1)
		head.Post(to+"/verdict", url.Values{"verdict": {"reopen"}, "reason": {"Tối qua đèn lại tắt."}}).Follow().OK().Has("main", "Mở lại").Has(".timeline", "Tối qua đèn lại tắt.")
		if p := get(t, s, "officer", id); p.State != proposals.Reopened || p.Due != "2026-11-04" || p.CountedFrom != "2026-10-21" || p.FirstAnswered != "2026-10-20" {
			t.Errorf("reopened: %s, due %s from %s, first answered %s", p.State, p.Due, p.CountedFrom, p.FirstAnswered)
		}
		do(t, s, "officer", id, proposals.Work{Act: proposals.Reply, Note: "Đã thay cả chấn lưu.", Result: proposals.Solved})
		head.Post(to+"/verdict", url.Values{"verdict": {"ok"}}).Follow().OK().Has("main", "người gửi thấy ổn")
		head.Post(to+"/verdict", url.Values{"verdict": {"ok"}}).Is(422).Has(".notice.bad", "Đề xuất đã đóng")
		var kinds []string
		for _, x := range get(t, s, "head", id).Steps {
			kinds = append([]string{x.Kind}, kinds...)
		}
		if got := strings.Join(kinds, " "); got != "sent received note answered reopened answered confirmed" {
			t.Errorf("steps: %s", got)
		}
		head.Get("/proposals?state=closed").OK().Has(".props", "Đèn ngõ")
		csv := s.ListFile("/proposals/export?state=all", "proposal.export", 1, "officer", "other officer", "group lead", "other group lead", "command", "other command", "committee")
		if !strings.Contains(csv, "ĐX 1/2026") || strings.Contains(csv, "Tối qua") || strings.Contains(csv, "Nguyễn Thị Ủy") {
			t.Errorf("the export: %s", csv)
		}
	})
}

// TestUrgentComesAfterTheNumbers holds that who says "urgent" first reads whom to call.
func TestUrgentComesAfterTheNumbers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		t.Helper()
		head := s.As("head")
		to := head.Post("/proposals", form(s, "urgent", "1", "category", "power", "title", "Dây điện đứt trước cổng")).Goes()
		head.Get(to).OK().Has(".emergency", "113").Has(".emergency", "114").Has(".emergency", "115").Has("button.primary", "Vẫn gửi đề xuất")
		s.As("officer").Get("/proposals").OK().Lacks("main", "Dây điện đứt")
		path := strings.TrimSuffix(to, "/urgent")
		s.As("officer").Get(path).Is(404)
		s.As("other head").Get(to).Is(404)
		head.Post(path+"/send", nil).Goes() // a press without having been warned leads back
		s.As("officer").Get(path).Is(404)
		if got := head.Post(path+"/send", url.Values{"warned": {"1"}}).Goes(); got != path {
			t.Errorf("led to %s", got)
		}
		head.Post(path+"/send", url.Values{"warned": {"1"}}).Goes() // a second tap
		p := get(t, s, "officer", strings.TrimPrefix(path, "/proposals/"))
		if p.Due != "2026-10-22" || len(p.Steps) != 1 {
			t.Errorf("due %s, %d steps", p.Due, len(p.Steps))
		}
	})
}

// TestLookAlikes: what another sent within three days is offered first; joining counts, "another thing" is remembered.
func TestLookAlikes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		first := sent(t, s, "group lead", form(s, "house", s.House["36 Hàng Bạc"], "title", "Đèn ngõ hỏng cả dãy"))
		head := s.As("head")
		// 36 is another door of the street: the head learns that there is one, not at whose door and in which words.
		offer := head.Post("/proposals", form(s)).Goes()
		head.Get(offer).OK().Has("h1", "Có phải việc này?").Has(".props", "Ngõ, ngách, trên phố này").Lacks("main", "hỏng cả dãy").Lacks("main", "36 Hàng Bạc")
		draft := strings.TrimSuffix(offer, "/similar")
		s.As("other head").Post(draft+"/join", url.Values{"to": {first}}).Is(404)
		head.Post(draft+"/join", url.Values{"to": {first}}).Follow().OK().Has("#shared ~ *, .section", "Đèn đường, đèn ngõ")
		if p := get(t, s, "officer", first); p.Joined != 1 {
			t.Errorf("joined %d", p.Joined)
		}
		head.Get(draft).Is(404)
		// Another thing: sent, and not offered to each other again.
		offer = head.Post("/proposals", form(s, "title", "Cột đèn nghiêng")).Goes()
		draft = strings.TrimSuffix(offer, "/similar")
		head.Post(draft+"/send", url.Values{"other": {"1"}}).Follow().OK().Has("h1", "Cột đèn nghiêng")
		if p := get(t, s, "officer", strings.TrimPrefix(draft, "/proposals/")); len(p.Alike) != 0 {
			t.Errorf("offered to the officer again: %+v", p.Alike)
		}
		// Other kinds, other streets and what is older than 72 hours are not the same thing.
		sent(t, s, "head", form(s, "category", "drains", "title", "Nắp cống vỡ"))
		sent(t, s, "other head", form(s, "house", s.House["6 bis Đinh Liệt"]))
		c.Pass(73 * time.Hour)
		sent(t, s, "household", form(s, "title", "Đèn ngõ nhấp nháy"))
	})
}

// TestARefusedFormKeepsItsPhotosAndNoneOfItsText: a browser cannot offer a chosen file again.
func TestARefusedFormKeepsItsPhotosAndNoneOfItsText(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		t.Helper()
		head := s.As("head")
		r := head.Upload("/proposals", "photos", "a.png", picture(t), form(s, "title", "", "body", "Nước tràn ra lối đi")).Is(422)
		r.Has(".error-text", "một câu ngắn").Has("textarea[name=body]", "Nước tràn ra lối đi").Has("main", "Ảnh đã nhận")
		if strings.Contains(stored(t, s), "Nước tràn") {
			t.Error("the text of a refused form is stored")
		}
		draft := r.Value("draft")
		id := sent(t, s, "head", form(s, "draft", draft, "title", "Nước tràn"))
		if p := get(t, s, "head", id); len(p.Photos) != 1 {
			t.Errorf("%d photos", len(p.Photos))
		}
		head.Upload("/proposals", "photos", "a.mp4", []byte("ftypmp42 no picture at all"), form(s, "title", "Có video", "category", "trees")).Is(422).Has(".error-text", "không nhận video")
	})
}

// TestWhoSeesWhat holds what the committee learns, and that households of one house do not read each other.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		waste := sent(t, s, "household", form(s, "category", "waste", "title", "Rác đổ sai giờ trước cửa"))
		locks := sent(t, s, "household", form(s, "category", "locks", "title", "Cổng chung không khóa được"))
		for person, status := range map[string]int{"household": 200, "other household": 404, "head": 200, "other head": 404, "group lead": 200, "officer": 200, "other officer": 404, "command": 200, "other command": 404, "committee": 200, "city": 404, "administrator": 404} {
			if r := s.As(person).Get("/proposals/" + waste); r.Status != status {
				t.Errorf("%s opens what is the ward's: %d", person, r.Status)
			}
		}
		committee := s.As("committee")
		committee.Get("/proposals/" + locks).Is(404)
		committee.Get("/proposals/"+waste).OK().Lacks("main", "H01").Lacks("main", "Đại diện hộ").Has("main", bac)
		s.As("head").Get("/proposals/"+waste).OK().Has("main", "H01")
		// A head reads what a household sent and does not speak for it.
		s.As("head").Post("/proposals/"+waste+"/verdict", url.Values{"verdict": {"withdraw"}}).Is(404)
		if _, err := s.Proposals.Do(t.Context(), s.Actor("group lead"), waste, proposals.Work{Act: proposals.Receive}); !fault.Is(err, fault.Missing) {
			t.Errorf("a group lead answers what is the ward's: %v", err)
		}
		do(t, s, "committee", waste, proposals.Work{Act: proposals.Receive})
		do(t, s, "officer", locks, proposals.Work{Act: proposals.Forward, Unit: proposals.ByGroup, Note: "Tổ dân phố mua khóa chung."})
		do(t, s, "group lead", locks, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Đã lắp khóa mới."})
		c.Days(3)
		if _, err := s.Proposals.Do(t.Context(), s.Actor("officer"), locks, proposals.Work{Act: proposals.Shut, Note: "Đã xong."}); !fault.Is(err, fault.Closed) {
			t.Errorf("closed before the sender had time to answer: %v", err)
		}
		c.Days(14)
		s.As("household").Get("/proposals").OK().Has(".props", "chờ xác nhận")
		do(t, s, "officer", locks, proposals.Work{Act: proposals.Shut, Note: "Đã hỏi lại, việc xong."})
		s.As("household").Post("/proposals/"+locks+"/verdict", url.Values{"verdict": {"reopen"}, "reason": {"Khóa lại kẹt."}}).Goes()
	})
}

// TestOverdueClimbs goes from the officer to the command to the committee, one step at a time, and says so.
func TestOverdueClimbs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		id := sent(t, s, "head", form(s, "category", "locks", "title", "Cổng chung không khóa được"))
		climb := func(want int) {
			t.Helper()
			for range 2 { // a second run of the same day changes nothing
				if _, err := s.Proposals.Climb(t.Context(), s.System()); err != nil {
					t.Fatal(err)
				}
			}
			if p := get(t, s, "officer", id); p.Level != want {
				t.Errorf("on %s it stands at level %d, want %d", c.Today(), p.Level, want)
			}
		}
		c.Morning("2026-11-03")
		climb(0)
		c.Morning("2026-11-04")
		climb(1)
		s.As("head").Get("/proposals/"+id).OK().Has("main", "Quá hạn 1 ngày làm việc, đã báo chỉ huy Công an phường").Has(".timeline", "đã báo chỉ huy")
		s.As("committee").Get("/proposals/" + id).Is(404)
		c.Morning("2026-11-09")
		climb(1)
		c.Morning("2026-11-10")
		climb(2)
		s.As("committee").Get("/proposals/"+id).OK().Has("main", "đã báo UBND phường")
		s.As("command").Get("/proposals?climbed=1").OK().Has("tr", "Cổng chung").Has(".chips", "Đã báo lên 1")
		s.As("command").Get("/today").OK().Has("main", "Xem 1 đề xuất quá hạn đã báo lên")
		// Once answered it presses nobody: what Hôm nay and the chip count is what the list shows.
		do(t, s, "committee", id, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Đã cấp khóa mới."})
		s.As("command").Get("/proposals?climbed=1").OK().Has(".chips", "Đã báo lên 0").Lacks("main", "Cổng chung")
		s.As("head").Post("/proposals/"+id+"/verdict", url.Values{"verdict": {"reopen"}, "reason": {"Khóa mới lại kẹt."}}).Goes()
		s.As("command").Get("/proposals?climbed=1").OK().Has(".chips", "Đã báo lên 0").Lacks("main", "Cổng chung")
		s.As("command").Get("/today").OK().Lacks("main", "quá hạn đã báo lên")
		if _, err := s.Proposals.Climb(t.Context(), s.Actor("officer")); !fault.Is(err, fault.Missing) {
			t.Errorf("an officer runs the climb: %v", err)
		}
	})
}

// TestTheCalendarDecidesTheDay: Tết is not worked, and what the ward changes moves what is open and nothing that was answered.
func TestTheCalendarDecidesTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		c.Morning("2027-01-28") // Thursday; Tết is 06/02/2027
		id := sent(t, s, "head", form(s))
		done := sent(t, s, "head", form(s, "category", "trees", "title", "Cành cây gãy"))
		do(t, s, "officer", done, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Đã cắt cành."})
		before := get(t, s, "head", id).Due
		s.As("command").Post("/calendar", url.Values{"kind": {"off"}, "from": {"2027-02-15"}, "name": {"Nghỉ hoán đổi dịp Tết"}}).Goes()
		p, answered := get(t, s, "head", id), get(t, s, "head", done)
		if before != "2027-02-18" || p.Due != "2027-02-19" || p.FirstDue != p.Due || answered.FirstDue != before {
			t.Errorf("due %s, then %s (first %s); answered %s", before, p.Due, p.FirstDue, answered.FirstDue)
		}
	})
}

// TestFiguresAndRetention counts I6 over live rows and over what was deleted, and deletes after 36 months, not before.
func TestFiguresAndRetention(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		t.Helper()
		good := sent(t, s, "head", form(s))
		late := sent(t, s, "head", form(s, "category", "trees", "title", "Cành cây gãy"))
		back := sent(t, s, "head", form(s, "category", "waste", "title", "Rác"))
		to := s.As("head").Upload("/proposals", "photos", "a.png", picture(t), form(s, "category", "drains", "title", "", "urgent", "1")).Is(422)
		if to.Value("draft") == "" {
			t.Fatal("no draft")
		}
		do(t, s, "officer", good, proposals.Work{Act: proposals.Reply, Result: proposals.Solved, Note: "Xong."})
		if _, err := s.Proposals.Judge(t.Context(), s.Actor("head"), back, proposals.Withdraw, ""); err != nil {
			t.Fatal(err)
		}
		c.Morning("2026-11-20")
		do(t, s, "officer", late, proposals.Work{Act: proposals.Reply, Result: proposals.NotOurs, Note: "Đã chuyển."})
		for _, id := range []string{good, late} {
			if _, err := s.Proposals.Judge(t.Context(), s.Actor("head"), id, proposals.Content, ""); err != nil {
				t.Fatal(err)
			}
		}
		count := func(person string, want proposals.Punctuality) {
			t.Helper()
			got, err := s.Proposals.Punctual(t.Context(), s.Actor(person), "2026-10-01", "2026-12-31")
			if err != nil || got != want {
				t.Errorf("%s counts %+v, want %+v (%v)", person, got, want, err)
			}
		}
		count("committee", proposals.Punctuality{Due: 2, OnTime: 1})
		count("officer", proposals.Punctuality{Due: 2, OnTime: 1})
		count("other officer", proposals.Punctuality{})

		if i, err := s.Indicators.Get(t.Context(), s.Actor("command"), "I6"); err != nil || i.Latest() == nil || i.Latest().Of != 2 || i.Latest().Part != 1 {
			t.Errorf("I6 reads %+v (%v)", i.Latest(), err)
		}
		c.Morning("2029-11-19")
		plan, err := s.Proposals.Purge(t.Context(), s.System(), true)
		if err != nil || plan.Proposals != 1 || plan.Drafts != 1 || plan.Photos != 1 {
			t.Errorf("a rehearsal says %+v, %v", plan, err)
		}
		get(t, s, "officer", back)
		c.Morning("2029-11-20")
		done, err := s.Proposals.Purge(t.Context(), s.System(), false)
		if err != nil || done.Proposals != 3 || done.Drafts != 1 || len(done.Files) != 1 {
			t.Errorf("purged %+v, %v", done, err)
		}
		s.As("officer").Get("/proposals/" + good).Is(404)
		count("committee", proposals.Punctuality{Due: 2, OnTime: 1})
		if again, err := s.Proposals.Purge(t.Context(), s.System(), false); err != nil || again.Proposals+again.Drafts != 0 {
			t.Errorf("a second run: %+v, %v", again, err)
		}
	})
}

// TestTicketsAreNumbersOnly: of what is sent elsewhere Sonha keeps the number.
func TestTicketsAreNumbersOnly(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	id := sent(t, s, "head", form(s))
	head := s.As("head")
	head.Get("/proposals/"+id).OK().Has("main a[href^='https://ihanoi.gov.vn']", "iHanoi")
	head.Post("/proposals/"+id+"/ticket", url.Values{"ticket": {"đã gửi bà Lan ở quận"}}).Is(422).Has(".error-text", "Số phiếu chỉ gồm")
	head.Post("/proposals/"+id+"/ticket", url.Values{"ticket": {"ih-2026/00417"}}).Follow().OK().Has("dl", "IH-2026/00417")
	s.As("other head").Post("/proposals/"+id+"/ticket", url.Values{"ticket": {"1"}}).Is(404)
}

// TestTwoAtOnce: who answers from an old page is told, and nothing typed is lost.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	id := sent(t, s, "head", form(s))
	version := s.As("officer").Get("/proposals/" + id).OK().Value("version")
	do(t, s, "command", id, proposals.Work{Act: proposals.Receive})
	s.As("officer").Post("/proposals/"+id+"/work", url.Values{"act": {"answer"}, "result": {"solved"}, "note": {"Đã thay bóng."}, "version": {version}}).
		Is(422).Has(".notice.bad", "vừa được người khác cập nhật").Has("textarea", "Đã thay bóng.")
	if d := civil.Day("2026-10-20"); get(t, s, "head", id).State != proposals.Received || d == "" {
		t.Error("the state changed")
	}
}
