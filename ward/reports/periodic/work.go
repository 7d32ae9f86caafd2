package periodic

import (
	"context"

	"sonha/ground/civil"
	"sonha/ward/indicators/smallcells"
	"sonha/ward/logbook"
	"sonha/ward/measures"
	"sonha/ward/mediations"
	"sonha/ward/proposals"
	"sonha/ward/reviews"
	"sonha/ward/trainings"
)

// monthly counts the monthly reports of house heads that fell due in the period (I11).
func (c *counting) monthly(ctx context.Context) error {
	list, err := logbook.PunctualByGroupTx(ctx, c.tx, c.From, c.To)
	if err != nil {
		return err
	}
	due, inTime := 0, 0
	for _, x := range list {
		if c.group == "" || x.Group == c.group {
			due, inTime = due+x.Due, inTime+x.OnTime
		}
	}
	if due == 0 {
		c.say(Monthly, "Trong kỳ chưa có báo cáo tháng nào đến hạn.")
		return nil
	}
	how := "Báo cáo tháng của các số nhà có hạn nộp " + c.span()
	c.count(Monthly, "monthly_due", "Báo cáo tháng đến hạn", due, how, "")
	c.count(Monthly, "monthly_on_time", "Báo cáo tháng gửi đúng hạn", inTime, how+", gửi lần đầu không muộn hơn hạn", "")
	c.share(Monthly, "monthly_share", "Tỷ lệ báo cáo tháng đúng hạn", inTime, due, false, "Gửi đúng hạn trên số đến hạn", "/indicators/I11")
	c.say(Monthly, "Có {monthly_due} báo cáo tháng của số nhà đến hạn, {monthly_on_time} báo cáo gửi đúng hạn ({monthly_share}).")
	return nil
}

// proposals counts what residents proposed about places, and whether it was answered in time (I6).
func (c *counting) proposals(ctx context.Context) error {
	from, to := c.milli()
	var sent, answered, open, well, ill int
	if err := c.tx.One(ctx, `select count(*) filter (where p.sent_at >= $2 and p.sent_at < $3), count(*) filter (where p.first_answered_on >= $4 and p.first_answered_on <= $5),
			count(*) filter (where p.state in ('new', 'received', 'working', 'reopened')),
			count(*) filter (where p.satisfied = 'yes' and p.closed_at >= $2 and p.closed_at < $3),
			count(*) filter (where p.satisfied = 'no' and p.closed_at >= $2 and p.closed_at < $3)
		from proposals p join houses h on h.ward_id = p.ward_id and h.id = p.house_id
		where {figures h} and p.state <> 'draft' and ($1 = '' or h.group_id = $1)`,
		c.group, from, to, string(c.From), string(c.To)).Scan(&sent, &answered, &open, &well, &ill); err != nil {
		return err
	}
	list, err := proposals.PunctualByGroupTx(ctx, c.tx, c.From, c.To)
	if err != nil {
		return err
	}
	due, inTime := 0, 0
	for _, x := range list {
		if c.group == "" || x.Group == c.group {
			due, inTime = due+x.Due, inTime+x.OnTime
		}
	}
	c.count(Proposals, "proposals_sent", "Đề xuất gửi trong kỳ", sent, "Đề xuất, kiến nghị gửi "+c.span(), "")
	c.count(Proposals, "proposals_answered", "Đề xuất được trả lời trong kỳ", answered, "Đề xuất được trả lời lần đầu "+c.span(), "")
	c.count(Proposals, "proposals_open", "Đề xuất đang chờ", open, "Đề xuất chưa trả lời xong, "+c.until(), c.narrowed("/proposals", "state", "open"))
	c.say(Proposals, "Nhận {proposals_sent} đề xuất về số nhà, trả lời {proposals_answered} đề xuất; đang chờ {proposals_open}.")
	if due > 0 {
		c.count(Proposals, "proposals_due", "Đề xuất đến hạn trả lời trong kỳ", due, "Hạn trả lời lần đầu "+c.span(), "")
		if due < smallcells.Least {
			c.say(Proposals, "Có {proposals_due} đề xuất đến hạn trả lời.")
		} else {
			c.share(Proposals, "proposals_share", "Tỷ lệ đề xuất trả lời đúng hạn", inTime, due, false, "Trả lời lần đầu không muộn hơn hạn, trên số đến hạn", "/indicators/I6")
			c.say(Proposals, "Có {proposals_due} đề xuất đến hạn, trả lời đúng hạn {proposals_share}.")
		}
	}
	if well+ill > 0 {
		c.count(Proposals, "proposals_well", "Đề xuất người gửi cho là đã ổn", well, "Đề xuất đóng "+c.span()+", người gửi xác nhận đã ổn", "")
		c.count(Proposals, "proposals_ill", "Đề xuất người gửi cho là chưa ổn", ill, "Đề xuất đóng "+c.span()+", người gửi cho là chưa ổn", "")
		c.say(Proposals, "Người gửi xác nhận đã ổn {proposals_well} đề xuất, chưa ổn {proposals_ill}.")
	}
	return nil
}

