package assessments_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

const bac = "36A Hàng Bạc"

func sheetURL(s *apptest.Site) string { return "/houses/" + s.House[bac] + "/assessment" }

func answer(v string) url.Values { return url.Values{"answer": {v}} }

// fill answers all items Pass, but the ones given.
func fill(set *criteria.Set, other map[string]criteria.Value) criteria.Answers {
	a := criteria.Answers(strings.Repeat("2", set.Len()))
	for code, v := range other {
		a = a.With(set.Index(code), v)
	}
	return a
}

func history(t *testing.T, s *apptest.Site, action string) []string {
	t.Helper()
	var list []string
	if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var who, detail string
			err := scan(&who, &detail)
			list = append(list, who+": "+detail)
			return err
		}, `select a.actor, a.detail from audit a where a.ward_id = {ward} and a.house_id = $1 and a.action = $2 order by a.id`, s.House[bac], action)
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAHeadAnswersOneQuestionAScreen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, home := s.As("head"), sheetURL(s)
		head.Get(home).OK().Has("h1", "Tự đánh giá 36A Hàng Bạc").Has("a.btn.primary", "Bắt đầu trả lời")
		first := head.Get(home+"/VH1").OK().Has(".progress", "Câu 1 trên 42").Has("summary", "Thế nào là đạt?").Has(".saved", "lưu ngay")
		if n := first.Doc().Find("button.answer").Length(); n != 3 {
			t.Errorf("%d large answers", n)
		}
		if to := head.Post(home+"/VH1", answer("2")).Goes(); to != home+"/VH2" {
			t.Errorf("after VH1: %s", to)
		}
		head.Get(home+"/VH2").OK().Has(".saved", "Đã lưu lúc").Has(".qtop", "Câu trước")
		if to := head.Post(home+"/VH3", answer("-")).Goes(); to != home+"/VH4" {
			t.Errorf("after VH3: %s", to)
		}
		head.Get(home).OK().Has("main", "Đã trả lời 2 trên 42 câu").Has("a.btn.primary", "Tiếp tục câu 2")
		head.Get(home+"/VH1").OK().Has("button.given", "Đạt")
		head.Get(home+"/VH3").OK().Has(".foot .given", "Không có")

		// The same answer again writes nothing and says so; another one counts and both stay in the history.
		head.Post(home+"/VH1", answer("2")).Follow().OK().Has(".progress", "Câu 2 trên 42")
		head.Post(home+"/VH1", answer("0")).Goes()
		want := []string{"Ông/bà head: VH1: đạt", "Ông/bà head: VH3: không áp dụng", "Ông/bà head: VH1: chưa đạt"}
		if got := history(t, s, "assessment.answer"); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("history %q", got)
		}

		head.Post(home+"/VH1", answer("-")).Is(422).Has("body", "áp dụng cho mọi số nhà")
		head.Post(home+"/VH1", answer("")).Is(422).Has("body", "chọn một câu trả lời").Has("button.given", "Chưa đạt")
		head.Post(home+"/ZZ9", answer("2")).Is(404)
		head.Get(home + "/ZZ9").Is(404)
	})
}

func TestTheSameAnswerSaysSo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	ctx, head := t.Context(), s.Actor("head")
	first, err := s.Assessments.Answer(ctx, head, s.House[bac], "TC2", criteria.Partly)
	if err != nil || first.Same || first.Version != 1 {
		t.Fatalf("first: %+v %v", first, err)
	}
	again, err := s.Assessments.Answer(ctx, head, s.House[bac], "TC2", criteria.Partly)
	if err != nil || !again.Same || again.Version != 1 {
		t.Fatalf("again: %+v %v", again, err)
	}
	r := s.As("head").Post(sheetURL(s)+"/TC2", answer("1"))
	if c := r.Header.Get("Set-Cookie"); !strings.Contains(c, "assessments.done_same") {
		t.Errorf("no word that nothing changed: %q", c)
	}
}

