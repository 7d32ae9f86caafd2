package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/gatherings"
	"sonha/ward/meetings"
)

// gathering is one invented meeting of a house of the demo.
type gathering struct {
	at      time.Time
	title   string
	minuted bool
	came    int // of ten households so many
	votes   []meetings.Vote
	said    []meetings.Said
	points  []meetings.Conclusion
}

// heldMeetings are the meetings that each chosen house held, one of them to come.
func heldMeetings() []gathering {
	return []gathering{
		{
			at: time.Date(Year, time.July, 19, 19, 30, 0, 0, civil.Hanoi), title: "Họp thường kỳ quý III", minuted: true, came: 8,
			said: []meetings.Said{
				{Theme: "TC", Body: "Cổng chung hay quên khóa sau 22 giờ; khóa cũ đã mòn."},
				{Theme: "HG", Body: "Thống nhất giờ nghỉ trưa từ 12 giờ đến 14 giờ, không khoan đục."},
			},
			votes: []meetings.Vote{
				{Subject: "Khóa cổng chung lúc 23 giờ hằng ngày", Method: meetings.Hands, For: 9, Against: 1},
				{Subject: "Thay đèn hành lang bằng đèn cảm ứng", Method: meetings.Ballot, For: 4, Against: 4, Other: 2},
			},
			points: []meetings.Conclusion{
				{Content: "Thay khóa cổng chung, giao chìa cho từng hộ", Owner: "head", Due: civil.NewDay(Year, time.August, 5)},
				{Content: "Hướng dẫn các hộ thử chuông báo động liên hộ", Owner: "officer"},
			},
		},
		{at: time.Date(Year, time.October, 24, 19, 30, 0, 0, civil.Hanoi), title: "Họp thường kỳ quý IV"},
	}
}

