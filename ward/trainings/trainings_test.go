package trainings_test

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/gatherings"
	"sonha/ward/trainings"
)

const bac = "36A Hàng Bạc" // 14 households

// start is when the tests begin: half an hour before the sessions that they plan.
func start() time.Time { return time.Date(2026, 11, 21, 19, 0, 0, 0, civil.Hanoi) }

func each(t *testing.T, fn func(t *testing.T, s *apptest.Site, at *dbtest.Clock)) {
	t.Helper()
	t.Parallel()
	dbtest.EachAt(t, start(), func(t *testing.T, d *db.DB, clock *dbtest.Clock) { fn(t, apptest.New(t, d), clock) })
}

// course makes the sample courses and gives one of them by its topic.
func course(t *testing.T, s *apptest.Site, topic string) string {
	t.Helper()
	if err := s.Trainings.Begin(t.Context(), s.Actor("command"), s.Words.In("vi")); err != nil {
		t.Fatal(err)
	}
	list, err := s.Trainings.Courses(t.Context(), s.Actor("command"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if slices.Contains(list[i].Topics, topic) {
			return list[i].ID
		}
	}
	t.Fatalf("no course on %s", topic)
	return ""
}

// kept fails when a form that was refused lost what was typed.
func kept(t *testing.T, r *apptest.Reply, field, typed string) {
	t.Helper()
	if got := r.Value(field); got != typed {
		t.Errorf("the form came back with %q in %s, want %q", got, field, typed)
	}
}

func plan(course string, level gatherings.Level, ref string) trainings.Plan {
	p := trainings.Plan{Plan: gatherings.Plan{Level: level, Place: "Nhà sinh hoạt cộng đồng", Day: "2026-11-21", Clock: "19:30", Lasts: 90}, Course: course, Speaker: "officer"}
	switch level {
	case gatherings.House:
		p.House = ref
	case gatherings.Group:
		p.Group = ref
	}
	return p
}

func planned(t *testing.T, s *apptest.Site, person string, p trainings.Plan) string {
	t.Helper()
	id, err := s.Trainings.Create(t.Context(), s.Actor(person), p)
	if err == nil {
		err = s.Trainings.Invite(t.Context(), s.Actor(person), id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, person, id string) trainings.Training {
	t.Helper()
	x, err := s.Trainings.Get(t.Context(), s.Actor(person), id)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestFromTheCourseToTheCertificate follows a course for heads over its pages, as the command, heads and strangers see them, until its
// attendance stands beside the question and on a certificate that anybody may check.
func TestFromTheCourseToTheCertificate(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		command, lead, head := s.As("command"), s.As("group lead"), s.As("head")
		command.Get("/trainings/new").OK().Has("main", "Phường chưa lập khóa tập huấn nào")
		lead.Post("/courses/usual", nil).Is(404)
		command.Post("/courses/usual", nil).Follow().OK().Has("tbody th", "Tái hòa nhập không kỳ thị").Has("tbody td", "24 tháng một lần")
		id := course(t, s, trainings.Privacy)
		form := url.Values{"course": {id}, "where": {"group:" + s.Group["Tổ dân phố 1"]}, "day": {"2026-11-21"}, "clock": {"19:30"}, "lasts": {"90"}, "place": {"Nhà anh Hùng"}, "speaker": {"officer"}}
		kept(t, lead.Post("/trainings", form).Is(422).Has(".error-text", "tên người"), "place", "Nhà anh Hùng")
		form.Set("place", "Nhà sinh hoạt cộng đồng")
		form.Set("where", "group:"+s.Group["Tổ dân phố 2"])
		lead.Post("/trainings", form).Is(422).Has(".error-text", "mời ở đâu")
		form.Set("where", "group:"+s.Group["Tổ dân phố 1"])
		home := lead.Post("/trainings", form).Goes()
		lead.Get(home).OK().Has("main", "Chưa ai được mời").Has("main", "mời 3 trưởng số nhà") // 12/5 has no head
		head.Get(home).Is(404)
		lead.Post(home+"/invite", nil).Follow().OK().Has("main", "Đã gửi giấy mời lúc 19:00")
		head.Get(home).OK().Has("main", "Cảnh sát khu vực").Lacks("main button", "Chốt")
		head.Get("/inbox").OK().Has("main", "Mời tập huấn: Tái hòa nhập")
		head.Get("/today").OK().Has("main", "Dự tập huấn: Tái hòa nhập")
		for _, stranger := range []string{"other head", "other group lead", "other command", "administrator", "mediator", "city"} {
			s.As(stranger).Get(home).Is(404)
		}
		s.As("committee").Get(home).OK().Lacks("main a", "Điểm danh")
		s.As("committee").Get(home + "/attendance").Is(404)
		lead.Post(home+"/close", nil).Is(422).Has("body", "Chưa đến giờ")
		clock.Set(start().Add(2 * time.Hour))
		lead.Post(home+"/close", nil).Is(422).Has("body", "Chưa ghi ai có mặt")

		// The area officer notes the houses of the beat, and no others; the lead those of the group.
		nine, bacID, thirtySix := s.House["9 Hàng Bạc"], s.House[bac], s.House["36 Hàng Bạc"]
		s.As("officer").Get(home+"/attendance").OK().Has("label", bac).Lacks("label", "9 Hàng Bạc")
		s.As("officer").Post(home+"/attendance", url.Values{"shown": {bacID, nine}, "came": {bacID, nine}}).Goes()
		if x := get(t, s, "group lead", strings.TrimPrefix(home, "/trainings/")); x.CameHouses != 1 || x.Houses != 3 {
			t.Errorf("%d of %d", x.CameHouses, x.Houses)
		}
		lead.Post(home+"/attendance", url.Values{"shown": {thirtySix}, "came": {thirtySix}}).Follow().OK().Has("main", "2/3 trưởng số nhà")
		head.Get("/houses/"+bacID+"/assessment/GD2").OK().Has(".recorded", "chưa ghi buổi nào trong 24 tháng")
		lead.Post(home+"/close", nil).Follow().OK().Has("main", "Điểm danh chốt lúc 21:00")
		lead.Post(home+"/attendance", url.Values{"shown": {nine}, "came": {nine}}).Is(422).Has("main", "Điểm danh đã chốt")

		// What was attended stands beside the question, and answers nothing by itself.
		head.Get("/houses/"+bacID+"/assessment/GD2").OK().Has(".recorded", "đã dự cả hai phần").Has(".recorded", "Gợi ý: Đạt").Lacks("button[aria-pressed]", "Đạt")
		a, err := s.Assessments.Get(t.Context(), s.Actor("head"), bacID)
		if err != nil || a.Answers.At(s.Set.Index("GD2")) != criteria.Unanswered {
			t.Errorf("the record answered by itself: %v %v", a.Answers, err)
		}
		visit, err := s.Inspections.Start(t.Context(), s.Actor("officer"), bacID, "planned")
		if err != nil {
			t.Fatal(err)
		}
		s.As("officer").Get("/inspections/"+visit+"/items/GD2").OK().Has(".recorded", "đã dự cả hai phần")
		s.As("officer").Get("/inspections/"+visit).OK().Has(".recorded", "đã dự cả hai phần").Has(".recorded", "Hồ sơ tập huấn chưa ghi buổi nào về nội dung này trong 12 tháng qua")

		// The certificate is of the house; anybody may check it, and nobody learns more.
		record := head.Get("/houses/"+bacID+"/trainings").OK().Has("tbody th", "Tái hòa nhập").Has("tbody td", "Trưởng số nhà")
		_ = record
		head.Get(home + "/certificate.pdf?house=" + bacID).OK()
		head.Get(home + "/certificate.pdf?house=" + thirtySix).Is(404)
		lead.Get(home + "/certificate.pdf?house=" + nine).Is(404) // did not come
		c, err := s.Trainings.Certificate(t.Context(), s.Actor("head"), strings.TrimPrefix(home, "/trainings/"), bacID)
		if err != nil {
			t.Fatal(err)
		}
		check := trainings.CheckPath(s.Ward.ID, c.Token)
		s.As("visitor").Get(check).OK().Has("main", "Giấy chứng nhận này là thật").Has("main", bac).Lacks("main", "Nguyễn Thị Ủy")
		s.As("visitor").Get(trainings.CheckPath(s.Other.ID, c.Token)).Is(404)
		other := map[bool]string{true: "y", false: "x"}[strings.HasSuffix(check, "x")]
		s.As("visitor").Get("/trained/"+check[len("/trained/"):len(check)-1]+other).Is(404).Has("body", "Không có giấy chứng nhận")
		// Taken off the attendance, the house's certificate is genuine no more.
		lead.Post(home+"/reopen", nil).Goes()
		s.As("visitor").Get(check).Is(404)
		lead.Post(home+"/attendance", url.Values{"shown": {bacID}}).Goes()
		lead.Post(home+"/close", nil).Goes()
		s.As("visitor").Get(check).Is(404)
		head.Get("/houses/"+bacID+"/assessment/GD2").OK().Lacks(".recorded", "Gợi ý")
	})
}

// TestHouseholdsCountByTheirLabels follows a session for the households of a house: by tick and by the code at the door.
func TestHouseholdsCountByTheirLabels(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		bacID := s.House[bac]
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Children), gatherings.House, bacID))
		home := "/trainings/" + id
		lead, household := s.As("group lead"), s.As("household")
		household.Get("/trainings").OK().Has("tbody th", "Bảo vệ trẻ em trên mạng").Has("tbody td", "Các hộ, Số nhà 36A Hàng Bạc")
		household.Get(home).OK().Lacks("main a", "Điểm danh")
		token := get(t, s, "group lead", id).Token
		lead.Get(home+"/door").OK().Has("h1", "Mã QR")
		household.Get(home + "/door").Is(404)
		household.Get("/tr/"+token).OK().Has("button", "Hộ H01 có mặt")
		household.Post("/tr/"+token, nil).Follow().OK().Has("main", "Đã ghi có mặt")
		household.Post("/tr/"+token, nil).Goes() // twice is once
		s.As("head").Get("/tr/"+token).OK().Has("main", "Buổi này dành cho các hộ")
		s.As("head").Post("/tr/"+token, nil).Is(422)
		s.As("other head").Get("/tr/" + token).Is(404)
		s.As("visitor").Get("/tr/" + token).Is(303)
		lead.Get(home+"/attendance").OK().Has("main", "1/14 hộ").Has("label", "H14").Lacks("label", "H15")
		lead.Post(home+"/attendance", url.Values{"house": {bacID}, "household": {"H01", "H15"}}).Is(422).Has(".error-text", "không có hộ này")
		lead.Post(home+"/attendance", url.Values{"house": {bacID}, "household": {"H01", "H02", "H09"}}).Goes()
		clock.Set(start().Add(time.Hour))
		lead.Post(home+"/close", nil).Goes()
		household.Post("/tr/"+token, nil).Is(422)
		// Who did not come is nobody else's business: neighbours see how many.
		s.As("other household").Get(home).OK().Has("main", "3/14 hộ").Lacks("main", "H09")
		for code, suggest := range map[string]criteria.Value{"VH5": criteria.Pass, "TN4": criteria.Unanswered, "GD2": criteria.Unanswered} {
			found, err := s.Trainings.Evidence(t.Context(), s.Actor("head"), bacID)
			if err != nil || found[code].Suggest != suggest {
				t.Errorf("%s: %+v %v", code, found[code], err)
			}
		}
		// A page that shows one question asks about that one.
		for code, n := range map[string]int{"AN1": 0, "GD6": 0, "VH5": 3} {
			if found, err := s.Trainings.Evidence(t.Context(), s.Actor("head"), bacID, code); err != nil || len(found) != n {
				t.Errorf("%s: %+v %v", code, found, err)
			}
		}
		if found, err := s.Trainings.Evidence(t.Context(), s.Actor("other head"), bacID); err != nil || found["VH5"].Suggest != criteria.Unanswered {
			t.Errorf("another head reads the record: %+v %v", found, err)
		}
		if _, err := s.Trainings.Evidence(t.Context(), s.Actor("household"), bacID); !fault.Is(err, fault.Missing) {
			t.Errorf("a household reads the record: %v", err)
		}
		s.As("head").Get("/houses/"+bacID+"/assessment").OK().Has("#VH5 .recorded", "3/14 hộ dự")
		s.As("officer").Get("/trainings/due?course="+get(t, s, "group lead", id).Course).OK().Has("tbody td", "Chưa dự lần nào").Lacks("tbody th", bac)
	})
}

