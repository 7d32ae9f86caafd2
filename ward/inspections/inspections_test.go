package inspections_test

import (
	"maps"
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
	"sonha/ward/measures"
	"sonha/ward/results"
)

const bac = "36A Hàng Bạc"

// today is the day on which an inspection begins in these tests.
func today() civil.Day { return civil.DayOf(time.Now()) }

// passing answers every item Pass, but the ones given.
func passing(set *criteria.Set, other map[string]criteria.Value) criteria.Answers {
	a := criteria.Answers(strings.Repeat("2", set.Len()))
	for code, v := range other {
		a = a.With(set.Index(code), v)
	}
	return a
}

// rated sends the house's own rating.
func rated(t *testing.T, s *apptest.Site, self criteria.Answers) {
	t.Helper()
	if _, err := s.Assessments.AnswerAll(t.Context(), s.Actor("head"), s.House[bac], criteria.NotAsked, s.Set.Blank(), self); err != nil {
		t.Fatal(err)
	}
	if err := s.Assessments.Send(t.Context(), s.Actor("head"), s.House[bac], criteria.NotAsked); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, s *apptest.Site, kind inspections.Kind) string {
	t.Helper()
	id, err := s.Inspections.Start(t.Context(), s.Actor("officer"), s.House[bac], kind)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func get(t *testing.T, s *apptest.Site, id string) *inspections.Inspection {
	t.Helper()
	i, err := s.Inspections.Get(t.Context(), s.Actor("officer"), id)
	if err != nil {
		t.Fatal(err)
	}
	return &i
}

func result(t *testing.T, s *apptest.Site) (r results.Result) {
	t.Helper()
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) (err error) {
		r, err = results.Of(t.Context(), tx, s.Campaign.ID, s.House[bac])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t *testing.T, s *apptest.Site) (list []inspections.Shortcoming) {
	t.Helper()
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) (err error) {
		list, err = inspections.OpenShortcomings(t.Context(), tx, s.House[bac])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func history(t *testing.T, s *apptest.Site) (list []string) {
	t.Helper()
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var action, detail string
			err := scan(&action, &detail)
			list = append(list, action+" "+detail)
			return err
		}, `select a.action, a.detail from audit a where a.ward_id = {ward} and a.house_id = $1 and a.object in ('inspection', 'shortcoming') order by a.id`, s.House[bac])
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestFromHeadToOfficer is the way of a house through a campaign: self-rating, inspection, repeat.
func TestFromHeadToOfficer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		rated(t, s, passing(s.Set, map[string]criteria.Value{"TC6": criteria.NA}))
		officer := s.As("officer")
		officer.Get("/inspections").OK().Has("main", "Còn 3 trên 3 số nhà").Has(".doorrow", bac).Has(".doorrow", "Đã gửi tự đánh giá").Lacks(".doorrow", "9 Hàng Bạc")
		path := officer.Post("/houses/"+s.House[bac]+"/inspections", nil).Goes()
		if again := officer.Post("/houses/"+s.House[bac]+"/inspections", url.Values{"kind": {"sudden"}}).Goes(); again != path {
			t.Errorf("a second draft: %s, %s", path, again)
		}
		id := strings.TrimPrefix(path, "/inspections/")
		officer.Get("/inspections").OK().Has("#drafts", "Làm nốt").Has("main", "1 phiếu đang làm")
		sheet := officer.Get(path).OK().Has("h1", "Kiểm tra 36A Hàng Bạc").Has("a.btn.primary", "Tiếp mục 1")
		if n := sheet.Doc().Find("table.sheet fieldset").Length(); n != 42 {
			t.Fatalf("%d rows", n)
		}
		// The desk: a whole content as the house says, then one item as in the alley.
		form := func(extra url.Values) url.Values {
			page := officer.Get(path).OK()
			v := url.Values{"opened": {page.Value("opened")}, "version": {page.Value("version")}, "on": {page.Value("on")}, "members": {page.Text("#f-members")}}
			maps.Copy(v, extra)
			return v
		}
		for _, c := range s.Set.Contents {
			officer.Post(path, form(url.Values{"agree": {c.Code}})).Goes()
		}
		if i := get(t, s, id); i.Found.Unanswered() != 0 || i.Found.At(s.Set.Index("TC6")) != criteria.NA {
			t.Fatalf("agreed: %s", i.Found)
		}
		item := officer.Get(path+"/items/TC1").OK().Has(".item-no", "Mục 8 trên 42").Has(".versus", "Đạt").Has(".chip", "Khóa hỏng").Has(".measure dd", "Sửa khóa cổng")
		due := item.Value("due")
		next := officer.Post(path+"/items/TC1", url.Values{"finding": {"0"}, "what": {"0", "3"}, "note": {"Chốt cửa gỉ"}, "measure": {"Thay khóa cổng"}, "owner": {"house"}, "due": {due}}).Goes()
		if next != path {
			t.Errorf("everything is found, yet on to %s", next)
		}
		i := get(t, s, id)
		if x := i.Shortcoming("TC1"); x == nil || strings.Join(x.What, "|") != "Khóa hỏng|Quy ước chưa có ngày" || x.Note != "Chốt cửa gỉ" || string(x.Due) != due {
			t.Fatalf("shortcoming %+v", x)
		}
		if len(open(t, s)) != 0 {
			t.Error("a draft's shortcoming is told already")
		}
		officer.Get(path+"/finish").OK().Has("main", "đại diện phía nhân dân").Lacks("button", "Kết thúc")
		officer.Post(path+"/finish", url.Values{"class": {"not_safe"}, "version": {"1"}}).Is(422)
		officer.Post(path, form(url.Values{"resident_side": {"Bà Lan, Ban công tác Mặt trận"}, "present": {"Trưởng số nhà"}, "measure.TC1": {"Thay khóa cổng"}, "owner.TC1": {"house"}, "due.TC1": {due}, "go": {"finish"}})).Follow().OK().
			Has(".verdict", "Theo quy tắc: Chưa đạt").Has("main", "TC1").Has("#differences + *, main", "Nhà tự chấm: Đạt. Đoàn thấy: Chưa đạt")
		version := officer.Get(path + "/finish").Value("version")
		officer.Post(path+"/finish", url.Values{"class": {"safe"}, "version": {version}}).Is(422).Has(".error-text", "lý do")
		officer.Post(path+"/finish", url.Values{"class": {"not_safe"}, "version": {version}}).Follow().OK().Has("main", "Tồn tại và biện pháp").Has("main", "Thay khóa cổng").Has(".shorts a", "Chưa làm")
		if r := result(t, s); r.Stage != results.Proposed || r.Class != criteria.NotSafe || r.Inspection != id || r.Differs != 1 {
			t.Fatalf("result %+v", r)
		}
		// Finished is finished.
		officer.Post(path+"/items/TC1", url.Values{"finding": {"2"}}).Is(422)
		if _, err := s.Inspections.Find(t.Context(), s.Actor("officer"), id, inspections.Finding{Item: "TC1", Value: criteria.Pass}); !fault.Is(err, fault.Closed) {
			t.Errorf("changed a finished inspection: %v", err)
		}
		if _, err := s.Inspections.Drop(t.Context(), s.Actor("officer"), id); !fault.Is(err, fault.Closed) {
			t.Errorf("dropped a finished inspection: %v", err)
		}
		// The repeat looks at one item.
		officer.Get("/inspections").OK().Has("#rechecks", "Kiểm tra lại").Has(".doorrow", "Chưa đạt")
		repeat := officer.Post("/houses/"+s.House[bac]+"/inspections", url.Values{"kind": {"repeat"}}).Goes()
		officer.Get(repeat).OK().Has("main", "Chỉ xem lại 1 mục").Has("details.kept", "41 mục").Has("main", "Lần trước đoàn thấy: Chưa đạt").Has("a.btn.primary", "Tiếp mục 8")
		officer.Post(repeat+"/items/TC1", url.Values{"finding": {"2"}}).Goes()
		version = officer.Get(repeat+"/finish").OK().Has(".verdict", "Đạt an toàn").Value("version")
		officer.Post(repeat+"/finish", url.Values{"class": {"safe"}, "version": {version}}).Goes()
		if r := result(t, s); r.Class != criteria.Safe || r.Inspection != strings.TrimPrefix(repeat, "/inspections/") {
			t.Fatalf("after the repeat: %+v", r)
		}
		if left := open(t, s); len(left) != 0 {
			t.Errorf("still open: %+v", left)
		}
		officer.Get("/inspections").OK().Lacks("main", bac)
		s.As("command").Get("/houses/"+s.House[bac]+"/result").OK().Has(`[aria-labelledby="visit"] a[href="`+repeat+`"]`, "Xem phiếu kiểm tra")
		// Who sees the house sees what was found; nobody changes it.
		for _, person := range []string{"head", "group lead", "command"} {
			s.As(person).Get(path).OK().Has("main", "Thay khóa cổng").Lacks("button", "Đã khắc phục").Has("#rule", "Kết quả theo quy tắc").Has(".verdict", "Chưa đạt").
				Has("main", "khác nhau ở 1 trên 42 mục").Has("tr.differs", "TC1").Lacks("tr.differs", "TC2").Has("button[data-print]", "In phiếu")
			// The way there is on the page of the house, and shows the newest.
			s.As(person).Get("/houses/"+s.House[bac]).OK().Has(`main a[href="`+repeat+`"]`, "Xem phiếu kiểm tra ngày")
		}
		want := "inspection.finish định kỳ, đề nghị chưa đạt"
		if got := history(t, s); !strings.Contains(strings.Join(got, "\n"), want) || !strings.Contains(strings.Join(got, "\n"), "inspection.agree VH: như nhà tự chấm, 7 mục") {
			t.Errorf("history %q", got)
		}
	})
}

