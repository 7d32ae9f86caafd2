package ui_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"sonha/engine/page/asset"
	"sonha/engine/page/ui"
	"sonha/engine/words"
)

// TestGallery renders a page of every kind and holds each to what any page must keep.
// SONHA_GALLERY=dir keeps the pages and the built assets there, to be served and looked at.
func TestGallery(t *testing.T) {
	dir := os.Getenv("SONHA_GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	var assets ui.Assets
	set, err := asset.Load()
	switch {
	case errors.Is(err, asset.ErrNotBuilt):
		assets = ui.Assets{CSS: "/static/app.css", JS: "/static/app.js"}
	case err != nil:
		t.Fatal(err)
	default:
		assets = ui.Assets{CSS: set.URL("app.css"), JS: set.URL("app.js"), Icon: set.URL("icon.svg")}
		if err := os.RemoveAll(filepath.Join(dir, "static")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(dir, "static"), os.DirFS("../asset/dist")); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range []string{"vi", "en"} {
		frame := sampleFrame(catalog(t).In(lang))
		frame.Assets = assets
		pages := galleryPages(frame)
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			t.Run(lang+"/"+name, func(t *testing.T) {
				html := render(t, pages[name])
				checkPage(t, html, lang)
				if n := gzipped(t, html); n > pageBudget {
					t.Errorf("%d bytes on the wire, budget %d", n, pageBudget)
				}
				file := filepath.Join(dir, strings.TrimSuffix(lang, "vi")+name+".html")
				if err := os.WriteFile(file, []byte(html), 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
					t.Fatal(err)
				}
			})
		}
	}
}

// pageBudget is what a page may weigh on the wire, in bytes.
const pageBudget = 20_000

func gzipped(t *testing.T, s string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// checkPage holds a page to the rules that a machine can check: the content security policy, words, names for
// every field, ids that exist and are used once, one h1, one primary button.
func checkPage(t *testing.T, html, lang string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Find("html").AttrOr("lang", ""); got != lang {
		t.Errorf("lang %q", got)
	}
	if _, key, missing := strings.Cut(html, "⟦"); missing {
		t.Errorf("a text is missing: %.40s", key)
	}
	if n := doc.Find("[style], style, script:not([src])").Length(); n > 0 {
		t.Errorf("%d inline styles or scripts", n)
	}
	for _, one := range []string{"h1", "main#main", ".btn.primary"} {
		if n := doc.Find(one).Length(); n > 1 || n == 0 && one != ".btn.primary" {
			t.Errorf("%d of %s", n, one)
		}
	}
	ids := map[string]int{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")]++ })
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, attribute := range []string{"aria-labelledby", "aria-describedby", "for"} {
		doc.Find("[" + attribute + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attribute, "")) {
				if ids[id] == 0 {
					t.Errorf("%s leads to %q, which is not there", attribute, id)
				}
			}
		})
	}
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "?")
		if s.Closest("label").Length() == 0 && doc.Find(`label[for="`+id+`"]`).Length() == 0 {
			t.Errorf("field %q has no label", s.AttrOr("name", ""))
		}
	})
	doc.Find("use").Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); ids[id] != 1 {
			t.Errorf("mark %q has no drawing", id)
		}
	})
}

func galleryPages(f ui.Frame) map[string]templ.Component {
	w := f.Words
	return map[string]templ.Component{
		"house": housePage(f), "today": todayPage(f), "question": questionPage(f), "inspection": inspectionPage(f),
		"street": streetPage(f), "houses": housesPage(f), "board": boardPage(f), "form": formPage(f),
		"signin": signInPage(f), "import": importPage(f), "report": reportPage(f), "door": doorPage(f), "states": statesPage(f, w), "indicator": indicatorPage(f),
	}
}

