// Package history reads the inspection results of earlier years as wards keep
// them in Excel: a sheet a year, a row a house, the result in words of any
// spelling or as a cross in one of several columns. It knows nothing of the
// houses that the program holds; matching is done by its caller.
//
// Gói history đọc kết quả kiểm tra các năm trước từ bảng tính, mỗi trang một năm.
package history

import (
	"fmt"
	"slices"
	"strconv"

	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// Outcome is the result of an inspection.
type Outcome string

// The outcomes. NotInspected rows are kept, but count as no inspection.
const (
	Safe         Outcome = "safe"
	Conditional  Outcome = "conditional"
	NotSafe      Outcome = "not_safe"
	NotInspected Outcome = "not_inspected"
)

// Row is the result of one house in one year.
type Row struct {
	Sheet       string // empty for CSV
	Row         int    // as Excel shows it
	Year        int
	Street      civil.Street
	Number      civil.HouseNumber
	Outcome     Outcome
	InspectedOn civil.Day // empty if not given
	Shortcoming string    // as written
}

// Code says what is wrong with a row.
type Code string

// The codes of refused rows, and of the one warning.
const (
	MissingNumber Code = "missing_number"
	MissingStreet Code = "missing_street"
	BadResult     Code = "bad_result" // no result, or none that is known
	BadYear       Code = "bad_year"   // no year in the row
	FutureYear    Code = "future_year"
	Conflict      Code = "conflict"  // same house and year as an earlier row, another result
	BadDate       Code = "bad_date"  // warning: the row goes in without its day
	Duplicate     Code = "duplicate" // says the same as an earlier row; passed over
)

// Problem is one row that was refused, or went in without its day.
type Problem struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row"`
	Code  Code   `json:"code"`

	Value string `json:"-"` // what the cell holds
	Other int    `json:"-"` // of Conflict and Duplicate: the earlier row
}

// Text is the sentence in the column "Lỗi" of the file that goes back.
func (p Problem) Text() string {
	switch p.Code {
	case MissingNumber:
		if p.Value != "" {
			return fmt.Sprintf("Không đọc được số nhà “%s”. Chỉ ghi số nhà, phần thêm để trong ngoặc.", p.Value)
		}
		return "Thiếu số nhà. Ghi số nhà; nếu nhà không có số, ghi “không số”."
	case MissingStreet:
		return "Thiếu tên phố. Ghi tên phố vào dòng này."
	case BadResult:
		if p.Value == "" {
			return "Thiếu kết quả. Ghi: đạt an toàn, đạt có điều kiện, chưa đạt hoặc chưa kiểm tra."
		}
		return fmt.Sprintf("Không hiểu kết quả “%s”. Ghi: đạt an toàn, đạt có điều kiện, chưa đạt hoặc chưa kiểm tra.", p.Value)
	case BadYear:
		return "Không rõ kết quả của năm nào. Ghi năm vào tên trang hoặc cột “Năm”."
	case FutureYear:
		return fmt.Sprintf("Năm %s chưa tới nên chưa có kết quả. Sửa năm của dòng hoặc của trang.", p.Value)
	case Conflict:
		return fmt.Sprintf("Số nhà này đã có kết quả khác ở dòng %d cùng năm. Giữ một dòng đúng.", p.Other)
	case UnknownHouse:
		return fmt.Sprintf("Không có số nhà “%s” trong danh sách của phường. Sửa số nhà, tên phố, hoặc nhập số nhà này vào danh sách trước.", p.Value)
	case BadDate:
		return fmt.Sprintf("Không hiểu ngày kiểm tra “%s”. Kết quả vẫn được nhận, chưa có ngày.", p.Value)
	case Duplicate:
		return fmt.Sprintf("Giống dòng %d. Đã bỏ qua dòng này, không cần sửa.", p.Other)
	}
	return string(p.Code)
}

// TextIn is Text in a language, for pages: the file goes back in Vietnamese, which its maker reads.
func (p Problem) TextIn(lang string) string {
	if lang != "en" {
		return p.Text()
	}
	const outcomes = "đạt an toàn, đạt có điều kiện, chưa đạt or chưa kiểm tra"
	switch p.Code {
	case MissingNumber:
		if p.Value != "" {
			return fmt.Sprintf("The house number “%s” cannot be read. Enter only the number and put anything else in brackets.", p.Value)
		}
		return "The house number is missing. Enter it; if the house has none, enter “không số”."
	case MissingStreet:
		return "The street is missing. Enter it in this row."
	case BadResult:
		if p.Value == "" {
			return "The result is missing. Enter: " + outcomes + "."
		}
		return fmt.Sprintf("The result “%s” is not understood. Enter: %s.", p.Value, outcomes)
	case BadYear:
		return "It is not clear which year this is of. Put the year into the name of the sheet or into a column “Năm”."
	case FutureYear:
		return fmt.Sprintf("The year %s has not come, so there is no result of it. Mend the year of the row or of the sheet.", p.Value)
	case Conflict:
		return fmt.Sprintf("This house number has another result for the year in row %d. Keep the row that is right.", p.Other)
	case BadDate:
		return fmt.Sprintf("The day of the inspection “%s” is not understood. The result was taken without it.", p.Value)
	case Duplicate:
		return fmt.Sprintf("The same as row %d. This row was passed over; nothing needs to be mended.", p.Other)
	case UnknownHouse:
		return fmt.Sprintf("The ward has no house number %s. Import the list of house numbers first, or mend the row.", p.Value)
	}
	return string(p.Code)
}

// Count is what `sonha import results --json` prints of a year. Inspected is the
// sum of the other three.
type Count struct {
	Inspected   int `json:"inspected"`
	Safe        int `json:"safe"`
	Conditional int `json:"conditional"`
	NotSafe     int `json:"not_safe"`
}

// History is what came of a file.
type History struct {
	Rows       []Row     // accepted, in the order of the file
	DataRows   int       // accepted, duplicate and refused
	Duplicates int       // same house, year and result as an earlier row
	Repeats    []Problem // the duplicates, row by row
	Refused    []Problem
	Warnings   []Problem
	Skipped    []string       // sheets without results
	Headers    map[string]int // by sheet: the row of its header
}

// Years lists the years in which there is a row, in order.
func (h *History) Years() []int {
	var years []int
	for i := range h.Rows {
		if y := h.Rows[i].Year; !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return years
}

// Counts adds up the accepted rows by year, keyed as in JSON: "2023".
func (h *History) Counts() map[string]Count {
	counts := map[string]Count{}
	for i := range h.Rows {
		year := strconv.Itoa(h.Rows[i].Year)
		c := counts[year]
		switch h.Rows[i].Outcome {
		case Safe:
			c.Safe++
		case Conditional:
			c.Conditional++
		case NotSafe:
			c.NotSafe++
		}
		c.Inspected = c.Safe + c.Conditional + c.NotSafe
		counts[year] = c
	}
	return counts
}

// Notes gives the refusals and warnings by sheet and row, for sheet.Annotate.
func (h *History) Notes() []sheet.Notes {
	notes := sheet.NoteBook{Headers: h.Headers}
	for _, p := range slices.Concat(h.Refused, h.Warnings) {
		notes.Add(p.Sheet, p.Row, p.Text())
	}
	return notes.All
}
