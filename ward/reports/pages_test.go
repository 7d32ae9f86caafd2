package reports_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/criteria"
	"sonha/ward/dossiers"
	"sonha/ward/reports"
	"sonha/ward/results"
)

func TestTheSheetAfterDecree30(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 7))
	p := site.As("command").Get("/reports?year=2026").OK()
	p.Has(".letterhead", "CÔNG AN THÀNH PHỐ HÀ NỘI").Has(".letterhead b", "CÔNG AN PHƯỜNG HOÀN KIẾM").Has(".letterhead b", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").
		Has(".motto", "Độc lập - Tự do - Hạnh phúc").Has(".number", "Số: /BC-CAP").Has(".day", "Hoàn Kiếm, ngày").Has(".kind", "BÁO CÁO").
		Has(".subject", "Kết quả thực hiện chuyên đề “Hộ tự phòng – Số nhà tự quản” năm 2026").Has(".stamp-mark", "DỮ LIỆU GIẢ ĐỊNH").
		Has(".sign", "TRƯỞNG CÔNG AN PHƯỜNG").Has(".recipients", "Nơi nhận:").Has(".recipients", "Lưu: VT.")
	for _, part := range []string{"I. Tình hình", "II. Kết quả thực hiện", "2. Ba tự phòng", "3. Ba tự quản", "III. Tồn tại, nguyên nhân", "2. Nguyên nhân", "IV. Phương hướng, biện pháp"} {
		p.Has("h3", part)
	}
	for _, annex := range []string{"Phụ lục I", "KẾT QUẢ THEO TỔ DÂN PHỐ", "Phụ lục II", "KẾT QUẢ THEO 42 TIÊU CHÍ", "Phụ lục III", "DANH SÁCH SỐ NHÀ VÀ KẾT QUẢ"} {
		p.Has(".annex h2", annex)
	}
	text := pageText(p)
	for _, law := range []string{"Luật", "Nghị định", "Thông tư", "Điều "} {
		if strings.Contains(text, law) {
			t.Errorf("the report cites %q, which nobody verified", law)
		}
	}
	if strings.Contains(text, "chữ gõ tay") {
		t.Error("what somebody typed about a measure stands in the report")
	}
	pdf := pdfText(t, site.As("command").Get("/reports/campaign.pdf?year=2026").OK().Body)
	for _, foot := range []string{"Số hồ sơ: BC-2026-hoan-kiem", "Trang 1/", "http://example.com/reports?year=2026", "DỮ LIỆU GIẢ ĐỊNH"} {
		if !strings.Contains(pdf, foot) {
			t.Errorf("no page carries %q", foot)
		}
	}
}

// Every figure opens the rows behind it, for those who may see houses and for nobody else.
func TestFiguresOpenTheirRows(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	list := draw(site, 7)
	plant(t, site, list)
	sum := sumUp(site, list, func(*planted) bool { return true })
	p := site.As("command").Get("/reports?year=2026").OK()
	for href, want := range map[string]int{
		"/houses?year=2026&state=safe": sum.Safe, "/houses?year=2026&state=conditional": sum.Conditional, "/houses?year=2026&state=not_safe": sum.NotSafe,
		"/houses?year=2026&state=not_inspected": sum.NotInspected, "/houses?year=2026&state=inspected": sum.Inspected, "/houses?year=2026": sum.Dossiers,
		"/houses?year=2026&below=TC2":                                           sum.Below["TC2"],
		"/houses?year=2026&late=1":                                              sum.Late,
		"/houses?year=2026&group=" + site.Group["Tổ dân phố 1"]:                 4,
		"/houses?year=2026&state=inspected&group=" + site.Group["Tổ dân phố 2"]: sumUp(site, list, func(p *planted) bool { return p.group == "Tổ dân phố 2" }).Inspected,
	} {
		found := false
		p.Doc().Find(".paper a").Each(func(_ int, a *goquery.Selection) {
			if h, _ := a.Attr("href"); h == href {
				found = true
				if a.Text() != strconv.Itoa(want) {
					t.Errorf("%s stands on %q, the rows are %d", href, a.Text(), want)
				}
			}
		})
		if !found {
			t.Errorf("no figure opens %s", href)
		}
		address, err := url.Parse(href)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := site.Dossiers.List(t.Context(), site.Actor("command"), dossiers.ParseFilter(address.Query()))
		if err != nil {
			t.Fatal(err)
		}
		if rows.Figures.Total != want {
			t.Errorf("%s opens %d rows, the figure is %d", href, rows.Figures.Total, want)
		}
	}
	if n := site.As("committee").Get("/reports?year=2026").OK().Doc().Find(".paper a").Length(); n != 0 {
		t.Errorf("the committee gets %d links to rows that are not theirs", n)
	}
}

