package proposals

import (
	"context"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/holidays"
	"sonha/ward/houses"
	"sonha/ward/periods"
)

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// CalendarChanged reckons the days of all open proposals anew, so that they stay due on working days of the ward. It is
// called in the transaction that changes the calendar, by who may change that and perhaps see no proposal.
func (s *Store) CalendarChanged(ctx context.Context, tx *db.Tx, c civil.Calendar) error {
	type turn struct {
		id         string
		from, due  civil.Day
		days       int
		unanswered bool
	}
	var list []turn
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x turn
		err := scan(&x.id, &x.from, &x.days, &x.due, &x.unanswered)
		list = append(list, x)
		return err
	}, `select p.id, p.counted_from, p.days, p.due_on, p.first_answered_on = '' from proposals p where p.ward_id = {ward} and `+openStates); err != nil {
		return err
	}
	for _, x := range list {
		due := c.AddWorkingDays(x.from, x.days)
		if due == x.due {
			continue
		}
		if _, err := tx.Exec(ctx, `update proposals as p set due_on = $2, first_due_on = case when $3 then $2 else p.first_due_on end, version = p.version + 1
			where p.ward_id = {ward} and p.id = $1`, x.id, string(due), x.unanswered); err != nil {
			return err
		}
	}
	return nil
}

// Climbed is a proposal that climbed, and where it is now.
type Climbed struct {
	Proposal
	To int // atCommand, atCommittee
}

// Climb takes what is overdue one step up: to the command as soon as its day has passed, to the committee when three more
// working days went by (domain.md §11). It is run once a day by the program; running it twice changes nothing. It closes
// and answers nothing.
func (s *Store) Climb(ctx context.Context, who access.Actor) ([]Climbed, error) {
	var list []Climbed
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		list = nil
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		today := civil.DayOf(tx.Now)
		var late []Proposal
		if err := tx.All(ctx, func(scan func(...any) error) error {
			p, err := scanProposal(scan)
			late = append(late, p)
			return err
		}, `select `+columns+tables+` where {scope p.household} and `+openStates+` and p.due_on < $1 and p.level < 2`+byTheirTurn, string(today)); err != nil {
			return err
		}
		for i := range late {
			p := &late[i]
			if !p.climbs(c, today) {
				continue
			}
			p.Level++
			p.ClimbedOn = today
			if err := save(ctx, tx, p); err != nil {
				return err
			}
			if err := step(ctx, tx, p, "climbed_"+strconv.Itoa(p.Level), "", ""); err != nil {
				return err
			}
			if err := audit(ctx, tx, p, "climbed"); err != nil {
				return err
			}
			list = append(list, Climbed{*p, p.Level})
		}
		if len(list) == 0 {
			tx.Untold("nothing climbed")
		}
		return nil
	})
	return list, err
}

// climbs reports whether an overdue proposal goes one step up today. One that was opened again and is late again waits at
// least as long at each step.
func (p *Proposal) climbs(c civil.Calendar, today civil.Day) bool {
	return p.Overdue(today) && holidays.Climbs(c, p.Due, p.ClimbedOn, today, p.Level)
}

// How long is kept what is over (domain.md §5.9), and what nobody sent.
const (
	keptDraftDays = 7
)

// Purged is what a clearing took, or would take.
type Purged struct {
	Proposals int // closed 36 months ago or earlier
	Drafts    int // not sent for a week
	Photos    int
	Files     []string // of the photos; the caller deletes them
}

// purgeAtOnce bounds a transaction: a ward closes some hundred proposals a month.
const purgeAtOnce = 500

// Purge deletes proposals that were closed 36 months ago, with their steps and photos, and drafts that nobody sent. What is
// left of them is how many fell due in which month and how many were answered in time. With rehearse it changes nothing and
// says what it would take. The caller deletes the files once it has returned.
func (s *Store) Purge(ctx context.Context, who access.Actor, rehearse bool) (Purged, error) {
	var out Purged
	run := s.db.Write
	if rehearse {
		run = s.db.Read
	}
	err := run(ctx, who, func(tx *db.Tx) error {
		out = Purged{}
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		limit := ` limit ` + strconv.Itoa(purgeAtOnce)
		if rehearse {
			limit = ""
		}
		var over []Proposal
		if err := tx.All(ctx, func(scan func(...any) error) error {
			p, err := scanProposal(scan)
			over = append(over, p)
			return err
		}, `select `+columns+tables+` where {scope p.household} and (p.state = 'closed' and p.closed_at <= $1 or p.state = 'draft' and p.drafted_at <= $2) order by p.id`+limit,
			periods.Proposal().Before(tx.Now).UnixMilli(), tx.Now.AddDate(0, 0, -keptDraftDays).UnixMilli()); err != nil {
			return err
		}
		for i := range over {
			if over[i].State == Draft {
				out.Drafts++
			} else {
				out.Proposals++
			}
		}
		if rehearse {
			return countPhotos(ctx, tx, over, &out)
		}
		if len(over) == 0 {
			tx.Untold("nothing is over")
			return nil
		}
		if err := remember(ctx, tx, over); err != nil {
			return err
		}
		var err error
		out.Files, err = drop(ctx, tx, over)
		out.Photos = len(out.Files)
		if err != nil {
			return err
		}
		if err := periods.Proposal().Destroyed(ctx, tx, out.Proposals+out.Drafts, civil.DayOf(periods.Proposal().Before(tx.Now))); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "proposal.purge", Object: "proposals", Detail: strconv.Itoa(out.Proposals) + " + " + strconv.Itoa(out.Drafts)})
	})
	return out, err
}

