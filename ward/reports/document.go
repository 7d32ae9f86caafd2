package reports

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sonha/engine/paper"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// programme is the name under which the police of Hoàn Kiếm began it in 1997.
const programme = "“Hộ tự phòng – Số nhà tự quản”"

// View says for whom a document is made.
type View struct {
	// Base is the address of the site, such as "https://sonha.hoankiem.vn"; it goes into the QR code. Empty
	// prints no code.
	Base string
	// Open makes each figure a link to the houses behind it, for readers who may see houses.
	Open bool
}

// writer composes the document of a report.
type writer struct {
	*Report
	view    View
	annexes []annex
}

// annex is a part after the signature, known by a name that the body refers to.
type annex struct {
	name string
	paper.Annex
}

// The names of the annexes.
const (
	byGroup = "groups"
	byItem  = "items"
	byHouse = "houses"
)

// Document is the report as it is printed. The page shows the same value.
func (r *Report) Document(v View) *paper.Document {
	w := &writer{Report: r, view: v}
	w.annexes = w.allAnnexes()
	d := &paper.Document{
		Place: r.Ward, Date: time.Date(r.AsOf.Year(), r.AsOf.Month(), r.AsOf.Day(), 0, 0, 0, 0, time.UTC),
		Type: "Báo cáo", Subject: r.Subject(), Foot: w.foot(),
	}
	w.head(d)
	d.Body = append(d.Body, w.opening()...)
	d.Body = append(d.Body, w.situation()...)
	d.Body = append(d.Body, w.outcome()...)
	d.Body = append(d.Body, w.shortfalls()...)
	d.Body = append(d.Body, w.plans()...)
	d.Body = append(d.Body, paper.P("Trên đây là báo cáo "+w.lower()+", "+w.self()+" trân trọng báo cáo./."))
	for i := range w.annexes {
		d.Annexes = append(d.Annexes, w.annexes[i].Annex)
	}
	return d
}

// Subject is what the report is about, with its reach where that is not the ward.
func (r *Report) Subject() string {
	text := fmt.Sprintf("Kết quả thực hiện chuyên đề %s năm %d", programme, r.Year)
	if over := r.over(); over != "" {
		if len(r.Reach) == 1 {
			over = strings.ReplaceAll(over, " ", "\u00a0") // one name stays on one line
		}
		text += " – " + over
	}
	return text
}

// lower is the subject inside a sentence.
func (w *writer) lower() string { return civil.LowerFirst(w.Subject()) }

// Record is the number under which the report is found again.
func (r *Report) Record() string { return fmt.Sprintf("BC-%d-%s", r.Year, r.Code) }

// head fills in who issues, who signs and who receives. The ward's report is a document of its police; what an
// officer prints of a beat is a working paper to the command; a residential group is no agency and has neither
// number nor seal (domain.md §5.6).
func (w *writer) head(d *paper.Document) {
	office := "Công an phường " + w.Ward
	switch w.Level {
	case OfGroup:
		d.Kind, d.To = paper.Residents, []string{office}
		d.Signers = []paper.Signer{{Title: "Tổ trưởng tổ dân phố", Note: "(Ký, ghi rõ họ tên)"}}
		d.Recipients = []string{office, "Lưu: tổ dân phố"}
	case OfBeat:
		d.Kind, d.Issuer, d.Number = paper.Sheet, paper.Issuer{Over: "Công an thành phố " + w.City, Name: office}, w.Record()
		d.To = []string{"Chỉ huy " + office}
		d.Signers = []paper.Signer{
			{Title: "Chỉ huy Công an phường", Note: "(Ký, ghi rõ họ tên)"},
			{Title: "Cảnh sát khu vực", Note: "(Ký, ghi rõ họ tên)"},
		}
	case OfWard:
		d.Issuer = paper.Issuer{Over: "Công an thành phố " + w.City, Name: office}
		d.Number = strings.Repeat("\u00a0", 8) + "/BC-CAP"
		d.To = []string{"Công an thành phố " + w.City, "Đảng ủy, Ủy ban nhân dân phường " + w.Ward}
		d.Signers = []paper.Signer{{Title: "Trưởng Công an phường"}}
		d.Recipients = []string{
			"Như trên", "Ủy ban Mặt trận Tổ quốc Việt Nam phường " + w.Ward, "Các tổ dân phố", "Lưu: VT",
		}
	}
}