// meetings counts meetings that were held, with the households that came.
func (c *counting) meetings(ctx context.Context) error {
	from, to := c.milli()
	var house, group, ward, invited, came int
	if err := c.tx.One(ctx, `select count(*) filter (where m.level = 'house'), count(*) filter (where m.level = 'group'), count(*) filter (where m.level = 'ward'),
			coalesce(sum(case when m.level = 'house' then m.households else 0 end), 0), coalesce(sum(case when m.level = 'house' then m.present else 0 end), 0)
		from meetings m left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
		where m.ward_id = {ward} and m.state in ('held', 'minuted') and m.starts_at >= $2 and m.starts_at < $3 and ($1 = '' or coalesce(m.group_id, h.group_id) = $1)`,
		c.group, from, to).Scan(&house, &group, &ward, &invited, &came); err != nil {
		return err
	}
	c.count(Meetings, "meetings_house", "Cuộc họp số nhà", house, "Cuộc họp số nhà đã họp "+c.span(), "")
	if house > 0 && invited >= smallcells.Least {
		c.share(Meetings, "meetings_share", "Tỷ lệ hộ dự họp số nhà", came, invited, false, "Lượt hộ dự trên lượt hộ được mời của các cuộc họp đó", "")
		c.say(Meetings, "Các số nhà họp {meetings_house} cuộc, có đại diện của {meetings_share} lượt hộ được mời.")
	} else {
		c.say(Meetings, "Các số nhà họp {meetings_house} cuộc.")
	}
	c.count(Meetings, "meetings_group", "Cuộc họp tổ dân phố", group, "Cuộc họp tổ dân phố đã họp "+c.span(), "")
	if c.group != "" {
		c.say(Meetings, "Tổ dân phố họp {meetings_group} cuộc.")
		return nil
	}
	c.count(Meetings, "meetings_ward", "Cuộc họp của phường", ward, "Cuộc họp của phường đã họp "+c.span(), "")
	if group+ward > 0 {
		c.say(Meetings, "Các tổ dân phố họp {meetings_group} cuộc, phường họp {meetings_ward} cuộc.")
	}
	return nil
}

