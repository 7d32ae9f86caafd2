package proposals_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
	"sonha/ward/proposals"
)

// elsewhere are texts that are no proposals: somebody is accused, or it is a complaint in the sense of the law.
var elsewhere = map[string]proposals.Channel{
	"Nhà 3 có đối tượng nghiện mới về":                           proposals.Crime,
	"Hàng xóm tầng 2 đánh bạc cả đêm":                            proposals.Crime,
	"có người bán ma túy ở cuối ngõ":                             proposals.Crime,
	"Nhà số 12 chứa mại dâm":                                     proposals.Crime,
	"Thanh niên lạ ăn trộm xe trong sân":                         proposals.Crime,
	"nha 5 co nguoi danh bac":                                    proposals.Crime,
	"Cầu thang tối. Ông ta đánh vợ suốt, đề nghị công an xử lý!": proposals.Crime,
	"Con nghiện tụ tập, vứt kim tiêm":                            proposals.Crime,
	"Tôi tố giác việc buôn bán trong ngõ":                        proposals.Crime,
	"Tôi khiếu nại quyết định thu phí":                           proposals.Formal,
	"Đơn tố cáo gửi phường":                                      proposals.Formal,
	"Cán bộ vòi tiền khi làm giấy tờ":                            proposals.Formal,
	"de nghi giai quyet khieu nai cua toi":                       proposals.Formal,
	"Quán karaoke trong ngõ có cờ bạc":                           proposals.Crime,
	"Phòng 203 tàng trữ thuốc lắc, ma tuý":                       proposals.Crime,
	"Người ta cho vay nặng lãi rồi đòi nợ, ném chất bẩn vào nhà": proposals.Crime,
	"Chủ nhà bạo hành người giúp việc":                           proposals.Crime,
	"hàng xóm ăn cắp điện":                                       proposals.Crime,
	"Đề nghị khởi kiện chủ đầu tư":                               proposals.Formal,
	"Bọn thanh niên cướp giật ở đầu ngõ":                         proposals.Crime,
	"Con trai nhà bên hút chích ở sân thượng":                    proposals.Crime,
	"nghi có tham nhũng trong việc lát vỉa hè":                   proposals.Formal,
	"Khách thuê tầng 3 lừa đảo qua mạng":                         proposals.Crime,
	"Hộ 5 ghi đề":                                                proposals.Crime,
	"Nhóm người tụ tập đánh người trước cổng, rất nguy hiểm":     proposals.Crime,
	"Có người dọa giết tôi":                                      proposals.Crime,
	"NHÀ BÊN ĐÁNH BẠC":                                           proposals.Crime,
	"Ở tầng 3 có tụ điểm cờ bạc":                                 proposals.Crime,
	"Nhà số 9 chứa bạc":                                          proposals.Crime,
	"Kẻ gian bẻ khóa lấy xe":                                     proposals.Crime,
	"Tầng 4 tụ tập hút ma túy":                                   proposals.Crime,
	"Có người bị đánh ở đầu ngõ":                                 proposals.Crime,
	"Thanh niên hai nhóm đánh nhau, ném gạch vào cửa":            proposals.Crime,
	"co nguoi bi danh":                                           proposals.Crime,
	"Tổ trưởng ăn chặn tiền quỹ":                                 proposals.Formal,
}

// proper are proposals that a clumsy filter would refuse.
var proper = []string{
	"Đèn cầu thang tầng 2 không sáng", "Lắp khóa chống trộm cho cổng chung", "Anh em trong số nhà đề nghị lắp chuông", "Bà con sợ trộm nên xin lắp camera chung",
	"Tuyên truyền phòng chống ma túy cho số nhà 36A", "Tờ rơi cho vay nặng lãi dán kín cổng", "Xin tài liệu hướng dẫn tố giác tội phạm trên VNeID", "Tường to cao chắn lối thoát nạn",
	"Nắp cống trước số 36A bị vỡ", "Nhà 12/5 bị ngập khi mưa", "Xin tập huấn nhận biết lừa đảo qua mạng cho người cao tuổi", "Dây điện sà thấp, trẻ em đi học dễ vướng",
	"Cây xà cừ nghiêng về phía nhà số 9", "Vỉa hè cao quá, xe lăn không lên được", "tuong to cao chan loi di", "Tu cao hon cua so, xin thap xuong", "Gia đình tôi xin lắp thêm đèn ở sân",
	"Tiếng ồn từ máy phát điện sau 23 giờ", "Quảng cáo khoan cắt bê tông và cá độ dán trên cột điện", "Nước rò từ đồng hồ, ước 2.000.000 đ mỗi tháng", "Đề nghị tổ dân phố họp bàn phòng trộm cắp dịp Tết",
	"Lo kẻ gian phá khóa nên xin lắp camera ở cổng", "Camera ghi hình kẻ trộm bị hỏng, xin sửa", "Sau vụ mất trộm xe, đề nghị lắp khóa ở sân", "Người lạ hay vào sân, đề nghị lắp khóa",
	"Xe máy bị trộm cắp tháng trước, đề nghị lắp đèn", "Đánh dấu vạch đỗ xe trước nhà 7", "Lô đất trống đầu ngõ đầy rác, đề nghị dọn", "Cờ phướn rách trước nhà 9", "hang xom do rac ra ngo",
	"Cột điện trước nhà số 7 bị đánh dấu nhầm", "Biển nhà số 9 bị đánh số sai", "Mèo hoang đánh nhau trên mái tôn nhà số 4, xin che lại mái", "Lốp xe ba gác trước nhà số 5 bị đâm thủng vì đinh rơi",
	"Bóng đèn cháy từ ngày 12/10", "Cổng không khóa được, ai cũng vào được sân",
}

