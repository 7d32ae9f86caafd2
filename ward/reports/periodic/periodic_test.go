package periodic_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/reports/periodic"
	"sonha/ward/results"
)

func morning(day string) time.Time { return civil.Day(day).Time().Add(9 * time.Hour) }

func site(t *testing.T, fn func(t *testing.T, s *apptest.Site, to func(day string))) {
	t.Helper()
	t.Parallel()
	dbtest.EachAt(t, morning("2026-09-28"), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := apptest.New(t, d)
		s.Enrol()
		fn(t, s, func(day string) { c.Set(morning(day)) })
	})
}

func begin(group, period string) url.Values {
	return url.Values{"group": {group}, "period": {period}, "basis": {"decree"}}
}

// inspect gives a house a result of the campaign.
func inspect(t *testing.T, s *apptest.Site, house string, class criteria.Class, on civil.Day) {
	t.Helper()
	a := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	if class != criteria.Safe {
		for i := range s.Set.Contents[1].Items {
			a = a.With(s.Set.Index(s.Set.Contents[1].Items[i].Code), criteria.Fail)
		}
	}
	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		if err := s.Results.Inspected(t.Context(), tx, results.Outcome{Campaign: s.Campaign.ID, House: s.House[house], Self: a, Found: a, On: on, Class: class}); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house]})
	}); err != nil {
		t.Fatal(err)
	}
}

// inspected is a ward of which six houses were inspected, five of them in the third quarter.
func inspected(t *testing.T, s *apptest.Site) {
	t.Helper()
	inspect(t, s, "9 Hàng Bạc", criteria.Safe, "2026-06-01")
	for _, house := range []string{"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "100 Đinh Liệt"} {
		inspect(t, s, house, criteria.Safe, "2026-07-10")
	}
	inspect(t, s, "6 bis Đinh Liệt", criteria.NotSafe, "2026-08-02")
}

// told is what a reader of the JSON knows, with field names of its own, so that a renamed key fails.
type told struct {
	Headline string `json:"headline"`
	Figures  []struct {
		No    int    `json:"no"`
		Key   string `json:"key"`
		Label string `json:"label"`
		Value *int   `json:"value"`
		Of    *int   `json:"of"`
		Text  string `json:"text"`
		How   string `json:"how"`
	} `json:"figures"`
	Tables []struct {
		Title string `json:"title"`
		Rows  [][]struct {
			Text string   `json:"text"`
			N    *float64 `json:"n"`
		} `json:"rows"`
	} `json:"tables"`
	Remarks map[string]string `json:"remarks"`
}

func (j *told) value(t *testing.T, key string) int {
	t.Helper()
	for _, f := range j.Figures {
		if f.Key == key && f.Value != nil {
			return *f.Value
		}
	}
	t.Fatalf("no figure %s", key)
	return 0
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

func read(t *testing.T, b *apptest.Browser, home string) *told {
	t.Helper()
	var j told
	if err := json.Unmarshal(b.Get(home+"/report.json").OK().Body, &j); err != nil {
		t.Fatal(err)
	}
	return &j
}

func TestFourOutputsAgreeOnEveryFigureOfAQuarter(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		inspected(t, s)
		desk := s.As("command")
		home := desk.Post("/reports/periodic", begin("ward", "2026-Q3")).Goes()
		j := read(t, desk, home)
		for key, want := range map[string]int{"houses": 8, "inspected": 6, "inspected_in": 5, "safe": 5, "not_safe": 1, "conditional": 0} {
			if got := j.value(t, key); got != want {
				t.Errorf("%s is %d, the rows say %d", key, got, want)
			}
		}
		if want := "Đã kiểm tra 6/8 hồ sơ; 5 số nhà đạt an toàn (83,3 %)."; collapse(j.Headline) != want {
			t.Errorf("the headline: %s", j.Headline)
		}
		page := desk.Get(home).OK()
		page.Doc().Find(".paper td, .paper th, .paper p, .paper li").Each(func(_ int, x *goquery.Selection) { x.AppendHtml(" ") })
		documents := map[string]string{
			"page": collapse(page.Doc().Find(".paper").Text()),
			"docx": docxText(t, desk.Get(home+"/report.docx").OK().Body),
			"xlsx": sheetText(t, desk.Get(home+"/report.xlsx").OK().Body),
		}
		if len(j.Figures) < 15 || len(j.Tables) < 3 {
			t.Fatalf("only %d figures, %d tables", len(j.Figures), len(j.Tables))
		}
		for name, text := range documents {
			for _, f := range j.Figures {
				want := strconv.Itoa(f.No) + " " + f.Label + " " + f.Text + " " + f.How
				if name == "xlsx" {
					want = strconv.Itoa(f.No) + " " + f.Label + " " + cell(f.Value) + " " + cell(f.Of)
				}
				if !strings.Contains(text, collapse(want)) {
					t.Errorf("%s does not say %q", name, collapse(want))
				}
			}
			for _, table := range j.Tables {
				for _, row := range table.Rows {
					want := ""
					for _, c := range row {
						if want += " " + c.Text; name == "xlsx" && c.N != nil {
							want = strings.TrimSuffix(want, c.Text) + strconv.FormatFloat(*c.N, 'f', -1, 64)
						}
					}
					if !strings.Contains(text, collapse(want)) {
						t.Errorf("%s, %s: no line %q", name, table.Title, collapse(want))
					}
				}
			}
		}
		// Each figure of the text leads to its source, and that to its rows.
		page.Doc().Find(".paper a[href^='#so-']").Each(func(_ int, a *goquery.Selection) {
			if page.Doc().Find(a.AttrOr("href", "")).Length() != 1 {
				t.Errorf("%s leads nowhere", a.AttrOr("href", ""))
			}
		})
		rows, _ := page.Doc().Find(".sources tr:contains('Số nhà đạt an toàn') a").First().Attr("href")
		if n := desk.Get(rows).OK().Doc().Find("tbody tr").Length(); n != 5 {
			t.Errorf("%s lists %d houses, the report says 5", rows, n)
		}
	})
}

