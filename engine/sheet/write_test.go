package sheet

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"sonha/ground/civil"
)

// dangerous are texts that a spreadsheet would run.
var dangerous = []string{"=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1"}

func writeSample(t *testing.T, w Writer) {
	t.Helper()
	table := Table{Name: "Số nhà: 1/2", Title: "DANH SÁCH SỐ NHÀ", Note: "Số liệu đến 05/09/2026", Columns: []Column{{Title: "STT", Width: 6}, {Title: "Số nhà"}, {Title: "Ngày"}}, Footer: func(n int) string { return fmt.Sprintf("Cộng %d dòng", n) }}
	must(t, w.Begin(table))
	must(t, w.Row(1, "36A", civil.Day("2026-09-05")))
	must(t, w.Row(2, "12/5", nil))
	for _, text := range dangerous {
		must(t, w.Row(nil, text))
	}
	must(t, w.Row(2.5, "+84912345678", true))
	table.Footer = nil
	must(t, w.Begin(table))
	must(t, w.Row(int64(9), civil.Day("2026-09-05"), time.Date(2026, 9, 5, 8, 30, 0, 0, time.UTC)))
	must(t, w.Close())
}

func TestWriteXLSX(t *testing.T) {
	var buf bytes.Buffer
	w, err := NewXLSX(&buf)
	must(t, err)
	writeSample(t, w)
	got := mustRead(t, buf.Bytes(), "a.xlsx")
	want := map[int][]string{
		1: {"DANH SÁCH SỐ NHÀ"}, 2: {"Số liệu đến 05/09/2026"}, 4: {"STT", "Số nhà", "Ngày"},
		5: {"1", "36A", "2026-09-05"}, 6: {"2", "12/5"}, 7: {"", "=1+1"}, 8: {"", "+A1"}, 9: {"", "-A1"}, 10: {"", "@SUM(A1)"}, 11: {"", "\t=1"}, 12: {"", "=1"},
		13: {"2.5", "+84912345678", "TRUE"}, 15: {"Cộng 9 dòng"},
	}
	if diff := cmp.Diff(want, got["Số nhà 1-2"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[int][]string{1: {"DANH SÁCH SỐ NHÀ"}, 2: {"Số liệu đến 05/09/2026"}, 4: {"STT", "Số nhà", "Ngày"}, 5: {"9", "2026-09-05", "2026-09-05T15:30:00"}}, got["Số nhà 1-2 (2)"]); diff != "" {
		t.Error(diff)
	}
	f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	must(t, err)
	for row := 7; row <= 13; row++ {
		formula, err := f.GetCellFormula("Số nhà 1-2", fmt.Sprintf("B%d", row))
		must(t, err)
		kind, err := f.GetCellType("Số nhà 1-2", fmt.Sprintf("B%d", row))
		must(t, err)
		if formula != "" || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("row %d is no text: %q, %v", row, formula, kind)
		}
	}
	panes, err := f.GetPanes("Số nhà 1-2")
	must(t, err)
	if !panes.Freeze || panes.YSplit != 4 {
		t.Errorf("the header is not frozen: %+v", panes)
	}
	// Printed, the columns stay together and every page has the header.
	layout, err := f.GetPageLayout("Số nhà 1-2")
	must(t, err)
	props, err := f.GetSheetProps("Số nhà 1-2")
	must(t, err)
	if *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 || !*props.FitToPage {
		t.Errorf("printed as %+v, fit %v", layout, *props.FitToPage)
	}
	if names := f.GetDefinedName(); !slices.ContainsFunc(names, func(n excelize.DefinedName) bool {
		return n.Name == "_xlnm.Print_Titles" && n.Scope == "Số nhà 1-2" && n.RefersTo == "'Số nhà 1-2'!$4:$4"
	}) {
		t.Errorf("no header on the second page: %+v", names)
	}
	sheetXML, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if text := fmt.Sprintf("%s", sheetXML); !ok || !strings.Contains(text, `autoFilter ref="$A$4:$C$13"`) && !strings.Contains(text, `autoFilter ref="A4:C13"`) {
		t.Error("no filter over the rows")
	}
}

