package inspections_test

import (
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/plans"
)

const pen = "M10 10L20 30L44 31L60 12M80 90L120 40"

// door is the form of a house's page for the door, filled in: all passes but what other says.
func door(s *apptest.Site, who, house string, other map[string]string) url.Values {
	page := s.As(who).Get("/houses/" + s.House[house] + "/visit").OK()
	v := url.Values{
		"base": {page.Value("base")}, "opened": {page.Value("opened")}, "on": {page.Value("on")}, "members": {page.Text("#f-members")},
		"resident_side": {"Trưởng ban công tác Mặt trận"}, "sign_house": {pen}, "sign_officer": {pen}, "head_comment": {"Nhà sẽ làm ngay."},
	}
	for at := range s.Set.Len() {
		item, _ := s.Set.Item(at)
		v.Set("f."+item.Code, "2")
	}
	for k, x := range other {
		v.Set(k, x)
	}
	return v
}

// One page at the door is a whole inspection: it is signed, finished and proposed in one unit of work, and counts once.
func TestAWholeInspectionAtTheDoor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		rated(t, s, passing(s.Set, map[string]criteria.Value{"TC6": criteria.NA}))
		at, officer := "/houses/"+s.House[bac]+"/visit", s.As("officer")
		officer.Get("/inspections").OK().Has(`a.doorrow[href="`+at+`"]`, bac)
		page := officer.Get(at).OK().Has("h1", "Kiểm tra 36A Hàng Bạc").Has(".door-item .rated", "Đạt")
		if n := page.Doc().Find("fieldset.door-item").Length(); n != s.Set.Len() {
			t.Fatalf("%d items", n)
		}
		// What lacks something comes back with all that was typed, and nothing has begun.
		form := door(s, "officer", bac, map[string]string{"f.TC1": "0", "measure.TC1": "", "resident_side": "", "remarks": "Cổng sau khóa hỏng"})
		officer.Post(at, form).Is(422).Has(".notice.bad li", "đại diện phía nhân dân").Has(".notice.bad li", "TC1 – Làm gì: Ông/bà ghi việc cần làm").Has("#f-remarks", "Cổng sau").
			Has(`textarea[name="sign_house"]`, pen)
		form.Set("remarks", "Chị Lan 0987654321 hay về muộn")
		officer.Post(at, form).Is(422).Has("#f-remarks-error", "Chỗ này có").Has("#f-remarks", "Chị Lan")
		if got := history(t, s); strings.Contains(strings.Join(got, "\n"), "inspection.") {
			t.Errorf("a refused sheet left %q", got)
		}
		form = door(s, "officer", bac, map[string]string{
			"f.TC1": "0", "what.TC1": "0", "note.TC1": "Chốt cửa gỉ", "measure.TC1": "Thay khóa cổng", "owner.TC1": "house", "due.TC1": string(today().AddDays(20)), "request_id": db.NewID(),
		})
		form["what.TC1"] = []string{"0", "3"}
		for range 2 { // the same form again is the same inspection
			if to := officer.Post(at, form).Goes(); to != "/inspections" {
				t.Errorf("on to %s", to)
			}
		}
		form.Set("request_id", db.NewID())
		officer.Post(at, form).Goes() // and under another number too
		r := result(t, s)
		i := get(t, s, r.Inspection)
		if x := i.Shortcoming("TC1"); i.State != inspections.Finished || x == nil || x.Note != "Chốt cửa gỉ" || strings.Join(x.What, "|") != "Khóa hỏng|Quy ước chưa có ngày" ||
			i.HeadComment != "Nhà sẽ làm ngay." || i.Signing.House != pen || i.Signing.Officer != pen || i.Measures[x.ID].Content != "Thay khóa cổng" {
			t.Fatalf("%+v", i)
		}
		if r.Class != criteria.Judge(s.Set, i.Known(s.Set)).Class {
			t.Errorf("class %v", r.Class)
		}
		want := []string{"inspection.start định kỳ", "inspection.find tại số nhà: 42 mục, 0 ảnh", "inspection.finish "}
		got := history(t, s)
		for n, x := range want {
			if n >= len(got) || !strings.HasPrefix(got[n], x) {
				t.Fatalf("history %q", got)
			}
		}
		if n := strings.Count(strings.Join(got, "\n"), "inspection.start"); n != 1 {
			t.Errorf("%d inspections", n)
		}
		// Another look asks for what failed, and nothing else.
		page = officer.Get(at).OK().Has("main", "Chỉ xem lại 1 mục").Has(".door-item", "TC1").Has(".door-item", "Thay khóa cổng")
		if n := page.Doc().Find("fieldset.door-item").Length(); n != 1 {
			t.Errorf("%d items in the repeat", n)
		}
		again := url.Values{"base": {page.Value("base")}, "opened": {page.Value("opened")}, "on": {page.Value("on")}, "members": {page.Text("#f-members")},
			"resident_side": {page.Text("#f-resident_side")}, "f.TC1": {"2"}}
		officer.Post(at, again).Goes()
		if list := open(t, s); len(list) != 0 {
			t.Errorf("still open: %+v", list)
		}
		if i := get(t, s, result(t, s).Inspection); i.Kind != inspections.Repeat || i.Found.Unanswered() != s.Set.Len()-1 {
			t.Errorf("%s %s", i.Kind, i.Found)
		}
		s.As("head").Get(at).Is(404)
		s.As("other officer").Get(at).Is(404)
		s.As("other officer").Post(at, form).Is(404)
	})
}