func countPhotos(ctx context.Context, tx *db.Tx, list []Proposal, out *Purged) error {
	for i := range list {
		var n int
		if err := tx.One(ctx, `select count(*) from proposal_photos f where f.ward_id = {ward} and f.proposal_id = $1`, list[i].ID).Scan(&n); err != nil {
			return err
		}
		out.Photos += n
	}
	return nil
}

// remember adds what is deleted to the sums of the months in which it fell due.
func remember(ctx context.Context, tx *db.Tx, list []Proposal) error {
	for i := range list {
		p := &list[i]
		if p.State == Draft || !p.counts() {
			continue
		}
		onTime := 0
		if p.onTime() {
			onTime = 1
		}
		if _, err := tx.Exec(ctx, `insert into proposal_months (ward_id, month, due, on_time) values ({ward}, $1, 1, $2)
			on conflict (ward_id, month) do update set due = proposal_months.due + 1, on_time = proposal_months.on_time + excluded.on_time`,
			string(p.FirstDue[:7]), onTime); err != nil {
			return err
		}
	}
	return nil
}

// counts reports whether a proposal counts for I6: it fell due, and was not taken back before it was answered.
func (p *Proposal) counts() bool {
	return p.FirstDue.Valid() && (p.Satisfied != withdrawn || p.FirstAnswered != "")
}

func (p *Proposal) onTime() bool { return p.FirstAnswered != "" && p.FirstAnswered <= p.FirstDue }

// Punctuality is indicator I6 (domain.md §9.9): of the proposals that fell due, how many were answered in time. The first
// answer counts, against the first day.
type Punctuality struct {
	Due, OnTime int
}

// Punctual counts I6 over the ward, for days from the first to the last, both included. What was deleted counts by whole
// months. It is a figure: whoever may count over the ward gets it, others get that of their reach.
func (s *Store) Punctual(ctx context.Context, who access.Actor, from, to civil.Day) (Punctuality, error) {
	var x Punctuality
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		var err error
		x, err = PunctualTx(ctx, tx, from, to)
		return err
	})
	return x, err
}

// Which proposals p fell due from $1 to $2, by today, $3, and which of them were answered in time. What is still within its days is not due; what
// was answered before its day is.
const (
	fellDue = `p.first_due_on >= $1 and p.first_due_on <= $2 and p.state <> 'draft' and (p.first_answered_on <> '' or p.satisfied <> 'withdrawn' and p.first_due_on < $3)`
	inTime  = `p.first_answered_on <> '' and p.first_answered_on <= p.first_due_on`
)

// PunctualRowsTx gives the proposals that PunctualByGroupTx counts and that are not deleted, within the actor's reach.
func PunctualRowsTx(ctx context.Context, tx *db.Tx, from, to civil.Day, s houses.Slice) ([]houses.Counted, error) {
	if !tx.Who.May(access.SeeProposals) {
		return nil, nil
	}
	return houses.CountedTx(ctx, tx, s, inTime, houses.CountedHouse+`p.id, 'ĐX ' || p.number || '/' || p.year, p.first_due_on, case when `+inTime+` then 1 else 0 end, 1
		from proposals p join houses h on h.ward_id = p.ward_id and h.id = p.house_id`+houses.CountedStreet+`
		where {scope h} and `+fellDue, string(from), string(to), string(civil.DayOf(tx.Now)))
}

// PunctualTx is Punctual inside a unit of work.
func PunctualTx(ctx context.Context, tx *db.Tx, from, to civil.Day) (Punctuality, error) {
	var x Punctuality
	if err := tx.One(ctx, `select count(*), count(*) filter (where `+inTime+`) from proposals p
		where {figures p.house} and `+fellDue,
		string(from), string(to), string(civil.DayOf(tx.Now))).Scan(&x.Due, &x.OnTime); err != nil || !tx.Who.Figures() {
		return x, err
	}
	var due, onTime int
	err := tx.One(ctx, `select coalesce(sum(m.due), 0), coalesce(sum(m.on_time), 0) from proposal_months m where m.ward_id = {ward}
		and m.month || '-01' >= $1 and m.month || '-28' <= $2`,
		string(from.MonthStart()), string(to)).Scan(&due, &onTime)
	x.Due, x.OnTime = x.Due+due, x.OnTime+onTime
	return x, err
}

// GroupPunctuality is I6 of one residential group; the empty group has the houses of none.
type GroupPunctuality struct {
	Group string
	Punctuality
}

// PunctualByGroupTx counts I6 for each residential group within the actor's reach. What was deleted is known for the ward as a
// whole only: who counts over the ward gets it under no group.
func PunctualByGroupTx(ctx context.Context, tx *db.Tx, from, to civil.Day) ([]GroupPunctuality, error) {
	var list []GroupPunctuality
	var sum Punctuality
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x GroupPunctuality
		err := scan(&x.Group, &x.Due, &x.OnTime)
		sum.Due, sum.OnTime = sum.Due+x.Due, sum.OnTime+x.OnTime
		list = append(list, x)
		return err
	}, `select coalesce(h.group_id, ''), count(*), count(*) filter (where `+inTime+`) from proposals p
		join houses h on h.ward_id = p.ward_id and h.id = p.house_id
		where {figures h} and `+fellDue+`
		group by h.group_id order by h.group_id`, string(from), string(to), string(civil.DayOf(tx.Now))); err != nil {
		return nil, err
	}
	whole, err := PunctualTx(ctx, tx, from, to)
	if gone := (Punctuality{Due: whole.Due - sum.Due, OnTime: whole.OnTime - sum.OnTime}); gone.Due > 0 {
		list = append(list, GroupPunctuality{"", gone})
	}
	return list, err
}
