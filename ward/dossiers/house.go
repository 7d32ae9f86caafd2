package dossiers

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/measures"
	"sonha/ward/objections"
	"sonha/ward/proposals"
	"sonha/ward/results"
)

// House is everything that the house page shows, as far as the reader may see it.
type House struct {
	Set *criteria.Set // of the campaign

	ID, Number         string
	StreetID, Street   string
	GroupID, Group     string
	BeatID, Beat       string
	Households, Rented int
	Storeys            int
	Kind               string
	Head               string
	Phone              civil.Phone
	FormerWard, Note   string
	OpenedOn           civil.Day

	Campaign   campaigns.Campaign // zero while the ward has none
	Result     results.Result
	Assessment Assessment
	Draft      string // an inspection that has begun and is not finished

	Objection  objections.Clock     // of a result that the house was told
	Measures   []measures.Measure   // what is to be done at the house and is not over, the first due first
	Years      []Year               // all campaigns, oldest first
	Photos     []string             // of the last inspection
	Proposals  []proposals.Proposal // what is proposed about the house and not closed
	Replied    int                  // households that answered for themselves
	Officers   []Officer            // who answer for the house's beat
	Events     []Event              // newest first, without answers of the self-assessment
	MoreEvents bool
	Moves      []houses.Left // groups and beats to which it belonged before, the latest first
	AsOf       time.Time
}

// Address is the house as people say it: "36A Hàng Bạc".
func (h *House) Address() string { return h.Number + " " + h.Street }

// Assessment is how far the house's own answers are.
type Assessment struct {
	State    string // "", "draft", "sent"
	Answers  criteria.Answers
	Answered int
	Pledged  int // households
	// When it was last changed, by whom, and when it was sent; zero while it was not.
	UpdatedAt, SentAt time.Time
	UpdatedBy         string
}

// Unsent reports whether there are answers that were not sent.
func (a *Assessment) Unsent() bool { return a.Answered > 0 && a.UpdatedAt.After(a.SentAt) }

// Year is the class of the house in one campaign.
type Year struct {
	Year  int
	Class criteria.Class
}

// Officer is an area officer of the house's beat.
type Officer struct {
	Name  string
	Phone civil.Phone
}

// Event is a line of the audit trail about the house.
type Event struct {
	ID             string
	At             time.Time
	Actor, Role    string
	Action, Detail string
}

// EventsOnPage is how many events the house page shows; the whole trail has a page of its own.
const EventsOnPage = 20

// Get gives a house with its dossier in the current campaign. fault.Missing when it is outside the reader's reach.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (House, error) {
	return s.InYear(ctx, who, id, 0)
}

// InYear is Get for the campaign of a year; 0 is the current one.
func (s *Store) InYear(ctx context.Context, who access.Actor, id string, year int) (House, error) {
	var h House
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if h, err = s.house(ctx, tx, id, year); err != nil {
			return err
		}
		if err := s.around(ctx, tx, &h); err != nil {
			return err
		}
		if h.Objection, err = objections.ClockTx(ctx, tx, &h.Result); err != nil {
			return err
		}
		if h.Moves, err = houses.History(ctx, tx, id); err != nil {
			return err
		}
		return h.latest(ctx, tx)
	})
	return h, err
}

// Brief gives a house without its trail and history, for the side panel.
func (s *Store) Brief(ctx context.Context, who access.Actor, id string) (House, error) {
	var h House
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if h, err = s.house(ctx, tx, id, 0); err != nil {
			return err
		}
		return s.around(ctx, tx, &h)
	})
	return h, err
}

