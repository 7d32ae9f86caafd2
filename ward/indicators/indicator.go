package indicators

import "slices"

// Code names an indicator, "I1" to "I12".
type Code string

// The indicators (domain.md §9.9).
const (
	Safe       Code = "I1"  // tỷ lệ số nhà đạt an toàn
	Coverage   Code = "I2"  // độ phủ kiểm tra
	Crime      Code = "I3"  // số vụ phạm pháp hình sự
	Drugs      Code = "I4"  // số vụ ma túy
	Pledged    Code = "I5"  // hộ ký cam kết
	Answered   Code = "I6"  // đề xuất được trả lời đúng hạn
	Measures   Code = "I7"  // tồn tại có biện pháp
	Mediations Code = "I8"  // hòa giải thành
	Trained    Code = "I9"  // trưởng số nhà đã tập huấn
	Meetings   Code = "I10" // họp số nhà đúng định kỳ
	Monthly    Code = "I11" // báo cáo tháng đúng hạn
	Requests   Code = "I12" // yêu cầu về dữ liệu được trả lời đúng hạn
)

// Origin says where the figures of an indicator come from.
type Origin int

// The origins.
const (
	FromResults Origin = iota // counted from the results of campaigns
	FromCounts                // official counts that the ward enters
	FromSource                // counted by another room
)

// Definition is what an indicator is.
type Definition struct {
	Code   Code
	Origin Origin
	// Fewer says that a smaller figure is the better one.
	Fewer bool
	// WardOnly says that it is never told for less than a ward: counts of cases would point at houses.
	WardOnly bool
}

// Share reports whether the indicator is a part of a whole; else it is a count.
func (d *Definition) Share() bool { return d.Origin != FromCounts }

// Definitions lists the indicators in their order.
func Definitions() []Definition {
	return []Definition{
		{Code: Safe}, {Code: Coverage},
		{Code: Crime, Origin: FromCounts, Fewer: true, WardOnly: true}, {Code: Drugs, Origin: FromCounts, Fewer: true, WardOnly: true},
		{Code: Pledged}, {Code: Answered, Origin: FromSource}, {Code: Measures, Origin: FromSource}, {Code: Mediations, Origin: FromSource},
		{Code: Trained, Origin: FromSource}, {Code: Meetings, Origin: FromSource}, {Code: Monthly, Origin: FromSource}, {Code: Requests, Origin: FromSource},
	}
}

// Find gives the definition of a code.
func Find(code Code) (Definition, bool) {
	all := Definitions()
	i := slices.IndexFunc(all, func(d Definition) bool { return d.Code == code })
	if i < 0 {
		return Definition{}, false
	}
	return all[i], true
}

// Official lists the series of official counts. The list is closed: a ward cannot add a series of its own, so that
// nobody counts what the programme has no business with (product.md, principle 1).
func Official() []Code { return []Code{Crime, Drugs} }