func TestSendingMakesAForecast(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, house, home := t.Context(), s.House[bac], sheetURL(s)
		lead := s.As("group lead")
		blank := s.Set.Blank()
		if _, err := s.Assessments.AnswerAll(ctx, s.Actor("group lead"), house, criteria.NotAsked, blank, fill(s.Set, map[string]criteria.Value{"TC2": criteria.Fail, "HG7": criteria.Unanswered})); err != nil {
			t.Fatal(err)
		}
		lead.Get(home).OK().Has("main", "nhập thay").Has("a.btn.primary", "Tiếp tục câu 42")
		lead.Get(home+"/send").OK().Has("main", "Còn 1 câu chưa trả lời").Has("main", "HG7").Lacks("button", "Gửi")
		lead.Post(home+"/send", nil).Is(422).Has(".notice", "Còn 1 câu")
		if to := lead.Post(home+"/HG7", answer("2")).Goes(); to != home+"/send" {
			t.Errorf("after the last question: %s", to)
		}
		lead.Get(home+"/send").OK().Has(".verdict", "Dự kiến: Đạt an toàn").Has("main", "chưa phải kết quả").Has("button", "Gửi tự đánh giá")
		lead.Post(home+"/send", nil).Follow().OK().Has("main", "Đã gửi lúc")

		a, err := s.Assessments.Get(ctx, s.Actor("head"), house)
		if err != nil || a.State != assessments.Sent || !a.ByProxy || a.Changed() {
			t.Fatalf("%+v %v", a, err)
		}
		of := func() (x results.Result) {
			if err := d.Read(ctx, s.System(), func(tx *db.Tx) (err error) {
				x, err = results.Of(ctx, tx, s.Campaign.ID, house)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return x
		}
		if x := of(); x.Stage != results.Assessed || x.Class != criteria.NotInspected || x.Rule != criteria.Safe || x.Answers != a.Answers {
			t.Fatalf("result %+v", x)
		}
		// Sending again with nothing changed writes nothing.
		version := a.Version
		if err := s.Assessments.Send(ctx, s.Actor("head"), house, criteria.NotAsked); err != nil {
			t.Fatal(err)
		}
		if a, _ = s.Assessments.Get(ctx, s.Actor("head"), house); a.Version != version {
			t.Error("an empty send was written")
		}
		s.As("head").Post(home+"/TC1", answer("0")).Goes()
		s.As("head").Get(home).OK().Has(".notice", "Gửi lại")
		s.As("head").Get(home+"/send").OK().Has(".verdict", "Chưa đạt").Has(".todo", "Sửa khóa cổng").Has("button", "Gửi lại")
		s.As("head").Post(home+"/send", nil).Goes()
		if x := of(); x.Rule != criteria.NotSafe {
			t.Errorf("forecast after the second sending: %s", x.Rule)
		}
	})
}

func TestTheSheetWritesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, home := s.As("head"), sheetURL(s)
		page := head.Get(home).OK()
		if n := page.Doc().Find(".wide-only fieldset").Length(); n != 42 {
			t.Fatalf("%d rows in the grid", n)
		}
		opened := page.Value("opened")
		// Meanwhile the group lead answers one item by telephone with the head.
		s.As("group lead").Post(home+"/VH1", answer("1")).Goes()
		form := url.Values{"opened": {opened}, "a.TC1": {"2"}, "a.TC2": {"0"}, "a.TC6": {"-"}}
		head.Post(home, form).Goes()
		a, err := s.Assessments.Get(t.Context(), s.Actor("head"), s.House[bac])
		if err != nil || a.Answered != 4 || a.Answers.At(0) != criteria.Partly || a.Answers.At(s.Set.Index("TC6")) != criteria.NA {
			t.Fatalf("%+v %v", a, err)
		}
		if got := history(t, s, "assessment.answer"); len(got) != 2 || got[1] != "Ông/bà head: TC1: đạt, TC2: chưa đạt, TC6: không áp dụng" {
			t.Errorf("history %q", got)
		}
		if c := head.Post(home, form).Header.Get("Set-Cookie"); !strings.Contains(c, "done_none") {
			t.Errorf("second time: %q", c)
		}
		// A refused sheet comes back with everything that was ticked.
		form.Set("a.VH1", "-")
		form.Set("a.HG7", "1")
		again := head.Post(home, form).Is(422).Has(".notice", "áp dụng cho mọi số nhà")
		for name, value := range map[string]string{"a.HG7": "1", "a.TC2": "0"} {
			if _, ok := again.Doc().Find(`input[name="` + name + `"][value="` + value + `"]`).Attr("checked"); !ok {
				t.Errorf("%s=%s was lost", name, value)
			}
		}
		head.Post(home, url.Values{"opened": {"xx"}}).Is(422)
	})
}

