package indicators_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/indicators"
	"sonha/ward/results"
)

// today is a Tuesday in the last weeks of the inspections.
var today = time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC)

func each(t *testing.T, fn func(t *testing.T, s *apptest.Site)) {
	t.Helper()
	t.Parallel()
	dbtest.EachWith(t, db.Options{Clock: func() time.Time { return today }}, func(t *testing.T, d *db.DB) {
		fn(t, apptest.New(t, d))
	})
}

// take imports the text of a CSV file.
func take(t *testing.T, s *apptest.Site, who access.Actor, text string) *indicators.Taken {
	t.Helper()
	book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "so-vu.csv")
	if err != nil {
		t.Fatal(err)
	}
	f, err := indicators.Parse(book, "2026-10-20", nil)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := s.Indicators.TakeFile(t.Context(), who, indicators.FileSource{Source: houses.Source{File: "so-vu.csv"}}, f)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

func sample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/series-1997-2025.csv")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheSentenceAgainst1997: the page says the change against 1997, that nothing is compared across the reform, and
// has the same figures in its table.
func TestTheSentenceAgainst1997(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), sample(t))
		r := s.As("command").Get("/indicators/I3").OK()
		r.Has(".say", "Năm 2024 có 171 vụ, giảm 58,5 % so với năm 1997. Không so sánh qua mốc 01/07/2025.")
		r.Has(".facts", "168,7 vụ").Has(".facts", "giảm 59,1 %").Has(".facts", "166 vụ (2023)")
		r.Has("main", "Báo nhiều hơn không phải là nhiều vụ hơn")
		r.Has("tr.cut", "2025").Has("tr.cut", "không so").Has("tr.cut", "6 tháng cuối")
		r.Has("svg.chart desc", "Từ 412 vụ năm 1997 đến 171 vụ năm 2024. Chuỗi ngắt ở mốc 01/07/2025.")
		s.As("committee").Get("/indicators").OK().Has("tbody tr:nth-child(3)", "giảm 58,5 % so với năm 1997")
	})
}

// TestACountIsEnteredReplacedAndWithdrawn goes the way of the command at the form.
func TestACountIsEnteredReplacedAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		b := s.As("command")
		form := func(year, value string, more ...string) url.Values {
			v := url.Values{"year": {year}, "n": {"0"}, "value": {value}, "area": {"Phường Hoàn Kiếm"}}
			for i := 0; i+1 < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		r := b.Post("/indicators/I3/counts", form("2025", "36"))
		r.Has("form", "Kỳ này vắt qua mốc 01/07/2025").Has("form", "Từ mốc trở đi")
		b.Post("/indicators/I3/counts", form("2025", "36", "side", "after")).Goes()
		b.Get("/indicators/I3/counts").OK().Has("tbody tr", "năm 2025 (6 tháng cuối)").Has("tbody tr", "36")

		r = b.Post("/indicators/I3/counts", form("2025", "37", "side", "after"))
		r.Has(".notice", "Kỳ này đã có 36 vụ").Has("button", "Thay số cũ")
		held, _ := r.Doc().Find(`input[name="replaces"]`).Attr("value")
		b.Post("/indicators/I3/counts", form("2025", "37", "side", "after", "replaces", held)).Goes()
		r = b.Get("/indicators/I3/counts").OK().Has("tbody tr:nth-child(1)", "37").Has("tbody del", "36")
		id, _ := r.Doc().Find(`form[action$="withdraw"] input[name="id"]`).First().Attr("value")
		b.Post("/indicators/I3/withdraw", url.Values{"id": {id}}).Goes()
		b.Get("/indicators/I3").OK().Has("main", "Chưa có số liệu")

		for _, wrong := range []url.Values{form("2027", "1"), form("25", "1"), form("2024", "1,586"), form("2024", ""), form("2024", "-3"), form("2024", "9", "households", "x")} {
			r := b.Post("/indicators/I3/counts", wrong)
			if r.Status != 422 || r.Doc().Find(".field.has-error").Length() == 0 {
				t.Errorf("%v: status %d", wrong, r.Status)
			}
			if got, _ := r.Doc().Find(`input[name="value"]`).Attr("value"); got != wrong.Get("value") {
				t.Errorf("%v: what was typed is lost: %q", wrong, got)
			}
		}
		for _, who := range []string{"committee", "officer", "group lead", "head", "city", "administrator"} {
			if r := s.As(who).Get("/indicators/I3/counts"); r.Status != 404 {
				t.Errorf("%s opens the form: %d", who, r.Status)
			}
		}
	})
}

