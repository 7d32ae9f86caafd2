package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"sonha/engine/words"
)

// readAll opens data and gives the text of every cell by sheet and row.
func readAll(data []byte, name string) (map[string]map[int][]string, error) {
	book, err := Open(bytes.NewReader(data), int64(len(data)), name)
	if err != nil {
		return nil, err
	}
	out := map[string]map[int][]string{}
	for _, s := range book.Sheets {
		rows := map[int][]string{}
		for row, err := range book.Rows(s) {
			if err != nil {
				return nil, err
			}
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Text)
			}
			rows[row.Number] = cells
		}
		out[s.Name] = rows
	}
	done, total := book.Progress()
	if done != total {
		return nil, fmt.Errorf("read to the end, but progress is %d of %d", done, total)
	}
	return out, nil
}

func mustRead(t *testing.T, data []byte, name string) map[string]map[int][]string {
	t.Helper()
	out, err := readAll(data, name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// workbookOf makes a workbook with excelize.
func workbookOf(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	build(f)
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// packageOf makes a workbook of one sheet from the XML of its parts.
func packageOf(t testing.TB, sheet string, more map[string]string) []byte {
	t.Helper()
	parts := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheets><x:sheet name="Trang 1" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><t>một</t></si><si><r><t xml:space="preserve">h </t></r><r><t>ai</t></r><rPh><t>no</t></rPh></si></sst>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
	maps.Copy(parts, more)
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(parts)) { // always the same bytes: what fuzzing finds must be found again
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(parts[name]))
		must(t, err)
	}
	must(t, z.Close())
	return buf.Bytes()
}

// TestReadsLikeExcelize compares every cell of the sample workbooks with what
// excelize reads, so that our own scanner is never alone in its opinion.
func TestReadsLikeExcelize(t *testing.T) {
	for _, name := range []string{"roster-hoan-kiem.xlsx", "results-2023-2025.xlsx"} {
		data, err := os.ReadFile("../../testdata/" + name)
		must(t, err)
		book, err := Open(bytes.NewReader(data), int64(len(data)), name)
		must(t, err)
		f, err := excelize.OpenReader(bytes.NewReader(data))
		must(t, err)
		for _, s := range book.Sheets {
			want := map[int][]string{}
			rows, err := f.Rows(s.Name)
			must(t, err)
			for n := 1; rows.Next(); n++ {
				cells, err := rows.Columns(excelize.Options{RawCellValue: true})
				must(t, err)
				for len(cells) > 0 && cells[len(cells)-1] == "" {
					cells = cells[:len(cells)-1]
				}
				if len(cells) > 0 {
					want[n] = cells
				}
			}
			got := map[int][]string{}
			for row, err := range book.Rows(s) {
				must(t, err)
				var cells []string
				for _, c := range row.Cells {
					text := c.Text
					if c.Down {
						text = ""
					}
					cells = append(cells, text)
				}
				for len(cells) > 0 && cells[len(cells)-1] == "" {
					cells = cells[:len(cells)-1]
				}
				got[row.Number] = cells
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: %s", name, s.Name, diff)
			}
		}
	}
}

func TestCellKinds(t *testing.T) {
	data := workbookOf(t, func(f *excelize.File) {
		must(t, f.SetCellValue("Sheet1", "A1", "chữ"))
		must(t, f.SetCellValue("Sheet1", "B1", 36))
		must(t, f.SetCellValue("Sheet1", "C1", time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)))
		must(t, f.SetCellValue("Sheet1", "D1", true))
		must(t, f.SetCellRichText("Sheet1", "E1", []excelize.RichTextRun{{Text: "36"}, {Text: "A", Font: &excelize.Font{Bold: true}}}))
		must(t, f.SetCellValue("Sheet1", "F1", time.Date(2026, 5, 12, 8, 30, 0, 0, time.UTC)))
		must(t, f.SetCellValue("Sheet1", "G1", "a&b<c>\"d\"\ne"))
	})
	book, err := Open(bytes.NewReader(data), int64(len(data)), "a.xlsx")
	must(t, err)
	want := []Cell{{Text: "chữ", Kind: Text}, {Text: "36", Kind: Number}, {Text: "2026-05-12", Kind: Date}, {Text: "TRUE", Kind: Logical}, {Text: "36A", Kind: Text}, {Text: "2026-05-12T08:30:00", Kind: Date}, {Text: "a&b<c>\"d\"\ne", Kind: Text}}
	for row, err := range book.Rows(book.Sheets[0]) {
		must(t, err)
		if diff := cmp.Diff(want, row.Cells); diff != "" {
			t.Error(diff)
		}
	}
}

