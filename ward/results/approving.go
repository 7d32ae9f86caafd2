package results

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Proposal is a proposed class that waits for the command.
type Proposal struct {
	Result

	Number, Street, Group string

	key []byte
}

// Address is the house as people say it.
func (p *Proposal) Address() string { return p.Number + " " + p.Street }

// Waiting is what waits for approval in a campaign: exceptions in front, then page by page what follows the rule.
type Waiting struct {
	Campaign   campaigns.Campaign
	Set        *criteria.Set // of the campaign
	Exceptions []Proposal
	Rows       []Proposal // by the rule
	Excepted   int        // how many exceptions there are in all
	ByRule     int        // how many follow the rule in all
	Seen       int64      // the latest change among those by the rule, for ApproveByRule
	Next       string     // cursors of the next pages, empty at the ends
	NextExcept string
	AsOf       time.Time
}

// How many proposals a page shows.
const (
	exceptionRows = 50
	waitingRows   = 100
)

// Waiting gives a page of the proposals of the running campaign; after and afterExcept are cursors of an earlier
// page or empty.
func (s *Store) Waiting(ctx context.Context, who access.Actor, after, afterExcept string) (Waiting, error) {
	return s.WaitingOf(ctx, who, 0, after, afterExcept)
}

// WaitingOf is Waiting in the campaign of a year, 0 for the running one.
func (s *Store) WaitingOf(ctx context.Context, who access.Actor, year int, after, afterExcept string) (Waiting, error) {
	return s.waiting(ctx, who, func(ctx context.Context, tx *db.Tx) (campaigns.Campaign, error) {
		return campaigns.OfYearTx(ctx, tx, year)
	}, after, afterExcept)
}

// WaitingIn is Waiting in a campaign of one's choice.
func (s *Store) WaitingIn(ctx context.Context, who access.Actor, campaign, after, afterExcept string) (Waiting, error) {
	return s.waiting(ctx, who, func(ctx context.Context, tx *db.Tx) (campaigns.Campaign, error) {
		return campaigns.InTx(ctx, tx, campaign)
	}, after, afterExcept)
}

func (s *Store) waiting(ctx context.Context, who access.Actor, which func(context.Context, *db.Tx) (campaigns.Campaign, error), after, afterExcept string) (Waiting, error) {
	var w Waiting
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		var err error
		if w.Campaign, err = which(ctx, tx); err != nil {
			return err
		}
		if w.Set, err = s.sets.OfCampaign(ctx, tx, w.Campaign.ID); err != nil {
			return err
		}
		w.AsOf = tx.Now
		if err := tx.One(ctx, `select count(*) filter (where r.exception <> ''), count(*) filter (where r.exception = ''),
				coalesce(max(case when r.exception = '' then r.updated_at end), 0)
			from results r where {scope r.house} and r.campaign_id = $1 and r.stage = 'proposed'`, w.Campaign.ID).Scan(&w.Excepted, &w.ByRule, &w.Seen); err != nil {
			return err
		}
		if w.Exceptions, w.NextExcept, err = proposals(ctx, tx, w.Campaign.ID, true, afterExcept, exceptionRows); err != nil {
			return err
		}
		w.Rows, w.Next, err = proposals(ctx, tx, w.Campaign.ID, false, after, waitingRows)
		return err
	})
	return w, err
}

// ExceptionsTx gives the first exceptions that wait in a campaign and how many proposals wait in all, as far as
// the actor reaches.
func ExceptionsTx(ctx context.Context, tx *db.Tx, campaign string, most int) (first []Proposal, excepted, byRule int, err error) {
	if err = tx.One(ctx, `select count(*) filter (where r.exception <> ''), count(*) filter (where r.exception = '')
		from results r where {scope r.house} and r.campaign_id = $1 and r.stage = 'proposed'`, campaign).Scan(&excepted, &byRule); err != nil {
		return nil, 0, 0, err
	}
	first, _, err = proposals(ctx, tx, campaign, true, "", most)
	return first, excepted, byRule, err
}

const proposalColumns = columns + `, h.number, s.name, coalesce(g.name, ''), h.sort_key`

const proposalTables = ` from results r
	join houses h on h.ward_id = r.ward_id and h.id = r.house_id
	join streets s on s.ward_id = h.ward_id and s.id = h.street_id
	left join areas g on g.ward_id = h.ward_id and g.id = h.group_id`

func scanProposal(scan func(...any) error) (Proposal, error) {
	var p Proposal
	var err error
	p.Result, err = scanResult(func(dest ...any) error { return scan(append(dest, &p.Number, &p.Street, &p.Group, &p.key)...) })
	return p, err
}

