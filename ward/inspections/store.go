package inspections

import (
	"context"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
)

// Judge takes what a finished inspection says of a house. ward/results satisfies it.
type Judge interface {
	Inspected(ctx context.Context, tx *db.Tx, o Outcome) error
}

// Store keeps the tables of this feature.
type Store struct {
	db    *db.DB
	sets  *criteria.Sets
	judge Judge

	lender Lender
}

// NewStore makes a store over an open database. Findings are on the version of the sets that their campaign has.
func NewStore(d *db.DB, sets *criteria.Sets, judge Judge) *Store {
	return &Store{db: d, sets: sets, judge: judge}
}

// SetOf is the version of the criteria that an inspection within the actor's reach goes through.
func (s *Store) SetOf(ctx context.Context, who access.Actor, id string) (*criteria.Set, error) {
	var set *criteria.Set
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var campaign string
		if err := tx.One(ctx, `select i.campaign_id from inspections i where {scope i.house} and i.id = $1`, id).Scan(&campaign); err != nil {
			return err
		}
		var err error
		set, err = s.sets.OfCampaign(ctx, tx, campaign)
		return err
	})
	return set, err
}

const load = `select i.id, i.campaign_id, c.year, c.phase, c.starts_on, h.id, h.number, st.name, i.kind, i.state, i.inspected_on, i.findings, i.members, i.resident_side,
		i.present, i.remarks, i.head_comment, i.started_at, i.started_by, i.updated_at, coalesce(i.finished_at, 0), i.version,
		coalesce(case when a.state = 'sent' then a.answers end, ''),
		exists (select 1 from objections o where o.ward_id = i.ward_id and o.campaign_id = i.campaign_id and o.house_id = i.house_id and o.outcome = 'repeat'
			and o.answered_at <= i.started_at)
	from inspections i
	join houses h on h.ward_id = i.ward_id and h.id = i.house_id
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	join campaigns c on c.ward_id = i.ward_id and c.id = i.campaign_id
	left join assessments a on a.ward_id = i.ward_id and a.campaign_id = i.campaign_id and a.house_id = i.house_id
	where {scope h} and i.id = $1`

// get gives an inspection with everything that belongs to it; not found outside the actor's reach.
func (s *Store) get(ctx context.Context, tx *db.Tx, id string) (Inspection, error) {
	var i Inspection
	var started, updated, finished int64
	err := tx.One(ctx, load, id).Scan(&i.ID, &i.CampaignID, &i.Year, &i.Phase, &i.Starts, &i.House.ID, &i.House.Number, &i.House.Street, &i.Kind, &i.State, &i.On,
		&i.Found, &i.Members, &i.ResidentSide, &i.Present, &i.Remarks, &i.HeadComment, &started, &i.By, &updated, &finished, &i.Version, &i.Self, &i.Ordered)
	if err != nil {
		return i, err
	}
	i.Started, i.Updated, i.Finished = db.Moment(started), db.Moment(updated), db.Moment(finished)
	if i.Set, err = s.sets.OfCampaign(ctx, tx, i.CampaignID); err != nil {
		return i, err
	}
	i.Self, i.Found = sound(i.Set, i.Self), sound(i.Set, i.Found)
	if i.Earlier, err = earlier(ctx, tx, i.Set, i.CampaignID, i.House.ID, i.ID); err != nil {
		return i, err
	}
	if i.Shortcomings, err = shortcomings(ctx, tx, i.Set, i.ID); err != nil {
		return i, err
	}
	i.Photos, err = photos(ctx, tx, i.ID)
	return i, err
}

// sound gives blank answers in the place of none.
func sound(set *criteria.Set, a criteria.Answers) criteria.Answers {
	if len(a) != set.Len() {
		return set.Blank()
	}
	return a
}

// earlier adds up the findings of the inspections of a campaign that were finished before the one with the id, with what the command
// corrected until then after the house had asked for another look. Ids grow with time, and no inspection of a house begins while
// another is under way.
func earlier(ctx context.Context, tx *db.Tx, set *criteria.Set, campaign, house, id string) (criteria.Answers, error) {
	known := set.Blank()
	err := tx.All(ctx, func(scan func(...any) error) error {
		var findings criteria.Answers
		var at int64
		var from string
		if err := scan(&findings, &at, &from); err != nil {
			return err
		}
		known = criteria.Merge(set, known, sound(set, findings))
		return nil
	}, `select i.findings, coalesce(i.finished_at, 0) as at, i.id as id from inspections i
			where {scope i.house} and i.campaign_id = $1 and i.house_id = $2 and i.state = 'finished' and i.id < $3
		union all
		select o.answers, o.answered_at, o.id from objections o
			where {scope o.house} and o.campaign_id = $1 and o.house_id = $2 and o.outcome = 'corrected' and o.answers <> ''
				and o.answered_at <= coalesce((select j.started_at from inspections j where {scope j.house} and j.id = $3), $4)
		order by at, id`,
		campaign, house, id, tx.Millis())
	return known, err
}