func TestWhatBelongsElsewhere(t *testing.T) {
	t.Parallel()
	for text, want := range elsewhere {
		if got := proposals.ChannelOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := proposals.ChannelOf("Đèn hỏng. " + text + ". Xin cảm ơn."); got != want {
			t.Errorf("%q among other sentences: %q, want %q", text, got, want)
		}
	}
	for _, text := range proper {
		if got := proposals.ChannelOf(text); got != proposals.Here {
			t.Errorf("%q is refused as %q", text, got)
		}
	}
}

// What was typed on several lines is read on several lines.
func TestLinesAreKept(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	id := sent(t, s, "head", form(s, "body", "Đèn thứ nhất tắt.\r\n\r\n\r\nĐèn thứ hai nhấp nháy.  "))
	if p := get(t, s, "officer", id); p.Body != "Đèn thứ nhất tắt.\n\nĐèn thứ hai nhấp nháy." {
		t.Errorf("kept as %q", p.Body)
	}
}

// TestMisuseOfProposals holds domain.md §5.8: what is told of a person is pointed to its channel and stored nowhere.
func TestMisuseOfProposals(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	for text, channel := range elsewhere {
		for _, field := range []string{"title", "body"} {
			if field == "title" && len([]rune(text)) > proposals.TitleMost {
				continue
			}
			r := s.As("head").Upload("/proposals", "photos", "a.png", picture(t), form(s, field, text)).Is(422)
			r.Has(".error-text", "chưa lưu gì")
			if channel == proposals.Crime {
				r.Has("#channel", "113")
			} else {
				r.Has("#channel", "nơi tiếp nhận riêng")
			}
			kept := r.Text("textarea[name=body]") + r.Value("title")
			if !strings.Contains(kept, text) {
				t.Errorf("the sender loses %q", text)
			}
		}
	}
	for _, text := range []string{"Gọi anh Hùng 0912345678", "Xe 29A1-12345 chắn lối", "Căn cước 001092012345"} {
		s.As("head").Post("/proposals", form(s, "body", text)).Is(422).Has(".error-text", "chưa lưu gì")
	}
	id := sent(t, s, "head", form(s))
	s.As("officer").Post("/proposals/"+id+"/work", url.Values{"act": {"note"}, "note": {"Hàng xóm đánh bạc, đã nhắc"}, "version": {"2"}}).Is(422)
	s.As("head").Post("/proposals/"+id+"/verdict", url.Values{"verdict": {"reopen"}, "reason": {"hàng xóm ăn cắp bóng đèn"}}).Is(422)
	all := stored(t, s)
	for text := range elsewhere {
		if strings.Contains(all, text) {
			t.Errorf("%q is stored", text)
		}
	}
	for _, word := range []string{"Hùng", "29A1", "001092012345", "đánh bạc", "ăn cắp"} {
		if strings.Contains(all, word) {
			t.Errorf("%q is stored", word)
		}
	}
}

// machine runs proposals through whatever people do, and holds what must be true after every step.
type machine struct {
	t     *testing.T
	s     site
	c     *dbtest.Clock
	ids   []string
	was   map[string]proposals.Proposal
	steps map[string]int
}