// house reads the house with its campaign, result, self-assessment and draft inspection in one statement.
func (s *Store) house(ctx context.Context, tx *db.Tx, id string, year int) (House, error) {
	h := House{AsOf: tx.Now}
	r, c, a := &h.Result, &h.Campaign, &h.Assessment
	var class, rule, proposed, lacking, exception string
	var proposedAt, approvedAt, updatedAt, sentAt int64
	campaign, args := campaigns.CurrentID, []any{id}
	if year != 0 {
		campaign, args = `(select x.id from campaigns x where x.ward_id = {ward} and x.year = $2)`, append(args, year)
	}
	err := tx.One(ctx, `select h.id, h.number, h.street_id, s.name, coalesce(h.group_id, ''), coalesce(g.name, ''), coalesce(h.beat_id, ''), coalesce(b.name, ''),
			h.households, h.rented, h.storeys, h.kind, h.head_name, h.head_phone, h.former_ward, h.note, h.opened_on,
			coalesce(c.id, ''), coalesce(c.year, 0), coalesce(c.name, ''), coalesce(c.phase, ''), coalesce(c.origin, ''), coalesce(c.criteria, 0),
			coalesce(r.stage, ''), coalesce(r.class, ''), coalesce(r.rule_class, ''), coalesce(r.proposed_class, ''), coalesce(r.answers, ''), coalesce(r.contents, ''),
			coalesce(r.points, 0), coalesce(r.points_max, 0), coalesce(r.missing, ''), coalesce(r.differs, 0), coalesce(r.exception, ''), coalesce(r.inspected_on, ''),
			coalesce(r.recheck_by, ''), coalesce(r.inspection_id, ''), coalesce(r.proposed_at, 0), coalesce(r.proposed_by, ''), coalesce(r.reason, ''),
			coalesce(r.approved_at, 0), coalesce(r.approved_by, ''),
			coalesce(a.state, ''), coalesce(a.answers, ''), coalesce(a.answered, 0), coalesce(a.pledged, 0), coalesce(a.updated_at, 0), coalesce(a.updated_by, ''),
			coalesce(a.sent_at, 0), coalesce(i.id, '')
		from houses h
		join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
		left join campaigns c on c.ward_id = h.ward_id and c.id = `+campaign+`
		left join results r on r.ward_id = h.ward_id and r.campaign_id = c.id and r.house_id = h.id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = c.id and a.house_id = h.id
		left join inspections i on i.ward_id = h.ward_id and i.campaign_id = c.id and i.house_id = h.id and i.state = 'draft'
		where {scope h} and h.id = $1`, args...).Scan(
		&h.ID, &h.Number, &h.StreetID, &h.Street, &h.GroupID, &h.Group, &h.BeatID, &h.Beat,
		&h.Households, &h.Rented, &h.Storeys, &h.Kind, &h.Head, &h.Phone, &h.FormerWard, &h.Note, &h.OpenedOn,
		&c.ID, &c.Year, &c.Name, &c.Phase, &c.Origin, &c.Criteria,
		&r.Stage, &class, &rule, &proposed, &r.Answers, &r.Contents,
		&r.Points, &r.Max, &lacking, &r.Differs, &exception, &r.Inspected,
		&r.RecheckBy, &r.Inspection, &proposedAt, &r.ProposedBy, &r.Reason,
		&approvedAt, &r.ApprovedBy,
		&a.State, &a.Answers, &a.Answered, &a.Pledged, &updatedAt, &a.UpdatedBy, &sentAt, &h.Draft)
	if err != nil {
		return h, err
	}
	if h.Set, err = s.sets.OfCampaign(ctx, tx, c.ID); err != nil {
		return h, err
	}
	r.CampaignID, r.HouseID = c.ID, h.ID
	r.Class, _ = criteria.ParseClass(class)
	r.Rule, _ = criteria.ParseClass(rule)
	r.Proposed, _ = criteria.ParseClass(proposed)
	r.Missing, r.Exception = list(lacking), list(exception)
	r.ProposedAt, r.ApprovedAt = db.Moment(proposedAt), db.Moment(approvedAt)
	a.UpdatedAt, a.SentAt = db.Moment(updatedAt), db.Moment(sentAt)
	return h, nil
}

// around reads what stands around the house in several tables with one statement: what kind of row, then its texts.
func (s *Store) around(ctx context.Context, tx *db.Tx, h *House) error {
	err := tx.All(ctx, func(scan func(...any) error) error {
		var kind, a, b, c string
		if err := scan(&kind, &a, &b, &c); err != nil {
			return err
		}
		switch kind {
		case "phase":
			h.Campaign.Dates = append(h.Campaign.Dates, campaigns.Dates{Phase: campaigns.Phase(a), Starts: civil.Day(b), Ends: civil.Day(c)})
		case "year":
			year, _ := strconv.Atoi(a)
			class, _ := criteria.ParseClass(b)
			h.Years = append(h.Years, Year{year, class})
		case "photo":
			h.Photos = append(h.Photos, a)
		case "replied":
			h.Replied, _ = strconv.Atoi(a)
		case "officer":
			h.Officers = append(h.Officers, Officer{a, civil.Phone(b)})
		}
		return nil
	}, `select 'phase' as kind, p.phase as a, p.starts_on as b, p.ends_on as c from phases p where p.ward_id = {ward} and p.campaign_id = $2
		union all
		select 'year', cast(c.year as text), coalesce(r.class, 'not_inspected'), '' from campaigns c
			left join results r on r.ward_id = c.ward_id and r.campaign_id = c.id and r.house_id = $1 where c.ward_id = {ward}
		union all
		select 'replied', cast(t.answered as text), '', '' from turnouts t where {scope t.house} and t.campaign_id = $2 and t.house_id = $1
		union all
		select 'photo', f.id, '', '' from photos f where {scope f.house} and f.inspection_id = $3 and f.house_id = $1
		union all
		select 'officer', o.name, o.phone, '' from grants n join accounts o on o.ward_id = n.ward_id and o.id = n.account_id
			where n.ward_id = {ward} and n.beat_id = $4 and n.role = 'officer' and n.ended_at is null and o.disabled_at is null`,
		h.ID, h.Campaign.ID, h.Result.Inspection, h.BeatID)
	if err != nil {
		return err
	}
	if h.Proposals, err = proposals.OpenOf(ctx, tx, h.ID); err != nil {
		return err
	}
	h.Measures, err = measures.OfHouseTx(ctx, tx, h.ID)
	slices.SortFunc(h.Years, func(a, b Year) int { return a.Year - b.Year })
	slices.Sort(h.Photos)
	slices.SortFunc(h.Campaign.Dates, func(a, b campaigns.Dates) int { return strings.Compare(string(a.Starts), string(b.Starts)) })
	return err
}