func cell(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// docxText is the text of a Word document, one space between cells and paragraphs.
func docxText(t *testing.T, docx []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	d, inside := xml.NewDecoder(f), false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return collapse(b.String())
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local == "t"
		case xml.EndElement:
			if inside = false; x.Name.Local == "p" {
				b.WriteByte(' ')
			}
		case xml.CharData:
			if inside {
				b.Write(x)
			}
		}
	}
}

// sheetText is the text of a workbook, one space between cells.
func sheetText(t *testing.T, body []byte) string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(body), int64(len(body)), "bao-cao.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, sh := range book.Sheets {
		for row, err := range book.Rows(sh) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				b.WriteString(c.Text + " ")
			}
		}
	}
	return collapse(civil.NFC(b.String()))
}

func TestWhatIsSignedNeverChanges(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, to func(string)) {
		inspected(t, s)
		desk, committee := s.As("command"), s.As("committee")
		desk.Post("/reports/periodic", begin("ward", "2027-Q1")).Is(422).Has("main", "Kỳ này chưa bắt đầu")
		desk.Post("/reports/periodic", begin("ward", "2026-07")).Is(422).Has("#f-period-error", "tổ dân phố theo tháng")
		home := desk.Post("/reports/periodic", begin("ward", "2026-Q3")).Goes()
		desk.Post("/reports/periodic", begin("ward", "2026-Q3")).Is(422).Has("main", "Kỳ này đã có báo cáo BCĐK-01/2026")

		// Remarks name nobody; what was typed stands there still. A section that is left out is in no file.
		form := url.Values{"arranged": {"1"}, "version": {desk.Get(home).Value("version")}, "section": {"contents", "sources"}, "plans": {"Bà Hoa P302 phải tắt đèn"}}
		desk.Post(home+"/arrange", form).Is(422).Has("#f-plans-error", "").Has("textarea", "Bà Hoa P302")
		form.Set("plans", "Kiểm tra đèn lối chung trước mùa đông")
		desk.Post(home+"/arrange", form).Follow().OK().Has(".paper", "Kiểm tra đèn lối chung").Lacks(".paper", "Nhận").Has(".paper", "Ba tự phòng")
		if text := sheetText(t, desk.Get(home+"/report.xlsx").OK().Body); strings.Contains(text, "Đề xuất") {
			t.Errorf("the workbook holds what was left out: %s", text)
		}

		// A draft keeps its figures until they are pulled again; nobody signs what he has not seen.
		inspect(t, s, "12/5/7 Đinh Liệt", criteria.Safe, "2026-09-10")
		desk.Get(home).OK().Has(".paper", "Đã kiểm tra 6/8 hồ sơ")
		seen := desk.Get(home).Value("version")
		desk.Post(home+"/pull", url.Values{}).Follow().OK().Has(".paper", "Đã kiểm tra 7/8 hồ sơ")
		desk.Post(home+"/sign", url.Values{"version": {seen}}).Is(422).Has("main", "Người khác vừa sửa")
		committee.Get(home).OK().Has(".paper", "ỦY BAN NHÂN DÂN PHƯỜNG")
		s.As("officer").Get(home).Is(404)
		s.As("group lead").Get(home).Is(404)
		desk.Post(home+"/sign", url.Values{"version": {desk.Get(home).Value("version")}}).Follow().OK().Has("main", "Mã nội dung").Lacks("button", "Ký báo cáo")

		kept := map[string][]byte{}
		for _, f := range periodic.Formats() {
			kept[string(f)] = desk.Get(home + "/report." + string(f)).OK().Body
		}
		to("2026-10-20")
		inspect(t, s, "13-15 Đinh Liệt", criteria.NotSafe, "2026-10-19")
		desk.Get(home).OK().Has(".paper", "Đã kiểm tra 7/8 hồ sơ")
		for f, body := range kept {
			if !bytes.Equal(body, committee.Get(home+"/report."+f).OK().Body) {
				t.Errorf("%s is not the file that was signed", f)
			}
		}
		for _, path := range []string{"/pull", "/sign", "/drop", "/arrange"} {
			desk.Post(home+path, url.Values{"version": {"9"}}).Is(422).Has("main", "đã ký")
		}
	})
}

