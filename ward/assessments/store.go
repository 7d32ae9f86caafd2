package assessments

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Results is told when something changes that a result or a tally is made of. ward/results satisfies it.
type Results interface {
	// Assessed takes a self-assessment that was sent.
	Assessed(ctx context.Context, tx *db.Tx, campaign, house string, self criteria.Answers) error
	// RecountHouse brings the tally of the house's group up to date.
	RecountHouse(ctx context.Context, tx *db.Tx, campaign, house string) error
}

// Store keeps the tables of this feature.
type Store struct {
	db      *db.DB
	sets    *criteria.Sets
	results Results
}

// NewStore makes a store over an open database. Houses answer the version of the sets that their campaign has.
func NewStore(d *db.DB, sets *criteria.Sets, results Results) *Store {
	return &Store{db: d, sets: sets, results: results}
}

// one statement gives the house, the running campaign and the assessment: the answer of a house head costs
// this, one upsert and one audit line.
const load = `select h.id, h.number, st.name, h.households, h.status = 'active', coalesce(c.id, ''), coalesce(c.year, 0), coalesce(c.phase, ''),
		coalesce(a.state, ''), coalesce(a.answers, ''),
		coalesce(a.answered, 0), coalesce(a.pledged, 0), coalesce(a.by_proxy, false), coalesce(a.updated_at, 0), coalesce(a.updated_by, ''), coalesce(a.sent_at, 0),
		coalesce(a.sent_by, ''), coalesce(a.version, 0), coalesce(r.stage, '')
	from houses h
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	left join campaigns c on c.ward_id = h.ward_id and c.id = ` + campaigns.CurrentID + `
	left join assessments a on a.ward_id = h.ward_id and a.campaign_id = c.id and a.house_id = h.id
	left join results r on r.ward_id = h.ward_id and r.campaign_id = c.id and r.house_id = h.id
	where {scope h} and h.id = $1`

// loadState is as much of it as an answer needs; each column costs an answer a microsecond or two.
const loadState = `select h.status = 'active', coalesce(c.id, ''), coalesce(c.phase, ''), coalesce(a.state, ''), coalesce(a.answers, ''), coalesce(a.by_proxy, false),
		coalesce(a.version, 0), coalesce(r.stage, '')
	from houses h
	left join campaigns c on c.ward_id = h.ward_id and c.id = ` + campaigns.CurrentID + `
	left join assessments a on a.ward_id = h.ward_id and a.campaign_id = c.id and a.house_id = h.id
	left join results r on r.ward_id = h.ward_id and r.campaign_id = c.id and r.house_id = h.id
	where {scope h} and h.id = $1`

// state gives of the assessment what an answer changes or depends on; not found outside the actor's reach.
func (s *Store) state(ctx context.Context, tx *db.Tx, house string) (Assessment, error) {
	a := Assessment{House: House{ID: house}}
	var stage string
	if err := tx.One(ctx, loadState, house).Scan(&a.House.Active, &a.CampaignID, &a.Phase, &a.State, &a.Answers, &a.ByProxy, &a.Version, &stage); err != nil {
		return a, err
	}
	return s.complete(ctx, tx, a, stage)
}

// complete fills in what the row does not say.
func (s *Store) complete(ctx context.Context, tx *db.Tx, a Assessment, stage string) (Assessment, error) {
	if a.CampaignID == "" {
		return a, fault.NotFound("campaigns.none")
	}
	a.Inspected = stage != "" && stage != "assessed"
	var err error
	if a.Set, err = s.sets.OfCampaign(ctx, tx, a.CampaignID); err != nil {
		return a, err
	}
	if len(a.Answers) != a.Set.Len() {
		a.Answers = a.Set.Blank()
	}
	return a, nil
}