// TestTheWholeWardGroupByGroup plans for the ward as the committee, which opens no house: it sees how many, and others note who.
func TestTheWholeWardGroupByGroup(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		ctx := t.Context()
		id := planned(t, s, "committee", plan(course(t, s, trainings.Method), gatherings.Ward, ""))
		home := "/trainings/" + id
		if x := get(t, s, "committee", id); x.Houses != 6 || x.Area != "Hoàn Kiếm" {
			t.Errorf("%+v", x)
		}
		s.As("committee").Get(home).OK().Has("main", "mời 6 trưởng số nhà").Has("button", "Gửi lại giấy mời")
		s.As("command").Get(home+"/attendance").OK().Has("tbody th", "Tổ dân phố 1").Has("tbody td", "0/3 trưởng số nhà").Lacks("label", bac)
		g2 := s.Group["Tổ dân phố 2"]
		s.As("command").Get(home+"/attendance?group="+g2).OK().Has("label", "6 bis Đinh Liệt").Lacks("label", bac)
		s.As("other head").Post("/tr/"+get(t, s, "committee", id).Token, nil).Follow().OK().Has("main", "Đã ghi có mặt")
		if err := s.Trainings.TickHeads(ctx, s.Actor("group lead"), id, []string{s.House[bac], s.House["6 bis Đinh Liệt"]}, []string{s.House[bac]}); err != nil {
			t.Fatal(err)
		}
		if x := get(t, s, "committee", id); x.CameHouses != 2 { // the lead of group 1 could not take 6 bis away
			t.Errorf("%d came", x.CameHouses)
		}
		if err := s.Trainings.TickHeads(ctx, s.Actor("committee"), id, []string{s.House[bac]}, nil); !fault.Is(err, fault.Missing) {
			t.Errorf("the committee notes houses: %v", err)
		}
		clock.Set(start().Add(3 * time.Hour))
		if err := s.Trainings.Close(ctx, s.Actor("committee"), id); err != nil {
			t.Fatal(err)
		}
		if err := s.Trainings.Close(ctx, s.Actor("committee"), id); !fault.Is(err, fault.Closed) {
			t.Errorf("closed twice: %v", err)
		}
		// I9: two of six heads, in the figures of the ward and of the indicators.
		s.As("committee").Get("/trainings/figures").OK().Has("main", "2/6 trưởng số nhà (33,3").Has("tbody td", "1/3")
		s.As("command").Get("/indicators/I9").OK().Has("main", "33,3")
		// Who is due: the four that did not come; the two are not due for two years.
		due := s.As("command").Get("/trainings/due?course="+get(t, s, "committee", id).Course).OK().Has("main", "4 số nhà cần mời").Has("tbody td", "Chưa dự lần nào").Lacks("tbody th", bac)
		_ = due
		s.As("group lead").Get("/trainings/due?course="+get(t, s, "committee", id).Course).OK().Lacks("tbody th", "Đinh Liệt")
		s.As("command").Get("/trainings/due.xlsx").OK()
		clock.Set(start().AddDate(0, 23, 0))
		s.As("head").Get("/houses/"+s.House[bac]+"/trainings").OK().Has("tbody td", "Đến hạn 21/11/2028")
		clock.Set(start().AddDate(0, 25, 0))
		s.As("head").Get("/houses/"+s.House[bac]+"/trainings").OK().Has("tbody td", "Quá hạn từ 21/11/2028")
	})
}

