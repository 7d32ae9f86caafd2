package periodic

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// programme is the name under which the police of Hoàn Kiếm began it in 1997.
const programme = "“Hộ tự phòng – Số nhà tự quản”"

// View says for whom a document is made.
type View struct {
	// Screen makes each figure lead to its line among the sources, and each row to its page.
	Screen bool
	// Opens says which pages with rows the reader may open; nil opens none.
	Opens func(href string) bool
	// Draft marks a document that nobody signed.
	Draft bool
	// Hash of what was signed; it stands at the foot.
	Hash string
}

// writer composes the document of a record.
type writer struct {
	*Record
	view View
}

// Subject is what the report is about.
func (x *Record) Subject() string {
	return "Kết quả thực hiện chuyên đề " + programme + " " + x.Of().Name()
}

// Document is the report in the layout of Decree 30/2020/NĐ-CP. The page shows the same value.
func (x *Record) Document(v View) *paper.Document {
	w := &writer{x, v}
	day := civil.DayOf(x.AsOf)
	if x.SignedOn != "" {
		day = x.SignedOn
	}
	d := &paper.Document{Place: x.Ward, Date: time.Date(day.Year(), day.Month(), day.Time().Day(), 0, 0, 0, 0, time.UTC), Type: "Báo cáo", Subject: x.Subject(), Foot: w.foot()}
	w.head(d)
	d.Body = append(d.Body,
		paper.Words(paper.Italic(fmt.Sprintf("Căn cứ Kế hoạch số ……/KH-CAP ngày …… tháng …… năm ……… của Công an phường %s về thực hiện chuyên đề %s;", x.Ward, programme))),
		paper.P(civil.UpperFirst(w.self())+" báo cáo kết quả "+x.Of().Name()+" như sau (số liệu từ ngày "+x.From.Display()+" đến ngày "+x.To.Display()+", lấy lúc "+
			civil.Clock(x.AsOf)+" ngày "+civil.DayOf(x.AsOf).Display()+"):"))
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: "I. Tình hình"})
	d.Body = append(d.Body, w.said(always, firstOfAlways)...)
	d.Body = append(d.Body, w.said(Cases, all)...)
	d.Body = append(d.Body, w.said(Pledges, all)...)
	d.Body = append(d.Body, w.remark(Situation)...)
	d.Body = append(d.Body, w.outcome()...)
	d.Body = append(d.Body, w.shortfalls()...)
	d.Body = append(d.Body, w.plans()...)
	d.Body = append(d.Body, paper.P("Trên đây là báo cáo "+civil.LowerFirst(x.Subject())+", "+w.self()+" trân trọng báo cáo./."))
	d.Annexes = w.annexes()
	return d
}

// Which sentences of a section: the first of those that are always said is where things stand.
const (
	all           = 0
	firstOfAlways = 1
	afterFirst    = 2
)

// said are the sentences of a section, as paragraphs.
func (w *writer) said(s Section, which int) []paper.Block {
	if !w.Has(s) {
		return nil
	}
	var runs []paper.Run
	n := 0
	for i := range w.Said {
		if w.Said[i].Section != s {
			continue
		}
		n++
		if which == firstOfAlways && n > 1 || which == afterFirst && n == 1 {
			continue
		}
		if more := w.sentence(w.Said[i].Text); len(more) > 0 {
			if len(runs) > 0 {
				runs = append(runs, paper.Plain(" "))
			}
			runs = append(runs, more...)
		}
	}
	if len(runs) == 0 {
		return nil
	}
	return []paper.Block{paper.Words(runs...)}
}

// sentence puts the figures into a sentence; nil when one of them is missing.
func (w *writer) sentence(text string) []paper.Run {
	var runs []paper.Run
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			runs = append(runs, paper.Plain(before))
		}
		if !found {
			break
		}
		key, after, _ := strings.Cut(rest, "}")
		f := w.Figure(key)
		if f == nil {
			return nil
		}
		run := paper.Run{Text: f.Text}
		if w.view.Screen {
			run.Href = anchor(f.No)
		}
		runs, text = append(runs, run), after
	}
	return runs
}

// anchor is the address of a figure among the sources of the page.
func anchor(no int) string { return "#so-" + strconv.Itoa(no) }

