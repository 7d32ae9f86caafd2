package households

import (
	"context"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/consents"
	"sonha/ward/criteria"
	"sonha/ward/periods"
	"sonha/ward/privacy/requests"
	"sonha/ward/reads"
)

// Home is what a household sees first: what it may do, and how its house stands.
type Home struct {
	Sheet  Sheet
	Pledge assessments.Mine
	Result Result
	// Contact is the way to reach it that the household gave its head.
	Contact Contact
	// NoCampaign reports that the ward has opened no campaign yet: Sheet and Pledge are empty.
	NoCampaign bool
}

// Result is how the own house stands, in the running campaign or, before it was inspected there, nowhere.
type Result struct {
	House     House
	Year      int
	Approved  bool // by the command; before, a class is only proposed and not shown
	Inspected civil.Day
	RecheckBy civil.Day
	Class     criteria.Class
	Answers   criteria.Answers
	Set       *criteria.Set // of the campaign; nil without one
	Head      string
	HeadPhone civil.Phone
	Officer   string
	Phone     civil.Phone // of the officer
}

// Home gives the first page of the household that the actor speaks for.
func (s *Store) Home(ctx context.Context, who access.Actor) (Home, error) {
	var h Home
	var err error
	if h.Result, err = s.Result(ctx, who); err != nil {
		return h, err
	}
	if h.Contact, err = s.Contact(ctx, who); err != nil {
		return h, err
	}
	if h.Sheet, err = s.Sheet(ctx, who); err == nil {
		h.Pledge, err = s.pledges.Mine(ctx, who)
	}
	if fault.Is(err, fault.Missing) {
		h.NoCampaign = true
		return h, nil
	}
	return h, err
}

