package twins

import (
	"fmt"
	"strconv"
	"strings"

	"sonha/engine/paper"
	"sonha/ward/assessments"
	"sonha/ward/households"
	"sonha/ward/logbook"
)

const byHand = "(Ký, ghi rõ họ tên)"

// pledge is a household's pledge (F2), in the words of today's version. It is voluntary, and says so before anything else.
func (w *writer) pledge(d *paper.Document, h *House, x Subject) {
	text := assessments.PledgeToday()
	d.Body = append(d.Body, w.whose(h, x), line(paper.Bold(text.Free.VI)), line(paper.Plain(text.Lead.VI)))
	t := paper.Table{
		Columns: []paper.Column{{Width: 14, Align: paper.Center}, {Width: 48, Align: paper.Left}, {Align: paper.Left}},
		Head:    [][]paper.Cell{paper.Row("Đồng ý", "Nội dung", "Hộ sẽ")},
	}
	names := map[string]string{}
	for i := range w.set.Contents {
		names[w.set.Contents[i].Code] = w.set.Contents[i].Short.VI
	}
	for _, p := range text.Points {
		t.Rows = append(t.Rows, []paper.Cell{{Text: "☐"}, {Text: names[p.Content], Bold: true}, {Text: p.Text.VI}})
	}
	d.Body = append(d.Body, t,
		line(paper.Plain("☐ Hộ có nhà, phòng cho thuê hoặc cho ở nhờ, và cam kết thêm: "+text.Rental.VI)),
		line(paper.Plain("☐ Hộ đồng ý nhận tin nhắn của phường về chuyên đề này (không bắt buộc).")),
		line(paper.Italic(fmt.Sprintf("Nội dung bản %d, mã %s. Tên người ký chỉ ở trên giấy này; Sonha chỉ ghi ký hiệu hộ và ngày ký.", text.Version, text.Hash()[:12]))),
		line(paper.Plain("Ngày ký: ……/……/20……")))
	d.Signers = []paper.Signer{{Title: "Trưởng số nhà", Note: byHand}, {Title: "Đại diện hộ", Note: byHand}}
}

// answerTexts are the answers of a household in the order of the columns, as the screen has them.
var answerTexts = [...]string{"Có", "Một phần", "Chưa", "Không áp dụng"}

// household is what a household answers (F3). The sheet has no name on it, and says what becomes of it: whoever enters it
// is the only other person who sees it.
func (w *writer) household(d *paper.Document, h *House, x Subject) {
	questions := households.Questions(w.set)
	d.Body = append(d.Body, w.whose(h, x),
		line(paper.Bold("Mỗi câu đánh một dấu X. "), paper.Plain("Trả lời là tự nguyện, không đúng không sai, không tính điểm cho hộ hay cho ai. Đừng ghi tên người.")))
	t := paper.Table{
		Columns: []paper.Column{{Width: 9, Align: paper.Center}, {Align: paper.Left}, {Width: boxWidth, Align: paper.Center}, {Width: boxWidth + 3, Align: paper.Center},
			{Width: boxWidth, Align: paper.Center}, {Width: naWidth, Align: paper.Center}},
	}
	head := paper.Row("Số", "Câu hỏi")
	for i, text := range answerTexts {
		head = append(head, paper.Cell{Text: strconv.Itoa(i+1) + "\n" + text})
	}
	t.Head = [][]paper.Cell{head}
	for i, q := range questions {
		t.Rows = append(t.Rows, append(paper.Row(strconv.Itoa(i+1), q.Household.VI), make([]paper.Cell, len(answerTexts))...))
	}
	d.Body = append(d.Body, t)
	d.Body = append(d.Body,
		line(paper.Plain(fmt.Sprintf("Số câu đã trả lời: ………/%d        Ngày ghi: ……/……/20……", len(questions)))),
		line(paper.Plain("Người ghi:  ☐ Hộ tự ghi  ☐ Trưởng số nhà ghi thay  ☐ Tổ trưởng ghi thay     (không ký, không ghi tên)")),
		line(paper.Italic("Gấp đôi phiếu, trao tận tay người nhập. Nhập xong thì hủy phiếu; "+
			"trong Sonha chỉ hộ xem được câu trả lời, và câu trả lời được hủy sau 90 ngày kể từ khi chốt đợt.")))
}

// logRows is how many entries a page of the log has room for.
const logRows = 10