func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		officer, path := s.As("officer"), "/inspections/"+start(t, s, inspections.Planned)
		bad := officer.Post(path+"/items/TC2", url.Values{"finding": {"1"}, "what": {"1"}, "note": {"tầng 3"}, "measure": {" "}, "owner": {"nobody"}, "due": {"xx"}}).Is(422).
			Has(".error-text", "ghi việc cần làm").Has(".error-text", "chọn ai làm").Has("#f-note", "tầng 3")
		for _, input := range []string{`[name="finding"][value="1"]`, `[name="what"][value="1"]`} {
			if _, ok := bad.Doc().Find(input).Attr("checked"); !ok {
				t.Errorf("%s was lost", input)
			}
		}
		if bad.Value("due") != "xx" {
			t.Errorf("due: %q", bad.Value("due"))
		}
		if _, ok := bad.Doc().Find("details.edit").Attr("open"); !ok {
			t.Error("the refused fields are hidden")
		}
		officer.Post(path+"/items/TC2", url.Values{"note": {"x"}}).Is(422).Has("body", "chọn kết quả đoàn thấy")
		officer.Post(path+"/items/VH1", url.Values{"finding": {"-"}}).Is(422).Has("body", "áp dụng cho mọi số nhà")
		officer.Post(path+"/items/ZZ1", url.Values{"finding": {"2"}}).Is(404)
		if i := get(t, s, strings.TrimPrefix(path, "/inspections/")); i.Version != 1 || len(i.Shortcomings) != 0 {
			t.Fatalf("a refused form was written: %+v", i)
		}
		// Two people on one sheet: the second is told, sees both, and saves.
		page := officer.Get(path)
		form := url.Values{
			"opened": {page.Value("opened")}, "version": {page.Value("version")}, "on": {"2026-09-01"}, "members": {"Đại úy Nguyễn Văn Ba"}, "resident_side": {"Bà Lan"},
			"remarks": {"Lối đi sạch"}, "f.VH1": {"2"}, "f.TC1": {"0"},
		}
		if _, err := s.Inspections.Find(t.Context(), s.Actor("officer"), strings.TrimPrefix(path, "/inspections/"), inspections.Finding{Item: "VH2", Value: criteria.Pass}); err != nil {
			t.Fatal(err)
		}
		again := officer.Post(path, form).Is(422).Has("[role=alert]", "sửa ở nơi khác").Has("#f-remarks", "Lối đi sạch").Has("#f-resident_side", "Bà Lan")
		for _, input := range []string{`[name="f.VH1"][value="2"]`, `[name="f.VH2"][value="2"]`, `[name="f.TC1"][value="0"]`} {
			if _, ok := again.Doc().Find(input).Attr("checked"); !ok {
				t.Errorf("%s was lost", input)
			}
		}
		form.Set("opened", again.Value("opened"))
		form.Set("version", again.Value("version"))
		form.Set("on", "32/13")
		officer.Post(path, form).Is(422).Has(".error-text", "ngày/tháng/năm")
		form.Set("on", "2026-09-01")
		officer.Post(path, form).Goes()
		i := get(t, s, strings.TrimPrefix(path, "/inspections/"))
		if i.Found.At(0) != criteria.Pass || i.Found.At(1) != criteria.Pass || i.Remarks != "Lối đi sạch" || i.On != "2026-09-01" {
			t.Fatalf("%+v", i)
		}
		if x := i.Shortcoming("TC1"); x == nil || x.Measure != "Sửa khóa cổng, ghi giờ đóng vào quy ước" || x.Due != civil.Day("2026-10-01") {
			t.Errorf("measure proposed by the criteria: %+v", x)
		}
		// Passing after all drops the shortcoming; failing again brings a new one.
		form = url.Values{"finding": {"2"}}
		officer.Post(path+"/items/TC1", form).Goes()
		if i = get(t, s, i.ID); i.Shortcoming("TC1") != nil {
			t.Error("a passing item keeps its shortcoming")
		}
		version := i.Version
		officer.Post(path+"/items/TC1", form).Goes()
		if i = get(t, s, i.ID); i.Version != version {
			t.Error("the same finding again was written")
		}
		officer.Post(path+"/items/TC1", url.Values{"finding": {"1"}, "measure": {"Ghi giờ đóng"}, "owner": {"ward"}, "due": {"2026-12-01"}}).Goes()
		if x := get(t, s, i.ID).Shortcoming("TC1"); x == nil || x.Owner != inspections.ByWard {
			t.Errorf("%+v", x)
		}
	})
}

