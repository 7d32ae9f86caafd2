package objections

import (
	"context"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/holidays"
	"sonha/ward/inspections"
	"sonha/ward/results"
)

// Store keeps the table of this feature.
type Store struct {
	db          *db.DB
	sets        *criteria.Sets
	results     *results.Store
	inspections *inspections.Store
}

// NewStore makes a store over an open database. What is corrected is judged by the version of the campaign and written by the other stores.
func NewStore(d *db.DB, sets *criteria.Sets, r *results.Store, i *inspections.Store) *Store {
	return &Store{db: d, sets: sets, results: r, inspections: i}
}

const columns = `o.id, o.campaign_id, c.year, h.id, h.number, st.name, coalesce(g.name, ''), o.state, o.class, o.told_at, o.items, o.content, o.due_on, o.filed_at,
	o.filed_by, o.outcome, o.answer, o.answers, o.class_after, o.repeat_by, o.answered_at, o.answered_by, o.level, o.climbed_on, o.version,
	o.outcome = 'repeat' and exists (select 1 from inspections i where i.ward_id = o.ward_id and i.house_id = o.house_id and i.campaign_id = o.campaign_id
		and i.state = 'finished' and i.finished_at > o.answered_at)`

const tables = ` from objections o
	join campaigns c on c.ward_id = o.ward_id and c.id = o.campaign_id
	join houses h on h.ward_id = o.ward_id and h.id = o.house_id
	join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	left join areas g on g.ward_id = h.ward_id and g.id = h.group_id`

func scanObjection(scan func(...any) error) (Objection, error) {
	var o Objection
	var class, after, items string
	var told, filed, answered int64
	err := scan(&o.ID, &o.CampaignID, &o.Year, &o.House.ID, &o.House.Number, &o.House.Street, &o.House.Group, &o.State, &class, &told, &items, &o.Content, &o.Due, &filed,
		&o.FiledBy, &o.Outcome, &o.Answer, &o.Answers, &after, &o.RepeatBy, &answered, &o.AnsweredBy, &o.Level, &o.ClimbedOn, &o.Version, &o.Repeated)
	o.Class, _ = criteria.ParseClass(class)
	o.ClassAfter, _ = criteria.ParseClass(after)
	if items != "" {
		o.Items = strings.Split(items, ",")
	}
	o.Told, o.Filed, o.AnsweredAt = db.Moment(told), db.Moment(filed), db.Moment(answered)
	return o, err
}

// several reads objections with what their day comes to now in a calendar.
func (s *Store) several(ctx context.Context, tx *db.Tx, c civil.Calendar, where string, args ...any) (list []Objection, err error) {
	err = s.each(ctx, tx, c, db.Into(&list), where, args...)
	return list, err
}

// each is several, one by one.
func (s *Store) each(ctx context.Context, tx *db.Tx, c civil.Calendar, hand func(*Objection) error, where string, args ...any) error {
	sets, err := s.ofCampaigns(ctx, tx)
	if err != nil {
		return err
	}
	today := civil.DayOf(tx.Now)
	return tx.All(ctx, func(scan func(...any) error) error {
		o, err := scanObjection(scan)
		if err != nil {
			return err
		}
		o.reckon(c, today)
		o.Set = sets[o.CampaignID]
		return hand(&o)
	}, `select `+columns+tables+` where `+where, args...)
}

// ofCampaigns gives the versions by which the campaigns of the ward are judged.
func (s *Store) ofCampaigns(ctx context.Context, tx *db.Tx) (map[string]*criteria.Set, error) {
	var ids []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `select c.id from campaigns c where c.ward_id = {ward}`); err != nil {
		return nil, err
	}
	sets := map[string]*criteria.Set{}
	for _, id := range ids {
		set, err := s.sets.OfCampaign(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		sets[id] = set
	}
	return sets, nil
}

func (o *Objection) reckon(c civil.Calendar, today civil.Day) {
	if o.State == Waiting {
		o.Left = c.WorkingDays(today, o.Due)
	}
}