// log is a page of the head's log (F4).
func (w *writer) log(d *paper.Document, h *House) {
	var kinds []string
	for i, k := range logbook.Kinds() {
		kinds = append(kinds, strconv.Itoa(i+1)+" "+w.view.Words.T("logbook.kind."+string(k)))
	}
	d.Body = append(d.Body, w.whose(h, Subject{}),
		line(paper.Bold("Chỉ ghi việc và nơi. "), paper.Plain("Không ghi tên người, số điện thoại, số giấy tờ, biển số xe, "+
			"hay điều nghi ngờ về ai: việc ấy gọi 113 hoặc cảnh sát khu vực, ở đây chỉ ghi loại 4.")),
		line(paper.Plain("Loại việc: "+strings.Join(kinds, "  ·  "))))
	t := paper.Table{
		Size: itemSize, Columns: []paper.Column{{Width: 20}, {Width: 12, Align: paper.Center}, {Align: paper.Left}, {Width: 30}, {Width: 24}},
		Head: [][]paper.Cell{paper.Row("Ngày", "Loại\nviệc", "Việc gì, ở chỗ nào", "Đã chuyển ai,\nlúc mấy giờ", "Theo dõi\nđến ngày")},
	}
	for range logRows {
		t.Rows = append(t.Rows, paper.Row("\n\n", "", "", "", ""))
	}
	d.Body = append(d.Body, t,
		line(paper.Italic("Chuyển: cảnh sát khu vực (CSKV), 113, 114, 115, tổ hòa giải, Ủy ban nhân dân phường, iHanoi (ghi số phiếu). Ngày để trống là cùng ngày với dòng trên.")),
		line(paper.Plain("Người ghi:  ☐ Trưởng số nhà  ☐ Phó trưởng số nhà     Ký tên: "+dotted)))
}

// month is the report of one month (F5).
func (w *writer) month(d *paper.Document, h *House, x Subject) {
	t := w.view.Words
	d.Body = append(d.Body, w.whose(h, x),
		line(paper.Bold("☐ Tháng này bình thường: "), paper.Plain("sáu nội dung đều xanh, không có tồn tại. Chọn ô này thì chỉ ghi thêm số liệu nào có.")))
	lights := paper.Table{
		Size: itemSize, Columns: []paper.Column{{Width: 40, Align: paper.Left}, {Width: boxWidth, Align: paper.Center}, {Width: boxWidth, Align: paper.Center}, {Width: boxWidth,
			Align: paper.Center}, {Align: paper.Left}},
		Head: [][]paper.Cell{paper.Row("Nội dung", "1\nXanh", "2\nVàng", "3\nĐỏ", "Vàng, đỏ: vì sao (đánh dấu một lý do trở lên)")},
	}
	for _, c := range logbook.Contents() {
		var why []string
		for i, code := range logbook.Reasons(c) {
			why = append(why, "☐ "+strconv.Itoa(i+1)+"  "+logbook.ReasonText(t, code))
		}
		lights.Rows = append(lights.Rows, []paper.Cell{{Text: t.T("logbook.content." + c), Bold: true}, {}, {}, {}, {Text: strings.Join(why, "\n")}})
	}
	d.Body = append(d.Body, lights, paper.Heading{Level: 1, Text: "Số liệu trong tháng (chỉ ghi số, không ghi tên ai)"})
	counts := paper.Table{Size: itemSize, Columns: []paper.Column{{Align: paper.Left}, {Width: 20}, {Align: paper.Left}, {Width: 20}}}
	fields := logbook.CountFields()
	for i := 0; i < len(fields); i += 2 {
		row := paper.Row(t.T("logbook.field."+fields[i]), "", "", "")
		if h != nil && fields[i] == "households" {
			row[1].Text = "hồ sơ: " + strconv.Itoa(h.Households)
		}
		if i+1 < len(fields) {
			row[2].Text = t.T("logbook.field." + fields[i+1])
		}
		counts.Rows = append(counts.Rows, row)
	}
	d.Body = append(d.Body, counts,
		line(paper.Plain("Ngày họp số nhà: ……/……        Ngày báo động thử: ……/……")),
		paper.Blank{Label: "Tồn tại nổi bật (việc gì, ở chỗ nào):", Lines: 2},
		line(paper.Plain("Người ghi:  ☐ Trưởng số nhà  ☐ Phó trưởng số nhà     Ngày ghi: ……/……/20……  Ký: …………")))
}