func TestPhasesOfInspection(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		id := start(t, s, inspections.Planned)
		for phase, allowed := range map[campaigns.Phase]bool{campaigns.Open: false, campaigns.Assess: false, campaigns.Inspect: true, campaigns.Review: true, campaigns.Publish: false} {
			s.Phase(phase)
			_, err := s.Inspections.Find(t.Context(), s.Actor("officer"), id, inspections.Finding{Item: "VH1", Value: criteria.Pass})
			if allowed != (err == nil) || (!allowed && !fault.Is(err, fault.Closed)) {
				t.Errorf("%s: find: %v", phase, err)
			}
			if !allowed {
				if _, err = s.Inspections.Start(t.Context(), s.Actor("officer"), s.House["36 Hàng Bạc"], inspections.Planned); !fault.Is(err, fault.Closed) {
					t.Errorf("%s: start: %v", phase, err)
				}
			}
			s.As("officer").Get("/inspections/" + id).OK()
		}
		s.Phase(campaigns.Inspect)
		if _, err := s.Inspections.Start(t.Context(), s.Actor("officer"), s.House["12/5 Hàng Bạc"], inspections.Repeat); !fault.Is(err, fault.Wrong) {
			t.Errorf("repeated what never was: %v", err)
		}
		s.As("officer").Post("/inspections/"+id+"/drop", nil).Follow().OK()
		s.As("officer").Get("/inspections/"+id).OK().Has("main", "đã bỏ")
		if again := start(t, s, inspections.Planned); again == id {
			t.Error("a dropped inspection was opened again")
		}
	})
}