func (w *writer) foot() paper.Foot {
	f := paper.Foot{Record: w.Record(), PrintedAt: w.AsOf}
	if w.view.Base != "" {
		f.URL = strings.TrimSuffix(w.view.Base, "/") + "/reports?year=" + strconv.Itoa(w.Year)
	}
	if w.Invented {
		f.Mark = "Dữ liệu giả định"
	}
	return f
}

// self is how the author calls itself in a sentence.
func (w *writer) self() string {
	switch w.Level {
	case OfGroup:
		return w.over()
	case OfBeat:
		return "cảnh sát khu vực"
	case OfWard:
	}
	return "Công an phường " + w.Ward
}

// rows is the address of the list of houses behind a figure, empty when the reader may not open it.
func (w *writer) rows(pairs ...string) string { return w.ofYear(w.Year, pairs...) }

func (w *writer) ofYear(year int, pairs ...string) string {
	if !w.view.Open {
		return ""
	}
	var b strings.Builder
	b.WriteString("/houses?year=" + strconv.Itoa(year))
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			b.WriteString("&" + pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
		}
	}
	return b.String()
}

// households is the rows of the pledges, house by house; part leaves in those that hold one. Where there are no households the indicator
// has no figure and no rows.
func (w *writer) households(part bool) string {
	if !w.view.Open || w.Origin == campaigns.Imported || w.Households == 0 {
		return ""
	}
	text := "/indicators/I5/rows?year=" + strconv.Itoa(w.Year)
	if part {
		text += "&part=1"
	}
	return text
}

// noted is the list of the measures for the shortcomings that the inspections noted, of all items or of one.
func (w *writer) noted(as, item string) string {
	if !w.view.Open {
		return ""
	}
	f := measures.Filter{State: measures.AnyState, Noted: measures.Noted{Year: w.Year, As: as}, Item: item}
	return f.Address("/measures")
}

// found is the rows of the houses on whose item an inspection found this.
func (w *writer) found(item, as string) string { return w.rows("found", item+"."+as) }

// compared are the houses whose answers stand beside what was found, and differing those with an answer that is not what was found.
func (w *writer) compared(group string) string {
	return w.rows("state", "inspected", "stage", "sent", "group", group)
}

func (w *writer) differing(group string) string { return w.rows("differs", "1", "group", group) }

// ofClass is rows of one class; in a group, of that group.
func (w *writer) ofClass(c criteria.Class, group string) string {
	return w.rows("state", c.String(), "group", group)
}

// inspected is the rows of every class but "not inspected".
func (w *writer) inspected(group string) string { return w.rows("state", "inspected", "group", group) }

// figure is a number in running text that opens its rows.
func figure(text, href string) paper.Run { return paper.Run{Text: text, Href: href} }

func strong(text, href string) paper.Run { return paper.Run{Text: text, Href: href, Bold: true} }

// annexRef is "Phụ lục II" for the body to point to; "Phụ lục" when there is only one, empty when there is none.
func (w *writer) annexRef(name string) string {
	for i := range w.annexes {
		if w.annexes[i].name != name {
			continue
		}
		if len(w.annexes) == 1 {
			return "Phụ lục"
		}
		return "Phụ lục " + civil.Roman(i+1)
	}
	return ""
}

// see is "(chi tiết tại Phụ lục I)" with a space before it, or nothing.
func (w *writer) see(name string) string {
	if ref := w.annexRef(name); ref != "" {
		return " (chi tiết tại " + ref + ")"
	}
	return ""
}

// opening cites the programme's own plan and nothing else: its number is the office's to write. Articles of law
// are not cited by a program that cannot know which are in force on the day of signing (domain.md §12.1).
func (w *writer) opening() []paper.Block {
	period := fmt.Sprintf("từ ngày %s đến ngày %s", w.Starts.Display(), w.Ends.Display())
	return []paper.Block{
		paper.Words(paper.Italic(fmt.Sprintf("Căn cứ Kế hoạch số ……/KH-CAP ngày …… tháng …… năm ……… của Công an phường %s về thực hiện chuyên đề %s năm %d (%s);",
			w.Ward, programme, w.Year, period))),
		paper.P(civil.UpperFirst(w.self()) + " báo cáo kết quả như sau (số liệu đến " + civil.ClockLong(w.AsOf) + " " + civil.DayOf(w.AsOf).Long() + "):"),
	}
}

