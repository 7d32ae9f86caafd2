package objections_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/objections"
	"sonha/ward/results"
)

// A head asks, the command corrects one item with its reason, and the sheet of the inspection is byte for byte what it was.
func TestACorrectionStandsBesideWhatWasFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		before := told(t, s, bac, "TC1", "TC2")
		if before.Class == criteria.Safe {
			t.Fatal("the house should fall short")
		}
		house := "/houses/" + s.House[bac]
		s.As("head").Get(house).OK().Has(`[aria-labelledby="dates"]`, "Hết hạn đề nghị xem lại kết quả").Has(`[aria-labelledby="work"] a`, "Kết quả và đề nghị xem lại")
		page := s.As("head").Get(house+"/objection").OK().Has("h2", "Thấy kết quả chưa đúng?").Has("dl", "30/10/2026").Has("label", "TC2").Has(`dl a[href="/inspections/`+before.Inspection+`"]`, "Phiếu kiểm tra ngày")
		page.Lacks("label", "TC3")
		form := url.Values{"items": {"TC1"}, "content": {"Anh Nguyễn Văn Hùng đã thay khóa"}}
		s.As("head").Post(house+"/objection", form).Is(422).Has(".error-text", "tên người").Has("textarea", "đã thay khóa")
		form.Set("content", "Khóa cổng chung đã thay từ tháng 9, lúc đoàn đến cổng đang mở để chuyển đồ.")
		s.As("head").Post(house+"/objection", form).Follow().OK().Has(".objection", "Chỉ huy trả lời chậm nhất ngày 03/11/2026, còn 10 ngày làm việc").Lacks("h2", "Thấy kết quả chưa đúng?")
		s.As("other head").Get(house + "/objection").Is(404)
		s.As("other officer").Get(house + "/objection").Is(404)
		s.As("officer").Get(house+"/objection").OK().Lacks("button", "Rút đề nghị")
		if messages(t, s, "command", "objections.tell.filed") != 1 {
			t.Error("the command was not told")
		}
		s.As("command").Get("/today").OK().Has(".what", "Trả lời 1 đề nghị xem lại kết quả")
		s.As("committee").Get("/board").OK().Has("figcaption", "1 đề nghị xem lại chờ trả lời")
		at, _ := s.As("command").Get("/objections").OK().Has("td", "còn 10 ngày làm việc").Doc().Find("main table a").Attr("href")
		sheet := s.As("command").Get(at).OK().Has("h2", "Trả lời số nhà").Has("label", "TC1").Lacks("label", "TC2")
		reply := url.Values{"outcome": {"corrected"}, "answer": {"Đoàn xem lại ảnh: khóa mới đã lắp."}, "version": {sheet.Value("version")}}
		s.As("command").Post(at, reply).Is(422).Has(".error-text, .errors", "chưa sửa mục nào").Has("textarea", "khóa mới đã lắp")
		reply.Set("value.TC1", "2")
		s.As("command").Post(at, reply).Follow().OK().Has("main", "Không có đề nghị nào chờ trả lời")
		after := result(t, s, bac)
		if i := s.Set.Index("TC1"); after.Answers.At(i) != criteria.Pass || after.Answers.At(s.Set.Index("TC2")) != criteria.Fail {
			t.Errorf("the result says %v", after.Answers.At(i))
		}
		if after.Points <= before.Points || after.Stage != results.Approved || after.Decision != reply.Get("answer") {
			t.Errorf("points %d to %d, %s, %q", before.Points, after.Points, after.Stage, after.Decision)
		}
		i, err := s.Inspections.Get(t.Context(), s.Actor("officer"), before.Inspection)
		if err != nil || i.Found.At(s.Set.Index("TC1")) != criteria.Fail {
			t.Errorf("the sheet was changed: %v %v", i.Found, err)
		}
		for _, x := range i.Shortcomings {
			if want := map[string]string{"TC1": inspections.Mended, "TC2": inspections.Open}[x.Item]; x.State != want {
				t.Errorf("%s is %s, want %s", x.Item, x.State, want)
			}
		}
		s.As("head").Get(house+"/objection").OK().Has(".notice", "Câu trả lời của chỉ huy ở dưới đây").Lacks("main", "tải lại trang").Has(".objection", "khóa mới đã lắp").Has(".objection", "Sửa thành: Đạt")
		if messages(t, s, "head", "objections.tell.corrected") != 1 {
			t.Error("the head was not told")
		}
		// What comes after looks only at what still fails.
		again, err := s.Inspections.Start(t.Context(), s.Actor("officer"), s.House[bac], inspections.Repeat)
		if err != nil {
			t.Fatal(err)
		}
		if i, err = s.Inspections.Get(t.Context(), s.Actor("officer"), again); err != nil {
			t.Fatal(err)
		}
		for _, at := range i.Wanted(s.Set) {
			if item, _ := s.Set.Item(at); item.Code != "TC2" {
				t.Errorf("the repeat asks for %s", item.Code)
			}
		}
	})
}