// get gives the assessment of a house in the running campaign; not found outside the actor's reach.
func (s *Store) get(ctx context.Context, tx *db.Tx, house string) (Assessment, error) {
	var a Assessment
	var updated, sent int64
	var stage string
	h := &a.House
	err := tx.One(ctx, load, house).Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active, &a.CampaignID, &a.Year, &a.Phase, &a.State, &a.Answers,
		&a.Answered, &a.Pledged, &a.ByProxy, &updated, &a.UpdatedBy, &sent, &a.SentBy, &a.Version, &stage)
	if err != nil {
		return a, err
	}
	a.UpdatedAt, a.SentAt = db.Moment(updated), db.Moment(sent)
	return s.complete(ctx, tx, a, stage)
}

// Get gives the assessment of a house in the running campaign, also one that has not begun. fault.Missing
// outside the actor's reach, and when the ward has no campaign.
func (s *Store) Get(ctx context.Context, who access.Actor, house string) (Assessment, error) {
	var a Assessment
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		a, err = s.get(ctx, tx, house)
		return err
	})
	return a, err
}

// Answer writes the answer to one item, at once and for good; the last answer counts, earlier ones stay in
// the history. The same answer again writes nothing and says so.
func (s *Store) Answer(ctx context.Context, who access.Actor, house, code string, v criteria.Value) (Saved, error) {
	var saved Saved
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		saved, err = s.AnswerTx(ctx, tx, house, code, v)
		return err
	})
	return saved, err
}

// DiffersError is the error of answers that were given without knowing of others: nothing of them is written.
type DiffersError struct {
	Stored Assessment // as it is now
	Items  []int      // on which the two differ
}

// Error is for logs; pages show both versions.
func (d *DiffersError) Error() string {
	return fmt.Sprintf("assessments: %d answers were changed meanwhile", len(d.Items))
}

// From is the page from which an item was answered, perhaps hours or months ago on a phone without a network.
type From struct {
	Asked int            // version of the criteria by which it asked
	Base  criteria.Value // the answer that it showed
	Based bool           // whether it showed one
	// Leads says what the form is answered with once the answer is taken, so that both are written down together; may be nil.
	Leads func(Saved) db.Answer
}

// AnswerFrom is Answer of somebody who saw the item on a page. A page of another version of the criteria is refused; when the answer was
// changed meanwhile to yet another one, the error is DiffersError.
func (s *Store) AnswerFrom(ctx context.Context, who access.Actor, house, code string, from From, v criteria.Value) (Saved, error) {
	var saved Saved
	err := s.db.Write(db.Foretelling(ctx), who, func(tx *db.Tx) error {
		var err error
		saved, err = s.answer(ctx, tx, house, code, &from, v)
		return err
	})
	return saved, err
}

// AnswerTx is Answer inside a unit of work.
func (s *Store) AnswerTx(ctx context.Context, tx *db.Tx, house, code string, v criteria.Value) (Saved, error) {
	return s.answer(ctx, tx, house, code, nil, v)
}

// answer writes one answer; from is nil for somebody who saw no page.
func (s *Store) answer(ctx context.Context, tx *db.Tx, house, code string, from *From, v criteria.Value) (Saved, error) {
	if err := tx.Need(access.Assess); err != nil {
		return Saved{}, err
	}
	a, err := s.state(ctx, tx, house)
	if err != nil {
		return Saved{}, err
	}
	index := a.Set.Index(code)
	if index < 0 {
		return Saved{}, unknown(a, from)
	}
	if err := foretell(ctx, tx, a, index, from, v); err != nil {
		return Saved{}, err
	}
	if err := a.Open(); err != nil {
		return Saved{}, err
	}
	if err := s.fits(ctx, tx, a, index, from, v); err != nil {
		return Saved{}, err
	}
	item, _ := a.Set.Item(index)
	if err := Check(item, v); err != nil {
		return Saved{}, err
	}
	if a.Answers.At(index) == v {
		return Saved{Assessment: a, Same: true}, nil
	}
	a, err = s.write(ctx, tx, a, a.Answers.With(index, v), item.Code+": "+said(v))
	return Saved{Assessment: a}, err
}