// Of gives where a house stands with its result in the campaign of a year, 0 for the running one, with everything that it asked. Not
// found outside the actor's reach.
func (s *Store) Of(ctx context.Context, who access.Actor, house string, year int) (Standing, error) {
	var x Standing
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		x, err = s.standing(ctx, tx, house, year)
		return err
	})
	return x, err
}

func (s *Store) standing(ctx context.Context, tx *db.Tx, house string, year int) (Standing, error) {
	x := Standing{Today: civil.DayOf(tx.Now)}
	if err := tx.One(ctx, `select h.id, h.number, st.name, coalesce(g.name, '') from houses h
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		where {scope h} and h.id = $1`, house).Scan(&x.House.ID, &x.House.Number, &x.House.Street, &x.House.Group); err != nil {
		return x, err
	}
	var err error
	if x.Campaign, err = campaigns.OfYearTx(ctx, tx, year); err != nil {
		return x, err
	}
	if x.Set, err = s.sets.OfCampaign(ctx, tx, x.Campaign.ID); err != nil {
		return x, err
	}
	if x.Result, err = results.Of(ctx, tx, x.Campaign.ID, house); err != nil {
		return x, err
	}
	if x.calendar, err = holidays.Calendar(ctx, tx); err != nil {
		return x, err
	}
	if x.Result.Stage == results.Approved {
		x.Last = results.Window(civil.DayOf(x.Result.ApprovedAt), x.calendar)
	}
	x.List, err = s.several(ctx, tx, x.calendar, `{scope h} and o.campaign_id = $1 and o.house_id = $2 order by o.id desc`, x.Campaign.ID, house)
	return x, err
}

// File asks the command to look again, in the name of the house, and gives the id.
func (s *Store) File(ctx context.Context, who access.Actor, house string, n New) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.FileTx(ctx, tx, house, n)
		return err
	})
	return id, err
}

// FileTx is File inside a unit of work.
func (s *Store) FileTx(ctx context.Context, tx *db.Tx, house string, n New) (string, error) {
	if err := tx.Need(access.Object); err != nil {
		return "", err
	}
	x, err := s.standing(ctx, tx, house, n.Year)
	if err != nil {
		return "", err
	}
	if err := x.Closed(); err != nil {
		return "", err
	}
	if err := n.check(x.Set); err != nil {
		return "", err
	}
	id := tx.NewID()
	due := x.calendar.AddWorkingDays(x.Today, AnswerDays)
	if _, err := tx.Exec(ctx, `insert into objections (ward_id, id, campaign_id, house_id, state, class, told_at, items, content, due_on, filed_at, filed_by,
			filed_account, outcome, answer, answers, class_after, repeat_by, answered_at, answered_by, level, climbed_on, version)
		values ({ward}, $1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '', '', 0, '', 0, '', 1)`,
		id, x.Campaign.ID, house, x.Result.Class.String(), x.Result.ApprovedAt.UnixMilli(), strings.Join(n.Items, ","), n.Content, string(due), tx.Millis(),
		tx.Who.Name(), tx.Who.Account()); err != nil {
		return "", err
	}
	if err := tell(ctx, tx, access.Command, x.House, home(id), id, "objections.tell.filed", "Day", due); err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "objection.file", Object: "objection", ID: id, House: house, Detail: "hạn trả lời " + due.Display()})
}

// Withdraw takes an objection back that was not answered yet. The house may ask again while its days last.
func (s *Store) Withdraw(ctx context.Context, who access.Actor, id string) (Objection, error) {
	var o Objection
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Object); err != nil {
			return err
		}
		var err error
		if o, err = s.one(ctx, tx, id); err != nil {
			return err
		}
		if o.State != Waiting {
			return fault.Shut("objections.not_waiting")
		}
		if err := tx.Must1(tx.Exec(ctx, `update objections as o set state = 'withdrawn', version = o.version + 1
			where {scope o.house} and o.id = $1 and o.state = 'waiting'`, id)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "objection.withdraw", Object: "objection", ID: id, House: o.House.ID})
	})
	return o, err
}

