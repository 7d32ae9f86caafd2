package demo

import (
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
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
	visits                                   []visit // in the order of their houses; written when the plan says whose they are
	tx                                       *db.Tx  // for the audit trail
}

// campaign makes the year under way: pledges and self-assessments, then the plan that is drawn from them, then inspections by whom the plan
// sends, proposals and approvals. The dice of a house fall all at once, before the plan: no draw changes what is found, and when.
func (b *builder) campaign(ctx context.Context, tx *db.Tx) error {
	c, err := campaigns.Add(ctx, tx, campaigns.New{Year: Year, Criteria: b.set.Version, Dates: plan()}, campaigns.Ours, campaigns.Inspect)
	if err != nil {
		return err
	}
	y := &year{
		c:           c,
		assessments: newTable(tx, "assessments", `campaign_id house_id answers answered pledged by_proxy state updated_at updated_by sent_at sent_by version`),
		inspections: newTable(tx, "inspections", `id campaign_id house_id kind state inspected_on findings found members resident_side present remarks head_comment
			started_at started_by updated_at finished_at finished_by home_beat by_beat version`),
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
	if err := y.assessments.flush(ctx); err != nil {
		return err
	}
	if err := b.planned(ctx, tx, c.Of(campaigns.Inspect)); err != nil {
		return err
	}
	sent, err := officers(ctx, tx)
	if err != nil {
		return err
	}
	for i := range y.visits {
		v := &y.visits[i]
		if err := v.write(ctx, y, sent[v.house]); err != nil {
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
	y.visits = append(y.visits, b.visit(y, h, self, found))
	return nil
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

// note writes what somebody did at a house into the audit trail.
func (b *builder) note(ctx context.Context, y *year, h *house, at int64, role, actor, action, detail string) error {
	return y.note(ctx, h.id, past{b.timed(at), at}, role, actor, action, detail)
}

// past is the line of an audit trail by its id and its time.
type past struct {
	id string
	at int64
}

func (y *year) note(ctx context.Context, house string, p past, role, actor, action, detail string) error {
	object, _, _ := strings.Cut(action, ".")
	return y.tx.AuditPast(ctx, db.Past{ID: p.id, At: p.at, Actor: actor, Role: access.Role(role)},
		db.Entry{Action: action, Object: object, ID: house, House: house, Detail: detail})
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