// unknown says why an item cannot be answered that the house is not asked: its page may be one of another version.
func unknown(a Assessment, from *From) error {
	if err := a.Open(); from == nil || err != nil {
		return cmp.Or(err, fault.NotFound("fault.not_found"))
	}
	return cmp.Or(a.Set.Asked(from.Asked), fault.NotFound("fault.not_found"))
}

// foretell writes down what the form is answered with, as far as it was taken: what refuses it later takes that back too.
func foretell(ctx context.Context, tx *db.Tx, a Assessment, index int, from *From, v criteria.Value) error {
	if from == nil || from.Leads == nil {
		return nil
	}
	same := a.Answers.At(index) == v
	a.Answers = a.Answers.With(index, v)
	return tx.Foretell(ctx, from.Leads(Saved{Assessment: a, Same: same}))
}

// fits reports whether the page from which an item is answered still asks what the house is asked, and still shows what it answered.
func (s *Store) fits(ctx context.Context, tx *db.Tx, a Assessment, index int, from *From, v criteria.Value) error {
	if from == nil {
		return nil
	}
	if err := a.Set.Asked(from.Asked); err != nil {
		return err
	}
	if at := a.Answers.At(index); !from.Based || v == criteria.Unanswered || at == from.Base || at == v {
		return nil
	}
	stored, err := s.get(ctx, tx, a.House.ID) // both versions are shown, with who wrote the other one
	if err != nil {
		return err
	}
	return &DiffersError{Stored: stored, Items: []int{index}}
}

// opened gives the assessment of a house that may answer now.
func (s *Store) opened(ctx context.Context, tx *db.Tx, house string) (Assessment, error) {
	if err := tx.Need(access.Assess); err != nil {
		return Assessment{}, err
	}
	a, err := s.get(ctx, tx, house)
	if err != nil {
		return a, err
	}
	return a, a.Open()
}