// Get gives an inspection. Who does not inspect sees finished ones only.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Inspection, error) {
	var i Inspection
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if i, err = s.get(ctx, tx, id); err != nil {
			return err
		}
		if i.State != Finished && !tx.Who.May(access.Inspect) {
			return fault.NotFound("fault.not_found")
		}
		if i.State == Finished {
			if i.Signing, err = signed(ctx, tx, id); err != nil {
				return err
			}
		}
		return s.mending(ctx, tx, &i)
	})
	return i, err
}

// mending reads how far the measures are: of the own shortcomings once it is finished, and of the earlier ones while a repeat is
// under way, with what was photographed then.
func (s *Store) mending(ctx context.Context, tx *db.Tx, i *Inspection) error {
	var err error
	if i.State == Finished {
		ids := make([]string, len(i.Shortcomings))
		for at := range i.Shortcomings {
			ids[at] = i.Shortcomings[at].ID
		}
		i.Measures, err = measures.LatestTx(ctx, tx, measures.FromInspection, ids)
		return err
	}
	if i.Kind != Repeat {
		return nil
	}
	open, err := OpenShortcomings(ctx, tx, i.House.ID)
	if err != nil {
		return err
	}
	items := map[string]string{}
	var ids []string
	for at := range open {
		items[open[at].ID] = open[at].Item
		ids = append(ids, open[at].ID)
	}
	latest, err := measures.LatestTx(ctx, tx, measures.FromInspection, ids)
	if err != nil {
		return err
	}
	ids = ids[:0]
	for _, m := range latest {
		ids = append(ids, m.ID)
	}
	photos, err := measures.PhotosTx(ctx, tx, ids)
	if err != nil {
		return err
	}
	i.Former = map[string]measures.Measure{}
	for id, m := range latest {
		m.Photos = photos[m.ID]
		i.Former[items[id]] = m
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanPhoto(scan)
		i.Before = append(i.Before, p)
		return err
	}, `select `+photoColumns+` from photos p join inspections i on i.ward_id = p.ward_id and i.id = p.inspection_id
		where {scope p.house} and p.house_id = $1 and i.state = 'finished' and i.id < $2 order by p.id`, i.House.ID, i.ID)
}

// draft gives an inspection that may be worked on now.
func (s *Store) draft(ctx context.Context, tx *db.Tx, id string) (Inspection, error) {
	if err := tx.Need(access.Inspect); err != nil {
		return Inspection{}, err
	}
	i, err := s.get(ctx, tx, id)
	if err != nil {
		return i, err
	}
	return i, i.Closed()
}

// Closed says why nothing can be noted in the inspection now, or nil.
func (i *Inspection) Closed() error {
	switch {
	case i.State == Finished:
		return fault.Shut("inspections.is_finished")
	case i.State == Dropped:
		return fault.Shut("inspections.is_dropped")
	case !visiting(i.Phase, i.Ordered):
		return fault.Shut("campaigns.not_now." + string(i.Phase))
	}
	return nil
}

// visiting reports whether an inspection may go on in a phase. While results are posted nothing is inspected but what the command
// sent the officer to look at again.
func visiting(p campaigns.Phase, ordered bool) bool {
	return p.Allows(campaigns.Visiting) || ordered && p == campaigns.Publish
}

// ordered reports whether the command has answered an objection of the house by another inspection that is not made yet.
func ordered(ctx context.Context, tx *db.Tx, campaign, house string) (bool, error) {
	var yes bool
	err := tx.One(ctx, `select exists (select 1 from objections o where {scope o.house} and o.campaign_id = $1 and o.house_id = $2 and o.outcome = 'repeat'
		and not exists (select 1 from inspections i where i.ward_id = o.ward_id and i.campaign_id = o.campaign_id and i.house_id = o.house_id
			and i.state = 'finished' and i.finished_at > o.answered_at))`, campaign, house).Scan(&yes)
	return yes, err
}