// proposals reads up to most waiting proposals in walking order from a cursor on.
func proposals(ctx context.Context, tx *db.Tx, campaign string, exceptions bool, after string, most int) (rows []Proposal, next string, err error) {
	sign := `=`
	if exceptions {
		sign = `<>`
	}
	query := `select ` + proposalColumns + proposalTables + ` where {scope h} and r.campaign_id = $1 and r.stage = 'proposed' and r.exception ` + sign + ` ''`
	args := []any{campaign}
	if key, id, ok := parseCursor(after); ok {
		query += ` and (h.sort_key, h.id) > ($2, $3)`
		args = append(args, key, id)
	}
	err = tx.All(ctx, func(scan func(...any) error) error {
		p, err := scanProposal(scan)
		rows = append(rows, p)
		return err
	}, query+` order by h.sort_key, h.id limit `+strconv.Itoa(most+1), args...)
	if len(rows) > most {
		rows = rows[:most]
		last := &rows[most-1]
		next = base64.RawURLEncoding.EncodeToString(append([]byte(last.HouseID), last.key...))
	}
	return rows, next, err
}

// parseCursor reads a cursor; one that was mangled is none, and the list begins at its start.
func parseCursor(text string) (key []byte, id string, ok bool) {
	const idLength = 26
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < idLength || !db.ValidID(string(raw[:idLength])) {
		return nil, "", false
	}
	return raw[idLength:], string(raw[:idLength]), true
}

// Pick is a proposal as somebody saw it.
type Pick struct {
	House   string
	Version int
}

// Bulk says what an approval in bulk did.
type Bulk struct {
	Count int
	Left  []Left
}

// Left is a proposal that an approval in bulk left as it was.
type Left struct {
	House, Address string
	Why            Reason
}

// Reason is why a proposal was left; its catalog key is "results.left." and the word.
type Reason string

// The reasons.
const (
	LeftChanged   Reason = "changed"   // somebody changed or decided it meanwhile
	LeftException Reason = "exception" // an exception is approved by itself
	LeftOwn       Reason = "own"       // nobody approves a proposal of their own
)

// candidate is a row that might be approved in bulk.
type candidate struct {
	id, address, group, account string
	class                       criteria.Class
	stage                       Stage
	exception                   bool
	version                     int
	updated                     int64
}

// ApproveShown approves the picked proposals as they were seen. What changed meanwhile, what is an exception and
// what the approver proposed is left and named.
func (s *Store) ApproveShown(ctx context.Context, who access.Actor, campaign string, picks []Pick) (Bulk, error) {
	return s.approve(ctx, who, campaign, func(tx *db.Tx) ([]candidate, error) {
		var list []candidate
		for chunk := range slices.Chunk(picks, 500) {
			ids := make([]string, len(chunk))
			seen := map[string]int{}
			for i, p := range chunk {
				ids[i], seen[p.House] = p.House, p.Version
			}
			where, args := db.Among("r.house_id", 2, ids)
			found, err := candidates(ctx, tx, " and "+where, append([]any{campaign}, args...))
			if err != nil {
				return nil, err
			}
			for _, c := range found {
				if c.version != seen[c.id] {
					c.stage = None
				}
				list = append(list, c)
			}
		}
		return list, nil
	})
}

// ApproveByRule approves all proposals that follow the rule. seen and shown are Waiting.Seen and Waiting.ByRule of
// the page that the approver looked at: what was proposed or changed after it is left and named.
func (s *Store) ApproveByRule(ctx context.Context, who access.Actor, campaign string, seen int64, shown int) (Bulk, error) {
	return s.approve(ctx, who, campaign, func(tx *db.Tx) ([]candidate, error) {
		list, err := candidates(ctx, tx, ` and r.stage = 'proposed' and r.exception = ''`, []any{campaign})
		if err != nil {
			return nil, err
		}
		known := 0
		for i := range list {
			if list[i].updated > seen {
				list[i].stage = None
			} else {
				known++
			}
		}
		if known > shown {
			return nil, fault.Conflict("fault.changed")
		}
		return list, nil
	})
}

func candidates(ctx context.Context, tx *db.Tx, where string, args []any) ([]candidate, error) {
	var list []candidate
	err := tx.All(ctx, func(scan func(...any) error) error {
		var c candidate
		var number, street, class, exception string
		if err := scan(&c.id, &number, &street, &c.group, &c.account, &class, &c.stage, &exception, &c.version, &c.updated); err != nil {
			return err
		}
		c.address, c.exception = number+" "+street, exception != ""
		c.class, _ = criteria.ParseClass(class)
		list = append(list, c)
		return nil
	}, `select h.id, h.number, s.name, coalesce(h.group_id, ''), r.proposed_account, r.class, r.stage, r.exception, r.version, r.updated_at`+proposalTables+`
		where {scope h} and r.campaign_id = $1`+where+` order by h.sort_key, h.id`, args...)
	return list, err
}

