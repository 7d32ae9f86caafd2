package roster

import (
	"errors"
	"fmt"

	"sonha/ground/civil"
)

// Code says what is wrong with a row.
type Code string

// The codes of refused rows, of the two warnings, and of rows passed over.
const (
	MissingNumber Code = "missing_number"
	MissingStreet Code = "missing_street"
	BadHouseholds Code = "bad_households"
	Conflict      Code = "conflict" // same street and number as an earlier row, another count
	BadPhone      Code = "bad_phone"
	BadHead       Code = "bad_head"  // the head's name holds figures, as of an identity card: the row goes in without it
	Duplicate     Code = "duplicate" // says the same as an earlier row
)

// Problem is one row that was refused, passed over, or went in without something.
type Problem struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row"`
	Code  Code   `json:"code"`

	Value   string `json:"-"` // what the cell holds; never a telephone number
	Address string `json:"-"` // number and street as the row has them, as far as it has them
	Reason  error  `json:"-"` // of MissingNumber: civil.ErrNumberIsDate, civil.ErrNumberUnread or civil.ErrNoHouseNumber
	Other   Place  `json:"-"` // of Conflict and Duplicate: the earlier row
	Counts  [2]int `json:"-"` // of Conflict: households here and there; equal if only floor or remark differ
}

// Place is a row of the file.
type Place struct {
	Sheet string
	Row   int
}

// Text is the sentence in the column "Lỗi" of the file that goes back to whoever
// made it: what is wrong and what to do.
func (p Problem) Text() string {
	switch p.Code {
	case MissingNumber:
		return p.numberText()
	case MissingStreet:
		return "Thiếu tên phố. Ghi tên phố vào dòng này."
	case BadHouseholds:
		if p.Value == "" {
			return fmt.Sprintf("Thiếu số hộ. Ghi một số từ 0 đến %d.", MaxHouseholds)
		}
		return fmt.Sprintf("Số hộ “%s” không phải một số từ 0 đến %d. Ghi lại bằng số.", p.Value, MaxHouseholds)
	case Conflict:
		if p.Counts[0] == p.Counts[1] {
			return fmt.Sprintf("Cùng phố, cùng số nhà với %s, chỉ khác phần ghi thêm. Gộp hai dòng thành một với tổng số hộ.", p.otherText())
		}
		return fmt.Sprintf("Trùng phố, số nhà với %s nhưng số hộ khác: ở đây %d, ở đó %d. Giữ một dòng đúng.", p.otherText(), p.Counts[0], p.Counts[1])
	case BadHead:
		return "Cột trưởng số nhà có số hoặc ký hiệu, không phải họ tên; Sonha không giữ số giấy tờ. Số nhà vẫn được nhận, chưa có tên trưởng số nhà."
	case BadPhone:
		return "Số điện thoại không đúng. Số nhà vẫn được nhận, chưa có số điện thoại."
	case Duplicate:
		return fmt.Sprintf("Giống %s. Đã bỏ qua dòng này, không cần sửa.", p.otherText())
	}
	return string(p.Code)
}

func (p Problem) otherText() string {
	if p.Other.Sheet != p.Sheet {
		return fmt.Sprintf("dòng %d trang “%s”", p.Other.Row, p.Other.Sheet)
	}
	return fmt.Sprintf("dòng %d", p.Other.Row)
}

func (p Problem) numberText() string {
	switch {
	case p.Value == "":
		return "Thiếu số nhà. Ghi số nhà; nếu nhà không có số, ghi “không số”."
	case errors.Is(p.Reason, civil.ErrNumberIsDate):
		return fmt.Sprintf("Excel đã đổi số nhà thành ngày (%s). Đặt ô ở dạng Văn bản (Text) rồi gõ lại số nhà.", p.Value)
	}
	return fmt.Sprintf("Không đọc được số nhà “%s”. Chỉ ghi số nhà, phần thêm để trong ngoặc, ví dụ: 36 (gác 2).", p.Value)
}

// TextIn is Text in a language, for pages: the file goes back in Vietnamese, which its maker reads.
func (p Problem) TextIn(lang string) string {
	if lang != "en" {
		return p.Text()
	}
	other := fmt.Sprintf("row %d", p.Other.Row)
	if p.Other.Sheet != p.Sheet {
		other += fmt.Sprintf(" of sheet “%s”", p.Other.Sheet)
	}
	switch p.Code {
	case MissingNumber:
		switch {
		case p.Value == "":
			return "The house number is missing. Enter it; if the house has none, enter “không số”."
		case errors.Is(p.Reason, civil.ErrNumberIsDate):
			return fmt.Sprintf("Excel turned the house number into a date (%s). Format the cell as Text and enter the number again.", p.Value)
		}
		return fmt.Sprintf("The house number “%s” cannot be read. Enter only the number and put anything else in brackets: 36 (gác 2).", p.Value)
	case MissingStreet:
		return "The street is missing. Enter it in this row."
	case BadHouseholds:
		if p.Value == "" {
			return fmt.Sprintf("The number of households is missing. Enter one from 0 to %d.", MaxHouseholds)
		}
		return fmt.Sprintf("The number of households “%s” is no whole number from 0 to %d. Enter it in figures.", p.Value, MaxHouseholds)
	case Conflict:
		if p.Counts[0] == p.Counts[1] {
			return fmt.Sprintf("Same street and number as %s; only the addition differs. Make one row of the two, with all their households.", other)
		}
		return fmt.Sprintf("Same street and number as %s, but %d households here and %d there. Keep the row that is right.", other, p.Counts[0], p.Counts[1])
	case BadHead:
		return "The column of the house head holds figures or signs and no name; Sonha keeps no numbers of papers. The house number was taken without the head's name."
	case BadPhone:
		return "The telephone number is not right. The house number was taken without it."
	case Duplicate:
		return fmt.Sprintf("The same as %s. This row was passed over; nothing needs to be mended.", other)
	}
	return string(p.Code)
}