func TestAGroupReportsItsMonth(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		inspected(t, s)
		lead := s.As("group lead")
		lead.Get("/reports/periodic/new").OK().Has("option", "Tổ dân phố 1").Lacks("option", "Toàn phường").Lacks("option", "Tổ dân phố 2").Lacks("option", "Quý")
		lead.Post("/reports/periodic", begin(s.Group["Tổ dân phố 2"], "2026-09")).Is(422)
		lead.Post("/reports/periodic", begin("ward", "2026-Q3")).Is(422)
		home := lead.Post("/reports/periodic", begin(s.Group["Tổ dân phố 1"], "2026-09")).Goes()
		for _, person := range []string{"other group lead", "committee", "officer", "head"} {
			s.As(person).Get(home).Is(404)
		}
		page := lead.Get(home).OK().Has(".paper", "tháng 9 năm 2026").Lacks(".paper", "/BC-CAP").Lacks(".paper", "Đinh Liệt")
		// Of four inspected houses no result is told.
		page.Has(".paper", "Mới kiểm tra dưới 5 số nhà").Lacks(".paper", "đạt an toàn (")
		if j := read(t, lead, home); j.value(t, "houses") != 4 || j.value(t, "inspected") != 4 {
			t.Errorf("%+v", j.Figures)
		}
	})
}

// Small groups are told to nobody, whoever writes the report: it leaves the ward.
func TestSmallGroupsStayUntold(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		inspected(t, s)
		desk := s.As("command")
		j := read(t, desk, desk.Post("/reports/periodic", begin("ward", "2026-Q3")).Goes())
		for _, table := range j.Tables {
			if table.Title != "Kết quả theo tổ dân phố" {
				continue
			}
			for _, row := range table.Rows[:2] {
				if row[5].Text != "–" || row[9].Text != "–" {
					t.Errorf("%s is told: %+v", row[1].Text, row)
				}
			}
			return
		}
		t.Error("no annex by group")
	})
}

// The periods of a kind follow one another without a gap and fill the year, on both bases; a code is read back.
func TestPeriodsFillTheYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(1991, 2198).Draw(t, "year")
		basis := rapid.SampledFrom([]periodic.Basis{periodic.Decree, periodic.Calendar}).Draw(t, "basis")
		kind := rapid.SampledFrom([]struct {
			kind periodic.Kind
			n    int
		}{{periodic.Month, 12}, {periodic.Quarter, 4}, {periodic.Half, 2}}).Draw(t, "kind")
		first, last := periodic.Period{Kind: periodic.Year, Year: year}.Days(basis)
		at := first
		for n := 1; n <= kind.n; n++ {
			p := periodic.Period{Kind: kind.kind, Year: year, N: n}
			from, to := p.Days(basis)
			if from != at || to < from {
				t.Fatalf("%s begins on %s, not on %s", p.Code(), from, at)
			}
			at = to.AddDays(1)
			if back, ok := periodic.ParsePeriod(p.Code()); !ok || back != p {
				t.Fatalf("%s is read as %+v", p.Code(), back)
			}
		}
		if at != last.AddDays(1) {
			t.Fatalf("the year ends on %s, its parts on %s", last, at)
		}
	})
	for _, code := range []string{"", "2026-", "2026-Q0", "2026-Q5", "2026-H3", "2026-13", "2026-9", "x", "2026-QH1"} {
		if p, ok := periodic.ParsePeriod(code); ok {
			t.Errorf("%q is read as %+v", code, p)
		}
	}
}
