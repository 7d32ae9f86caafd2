package ui_test

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"sonha/engine/page/ui"
	"sonha/engine/words"
)

func catalog(t testing.TB) *words.Catalog {
	t.Helper()
	c, err := words.Load(ui.Messages)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func vietnamese(t testing.TB) *words.Words { t.Helper(); return catalog(t).In("vi") }

func render(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// cells spells a bar of items: # met, + half, 0 not met, - not applicable, * met and required.
func cells(spelled string) []ui.Cell {
	list := make([]ui.Cell, 0, len(spelled))
	for _, r := range spelled {
		switch r {
		case '#':
			list = append(list, ui.Cell{Value: ui.CellFull})
		case '*':
			list = append(list, ui.Cell{Value: ui.CellFull, Required: true})
		case '+':
			list = append(list, ui.Cell{Value: ui.CellHalf})
		case '0':
			list = append(list, ui.Cell{Value: ui.CellZero})
		case '-':
			list = append(list, ui.Cell{Value: ui.CellNotApplicable})
		}
	}
	return list
}

func sampleContents() []ui.Content {
	return []ui.Content{
		{State: ui.Safe, Name: "Phòng văn hóa phẩm độc hại", Points: 12, Max: 12, Need: 9, Cells: cells("**-####")},
		{State: ui.NotSafe, Name: "Phòng trộm cắp, cướp", Points: 7, Max: 14, Need: 10, Cells: cells("*0*+0-++"), Missing: "Thiếu: đèn cầu thang (TC2), chuông báo động chưa thử quý này (TC5). Cần 10 điểm."},
		{State: ui.Safe, Name: "Phòng tệ nạn xã hội", Points: 9, Max: 10, Need: 7, Cells: cells("*-+##-#")},
		{State: ui.Safe, Name: "Cư trú", Points: 11, Max: 12, Need: 9, Cells: cells("**#+##-")},
		{State: ui.Safe, Name: "Hỗ trợ hòa nhập", Points: 9, Max: 10, Need: 7, Cells: cells("***#+-")},
		{State: ui.Safe, Name: "Hòa giải, tình làng nghĩa xóm", Points: 11, Max: 12, Need: 9, Cells: cells("**#*-#+")},
	}
}

func sampleRows(n int) []ui.HouseRow {
	streets := []string{"Hàng Bạc", "Hàng Đào", "Đinh Liệt"}
	numbers := []string{"32", "34", "36", "36A", "38", "52/1", "52/3", "82-84", "100", "12/5/7"}
	rows := make([]ui.HouseRow, n)
	for i := range rows {
		row := ui.HouseRow{Href: "/houses/" + numbers[i%len(numbers)], Address: numbers[i%len(numbers)] + " " + streets[i/len(numbers)%len(streets)]}
		switch i % 7 {
		case 3:
			row.State = ui.Conditional
			row.Contents = [6]ui.State{ui.Safe, ui.NotSafe, ui.Safe, ui.Safe, ui.Safe, ui.Safe}
			row.Points, row.Missing, row.Inspected, row.Due, row.Selected = "59/70", "Thử chuông, đèn cầu thang", "12/10", "11/12", i == 3
		case 5:
			row.Due, row.Overdue = "31/10", true
		case 6:
			row.State = ui.NotSafe
			row.Contents = [6]ui.State{ui.Safe, ui.NotSafe, ui.Safe, ui.Safe, ui.NotSafe, ui.Safe}
			row.Points, row.Missing, row.Inspected, row.Due = "49/72", "Họp số nhà quý III", "10/10", "04/12"
		default:
			row.State = ui.Safe
			row.Contents = [6]ui.State{ui.Safe, ui.Safe, ui.Safe, ui.Safe, ui.Safe, ui.Safe}
			row.Points, row.Inspected = "70/74", "17/09"
		}
		rows[i] = row
	}
	return rows
}

func sampleColumns() [ui.HouseColumns]ui.Column {
	return [ui.HouseColumns]ui.Column{
		{Label: "Số nhà", Href: "?sort=-house", Sort: "ascending"}, {Label: "Kết quả", Href: "?sort=state"}, {Label: "Sáu nội dung"},
		{Label: "Điểm", Href: "?sort=points", Num: true}, {Label: "Còn thiếu"}, {Label: "Kiểm tra", Href: "?sort=seen", Num: true}, {Label: "Hạn tới", Href: "?sort=due", Num: true},
	}
}

func sampleFrame(w *words.Words) ui.Frame {
	return ui.Frame{
		Words: w, Title: "36A Hàng Bạc", AsOf: "Số liệu lúc 14:05", SignedIn: true,
		Assets: ui.Assets{CSS: "/static/app.css", JS: "/static/app.js", Icon: "/static/icon.svg"},
		Crumbs: []ui.Link{{Href: "/", Label: "Hà Nội"}, {Href: "/a/1", Label: "Hoàn Kiếm"}, {Href: "/a/2", Label: "Tổ dân phố 5"}, {Href: "/s/1", Label: "Hàng Bạc"}, {Label: "36A"}},
		Nav: []ui.NavItem{
			{Href: "/today", Label: "Hôm nay", Icon: ui.IconCalendarCheck}, {Href: "/campaign", Label: "Đợt 2026", Icon: ui.IconGauge},
			{Href: "/streets", Label: "Phố", Icon: ui.IconSignpost}, {Href: "/houses", Label: "Số nhà", Icon: ui.IconHouse, Current: true},
			{Href: "/proposals", Label: "Đề xuất", Icon: ui.IconMessageSquareText, Count: 7}, {Href: "/inspections", Label: "Kiểm tra", Icon: ui.IconClipboardCheck},
			{Href: "/approvals", Label: "Chờ duyệt", Icon: ui.IconStamp, Count: 38}, {Href: "/reviews", Label: "Sơ kết", Icon: ui.IconNotebookPen},
			{Href: "/indicators", Label: "Chỉ số", Icon: ui.IconChartLine}, {Href: "/reports", Label: "Báo cáo", Icon: ui.IconFileText},
			{Href: "/awards", Label: "Khen thưởng", Icon: ui.IconAward},
		},
		Tabs: []ui.NavItem{
			{Href: "/today", Label: "Hôm nay", Icon: ui.IconCalendarCheck}, {Href: "/houses", Label: "Số nhà", Icon: ui.IconHouse, Current: true},
			{Href: "/proposals", Label: "Đề xuất", Icon: ui.IconMessageSquareText}, {Href: "/more", Label: "Thêm", Icon: ui.IconMenu},
		},
		Who: []string{"Chỉ huy Công an phường", "Phường Hoàn Kiếm, Hà Nội"}, Account: ui.Link{Href: "/account", Label: "Tài khoản"}, Language: ui.Link{Href: "?lang=en", Label: "English"},
		SearchAction: "/search",
	}
}

func sampleStrip() ui.Strip {
	odd, even := []ui.Spot{}, []ui.Spot{}
	states := []ui.State{ui.Safe, ui.Safe, ui.NotInspected, ui.Safe, ui.Conditional, ui.Safe, ui.Safe, ui.NotSafe, ui.Safe}
	for i := range 52 {
		state := states[i*i%len(states)]
		odd = append(odd, ui.Spot{Door: ui.Door{Number: itoa(2*i + 1), Href: "/houses/" + itoa(2*i+1), State: state}})
		number := itoa(2*i + 2)
		if i == 6 {
			number = "14-16"
		}
		even = append(even, ui.Spot{Door: ui.Door{Number: number, Href: "/houses/" + number, State: states[(i+3)*i%len(states)], Current: i == 17}})
		if i == 7 || i == 40 {
			odd = append(odd, ui.Spot{Alley: &ui.Alley{Label: "Ngõ " + itoa(2*i+1), Doors: []ui.Door{
				{Number: "15/1", Href: "/houses/a", State: ui.Safe}, {Number: "15/2", Href: "/houses/b", State: ui.NotSafe}, {Number: "15/3", Href: "/houses/c", State: ui.Safe},
				{Number: "15/4", Href: "/houses/d", State: ui.Safe}, {Number: "15/5", Href: "/houses/e"}, {Number: "15/6", Href: "/houses/f", State: ui.Conditional}}}})
		}
		if i == 26 || i == 28 {
			even = append(even, ui.Spot{Alley: &ui.Alley{Label: "Ngõ " + itoa(2*i+2), Doors: []ui.Door{
				{Number: "52/1", Href: "/houses/g", State: ui.Safe}, {Number: "52/2", Href: "/houses/h"}, {Number: "52/3", Href: "/houses/i", State: ui.Safe}}}})
		}
	}
	staves := ui.LayStaves(odd, even, ui.DoorsPerStave)
	cross := []string{"Hàng Ngang", "Đinh Liệt", "Mã Mây", "Hàng Mắm"}
	for i := range staves {
		staves[i].Title, staves[i].From, staves[i].To = "Đoạn "+itoa(i+1), cross[i], cross[i+1]
		staves[i].Span = cross[i] + " đến " + cross[i+1] + " · " + itoa(staves[i].Doors()) + " số nhà"
	}
	return ui.Strip{Name: "Hàng Bạc", Staves: staves}
}

func housePage(f ui.Frame) templ.Component {
	w := f.Words
	left := with(ui.Todo("todo", "Làm 2 việc này là đạt", "Phòng trộm cắp lên 11/14 điểm, cần 10.", []ui.Fact{
		{Text: "Thử chuông báo động liên hộ", Sub: "Mỗi quý một lần, chừng 10 phút. Thêm 2 điểm."},
		{Text: "Sửa đèn cầu thang tầng 2 và tầng 3", Sub: "Đã đề xuất, Điện lực hẹn 23/10. Thêm 2 điểm."},
	}), ui.Actions(ui.Action{Label: "Ghi là đã thử chuông", Primary: true, Touch: true, Href: "#"}, ui.Action{Label: "Xem đề xuất đèn", Touch: true, Href: "#"}))
	return within(ui.Layout, f,
		ui.HouseHead(w, "36A", "36A Hàng Bạc", []string{"Tổ dân phố 5 · 14 hộ", "Trưởng số nhà: ông Trần Văn Thịnh"}, ui.Conditional, "Kiểm tra 12/10/2026. Kiểm tra lại trước 11/12/2026."),
		templ.Raw(`<div class="house-grid"><div>`),
		left,
		with(ui.Section("six", "Sáu nội dung", ui.Link{Label: "59/70 điểm · số liệu lúc 14:05"}), ui.ContentRows(w, sampleContents()), ui.CellKey(w)),
		with(ui.Section("open", "Đề xuất đang mở", ui.Link{Href: "#", Label: "Cả 9 đề xuất năm nay"}), templ.Raw(`<ul class="props">
      <li><a href="#">Dây điện sà thấp trước cổng</a><span class="sub">Gửi 05/10, giao Điện lực Hoàn Kiếm</span><span class="st due">Quá hạn 1 ngày, đã báo chỉ huy</span></li>
      <li><a href="#">Đèn cầu thang tầng 2, tầng 3 không sáng</a><span class="sub">Gửi 09/10, giao Điện lực Hoàn Kiếm</span><span class="st">Đang sửa, hẹn 23/10</span></li></ul>`)),
		with(ui.Section("years", "Tám năm qua", ui.Link{Href: "#", Label: "Mở hồ sơ các năm"}), ui.YearsRow(w, []ui.YearMark{
			{Year: "2019", State: ui.Conditional}, {Year: "2020"}, {Year: "2021"}, {Year: "2022", State: ui.NotSafe},
			{Year: "2023", State: ui.Conditional}, {Year: "2024", State: ui.Safe}, {Year: "2025", State: ui.Safe}, {Year: "2026", State: ui.Conditional}})),
		templ.Raw(`</div><div>`),
		with(ui.Section("next", "Sắp tới", ui.Link{}), ui.KV([]ui.Fact{
			{Key: "23/10", Time: "2026-10-23", Text: "Điện lực sửa đèn cầu thang"}, {Key: "25/10", Time: "2026-10-25", Text: "Báo cáo tháng 10", Sub: "Chưa gửi"},
			{Key: "27/10", Time: "2026-10-27T09:00", Text: "Kiểm tra lại phòng trộm cắp", Sub: "09 giờ 00, đoàn của phường"}, {Key: "15/11", Time: "2026-11-15", Text: "Họp số nhà quý IV", Sub: "Cần ít nhất 8 trên 14 hộ dự"}})),
		with(ui.Section("call", "Gọi ai", ui.Link{}), ui.Calls([]ui.Call{
			{Who: "Cảnh sát khu vực (CSKV)", Number: "0912 345 678", Tel: "0912345678"}, {Who: "Trực ban Công an phường", Number: "024 3825 1234", Tel: "02438251234"},
			{Who: "Khẩn cấp", Number: "113", Tel: "113"}, {Who: "Cháy, cứu nạn", Number: "114", Tel: "114"}})),
		with(ui.Section("dossier", "Hồ sơ", ui.Link{}), ui.KV([]ui.Fact{
			{Key: "13/14 hộ", Text: "đã ký cam kết"}, {Key: "12/14 hộ", Text: "đã tự đánh giá"}, {Key: "9/10", Text: "báo cáo tháng đúng hạn"}}),
			ui.Actions(ui.Action{Label: "In hồ sơ", Href: "#", Icon: ui.IconPrinter}, ui.Action{Label: "Ai đã xem", Href: "#", Icon: ui.IconEye})),
		templ.Raw(`</div></div>`))
}
