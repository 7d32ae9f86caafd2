package results

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
)

// Store keeps the tables of this feature.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database, judging each campaign by the version of the sets that it has.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

// Assessed takes a self-assessment that was sent. It never touches a house that was inspected: from then on
// the findings count.
func (s *Store) Assessed(ctx context.Context, tx *db.Tx, campaign, house string, self criteria.Answers) error {
	if err := unfrozen(ctx, tx, campaign); err != nil {
		return err
	}
	set, err := s.sets.OfCampaign(ctx, tx, campaign)
	if err != nil {
		return err
	}
	v := criteria.Judge(set, self)
	_, err = tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing,
			differs, exception, inspected_on, recheck_by, inspection_id, proposed_by, reason, approved_by, updated_at, version)
		values ({ward}, $1, $2, 'assessed', 'not_inspected', $3, '', $4, $5, $6, $7, $8, 0, '', '', '', '', '', '', '', $9, 1)
		on conflict (ward_id, campaign_id, house_id) do update set rule_class = excluded.rule_class, answers = excluded.answers, contents = excluded.contents,
			points = excluded.points, points_max = excluded.points_max, missing = excluded.missing, updated_at = excluded.updated_at, version = results.version + 1
		where results.stage = 'assessed'`,
		campaign, house, v.Class.String(), string(self), ContentLetters(&v), v.Points, v.Max, strings.Join(missing(set, self), ","), tx.Millis())
	if err != nil {
		return err
	}
	return s.RecountHouse(ctx, tx, campaign, house)
}

// Outcome is what a finished inspection says of a house.
type Outcome = inspections.Outcome

// Inspected takes a finished inspection with the class that the officer proposes. It waits for approval; a
// result that was approved before is proposed anew.
func (s *Store) Inspected(ctx context.Context, tx *db.Tx, o Outcome) error {
	if err := unfrozen(ctx, tx, o.Campaign); err != nil {
		return err
	}
	set, err := s.sets.OfCampaign(ctx, tx, o.Campaign)
	if err != nil {
		return err
	}
	known := criteria.Merge(set, o.Self, o.Found)
	v := criteria.Judge(set, known)
	if o.Class == criteria.NotInspected {
		return fault.Invalid("class", "results.choose_class")
	}
	if o.Class != v.Class && civil.NFC(o.Reason) == "" {
		return fault.Invalid("reason", "results.reason_needed")
	}
	differences, _ := criteria.Differences(set, o.Self, o.Found)
	exception := exceptions(&o, v.Class, len(differences))
	_, err = tx.Exec(ctx, `insert into results (ward_id, campaign_id, house_id, stage, class, rule_class, proposed_class, answers, contents, points, points_max, missing,
			differs, exception, inspected_on, recheck_by, inspection_id, proposed_at, proposed_by, reason, approved_by, updated_at, version, proposed_account)
		values ({ward}, $1, $2, 'proposed', $3, $4, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', $15, 1, $18)
		on conflict (ward_id, campaign_id, house_id) do update set stage = excluded.stage, class = excluded.class, rule_class = excluded.rule_class,
			proposed_class = excluded.proposed_class, answers = excluded.answers, contents = excluded.contents, points = excluded.points, points_max = excluded.points_max,
			missing = excluded.missing, differs = excluded.differs, exception = excluded.exception, inspected_on = excluded.inspected_on, recheck_by = excluded.recheck_by,
			inspection_id = excluded.inspection_id, proposed_at = excluded.proposed_at, proposed_by = excluded.proposed_by,
			proposed_account = excluded.proposed_account, reason = excluded.reason, approved_at = null, approved_by = '', decision = '',
			updated_at = excluded.updated_at, version = results.version + 1`,
		o.Campaign, o.House, o.Class.String(), v.Class.String(), string(known), ContentLetters(&v), v.Points, v.Max, strings.Join(missing(set, known), ","),
		len(differences), strings.Join(exception, ","), string(o.On), recheck(set, o.Class, o.On), o.Inspection, tx.Millis(), tx.Who.Name(),
		civil.NFC(o.Reason), tx.Who.Account())
	if err != nil {
		return err
	}
	return s.RecountHouse(ctx, tx, o.Campaign, o.House)
}

// exceptions says why the command should look at a proposal before approving it with the others.
func exceptions(o *Outcome, rule criteria.Class, differ int) []string {
	var list []string
	if o.Class != rule {
		list = append(list, OtherThanRule)
	}
	if differ >= manyDiffer {
		list = append(list, ManyDiffer)
	}
	if o.HeadComment {
		list = append(list, HeadComments)
	}
	if looked := len(o.Found) - o.Found.Unanswered(); looked*2 < len(o.Found) {
		list = append(list, FewFound)
	}
	return list
}

// recheck is the last day to mend what a house that passes on condition lacks, empty for the other classes.
func recheck(set *criteria.Set, class criteria.Class, inspected civil.Day) string {
	if class != criteria.Conditional || inspected.IsZero() {
		return ""
	}
	return string(inspected.AddDays(set.MendDays))
}

func missing(set *criteria.Set, known criteria.Answers) []string {
	var codes []string
	plan := criteria.MakePlan(set, known)
	for _, step := range plan.Steps {
		codes = append(codes, step.Item.Code)
	}
	return codes
}

const columns = `r.campaign_id, r.house_id, r.stage, r.class, r.rule_class, r.proposed_class, r.answers, r.contents, r.points, r.points_max, r.missing, r.differs,
	r.exception, r.inspected_on, r.recheck_by, r.inspection_id, coalesce(r.proposed_at, 0), r.proposed_by, r.proposed_account, r.reason,
	coalesce(r.approved_at, 0), r.approved_by, r.decision, r.version`

func scanResult(scan func(...any) error) (Result, error) {
	var r Result
	var class, rule, proposed, missing, exception string
	var proposedAt, approvedAt int64
	err := scan(&r.CampaignID, &r.HouseID, &r.Stage, &class, &rule, &proposed, &r.Answers, &r.Contents, &r.Points, &r.Max, &missing, &r.Differs,
		&exception, &r.Inspected, &r.RecheckBy, &r.Inspection, &proposedAt, &r.ProposedBy, &r.proposedAccount, &r.Reason,
		&approvedAt, &r.ApprovedBy, &r.Decision, &r.Version)
	r.Class, _ = criteria.ParseClass(class)
	r.Rule, _ = criteria.ParseClass(rule)
	r.Proposed, _ = criteria.ParseClass(proposed)
	r.Missing, r.Exception = split(missing), split(exception)
	r.ProposedAt, r.ApprovedAt = millis(proposedAt), millis(approvedAt)
	return r, err
}

// Of gives a house's result in a campaign inside a unit of work; the zero Result (stage None) when the house
// has not begun. Its reach is the caller's, who has found the house already.
func Of(ctx context.Context, tx *db.Tx, campaign, house string) (Result, error) {
	r, err := scanResult(tx.One(ctx, `select `+columns+` from results r where {scope r.house} and r.campaign_id = $1 and r.house_id = $2`, campaign, house).Scan)
	if fault.Is(err, fault.Missing) {
		return Result{CampaignID: campaign, HouseID: house}, nil
	}
	return r, err
}

// unfrozen refuses to change a campaign that is closed.
func unfrozen(ctx context.Context, tx *db.Tx, campaign string) error {
	c, err := campaigns.InTx(ctx, tx, campaign)
	if err == nil && c.Phase == campaigns.Closed {
		err = fault.Shut("campaigns.is_closed")
	}
	return err
}
