package plans

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
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/holidays"
	"sonha/ward/inspections"
)

// Plan is a plan with its visits in walking order.
type Plan struct {
	ID       string // empty for a rehearsal
	Campaign campaigns.Campaign
	Order
	Frame    []string // ids that the sample was drawn from
	Digest   string
	DrawnAt  time.Time
	DrawnBy  string
	Replaced []Former
	Visits   []Visit
	Teams    []Team
	Weeks    []Week
	Sum      Sum
	Needed   int // sample for ±5 percentage points
	Margin   int // of this sample, in tenths of a percentage point
	Today    civil.Day
}

// Former is a plan that another one took the place of.
type Former struct {
	Seed    string
	DrawnAt time.Time
	DrawnBy string
	Reason  string // why it was replaced
}

// Store keeps the tables of this feature.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database; the version of the campaign judges what houses say of themselves.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

// marginAsked is how exact the sample of a plan should be: so many percentage points up or down.
const marginAsked = 5

// How visits are written: so many rows in one statement, of so many columns.
const (
	rowsAtOnce     = 200
	columnsOfVisit = 8
)

// rehearsal is the seed with which a plan is tried out: whoever tries out cannot look for a sample that suits.
const rehearsal = "diễn tập"

// Usual gives the order that a form begins with, for the running campaign.
func (s *Store) Usual(ctx context.Context, who access.Actor) (Order, error) {
	o := Order{Share: LeastShare, Cross: LeastCross, Others: true, PerDay: usualPerDay, DaysAWeek: usualDays}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		if err != nil {
			return err
		}
		today := civil.DayOf(tx.Now)
		var from, to civil.Day
		if err := tx.One(ctx, `select p.starts_on, p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 and p.phase = 'inspect'`,
			c.ID).Scan(&from, &to); err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		const fourWeeks = 27
		o.From, o.To = max(from, today), to
		if o.To < o.From {
			o.To = o.From.AddDays(fourWeeks)
		}
		return nil
	})
	return o, err
}

// Rehearse says what a plan would come to, and writes nothing. The sample is another one than the plan's.
func (s *Store) Rehearse(ctx context.Context, who access.Actor, o Order) (Plan, error) {
	var p Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		if err := fault.InvalidFields(o.check(civil.DayOf(tx.Now))); err != nil {
			return err
		}
		o.Seed = rehearsal
		var err error
		p, err = s.make(ctx, tx, o)
		return err
	})
	return p, err
}

// Sample draws with a seed from the houses as they are now and writes nothing, for whoever wants to see how a draw is done.
func (s *Store) Sample(ctx context.Context, who access.Actor, seed string, share, cross int) (Plan, error) {
	var p Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		today := civil.DayOf(tx.Now)
		o := Order{Seed: seed, Share: share, Cross: cross, PerDay: usualPerDay, DaysAWeek: usualDays, From: today, To: today}
		if err := fault.InvalidFields(o.checkDraw(today, false)); err != nil {
			return err
		}
		var err error
		p, err = s.make(ctx, tx, o)
		return err
	})
	return p, err
}

// Draw draws the sample and keeps the plan; one that is there already is kept as replaced, for which a reason is asked.
func (s *Store) Draw(ctx context.Context, who access.Actor, o Order) (Plan, error) {
	var p Plan
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		if err != nil {
			return err
		}
		if c.Phase == campaigns.Publish || c.Phase == campaigns.Closed {
			return fault.Shut("plans.too_late")
		}
		var before string
		if err := tx.One(ctx, `select p.id from plans p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'current'`,
			c.ID).Scan(&before); err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		if err := fault.InvalidFields(o.checkDraw(civil.DayOf(tx.Now), before != "")); err != nil {
			return err
		}
		if p, err = s.make(ctx, tx, o); err != nil {
			return err
		}
		if len(p.Frame) == 0 && p.Sum.Visits == 0 {
			return fault.Refused("plans.nothing_to_plan")
		}
		if before != "" {
			if _, err := tx.Exec(ctx, `update plans as p set state = 'replaced' where p.ward_id = {ward} and p.id = $1`, before); err != nil {
				return err
			}
		}
		return p.write(ctx, tx, tx.NewID(), tx.Now)
	})
	return p, err
}

// Record draws and keeps a plan under an id and a time of the caller, whatever day it is, for demo data.
func Record(ctx context.Context, tx *db.Tx, sets *criteria.Sets, o Order, id string, at time.Time) error {
	if err := tx.Need(access.PlanVisits); err != nil {
		return err
	}
	p, err := (&Store{sets: sets}).make(ctx, tx, o)
	if err != nil {
		return err
	}
	return p.write(ctx, tx, id, at)
}