func todayPage(f ui.Frame) templ.Component {
	f.Title, f.Crumbs, f.Plate, f.Place, f.Demo = "Hôm nay", nil, "36A", "Hàng Bạc", false
	f.Inbox = ui.NavItem{Href: "/inbox", Label: "Hộp thư", Icon: ui.IconInbox, Count: 2}
	return within(ui.Layout, f, templ.Raw(`<p class="hello">Thứ Ba, 20/10/2026</p><h1>Hôm nay có 4 việc, thưa ông Thịnh</h1>`),
		ui.TaskList([]ui.Task{
			{Href: "#a", When: "Quá hạn 2 ngày", What: "Xác nhận đèn cầu thang tầng 2 đã sửa xong", Overdue: true},
			{Href: "#b", When: "Còn 5 ngày, hạn 25/10", What: "Gửi báo cáo tháng 10"},
			{Href: "#c", When: "Còn 5 ngày, hạn 25/10", What: "Tự đánh giá số nhà, còn 11 câu"},
			{Href: "#d", When: "Thứ Ba 27/10, 09 giờ 00", What: "Đón đoàn kiểm tra lại"}}),
		ui.MyHouse("Kết quả của số nhà", ui.Conditional, "Đạt có điều kiện", "Kiểm tra ngày 12/10/2026.", ui.Link{Href: "/house", Label: "Làm 2 việc này là đạt"}),
		ui.CallRow([]ui.Call{{Who: "Gọi 113", Tel: "113"}, {Who: "Cảnh sát khu vực", Tel: "02438251234"}}),
		ui.Thumb(ui.Action{Label: "Tháng này bình thường", Primary: true, Block: true}))
}

func questionPage(f ui.Frame) templ.Component {
	f.Title, f.Plate = "Tự đánh giá, câu 7 trên 20", ""
	f.Back, f.Aside = ui.Link{Href: "#", Label: "Câu trước"}, ui.Link{Href: "#", Label: "Lưu và thoát"}
	return within(ui.Phone, f, ui.Question(f.Words, ui.Ask{
		Action: "/answers", Groups: []int{4, 4, 3, 3, 3, 3}, At: 6, Content: "Phòng trộm cắp",
		Question: "Cổng chung có khóa tốt và giờ đóng cổng đã ghi trong quy ước không?",
		HintHead: "Thế nào là đạt?", Hint: "Khóa đóng mở được. Quy ước của số nhà ghi giờ đóng cổng và có ngày thông qua.",
		Hidden: []ui.FieldValue{{Name: "request", Value: "1"}},
		Answers: []ui.Answer{
			{Value: "2", Label: "Đạt", Note: "Khóa tốt, có giờ đóng", State: ui.Safe},
			{Value: "1", Label: "Một phần", Note: "Có khóa, chưa ghi giờ đóng", State: ui.Conditional},
			{Value: "0", Label: "Chưa đạt", Note: "Chưa khóa được", State: ui.NotSafe}},
		Other: []ui.Link{{Href: "#", Label: "Không có cổng chung"}, {Href: "#", Label: "Để trả lời sau"}}, Saved: "Đã lưu lúc 14:05"}))
}

