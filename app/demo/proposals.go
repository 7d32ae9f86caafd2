package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/proposals"
)

const (
	proposalColumns = `house_id household raised_as sent_by state year number category place title body urgent public wish unit unit_name level climbed_on days counted_from
		due_on first_due_on first_answered_on result answer document ticket satisfied joined reopened drafted_at sent_at answered_at closed_at updated_at version`
	proposalStepColumns = `proposal_id kind at actor role unit unit_name note document`
)

// said is an invented proposal: what somebody said of a place, what was done, and how the answer read.
type said struct {
	category, place, title, body string
	done, answer                 string
}

var sayings = []said{
	{"lighting", "alley", "Đèn ngõ không sáng", "Tắt từ tối thứ Bảy, ngõ tối, khó đi.", "Đã báo đơn vị chiếu sáng, hẹn sáng thứ Năm.", "Đã thay bóng đèn, tối qua đèn sáng lại."},
	{"power", "front", "Dây điện sà thấp trước cổng", "Dây chùng xuống ngang đầu người.",
		"Điện lực đã đến xem, chờ cắt điện để kéo lại.", "Điện lực đã kéo lại dây, cao trên 4 mét."},
	{"power", "stairs", "Đèn cầu thang tầng 2 nhấp nháy", "Công tắc chung tiếp xúc kém.", "Đã hướng dẫn số nhà thay công tắc.", "Công tắc đã thay, đèn sáng ổn định."},
	{"drains", "front", "Nắp cống trước số nhà bị vỡ", "Xe máy dễ sập bánh.", "Đã đặt rào tạm, chờ nắp mới.", "Đã thay nắp cống mới."},
	{"waste", "alley", "Rác tập kết sai giờ ở đầu ngõ", "Chiều nào cũng dồn trước cửa chung.", "Đã nhắc đơn vị thu gom đổi giờ.", "Đã đổi giờ thu gom sang 19 giờ và gắn biển."},
	{"pavement", "front", "Gạch vỉa hè bong, đọng nước", "", "Đã đưa vào đợt sửa tháng này.", "Đã lát lại đoạn vỉa hè."},
	{"locks", "gate", "Khóa cổng chung bị kẹt", "Phải mở nhiều lần mới được.", "Đã hẹn thợ cùng tổ dân phố.", "Khóa mới đã lắp, mỗi hộ có một chìa."},
	{"fire", "corridor", "Lối thoát nạn bị đồ đạc chắn", "Hành lang tầng 1 chỉ còn lọt một người.",
		"Đã nhắc các hộ chuyển đồ trước Chủ nhật.", "Hành lang đã thông, đã kiểm tra lại."},
	{"cables", "street", "Cáp viễn thông rũ xuống vỉa hè", "", "Đơn vị viễn thông nhận bó lại trong tuần.", "Cáp đã được bó gọn."},
	{"trees", "street", "Cành cây khô trên đầu lối đi", "Gió to là rơi cành nhỏ.", "Đã gửi danh sách cây cho đơn vị công viên.", "Đã cắt cành khô."},
	{"flyers", "gate", "Quảng cáo dán kín cổng", "", "Đoàn Thanh niên bóc vào thứ Bảy.", "Đã bóc và sơn lại."},
	{"training", "whole", "Xin tờ rơi về báo cháy", "Dán ở cầu thang cho mọi người cùng đọc.", "Đã xin tài liệu của phường.", "Đã phát 20 tờ, dán ở hai cầu thang."},
	{"shared", "yard", "Xin họp bàn chỗ để xe trong sân", "", "Tổ dân phố hẹn họp tối thứ Sáu.", "Đã họp, thống nhất vạch chỗ để xe."},
	{"water", "meters", "Đồng hồ nước chung bị rò", "", "Đơn vị cấp nước nhận lịch sửa.", "Đã thay gioăng, hết rò."},
}

// How far a proposal of the demo has come, where that is not left to the dice.
type ending int

const (
	asItComes ending = iota
	late             // overdue, and told to the command
	waits            // answered, and its sender has said nothing
)

// The proposals of the demo lie in so many days; what was sent on lateDay is a day or two overdue now.
const days, lateDay = 62, 46

