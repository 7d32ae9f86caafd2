package demo

import (
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

const resultColumns = `campaign_id house_id stage class rule_class proposed_class answers contents points points_max missing differs exception inspected_on recheck_by
	inspection_id proposed_at proposed_by reason approved_at approved_by updated_at version`

// The chance that an inspected house is safe, and safe on condition.
func odds(year int) (safe, conditional float64) {
	return 0.80 + 0.015*float64(year-First), 0.05
}

func (b *builder) class(year int) criteria.Class {
	safe, conditional := odds(year)
	switch p := b.rand.Float64(); {
	case p < safe:
		return criteria.Safe
	case p < safe+conditional:
		return criteria.Conditional
	default:
		return criteria.NotSafe
	}
}

// history makes the closed years before: a class and a day for each inspected house, as the old books have it.
func (b *builder) history(ctx context.Context, tx *db.Tx) error {
	into := newTable(tx, "results", resultColumns)
	for year := First; year < Year; year++ {
		c, err := campaigns.Add(ctx, tx, campaigns.New{Year: year, Criteria: b.set.Version, Dates: campaigns.Plan(year)}, campaigns.Imported, campaigns.Closed)
		if err != nil {
			return err
		}
		inspect := c.Of(campaigns.Inspect)
		for i := range b.made {
			if !b.chance(0.66 + 0.05*float64(year-First)) {
				continue
			}
			class := b.class(year).String()
			on := string(b.day(inspect.Starts, inspect.Ends))
			if err := into.add(ctx, c.ID, b.made[i].id, "inspected", class, "", "", "", "", 0, 0, "", 0, "", on, "", "", nil, "", "", nil, "",
				Moment().UnixMilli(), 1); err != nil {
				return err
			}
		}
		if err := into.flush(ctx); err != nil {
			return err
		}
		if err := b.results.RecountAll(ctx, tx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// year gathers the tables of the campaign under way.
type year struct {
	c                                        campaigns.Campaign
	assessments, inspections, short, results *table
	tx                                       *db.Tx // for the audit trail
}

// campaign makes the year under way: pledges, self-assessments, inspections, proposals and approvals.
func (b *builder) campaign(ctx context.Context, tx *db.Tx) error {
	c, err := campaigns.Add(ctx, tx, campaigns.New{Year: Year, Criteria: b.set.Version, Dates: plan()}, campaigns.Ours, campaigns.Inspect)
	if err != nil {
		return err
	}
	y := &year{
		c:           c,
		assessments: newTable(tx, "assessments", `campaign_id house_id answers answered pledged by_proxy state updated_at updated_by sent_at sent_by version`),
		inspections: newTable(tx, "inspections", `id campaign_id house_id kind state inspected_on findings found members resident_side present remarks head_comment
			started_at started_by updated_at finished_at finished_by version`),
		short:   newTable(tx, "shortcomings", `id inspection_id campaign_id house_id item what note measure owner due_on state noted_at noted_by`),
		results: newTable(tx, "results", resultColumns),
		tx:      tx,
	}
	y.short.after = y.inspections
	for i := range b.made {
		if err := b.oneYear(ctx, y, &b.made[i]); err != nil {
			return err
		}
	}
	if err := flushAll(ctx, y.assessments, y.inspections, y.short, y.results); err != nil {
		return err
	}
	if err := b.answers(ctx, tx, c.ID); err != nil {
		return err
	}
	return b.results.RecountAll(ctx, tx, c.ID)
}

func (b *builder) oneYear(ctx context.Context, y *year, h *house) error {
	pledged := h.households
	for range h.households {
		if b.chance(0.04) {
			pledged--
		}
	}
	found := b.found(h.quality, b.class(Year))
	self := b.rated(found)
	state, sentAt := "sent", any(nil)
	on := b.day(y.c.Of(campaigns.Assess).Starts, y.c.Of(campaigns.Assess).Ends)
	at := b.at(on)
	answered := b.set.Len()
	head := h.head
	if head == "" {
		head = "Trưởng số nhà"
	}
	switch {
	case b.chance(0.05): // not begun
		return nil
	case b.chance(0.04): // half done
		state = "draft"
		for i := b.set.Len() / 2; i < b.set.Len(); i++ {
			self = self.With(i, criteria.Unanswered)
		}
		answered = b.set.Len() / 2
	default:
		sentAt = at
	}
	sentBy := ""
	if sentAt != nil {
		sentBy = head
	}
	if err := y.assessments.add(ctx, y.c.ID, h.id, string(self), answered, pledged, b.chance(0.08), state, at, head, sentAt, sentBy, 1); err != nil {
		return err
	}
	if err := b.note(ctx, y, h, at-90*86400000, "head", head, "pledge.count", fmt.Sprintf("%d/%d hộ", pledged, h.households)); err != nil {
		return err
	}
	if state == "draft" {
		return nil
	}
	if err := b.note(ctx, y, h, at, "head", head, "assessment.send", ""); err != nil {
		return err
	}
	// Coverage differs from group to group, as officers do.
	if !b.chance(0.95 - 0.035*float64(h.group%13)) {
		return b.assessedOnly(ctx, y, h, self, at)
	}
	return b.inspected(ctx, y, h, self, found)
}

func (b *builder) assessedOnly(ctx context.Context, y *year, h *house, self criteria.Answers, at int64) error {
	v := criteria.Judge(b.set, self)
	return y.results.add(ctx, y.c.ID, h.id, "assessed", "not_inspected", v.Class.String(), "", string(self), results.ContentLetters(&v), v.Points, v.Max,
		strings.Join(b.missing(self), ","), 0, "", "", "", "", nil, "", "", nil, "", at, 1)
}

func (b *builder) missing(a criteria.Answers) []string {
	var codes []string
	p := criteria.MakePlan(b.set, a)
	for _, s := range p.Steps {
		codes = append(codes, s.Item.Code)
	}
	return codes
}

func (b *builder) inspected(ctx context.Context, y *year, h *house, self, found criteria.Answers) error {
	id := b.id()
	on := b.day(y.c.Of(campaigns.Inspect).Starts, civil.DayOf(Moment()))
	at := b.at(on)
	officer := fmt.Sprintf("CSKV khu vực %d", h.group*housesPerGroup/housesPerBeat+1)
	comment := ""
	if b.chance(0.01) {
		comment = "Số nhà xin kiểm tra lại sau khi thay đèn cầu thang."
	}
	if err := y.inspections.add(ctx, id, y.c.ID, h.id, "planned", "finished", string(on), string(found), b.set.Len(), officer+", cán bộ Công an phường",
		"Đại diện Ban công tác Mặt trận", "", "", comment, at, officer, at, at, officer, 1); err != nil {
		return err
	}
	v := criteria.Judge(b.set, found)
	if err := b.shortcomings(ctx, y, h, id, found, on, at, officer); err != nil {
		return err
	}
	differences, _ := criteria.Differences(b.set, self, found)
	class, reason := v.Class, ""
	var exception []string
	if b.chance(0.004) && class == criteria.Safe {
		class, reason = criteria.Conditional, "Chỗ để xe chung vừa hỏng khóa, chờ sửa."
		exception = append(exception, results.OtherThanRule)
	}
	if len(differences) >= 6 {
		exception = append(exception, results.ManyDiffer)
	}
	if comment != "" {
		exception = append(exception, results.HeadComments)
	}
	recheck := ""
	if class == criteria.Conditional {
		recheck = string(on.AddDays(b.set.MendDays))
	}
	if err := b.note(ctx, y, h, at, "officer", officer, "inspection.finish", class.Name().VI); err != nil {
		return err
	}
	stage, approvedAt, approvedBy := "proposed", any(nil), ""
	fresh := on >= civil.DayOf(Moment()).AddDays(-2)
	if !fresh && (len(exception) == 0 || b.chance(0.8)) {
		when := at + 2*86400000
		stage, approvedAt, approvedBy = "approved", when, "Chỉ huy Công an phường"
		if err := b.note(ctx, y, h, when, "command", approvedBy, "result.approve", class.Name().VI); err != nil {
			return err
		}
	}
	return y.results.add(ctx, y.c.ID, h.id, stage, class.String(), v.Class.String(), class.String(), string(found), results.ContentLetters(&v), v.Points, v.Max,
		strings.Join(b.missing(found), ","), len(differences), strings.Join(exception, ","), string(on), recheck, id, at, officer, reason, approvedAt, approvedBy, at, 1)
}

// shortcomings notes what an inspection found lacking, with its measure.
func (b *builder) shortcomings(ctx context.Context, y *year, h *house, inspection string, found criteria.Answers, on civil.Day, at int64, officer string) error {
	for i := range b.set.Len() {
		v := found.At(i)
		if v != criteria.Fail {
			continue
		}
		item, _ := b.set.Item(i)
		what := item.Label.VI
		if len(item.Chips) > 0 {
			what = pick(b, item.Chips).VI
		}
		due := on.AddDays(30)
		state := "open"
		if due < civil.DayOf(Moment()) && b.chance(0.85) {
			state = "mended"
		}
		owner := pick(b, []string{"house", "house", "house", "officer", "ward"})
		if err := y.short.add(ctx, b.id(), inspection, y.c.ID, h.id, item.Code, what, "", item.Action.VI, owner, string(due), state, at, officer); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) note(ctx context.Context, y *year, h *house, at int64, role, actor, action, detail string) error {
	object, _, _ := strings.Cut(action, ".")
	return y.tx.AuditPast(ctx, db.Past{ID: b.timed(at), At: at, Actor: actor, Role: access.Role(role)},
		db.Entry{Action: action, Object: object, ID: h.id, House: h.id, Detail: detail})
}

// timed is an id whose time is that of the record, because histories are read in the order of ids.
func (b *builder) timed(at int64) string {
	id := b.id()
	var raw [16]byte
	for i := range 6 {
		raw[i] = byte(uint64(at) >> (8 * (5 - i)))
	}
	return db.EncodeID(raw)[:9] + id[9:]
}