// TestAClassIsCountedAsAWhole writes what a class knew before and after.
func TestAClassIsCountedAsAWhole(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Fire), gatherings.Group, s.Group["Tổ dân phố 1"]))
		home, lead := "/trainings/"+id, s.As("group lead")
		form := url.Values{"before": {"12"}, "after": {"12"}, "before.1": {"3"}, "after.1": {"11"}, "before.2": {"6"}, "after.2": {"12"}, "before.3": {"0"}, "after.3": {"10"}, "liked": {"10"}, "disliked": {"2"}, "cost": {"1.200.000"}, "fund": {"ward"}}
		form.Set("version", lead.Get(home+"/results").OK().Value("version"))
		lead.Post(home+"/results", form).Is(422).Has("main", "từ giờ bắt đầu")
		clock.Set(start().Add(2 * time.Hour))
		form.Set("before", "4")
		kept(t, lead.Post(home+"/results", form).Is(422).Has(".error-text", "Dưới 5 phiếu"), "cost", "1.200.000")
		form.Set("before", "12")
		form.Set("after.1", "13")
		lead.Post(home+"/results", form).Is(422).Has(".error-text", "12")
		form.Set("after.1", "11")
		lead.Post(home+"/results", form).Follow().OK().Has("main", "Trả lời đúng trước buổi 25,0").Has("main", "sau buổi 91,7").Has("main", "1.200.000")
		form.Set("liked", "9")
		kept(t, lead.Post(home+"/results", form).Is(422).Has("main", "Người khác vừa sửa"), "liked", "9") // typed over the earlier results
		s.As("household").Get(home).OK().Has("main", "sau buổi 91,7").Lacks("main", "1.200.000")
		s.As("head").Get(home + "/results").Is(404)
		// The questions of the session stay when the course changes.
		c := get(t, s, "group lead", id).Course
		edit := s.As("command").Get("/courses/" + c + "/edit").OK()
		s.As("command").Post("/courses/"+c+"/edit", url.Values{"title": {"Phòng cháy"}, "topic": {"fire"}, "months": {"6"}, "questions": {"Một câu khác?"}, "active": {"on"}, "version": {edit.Value("version")}}).Goes()
		lead.Get(home).OK().Has("h1", "Phòng cháy và thoát nạn trong số nhà").Has("tbody th", "Số điện thoại báo cháy").Lacks("tbody th", "Một câu khác")
		s.As("command").Post("/courses/"+c+"/edit", url.Values{"title": {"Phòng cháy"}, "topic": {"fire"}, "months": {"6"}, "version": {edit.Value("version")}}).Is(422).Has("body", "sửa")
	})
}