// Two people answer the same item: nothing is overwritten, both versions are shown, and the chosen one is saved.
func TestTwoVersionsOfAnAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, lead, home := s.As("head"), s.As("group lead"), sheetURL(s)
		opened := head.Get(home).OK().Value("opened")
		base := head.Get(home + "/VH1").OK().Value("base")
		lead.Post(home+"/VH1", answer("1")).Goes()
		stored := func() criteria.Value {
			t.Helper()
			a, err := s.Assessments.Get(t.Context(), s.Actor("head"), s.House[bac])
			if err != nil {
				t.Fatal(err)
			}
			return a.Answers.At(0)
		}
		for path, form := range map[string]url.Values{
			home + "/VH1": {"answer": {"2"}, "base": {base}},
			home:          {"a.VH1": {"2"}, "a.TC1": {"2"}, "opened": {opened}},
		} {
			two := head.Post(path, form).Is(409).Has("h1", "Hai bản").Has("legend", "VH1").Has(".note", "Một phần").Has(".note", "Đạt")
			if stored() != criteria.Partly {
				t.Fatal("overwritten silently")
			}
			r := head.With("Accept", "application/json").Post(path, form).Is(409)
			if body := string(r.Body); !strings.Contains(body, `"lines":[{"name":`) || !strings.Contains(body, `"base":[[`) {
				t.Errorf("as data: %s", body)
			}
			// The choice, as the page sends it: without a script, all that was typed is carried along.
			chosen := url.Values{}
			two.Doc().Find("main form input").Each(func(_ int, f *goquery.Selection) {
				name, value := f.AttrOr("name", ""), f.AttrOr("value", "")
				if _, checked := f.Attr("checked"); f.AttrOr("type", "") == "hidden" || checked {
					chosen.Add(name, value)
				}
			})
			head.Post(path, chosen).Goes()
			if stored() != criteria.Pass {
				t.Errorf("%s: the chosen version is not saved: %v", path, stored())
			}
			lead.Post(home+"/VH1", answer("1")).Goes() // for the next round
		}
		// The same answer twice is no conflict, and a form without a base (paper, command line) counts as before.
		head.Post(home+"/VH1", url.Values{"answer": {"1"}, "base": {base}}).Goes()
		head.Post(home+"/VH1", answer("0")).Goes()
	})
}

func TestPhasesAndInspectionCloseTheSheet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, house, home := t.Context(), s.House[bac], sheetURL(s)
		for phase, open := range map[campaigns.Phase]bool{campaigns.Open: false, campaigns.Assess: true, campaigns.Inspect: true, campaigns.Review: false, campaigns.Publish: false, campaigns.Closed: false} {
			s.Phase(phase)
			_, err := s.Assessments.Answer(ctx, s.Actor("head"), house, "VH1", criteria.Partly)
			if open != (err == nil) || (!open && !fault.Is(err, fault.Closed)) {
				t.Errorf("%s: %v", phase, err)
			}
			r := s.As("head").Get(home).OK()
			if !open {
				r.Has(".notice", "Đợt").Lacks("a.btn.primary", "câu")
			}
		}
		s.Phase(campaigns.Inspect)
		whole := fill(s.Set, nil)
		if err := d.Write(ctx, s.System(), func(tx *db.Tx) error {
			if err := s.Results.Assessed(ctx, tx, s.Campaign.ID, house, whole); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `update results as r set stage = 'proposed' where {scope r.house} and r.house_id = $1`, house)
			if err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Assessments.Answer(ctx, s.Actor("head"), house, "VH1", criteria.Pass); !fault.Is(err, fault.Closed) {
			t.Errorf("answered after the inspection: %v", err)
		}
		s.As("head").Get(home).OK().Has(".notice", "đã được kiểm tra")
		s.As("head").Post(home+"/VH1", answer("2")).Is(422).Has("body", "đã được kiểm tra")
		s.As("head").Post(home, url.Values{"opened": {string(s.Set.Blank())}, "a.VH1": {"2"}}).Is(422).Has(".notice", "đã được kiểm tra")
	})
}

