package reports_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/reports"
)

// told is what a reader of the JSON knows. It is read with field names of its own, so that a renamed key fails.
type told struct {
	Year         int      `json:"year"`
	Ward         string   `json:"ward"`
	Headline     string   `json:"headline"`
	Dossiers     int      `json:"dossiers"`
	Households   int      `json:"households"`
	Pledged      int      `json:"pledged_households"`
	Assessed     int      `json:"self_assessed"`
	Inspected    int      `json:"inspected"`
	Safe         int      `json:"safe"`
	Conditional  int      `json:"conditional"`
	NotSafe      int      `json:"not_safe"`
	NotInspected int      `json:"not_inspected"`
	Waiting      int      `json:"waiting_for_approval"`
	SafePercent  float64  `json:"safe_percent"`
	Coverage     float64  `json:"coverage_percent"`
	Contents     []passed `json:"contents"`
	FallingShort []item   `json:"falling_short"`
	Items        []item   `json:"items"`
	Groups       []struct {
		Name        string     `json:"name"`
		Households  int        `json:"households"`
		Dossiers    int        `json:"dossiers"`
		Inspected   int        `json:"inspected"`
		Safe        int        `json:"safe"`
		Conditional int        `json:"conditional"`
		NotSafe     int        `json:"not_safe"`
		Waiting     int        `json:"waiting_for_approval"`
		Coverage    float64    `json:"coverage_percent"`
		SafePercent float64    `json:"safe_percent"`
		Contents    []passed   `json:"contents"`
		Reliability *agreement `json:"reliability"`
	} `json:"groups"`
	Reliability  agreement `json:"reliability"`
	Shortcomings struct {
		Open    int `json:"open"`
		Overdue int `json:"overdue"`
		Late    int `json:"overdue_houses"`
		Mended  int `json:"mended"`
	} `json:"shortcomings"`
	Before struct {
		Year        int     `json:"year"`
		Inspected   int     `json:"inspected"`
		Safe        int     `json:"safe"`
		SafePercent float64 `json:"safe_percent"`
		Words       string  `json:"words"`
	} `json:"year_before"`
}

type agreement struct {
	Compared int     `json:"compared"`
	Differs  int     `json:"differs"`
	Agrees   float64 `json:"agrees_percent"`
}

type passed struct {
	Code      string  `json:"code"`
	Passed    int     `json:"passed"`
	Inspected int     `json:"inspected"`
	Percent   float64 `json:"passed_percent"`
}

type item struct {
	Code    string  `json:"code"`
	Pass    int     `json:"pass"`
	Partly  int     `json:"partly"`
	Fail    int     `json:"fail"`
	Below   int     `json:"below"`
	Percent float64 `json:"pass_percent"`
}

// percent writes a share as documents do.
func percent(p float64) string {
	return strings.Replace(strconv.FormatFloat(p, 'f', 1, 64), ".", ",", 1) + " %"
}

// says lists what a document with these figures must say, blanks collapsed: the sentences, and the figures of
// each line of its tables in their order.
func (j *told) says() []string {
	n := civil.Int
	list := []string{
		strings.ReplaceAll(j.Headline, "\u00a0", " "),
		fmt.Sprintf("%s số nhà có hồ sơ đang hoạt động với %s hộ", n(j.Dossiers), n(j.Households)),
		fmt.Sprintf("Đã có %s/%s hộ ký cam kết", n(j.Pledged), n(j.Households)), fmt.Sprintf("%s/%s số nhà gửi tự đánh giá", n(j.Assessed), n(j.Dossiers)),
		fmt.Sprintf("còn %s số nhà đạt có điều kiện, %s số nhà chưa đạt. Độ phủ kiểm tra %s; %s số nhà chưa kiểm tra", n(j.Conditional), n(j.NotSafe), percent(j.Coverage), n(j.NotInspected)),
		fmt.Sprintf("còn %s đề nghị xếp loại chờ chỉ huy duyệt", n(j.Waiting)),
		fmt.Sprintf("Đối chiếu %s câu trả lời của số nhà với kết quả kiểm tra: %s câu khác nhau; tự đánh giá khớp %s.", n(j.Reliability.Compared), n(j.Reliability.Differs), percent(j.Reliability.Agrees)),
		fmt.Sprintf("Kiểm tra ghi nhận %s tồn tại: đã khắc phục %s, đang chờ khắc phục %s, trong đó %s tồn tại quá hạn ở %s số nhà.", n(j.Shortcomings.Open+j.Shortcomings.Mended), n(j.Shortcomings.Mended),
			n(j.Shortcomings.Open), n(j.Shortcomings.Overdue), n(j.Shortcomings.Late)),
		fmt.Sprintf("Năm %d đã kiểm tra %s số nhà, %s số nhà đạt an toàn (%s). %s", j.Before.Year, n(j.Before.Inspected), n(j.Before.Safe), percent(j.Before.SafePercent), j.Before.Words),
	}
	return append(list, j.lines()...)
}

