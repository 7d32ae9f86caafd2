package today

import (
	"context"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/assessments"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/objections"
	"sonha/ward/proposals"
	"sonha/ward/results"
)

// listed is how many single tasks of one kind are shown; more are summed up by the list behind them.
const listed = 12

// soon is how many days before its day a recheck is shown.
const soon = 14

// Of gives what the reader has to do today, from the rows in the reader's reach.
func (s *Store) Of(ctx context.Context, who access.Actor) (Day, error) {
	var d Day
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SignedIn); err != nil {
			return err
		}
		d.Today = civil.DayOf(tx.Now)
		if who.Ward() == 0 || who.Role() == access.Administrator {
			return s.administrator(ctx, tx, &d)
		}
		if err := protecting(ctx, tx, &d); err != nil {
			return err
		}
		if who.Role() == access.Protector {
			return nil // keeps registers; no house, campaign or message of theirs is this role's
		}
		for _, add := range []func(context.Context, *db.Tx, *Day) error{
			proposed, measured, mediating, commending, reopening, campaign, announcements, gatherings, lessons,
		} {
			if err := add(ctx, tx, &d); err != nil {
				return err
			}
		}
		if empty, err := rosterFirst(ctx, tx, &d); empty || err != nil {
			return err
		}
		if d.Campaign.ID == "" {
			if who.May(access.RunCampaign) {
				d.Tasks = append(d.Tasks, Task{Kind: NoCampaign, Href: "/campaigns"})
			}
			return nil
		}
		var err error
		switch who.Role() {
		case access.Head:
			err = s.head(ctx, tx, &d)
		case access.Officer:
			err = s.officer(ctx, tx, &d)
		case access.GroupLead:
			err = s.groupLead(ctx, tx, &d)
		case access.Command:
			err = s.command(ctx, tx, &d)
		case access.Committee:
			err = s.sums(ctx, tx, &d)
		}
		return err
	})
	order(d.Tasks, d.Today)
	return d, err
}

// proposed adds what waits for the reader among proposals: answers to confirm, proposals to answer, and what has climbed.
func proposed(ctx context.Context, tx *db.Tx, d *Day) error {
	w, err := proposals.WaitingTx(ctx, tx)
	if err != nil {
		return err
	}
	for i := range w.Confirm {
		p := &w.Confirm[i]
		d.Tasks = append(d.Tasks, Task{Kind: Confirm, Href: "/proposals/" + p.ID, Title: p.Title})
	}
	switch {
	case tx.Who.Role() == access.Command:
		if w.Climbed > 0 {
			d.Tasks = append(d.Tasks, Task{Kind: Climbed, Href: "/proposals?climbed=1", N: w.Climbed, Due: w.Late})
		}
	case w.Mine > 0:
		d.Tasks = append(d.Tasks, Task{Kind: Answer, Href: "/proposals?state=mine", N: w.Mine, Due: w.Due})
	}
	return nil
}

func campaign(ctx context.Context, tx *db.Tx, d *Day) error {
	c, err := campaigns.CurrentOf(ctx, tx)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Campaign = c
	return tx.All(ctx, func(scan func(...any) error) error {
		var x campaigns.Dates
		err := scan(&x.Phase, &x.Starts, &x.Ends)
		d.Campaign.Dates = append(d.Campaign.Dates, x)
		return err
	}, `select p.phase, p.starts_on, p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 order by p.starts_on, p.ends_on`, c.ID)
}

// head is the day of a house head: the own houses, with their open shortcomings.
func (s *Store) head(ctx context.Context, tx *db.Tx, d *Day) error {
	set, err := s.sets.OfCampaign(ctx, tx, d.Campaign.ID)
	if err != nil {
		return err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var h Own
		var class string
		r := &h.Result
		if err := scan(&h.ID, &h.Address, &h.Households, &h.Beat, &r.Stage, &class, &r.Answers,
			&r.Points, &r.Max, &r.Inspected, &r.RecheckBy, &h.State, &h.Answered, &h.Pledged, &h.Withdrawn); err != nil {
			return err
		}
		r.Class, _ = criteria.ParseClass(class)
		if r.Class != criteria.Safe && r.Answers != "" {
			h.Steps = len(criteria.MakePlan(set, r.Answers).Steps)
		}
		d.Houses = append(d.Houses, h)
		return nil
	}, `select h.id, h.number || ' ' || s.name, h.households, coalesce(h.beat_id, ''), coalesce(r.stage, ''), coalesce(r.class, ''), coalesce(r.answers, ''),
			coalesce(r.points, 0), coalesce(r.points_max, 0), coalesce(r.inspected_on, ''), coalesce(r.recheck_by, ''),
			coalesce(a.state, ''), coalesce(a.answered, 0), coalesce(a.pledged, 0), `+assessments.Withdrawn+`
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		left join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where {scope h} and h.status = 'active' order by h.sort_key, h.id`, d.Campaign.ID); err != nil {
		return err
	}
	if err := s.logbook(ctx, tx, d); err != nil {
		return err
	}
	for i := range d.Houses {
		d.Tasks = append(d.Tasks, ofHouse(set, &d.Campaign, &d.Houses[i], len(d.Houses) > 1, d.Today)...)
	}
	if len(d.Houses) == 0 {
		return nil
	}
	return d.call(ctx, tx)
}