// TestABreakOfTheWardsOwn begins a new series, and cannot lie inside a period that has a figure.
func TestABreakOfTheWardsOwn(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), sample(t))
		b := s.As("command")
		b.Post("/indicators/I3/breaks", url.Values{"on": {"2010-06-01"}, "reason": {"Cách tính mới"}}).Has(".field", "nằm giữa kỳ 01/01/2010–31/12/2010")
		b.Post("/indicators/I3/breaks", url.Values{"on": {"2025-07-01"}, "reason": {"x"}}).Has(".field", "đã là mốc ngắt chuỗi")
		b.Post("/indicators/I3/breaks", url.Values{"on": {"2010-01-01"}, "reason": {"Cách tính mới"}}).Goes()
		r := b.Get("/indicators/I3").OK()
		r.Has(".say", "so với năm 2010").Lacks(".say", "1997")
		if n := r.Doc().Find("svg.chart path.brk").Length(); n != 2 {
			t.Errorf("%d breaks are drawn", n)
		}
		if n := r.Doc().Find("tr.cut").Length(); n != 2 {
			t.Errorf("%d breaks in the table", n)
		}
	})
}

// TestABaseOfNoughtIsNotComparable, and the base year can be another.
func TestABaseOfNoughtIsNotComparable(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), "Năm;Mã;Số vụ\n2019;MT;0\n2020;MT;10\n2021;MT;5\n")
		b := s.As("command")
		b.Get("/indicators/I4").OK().Has(".say", "năm 2019 không có vụ nào nên không so sánh được")
		b.Post("/indicators/I4/base", url.Values{"base": {"2020"}}).Goes()
		b.Get("/indicators/I4").OK().Has(".say", "giảm 50,0 % so với năm 2020")
	})
}

// TestAnImportTwiceAndTakenBack: the same file again changes nothing; taking it back brings what it replaced.
func TestAnImportTwiceAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		who := s.Actor("command")
		first := take(t, s, who, sample(t))
		if first.New != 58 || first.Changed+first.Unchanged+len(first.Refused) != 0 {
			t.Fatalf("%+v", first)
		}
		if again := take(t, s, who, sample(t)); again.Unchanged != 58 || again.Import != "" {
			t.Fatalf("again: %+v", again)
		}
		second := take(t, s, who, "Năm;Mã;Đơn vị hành chính;Số vụ\n2024;PPHS;Quận Hoàn Kiếm;180\n2025;PPHS;;70\n")
		if second.Changed != 1 || len(second.Refused) != 1 || second.Refused[0].Code != indicators.AcrossReform {
			t.Fatalf("correction: %+v", second)
		}
		if err := s.Indicators.UndoFile(t.Context(), who, first.Import); !fault.Is(err, fault.Clash) {
			t.Errorf("an import whose figure was replaced since was taken back: %v", err)
		}
		if err := s.Indicators.UndoFile(t.Context(), s.Actor("other command"), second.Import); !fault.Is(err, fault.Missing) {
			t.Errorf("another ward took it back: %v", err)
		}
		b := s.As("command")
		b.Get("/indicators/I3").OK().Has(".say", "180 vụ")
		b.Get("/imports").OK().Has("tbody", "so-vu.csv")
		b.Post("/imports/"+second.Import+"/undo", nil)
		b.Get("/indicators/I3").OK().Has(".say", "171 vụ")
	})
}

// TestAFileInTheBrowser: preview row by row, then taken in, as other imports are.
func TestAFileInTheBrowser(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		b := s.As("command")
		r := b.Upload("/imports", "file", "so-vu.csv", []byte("Kỳ;Phạm pháp hình sự;Ma túy\nQuý III/2025;19;8\nQuý IV/2025;17;x\n"), url.Values{"kind": {"series"}})
		to := r.Goes()
		for range 200 {
			if strings.HasPrefix(to, "/imports/") {
				break
			}
			time.Sleep(10 * time.Millisecond)
			if r = b.Get(to); r.Status != 200 {
				to = r.Goes()
			}
		}
		b.Get(to+"?show=new").OK().Has("main", "Số vụ phạm pháp hình sự").Has("main", "quý III/2025")
		b.Get(to+"?show=refused").OK().Has("main", "Không hiểu số vụ “x”")
	})
}

// Whoever takes figures along leaves a line in the trail, whichever file it is.
func TestEveryFileOfFiguresIsInTheTrail(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), series)
		for _, path := range []string{"/indicators.json", "/indicators.xlsx", "/indicators/I4/table.json", "/indicators/I4/table.csv"} {
			s.As("committee").Get(path).OK()
		}
		var lines []string
		if err := s.DB.Read(t.Context(), s.System(), func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var line string
				err := scan(&line)
				lines = append(lines, line)
				return err
			}, `select a.object_id || ' ' || a.detail from audit a where a.ward_id = {ward} and a.action = 'indicators.export' order by a.seq`)
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{" json", " xlsx", "I4 json", "I4 csv"}, lines); diff != "" {
			t.Error(diff)
		}
	})
}