// proposed fills the ward with proposals of the last two months, some at every state. It has dice of its own, so that nothing
// else of the demo depends on how many there are.
func (b *builder) proposed(ctx context.Context, tx *db.Tx) error {
	own := *b
	own.rand = rand.New(rand.NewPCG(2206, uint64(tx.Who.Ward())))
	list, steps := newTable(tx, "proposals", "id "+proposalColumns), newTable(tx, "proposal_steps", "id "+proposalStepColumns)
	steps.after = list
	today := civil.DayOf(Moment())
	calendar := civil.StatutoryCalendar(Year, Year+1)
	shown, err := shownHouse(ctx, tx)
	if err != nil {
		return err
	}
	count := max(8, len(own.made)/14)
	for n := 1; n <= count; n++ {
		h, role, ending := pick(&own, own.made), "head", asItComes
		switch n {
		case count * lateDay / days:
			h.id, ending = shown, late
		case count * 2 / 3:
			h.id, ending = shown, waits
		case count, count / 3:
			h.id = shown
		case count * 5 / 6:
			h.id, role, h.households = shown, "household", 1
		default:
			if own.chance(0.4) {
				role = "household"
			}
		}
		if err := own.propose(ctx, list, steps, n, &h, role, ending, today.AddDays(-days+days*n/count), calendar); err != nil {
			return err
		}
	}
	if err := list.flush(ctx); err != nil {
		return err
	}
	if err := steps.flush(ctx); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into proposal_numbers (ward_id, year, last) values ({ward}, $1, $2)`, Year, count)
	return err
}

// shownHouse is the house for which the demo's head and household answer: something is open there, too.
func shownHouse(ctx context.Context, tx *db.Tx) (id string, err error) {
	err = tx.One(ctx, `select h.id from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		join results r on r.ward_id = h.ward_id and r.house_id = h.id join campaigns c on c.ward_id = r.ward_id and c.id = r.campaign_id
		where {scope h} and c.year = $1
		order by case r.class when 'conditional' then 0 when 'not_safe' then 1 else 2 end, case s.name when 'Hàng Bạc' then 0 else 1 end, h.sort_key, h.id limit 1`, Year).Scan(&id)
	return id, err
}

// propose makes one proposal that was sent on a day, with the steps that led to where it is now.
func (b *builder) propose(ctx context.Context, list, steps *table, n int, h *house, role string, end ending, sent civil.Day, calendar civil.Calendar) error {
	x := pick(b, sayings)
	if end == late {
		x = sayings[1] // ten working days
	}
	c, _ := proposals.CategoryOf(x.category)
	id, now := b.id(), Moment().UnixMilli()
	due := calendar.AddWorkingDays(sent, c.Days)
	age := calendar.WorkingDays(sent, civil.DayOf(Moment()))
	label := ""
	if role == "household" {
		label = "H0" + string(rune('1'+b.rand.IntN(max(1, min(9, h.households)))))
	}
	at := b.at(sent)
	lines := [][]any{{b.id(), id, "sent", at, "", role, string(c.Unit), c.Utility, "", ""}} // they follow the proposal that they belong to
	note := func(kind, who, text, document string, when civil.Day) {
		moment := min(b.at(when), now-int64(time.Minute/time.Millisecond))
		at = max(at+int64(time.Minute/time.Millisecond), moment)
		lines = append(lines, []any{b.id(), id, kind, at, "", who, string(c.Unit), c.Utility, text, document})
	}
	first := at
	state, level, climbed, answeredOn, satisfied, answer, result, reopened := "new", 0, "", "", "", "", "", 0
	var answered, closed int64
	worker := map[proposals.Unit]string{proposals.ByGroup: "group_lead", proposals.ByWard: "committee"}[c.Unit]
	if worker == "" {
		worker = "officer"
	}
	slow := b.chance(0.18) && end != waits || end == late
	act := func(kind, who, text string, after int) {
		note(kind, who, text, "", calendar.AddWorkingDays(sent, after))
	}
	if age >= 1 {
		state = "received"
		act("received", worker, "", 1)
	}
	if age >= 3 {
		state = "working"
		act("note", worker, x.done, 3)
	}
	takes := min(c.Days, 4+b.rand.IntN(max(1, c.Days-3)))
	if slow {
		takes = c.Days + 5
	}
	if slow && age > c.Days {
		level, climbed = 1, string(calendar.AddWorkingDays(due, 1))
		note("climbed_1", "system", "", "", civil.Day(climbed))
	}
	if age > takes {
		state, answer, result, answeredOn = "answered", x.answer, "solved", string(calendar.AddWorkingDays(sent, takes))
		act("answered", worker, x.answer, takes)
		answered = at
	}
	switch {
	case end == waits:
	case state == "answered" && age > takes+8 && b.chance(0.12):
		state, satisfied, reopened = "reopened", "no", 1
		sent, due = civil.DayOf(Moment()).AddDays(-4), calendar.AddWorkingDays(civil.DayOf(Moment()).AddDays(-4), c.Days)
		note("reopened", role, "Mấy hôm nay lại như cũ.", "", sent)
	case state == "answered" && age > takes+3 && b.chance(0.85):
		state, satisfied = "closed", "yes"
		act("confirmed", role, "", takes+2)
		closed = at
	}
	firstDue := calendar.AddWorkingDays(civil.DayOf(time.UnixMilli(first)), c.Days)
	if err := list.add(ctx, id, h.id, label, role, "", state, Year, n, x.category, x.place, x.title, x.body, false, c.Public, "", string(c.Unit), c.Utility, level, climbed, c.Days,
		string(sent), string(due), string(firstDue), answeredOn, result, answer, "", "", satisfied, b.rand.IntN(4)/2, reopened, first, first, answered, closed, at, 1); err != nil {
		return err
	}
	for _, x := range lines {
		if err := steps.add(ctx, x...); err != nil {
			return err
		}
	}
	return nil
}