func (p *Plan) write(ctx context.Context, tx *db.Tx, id string, at time.Time) error {
	p.ID, p.DrawnAt, p.DrawnBy = id, at, tx.Who.Name()
	if _, err := tx.Exec(ctx, `insert into plans (ward_id, id, campaign_id, state, seed, share, cross_share, others, per_day, days_a_week, from_on, to_on, frame,
		frame_digest, reason,
			drawn_at, drawn_by)
		values ({ward}, $1, $2, 'current', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		p.ID, p.Campaign.ID, p.Seed, p.Share, p.Cross, p.Others, p.PerDay, p.DaysAWeek, string(p.From), string(p.To), strings.Join(p.Frame, "\n"), p.Digest, p.Reason,
		at.UnixMilli(), p.DrawnBy); err != nil {
		return err
	}
	walk := 0
	for chunk := range slices.Chunk(p.Visits, rowsAtOnce) {
		var b strings.Builder
		b.WriteString(`insert into plan_visits (ward_id, plan_id, house_id, walk, home_beat, by_beat, sampled, crossed, week) values `)
		args := make([]any, 0, len(chunk)*columnsOfVisit)
		for i := range chunk {
			v := &chunk[i]
			if i > 0 {
				b.WriteString(`, `)
			}
			b.WriteString(`({ward}`)
			for range columnsOfVisit {
				args = append(args, nil)
				b.WriteString(`, $` + strconv.Itoa(len(args)))
			}
			b.WriteString(`)`)
			walk++
			copy(args[i*columnsOfVisit:], []any{p.ID, v.House, walk, v.Home, v.By, v.Sampled, v.Cross, v.Week})
		}
		if _, err := tx.Exec(ctx, b.String(), args...); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, db.Entry{Action: "plan.draw", Object: "plan", ID: p.ID, Detail: fmt.Sprintf("mã rút %s, %d/%d số nhà", p.Seed, p.Sum.Sampled, len(p.Frame))})
}

// make draws and splits.
func (s *Store) make(ctx context.Context, tx *db.Tx, o Order) (Plan, error) {
	p := Plan{Order: o, Today: civil.DayOf(tx.Now)}
	var err error
	if p.Campaign, err = campaigns.CurrentOf(ctx, tx); err != nil {
		return p, err
	}
	if p.Teams, err = teams(ctx, tx); err != nil {
		return p, err
	}
	houses, err := s.houses(ctx, tx, p.Campaign.ID)
	if err != nil {
		return p, err
	}
	safe := map[string]bool{}
	for i := range houses {
		if houses[i].safe {
			p.Frame = append(p.Frame, houses[i].House)
			safe[houses[i].House] = true
		}
	}
	slices.Sort(p.Frame)
	drawn := Draw(o.Seed, p.Frame, o.Share, o.Cross)
	p.Digest = drawn.Digest
	sample := map[string]bool{}
	for _, id := range drawn.Sample {
		sample[id] = true
	}
	for i := range houses {
		v := houses[i].Visit
		v.Sampled, v.Cross = sample[v.House], drawn.Cross[v.House]
		if v.Sampled || o.Others && !safe[v.House] && !v.Done {
			p.Visits = append(p.Visits, v)
		}
	}
	if err := p.arrange(ctx, tx); err != nil {
		return p, err
	}
	Split(p.Visits, p.Teams, p.Weeks, p.PerDay)
	p.count()
	return p, nil
}

// arrange cuts the time of the plan into weeks.
func (p *Plan) arrange(ctx context.Context, tx *db.Tx) error {
	c, err := holidays.Calendar(ctx, tx)
	p.Weeks = Weeks(c, p.From, p.To, p.DaysAWeek)
	return err
}

func (p *Plan) count() {
	p.Sum = SumOf(p.Visits, p.Teams, p.Weeks, p.PerDay)
	p.Needed, p.Margin = SampleFor(len(p.Frame), marginAsked), MarginOf(p.Sum.Sampled, len(p.Frame))
}

// teams lists the beats within reach with how many officers each has.
func teams(ctx context.Context, tx *db.Tx) ([]Team, error) {
	var list []Team
	err := tx.All(ctx, func(scan func(...any) error) error {
		var t Team
		err := scan(&t.Beat, &t.Name, &t.Accounts)
		t.Officers = max(1, t.Accounts) // a beat is somebody's, also of an officer who works on paper
		list = append(list, t)
		return err
	}, `select b.id, b.name, (select count(*) from grants n join accounts o on o.ward_id = n.ward_id and o.id = n.account_id
			where n.ward_id = b.ward_id and n.beat_id = b.id and n.role = 'officer' and n.ended_at is null and o.disabled_at is null)
		from beats b where b.ward_id = {ward} and exists (select 1 from houses h where {scope h} and h.ward_id = b.ward_id and h.beat_id = b.id)
		order by b.sort_key, b.id`)
	return list, err
}

// house is a house that may be visited, and whether it rated itself safe.
type house struct {
	Visit

	safe bool
}

// houses lists the houses in use within reach, in walking order.
func (s *Store) houses(ctx context.Context, tx *db.Tx, campaign string) ([]house, error) {
	var doors []inspections.Door
	byID := map[string]house{}
	set, err := s.sets.OfCampaign(ctx, tx, campaign)
	if err != nil {
		return nil, err
	}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var d inspections.Door
		var h house
		var said criteria.Answers
		if err := scan(&d.ID, &d.Number, &d.StreetID, &d.Street, &d.Main, &d.Alley, &h.Home, &said, &h.Done); err != nil {
			return err
		}
		h.House, h.Number, h.StreetID, h.Street = d.ID, d.Number, d.StreetID, d.Street
		h.safe = len(said) == set.Len() && said.Unanswered() == 0 && criteria.Judge(set, said).Class == criteria.Safe
		doors, byID[d.ID] = append(doors, d), h
		return nil
	}, `select h.id, h.number, h.street_id, st.name, h.main, h.alley, coalesce(h.beat_id, ''), coalesce(case when a.state = 'sent' then a.answers end, ''),
			exists (select 1 from inspections i where i.ward_id = h.ward_id and i.campaign_id = $1 and i.house_id = h.id and i.state = 'finished')
		from houses h
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where {scope h} and h.status = 'active' order by h.sort_key, h.id`, campaign); err != nil {
		return nil, err
	}
	list := make([]house, 0, len(doors))
	for len(doors) > 0 {
		n := 1
		for n < len(doors) && doors[n].StreetID == doors[0].StreetID {
			n++
		}
		inspections.Walk(doors[:n])
		for _, d := range doors[:n] {
			list = append(list, byID[d.ID])
		}
		doors = doors[n:]
	}
	return list, nil
}

// Current gives the plan of the running campaign. fault.Missing while there is none.
func (s *Store) Current(ctx context.Context, who access.Actor) (Plan, error) {
	var p Plan
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanVisits); err != nil {
			return err
		}
		var err error
		if p, err = current(ctx, tx); err != nil {
			return err
		}
		if p.Teams, err = teams(ctx, tx); err != nil {
			return err
		}
		if p.Visits, err = visits(ctx, tx, &p, `{scope h}`); err != nil {
			return err
		}
		p.count()
		return tx.All(ctx, func(scan func(...any) error) error {
			var f Former
			var at int64
			err := scan(&f.Seed, &at, &f.DrawnBy)
			f.DrawnAt = time.UnixMilli(at)
			p.Replaced = append(p.Replaced, f)
			return err
		}, `select x.seed, x.drawn_at, x.drawn_by from plans x where x.ward_id = {ward} and x.campaign_id = $1 and x.state = 'replaced' order by x.id desc`, p.Campaign.ID)
	})
	return p, err
}

// current gives the plan of the running campaign without its visits.
func current(ctx context.Context, tx *db.Tx) (Plan, error) {
	p := Plan{Today: civil.DayOf(tx.Now)}
	var err error
	if p.Campaign, err = campaigns.CurrentOf(ctx, tx); err != nil {
		return p, err
	}
	var frame string
	var at int64
	if err := tx.One(ctx, `select p.id, p.seed, p.share, p.cross_share, p.others, p.per_day, p.days_a_week, p.from_on, p.to_on, p.frame, p.frame_digest, p.reason, p.drawn_at,
		p.drawn_by
		from plans p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'current'`, p.Campaign.ID).Scan(&p.ID, &p.Seed, &p.Share, &p.Cross, &p.Others, &p.PerDay,
		&p.DaysAWeek, &p.From, &p.To, &frame, &p.Digest, &p.Reason, &at, &p.DrawnBy); err != nil {
		return p, err
	}
	p.DrawnAt = time.UnixMilli(at)
	if frame != "" {
		p.Frame = strings.Split(frame, "\n")
	}
	return p, p.arrange(ctx, tx)
}

// visits reads the visits of a plan in walking order, those that the condition names.
func visits(ctx context.Context, tx *db.Tx, p *Plan, condition string, args ...any) ([]Visit, error) {
	var list []Visit
	err := tx.All(ctx, func(scan func(...any) error) error {
		var v Visit
		err := v.scan(scan)
		list = append(list, v)
		return err
	}, `select `+visitColumns+visitTables+` where `+condition+` and v.plan_id = $2 order by v.walk`, append([]any{p.Campaign.ID, p.ID}, args...)...)
	return list, err
}

// visitColumns are those of a visit; $1 is the campaign of its plan.
const visitColumns = `h.id, h.number, h.street_id, st.name, v.home_beat, v.by_beat, v.sampled, v.crossed, v.week,
	coalesce((select max(case when i.by_beat <> i.home_beat then 2 else 1 end) from inspections i
		where i.ward_id = h.ward_id and i.campaign_id = $1 and i.house_id = h.id and i.state = 'finished'), 0)`

const visitTables = ` from plan_visits v
	join houses h on h.ward_id = v.ward_id and h.id = v.house_id
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id`

func (v *Visit) scan(scan func(...any) error, more ...any) error {
	var far int
	err := scan(append([]any{&v.House, &v.Number, &v.StreetID, &v.Street, &v.Home, &v.By, &v.Sampled, &v.Cross, &v.Week, &far}, more...)...)
	v.Done, v.Crossed = far > 0, far > 1
	return err
}

// Round is what a beat's officer inspects in one week, and what others inspect in the beat meanwhile.
type Round struct {
	Plan  Plan // without visits
	Week  Week
	Mine  []Visit
	Left  int     // of these, not inspected yet
	Here  []Visit // in the own beat, by officers of other beats, of any week
	Names map[string]string
}

// RoundOf gives the round of a week for the officer; 0 is the present week, or the next that the plan has. fault.Missing without a plan.
func (s *Store) RoundOf(ctx context.Context, who access.Actor, week int) (Round, error) {
	var r Round
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		r, err = RoundTx(ctx, tx, week)
		return err
	})
	return r, err
}

// RoundTx is RoundOf inside a unit of work.
func RoundTx(ctx context.Context, tx *db.Tx, week int) (Round, error) {
	var r Round
	level, beats := tx.Who.Reach()
	if level != access.OwnBeats || len(beats) == 0 {
		return r, fault.NotFound("fault.not_found")
	}
	var err error
	if r.Plan, err = current(ctx, tx); err != nil {
		return r, err
	}
	if r.Week = r.Plan.week(week); r.Week.No == 0 {
		return r, fault.NotFound("fault.not_found")
	}
	which, args := db.Among("v.by_beat", 4, beats)
	if r.Mine, err = visits(ctx, tx, &r.Plan, `v.ward_id = {ward} and v.week = $3 and `+which, append([]any{r.Week.No}, args...)...); err != nil {
		return r, err
	}
	for i := range r.Mine {
		if !r.Mine[i].Done {
			r.Left++
		}
	}
	if r.Here, err = visits(ctx, tx, &r.Plan, `{scope h} and v.crossed and v.week > 0`); err != nil {
		return r, err
	}
	r.Names, err = beatNames(ctx, tx)
	return r, err
}

// Due is how much of a week's round is left, for Hôm nay.
type Due struct {
	Week Week
	Left int
}

// DueTx gives what is left of the officer's round of the present week, or of the next that the plan has, without reading the
// round. fault.Missing without a plan.
func DueTx(ctx context.Context, tx *db.Tx) (Due, error) {
	var d Due
	level, beats := tx.Who.Reach()
	if level != access.OwnBeats || len(beats) == 0 {
		return d, fault.NotFound("fault.not_found")
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	if err != nil {
		return d, err
	}
	p := Plan{Campaign: c, Today: civil.DayOf(tx.Now)}
	if err := tx.One(ctx, `select p.id, p.days_a_week, p.from_on, p.to_on from plans p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'current'`, c.ID).
		Scan(&p.ID, &p.DaysAWeek, &p.From, &p.To); err != nil {
		return d, err
	}
	if err := p.arrange(ctx, tx); err != nil {
		return d, err
	}
	if d.Week = p.week(0); d.Week.No == 0 {
		return d, fault.NotFound("fault.not_found")
	}
	which, args := db.Among("v.by_beat", 4, beats)
	err = tx.One(ctx, `select count(*) from plan_visits v where v.ward_id = {ward} and v.plan_id = $1 and v.week = $2
		and not exists (select 1 from inspections i where i.ward_id = v.ward_id and i.campaign_id = $3 and i.house_id = v.house_id and i.state = 'finished')
		and `+which, append([]any{p.ID, d.Week.No, p.Campaign.ID}, args...)...).Scan(&d.Left)
	return d, err
}

// week gives the week with a number; 0 is the one of today, or the next one, or the last. The zero Week when the plan has none.
func (p *Plan) week(no int) Week {
	for _, w := range p.Weeks {
		if no == w.No || no == 0 && p.Today <= w.Ends {
			return w
		}
	}
	if no == 0 && len(p.Weeks) > 0 {
		return p.Weeks[len(p.Weeks)-1]
	}
	return Week{}
}

// PlannedTx reports whether the running campaign has a plan, for Hôm nay.
func PlannedTx(ctx context.Context, tx *db.Tx, campaign string) (bool, error) {
	n := 0
	err := tx.One(ctx, `select count(*) from plans p where p.ward_id = {ward} and p.campaign_id = $1 and p.state = 'current'`, campaign).Scan(&n)
	return n > 0, err
}