// Trail is a page of everything that was entered or decided about a house, newest first.
type Trail struct {
	House  House
	Events []Event
	Next   string // the id to go on after, empty at the end
}

// trailRows is the number of lines of a page of the trail.
const trailRows = 50

// Trail gives the house's trail after an event; from the newest when after is empty.
func (s *Store) Trail(ctx context.Context, who access.Actor, id, after string) (Trail, error) {
	var t Trail
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if t.House, err = s.house(ctx, tx, id, 0); err != nil {
			return err
		}
		var more bool
		t.Events, more, err = events(ctx, tx, id, after, trailRows)
		if more {
			t.Next = t.Events[len(t.Events)-1].ID
		}
		return err
	})
	return t, err
}

// newest stands behind every id, in whatever order the database keeps text.
const newest = "zzzzzzzzzzzzzzzzzzzzzzzzzzz"

// ofHouse are the lines about a house ($1) before one ($2) without its answers. The pairs are compared together because SQLite would else
// walk the whole trail of the ward backwards in search of this house.
const ofHouse = `select e.id, e.at, e.actor, e.role, e.action, e.detail from audit e
	where {scope e.house} and ` + db.NoAnswer + ` and e.object not in ('contact', 'consent')
		and (e.house_id, e.id) > ($1, '') and (e.house_id, e.id) < ($1, $2)`

// latest reads the newest lines about the house without its answers, behind which what was inspected and decided before would not be seen.
func (h *House) latest(ctx context.Context, tx *db.Tx) (err error) {
	h.Events, h.MoreEvents, err = read(ctx, tx, EventsOnPage, ofHouse+` order by e.house_id desc, e.id desc limit $3`, h.ID, newest, EventsOnPage+1)
	h.MoreEvents = h.MoreEvents || h.Assessment.Answered > 0
	return err
}

// events reads the newest lines before one, or of all. What was answered is told to those who answer at once, to those who judge when it was
// sent, as everywhere.
func events(ctx context.Context, tx *db.Tx, house, before string, most int) (list []Event, more bool, err error) {
	return read(ctx, tx, most, `with recursive `+db.Shelves+` `+ofHouse+` union all
		select e.id, e.at, e.actor, e.role, e.action, case when $4 or exists (select 1 from assessments a
				where a.ward_id = {ward} and a.campaign_id = e.object_id and a.house_id = e.house_id and a.sent_at >= e.at) then e.detail else '' end
		from shelf cross join audit e
		where {scope e.house} and `+db.OnShelf+` and e.house_id = $1 and e.id < $2
		order by id desc limit $3`, house, cmp.Or(before, newest), most+1, tx.Who.May(access.Assess))
}

// total leaves of a line about pledges how many households hold one: which household signed or withdrew is for those who keep the pledges of
// the house, and nobody else asks.
func (e *Event) total() {
	if e.Role == string(access.Household) {
		e.Actor = ""
	}
	at := strings.LastIndexByte(e.Detail, '(')
	if at < 0 {
		e.Detail = ""
		return
	}
	e.Detail = strings.TrimSuffix(e.Detail[at+1:], ")")
}

// read reads events, and whether there are more than wanted.
func read(ctx context.Context, tx *db.Tx, most int, query string, args ...any) (list []Event, more bool, err error) {
	keeps := tx.Who.May(access.Assess)
	err = tx.All(ctx, func(scan func(...any) error) error {
		var e Event
		var at int64
		if err := scan(&e.ID, &at, &e.Actor, &e.Role, &e.Action, &e.Detail); err != nil {
			return err
		}
		e.At = time.UnixMilli(at)
		if !keeps && strings.HasPrefix(e.Action, "pledge.") {
			e.total()
		}
		list = append(list, e)
		return nil
	}, query, args...)
	if len(list) > most {
		return list[:most], true, err
	}
	return list, false, err
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func missing(err error) bool { return fault.Is(err, fault.Missing) }
