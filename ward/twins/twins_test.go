package twins_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/households"
	"sonha/ward/logbook"
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
		officer.Get(entry).OK().Has("h1", "Nhập phiếu kiểm tra, 36A Hàng Bạc").Has("textarea[name=members]", "Ông/bà officer")
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

	// Which text was signed is kept: the sheet carries its version.
	version := head.Get(entry).OK().Value("text")
	if version != strconv.Itoa(assessments.PledgeToday().Version) {
		t.Errorf("the sheet is of version %q", version)
	}
	head.Post(entry, url.Values{"household": {"H01"}, "on": {today}, "text": {version}}).Goes()
	mine, err := s.Assessments.Mine(t.Context(), s.Actor("household"))
	if err != nil || mine.Version != assessments.PledgeToday().Version {
		t.Errorf("version %d was signed: %v", mine.Version, err)
	}
}

func TestAHouseholdsAnswersAreEnteredFromPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		lead, entry := s.As("group lead"), "/houses/"+s.House[bac]+"/paper/household"
		code := printed(t, s, "head", twins.Choice{Form: twins.Household, House: s.House[bac], Household: "H03"}).Codes()[0]
		page := lead.Get("/t/"+string(code)).Follow().OK().Has("h1", "Nhập phiếu của hộ")
		if v, _ := page.Doc().Find("option[selected]").Attr("value"); v != "H03" {
			t.Error("the sheet's household is not chosen")
		}
		questions := households.Questions(s.Set)
		form := url.Values{"household": {"H03"}}
		for _, q := range questions[1:] {
			form.Set("a."+q.Code, "2")
		}
		// A question was left out: the others stay on the screen.
		again := lead.Post(entry, form).Is(422).Has("main", "Còn 1 câu")
		if n := again.Doc().Find("input[checked]").Length(); n != len(questions)-1 {
			t.Errorf("%d answers came back", n)
		}
		form.Set("a."+questions[0].Code, "-")
		lead.Post(entry, form).Follow().OK().Has("h1", "Nhập phiếu giấy")
		lead.Get("/houses/"+s.House[bac]+"/answers").OK().Has("main", "1 trên 14 hộ")
		lead.Post(entry, form).Is(422).Has("main", "H03 đã trả lời rồi")
		s.As("officer").Get(entry).Is(404)
		s.As("other head").Post(entry, form).Is(404)
	})
}

func TestAPageOfTheLogIsEnteredFromPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, entry := s.As("head"), "/houses/"+s.House[bac]+"/paper/log"
		code := printed(t, s, "officer", twins.Choice{Form: twins.Log, House: s.House[bac]}).Codes()[0]
		head.Get("/t/"+string(code)).Follow().OK().Has("h1", "Nhập trang nhật ký")
		s.As("group lead").Get("/t/"+string(code)).OK().Has(".notice", "Trưởng hoặc phó trưởng số nhà")
		head.Post(entry, url.Values{}).Is(422).Has("main", "ít nhất một dòng")
		today := string(civil.DayOf(s.DB.Now()))
		page := url.Values{
			"0.on": {today}, "0.kind": {"routine"}, "0.text": {"Kiểm tra cổng, đèn cầu thang"},
			"2.kind": {"infrastructure"}, "2.text": {"Anh Nguyễn Văn Hùng làm hỏng khóa"}, // the day of the line before
		}
		// One line names a person: nothing of the page is written, and it says which line it is.
		again := head.Post(entry, page).Is(422).Has("main", "Dòng 3").Has("main", "tên người")
		if v, _ := again.Doc().Find(`input[name="0.text"]`).Attr("value"); v != "Kiểm tra cổng, đèn cầu thang" {
			t.Errorf("what was typed is lost: %q", v)
		}
		page.Set("2.text", "Khóa cổng hỏng")
		head.Post(entry, page).Follow().OK().Has("h1", "Nhập phiếu giấy")
		l, err := s.Logbook.Log(t.Context(), s.Actor("head"), s.House[bac], logbook.Filter{})
		if err != nil || len(l.Entries) != 2 || string(l.Entries[0].On) != today || string(l.Entries[1].On) != today {
			t.Errorf("%+v %v", l.Entries, err)
		}
		s.As("group lead").Get(entry).Is(404)
	})
}

func TestAMonthlyReportIsEnteredFromPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		head, month := s.As("head"), logbook.MonthOf(civil.DayOf(s.DB.Now()))
		code := printed(t, s, "head", twins.Choice{Form: twins.Month, House: s.House[bac]}).Codes()[0]
		if next := printed(t, s, "head", twins.Choice{Form: twins.Month, Month: month.Back(1), House: s.House[bac]}).Codes()[0]; next == code {
			t.Error("another month has the same code")
		}
		report := "/houses/" + s.House[bac] + "/monthly/" + string(month)
		if to := head.Get("/t/" + string(code)).Goes(); to != report+"?paper=1" {
			t.Fatalf("the code leads to %s", to)
		}
		form := url.Values{"do": {"send"}, "paper": {"1"}, "households": {"14"}}
		for _, name := range logbook.CountFields()[1:] {
			form.Set(name, "0")
		}
		for _, c := range logbook.Contents() {
			form.Set("light."+c, "g")
		}
		form.Set("light.TC", "y")
		if n := head.Post(report, form).Is(422).Doc().Find("input[name=paper]").Length(); n != 1 {
			t.Error("a refused report forgets that it comes from paper")
		}
		form.Set("reason", "tc_light")
		head.Post(report, form).Follow().OK().Has("h1", "Nhập phiếu giấy")
		if to := head.Get("/t?form=month:" + string(month) + "&q=36A").Goes(); to != report+"?paper=1" {
			t.Errorf("the next house number leads to %s", to)
		}
		s.As("head").Get("/forms").OK().Has("option", "Báo cáo tháng "+month.Text())
		if file := s.As("officer").Get("/forms/sheets.pdf?where=all&form=month:" + string(month)).OK(); !strings.HasPrefix(string(file.Body), "%PDF-") {
			t.Errorf("no PDF: %.40s", file.Body)
		}
	})
}

// A code opens nothing to who sees no houses, not even in the own group.
func TestACodeTellsNothingToWhoSeesNoHouses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		run := printed(t, s, "head", twins.Choice{Form: twins.Assessment, House: s.House[bac]})
		code := run.Codes()[0]
		if _, err := s.Twins.Find(t.Context(), s.Actor("head"), code); err != nil {
			t.Fatal(err)
		}
		for _, person := range []string{"mediator", "household", "committee", "administrator", "city"} {
			if x, err := s.Twins.Find(t.Context(), s.Actor(person), code); !fault.Is(err, fault.Missing) || x.Address != "" {
				t.Errorf("%s finds %q, %v", person, x.Address, err)
			}
		}
	})
}
