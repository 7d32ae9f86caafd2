package demo

import (
	"context"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

// visit is an inspection of the year under way with what came of it, all but whose officer was there.
type visit struct {
	id, house         string
	on                civil.Day
	at                int64
	found             criteria.Answers
	comment           string // of the head
	short             []lack
	verdict           criteria.Verdict
	class             criteria.Class // that the officer proposes
	reason            string         // why not the one of the rules
	contents, missing string
	differs           int
	exception         []string
	recheck           string
	finished          past
	approved          past // without an id: it still waits
}

// lack is what an inspection found lacking.
type lack struct {
	id, item, what, measure, owner, due, state string
}

// visit throws the dice for an inspection.
func (b *builder) visit(y *year, h *house, self, found criteria.Answers) visit {
	v := visit{id: b.id(), house: h.id, found: found, on: b.day(y.c.Of(campaigns.Inspect).Starts, civil.DayOf(Moment()))}
	v.at = min(b.at(v.on), Moment().Add(-time.Hour).UnixMilli())
	if b.chance(0.01) {
		v.comment = "Số nhà xin kiểm tra lại sau khi thay đèn cầu thang."
	}
	v.verdict = criteria.Judge(b.set, found)
	v.short = b.shortcomings(found, v.on)
	v.class, v.contents, v.missing = v.verdict.Class, results.ContentLetters(&v.verdict), strings.Join(b.missing(found), ",")
	differences, _ := criteria.Differences(b.set, self, found)
	v.differs = len(differences)
	if b.chance(0.004) && v.class == criteria.Safe {
		v.class, v.reason = criteria.Conditional, "Chỗ để xe chung vừa hỏng khóa, chờ sửa."
		v.exception = append(v.exception, results.OtherThanRule)
	}
	if v.differs >= 6 {
		v.exception = append(v.exception, results.ManyDiffer)
	}
	if v.comment != "" {
		v.exception = append(v.exception, results.HeadComments)
	}
	if v.class == criteria.Conditional {
		v.recheck = string(v.on.AddDays(b.set.MendDays))
	}
	v.finished = past{b.timed(v.at), v.at}
	fresh := v.on >= civil.DayOf(Moment()).AddDays(-2)
	if !fresh && (len(v.exception) == 0 || b.chance(0.8)) {
		when := v.at + 2*86400000
		v.approved = past{b.timed(when), when}
	}
	return v
}

// shortcomings notes what an inspection found lacking, with its measure.
func (b *builder) shortcomings(found criteria.Answers, on civil.Day) []lack {
	var list []lack
	for i := range b.set.Len() {
		if found.At(i) != criteria.Fail {
			continue
		}
		item, _ := b.set.Item(i)
		x := lack{item: item.Code, what: item.Label.VI, measure: item.Action.VI, state: "open"}
		if len(item.Chips) > 0 {
			x.what = pick(b, item.Chips).VI
		}
		due := on.AddDays(30)
		x.due = string(due)
		if due < civil.DayOf(Moment()) && b.chance(0.85) {
			x.state = "mended"
		}
		x.owner = pick(b, []string{"house", "house", "house", "officer", "ward"})
		x.id = b.id()
		list = append(list, x)
	}
	return list
}

// write writes the rows of a visit that an officer made.
func (v *visit) write(ctx context.Context, y *year, from crew) error {
	officer := from.officer
	if err := y.inspections.add(ctx, v.id, y.c.ID, v.house, "planned", "finished", string(v.on), string(v.found), len(v.found), officer+", cán bộ Công an phường",
		"Đại diện Ban công tác Mặt trận", "", "", v.comment, v.at, officer, v.at, v.at, officer, from.home, from.by, 1); err != nil {
		return err
	}
	for _, x := range v.short {
		if err := y.short.add(ctx, x.id, v.id, y.c.ID, v.house, x.item, x.what, "", x.measure, x.owner, x.due, x.state, v.at, officer); err != nil {
			return err
		}
	}
	name := v.class.Name().VI
	if err := y.note(ctx, v.house, v.finished, "officer", officer, "inspection.finish", name); err != nil {
		return err
	}
	stage, approvedAt, approvedBy := "proposed", any(nil), ""
	if v.approved.id != "" {
		stage, approvedAt, approvedBy = "approved", v.approved.at, "Chỉ huy Công an phường"
		if err := y.note(ctx, v.house, v.approved, "command", approvedBy, "result.approve", name); err != nil {
			return err
		}
	}
	return y.results.add(ctx, y.c.ID, v.house, stage, v.class.String(), v.verdict.Class.String(), v.class.String(), string(v.found), v.contents, v.verdict.Points,
		v.verdict.Max, v.missing, v.differs, strings.Join(v.exception, ","), string(v.on), v.recheck, v.id, v.at, officer, v.reason, approvedAt, approvedBy, v.at, 1)
}

// crew is who comes to a house: an area officer of a beat.
type crew struct{ officer, home, by string }

// officers says by house whose officer comes: whom the plan sends, and to a house that it does not name the one of its beat.
func officers(ctx context.Context, tx *db.Tx) (map[string]crew, error) {
	of := map[string]crew{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var house, beat string
		var c crew
		err := scan(&house, &beat, &c.home, &c.by)
		c.officer = "CSKV " + civil.LowerFirst(beat)
		of[house] = c
		return err
	}, `select h.id, b.name, h.beat_id, b.id from houses h
		left join plan_visits v on v.ward_id = h.ward_id and v.house_id = h.id and v.by_beat <> ''
		join beats b on b.ward_id = h.ward_id and b.id = coalesce(v.by_beat, h.beat_id)
		where {scope h}`)
	return of, err
}