func inspectionPage(f ui.Frame) templ.Component {
	f.Title, f.Plate, f.Place = "Kiểm tra 36A Hàng Bạc, mục 9 trên 42", "36A", "Hàng Bạc"
	f.Back, f.Aside = ui.Link{Href: "#", Label: "Quay lại"}, ui.Link{Href: "#", Label: "42 mục"}
	return within(ui.Phone, f, templ.Raw(`<div class="offline" role="status">`), ui.Icon(ui.IconCloudOff),
		templ.Raw(`<p><b>3 bản ghi chờ gửi</b>Đang không có mạng</p><a href="#">Xem</a></div><form method="post" data-unsaved><main class="insp" id="main" tabindex="-1"><div><p class="item-no"><span>Phòng trộm cắp (TC2)</span><span>Mục 9 trên 42</span></p><h1>Lối đi, cầu thang, sân chung đủ sáng ban đêm</h1></div>`),
		ui.SelfAndFinding(f.Words, ui.Versus{Name: "finding", Self: ui.Safe, SelfText: "Đạt", HasSelf: true, Options: []ui.Option{
			{Value: "2", Label: "Đạt", State: ui.Safe}, {Value: "1", Label: "Một phần", State: ui.Conditional}, {Value: "0", Label: "Chưa đạt", State: ui.NotSafe, Checked: true}}}),
		templ.Raw(`<p class="diff">`), ui.Icon(ui.IconScale), templ.Raw(`<span>Khác với tự chấm: ghi lý do và biện pháp.</span></p>`),
		ui.CheckList(ui.Choice{Name: "seen", Legend: "Thấy gì?", Inline: true, Options: []ui.Option{{Value: "a", Label: "Đèn hỏng", Checked: true}, {Value: "b", Label: "Thiếu đèn"}, {Value: "c", Label: "Bị che"}}}),
		ui.Input(f.Words, ui.Field{Kind: ui.PhotoField, Name: "photo", Label: "Ảnh chụp chỗ đó", Hint: "Ảnh được thu nhỏ trước khi gửi."}),
		templ.Raw(`<section class="measure" aria-labelledby="m"><h2 id="m">Biện pháp</h2><dl><div><dt>Làm gì</dt><dd>Thay 5 bóng đèn cầu thang tầng 2, tầng 3</dd></div><div><dt>Ai làm</dt><dd>Số nhà</dd></div><div><dt>Hạn</dt><dd>11/11/2026 <span class="quiet nb">(30 ngày)</span></dd></div></dl>`),
		ui.Button(ui.Action{Label: "Sửa biện pháp", Href: "#", Icon: ui.IconPencil}),
		templ.Raw(`</section></main>`), ui.Thumb(ui.Action{Label: "Lưu, sang mục 10", Primary: true, Block: true}), templ.Raw(`</form>`))
}

func streetPage(f ui.Frame) templ.Component {
	f.Title = "Phố Hàng Bạc"
	return within(ui.Layout, f, templ.Raw(`<div class="street"><div class="street-head"><div><h1>Phố Hàng Bạc</h1><p class="quiet">Số lẻ một bên, số chẵn một bên, như đứng giữa phố nhìn từ Hàng Ngang.</p></div><p class="figure"><strong>84 số nhà đạt</strong> trên 95 đã kiểm tra (88,4 %)<br><span class="asof">Đã kiểm tra 95/120 (79,2 %) · số liệu lúc 14:05</span></p></div><div class="street-tools">`),
		ui.FilterChips("Lọc theo kết quả", []ui.Chip{{Label: "Tất cả", Count: "120", Href: "?", On: true, OneOf: true}, {Label: "Đạt", Count: "84", Href: "?s=ok", State: ui.Safe, HasState: true},
			{Label: "Đạt có điều kiện", Count: "7", Href: "?s=cond", State: ui.Conditional, HasState: true}, {Label: "Chưa đạt", Count: "4", Href: "?s=bad", State: ui.NotSafe, HasState: true}, {Label: "Chưa kiểm tra", Count: "25", Href: "?s=none", HasState: true}}),
		templ.Raw(`<div class="actions wide-only"><button class="btn" type="button" data-print>`), ui.Icon(ui.IconPrinter), templ.Raw(`In sơ đồ</button></div></div>`),
		ui.StripMap(f.Words, sampleStrip()), templ.Raw(`<p class="endnote">Đợt 2026. Ô viền đậm về phía mặt phố. Chọn một cửa để mở số nhà; dùng phím mũi tên để đi dọc phố.</p></div>`))
}

