package editions_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/criteria"
)

// content is the part of a version's page that lists the items of a content; of none, the part that says what differs.
func content(code string) string {
	id := "content-" + code
	if code == "" {
		id = "diff"
	}
	return `section[aria-labelledby="` + id + `"]`
}

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
		retire(asked.Code, "Trùng.").Is(422).Has("#f-reason-error", "mỗi hộ được hỏi 11 câu").Has("details[open] textarea", "Trùng.")
		retire("VH7", "").Is(422).Has("#f-reason-error", "vì sao bỏ mục này")
		retire("VH7", "Gọi bà Lan 0912 345 678.").Is(422)
		retire("CC1", "Không cần.").Is(404)
		retire("VH7", "Đã có ở nhật ký.").Is(303)
		boss.Get("/criteria/2/items/VH7").OK().Has("main", "Bản này bỏ mục VH7").Has("main", "Đã có ở nhật ký.").Has("button", "Giữ lại VH7").Lacks("main", "Vì sao bỏ?")
		boss.Post("/criteria/2/items/VH7/keep", nil).Is(303)
		boss.Get("/criteria/2").OK().Lacks(content("VH"), "Bỏ từ bản này")
		retire("VH7", "Đã có ở nhật ký.").Is(303)
		boss.Get("/criteria/2").OK().Has(content("VH"), "Bỏ từ bản này").Has(content("HG"), "Mục mới").Has(content("")+" ins", "giờ yên tĩnh").Has(content("")+" del", "24 giờ").
			Has(content(""), "Đã có ở nhật ký.")

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
		boss.Get("/criteria/3").OK().Has(content("VH"), "Đã bỏ ở bản trước")
		boss.Get("/criteria/3/new/VH").OK().Has("h1", "VH8")
		boss.Post("/criteria/3/items/VH7/keep", nil).Is(303)
		boss.Get("/criteria/3").OK().Has(content("")+" ins", "24 giờ").Lacks(content("VH"), "Đã bỏ ở bản trước")
	})
}

// TestANewItemAsksNothingDenied: each subject of the deny-list is refused in the words of a new item, at its field, and no item comes of it.
func TestANewItemAsksNothingDenied(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	boss := s.As("command")
	boss.Post("/criteria", nil).Is(303)
	for what, typed := range denied() {
		for _, field := range []string{"text_vi", "label_vi", "question_vi", "pass_vi", "na_vi", "rule_vi", "action_vi", "how_vi", "household_vi", "chips_vi"} {
			f := newItem()
			f.Set(field, typed[0])
			if got := boss.Post("/criteria/2/new/HG", f).Is(422).Text("#f-" + field + "-error"); !strings.Contains(got, "“"+typed[1]+"”") {
				t.Errorf("%s in %s: the field says %q", what, field, got)
			}
		}
	}
	boss.Get("/criteria/2/items/HG8").Is(404)
	boss.Get("/criteria/2").OK().Has(content(""), "Chưa có gì khác bản 1")
}

// TestLimitsOfADraft: fewer than four items a content, more than twelve, a question too many for households and the last one of a content are
// refused where they are asked for, and the draft stays as it was.
func TestLimitsOfADraft(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	boss := s.As("command")
	boss.Post("/criteria", nil).Is(303)
	retire := func(code string) *apptest.Reply {
		return boss.Post("/criteria/2/items/"+code+"/retire", url.Values{"reason": {"Không cần nữa."}})
	}
	var quiet, asked []string
	for _, x := range s.Set.Contents[0].Items {
		if x.Asked() {
			asked = append(asked, x.Code)
		} else {
			quiet = append(quiet, x.Code)
		}
	}
	for i, code := range quiet {
		r := retire(code)
		if i < 3 {
			r.Is(303)
			continue
		}
		r.Is(422).Has("#f-reason-error", "ít nhất 4 mục").Has("details[open]", "Không cần nữa.")
	}
	// Three more questions for households, and not a fourth; then both of the first content could go, but for its last one.
	f := newItem()
	f.Set("household_vi", "Nhà mình có biết giờ yên tĩnh không?")
	for range 3 {
		boss.Post("/criteria/2/new/HG", f).Is(303)
	}
	boss.Post("/criteria/2/new/HG", f).Is(422).Has("#f-household_vi-error", "mỗi hộ được hỏi 16 câu")
	boss.Post("/criteria/2/new/VH", newItem()).Is(303)
	boss.Post("/criteria/2/new/VH", newItem()).Is(303)
	retire(asked[0]).Is(303)
	retire(asked[1]).Is(422).Has("#f-reason-error", "ít nhất một câu hỏi riêng cho từng hộ")
	// HG has ten; two more and it is full.
	for range 2 {
		boss.Post("/criteria/2/new/HG", newItem()).Is(303)
	}
	boss.Get("/criteria/2").OK().Lacks(content("HG"), "Thêm mục").Has(content("VH"), "Thêm mục VH10")
	boss.Post("/criteria/2/new/HG", newItem()).Is(422).Has("main", "nhiều nhất 12 mục")
	boss.Post("/criteria/2/items/"+quiet[0]+"/keep", nil).Is(303)
	boss.Get("/criteria/2").OK().Has(content("VH"), "Thêm mục VH10")
}