func TestMaterialsAreVersions(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		s.Enrol()
		c := course(t, s, trainings.Vices)
		home, committee := "/courses/"+c, s.As("committee")
		post := func(name string, body string, form url.Values) *apptest.Reply {
			return committee.Upload(home+"/materials", "file", name, []byte(body), form)
		}
		kept(t, post("tai-lieu.pdf", "MZ not a pdf", url.Values{"material": {"Sổ tay"}}).Is(422).Has(".error-text", "không phải PDF"), "material", "Sổ tay")
		post("tai-lieu.pdf", "%PDF-1.4 …", url.Values{"material": {"Sổ tay cho chị Lan"}}).Is(422).Has(".error-text", "tên người")
		post("tai-lieu.pdf", "%PDF-1.4 …", url.Values{"material": {"Sổ tay"}}).Goes()
		for _, link := range []string{"http://phuong.example/a", "javascript:alert(1)", "https://u:p@phuong.example/", "phuong.example"} {
			committee.Post(home+"/materials", url.Values{"material": {"Bài giảng"}, "link": {link}}).Is(422).Has(".error-text", "https://")
		}
		committee.Post(home+"/materials", url.Values{"material": {"Bài giảng"}}).Is(422).Has(".error-text", "chọn một tệp PDF")
		committee.Post(home+"/materials", url.Values{"material": {"Bài giảng"}, "link": {"https://phuong.example/bai-giang"}}).Follow().OK().Has("tbody th", "Bản 2")
		list := s.As("household").Get(home).OK().Has("tbody td", "Sổ tay").Lacks("summary", "Thêm bản")
		_ = list
		_, all, err := s.Trainings.Course(t.Context(), s.Actor("household"), c)
		if err != nil || len(all) != 2 {
			t.Fatalf("%v %v", all, err)
		}
		file := s.As("household").Get("/training-materials/" + all[1].ID).OK()
		if !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") || string(file.Body) != "%PDF-1.4 …" {
			t.Errorf("%v %q", file.Header, file.Body)
		}
		s.As("other command").Get("/training-materials/" + all[1].ID).Is(404)
		// A session keeps the version that was in use when it was planned.
		first := planned(t, s, "command", plan(c, gatherings.Ward, ""))
		committee.Post("/training-materials/"+all[0].ID+"/withdraw", nil).Follow().OK().Has("tbody td", "thôi dùng")
		second := planned(t, s, "command", plan(c, gatherings.Ward, ""))
		if a, b := get(t, s, "command", first).Material.N, get(t, s, "command", second).Material.N; a != 2 || b != 1 {
			t.Errorf("versions %d and %d", a, b)
		}
	})
}