func (w *writer) situation() []paper.Block {
	where := "Phường có " + civil.Int(w.named()) + " tổ dân phố, "
	if w.Level != OfWard {
		where = w.over() + " có "
	}
	list := []paper.Block{
		paper.Heading{Level: 1, Text: "I. Tình hình"},
		paper.Words(paper.Plain(where+civil.Int(w.Streets)+" tuyến phố, "), figure(civil.Int(w.Dossiers), w.rows()),
			paper.Plain(" số nhà có hồ sơ đang hoạt động với "), figure(civil.Int(w.Households), w.households(false)), paper.Plain(" hộ.")),
	}
	if w.Pledged != nil {
		list = append(list, paper.Words(
			paper.Plain("Đã có "), figure(civil.Int(*w.Pledged), w.households(true)), paper.Plain("/"), figure(civil.Int(w.Households), w.households(false)),
			paper.Plain(fmt.Sprintf(" hộ ký cam kết (%s); ", Share{*w.Pledged, w.Households})),
			figure(civil.Int(*w.Assessed), w.rows("stage", "sent")), paper.Plain("/"), figure(civil.Int(w.Dossiers), w.rows()),
			paper.Plain(fmt.Sprintf(" số nhà gửi tự đánh giá (%s).", Share{*w.Assessed, w.Dossiers}))))
	}
	if text := w.calendar(); text != "" {
		list = append(list, paper.P(text))
	}
	return list
}

// named counts the groups that have a name; houses of no group stand on a line of their own.
func (w *writer) named() int {
	n := 0
	for i := range w.Groups {
		if w.Groups[i].ID != "" {
			n++
		}
	}
	return n
}

// calendar says when the year's work was done, and where the campaign stands.
func (w *writer) calendar() string {
	if w.Origin == campaigns.Imported {
		return ""
	}
	var parts []string
	for _, p := range w.Phases {
		parts = append(parts, strings.ToLower(p.Name)+" từ "+p.Starts.Display()+" đến "+p.Ends.Display())
	}
	text := "Các bước theo kế hoạch: " + strings.Join(parts, "; ") + ". "
	if w.Phase == campaigns.Closed {
		text += "Đợt đã chốt ngày " + w.Closed.Display()
		if w.Version > 1 {
			text += ", bản chốt lần " + strconv.Itoa(w.Version) + " sau khi mở lại"
		}
		return text + "."
	}
	return text + "Hiện đợt đang ở bước " + strings.ToLower(w.PhaseName) + "."
}

func (w *writer) outcome() []paper.Block {
	list := []paper.Block{
		paper.Heading{Level: 1, Text: "II. Kết quả thực hiện"},
		paper.Heading{Level: 2, Text: "1. Kết quả chung"},
		w.headlineBlock(),
	}
	if w.Provisional {
		run := strong(civil.Int(w.Waiting)+" đề nghị xếp loại", w.rows("stage", "proposed"))
		list = append(list, paper.Words(paper.Bold("Số liệu tạm tính: "), paper.Plain("còn "), run, paper.Plain(" chờ chỉ huy duyệt.")))
	}
	if w.Inspected > 0 && !w.Hidden {
		list = append(list, w.classes())
	}
	if b := w.YearBefore; b != nil && b.Inspected > 0 {
		list = append(list, paper.Words(
			paper.Plain(fmt.Sprintf("Năm %d đã kiểm tra ", b.Year)), figure(civil.Int(b.Inspected), w.ofYear(b.Year, "state", "inspected")), paper.Plain(" số nhà, "),
			figure(civil.Int(b.Safe), w.ofYear(b.Year, "state", criteria.Safe.String())), paper.Plain(fmt.Sprintf(" số nhà đạt an toàn (%s). %s", b.SafePercent, b.Words))))
	}
	for _, text := range w.Left {
		list = append(list, paper.P(text))
	}
	if !w.Detailed() {
		return list
	}
	half := len(w.Contents) / 2
	list = append(list,
		paper.Heading{Level: 2, Text: "2. Ba tự phòng"}, w.contentTable(w.Contents[:half]),
		paper.Heading{Level: 2, Text: "3. Ba tự quản"}, w.contentTable(w.Contents[half:]))
	if r := w.Reliability; r != nil {
		list = append(list, paper.Words(paper.Plain("Đối chiếu "), figure(civil.Int(r.Compared), w.compared("")), paper.Plain(" câu trả lời của số nhà với kết quả kiểm tra: "),
			figure(civil.Int(r.Differs), w.differing("")), paper.Plain(fmt.Sprintf(" câu khác nhau; tự đánh giá khớp %s.", r.Agrees))))
	}
	return list
}

