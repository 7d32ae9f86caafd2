package editions_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/editions"
)

// newItem is the form of an item as a commander types it: Vietnamese only.
func newItem() url.Values {
	f := url.Values{"sources": {"K"}, "effort": {"2"}, "chips_vi": {"Chưa có bảng\nBảng đã mờ"}}
	for name, text := range map[string]string{
		"text": "Có bảng ghi giờ yên tĩnh ở lối chung", "label": "Bảng giờ yên tĩnh", "question": "Lối chung có treo bảng ghi giờ yên tĩnh không?",
		"explain": "Bảng ghi rõ giờ trưa và giờ đêm.", "pass": "Có bảng, đọc rõ", "partly": "Có bảng, đã mờ", "fail": "Chưa có bảng", "evidence": "Xem tại chỗ",
		"rule": "Có bảng, đọc rõ", "action": "Treo bảng giờ yên tĩnh", "how": "Một buổi",
	} {
		f.Set(name+"_vi", text)
	}
	return f
}

// TestItemsComeAndGo goes the way of a draft that adds an item and retires one: at their fields, in the list, in what differs, in the effect,
// and published by somebody else.
func TestItemsComeAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		boss, committee := s.As("command"), s.As("committee")
		all := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		for _, house := range houseIDs(t, s, 5) {
			record(t, s, house, all.With(s.Set.Index("VH7"), criteria.Fail).With(s.Set.Index("VH3"), criteria.Fail).With(s.Set.Index("VH6"), criteria.Partly))
		}
		boss.Post("/criteria", nil).Is(303)

		// A new item: what is missing, what may not be asked, and then all of it.
		const add = "/criteria/2/new/HG"
		boss.Get("/criteria/2").OK().Has(`a[href="`+add+`"]`, "Thêm mục")
		boss.Get(add).OK().Has("h1", "HG8")
		boss.Get("/criteria/2/new/CC").Is(404)
		s.As("committee").Get(add).Is(404)
		f := newItem()
		f.Set("question_vi", "")
		boss.Post(add, f).Is(422).Has("#f-question_vi-error", "không để trống")
		f.Set("question_vi", "Trong nhà có ai bệnh tật không?")
		boss.Post(add, f).Is(422).Has("#f-question_vi-error", "bệnh tật")
		boss.Get("/criteria/2/items/HG8").Is(404)
		boss.Post(add, newItem()).Is(303)
		boss.Get("/criteria/2/items/HG8").OK().Has("h1", "HG8").Lacks("summary", "Giữ lại")
		boss.Get("/criteria/2/items/HG8/phone").OK().Has("h1", "giờ yên tĩnh")
		f = form(t, boss, "/criteria/2/items/HG8")
		if f.Get("label_en") != "" || f.Get("label_vi") != "Bảng giờ yên tĩnh" {
			t.Errorf("the form says %q, %q", f.Get("label_vi"), f.Get("label_en"))
		}
		f.Set("label_vi", "Bảng yên tĩnh")
		boss.Post("/criteria/2/items/HG8", f).Is(303)

		// Retiring: with a reason, not of the last question for households, and taken back.
		retire := func(code, reason string) *apptest.Reply {
			return boss.Post("/criteria/2/items/"+code+"/retire", url.Values{"reason": {reason}})
		}
		asked, _ := s.Set.Item(s.Set.HouseholdItems()[0])
		retire(asked.Code, "Trùng.").Is(422).Has("main", "mỗi hộ được hỏi 11 câu")
		retire("VH7", "").Is(422).Has("#f-reason-error", "vì sao bỏ mục này")
		retire("VH7", "Gọi bà Lan 0912 345 678.").Is(422)
		retire("CC1", "Không cần.").Is(404)
		retire("VH7", "Đã có ở nhật ký.").Is(303)
		boss.Get("/criteria/2/items/VH7").OK().Has("main", "Bản này bỏ mục VH7").Has("main", "Đã có ở nhật ký.").Has("button", "Giữ lại mục").Lacks("main", "Vì sao bỏ?")
		boss.Post("/criteria/2/items/VH7/keep", nil).Is(303)
		boss.Get("/criteria/2").OK().Lacks("#content-VH", "Bỏ từ bản này")
		retire("VH7", "Đã có ở nhật ký.").Is(303)
		boss.Get("/criteria/2").OK().Has("#content-VH", "Bỏ từ bản này").Has("#content-HG", "Mục mới").Has("#diff ins", "giờ yên tĩnh").Has("#diff del", "24 giờ").
			Has("#diff", "Đã có ở nhật ký.")

		_, x, err := s.Editions.Effect(t.Context(), s.Actor("command"), 2)
		if err != nil || strings.Join(x.New, "") != "HG8" || strings.Join(x.Gone, "") != "VH7" || x.Before()[criteria.Conditional] != 5 || x.After()[criteria.Safe] != 5 {
			t.Errorf("the effect is %+v, %v", x, err)
		}
		committee.Get("/criteria/2/effect").OK().Has("main", "HG8 đợt đó chưa có").Has("main", "VH7 bản này bỏ")

		boss.Post("/criteria/2/rules", url.Values{"percent": {"70"}, "days": {"60"}, "note": {"Rút kinh nghiệm."}}).Is(303)
		committee.Post("/criteria/2/publish", url.Values{"seen": {committee.Get("/criteria/2").OK().Value("seen")}, "reason": {"Đã họp bàn."}}).Is(303)
		set := of(t, s, 2)
		if set.Len() != 42 || set.Index("VH7") >= 0 || set.Code(41) != "HG8" || set.Code(6) != "TC1" || len(set.Retired) != 1 {
			t.Errorf("version 2 has %v", set.Codes())
		}
		if r := retire("VH6", "Muộn."); r.Status != 409 {
			t.Errorf("a published version loses an item: %d", r.Status)
		}
		// The next version cannot give the code away, and may take the item back.
		boss.Post("/criteria", nil).Is(303)
		boss.Get("/criteria/3").OK().Has("#content-VH", "Đã bỏ ở bản trước")
		boss.Get("/criteria/3/new/VH").OK().Has("h1", "VH8")
		boss.Post("/criteria/3/items/VH7/keep", nil).Is(303)
		boss.Get("/criteria/3").OK().Has("#diff ins", "24 giờ").Lacks("#content-VH", "Đã bỏ ở bản trước")
	})
}