// call finds the telephone number of the area officer of the first house.
func (d *Day) call(ctx context.Context, tx *db.Tx) error {
	err := tx.One(ctx, `select o.phone from grants n join accounts o on o.ward_id = n.ward_id and o.id = n.account_id
		where n.ward_id = {ward} and n.beat_id = $1 and n.role = 'officer' and n.ended_at is null and o.disabled_at is null and o.phone <> ''
		order by n.id limit 1`, d.Houses[0].Beat).Scan(&d.Officer)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// officer is the day of an area officer: what has begun, what is to be rechecked, what is overdue, how many are left.
func (s *Store) officer(ctx context.Context, tx *db.Tx, d *Day) error {
	if err := tx.All(ctx, func(scan func(...any) error) error {
		t := Task{Kind: GoOn}
		var id string
		if err := scan(&id, &t.House); err != nil {
			return err
		}
		t.Href = "/inspections/" + id
		d.Tasks = append(d.Tasks, t)
		return nil
	}, `select i.id, h.number || ' ' || s.name from inspections i
		join houses h on h.ward_id = i.ward_id and h.id = i.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		where {scope h} and i.campaign_id = $1 and i.state = 'draft' order by h.sort_key, i.id limit `+strconv.Itoa(listed), d.Campaign.ID); err != nil {
		return err
	}
	if d.Campaign.Phase != campaigns.Closed {
		if err := s.rechecks(ctx, tx, d); err != nil {
			return err
		}
	}
	if err := s.reports(ctx, tx, d); err != nil {
		return err
	}
	if err := round(ctx, tx, d); err != nil {
		return err
	}
	if err := s.sums(ctx, tx, d); err != nil {
		return err
	}
	if left := d.Figures.NotInspected(); d.Campaign.Phase.Allows(campaigns.Visiting) && left > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Inspect, Href: "/houses?state=not_inspected", N: left, Due: d.Campaign.Of(campaigns.Inspect).Ends})
	}
	return nil
}

func (s *Store) rechecks(ctx context.Context, tx *db.Tx, d *Day) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		t := Task{Kind: Recheck}
		var id string
		if err := scan(&id, &t.House, &t.Due); err != nil {
			return err
		}
		t.Href = "/houses/" + id
		d.Tasks = append(d.Tasks, t)
		return nil
	}, `select h.id, h.number || ' ' || s.name, r.recheck_by from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id
		join results r on r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id
		where {scope h} and h.status = 'active' and r.class = 'conditional' and r.recheck_by <> '' and r.recheck_by <= $2
		order by r.recheck_by, h.sort_key limit `+strconv.Itoa(listed), d.Campaign.ID, string(d.Today.AddDays(soon)))
}

// groupLead is the day of a group lead: which houses have not rated themselves.
func (s *Store) groupLead(ctx context.Context, tx *db.Tx, d *Day) error {
	if err := s.sums(ctx, tx, d); err != nil {
		return err
	}
	if left := d.Figures.Houses - d.Figures.Assessed; d.Campaign.Phase.Allows(campaigns.Assessing) && left > 0 {
		var none int
		if err := tx.One(ctx, `select count(*) from houses h where {scope h} and h.status = 'active'
			and not exists (select 1 from results r where r.ward_id = h.ward_id and r.campaign_id = $1 and r.house_id = h.id)`, d.Campaign.ID).Scan(&none); err != nil {
			return err
		}
		if none > 0 {
			d.Tasks = append(d.Tasks, Task{Kind: Remind, Href: "/houses?stage=none", N: none, Due: d.Campaign.Of(campaigns.Assess).Ends})
		}
	}
	if left := d.Figures.Households - d.Figures.Pledged; d.Campaign.Phase.Allows(campaigns.Pledging) && left > 0 {
		var withdrawn int
		if err := tx.One(ctx, `select coalesce(sum(`+assessments.Withdrawn+`), 0) from houses h
			where {scope h} and h.status = 'active'`, d.Campaign.ID).Scan(&withdrawn); err != nil {
			return err
		}
		if left -= withdrawn; left > 0 {
			d.Tasks = append(d.Tasks, Task{Kind: Pledge, Href: "/houses?unpledged=1", N: left, Due: lastDay(&d.Campaign, campaigns.Open, d.Today)})
		}
	}
	return s.reports(ctx, tx, d)
}