func housesPage(f ui.Frame) templ.Component {
	f.Title = "Số nhà của Tổ dân phố 5"
	w := f.Words
	return within(ui.Layout, f, ui.PageHead(f.Title, "214 số nhà · đang lọc còn 20 · số liệu lúc 14:05"),
		ui.FilterChips("Bộ lọc", []ui.Chip{{Label: "3 phố", Href: "?", On: true}, {Label: "Khu vực 3", Href: "?", On: true}, {Label: "Đạt", Count: "11", Href: "?", State: ui.Safe, HasState: true},
			{Label: "Đạt có điều kiện", Count: "5", Href: "?", State: ui.Conditional, HasState: true}, {Label: "Chưa đạt", Count: "2", Href: "?", State: ui.NotSafe, HasState: true}, {Label: "Lọc thêm", Href: "?", Icon: ui.IconPlus}}),
		templ.Raw(`<div class="list-grid"><div id="list">`), ui.HouseTable(w, sampleColumns(), sampleRows(20), "panel"),
		with(ui.Pager(w, ui.Page{From: 1, To: 20, Total: "214", Note: " Thứ tự: VH, TC, TN, NK, GD, HG.", Next: "?page=2"}), ui.Button(ui.Action{Label: "Tải XLSX", Href: "#", Icon: ui.IconDownload})),
		templ.Raw(`</div>`),
		with(ui.Panel("panel", "Số nhà đang chọn"), templ.Raw(`<header>`), ui.Plate("36A", ui.PlateNormal), templ.Raw(`<div><h2>36A Hàng Bạc</h2><p class="quiet">14 hộ<br>ông Trần Văn Thịnh</p></div></header><p>`),
			ui.StateLabel(ui.Conditional, ui.StateText(w, ui.Conditional)), templ.Raw(`</p><p class="quiet">Kiểm tra 12/10/2026, kiểm tra lại trước 11/12/2026</p><h3>Làm 2 việc này là đạt</h3><ol class="two"><li>Thử chuông báo động liên hộ</li><li>Sửa đèn cầu thang tầng 2, 3</li></ol><h3>Sáu nội dung</h3>`),
			ui.ContentBars(w, shortNames(sampleContents())), templ.Raw(`<h3>Đề xuất đang mở: 3</h3><p><span class="due">Quá hạn 1 ngày:</span> dây điện sà thấp trước cổng</p>`),
			ui.Actions(ui.Action{Label: "Mở số nhà", Href: "#", Primary: true}, ui.Action{Label: "Hẹn kiểm tra", Href: "#"})),
		templ.Raw(`</div>`))
}

func shortNames(list []ui.Content) []ui.Content {
	for i, name := range []string{"Văn hóa phẩm", "Trộm cắp", "Tệ nạn xã hội", "Cư trú", "Hỗ trợ hòa nhập", "Hòa giải"} {
		list[i].Name = name
	}
	return list
}