// A head's training ends with the head: after a hand-over the house is due again, and the record suggests nothing.
func TestTrainingIsTheHeads(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		s.Enrol()
		ctx := t.Context()
		c := course(t, s, trainings.Privacy)
		id := planned(t, s, "group lead", plan(c, gatherings.Group, s.Group["Tổ dân phố 1"]))
		err := s.Trainings.TickHeads(ctx, s.Actor("group lead"), id, []string{s.House[bac]}, []string{s.House[bac]})
		clock.Set(start().Add(time.Hour))
		if err == nil {
			err = s.Trainings.Close(ctx, s.Actor("group lead"), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.Trainings.Evidence(ctx, s.Actor("officer"), s.House[bac])
		if err != nil || found["GD2"].Suggest != criteria.Pass {
			t.Fatalf("%+v %v", found["GD2"], err)
		}
		handOver(t, s, clock.Now().Add(24*time.Hour))
		clock.Set(start().AddDate(0, 0, 3))
		found, err = s.Trainings.Evidence(ctx, s.Actor("officer"), s.House[bac])
		if err != nil || found["GD2"].Suggest != criteria.Unanswered || !strings.Contains(found["GD2"].Said.VI, "nhận việc") {
			t.Errorf("%+v %v", found["GD2"], err)
		}
		s.As("officer").Get("/trainings/due?course="+c).OK().Has("tbody th", bac)
		s.As("officer").Get("/houses/"+s.House[bac]+"/trainings").OK().Has("tbody td", "Trưởng số nhà trước")
	})
}

