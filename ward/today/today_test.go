package today_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/areas"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/logbook"
	"sonha/ward/measures"
	"sonha/ward/results"
)

func inspected(t *testing.T, s *apptest.Site, house string, class criteria.Class, self bool, lacking ...string) {
	t.Helper()
	ctx := t.Context()
	found := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	for _, code := range lacking {
		found = found.With(s.Set.Index(code), criteria.Fail)
	}
	rated := found
	if !self {
		rated = criteria.Answers(strings.Repeat("0", s.Set.Len()))
	}
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		if err := s.Results.Inspected(ctx, tx, results.Outcome{
			Campaign: s.Campaign.ID, House: s.House[house], Found: found, Self: rated, On: civil.DayOf(tx.Now).AddDays(-55), Class: class, Reason: "xem tại chỗ",
		}); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "test", Object: "house"})
	}); err != nil {
		t.Fatal(err)
	}
}

// draft gives a house an inspection that has begun, and one with a shortcoming that is overdue.
func draft(t *testing.T, s *apptest.Site, house string) {
	t.Helper()
	ctx := t.Context()
	if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
		for _, state := range []string{"draft", "finished"} {
			id := tx.NewID()
			if _, err := tx.Exec(ctx, `insert into inspections (ward_id, id, campaign_id, house_id, kind, state, inspected_on, findings, found, members, resident_side, present, remarks,
					head_comment, started_at, started_by, updated_at, finished_by, version)
				values ({ward}, $1, $2, $3, 'planned', $4, '2026-09-01', '', 0, '', '', '', '', '', $5, '', $5, '', 1)`, id, s.Campaign.ID, s.House[house], state, tx.Millis()); err != nil {
				return err
			}
			if state == "draft" {
				continue
			}
			// Opened ten days ago, due three days ago: on a day off, which moves it on, it would be late by less.
			m, err := measures.Open(ctx, tx, measures.New{
				From: measures.Origin{Source: measures.FromInspection, ID: id}, House: s.House[house], Item: "TC2", Content: "Sửa đèn lối đi",
				Owner: measures.ByHouse, Due: civil.DayOf(tx.Now).AddDays(-3), On: civil.DayOf(tx.Now).AddDays(-10),
			})
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `update measures as m set due_on = $2 where m.ward_id = {ward} and m.id = $1`, m, string(civil.DayOf(tx.Now).AddDays(-3))); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "test", Object: "house"})
	}); err != nil {
		t.Fatal(err)
	}
}

// reported sends the reports of this month and the one before, which would be asked for or not by the day of the test.
func reported(t *testing.T, s *apptest.Site, person, house string) {
	t.Helper()
	now := logbook.MonthOf(civil.DayOf(s.DB.Now()))
	for _, m := range []logbook.Month{now, now.Back(1)} {
		if err := s.Logbook.Normal(t.Context(), s.Actor(person), s.House[house], m); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEachRoleSeesItsOwnDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		draft(t, s, "36A Hàng Bạc")
		inspected(t, s, "36 Hàng Bạc", criteria.Conditional, true, "TC2", "TC4", "TC5", "TC7")
		inspected(t, s, "100 Đinh Liệt", criteria.Safe, false)

		reported(t, s, "head", "36A Hàng Bạc")
		head := s.As("head").Get("/today").OK()
		head.Has(".what", "Tự đánh giá số nhà, còn 42 câu").Has(".what", "Mời 14 hộ còn lại ký cam kết").Has(".what", "Sửa đèn lối đi").Has(".when.due", "Quá hạn 3 ngày").
			Has(".callrow", "Gọi 113").Has(".mine", "Chưa kiểm tra").Has(".thumb a", "Tự đánh giá số nhà").Lacks(".what", "36 Hàng Bạc")
		if first := head.Doc().Find(".today-list li").First(); first.Find(".when.due").Length() != 1 {
			t.Errorf("what is overdue does not come first: %s", first.Text())
		}
		s.As("other head").Get("/today").OK().Lacks("main", "Sửa đèn").Lacks("main", "36A")

		s.As("officer").Get("/today").OK().Has(".what", "Kiểm tra tiếp 36A Hàng Bạc").Has(".what", "Kiểm tra 2 số nhà chưa ai đến").Has(".what", "Kiểm tra lại 36 Hàng Bạc").
			Has(".what", "Xem 36A Hàng Bạc đã làm chưa: Sửa đèn lối đi").Has(".when", "Còn 5 ngày")
		s.As("other officer").Get("/today").OK().Lacks("main", "36A").Lacks("main", "Kiểm tra lại").Has(".what", "Kiểm tra 4 số nhà")
		s.As("group lead").Get("/today").OK().Has(".what", "Đến gặp hoặc nhập thay 3 số nhà chưa tự đánh giá").Has(".what", "Mời 24 hộ còn lại")
		s.As("group lead").Get("/today").OK().Has(`a[href="/houses?unpledged=1"]`, "Mời 24 hộ còn lại")
		s.As("other group lead").Get("/today").OK().Lacks("main", "36A").Has(".what", "Đến gặp hoặc nhập thay 3 số nhà")

		command := s.As("command").Get("/today").OK()
		command.Has(".what", "Xem 1 đề nghị khác thường").Has(".what", "Duyệt 1 đề nghị theo quy tắc").Has(".what", "Đôn đốc kiểm tra 6 số nhà").Has(".lead", "50,0").Has(".lead", "2/8")
		s.As("other command").Get("/today").OK().Has(".what", "Mở đợt thi đua").Lacks("main", "Hàng Bạc")
		s.As("committee").Get("/today").OK().Has(".lead", "50,0").Lacks("main", "36A").Has("main a", "Xem đợt thi đua")
		if s.As("committee").Get("/today").Doc().Find(`main a[href^="/houses"]`).Length() != 0 {
			t.Error("the committee is led to rows that it may not open")
		}
		s.As("city").Get("/today").OK().Has("main a", "Xem kết quả các phường")
		s.As("administrator").Get("/today").OK().Has("main a", "tài khoản").Lacks("main", "Hàng Bạc")
		s.As("protector").Get("/today").OK().Has("h1", "Hôm nay không có việc đến hạn").Has("main a", "Xem sổ xử lý dữ liệu cá nhân").Lacks("main", "Hàng Bạc")
		s.As("visitor").Get("/today").Goes()
	})
}