func TestOddButValidXML(t *testing.T) {
	sheet := `<?xml version="1.0"?><!-- c --><x:worksheet xmlns:x="y"><x:sheetData>
<x:row r="3"><x:c r="B3" t="s"><x:v>0</x:v></x:c><x:c r="D3" t="s"><x:v>1</x:v></x:c></x:row>
<x:row r="9"><x:c t="inlineStr"><x:is><x:t><![CDATA[a & b]]></x:t></x:is></x:c><x:c><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c><x:c t="str"><x:f>x</x:f><x:v>x_x000D_y</x:v></x:c><x:c s="1"/><x:c><x:f>SUM(A1)</x:f></x:c></x:row>
<x:row r="10"/></x:sheetData></x:worksheet>`
	got := mustRead(t, packageOf(t, sheet, nil), "a.xlsx")
	want := map[string]map[int][]string{"Trang 1": {3: {"", "một", "", "h ai"}, 9: {"a & b", "2", "#REF!", "x\ry"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDay1904(t *testing.T) {
	data := packageOf(t, `<worksheet><sheetData><row><c s="1"><v>0</v></c></row></sheetData></worksheet>`, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="&quot;ngày&quot; dd/mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
	})
	if got := mustRead(t, data, "a.xlsx")["a"][1]; len(got) != 1 || got[0] != "1904-01-01" {
		t.Errorf("got %v", got)
	}
}

func TestDateFormats(t *testing.T) {
	for code, want := range map[string]bool{"General": false, "0.00": false, "#,##0 \"đồng\"": false, "dd/mm/yyyy": true, "[$-42A]d mmm": true, "[Red]0": false, "\"ngày\" 0": false, "h:mm": true, "@": false, "0\\d": false} {
		if isDateFormat(code) != want {
			t.Errorf("%q: got %v", code, !want)
		}
	}
}

func TestMergesFillDown(t *testing.T) {
	data := workbookOf(t, func(f *excelize.File) {
		for cell, text := range map[string]string{"A1": "tiêu đề", "A2": "TDP 1", "B2": "1", "B3": "3", "B5": "5", "A6": "Cộng", "B7": "7"} {
			must(t, f.SetCellValue("Sheet1", cell, text))
		}
		must(t, f.MergeCell("Sheet1", "A1", "C1"))
		must(t, f.MergeCell("Sheet1", "A2", "A5"))
		must(t, f.MergeCell("Sheet1", "A6", "C6"))
	})
	got := mustRead(t, data, "a.xlsx")["Sheet1"]
	want := map[int][]string{1: {"tiêu đề"}, 2: {"TDP 1", "1"}, 3: {"TDP 1", "3"}, 5: {"TDP 1", "5"}, 6: {"Cộng"}, 7: {"", "7"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHiddenSheetsAreRead(t *testing.T) {
	data := workbookOf(t, func(f *excelize.File) {
		_, err := f.NewSheet("Ẩn")
		must(t, err)
		must(t, f.SetCellValue("Ẩn", "A1", "x"))
		must(t, f.SetSheetVisible("Ẩn", false))
	})
	book, err := Open(bytes.NewReader(data), int64(len(data)), "a.xlsx")
	must(t, err)
	if len(book.Sheets) != 2 || !book.Sheets[1].Hidden || book.Sheets[0].Hidden {
		t.Fatalf("got %+v", book.Sheets)
	}
	if got := mustRead(t, data, "a.xlsx")["Ẩn"][1]; len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// TestRefusals feeds the files that people really send by mistake.
func TestRefusals(t *testing.T) {
	compound := func(stream string) []byte {
		data := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
		for _, u := range utf16.Encode([]rune(stream)) {
			data = append(data, byte(u), byte(u>>8))
		}
		return data
	}
	good, err := os.ReadFile(sampleRoster)
	must(t, err)
	var docx bytes.Buffer
	z := zip.NewWriter(&docx)
	_, err = z.Create("word/document.xml")
	must(t, err)
	must(t, z.Close())
	row := `<row><c t="inlineStr"><is><t>x</t></is></c></row>`
	tcvn3 := "STT;Sè nhµ;Phè\r\n1;36A;Hµng B¹c\r\n2;38;Hµng §µo\r\n"
	windows1258, err := charmap.Windows1258.NewEncoder().String("Sô\u0301 nhà;Phô\u0301\r\n36;Hàng Ba\u0323c\r\n")
	must(t, err)
	for name, c := range map[string]struct {
		data     []byte
		kind     Kind
		encoding string
	}{
		"empty":          {nil, Empty, ""},
		"blank csv":      {[]byte("\xef\xbb\xbf \r\n"), Empty, ""},
		"pdf":            {[]byte("%PDF-1.7"), NotATable, ""},
		"html as xls":    {[]byte("\xef\xbb\xbf<html><table>"), NotATable, ""},
		"binary":         {[]byte("a\x00b"), NotATable, ""},
		"docx":           {docx.Bytes(), NotATable, ""},
		"xls":            {compound("Workbook"), OldExcel, ""},
		"password":       {compound("EncryptedPackage"), Encrypted, ""},
		"doc":            {compound("WordDocument"), NotATable, ""},
		"cut zip":        {good[:len(good)/2], Broken, ""},
		"damaged zip":    {bytes.Replace(good, good[30000:30040], make([]byte, 40), 1), Broken, ""},
		"cut sheet":      {packageOf(t, "<worksheet><sheetData>"+row, nil), Broken, ""},
		"cut after rows": {packageOf(t, "<worksheet><sheetData>"+row+"</sheetData><mergeCe", nil), Broken, ""},
		"bad reference":  {packageOf(t, "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&bad;</t></is></c></row></sheetData></worksheet>", nil), Broken, ""},
		"no such string": {packageOf(t, "<worksheet><sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData></worksheet>", nil), Broken, ""},
		"entities":       {packageOf(t, "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet><sheetData/></worksheet>", nil), Broken, ""},
		"no sheet part":  {packageOf(t, row, map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="none.xml"/></Relationships>`}), Broken, ""},
		"no sheets":      {packageOf(t, row, map[string]string{"xl/workbook.xml": "<workbook/>"}), Empty, ""},
		"too wide":       {packageOf(t, `<worksheet><sheetData><row><c r="ZZ1"><v>1</v></c></row></sheetData></worksheet>`, nil), TooLarge, ""},
		"too many rows":  {packageOf(t, "<worksheet><sheetData>"+strings.Repeat("<row><c><v>1</v></c></row>", MaxRows+1)+"</sheetData></worksheet>", nil), TooLarge, ""},
		"bomb":           {bomb(t), TooLarge, ""},
		"TCVN3 csv":      {[]byte(mustEncode(t, charmap.ISO8859_1, tcvn3)), LegacyText, "TCVN3 (ABC)"},
		"VNI csv":        {[]byte(mustEncode(t, charmap.ISO8859_1, "Soá nhaø;Phoá\r\n36;Haøng Baïc\r\n38;Haøng Ñaøo\r\n")), LegacyText, "VNI"},
		"Windows-1258":   {[]byte(windows1258), LegacyText, "Windows-1258"},
		"unknown bytes":  {[]byte("a;b\r\n\xff\x81;\x90\x9d\r\n"), UnknownText, ""},
		"TCVN3 workbook": {workbookOf(t, func(f *excelize.File) {
			must(t, f.SetSheetRow("Sheet1", "A1", &[]string{"Sè nhµ", "Phè Hµng B¹c", "Tæ d©n phè"}))
		}), LegacyText, "TCVN3 (ABC)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readAll(c.data, "/tmp/danh sách.xlsx")
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Kind != c.kind || refusal.Encoding != c.encoding || refusal.File != "danh sách.xlsx" {
				t.Errorf("got %v, want %s %s", err, kindKeys[c.kind], c.encoding)
			}
		})
	}
}

func mustEncode(t *testing.T, m *charmap.Charmap, s string) string {
	t.Helper()
	out, err := m.NewEncoder().String(s)
	must(t, err)
	return out
}

// bomb is a workbook whose sheet unpacks to more than MaxContent.
func bomb(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	must(t, err)
	block := make([]byte, 1<<20)
	for range MaxContent>>20 + 1 {
		_, err := w.Write(block)
		must(t, err)
	}
	must(t, z.Close())
	return buf.Bytes()
}

// TestBlankTail reads a sheet formatted down to Excel's last row and column.
func TestBlankTail(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row>`)
	for r := 2; r <= MaxRows+500; r++ {
		fmt.Fprintf(&b, `<row r="%d" ht="15"><c r="A%[1]d" s="3"></c></row>`, r)
	}
	b.WriteString(`<row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>`)
	got := mustRead(t, packageOf(t, b.String(), nil), "a.xlsx")["Trang 1"]
	if diff := cmp.Diff(map[int][]string{1: {"1"}, 1048576: {"2"}}, got); diff != "" {
		t.Error(diff)
	}
}

// TestEveryRefusalHasWords keeps the catalog complete.
func TestEveryRefusalHasWords(t *testing.T) {
	catalog, err := words.Load(Messages)
	must(t, err)
	for kind := range kindKeys {
		e := &Error{Kind: kind, File: "a.xlsx", Encoding: "VNI"}
		for _, lang := range []string{"vi", "en"} {
			if text := catalog.In(lang).F(e.Key(), e.Pairs()...); strings.Contains(text, "⟦") || !strings.Contains(text, "a.xlsx") {
				t.Errorf("%s %s: %s", lang, e.Key(), text)
			}
		}
	}
}

func TestColumnNames(t *testing.T) {
	for col, name := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if ColumnName(col) != name || columnIndex([]byte(name+"12")) != col {
			t.Errorf("%d: %s, %d", col, ColumnName(col), columnIndex([]byte(name)))
		}
	}
}

// FuzzSheetXML gives the scanner damaged sheets: it must refuse or read them,
// never hang or panic, and note and read again what it could read.
func FuzzSheetXML(f *testing.F) {
	f.Add(`<worksheet><cols><col min="1" max="2" width="9"/></cols><sheetData><row r="2"><c r="B2" s="1"><v>1</v></c><c r="C2"/></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)
	f.Add(`<x:worksheet><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>&#x41;&amp;</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`)
	f.Fuzz(func(t *testing.T, text string) {
		data := packageOf(t, text, nil)
		before, err := readAll(data, "a.xlsx")
		if err != nil {
			return
		}
		notes := Notes{Sheet: "Trang 1", Rows: map[int]string{}}
		for row := range before["Trang 1"] {
			notes.Rows[row] = "sai <ở> đây"
		}
		var out bytes.Buffer
		if err := Annotate(&out, bytes.NewReader(data), int64(len(data)), "a.xlsx", []Notes{notes}); err != nil {
			return
		}
		if _, err := readAll(out.Bytes(), "a.xlsx"); err != nil {
			var refusal *Error
			if errors.As(err, &refusal) && refusal.Kind == TooLarge {
				return
			}
			t.Fatalf("%q cannot be read after notes: %v", text, err)
		}
	})
}