// TestProposalsAreNeverLost is the property: whatever people do, in any order, no proposal is lost, each is due on a working
// day of the ward, levels rise one at a time and never fall, steps only grow, and only a person closes.
func TestProposalsAreNeverLost(t *testing.T) {
	t.Parallel()
	s, c := one(t) // one ward for all runs: what earlier ones left behind lies there too
	c.Morning("2027-01-04")
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{t: t, s: site{s}, c: c, was: map[string]proposals.Proposal{}, steps: map[string]int{}}
		act := map[string]func(*rapid.T){
			"": m.check, "send": m.send, "work": m.work, "judge": m.judge, "climb": m.climb, "pass": func(rt *rapid.T) { m.c.Days(rapid.IntRange(1, 9).Draw(rt, "days")) }, "calendar": m.calendar,
		}
		rt.Repeat(act)
	})
}

func (m *machine) send(rt *rapid.T) {
	person := rapid.SampledFrom([]string{"household", "head", "group lead"}).Draw(rt, "person")
	f := proposals.Form{
		House: m.s.House[bac], Category: rapid.SampledFrom(proposals.Categories()).Draw(rt, "category").Code, Place: "stairs", Title: "Đèn hỏng", Urgent: rapid.Bool().Draw(rt, "urgent"),
		Wish: rapid.SampledFrom(append(proposals.Units(), "")).Draw(rt, "wish"),
	}
	id, stage, err := m.s.Proposals.Sketch(m.t.Context(), m.s.Actor(person), "", f, nil, false, proposals.Said{})
	if err != nil {
		rt.Fatal(err)
	}
	if stage != proposals.Sent {
		if stage, err = m.s.Proposals.Send(m.t.Context(), m.s.Actor(person), id, proposals.Said{Warned: true, Other: true}); err != nil || stage != proposals.Sent {
			rt.Fatal(stage, err)
		}
	}
	m.ids = append(m.ids, id)
}

func (m *machine) pick(rt *rapid.T) string {
	if len(m.ids) == 0 {
		rt.Skip("nothing was sent")
	}
	return rapid.SampledFrom(m.ids).Draw(rt, "proposal")
}

func (m *machine) work(rt *rapid.T) {
	id := m.pick(rt)
	person := rapid.SampledFrom([]string{"group lead", "officer", "command", "committee", "other officer", "head"}).Draw(rt, "person")
	w := proposals.Work{
		Act:  rapid.SampledFrom([]proposals.Act{proposals.Receive, proposals.Note, proposals.Forward, proposals.Reply, proposals.Shut}).Draw(rt, "act"),
		Note: "Đã xem.", Unit: rapid.SampledFrom(proposals.Units()).Draw(rt, "unit"), Result: rapid.SampledFrom(proposals.Results()).Draw(rt, "result"),
	}
	p, err := m.s.Proposals.Do(m.t.Context(), m.s.Actor(person), id, w)
	if person == "head" || person == "other officer" {
		if !fault.Is(err, fault.Missing) {
			rt.Fatalf("%s did %s: %v", person, w.Act, err)
		}
		return
	}
	if err == nil && p.State == proposals.Closed && !m.was[id].Waits {
		rt.Fatal("closed before its sender had time to say anything")
	}
}

func (m *machine) judge(rt *rapid.T) {
	id := m.pick(rt)
	person := rapid.SampledFrom([]string{"household", "other household", "head", "group lead", "other head"}).Draw(rt, "person")
	v := rapid.SampledFrom([]proposals.Verdict{proposals.Content, proposals.Again, proposals.Withdraw}).Draw(rt, "verdict")
	before := m.was[id]
	_, err := m.s.Proposals.Judge(m.t.Context(), m.s.Actor(person), id, v, "Chưa sáng.")
	if err == nil && string(before.RaisedAs) != string(m.s.Actor(person).Role()) {
		rt.Fatalf("%s speaks for %s", person, before.RaisedAs)
	}
}

func (m *machine) climb(rt *rapid.T) {
	list, err := m.s.Proposals.Climb(m.t.Context(), m.s.System())
	if err != nil {
		rt.Fatal(err)
	}
	for _, x := range list {
		if before, known := m.was[x.ID]; known && (!before.State.Open() || before.Due >= m.c.Today() || x.To != before.Level+1) {
			rt.Fatalf("%s climbed from %d to %d, due %s", x.Code(), before.Level, x.To, before.Due)
		}
	}
}

func (m *machine) calendar(rt *rapid.T) {
	day := m.c.Today().AddDays(rapid.IntRange(1, 40).Draw(rt, "day"))
	if day.Year() > 2030 {
		rt.Skip("beyond the calendar")
	}
	kind := rapid.SampledFrom([]holidays.Kind{holidays.Off, holidays.Worked}).Draw(rt, "kind")
	if err := m.s.Holidays.Add(m.t.Context(), m.s.Actor("command"), holidays.New{From: day, Kind: kind, Name: "Hoán đổi"}); err != nil {
		rt.Fatal(err)
	}
}

