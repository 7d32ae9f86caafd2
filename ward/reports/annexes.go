package reports

import (
	"fmt"
	"slices"
	"strconv"

	"sonha/engine/paper"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// allAnnexes makes the annexes for which there are data.
func (w *writer) allAnnexes() []annex {
	var list []annex
	if len(w.Groups) > 1 || w.Level != OfGroup { // of one group the body has said it all
		list = append(list, annex{byGroup, w.groupAnnex()})
	}
	if len(w.Items) > 0 {
		list = append(list, annex{byItem, w.itemAnnex()})
	}
	switch w.List {
	case AllHouses:
		list = append(list, annex{byHouse, w.houseAnnex()})
	case Posted:
		list = append(list, annex{byHouse, w.postedAnnex()})
	case NoHouses:
	}
	return list
}

// groupName names a line of the groups.
func groupName(g *Group) string {
	if g.Name == "" {
		return "Chưa thuộc tổ nào"
	}
	return g.Name
}

func (w *writer) groupAnnex() paper.Annex {
	t := paper.Table{
		Unit: "Đơn vị: số nhà", Columns: columns(10, 0, 20, 20, 22, 20, 20, 20, 20, 22),
		Head: [][]paper.Cell{
			{{Text: "TT", Down: 2}, {Text: "Tổ dân phố", Down: 2}, {Text: "Số hộ", Down: 2}, {Text: "Hồ sơ", Down: 2}, {Text: "Đã kiểm tra", Down: 2},
				{Text: "Kết quả", Span: 3}, {Text: "Độ phủ", Down: 2}, {Text: "Tỷ lệ đạt an toàn", Down: 2}},
			paper.Row("Đạt an toàn", "Có điều kiện", "Chưa đạt"),
		},
	}
	for i := range w.Groups {
		g := &w.Groups[i]
		t.Rows = append(t.Rows, append([]paper.Cell{{Text: strconv.Itoa(i + 1)}, {Text: groupName(g)}}, w.countCells(&g.Counts, g.ID, false, g.Hidden)...))
	}
	t.Rows = append(t.Rows, append([]paper.Cell{{Text: "Cộng", Span: 2, Bold: true, Align: paper.Left}}, w.countCells(&w.Counts, "", true, w.Hidden)...))
	body := []paper.Block{t}
	if w.Detailed() {
		body = append(body, w.groupContents())
	}
	if w.Reliability != nil {
		body = append(body, w.groupReliability())
	}
	if slices.ContainsFunc(w.Groups, func(g Group) bool { return g.Hidden }) {
		note := fmt.Sprintf("–: có tổ mới kiểm tra dưới %d số nhà; không nêu để không lộ kết quả của từng số nhà.", smallest)
		body = append(body, paper.Paragraph{NoIndent: true, Runs: []paper.Run{paper.Italic(note)}})
	}
	return paper.Annex{Title: "Kết quả theo tổ dân phố", Landscape: true, Body: body}
}

// untoldCell stands for a figure that is not given away.
const untoldCell = "–"

// ofLine is where a figure of a group's line leads, or of the line of sums: houses of no group have no filter of their own.
func ofLine(group string, sum bool, href string) string {
	if group == "" && !sum {
		return ""
	}
	return href
}

// countCells are the figures of a group, or of the whole.
func (w *writer) countCells(c *Counts, group string, sum, hidden bool) []paper.Cell {
	told := func(n int, href string) paper.Cell {
		if hidden {
			return paper.Cell{Text: untoldCell, Bold: sum}
		}
		return paper.Cell{Text: civil.Int(n), Bold: sum, Href: href}
	}
	open := func(href string) string { return ofLine(group, sum, href) }
	households := ""
	if sum {
		households = w.households(false) // of a single group the indicator may have no figure
	}
	return []paper.Cell{
		{Text: civil.Int(c.Households), Bold: sum, Href: households},
		{Text: civil.Int(c.Dossiers), Bold: sum, Href: open(w.rows("group", group))},
		{Text: civil.Int(c.Inspected), Bold: sum, Href: open(w.inspected(group))},
		told(c.Safe, open(w.ofClass(criteria.Safe, group))),
		told(c.Conditional, open(w.ofClass(criteria.Conditional, group))),
		told(c.NotSafe, open(w.ofClass(criteria.NotSafe, group))),
		{Text: c.Coverage.String(), Bold: sum},
		{Text: c.SafePercent.String(), Bold: sum},
	}
}

// groupContents says how many inspected houses of each group pass each content.
func (w *writer) groupContents() paper.Table {
	t := paper.Table{
		Caption: "Số nhà đạt từng nội dung", Unit: "Đơn vị: số nhà đạt, tỷ lệ trong số đã kiểm tra", Columns: columns(10, 0, 22, 28, 28, 28, 28, 28, 28),
	}
	head := paper.Row("TT", "Tổ dân phố", "Đã kiểm tra")
	for _, c := range w.Contents {
		head = append(head, paper.Cell{Text: c.Code})
	}
	t.Head = [][]paper.Cell{head}
	cells := func(inspected int, list []Content, group string, bold bool) []paper.Cell {
		open := func(href string) string { return ofLine(group, bold, href) }
		out := []paper.Cell{{Text: civil.Int(inspected), Bold: bold, Href: open(w.inspected(group))}}
		for range len(w.Contents) - len(list) { // hidden
			out = append(out, paper.Cell{Text: untoldCell})
		}
		for _, c := range list {
			out = append(out, paper.Cell{Text: civil.Int(c.Passed) + " (" + c.Percent.String() + ")", Bold: bold, Href: open(w.rows("passed", c.Code, "group", group))})
		}
		return out
	}
	for i := range w.Groups {
		g := &w.Groups[i]
		t.Rows = append(t.Rows, append([]paper.Cell{{Text: strconv.Itoa(i + 1)}, {Text: groupName(g)}}, cells(g.detailed(), g.Contents, g.ID, false)...))
	}
	t.Rows = append(t.Rows, append([]paper.Cell{{Text: "Cộng", Span: 2, Bold: true, Align: paper.Left}}, cells(w.Contents[0].Inspected, w.Contents, "", true)...))
	return t
}

// groupReliability says how far the self-ratings of each group agree with what was found.
func (w *writer) groupReliability() paper.Table {
	t := paper.Table{
		Caption: "Tự đánh giá so với kiểm tra", Unit: "Đơn vị: câu trả lời cho cùng một mục của cùng một số nhà", Columns: columns(10, 0, 40, 40, 40),
		Head: [][]paper.Cell{paper.Row("TT", "Tổ dân phố", "Đối chiếu", "Khác nhau", "Khớp")},
	}
	cells := func(r *Reliability, group string, bold bool) []paper.Cell {
		if r == nil {
			return []paper.Cell{{Text: untoldCell}, {Text: untoldCell}, {Text: untoldCell}}
		}
		return []paper.Cell{
			{Text: civil.Int(r.Compared), Bold: bold, Href: ofLine(group, bold, w.compared(group))},
			{Text: civil.Int(r.Differs), Bold: bold, Href: ofLine(group, bold, w.differing(group))},
			{Text: r.Agrees.String(), Bold: bold},
		}
	}
	for i := range w.Groups {
		t.Rows = append(t.Rows, append([]paper.Cell{{Text: strconv.Itoa(i + 1)}, {Text: groupName(&w.Groups[i])}}, cells(w.Groups[i].Reliability, w.Groups[i].ID, false)...))
	}
	t.Rows = append(t.Rows, append([]paper.Cell{{Text: "Cộng", Span: 2, Bold: true, Align: paper.Left}}, cells(w.Reliability, "", true)...))
	return t
}

// detailed is the number of houses inspected item by item.
func (g *Group) detailed() int {
	if len(g.Contents) == 0 {
		return g.Inspected
	}
	return g.Contents[0].Inspected
}

func (w *writer) itemAnnex() paper.Annex {
	t := paper.Table{
		Unit: "Đơn vị: số nhà", Columns: columns(14, 0, 17, 19, 19, 19, 21),
		Head: [][]paper.Cell{paper.Row("Mã", "Tiêu chí", "Đạt", "Một phần", "Chưa đạt", "Tỷ lệ đạt", "Chưa đạt và một phần")},
	}
	content := ""
	for _, x := range w.Items {
		if x.Content != content {
			content = x.Content
			for _, c := range w.Contents {
				if c.Code == content {
					t.Rows = append(t.Rows, []paper.Cell{{Text: c.Name + " (" + c.Code + ")", Span: 7, Bold: true, Align: paper.Left}})
				}
			}
		}
		t.Rows = append(t.Rows, []paper.Cell{
			{Text: x.Code}, {Text: starred(x) + x.Text}, {Text: civil.Int(x.Pass), Href: w.found(x.Code, "pass")}, {Text: civil.Int(x.Partly), Href: w.found(x.Code, "partly")},
			{Text: civil.Int(x.Fail), Href: w.found(x.Code, "fail")}, {Text: x.Percent.String()}, {Text: civil.Int(x.Below), Href: w.rows("below", x.Code)},
		})
	}
	note := paper.Paragraph{NoIndent: true, Runs: []paper.Run{paper.Italic("★: điều kiện bắt buộc. Số nhà không áp dụng tiêu chí thì không tính vào tiêu chí đó.")}}
	return paper.Annex{Title: fmt.Sprintf("Kết quả theo %d tiêu chí", len(w.Items)), Body: []paper.Block{t, note}}
}

// marks are the four states as they print in black and white.
var marks = map[criteria.Class]string{criteria.Safe: "●", criteria.Conditional: "◐", criteria.NotSafe: "⊖", criteria.NotInspected: "◌"}

func (w *writer) houseAnnex() paper.Annex {
	t := paper.Table{
		Columns: []paper.Column{
			{Width: 14, Align: paper.Center}, {Align: paper.Left}, {Width: 32, Align: paper.Left}, {Width: 42, Align: paper.Left}, {Width: 26, Align: paper.Center},
		},
		Head: [][]paper.Cell{paper.Row("TT", "Số nhà", "Tổ dân phố", "Kết quả", "Ngày kiểm tra")},
		Rows: make([][]paper.Cell, 0, len(w.Houses)),
	}
	for i := range w.Houses {
		h := &w.Houses[i]
		result := marks[h.Class] + " " + h.Class.Name().VI
		if h.Waiting {
			result += " (chờ duyệt)"
		}
		t.Rows = append(t.Rows, []paper.Cell{{Text: strconv.Itoa(i + 1)}, {Text: h.Address, Href: w.house(h)}, {Text: h.Group}, {Text: result}, {Text: h.InspectedOn.Display()}})
	}
	return paper.Annex{Title: "Danh sách số nhà và kết quả", Body: append(w.listNotes(), t)}
}

// postedAnnex names safe houses only, with nothing but the address and the result.
func (w *writer) postedAnnex() paper.Annex {
	t := paper.Table{
		Columns: []paper.Column{{Width: 16, Align: paper.Center}, {Align: paper.Left}, {Width: 60, Align: paper.Left}},
		Head:    [][]paper.Cell{paper.Row("TT", "Số nhà", "Kết quả")},
		Rows:    make([][]paper.Cell, 0, len(w.Houses)),
	}
	for i := range w.Houses {
		h := &w.Houses[i]
		t.Rows = append(t.Rows, []paper.Cell{{Text: strconv.Itoa(i + 1)}, {Text: h.Address, Href: w.house(h)}, {Text: marks[h.Class] + " " + h.Class.Name().VI}})
	}
	return paper.Annex{Title: "Danh sách số nhà đạt an toàn", Body: append(w.listNotes(), t)}
}

func (w *writer) house(h *House) string {
	if !w.view.Open {
		return ""
	}
	return "/houses/" + h.ID
}

// listNotes says how many houses are listed, and why they may be others than the figures count.
func (w *writer) listNotes() []paper.Block {
	text := fmt.Sprintf("Có %s số nhà, số liệu đến %s.", civil.Int(len(w.Houses)), w.when())
	list := []paper.Block{paper.P(text)}
	if note := w.listDrift(); note != "" {
		list = append(list, paper.P(note))
	}
	return list
}

// when is the time of the figures: "14:05 ngày 20/10/2026".
func (f *Figures) when() string {
	return civil.Clock(f.AsOf) + " ngày " + civil.DayOf(f.AsOf).Display()
}

// listDrift explains a list that has not as many houses as the figures count. In an open campaign there is no
// such difference, except that houses waiting for approval are not posted; the figures of a closed one were
// fixed at its close, and houses come and go.
func (r *Report) listDrift() string {
	counted := r.Dossiers
	if r.List == Posted {
		counted = r.Safe
	}
	if r.List == NoHouses || counted == len(r.Houses) {
		return ""
	}
	if r.List == Posted && r.Waiting > 0 {
		return fmt.Sprintf("Danh sách chỉ có số nhà đã được duyệt; báo cáo tính %s số nhà đạt an toàn, kể cả đề nghị chờ duyệt.", civil.Int(counted))
	}
	return fmt.Sprintf("Báo cáo tính %s số nhà khi chốt đợt; từ đó có số nhà mở hoặc đóng hồ sơ nên danh sách hiện nay khác.", civil.Int(counted))
}
