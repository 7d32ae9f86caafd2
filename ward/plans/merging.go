package plans

import (
	"context"

	"sonha/engine/db"
	"sonha/ward/areas"
)

// ofCurrent is the condition that a visit v is of the plan in force.
const ofCurrent = `exists (select 1 from plans p where p.ward_id = v.ward_id and p.id = v.plan_id and p.state = 'current')`

// AreasRedrawn gives the visits of the current plan that a beat had before it was merged to the beat it went into. The sample stays
// as it was drawn. A visit to a house of one by the officer of the other is no visit across any more.
func (s *Store) AreasRedrawn(ctx context.Context, tx *db.Tx, m areas.Merge) error {
	if m.Part != areas.OfBeat || m.From == "" {
		return nil
	}
	for what, which := range map[areas.Carried]string{
		areas.CarriedVisitBy: `v.by_beat = $1`, areas.CarriedVisitHome: `v.home_beat = $1`,
		areas.CarriedVisitCross: `v.crossed and (v.by_beat = $1 and v.home_beat = $2 or v.by_beat = $2 and v.home_beat = $1)`,
	} {
		args := []any{m.From}
		if what == areas.CarriedVisitCross {
			args = append(args, m.Into)
		}
		touched := `select v.ward_id, v.house_id as id from plan_visits v where v.ward_id = {ward} and (` + which + `) and ` + ofCurrent
		if err := areas.Keep(ctx, tx, m, what, touched, args...); err != nil {
			return err
		}
	}
	for _, text := range []string{
		`update plan_visits as v set by_beat = $1 where v.ward_id = {ward} and v.by_beat = $2 and ` + ofCurrent,
		`update plan_visits as v set home_beat = $1 where v.ward_id = {ward} and v.home_beat = $2 and ` + ofCurrent,
	} {
		if _, err := tx.Exec(ctx, text, m.Into, m.From); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update plan_visits as v set crossed = $1 where v.ward_id = {ward} and v.by_beat = v.home_beat and v.by_beat = $2 and v.crossed and `+ofCurrent,
		false, m.Into)
	return err
}

// AreasReturned gives the visits of the current plan back that a beat had before it was merged. A plan that was drawn meanwhile makes the
// whole wait (moves).
func (s *Store) AreasReturned(ctx context.Context, tx *db.Tx, r areas.Return) error {
	if r.Part != areas.OfBeat {
		return nil
	}
	for _, x := range []struct {
		column string
		what   areas.Carried
	}{{"by_beat", areas.CarriedVisitBy}, {"home_beat", areas.CarriedVisitHome}} {
		if _, err := tx.Exec(ctx, `update plan_visits as v set `+x.column+` = $1 where v.ward_id = {ward} and v.`+x.column+` = $2 and `+ofCurrent+` and `+
			areas.Came(x.what, "v", "house_id", "$3"), r.From, r.Into, r.Change); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update plan_visits as v set crossed = $1 where v.ward_id = {ward} and v.by_beat <> v.home_beat and `+ofCurrent+` and `+
		areas.Came(areas.CarriedVisitCross, "v", "house_id", "$2"), true, r.Change)
	return err
}
