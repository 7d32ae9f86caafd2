package dossiers

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sonha/engine/paper"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/results"
)

// writeVolume writes the sheets of a volume one behind the other. base is the address of the site, for the codes.
func (s *Store) writeVolume(out io.Writer, v *Volume, w *words.Words, base string) error {
	fonts, err := paper.LoadFonts()
	if err != nil {
		return err
	}
	x := &volumeWriter{Volume: v, set: v.Set, spoken: w, base: strings.TrimSuffix(base, "/")}
	var sheets []*paper.Document
	for _, build := range []func() *paper.Document{x.assessment, x.inspection, x.shortfalls, x.life, x.honours, x.trail} {
		if d := build(); d != nil {
			sheets = append(sheets, d)
		}
	}
	// On which page a sheet begins is known once it has been set: everything is set twice, the first time for nobody.
	starts, err := x.bind(io.Discard, fonts, sheets, make([]int, len(sheets)))
	if err == nil {
		_, err = x.bind(out, fonts, sheets, starts)
	}
	return err
}

// bind writes the cover, which says on which page of the file each sheet starts, and the sheets; it gives where they did start.
func (w *volumeWriter) bind(out io.Writer, fonts *paper.Fonts, sheets []*paper.Document, said []int) (starts []int, err error) {
	b := paper.NewBundle(out, fonts, "Hồ sơ số nhà "+w.Address()+", tập năm "+strconv.Itoa(w.Campaign.Year))
	if err := b.Add(w.cover(sheets, said)); err != nil {
		return nil, err
	}
	for _, d := range sheets {
		starts = append(starts, b.Pages()+1)
		if err := b.Add(d); err != nil {
			return nil, err
		}
	}
	return starts, b.Close()
}

type volumeWriter struct {
	*Volume

	set    *criteria.Set
	spoken *words.Words // papers of a Vietnamese office are in Vietnamese
	base   string
}

// sheet begins a sheet of the volume.
func (w *volumeWriter) sheet(kind, subject string) *paper.Document {
	day := civil.DayOf(w.AsOf)
	d := &paper.Document{
		Kind: paper.Sheet, Issuer: paper.Issuer{Over: "Công an thành phố " + w.City, Name: "Công an phường " + w.Ward},
		Number: w.record(), Place: w.Ward, Date: time.Date(day.Year(), day.Month(), day.Time().Day(), 0, 0, 0, 0, time.UTC), Type: kind, Subject: subject,
		Foot: paper.Foot{Record: w.Address() + ", tập năm " + strconv.Itoa(w.Campaign.Year), PrintedAt: w.AsOf},
	}
	if w.base != "" {
		d.Foot.URL = w.address()
	}
	if w.Invented {
		d.Foot.Mark = "Dữ liệu giả định"
	}
	return d
}

func (w *volumeWriter) record() string {
	return strings.ToUpper(w.ID[len(w.ID)-6:]) + "/" + strconv.Itoa(w.Campaign.Year)
}

// address is where the house is found again.
func (w *volumeWriter) address() string { return w.base + "/houses/" + w.ID }

func (w *volumeWriter) cover(sheets []*paper.Document, starts []int) *paper.Document {
	d := w.sheet("Hồ sơ số nhà", w.Address()+" – tập năm "+strconv.Itoa(w.Campaign.Year))
	facts := paper.KeyValues{
		{Key: "Số nhà", Value: w.Address()}, {Key: "Phường", Value: w.Ward}, {Key: "Tổ dân phố", Value: w.Group}, {Key: "Khu vực", Value: w.Beat},
		{Key: "Số hộ", Value: civil.Int(w.Households)},
	}
	if w.FormerWard != "" {
		facts = append(facts, paper.KeyValue{Key: "Phường cũ", Value: w.FormerWard})
	}
	if w.contacts && w.Head != "" {
		facts = append(facts, paper.KeyValue{Key: "Trưởng số nhà", Value: w.Head})
	}
	facts = append(facts, paper.KeyValue{Key: "Ngày lập hồ sơ", Value: w.OpenedOn.Display()},
		paper.KeyValue{Key: "Năm thi đua", Value: "từ " + w.Campaign.Starts.Display() + " đến " + w.Campaign.Ends.Display()})
	if w.Assessment.State != "" { // years before the programme was kept here were brought in with their results alone
		facts = append(facts, paper.KeyValue{Key: "Hộ ký cam kết", Value: fmt.Sprintf("%d/%d hộ", w.Assessment.Pledged, w.Households)})
	}
	facts = append(facts, paper.KeyValue{Key: "Kết quả", Value: w.outcome()})
	d.Body = append(d.Body, facts)
	if w.base != "" {
		d.Body = append(d.Body, paper.QR{URL: w.address(), Size: 30, Caption: "Quét để mở hồ sơ trên Sonha"})
	}
	d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Mục lục"})
	if len(sheets) == 0 {
		d.Body = append(d.Body, paper.P("Năm này chưa có phiếu nào."))
	} else {
		t := paper.Table{
			Columns: []paper.Column{{Width: 14, Align: paper.Center}, {Align: paper.Left}, {Width: 26, Align: paper.Center}},
			Head:    [][]paper.Cell{paper.Row("TT", "Phiếu", "Từ trang")},
		}
		for i, x := range sheets {
			t.Rows = append(t.Rows, paper.Row(strconv.Itoa(i+1), x.Type, strconv.Itoa(starts[i])))
		}
		d.Body = append(d.Body, t)
	}
	if years := w.years(); years != nil {
		var signs []string
		for _, c := range []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe, criteria.NotInspected} {
			signs = append(signs, named(c))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Kết quả qua các năm"}, *years, paper.P(strings.Join(signs, " · ")))
	}
	return d
}