// series has small counts: 3 in a quarter, and 14 in a year of four quarters.
const series = "Kỳ;Mã;Số vụ\nQuý I/2024;MT;3\nQuý II/2024;MT;6\nQuý III/2024;MT;7\nQuý IV/2024;MT;9\n2023;MT;33\n2022;MT;4\n"

// TestSmallCountsStayUntoldEverywhere: on the page, in the chart, in the workbook, the CSV and the JSON alike, for
// everybody but who enters them.
func TestSmallCountsStayUntoldEverywhere(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), series)
		for _, who := range []string{"committee", "officer", "group lead", "command"} {
			told := records(t, s, who, "/indicators/I4/table.json")
			entered := who == "command"
			hidden := 0
			for _, rec := range told {
				if rec.Untold {
					hidden++
				}
				if rec.Untold && (rec.Count != nil || rec.Change != nil || rec.Mean3 != nil || rec.PerThou != nil) {
					t.Errorf("%s: %s is untold and still says %+v", who, rec.Period, rec)
				}
				if !entered && rec.Count != nil && *rec.Count > 0 && *rec.Count < 5 {
					t.Errorf("%s is told %d of %s", who, *rec.Count, rec.Period)
				}
			}
			if entered != (hidden == 0) || !entered && hidden < 3 { // 2022, the first quarter, and one more
				t.Errorf("%s: %d figures are untold", who, hidden)
			}
			for _, path := range []string{"/indicators/I4/table.xlsx", "/indicators/I4/table.csv"} {
				rows := tableRows(t, s, who, path)
				if len(rows) != len(told) {
					t.Fatalf("%s: %d rows in %s, %d in JSON", who, len(rows), path, len(told))
				}
				for i, rec := range told {
					want := ""
					if rec.Count != nil {
						want = strconv.Itoa(*rec.Count)
					}
					if rows[i]["Kỳ"] != rec.Period || rows[i]["Giá trị"] != want {
						t.Errorf("%s: %s says %v, JSON %s %s", who, path, rows[i], rec.Period, want)
					}
				}
			}
			page := s.As(who).Get("/indicators/I4").OK()
			if entered {
				page.Lacks("main", "không nêu")
			} else {
				page.Has("main", "không nêu")
			}
			page.Doc().Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
				cells := strings.Fields(row.Find("td").First().Text())
				if !entered && len(cells) == 1 && (cells[0] == "3" || cells[0] == "4") {
					t.Errorf("%s reads %q", who, row.Text())
				}
			})
		}
	})
}

func records(t *testing.T, s *apptest.Site, who, path string) []indicators.Record {
	t.Helper()
	var d indicators.Document
	if err := json.Unmarshal(s.As(who).Get(path).OK().Body, &d); err != nil {
		t.Fatal(err)
	}
	return d.Figures
}

// tableRows reads a table back as a person's spreadsheet would.
func tableRows(t *testing.T, s *apptest.Site, who, path string) []map[string]string {
	t.Helper()
	body := s.As(who).Get(path).OK().Body
	book, err := sheet.Open(bytes.NewReader(body), int64(len(body)), path[strings.LastIndex(path, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	var head []string
	var rows []map[string]string
	for row, err := range book.Rows(book.Sheets[0]) {
		if err != nil {
			t.Fatal(err)
		}
		if head == nil && row.Cell(3).Text == "Kỳ" {
			for _, c := range row.Cells {
				head = append(head, c.Text)
			}
			continue
		}
		if head == nil || row.Cell(0).Text == "" {
			continue
		}
		m := map[string]string{}
		for i, name := range head {
			m[name] = row.Cell(i).Text
		}
		rows = append(rows, m)
	}
	// The last line says how many rows there are.
	last := len(rows) - 1
	if foot := rows[max(last, 0)]["Chỉ số"]; last < 0 || foot != fmt.Sprintf("Cộng %d dòng.", last) {
		t.Fatalf("%s ends with %q after %d rows", path, foot, last)
	}
	return rows[:last]
}

func inspect(t *testing.T, s *apptest.Site, house string, class criteria.Class) {
	t.Helper()
	a := criteria.Answers(strings.Repeat("2", s.Set.Len()))
	if class != criteria.Safe {
		for i := range s.Set.Contents[1].Items {
			a = a.With(s.Set.Index(s.Set.Contents[1].Items[i].Code), criteria.Fail)
		}
	}
	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		if err := s.Results.Inspected(t.Context(), tx, results.Outcome{Campaign: s.Campaign.ID, House: s.House[house], Self: a, Found: a, On: "2026-10-10", Class: class}); err != nil {
			return err
		}
		return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house]})
	}); err != nil {
		t.Fatal(err)
	}
}