// TestAYearWithOtherItems: a campaign on version 1 closes and one on version 2, with an item more and another less, runs to its end. Nothing of
// the first changes by a letter, and every figure and page of the second goes by its own items.
func TestAYearWithOtherItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		house, seen := s.House["36A Hàng Bạc"], s.House["36 Hàng Bạc"]
		old := criteria.Answers(strings.Repeat("2", s.Set.Len())).With(s.Set.Index("VH3"), criteria.Fail).With(s.Set.Index("HG7"), criteria.Partly)
		record(t, s, seen, old)
		if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
			return editions.Record(t.Context(), tx, editions.Full{Note: "Rút kinh nghiệm đợt 2026.", By: "người soạn", Change: func(set *criteria.Set) {
				vh, hg := &set.Contents[0], &set.Contents[5]
				vh.Items = append(vh.Items[:2:2], vh.Items[3:]...) // VH3
				item := hg.Items[6]
				item.Code, item.Household = "HG8", criteria.Text{}
				item.Label, item.Text, item.Question = both("Bảng giờ yên tĩnh"), both("Có bảng ghi giờ yên tĩnh"), both("Có bảng ghi giờ yên tĩnh không?")
				hg.Items = append(hg.Items, item)
			}})
		}); err != nil {
			t.Fatal(err)
		}
		s.As("committee").Post("/criteria/2/publish", url.Values{"seen": {"1"}, "reason": {"Đã thống nhất."}}).Is(303)
		s.Phase(campaigns.Closed)
		first := s.Campaign.ID
		before := year(t, s, first)
		boss := s.As("command")
		said := string(file(t, boss, "/reports/campaign.json?year=2026"))
		next, err := s.Campaigns.Create(t.Context(), s.System(), campaigns.New{Year: 2027, Criteria: 2})
		if err != nil {
			t.Fatal(err)
		}
		s.Campaign = next
		s.Phase(campaigns.Assess)
		set := of(t, s, 2)

		// The phone: what waited for the item that is gone is refused with its reason, and the new one is asked last.
		head, family := s.As("head"), s.As("household")
		home := "/houses/" + house + "/assessment"
		head.Get(home + "/VH3").Is(404)
		head.Post(home+"/VH3", url.Values{"answer": {"2"}, "base": {"."}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
		head.Post(home, url.Values{"opened": {string(s.Set.Blank())[1:]}, "a.VH1": {"2"}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
		pack := string(head.Get("/offline/pages").OK().Body)
		if strings.Contains(pack, "/assessment/VH3") || !strings.Contains(pack, "/assessment/HG8") {
			t.Error("the phone keeps other questions than the campaign asks")
		}
		family.Post("/home/answers/VH3", url.Values{"answer": {"2"}, criteria.AskedField: {"1"}}).Is(422).Has("main", "bộ tiêu chí bản 1")
		head.Get(home+"/HG8").OK().Has("h1", "giờ yên tĩnh").Has(".progress", "Câu 42 trên 42")
		head.Post(home+"/HG8", url.Values{"answer": {"0"}, "base": {"."}, criteria.AskedField: {"2"}}).Is(303)
		grid := url.Values{"opened": {string(set.Blank().With(41, criteria.Fail))}, criteria.AskedField: {"2"}}
		for at, code := range set.Codes() {
			if at < 41 {
				grid.Set("a."+code, "2")
			}
		}
		head.Post(home, grid).Is(303)
		head.Post(home+"/send", url.Values{criteria.AskedField: {"2"}}).Is(303)
		for _, at := range set.HouseholdItems() {
			family.Post("/home/answers/"+set.Code(at), url.Values{"answer": {"2"}, criteria.AskedField: {"2"}}).Is(303)
		}
		family.Post("/home/answers", url.Values{criteria.AskedField: {"2"}}).Is(303)
		for _, who := range []string{"head"} {
			paper := pdfText(t, file(t, s.As(who), "/houses/"+house+"/forms.pdf?form=assessment"))
			if !says(paper, "Có bảng ghi giờ yên tĩnh không?") || says(paper, "VH3") {
				t.Error("the sheet of paper asks other items")
			}
		}

		// At the door, and on the board.
		s.Phase(campaigns.Inspect)
		officer := s.As("officer")
		officer.Get("/houses/"+house+"/visit").OK().Has("main", "HG8").Lacks("main", "VH3")
		found := criteria.Answers(strings.Repeat("2", set.Len())).With(set.Index("VH4"), criteria.Fail).With(set.Index("HG8"), criteria.Fail)
		record(t, s, seen, found)
		boss.Get("/board/items?year=2027").OK().Has("main", "Bảng giờ yên tĩnh").Lacks("main", "VH3")
		for filter, want := range map[string]bool{
			"below=HG8": true, "below=VH4": true, "below=VH5": false, "below=HG7": false, "below=VH4&year=2026": false, "below=VH3&year=2026": true,
		} {
			if got := strings.Contains(boss.Get("/houses?"+filter).OK().Text("main table"), "36"); got != want {
				t.Errorf("%s finds the house: %v", filter, got)
			}
		}
		boss.Get("/houses?below=VH3").OK().Lacks(".chip", "VH3") // not asked this year: left out
		boss.Get("/houses/"+seen+"?year=2026").OK().Has("main", "VH3").Lacks("main", "HG8")
		boss.Get("/houses/"+seen+"?year=2027").OK().Has("main", "HG8").Lacks("main", "VH3")
		var report struct {
			Items []struct {
				Code               string
				Pass, Partly, Fail int
			}
		}
		if err := json.Unmarshal(file(t, boss, "/reports/campaign.json?year=2027"), &report); err != nil {
			t.Fatal(err)
		}
		for _, x := range report.Items {
			if want := x.Code == "VH4" || x.Code == "HG8"; x.Fail > 0 != want {
				t.Errorf("the report of 2027 counts %d houses short of %s", x.Fail, x.Code)
			}
		}
		for _, kind := range []string{"docx", "xlsx", "pdf"} {
			body := file(t, boss, "/reports/campaign."+kind+"?year=2027")
			text := ""
			if kind == "pdf" {
				text = pdfText(t, body)
			} else {
				text = unzipped(t, body)
			}
			if !says(text, "yên tĩnh") || says(text, "VH3") {
				t.Errorf("the report as %s speaks of other items", kind)
			}
		}
		s.Phase(campaigns.Closed)
		if after := year(t, s, first); after != before {
			t.Errorf("the year before changed:\n%s\n%s", before, after)
		}
		if again := string(file(t, boss, "/reports/campaign.json?year=2026")); undated(again) != undated(said) {
			t.Error("the report of the year before changed")
		}
	})
}

func both(text string) criteria.Text { return criteria.Text{VI: text, EN: text} }

// year is all that is kept of answers in a campaign.
func year(t *testing.T, s *apptest.Site, campaign string) string {
	t.Helper()
	var b strings.Builder
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		b.Reset()
		return tx.All(context.Background(), func(scan func(...any) error) error {
			var house, answers, contents, missing, class string
			var points, most int
			if err := scan(&house, &answers, &contents, &missing, &class, &points, &most); err != nil {
				return err
			}
			b.WriteString(strings.Join([]string{house, answers, contents, missing, class, strconv.Itoa(points), strconv.Itoa(most)}, " ") + "\n")
			return nil
		}, `select r.house_id, r.answers, r.contents, r.missing, r.class, r.points, r.points_max from results r where r.ward_id = {ward} and r.campaign_id = $1 order by r.house_id`, campaign)
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