// Result gives how the house of the household stands that the actor speaks for, and whom to call.
func (s *Store) Result(ctx context.Context, who access.Actor) (Result, error) {
	var x Result
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		if house, _ := tx.Who.Household(); house == "" {
			return fault.NotFound("fault.not_found")
		}
		var campaign, class, stage, beat string
		h := &x.House
		if err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active', h.head_name, h.head_phone, coalesce(h.beat_id, ''),
				coalesce(c.id, ''), coalesce(c.year, 0), coalesce(r.stage, ''), coalesce(r.class, ''), coalesce(r.answers, ''),
				coalesce(r.inspected_on, ''), coalesce(r.recheck_by, '')
			from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
			left join campaigns c on c.ward_id = h.ward_id and c.id = `+campaigns.CurrentID+`
			left join results r on r.ward_id = h.ward_id and r.campaign_id = c.id and r.house_id = h.id
			where {home h}`).Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active, &x.Head, &x.HeadPhone, &beat,
			&campaign, &x.Year, &stage, &class, &x.Answers, &x.Inspected, &x.RecheckBy); err != nil {
			return err
		}
		x.Class, _ = criteria.ParseClass(class)
		x.Approved = stage == "approved"
		if campaign != "" {
			var err error
			if x.Set, err = s.sets.OfCampaign(ctx, tx, campaign); err != nil {
				return err
			}
		}
		err := tx.One(ctx, `select o.name, o.phone from grants n join accounts o on o.ward_id = n.ward_id and o.id = n.account_id
			where n.ward_id = {ward} and n.beat_id = $1 and n.role = 'officer' and n.ended_at is null and o.disabled_at is null and o.phone <> '' order by n.id limit 1`, beat).
			Scan(&x.Officer, &x.Phone)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	return x, err
}

// Record is all that is kept about a household and its account (Law 91/2025/QH15, the right to view; domain.md §5.4).
type Record struct {
	AsOf      time.Time
	Account   accounts.Account
	Sessions  []accounts.Session
	House     House
	Household string
	Card      time.Time // when the present card was given out; zero without one
	CardBy    string
	CardUsed  time.Time
	Contact   Contact
	Consents  []consents.Consent
	Pledges   []Signed
	Sheets    []Answered
	Requests  []requests.Request // what it asked about its data, the newest first
	Events    []Event
	Readers   []reads.Line // who looked at what the household gave, the newest first
}

// Signed is the household's pledge in one campaign.
type Signed struct {
	Year int
	assessments.Mine
}

// Answered is the household's answers in one campaign, while they are kept.
type Answered struct {
	Year  int
	Until civil.Day // when they are destroyed; empty while the campaign is not closed
	Wish  Wish      // what it would like help with
	Sheet
}

// Event is a line of the history that the account wrote, or that others wrote about it.
type Event struct {
	At     time.Time
	Actor  string
	Own    bool
	Action string
}

// Record gives all that is kept about the household that the actor speaks for.
func (s *Store) Record(ctx context.Context, who access.Actor) (Record, error) {
	r := Record{AsOf: s.db.Now()}
	var err error
	if r.Account, err = s.accounts.Mine(ctx, who); err != nil {
		return r, err
	}
	if r.Sessions, err = s.accounts.Sessions(ctx, who); err != nil {
		return r, err
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		if _, r.Household = tx.Who.Household(); r.Household == "" {
			return fault.NotFound("fault.not_found")
		}
		h := &r.House
		if err := tx.One(ctx, `select h.id, h.number, s.name, h.households, h.status = 'active' from houses h
			join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {home h}`).Scan(&h.ID, &h.Number, &h.Street, &h.Households, &h.Active); err != nil {
			return err
		}
		for _, read := range []func(context.Context, *db.Tx, *Record) error{card, s.agreed, signed, s.kept, asked, events, readers} {
			if err := read(ctx, tx, &r); err != nil {
				return err
			}
		}
		return nil
	})
	return r, err
}

// mostReaders bounds the lines of who looked in the file of a household's own data; the page has the newest of them and leads to all.
const mostReaders = 2000

// readers reads who looked at what the household gave.
func readers(ctx context.Context, tx *db.Tx, r *Record) (err error) {
	r.Readers, err = reads.Newest(ctx, tx, mostReaders)
	return err
}

// asked reads what the household asked about its data.
func asked(ctx context.Context, tx *db.Tx, r *Record) (err error) {
	r.Requests, err = requests.MineTx(ctx, tx)
	return err
}

func card(ctx context.Context, tx *db.Tx, r *Record) error {
	var given, used int64
	err := tx.One(ctx, `select c.created_at, c.created_by, coalesce(c.used_at, 0) from cards c where c.ward_id = {ward} and c.account_id = $1 and c.ended_at is null`,
		tx.Who.Account()).Scan(&given, &r.CardBy, &used)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	r.Card, r.CardUsed = db.Moment(given), db.Moment(used)
	return err
}

// agreed reads what the household agreed to, and the contact that it gave.
func (s *Store) agreed(ctx context.Context, tx *db.Tx, r *Record) error {
	var err error
	if r.Contact, err = s.contact(ctx, tx); err != nil {
		return err
	}
	r.Consents, err = consents.Mine(ctx, tx)
	return err
}

func signed(ctx context.Context, tx *db.Tx, r *Record) (err error) {
	r.Pledges, err = pledgesWhere(ctx, tx, `{scope p.household}`)
	return err
}

// pledgesWhere lists pledges of one household, the newest first.
func pledgesWhere(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Signed, error) {
	var list []Signed
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Signed
		var at int64
		if err := scan(&x.Year, &x.SignedOn, &x.Withdrawn, &x.Channel, &x.EnteredBy, &at, &x.Version, &x.Hash, &x.Rental); err != nil {
			return err
		}
		x.EnteredAt = db.Moment(at)
		list = append(list, x)
		return nil
	}, `select c.year, p.signed_on, coalesce(p.withdrawn_on, ''), p.channel, p.entered_by, p.entered_at, p.text_version, p.text_hash, p.rental
		from pledges p join campaigns c on c.ward_id = p.ward_id and c.id = p.campaign_id where `+where+` order by c.year desc`, args...)
	return list, err
}

func (s *Store) kept(ctx context.Context, tx *db.Tx, r *Record) error {
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x Answered
		var updated, sent, closed int64
		var needs string
		if err := scan(&x.Campaign.ID, &x.Year, &closed, &x.Answers, &x.State, &x.ByProxy, &x.EnteredBy, &x.Sealed, &updated, &sent, &needs, &x.Wish.Note); err != nil {
			return err
		}
		if closed > 0 {
			x.Until = periods.Answers().Until(db.Moment(closed))
		}
		if x.Wish.Needs = unpackNeeds(needs); x.Sealed {
			x.Wish = Wish{}
		}
		x.UpdatedAt, x.SentAt = db.Moment(updated), db.Moment(sent)
		r.Sheets = append(r.Sheets, x)
		return nil
	}, `select c.id, c.year, coalesce(c.closed_at, 0), a.answers, a.state, a.by_proxy, a.entered_by, a.sealed, a.updated_at, coalesce(a.sent_at, 0), a.needs, coalesce(n.body, '')
		from own_answers a join campaigns c on c.ward_id = a.ward_id and c.id = a.campaign_id
		left join need_notes n on n.ward_id = a.ward_id and n.campaign_id = a.campaign_id and n.house_id = a.house_id and n.household = a.household
		where {own a} order by c.year desc`); err != nil {
		return err
	}
	for i := range r.Sheets {
		x := &r.Sheets[i]
		var err error
		if x.Set, err = s.sets.OfCampaign(ctx, tx, x.Campaign.ID); err != nil {
			return err
		}
		if x.Sealed || len(x.Answers) != len(blank(x.Set)) {
			x.Answers = blank(x.Set)
		}
	}
	return nil
}

func events(ctx context.Context, tx *db.Tx, r *Record) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var e Event
		var at int64
		var account, id string
		if err := scan(&at, &e.Actor, &account, &e.Action, &id); err != nil {
			return err
		}
		e.At, e.Own = db.Moment(at), account == tx.Who.Account()
		r.Events = append(r.Events, e)
		return nil
	}, `with recursive `+db.Shelves+` select e.at, e.actor, e.account_id, e.action, e.id from audit e
		where e.ward_id = {ward} and e.house_id = $2 and `+db.NoAnswer+`
			and (e.account_id = $1 or (e.object = 'account' and e.object_id = $1) or (e.object = 'contact' and e.detail = $3))
		union all
		select e.at, e.actor, e.account_id, e.action, e.id from shelf cross join audit e
		where e.ward_id = {ward} and `+db.OnShelf+` and e.house_id = $2 and e.account_id = $1
		order by id desc limit 200`, tx.Who.Account(), r.House.ID, r.Household)
}