// remark are the writer's own words to a part, a paragraph a line.
func (w *writer) remark(p Part) []paper.Block {
	var list []paper.Block
	for line := range strings.SplitSeq(w.Remarks[p], "\n") {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, paper.P(line))
		}
	}
	return list
}

func (w *writer) outcome() []paper.Block {
	list := []paper.Block{paper.Heading{Level: 1, Text: "II. Kết quả thực hiện"}, paper.Words(paper.Bold(w.Headline))}
	list = append(list, w.said(always, afterFirst)...)
	n := 0
	head := func(text string, blocks []paper.Block) {
		if len(blocks) > 0 {
			n++
			list = append(append(list, paper.Heading{Level: 2, Text: strconv.Itoa(n) + ". " + text}), blocks...)
		}
	}
	head("Ba tự phòng, ba tự quản", w.tables(Contents))
	head("Công tác của các số nhà", slices.Concat(w.said(Monthly, all), w.said(Meetings, all), w.said(Trainings, all)))
	head("Đề xuất, kiến nghị về số nhà", w.said(Proposals, all))
	head("Hòa giải ở cơ sở", w.said(Mediations, all))
	head("Khen thưởng", w.said(Awards, all))
	head("Chỉ số qua các năm", w.tables(Trend))
	return append(list, w.remark(Outcome)...)
}

func (w *writer) shortfalls() []paper.Block {
	list := []paper.Block{paper.Heading{Level: 1, Text: "III. Tồn tại, nguyên nhân"}}
	n := len(list)
	list = append(list, w.tables(Shortfalls)...)
	list = append(list, w.said(Shortfalls, all)...)
	list = append(list, w.tables(Reviewed)...)
	list = append(list, w.remark(Short)...)
	if len(list) == n {
		list = append(list, paper.Blank{Lines: 3})
	}
	return list
}

func (w *writer) plans() []paper.Block {
	list := []paper.Block{paper.Heading{Level: 1, Text: "IV. Phương hướng, biện pháp"}}
	list = append(list, w.said(Measures, all)...)
	own := w.remark(Plans)
	if len(own) == 0 {
		own = []paper.Block{paper.Blank{Lines: 3}}
	}
	return append(list, own...)
}

// tables are the tables of a section.
func (w *writer) tables(s Section) []paper.Block {
	var list []paper.Block
	for i := range w.Tables {
		if w.Tables[i].Section == s && w.Has(s) {
			caption := w.Tables[i].Title
			if s == Contents || s == Trend {
				caption = "" // its heading says so already
			}
			list = append(list, w.table(&w.Tables[i], caption)...)
		}
	}
	return list
}

// widths are the columns of the tables of a section, millimetres; 0 takes what its text needs.
func widths(s Section) []float64 {
	switch s {
	case Contents:
		return []float64{12, 0, 30, 24, 24}
	case Shortfalls:
		return []float64{14, 0, 24}
	case Reviewed:
		return []float64{32, 0, 58}
	case Trend:
		return []float64{12, 0, 34, 26, 42}
	case ByGroup:
		return []float64{10, 0, 20, 20, 22, 20, 22, 20, 20, 22}
	default:
		return nil
	}
}

func (w *writer) table(t *Table, caption string) []paper.Block {
	out := paper.Table{Caption: caption, Unit: t.Unit, Head: [][]paper.Cell{paper.Row(t.Head...)}}
	sizes := widths(t.Section)
	for i := range t.Head {
		c := paper.Column{Align: paper.Left}
		if i < len(sizes) {
			c.Width = sizes[i]
		}
		for _, row := range t.Rows {
			if row[i].N != nil {
				c.Align = paper.Right
			}
		}
		out.Columns = append(out.Columns, c)
	}
	for _, row := range t.Rows {
		var cells []paper.Cell
		for _, v := range row {
			cells = append(cells, paper.Cell{Text: v.Text, Href: w.opens(v.Rows)})
		}
		out.Rows = append(out.Rows, cells)
	}
	list := []paper.Block{out}
	if t.Note != "" {
		list = append(list, paper.Paragraph{NoIndent: true, Runs: []paper.Run{paper.Italic(t.Note)}})
	}
	return list
}

