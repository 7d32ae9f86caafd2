package twins_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/twins"
)

const bac = "36A Hàng Bạc"

func printed(t *testing.T, s *apptest.Site, person string, c twins.Choice) *twins.Run {
	t.Helper()
	run, err := s.Twins.Prepare(t.Context(), s.Actor(person), c)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// sheet is a form as somebody enters it from paper: every item met, but the ones given.
func sheet(s *apptest.Site, prefix string, other map[string]string) url.Values {
	v := url.Values{"opened": {string(s.Set.Blank())}, "version": {"0"}, "on": {string(civil.DayOf(s.DB.Now()))}, "by": {"head"}}
	for i := range s.Set.Len() {
		item, _ := s.Set.Item(i)
		v.Set(prefix+item.Code, "2")
	}
	for code, answer := range other {
		v.Set(prefix+code, answer)
	}
	return v
}

func TestACodeLeadsToItsFormAndStaysTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		choice := twins.Choice{Form: twins.Assessment, House: s.House[bac]}
		code := printed(t, s, "head", choice).Codes()[0]
		if again := printed(t, s, "command", choice).Codes()[0]; again != code {
			t.Errorf("printed again: %s, before %s", again, code)
		}
		if other := printed(t, s, "head", twins.Choice{Form: twins.Inspection, House: s.House[bac]}).Codes()[0]; other == code {
			t.Error("another form has the same code")
		}
		entry := "/houses/" + s.House[bac] + "/paper/assessment?year=2026"
		if to := s.As("head").Get("/t/" + string(code)).Goes(); to != entry {
			t.Errorf("the code leads to %s", to)
		}
		typed := strings.ToLower(strings.ReplaceAll(code.Shown(), "0", "o"))
		if to := s.As("group lead").Get("/t?q=" + url.QueryEscape(typed)).Goes(); to != entry {
			t.Errorf("typed as %s it leads to %s", typed, to)
		}
		// Who does not enter the form is told who does; who does not reach the house learns nothing.
		s.As("officer").Get("/t/"+string(code)).OK().Has(".notice", "Trưởng số nhà hoặc tổ trưởng").Has("a.btn.primary", bac)
		for _, stranger := range []string{"other head", "other officer", "other command", "administrator"} {
			s.As(stranger).Get("/t/" + string(code)).Is(404)
		}
		if to := s.As("visitor").Get("/t/" + string(code)).Goes(); !strings.HasPrefix(to, "/sign-in?next=%2Ft%2F") {
			t.Errorf("a visitor goes to %s", to)
		}
		s.As("head").Get("/search?q="+code.Shown()).OK().Has(".notice a", code.Shown())
	})
}

func TestASheetOfEachHouseInWalkingOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		run := printed(t, s, "officer", twins.Choice{Form: twins.Pledge})
		// The officer's beat: 12/5, 36 and 36A with 1, 3 and 14 households, in the order of the street.
		var doors []string
		for i := range run.Houses {
			doors = append(doors, run.Houses[i].Number)
		}
		if got := strings.Join(doors, " "); got != "12/5 36 36A" || run.Sheets() != 18 {
			t.Errorf("houses %q, %d sheets", got, run.Sheets())
		}
		one := printed(t, s, "head", twins.Choice{Form: twins.Pledge, House: s.House[bac], Household: "H03"})
		if one.Sheets() != 1 || one.Codes()[0] != run.Codes()[6] {
			t.Errorf("%d sheets of H03, code %s", one.Sheets(), one.Codes()[0])
		}
		if _, err := s.Twins.Prepare(t.Context(), s.Actor("head"), twins.Choice{Form: twins.Pledge, House: s.House[bac], Household: "H99"}); !fault.Is(err, fault.Missing) {
			t.Errorf("a household that is not there: %v", err)
		}
		if _, err := s.Twins.Prepare(t.Context(), s.Actor("head"), twins.Choice{Form: twins.Pledge, House: s.House["9 Hàng Bạc"]}); !fault.Is(err, fault.Missing) {
			t.Errorf("a house out of reach: %v", err)
		}
		if file := s.As("officer").Get("/forms/sheets.pdf?form=pledge&where=all").OK(); !strings.HasPrefix(string(file.Body), "%PDF-") {
			t.Errorf("no PDF: %.40s", file.Body)
		}
		s.As("officer").Get("/forms/sheets.pdf?form=pledge&where=street:" + db.NewID()).Is(404)
		s.As("officer").Get("/forms").OK().Has("option", "3 số nhà")
	})
}

func TestASelfAssessmentIsEnteredFromPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		lead, entry := s.As("group lead"), "/houses/"+s.House[bac]+"/paper/assessment"
		page := lead.Get(entry).OK().Has("h1", bac).Has(".paper-count", "Phiếu có 42 mục, đã nhập 0")
		if n := page.Doc().Find("[data-grid-row]").Length(); n != 42 {
			t.Errorf("%d rows", n)
		}
		// What is refused keeps all that was typed.
		form := sheet(s, "a.", map[string]string{"VH1": "-", "TC2": "0"})
		form.Set("on", "2090-01-01")
		again := lead.Post(entry, form).Is(422).Has("main", "VH1").Has("main", "chưa tới")
		if v, _ := again.Doc().Find(`input[name="a.TC2"][checked]`).Attr("value"); v != "0" {
			t.Errorf("TC2 came back as %q", v)
		}
		// A sheet that lacks two answers is kept and says which; the whole one is sent, and the next one begins.
		part := sheet(s, "a.", nil)
		part.Del("a.VH3")
		part.Del("a.HG7")
		part.Set("by", "lead")
		lead.Post(entry, part).Follow().OK().Has(".notice", "đã nhập 40").Has(".notice", "VH3, HG7")
		form = sheet(s, "a.", map[string]string{"TC2": "1"})
		form.Set("by", "lead")
		next := lead.Post(entry, form).Follow().OK().Has("main", "36A Hàng Bạc: phiếu có 42 mục, đã nhập 42")
		if next.Value("by") != "lead" || next.Value("form") != "assessment" || next.Value("on") == "" {
			t.Error("the next sheet of the pile does not keep day and author")
		}
		if to := lead.Get("/t?form=assessment&on=2026-09-12&q=12/5").Goes(); to != "/houses/"+s.House["12/5 Hàng Bạc"]+"/paper/assessment?on=2026-09-12" {
			t.Errorf("the next house number leads to %s", to)
		}
		lead.Get("/houses/"+s.House[bac]+"/assessment").OK().Has("main", "nhập thay").Has("main", "Đã gửi lúc")
		lead.Get("/houses/"+s.House[bac]+"/history").OK().Has("main", "từ phiếu giấy ngày").Has("main", "tổ trưởng ghi")
		lead.Get(entry+"?year=2025").OK().Has(".notice", "đợt năm 2025").Lacks("button", "Lưu phiếu")
		s.As("other group lead").Post(entry, form).Is(404)

		s.Phase(campaigns.Publish)
		lead.Post(entry, form).Is(422)
	})
}

func TestAnInspectionIsEnteredFromPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		officer, entry := s.As("officer"), "/houses/"+s.House[bac]+"/paper/inspection"
		officer.Get(entry).OK().Has("h1", "Phiếu kiểm tra").Has("textarea[name=members]", "Ông/bà officer")
		// A refused sheet begins no inspection.
		form := sheet(s, "f.", map[string]string{"VH1": "-"})
		form.Set("kind", "planned")
		form.Set("members", "Cảnh sát khu vực A")
		officer.Post(entry, form).Is(422).Has("main", "VH1")
		if i, err := s.Inspections.Coming(t.Context(), s.Actor("officer"), s.House[bac]); err != nil || i.ID != "" {
			t.Fatalf("begun all the same: %q %v", i.ID, err)
		}
		form.Set("f.VH1", "2")
		form.Set("f.TC2", "0")
		to := officer.Post(entry, form).Goes()
		if !strings.HasSuffix(to, "/finish") {
			t.Fatalf("leads to %s", to)
		}
		i, err := s.Inspections.Coming(t.Context(), s.Actor("officer"), s.House[bac])
		if err != nil || len(i.Shortcomings) != 1 || i.Shortcomings[0].Item != "TC2" || i.Shortcomings[0].Measure == "" {
			t.Fatalf("shortcomings %+v %v", i.Shortcomings, err)
		}
		officer.Get("/houses/"+s.House[bac]+"/history").OK().Has("main", "từ phiếu giấy: VH1")
		// Somebody else's screen, opened before, does not write over it.
		officer.Post(entry, form).Is(422).Has("main", "Phiếu vừa được")
		s.As("head").Get(entry).Is(404)
	})
}

func TestPledgesAreEnteredFromPaper(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	head, entry := s.As("head"), "/houses/"+s.House[bac]+"/paper/pledge"
	code := printed(t, s, "head", twins.Choice{Form: twins.Pledge, House: s.House[bac], Household: "H03"}).Codes()[0]
	page := head.Get("/t/" + string(code)).Follow().OK()
	if v, _ := page.Doc().Find("input[name=household][checked]").Attr("value"); v != "H03" {
		t.Errorf("the sheet's household is not chosen: %q", v)
	}
	head.Post(entry, url.Values{"household": {"H03"}}).Is(422)
	today := string(civil.DayOf(s.DB.Now()))
	if to := head.Post(entry, url.Values{"household": {"H03"}, "on": {today}}).Goes(); !strings.Contains(to, "form=pledge") {
		t.Errorf("leads to %s", to)
	}
	head.Get("/t/"+string(code)).Follow().OK().Has(".notice", "H03 đã được ghi ký")
	head.Get("/houses/"+s.House[bac]+"/pledges").OK().Has("td", "Trên giấy")
}
