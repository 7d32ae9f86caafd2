package meetings

import (
	"context"
	"fmt"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
	"sonha/ward/measures"
)

// MeasuresJob is the work of making measures of the conclusions of minutes that were frozen. It is the program's own: the household
// that signs as secretary may open no measure.
const MeasuresJob = "meetings.measures"

// OpenMeasures makes a measure of each conclusion of a meeting whose minutes are frozen, once. A conclusion of which none can be made,
// because its house is no longer there, stays a line of the minutes.
func (s *Store) OpenMeasures(ctx context.Context, who access.Actor, payload []byte) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		m, err := get(ctx, tx, string(payload))
		if fault.Is(err, fault.Missing) || err == nil && m.State != Minuted {
			tx.Untold("the meeting is gone")
			return nil
		}
		if err != nil {
			return err
		}
		list, err := conclusions(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		n := 0
		for i := range list {
			c := &list[i]
			if c.Measure != "" {
				continue
			}
			measure, err := measures.Open(ctx, tx, c.measure(&m))
			if fault.Is(err, fault.Missing) || fault.Is(err, fault.Wrong) {
				continue
			}
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `update meeting_conclusions set measure_id = $1 where ward_id = {ward} and meeting_id = $2 and id = $3`, measure, m.ID, c.ID); err != nil {
				return err
			}
			n++
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.measures", Object: "meeting", ID: m.ID, House: m.House, Detail: fmt.Sprintf("mở %d biện pháp từ kết luận", n)})
	})
}

// measure is a conclusion as a measure: at the house, in the group or in the ward that met.
func (c *Conclusion) measure(m *Meeting) measures.New {
	return measures.New{
		From:  measures.Origin{Source: measures.FromMeeting, ID: c.ID, Href: home(m.ID) + "/minutes"},
		House: m.House, Group: m.Group, Content: c.Content, Owner: c.carrier(m.Level), Due: c.Due, On: civil.DayOf(m.Starts),
	}
}

// carrier is who carries a conclusion out, in the words of measures.
func (c *Conclusion) carrier(l gatherings.Level) measures.Owner {
	switch {
	case c.Owner == "command":
		return measures.ByCommand
	case c.Owner == "committee" || l == gatherings.Ward:
		return measures.ByWard
	case c.Owner == "officer":
		return measures.ByOfficer
	case l == gatherings.House && (c.Owner == "head" || c.Owner == "households"):
		return measures.ByHouse
	}
	return measures.ByGroup
}