// A household that took its pledge back has answered: neither the head nor the group lead is to invite it again.
func TestAHouseholdThatWithdrewIsNotInvitedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		house := s.House["36A Hàng Bạc"]
		on := civil.DayOf(s.DB.Now())
		if err := s.Assessments.Sign(t.Context(), s.Actor("head"), house, assessments.Signing{Households: []string{"H01", "H02", "H03"}, On: on, Channel: assessments.Paper}); err != nil {
			t.Fatal(err)
		}
		if err := s.Assessments.Withdraw(t.Context(), s.Actor("head"), house, "H02"); err != nil {
			t.Fatal(err)
		}
		s.As("head").Get("/today").OK().Has(".what", "Mời 11 hộ còn lại ký cam kết")
		s.As("group lead").Get("/today").OK().Has(".what", "Mời 21 hộ còn lại ký cam kết")
		s.As("head").Get("/houses/"+house+"/handover").OK().Has("main", "11 hộ chưa ký cam kết")
	})
}

func TestAWardThatBeginsIsNamedAndImportsItsRosterFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ward, err := s.Areas.Found(t.Context(), areas.Ward{City: "Hà Nội", Name: areas.Unnamed})
		if err != nil {
			t.Fatal(err)
		}
		for name, role := range map[string]access.Role{"first administrator": access.Administrator, "first command": access.Command, "first committee": access.Committee} {
			s.Person(name, role, ward, "")
		}
		day := func(person string) *apptest.Reply { return s.As(person).Get("/today").OK() }
		day("first administrator").Has(`main a[href="/areas/ward"] .what`, "Đặt tên phường").Has(`main a[href="/accounts/new?role=command"] .what`, "chỉ huy Công an phường").Lacks("main", "Phường chưa có số nhà")
		day("first command").Has(`main a[href="/imports"] .what`, "Nhập danh sách số nhà").Lacks("main", "Mở đợt")
		day("first committee").Has("main", "Phường chưa có số nhà nào").Lacks("main", "Khi có việc mới")
		if s.As("first committee").Get("/today").Doc().Find(`main a[href="/imports"]`).Length() != 0 {
			t.Error("the committee is led to the import, which it may not open")
		}
		// The lists say so too, to whoever imports and to whoever does not.
		s.Person("first officer", access.Officer, ward, db.NewID())
		for _, path := range []string{"/houses", "/streets"} {
			s.As("first command").Get(path).OK().Has(".empty", "Phường chưa có số nhà nào").Has(`.empty a[href="/imports"]`, "Nhập danh sách số nhà")
			officer := s.As("first officer").Get(path).OK().Has(".empty", "Chỉ huy Công an phường nhập danh sách số nhà trước")
			if officer.Doc().Find(`main a[href="/imports"]`).Length() != 0 {
				t.Errorf("%s leads an officer to the import", path)
			}
		}
		s.As("other command").Get("/houses?q=nowhere").OK().Has(".empty", "Không có số nhà nào theo cách lọc này").Lacks("main", "Phường chưa có số nhà")

		if _, err := s.Accounts.Create(t.Context(), access.System(ward.ID, "test"), accounts.New{Name: "Lê Văn Hòa", Grants: []accounts.Grant{{Role: access.Command}}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Areas.NameWard(t.Context(), s.Actor("first administrator"), areas.Naming{Name: "Hồng Hà", City: "Hà Nội", Was: ward.Name, WasCity: ward.City}); err != nil {
			t.Fatal(err)
		}
		day("first administrator").Lacks("main", "Đặt tên").Has("main", "Phường chưa có số nhà nào").Lacks("main", "Lập tài khoản cho")
	})
}