func TestReachIsInTheTitle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		list := draw(site, 7)
		plant(t, site, list)
		for _, who := range reaches {
			b := site.As(who.person)
			p := b.Get("/reports?year=2026").OK()
			if who.level != reports.OfWard {
				p.Has(".subject", "năm 2026 – "+who.name)
				if !strings.Contains(collapse(pdfText(t, b.Get("/reports/campaign.pdf").OK().Body)), who.name) {
					t.Errorf("the PDF of %s does not say %s", who.person, who.name)
				}
			} else {
				p.Lacks(".subject", "năm 2026 –")
			}
			if who.list {
				continue
			}
			// Asking for the list does not give it.
			files := docxText(t, b.Get("/reports/campaign.docx?list=all").OK().Body) + pageText(b.Get("/reports?list=all&full=1").OK())
			for _, rows := range grid(t, b.Get("/reports/campaign.xlsx?list=all").OK().Body) {
				for _, row := range rows {
					files += strings.Join(row, " ")
				}
			}
			for i := range list {
				if strings.Contains(files, list[i].address) {
					t.Errorf("%s reads of %s in a report", who.person, list[i].address)
				}
			}
		}
	})
}

// A group lead's paper is no document of an agency: it has neither number nor the police's letterhead.
func TestAGroupIsNoAgency(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	p := site.As("group lead").Get("/reports").OK()
	p.Has(".national", "Độc lập - Tự do - Hạnh phúc").Has(".sign", "TỔ TRƯỞNG TỔ DÂN PHỐ").Lacks(".paper", "BC-CAP").Lacks(".paper", "TRƯỞNG CÔNG AN PHƯỜNG")
	site.As("officer").Get("/reports").OK().Has(".sign", "CẢNH SÁT KHU VỰC").Has(".letterhead", "Số: BC-2026-hoan-kiem")
}

// The list for the notice board names houses that are safe by an approved decision, with nothing but the
// address and the result (domain.md §5.8).
func TestThePostedListNamesSafeHousesOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		list := draw(site, 4)
		list[7].class, list[7].stage = criteria.Safe, results.Approved
		list[3].class, list[3].stage = criteria.Safe, results.Proposed
		plant(t, site, list)
		b := site.As("command")
		page := b.Get("/reports?year=2026&list=safe").OK()
		page.Has(".annex h2", "DANH SÁCH SỐ NHÀ ĐẠT AN TOÀN")
		texts := map[string]string{
			"page": pageText(page), "docx": docxText(t, b.Get("/reports/campaign.docx?list=safe").OK().Body), "pdf": collapse(pdfText(t, b.Get("/reports/campaign.pdf?list=safe").OK().Body)),
		}
		for _, rows := range grid(t, b.Get("/reports/campaign.xlsx?list=safe").OK().Body) {
			for _, row := range rows {
				texts["xlsx"] += "|" + strings.Join(row, "|") + "|"
			}
		}
		for name, text := range texts {
			for i := range list {
				posted := list[i].class == criteria.Safe && list[i].stage == results.Approved
				line := list[i].address + " ● Đạt"
				switch name {
				case "xlsx":
					line = "|" + list[i].address + "|"
				case "pdf":
					line = list[i].address + " Đạt" // the mark is drawn
				}
				if strings.Contains(text, line) != posted {
					t.Errorf("%s: %s is %s, %s; posted: %v", name, list[i].address, list[i].class, list[i].stage, !posted)
				}
			}
			if strings.Contains(text, list[7].on.Display()) {
				t.Errorf("%s posts the day of an inspection", name)
			}
		}
	})
}

