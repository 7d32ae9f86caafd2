package reports

import (
	"fmt"
	"io"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
)

// workbook writes the XLSX annex: a sheet a table, each with the time of its figures and its number of rows.
func (r *Report) workbook(w io.Writer) error {
	x, err := sheet.NewXLSX(w)
	if err != nil {
		return err
	}
	for _, write := range []func(sheet.Writer) error{r.summarySheet, r.groupSheet, r.contentSheet, r.itemSheet, r.houseSheet} {
		if err := write(x); err != nil {
			return err
		}
	}
	return x.Close()
}

// Rows is sheet.Rows in the language of the documents of the ward.
func Rows(n int) string { return "Cộng " + civil.Int(n) + " dòng." }

func (r *Report) begin(x sheet.Writer, name, title string, columns ...sheet.Column) error {
	note := "Số liệu đến " + r.when()
	if r.Provisional {
		note += fmt.Sprintf("; tạm tính, còn %s đề nghị chờ duyệt", civil.Int(r.Waiting))
	}
	if over := r.over(); over != "" {
		title += " – " + over
	}
	if r.Invented {
		note += ". Dữ liệu giả định"
	}
	if len(r.Left) > 0 {
		note += ". " + strings.TrimSuffix(strings.Join(r.Left, " "), ".")
	}
	return x.Begin(sheet.Table{
		Name: name, Title: fmt.Sprintf("%s, chuyên đề %s năm %d", title, programme, r.Year), Note: note + ".", Columns: columns,
		Footer: Rows,
	})
}

// percent is a share as a number of a cell; a share of nothing is a blank cell.
func percent(s Share) any {
	if n, ok := s.Number(); ok {
		return n
	}
	return nil
}

// told is a count as a cell; one that is not given away is a blank cell.
func told(n int, hidden bool) any {
	if hidden {
		return nil
	}
	return n
}

func (r *Report) summarySheet(x sheet.Writer) error {
	if err := r.begin(x, "Tổng hợp", "Tổng hợp",
		sheet.Column{Title: "Chỉ tiêu", Width: 46}, sheet.Column{Title: "Số liệu", Width: 14}, sheet.Column{Title: "Ghi chú", Width: 90}); err != nil {
		return err
	}
	rows := [][]any{
		{"Phường", nil, r.Ward},
		{"Năm", r.Year, "Từ " + r.Starts.Display() + " đến " + r.Ends.Display() + "; " + r.PhaseName},
		{"Số nhà có hồ sơ đang hoạt động", r.Dossiers, r.Headline},
		{"Số hộ", r.Households, nil},
		{"Số hộ ký cam kết", sheet.Known(r.Pledged), nil},
		{"Số nhà gửi tự đánh giá", sheet.Known(r.Assessed), nil},
		{"Đã kiểm tra", r.Inspected, nil},
		{"Đạt an toàn", told(r.Safe, r.Hidden), nil},
		{"Đạt có điều kiện", told(r.Conditional, r.Hidden), "Chưa tính là đạt an toàn cho đến khi kiểm tra lại"},
		{"Chưa đạt", told(r.NotSafe, r.Hidden), nil},
		{"Chưa kiểm tra", r.NotInspected, nil},
		{"Chờ duyệt", told(r.Waiting, r.Hidden), nil},
		{"Tỷ lệ đạt an toàn (%)", percent(r.SafePercent), "Trên số đã kiểm tra"},
		{"Độ phủ kiểm tra (%)", percent(r.Coverage), "Số đã kiểm tra trên số hồ sơ"},
	}
	if v := r.Reliability; v != nil {
		rows = append(rows, []any{"Câu trả lời đối chiếu", v.Compared, "Tự đánh giá và kiểm tra cùng trả lời"},
			[]any{"Câu trả lời khác nhau", v.Differs, nil}, []any{"Tự đánh giá khớp kiểm tra (%)", percent(v.Agrees), nil})
	}
	if v := r.Shortcomings; v != nil {
		rows = append(rows, []any{"Tồn tại chờ khắc phục", v.Open, nil},
			[]any{"Tồn tại quá hạn", v.Overdue, "Trong số chờ khắc phục"}, []any{"Tồn tại đã khắc phục", v.Mended, nil})
	}
	if v := r.YearBefore; v != nil {
		rows = append(rows, []any{fmt.Sprintf("Đã kiểm tra năm %d", v.Year), v.Inspected, nil}, []any{fmt.Sprintf("Đạt an toàn năm %d", v.Year), v.Safe, nil},
			[]any{fmt.Sprintf("Tỷ lệ đạt an toàn năm %d (%%)", v.Year), percent(v.SafePercent), v.Words})
	}
	if r.Origin != campaigns.Imported {
		for _, p := range r.Phases {
			rows = append(rows, []any{"Bước: " + p.Name, nil, p.Starts.Display() + " – " + p.Ends.Display()})
		}
	}
	for _, text := range r.Left {
		rows = append(rows, []any{"Ghi chú", nil, text})
	}
	return all(x, rows)
}

