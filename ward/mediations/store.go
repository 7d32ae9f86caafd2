package mediations

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/logbook"
	"sonha/ward/periods"
)

// Store keeps the tables of this feature.
type Store struct {
	db  *db.DB
	log *logbook.Store
}

// NewStore makes a store over an open database. What a head settles early leaves a line in the log of the house.
func NewStore(d *db.DB, log *logbook.Store) *Store { return &Store{db: d, log: log} }

const caseColumns = `m.id, m.record, m.group_id, g.name, coalesce(m.house_id, ''), coalesce(h.number || ' ' || s.name, ''), m.year, m.number, m.state, m.exclusion,
	m.received_on, m.ground, m.scope, m.guests, m.parties, m.households, m.started_on, m.ended_on, m.written, m.court, m.book, m.page, m.follow_by, m.followed_on,
	m.kept, coalesce(m.early_id, ''), exists (select 1 from mediations f where f.ward_id = m.ward_id and f.early_id = m.id), m.account_id, m.created_at, m.version`

const caseTables = ` from mediations m join areas g on g.ward_id = m.ward_id and g.id = m.group_id
	left join houses h on h.ward_id = m.ward_id and h.id = m.house_id left join streets s on s.ward_id = h.ward_id and s.id = h.street_id `

func scanCase(scan func(...any) error) (Case, error) {
	var c Case
	var guests string
	var created int64
	err := scan(&c.ID, &c.Record, &c.Group, &c.GroupName, &c.House, &c.Address, &c.Year, &c.Number, &c.State, &c.Exclusion, &c.Received, &c.Ground, &c.Scope, &guests,
		&c.Parties, &c.Households, &c.Started, &c.On, &c.Written, &c.Court, &c.Book, &c.Page, &c.FollowBy, &c.Followed, &c.Kept, &c.Early, &c.Taken,
		&c.Account, &created, &c.Version)
	if guests != "" {
		c.Guests = strings.Split(guests, ",")
	}
	c.Created, c.Outcome.State = time.UnixMilli(created), c.State
	return c, err
}

// mine refuses whoever is not of the register: a mediator for the cases of the own groups, a head for what was settled early in the
// own house. What a head has only begun to settle is no mediator's yet.
func mine(tx *db.Tx) error {
	if tx.Who.May(access.Mediate) {
		return nil
	}
	return tx.Need(access.KeepLog)
}

// registered is what the mediators see of the register: every formal case, and of the early ones those that ended.
const registered = `(m.record = 'formal' or m.state <> 'checked')`

// one reads a case within the reach of who acts.
func one(ctx context.Context, tx *db.Tx, id string) (Case, error) {
	if err := mine(tx); err != nil {
		return Case{}, err
	}
	query := `select ` + caseColumns + caseTables + `where {scope m.house} and m.record = 'early' and m.id = $1`
	switch {
	case tx.Who.Role() == "system": // the program plants early settlings for heads
		query = `select ` + caseColumns + caseTables + `where {scope m} and m.id = $1`
	case tx.Who.May(access.Mediate):
		query = `select ` + caseColumns + caseTables + `where {scope m} and m.id = $1 and ` + registered
	}
	c, err := scanCase(tx.One(ctx, query, id).Scan)
	if err != nil {
		return c, err
	}
	return c, parts(ctx, tx, &c)
}

// parts reads the sessions and the steps of a case that who acts has been found to reach.
func parts(ctx context.Context, tx *db.Tx, c *Case) error {
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var s Session
		err := scan(&s.On, &s.Public)
		c.Sessions = append(c.Sessions, s)
		return err
	}, `select e.held_on, e.in_public from mediation_sessions e where e.ward_id = {ward} and e.mediation_id = $1 order by e.n`, c.ID); err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var s Step
		err := scan(&s.Code, &s.Line)
		c.Steps = append(c.Steps, s)
		return err
	}, `select e.step, e.line from mediation_steps e where e.ward_id = {ward} and e.mediation_id = $1 order by e.n`, c.ID)
}

// Get gives one case; fault.Missing for everybody but the mediators of its group and, of an early settling, the head of its house.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Case, error) {
	var c Case
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		c, err = one(ctx, tx, id)
		return err
	})
	return c, err
}

// Group is a residential group whose register it is. One that was closed, or merged into another, has its register and no new case.
type Group struct {
	ID, Name string
	Closed   bool
}