// The rest of a content may be left as the house rated itself; what the house did not rate may not.
func TestTheRestAsTheHouseSays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		rated(t, s, passing(s.Set, map[string]criteria.Value{"TC2": criteria.Partly}))
		form := door(s, "officer", bac, nil)
		for at := range s.Set.Len() {
			item, _ := s.Set.Item(at)
			if item.Code != "VH1" {
				form.Del("f." + item.Code)
			}
		}
		for _, c := range s.Set.Contents {
			form.Add("agree", c.Code)
		}
		s.As("officer").Post("/houses/"+s.House[bac]+"/visit", form).Goes()
		i := get(t, s, result(t, s).Inspection)
		if x := i.Shortcoming("TC2"); i.Found.Unanswered() != 0 || x == nil || x.Measure == "" {
			t.Errorf("%s %+v", i.Found, x)
		}
		form = door(s, "officer", "36 Hàng Bạc", map[string]string{"agree": "TC"})
		form.Del("f.TC3")
		s.As("officer").Post("/houses/"+s.House["36 Hàng Bạc"]+"/visit", form).Is(422).Has(".door-item .error-text", "Xem mục")
	})
}

// A class other than the rules' needs a reason, and the house still reads what it lacks.
func TestAnotherClassNeedsAReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		at, officer := "/houses/"+s.House[bac]+"/visit", s.As("officer")
		form := door(s, "officer", bac, map[string]string{"f.TC1": "0", "measure.TC1": "Thay khóa cổng", "owner.TC1": "house", "due.TC1": string(today().AddDays(9)), "class": "safe"})
		officer.Post(at, form).Is(422).Has(".notice.bad li", "lý do")
		form.Set("reason", "Khóa được thay ngay trong buổi kiểm tra.")
		officer.Post(at, form).Goes()
		if r := result(t, s); r.Class != criteria.Safe || r.Rule == criteria.Safe {
			t.Errorf("%+v", r)
		}
		officer.Get("/houses/"+s.House[bac]).OK().Has("main", "(TC1). Cần").Lacks("main", "Thiếu: .")
	})
}

