package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
)

// notice is one invented announcement.
type notice struct {
	title, body, sender, reason, role string
	urgent, public                    bool
	sent                              time.Duration // before the demo's moment
	expires                           civil.Day
	told                              int // of ten houses so many know
	corrects                          int // the announcement of the list that it puts right, from 1
}

// announced are the announcements of the demo, each as an office would write it: about places and days, never about persons.
func announced() []notice {
	const day = 24 * time.Hour
	const police = "Công an phường Hoàn Kiếm"
	return []notice{
		{
			title:  "Xem lại đèn cầu thang và bình chữa cháy trước đợt kiểm tra",
			sender: police, role: "command", sent: 9 * day, expires: civil.NewDay(Year, time.October, 31), told: 9, public: true,
			body: "Đợt kiểm tra các số nhà đang diễn ra đến hết tháng 10. Đề nghị mỗi số nhà dành một buổi tối xem lại đèn cầu thang, lối chung và bình chữa cháy.\n\n" +
				"Thiếu gì cứ ghi vào phần tự đánh giá: việc thiếu mà đã có cách khắc phục vẫn được ghi nhận.",
		},
		{
			title:  "Cắt nước phố cổ sáng thứ Bảy 24/10",
			sender: police, role: "command", sent: 3 * day, expires: civil.NewDay(Year, time.October, 24), told: 6,
			body: "Công ty nước sạch sửa đường ống từ 8 giờ đến 11 giờ sáng thứ Bảy 24/10. Các hộ trữ nước dùng trong buổi sáng.\n\n" +
				"Khi nước có lại, mở vòi xả vài phút trước khi dùng.",
		},
		{
			title:  "Đính chính: cắt nước phố cổ từ 13 giờ đến 16 giờ ngày 24/10",
			sender: police, role: "command", sent: 30 * time.Hour, expires: civil.NewDay(Year, time.October, 24), told: 7, corrects: 2,
			body: "Thông báo trước ghi sai giờ. Nước cắt từ 13 giờ đến 16 giờ chiều thứ Bảy 24/10, không cắt buổi sáng.",
		},
		{
			title:  "Cấm xe qua phố Đinh Liệt tối nay để diễn tập chữa cháy",
			sender: police, role: "command", sent: 2 * time.Hour, expires: civil.NewDay(Year, time.October, 20), told: 2,
			urgent: true, reason: "Diễn tập đổi sang tối nay", public: true,
			body: "Từ 20 giờ đến 22 giờ tối nay, xe chữa cháy vào phố Đinh Liệt để diễn tập. Đề nghị các hộ không để xe ở lòng đường và đầu ngõ.",
		},
	}
}

// notices fills the room of announcements, the plates of the doors and the telephone numbers of the offices. It has dice of its
// own, so that the rest of the demo stays as it is.
func notices(ctx context.Context, tx *db.Tx) error {
	b := &builder{rand: rand.New(rand.NewPCG(6, uint64(tx.Who.Ward())))}
	var ids []string
	for _, n := range announced() {
		id := b.id()
		ids = append(ids, id)
		corrects := ""
		if n.corrects > 0 {
			corrects = ids[n.corrects-1]
		}
		if err := sayNotice(ctx, tx, id, corrects, &n); err != nil {
			return err
		}
	}
	if err := b.plates(ctx, tx); err != nil {
		return err
	}
	return b.phones(ctx, tx)
}

func sayNotice(ctx context.Context, tx *db.Tx, id, corrects string, n *notice) error {
	at := Moment().Add(-n.sent).UnixMilli()
	if _, err := tx.Exec(ctx, `insert into notices (ward_id, id, state, title, body, urgent, reason, open_to_all, area, to_heads, to_households, to_officers, to_leads,
			sender, season, corrects_id, send_at, expires_on, houses, households, officers, leads, file, file_kind, file_name, withdrawn_why,
			created_at, created_by, created_account, created_role, version)
		select {ward}, $1, 'sent', $2, $3, $4, $5, $6, 'ward', true, true, true, true, $7, '', cast($8 as text), cast($9 as bigint), $10,
			(select count(*) from houses h where {scope h} and h.status = 'active'), (select coalesce(sum(h.households), 0) from houses h where {scope h} and h.status = 'active'),
			(select count(*) from beats e where e.ward_id = {ward}), (select count(*) from areas e where e.ward_id = {ward} and e.kind = 'group'),
			'', '', '', '', cast($9 as bigint), 'Dữ liệu mẫu', '', $11, 2`,
		id, n.title, n.body, n.urgent, n.reason, n.public, n.sender, db.OrNull(corrects), at, string(n.expires), n.role); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into notice_houses (ward_id, notice_id, house_id, households, known)
		select h.ward_id, cast($1 as text), h.id, h.households, 0 from houses h where {scope h} and h.status = 'active'`, id); err != nil {
		return err
	}
	// Of ten numbers so many know, and of some more a head has only looked.
	_, err := tx.Exec(ctx, `update notice_houses as x set head_read_at = cast($2 as bigint),
			head_known_at = case when (select h.main from houses h where h.ward_id = x.ward_id and h.id = x.house_id) % 10 < $3 then cast($2 as bigint) end,
			known = case when (select h.main from houses h where h.ward_id = x.ward_id and h.id = x.house_id) % 10 < $3 then x.households else x.households / 3 end
		where {scope x.house} and x.notice_id = $1 and (select h.main from houses h where h.ward_id = x.ward_id and h.id = x.house_id) % 10 <= $3`,
		id, at+int64(time.Hour/time.Millisecond), n.told)
	return err
}

// plates gives every house a code; two of three plates were printed.
func (b *builder) plates(ctx context.Context, tx *db.Tx) error {
	var houses []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		houses = append(houses, id)
		return err
	}, `select h.id from houses h where {scope h} and h.status = 'active' order by h.sort_key, h.id`); err != nil {
		return err
	}
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	made := newTable(tx, "doors", "token house_id made_at made_by printed_at")
	at := Moment().AddDate(0, -2, 0).UnixMilli()
	for i, house := range houses {
		var token [16]byte
		for j := range token {
			token[j] = letters[b.rand.IntN(len(letters))]
		}
		var printed any
		if i%3 != 2 {
			printed = at
		}
		if err := made.add(ctx, string(token[:]), house, at, "Dữ liệu mẫu", printed); err != nil {
			return err
		}
	}
	return made.flush(ctx)
}

// phones are numbers that nobody has: the exchange 3900 of Hà Nội with the lowest lines.
func (b *builder) phones(ctx context.Context, tx *db.Tx) error {
	at := Moment().AddDate(0, -3, 0).UnixMilli()
	if _, err := tx.Exec(ctx, `insert into office_phones (ward_id, office, beat_id, phone, updated_at, updated_by)
		values ({ward}, 'duty', '', '+842439000001', $1, 'Dữ liệu mẫu'), ({ward}, 'committee', '', '+842439000002', $1, 'Dữ liệu mẫu')`, at); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `insert into office_phones (ward_id, office, beat_id, phone, updated_at, updated_by)
		select e.ward_id, 'beat', e.id, '+842439000010', cast($1 as bigint), 'Dữ liệu mẫu' from beats e where e.ward_id = {ward}`, at)
	return err
}