// headlineBlock is the headline with its figures open to their rows; its text is Figures.Headline.
func (w *writer) headlineBlock() paper.Block {
	if w.Hidden {
		return paper.P(w.Headline)
	}
	runs := []paper.Run{
		paper.Plain("Đã kiểm tra "), strong(civil.Int(w.Inspected), w.inspected("")), paper.Bold("/"), strong(civil.Int(w.Dossiers), w.rows()),
		paper.Bold(" hồ sơ"), paper.Plain("; "), strong(civil.Int(w.Safe), w.ofClass(criteria.Safe, "")), paper.Bold(" số nhà đạt an toàn"),
	}
	if w.Inspected > 0 {
		runs = append(runs, paper.Bold(" ("+w.SafePercent.String()+")"))
	}
	return paper.Words(append(runs, paper.Plain("."))...)
}

func (w *writer) classes() paper.Block {
	return paper.Words(
		paper.Plain("Trong số đã kiểm tra còn "), figure(civil.Int(w.Conditional), w.ofClass(criteria.Conditional, "")),
		paper.Plain(" số nhà đạt có điều kiện, "), figure(civil.Int(w.NotSafe), w.ofClass(criteria.NotSafe, "")),
		paper.Plain(" số nhà chưa đạt. Độ phủ kiểm tra "+w.Coverage.String()+"; "), figure(civil.Int(w.NotInspected), w.ofClass(criteria.NotInspected, "")),
		paper.Plain(" số nhà chưa kiểm tra"+w.see(byGroup)+"."))
}

func (w *writer) contentTable(list []Content) paper.Block {
	t := paper.Table{
		Unit: "Đơn vị: số nhà", Columns: columns(12, 0, 30, 24, 24),
		Head: [][]paper.Cell{paper.Row("Mã", "Nội dung", "Đã kiểm tra", "Đạt", "Tỷ lệ đạt")},
	}
	for _, c := range list {
		t.Rows = append(t.Rows, []paper.Cell{
			{Text: c.Code}, {Text: c.Name}, {Text: civil.Int(c.Inspected), Href: w.inspected("")},
			{Text: civil.Int(c.Passed), Href: w.rows("passed", c.Code)}, {Text: c.Percent.String()},
		})
	}
	return t
}

// columns sets the first column to the middle, the second to the left and the others, which hold figures, to
// the right. A width of 0 takes what its text needs.
func columns(widths ...float64) []paper.Column {
	list := make([]paper.Column, len(widths))
	for i, width := range widths {
		list[i] = paper.Column{Width: width, Align: paper.Right}
		switch i {
		case 0:
			list[i].Align = paper.Center
		case 1:
			list[i].Align = paper.Left
		}
	}
	return list
}

