package proposals

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
	"sonha/ward/measures"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const columns = `p.id, p.house_id, h.number, st.name, coalesce(g.name, ''), p.household, p.raised_as, p.sent_by, p.state, p.year, p.number, p.category, p.place, p.title, p.body,
	p.urgent, p.public, p.wish, p.unit, p.unit_name, p.level, p.climbed_on, p.days, p.counted_from, p.due_on, p.first_due_on, p.first_answered_on,
	p.result, p.answer, p.document, p.ticket, p.satisfied, p.joined, p.reopened, p.sent_at, p.answered_at, p.closed_at, p.version`

const tables = ` from proposals p
	join houses h on h.ward_id = p.ward_id and h.id = p.house_id
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	left join areas g on g.ward_id = h.ward_id and g.id = h.group_id`

func scanProposal(scan func(...any) error) (Proposal, error) {
	var p Proposal
	var category string
	var sent, answered, closed int64
	err := scan(&p.ID, &p.House.ID, &p.House.Number, &p.House.Street, &p.House.Group, &p.Household, &p.RaisedAs, &p.SentBy, &p.State, &p.Year, &p.Number, &category, &p.Place,
		&p.Title, &p.Body, &p.Urgent, &p.Public, &p.Wish, &p.Unit, &p.UnitName, &p.Level, &p.ClimbedOn, &p.Days, &p.CountedFrom, &p.Due, &p.FirstDue, &p.FirstAnswered,
		&p.Result, &p.Answer, &p.Document, &p.Ticket, &p.Satisfied, &p.Joined, &p.Reopened, &sent, &answered, &closed, &p.Version)
	p.Category, _ = CategoryOf(category)
	p.Sent, p.AnsweredAt, p.ClosedAt = db.Moment(sent), db.Moment(answered), db.Moment(closed)
	return p, err
}

// Which proposals an actor sees, as a condition. A household has its own, heads and group leads, officers and the command
// those of the houses that they reach. The committee reaches no house: it has what it is to answer, and what has climbed to
// it. Nobody but its sender sees a draft.
const (
	inReach     = `{scope p.household} and p.state <> 'draft'`
	atTheWard   = `p.ward_id = {ward} and (p.unit = 'ward' or p.level >= 2) and p.state <> 'draft'`
	ownDraft    = `{scope p.household} and p.state = 'draft' and p.sent_by = $2`
	openStates  = `p.state in ('new', 'received', 'working', 'reopened')`
	byTheirTurn = ` order by p.due_on, p.id`
)

func seen(who access.Actor) string {
	if who.Role() == access.Committee {
		return atTheWard
	}
	return inReach
}

// Get gives a proposal with its steps and photos. What is out of reach is not found.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Proposal, error) {
	var p Proposal
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProposals); err != nil {
			return err
		}
		var err error
		if p, err = get(ctx, tx, id); err != nil {
			return err
		}
		if p.Steps, err = steps(ctx, tx, id); err != nil {
			return err
		}
		if p.Photos, err = photos(ctx, tx, id); err != nil {
			return err
		}
		if who.May(access.SeeMeasures) {
			if p.Measures, err = measures.OfSourceTx(ctx, tx, measures.FromProposal, id); err != nil {
				return err
			}
		}
		if p.Handles(who) && p.State.Open() {
			p.Alike, err = alike(ctx, tx, &p, true)
		}
		p.conceal(who)
		return err
	})
	return p, err
}

// get gives a proposal in reach with what its day comes to now.
func get(ctx context.Context, tx *db.Tx, id string) (Proposal, error) {
	query := `select ` + columns + tables + ` where ` + inReach + ` and p.id = $1`
	if tx.Who.Role() == access.Committee {
		query = `select ` + columns + tables + ` where ` + atTheWard + ` and p.id = $1`
	}
	p, err := scanProposal(tx.One(ctx, query, id).Scan)
	if err != nil {
		return p, err
	}
	c, err := holidays.Calendar(ctx, tx)
	p.reckon(c, tx.Now)
	return p, err
}

// reckon says how many working days are left, and whether it waits for its sender for too long.
func (p *Proposal) reckon(c civil.Calendar, now time.Time) {
	today := civil.DayOf(now)
	if p.State.Open() {
		p.Left = c.WorkingDays(today, p.Due)
	}
	p.Waits = p.State == Answered && c.AddWorkingDays(civil.DayOf(p.AnsweredAt), silentAfter) < today
}

