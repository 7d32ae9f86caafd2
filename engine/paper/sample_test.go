package paper

import (
	"fmt"
	"strconv"
	"time"
)

// yearReport is the document of the main job: a ward's yearly report with
// tables, a wide annex, and as many annex rows as asked.
func yearReport(rows int) *Document {
	printed := time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC)
	d := &Document{
		Issuer:  Issuer{Over: "Công an thành phố Hà Nội", Name: "Công an phường Hoàn Kiếm"},
		Number:  "05/BC-CAP",
		Place:   "Hoàn Kiếm",
		Date:    time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC),
		Type:    "Báo cáo",
		Subject: "Kết quả thực hiện chuyên đề “Hộ tự phòng – Số nhà tự quản” năm 2026",
		To:      []string{"Công an thành phố Hà Nội (Phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc)"},
		Signers: []Signer{{For: "KT. Trưởng Công an phường", Title: "Phó Trưởng Công an phường", Name: "Đặng Nguyễn Hữu Ủy"}},
		Recipients: []string{
			"Công an thành phố Hà Nội (để báo cáo)", "Đảng ủy, UBND phường Hoàn Kiếm", "Ủy ban MTTQ phường",
			"Các tổ dân phố (để thực hiện)", "Lưu: VT, CSKV",
		},
		Foot: Foot{Record: "BC-2026-0005", URL: "https://sonha.hoankiem.example/r/bc-2026-0005", PrintedAt: printed, Mark: "Dữ liệu giả định"},
	}
	d.Body = yearBody()
	d.Annexes = []Annex{groupAnnex(), houseAnnex(rows)}
	return d
}

func yearBody() []Block {
	return []Block{
		Words(Italic("Thực hiện Kế hoạch số 12/KH-CAP ngày 10 tháng 01 năm 2026 của Công an phường Hoàn Kiếm về việc tổ chức chuyên đề trên địa bàn.")),
		P("Công an phường báo cáo kết quả như sau:"),
		Heading{1, "I. Tình hình"},
		P("Phường có 24 tổ dân phố, 52 tuyến phố, 1.786 số nhà với 7.412 hộ. Trong năm, các tổ dân phố đã vận động 1.702 số nhà mở hồ sơ, chiếm 95,3\u00A0% tổng số; tài liệu tập huấn đặt tại https://sonha.hoankiem.example/tai-lieu/tap-huan/truong-so-nha/nam-2026/phan-1-mo-ho-so-va-tu-danh-gia.html để các trưởng số nhà tự đọc."),
		Heading{1, "II. Kết quả thực hiện"},
		Heading{2, "1. Ba tự phòng"},
		Words(Plain("Đã kiểm tra "), Bold("1.586/1.702 hồ sơ"), Plain("; "), Bold("1.411 số nhà đạt an toàn (89,0\u00A0%)"), Plain(". Số còn lại được hướng dẫn biện pháp khắc phục, có người nhận việc và thời hạn.")),
		Table{
			Caption: "Bảng 1. Kết quả kiểm tra theo nội dung", Unit: "Đơn vị: số nhà",
			Columns: []Column{{Width: 10, Align: Center}, {}, {}, {}, {}},
			Head: [][]Cell{
				{{Text: "TT", Down: 2}, {Text: "Nội dung", Down: 2}, {Text: "Kết quả", Span: 2}, {Text: "Tỷ lệ đạt", Down: 2}},
				{{Text: "Đã kiểm tra"}, {Text: "Đạt"}},
			},
			Rows: [][]Cell{
				Row("1", "Phòng văn hóa phẩm đồi trụy, độc hại (VH)", "1.586", "1.571", "99,1 %"),
				Row("2", "Phòng trộm cắp, cướp (TC)", "1.586", "1.462", "92,2 %"),
				Row("3", "Phòng tệ nạn xã hội (TN)", "1.586", "1.540", "97,1 %"),
				Row("4", "Quản lý cư trú (NK)", "1.586", "1.498", "94,5 %"),
				{{Text: "Cộng", Span: 2, Bold: true, Align: Left}, {Text: "1.586", Bold: true}, {Text: "1.411", Bold: true}, {Text: "89,0 %", Bold: true}},
			},
		},
		Heading{2, "2. Ba tự quản"},
		List{Items: Items("Quản lý cư trú: 100\u00A0% số nhà biết cách khai báo tạm vắng, lưu trú qua VNeID.", "Hỗ trợ hòa nhập: mọi số nhà được hỏi đều có người nhận việc.", "Hòa giải: 62 vụ việc nhỏ được giải quyết ngay tại số nhà.")},
		Heading{3, "a) Việc làm tiếp"},
		List{Numbered: true, Items: Items("Tập huấn lại cho trưởng số nhà mới nhận việc.", "Kiểm tra lại các mục chưa đạt trước ngày 30 tháng 6.")},
		Heading{1, "III. Tồn tại, nguyên nhân"},
		P("Một số số nhà trong ngõ sâu thiếu đèn chiếu sáng; lối thoát hiểm bị che chắn bởi hàng hóa. Nguyên nhân chủ yếu là mặt bằng chật hẹp, nhiều hộ cùng dùng một lối đi; việc nhắc nhở chưa thường xuyên."),
		P("Việc ghi nhật ký của trưởng số nhà còn chậm ở 3 tổ dân phố, do người lớn tuổi chưa quen dùng điện thoại; tổ dân phố đã bố trí người nhập thay từ tháng 9."),
		Heading{1, "IV. Phương hướng, biện pháp"},
		P("Tiếp tục vận động 84 số nhà chưa mở hồ sơ; bổ sung biện pháp chiếu sáng ngõ; rà soát lối thoát hiểm cùng lực lượng phòng cháy, chữa cháy."),
		P("Trên đây là báo cáo kết quả năm 2026, Công an phường kính báo cáo./."),
	}
}

