package editions_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/editions"
	"sonha/ward/inspections"
)

// form is that of an item on its page, as a browser would send it back.
func form(t *testing.T, b *apptest.Browser, path string) url.Values {
	t.Helper()
	out := url.Values{}
	doc := b.Get(path).OK().Doc()
	for _, s := range doc.Find(`main form[action="` + path + `"] [name]`).EachIter() {
		name, _ := s.Attr("name")
		kind, _ := s.Attr("type")
		value, _ := s.Attr("value")
		_, on := s.Attr("checked")
		switch {
		case s.Is("textarea"):
			value = s.Text()
		case s.Is("select"):
			value, _ = s.Find("option[selected]").Attr("value")
		case kind == "checkbox" && !on:
			continue
		}
		out.Add(name, value)
	}
	return out
}

const tc2 = "/criteria/2/items/TC2"

// TestTwoPeopleMakeAVersion goes the way of a version from the draft to the campaign that is opened with it.
func TestTwoPeopleMakeAVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		boss, committee := s.As("command"), s.As("committee")
		boss.Get("/criteria").OK().Has("main", "Bản 1")
		boss.Post("/criteria", nil).Is(303)
		if r := boss.Post("/criteria", nil); r.Status != 409 || !strings.Contains(r.Text("body"), "Phường đang có một bản nháp") {
			t.Errorf("a second draft: %d %.300s", r.Status, r.Text("main"))
		}
		boss.Get("/criteria/2").OK().Has("main", "Chưa có gì khác bản 1").Has("main", "Bản nháp chưa khác gì bản 1")
		s.As("other command").Get("/criteria/2").Is(404)
		s.As("officer").Get("/criteria").Is(404)

		f := form(t, boss, tc2)
		if f.Get("question_vi") != criteria.Version1().Contents[1].Items[1].Question.VI || f.Get("effort") != "2" || f.Get("sources") != "K" {
			t.Fatalf("the form of TC2 says %v", f)
		}
		f.Set("question_vi", "Ban đêm, lối đi, cầu thang, sân chung có đủ đèn sáng không?")
		f.Set("required", "1")
		boss.Post(tc2, f).Is(303)
		page := boss.Get("/criteria/2").OK()
		page.Has("main ins", "đèn").Has("main ins", "Bắt buộc ★").Has("main del", "Không bắt buộc").Lacks("article", "TC3")
		boss.Get(tc2+"/phone").OK().Has("h1", "có đủ đèn sáng không?")
		boss.Get("/criteria/1/items/TC2/phone").OK().Lacks("h1", "đủ đèn")

		// No reason yet, then the drafter, then an account that saw an older state: none of them publishes.
		committee.Get("/criteria/2").OK().Has("main", "Bản nháp chưa ghi vì sao đổi")
		publish := url.Values{"seen": {"2"}, "reason": {"Đã bàn tại giao ban ngày 20/10."}}
		committee.Post("/criteria/2/publish", publish).Is(422).Has("main", "chưa ghi vì sao đổi")
		boss.Post("/criteria/2/rules", url.Values{"percent": {"75"}, "days": {"60"}, "percent.TN": {"101"}, "note": {"Rút kinh nghiệm đợt 2026."}}).Is(422).
			Has(".field.has-error", "từ 1 đến 100").Has("main", "Rút kinh nghiệm")
		boss.Post("/criteria/2/rules", url.Values{"percent": {"75"}, "days": {"60"}, "percent.TN": {"80"}, "note": {"Rút kinh nghiệm đợt 2026."}}).Is(303)
		committee.Post("/criteria/2/publish", publish).Is(422).Has("main", "vừa sửa bản nháp sau khi ông/bà mở trang")
		publish.Set("seen", committee.Get("/criteria/2").OK().Value("seen"))
		boss.Post("/criteria/2/publish", publish).Is(422).Has("main", "Ông/bà đã sửa bản nháp này")
		committee.Post("/criteria/2/publish", url.Values{"seen": publish["seen"]}).Is(422).Has("main", "vì sao công bố")
		committee.Post("/criteria/2/publish", publish).Is(303)

		// Published, it never changes, and nobody's campaign changed with it.
		boss.Get("/criteria/2").OK().Has("main", "Bản này đã công bố").Has("main", "Chưa đợt nào dùng")
		f.Set("label_vi", "Đèn ở lối chung")
		if r := boss.Post(tc2, f); r.Status != 409 {
			t.Errorf("a published item is changed: %d", r.Status)
		}
		for _, path := range []string{"/criteria/2/withdraw", "/criteria/2/rules"} {
			if r := boss.Post(path, url.Values{"percent": {"10"}, "days": {"1"}}); r.Status != 409 {
				t.Errorf("%s of a published version: %d", path, r.Status)
			}
		}
		set := of(t, s, 2)
		if set.PassPercent != 75 || set.Percent(set.Content("TN")) != 80 || set.Percent(set.Content("VH")) != 75 || !set.Contents[1].Items[1].Required {
			t.Errorf("version 2 judges by %d, %d", set.PassPercent, set.Percent(set.Content("TN")))
		}
		if s.Campaign.Criteria != 1 {
			t.Error("the campaign under way changed its version")
		}
		next, err := s.Campaigns.Create(t.Context(), s.System(), campaigns.New{Year: 2027})
		if err != nil || next.Criteria != 2 {
			t.Errorf("the next campaign has version %d, %v", next.Criteria, err)
		}
		boss.Get("/criteria/2").OK().Has("main", "2027")
		boss.Post("/criteria", nil).Is(303)
		boss.Get("/criteria/3").OK().Has("main", "Khác bản 2")
		boss.Post("/criteria/3/withdraw", nil).Is(303)
		boss.Get("/criteria/3").Is(404)
	})
}