func TestWriteCSV(t *testing.T) {
	var buf bytes.Buffer
	writeSample(t, NewCSV(&buf))
	want := "\ufeffDANH SÁCH SỐ NHÀ\r\nSố liệu đến 05/09/2026\r\nSTT;Số nhà;Ngày\r\n1;36A;05/09/2026\r\n2;12/5;\r\n;'=1+1\r\n;'+A1\r\n;'-A1\r\n;'@SUM(A1)\r\n;'\t=1\r\n;\"'\r=1\"\r\n2,5;+84912345678;true\r\nCộng 9 dòng\r\n" +
		"\r\nDANH SÁCH SỐ NHÀ\r\nSố liệu đến 05/09/2026\r\nSTT;Số nhà;Ngày\r\n9;05/09/2026;05/09/2026 15:30\r\n"
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Error(diff)
	}
}

func TestRowBeforeBegin(t *testing.T) {
	x, err := NewXLSX(&bytes.Buffer{})
	must(t, err)
	if x.Row(1) == nil || NewCSV(&bytes.Buffer{}).Row(1) == nil {
		t.Error("a row without a table was taken")
	}
}

// TestAnnotateSample gives the sample roster back with notes: everything that was
// there is there still, merged ranges and widths too.
func TestAnnotateSample(t *testing.T) {
	data, err := os.ReadFile(sampleRoster)
	must(t, err)
	before := mustRead(t, data, "a.xlsx")
	notes := []Notes{{Sheet: "TDP 1-10", Header: 7, Rows: map[int]string{174: "Thiếu số nhà <&>", 347: "Số hộ"}}}
	var buf bytes.Buffer
	must(t, Annotate(&buf, bytes.NewReader(data), int64(len(data)), "a.xlsx", notes))
	after := mustRead(t, buf.Bytes(), "a.xlsx")
	for row, text := range map[int]string{7: "Lỗi", 174: "Thiếu số nhà <&>", 347: "Số hộ"} {
		cells := after["TDP 1-10"][row]
		if len(cells) != 10 || cells[9] != text {
			t.Fatalf("row %d: %q", row, cells)
		}
		cells = cells[:9]
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		after["TDP 1-10"][row] = cells
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	must(t, err)
	merges, err := f.GetMergeCells("TDP 1-10")
	must(t, err)
	if len(merges) != 28 {
		t.Errorf("%d merged ranges of 28", len(merges))
	}
	for col, want := range map[string]float64{"D": 24, "F": 26, "J": notesWidth} {
		if got, err := f.GetColWidth("TDP 1-10", col); err != nil || got != want {
			t.Errorf("width of %s is %v, %v", col, got, err)
		}
	}
}

// TestAnnotateOddSheets covers sheets with formats beyond their content.
func TestAnnotateOddSheets(t *testing.T) {
	for name, c := range map[string]struct{ sheet, want, widths string }{
		"no widths":         {`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`, "B1", `<cols><col min="2" max="2"`},
		"wide formats":      {`<worksheet><cols><col min="1" max="16384" width="9"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`, "B1", `<cols><col min="1" max="16384" width="9"/></cols>`},
		"formatted cells":   {`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" s="1"></c><c r="C1" s="2"/></row></sheetData></worksheet>`, "B1", `</c><c r="C1" s="2"/></row>`},
		"formatted beyond":  {`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="2"/></row></sheetData></worksheet>`, "B1", `<c r="XFD1" s="2"/></row>`},
		"width beyond":      {`<worksheet><cols><col min="4" max="4" width="9"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`, "E1", `width="9"/><col min="5" max="5"`},
		"prefix":            {`<x:worksheet xmlns:x="y"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`, "B1", `<x:is><x:t>`},
		"without reference": {`<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, "B1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := annotateSheet([]byte(c.sheet), Notes{Rows: map[int]string{1: "sai"}})
			must(t, err)
			text := string(out)
			if strings.Count(text, `r="`+c.want+`"`) != 1 || strings.Count(text, "<cols>") > 1 || !strings.Contains(text, c.widths) {
				t.Errorf("got %s", text)
			}
			book := mustRead(t, packageOf(t, text, nil), "a.xlsx")["Trang 1"][1]
			if len(book) == 0 || book[len(book)-1] != "sai" {
				t.Errorf("read again: %q", book)
			}
		})
	}
}

func TestAnnotateCSV(t *testing.T) {
	data := []byte("sep=;\r\nSố nhà;Phố\r\n36;\"Hàng\nBạc\"\r\n38\r\n40;Hàng Đào\r\n")
	var buf bytes.Buffer
	must(t, Annotate(&buf, bytes.NewReader(data), int64(len(data)), "a.csv", []Notes{{Header: 2, Rows: map[int]string{4: "Thiếu tên phố; ghi thêm"}}}))
	want := "\ufeffsep=;\r\nSố nhà;Phố;Lỗi\r\n36;\"Hàng\nBạc\"\r\n38;;\"Thiếu tên phố; ghi thêm\"\r\n40;Hàng Đào\r\n"
	if diff := cmp.Diff(want, buf.String()); diff != "" {
		t.Error(diff)
	}
}

// TestChoices finds in the finished file what Excel offers in a column.
func TestChoices(t *testing.T) {
	var out bytes.Buffer
	w, err := NewXLSX(&out)
	must(t, err)
	must(t, w.Begin(Table{Name: "Danh sách", Title: "Danh sách", Columns: []Column{{Title: "Phố", Choices: "'Danh mục'!$A$2:$A$3"}, {Title: "Số hộ"}}}))
	must(t, w.Begin(Table{Name: "Danh mục", Columns: []Column{{Title: "Phố"}}}))
	must(t, w.Row("Hàng Bạc"))
	must(t, w.Row("Đinh Liệt"))
	must(t, w.Close())
	f, err := excelize.OpenReader(&out)
	must(t, err)
	rules, err := f.GetDataValidations("Danh sách")
	must(t, err)
	if len(rules) != 1 || rules[0].Formula1 != "'Danh mục'!$A$2:$A$3" || rules[0].Sqref != "A4:A200003" || rules[0].ShowErrorMessage {
		t.Errorf("offered: %+v", rules)
	}
}

// A table of many columns goes onto several sheets side by side, each with the columns that name the row: made to fit one, its letters
// would be too small to be read.
func TestAWideTableIsPrintedSideBySide(t *testing.T) {
	for name, c := range map[string]struct {
		columns, fixed int
		fit            bool
		titles         string
	}{
		"narrow": {16, 0, true, "'B'!$3:$3"}, "wide": {28, 0, false, "'B'!$A:$B,'B'!$3:$3"}, "wide with columns in sight": {28, 3, false, "'B'!$A:$C,'B'!$3:$3"},
	} {
		t.Run(name, func(t *testing.T) {
			var buf bytes.Buffer
			w, err := NewXLSX(&buf)
			must(t, err)
			columns := []Column{{Title: "TT", Width: 6}}
			for len(columns) < c.columns {
				columns = append(columns, Column{Title: "Cột", Width: 12})
			}
			must(t, w.Begin(Table{Name: "B", Title: "BẢNG", Columns: columns, Fixed: c.fixed}))
			must(t, w.Row(1))
			must(t, w.Close())
			f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
			must(t, err)
			layout, err := f.GetPageLayout("B")
			must(t, err)
			props, err := f.GetSheetProps("B")
			must(t, err)
			if *props.FitToPage != c.fit || !c.fit && *layout.AdjustTo < 70 {
				t.Errorf("fit to a page: %v, %+v", *props.FitToPage, layout)
			}
			if names := f.GetDefinedName(); len(names) == 0 || !slices.ContainsFunc(names, func(n excelize.DefinedName) bool { return n.RefersTo == c.titles }) {
				t.Errorf("repeats %+v, want %s", names, c.titles)
			}
		})
	}
}

// A text longer than its column stands on several lines, and its row is as high as they are.
func TestLongTextHasItsLines(t *testing.T) {
	var buf bytes.Buffer
	w, err := NewXLSX(&buf)
	must(t, err)
	must(t, w.Begin(Table{Name: "B", Lines: true, Columns: []Column{{Title: "Số"}, {Title: "Chuyện gì xảy ra ở đó", Width: 12}}}))
	must(t, w.Row(1, "ngắn"))
	must(t, w.Row(2, "một câu dài hơn nhiều so với bề ngang của cột này"))
	must(t, w.Close())
	f, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	must(t, err)
	for row, least := range map[int]float64{1: 30, 2: 15, 3: 60} {
		height, err := f.GetRowHeight("B", row)
		must(t, err)
		if height < least || row == 2 && height > least {
			t.Errorf("row %d is %v points high, want %v", row, height, least)
		}
	}
	style, err := f.GetCellStyle("B", "B3")
	must(t, err)
	if s, err := f.GetStyle(style); err != nil || s.Alignment == nil || !s.Alignment.WrapText {
		t.Errorf("the text is not broken into lines: %+v, %v", s, err)
	}
}
