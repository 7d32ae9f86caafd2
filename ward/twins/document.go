package twins

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ward/criteria"
	"sonha/ward/logbook"
)

// View says where the sheets lead and when they are printed.
type View struct {
	Base  string // address of the site, such as "https://sonha.hoankiem.vn"
	At    time.Time
	Words *words.Words // Vietnamese: what is signed on paper is Vietnamese whoever prints it
}

// writer sets the sheets of a run.
type writer struct {
	*Run
	view View
}

// dotted is room to write a few words on a line.
const dotted = "……………………………………"

// Write writes all sheets of a run as one PDF, in the order of its houses, and tells how many houses are set. A run
// without houses is the empty form.
func (r *Run) Write(ctx context.Context, out io.Writer, v View, fonts *paper.Fonts, progress func(done, total int)) error {
	w := &writer{Run: r, view: v}
	title := r.Form.Title()
	if r.Where != "" {
		title += ", " + r.Where
	}
	b := paper.NewBundle(out, fonts, title)
	if len(r.Houses) == 0 {
		if err := b.Add(w.document(nil, Subject{})); err != nil {
			return err
		}
	}
	for i := range r.Houses {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, x := range r.subjects(&r.Houses[i]) {
			if err := b.Add(w.document(&r.Houses[i], x)); err != nil {
				return err
			}
		}
		progress(i+1, len(r.Houses))
	}
	return b.Close()
}

// document is one sheet; of no house when h is nil.
func (w *writer) document(h *House, x Subject) *paper.Document {
	d := &paper.Document{
		Kind: paper.Sheet, Compact: true, Type: w.Form.Title(), Subject: "Số nhà " + dotted,
		Issuer: paper.Issuer{Over: "Phường " + w.Ward + " – thành phố " + w.City, Name: "Hộ tự phòng – Số nhà tự quản"},
		Foot:   paper.Foot{Form: "Mẫu " + w.Form.Number() + " – " + w.Form.Title(), PrintedAt: w.view.At},
	}
	if w.Form == Inspection {
		d.Issuer = paper.Issuer{Over: "Công an thành phố " + w.City, Name: "Công an phường " + w.Ward}
	}
	if w.Invented {
		d.Foot.Mark = "Dữ liệu giả định"
	}
	base := strings.TrimSuffix(w.view.Base, "/")
	blank := base + "/t?form=" + string(w.Form)
	if w.Form.Asks() {
		blank += "&criteria=" + strconv.Itoa(w.set.Version)
		d.Foot.Form += ", bộ tiêu chí bản " + strconv.Itoa(w.set.Version)
	}
	d.Scan = &paper.Scan{URL: blank, Code: "Phiếu trống", Hint: "Quét để chọn số nhà"}
	if h != nil {
		d.Subject = h.Address()
		code := w.codes[x]
		d.Scan = &paper.Scan{URL: base + "/t/" + string(code), Code: code.Shown(), Hint: "Quét hoặc gõ mã"}
		d.Foot.Code = code.Shown()
	}
	d.Foot.URL = d.Scan.URL
	switch w.Form {
	case Pledge:
		w.pledge(d, h, x)
	case Household:
		w.household(d, h, x)
	case Log:
		w.log(d, h)
	case Month:
		w.month(d, h, x)
	case Assessment:
		w.assessment(d, h)
	case Inspection:
		w.inspection(d, h)
	}
	return d
}

// whose is the line over the body that says whose sheet it is.
func (w *writer) whose(h *House, x Subject) paper.Block {
	var runs []paper.Run
	add := func(key, value string) {
		if len(runs) > 0 {
			runs = append(runs, paper.Plain("  ·  "))
		}
		runs = append(runs, paper.Plain(key+" "), paper.Bold(strings.ReplaceAll(value, " ", "\u00a0")))
	}
	if w.Form.OfHousehold() {
		label := x.Household
		if label == "" {
			label = "H………"
		}
		add("Ký hiệu hộ:", label)
	}
	if h == nil {
		add("Tổ dân phố, khu vực:", dotted)
	} else if at := joined(h.Group, h.Beat); at != "" {
		add("Thuộc:", at)
	}
	if w.Form.Yearly() {
		year := "20………"
		if w.Year != 0 {
			year = strconv.Itoa(w.Year)
		}
		add("Đợt năm", year)
	}
	if w.Form == Month {
		month := "……/20……"
		if x.Month != "" {
			month = logbook.Month(x.Month).Text()
		}
		add("Tháng", month)
	}
	return line(runs...)
}

func joined(parts ...string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, ", ")
}

// line is a line of a form without an indent.
func line(runs ...paper.Run) paper.Paragraph {
	return paper.Paragraph{Runs: runs, Align: paper.Left, NoIndent: true}
}

// The widths of a sheet's columns, in millimetres; what is left is the text's.
const (
	codeWidth = 16
	boxWidth  = 13
	naWidth   = 18
	selfWidth = 18
)

// choices are the heads of the four columns to mark. Their numbers are the keys with which a sheet is entered.
func choices() []paper.Cell {
	var cells []paper.Cell
	for i, v := range values {
		cells = append(cells, paper.Cell{Text: strconv.Itoa(i+1) + "\n" + v.Name().VI})
	}
	return cells
}

// values are the answers in the order of the columns, on paper and on the screen.
var values = [...]criteria.Value{criteria.Pass, criteria.Partly, criteria.Fail, criteria.NA}