func boardPage(f ui.Frame) templ.Component {
	f.Title = "Đợt 2026, phường Hoàn Kiếm"
	w := f.Words
	counts := map[ui.State]int{ui.Safe: 1411, ui.Conditional: 118, ui.NotSafe: 57, ui.NotInspected: 562}
	parts := []templ.Component{ui.PageHead(f.Title, "Số liệu lúc 14:05, thứ Ba 20/10/2026 · còn 11 ngày đến hạn kiểm tra"),
		templ.Raw(`<section class="lead" aria-label="Con số chính">`),
		ui.Stat(ui.Rate{Value: "89,0", Numerator: "1.411", NumText: "số nhà đạt an toàn", NumHref: "#", Denominator: "1.586", DenText: "hồ sơ đã kiểm tra"}),
		templ.Raw(`<figure class="whole"><figcaption>Độ phủ: đã kiểm tra <strong>1.586/2.148</strong> hồ sơ đang hoạt động (73,8 %). <span class="nb">Tuần này thêm 127.</span></figcaption>`),
		ui.StackedBar(func(s ui.State) int { return counts[s] }), ui.StateKey(w, [4]string{"562", "57", "118", "1.411"}, func(ui.State) string { return "/houses?state=safe" }),
		templ.Raw(`</figure></section><div class="board-grid"><section class="section" aria-labelledby="bg"><div class="head"><h2 id="bg">Mười hai tổ dân phố, độ phủ cao trước</h2><a href="#">Tải bảng (XLSX)</a></div><table class="groups"><thead><tr><th scope="col">Tổ dân phố</th><th scope="col" colspan="3">Đã kiểm tra</th><th scope="col">9 tuần qua</th><th scope="col" colspan="2">Đạt an toàn</th><th scope="col">`),
		ui.SixBarsHead(), templ.Raw(`</th><th scope="col" class="num">Chậm</th></tr></thead><tbody>`)}
	for i, share := range []float64{92.5, 89.3, 85.2, 82.5, 80.5, 78.4, 75.5, 71.2, 67.1, 61.7, 51.9, 36} {
		weeks := make([]float64, 9)
		for k := range weeks {
			weeks[k] = share * float64(k+1) / 9
		}
		parts = append(parts, templ.Raw(`<tr><th scope="row"><a href="#">TDP `+itoa(i+1)+`</a></th><td class="num">198/214</td><td class="cov">`), ui.MiniBar(share, share < 60),
			templ.Raw(`</td><td class="num">92,5 %</td><td>`), ui.Spark(weeks, 100), templ.Raw(`</td><td class="num">187</td><td class="num"><strong>94,4 %</strong></td><td>`),
			ui.SixBars([6]float64{95, 40 + 5*float64(12-i), 96, 86, 93, 110 - 5*float64(i)}), templ.Raw(`</td><td class="num due">4</td></tr>`))
	}
	parts = append(parts, templ.Raw(`</tbody><tfoot><tr><th scope="row">Cả phường</th><td class="num">1.586/2.148</td><td></td><td class="num">73,8 %</td><td></td><td class="num">1.411</td><td class="num">89,0 %</td><td></td><td class="num">27</td></tr></tfoot></table><p class="under">TDP: tổ dân phố. Chậm: báo cáo tháng quá hạn.</p></section><aside aria-label="Việc cần quyết">`),
		with(ui.Section("wait", "Chờ duyệt: 38 đề nghị", ui.Link{}), templ.Raw(`<p class="small quiet">Xem 3 trường hợp khác quy tắc trước.</p><ul class="wait"><li><a href="#">17 Hàng Đào</a> <span class="sub">Quy tắc: đạt. CSKV đề nghị: có điều kiện, vì chỗ để xe chung vừa hỏng khóa.</span></li><li><a href="#">82-84 Hàng Bạc</a> <span class="sub">Tự chấm và kiểm tra lệch 6 mục.</span></li></ul>`),
			ui.Button(ui.Action{Label: "Duyệt 35 đề nghị theo quy tắc", Href: "#", Primary: true})),
		with(ui.Section("lacks", "Thiếu nhiều nhất", ui.Link{Href: "#", Label: "Cả 42 tiêu chí"}), templ.Raw(`<ol class="lacks"><li><span>Thử chuông báo động mỗi quý <span class="quiet nb">(TC5)</span></span><b>96 số nhà</b>`), ui.MiniBar(96, false), templ.Raw(`</li><li><span>Đèn lối đi, cầu thang <span class="quiet nb">(TC2)</span></span><b>71 số nhà</b>`), ui.MiniBar(71, false), templ.Raw(`</li></ol>`)),
		templ.Raw(`</aside></div>`))
	return within(ui.Layout, f, parts...)
}