// lines are the figures of the tables' lines.
func (j *told) lines() []string {
	n := civil.Int
	var list []string
	for _, c := range j.Contents {
		list = append(list, fmt.Sprintf("%s %s %s", n(c.Inspected), n(c.Passed), percent(c.Percent)))
	}
	for _, x := range j.FallingShort {
		list = append(list, fmt.Sprintf("%s %s %s", n(x.Fail), n(x.Partly), n(x.Below)))
	}
	for _, x := range j.Items {
		list = append(list, fmt.Sprintf("%s %s %s %s %s", n(x.Pass), n(x.Partly), n(x.Fail), percent(x.Percent), n(x.Below)))
	}
	for _, g := range j.Groups {
		list = append(list, fmt.Sprintf("%s %s %s %s %s %s %s %s %s", g.Name, n(g.Households), n(g.Dossiers), n(g.Inspected), n(g.Safe), n(g.Conditional), n(g.NotSafe), percent(g.Coverage), percent(g.SafePercent)))
		line := g.Name + " " + n(g.Inspected)
		for _, c := range g.Contents {
			line += fmt.Sprintf(" %s (%s)", n(c.Passed), percent(c.Percent))
		}
		list = append(list, line)
		if r := g.Reliability; r != nil {
			list = append(list, fmt.Sprintf("%s %s %s %s", g.Name, n(r.Compared), n(r.Differs), percent(r.Agrees)))
		}
	}
	return list
}

func TestFiveOutputsAgreeOnEveryFigure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		list := draw(site, 7)
		list[0].sent = true // whatever the dice say: there is something to compare
		plant(t, site, list)
		earlier(t, site, map[string]criteria.Class{"9 Hàng Bạc": criteria.Safe, "36 Hàng Bạc": criteria.NotSafe})
		desk := site.As("command")

		var j told
		if err := json.Unmarshal(desk.Get("/reports/campaign.json?year=2026").OK().Body, &j); err != nil {
			t.Fatal(err)
		}
		planted := sumUp(site, list, func(*planted) bool { return true })
		if j.Safe != planted.Safe || j.Inspected != planted.Inspected || j.Dossiers != planted.Dossiers {
			t.Fatalf("JSON says %d/%d/%d, the rows %d/%d/%d", j.Safe, j.Inspected, j.Dossiers, planted.Safe, planted.Inspected, planted.Dossiers)
		}
		documents := map[string]string{
			"page": pageText(desk.Get("/reports?year=2026&full=1").OK()),
			"docx": docxText(t, desk.Get("/reports/campaign.docx?year=2026").OK().Body),
			"pdf":  collapse(pdfText(t, desk.Get("/reports/campaign.pdf?year=2026").OK().Body)),
		}
		for name, text := range documents {
			for _, want := range j.says() {
				if name == "pdf" && strings.ContainsAny(want, ";:") {
					want = collapse(want) // a sentence may be broken between lines; a table's line is not
				}
				if !strings.Contains(text, want) {
					t.Errorf("%s does not say %q", name, want)
				}
			}
			for i := range list {
				if !strings.Contains(text, list[i].address) {
					t.Errorf("%s does not list %s", name, list[i].address)
				}
			}
		}
		compared, differs := 0, 0
		for _, g := range j.Groups {
			if g.Reliability != nil {
				compared, differs = compared+g.Reliability.Compared, differs+g.Reliability.Differs
			}
		}
		if compared == 0 || compared != j.Reliability.Compared || differs != j.Reliability.Differs {
			t.Errorf("groups compare %d answers of which %d differ, the whole %d and %d", compared, differs, j.Reliability.Compared, j.Reliability.Differs)
		}
		workbookAgrees(t, &j, grid(t, desk.Get("/reports/campaign.xlsx?year=2026").OK().Body), list)
	})
}

// collapse makes every run of blanks one space.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// pageText is the sheet on the page, one space between cells.
func pageText(r *apptest.Reply) string {
	r.Doc().Find(".paper td, .paper th, .paper p, .paper li, .paper h2, .paper h3").Each(func(_ int, s *goquery.Selection) { s.AppendHtml(" ") })
	return collapse(r.Doc().Find(".paper").Text())
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
	d := xml.NewDecoder(f)
	inside := false
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
			inside = false
			if x.Name.Local == "p" {
				b.WriteByte(' ')
			}
		case xml.CharData:
			if inside {
				b.Write(x)
			}
		}
	}
}