// meet fills the room of meetings: the first houses of the ward have met in the last quarter and will meet on Saturday, every third
// one beside them has met. It has dice of its own, so that the rest of the demo stays as it is.
func meet(ctx context.Context, tx *db.Tx) error {
	b := &builder{rand: rand.New(rand.NewPCG(12, uint64(tx.Who.Ward())))}
	var houses []house
	var names []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var h house
		var name, group string
		err := scan(&h.id, &h.households, &h.head, &name, &group)
		houses, names = append(houses, h), append(names, name+"|"+group)
		return err
	}, `select h.id, h.households, h.head_name, h.number || ' ' || s.name, coalesce(a.name, '') from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas a on a.ward_id = h.ward_id and a.id = h.group_id
		where {scope h} and h.status = 'active' and h.households >= 4 order by h.sort_key, h.id limit 60`); err != nil {
		return err
	}
	var ward string
	if err := tx.One(ctx, `select w.name from wards w where w.id = {ward}`).Scan(&ward); err != nil {
		return err
	}
	for i := range houses {
		if i >= 6 && i%3 != 0 {
			continue
		}
		for j, g := range heldMeetings() {
			if j == 1 && i >= 6 {
				continue
			}
			if err := b.gather(ctx, tx, &houses[i], names[i], ward, &g); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) token() string {
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	var t [16]byte
	for i := range t {
		t[i] = letters[b.rand.IntN(len(letters))]
	}
	return string(t[:])
}

func (b *builder) gather(ctx context.Context, tx *db.Tx, h *house, name, ward string, g *gathering) error {
	id, at := b.id(), g.at.UnixMilli()
	agenda := "Việc đã làm từ lần họp trước\nAn ninh, trật tự và phòng cháy của số nhà\nViệc cần làm đến lần họp sau"
	came := min(h.households, (h.households*g.came+9)/10)
	invited := g.at.AddDate(0, 0, -7).UnixMilli()
	if invited > Moment().UnixMilli() {
		invited = Moment().Add(-4 * 24 * time.Hour).UnixMilli()
	}
	state := "planned"
	if g.minuted {
		state = "minuted"
	}
	if _, err := tx.Exec(ctx, `insert into meetings (ward_id, id, level, house_id, state, title, agenda, place, starts_at, lasts, guests, quorum_pct, pass_pct, households, present,
			invited_at, sequence, token, chair_role, chair_name, secretary_house, secretary_household, secretary_role, chair_account, chair_sha256, secretary_way, sha256,
			cancel_why, created_at, created_by, updated_at, version)
		values ({ward}, $1, 'house', $2, $3, $4, $5, 'Sân chung tầng 1', $6, 60, 'officer,lead', 50, 50, $7, $8,
			$9, 0, $10, '', '', '', '', '', '', '', '', '', '', $9, 'Dữ liệu mẫu', $9, 3)`,
		id, h.id, state, g.title, agenda, at, h.households, came, invited, b.token()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into meeting_houses (ward_id, meeting_id, house_id, households, present) values ({ward}, $1, $2, $3, $4)`, id, h.id, h.households,
		came); err != nil {
		return err
	}
	if !g.minuted {
		return nil
	}
	for n := range came {
		if _, err := tx.Exec(ctx, `insert into meeting_households (ward_id, meeting_id, house_id, household, how, noted_at) values ({ward}, $1, $2, $3, 'tick', $4)`,
			id, h.id, fmt.Sprintf("H%02d", n+1), at); err != nil {
			return err
		}
	}
	return b.freeze(ctx, tx, id, h, name, ward, came, g)
}

// freeze writes the minutes as the program would have frozen them.
func (b *builder) freeze(ctx context.Context, tx *db.Tx, id string, h *house, name, ward string, came int, g *gathering) error {
	address, group := name, ""
	for i := range name {
		if name[i] == '|' {
			address, group = name[:i], name[i+1:]
			break
		}
	}
	head := h.head
	if head == "" {
		head = "Trưởng số nhà"
	}
	x := meetings.Minutes{
		Level: gatherings.House, Area: address, Group: group, Ward: ward, Title: g.title, Place: "Sân chung tầng 1",
		Agenda: []string{"Việc đã làm từ lần họp trước", "An ninh, trật tự và phòng cháy của số nhà", "Việc cần làm đến lần họp sau"},
		Began:  g.at.UnixMilli(), Ended: g.at.Add(55 * time.Minute).UnixMilli(), ChairRole: "head", ChairName: head,
		Secretary: meetings.Secretary{House: h.id, Household: "H01", Address: address}, Guests: []string{"officer", "lead"},
		Households: h.households, Present: came, Quorum: 50, Pass: 50, Said: g.said,
	}
	for _, v := range g.votes {
		v.ID, v.Present, v.Pass = b.id(), came, 50
		// The votes of ten households, for as many as came.
		v.For, v.Against = came*v.For/10, came*v.Against/10
		v.Other = min(v.Other, came-v.For-v.Against)
		x.Votes = append(x.Votes, v)
		if _, err := tx.Exec(ctx, `insert into meeting_votes (ward_id, id, meeting_id, subject, method, present, votes_for, votes_against, votes_other) values ({ward}, $1, $2,
			$3, $4, $5, $6, $7, $8)`,
			v.ID, id, v.Subject, string(v.Method), v.Present, v.For, v.Against, v.Other); err != nil {
			return err
		}
	}
	for _, c := range g.points {
		c.ID = b.id()
		x.Conclusions = append(x.Conclusions, c)
		if _, err := tx.Exec(ctx, `insert into meeting_conclusions (ward_id, id, meeting_id, content, owner, due_on, measure_id) values ({ward}, $1, $2, $3, $4, $5, '')`,
			c.ID, id, c.Content, c.Owner, string(c.Due)); err != nil {
			return err
		}
	}
	for _, s := range g.said {
		if _, err := tx.Exec(ctx, `insert into meeting_themes (ward_id, meeting_id, theme, body) values ({ward}, $1, $2, $3)`, id, s.Theme, s.Body); err != nil {
			return err
		}
	}
	frozen, err := json.Marshal(&x) //nolint:musttag // as the room freezes it
	if err != nil {
		return fmt.Errorf("write the demo's minutes: %w", err)
	}
	_, err = tx.Exec(ctx, `update meetings set began_at = $1, ended_at = $2, chair_role = 'head', chair_name = $3, secretary_house = $4, secretary_household = 'H01',
			chair_confirmed_at = $5, chair_sha256 = $6, secretary_confirmed_at = $7, secretary_way = 'paper', sha256 = $6, frozen = $8, updated_at = $7
		where ward_id = {ward} and id = $9`,
		x.Began, x.Ended, x.ChairName, h.id, x.Ended+10*60*1000, meetings.Sum(frozen), x.Ended+20*60*1000, frozen, id)
	return err
}
