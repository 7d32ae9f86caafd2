package demo

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/accounts"
	"sonha/ward/trainings"
)

const (
	courseColumns   = `id title topics audience months active created_at created_by updated_at version`
	materialColumns = `id course_id n title kind file file_name link added_at added_by`
	trainingColumns = `id course_id title topics audience level house_id group_id state place starts_at lasts speaker material_id houses households came_houses came_households
		invited_at sequence token closed_at before_takers after_takers liked partly disliked cost fund cancel_why created_at created_by updated_at version`
	trainingHouseColumns = `training_id house_id households head present certificate`
)

// lesson is a course of the demo, with when its sessions were held; every group has one, the first groups only where few is set.
type lesson struct {
	title     string
	topics    []string
	audience  trainings.Audience
	months    int
	material  string
	questions []string
	on        civil.Day
	speaker   string
	few       int     // so many groups; 0 for all
	share     float64 // of those invited who came
	cost      int
	ahead     bool // still to come
}

func lessons() []lesson {
	const twoYears, year, halfYear = 24, 12, 6
	return []lesson{
		{
			title: "Tái hòa nhập không kỳ thị và bảo vệ dữ liệu cá nhân", topics: []string{trainings.Reintegration, trainings.Privacy}, audience: trainings.Heads, months: twoYears,
			material: "Sổ tay trưởng số nhà: giữ kín đời tư",
			questions: []string{"Nhật ký của số nhà không được ghi những gì?", "Hộ muốn rút lại thông tin đã đưa thì trưởng số nhà làm gì?",
				"Được đề nghị cộng đồng hỗ trợ, trả lời trong bao nhiêu ngày?"},
			on: civil.NewDay(Year, time.April, 18), speaker: "justice", share: 0.78, cost: 1_500_000,
		},
		{
			title: "Phương pháp công tác trưởng số nhà", topics: []string{trainings.Method, trainings.Residence}, audience: trainings.Heads, months: twoYears,
			questions: []string{"Tin về việc phạm pháp báo qua kênh nào trước?", "Thông báo lưu trú làm trước mấy giờ và ở đâu?"},
			on:        civil.NewDay(Year-2, time.November, 16), speaker: "command", share: 0.66, cost: 2_000_000,
		},
		{
			title: "Bảo vệ trẻ em trên mạng", topics: []string{trainings.Children}, audience: trainings.Households, months: year, material: "Tờ gấp cho gia đình",
			questions: []string{"Tổng đài quốc gia bảo vệ trẻ em là số nào?", "Cài đặt nào giúp giới hạn nội dung cho trẻ?"},
			on:        civil.NewDay(Year, time.July, 11), speaker: "youth", few: 4, share: 0.34, cost: 600_000,
		},
		{
			title: "Phòng ma túy, cờ bạc mạng, lừa đảo công nghệ cao", topics: []string{trainings.Vices}, audience: trainings.Households, months: halfYear,
			questions: []string{"Công an có yêu cầu chuyển tiền qua điện thoại không?", "Nghi bị lừa thì gọi số nào trước?"},
			on:        civil.NewDay(Year, time.June, 20), speaker: "officer", few: 6, share: 0.41, cost: 400_000,
		},
		{
			title: "Phòng cháy và thoát nạn trong số nhà", topics: []string{trainings.Fire}, audience: trainings.Households, months: year,
			questions: []string{"Bình chữa cháy dùng theo mấy bước?", "Khi có khói, đi cao hay đi thấp?"},
			on:        civil.NewDay(Year, time.October, 28), speaker: "fire", few: 2, ahead: true,
		},
	}
}

// pupil is a house that may be invited.
type pupil struct {
	id, group, head string
	households      int
}

// taught fills the room of training. It has dice of its own, so that the rest of the demo stays as it is.
func taught(ctx context.Context, tx *db.Tx) error {
	b := &builder{rand: rand.New(rand.NewPCG(13, uint64(tx.Who.Ward())))}
	var houses []pupil
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var h pupil
		err := scan(&h.id, &h.group, &h.head, &h.households)
		houses = append(houses, h)
		return err
	}, `select h.id, coalesce(h.group_id, ''), h.head_name, h.households from houses h left join areas a on a.ward_id = h.ward_id and a.id = h.group_id
		where {scope h} and h.status = 'active' order by a.sort_key, h.sort_key, h.id`); err != nil {
		return err
	}
	t := &school{
		courses: newTable(tx, "training_courses", courseColumns), materials: newTable(tx, "training_materials", materialColumns),
		questions: newTable(tx, "training_questions", "course_id n body"), sessions: newTable(tx, "trainings", trainingColumns),
		houses: newTable(tx, "training_houses", trainingHouseColumns), households: newTable(tx, "training_households", "training_id house_id household how noted_at"),
		quiz: newTable(tx, "training_quiz", "training_id n body right_before right_after"),
	}
	t.houses.after, t.households.after, t.quiz.after = t.sessions, t.houses, t.sessions
	for _, l := range lessons() {
		if err := b.lesson(ctx, t, &l, houses); err != nil {
			return err
		}
	}
	if err := flushAll(ctx, t.sessions, t.houses, t.households, t.quiz); err != nil {
		return err
	}
	return replied(ctx, tx)
}