// taking are the groups that take new cases.
func taking(list []Group) []Group {
	return slices.DeleteFunc(slices.Clone(list), func(g Group) bool { return g.Closed })
}

// groups gives the residential groups that a mediator is of.
func groups(ctx context.Context, tx *db.Tx) ([]Group, error) {
	level, ids := tx.Who.Reach()
	if level != access.OwnGroups || len(ids) == 0 {
		return nil, nil
	}
	which, args := db.Among("g.id", 1, ids)
	var list []Group
	err := tx.All(ctx, func(scan func(...any) error) error {
		var g Group
		err := scan(&g.ID, &g.Name, &g.Closed)
		list = append(list, g)
		return err
	}, `select g.id, g.name, g.valid_to is not null from areas g where g.ward_id = {ward} and g.kind = 'group' and `+which+` order by g.sort_key`, args...)
	return list, err
}

// Intake is how a case begins: with the answers of the exclusion check and nothing else.
type Intake struct {
	Answers map[Question]string
	Group   string // of a formal case; may be empty when the mediator is of one group
	House   string // set: an early settling in this house
	Early   string // the early settling that the mediators take up
}

// Begin opens a case by the exclusion check, or refers it when one answer is yes. There is no other way into the register.
func (s *Store) Begin(ctx context.Context, who access.Actor, in Intake) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.BeginTx(ctx, tx, in)
		return err
	})
	return id, err
}

// BeginTx is Begin inside a unit of work.
func (s *Store) BeginTx(ctx context.Context, tx *db.Tx, in Intake) (string, error) {
	c := Case{ID: tx.NewID(), Record: Formal, Group: in.Group, House: in.House, Early: in.Early, State: Checked}
	if err := origin(ctx, tx, &c); err != nil {
		return "", err
	}
	var err error
	if c.Exclusion, err = Exclude(in.Answers); err != nil {
		return "", err
	}
	c.Received = civil.DayOf(tx.Now)
	c.Year = c.Received.Year()
	if c.Exclusion != Passed {
		c.State = Referred
		if c.Number, err = next(ctx, tx, &c); err != nil {
			return "", err
		}
	}
	if _, err := tx.Exec(ctx, `insert into mediations (ward_id, id, record, group_id, house_id, year, number, state, exclusion, received_on, ground, scope, guests, parties,
			households, started_on, ended_on, written, court, book, page, follow_by, followed_on, kept, early_id, account_id, created_at, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', '', 0, 0, '', $10, false, false, 0, 0, '', '', '', $11, $12, $13, $13, 1)`,
		c.ID, string(c.Record), c.Group, db.OrNull(c.House), c.Year, c.Number, string(c.State), string(c.Exclusion), string(c.Received), endOf(&c), db.OrNull(c.Early),
		tx.Who.Account(), tx.Millis()); err != nil {
		return "", err
	}
	return c.ID, audit(ctx, tx, &c, "mediation.begin")
}

// endOf is the day on which a case that is referred at once ended.
func endOf(c *Case) string {
	if c.State == Referred {
		return string(c.Received)
	}
	return ""
}

// origin finds the group and the kind of a new case within the reach of who acts.
func origin(ctx context.Context, tx *db.Tx, c *Case) error {
	if c.House != "" {
		c.Record = Early
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		var group string
		err := tx.One(ctx, `select coalesce(h.group_id, '') from houses h where {scope h} and h.status = 'active' and h.id = $1`, c.House).Scan(&group)
		if err == nil && group == "" {
			err = fault.Shut("mediations.house_without_group")
		}
		c.Group = group
		return err
	}
	if err := tx.Need(access.Mediate); err != nil {
		return err
	}
	if c.Early != "" {
		early, err := one(ctx, tx, c.Early)
		if err != nil {
			return err
		}
		if early.Record != Early || early.State != Handed || early.Taken {
			return fault.Conflict("fault.changed")
		}
		c.Group = early.Group
		return nil
	}
	if level, _ := tx.Who.Reach(); level == access.WholeWard {
		return nil // the program itself, which names the group
	}
	list, err := groups(ctx, tx)
	list = taking(list)
	switch {
	case err != nil:
		return err
	case c.Group == "" && len(list) == 1:
		c.Group = list[0].ID
	case !slices.ContainsFunc(list, func(g Group) bool { return g.ID == c.Group }):
		return fault.Invalid("group", "mediations.choose_group")
	}
	return nil
}