// Somebody else inspected while the phone was away: both versions stand side by side, and what nobody differs on is there.
func TestSomebodyInspectedMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, at, officer := t.Context(), "/houses/"+s.House[bac]+"/visit", s.As("officer")
		mine := door(s, "officer", bac, map[string]string{"f.TC1": "0", "f.TC2": "1", "measure.TC1": "Thay khóa cổng", "owner.TC1": "house", "due.TC1": string(today().AddDays(9)),
			"measure.TC2": "Lắp đèn", "owner.TC2": "house", "due.TC2": string(today().AddDays(9)), "remarks": "Thiếu đèn ở ngõ"})
		mine.Del("f.TC3")

		// A draft of a colleague, with other findings, another measure, another member and another remark.
		id := start(t, s, inspections.Planned)
		i := get(t, s, id)
		i.Members += "\nTrưởng nhóm tự quản"
		i.Remarks = "Ngõ tối"
		if _, err := s.Inspections.SaveSheet(ctx, s.Actor("officer"), id, inspections.Sheet{
			Version: i.Version, Opened: i.Found, Visit: i.Visit, Filled: s.Set.Blank().With(s.Set.Index("TC1"), criteria.Pass).With(s.Set.Index("TC2"), criteria.Partly).
					With(s.Set.Index("TC3"), criteria.NA).With(s.Set.Index("VH1"), criteria.Pass),
			Shortcomings: map[string]inspections.Shortcoming{"TC2": {Measure: "Thay bóng đèn", Owner: inspections.ByWard, Due: today().AddDays(5)}},
		}); err != nil {
			// TC3 may apply to all: then the colleague finds it passing.
			if _, err = s.Inspections.SaveSheet(ctx, s.Actor("officer"), id, inspections.Sheet{
				Version: i.Version, Opened: i.Found, Visit: i.Visit, Filled: s.Set.Blank().With(s.Set.Index("TC1"), criteria.Pass).With(s.Set.Index("TC2"), criteria.Partly).
						With(s.Set.Index("TC3"), criteria.Pass).With(s.Set.Index("VH1"), criteria.Pass),
				Shortcomings: map[string]inspections.Shortcoming{"TC2": {Measure: "Thay bóng đèn", Owner: inspections.ByWard, Due: today().AddDays(5)}},
			}); err != nil {
				t.Fatal(err)
			}
		}
		answer := officer.Post(at, mine).Is(409)
		for _, line := range []string{"TC1", "TC2", "Nhận xét chung", "Thay bóng đèn", "Lắp đèn", "Ngõ tối", "Thiếu đèn ở ngõ"} {
			answer.Has("main", line)
		}
		answer.Lacks("main", "VH1").Lacks("main", "TC3")
		if x := get(t, s, id); x.State != inspections.Draft || x.Found.At(s.Set.Index("TC1")) != criteria.Pass {
			t.Fatalf("something was written: %s", x.Found)
		}
		// The officer keeps the own finding of TC1, and takes theirs for the rest.
		chosen := maps.Clone(mine)
		for _, name := range []string{"base", "opened", "members"} {
			chosen.Set(name, answer.Value(name))
		}
		chosen.Set("measure.TC2", "Thay bóng đèn")
		chosen.Set("owner.TC2", "ward")
		chosen.Set("due.TC2", string(today().AddDays(5)))
		chosen.Set("remarks", "Ngõ tối")
		officer.Post(at, chosen).Goes()
		done := get(t, s, id)
		if done.State != inspections.Finished || done.Found.At(s.Set.Index("TC1")) != criteria.Fail || done.Found.At(s.Set.Index("TC3")) == criteria.Unanswered || done.Remarks != "Ngõ tối" ||
			!strings.Contains(done.Members, "Trưởng nhóm tự quản") || done.Shortcoming("TC2").Owner != inspections.ByWard || done.Shortcoming("TC1").Measure != "Thay khóa cổng" {
			t.Fatalf("%+v", done)
		}

		// It is finished now, and another phone brings the same house, as it was opened before all that.
		late := maps.Clone(mine)
		late.Set("f.TC1", "2")
		late.Set("f.TC3", "2")
		officer.Post(at, late).Is(409).Has("main", "TC1").Lacks("main", "TC2")
		late.Set("f.TC1", "0")
		late.Set("f.TC3", string(done.Found.At(s.Set.Index("TC3")).Letter()))
		officer.Post(at, late).Goes()
		if r := result(t, s); r.Inspection == id {
			t.Error("the second inspection does not stand")
		}
	})
}