func formPage(f ui.Frame) templ.Component {
	f.Title, f.Demo = "Gửi đề xuất", true
	w := f.Words
	return within(ui.Layout, f, templ.Raw(`<h1>Gửi đề xuất</h1>`),
		ui.Errors(w, []ui.FieldError{{Name: "text", Text: "Nói rõ chỗ nào hỏng"}, {Name: "kind", Text: "Chọn loại việc"}}),
		templ.Raw(`<form class="stack" method="post" data-unsaved novalidate>`),
		ui.RadioCards(ui.Choice{Name: "kind", Legend: "Việc gì?", Hint: "Nếu đang nguy hiểm, hãy gọi 113 trước.", Error: "Chọn loại việc.", Options: []ui.Option{
			{Value: "light", Label: "Đèn, điện", Note: "Đèn cầu thang, dây điện sà thấp", Checked: true}, {Value: "water", Label: "Cống, nước"}}}),
		ui.Input(w, ui.Field{Kind: ui.TextArea, Name: "text", Label: "Chuyện gì, ở chỗ nào?", Hint: "Không ghi tên người, số điện thoại.", Error: "Nói rõ chỗ nào hỏng, ví dụ: đèn cầu thang tầng 2.", Value: "Đèn <hỏng>", Required: true}),
		templ.Raw(`<div class="row">`),
		ui.Input(w, ui.Field{Kind: ui.SelectField, Name: "floor", Label: "Tầng", Value: "2", Blank: "Chọn tầng", Options: []ui.Option{{Value: "1", Label: "Tầng 1"}, {Value: "2", Label: "Tầng 2"}}}),
		ui.Input(w, ui.Field{Kind: ui.NumberField, Name: "count", Label: "Số bóng đèn", Unit: "bóng", Short: true, Value: "5"}),
		ui.Input(w, ui.Field{Kind: ui.DateField, Name: "day", Label: "Thấy từ ngày", Short: true, Value: "2026-10-20", Optional: true}),
		templ.Raw(`</div>`),
		ui.Input(w, ui.Field{Kind: ui.FileField, Name: "file", Label: "Tệp kèm theo", Accept: ".pdf,.xlsx", Optional: true}),
		ui.Checkbox("public", "Cho phép nêu công khai", "Chỉ nêu việc và chỗ, không nêu ai gửi.", true),
		ui.Actions(ui.Action{Label: "Gửi đề xuất", Primary: true}, ui.Action{Label: "Thôi", Href: "/today"}), templ.Raw(`</form>`))
}

func signInPage(f ui.Frame) templ.Component {
	w := f.Words
	f.Title, f.SignedIn, f.NoShell, f.Nav, f.Tabs, f.Demo = "Đăng nhập", false, true, nil, nil, true
	return within(ui.Layout, f, templ.Raw(`<form class="signin" method="post"><h1>Đăng nhập</h1>`),
		ui.Input(w, ui.Field{Kind: ui.TelField, Name: "phone", Label: "Số điện thoại", Required: true}),
		ui.Input(w, ui.Field{Kind: ui.PINField, Name: "pin", Label: "Mã PIN 6 số", Error: "Mã PIN chưa đúng. Ông/bà còn 4 lần thử.", Required: true}),
		ui.Button(ui.Action{Label: "Vào", Primary: true}), templ.Raw(`<p class="quiet small">Quên mã PIN? Gặp cảnh sát khu vực để được cấp lại thẻ.</p></form>`))
}