// Ten days to ask, once for each result; the last day that is off becomes the next working day.
func TestTheDaysToAsk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		head, house := s.Actor("head"), s.House[bac]
		n := objections.New{Content: "Số nhà đã đủ bình chữa cháy."}
		refused := func(key string) {
			t.Helper()
			if _, err := s.Objections.File(t.Context(), head, house, n); !fault.Is(err, fault.Closed) || !strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v", key, err)
			}
		}
		refused("objections.not_told")
		c.Morning("2026-10-21") // Wednesday; ten days on is Saturday 31/10, then Monday 2/11
		told(t, s, bac, "TC1")
		c.Morning("2026-11-02")
		id := file(t, s, "head", bac, n)
		refused("objections.waits_already")
		if _, err := s.Objections.Withdraw(t.Context(), s.Actor("other head"), id); !fault.Is(err, fault.Missing) {
			t.Errorf("another head withdraws it: %v", err)
		}
		if _, err := s.Objections.Withdraw(t.Context(), head, id); err != nil {
			t.Fatal(err)
		}
		id = file(t, s, "group lead", bac, n)
		answer(t, s, id, objections.Reply{Outcome: objections.Upheld, Answer: "Bình đã quá hạn kiểm định."})
		refused("objections.answered_already")
		c.Morning("2026-11-03")
		refused("objections.answered_already")
		told(t, s, "36 Hàng Bạc", "TC1")
		c.Morning("2026-11-14")
		if _, err := s.Objections.File(t.Context(), s.System(), s.House["36 Hàng Bạc"], n); err != nil { // 13/11 is a Friday
			if !strings.Contains(err.Error(), "objections.too_late") {
				t.Error(err)
			}
		} else {
			t.Error("it was taken a day late")
		}
	})
}

func answer(t *testing.T, s *apptest.Site, id string, a objections.Reply) {
	t.Helper()
	x, err := s.Objections.Get(t.Context(), s.Actor("command"), id)
	if err != nil {
		t.Fatal(err)
	}
	a.Version = x.Objection.Version
	if err := s.Objections.Answer(t.Context(), s.Actor("command"), id, a); err != nil {
		t.Fatal(err)
	}
}

// The command sends the officer to look again, also while results are posted; nothing else is inspected then.
func TestAnotherInspectionWhileResultsArePosted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		told(t, s, bac, "TC1")
		told(t, s, "36 Hàng Bạc", "TC1")
		id := file(t, s, "head", bac, objections.New{Items: []string{"TC1"}, Content: "Khóa cổng đã thay."})
		s.Phase(campaigns.Publish)
		officer := s.Actor("officer")
		if _, err := s.Inspections.Start(t.Context(), officer, s.House[bac], inspections.Repeat); !fault.Is(err, fault.Closed) {
			t.Errorf("inspected while results are posted: %v", err)
		}
		answer(t, s, id, objections.Reply{Outcome: objections.Repeat, Answer: "Cảnh sát khu vực đến xem lại.", RepeatBy: c.Today().AddDays(7)})
		if r := result(t, s, bac); r.RecheckBy != c.Today().AddDays(7) {
			t.Errorf("recheck by %s", r.RecheckBy)
		}
		if messages(t, s, "officer", "objections.tell.look_again") != 1 || messages(t, s, "head", "objections.tell.repeat") != 1 {
			t.Error("officer and head were not told")
		}
		if _, err := s.Inspections.Start(t.Context(), officer, s.House["36 Hàng Bạc"], inspections.Repeat); !fault.Is(err, fault.Closed) {
			t.Errorf("another house is inspected too: %v", err)
		}
		c.Pass(time.Minute)
		again, err := s.Inspections.Start(t.Context(), officer, s.House[bac], inspections.Repeat)
		if err != nil {
			t.Fatal(err)
		}
		i, err := s.Inspections.Find(t.Context(), officer, again, inspections.Finding{Item: "TC1", Value: criteria.Pass})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = s.Inspections.Finish(t.Context(), officer, again, inspections.Proposal{Class: criteria.Safe, Version: i.Version}); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/houses/"+s.House[bac]+"/objection").OK().Has(".objection", "Đã kiểm tra lại")
		if err := s.Results.Close(t.Context(), s.Actor("command"), s.Campaign.ID, version(t, s)); !fault.Is(err, fault.Closed) {
			t.Errorf("closed with a proposal that waits: %v", err)
		}
		approve(t, s, bac)
		if r := result(t, s, bac); r.Class != criteria.Safe {
			t.Errorf("the house is %s", r.Class)
		}
		if _, err := s.Inspections.Start(t.Context(), officer, s.House[bac], inspections.Repeat); !fault.Is(err, fault.Closed) {
			t.Errorf("inspected a third time: %v", err)
		}
	})
}