// replied notes the two days of one request for support at the house that the demo's head answers for.
func replied(ctx context.Context, tx *db.Tx) error {
	house, err := shownHouse(ctx, tx)
	if err != nil {
		return err
	}
	asked, answered := civil.NewDay(Year, time.September, 9), civil.NewDay(Year, time.September, 17)
	_, err = tx.Exec(ctx, `insert into replies (ward_id, house_id, content, asked_on, answered_on) values ({ward}, $1, 'GD', $2, $3)`, house, string(asked), string(answered))
	return err
}

// school are the tables of the room.
type school struct{ courses, materials, questions, sessions, houses, households, quiz *table }

func (b *builder) lesson(ctx context.Context, t *school, l *lesson, houses []pupil) error {
	course, material := b.id(), any(nil)
	made := civil.NewDay(Year-2, time.October, 5).Time().UnixMilli()
	topics := strings.Join(l.topics, ",")
	if err := t.courses.add(ctx, course, l.title, topics, string(l.audience), l.months, true, made, "Dữ liệu mẫu", made, 1); err != nil {
		return err
	}
	if l.material != "" {
		id := b.id()
		material = id
		if err := t.materials.add(ctx, id, course, 1, l.material, "link", "", "", "https://congan.example/"+id[:6], made, "Dữ liệu mẫu"); err != nil {
			return err
		}
	}
	for i, q := range l.questions {
		if err := t.questions.add(ctx, course, i+1, q); err != nil {
			return err
		}
	}
	if err := flushAll(ctx, t.courses, t.materials, t.questions); err != nil {
		return err
	}
	groups := 0
	for from := 0; from < len(houses); {
		to := from
		for to < len(houses) && houses[to].group == houses[from].group {
			to++
		}
		if houses[from].group != "" && (l.few == 0 || groups < l.few) {
			if err := b.session(ctx, t, l, course, material, topics, houses[from:to], groups); err != nil {
				return err
			}
			groups++
		}
		from = to
	}
	return nil
}

// came says who of a house came to a session: its head, or households by their labels.
func (b *builder) came(l *lesson, h *pupil) (head bool, labels []string) {
	if l.ahead {
		return false, nil
	}
	head = l.audience == trainings.Heads && b.chance(l.share)
	for n := range h.households {
		if l.audience == trainings.Households && b.chance(l.share) {
			labels = append(labels, accounts.HouseholdLabel(n+1))
		}
	}
	return head, labels
}

// session is one session of a course in a group: an evening of its own week.
func (b *builder) session(ctx context.Context, t *school, l *lesson, course string, material any, topics string, group []pupil, week int) error {
	id := b.id()
	day := l.on.AddDays(week % 6)
	at := day.Time().Add(19*time.Hour + 30*time.Minute).UnixMilli()
	asked, households, came, cameHouseholds := 0, 0, 0, 0
	var rows, there [][]any
	for i := range group {
		h := &group[i]
		if l.audience == trainings.Heads && h.head == "" || l.audience == trainings.Households && h.households == 0 {
			continue
		}
		asked, households = asked+1, households+h.households
		head, labels := b.came(l, h)
		certificate := ""
		if head || len(labels) > 0 {
			came, cameHouseholds, certificate = came+1, cameHouseholds+len(labels), b.token()
		}
		rows = append(rows, []any{id, h.id, h.households, head, len(labels), certificate})
		for _, l := range labels {
			there = append(there, []any{id, h.id, l, "tick", at})
		}
	}
	state, closed, invited := "held", any(at+2*3600*1000), at-10*24*3600*1000
	slips := came
	if l.audience == trainings.Households {
		slips = cameHouseholds
	}
	if slips < 5 { // as the program asks for
		slips = 0
	}
	if l.ahead {
		state, closed, invited = "planned", nil, Moment().Add(-3*24*time.Hour).UnixMilli()
	}
	liked := slips * 8 / 10
	fund := ""
	if !l.ahead {
		fund = "movement"
	}
	if err := t.sessions.add(ctx, id, course, l.title, topics, string(l.audience), "group", nil, group[0].group, state, "Nhà sinh hoạt cộng đồng", at, 90, l.speaker, material,
		asked, households, came, cameHouseholds, invited, 0, b.token(), closed, slips, slips, liked, slips-liked, 0, l.cost, fund, "", invited, "Dữ liệu mẫu",
		invited, 3); err != nil {
		return err
	}
	for _, row := range rows {
		if err := t.houses.add(ctx, row...); err != nil {
			return err
		}
	}
	for _, row := range there {
		if err := t.households.add(ctx, row...); err != nil {
			return err
		}
	}
	for i, q := range l.questions {
		if slips == 0 {
			break
		}
		before := slips * (35 + b.rand.IntN(25)) / 100
		if err := t.quiz.add(ctx, id, i+1, q, before, slips*(78+b.rand.IntN(18))/100); err != nil {
			return err
		}
	}
	return nil
}