func TestPledges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, house := t.Context(), s.House[bac]
		head, path := s.As("head"), "/houses/"+house+"/pledges"
		head.Get(path).OK().Has("main", "tự nguyện").Has(".figure-line", "0/14 hộ")
		head.Post(path, url.Values{"do": {"sign"}, "on": {"2020-13-40"}, "channel": {"phone"}}).Is(422).Has(".error-text", "ít nhất một hộ").Has(".error-text", "ngày/tháng/năm")
		bad := head.Post(path, url.Values{"do": {"sign"}, "household": {"H02", "H05"}, "on": {"2099-01-01"}, "channel": {"phone"}}).Is(422).Has(".error-text", "chưa tới")
		for _, h := range []string{"H02", "H05"} {
			if _, ok := bad.Doc().Find(`input[value="` + h + `"][type="checkbox"]`).Attr("checked"); !ok {
				t.Errorf("%s was lost", h)
			}
		}
		head.Post(path, url.Values{"do": {"sign"}, "household": {"H02", "H05"}, "on": {"2026-02-05"}, "channel": {"paper"}}).Follow().OK().Has(".figure-line", "2/14 hộ").Has("tr", "Đã ký 05/02/2026")
		tally := func() int {
			var n int
			if err := d.Read(ctx, s.System(), func(tx *db.Tx) error {
				_, whole, err := results.TalliesTx(ctx, tx, s.Campaign.ID)
				n = whole.Pledged
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if tally() != 2 {
			t.Errorf("tally %d", tally())
		}
		// A count takes over while it is larger than what is entered singly; it cannot be smaller.
		head.Post(path, url.Values{"do": {"count"}, "count": {"1"}}).Is(422).Has(".error-text", "không thể ít hơn 2")
		head.Post(path, url.Values{"do": {"count"}, "count": {"15"}}).Is(422).Has(".error-text", "từ 0 đến 14")
		head.Post(path, url.Values{"do": {"count"}, "count": {"12"}}).Follow().OK().Has(".figure-line", "12/14").Has("main", "theo tổng số đã nhập")
		// Entering one of the counted households singly keeps the number.
		number := func(want int) {
			t.Helper()
			p, err := s.Assessments.Pledges(ctx, s.Actor("head"), house)
			if err != nil || p.Pledged != want || tally() != want {
				t.Errorf("pledged %d, tally %d, want %d, %v", p.Pledged, tally(), want, err)
			}
		}
		sign := func(h string) {
			t.Helper()
			if err := s.Assessments.Sign(ctx, s.Actor("head"), house, assessments.Signing{Households: []string{h}, On: "2026-03-01", Channel: assessments.Phone}); err != nil {
				t.Fatal(err)
			}
		}
		withdraw := func(h string) {
			t.Helper()
			if err := s.Assessments.Withdraw(ctx, s.Actor("head"), house, h); err != nil {
				t.Fatal(err)
			}
		}
		sign("H03")
		number(12)
		withdraw("H03")
		number(11)
		withdraw("H03")
		number(11)
		withdraw("H09") // only counted so far
		number(10)
		sign("H09")
		number(11)
		sign("H09")
		number(11)
		head.Get(path).OK().Has("tr", "Đã rút")
		if err := s.Assessments.Withdraw(ctx, s.Actor("head"), house, "H77"); !fault.Is(err, fault.Missing) {
			t.Errorf("withdrew a household that is not there: %v", err)
		}
		// The house shrinks: what was signed stays visible and can be withdrawn.
		if err := d.Write(ctx, s.System(), func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `update houses as h set households = 4 where {scope h} and h.id = $1`, house); err != nil {
				return err
			}
			return tx.Audit(ctx, db.Entry{Action: "test"})
		}); err != nil {
			t.Fatal(err)
		}
		head.Get(path).OK().Has(".notice", "Hồ sơ nay có 4 hộ").Has("tr", "không còn trong hồ sơ")
		withdraw("H09")
		number(4)
		// Later phases take no signature, but a household may withdraw until the close.
		s.Phase(campaigns.Publish)
		if err := s.Assessments.Sign(ctx, s.Actor("head"), house, assessments.Signing{Households: []string{"H01"}, On: "2026-03-01", Channel: assessments.Paper}); !fault.Is(err, fault.Closed) {
			t.Errorf("signed while published: %v", err)
		}
		head.Post(path, url.Values{"do": {"withdraw"}, "household": {"H02"}}).Follow().OK().Has(".notice", "Đợt").Has(".figure-line", "3/4")
		s.Phase(campaigns.Closed)
		head.Post(path, url.Values{"do": {"withdraw"}, "household": {"H05"}}).Is(422)
		if got := history(t, s, "pledge.withdraw"); len(got) != 4 || got[0] != "Ông/bà head: H03: đã rút (11/14 hộ)" {
			t.Errorf("history %q", got)
		}
	})
}