// write puts answers in the place of those that a has.
func (s *Store) write(ctx context.Context, tx *db.Tx, a Assessment, answers criteria.Answers, detail string) (Assessment, error) {
	a.Answers, a.Answered = answers, len(answers)-answers.Unanswered()
	a.ByProxy = a.ByProxy || tx.Who.Role() == access.GroupLead
	a.UpdatedAt, a.UpdatedBy = tx.Now, tx.Who.Name()
	if a.State == NotBegun {
		a.State = Draft
	}
	a.Version++
	if _, err := tx.Exec(ctx, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by, sent_by, version)
		values ({ward}, $1, $2, $3, $4, 0, $5, 'draft', $6, $7, '', 1)
		on conflict (ward_id, campaign_id, house_id) do update set answers = excluded.answers, answered = excluded.answered, by_proxy = excluded.by_proxy,
			updated_at = excluded.updated_at, updated_by = excluded.updated_by, version = assessments.version + 1`,
		a.CampaignID, a.House.ID, string(answers), a.Answered, a.ByProxy, tx.Millis(), a.UpdatedBy); err != nil {
		return a, err
	}
	return a, tx.Audit(ctx, db.Entry{Action: "assessment.answer", Object: "assessment", ID: a.CampaignID, House: a.House.ID, Detail: detail})
}

// said is an answer as the history of the house tells it.
func said(v criteria.Value) string { return strings.ToLower(v.Name().VI) }

// AnswerAll writes a whole sheet that somebody filled in on a page of the version asked: of the items that differ between the sheet as it
// was opened and as it came back, the new answers. What others changed meanwhile in other items stays; where they
// changed the same item to another answer, the error is DiffersError and nothing is written. It gives the number of answers
// that changed; none is no error.
func (s *Store) AnswerAll(ctx context.Context, who access.Actor, house string, asked int, opened, filled criteria.Answers) (int, error) {
	changed := 0
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		a, err := s.opened(ctx, tx, house)
		if err != nil {
			return err
		}
		if err := a.Set.Asked(asked); err != nil {
			return err
		}
		answers := a.Answers
		var told []string
		var differ []int
		for i := range a.Set.Len() {
			v := filled.At(i)
			if v == criteria.Unanswered || v == opened.At(i) || v == answers.At(i) {
				continue
			}
			item, _ := a.Set.Item(i)
			if err := Check(item, v); err != nil {
				return err
			}
			if a.Answers.At(i) != opened.At(i) {
				differ = append(differ, i)
				continue
			}
			answers = answers.With(i, v)
			told = append(told, item.Code+": "+said(v))
		}
		if len(differ) > 0 {
			return &DiffersError{Stored: a, Items: differ}
		}
		if changed = len(told); changed == 0 {
			return nil
		}
		_, err = s.write(ctx, tx, a, answers, strings.Join(told, ", "))
		return err
	})
	return changed, err
}

// Send hands the assessment over: it becomes the forecast that the inspection starts from. Every item must
// be answered. It may be changed and sent again until an inspection is finished. asked is the version of the page on which it was sent.
func (s *Store) Send(ctx context.Context, who access.Actor, house string, asked int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		a, err := s.opened(ctx, tx, house)
		if err != nil {
			return err
		}
		if err := a.Set.Asked(asked); err != nil {
			return err
		}
		return s.send(ctx, tx, &a)
	})
}

func (s *Store) send(ctx context.Context, tx *db.Tx, a *Assessment) error {
	house := a.House.ID
	if open := a.Answers.Unanswered(); open > 0 {
		return fault.Refused("assessments.still_open", "N", open)
	}
	if a.State == Sent && !a.Changed() {
		return nil
	}
	if _, err := tx.Exec(ctx, `update assessments as a set state = 'sent', sent_at = $1, sent_by = $2, updated_at = $1, version = a.version + 1
		where {scope a.house} and a.campaign_id = $3 and a.house_id = $4`, tx.Millis(), tx.Who.Name(), a.CampaignID, house); err != nil {
		return err
	}
	if err := s.results.Assessed(ctx, tx, a.CampaignID, house, a.Answers); err != nil {
		return err
	}
	v := criteria.Judge(a.Set, a.Answers)
	return tx.Audit(ctx, db.Entry{
		Action: "assessment.send", Object: "assessment", ID: a.CampaignID, House: house, Detail: "dự kiến " + strings.ToLower(v.Class.Name().VI),
	})
}

// Full is a whole self-assessment, for demo data and tests of rooms above.
type Full struct {
	CampaignID, HouseID string
	Answers             criteria.Answers
	Pledged             int
	ByProxy             bool
	Sent                bool
}

// Record writes a self-assessment in one go, whatever the phase of its campaign.
func (s *Store) Record(ctx context.Context, tx *db.Tx, f Full) error {
	if err := tx.Need(access.Assess); err != nil {
		return err
	}
	set, err := s.sets.OfCampaign(ctx, tx, f.CampaignID)
	if err != nil {
		return err
	}
	if _, err := set.ParseAnswers(string(f.Answers)); err != nil {
		return err
	}
	state, sentAt, sentBy := Draft, any(nil), ""
	if f.Sent {
		state, sentAt, sentBy = Sent, tx.Millis(), tx.Who.Name()
	}
	if _, err := tx.Exec(ctx, `insert into assessments (ward_id, campaign_id, house_id, answers, answered, pledged, by_proxy, state, updated_at, updated_by,
			sent_at, sent_by, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`,
		f.CampaignID, f.HouseID, string(f.Answers), len(f.Answers)-f.Answers.Unanswered(), f.Pledged, f.ByProxy, string(state), tx.Millis(), tx.Who.Name(),
		sentAt, sentBy); err != nil {
		return err
	}
	if f.Sent {
		if err := s.results.Assessed(ctx, tx, f.CampaignID, f.HouseID, f.Answers); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, db.Entry{Action: "assessment.record", Object: "assessment", ID: f.CampaignID, House: f.HouseID, Detail: string(state)})
}
