package sheet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names is a small vocabulary for the finder.
func names(label, parent string) string {
	known := map[string]string{"stt": "seq", "so nha": "number", "pho": "street", "so ho": "count", "dia chi": "address", "dien thoai": "phone"}
	if label == "ho ten" && parent == "truong so nha" {
		return "head"
	}
	return known[label]
}

func rowOf(number int, texts ...string) Row {
	row := Row{Number: number}
	for _, s := range texts {
		row.Cells = append(row.Cells, textCell(s))
	}
	return row
}

func TestFinder(t *testing.T) {
	for name, c := range map[string]struct {
		rows   []Row
		merges []Merge
		taken  []bool
		want   map[string]int
	}{
		"one line":         {[]Row{rowOf(1, "DANH SÁCH"), rowOf(2, "STT", "SỐ  NHÀ:", "Phố", "Số hộ"), rowOf(3, "1", "36", "Hàng Bạc", "5")}, nil, []bool{false, true, false}, map[string]int{"seq": 0, "number": 1, "street": 2, "count": 3}},
		"numbered":         {[]Row{rowOf(2, "STT", "Số nhà", "Phố"), rowOf(3, "(1)", "(2)", "(3)"), rowOf(4, "1", "2", "x")}, nil, []bool{true, true, false}, map[string]int{"seq": 0, "number": 1, "street": 2}},
		"two lines merged": {[]Row{rowOf(2, "STT", "Địa chỉ", "", "Trưởng số nhà"), rowOf(3, "", "Số nhà", "Phố", "Họ tên", "Điện thoại")}, []Merge{{2, 1, 2, 2}, {2, 3, 2, 4}, {2, 0, 3, 0}}, []bool{true, true}, map[string]int{"seq": 0, "number": 1, "street": 2, "head": 3, "phone": 4}},
		"two lines plain":  {[]Row{rowOf(2, "STT", "Địa chỉ", "", "Số hộ"), rowOf(3, "", "Số nhà", "Phố"), rowOf(4, "1", "36", "Hàng Bạc", "2")}, nil, []bool{true, true, false}, map[string]int{"seq": 0, "number": 1, "street": 2, "count": 3}},
		"unit line":        {[]Row{rowOf(2, "STT", "Số nhà", "Số hộ"), rowOf(3, "", "", "(hộ)")}, []Merge{{2, 0, 3, 0}}, []bool{true, true}, map[string]int{"seq": 0, "number": 1, "count": 2}},
		"second table":     {[]Row{rowOf(1, "Số nhà", "Phố"), rowOf(2, "36", "Hàng Bạc"), rowOf(9, "STT", "Phố", "Số nhà")}, nil, []bool{true, false, true}, map[string]int{"seq": 0, "street": 1, "number": 2}},
		"far to the right": {[]Row{rowOf(1, append(make([]string, 20), "Số nhà", "Phố")...)}, nil, []bool{true}, map[string]int{"number": 20, "street": 21}},
		"no header":        {[]Row{rowOf(1, "Người lập"), rowOf(2, "Phố")}, nil, []bool{false, false}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := &Finder{Know: names}
			var taken []bool
			for _, row := range c.rows {
				taken = append(taken, f.Take(row, c.merges))
			}
			if diff := cmp.Diff(c.taken, taken); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.want, f.Columns); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTotalsAndSignatures(t *testing.T) {
	for s, want := range map[string]bool{"Cộng TDP 1": true, "TỔNG CỘNG": true, "Tổng số: 1.586": true, "cong": true, "Tống Duy Tân": false, "Cống Trắng": false, "Tong Duy Tan": false, "Cộng Hòa": false, "Công an": false, "": false, "Hàng Bạc": false} {
		if IsTotal(s) != want {
			t.Errorf("IsTotal(%q) = %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"Người lập biểu": true, "Hà Nội, ngày 05 tháng 9 năm 2026": true, "TM. ỦY BAN NHÂN DÂN": true, "Hàng Bạc": false, "Hà Trung": false} {
		if IsSignature(s) != want {
			t.Errorf("IsSignature(%q) = %v", s, !want)
		}
	}
}

// FuzzFinder: any rows may come in any order with any merged ranges.
func FuzzFinder(f *testing.F) {
	f.Add("STT|Số nhà|Phố\n(1)|(2)|(3)\n1|36|Hàng Bạc", 1, 0, 2, 300)
	f.Add("Địa chỉ||Số hộ\nSố nhà|Phố", 1, 0, 1, 1)
	f.Fuzz(func(t *testing.T, text string, top, left, bottom, right int) {
		finder := &Finder{Know: names}
		var merges []Merge
		if top > 0 && left >= 0 && top <= bottom && left <= right {
			merges = []Merge{{top, left, bottom, right}}
		}
		for i, line := range strings.Split(text, "\n") {
			row := rowOf(i+1, strings.SplitN(line, "|", MaxColumns)...)
			finder.Take(row, merges)
			for name, col := range finder.Columns {
				if col < 0 || col >= MaxColumns || finder.Column(name) != col {
					t.Fatalf("column %s at %d", name, col)
				}
			}
		}
	})
}