// outcome is the class of the year, and whether it still waits.
func (w *volumeWriter) outcome() string {
	r := &w.Result
	text := named(r.Class)
	switch {
	case r.Stage == results.None || r.Class == criteria.NotInspected:
		return named(criteria.NotInspected)
	case r.Stage == results.Proposed:
		text += " (đề nghị, chờ duyệt)"
	case !r.ApprovedAt.IsZero():
		text += ", duyệt ngày " + civil.DayOf(r.ApprovedAt).Display()
	}
	return text
}

// mark is a class as a sign, which prints in black and white.
func mark(c criteria.Class) string {
	return map[criteria.Class]string{criteria.Safe: "●", criteria.Conditional: "◐", criteria.NotSafe: "⊖", criteria.NotInspected: "◌"}[c]
}

func named(c criteria.Class) string { return mark(c) + " " + c.Name().VI }

// yearsMost is how many years stand side by side on a cover.
const yearsMost = 8

func (w *volumeWriter) years() *paper.Table {
	list := w.Years[max(0, len(w.Years)-yearsMost):]
	if len(list) < 2 {
		return nil
	}
	t := &paper.Table{}
	var head, row []paper.Cell
	for _, y := range list {
		t.Columns = append(t.Columns, paper.Column{Align: paper.Center})
		head = append(head, paper.Cell{Text: strconv.Itoa(y.Year)})
		row = append(row, paper.Cell{Text: mark(y.Class), Align: paper.Center})
	}
	t.Head, t.Rows = [][]paper.Cell{head}, [][]paper.Cell{row}
	return t
}

// items is the table of all items with one or two columns of answers.
func (w *volumeWriter) items(text func(*criteria.Item) string, heads []string, answers ...criteria.Answers) paper.Table {
	t := paper.Table{Size: 11, Columns: []paper.Column{{Width: 16, Align: paper.Left}, {Align: paper.Left}}}
	head := paper.Row("Mục", "Nội dung")
	for _, h := range heads {
		t.Columns = append(t.Columns, paper.Column{Width: 28, Align: paper.Left})
		head = append(head, paper.Cell{Text: h})
	}
	t.Head = [][]paper.Cell{head}
	at := 0
	for c := range w.set.Contents {
		content := &w.set.Contents[c]
		t.Rows = append(t.Rows, []paper.Cell{{Text: content.Name.VI, Bold: true, Span: len(t.Columns), Align: paper.Left}})
		for i := range content.Items {
			item := &content.Items[i]
			row := paper.Row(item.Starred(), text(item))
			for k := range answers {
				said := ""
				if v := answers[k].At(at); v != criteria.Unanswered {
					said = v.Name().VI
				}
				row = append(row, paper.Cell{Text: said, Bold: k > 0 && answers[0].At(at) != criteria.Unanswered && answers[k].At(at) != answers[0].At(at)})
			}
			t.Rows = append(t.Rows, row)
			at++
		}
	}
	return t
}

func (w *volumeWriter) assessment() *paper.Document {
	if w.Assessment.State != "sent" && (!w.drafts || w.Assessment.Answered == 0) {
		return nil
	}
	d := w.sheet("Phiếu tự đánh giá", w.Address())
	state := "Số nhà đã gửi."
	if w.Assessment.State != "sent" {
		state = "Bản đang điền, chưa gửi."
	}
	d.Body = append(d.Body, paper.P(fmt.Sprintf("%s Đã trả lời %d/%d mục; ★ là điều kiện bắt buộc.", state, w.Assessment.Answered, w.set.Len())),
		w.items(func(i *criteria.Item) string { return i.Question.VI }, []string{"Tự chấm"}, w.Assessment.Answers))
	return d
}