// groupAnnex is a table with cells over several rows.
func groupAnnex() Annex {
	t := Table{
		Head: [][]Cell{Row("Tổ dân phố", "Phố", "Số nhà", "Đã kiểm tra", "Đạt", "Chưa đạt")},
	}
	streets := []string{"Hàng Bạc", "Hàng Bồ", "Lương Ngọc Quyến", "Tạ Hiện"}
	for group := 1; group <= 9; group++ {
		for i, street := range streets {
			row := Row(street, strconv.Itoa(18+group*i), strconv.Itoa(17+group*i), strconv.Itoa(15+group*i), "2")
			if i == 0 {
				row = append([]Cell{{Text: fmt.Sprintf("Tổ dân phố số %d", group), Down: len(streets), Bold: true}}, row...)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return Annex{Title: "Kết quả theo tổ dân phố", Body: []Block{t}}
}

// houseAnnex is a wide annex with one row a house.
func houseAnnex(rows int) Annex {
	t := Table{
		Head: [][]Cell{
			{{Text: "TT", Down: 2}, {Text: "Số nhà", Down: 2}, {Text: "Phố", Down: 2}, {Text: "Tổ dân phố", Down: 2}, {Text: "Số hộ", Down: 2}, {Text: "Nội dung", Span: 6}, {Text: "Xếp loại", Down: 2}, {Text: "Việc cần làm", Down: 2}},
			Row("VH", "TC", "TN", "NK", "GD", "HG"),
		},
		Columns: []Column{{}, {}, {}, {}, {}, {Align: Center}, {Align: Center}, {Align: Center}, {Align: Center}, {Align: Center}, {Align: Center}, {}, {Width: 60}},
	}
	states := []string{"● Đạt an toàn", "◐ Đạt có điều kiện", "⊖ Chưa đạt", "◌ Chưa kiểm tra"}
	for i := range rows {
		todo := ""
		if i%4 == 1 {
			todo = "Lắp thêm đèn chiếu sáng ngõ; thay ổ khóa cửa sắt tầng 1 trước ngày 30/6"
		}
		t.Rows = append(t.Rows, Row(strconv.Itoa(i+1), fmt.Sprintf("%dA", i+1), "Hàng Bạc", strconv.Itoa(i%24+1), strconv.Itoa(i%30+1),
			"☑", "☑", "☐", "☑", "☒", "☑", states[i%4], todo))
	}
	return Annex{Title: "Danh sách số nhà và kết quả xếp loại", Landscape: true, Body: []Block{t}}
}

// minutes are a record by residents (Decree 59/2023, form 03).
func minutes() *Document {
	return &Document{
		Kind: Residents, Type: "Biên bản", Subject: "Họp các hộ gia đình số nhà 36A phố Hàng Bạc",
		Body: []Block{
			P("Hôm nay, hồi 19 giờ 30 ngày 05 tháng 9 năm 2026, tại sân chung số nhà 36A phố Hàng Bạc, các hộ đã họp bàn việc lắp đèn ngõ."),
			Heading{2, "1. Thành phần"},
			KeyValues{{"Số hộ được mời:", "12"}, {"Số hộ có mặt:", "10 (83,3\u00A0%), đủ điều kiện tiến hành theo quy định về thực hiện dân chủ ở cơ sở; các hộ vắng mặt đã được gửi giấy mời và sẽ nhận bản sao biên bản này"}, {"Chủ trì:", ""}},
			Heading{2, "2. Biểu quyết"},
			Table{Head: [][]Cell{Row("Nội dung", "Tán thành", "Không tán thành")}, Rows: [][]Cell{Row("Lắp 02 đèn cảm biến ở đầu ngõ", "9", "1")}},
			Blank{Label: "Ý kiến khác:", Lines: 3},
		},
		Signers: []Signer{{Title: "Chủ trì", Note: "(Ký, ghi rõ họ tên)"}, {Title: "Thư ký", Note: "(Ký, ghi rõ họ tên)"}, {Title: "Đại diện các hộ", Note: "(Ký, ghi rõ họ tên)"}},
		Foot:    Foot{Record: "HOP-2026-0117", URL: "https://sonha.hoankiem.example/h/117"},
	}
}

// inspectionSheet is a form to fill in by hand.
func inspectionSheet() *Document {
	return &Document{
		Kind: Sheet, Issuer: Issuer{Name: "Công an phường Hoàn Kiếm"}, Number: "KT-2026-0031",
		Type: "Phiếu kiểm tra", Subject: "Số nhà 36A phố Hàng Bạc",
		Body: []Block{
			Table{Head: [][]Cell{Row("Mục", "Tiêu chí", "Tự đánh giá", "Kiểm tra")}, Rows: [][]Cell{
				Row("TC-1", "Cửa chính có khóa tốt, chốt trong", "☑ Đạt", "☐ Đạt  ☐ Chưa"),
				Row("TC-2", "Lối đi chung có đèn", "☒ Chưa", "☐ Đạt  ☐ Chưa"),
			}},
			Table{Caption: "Bảng trống", Head: [][]Cell{Row("A", "B")}},
			Blank{Label: "Nhận xét của trưởng số nhà:", Lines: 2},
			QR{URL: "https://sonha.hoankiem.example/k/31", Size: 30, Caption: "Quét mã để nhập kết quả"},
		},
		Signers: []Signer{{Title: "Người kiểm tra"}, {Title: "Trưởng số nhà"}},
		Foot:    Foot{Record: "KT-2026-0031", URL: "https://sonha.hoankiem.example/k/31"},
	}
}