// handOver writes a hand-over of the house as ward/handovers does.
func handOver(t *testing.T, s *apptest.Site, at time.Time) {
	t.Helper()
	ctx, head := t.Context(), s.Actor("head")
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		tx.Untold("a test")
		_, err := tx.Exec(ctx, `insert into handovers (ward_id, id, house_id, link, from_account, from_grant, from_name, to_name, duty, state, opened_at, opened_by, by_lead, left_open, until, ended_at)
			values ({ward}, $1, $2, $1, $3, '', '', '', 'head', 'done', $4, '', false, '', $4, $4)`, tx.NewID(), s.House[bac], head.Account(), at.UnixMilli())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestTheCalendarHoldsTrainingToo(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, _ *dbtest.Clock) {
		s.Enrol()
		id := planned(t, s, "command", plan(course(t, s, trainings.Method), gatherings.Ward, ""))
		token, err := s.Meetings.RenewFeed(t.Context(), s.Actor("head"))
		if err != nil {
			t.Fatal(err)
		}
		feed := func() string { return string(s.As("visitor").Get("/ical/" + "1-" + token + ".ics").OK().Body) }
		if text := feed(); !strings.Contains(text, id+"@sonha") || !strings.Contains(text, "Tập huấn: Phương pháp") {
			t.Errorf("%s", text)
		}
		p := plan("", gatherings.Ward, "")
		p.Clock, p.Version = "20:00", get(t, s, "command", id).Version
		if err := s.Trainings.Change(t.Context(), s.Actor("command"), id, p); err != nil {
			t.Fatal(err)
		}
		if text := feed(); !strings.Contains(text, "20261121T200000") || !strings.Contains(text, "SEQUENCE:1") {
			t.Errorf("%s", text)
		}
		s.As("head").Get("/inbox").OK().Has("main", "Đổi lịch tập huấn")
		s.As("command").Post("/trainings/"+id+"/cancel", url.Values{"why": {"Ông Bình ốm"}}).Is(422).Has("#f-why-error, .error-text", "tên người")
		kept(t, s.As("command").Post("/trainings/"+id+"/cancel", url.Values{"why": {"Ông Bình ốm"}}), "why", "Ông Bình ốm")
		s.As("command").Post("/trainings/"+id+"/cancel", url.Values{"why": {"Trùng ngày tiêm phòng"}}).Goes()
		if text := feed(); !strings.Contains(text, "STATUS:CANCELLED") {
			t.Errorf("%s", text)
		}
	})
}