// TestStrangersFindNothing walks people × pages for a draft: outside one's reach nothing exists.
func TestStrangersFindNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		id := start(t, s, inspections.Planned)
		path := "/inspections/" + id
		s.As("officer").Upload(path+"/items/TC2", "photos", "a.jpg", picture(t, 64, 48), url.Values{"finding": {"2"}}).Goes()
		photo := get(t, s, id).Photos[0].ID
		gets := []string{path, path + "/items/TC2", path + "/finish", "/photos/" + photo, "/photos/" + photo + "/thumb"}
		posts := []string{path, path + "/items/TC2", path + "/finish", path + "/drop", "/photos/" + photo + "/delete", "/houses/" + s.House[bac] + "/inspections"}
		for _, person := range []string{"head", "other head", "group lead", "other group lead", "other officer", "command", "other command", "committee", "city", "administrator"} {
			for _, p := range gets {
				if r := s.As(person).Get(p); r.Status != 404 {
					t.Errorf("GET %s as %s: %d", p, person, r.Status)
				}
			}
			for _, p := range posts {
				form := url.Values{"finding": {"0"}, "opened": {string(s.Set.Blank())}, "version": {"2"}, "on": {"2026-09-01"}}
				if r := s.As(person).Post(p, form); r.Status != 404 {
					t.Errorf("POST %s as %s: %d", p, person, r.Status)
				}
			}
			if r := s.As(person).Upload(path+"/items/TC2", "photos", "a.jpg", picture(t, 8, 8), url.Values{"finding": {"2"}}); r.Status != 404 {
				t.Errorf("upload as %s: %d", person, r.Status)
			}
		}
		s.As("other officer").Get("/inspections").OK().Lacks("main", bac)
		i := get(t, s, id)
		if i.State != inspections.Draft || len(i.Photos) != 1 || i.Found.At(s.Set.Index("TC2")) != criteria.Pass {
			t.Errorf("a stranger changed it: %+v", i)
		}
		s.As("officer").Get("/photos/" + photo).OK()
	})
}