// next is the number of a case in the register of its group and year.
func next(ctx context.Context, tx *db.Tx, c *Case) (int, error) {
	var n int
	err := tx.One(ctx, `select coalesce(max(m.number), 0) + 1 from mediations m where m.ward_id = {ward} and m.group_id = $1 and m.record = $2 and m.year = $3`,
		c.Group, string(c.Record), c.Year).Scan(&n)
	return n, err
}

func audit(ctx context.Context, tx *db.Tx, c *Case, action string) error {
	// The trail says that something was done to a case, and of an early settling not even at which house: others read it.
	return tx.Audit(ctx, db.Entry{Action: action, Object: "mediation", ID: c.ID})
}

// change reads a case, lets fn judge and alter it, and writes it.
func (s *Store) change(ctx context.Context, who access.Actor, id, action string, fn func(*db.Tx, *Case) error) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.changeTx(ctx, tx, id, action, fn) })
}

func (s *Store) changeTx(ctx context.Context, tx *db.Tx, id, action string, fn func(*db.Tx, *Case) error) error {
	c, err := one(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := fn(tx, &c); err != nil {
		return err
	}
	if c.Number == 0 && c.State != Checked {
		if c.Number, err = next(ctx, tx, &c); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `update mediations as m set year = $1, number = $2, state = $3, exclusion = $4, received_on = $5, ground = $6, scope = $7, guests = $8, parties = $9,
			households = $10, started_on = $11, ended_on = $12, written = $13, court = $14, book = $15, page = $16, follow_by = $17, followed_on = $18, kept = $19,
			updated_at = $20, version = m.version + 1
		where m.ward_id = {ward} and m.id = $21 and m.version = $22`,
		c.Year, c.Number, string(c.State), string(c.Exclusion), string(c.Received), string(c.Ground), string(c.Scope), strings.Join(c.Guests, ","), c.Parties, c.Households,
		string(c.Started), string(c.On), c.Written, c.Court, c.Book, c.Page, string(c.FollowBy), string(c.Followed), string(c.Kept), tx.Millis(), id, c.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("fault.changed")
	}
	return audit(ctx, tx, &c, action)
}

// Describe writes the details of a case: what it is about, who asked, how many parties. They may be mended until the case has ended.
func (s *Store) Describe(ctx context.Context, who access.Actor, id string, d Details) error {
	return s.change(ctx, who, id, "mediation.describe", func(tx *db.Tx, c *Case) error { return describe(tx, c, d) })
}

// DescribeTx is Describe inside a unit of work.
func (s *Store) DescribeTx(ctx context.Context, tx *db.Tx, id string, d Details) error {
	return s.changeTx(ctx, tx, id, "mediation.describe", func(tx *db.Tx, c *Case) error { return describe(tx, c, d) })
}

func describe(tx *db.Tx, c *Case, d Details) error {
	if err := formal(tx, c); err != nil {
		return err
	}
	if err := d.check(c, civil.DayOf(tx.Now)); err != nil {
		return err
	}
	c.Details = d
	if c.State == Checked {
		c.State, c.Year = Open, d.Received.Year()
	}
	return nil
}

// formal refuses what only a mediator does to a case of the register that has not ended.
func formal(tx *db.Tx, c *Case) error {
	if err := tx.Need(access.Mediate); err != nil {
		return err
	}
	if c.Record != Formal || c.State.Ended() {
		return fault.Shut("mediations.ended_already")
	}
	return nil
}

// Meet notes a session. The first one is the beginning of mediation, which has its day (Art. 20).
func (s *Store) Meet(ctx context.Context, who access.Actor, id string, m Session) error {
	return s.change(ctx, who, id, "mediation.session", func(tx *db.Tx, c *Case) error { return s.meet(ctx, tx, c, m) })
}

// MeetTx is Meet inside a unit of work.
func (s *Store) MeetTx(ctx context.Context, tx *db.Tx, id string, m Session) error {
	return s.changeTx(ctx, tx, id, "mediation.session", func(tx *db.Tx, c *Case) error { return s.meet(ctx, tx, c, m) })
}

func (s *Store) meet(ctx context.Context, tx *db.Tx, c *Case, m Session) error {
	if err := formal(tx, c); err != nil {
		return err
	}
	if c.State == Checked {
		return fault.Shut("mediations.describe_first")
	}
	if len(c.Sessions) >= mostSessions {
		return fault.Shut("mediations.too_many_sessions", "Most", mostSessions)
	}
	if err := fault.InvalidFields(dayBetween("held", m.On, c.Last(), civil.DayOf(tx.Now))); err != nil {
		return err
	}
	if c.State = Running; c.Started == "" {
		c.Started = m.On
	}
	_, err := tx.Exec(ctx, `insert into mediation_sessions (ward_id, mediation_id, n, held_on, in_public) values ({ward}, $1, $2, $3, $4)`,
		c.ID, len(c.Sessions)+1, string(m.On), m.Public)
	return err
}

// Refer passes a case on when signs of violence, crime or a violation appear later (Law 35/2013/QH13, Art. 10): it is closed for good.
func (s *Store) Refer(ctx context.Context, who access.Actor, id string, why Question) error {
	return s.change(ctx, who, id, "mediation.refer", func(tx *db.Tx, c *Case) error {
		if err := formal(tx, c); err != nil {
			return err
		}
		if !slices.Contains(Questions(), why) {
			return fault.Invalid("why", "mediations.choose_why")
		}
		c.State, c.Exclusion, c.On = Referred, why, civil.DayOf(tx.Now)
		return nil
	})
}

// Finish notes how a case ended. A settled one is asked about again within thirty days.
func (s *Store) Finish(ctx context.Context, who access.Actor, id string, o Outcome) error {
	return s.change(ctx, who, id, "mediation.finish", func(tx *db.Tx, c *Case) error { return finish(ctx, tx, c, o) })
}

// FinishTx is Finish inside a unit of work.
func (s *Store) FinishTx(ctx context.Context, tx *db.Tx, id string, o Outcome) error {
	return s.changeTx(ctx, tx, id, "mediation.finish", func(tx *db.Tx, c *Case) error { return finish(ctx, tx, c, o) })
}

func finish(ctx context.Context, tx *db.Tx, c *Case, o Outcome) error {
	if err := formal(tx, c); err != nil {
		return err
	}
	switch {
	case c.State == Checked:
		return fault.Shut("mediations.describe_first")
	case c.State == Open && o.State != Stopped:
		return fault.Invalid("result", "mediations.session_first")
	}
	if err := o.check(c, civil.DayOf(tx.Now)); err != nil {
		return err
	}
	c.Outcome, c.State = o, o.State
	if o.State == Settled {
		c.FollowBy = o.On.AddDays(followDays)
	}
	for i, step := range o.Steps {
		if _, err := tx.Exec(ctx, `insert into mediation_steps (ward_id, mediation_id, n, step, line) values ({ward}, $1, $2, $3, $4)`, c.ID, i+1, step.Code,
			step.Line); err != nil {
			return err
		}
	}
	return nil
}

// FollowUp notes how a settled case stood when the mediators asked again.
func (s *Store) FollowUp(ctx context.Context, who access.Actor, id string, on civil.Day, kept Keeping) error {
	return s.change(ctx, who, id, "mediation.follow_up", func(tx *db.Tx, c *Case) error { return followUp(tx, c, on, kept) })
}

// FollowUpTx is FollowUp inside a unit of work.
func (s *Store) FollowUpTx(ctx context.Context, tx *db.Tx, id string, on civil.Day, kept Keeping) error {
	return s.changeTx(ctx, tx, id, "mediation.follow_up", func(tx *db.Tx, c *Case) error { return followUp(tx, c, on, kept) })
}

func followUp(tx *db.Tx, c *Case, on civil.Day, kept Keeping) error {
	if err := tx.Need(access.Mediate); err != nil {
		return err
	}
	if c.State != Settled || c.Record != Formal {
		return fault.Shut("mediations.not_settled")
	}
	bad := dayBetween("followed", on, c.On, civil.DayOf(tx.Now))
	if !slices.Contains(Keepings(), kept) {
		bad = append(bad, fault.Field{Name: "kept", Key: "mediations.choose_kept"})
	}
	c.Followed, c.Kept = on, kept
	return fault.InvalidFields(bad)
}

// Discard takes out a case that was begun by mistake, as long as nothing but the check was entered.
func (s *Store) Discard(ctx context.Context, who access.Actor, id string) (Case, error) {
	var gone Case
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		c, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if gone = c; !c.Removable() {
			return fault.Shut("mediations.not_removable")
		}
		if _, err := tx.Exec(ctx, `delete from mediations as m where m.ward_id = {ward} and m.id = $1 and m.state = 'checked'`, id); err != nil {
			return err
		}
		return audit(ctx, tx, &c, "mediation.discard")
	})
	return gone, err
}

