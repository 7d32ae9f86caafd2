package history

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

	"sonha/engine/sheet"
	"sonha/engine/words"
)

func csvOf(lines ...string) []byte {
	return []byte(strings.ReplaceAll(strings.Join(lines, "\n"), "|", ";") + "\n")
}

func parse(data []byte) (*History, error) {
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "kết quả.xlsx")
	if err != nil {
		return nil, err
	}
	return Parse(book, nil)
}

// lines writes what came of a file in a form that a clerk could read.
func lines(h *History) []string {
	var out []string
	for _, r := range h.Rows {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d: %d %s %s %s %s %s", r.Row, r.Year, r.Number.Text, r.Street.Name, r.Outcome, r.InspectedOn, r.Shortcoming)))
	}
	if h.Duplicates > 0 {
		out = append(out, fmt.Sprintf("trùng %d", h.Duplicates))
	}
	for _, p := range slices.Concat(h.Refused, h.Warnings) {
		out = append(out, fmt.Sprintf("%d: %s", p.Row, p.Code))
	}
	return out
}

func TestResultsAsTheyAre(t *testing.T) {
	for name, c := range map[string]struct{ in, want []string }{
		"title names the year": {
			[]string{"KẾT QUẢ KIỂM TRA NĂM 2023 (số liệu giả định)", "TT|Số nhà|Phố|Ngày kiểm tra|Kết quả|Tồn tại chính", "1|63|Lý Thái Tổ|4-9-2023|Đạt an toàn|", "2|128|Lương Văn Can|16/10/2023|Không đạt|NK1 thiếu"},
			[]string{"3: 2023 63 Lý Thái Tổ safe 2023-09-04", "4: 2023 128 Lương Văn Can not_safe 2023-10-16 NK1 thiếu"},
		},
		"spellings": {
			[]string{"NĂM 2024", "SO NHA|TEN PHO|KET QUA", "1|A Phố|Đạt", "2|A Phố|đạt AT", "3|A Phố|ĐẠT CÓ ĐK", "4|A Phố|đạt (có ĐK)", "5|A Phố|Đạt có điều kiện.", "6|A Phố|chưa đạt", "7|A Phố|K.đạt", "8|A Phố|Chưa kiểm tra", "9|A Phố|dat an toan", "10|A Phố|khá", "11|A Phố|", "12|A Phố|Không đạt AT?"},
			[]string{"3: 2024 1 A Phố safe", "4: 2024 2 A Phố safe", "5: 2024 3 A Phố conditional", "6: 2024 4 A Phố conditional", "7: 2024 5 A Phố conditional", "8: 2024 6 A Phố not_safe", "9: 2024 7 A Phố not_safe", "10: 2024 8 A Phố not_inspected", "11: 2024 9 A Phố safe", "12: bad_result", "13: bad_result", "14: bad_result"},
		},
		"crosses": {
			[]string{"Năm 2024", "STT|Địa chỉ|Kết quả|||Ghi chú", "||Đạt|Đạt có ĐK|Chưa đạt|", "1|36A Hàng Bạc|x|||", "2|38 Hàng Bạc||X||sửa đèn", "3|40 Hàng Bạc|||v|", "4|42 Hàng Bạc|x|x||", "5|44 Hàng Bạc||||", "Cộng||1|1|1|"},
			[]string{"4: 2024 36A Hàng Bạc safe", "5: 2024 38 Hàng Bạc conditional  sửa đèn", "6: 2024 40 Hàng Bạc not_safe", "7: bad_result", "8: bad_result"},
		},
		"year by row": {
			[]string{"Năm|Số nhà|Phố|Kết quả", "2023|36|Hàng Bạc|đạt", "2024|36|Hàng Bạc|chưa đạt", "2024|36|HÀNG BẠC|chưa đạt", "2024|36|Hàng Bạc|đạt", "|36|Hàng Bạc|đạt"},
			[]string{"2: 2023 36 Hàng Bạc safe", "3: 2024 36 Hàng Bạc not_safe", "trùng 1", "5: conflict", "6: bad_year"},
		},
		"year from the day": {
			[]string{"Số nhà|Phố|Kết quả|Ngày kiểm tra", "36|Hàng Bạc|đạt|2/10/2022"},
			[]string{"2: 2022 36 Hàng Bạc safe 2022-10-02"},
		},
		"days and addresses": {
			[]string{"Năm 2023", "Số nhà|Phố|Kết quả|Ngày", "36|Hàng Bạc|đạt|31/02/2023", "38|Hàng Bạc|đạt|01/10/1999", "40|Hàng Bạc|đạt|15/11/2022", "|Hàng Bạc|đạt|", "42||đạt|", "|||"},
			[]string{"3: 2023 36 Hàng Bạc safe", "4: 2023 38 Hàng Bạc safe", "5: 2023 40 Hàng Bạc safe 2022-11-15", "6: missing_number", "7: missing_street", "3: bad_date", "4: bad_date"},
		},
	} {
		for form, data := range map[string][]byte{"NFC": csvOf(c.in...), "NFD": []byte(norm.NFD.String(string(csvOf(c.in...))))} {
			t.Run(name+"/"+form, func(t *testing.T) {
				h, err := parse(data)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, lines(h)); diff != "" {
					t.Error(diff)
				}
				if len(h.Rows)+h.Duplicates+len(h.Refused) != h.DataRows {
					t.Error("a row was lost")
				}
			})
		}
	}
}

