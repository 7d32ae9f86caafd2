package indicators

import (
	"bytes"
	"testing"

	"sonha/engine/sheet"
)

// Any text as a file of counts: what is taken is a count of a period, and nothing panics.
func FuzzParse(f *testing.F) {
	f.Add([]byte("Năm,Mã,Số vụ,Số hộ\n2024,I3,12,5300\n2024,I4,3,\n"))
	f.Add([]byte("Kỳ;Đơn vị;Phạm pháp hình sự;Ma túy\nQuý 1/2024;Phường Hàng Bạc;5;0\n6 tháng đầu năm 2025;Hoàn Kiếm;1.234;-\n"))
	f.Add([]byte("Năm\tQuý\tTháng\tSố vụ\n2023\tI\t\tx\n99999\t9\t13\t1e9\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "so-lieu.csv")
		if err != nil {
			return
		}
		file, err := Parse(book, "2026-11-27", func(int, int) {})
		if err != nil {
			return
		}
		for _, r := range file.Rows {
			if r.Value < 0 || r.Value > MostCases {
				t.Fatalf("a count of %d", r.Value)
			}
		}
	})
}
