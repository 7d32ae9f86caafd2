package campaigns

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/inbox"
)

// Opener is told, in the same transaction, that a campaign was opened, so that its figures begin with every
// house of the ward.
type Opener interface {
	Opened(ctx context.Context, tx *db.Tx, campaignID string) error
}

// Store keeps the tables of this feature.
type Store struct {
	db     *db.DB
	opener Opener
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB, o Opener) *Store { return &Store{db: d, opener: o} }

const columns = `c.id, c.year, c.name, c.criteria, c.fire_module, c.phase, c.origin, c.starts_on, c.ends_on, coalesce(c.closed_at, 0), c.version`

func scanCampaign(scan func(...any) error) (Campaign, error) {
	var c Campaign
	var closed int64
	err := scan(&c.ID, &c.Year, &c.Name, &c.Criteria, &c.FireModule, &c.Phase, &c.Origin, &c.Starts, &c.Ends, &closed, &c.Version)
	if closed > 0 {
		c.ClosedAt = time.UnixMilli(closed)
	}
	return c, err
}

// Current gives the ward's campaign that pages show when none is named: the newest one that is not closed,
// else the newest. fault.Missing when the ward has none.
func (s *Store) Current(ctx context.Context, who access.Actor) (Campaign, error) {
	var c Campaign
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		c, err = CurrentOf(ctx, tx)
		if err != nil {
			return err
		}
		c.Dates, err = dates(ctx, tx, c.ID)
		return err
	})
	return c, err
}

// CurrentID is the id of Current as an expression of a statement. Each half is one step down the key of years; to sort
// all years by phase and year cost a third of an answer.
const CurrentID = `coalesce((select x.id from campaigns x where x.ward_id = {ward} and x.phase <> 'closed' order by x.year desc limit 1),
		(select x.id from campaigns x where x.ward_id = {ward} order by x.year desc limit 1))`

// CurrentOf is Current inside a unit of work, without the planned dates.
func CurrentOf(ctx context.Context, tx *db.Tx) (Campaign, error) {
	row := tx.One(ctx, `select `+columns+` from campaigns c where c.ward_id = {ward} and c.id = `+CurrentID)
	c, err := scanCampaign(row.Scan)
	if fault.Is(err, fault.Missing) {
		err = fault.NotFound("campaigns.none")
	}
	return c, err
}

// Get gives one campaign with its planned dates.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Campaign, error) {
	return s.one(ctx, who, `c.id = $1`, id)
}

// ByYear gives the campaign of a year with its planned dates.
func (s *Store) ByYear(ctx context.Context, who access.Actor, year int) (Campaign, error) {
	return s.one(ctx, who, `c.year = $1`, year)
}

func (s *Store) one(ctx context.Context, who access.Actor, where string, arg any) (Campaign, error) {
	var c Campaign
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if c, err = scanCampaign(tx.One(ctx, `select `+columns+` from campaigns c where c.ward_id = {ward} and `+where, arg).Scan); err != nil {
			return err
		}
		c.Dates, err = dates(ctx, tx, c.ID)
		return err
	})
	return c, err
}

// InTx gives one campaign inside a unit of work, without the planned dates.
func InTx(ctx context.Context, tx *db.Tx, id string) (Campaign, error) {
	return scanCampaign(tx.One(ctx, `select `+columns+` from campaigns c where c.ward_id = {ward} and c.id = $1`, id).Scan)
}

// ByYearTx gives the campaign of a year inside a unit of work, without the planned dates.
func ByYearTx(ctx context.Context, tx *db.Tx, year int) (Campaign, error) {
	return scanCampaign(tx.One(ctx, `select `+columns+` from campaigns c where c.ward_id = {ward} and c.year = $1`, year).Scan)
}

// OfYearTx is ByYearTx, and the current campaign for year 0: for pages that show that one unless a year is named.
func OfYearTx(ctx context.Context, tx *db.Tx, year int) (Campaign, error) {
	if year == 0 {
		return CurrentOf(ctx, tx)
	}
	return ByYearTx(ctx, tx, year)
}

// List gives all campaigns of the ward, newest first, without dates.
func (s *Store) List(ctx context.Context, who access.Actor) ([]Campaign, error) {
	var out []Campaign
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			c, err := scanCampaign(scan)
			out = append(out, c)
			return err
		}, `select `+columns+` from campaigns c where c.ward_id = {ward} order by c.year desc`)
	})
	return out, err
}