// Settling is how an early settling went.
type Settling struct {
	On         civil.Day
	Scope      Scope
	Households int
	Settled    bool // otherwise it goes to the mediators
}

// Settle ends an early settling: it is well, or the mediators are to take it up. The log of the house gets a line that says no more
// than that neighbours were brought together, so that the monthly report counts it.
func (s *Store) Settle(ctx context.Context, who access.Actor, id string, x Settling) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error { return s.SettleTx(ctx, tx, id, x) })
}

// SettleTx is Settle inside a unit of work.
func (s *Store) SettleTx(ctx context.Context, tx *db.Tx, id string, x Settling) error {
	return s.changeTx(ctx, tx, id, "mediation.settle", func(tx *db.Tx, c *Case) error {
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		if c.Record != Early || c.State != Checked {
			return fault.Shut("mediations.ended_already")
		}
		d := Details{Received: x.On, Scope: x.Scope, Households: x.Households}
		if err := d.check(c, civil.DayOf(tx.Now)); err != nil {
			return err
		}
		c.Details, c.Year, c.On = d, d.Received.Year(), civil.DayOf(tx.Now)
		line := "Dàn xếp ban đầu giữa các hộ, đã ổn."
		if c.State = Settled; !x.Settled {
			c.State, line = Handed, "Dàn xếp ban đầu giữa các hộ, đã chuyển tổ hòa giải."
		}
		const logged = 31 // days: how far back the log takes an entry
		if d.Received < civil.DayOf(tx.Now).AddDays(-logged) {
			return nil
		}
		entry := logbook.Draft{Kind: logbook.Dispute, Content: "HG", On: d.Received, Text: line}
		if c.State == Handed {
			entry.Told = "mediators"
		}
		if _, err := s.log.AddTx(ctx, tx, c.House, entry); err != nil {
			return err
		}
		if c.State != Handed {
			return nil
		}
		return tell(ctx, tx, c, "mediations.tell.handed", "handed:"+c.ID, "Group", c.GroupName)
	})
}

