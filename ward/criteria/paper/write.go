package paper

import (
	"fmt"
	"strings"

	"sonha/engine/sheet"
	"sonha/ward/criteria"
)

// The headings that people fill in under, in Vietnamese in every language of the program.
const (
	titleGroup        = "Tổ dân phố"
	titleStreet       = "Phố"
	titleNumber       = "Số nhà"
	titleHouseholds   = "Số hộ"
	titlePledged      = "Số hộ ký cam kết"
	titleDate         = "Ngày kiểm tra"
	titleMembers      = "Thành phần đoàn"
	titleResidentSide = "Đại diện phía nhân dân"
	titleRemarks      = "Nhận xét chung"
	titleHeadComment  = "Ý kiến của trưởng số nhà"
)

// Line is a house in the workbook with what is known of it.
type Line struct {
	Group, Street, Number string
	Households            int
	Entry
}

// Head is what stands above the rows.
type Head struct {
	Ward string
	Year int
}

// fixedColumns stay in sight while one goes along the items: group, street, number, households.
const fixedColumns = 4

const choicesSheet = "Danh mục"

// shown is an answer as the workbook writes it and offers it.
func shown(v criteria.Value) any {
	switch v {
	case criteria.Unanswered:
		return nil
	case criteria.NA:
		return "KAD"
	}
	return v.Name().VI
}

// Write writes the workbook: the rows, what each item means, and the answers that Excel offers. Each heading of an
// item has two lines, its code with a star where it is required, and its label.
func Write(out *sheet.XLSX, kind Kind, set *criteria.Set, head Head, lines []Line) error {
	table := sheet.Table{
		Name: "Phiếu tự đánh giá", Title: title("Phiếu tự đánh giá số nhà", set, head),
		Note: "Mỗi số nhà một dòng. Ghi Đạt, Một phần, Chưa đạt hoặc KAD (không áp dụng); chưa rõ thì để trống. ★ là tiêu chí bắt buộc.",
		Columns: []sheet.Column{
			{Title: titleGroup, Width: 12}, {Title: titleStreet, Width: 18}, {Title: titleNumber, Width: 10}, {Title: titleHouseholds, Width: 7},
		},
		Fixed: fixedColumns,
	}
	if kind == Inspection {
		table.Name, table.Title = "Phiếu kiểm tra", title("Phiếu kiểm tra số nhà", set, head)
		table.Columns = append(table.Columns, sheet.Column{Title: titleDate, Width: 13},
			sheet.Column{Title: titleMembers, Width: 26}, sheet.Column{Title: titleResidentSide, Width: 26})
	}
	offered := []criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA}
	for at := range set.Len() {
		item, _ := set.Item(at)
		n := len(offered)
		if !item.AllowsNA() {
			n-- // the last one
		}
		table.Columns = append(table.Columns, sheet.Column{
			Title: item.Starred() + "\n" + item.Label.VI, Width: 14, Choices: fmt.Sprintf("'%s'!$A$2:$A$%d", choicesSheet, n+1),
		})
	}
	if kind == Inspection {
		table.Columns = append(table.Columns, sheet.Column{Title: titleRemarks, Width: 40}, sheet.Column{Title: titleHeadComment, Width: 40})
	} else {
		table.Columns = append(table.Columns, sheet.Column{Title: titlePledged, Width: 12})
	}
	if err := out.Begin(table); err != nil {
		return err
	}
	for i := range lines {
		if err := out.Row(lines[i].cells(kind, set)...); err != nil {
			return err
		}
	}
	if err := guide(out, set); err != nil {
		return err
	}
	if err := out.Begin(sheet.Table{Name: choicesSheet, Columns: []sheet.Column{{Title: "Trả lời", Width: 14}}}); err != nil {
		return err
	}
	for _, v := range offered {
		if err := out.Row(shown(v)); err != nil {
			return err
		}
	}
	return out.Close()
}

// title is the first line of the workbook, from which Parse knows for which version of the criteria it was written.
func title(form string, set *criteria.Set, head Head) string {
	return fmt.Sprintf("%s, phường %s, đợt %d, bộ tiêu chí bản %d", form, head.Ward, head.Year, set.Version)
}

func (l *Line) cells(kind Kind, set *criteria.Set) []any {
	list := func(s string) any {
		if s == "" {
			return nil
		}
		return strings.ReplaceAll(s, "\n", "; ")
	}
	cells := []any{l.Group, l.Street, l.Number, l.Households}
	if kind == Inspection {
		cells = append(cells, l.On, list(l.Members), list(l.ResidentSide))
	}
	for at := range set.Len() {
		cells = append(cells, shown(l.Answers.At(at)))
	}
	if kind == Inspection {
		return append(cells, l.Remarks, l.HeadComment)
	}
	if l.Pledged == NotSaid {
		return append(cells, nil)
	}
	return append(cells, l.Pledged)
}

// guide writes a sheet that says of each item when it passes.
func guide(out *sheet.XLSX, set *criteria.Set) error {
	if err := out.Begin(sheet.Table{Name: "Hướng dẫn", Columns: []sheet.Column{
		{Title: "Mã", Width: 8}, {Title: "Nội dung xem", Width: 70}, {Title: "Đạt khi", Width: 60}, {Title: "Ghi KAD khi", Width: 40},
	}}); err != nil {
		return err
	}
	for at := range set.Len() {
		item, _ := set.Item(at)
		if err := out.Row(item.Starred(), item.Text.VI, item.Rule.VI, item.NA.VI); err != nil {
			return err
		}
	}
	return nil
}