func version(t *testing.T, s *apptest.Site) int {
	t.Helper()
	c, err := s.Campaigns.Get(t.Context(), s.System(), s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c.Version
}

// Nothing is closed while a house waits for its answer.
func TestACampaignWaitsForItsAnswers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		told(t, s, bac, "TC1")
		s.Phase(campaigns.Publish)
		s.As("command").Get("/campaigns/"+s.Campaign.ID+"/close").OK().Has(".notice", "1 số nhà còn trong hạn 10 ngày").Has("button", "Chốt")
		id := file(t, s, "head", bac, objections.New{Content: "Số nhà đã làm đủ."})
		s.As("command").Get("/campaigns/"+s.Campaign.ID+"/close").OK().Has(".notice", "Còn 1 đề nghị xem lại chưa trả lời").Lacks("button", "Chốt")
		if err := s.Results.Close(t.Context(), s.Actor("command"), s.Campaign.ID, version(t, s)); !fault.Is(err, fault.Closed) {
			t.Fatalf("closed: %v", err)
		}
		answer(t, s, id, objections.Reply{Outcome: objections.Upheld, Answer: "Kết quả đúng như phiếu kiểm tra."})
		if err := s.Results.Close(t.Context(), s.Actor("command"), s.Campaign.ID, version(t, s)); err != nil {
			t.Error(err)
		}
	})
}

// Before a close it is counted who may still ask, on the very days on which a house is let to ask: also on a last day that was moved,
// also a safe house; who waits for an answer counts there.
func TestTheCloseCountsWhoMayAsk(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		const other = "36 Hàng Bạc"
		c.Morning("2026-10-21") // a Wednesday; ten days on is a Saturday, so the last day is Monday 2/11
		told(t, s, bac, "TC1")
		told(t, s, other)
		s.Phase(campaigns.Publish)
		counts := func(windows, asked int) {
			t.Helper()
			x, err := s.Results.Closing(t.Context(), s.Actor("command"), s.Campaign.ID)
			if err != nil || x.Windows != windows || x.Asked != asked || windows > 0 && x.Window != "2026-11-02" {
				t.Errorf("on %s %d may ask until %s and %d wait: %v", c.Today(), x.Windows, x.Window, x.Asked, err)
			}
		}
		counts(2, 0)
		c.Morning("2026-11-02")
		counts(2, 0)
		id := file(t, s, "head", bac, objections.New{Content: "Số nhà đã làm đủ."})
		counts(1, 1)
		answer(t, s, id, objections.Reply{Outcome: objections.Upheld, Answer: "Kết quả đúng như phiếu kiểm tra."})
		counts(1, 0)
		if x, err := s.Objections.Of(t.Context(), s.System(), s.House[other], 0); err != nil || x.Closed() != nil {
			t.Errorf("the safe house may not ask: %v %v", x.Closed(), err)
		}
		c.Morning("2026-11-03")
		counts(0, 0)
	})
}

