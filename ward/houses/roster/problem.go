package roster

import (
	"fmt"

	"sonha/ground/civil"
)

// Code says what is wrong with a row.
type Code string

// The codes of refused rows, and of the one warning.
const (
	MissingNumber Code = "missing_number"
	MissingStreet Code = "missing_street"
	BadHouseholds Code = "bad_households"
	Conflict      Code = "conflict" // same street and number as an earlier row, another count
	BadPhone      Code = "bad_phone"
)

// Problem is one row that was refused, or went in without something.
type Problem struct {
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row"`
	Code  Code   `json:"code"`

	Value  string `json:"-"` // what the cell holds; never a telephone number
	Reason error  `json:"-"` // of MissingNumber: civil.ErrNumberIsDate, civil.ErrNumberUnread or civil.ErrNoHouseNumber
	Other  Place  `json:"-"` // of Conflict: the earlier row
	Counts [2]int `json:"-"` // of Conflict: households here and there; equal if only floor or remark differ
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
		return fmt.Sprintf("Số hộ “%s” không phải số nguyên từ 0 đến %d. Ghi lại bằng số.", p.Value, MaxHouseholds)
	case Conflict:
		where := fmt.Sprintf("dòng %d", p.Other.Row)
		if p.Other.Sheet != p.Sheet {
			where += fmt.Sprintf(" trang “%s”", p.Other.Sheet)
		}
		if p.Counts[0] == p.Counts[1] {
			return fmt.Sprintf("Cùng phố, cùng số nhà với %s, chỉ khác phần ghi thêm. Gộp hai dòng thành một với tổng số hộ.", where)
		}
		return fmt.Sprintf("Trùng phố, số nhà với %s nhưng số hộ khác: ở đây %d, ở đó %d. Giữ một dòng đúng.", where, p.Counts[0], p.Counts[1])
	case BadPhone:
		return "Số điện thoại không đúng. Số nhà vẫn được nhận, chưa có số điện thoại."
	}
	return string(p.Code)
}

func (p Problem) numberText() string {
	switch {
	case p.Value == "":
		return "Thiếu số nhà. Ghi số nhà; nếu nhà không có số, ghi “không số”."
	case p.Reason == civil.ErrNumberIsDate:
		return fmt.Sprintf("Excel đã đổi số nhà thành ngày (%s). Đặt ô ở dạng Văn bản (Text) rồi gõ lại số nhà.", p.Value)
	}
	return fmt.Sprintf("Không đọc được số nhà “%s”. Chỉ ghi số nhà, phần thêm để trong ngoặc, ví dụ: 36 (gác 2).", p.Value)
}