// TestSharesAreThoseOfTheirReach: everybody counts what they reach; who opens no rows is not told a share of fewer
// than five houses, nor what would give it away.
func TestSharesAreThoseOfTheirReach(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		for _, house := range []string{"36 Hàng Bạc", "36A Hàng Bạc", "12/5 Hàng Bạc", "100 Đinh Liệt"} {
			inspect(t, s, house, criteria.Safe)
		}
		inspect(t, s, "9 Hàng Bạc", criteria.NotSafe)
		for who, want := range map[string][2]int{"command": {4, 5}, "group lead": {3, 4}, "officer": {3, 3}, "other group lead": {1, 1}, "committee": {4, 5}} {
			r, err := s.Indicators.Get(t.Context(), s.Actor(who), indicators.Safe)
			if err != nil {
				t.Fatal(err)
			}
			if p := r.Points[0]; p.Part != want[0] || p.Of != want[1] {
				t.Errorf("%s: %d of %d, want %v", who, p.Part, p.Of, want)
			}
		}
		r, err := s.Indicators.Get(t.Context(), s.Actor("committee"), indicators.Safe)
		if err != nil {
			t.Fatal(err)
		}
		if r.Points[0].Hidden || !r.Groups[0].Points[0].Hidden || !r.Groups[1].Points[0].Hidden {
			t.Errorf("groups of 4 and 1: %+v", r.Groups)
		}
		var untold int
		for _, rec := range records(t, s, "committee", "/indicators/I1/table.json") {
			if rec.Untold {
				untold++
			}
			if rec.Group != "" && (rec.Part != nil || rec.Percent != nil) {
				t.Errorf("a small group is told: %+v", rec)
			}
		}
		if untold != 2 {
			t.Errorf("%d untold", untold)
		}
		page := s.As("command").Get("/indicators/I1").OK()
		if n := page.Doc().Find(`a[href*="state=safe"]`).Length(); n == 0 {
			t.Error("no figure opens its houses")
		}
		if n := s.As("committee").Get("/indicators/I1").OK().Doc().Find(`a[href*="/houses"]`).Length(); n != 0 {
			t.Errorf("the committee has %d ways to houses", n)
		}
	})
}

// TestCriteriaThatChangeBreakTheSeries of safe houses, and not that of coverage.
func TestCriteriaThatChangeBreakTheSeries(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx := t.Context()
		if err := s.DB.Write(ctx, s.System(), func(tx *db.Tx) error {
			for _, year := range []int{2023, 2024} {
				if _, err := campaigns.Add(ctx, tx, campaigns.New{Year: year, Criteria: 99, Dates: campaigns.Plan(year)}, campaigns.Imported, campaigns.Closed); err != nil {
					return err
				}
			}
			return tx.Audit(ctx, db.Entry{Action: "test.plant", Object: "campaign"})
		}); err != nil {
			t.Fatal(err)
		}
		for code, want := range map[indicators.Code][]int{indicators.Safe: {0, 0, 1}, indicators.Coverage: {0, 0, 0}} {
			r, err := s.Indicators.Get(ctx, s.Actor("command"), code)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, p := range r.Points {
				got = append(got, p.Segment)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", code, diff)
			}
		}
	})
}

// TestTheCitySeesYearsOfWards and neither small counts nor what would give one away.
func TestTheCitySeesYearsOfWards(t *testing.T) {
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		take(t, s, s.Actor("command"), "Kỳ;Mã;Đơn vị hành chính;Số vụ\n2025;PPHS;Phường Hoàn Kiếm (từ 01/07/2025);36\n2025;MT;Phường Hoàn Kiếm (từ 01/07/2025);14\n")
		take(t, s, s.Actor("other command"), "Kỳ;Mã;Đơn vị hành chính;Số vụ\n2025;PPHS;Phường Cửa Nam (từ 01/07/2025);28\n2025;MT;Phường Cửa Nam (từ 01/07/2025);2\n")
		r := s.As("city").Get("/city/indicators").OK()
		r.Has("tbody tr:nth-child(1)", "Cửa Nam").Has("tbody tr:nth-child(1)", "28 vụ").Has("tbody tr:nth-child(2)", "36 vụ")
		r.Lacks("tbody", "14 vụ").Lacks("tbody", "2 vụ").Has("tbody tr:nth-child(2)", "không nêu")
		if text := s.ListFile("/city/indicators", "city.export", 2, "city"); !strings.Contains(text, "Hoàn Kiếm;36;") || strings.Contains(text, ";14;") || strings.Contains(text, ";2;") {
			t.Error(text)
		}
		if _, err := s.Indicators.City(t.Context(), s.Actor("command")); err == nil {
			t.Error("a ward's command saw the city")
		}
	})
}
