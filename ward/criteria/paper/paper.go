// Package paper knows the workbook in which a ward enters its paper sheets in bulk: a row a house number, a column
// an item of the criteria, self-assessments in one workbook and findings of inspections in another. It writes the
// workbook and reads it back as people fill it in. It knows nothing of the houses that the program holds, nor of
// what may be entered when; matching and judging is done by its callers.
//
// Gói paper viết và đọc bảng nhập phiếu giấy: mỗi số nhà một dòng, mỗi tiêu chí một cột.
package paper

import (
	"fmt"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
)

// Kind is which sheets a workbook holds.
type Kind string

// The kinds.
const (
	Assessment Kind = "assessment" // phiếu tự đánh giá
	Inspection Kind = "inspection" // phiếu kiểm tra
)

// NotSaid stands for a count that the row leaves blank.
const NotSaid = -1

// Entry is what a row says of a house. Blank cells say nothing: what is known stays.
type Entry struct {
	Answers criteria.Answers // one letter for each of Batch.Codes, Unanswered where the cell is blank
	Pledged int              // of Assessment: households that signed the pledge; NotSaid when blank

	// Of Inspection.
	On           civil.Day
	Members      string // one a line, as are the lists below
	ResidentSide string
	Remarks      string
	HeadComment  string
}

// Row is one row with something in it.
type Row struct {
	Sheet  string // empty for CSV
	Row    int    // as Excel shows it
	Street civil.Street
	Number civil.HouseNumber
	Entry
}

// Address is the house as the file writes it.
func (r *Row) Address() string { return civil.NFC(r.Number.Text + " " + r.Street.Name) }

// Code says what is wrong with a row.
type Code string

// The codes that the parser gives.
const (
	MissingNumber Code = "missing_number"
	MissingStreet Code = "missing_street"
	BadValue      Code = "bad_value"   // a cell that is no answer
	BadPledges    Code = "bad_pledges" // no count, or one that cannot be
	BadDate       Code = "bad_date"    // no day, or one that cannot be
	Conflict      Code = "conflict"    // the house stands in an earlier row and says something else there
)

// The codes that callers give, who know the houses and the campaign.
const (
	NotOptional      Code = "not_optional" // KAD where the item applies to every house
	UnknownHouse     Code = "unknown_house"
	NotActive        Code = "not_active"
	WrongPhase       Code = "wrong_phase"
	AlreadyInspected Code = "already_inspected"
	UnderWay         Code = "under_way" // an inspection was begun in the browser and not ended
	Incomplete       Code = "incomplete"
	TooLong          Code = "too_long"
)

// Problem is one row that was refused.
type Problem struct {
	Sheet string   `json:"sheet,omitempty"`
	Row   int      `json:"row"`
	Code  Code     `json:"code"`
	Items []string `json:"items,omitempty"` // codes of the items that it is about

	Value string `json:"-"` // what the cell holds; of WrongPhase the phase, of Incomplete what is missing
	Other int    `json:"-"` // of Conflict the earlier row; of BadPledges the most there can be
}

// phases names the phases of a campaign inside a sentence.
var phases = map[string]string{
	"open": "bước ký cam kết", "assess": "bước tự đánh giá", "inspect": "bước kiểm tra", "review": "bước xét", "publish": "bước công khai", "closed": "bước chốt",
}

// Text is the sentence in the column "Lỗi" of the file that goes back.
func (p Problem) Text() string {
	items := strings.Join(p.Items, ", ")
	switch p.Code {
	case MissingNumber:
		if p.Value != "" {
			return fmt.Sprintf("Không đọc được số nhà “%s”. Ghi như trong danh sách của phường.", p.Value)
		}
		return "Thiếu số nhà. Ghi như trong danh sách của phường."
	case MissingStreet:
		return "Thiếu tên phố. Ghi tên phố vào dòng này."
	case BadValue:
		return fmt.Sprintf("%s: không hiểu “%s”. Ghi: Đạt, Một phần, Chưa đạt hoặc KAD; chưa rõ thì để trống.", items, p.Value)
	case NotOptional:
		return fmt.Sprintf("%s áp dụng cho mọi số nhà nên không ghi KAD. Ghi: Đạt, Một phần hoặc Chưa đạt.", items)
	case BadPledges:
		if p.Other > 0 {
			return fmt.Sprintf("Số hộ ký cam kết “%s” không đúng: số nhà có %d hộ, và không ít hơn số hộ đã nhập từng hộ.", p.Value, p.Other)
		}
		return fmt.Sprintf("Không hiểu số hộ ký cam kết “%s”. Chỉ ghi một số.", p.Value)
	case BadDate:
		return fmt.Sprintf("Ngày kiểm tra “%s” không đúng. Ghi ngày/tháng/năm, trong đợt và không sau hôm nay.", p.Value)
	case Conflict:
		return fmt.Sprintf("Số nhà này đã có ở dòng %d với nội dung khác. Giữ một dòng đúng.", p.Other)
	case UnknownHouse:
		return fmt.Sprintf("Không có số nhà “%s” trong danh sách của phường. Sửa số nhà, tên phố, hoặc nhập số nhà này vào danh sách trước.", p.Value)
	case NotActive:
		return "Hồ sơ số nhà này không còn dùng nên không nhập phiếu được."
	case WrongPhase:
		return fmt.Sprintf("Đợt đang ở %s nên không nhập phiếu này được. Chỉ huy Công an phường chuyển bước bằng: sonha campaign move.", phases[p.Value])
	case AlreadyInspected:
		return "Số nhà này đã kiểm tra trong đợt, phiếu ghi khác với kết quả đó. Kiểm tra lại thì lập phiếu trong trình duyệt."
	case UnderWay:
		return "Số nhà này đang có phiếu kiểm tra làm dở trong trình duyệt. Hoàn thành hoặc bỏ phiếu đó rồi nhập lại."
	case Incomplete:
		return "Phiếu chưa đủ. " + p.Value
	case TooLong:
		return "Phần chữ ghi quá dài. Rút gọn còn dưới 2.000 ký tự mỗi ô."
	}
	return string(p.Code)
}