func TestWhoTookWhichReport(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 7))
	for _, person := range []string{"head", "city", "administrator"} {
		for _, path := range []string{"/reports", "/reports/campaign.json", "/reports/campaign.xlsx", "/reports/campaign.docx", "/reports/campaign.pdf"} {
			site.As(person).Get(path).Is(http.StatusNotFound)
		}
	}
	if to := site.As("visitor").Get("/reports/campaign.pdf").Goes(); !strings.HasPrefix(to, "/sign-in") {
		t.Errorf("a visitor goes to %s", to)
	}
	site.As("committee").Get("/reports/campaign.pdf").OK()
	site.As("command").Get("/reports/campaign.xlsx").OK()
	var trail []string
	if err := site.DB.Read(t.Context(), site.System(), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var role, detail string
			err := scan(&role, &detail)
			trail = append(trail, role+": "+detail)
			return err
		}, `select a.role, a.detail from audit a where a.ward_id = {ward} and a.action = 'report.take' order by a.id`)
	}); err != nil {
		t.Fatal(err)
	}
	want := "committee: Báo cáo năm 2026, tệp pdf | command: Báo cáo năm 2026, tệp xlsx, danh sách 8 số nhà"
	if got := strings.Join(trail, " | "); got != want {
		t.Errorf("the trail says %q, want %q", got, want)
	}
}

func TestAYearThatIsNotThere(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	for _, year := range []string{"1999", "0", "-1", "abc", "2026.0", "99999"} {
		site.As("command").Get("/reports?year=" + year).Is(http.StatusNotFound)
		site.As("command").Get("/reports/campaign.pdf?year=" + year).Is(http.StatusNotFound)
	}
	site.As("other command").Get("/reports").OK().Has(".page", "Phường chưa mở đợt nào")
}

// A long list is drawn in part, and says so; the reader may ask for all of it, and files have all of it.
func TestALongListIsDrawnInPart(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	set(t, site, `insert into houses (ward_id, id, street_id, group_id, beat_id, number, number_key, main, alley, sort_key, fold, kind, storeys, households, rented,
			head_name, head_phone, former_ward, note, status, opened_on, version, created_at, updated_at)
		with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
		select h.ward_id, substr(h.id, 1, 23) || cast(1000 + n.i as text), h.street_id, h.group_id, h.beat_id, cast(1000 + n.i as text), cast(1000 + n.i as text), 1000 + n.i, '',
			h.sort_key, '', '', 0, 1, 0, '', '', '', '', 'active', '2026-01-05', 1, 0, 0
		from houses h, n where h.ward_id = {ward} and h.id = $1`, site.House["9 Hàng Bạc"])
	if err := site.DB.Write(t.Context(), site.System(), func(tx *db.Tx) error {
		tx.Untold("a test")
		return site.Results.RecountAll(t.Context(), tx, site.Campaign.ID)
	}); err != nil {
		t.Fatal(err)
	}
	p := site.As("command").Get("/reports?year=2026").OK().Has(".more", "Còn 28 dòng; xem đủ 128 dòng")
	more, _ := p.Doc().Find(".more a").Attr("href")
	path, _, _ := strings.Cut(more, "#")
	all := site.As("command").Get(path).OK()
	if rows := all.Doc().Find(".annex:last-of-type tbody tr").Length(); rows != 128 {
		t.Errorf("all of the list are %d rows", rows)
	}
	if rows := grid(t, site.As("command").Get("/reports/campaign.xlsx").OK().Body)["Danh sách"]; !anyRow(rows, func(s string) bool { return strings.HasPrefix(s, "Cộng 128 dòng.") }) {
		t.Error("the workbook does not have all rows")
	}
}

// What people type becomes text, never a formula; the head of each sheet stays and filters.
func TestWorkbookIsSafeAndHandy(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	plant(t, site, draw(site, 7))
	set(t, site, `update areas as a set name = '=HYPERLINK("http://x")' where a.ward_id = {ward} and a.id = $1`, site.Group["Tổ dân phố 1"])
	body := site.As("command").Get("/reports/campaign.xlsx").OK().Body
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	sheets := 0
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			continue
		}
		sheets++
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("<f>")) {
			t.Errorf("%s holds a formula", f.Name)
		}
		for _, want := range []string{`state="frozen"`, "<autoFilter", "<col ", "Số liệu đến ", "Dữ liệu giả định"} {
			if !bytes.Contains(text, []byte(want)) {
				t.Errorf("%s lacks %s", f.Name, want)
			}
		}
	}
	if sheets != 5 {
		t.Errorf("%d sheets, want 5", sheets)
	}
	if names := grid(t, body); len(names["Tổng hợp"]) == 0 || len(names["Danh sách"]) == 0 {
		t.Errorf("the sheets are called otherwise: %v", len(names))
	}
}

func TestTheSheetSaysItsLanguage(t *testing.T) {
	t.Parallel()
	site := apptest.New(t, dbtest.Lite(t))
	if lang, _ := site.As("command").Get("/reports?year=2026").OK().Doc().Find(".paper-desk").Attr("lang"); lang != "vi" {
		t.Errorf("the sheet's language is %q", lang)
	}
}