func (w *writer) shortfalls() []paper.Block {
	list := []paper.Block{paper.Heading{Level: 1, Text: "III. Tồn tại, nguyên nhân"}, paper.Heading{Level: 2, Text: "1. Tồn tại"}}
	if len(w.FallingShort) > 0 {
		t := paper.Table{
			Caption: fmt.Sprintf("%d tiêu chí nhiều số nhà chưa đạt nhất", len(w.FallingShort)), Unit: "Đơn vị: số nhà",
			Columns: columns(14, 0, 24, 24, 24), Head: [][]paper.Cell{paper.Row("Mã", "Tiêu chí", "Chưa đạt", "Một phần", "Cộng")},
		}
		for _, x := range w.FallingShort {
			t.Rows = append(t.Rows, []paper.Cell{
				{Text: x.Code}, {Text: starred(x) + x.Text}, {Text: civil.Int(x.Fail), Href: w.found(x.Code, "fail")},
				{Text: civil.Int(x.Partly), Href: w.found(x.Code, "partly")},
				{Text: civil.Int(x.Below), Bold: true, Href: w.rows("below", x.Code)},
			})
		}
		list = append(list, paper.P("Trong số nhà đã kiểm tra, các tiêu chí sau còn nhiều số nhà chưa đạt hoặc mới đạt một phần (★ là điều kiện bắt buộc)"+w.see(byItem)+":"), t)
	}
	if s := w.Shortcomings; s != nil {
		runs := []paper.Run{
			paper.Plain("Kiểm tra ghi nhận "), figure(civil.Int(s.Open+s.Mended), w.noted("all", "")), paper.Plain(" tồn tại: đã khắc phục "),
			figure(civil.Int(s.Mended), w.noted("mended", "")), paper.Plain(", đang chờ khắc phục "), figure(civil.Int(s.Open), w.noted("open", "")),
		}
		if s.Overdue == 0 {
			runs = append(runs, paper.Plain(", không có tồn tại quá hạn."))
		} else {
			runs = append(runs, paper.Plain(", trong đó "), figure(civil.Int(s.Overdue), w.noted("late", "")), paper.Plain(" tồn tại quá hạn ở "),
				figure(civil.Int(s.Late), w.rows("late", "1")), paper.Plain(" số nhà."))
		}
		list = append(list, paper.Words(runs...))
	}
	if short := w.Conditional + w.NotSafe; w.Inspected > 0 && short > 0 {
		list = append(list, paper.Words(paper.Plain("Còn "), figure(civil.Int(short), w.rows("state", "short")), paper.Plain("/"), figure(civil.Int(w.Inspected), w.inspected("")),
			paper.Plain(fmt.Sprintf(" số nhà đã kiểm tra chưa đạt an toàn (%s), kể cả số nhà đạt có điều kiện.", Share{short, w.Inspected}))))
	}
	return append(list, paper.Heading{Level: 2, Text: "2. Nguyên nhân"}, paper.Blank{Lines: 4})
}

// mostMeasures is how many measures the plans name; the others wait in the list of houses.
const mostMeasures = 8

func (w *writer) plans() []paper.Block {
	list := []paper.Block{paper.Heading{Level: 1, Text: "IV. Phương hướng, biện pháp"}}
	var items [][]paper.Run
	if w.NotInspected > 0 && w.Phase != campaigns.Closed {
		items = append(items, []paper.Run{
			paper.Plain("Kiểm tra tiếp "), figure(civil.Int(w.NotInspected), w.ofClass(criteria.NotInspected, "")), paper.Plain(" số nhà chưa kiểm tra."),
		})
	}
	if w.Conditional > 0 && w.Phase != campaigns.Closed {
		items = append(items, []paper.Run{
			paper.Plain("Kiểm tra lại "), figure(civil.Int(w.Conditional), w.ofClass(criteria.Conditional, "")), paper.Plain(" số nhà đạt có điều kiện khi đến hạn."),
		})
	}
	if s := w.Shortcomings; s != nil {
		for _, m := range s.ByItem[:min(len(s.ByItem), mostMeasures)] {
			text := m.Action
			if text == "" {
				text = "Khắc phục mục " + m.Item
			}
			runs := []paper.Run{paper.Plain(text + " (" + m.Item + "): "), figure(civil.Int(m.Houses), w.noted("open", m.Item)), paper.Plain(" số nhà")}
			if m.Overdue > 0 {
				runs = append(runs, paper.Plain(", "), figure(civil.Int(m.Overdue), w.noted("late", m.Item)), paper.Plain(" nơi quá hạn"))
			}
			items = append(items, append(runs, paper.Plain(".")))
		}
	}
	if len(items) > 0 {
		list = append(list, paper.List{Items: items})
	}
	return append(list, paper.Blank{Label: "Biện pháp khác:", Lines: 3})
}

func starred(x Item) string {
	if x.Required {
		return "★ "
	}
	return ""
}

// OpenFor reports whether figures may open their rows for the actor.
func OpenFor(who access.Actor) bool { return who.May(access.SeeHouses) }