// old are the cases that go: of years before $1, but for an early settling that a younger case took up, which goes with it.
const old = `m.year < $1 and not exists (select 1 from mediations f where f.ward_id = m.ward_id and f.early_id = m.id and f.year >= $1)`

// Expire deletes cases after five full years (domain.md §5.9) and gives their number; a dry run only counts them.
func (s *Store) Expire(ctx context.Context, who access.Actor, dry bool) (int, error) {
	var n int
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		before := civil.DayOf(tx.Now).Year() - keptYears
		if err := tx.One(ctx, `select count(*) from mediations m where m.ward_id = {ward} and `+old, before).Scan(&n); err != nil {
			return err
		}
		if dry || n == 0 {
			tx.Untold("a dry run deletes nothing")
			return nil
		}
		for _, query := range []string{
			`delete from mediation_steps as e where e.ward_id = {ward}
				and exists (select 1 from mediations m where m.ward_id = e.ward_id and m.id = e.mediation_id and ` + old + `)`,
			`delete from mediation_sessions as e where e.ward_id = {ward}
				and exists (select 1 from mediations m where m.ward_id = e.ward_id and m.id = e.mediation_id and ` + old + `)`,
			`delete from mediations as m where m.ward_id = {ward} and m.year < $1 and m.early_id is not null`,
			`delete from mediations as m where m.ward_id = {ward} and ` + old,
		} {
			if _, err := tx.Exec(ctx, query, before); err != nil {
				return err
			}
		}
		if err := periods.Mediation().Destroyed(ctx, tx, n, civil.NewDay(before, time.January, 1)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "mediation.expire", Object: "ward", Detail: fmt.Sprintf("%s vụ hòa giải trước năm %s", strconv.Itoa(n), strconv.Itoa(before))})
	})
	return n, err
}

// phones are the numbers that a referral shows.
func phones(ctx context.Context, tx *db.Tx) (areas.Phones, error) { return areas.PhonesTx(ctx, tx) }