func TestOldSessionsGo(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		ctx := t.Context()
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Children), gatherings.House, s.House[bac]))
		err := s.Trainings.Tick(ctx, s.Actor("group lead"), id, s.House[bac], []string{"H01"})
		clock.Set(start().Add(time.Hour))
		if err == nil {
			err = s.Trainings.Close(ctx, s.Actor("group lead"), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Trainings.Expire(ctx, s.Actor("command"), false); !fault.Is(err, fault.Missing) {
			t.Errorf("the command expired sessions: %v", err)
		}
		for _, x := range []struct {
			months int
			dry    bool
			want   int
		}{{35, false, 0}, {37, true, 1}, {37, false, 1}, {37, false, 0}} {
			clock.Set(start().AddDate(0, x.months, 0))
			if n, err := s.Trainings.Expire(ctx, s.System(), x.dry); err != nil || n != x.want {
				t.Errorf("after %d months: %d %v", x.months, n, err)
			}
		}
	})
}

// TestPapersAreReadAsPixels draws certificate and attendance sheet and reads their text back from the page.
func TestPapersAreReadAsPixels(t *testing.T) {
	if testing.Short() {
		t.Skip("draws pages")
	}
	each(t, func(t *testing.T, s *apptest.Site, clock *dbtest.Clock) {
		for _, tool := range []string{"pdftoppm", "pdftotext"} {
			if _, err := exec.LookPath(tool); err != nil {
				t.Skip(tool + " is not installed: nobody looked at the paper")
			}
		}
		s.Enrol()
		ctx := t.Context()
		id := planned(t, s, "group lead", plan(course(t, s, trainings.Children), gatherings.Group, s.Group["Tổ dân phố 1"]))
		home := "/trainings/" + id
		sheet := s.As("group lead").Get(home + "/sheet.pdf").OK().Body
		err := s.Trainings.Tick(ctx, s.Actor("group lead"), id, s.House[bac], []string{"H01", "H02"})
		clock.Set(start().Add(time.Hour))
		if err == nil {
			err = s.Trainings.Close(ctx, s.Actor("group lead"), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			body []byte
			want []string
		}{
			"sheet":       {sheet, []string{"PHIẾU ĐIỂM DANH TẬP HUẤN", "36A Hàng Bạc", "H14", "Khoanh tròn", "Không ghi tên"}},
			"certificate": {s.As("head").Get(home + "/certificate.pdf?house=" + s.House[bac]).OK().Body, []string{"GIẤY CHỨNG NHẬN", "PHƯỜNG HOÀN KIẾM", "Số nhà 36A Hàng Bạc", "2/14 hộ của số nhà đã dự", "TH-2026-"}},
		} {
			file := filepath.Join(t.TempDir(), name+".pdf")
			if err := os.WriteFile(file, x.body, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range x.want {
				if text := civil.NFC(string(out)); !strings.Contains(text, w) {
					t.Errorf("%s lacks %q:\n%s", name, w, text)
				}
			}
			drawn, err := exec.Command("pdftoppm", "-r", "50", "-gray", "-singlefile", file).Output()
			if err != nil || len(drawn) < 1000 || bytes.Count(drawn, []byte{0}) < 100 {
				t.Errorf("%s is nearly blank: %v", name, err)
			}
			if keep := os.Getenv("SONHA_PAPERS"); keep != "" {
				_ = os.WriteFile(filepath.Join(keep, "training-"+name+".pdf"), x.body, 0o600)
			}
		}
	})
}
