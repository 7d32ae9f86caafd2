package assessments

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/criteria/paper"
)

// Taken says what came of sheets that were filled in on paper.
type Taken struct {
	paper.Taken

	Sent   int `json:"sent"`   // whole ones that were sent
	Drafts int `json:"drafts"` // those that came in and still lack an answer
}

// PaperLines gives a line for every house in use within the actor's reach, in walking order, with what is known of
// it in the campaign, and leaves a line in the audit trail.
func (s *Store) PaperLines(ctx context.Context, who access.Actor, campaign string) ([]paper.Line, error) {
	var lines []paper.Line
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		lines = nil
		if err := tx.All(ctx, func(scan func(...any) error) error {
			l := paper.Line{Entry: paper.Entry{Pledged: paper.NotSaid}}
			var pledged int
			if err := scan(&l.Group, &l.Street, &l.Number, &l.Households, &l.Answers, &pledged); err != nil {
				return err
			}
			if pledged > 0 {
				l.Pledged = pledged
			}
			lines = append(lines, l)
			return nil
		}, `select coalesce(g.name, ''), st.name, h.number, h.households, coalesce(a.answers, ''), coalesce(a.pledged, 0)
			from houses h
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
			left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
			where {scope h} and h.status = 'active' order by h.sort_key, h.id`, campaign); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "assessment.sheet", Object: "campaign", ID: campaign, Detail: fmt.Sprintf("%d số nhà", len(lines))})
	})
	return lines, err
}