func (m *machine) check(rt *rapid.T) {
	var c civil.Calendar
	if err := m.s.DB.Read(m.t.Context(), m.s.System(), func(tx *db.Tx) (err error) {
		c, err = holidays.Calendar(m.t.Context(), tx)
		return err
	}); err != nil {
		rt.Fatal(err)
	}
	for _, id := range m.ids {
		p, err := m.s.Proposals.Get(m.t.Context(), m.s.System(), id)
		if err != nil {
			rt.Fatalf("lost: %v", err)
		}
		before, known := m.was[id]
		switch {
		case p.State.Open() && (!c.Working(p.Due) || c.WorkingDays(p.CountedFrom, p.Due) != p.Days):
			rt.Fatalf("%s is due on %s, %d working days after %s", p.Code(), p.Due, p.Days, p.CountedFrom)
		case known && (p.Level < before.Level || p.Level > before.Level+1):
			rt.Fatalf("%s went from level %d to %d", p.Code(), before.Level, p.Level)
		case len(p.Steps) < m.steps[id] || known && p.State != before.State && len(p.Steps) == m.steps[id]:
			rt.Fatalf("%s went from %s to %s without a step", p.Code(), before.State, p.State)
		case p.State == proposals.Closed && p.Satisfied == "":
			rt.Fatalf("%s was closed by nobody", p.Code())
		case p.State == proposals.Answered && p.FirstAnswered == "":
			rt.Fatalf("%s was answered on no day", p.Code())
		case p.Number == 0 || slices.ContainsFunc(m.ids, func(other string) bool {
			return other != id && m.was[other].Number == p.Number && m.was[other].Year == p.Year
		}):
			rt.Fatalf("number %d is given twice", p.Number)
		}
		m.was[id], m.steps[id] = p, len(p.Steps)
	}
}

// TestPagesOfTheListMeet goes through the list page by page, in both orders, and meets every proposal once.
func TestPagesOfTheListMeet(t *testing.T) {
	t.Parallel()
	s, c := one(t)
	const many = 95
	for range many {
		id, stage, err := s.Proposals.Sketch(t.Context(), s.Actor("head"), "", proposals.Form{House: s.House[bac], Category: "trees", Place: "street", Title: "Cây nghiêng"}, nil, false, proposals.Said{})
		if err == nil && stage != proposals.Sent {
			_, err = s.Proposals.Send(t.Context(), s.Actor("head"), id, proposals.Said{Other: true})
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Pass(5 * time.Hour)
	}
	for _, f := range []proposals.Filter{{}, {Sort: "sent"}, {State: proposals.AnyState, Category: "trees"}} {
		seen := map[string]bool{}
		for pages := 0; ; pages++ {
			p, err := s.Proposals.List(t.Context(), s.Actor("officer"), f)
			if err != nil || pages > 5 {
				t.Fatal(pages, err)
			}
			for i := range p.Rows {
				if seen[p.Rows[i].ID] {
					t.Errorf("%s twice", p.Rows[i].Code())
				}
				seen[p.Rows[i].ID] = true
			}
			if f.After = p.Next; f.After == "" {
				break
			}
		}
		if len(seen) != many {
			t.Errorf("%+v shows %d", f, len(seen))
		}
	}
	if back := proposals.ParseFilter(url.Values{"state": {"x"}, "category": {"gone"}, "street": {"1"}, "after": {"???"}}); back.Narrowed() {
		t.Errorf("an address that means nothing narrows: %+v", back)
	}
}

// TestEveryCategoryLeadsSomewhere holds the table of categories: a unit, a time, a name in both languages.
func TestEveryCategoryLeadsSomewhere(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	codes := map[string]bool{}
	for _, x := range proposals.Categories() {
		if codes[x.Code] || !slices.Contains(proposals.Units(), x.Unit) || x.Days < 1 || x.Days > 30 || (x.Unit == proposals.ByUtility) != (x.Utility != "") || x.Public && !x.Street {
			t.Errorf("%+v", x)
		}
		codes[x.Code] = true
		for _, lang := range []string{"vi", "en"} {
			if w := s.Words.In(lang); !w.Has("proposals.category." + x.Code) {
				t.Errorf("%s has no name in %s", x.Code, lang)
			}
		}
	}
	if access.Household.Holds(access.AnswerProposals) {
		t.Error("a household answers proposals")
	}
}
