package demo

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/privacy/breaches"
	"sonha/ward/privacy/requests"
)

// askedAboutData lets households ask about their data: one request answered in time, one that waits, one on paper that is overdue. Nothing here is left to dice.
func askedAboutData(ctx context.Context, tx *db.Tx) error {
	store := requests.NewStore(nil)
	now := tx.Now
	defer func() { tx.Now = now }()
	shown, err := shownHouse(ctx, tx)
	if err != nil {
		return err
	}
	var others []string
	var street, number string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id, &street, &number)
		others = append(others, id)
		return err
	}, `select h.id, h.street_id, h.number from houses h where {scope h} and h.id <> $1 and h.status = 'active' and h.households >= 2
		order by h.sort_key desc, h.id limit 2`, shown); err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 9, 8), 9)
	id, err := store.FileTx(ctx, tx, shown, "H01", requests.Ask{Kind: requests.View, Body: "Hộ muốn biết ngoài trang này phường còn giữ giấy nào của hộ."})
	if err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 9, 9), 10)
	if err := store.AcknowledgeTx(ctx, tx, id, 1); err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 9, 14), 15)
	if err := store.AnswerTx(ctx, tx, id, requests.Reply{
		Outcome: requests.Done, Answer: "Ngoài Sonha, phường giữ một bản cam kết giấy của hộ trong hồ sơ số nhà. Hộ đến xem được trong giờ làm việc.", Version: 2,
	}); err != nil {
		return err
	}
	if len(others) < 2 {
		return askedBy(ctx, tx)
	}
	at(tx, civil.NewDay(Year, 10, 19), 9)
	if _, err := store.FileTx(ctx, tx, others[0], "H02", requests.Ask{Kind: requests.Correct, Body: "Cam kết của hộ ghi nhà cho thuê, nhưng hộ không cho thuê."}); err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 9, 21), 14)
	late, err := store.EnterTx(ctx, tx, requests.ForHousehold{
		Ask:     requests.Ask{Kind: requests.Delete, Body: "Hộ đã rút cam kết, đề nghị xóa bản cũ."},
		Channel: requests.Paper, ReceivedOn: civil.NewDay(Year, 9, 21), Street: street, Number: number, Household: 1,
	})
	if err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 9, 22), 8)
	if err := store.AcknowledgeTx(ctx, tx, late, 1); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update data_requests as q set level = 2, climbed_on = '2026-10-16' where q.ward_id = {ward} and q.id = $1`, late); err != nil {
		return err
	}
	if err := askedBy(ctx, tx); err != nil {
		return err
	}
	return breachRehearsed(ctx, tx)
}

// breachRehearsed is one breach that was an exercise, entered, notified in time and closed.
func breachRehearsed(ctx context.Context, tx *db.Tx) error {
	store := breaches.NewStore(nil)
	at(tx, civil.NewDay(Year, 6, 16), 9)
	id, err := store.EnterTx(ctx, tx, breaches.Entry{
		Exercise: true, Found: tx.Now, Acts: []string{"device"}, Houses: 40, Kinds: []string{"accounts", "log"}, Harms: []string{"disturbed"},
		Measures: []string{"sessions", "secrets", "told"},
		Body:     "Diễn tập: máy tính bảng của khu vực để quên ở quán nước, chưa khóa màn hình.", Subjects: breaches.NotNeeded,
	})
	if err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 6, 17), 10)
	if err := store.SendTx(ctx, tx, id, breaches.Sending{At: tx.Now, Channel: "portal", Version: 1}); err != nil {
		return err
	}
	at(tx, civil.NewDay(Year, 6, 18), 15)
	if err := store.CloseTx(ctx, tx, id, "exercise", "Từ lúc báo đến lúc thoát hết các máy mất 40 phút. Đã thêm số máy của từng khu vực vào sổ trực.", 2); err != nil {
		return err
	}
	const officer = `'Người phụ trách bảo vệ dữ liệu cá nhân'`
	_, err = tx.Exec(ctx, `update breaches as b set entered_by = `+officer+`, sent_by = `+officer+`, closed_by = `+officer+` where b.ward_id = {ward} and b.id = $1`, id)
	return err
}

// askedBy names the roles of those who asked and answered, as if people had.
func askedBy(ctx context.Context, tx *db.Tx) error {
	const officer = `'Người phụ trách bảo vệ dữ liệu cá nhân'`
	_, err := tx.Exec(ctx, `update data_requests as q set filed_by = case when q.channel = 'self' then 'Đại diện hộ' else `+officer+` end,
			acknowledged_by = case when q.acknowledged_at > 0 then `+officer+` else '' end, answered_by = case when q.answered_at > 0 then `+officer+` else '' end
		where q.ward_id = {ward}`)
	return err
}