// one gives an objection in reach.
func (s *Store) one(ctx context.Context, tx *db.Tx, id string) (Objection, error) {
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return Objection{}, err
	}
	list, err := s.several(ctx, tx, c, `{scope h} and o.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Objection{}, err
	}
	return list[0], nil
}

// Desk is what the command has to answer, the first due in front, and the last that it answered.
type Desk struct {
	Waiting  []Objection
	Answered []Objection
	Today    civil.Day
}

// List gives the command's desk.
func (s *Store) List(ctx context.Context, who access.Actor) (Desk, error) {
	var d Desk
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		d = Desk{Today: civil.DayOf(tx.Now)}
		c, err := holidays.Calendar(ctx, tx)
		if err != nil {
			return err
		}
		if d.Waiting, err = s.several(ctx, tx, c, `{scope h} and o.state = 'waiting' order by o.due_on, o.id`); err != nil {
			return err
		}
		d.Answered, err = s.several(ctx, tx, c, `{scope h} and o.state = 'answered' order by o.answered_at desc, o.id desc limit 50`)
		return err
	})
	return d, err
}

// Case is one objection with what it is about, for the command's answer.
type Case struct {
	Standing

	Objection Objection
}

// Get gives an objection with the result as it stands now.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Case, error) {
	var x Case
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Approve); err != nil {
			return err
		}
		var err error
		if x.Objection, err = s.one(ctx, tx, id); err != nil {
			return err
		}
		x.House, x.Today, x.Set = x.Objection.House, civil.DayOf(tx.Now), x.Objection.Set
		if x.Campaign, err = campaigns.InTx(ctx, tx, x.Objection.CampaignID); err != nil {
			return err
		}
		x.Result, err = results.Of(ctx, tx, x.Campaign.ID, x.House.ID)
		return err
	})
	return x, err
}

// Sum counts what waits for an answer, and of it what is late. It is a figure.
type Sum struct {
	Waiting, Late int
	First         civil.Day // the first day by which something is due
}

// SumTx counts within the reach of a unit of work, in all campaigns that are not closed: while last year's results are published, the
// next campaign may be open already.
func SumTx(ctx context.Context, tx *db.Tx) (Sum, error) {
	var x Sum
	err := tx.One(ctx, `select count(*), count(*) filter (where o.due_on < $1), coalesce(min(o.due_on), '') from objections o
		join campaigns c on c.ward_id = o.ward_id and c.id = o.campaign_id
		where {figures o.house} and o.state = 'waiting' and c.phase <> 'closed'`, string(civil.DayOf(tx.Now))).Scan(&x.Waiting, &x.Late, &x.First)
	return x, err
}

// Clock is what the page of a house says of its objection: until when it may ask, and by when it is answered.
type Clock struct {
	Last civil.Day // zero when the house cannot ask now
	Due  civil.Day // of one that waits; zero without
}

// longestOff is more days than a ward is ever off at a stretch: after them it needs no calendar to say that nobody may ask any more.
const longestOff = 60

// ClockTx gives the clock of a house that was told its result.
func ClockTx(ctx context.Context, tx *db.Tx, r *results.Result) (Clock, error) {
	var x Clock
	if r.Stage != results.Approved || r.ApprovedAt.IsZero() {
		return x, nil
	}
	var told int
	if err := tx.One(ctx, `select coalesce(max(case when o.state = 'waiting' then o.due_on end), ''), count(*) filter (where o.state = 'answered' and o.told_at = $3)
		from objections o where {scope o.house} and o.campaign_id = $1 and o.house_id = $2`, r.CampaignID, r.HouseID, r.ApprovedAt.UnixMilli()).Scan(&x.Due, &told); err != nil {
		return x, err
	}
	day, today := civil.DayOf(r.ApprovedAt), civil.DayOf(tx.Now)
	if x.Due != "" || told > 0 || today.Sub(day) > results.AskDays+longestOff {
		return x, nil
	}
	c, err := holidays.Calendar(ctx, tx)
	if last := results.Window(day, c); last >= today {
		x.Last = last
	}
	return x, err
}