func TestAHouseWithoutSignaturesHasNothingToWithdraw(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	path := "/houses/" + s.House[bac] + "/pledges"
	s.As("head").Post(path, url.Values{"do": {"withdraw"}, "household": {"H01"}}).Is(422).Has("body", "chưa ký")
}

// TestWhoReachesASheet walks people × pages: a sheet outside one's reach is not found, in every way of asking.
func TestWhoReachesASheet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		house := s.House[bac]
		pages := []string{"/assessment", "/assessment/VH1", "/assessment/send", "/pledges"}
		forms := map[string]url.Values{
			"/assessment": {"opened": {string(s.Set.Blank())}, "a.VH2": {"1"}}, "/assessment/VH1": answer("1"), "/assessment/send": {},
			"/pledges": {"do": {"count"}, "count": {"3"}},
		}
		for _, person := range apptest.People() {
			own := person == "head" || person == "group lead"
			for _, path := range pages {
				want := 404
				if own {
					want = 200
				}
				if person == "visitor" {
					want = 303
				}
				if got := s.As(person).Get("/houses/" + house + path); got.Status != want {
					t.Errorf("GET %s as %s: %d, want %d", path, person, got.Status, want)
				}
			}
			if own || person == "visitor" {
				continue
			}
			for path, form := range forms {
				if got := s.As(person).Post("/houses/"+house+path, form); got.Status != 404 {
					t.Errorf("POST %s as %s: %d", path, person, got.Status)
				}
			}
		}
		for _, path := range pages {
			s.As("head").Get("/houses/" + s.OtherHouse + path).Is(404)
			s.As("head").Get("/houses/nonsense" + path).Is(404)
		}
		a, err := s.Assessments.Get(t.Context(), s.Actor("head"), house)
		if err != nil || a.Answered != 0 || a.Pledged != 0 {
			t.Errorf("a stranger wrote: %+v %v", a, err)
		}
	})
}

func TestPagesInEnglish(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	head := s.As("head").With("Cookie", "lang=en")
	for _, path := range []string{"", "/VH1", "/send"} {
		head.Get(sheetURL(s)+path).OK().Lacks("body", "⟦")
	}
	head.Get("/houses/"+s.House[bac]+"/pledges").OK().Lacks("body", "⟦")
}