func dates(ctx context.Context, tx *db.Tx, id string) ([]Dates, error) {
	var out []Dates
	err := tx.All(ctx, func(scan func(...any) error) error {
		var d Dates
		if err := scan(&d.Phase, &d.Starts, &d.Ends); err != nil {
			return err
		}
		out = append(out, d)
		return nil
	}, `select p.phase, p.starts_on, p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 order by p.starts_on, p.ends_on`, id)
	return out, err
}

// Criteria lists the versions of the criteria with which a campaign may be opened, the one that was published last in front.
func (s *Store) Criteria(ctx context.Context, who access.Actor) ([]int, error) {
	var list []int
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var err error
		list, err = criteria.Choices(ctx, tx)
		return err
	})
	return list, err
}

// New is what opening a campaign asks for.
type New struct {
	Year       int
	Criteria   int // version of the criteria; 0 for the one that was published last
	FireModule bool
	Dates      []Dates // in phase order; Plan(Year) when empty
}

// Create opens the campaign of a year. A year that has one is a conflict.
func (s *Store) Create(ctx context.Context, who access.Actor, n New) (Campaign, error) {
	if len(n.Dates) == 0 {
		n.Dates = Plan(n.Year)
	}
	if err := check(n); err != nil {
		return Campaign{}, err
	}
	var c Campaign
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		if last := civil.DayOf(tx.Now).Year() + 1; n.Year > last {
			return fault.Invalid("year", "campaigns.far_year", "Last", strconv.Itoa(last))
		}
		choices, err := criteria.Choices(ctx, tx)
		if err != nil {
			return err
		}
		n := n // the unit may run again
		if n.Criteria == 0 {
			n.Criteria = choices[0]
		}
		if !slices.Contains(choices, n.Criteria) {
			return fault.Invalid("criteria", "campaigns.no_such_criteria", "Version", strconv.Itoa(n.Criteria))
		}
		if c, err = Add(ctx, tx, n, Ours, Open); err != nil {
			return err
		}
		if err := tell(ctx, tx, c, Open); err != nil {
			return err
		}
		return s.opener.Opened(ctx, tx, c.ID)
	})
	return c, err
}

// Add writes a campaign inside a unit of work: an opened one, or the closed shell of an imported year.
func Add(ctx context.Context, tx *db.Tx, n New, origin Origin, phase Phase) (Campaign, error) {
	c := Campaign{
		ID: tx.NewID(), Year: n.Year, Name: "Đợt " + strconv.Itoa(n.Year), Criteria: n.Criteria, FireModule: n.FireModule, Phase: phase, Origin: origin,
		Starts: n.Dates[0].Starts, Ends: n.Dates[min(2, len(n.Dates)-1)].Ends, Dates: n.Dates, Version: 1,
	}
	var closed any
	if phase == Closed {
		closed = tx.Millis()
	}
	_, err := tx.Exec(ctx, `insert into campaigns (ward_id, id, year, name, criteria, fire_module, phase, origin, starts_on, ends_on, created_at, created_by, closed_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)`,
		c.ID, c.Year, c.Name, c.Criteria, c.FireModule, string(c.Phase), string(c.Origin), string(c.Starts), string(c.Ends), tx.Millis(), tx.Who.Name(), closed)
	if fault.Is(err, fault.Clash) {
		return c, fault.Invalid("year", "campaigns.year_exists", "Year", strconv.Itoa(n.Year))
	}
	if err != nil {
		return c, err
	}
	for _, d := range n.Dates {
		if _, err := tx.Exec(ctx, `insert into phases (ward_id, campaign_id, phase, starts_on, ends_on) values ({ward}, $1, $2, $3, $4)`,
			c.ID, string(d.Phase), string(d.Starts), string(d.Ends)); err != nil {
			return c, err
		}
	}
	return c, tx.Audit(ctx, db.Entry{Action: "campaign.open", Object: "campaign", ID: c.ID, Detail: c.Name})
}