func TestMending(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		record := func(found criteria.Answers, kind inspections.Kind) string {
			t.Helper()
			var id string
			if err := d.Write(t.Context(), s.System(), func(tx *db.Tx) (err error) {
				id, err = s.Inspections.Record(t.Context(), tx, inspections.Full{
					CampaignID: s.Campaign.ID, HouseID: s.House[bac], Kind: kind, Found: found,
					Visit: inspections.Visit{On: "2026-09-18", Members: "Đại úy Ba", ResidentSide: "Bà Lan"},
				})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return id
		}
		record(passing(s.Set, map[string]criteria.Value{"TC1": criteria.Fail, "TC2": criteria.Partly, "HG7": criteria.Fail}), inspections.Planned)
		list := open(t, s)
		// Thirty days later is a Sunday: the sheet has the working day of the measure.
		if len(list) != 3 || list[0].Due != "2026-10-19" || list[0].Measure == "" {
			t.Fatalf("%+v", list)
		}
		if r := result(t, s); r.Class != criteria.NotSafe || r.Inspected != "2026-09-18" {
			t.Fatalf("%+v", r)
		}
		x := list[0]
		// Each became a measure; the one that is verified closes its shortcoming.
		standing := func() map[string]measures.Measure {
			t.Helper()
			byItem := map[string]measures.Measure{}
			if err := d.Read(t.Context(), s.System(), func(tx *db.Tx) error {
				all, err := measures.OfHouseTx(t.Context(), tx, s.House[bac])
				for _, m := range all {
					byItem[m.Item] = m
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return byItem
		}
		m := standing()[x.Item]
		if len(standing()) != 3 || m.From.ID != x.ID || m.Content != x.Measure || m.Due != x.Due {
			t.Fatalf("%+v", standing())
		}
		for _, w := range []struct {
			person string
			act    measures.Act
		}{{"officer", measures.Report}, {"command", measures.Verify}} { // the head of the small ward has no account: the command holds the second key
			if _, err := s.Measures.Do(t.Context(), s.Actor(w.person), m.ID, measures.Work{Act: w.act}); err != nil {
				t.Fatalf("%s, %s: %v", w.person, w.act, err)
			}
		}
		if len(open(t, s)) != 2 {
			t.Error("still open")
		}
		hg7 := standing()["HG7"]
		// A later inspection that fails the item again takes the place of the earlier shortcoming.
		record(s.Set.Blank().With(s.Set.Index("TC1"), criteria.Pass).With(s.Set.Index("HG7"), criteria.Fail), inspections.Repeat)
		list = open(t, s)
		if len(list) != 2 || list[0].Item+list[1].Item != "TC2HG7" && list[0].Item+list[1].Item != "HG7TC2" {
			t.Errorf("%+v", list)
		}
		if now := standing()["HG7"]; now.Previous != hg7.ID || len(standing()) != 2 {
			t.Errorf("what failed again has no measure in the place of the first: %+v", now)
		}
		if r := result(t, s); r.Answers.At(s.Set.Index("TC2")) != criteria.Partly || r.Answers.At(s.Set.Index("TC1")) != criteria.Pass {
			t.Errorf("findings do not add up: %s", r.Answers)
		}
	})
}

func TestPagesInEnglish(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	rated(t, s, passing(s.Set, map[string]criteria.Value{"TC1": criteria.Fail}))
	path := "/inspections/" + start(t, s, inspections.Planned)
	officer := s.As("officer").With("Cookie", "lang=en")
	s.As("officer").Post(path+"/items/TC1", url.Values{"finding": {"0"}, "what": {"0"}, "measure": {"x"}, "owner": {"elsewhere"}, "due": {string(today().AddDays(20))}}).Goes()
	for _, p := range []string{"/inspections", path, path + "/items/TC1", path + "/finish"} {
		officer.Get(p).OK().Lacks("body", "⟦")
	}
}
