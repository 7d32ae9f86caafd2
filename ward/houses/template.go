package houses

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"sonha/engine/page"
	"sonha/engine/sheet"
	"sonha/engine/words"
)

// templateColumn is a column of the workbook that wards may fill in.
type templateColumn struct {
	sheet.Column

	explain string
	example string
}

// templateColumns are the headings that the parser knows (roster/columns.go), Vietnamese in every language.
func templateColumns(w *words.Words) []templateColumn {
	column := func(title string, width float64, key, example string) templateColumn {
		return templateColumn{sheet.Column{Title: title, Width: width}, w.T("houses.template." + key), example}
	}
	return []templateColumn{
		column("Tổ dân phố", 14, "group", "5"),
		column("Khu vực", 12, "beat", "3"),
		column("Số nhà", 12, "number", "36A"),
		column("Phố", 22, "street", "Hàng Bạc"),
		column("Số hộ", 8, "households", "14"),
		column("Trưởng số nhà", 26, "head", "Nguyễn Thị An"),
		column("Điện thoại", 16, "phone", "0912 345 678"),
		column("Loại nhà", 18, "kind", "Nhà ở kết hợp cửa hàng"),
		column("Số tầng", 9, "storeys", "3"),
		column("Số hộ thuê", 12, "rented", "2"),
		column("Phường cũ", 18, "former_ward", "Hàng Bạc"),
		column("Ghi chú", 30, "note", "Trong ngõ, cổng sau"),
	}
}

// shownColumns is how many of the template's columns stand in the example on the page.
const shownColumns = 7

// example is what a roster may look like; the house numbers and people are invented.
func example(w *words.Words) [][]string {
	var head []string
	for _, c := range templateColumns(w)[:shownColumns] {
		head = append(head, c.Title)
	}
	return [][]string{
		head,
		{"5", "3", "36A", "Hàng Bạc", "14", "Nguyễn Thị An", "0912 345 678"},
		{"5", "3", "12/5/7", "Hàng Bạc", "4", "Trần Văn Bình", ""},
		{"6", "3", "36-38", "Đinh Liệt", "9", "", "024 3825 1234"},
	}
}

// template gives a workbook to fill in: the columns, what goes into them, and the ward's own groups, beats
// and streets to choose from. As it is it reads as a roster without rows.
func (p *Pages) template(w http.ResponseWriter, r *page.Request) error {
	groups, err := p.areas.Groups(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	beats, err := p.areas.Beats(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	streets, err := p.areas.Streets(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	lists := map[string][]string{}
	for _, g := range groups {
		lists["Tổ dân phố"] = append(lists["Tổ dân phố"], g.Name)
	}
	for _, b := range beats {
		lists["Khu vực"] = append(lists["Khu vực"], b.Name)
	}
	for _, s := range streets {
		lists["Phố"] = append(lists["Phố"], s.Name)
	}
	var out bytes.Buffer
	if err := writeTemplate(&out, r.Words, lists); err != nil {
		return err
	}
	r.Attach(w, contentTypes[".xlsx"], "Mẫu danh sách số nhà.xlsx")
	_, err = w.Write(out.Bytes())
	return err
}

// writeTemplate writes the three sheets; lists are the choices of a column by its title.
func writeTemplate(out io.Writer, w *words.Words, lists map[string][]string) error {
	x, err := sheet.NewXLSX(out)
	if err != nil {
		return err
	}
	const listSheet = "Danh mục"
	columns := templateColumns(w)
	table := sheet.Table{Name: "Danh sách số nhà", Title: "Danh sách số nhà", Note: w.T("houses.template.title")}
	guide := sheet.Table{Name: "Hướng dẫn", Columns: []sheet.Column{
		{Title: w.T("houses.template.what"), Width: 18}, {Title: w.T("houses.template.how"), Width: 70}, {Title: w.T("houses.template.like"), Width: 26},
	}}
	choices := sheet.Table{Name: listSheet}
	longest := 0
	for i := range columns {
		c := &columns[i]
		if n := len(lists[c.Title]); n > 0 {
			letter := sheet.ColumnName(len(choices.Columns))
			c.Choices = fmt.Sprintf("'%s'!$%s$2:$%s$%d", listSheet, letter, letter, n+1)
			choices.Columns = append(choices.Columns, sheet.Column{Title: c.Title, Width: c.Width})
			longest = max(longest, n)
		}
		table.Columns = append(table.Columns, c.Column)
	}
	if err := x.Begin(table); err != nil {
		return err
	}
	if err := x.Begin(guide); err != nil {
		return err
	}
	for _, c := range columns {
		if err := x.Row(c.Title, c.explain, c.example); err != nil {
			return err
		}
	}
	if longest > 0 {
		if err := x.Begin(choices); err != nil {
			return err
		}
	}
	for i := range longest {
		row := make([]any, len(choices.Columns))
		for c, column := range choices.Columns {
			if list := lists[column.Title]; i < len(list) {
				row[c] = list[i]
			}
		}
		if err := x.Row(row...); err != nil {
			return err
		}
	}
	return x.Close()
}
