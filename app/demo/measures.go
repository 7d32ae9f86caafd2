package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/plans"
)

const (
	measureColumns = `id source source_id source_href house_id group_id item content owner owner_name due_on first_due_on state percent level climbed_on reported_at reported_as
		reported_by previous_id opened_at opened_by closed_at updated_at version`
	measureStepColumns = `id measure_id kind at on_day percent actor role note`
)

// lacking is a shortcoming of the demo that a measure mends.
type lacking struct {
	id, inspection, house, item, content, owner, state, by string
	due                                                    civil.Day
	at                                                     int64
}

// handedOut are invented measures that the ward gave out itself, about a group or the ward as a whole.
var handedOut = []struct {
	content, owner, name string
	days                 int
}{
	{"Bó gọn cáp viễn thông ở các ngõ sâu", "elsewhere", "đơn vị viễn thông", 15},
	{"Lắp biển chỉ lối thoát nạn ở đầu ngõ", "ward", "", -2},
	{"Kẻ vạch chỗ để xe ở sân chung", "group", "", 6},
	{"Phát tờ hướng dẫn khóa cổng chung cho các số nhà mới", "officer", "", 3},
}

// measures gives every open or mended shortcoming of the year its measure, at every state, and adds some that the ward gave. It has
// dice of its own, so that nothing else of the demo depends on how many there are.
func (b *builder) measures(ctx context.Context, tx *db.Tx) error {
	own := *b
	own.rand = rand.New(rand.NewPCG(2610, uint64(tx.Who.Ward())))
	list, steps := newTable(tx, "measures", measureColumns), newTable(tx, "measure_steps", measureStepColumns)
	steps.after = list
	shown, err := shownHouse(ctx, tx)
	if err != nil {
		return err
	}
	var all []lacking
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x lacking
		err := scan(&x.id, &x.inspection, &x.house, &x.item, &x.content, &x.owner, &x.due, &x.state, &x.at, &x.by)
		all = append(all, x)
		return err
	}, `select x.id, x.inspection_id, x.house_id, x.item, x.measure, x.owner, x.due_on, x.state, x.noted_at, x.noted_by from shortcomings x
		where {scope x.house} and x.state in ('open', 'mended') order by x.id`); err != nil {
		return err
	}
	calendar := civil.StatutoryCalendar(Year, Year+1)
	for i := range all {
		x := &all[i]
		x.due = calendar.AddWorkingDays(x.due, 0)
		if err := own.measure(ctx, list, steps, x, x.house == shown); err != nil {
			return err
		}
	}
	if err := own.handOut(ctx, tx, list, steps, calendar); err != nil {
		return err
	}
	if err := own.atShownHouse(ctx, list, steps, shown, calendar); err != nil {
		return err
	}
	if err := list.flush(ctx); err != nil {
		return err
	}
	// As when an inspection is finished: the sheet names the working day to which the measure moved.
	if _, err := tx.Exec(ctx, `update shortcomings as x set due_on = coalesce((select min(m.due_on) from measures m
			where m.ward_id = x.ward_id and m.source = 'inspection' and m.source_id = x.id), x.due_on)
		where x.ward_id = {ward} and x.state in ('open', 'mended')`); err != nil {
		return err
	}
	return steps.flush(ctx)
}

// measure makes the measure of a shortcoming, with the steps that led to where it is. At the shown house the first ones wait for the
// head's word, so that a newcomer sees how the second key turns.
func (b *builder) measure(ctx context.Context, list, steps *table, x *lacking, shown bool) error {
	id, now := b.id(), Moment().UnixMilli()
	state, percent, role := "planned", 0, "head"
	if x.owner == "officer" || x.owner == "ward" {
		role = "officer"
	}
	dice := b.rand.Float64()
	switch {
	case x.state == "mended":
		state, percent = "verified", 100
	case shown && x.owner != "house" || !shown && dice < 0.18:
		state, percent = "reported", 100
		if shown {
			role = "officer"
		}
	case dice < 0.45:
		state, percent = "doing", 10*(1+b.rand.IntN(8))
	case dice < 0.52:
		state, percent = "ineffective", 100
	}
	at := x.at
	later := func() int64 {
		at += int64(1+b.rand.IntN(5)) * 86400000
		if at >= now {
			at = now - int64(time.Hour/time.Millisecond)
		}
		return at
	}
	lines := [][]any{{b.id(), id, "opened", x.at, string(x.due), 0, x.by, "officer", ""}}
	step := func(kind, by, note string, n int) {
		when := later()
		lines = append(lines, []any{b.id(), id, kind, when, string(civil.DayOf(time.UnixMilli(when))), n, "", by, note})
	}
	var reported, closed int64
	reportedAs := ""
	if state != "planned" {
		step("note", role, "Đã mua vật tư, hẹn thợ.", min(percent, 60))
	}
	if state == "reported" || state == "verified" || state == "ineffective" {
		step("report", role, "", 100)
		reported, reportedAs = at, role
	}
	second := "head"
	if role == "head" {
		second = "officer"
	}
	switch state {
	case "verified":
		step("verify", second, "", 100)
		closed = at
	case "ineffective":
		step("fail", second, "Làm rồi nhưng vài hôm sau lại hỏng.", 100)
		closed = at
	}
	add := func(id, content, state string, percent int, due civil.Day, reported int64, as string, previous any, opened, closed int64) error {
		return list.add(ctx, id, "inspection", x.id, "/inspections/"+x.inspection, x.house, nil, x.item, content, x.owner, "", string(due), string(due), state, percent, 0, "",
			reported, as, "", previous, opened, x.by, closed, at, 1)
	}
	if err := add(id, x.content, state, percent, x.due, reported, reportedAs, nil, x.at, closed); err != nil {
		return err
	}
	if state == "ineffective" {
		next := b.id()
		due := civil.DayOf(Moment()).AddDays(14)
		lines = append(lines, []any{b.id(), next, "opened", closed, string(due), 0, "", second, ""})
		if err := add(next, "Thay mới thay vì sửa: "+civil.LowerFirst(x.content), "planned", 0, due, 0, "", id, closed, 0); err != nil {
			return err
		}
	}
	for _, line := range lines {
		if err := steps.add(ctx, line...); err != nil {
			return err
		}
	}
	return nil
}