// TestCountsAddUp: houses that nobody inspected are no inspections.
func TestCountsAddUp(t *testing.T) {
	h, err := parse(csvOf("Năm 2024", "Số nhà|Phố|Kết quả", "1|A Phố|đạt", "2|A Phố|chưa kiểm tra", "3|A Phố|có điều kiện", "4|A Phố|không đạt"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Count{"2024": {Inspected: 3, Safe: 1, Conditional: 1, NotSafe: 1}}, h.Counts()); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(h.Years(), []int{2024}) {
		t.Errorf("years %v", h.Years())
	}
}

// TestWorkbookDays reads days that Excel holds as days, and years from sheet names.
func TestWorkbookDays(t *testing.T) {
	f := excelize.NewFile()
	for _, err := range []error{
		f.SetSheetName("Sheet1", "KQ 2023-2024"),
		f.SetSheetRow("KQ 2023-2024", "A1", &[]any{"Số nhà", "Phố", "Kết quả", "Ngày kiểm tra"}),
		f.SetSheetRow("KQ 2023-2024", "A2", &[]any{36, "Hàng Bạc", "Đạt", time.Date(2024, 9, 5, 8, 30, 0, 0, time.UTC)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	h, err := parse(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2: 2024 36 Hàng Bạc safe 2024-09-05"}, lines(h)); diff != "" {
		t.Error(diff)
	}
}

func TestNoResults(t *testing.T) {
	_, err := parse(csvOf("Số nhà|Phố|Số hộ", "36|Hàng Bạc|5"))
	var refused *sheet.ColumnsError
	if !errors.As(err, &refused) || refused.Key() != "history.missing_in_file" || strings.Join(refused.Missing, ", ") != "Kết quả" || refused.File != "kết quả.xlsx" {
		t.Errorf("got %v", err)
	}
	catalog, err := words.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"vi", "en"} {
		if text := catalog.In(lang).F(refused.Key(), refused.Pairs()...); strings.Contains(text, "⟦") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}

func TestNotesNameTheRow(t *testing.T) {
	h, err := parse(csvOf("Năm 2024", "Số nhà|Phố|Kết quả", "1|A Phố|khá", "2|A Phố|đạt", "2|A Phố|chưa đạt"))
	if err != nil {
		t.Fatal(err)
	}
	notes := h.Notes()
	if len(notes) != 1 || notes[0].Header != 2 || !strings.Contains(notes[0].Rows[3], "khá") || !strings.Contains(notes[0].Rows[5], "dòng 4") {
		t.Errorf("got %+v", notes)
	}
}

// FuzzParse: any text as CSV; no row is lost.
func FuzzParse(f *testing.F) {
	f.Add([]byte("Năm 2024\nSố nhà;Phố;Kết quả\n36;Hàng Bạc;đạt\n"))
	f.Add([]byte("Năm,Địa chỉ,Đạt,Chưa đạt\n2024,36 Hàng Bạc,x,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := parse(data)
		if err == nil && len(h.Rows)+h.Duplicates+len(h.Refused) != h.DataRows {
			t.Fatal("a row was lost")
		}
	})
}