func workbookAgrees(t *testing.T, j *told, book map[string][][]string, list []planted) {
	t.Helper()
	has := func(name, want string) {
		t.Helper()
		for _, row := range book[name] {
			if strings.Join(row, "|") == want || strings.HasPrefix(strings.Join(row, "|"), want+"|") {
				return
			}
		}
		t.Errorf("sheet %q has no row %q:\n%v", name, want, book[name])
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	for key, value := range map[string]int{
		"Số nhà có hồ sơ đang hoạt động": j.Dossiers, "Số hộ": j.Households, "Số hộ ký cam kết": j.Pledged, "Số nhà gửi tự đánh giá": j.Assessed, "Đã kiểm tra": j.Inspected,
		"Đạt an toàn": j.Safe, "Đạt có điều kiện": j.Conditional, "Chưa đạt": j.NotSafe, "Chưa kiểm tra": j.NotInspected, "Chờ duyệt": j.Waiting,
		"Câu trả lời đối chiếu": j.Reliability.Compared, "Câu trả lời khác nhau": j.Reliability.Differs, "Tồn tại chờ khắc phục": j.Shortcomings.Open,
		"Tồn tại quá hạn": j.Shortcomings.Overdue, "Tồn tại đã khắc phục": j.Shortcomings.Mended, "Đã kiểm tra năm 2025": j.Before.Inspected, "Đạt an toàn năm 2025": j.Before.Safe,
	} {
		has("Tổng hợp", key+"|"+strconv.Itoa(value))
	}
	has("Tổng hợp", "Tỷ lệ đạt an toàn (%)|"+number(j.SafePercent))
	has("Tổng hợp", "Độ phủ kiểm tra (%)|"+number(j.Coverage))
	for i, g := range j.Groups {
		row := fmt.Sprintf("%d|%s|%d", i+1, g.Name, g.Households)
		found := false
		for _, cells := range book["Theo tổ dân phố"] {
			if line := strings.Join(cells, "|"); strings.HasPrefix(line, row+"|") {
				found = true
				want := fmt.Sprintf("|%d|%d|%d|%d|", g.Inspected, g.Safe, g.Conditional, g.NotSafe)
				if r := g.Reliability; r != nil {
					want += fmt.Sprintf("…|%d|%s", r.Compared, number(r.Agrees))
				}
				for _, c := range g.Contents {
					want += "…" + fmt.Sprintf("%d|%s", c.Passed, number(c.Percent))
				}
				for part := range strings.SplitSeq(want, "…") {
					if !strings.Contains(line, part) {
						t.Errorf("%s in the workbook lacks %q: %s", g.Name, part, line)
					}
				}
			}
		}
		if !found {
			t.Errorf("no row of %s", g.Name)
		}
	}
	for _, c := range j.Contents {
		if !anyRow(book["Theo nội dung"], func(s string) bool {
			return strings.HasPrefix(s, c.Code+"|") && strings.HasSuffix(s, fmt.Sprintf("|%d|%d|%s", c.Inspected, c.Passed, number(c.Percent)))
		}) {
			t.Errorf("no row of content %s", c.Code)
		}
	}
	for _, x := range j.Items {
		if !anyRow(book["Tiêu chí"], func(s string) bool {
			return strings.HasPrefix(s, x.Code+"|") && strings.HasSuffix(s, fmt.Sprintf("|%d|%d|%d|%d|%s", x.Pass, x.Partly, x.Fail, x.Below, number(x.Percent)))
		}) {
			t.Errorf("no row of item %s", x.Code)
		}
	}
	for i := range list {
		want := list[i].address + "|" + list[i].group + "|" + list[i].class.Name().VI
		if !anyRow(book["Danh sách"], func(s string) bool { return strings.Contains(s, "|"+want) }) {
			t.Errorf("no row of %s", want)
		}
	}
	for name, rows := range map[string]int{"Theo tổ dân phố": len(j.Groups), "Theo nội dung": len(j.Contents), "Tiêu chí": len(j.Items), "Danh sách": len(list)} {
		has(name, fmt.Sprintf("Cộng %d dòng.", rows))
	}
}

func anyRow(rows [][]string, match func(string) bool) bool {
	for _, cells := range rows {
		if match(strings.Join(cells, "|")) {
			return true
		}
	}
	return false
}

// The JSON of the command line and of the page are the same bytes but for the time.
func TestFormatsKnowThemselves(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 7))
	for f, kind := range map[reports.Format]string{
		reports.JSON: "application/json; charset=utf-8", reports.PDF: "application/pdf",
		reports.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		reports.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	} {
		r := site.As("command").Get("/reports/campaign." + string(f) + "?year=2026").OK()
		if got := r.Header.Get("Content-Type"); got != kind {
			t.Errorf("%s comes as %s", f, got)
		}
		if got := r.Header.Get("Content-Disposition"); got != "attachment; filename=bao-cao-2026-hoan-kiem."+string(f) {
			t.Errorf("%s is saved as %s", f, got)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s may be kept: %s", f, got)
		}
	}
}