// A house of another beat is lent for its inspection by the plan, and for nothing else.
func TestALentHouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		s.Enrol()
		all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		for _, id := range s.House {
			if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
				return s.Assessments.Record(t.Context(), tx, assessments.Full{CampaignID: s.Campaign.ID, HouseID: id, Answers: all, Sent: true})
			}); err != nil {
				t.Fatal(err)
			}
		}
		p, err := s.Plans.Draw(t.Context(), s.Actor("command"), plans.Order{Seed: "2026112001", Share: 100, Cross: 50, Others: true, PerDay: 20, DaysAWeek: 5, From: today(), To: today().AddDays(6)})
		if err != nil {
			t.Fatal(err)
		}
		lent, name := "", ""
		own, _ := beatOf(t, s, "officer")
		for _, v := range p.Visits {
			if v.Cross && v.By == own && v.Week > 0 {
				lent, name = v.House, v.Number+" "+v.Street
			}
		}
		if lent == "" {
			t.Fatal("nothing is lent to the officer")
		}
		officer := s.As("officer")
		officer.Get("/plan/week").OK().Has(`a.doorrow[href="/houses/`+lent+`/visit"]`, name)
		pages := officer.Get("/offline/pages?all=1").OK()
		if !strings.Contains(string(pages.Body), "/houses/"+lent+"/visit") {
			t.Error("the pack of the day lacks the lent house")
		}
		at := "/houses/" + lent + "/visit"
		officer.Get(at).OK().Has(".notice", "kiểm tra chéo")
		for _, path := range []string{"/houses/" + lent, "/houses/" + lent + "/assessment", "/houses/" + lent + "/paper/inspection"} {
			officer.Get(path).Is(404)
		}
		officer.Post("/houses/"+lent+"/inspections", nil).Is(404)
		form := door(s, "officer", name, map[string]string{"f.TC1": "0", "measure.TC1": "Thay khóa cổng", "owner.TC1": "house", "due.TC1": string(today().AddDays(20))})
		if to := officer.Post(at, form).Goes(); to != "/plan/week" {
			t.Errorf("on to %s", to)
		}
		if to := officer.Get(at).Goes(); to != "/plan/week" {
			t.Errorf("a lent house that is done opens: %s", to)
		}
		officer.Get("/plan/week").OK().Lacks(`a.doorrow`, name)
		byOthers(t, s, p, 1, lent)
		var r struct{ inspection, kind, by string }
		if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select i.id, i.kind, i.started_by from inspections i where i.ward_id = {ward} and i.house_id = $1 and i.state = 'finished'`, lent).
				Scan(&r.inspection, &r.kind, &r.by)
		}); err != nil || r.kind != "sample" || r.by != s.Actor("officer").Name() {
			t.Fatalf("%+v %v", r, err)
		}
		officer.Get("/inspections/" + r.inspection).Is(404)
		s.As("other officer").Get("/inspections/" + r.inspection).OK()
		// No plan, no loan; and none once inspections are over.
		if _, _, _, err := s.Plans.Lend(t.Context(), s.Actor("head"), lent); !fault.Is(err, fault.Missing) {
			t.Errorf("a head borrows: %v", err)
		}
		s.Phase(campaigns.Closed)
		officer.Post(at, form).Is(404)
	})
}

// byOthers has the own officer of a house that was drawn for another beat inspect it all the same: the plan counts for others only what
// others did.
func byOthers(t *testing.T, s *apptest.Site, p plans.Plan, want int, lent string) {
	t.Helper()
	own, _ := beatOf(t, s, "officer")
	for _, v := range p.Visits {
		if v.Cross && v.Home == own && v.House != lent {
			s.As("officer").Post("/houses/"+v.House+"/visit", door(s, "officer", v.Number+" "+v.Street, nil)).Goes()
			break
		}
	}
	now, err := s.Plans.Current(t.Context(), s.Actor("command"))
	if err != nil || now.Sum.Crossed != want {
		t.Errorf("%d houses were inspected by other beats, want %d: %v", now.Sum.Crossed, want, err)
	}
	s.As("command").Get("/plan").OK().Has(`[aria-labelledby="figures"]`, strconv.Itoa(want)+" số nhà đã có cảnh sát khu vực khác kiểm tra")
}

func beatOf(t *testing.T, s *apptest.Site, who string) (string, []string) {
	t.Helper()
	_, beats := s.Actor(who).Reach()
	if len(beats) == 0 {
		t.Fatal("no beat")
	}
	return beats[0], beats
}