// items is the table of all items, each with four boxes; with self, the house's own rating stands before them.
func (w *writer) items(text func(*criteria.Item) string, self criteria.Answers, withSelf bool) paper.Table {
	t := paper.Table{Size: itemSize, Columns: []paper.Column{{Width: codeWidth, Align: paper.Left}, {Align: paper.Left}}}
	head := paper.Row("Mục", "Nội dung")
	if withSelf {
		t.Columns = append(t.Columns, paper.Column{Width: selfWidth, Align: paper.Center})
		head = append(head, paper.Cell{Text: "Nhà\ntự chấm"})
	}
	for _, v := range values {
		width := float64(boxWidth)
		if v == criteria.NA {
			width = naWidth
		}
		t.Columns = append(t.Columns, paper.Column{Width: width, Align: paper.Center})
	}
	t.Head = [][]paper.Cell{append(head, choices()...)}
	at := 0
	for c := range w.set.Contents {
		content := &w.set.Contents[c]
		t.Rows = append(t.Rows, []paper.Cell{{Text: content.Name.VI, Bold: true, Span: len(t.Columns), Align: paper.Left}})
		for i := range content.Items {
			item := &content.Items[i]
			row := []paper.Cell{{Text: item.Starred()}, {Text: text(item)}}
			if withSelf {
				row = append(row, paper.Cell{Text: selfText(self.At(at))})
			}
			for _, v := range values {
				box := paper.Cell{}
				if v == criteria.NA && !item.AllowsNA() {
					box.Text = "×" // nothing to mark: the item applies to every house
				}
				row = append(row, box)
			}
			t.Rows = append(t.Rows, row)
			at++
		}
	}
	return t
}

// itemSize is the size of the items' text, in points: the least that is read without effort at 60 and over.
const itemSize = 11

func selfText(v criteria.Value) string {
	if v == criteria.Unanswered {
		return ""
	}
	return v.Name().VI
}

// filledBy asks who filled the sheet in, and when, by hand; first is what is counted.
func filledBy(first string, who ...string) []paper.Block {
	text := strings.Join(append([]string{"Người ghi:"}, who...), "  ☐ ")
	return []paper.Block{
		line(paper.Plain(first + "        Ngày ghi: ……/……/20……")),
		line(paper.Plain(text + "     Ký tên: " + dotted)),
	}
}

// assessment is the house's own answers (F3 of the house).
func (w *writer) assessment(d *paper.Document, h *House) {
	d.Body = append(d.Body, w.whose(h, Subject{}),
		line(paper.Plain("Mỗi mục đánh một dấu "), paper.Bold("X"), paper.Plain(". Mục có ★ là bắt buộc, ô có × không dùng. Chấm số nhà, đừng ghi tên người.")),
		w.items(func(i *criteria.Item) string { return i.Question.VI }, "", false))
	d.Body = append(d.Body, filledBy(fmt.Sprintf("Số mục đã trả lời: ………/%d", w.set.Len()), "Trưởng, phó số nhà", "Tổ trưởng ghi thay")...)
}

// The lines for shortcomings on an inspection sheet.
const shortLines = 5

// inspection is the sheet of an inspection (F10): the house's own rating beside empty findings.
func (w *writer) inspection(d *paper.Document, h *House) {
	self := criteria.Answers("")
	if h != nil {
		self = h.Self
	}
	d.Body = append(d.Body, w.whose(h, Subject{}),
		line(paper.Plain("Ngày kiểm tra: ……/……/20……   ☐ Định kỳ   ☐ Đột xuất   ☐ Kiểm tra lại   ☐ Mẫu ngẫu nhiên")),
		paper.Blank{Label: "Thành phần đoàn (chức danh, họ tên):", Lines: 2},
		paper.Blank{Label: "Đại diện phía nhân dân (Mặt trận, tổ dân phố):"},
		paper.Blank{Label: "Người của số nhà có mặt (chức danh):"},
		w.items(func(i *criteria.Item) string { return i.Text.VI }, self, true),
		paper.Heading{Level: 1, Text: "Tồn tại và biện pháp"},
	)
	t := paper.Table{
		Size: itemSize, Columns: []paper.Column{{Width: 14}, {Width: 52}, {}, {Width: 27}, {Width: 24}},
		Head: [][]paper.Cell{paper.Row("Mục", "Tồn tại", "Biện pháp", "Ai làm", "Hạn")},
	}
	for range shortLines {
		t.Rows = append(t.Rows, paper.Row("\n", "", "", "", ""))
	}
	d.Body = append(d.Body, t,
		line(paper.Italic("Ai làm: số nhà, cảnh sát khu vực, phường hoặc đơn vị khác. Tồn tại là về nơi ở chung, không ghi tên người.")),
		line(paper.Plain("Đề nghị xếp loại:  ☐ ● Đạt an toàn   ☐ ◐ Đạt có điều kiện   ☐ ⊖ Chưa đạt")),
		paper.Blank{Label: "Nhận xét chung:", Lines: 2},
		paper.Blank{Label: "Ý kiến của trưởng số nhà:", Lines: 2},
	)
	d.Signers = []paper.Signer{{Title: "Trưởng số nhà", Note: byHand}, {Title: "Đại diện phía nhân dân", Note: byHand}, {Title: "Người kiểm tra", Note: byHand}}
}