// trainings counts sessions that were held with who came, and the heads that were trained in the two years up to the period's end (I9). Of a
// group it counts the sessions to which one of its houses was invited.
func (c *counting) trainings(ctx context.Context) error {
	from, to := c.milli()
	var sessions, heads, households int
	if err := c.tx.One(ctx, `select count(distinct t.id), count(distinct case when x.head then x.house_id end),
			coalesce(sum(case when t.audience = 'households' then x.present else 0 end), 0)
		from trainings t join training_houses x on x.ward_id = t.ward_id and x.training_id = t.id
		join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		where {figures h} and t.state = 'held' and t.starts_at >= $2 and t.starts_at < $3 and ($1 = '' or h.group_id = $1)`,
		c.group, from, to).Scan(&sessions, &heads, &households); err != nil {
		return err
	}
	c.count(Trainings, "trainings", "Buổi tập huấn", sessions, "Buổi tập huấn có số nhà dự, đã tổ chức "+c.span(), "")
	if sessions == 0 {
		c.say(Trainings, "Trong kỳ chưa tổ chức buổi tập huấn nào.")
	} else {
		c.count(Trainings, "trainings_heads", "Trưởng số nhà dự tập huấn trong kỳ", heads, "Trưởng số nhà có mặt ở ít nhất một buổi, mỗi người tính một lần", "")
		c.count(Trainings, "trainings_households", "Lượt hộ dự tập huấn trong kỳ", households, "Lượt hộ có mặt ở các buổi dành cho hộ", "")
		c.say(Trainings, "Đã tổ chức {trainings} buổi tập huấn với {trainings_heads} trưởng số nhà và {trainings_households} lượt hộ tham dự.")
	}
	until := min(c.To, civil.DayOf(c.AsOf)) // a report drawn before its period ends says what is so far
	list, err := trainings.TrainedByGroupTx(ctx, c.tx, until)
	if err != nil {
		return err
	}
	trained, all := 0, 0
	for _, x := range list {
		if c.group == "" || x.Group == c.group {
			trained, all = trained+x.Part, all+x.Heads
		}
	}
	if all > 0 {
		c.share(Trainings, "trainings_share", "Tỷ lệ trưởng số nhà đã tập huấn", trained, all, false,
			"Đã dự tập huấn trong 24 tháng tính đến "+until.Display()+", trên số trưởng số nhà", "/indicators/I9")
		c.say(Trainings, "Tính đến "+until.Display()+", {trainings_share} trưởng số nhà đã được tập huấn trong hai năm.")
	}
	return nil
}

// mediations counts what ended in the period (I8); fewer than five cases, or a part of them from which a small one could be worked
// out, stay untold.
func (c *counting) mediations(ctx context.Context) error {
	list, err := mediations.EndedByGroupTx(ctx, c.tx, c.From, c.To)
	if err != nil {
		return err
	}
	settled, ended := 0, 0
	for _, x := range list {
		if c.group == "" || x.Group == c.group {
			settled, ended = settled+x.Settled, ended+x.Ended
		}
	}
	if ended == 0 {
		c.say(Mediations, "Trong kỳ không có vụ hòa giải ở cơ sở nào kết thúc.")
		return nil
	}
	if ended < smallcells.Least {
		c.say(Mediations, "Số vụ hòa giải ở cơ sở kết thúc trong kỳ dưới 5 nên không nêu.")
		return nil
	}
	hidden := smallcells.Hide(smallcells.Table{Values: []int{ended, settled, ended - settled}, Told: []bool{true, false, false},
		Sums: []smallcells.Sum{{Total: 0, Parts: []int{1, 2}}}})
	c.count(Mediations, "mediations", "Vụ hòa giải kết thúc", ended, "Vụ hòa giải ở cơ sở chính thức kết thúc "+c.span()+", không kể vụ đã chuyển", "")
	c.share(Mediations, "mediations_share", "Tỷ lệ hòa giải thành", settled, ended, hidden[1], "Vụ hòa giải thành trên số vụ kết thúc; số dưới 5 không nêu", "/indicators/I8")
	c.say(Mediations, "Các tổ hòa giải kết thúc {mediations} vụ, tỷ lệ hòa giải thành: {mediations_share}.")
	return nil
}

