package dossiers

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
)

// resolve finds out what the group and the beat of a filter are by now, whether its campaign is closed, and where the item that it asks for
// stands in the answers to the version of that campaign; an item that the version does not have is left out. p may be nil.
func (s *Store) resolve(ctx context.Context, tx *db.Tx, f *Filter, c *campaigns.Campaign, p *Page) error {
	set, err := s.sets.OfCampaign(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if set.Index(f.Missing) < 0 {
		f.Missing = ""
	}
	if f.belowAt = set.Index(f.Below) + 1; f.belowAt == 0 {
		f.Below = ""
	}
	if f.foundAt = set.Index(f.Found.Code) + 1; f.foundAt == 0 {
		f.Found = Finding{}
	}
	if f.passedAt = slices.Index(set.ContentCodes(), f.Passed) + 1; f.passedAt == 0 {
		f.Passed = ""
	}
	if c.Phase == campaigns.Closed && !c.ClosedAt.IsZero() {
		f.closedAt = c.ClosedAt.UnixMilli()
	}
	group, wasGroup, err := areas.FormerTx(ctx, tx, f.Group)
	if err != nil {
		return err
	}
	beat, wasBeat, err := areas.FormerTx(ctx, tx, f.Beat)
	if err != nil {
		return err
	}
	f.formerGroup, f.formerBeat = wasGroup, wasBeat
	if p != nil && wasGroup {
		p.FormerGroup = &group
	}
	if p != nil && wasBeat {
		p.FormerBeat = &beat
	}
	return nil
}

// group is the group of a house in the year that is shown. In a closed campaign a house counts in the group in which it was when that was
// closed: the one that it left in its first move since.
func (q *query) group(f *Filter) string {
	if f.closedAt == 0 {
		return `h.group_id`
	}
	const since = `from house_moves w where w.ward_id = h.ward_id and w.house_id = h.id and w.made_at >= `
	at := q.arg(f.closedAt)
	return `case when exists (select 1 ` + since + at + `) then (select w.from_group ` + since + at + ` order by w.version limit 1) else h.group_id end`
}

// areas adds the group and the beat of a filter. A group or beat that was merged holds the houses that it had then, so that an old link
// still opens to them.
func (q *query) areas(f *Filter) {
	switch {
	case f.Group == "":
	case f.closedAt == 0 && f.formerGroup:
		q.text.WriteString(` and ` + areas.MergedAway(areas.OfGroup, q.arg(f.Group)))
	default:
		q.text.WriteString(` and ` + q.group(f) + ` = ` + q.arg(f.Group))
	}
	switch {
	case f.Beat == "":
	case f.formerBeat:
		q.text.WriteString(` and ` + areas.MergedAway(areas.OfBeat, q.arg(f.Beat)))
	default:
		q.text.WriteString(` and h.beat_id = ` + q.arg(f.Beat))
	}
}