// opens is the address of rows when the reader may open it.
func (w *writer) opens(href string) string {
	if !w.view.Screen || href == "" || w.view.Opens == nil || !w.view.Opens(href) {
		return ""
	}
	return href
}

func (w *writer) annexes() []paper.Annex {
	var list []paper.Annex
	for i := range w.Tables {
		if t := &w.Tables[i]; t.Section == ByGroup && w.Has(ByGroup) {
			list = append(list, paper.Annex{Title: t.Title, Landscape: true, Body: w.table(t, "")})
		}
	}
	if !w.Has(Sources) {
		return list
	}
	t := paper.Table{
		Columns: []paper.Column{{Width: 12, Align: paper.Center}, {Align: paper.Left}, {Width: 28, Align: paper.Right}, {Width: 70, Align: paper.Left}},
		Head:    [][]paper.Cell{paper.Row("Số", "Chỉ tiêu", "Số liệu", "Cách tính")},
	}
	rows := map[int][]paper.Cell{}
	for i := range w.Figures {
		if f := &w.Figures[i]; w.Has(f.Section) {
			rows[f.No] = paper.Row(strconv.Itoa(f.No), f.Label, f.Text, f.How)
		}
	}
	for i := range w.Tables {
		if x := &w.Tables[i]; w.Has(x.Section) {
			rows[x.No] = paper.Row(strconv.Itoa(x.No), x.Title, "bảng", x.How)
		}
	}
	for _, no := range slices.Sorted(maps.Keys(rows)) {
		t.Rows = append(t.Rows, rows[no])
	}
	return append(list, paper.Annex{Title: "Cách tính số liệu", Body: []paper.Block{t}})
}

// self is how the author calls itself in a sentence.
func (w *writer) self() string {
	switch {
	case w.Group != "":
		return w.Group
	case w.SignedBy == access.Committee:
		return "Ủy ban nhân dân phường " + w.Ward
	}
	return "Công an phường " + w.Ward
}

// head fills in who issues, who signs and who receives (Decree 30/2020/NĐ-CP, annex I). A residential group is no agency and has
// neither number nor seal (domain.md §5.6).
func (w *writer) head(d *paper.Document) {
	police, blank := "Công an phường "+w.Ward, strings.Repeat("\u00a0", 8)
	switch {
	case w.Group != "":
		d.Kind, d.To = paper.Residents, []string{police}
		d.Subject += " của " + w.Group
		d.Signers = []paper.Signer{{Title: "Tổ trưởng tổ dân phố", Note: "(Ký, ghi rõ họ tên)"}}
		d.Recipients = []string{police, "Lưu: tổ dân phố"}
	case w.SignedBy == access.Committee:
		d.Issuer, d.Number = paper.Issuer{Name: "Ủy ban nhân dân phường " + w.Ward}, blank+"/BC-UBND"
		d.To = []string{"Ủy ban nhân dân thành phố " + w.City}
		d.Signers = []paper.Signer{{For: "TM. Ủy ban nhân dân", Title: "Chủ tịch"}}
		d.Recipients = []string{"Như trên", "Đảng ủy phường " + w.Ward, police, "Các tổ dân phố", "Lưu: VT"}
	default:
		d.Issuer, d.Number = paper.Issuer{Over: "Công an thành phố " + w.City, Name: police}, blank+"/BC-CAP"
		d.To = []string{"Công an thành phố " + w.City, "Đảng ủy, Ủy ban nhân dân phường " + w.Ward}
		d.Signers = []paper.Signer{{Title: "Trưởng Công an phường"}}
		d.Recipients = []string{"Như trên", "Ủy ban Mặt trận Tổ quốc Việt Nam phường " + w.Ward, "Các tổ dân phố", "Lưu: VT"}
	}
}

func (w *writer) foot() paper.Foot {
	f := paper.Foot{Record: w.Code}
	if f.Record == "" {
		f.Record = "BCĐK " + w.Period + " " + w.WardCode
	}
	if w.view.Hash != "" {
		f.Record += " · " + w.view.Hash[:16]
	}
	var marks []string
	if w.view.Draft {
		marks = append(marks, "Bản dự thảo")
	}
	if w.Invented {
		marks = append(marks, "Dữ liệu giả định")
	}
	f.Mark = strings.Join(marks, " · ")
	return f
}