// conceal takes away what the reader need not see: the committee mends a place and does not learn who asked.
func (p *Proposal) conceal(who access.Actor) {
	if who.Role() == access.Committee {
		p.House.ID, p.Household, p.SentBy, p.RaisedAs = "", "", "", ""
	}
}

func steps(ctx context.Context, tx *db.Tx, id string) ([]Step, error) {
	var list []Step
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Step
		var at int64
		err := scan(&x.Kind, &at, &x.Actor, &x.Role, &x.Unit, &x.UnitName, &x.Note, &x.Document)
		x.At = db.Moment(at)
		if tx.Who.Role() == access.Committee && (x.Role == string(access.Household) || x.Role == string(access.Head) || x.Role == string(access.GroupLead)) {
			x.Actor, x.Role = "", ""
		}
		list = append(list, x)
		return err
	}, `select x.kind, x.at, x.actor, x.role, x.unit, x.unit_name, x.note, x.document from proposal_steps x
		where x.ward_id = {ward} and x.proposal_id = $1 order by x.at desc, x.id desc`, id)
	return list, err
}

func photos(ctx context.Context, tx *db.Tx, id string) ([]Photo, error) {
	var list []Photo
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Photo
		err := scan(&x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height)
		list = append(list, x)
		return err
	}, `select f.id, f.file, f.sha256, f.width, f.height from proposal_photos f where f.ward_id = {ward} and f.proposal_id = $1 order by f.id`, id)
	return list, err
}

// EachPhoto gives every photo of the ward's proposals, for a check of the files. It stops at the first error of fn.
func (s *Store) EachPhoto(ctx context.Context, who access.Actor, fn func(Photo) error) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var x Photo
			if err := scan(&x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height); err != nil {
				return err
			}
			return fn(x)
		}, `select f.id, f.file, f.sha256, f.width, f.height from proposal_photos f where f.ward_id = {ward} order by f.id`)
	})
}

// Photo gives a photo of a proposal that the reader sees, or of the reader's own draft.
func (s *Store) Photo(ctx context.Context, who access.Actor, id string) (Photo, error) {
	var x Photo
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProposals); err != nil {
			return err
		}
		query := `select f.id, f.file, f.sha256, f.width, f.height from proposal_photos f join proposals p on p.ward_id = f.ward_id and p.id = f.proposal_id
			where {scope p.household} and f.id = $1 and (p.state <> 'draft' or p.sent_by = $2)`
		if who.Role() == access.Committee {
			query = `select f.id, f.file, f.sha256, f.width, f.height from proposal_photos f join proposals p on p.ward_id = f.ward_id and p.id = f.proposal_id
				where p.ward_id = {ward} and f.id = $1 and cast($2 as text) <> '' and p.state <> 'draft' and (p.unit = 'ward' or p.level >= 2)`
		}
		return tx.One(ctx, query, id, who.Account()).Scan(&x.ID, &x.Name, &x.SHA256, &x.Width, &x.Height)
	})
	return x, err
}

// step notes what was done and tells of it.
func step(ctx context.Context, tx *db.Tx, p *Proposal, kind, note, document string) error {
	_, err := tx.Exec(ctx, `insert into proposal_steps (ward_id, id, proposal_id, kind, at, actor, role, unit, unit_name, note, document)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		tx.NewID(), p.ID, kind, tx.Millis(), tx.Who.Name(), string(tx.Who.Role()), string(p.Unit), p.UnitName, note, document)
	if err != nil {
		return err
	}
	return tell(ctx, tx, p, kind)
}

// audit leaves a line in the trail of the house: what was done to which number, never a text that somebody typed. What has
// no number yet is its sender's own affair and stands in no history of a house.
func audit(ctx context.Context, tx *db.Tx, p *Proposal, action string) error {
	detail, house := "", ""
	if p.Number > 0 {
		detail, house = p.Code(), p.House.ID
	}
	return tx.Audit(ctx, db.Entry{Action: "proposal." + action, Object: "proposal", ID: p.ID, House: house, Detail: detail})
}

// Door is a house that somebody may propose something about.
type Door struct{ ID, Address string }

// Doors lists the houses that the actor may propose something about, in walking order.
func (s *Store) Doors(ctx context.Context, who access.Actor) ([]Door, error) {
	var list []Door
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Propose); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var d Door
			err := scan(&d.ID, &d.Address)
			list = append(list, d)
			return err
		}, `select h.id, h.number || ' ' || st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {home h} and h.status = 'active' order by h.sort_key, h.id`)
	})
	return list, err
}

// notFound is what everything out of reach looks like.
func notFound() error { return fault.NotFound("fault.not_found") }