func of(t *testing.T, s *apptest.Site, version int) *criteria.Set {
	t.Helper()
	var set *criteria.Set
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		var err error
		set, err = s.Sets.Of(t.Context(), tx, version)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return set
}

// denied are the subjects of the deny-list, each with a question that touches it, and the words by which it does.
func denied() map[string][2]string {
	return map[string][2]string{
		"religion":  {"Số nhà có hộ theo đạo nào không?", "theo đạo"},
		"politics":  {"Trong nhà có ai là đảng viên không?", "đảng viên"},
		"petitions": {"Số nhà có hộ khiếu kiện không?", "khiếu kiện"},
		"ethnicity": {"Số nhà có hộ dân tộc khác không?", "dân tộc"},
		"health":    {"Số nhà có ai bệnh tật không?", "bệnh tật"},
		"record":    {"Số nhà có người tiền án không?", "tiền án"},
		"persons":   {"Ghi họ tên từng người trong nhà?", "họ tên"},
	}
}

// TestWhatIsNeverAsked: each subject of the deny-list is refused in a wording of an item, at its field, with what was typed still there,
// and nothing of the form is written.
func TestWhatIsNeverAsked(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	boss := s.As("command")
	boss.Post("/criteria", nil).Is(303)
	before := form(t, boss, tc2)
	for what, typed := range denied() {
		for _, field := range []string{"question_vi", "text_vi", "explain_vi", "evidence_vi", "rule_vi", "action_vi", "household_vi", "chips_vi"} {
			f := form(t, boss, tc2)
			f.Set(field, typed[0])
			f.Set("label_vi", "Đèn lối chung")
			r := boss.Post(tc2, f).Is(422)
			if got := r.Text("#f-" + field + "-error"); !strings.Contains(got, "“"+typed[1]+"”") {
				t.Errorf("%s in %s: the field says %q", what, field, got)
			}
			if field != "chips_vi" && !strings.Contains(r.Value(field)+r.Text(`[name="`+field+`"]`), typed[0]) {
				t.Errorf("%s in %s: what was typed is lost", what, field)
			}
			if r.Value("label_vi") != "Đèn lối chung" {
				t.Errorf("%s in %s: what was typed elsewhere is lost", what, field)
			}
		}
	}
	f := form(t, boss, tc2)
	f.Set("question_en", "What is the religion of the house?")
	if got := boss.Post(tc2, f).Is(422).Text("#f-question_en-error"); !strings.Contains(got, "religion") {
		t.Errorf("in English: %q", got)
	}
	if now := form(t, boss, tc2); !sameForm(before, now) {
		t.Error("a refused form was written")
	}
}

func sameForm(a, b url.Values) bool {
	for name := range a {
		if name != "request_id" && !slices.Equal(a[name], b[name]) {
			return false
		}
	}
	return true
}