// command is the day of the ward's command: exceptions first, then what waits, then what is late.
func (s *Store) command(ctx context.Context, tx *db.Tx, d *Day) error {
	if err := s.sums(ctx, tx, d); err != nil {
		return err
	}
	var waiting, exceptions, beatless int
	if err := tx.One(ctx, `select count(*), count(*) filter (where r.exception <> '') from results r where {scope r.house} and r.campaign_id = $1 and r.stage = 'proposed'`,
		d.Campaign.ID).Scan(&waiting, &exceptions); err != nil {
		return err
	}
	if err := tx.One(ctx, `select count(*) from houses h where {scope h} and h.beat_id is null and h.status = 'active'`).Scan(&beatless); err != nil {
		return err
	}
	if exceptions > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Exceptions, Href: "/approvals", N: exceptions})
	}
	if plain := waiting - exceptions; plain > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Approve, Href: "/approvals", N: plain})
	}
	asked, err := objections.SumTx(ctx, tx)
	if err != nil {
		return err
	}
	if asked.Waiting > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Objections, Href: "/objections", N: asked.Waiting, Due: asked.First})
	}
	if ends := d.Campaign.Of(d.Campaign.Phase).Ends; ends != "" && ends < d.Today && d.Campaign.Phase != campaigns.Closed {
		d.Tasks = append(d.Tasks, Task{Kind: Late, Href: "/campaigns", Phase: d.Campaign.Phase, Due: ends})
	}
	if left := d.Figures.NotInspected(); d.Campaign.Phase.Allows(campaigns.Visiting) && left > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: Chase, Href: "/houses?state=not_inspected", N: left, Due: d.Campaign.Of(campaigns.Inspect).Ends})
	}
	if err := unplanned(ctx, tx, d); err != nil {
		return err
	}
	if beatless > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: NoBeat, Href: "/imports", N: beatless})
	}
	return nil
}

func (s *Store) sums(ctx context.Context, tx *db.Tx, d *Day) error {
	_, whole, err := results.TalliesTx(ctx, tx, d.Campaign.ID)
	d.Figures, d.Counts = whole, whole.Houses > 0
	return err
}

// administrator is the day of whoever keeps accounts and areas.
func (s *Store) administrator(ctx context.Context, tx *db.Tx, d *Day) error {
	if !tx.Who.May(access.ManageUsers) {
		return nil
	}
	var never int
	if err := tx.One(ctx, `select count(*) from accounts o where o.ward_id = {ward} and o.secret_kind = 'none' and o.disabled_at is null`).Scan(&never); err != nil {
		return err
	}
	if tx.Who.Ward() != 0 {
		if err := beginning(ctx, tx, d); err != nil {
			return err
		}
	}
	if never > 0 {
		d.Tasks = append(d.Tasks, Task{Kind: NoSecret, Href: "/accounts", N: never})
	}
	return copied(ctx, tx, d)
}

// BackupWork is the name of the periodic work that copies everything, where it was asked for.
const BackupWork = "backup.daily"

// copied asks the administrator to see to copies that are not made. The first copy is due on the day after the work was set up.
func copied(ctx context.Context, tx *db.Tx, d *Day) error {
	const late = 48 * time.Hour
	made, err := queue.WentTx(ctx, tx, BackupWork)
	if fault.Is(err, fault.Missing) {
		return nil // copies are made by other means
	}
	last := made.Last
	if made.Well.After(last) {
		last = made.Well
	}
	if err == nil && (made.Err != "" || tx.Now.Sub(last) > late) {
		d.Tasks = append(d.Tasks, Task{Kind: NotCopied, Href: "/inbox", Due: civil.DayOf(last)})
	}
	return err
}
