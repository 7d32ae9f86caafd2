package indicators

import (
	"slices"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// Wrong says what is wrong with a row of a file of official counts.
type Wrong string

// The reasons. Duplicate rows are passed over and need no mending; the others are refused.
const (
	BadPeriod     Wrong = "bad_period"     // no year, quarter or month to be read
	Future        Wrong = "future"         // a period that has not begun
	UnknownSeries Wrong = "unknown_series" // neither a code nor a name that the programme counts
	MissingValue  Wrong = "missing_value"
	BadValue      Wrong = "bad_value"   // no whole number from 0 to MostCases
	BadArea       Wrong = "bad_area"    // the days of the area lie outside the period
	AcrossReform  Wrong = "across"      // the period goes over a break and does not say which side it is of
	Conflict      Wrong = "conflict"    // another count for the same period in an earlier row
	Duplicate     Wrong = "duplicate"   // the same as an earlier row
	BadHouseholds Wrong = "bad_hh"      // warning: taken without the number of households
	HalfYear      Wrong = "half_year"   // counts are taken by month, quarter and year
	AreaAfter     Wrong = "later_break" // never given by the parser: a break that the ward added lies inside the period
)

// Problem is one row that was refused, passed over, or taken with something left out.
type Problem struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row"`
	Code  Wrong  `json:"code"`

	Value string    `json:"-"` // what the cell holds
	Other int       `json:"-"` // of Conflict and Duplicate: the earlier row
	Day   civil.Day `json:"-"` // of AcrossReform: the break
}

// Text is the sentence in the column "Lỗi" of the file that goes back.
func (p Problem) Text() string { return p.TextIn("vi") }

// TextIn is Text in a language.
func (p Problem) TextIn(lang string) string {
	pair, ok := wrongTexts[p.Code]
	if !ok {
		return string(p.Code)
	}
	text := pair[0]
	if lang == "en" {
		text = pair[1]
	}
	value := p.Value
	if value == "" {
		value = "–"
	}
	return strings.NewReplacer("{value}", value, "{row}", strconv.Itoa(p.Other), "{day}", p.Day.DisplayIn(lang), "{most}", civil.IntIn(lang, MostCases)).Replace(text)
}

var wrongTexts = map[Wrong][2]string{
	BadPeriod: {
		"Không đọc được kỳ “{value}”. Ghi năm (2025), quý (III/2025) hoặc tháng (7/2025).",
		"The period “{value}” cannot be read. Enter a year (2025), a quarter (III/2025) or a month (7/2025).",
	},
	HalfYear: {
		"“{value}” là nửa năm. Ghi theo tháng, quý hoặc năm.",
		"“{value}” is half a year. Enter months, quarters or years.",
	},
	Future: {
		"Kỳ “{value}” chưa bắt đầu. Kiểm tra lại năm.",
		"The period “{value}” has not begun. Check the year.",
	},
	UnknownSeries: {
		"Không có chỉ số “{value}”. Ghi mã PPHS (phạm pháp hình sự) hoặc MT (ma túy).",
		"There is no series “{value}”. Enter the code PPHS (criminal cases) or MT (drug cases).",
	},
	MissingValue: {
		"Thiếu số vụ. Ghi số vụ của kỳ này; không có vụ nào thì ghi 0.",
		"The number of cases is missing. Enter it; enter 0 if there was none.",
	},
	BadValue: {
		"Không hiểu số vụ “{value}”. Ghi một số từ 0 đến {most}, ví dụ 412 hoặc 1.412.",
		"The number of cases “{value}” is not understood. Enter a whole number from 0 to {most}.",
	},
	BadArea: {
		"Ngày của đơn vị hành chính “{value}” không nằm trong kỳ này. Sửa kỳ hoặc sửa ngày.",
		"The days of the area “{value}” lie outside this period. Mend the period or the days.",
	},
	AcrossReform: {
		"Kỳ này vắt qua mốc {day}, trước và sau là hai địa bàn. Ghi rõ ở cột Đơn vị hành chính, ví dụ “Phường Hoàn Kiếm (từ {day})”.",
		"This period goes across {day}; before and after are two areas. Say which in the column of the area, such as “Phường Hoàn Kiếm (từ {day})”.",
	},
	Conflict: {
		"Dòng {row} đã ghi số khác cho cùng kỳ. Giữ một dòng đúng.",
		"Row {row} has another number for the same period. Keep the row that is right.",
	},
	Duplicate: {
		"Giống dòng {row}. Đã bỏ qua dòng này, không cần sửa.",
		"The same as row {row}. This row was passed over; nothing needs to be mended.",
	},
	BadHouseholds: {
		"Không hiểu số hộ “{value}”. Số vụ vẫn được nhận, chưa có số hộ.",
		"The number of households “{value}” is not understood. The cases were taken without it.",
	},
}

// File is what came of a file of official counts.
type File struct {
	Rows     []FileRow // accepted, in the order of the file
	DataRows int       // accepted, duplicate and refused
	Repeats  []Problem // rows that say the same as an earlier one
	Refused  []Problem
	Warnings []Problem
	Skipped  []string       // sheets of another kind
	Headers  map[string]int // by sheet: the row of its header
}

// FileRow is one accepted count. A row of a file may hold one for each series.
type FileRow struct {
	Sheet      string
	Row        int
	Series     Code
	Period     Period
	Area       string
	Value      int
	Households int
}

// Notes gives the refusals and warnings by sheet and row, for sheet.Annotate.
func (f *File) Notes() []sheet.Notes {
	notes := sheet.NoteBook{Headers: f.Headers}
	for _, p := range slices.Concat(f.Refused, f.Warnings) {
		notes.Add(p.Sheet, p.Row, p.Text())
	}
	return notes.All
}
