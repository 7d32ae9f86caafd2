package roster

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"sonha/engine/sheet"
	"sonha/engine/words"
)

func open(tb testing.TB, data []byte) *sheet.Book {
	tb.Helper()
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "danh sách.xlsx")
	if err != nil {
		tb.Fatal(err)
	}
	return book
}

// csvOf makes a CSV file of lines whose cells are separated by "|".
func csvOf(lines ...string) []byte {
	return []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "|", ";") + "\n")
}

func parse(t *testing.T, data []byte) *Roster {
	t.Helper()
	r, err := Parse(open(t, data), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines writes what came of a file in a form that a clerk could read.
func lines(r *Roster) []string {
	var out []string
	for _, row := range r.Rows {
		line := fmt.Sprintf("%d: %s %s, %d hộ", row.Row, row.Number.Text, row.Street.Name, row.Households)
		for _, more := range []string{row.Group.Name, row.Beat.Name, row.Head, string(row.Phone), row.Note, row.Kind, row.FormerWard} {
			if more != "" {
				line += ", " + more
			}
		}
		out = append(out, line)
	}
	if r.Duplicates > 0 {
		out = append(out, fmt.Sprintf("trùng %d", r.Duplicates))
	}
	for _, p := range slices.Concat(r.Refused, r.Warnings) {
		out = append(out, fmt.Sprintf("%d: %s", p.Row, p.Code))
	}
	return out
}

func TestRostersAsTheyAre(t *testing.T) {
	for name, c := range map[string]struct{ in, want []string }{
		"plain": {
			[]string{"Số nhà|Phố|Số hộ", "36A|Hàng Bạc|5"},
			[]string{"2: 36A Hàng Bạc, 5 hộ"},
		},
		"abbreviated, capitals, no marks": {
			[]string{"TT|TDP|SN|DUONG/PHO|SO HO|HO VA TEN TRUONG SO NHA|SĐT|CSKV|G.CHÚ", "1|01|05|PHỐ HÀNG BẠC|05 hộ|Nguyễn Văn A|901000318.0|2|góc phố"},
			[]string{"2: 5 Hàng Bạc, 5 hộ, Tổ dân phố 1, Khu vực 2, Nguyễn Văn A, +84901000318, góc phố"},
		},
		"one address column": {
			[]string{"STT|Địa chỉ|Số hộ|Loại nhà|Phường cũ", "1|36A Hàng Bạc|5|nhà ở|Hàng Bạc", "2|Số 5 ngõ 85 phố Hàng Buồm, P. Hoàn Kiếm|3", "3|Hàng Bạc|2", "4|36A|1", "5||3"},
			[]string{"2: 36A Hàng Bạc, 5 hộ, nhà ở, Hàng Bạc", "3: 85/5 Hàng Buồm, 3 hộ", "4: missing_number", "5: missing_street", "6: missing_number"},
		},
		"number beside address": {
			[]string{"Số nhà|Địa chỉ|Số hộ", "36A|Hàng Bạc|5", "7|ngõ 12 Hàng Bạc|2"},
			[]string{"2: 36A Hàng Bạc, 5 hộ", "3: 12/7 Hàng Bạc, 2 hộ"},
		},
		"alley columns": {
			[]string{"Số nhà|Ngõ|Ngách|Hẻm|Phố|Số hộ", "7|12|||Hàng Bạc|5", "8|ngõ 12|12/5||Hàng Bạc|1", "9|12|5|3|Hàng Bạc|1", "10||||ngõ 3 Hàng Bạc|1"},
			[]string{"2: 12/7 Hàng Bạc, 5 hộ", "3: 12/5/8 Hàng Bạc, 1 hộ", "4: 12/5/3/9 Hàng Bạc, 1 hộ", "5: 3/10 Hàng Bạc, 1 hộ"},
		},
		"one house in many spellings": {
			[]string{"Số nhà|Phố|Số hộ", "36A|Hàng Bạc|5", "36 a|HÀNG BẠC|05", "Số 36A|phố Hàng Bạc|5 hộ", "SN 36A (gác 2)|P. Hàng  Bạc|6"},
			[]string{"2: 36A Hàng Bạc, 5 hộ", "trùng 2", "5: conflict"},
		},
		"two floors are not passed over": {
			[]string{"Số nhà|Phố|Số hộ", "36 (gác 1)|Hàng Bạc|5", "36 (gác 2)|Hàng Bạc|5"},
			[]string{"2: 36 (gác 1) Hàng Bạc, 5 hộ", "3: conflict"},
		},
		"different houses": {
			[]string{"Số nhà|Phố|Số hộ", "36|Hàng Dầu|5", "36|Hàng Đậu|6", "36A|Hàng Dầu|7", "36-38|Hàng Dầu|8", "3/6|Hàng Dầu|9"},
			[]string{"2: 36 Hàng Dầu, 5 hộ", "3: 36 Hàng Đậu, 6 hộ", "4: 36A Hàng Dầu, 7 hộ", "5: 36-38 Hàng Dầu, 8 hộ", "6: 3/6 Hàng Dầu, 9 hộ"},
		},
		"counts": {
			[]string{"Số nhà|Phố|Số hộ", "1|A Phố|0", "2|A Phố|500", "3|A Phố|501", "4|A Phố|-3", "5|A Phố|2,5", "6|A Phố|12 hộ.", "7|A Phố|5.0", "8|A Phố|5 hộ (2 hộ thuê)", "9|A Phố|5-6", "10|A Phố|", "11|A Phố|12/05/2026", "12|A Phố|1.500", "13|A Phố|#REF!"},
			[]string{"2: 1 A Phố, 0 hộ", "3: 2 A Phố, 500 hộ", "7: 6 A Phố, 12 hộ", "8: 7 A Phố, 5 hộ", "9: 8 A Phố, 5 hộ", "4: bad_households", "5: bad_households", "6: bad_households", "10: bad_households", "11: bad_households", "12: bad_households", "13: bad_households", "14: bad_households"},
		},
		"numbers": {
			[]string{"Số nhà|Phố|Số hộ", "2026-05-12|Hàng Bạc|1", "46154|Hàng Bạc|1", "?|Hàng Bạc|1", "không số|Hàng Bạc|1", "9 Hàng Bạc|Hàng Bạc|1", "11 Hàng Bạc||1", "13 Hàng Đào|Hàng Bạc|1", "trong ngõ 5|Hàng Bạc|1"},
			[]string{"5: không số Hàng Bạc, 1 hộ", "6: 9 Hàng Bạc, 1 hộ", "7: 11 Hàng Bạc, 1 hộ", "9: ngõ 5 Hàng Bạc, 1 hộ", "2: missing_number", "3: missing_number", "4: missing_number", "8: missing_number"},
		},
		"phones": {
			[]string{"Số nhà|Phố|Số hộ|Điện thoại", "1|A Phố|1|0901000318 / 0903000729", "2|A Phố|1|-", "3|A Phố|1|chưa có số", "4|A Phố|1|9.01000318E8", "5|A Phố|1|024 3825 1234", "6||1|chưa có số"},
			[]string{"2: 1 A Phố, 1 hộ, +84901000318", "3: 2 A Phố, 1 hộ", "4: 3 A Phố, 1 hộ", "5: 4 A Phố, 1 hộ, +84901000318", "6: 5 A Phố, 1 hộ, +842438251234", "7: missing_street", "4: bad_phone"},
		},
		"heads that are no names": {
			[]string{"Số nhà|Phố|Số hộ|Trưởng số nhà", "1|A Phố|1|CCCD 001099012345", "2|A Phố|1|<b>Tý</b>", "3|A Phố|1|Ngô Văn Tý (nhà 3)"},
			[]string{"2: 1 A Phố, 1 hộ", "3: 2 A Phố, 1 hộ", "4: 3 A Phố, 1 hộ, Ngô Văn Tý (nhà 3)", "2: bad_head", "3: bad_head"},
		},
		"totals in any place": {
			[]string{"STT|Số nhà|Phố|Số hộ", "1|36|Hàng Bạc|5", "|Cộng|Hàng Bạc|5", "||Tổng cộng|5", "Tổng số:|||5", "TỔNG CỘNG TOÀN PHƯỜNG|1|2|5", "2|38|Tống Duy Tân|1", "|||7"},
			[]string{"2: 36 Hàng Bạc, 5 hộ", "7: 38 Tống Duy Tân, 1 hộ", "8: missing_number"},
		},
		"groups carried down, totals between": {
			[]string{"TDP|Số nhà|Phố|Số hộ", "TDP 1|1|A Phố|1", "|2|A Phố|1", "Cộng|||2", "|3|A Phố|1", "Tổ 2|4|A Phố|1", "nt|5|A Phố|1", "Tổ dân phố 3|||", "|6|A Phố|1"},
			[]string{"2: 1 A Phố, 1 hộ, Tổ dân phố 1", "3: 2 A Phố, 1 hộ, Tổ dân phố 1", "5: 3 A Phố, 1 hộ", "6: 4 A Phố, 1 hộ, Tổ dân phố 2", "7: 5 A Phố, 1 hộ, Tổ dân phố 2", "9: 6 A Phố, 1 hộ, Tổ dân phố 3"},
		},
		"sections and beats in lines of their own": {
			[]string{"STT|Số nhà|Phố|Số hộ", "TDP số 5", "Khu vực 2", "1|36|Hàng Bạc|5", "|Tổ 6", "2|38|Hàng Bạc|5"},
			[]string{"4: 36 Hàng Bạc, 5 hộ, Tổ dân phố 5, Khu vực 2", "6: 38 Hàng Bạc, 5 hộ, Tổ dân phố 6, Khu vực 2"},
		},
		"ditto and streets without marks": {
			[]string{"Số nhà|Phố|Số hộ", "36|Hàng Bạc|5", "38|\"\"\"\"|1", "40|nt|1", "42|Hang Bac|1", "36|HANG BAC|5"},
			[]string{"2: 36 Hàng Bạc, 5 hộ", "3: 38 Hàng Bạc, 1 hộ", "4: 40 Hàng Bạc, 1 hộ", "5: 42 Hàng Bạc, 1 hộ", "trùng 1"},
		},
		"two tables in one sheet": {
			[]string{"TỔ 1", "Số nhà|Phố|Số hộ", "36|Hàng Bạc|5", "", "TỔ 2", "STT|Số hộ|Phố|Số nhà", "(1)|(2)|(3)|(4)", "1|7|Hàng Đào|9"},
			[]string{"3: 36 Hàng Bạc, 5 hộ", "8: 9 Hàng Đào, 7 hộ, Tổ dân phố 2"},
		},
		"signatures under the table": {
			[]string{"Số nhà|Phố|Số hộ", "36|Hàng Bạc|5", "||", "|Hà Nội, ngày 05 tháng 9 năm 2026|", "Người lập biểu||", "|Trưởng Công an phường|"},
			[]string{"2: 36 Hàng Bạc, 5 hộ"},
		},
		"signers' names under the table": {
			[]string{"Số nhà|Phố|Số hộ", "36|Hàng Bạc|5", "Người lập biểu|Trưởng Công an phường|", "(Ký tên)|(Ký tên, đóng dấu)|", "||", "Nguyễn Thị Bưởi|Đại úy Trần Văn Ổi|", "38||5", "ngõ 7|Hàng Bạc|"},
			[]string{"2: 36 Hàng Bạc, 5 hộ", "7: missing_street", "8: bad_households"},
		},
		"a house without a count below a remark": {
			[]string{"Số nhà|Phố|Số hộ", "36|Hàng Bạc|5", "Ghi chú: đã rà soát||", "38|Hàng Bạc|", "Đình Kim Ngân|Hàng Bạc|", "Đình Kim Ngân|Hàng Bạc|1"},
			[]string{"2: 36 Hàng Bạc, 5 hộ", "4: bad_households", "5: missing_number", "6: missing_number"},
		},
		"twenty blank columns": {
			[]string{strings.Repeat("|", 20) + "Số nhà|Phố|Số hộ", strings.Repeat("|", 20) + "36|Hàng Bạc|5"},
			[]string{"2: 36 Hàng Bạc, 5 hộ"},
		},
		"counts in two columns": {
			[]string{"Số nhà|Phố|Số hộ||Ghi chú", "||Tổng số|Thuê|", "36|Hàng Bạc|5|2|x"},
			[]string{"3: 36 Hàng Bạc, 5 hộ, x"},
		},
	} {
		for form, data := range map[string][]byte{
			"NFC": csvOf(c.in...), "NFD": []byte(norm.NFD.String(string(csvOf(c.in...)))), "XLSX": xlsxOf(t, c.in),
		} {
			t.Run(name+"/"+form, func(t *testing.T) {
				if diff := cmp.Diff(c.want, lines(parse(t, data))); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// xlsxOf is csvOf for a workbook; cells are text.
func xlsxOf(t testing.TB, in []string) []byte {
	t.Helper()
	return workbook(t, func(f *excelize.File) {
		for i, line := range in {
			for j, text := range strings.Split(strings.ReplaceAll(line, `""""`, `"`), "|") {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if text != "" {
					set(t, f, cell, text)
				}
			}
		}
	})
}

func workbook(t testing.TB, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	build(f)
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func set(t testing.TB, f *excelize.File, cell string, value any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", cell, value); err != nil {
		t.Fatal(err)
	}
}

// TestCells covers what only a workbook can hold.
func TestCells(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		if err := f.SetSheetName("Sheet1", "TDP 7"); err != nil {
			t.Fatal(err)
		}
		put := func(cell string, value any) {
			if err := f.SetCellValue("TDP 7", cell, value); err != nil {
				t.Fatal(err)
			}
		}
		for i, h := range []string{"Số nhà", "Phố", "Số hộ", "Điện thoại"} {
			put(string(rune('A'+i))+"1", h)
		}
		put("A2", 36.0)
		put("B2", "Hàng Bạc")
		put("C2", 5.0)
		put("D2", 901000318)
		put("A4", time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC)) // "12/5" typed into Excel
		put("C4", 1)
		put("A5", "38")
		put("C5", time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC))
		put("A6", "40")
		put("A7", "42")
		put("C7", true)
		put("A8", "44")
		put("C8", 3)
		if err := f.MergeCell("TDP 7", "B2", "B8"); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("TDP 7", "C5", "C6"); err != nil {
			t.Fatal(err)
		}
	})
	r := parse(t, data)
	want := []string{"2: 36 Hàng Bạc, 5 hộ, Tổ dân phố 7, +84901000318", "8: 44 Hàng Bạc, 3 hộ, Tổ dân phố 7", "4: missing_number", "5: bad_households", "6: bad_households", "7: bad_households"}
	if diff := cmp.Diff(want, lines(r)); diff != "" {
		t.Error(diff)
	}
	if text := r.Refused[0].Text(); !strings.Contains(text, "2026-05-12") || !strings.Contains(text, "Văn bản") {
		t.Errorf("the reader is not told about the day: %s", text)
	}
}

// TestHouseOverSeveralRows: a house merged over three rows for its three deputies
// is one house.
func TestHouseOverSeveralRows(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		for cell, text := range map[string]string{"A1": "Số nhà", "B1": "Phố", "C1": "Số hộ", "D1": "Họ và tên", "A2": "36", "B2": "Hàng Bạc", "C2": "5", "D2": "A", "D3": "B", "D4": "C", "A5": "38", "B5": "Hàng Bạc", "C5": "1"} {
			set(t, f, cell, text)
		}
		for _, col := range []string{"A", "B", "C"} {
			if err := f.MergeCell("Sheet1", col+"2", col+"4"); err != nil {
				t.Fatal(err)
			}
		}
	})
	if diff := cmp.Diff([]string{"2: 36 Hàng Bạc, 5 hộ, A", "5: 38 Hàng Bạc, 1 hộ"}, lines(parse(t, data))); diff != "" {
		t.Error(diff)
	}
}

func TestSheetsInAnyOrder(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"Bìa", "Tổng hợp", "Danh sách"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		for sheet, rows := range map[string][][]string{
			"Tổng hợp":  {{"TDP", "Số hộ", "Ghi chú"}, {"1", "500", ""}},
			"Danh sách": {{"Số nhà", "Phố", "Số hộ"}, {"36", "Hàng Bạc", "5"}},
		} {
			for i, row := range rows {
				if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	r := parse(t, data)
	if len(r.Rows) != 1 || r.DataRows != 1 || !slices.Equal(r.Skipped, []string{"Sheet1", "Bìa", "Tổng hợp"}) {
		t.Errorf("got %+v", r)
	}
}

func TestNoRoster(t *testing.T) {
	for name, c := range map[string]struct {
		in      []string
		key     string
		missing string
	}{
		"no header":       {[]string{"Người lập: Tổ tổng hợp", "36|Hàng Bạc|5"}, "roster.no_header", "Số nhà, Phố, Số hộ"},
		"no count":        {[]string{"STT|Số nhà|Phố|Ghi chú", "1|36|Hàng Bạc|"}, "roster.missing_in_file", "Số hộ"},
		"no street":       {[]string{"STT|Số nhà|Số hộ", "1|36|5"}, "roster.missing_in_file", "Phố"},
		"only part count": {[]string{"Số nhà|Phố|Số hộ|", "||Thường trú|Tạm trú", "36|Hàng Bạc|5|1"}, "roster.missing_in_file", "Số hộ"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(open(t, csvOf(c.in...)), nil)
			var refused *sheet.ColumnsError
			if !errors.As(err, &refused) || refused.Key() != c.key || strings.Join(refused.Missing, ", ") != c.missing {
				t.Errorf("got %v, %+v", err, refused)
			}
		})
	}
}

// TestCSVTwin: the sample saved as CSV gives the same houses as the workbook.
func TestCSVTwin(t *testing.T) {
	want, err := Parse(openSample(t, "roster-hoan-kiem.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	book := openSample(t, "roster-hoan-kiem.xlsx")
	var b strings.Builder
	for row, err := range book.Rows(book.Sheets[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for n := strings.Count(b.String(), "\n"); n < row.Number-1; n++ {
			b.WriteByte('\n')
		}
		for i, c := range row.Cells {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(strings.ReplaceAll(c.Text, "\n", " "))
		}
		b.WriteByte('\n')
	}
	got := parse(t, []byte(b.String()))
	i := 0
	for _, row := range want.Rows {
		if row.Sheet != "TDP 1-10" {
			continue
		}
		g := got.Rows[i]
		if g.Row != row.Row || g.Number.Key != row.Number.Key || g.Street.Key != row.Street.Key || g.Households != row.Households || g.Phone != row.Phone || g.Head != row.Head || g.Group.Key != row.Group.Key || g.Beat.Key != row.Beat.Key {
			t.Fatalf("row %d: %+v, in CSV %+v", row.Row, row, g)
		}
		i++
	}
	if i != len(got.Rows) {
		t.Errorf("%d rows in CSV, %d in the sheet", len(got.Rows), i)
	}
}

// TestErrorFile gives the sample back with its errors and reads it again: the
// added column changes nothing.
func TestErrorFile(t *testing.T) {
	first := parse(t, sampleData(t))
	var buf bytes.Buffer
	data := sampleData(t)
	if err := sheet.Annotate(&buf, bytes.NewReader(data), int64(len(data)), "a.xlsx", first.Notes()); err != nil {
		t.Fatal(err)
	}
	second := parse(t, buf.Bytes())
	if diff := cmp.Diff(first.Summary(), second.Summary(), cmp.Comparer(errors.Is)); diff != "" {
		t.Error(diff)
	}
	book := open(t, buf.Bytes())
	notes := 0
	for _, s := range book.Sheets {
		for row, err := range book.Rows(s) {
			if err != nil {
				t.Fatal(err)
			}
			if text := row.Cell(9).Text; text != "" {
				notes++
			}
		}
	}
	if want := len(first.Refused) + len(first.Warnings) + 2; notes != want {
		t.Errorf("%d notes with headings, want %d", notes, want)
	}
}

func sampleData(t *testing.T) []byte {
	t.Helper()
	f, err := excelize.OpenFile("../../../testdata/roster-hoan-kiem.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestWords(t *testing.T) {
	if _, err := words.Load(Messages); err != nil {
		t.Fatal(err)
	}
	catalog, err := words.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse(open(t, csvOf("Số nhà|Phố", "36|Hàng Bạc")), nil)
	var near *sheet.ColumnsError
	if !errors.As(err, &near) {
		t.Fatal(err)
	}
	for _, e := range []*sheet.ColumnsError{near, {Says: near.Says, Missing: near.Missing}, {Says: near.Says, Sheet: "A", Found: near.Found}} {
		for _, lang := range []string{"vi", "en"} {
			if text := catalog.In(lang).F(e.Key(), e.Pairs()...); strings.Contains(text, "⟦") {
				t.Errorf("%s: %s", e.Key(), text)
			}
		}
	}
}

// TestNothingIsLost: whatever the cells hold, each row is accepted, a duplicate,
// or refused, and reading twice gives the same.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.SampledFrom([]string{"", "36", "36A", "Số 36 (gác 2)", "Hàng Bạc", "PHỐ HÀNG BẠC", "5", "05 hộ", "chưa rõ", "TDP 1", "0901000318", "x;y", "\"", "Cống Trắng", "12/5"})
		var b strings.Builder
		b.WriteString("Số nhà;Phố;Số hộ;Điện thoại\n")
		n, filled := rapid.IntRange(0, 30).Draw(t, "rows"), false
		for range n {
			number, street, count, phone := cell.Draw(t, "number"), cell.Draw(t, "street"), cell.Draw(t, "count"), cell.Draw(t, "phone")
			fmt.Fprintf(&b, "%q;%q;%q;%q\n", number, street, count, phone)
			filled = filled || number+street != ""
		}
		text := strings.ReplaceAll(b.String(), `\"`, `""`)
		book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "a.csv")
		if err != nil {
			t.Fatal(err)
		}
		r, err := Parse(book, nil)
		if bad := (*sheet.Error)(nil); !filled && errors.As(err, &bad) && bad.Kind == sheet.Empty {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Rows)+r.Duplicates+len(r.Refused) != r.DataRows || r.DataRows > n {
			t.Fatalf("%d accepted, %d duplicates, %d refused of %d rows", len(r.Rows), r.Duplicates, len(r.Refused), r.DataRows)
		}
		seen := map[string]bool{}
		for _, row := range r.Rows {
			key := row.Street.Key + "|" + row.Number.Key
			if seen[key] || row.Households < 0 || row.Households > MaxHouseholds || row.Street.Key == "" || row.Number.Key == "" {
				t.Fatalf("bad row %+v", row)
			}
			seen[key] = true
		}
	})
}

// FuzzParse: any text as CSV.
func FuzzParse(f *testing.F) {
	f.Add([]byte("Số nhà;Phố;Số hộ\n36;Hàng Bạc;5\n"))
	f.Add([]byte("Địa chỉ,,Số hộ\nSố nhà,Phố,\n36,Hàng Bạc,5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "a.csv")
		if err != nil {
			return
		}
		r, err := Parse(book, nil)
		if err != nil {
			return
		}
		if len(r.Rows)+r.Duplicates+len(r.Refused) != r.DataRows {
			t.Fatal("a row was lost")
		}
	})
}