// awards counts commendations that were decided in the period.
func (c *counting) awards(ctx context.Context) error {
	by := map[string]int{}
	if err := c.tx.All(ctx, func(scan func(...any) error) error {
		var subject string
		var n int
		err := scan(&subject, &n)
		by[subject] = n
		return err
	}, `select a.subject, count(*) from awards a left join houses h on h.ward_id = a.ward_id and h.id = a.house_id
		where a.ward_id = {ward} and a.state = 'decided' and a.decided_on >= $2 and a.decided_on <= $3 and ($1 = '' or coalesce(a.group_id, h.group_id) = $1)
		group by a.subject`, c.group, string(c.From), string(c.To)); err != nil {
		return err
	}
	if len(by) == 0 {
		c.say(Awards, "Trong kỳ chưa có quyết định khen thưởng nào.")
		return nil
	}
	how := "Quyết định khen thưởng có ngày " + c.span() + ", chưa bị thu hồi"
	c.count(Awards, "awards_house", "Số nhà được khen", by["house"], how, "")
	c.count(Awards, "awards_group", "Tổ dân phố được khen", by["group"], how, "")
	c.count(Awards, "awards_head", "Trưởng số nhà được khen", by["head"], how, "")
	c.say(Awards, "Đã khen thưởng {awards_house} số nhà, {awards_group} tổ dân phố, {awards_head} trưởng số nhà.")
	return nil
}

// measures counts what was agreed on to mend shortcomings (I7).
func (c *counting) measures(ctx context.Context) error {
	n, err := measures.PeriodTx(ctx, c.tx, c.group, c.From, c.To)
	if err != nil {
		return err
	}
	c.count(Measures, "measures_opened", "Biện pháp giao trong kỳ", n.Opened, "Biện pháp giao "+c.span(), "")
	c.count(Measures, "measures_verified", "Biện pháp xác nhận xong trong kỳ", n.Verified, "Biện pháp được xác nhận xong "+c.span(), "")
	c.count(Measures, "measures_running", "Biện pháp chưa xong", n.Running+n.Reported, "Biện pháp chưa làm, đang làm, chờ xác nhận, "+c.until(), c.narrowed("/measures"))
	c.count(Measures, "measures_late", "Biện pháp quá hạn", n.Late, "Biện pháp chưa làm, đang làm đã quá hạn, "+c.until(), c.narrowed("/measures", "overdue", "1"))
	c.say(Measures, "Trong kỳ giao {measures_opened} biện pháp, xác nhận xong {measures_verified}; hiện còn {measures_running} biện pháp chưa xong, trong đó "+
		"{measures_late} quá hạn.")
	return nil
}

// mostReviewed is how many shortcomings of reviews the report names.
const mostReviewed = 20

// reviewed names the shortcomings and causes that reviews of the same scope signed in the period.
func (c *counting) reviewed(ctx context.Context) error {
	t := Table{
		Section: Reviewed, Title: "Tồn tại, nguyên nhân theo bản sơ kết đã ký", How: "Tồn tại của các bản sơ kết, tổng kết ký " + c.span(),
		Head: []string{"Mã", "Tồn tại", "Nguyên nhân"},
	}
	list, err := reviews.SignedTx(ctx, c.tx, c.group, c.From, c.To)
	if err != nil || len(list) == 0 {
		return err
	}
	causes := map[reviews.Cause]string{reviews.Subjective: "Chủ quan", reviews.Objective: "Khách quan"}
	for i := range list[:min(len(list), mostReviewed)] {
		x := &list[i]
		body := x.Body
		if item, _ := c.set.Item(c.set.Index(x.Item)); item != nil {
			body = x.Item + ". " + item.Label.VI + ": " + body
		}
		if x.Houses > 0 {
			body += " (" + civil.Int(x.Houses) + " số nhà)"
		}
		t.Rows = append(t.Rows, []Value{{Text: x.Code, Rows: "/reviews/" + x.Review}, {Text: body}, {Text: causes[x.Kind] + ": " + x.Cause}})
	}
	if more := len(list) - mostReviewed; more > 0 {
		t.Note = "Còn " + civil.Int(more) + " tồn tại khác trong các bản sơ kết, tổng kết đó."
	}
	c.table(t)
	return nil
}