// handOut adds what the ward gave out: one for each of the first groups, and one for the ward.
func (b *builder) handOut(ctx context.Context, tx *db.Tx, list, steps *table, calendar civil.Calendar) error {
	var groups []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		groups = append(groups, id)
		return err
	}, `select a.id from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key, a.id`); err != nil {
		return err
	}
	today, opened := civil.DayOf(Moment()), Moment().AddDate(0, 0, -12).UnixMilli()
	for i, x := range handedOut {
		var group any
		if x.owner != "ward" && len(groups) > 0 {
			group = groups[i%len(groups)]
		}
		id, due := b.id(), calendar.AddWorkingDays(today, x.days)
		if err := list.add(ctx, id, "ward", "", "", nil, group, "", x.content, x.owner, x.name, string(due), string(due), "planned", 0, 0, "", 0, "", "", nil, opened,
			"Chỉ huy Công an phường", 0, opened, 1); err != nil {
			return err
		}
		if err := steps.add(ctx, b.id(), id, "opened", opened, string(due), 0, "Chỉ huy Công an phường", "command", ""); err != nil {
			return err
		}
	}
	return nil
}

// atShownHouse gives the head of the demo one thing to do, and one that the officer reported as done and that waits for the head's word.
func (b *builder) atShownHouse(ctx context.Context, list, steps *table, house string, calendar civil.Calendar) error {
	today, day := civil.DayOf(Moment()), int64(86400000)
	opened := Moment().AddDate(0, 0, -9).UnixMilli()
	const officer = "CSKV khu vực 1"
	for _, x := range []struct {
		content, owner, state string
		days                  int
	}{{"Gắn số gọi thợ khóa cạnh cổng chung", "house", "planned", 4}, {"Xin tờ hướng dẫn cư trú mới cho bảng tin", "officer", "reported", 2}} {
		id, due := b.id(), calendar.AddWorkingDays(today, x.days)
		var reported int64
		as, percent, at := "", 0, opened
		lines := [][]any{{b.id(), id, "opened", opened, string(due), 0, officer, "officer", ""}}
		if x.state == "reported" {
			reported, as, percent, at = opened+7*day, "officer", 100, opened+7*day
			lines = append(lines, []any{b.id(), id, "report", reported, string(civil.DayOf(time.UnixMilli(reported))), 100, officer, "officer", "Đã dán ở bảng tin tầng một."})
		}
		if err := list.add(ctx, id, "ward", "", "", house, nil, "", x.content, x.owner, "", string(due), string(due), x.state, percent, 0, "", reported, as, "", nil, opened,
			officer, 0,
			at, 1); err != nil {
			return err
		}
		for _, line := range lines {
			if err := steps.add(ctx, line...); err != nil {
				return err
			}
		}
	}
	return nil
}

// planned draws the plan on the eve of the inspections, when the houses have rated themselves and nobody has been to any. Five houses a week
// last every beat until the inspections end; the seed is one that leaves the first beat houses of another one in the week of the demo.
func (b *builder) planned(ctx context.Context, tx *db.Tx, inspect campaigns.Dates) error {
	own := *b
	own.rand = rand.New(rand.NewPCG(2611, uint64(tx.Who.Ward())))
	return plans.Record(ctx, tx, b.sets, plans.Order{
		Seed: "2026081930", Share: plans.LeastShare, Cross: plans.LeastCross, Others: true, PerDay: 5, DaysAWeek: 1, From: inspect.Starts, To: inspect.Ends,
	}, own.id(), inspect.Starts.AddDays(-1).At("17:30"))
}