func all(x sheet.Writer, rows [][]any) error {
	for _, row := range rows {
		if err := x.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) groupSheet(x sheet.Writer) error {
	columns := []sheet.Column{
		{Title: "TT", Width: 6}, {Title: "Tổ dân phố", Width: 24}, {Title: "Số hộ"}, {Title: "Hộ ký cam kết"}, {Title: "Hồ sơ"}, {Title: "Tự đánh giá"}, {Title: "Đã kiểm tra"},
		{Title: "Đạt an toàn"}, {Title: "Đạt có điều kiện"}, {Title: "Chưa đạt"}, {Title: "Chưa kiểm tra"}, {Title: "Chờ duyệt"}, {Title: "Độ phủ (%)"}, {Title: "Tỷ lệ đạt (%)"},
		{Title: "Câu đối chiếu"}, {Title: "Tự đánh giá khớp (%)"},
	}
	for _, c := range r.Contents {
		columns = append(columns, sheet.Column{Title: "Đạt " + c.Code}, sheet.Column{Title: "Đạt " + c.Code + " (%)"})
	}
	if err := r.begin(x, "Theo tổ dân phố", "Kết quả theo tổ dân phố", columns...); err != nil {
		return err
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		var compared, agrees any // blank where nothing is told
		if v := g.Reliability; v != nil {
			compared, agrees = v.Compared, percent(v.Agrees)
		}
		row := []any{
			i + 1, groupName(g), g.Households, sheet.Known(g.Pledged), g.Dossiers, sheet.Known(g.Assessed), g.Inspected, told(g.Safe, g.Hidden), told(g.Conditional, g.Hidden),
			told(g.NotSafe, g.Hidden), g.NotInspected, told(g.Waiting, g.Hidden), percent(g.Coverage), percent(g.SafePercent), compared, agrees,
		}
		for _, c := range g.Contents {
			row = append(row, c.Passed, percent(c.Percent))
		}
		if err := x.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) contentSheet(x sheet.Writer) error {
	if err := r.begin(x, "Theo nội dung", "Kết quả theo nội dung", sheet.Column{Title: "Mã", Width: 8}, sheet.Column{Title: "Nội dung", Width: 64},
		sheet.Column{Title: "Đã kiểm tra"}, sheet.Column{Title: "Đạt", Width: 10}, sheet.Column{Title: "Tỷ lệ đạt (%)"}); err != nil {
		return err
	}
	for _, c := range r.Contents {
		if err := x.Row(c.Code, c.Name, c.Inspected, c.Passed, percent(c.Percent)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) itemSheet(x sheet.Writer) error {
	if err := r.begin(x, "Tiêu chí", "Kết quả theo tiêu chí", sheet.Column{Title: "Mã", Width: 8}, sheet.Column{Title: "Tiêu chí", Width: 80}, sheet.Column{Title: "Bắt buộc"},
		sheet.Column{Title: "Đạt", Width: 10}, sheet.Column{Title: "Một phần", Width: 10},
		sheet.Column{Title: "Chưa đạt", Width: 10}, sheet.Column{Title: "Chưa đạt và một phần", Width: 14},
		sheet.Column{Title: "Tỷ lệ đạt (%)"}); err != nil {
		return err
	}
	for _, v := range r.Items {
		required := ""
		if v.Required {
			required = "★"
		}
		if err := x.Row(v.Code, v.Text, required, v.Pass, v.Partly, v.Fail, v.Below, percent(v.Percent)); err != nil {
			return err
		}
	}
	return nil
}

// houseSheet lists the houses for whoever may have the list; the posted variant has nothing but the address
// and the result.
func (r *Report) houseSheet(x sheet.Writer) error {
	switch r.List {
	case AllHouses:
		if err := r.begin(x, "Danh sách", "Danh sách số nhà và kết quả",
			sheet.Column{Title: "TT", Width: 7}, sheet.Column{Title: "Số nhà", Width: 34}, sheet.Column{Title: "Tổ dân phố", Width: 20},
			sheet.Column{Title: "Kết quả", Width: 20}, sheet.Column{Title: "Ngày kiểm tra", Width: 15}, sheet.Column{Title: "Duyệt", Width: 12}); err != nil {
			return err
		}
		for i := range r.Houses {
			h := &r.Houses[i]
			approval := ""
			if h.Waiting {
				approval = "Chờ duyệt"
			}
			if err := x.Row(i+1, h.Address, h.Group, h.Class.Name().VI, h.InspectedOn, approval); err != nil {
				return err
			}
		}
	case Posted:
		if err := r.begin(x, "Danh sách", "Danh sách số nhà đạt an toàn",
			sheet.Column{Title: "TT", Width: 7}, sheet.Column{Title: "Số nhà", Width: 34}, sheet.Column{Title: "Kết quả", Width: 20}); err != nil {
			return err
		}
		for i := range r.Houses {
			if err := x.Row(i+1, r.Houses[i].Address, r.Houses[i].Class.Name().VI); err != nil {
				return err
			}
		}
	case NoHouses:
	}
	return nil
}