// TakePaper takes sheets in that were filled in on paper: answers are added to those of the house, a whole sheet is
// sent, a count of pledges is set. What is blank stays as it was. All of the good rows go in or none; taking a file
// twice changes nothing. With dry nothing is written. progress may be nil.
func (s *Store) TakePaper(ctx context.Context, who access.Actor, campaign string, b *paper.Batch, dry bool, progress func(done, total int)) (*Taken, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	run := s.db.Write
	if dry {
		run = s.db.Read
	}
	var t *taking
	err := run(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Assess); err != nil {
			return err
		}
		t = &taking{store: s, tx: tx, dry: dry, batch: b, taken: &Taken{Taken: b.Begin()}}
		if err := t.known(ctx, campaign); err != nil {
			return err
		}
		for i := range b.Rows {
			if err := t.row(ctx, &b.Rows[i]); err != nil {
				return err
			}
			progress(i+1, len(b.Rows))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t.taken, nil
}

type taking struct {
	store  *Store
	tx     *db.Tx
	dry    bool
	batch  *paper.Batch
	taken  *Taken
	houses map[houseKey]*Pledges
}

type houseKey struct{ street, number string }

// known reads every house within reach with what the campaign has of it.
func (t *taking) known(ctx context.Context, campaign string) error {
	c, err := campaigns.InTx(ctx, t.tx, campaign)
	if err != nil {
		return err
	}
	set, err := t.store.sets.OfCampaign(ctx, t.tx, c.ID)
	if err != nil {
		return err
	}
	if err := t.batch.Fits(set, c.Year); err != nil {
		return err
	}
	t.houses = map[houseKey]*Pledges{}
	byID := map[string]*Pledges{}
	if err := t.tx.All(ctx, func(scan func(...any) error) error {
		var k houseKey
		var p Pledges
		var updated, sent int64
		var stage string
		a := &p.Assessment
		a.CampaignID, a.Year, a.Phase, a.Set = c.ID, c.Year, c.Phase, set
		if err := scan(&k.street, &k.number, &a.House.ID, &a.House.Number, &a.House.Street, &a.House.Households, &a.House.Active, &a.State, &a.Answers, &a.Answered,
			&a.Pledged, &a.ByProxy, &updated, &sent, &a.Version, &stage); err != nil {
			return err
		}
		if len(a.Answers) != set.Len() {
			a.Answers = set.Blank()
		}
		a.UpdatedAt, a.SentAt = db.Moment(updated), db.Moment(sent)
		a.Inspected = stage != "" && stage != "assessed"
		t.houses[k], byID[a.House.ID] = &p, &p
		return nil
	}, `select st.name_key, h.number_key, h.id, h.number, st.name, h.households, h.status = 'active', coalesce(a.state, ''), coalesce(a.answers, ''), coalesce(a.answered, 0),
			coalesce(a.pledged, 0), coalesce(a.by_proxy, false), coalesce(a.updated_at, 0), coalesce(a.sent_at, 0), coalesce(a.version, 0), coalesce(r.stage, '')
		from houses h
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
		where {scope h}`, c.ID); err != nil {
		return err
	}
	return t.tx.All(ctx, func(scan func(...any) error) error {
		var house string
		var x Pledge
		if err := scan(&house, &x.SignedOn, &x.Withdrawn); err != nil {
			return err
		}
		if p := byID[house]; p != nil && x.InForce() {
			p.Single++
		}
		return nil
	}, `select p.house_id, p.signed_on, coalesce(p.withdrawn_on, '') from pledges p where {scope p.house} and p.campaign_id = $1`, c.ID)
}

// row takes one sheet.
func (t *taking) row(ctx context.Context, r *paper.Row) error {
	p := t.houses[houseKey{r.Street.Key, r.Number.Key}]
	if p == nil {
		t.taken.Refuse(r, paper.Problem{Code: paper.UnknownHouse, Value: r.Address()})
		return nil
	}
	if problem := r.Check(p.Set); problem.Code != "" {
		t.taken.Refuse(r, problem)
		return nil
	}
	answers := criteria.Merge(p.Set, p.Answers, r.Answers)
	answered := answers != p.Answers
	counted := r.Pledged != paper.NotSaid && r.Pledged != p.Pledged
	sent := r.Answers.Unanswered() == 0 && (answered || p.State != Sent || p.Changed())
	if !answered && !counted && !sent {
		t.taken.Unchanged++
		return nil
	}
	if problem := refusal(p, r, answered || sent, counted); problem.Code != "" {
		t.taken.Refuse(r, problem)
		return nil
	}
	if p.State == NotBegun {
		t.taken.New++
	} else {
		t.taken.Changed++
	}
	switch {
	case sent:
		t.taken.Sent++
	case answered && answers.Unanswered() > 0:
		t.taken.Drafts++
	}
	if t.dry {
		return nil
	}
	return t.write(ctx, p, r, answers, sent, counted)
}

// refusal says why a sheet cannot be taken now; its code is empty when it can.
func refusal(p *Pledges, r *paper.Row, answers, counted bool) paper.Problem {
	phase := paper.Problem{Code: paper.WrongPhase, Value: string(p.Phase)}
	switch {
	case !p.House.Active:
		return paper.Problem{Code: paper.NotActive}
	case counted && (r.Pledged > p.House.Households || r.Pledged < p.Single):
		return paper.Problem{Code: paper.BadPledges, Value: strconv.Itoa(r.Pledged), Other: p.House.Households}
	case answers && p.Inspected:
		return paper.Problem{Code: paper.AlreadyInspected}
	case answers && !p.Phase.Allows(campaigns.Assessing), counted && fault.Is(p.MaySign(), fault.Closed):
		return phase
	}
	return paper.Problem{}
}

func (t *taking) write(ctx context.Context, p *Pledges, r *paper.Row, answers criteria.Answers, sent, counted bool) error {
	if answers != p.Answers {
		var told []string
		for at := range p.Set.Len() {
			if v := answers.At(at); v != p.Answers.At(at) {
				told = append(told, p.Set.Code(at)+": "+said(v))
			}
		}
		a, err := t.store.write(ctx, t.tx, p.Assessment, answers, "từ phiếu giấy: "+strings.Join(told, ", "))
		if err != nil {
			return err
		}
		p.Assessment = a
	}
	if counted {
		if err := t.store.count(ctx, t.tx, p, r.Pledged, "pledge.count", "nhập tổng số từ phiếu giấy"); err != nil {
			return err
		}
	}
	if sent {
		return t.store.send(ctx, t.tx, &p.Assessment)
	}
	return nil
}