// While the results of one campaign are published the next may be open: a house still asks about the result that it was told, and who is
// told of it comes to the page of that year.
func TestAHouseAsksWhileTheNextCampaignIsOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		before := told(t, s, bac, "TC1")
		s.Phase(campaigns.Publish)
		if _, err := s.Campaigns.Create(t.Context(), s.Actor("command"), campaigns.New{Year: 2027, Criteria: s.Set.Version}); err != nil {
			t.Fatal(err)
		}
		house := "/houses/" + s.House[bac]
		if at := href(t, s, "head", "results.told."+before.Class.String()); at != house+"?year=2026" {
			t.Errorf("the head was told of the result at %s", at)
		}
		at, _ := s.As("head").Get(house + "?year=2026").OK().Doc().Find(`[aria-labelledby="work"] a[href*="objection"]`).Attr("href")
		if at != house+"/objection?year=2026" {
			t.Errorf("the house links to %s", at)
		}
		s.As("head").Get(house+"/objection").OK().Lacks("h2", "Thấy kết quả chưa đúng?")
		form, _ := s.As("head").Get(at).OK().Has("h2", "Thấy kết quả chưa đúng?").Doc().Find("main form").Attr("action")
		s.As("head").Post(form, url.Values{"content": {"Anh Nguyễn Văn Hùng đã thay khóa"}}).Is(422).Has("main", "Kết quả đợt 2026")
		s.As("head").Post(form, url.Values{"content": {"Số nhà đã làm đủ."}}).Follow().OK().Has(".objection", "Chỉ huy trả lời chậm nhất ngày")
		s.As("command").Get("/today").OK().Has(".what", "Trả lời 1 đề nghị xem lại kết quả")
		s.As("committee").Get("/board").OK().Has("figcaption", "1 đề nghị xem lại chờ trả lời")
		x, err := s.Objections.Of(t.Context(), s.Actor("head"), s.House[bac], 2026)
		if err != nil || x.Open() == nil {
			t.Fatalf("nothing waits: %v", err)
		}
		answer(t, s, x.Open().ID, objections.Reply{Outcome: objections.Upheld, Answer: "Kết quả đúng như phiếu kiểm tra."})
		at = href(t, s, "head", "objections.tell.upheld")
		s.As("head").Get(at).OK().Has(".objection", "Kết quả đúng như phiếu kiểm tra.")
		s.As("command").Get("/today").OK().Lacks("main", "đề nghị xem lại kết quả")
	})
}

// href is where the latest message of a kind leads a person.
func href(t *testing.T, s *apptest.Site, person, key string) string {
	t.Helper()
	var at string
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `select m.href from inbox i join messages m on m.ward_id = i.ward_id and m.id = i.message_id
			where i.ward_id = {ward} and i.account_id = $1 and m.key = $2 order by m.id desc limit 1`, s.Actor(person).Account(), key).Scan(&at)
	}); err != nil {
		t.Fatalf("%s was not told %s: %v", person, key, err)
	}
	return at
}

// What is late climbs to the command and then to the committee, once each, and moves with the ward's calendar.
func TestALateAnswerClimbs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		told(t, s, bac, "TC1")
		id := file(t, s, "head", bac, objections.New{Content: "Số nhà đã làm đủ."})
		climb := func(want int) {
			t.Helper()
			if n, err := s.Objections.Climb(t.Context(), s.System()); err != nil || n != want {
				t.Fatalf("on %s %d climbed, %d should: %v", c.Today(), n, want, err)
			}
		}
		if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			tx.Untold("a test")
			return s.Objections.CalendarChanged(t.Context(), tx, civil.NewCalendar([]civil.Day{"2026-10-22"}))
		}); err != nil {
			t.Fatal(err)
		}
		c.Morning("2026-11-04")
		climb(0)
		c.Morning("2026-11-05")
		climb(1)
		climb(0)
		c.Morning("2026-11-10") // Friday, Monday and Tuesday are three working days
		climb(0)
		c.Morning("2026-11-11")
		climb(1)
		climb(0)
		if messages(t, s, "command", "objections.tell.late") != 1 || messages(t, s, "committee", "objections.tell.climbed") != 1 {
			t.Error("command and committee were not told")
		}
		s.As("head").Get("/houses/"+s.House[bac]+"/objection").OK().Has(".due", "Quá hạn trả lời")
		s.As("command").Get("/board").OK().Has("figcaption", "1 đề nghị đã quá hạn")
		answer(t, s, id, objections.Reply{Outcome: objections.Upheld, Answer: "Kết quả đúng."})
		climb(0)
	})
}

// The register as a file has what is answered and what waits, in words, for the command alone.
func TestTheRegisterAsAFile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		told(t, s, bac, "TC1")
		file(t, s, "head", bac, objections.New{Items: []string{"TC1"}, Content: "Khóa đã thay; ổ mới."})
		s.As("command").Get("/objections").OK().Has(".actions a", "Tải Excel").Has(".actions a", "CSV")
		text := s.ListFile("/objections/export", "objection.export", 1, "command", "other command")
		for _, want := range []string{bac, "Tổ dân phố 1", "(TC1)", `"Khóa đã thay; ổ mới."`, "20/10/2026", "03/11/2026", "Chờ chỉ huy trả lời"} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %q:\n%s", want, text)
			}
		}
		if other := string(s.As("other command").Get("/objections/export.csv").OK().Body); strings.Contains(other, bac) || !strings.Contains(other, "Cộng 0 dòng.") {
			t.Errorf("the file of another ward:\n%s", other)
		}
	})
}