// Start begins an inspection of a house, or gives the one that is under way. A planned inspection of a house
// that was inspected in this campaign is a repeat; a repeat of one that was not is refused.
func (s *Store) Start(ctx context.Context, who access.Actor, house string, kind Kind) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.StartTx(ctx, tx, house, kind)
		return err
	})
	return id, err
}

// StartTx is Start inside a unit of work.
func (s *Store) StartTx(ctx context.Context, tx *db.Tx, house string, kind Kind) (string, error) {
	if err := tx.Need(access.Inspect); err != nil {
		return "", err
	}
	var status string
	if err := tx.One(ctx, `select h.status from houses h where {scope h} and h.id = $1`, house).Scan(&status); err != nil {
		return "", err
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	if err != nil {
		return "", err
	}
	asked, err := ordered(ctx, tx, c.ID, house)
	if err != nil {
		return "", err
	}
	id, last, err := s.before(ctx, tx, c.ID, house)
	switch {
	case err != nil || id != "":
		return id, err
	case !slices.Contains(Kinds(), kind):
		return "", fault.Invalid("kind", "inspections.choose_kind")
	case status != "active":
		return "", fault.Shut("inspections.house_not_active")
	case !visiting(c.Phase, asked):
		return "", fault.Shut("campaigns.not_now." + string(c.Phase))
	case kind == Repeat && last == nil:
		return "", fault.Refused("inspections.nothing_to_repeat")
	}
	v := Visit{On: civil.DayOf(tx.Now), Members: tx.Who.Name()}
	if last != nil {
		v.Members, v.ResidentSide = last.Members, last.ResidentSide
		if kind == Planned {
			kind = Repeat
		}
	}
	set, err := s.sets.OfCampaign(ctx, tx, c.ID)
	if err != nil {
		return "", err
	}
	id = tx.NewID()
	if _, err := tx.Exec(ctx, insert, id, c.ID, house, string(kind), string(Draft), string(v.On), string(set.Blank()), 0, v.Members, v.ResidentSide, v.Present,
		v.Remarks, v.HeadComment, tx.Millis(), tx.Who.Name(), nil, ""); err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "inspection.start", Object: "inspection", ID: id, House: house, Detail: saidKind[kind]})
}

const insert = `insert into inspections (ward_id, id, campaign_id, house_id, kind, state, inspected_on, findings, found, members, resident_side, present, remarks, head_comment,
		started_at, started_by, updated_at, finished_at, finished_by, version)
	values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $16, $17, 1)`

// How the history of the house names a kind.
var saidKind = map[Kind]string{Planned: "định kỳ", Sudden: "đột xuất", Repeat: "kiểm tra lại", Sample: "mẫu ngẫu nhiên"}

// before gives the draft of a house, if there is one, and who came to the last finished inspection.
func (s *Store) before(ctx context.Context, tx *db.Tx, campaign, house string) (draft string, last *Visit, err error) {
	err = tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var state State
		var v Visit
		if err := scan(&id, &state, &v.Members, &v.ResidentSide); err != nil {
			return err
		}
		if state == Draft {
			draft = id
		} else {
			last = &v
		}
		return nil
	}, `select i.id, i.state, i.members, i.resident_side from inspections i
		where {scope i.house} and i.campaign_id = $1 and i.house_id = $2 and i.state <> 'dropped' order by i.id`, campaign, house)
	return draft, last, err
}

// Drop gives a draft up: its shortcomings are dropped, its photos leave. It gives the photos, whose files the
// caller deletes. Nothing of a closed campaign is given up.
func (s *Store) Drop(ctx context.Context, who access.Actor, id string) (Inspection, error) {
	var i Inspection
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		if i, err = s.get(ctx, tx, id); err != nil {
			return err
		}
		if i.State != Draft || i.Phase == campaigns.Closed { // a closed campaign keeps what it left undone
			return i.Closed()
		}
		for _, statement := range []string{
			`update inspections as i set state = 'dropped', updated_at = $2, version = i.version + 1 where {scope i.house} and i.id = $1`,
			`update shortcomings as x set state = 'dropped', noted_at = $2 where {scope x.house} and x.inspection_id = $1 and x.state = 'open'`,
			`delete from photos as p where {scope p.house} and p.inspection_id = $1 and cast($2 as bigint) > 0`,
		} {
			if _, err := tx.Exec(ctx, statement, id, tx.Millis()); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "inspection.drop", Object: "inspection", ID: id, House: i.House.ID, Detail: saidKind[i.Kind]})
	})
	return i, err
}

// said is a value as the history of the house tells it.
func said(v criteria.Value) string { return strings.ToLower(v.Name().VI) }