func (s *Store) approve(ctx context.Context, who access.Actor, campaign string, read func(*db.Tx) ([]candidate, error)) (Bulk, error) {
	var done Bulk
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		done = Bulk{}
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		c, err := campaigns.Must(ctx, tx, campaign, campaigns.Approving)
		if err != nil {
			return err
		}
		list, err := read(tx)
		if err != nil {
			return err
		}
		var take []candidate
		for _, c := range list {
			switch {
			case c.stage != Proposed:
				done.Left = append(done.Left, Left{c.id, c.address, LeftChanged})
			case c.exception:
				done.Left = append(done.Left, Left{c.id, c.address, LeftException})
			case c.account != "" && c.account == who.Account():
				done.Left = append(done.Left, Left{c.id, c.address, LeftOwn})
			default:
				take = append(take, c)
			}
		}
		done.Count = len(take)
		return s.take(ctx, tx, c, take)
	})
	return done, err
}

// take approves rows that were read in the same unit of work, and recounts each of their groups once.
func (s *Store) take(ctx context.Context, tx *db.Tx, in campaigns.Campaign, list []candidate) error {
	groups := map[string]bool{}
	for chunk := range slices.Chunk(list, 500) {
		ids := make([]string, len(chunk))
		for i, c := range chunk {
			ids[i] = c.id
			groups[c.group] = true
		}
		where, args := db.Among("r.house_id", 4, ids)
		n, err := tx.Exec(ctx, `update results as r set stage = 'approved', approved_at = $1, approved_by = $2, decision = '', updated_at = $1, version = r.version + 1
			where {scope r.house} and r.campaign_id = $3 and r.stage = 'proposed' and `+where, append([]any{tx.Millis(), tx.Who.Name(), in.ID}, args...)...)
		if err != nil {
			return err
		}
		if n != int64(len(chunk)) {
			return fault.Conflict("fault.changed")
		}
		for _, c := range chunk {
			if err := tell(ctx, tx, in, c.id, c.address, c.class); err != nil {
				return err
			}
			if err := tx.Audit(ctx, db.Entry{Action: "result.approve", Object: "result", ID: c.id, House: c.id, Detail: c.class.Name().VI}); err != nil {
				return err
			}
		}
	}
	if len(groups) == 0 {
		return nil
	}
	return s.recount(ctx, tx, in.ID, slices.Sorted(maps.Keys(groups)))
}

// Decision is the command's word on one house.
type Decision struct {
	Class   criteria.Class
	Reason  string // required when Class is not the one in force
	Version int    // of the result that the approver saw
}

// mostReason is the longest reason, in characters.
const mostReason = 500

// Decide approves one house's proposal, as proposed or with another class and the reason for it; or changes a
// class that was approved before, after an objection. Nobody decides on a proposal of their own.
func (s *Store) Decide(ctx context.Context, who access.Actor, campaign, house string, d Decision) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		in, err := campaigns.Must(ctx, tx, campaign, campaigns.Approving)
		if err != nil {
			return err
		}
		r, err := Of(ctx, tx, campaign, house)
		if err != nil {
			return err
		}
		set, err := s.sets.OfCampaign(ctx, tx, campaign)
		if err != nil {
			return err
		}
		reason, err := checkDecision(&r, &d, who.Account())
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `update results as r set stage = 'approved', class = $1, recheck_by = $2, decision = $3, approved_at = $4, approved_by = $5, updated_at = $4,
				version = r.version + 1
			where {scope r.house} and r.campaign_id = $6 and r.house_id = $7 and r.version = $8`,
			d.Class.String(), recheck(set, d.Class, r.Inspected), reason, tx.Millis(), tx.Who.Name(), campaign, house, d.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Conflict("fault.changed")
		}
		detail := d.Class.Name().VI
		if d.Class != r.Class {
			detail = r.Class.Name().VI + " → " + detail
		}
		if err := tx.Audit(ctx, db.Entry{Action: "result.approve", Object: "result", ID: house, House: house, Detail: detail}); err != nil {
			return err
		}
		address, err := addressOf(ctx, tx, house)
		if err == nil {
			err = tell(ctx, tx, in, house, address, d.Class)
		}
		if err != nil {
			return err
		}
		return s.RecountHouse(ctx, tx, campaign, house)
	})
}

func checkDecision(r *Result, d *Decision, account string) (reason string, err error) {
	reason = civil.NFC(d.Reason)
	switch {
	case r.Stage != Proposed && r.Stage != Approved:
		return "", fault.Shut("results.nothing_to_decide")
	case r.Own(account):
		return "", fault.Shut("results.own_proposal")
	case r.Version != d.Version:
		return "", fault.Conflict("fault.changed")
	case d.Class == criteria.NotInspected:
		return "", fault.Invalid("class", "results.choose_decision")
	case r.Stage == Approved && d.Class == r.Class:
		return "", fault.Invalid("class", "results.same_class")
	case d.Class != r.Class && reason == "":
		return "", fault.Invalid("reason", "results.decision_needed")
	case len([]rune(reason)) > mostReason:
		return "", fault.Invalid("reason", "fault.too_long", "Most", mostReason)
	}
	return reason, personal.Check("reason", reason)
}