// TestFieldsOfAnItem: what is missing is said at its field, and codes, contents and what households are asked stay.
func TestFieldsOfAnItem(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	boss := s.As("command")
	boss.Post("/criteria", nil).Is(303)
	for field, value := range map[string]string{
		"question_vi": "", "question_en": " ", "household_vi": "", "na_en": "Only English", "chips_en": "One", "effort": "9", "text_vi": strings.Repeat("chữ ", 101),
	} {
		f := form(t, boss, tc2)
		f.Set(field, value)
		r := boss.Post(tc2, f).Is(422)
		at := field
		if field == "na_en" {
			at = "na_vi"
		}
		if r.Text("#f-"+at+"-error") == "" {
			t.Errorf("%s = %q: nothing is said at the field; %.300s", field, value, r.Text(".notice"))
		}
	}
	f := form(t, boss, tc2)
	f.Del("sources")
	boss.Post(tc2, f).Is(422).Has("#f-sources", "ít nhất một nguồn")
	boss.Get("/criteria/2/items/TC99").Is(404)

	// Two people at the same item: the second one is told, and overwrites only when they say so again.
	committee, admin := form(t, boss, tc2), form(t, s.As("administrator"), tc2)
	committee.Set("label_vi", "Đèn lối chung")
	boss.Post(tc2, committee).Is(303)
	admin.Set("label_vi", "Đèn cầu thang")
	r := s.As("administrator").Post(tc2, admin).Is(422).Has("main", "vừa sửa tiêu chí này")
	if r.Value("label_vi") != "Đèn cầu thang" {
		t.Error("what was typed is lost")
	}
	admin.Set("opened", r.Value("opened"))
	s.As("administrator").Post(tc2, admin).Is(303)
	boss.Get(tc2).OK().Has("main del", "lối đi,")
	s.As("administrator").Get("/criteria/2/effect").Is(404)
	s.As("administrator").Post("/criteria/2/publish", nil).Is(404)
}

// TestEffectOnLastYear judges the stored answers of a campaign by a stricter version: figures with their denominators, and groups with few
// houses without any.
func TestEffectOnLastYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		boss := s.As("command")
		boss.Post("/criteria", nil).Is(303)
		boss.Get("/criteria/2/effect").OK().Has("main", "chưa có đợt nào có kết quả kiểm tra")

		all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		weak := all.With(s.Set.Index("TC2"), criteria.Partly)
		na := all.With(s.Set.Index("TC4"), criteria.NA)
		answered := []criteria.Answers{all, all, weak, weak, weak, na}
		houses := houseIDs(t, s, len(answered))
		for i, answers := range answered {
			record(t, s, houses[i], answers)
		}
		f := form(t, boss, tc2)
		f.Set("required", "1")
		boss.Post(tc2, f).Is(303)
		f = form(t, boss, "/criteria/2/items/TC4")
		f.Set("na_vi", "")
		f.Set("na_en", "")
		boss.Post("/criteria/2/items/TC4", f).Is(303)

		page := s.As("committee").Get("/criteria/2/effect").OK()
		n := strconv.Itoa(len(houses))
		page.Has("main", "4/"+n+" số nhà sẽ có mức khác").Has("main", "1/"+n+" số nhà đã trả lời không áp dụng ở tiêu chí TC4").
			Has("td", "6/"+n).Has("td", "2/"+n).Has("td", "3/"+n).Has("th", "Chưa xét được theo bản này").Has("td", "Dưới 5 số nhà")
		_, x, err := s.Editions.Effect(t.Context(), s.Actor("command"), 2)
		if err != nil || x.Year != s.Campaign.Year || x.Was != 1 || x.Before()[criteria.Safe] != 6 || x.After() != (editions.Classes{1, 3, 0, 2}) {
			t.Errorf("the effect is %+v, %v", x, err)
		}
	})
}

func houseIDs(t *testing.T, s *apptest.Site, n int) []string {
	t.Helper()
	var list []string
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		list = nil
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			list = append(list, id)
			return err
		}, `select h.id from houses h where {scope h} and h.status = 'active' order by h.id`)
	}); err != nil {
		t.Fatal(err)
	}
	if len(list) < n {
		t.Fatalf("the ward has %d houses, the test needs %d", len(list), n)
	}
	return list[:n]
}

func record(t *testing.T, s *apptest.Site, house string, answers criteria.Answers) {
	t.Helper()
	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		_, err := s.Inspections.Record(t.Context(), tx, inspections.Full{
			CampaignID: s.Campaign.ID, HouseID: house, Kind: inspections.Planned, Self: s.Set.Blank(), Found: answers,
			Visit: inspections.Visit{On: s.Campaign.Starts, Members: "Tổ kiểm tra", ResidentSide: "Tổ dân phố"},
		})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