func (w *volumeWriter) inspection() *paper.Document {
	if w.Result.Inspected == "" || w.Result.Answers == "" {
		return nil
	}
	d := w.sheet("Phiếu kiểm tra", w.Address())
	self := w.Assessment.Answers
	if w.Assessment.State != "sent" {
		self = ""
	}
	text := "Kiểm tra ngày " + w.Result.Inspected.Display() + ". Kết quả: " + w.outcome() + "."
	if w.Result.RecheckBy != "" {
		text += " Kiểm tra lại trước ngày " + w.Result.RecheckBy.Display() + "."
	}
	d.Body = append(d.Body, paper.P(text))
	if w.Visit.Members != "" {
		d.Body = append(d.Body, w.Visit.facts())
	}
	d.Body = append(d.Body, paper.P("Chữ đậm là mục kiểm tra khác với tự chấm; ★ là điều kiện bắt buộc."),
		w.items(func(i *criteria.Item) string { return i.Text.VI }, []string{"Tự chấm", "Kiểm tra"}, self, w.Result.Answers))
	if hands := w.Visit.hands(); hands != nil {
		d.Body = append(d.Body, hands)
	}
	return d
}

// hands are the signatures on glass, under the items that were signed for.
func (v *Visit) hands() paper.Hands {
	var list paper.Hands
	for _, x := range []struct{ strokes, who string }{{v.StrokesHouse, "Đại diện số nhà"}, {v.StrokesOfficer, "Người kiểm tra"}} {
		if x.strokes != "" {
			list = append(list, paper.Hand{Strokes: x.strokes, Width: inspections.SignWidth, Height: inspections.SignHeight, Caption: x.who})
		}
	}
	return list
}

// facts are who came, what was said and who signed.
func (v *Visit) facts() paper.KeyValues {
	var list paper.KeyValues
	for _, x := range []struct{ key, text string }{
		{"Đoàn kiểm tra", v.Members}, {"Đại diện phía nhân dân", v.ResidentSide}, {"Người của số nhà có mặt", v.Present},
		{"Nhận xét chung", v.Remarks}, {"Ý kiến của trưởng số nhà", v.HeadComment}, {"Chữ ký", v.signed()},
	} {
		if x.text != "" {
			list = append(list, paper.KeyValue{Key: x.key, Value: strings.ReplaceAll(x.text, "\n", "; ")})
		}
	}
	return list
}

func (v *Visit) signed() string {
	var list []string
	if v.SignedHouse {
		list = append(list, "đại diện số nhà đã ký trên máy")
	}
	if v.SignedOfficer {
		list = append(list, "người kiểm tra đã ký trên máy")
	}
	if v.SignedPaper != "" {
		list = append(list, "đã ký trên phiếu giấy số "+v.SignedPaper)
	}
	if len(list) == 0 {
		return "Chưa có chữ ký"
	}
	return civil.UpperFirst(strings.Join(list, "; "))
}