func check(n New) error {
	var bad []fault.Field
	if n.Year < firstYear || n.Year > lastYear {
		bad = append(bad, fault.Field{Name: "year", Key: "campaigns.bad_year"})
	}
	var last civil.Day
	for _, d := range n.Dates {
		switch {
		case d.Starts == "" || d.Ends == "":
			bad = append(bad, fault.Field{Name: string(d.Phase), Key: "fault.bad_day"})
		case d.Ends < d.Starts:
			bad = append(bad, fault.Field{Name: string(d.Phase), Key: "campaigns.ends_before"})
		case d.Starts < last:
			bad = append(bad, fault.Field{Name: string(d.Phase), Key: "campaigns.starts_before"})
		}
		last = d.Starts
	}
	return fault.InvalidFields(bad)
}

// Move takes a campaign one phase on or back. version is the one that the reader saw.
func (s *Store) Move(ctx context.Context, who access.Actor, id string, to Phase, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := InTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if to == Closed || to == "" || (to != c.Phase.Next() && to != c.Phase.Previous()) {
			return fault.Shut("campaigns.no_such_step")
		}
		return SetPhase(ctx, tx, c, to, version)
	})
}

// SetPhase writes the phase of a campaign; fault.Clash when somebody else moved it meanwhile.
func SetPhase(ctx context.Context, tx *db.Tx, c Campaign, to Phase, version int) error {
	var closed any
	if to == Closed {
		closed = tx.Millis()
	}
	n, err := tx.Exec(ctx, `update campaigns as c set phase = $1, closed_at = $2, version = c.version + 1
		where c.ward_id = {ward} and c.id = $3 and c.version = $4`, string(to), closed, c.ID, version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	if err := tell(ctx, tx, c, to); err != nil {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: "campaign.phase", Object: "campaign", ID: c.ID, Detail: string(c.Phase) + " → " + string(to)})
}

// tell says to those who have work in a campaign which phase it is in now and what there is to do. A campaign that was closed once and
// opened again goes through its last phases for the sake of some houses: only command and committee hear of these, and of a house's
// result its own people when it changes.
func tell(ctx context.Context, tx *db.Tx, c Campaign, phase Phase) error {
	type group struct {
		key   string
		roles []access.Role
	}
	work := "campaigns.told_officers." + string(phase)
	groups := []group{
		{"campaigns.told." + string(phase), []access.Role{access.Head, access.GroupLead}},
		{work, []access.Role{access.Officer, access.Command, access.Committee}},
	}
	var again int
	if err := tx.One(ctx, `select count(*) from reopenings p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'confirmed'`, c.ID).Scan(&again); err != nil {
		return err
	}
	if again > 0 {
		groups = []group{{work, []access.Role{access.Command, access.Committee}}}
	}
	for _, group := range groups {
		if err := inbox.Tell(ctx, tx, inbox.To{Roles: group.roles}, inbox.Message{
			Kind: inbox.Phases, Key: group.key, Pairs: []any{"Year", strconv.Itoa(c.Year)}, Href: "/today", About: "campaign:" + c.ID,
		}); err != nil {
			return err
		}
	}
	return nil
}

// SetDates changes the planned days of the phases.
func (s *Store) SetDates(ctx context.Context, who access.Actor, id string, plan []Dates, version int) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := InTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Phase == Closed {
			return fault.Shut("campaigns.is_closed")
		}
		if err := check(New{Year: c.Year, Dates: plan}); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update campaigns as c set starts_on = $1, ends_on = $2, version = c.version + 1 where c.ward_id = {ward} and c.id = $3 and c.version = $4`,
			string(plan[0].Starts), string(plan[min(2, len(plan)-1)].Ends), id, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		for _, d := range plan {
			if _, err := tx.Exec(ctx, `insert into phases (ward_id, campaign_id, phase, starts_on, ends_on) values ({ward}, $1, $2, $3, $4)
				on conflict (ward_id, campaign_id, phase) do update set starts_on = excluded.starts_on, ends_on = excluded.ends_on`,
				id, string(d.Phase), string(d.Starts), string(d.Ends)); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "campaign.dates", Object: "campaign", ID: id, Detail: c.Name})
	})
}

// Must gives the campaign when its phase allows the act, and says which phase it is in when not.
func Must(ctx context.Context, tx *db.Tx, id string, act Act) (Campaign, error) {
	c, err := InTx(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if !c.Phase.Allows(act) {
		return c, fault.Shut("campaigns.not_now." + string(c.Phase))
	}
	return c, nil
}