func importPage(f ui.Frame) templ.Component {
	f.Title, f.Flash = "Nhập danh sách số nhà", ui.Flash{Kind: ui.Warning, Text: "Chưa có gì được ghi. Xem lại rồi bấm Nhập."}
	return within(ui.Layout, f, ui.PageHead(f.Title, ""), ui.Tallies([]ui.Tally{
		{Label: "dòng mới", Count: "120", Kind: ui.Success, Href: "?new"}, {Label: "dòng thay đổi", Count: "14", Kind: ui.Warning, Href: "?changed"}, {Label: "dòng giữ nguyên", Count: "1.452", Href: "?same"}, {Label: "dòng bị từ chối", Count: "6", Kind: ui.Failure, Href: "?bad"}}),
		templ.Raw(`<div class="scroll"><table class="dense cards"><thead><tr><th scope="col">Dòng</th><th scope="col">Số nhà</th><th scope="col">Trưởng số nhà</th><th scope="col">Lỗi</th></tr></thead><tbody><tr class="new"><td data-label="Dòng">5</td><th scope="row"><a href="#">36A Hàng Bạc</a></th><td data-label="Trưởng số nhà">Trần Văn Thịnh</td><td class="blank" data-label="Lỗi">–</td></tr><tr class="changed"><td data-label="Dòng">6</td><th scope="row"><a href="#">38 Hàng Bạc</a></th><td data-label="Trưởng số nhà"><del>Lê A</del> <ins>Lê Thị An</ins></td><td class="blank" data-label="Lỗi">–</td></tr><tr class="refused"><td data-label="Dòng">7</td><th scope="row">3-6-A Hàng Bạc</th><td data-label="Trưởng số nhà">Vũ Minh</td><td class="wrap" data-label="Lỗi">Số nhà không đọc được. Ghi như trên biển số, ví dụ 36A.</td></tr></tbody></table></div>`),
		ui.Progress(f.Words, ui.Job{URL: "/nowhere", Label: "Đang đọc danh sách", Done: 420, Total: 1592, State: "Đang so với số nhà đã có"}),
		ui.Actions(ui.Action{Label: "Nhập 134 dòng", Primary: true, Href: "#"}, ui.Action{Label: "Tải các dòng bị từ chối", Href: "#", Icon: ui.IconDownload}))
}

func reportPage(f ui.Frame) templ.Component {
	f.Title = "Báo cáo quý III"
	return within(ui.Layout, f, templ.Raw(`<div class="paper-desk">`), with(ui.Paper("Báo cáo"), templ.Raw(`<div class="letterhead"><div><p>UBND PHƯỜNG HOÀN KIẾM</p><p><b>CÔNG AN PHƯỜNG</b></p><p>Số: 12/BC-CAP</p></div><div><p><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b></p><p class="motto">Độc lập - Tự do - Hạnh phúc</p><p class="day">Hà Nội, ngày 20 tháng 10 năm 2026</p></div></div><h1>BÁO CÁO</h1><p class="center"><b>Kết quả thực hiện mô hình “Số nhà tự quản” quý III năm 2026</b></p><p>Đã kiểm tra <a href="#">1.586</a> hồ sơ; <a href="#">1.411</a> số nhà đạt an toàn (89,0 %).</p><table><thead><tr><th>Tổ</th><th>Đã kiểm tra</th></tr></thead><tbody><tr><td>TDP 5</td><td>198/214</td></tr></tbody></table><div class="sign"><p></p><p><b>TRƯỞNG CÔNG AN PHƯỜNG</b></p></div>`)), templ.Raw(`</div>`))
}

func doorPage(f ui.Frame) templ.Component {
	f.Title, f.SignedIn, f.Nav, f.Tabs = "36A Hàng Bạc", false, nil, nil
	f.SignIn = ui.Link{Href: "/signin", Label: "Đăng nhập"}
	return within(ui.Layout, f, templ.Raw(`<div class="door-page">`), ui.Plate("36A", ui.PlateBig), templ.Raw(`<h1>36A Hàng Bạc</h1><div class="verdict ok">`), ui.Mark(ui.Safe), templ.Raw(`<div><b>Số nhà an toàn</b><span>Đợt 2026, công bố 05/11/2026</span></div></div>`),
		ui.Calls([]ui.Call{{Who: "Khẩn cấp", Number: "113", Tel: "113"}, {Who: "Cảnh sát khu vực", Number: "0912 345 678", Tel: "0912345678"}}), templ.Raw(`</div>`))
}