func (w *volumeWriter) shortfalls() *paper.Document {
	if len(w.Shortcomings)+len(w.Other) == 0 {
		return nil
	}
	d := w.sheet("Tồn tại và biện pháp", w.Address())
	if len(w.Shortcomings) > 0 {
		states := map[string]string{"open": "Chờ khắc phục", "mended": "Đã khắc phục"}
		t := paper.Table{
			Columns: inColumns(44, 0, 24, 24, 30), Head: [][]paper.Cell{paper.Row("Tồn tại", "Biện pháp", "Ghi ngày", "Hạn", "Tình trạng")},
		}
		for _, x := range w.Shortcomings {
			text := x.Item
			if i, _ := w.set.Item(w.set.Index(x.Item)); i != nil {
				text += ". " + i.Label.VI
			}
			state := states[x.State]
			if x.Late {
				state += ", quá hạn"
			}
			t.Rows = append(t.Rows, paper.Row(text, x.Measure, x.Noted.Display(), x.Due.Display(), state))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Tồn tại do kiểm tra ghi nhận"}, t)
	}
	if len(w.Other) > 0 {
		t := paper.Table{Columns: inColumns(0, 36, 24, 24, 30), Head: [][]paper.Cell{paper.Row("Biện pháp khác", "Từ", "Ghi ngày", "Hạn", "Tình trạng")}}
		for _, x := range w.Other {
			t.Rows = append(t.Rows, paper.Row(x.Content, w.spoken.T("measures.source."+x.Source), x.Opened.Display(), x.Due.Display(), w.spoken.T("measures.state."+x.State)))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Biện pháp từ họp, sơ kết, đề xuất"}, t)
	}
	return d
}

func inColumns(widths ...float64) (list []paper.Column) {
	for _, x := range widths {
		list = append(list, paper.Column{Width: x, Align: paper.Left})
	}
	return list
}

// life is what the house reported, met about, learned and proposed in the year.
func (w *volumeWriter) life() *paper.Document {
	if len(w.Months)+len(w.Meetings)+len(w.Trainings)+len(w.Asked) == 0 {
		return nil
	}
	d := w.sheet("Báo cáo tháng, họp, tập huấn, đề xuất", w.Address())
	if len(w.Months) > 0 {
		states := map[string]string{"sent": "Chờ xem", "seen": "Đã xem", "returned": "Trả lại", "draft": "Đang viết lại"}
		t := paper.Table{Columns: inColumns(30, 36, 0, 40), Head: [][]paper.Cell{paper.Row("Tháng", "Gửi ngày", "Nội dung", "Tình trạng")}}
		for _, x := range w.Months {
			what := "Có việc ghi trong báo cáo"
			if x.Normal {
				what = "Tháng này bình thường"
			}
			t.Rows = append(t.Rows, paper.Row(x.Month[5:]+"/"+x.Month[:4], x.Sent.Display(), what, states[x.State]))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Báo cáo tháng"}, t)
	}
	for _, part := range []struct {
		title, name string
		list        []Met
	}{{"Họp số nhà", "Cuộc họp", w.Meetings}, {"Tập huấn có mời số nhà", "Buổi tập huấn", w.Trainings}} {
		if len(part.list) == 0 {
			continue
		}
		t := paper.Table{Columns: inColumns(36, 0, 40), Head: [][]paper.Cell{paper.Row("Ngày", part.name, "Hộ dự")}}
		for _, x := range part.list {
			t.Rows = append(t.Rows, paper.Row(x.On.Display(), x.Title, fmt.Sprintf("%d/%d hộ", x.Came, x.Households)))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: part.title}, t)
	}
	if len(w.Asked) > 0 {
		t := paper.Table{Columns: inColumns(30, 36, 0, 40), Head: [][]paper.Cell{paper.Row("Mã", "Gửi ngày", "Loại việc", "Trả lời ngày")}}
		for _, x := range w.Asked {
			t.Rows = append(t.Rows, paper.Row(fmt.Sprintf("ĐX %d/%d", x.Number, x.Year), x.Sent.Display(), w.spoken.T("proposals.category."+x.Category), x.Answered.Display()))
		}
		d.Body = append(d.Body, paper.Heading{Level: 1, Text: "Đề xuất về số nhà"}, t)
	}
	return d
}

func (w *volumeWriter) honours() *paper.Document {
	if len(w.Awards) == 0 {
		return nil
	}
	d := w.sheet("Khen thưởng", w.Address())
	t := paper.Table{Columns: inColumns(0, 50, 30, 30), Head: [][]paper.Cell{paper.Row("Hình thức", "Quyết định", "Ngày", "Tình trạng")}}
	for _, x := range w.Awards {
		state := "Còn hiệu lực"
		if x.Revoked {
			state = "Đã thu hồi"
		}
		t.Rows = append(t.Rows, paper.Row(x.Kind, x.Decision, x.On.Display(), state))
	}
	d.Body = append(d.Body, t)
	return d
}

// trail says who changed what in the year, by role: names stay on the screen.
func (w *volumeWriter) trail() *paper.Document {
	if len(w.Changes) == 0 {
		return nil
	}
	d := w.sheet("Bảng theo dõi thay đổi", w.Address())
	t := paper.Table{Size: 11, Columns: inColumns(44, 52, 0), Head: [][]paper.Cell{paper.Row("Lúc", "Ai", "Việc")}}
	for _, e := range w.Changes {
		who, what := e.Role, w.spoken.T("dossiers.changed")
		if w.spoken.Has("role." + e.Role) {
			who = w.spoken.T("role." + e.Role)
		}
		if w.spoken.Has("dossiers.action." + e.Action) {
			what = w.spoken.T("dossiers.action." + e.Action)
		}
		at := e.At.In(civil.Hanoi)
		t.Rows = append(t.Rows, paper.Row(civil.Moment(at, "vi"), who, what))
	}
	d.Body = append(d.Body, paper.P("Việc mới nhất ở trên. Tên người làm xem trên trang của số nhà."), t)
	if w.MoreChanges {
		d.Body = append(d.Body, paper.P(fmt.Sprintf("Trên đây là %d việc gần nhất; các việc trước đó xem trên trang của số nhà.", len(w.Changes))))
	}
	return d
}
