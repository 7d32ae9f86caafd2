package demo

import (
	"context"
	"fmt"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// Reader is somebody of the demo who looked at records: the account, its role and what it answers for.
type Reader struct {
	Account string
	Role    access.Role
	Place   string
	Area    string // of lists: the id of the group or beat, or 'ward'
}

// Readers writes down who looked at a house in the days before the demo's moment, so that "Ai đã xem" shows how it reads, and two things
// that the morning's work finds: a list that the command took along at night, and a group lead who opened one house over and over.
// Call it once the accounts are there.
func Readers(ctx context.Context, tx *db.Tx, house string, officer, lead, command Reader) error {
	seen := newTable(tx, "seen", `at id account_id role place house_id household area_id what duty asked listed outside`)
	today := civil.DayOf(Moment())
	n := 0
	note := func(r Reader, back int, clock, house, area, what, duty string, listed int) error {
		n++
		return seen.add(ctx, today.AddDays(-back).At(clock).UnixMilli(), fmt.Sprintf("%026d", n), r.Account, string(r.Role),
			r.Place, house, "", area, what, duty, "", listed, false)
	}
	for _, x := range []struct {
		who               Reader
		back              int
		clock, what, duty string
	}{
		{lead, 12, "19:10", "pledges", "group"},
		{lead, 9, "09:30", "answers", "group"},
		{officer, 8, "08:40", "house", "beat"},
		{officer, 8, "09:05", "inspection", "inspection"},
		{officer, 8, "09:20", "photo", "inspection"},
		{command, 5, "15:15", "result", "ward"},
		{officer, 1, "10:05", "house", "beat"},
	} {
		if err := note(x.who, x.back, x.clock, house, "", x.what, x.duty, 0); err != nil {
			return err
		}
	}
	const again, apart = 9, 15 // of one house in a day, and the minutes between
	for i := range again {
		if err := note(lead, 2, civil.Clock(today.At("13:30").Add(time.Duration(i*apart)*time.Minute)), house, "", "house", "group", 0); err != nil {
			return err
		}
	}
	if err := note(command, 1, "23:40", "", command.Area, "file_houses", "ward", 1); err != nil {
		return err
	}
	if err := seen.flush(ctx); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "demo.readers", Object: "ward"})
}