func TestTheAdministratorIsAskedForOfficersAndLeadsThatAreMissing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		admin := s.As("administrator")
		beats := admin.Get("/today").OK().Has(`main a[href="/areas#beats"] .what`, "khu vực chưa có cảnh sát khu vực").Doc().Find(`main a[href="/areas#beats"] .what`).Text()
		groups := admin.Get("/today").OK().Has(`main a[href="/areas#groups"] .what`, "Lập tài khoản cho tổ trưởng").Doc().Find(`main a[href="/areas#groups"] .what`).Text()

		// What is counted is what the page of areas shows, and each leads to the account that is missing.
		open := func(section string) []string {
			return admin.Get("/areas").OK().Doc().Find("section:has(#" + section + `) a[href^="/accounts/new?role="]`).Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
		}
		free, unled := open("beats"), open("groups")
		if !strings.Contains(beats, strconv.Itoa(len(free))+" khu vực") || !strings.Contains(groups, strconv.Itoa(len(unled))+" tổ") || len(free) == 0 || len(unled) == 0 {
			t.Fatalf("%q and %q lead to %d and %d", beats, groups, len(free), len(unled))
		}
		admin.Get(unled[0]).OK().Has("select[name=group] option[selected]", "Tổ dân phố")
		admin.Get(free[0]).OK().Has("select[name=beat] option[selected]", "Khu vực")

		// Given to somebody, it is asked for no more; while the account is paused, and once that role has ended, again.
		beat := free[0][strings.LastIndex(free[0], "=")+1:]
		account, err := s.Accounts.Create(t.Context(), s.Actor("administrator"), accounts.New{Name: "Lê Văn Hòa", Grants: []accounts.Grant{{Role: access.Officer, Of: beat}}})
		if err != nil {
			t.Fatal(err)
		}
		if now := open("beats"); len(now) != len(free)-1 || slices.Contains(now, free[0]) {
			t.Errorf("a beat with an officer is still asked for: %q", now)
		}
		if err := s.Accounts.Disable(t.Context(), s.Actor("administrator"), account.ID); err != nil {
			t.Fatal(err)
		}
		if now := open("beats"); len(now) != len(free) {
			t.Errorf("a beat whose officer's account is paused is not asked for: %q", now)
		}
		if err := s.Accounts.Enable(t.Context(), s.Actor("administrator"), account.ID); err != nil {
			t.Fatal(err)
		}
		if account, err = s.Accounts.Get(t.Context(), s.Actor("administrator"), account.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Accounts.EndRole(t.Context(), s.Actor("administrator"), account.ID, account.Grants[0].ID); err != nil {
			t.Fatal(err)
		}
		if now := open("beats"); len(now) != len(free) {
			t.Errorf("a beat whose officer left is not asked for: %q", now)
		}
	})
}

func TestNothingDueSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Phase(campaigns.Review)
		reported(t, s, "head", "36A Hàng Bạc")
		s.As("head").Get("/today").OK().Has("h1", "Hôm nay không có việc đến hạn").Lacks("main", "câu")
	})
}

func TestThePublicPageShowsSumsFromFiveHousesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		for _, h := range []string{"36 Hàng Bạc", "36A Hàng Bạc", "9 Hàng Bạc", "100 Đinh Liệt"} {
			inspected(t, s, h, criteria.Safe, true)
		}
		v := s.As("visitor")
		v.Get("/").OK().Has("h1", "Hộ tự phòng").Has(".chip", "Phường Hoàn Kiếm").Has(".chip", "Phường Cửa Nam").Has("main a", "Đăng nhập").Lacks("main", "%")
		v.Get("/?ward=hoan-kiem").OK().Has("main", "Chưa công bố số liệu").Lacks(".lead", "4")
		inspected(t, s, "6 bis Đinh Liệt", criteria.NotSafe, true, "TC1", "NK1", "HG1")
		page := v.Get("/?ward=hoan-kiem").OK()
		page.Has(".lead", "80,0").Has(".lead", "5/8").Has(".section", "Số liệu lúc").Has("main", "Số tạm tính").Lacks("main", "Hàng Bạc").Lacks("main", "Ủy")
		page.Has("main", "giấy chứng nhận").Has(`main a[href="/awards?ward=hoan-kiem"]`, "Khen thưởng")
		v.Get("/?ward=cua-nam").OK().Has("main", "Chưa công bố số liệu")
		v.Get("/?ward=nowhere").OK().Has("h1", "Hộ tự phòng")
		s.As("head").Get("/").OK().Has("main a", "Về việc hôm nay của tôi")
		v.With("Cookie", "lang=en").Get("/?ward=hoan-kiem").OK().Has("h1", "Households that protect themselves").Has(".lead", "80.0")
	})
}
