package paper_test

import (
	"bytes"
	"fmt"
	"time"

	"sonha/engine/paper"
)

// A report with a table and a wide annex, written as PDF and as DOCX.
func Example() {
	fonts, err := paper.LoadFonts()
	if err != nil {
		fmt.Println(err)
		return
	}
	report := &paper.Document{
		Issuer:  paper.Issuer{Over: "Công an thành phố Hà Nội", Name: "Công an phường Hoàn Kiếm"},
		Number:  "05/BC-CAP",
		Place:   "Hoàn Kiếm",
		Date:    time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC),
		Type:    "Báo cáo",
		Subject: "Kết quả chuyên đề “Hộ tự phòng – Số nhà tự quản” quý I năm 2026",
		Body: []paper.Block{
			paper.Heading{Level: 1, Text: "I. Kết quả"},
			paper.Words(paper.Plain("Đã kiểm tra "), paper.Bold("1.586 hồ sơ"), paper.Plain("; 1.411 số nhà đạt an toàn (89,0\u00A0%).")),
			paper.Table{
				Caption: "Bảng 1. Theo tổ dân phố", Unit: "Đơn vị: số nhà",
				Columns: []paper.Column{{Width: 12, Align: paper.Center}, {}, {}, {}},
				Head: [][]paper.Cell{
					{{Text: "TT", Down: 2}, {Text: "Tổ dân phố", Down: 2}, {Text: "Kết quả", Span: 2}},
					paper.Row("Đã kiểm tra", "Đạt"),
				},
				Rows: [][]paper.Cell{paper.Row("1", "Tổ dân phố số 5", "1.586", "1.411")},
			},
		},
		Signers:    []paper.Signer{{Title: "Trưởng Công an phường", Name: "Nguyễn Văn Ẩn"}},
		Recipients: []string{"UBND phường", "Lưu: VT"},
		Annexes: []paper.Annex{{Title: "Danh sách số nhà", Landscape: true, Body: []paper.Block{
			paper.Table{Head: [][]paper.Cell{paper.Row("Số nhà", "Xếp loại")}, Rows: [][]paper.Cell{paper.Row("36A", "● Đạt an toàn")}},
		}}},
		Foot: paper.Foot{Record: "BC-2026-0005", URL: "https://sonha.example/r/5", PrintedAt: time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC)},
	}
	var pdf, docx bytes.Buffer
	fmt.Println(report.WritePDF(&pdf, fonts), report.WriteDOCX(&docx, fonts))
	fmt.Println(pdf.String()[:4], docx.String()[:2])
	// Output:
	// <nil> <nil>
	// %PDF PK
}
