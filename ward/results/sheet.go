package results

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
)

// Sheet is everything that the command needs to decide on one house.
type Sheet struct {
	Campaign     campaigns.Campaign
	House        houses.House
	Result       Result
	Verdict      criteria.Verdict // of what is known; zero for results of earlier years
	Self         criteria.Answers // as the house sent them, empty without a self-assessment
	Visit        Visit
	Shortcomings []Shortcoming
	Photos       []string // ids
	AsOf         time.Time
}

// Visit is what the inspection noted besides its findings.
type Visit struct {
	On                            civil.Day
	Kind                          string // catalog key part: planned, sudden, repeat, sample
	Found                         int    // items looked at
	Members, ResidentSide         string
	Remarks, HeadComment, Present string
}

// Shortcoming is what an inspection found lacking, with its measure.
type Shortcoming struct {
	Item                string
	What, Note, Measure string
	Owner               string // catalog key part: house, officer, ward, other
	Due                 civil.Day
	State               string
}

// Sheet gives one house's proposal with what it rests on, in the campaign of a year (0: the current one).
func (s *Store) Sheet(ctx context.Context, who access.Actor, house string, year int) (Sheet, error) {
	var x Sheet
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		x.AsOf = tx.Now
		var err error
		if x.House, err = houses.InTx(ctx, tx, house); err != nil {
			return err
		}
		if x.Campaign, err = campaigns.OfYearTx(ctx, tx, year); err != nil {
			return err
		}
		if x.Result, err = Of(ctx, tx, x.Campaign.ID, house); err != nil {
			return err
		}
		set, err := s.sets.OfCampaign(ctx, tx, x.Campaign.ID)
		if err != nil {
			return err
		}
		if len(x.Result.Answers) == set.Len() {
			x.Verdict = criteria.Judge(set, x.Result.Answers)
		}
		return x.read(ctx, tx)
	})
	return x, err
}

// read fills in self-assessment, inspection, shortcomings and photos.
func (x *Sheet) read(ctx context.Context, tx *db.Tx) error {
	err := tx.One(ctx, `select a.answers from assessments a where {scope a.house} and a.campaign_id = $1 and a.house_id = $2 and a.state = 'sent'`,
		x.Campaign.ID, x.House.ID).Scan(&x.Self)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if x.Result.Inspection == "" {
		return nil
	}
	v := &x.Visit
	err = tx.One(ctx, `select i.inspected_on, i.kind, i.found, i.members, i.resident_side, i.remarks, i.head_comment, i.present
		from inspections i where {scope i.house} and i.id = $1`, x.Result.Inspection).
		Scan(&v.On, &v.Kind, &v.Found, &v.Members, &v.ResidentSide, &v.Remarks, &v.HeadComment, &v.Present)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var c Shortcoming
		err := scan(&c.Item, &c.What, &c.Note, &c.Measure, &c.Owner, &c.Due, &c.State)
		x.Shortcomings = append(x.Shortcomings, c)
		return err
	}, `select x.item, x.what, x.note, x.measure, x.owner, x.due_on, x.state from shortcomings x
		where {scope x.house} and x.inspection_id = $1 and x.state <> 'dropped' order by x.due_on, x.id`, x.Result.Inspection); err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		x.Photos = append(x.Photos, id)
		return err
	}, `select p.id from photos p where {scope p.house} and p.inspection_id = $1 order by p.id`, x.Result.Inspection)
}
