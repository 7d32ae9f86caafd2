package results

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Revision corrects an approved result with a reason, after the house has asked for another look.
type Revision struct {
	Answers criteria.Answers // findings that were corrected, the others open
	Class   criteria.Class   // NotInspected: what the rules give after the correction
	Reason  string
	Version int // of the result that was corrected
}

// Revise puts corrected findings over those of a result and sets its class, and gives the class that holds now. The caller has
// decided that the actor may, keeps what was there before, and tells the house. It leaves its own audit line.
func (s *Store) Revise(ctx context.Context, tx *db.Tx, campaign, house string, x Revision) (criteria.Class, error) {
	if _, err := campaigns.Must(ctx, tx, campaign, campaigns.Approving); err != nil {
		return criteria.NotInspected, err
	}
	r, err := Of(ctx, tx, campaign, house)
	if err != nil {
		return criteria.NotInspected, err
	}
	if r.Stage != Approved || r.Version != x.Version {
		return r.Class, fault.Conflict("fault.changed")
	}
	set, err := s.sets.OfCampaign(ctx, tx, campaign)
	if err != nil {
		return r.Class, err
	}
	known := criteria.Merge(set, r.Answers, x.Answers)
	v := criteria.Judge(set, known)
	class := x.Class
	if class == criteria.NotInspected {
		class = v.Class
	}
	n, err := tx.Exec(ctx, `update results as r set class = $1, rule_class = $2, answers = $3, contents = $4, points = $5, points_max = $6, missing = $7, recheck_by = $8,
			decision = $9, approved_at = $10, approved_by = $11, updated_at = $10, version = r.version + 1
		where {scope r.house} and r.campaign_id = $12 and r.house_id = $13 and r.version = $14`,
		class.String(), v.Class.String(), string(known), ContentLetters(&v), v.Points, v.Max, strings.Join(missing(set, known), ","), recheck(set, class, r.Inspected),
		x.Reason, tx.Millis(), tx.Who.Name(), campaign, house, x.Version)
	if err != nil {
		return class, err
	}
	if n == 0 {
		return class, fault.Conflict("fault.changed")
	}
	if err := tx.Audit(ctx, db.Entry{Action: "result.revise", Object: "result", ID: house, House: house, Detail: r.Class.Name().VI + " → " + class.Name().VI}); err != nil {
		return class, err
	}
	return class, s.RecountHouse(ctx, tx, campaign, house)
}

// Recheck sets the day by which a house is to be inspected again. The caller has decided that the actor may.
func (s *Store) Recheck(ctx context.Context, tx *db.Tx, campaign, house string, by civil.Day) error {
	if err := unfrozen(ctx, tx, campaign); err != nil {
		return err
	}
	return tx.Must1(tx.Exec(ctx, `update results as r set recheck_by = $1, updated_at = $2, version = r.version + 1
		where {scope r.house} and r.campaign_id = $3 and r.house_id = $4`,
		string(by), tx.Millis(), campaign, house))
}