func statesPage(f ui.Frame, w *words.Words) templ.Component {
	f.Title, f.Place = "Mọi trạng thái", "Hoàn Kiếm"
	parts := []templ.Component{ui.PageHead(f.Title, f.AsOf)}
	for _, k := range []ui.Kind{ui.Info, ui.Success, ui.Warning, ui.Failure} {
		parts = append(parts, ui.Notice(k, "Đã ghi nhận. CSKV trả lời trước 23/10/2026."))
	}
	for _, s := range ui.States {
		parts = append(parts, templ.Raw(`<p>`), ui.StateLabel(s, ui.StateText(w, s)), templ.Raw(`</p>`))
	}
	parts = append(parts, ui.Plate("12/5/7", ui.PlateBig), ui.Plate("36-38", ui.PlateNormal),
		ui.Empty("Hôm nay không có việc đến hạn.", "Việc gần nhất: báo cáo tháng 10, hạn 25/10.", ui.Action{Label: "Xem cả tháng", Href: "#"}),
		with(ui.Section("history", "Ai nhập, lúc nào", ui.Link{}), ui.Timeline([]ui.Event{
			{Time: "2026-10-20T14:05:00+07:00", When: "14:05, 20/10/2026", Who: "Cảnh sát khu vực", What: "Giao Điện lực Hoàn Kiếm", Note: "Hẹn 23/10"},
			{Time: "2026-10-19T08:00:00+07:00", When: "08:00, 19/10/2026", Who: "Hệ thống", What: "Quá hạn 1 ngày, báo chỉ huy", Late: true},
			{Time: "2026-10-09T19:30:00+07:00", When: "19:30, 09/10/2026", Who: "Trưởng số nhà", What: "Gửi đề xuất"}})),
		with(ui.Section("terms", "Chi tiết", ui.Link{}), ui.Terms([]ui.Fact{{Key: "Đơn vị xử lý", Text: "Điện lực Hoàn Kiếm", Sub: "Từ 09/10"}, {Key: "Hạn trả lời", Text: "23/10/2026"}})),
		ui.NavList([]ui.NavItem{{Href: "#", Label: "Chỉ số", Icon: ui.IconChartLine}, {Href: "#", Label: "Chờ duyệt", Icon: ui.IconStamp, Count: 38}}),
		templ.Raw(`<ol class="phases"><li class="done"><b>Tự đánh giá</b>01/09–30/09</li><li aria-current="step"><b>Kiểm tra</b>01/10–31/10</li><li><b>Công bố</b>05/11</li></ol>`))
	return within(ui.Layout, f, parts...)
}

func indicatorPage(f ui.Frame) templ.Component {
	f.Title = "Số vụ phạm pháp hình sự"
	return within(ui.Layout, f, templ.Raw(`<div class="ind-grid"><div><p class="asof">Chỉ số I3 · số liệu đến 31/12/2025</p><h1>Số vụ phạm pháp hình sự</h1><p class="say">Năm 2024 có 104 vụ, <strong>giảm 52,3 % so với năm 1997</strong>. Không so sánh qua mốc 01/07/2025.</p></div><ul class="facts"><li><span>Trung bình 2022–2024</span><b>103,0 vụ</b></li><li><span>Thấp nhất</span><b>81 vụ (2021)</b></li></ul></div>
<figure tabindex="0"><svg class="chart" viewBox="0 0 960 380" role="img" aria-label="Số vụ mỗi năm"><line class="axis" x1="48" x2="952" y1="350" y2="350"/><line class="grid" x1="48" x2="952" y1="187" y2="187"/><text class="end" x="38" y="191.5">120</text><rect class="brk-zone" x="834" y="24" width="118" height="326"/><path class="brk" d="M831 18V356M837 18V356"/><path class="line" d="M48 54 L400 130 L792 208"/><circle class="dot" cx="792" cy="208" r="5.5"/><text class="lbl blue end" x="800" y="184">2024: 104 vụ</text><circle class="dot new" cx="892" cy="308" r="5.5"/></svg></figure>
<section class="section" aria-labelledby="it"><div class="head"><h2 id="it">Bảng số liệu</h2></div><div class="twins"><table><thead><tr><th scope="col">Năm</th><th scope="col" class="num">Số vụ</th></tr></thead><tbody><tr><th scope="row">2024</th><td class="num">104</td></tr><tr class="cut"><th scope="row">2025</th><td class="num">31</td></tr></tbody></table></div></section>`))
}