// Batch is what came of a file.
type Batch struct {
	Kind       Kind
	Rows       []Row // accepted, in the order of the file
	DataRows   int   // accepted, blank, duplicate and refused
	Blank      int   // name a house and say nothing of it
	Duplicates int   // say the same as an earlier row; passed over
	Refused    []Problem
	Headers    map[string]int // by sheet: the row of its header
	Criteria   int            // version of the criteria that the file says it was written for; 0 when it does not say
	Codes      []string       // of the items: those that the file has columns for, and all of the version after Fits
}

// Fits refuses a file that was written for another version of the criteria than the campaign of the year has, where the same column may
// ask for something else, and one with a column for an item that the version does not have. Otherwise it lays the answers of the rows into
// the order of the version.
func (b *Batch) Fits(set *criteria.Set, year int) error {
	if b.Criteria != 0 && b.Criteria != set.Version {
		return fault.Refused("paper.other_criteria", "File", strconv.Itoa(b.Criteria), "Year", strconv.Itoa(year), "Ours", strconv.Itoa(set.Version))
	}
	var unknown []string
	for _, code := range b.Codes {
		if set.Index(code) < 0 {
			unknown = append(unknown, code)
		}
	}
	if len(unknown) > 0 {
		return fault.Refused("paper.other_items", "Items", strings.Join(unknown, ", "), "Year", strconv.Itoa(year), "Ours", strconv.Itoa(set.Version))
	}
	for i := range b.Rows {
		said := map[string]criteria.Value{}
		for at, code := range b.Codes {
			said[code] = b.Rows[i].Answers.At(at)
		}
		b.Rows[i].Answers = laid(set.Codes(), said)
	}
	b.Codes = set.Codes()
	return nil
}

// Check says what a row answers that the set, which the batch fits, does not offer; the code of the problem is empty when nothing is wrong.
func (r *Row) Check(set *criteria.Set) Problem {
	var p Problem
	for at := range set.Len() {
		if item, _ := set.Item(at); r.Answers.At(at) == criteria.NA && !item.AllowsNA() {
			p.Code, p.Items = NotOptional, append(p.Items, item.Code)
		}
	}
	return p
}

// Notes gives refusals by sheet and row, for sheet.Annotate.
func (b *Batch) Notes(refused []Problem) []sheet.Notes {
	notes := sheet.NoteBook{Headers: b.Headers}
	for _, p := range refused {
		notes.Add(p.Sheet, p.Row, p.Text())
	}
	return notes.All
}

// Taken is what an import did with a batch. It prints as JSON.
type Taken struct {
	Rows       int       `json:"rows"`
	New        int       `json:"new"`
	Changed    int       `json:"changed"`
	Unchanged  int       `json:"unchanged"`
	Blank      int       `json:"blank"`
	Duplicates int       `json:"duplicates"`
	Refused    []Problem `json:"refused"` // by the parser, then by what the ward knows
}

// Begin gives the account of a batch before its rows are looked at.
func (b *Batch) Begin() Taken {
	return Taken{Rows: b.DataRows, Blank: b.Blank, Duplicates: b.Duplicates, Refused: append([]Problem{}, b.Refused...)}
}

// Refuse notes that a row was refused.
func (t *Taken) Refuse(r *Row, p Problem) {
	p.Sheet, p.Row = r.Sheet, r.Row
	t.Refused = append(t.Refused, p)
}
