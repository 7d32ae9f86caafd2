package trainings

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/engine/words"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/houses"
)

// Record is the training record of a house.
type Record struct {
	House, Address string
	Since          civil.Day // the head took over; "" unknown
	Attended       []Attended
	Waiting        []Waiting
}

// Waiting is a course that waits for the house.
type Waiting struct {
	Course

	Due
}

// Record gives the training record of a house in reach: what it came to, and which courses wait for it.
func (s *Store) Record(ctx context.Context, who access.Actor, house string) (Record, error) {
	var r Record
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		if err := tx.One(ctx, `select h.id, h.number || ' ' || s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`,
			house).Scan(&r.House, &r.Address); err != nil {
			return err
		}
		var err error
		if r.Attended, err = attended(ctx, tx, house); err != nil {
			return err
		}
		if r.Since, err = headSince(ctx, tx, house); err != nil {
			return err
		}
		r.Waiting, err = waiting(ctx, tx, house)
		return err
	})
	return r, err
}

// waiting gives the courses in use that wait for a house.
func waiting(ctx context.Context, tx *db.Tx, house string) ([]Waiting, error) {
	list, err := courses(ctx, tx, ` and c.active`)
	if err != nil {
		return nil, err
	}
	var found []Waiting
	for i := range list {
		x, err := due(ctx, tx, &list[i], house)
		if err != nil {
			return nil, err
		}
		for _, d := range x {
			found = append(found, Waiting{Course: list[i], Due: d})
		}
	}
	return found, nil
}

// Task is what training asks of the reader.
type Task struct {
	ID, Title string
	Kind      string // "invite", "close" of who plans; "come" of who is invited
	Day       civil.Day
}

// soon is how many days ahead a session is a task.
const soon = 7

// TasksTx gives what training asks of the actor: of who plans a session, to send the invitation and to close the attendance; of a head,
// to come.
func TasksTx(ctx context.Context, tx *db.Tx) ([]Task, error) {
	if !tx.Who.May(access.SeeTrainings) || !tx.Who.May(access.PlanTrainings) && tx.Who.Role() != access.Head {
		return nil, nil
	}
	today, whose := civil.DayOf(tx.Now), own(tx.Who.Role())
	if tx.Who.Role() == access.Head {
		whose = `t.invited_at is not null`
	}
	// The latest are kept when there are more: what nobody closed for months hides no session of this week.
	list, err := trainings(ctx, tx, ` and t.state = 'planned' and t.starts_at < $1 and `+whose+` order by t.starts_at desc, t.id desc limit 50`,
		today.AddDays(soon+1).Time().UnixMilli())
	if err != nil {
		return nil, err
	}
	slices.Reverse(list)
	var tasks []Task
	for i := range list {
		t := &list[i]
		x := Task{ID: t.ID, Title: t.Title, Day: t.StartDay()}
		switch {
		case tx.Who.Role() == access.Head:
			if tx.Now.After(t.Until()) {
				continue
			}
			x.Kind = "come"
		case !t.May:
			continue
		case t.Invited.IsZero() && tx.Now.Before(t.Starts):
			x.Kind = "invite"
		case tx.Now.Before(t.Starts):
			continue
		default:
			x.Kind = "close"
		}
		tasks = append(tasks, x)
	}
	return tasks, nil
}

// Trained is how many heads of a residential group were trained, of how many there are.
type Trained struct {
	Group       string // "" for houses in none
	Part, Heads int
}

// Of which houses h a head was trained in the time from $1 to $2 (Unix milliseconds), and which have one to be trained by the day $3.
const (
	headTrained = `exists (select 1 from training_houses x join trainings t on t.ward_id = x.ward_id and t.id = x.training_id
			where x.ward_id = h.ward_id and x.house_id = h.id and x.head and t.state = 'held' and t.starts_at >= $1 and t.starts_at < $2
			and t.starts_at >= ` + headFrom + `)`
	hasHead = `h.status = 'active' and h.opened_on <= $3 and ` + led
)

// trainedUntil is the time in which training counts by a day, in Unix milliseconds; ok is false in a ward in which no session for heads
// was recorded until then.
func trainedUntil(ctx context.Context, tx *db.Tx, until civil.Day) (from, to int64, ok bool, err error) {
	from, to = addMonths(until, -headMonths).Time().UnixMilli(), until.AddDays(1).Time().UnixMilli()
	held := 0
	err = tx.One(ctx, `select count(*) from trainings t where t.ward_id = {ward} and t.audience = 'heads' and t.state = 'held' and t.starts_at < $1`, to).Scan(&held)
	return from, to, held > 0, err
}

// TrainedByGroupTx counts the houses in use that have a head, and those whose head came to training in the 24 months up to a day
// (domain.md §9.9, I9). A ward in which no session for heads was recorded until then has no figure.
func TrainedByGroupTx(ctx context.Context, tx *db.Tx, until civil.Day) ([]Trained, error) {
	from, to, ok, err := trainedUntil(ctx, tx, until)
	if err != nil || !ok {
		return nil, err
	}
	var list []Trained
	err = tx.All(ctx, func(scan func(...any) error) error {
		var x Trained
		err := scan(&x.Group, &x.Part, &x.Heads)
		list = append(list, x)
		return err
	}, `select coalesce(h.group_id, ''), count(*) filter (where `+headTrained+`), count(*)
		from houses h where {figures h} and `+hasHead+` group by h.group_id order by h.group_id`, from, to, string(until))
	return list, err
}

// TrainedRowsTx gives the houses that TrainedByGroupTx counts, within the actor's reach.
func TrainedRowsTx(ctx context.Context, tx *db.Tx, until civil.Day, s houses.Slice) ([]houses.Counted, error) {
	from, to, ok, err := trainedUntil(ctx, tx, until)
	if err != nil || !ok {
		return nil, err
	}
	return houses.CountedTx(ctx, tx, s, headTrained, houses.CountedHouse+`'', '', '', case when `+headTrained+` then 1 else 0 end, 1
		from houses h`+houses.CountedStreet+`where {scope h} and `+hasHead, from, to, string(until))
}

// CourseFigures are what became of a course in a year.
type CourseFigures struct {
	Course

	Sessions, Came, Asked   int
	Before, BeforeRight     int // slips times questions, and right ones
	After, AfterRight       int
	Liked, Partly, Disliked int
	Cost                    int
}

// Figures are those of the sessions of a year within the actor's reach.
type Figures struct {
	Year    int
	Courses []CourseFigures
	Trained []TrainedIn // by group, and the sum last
	Total   CourseFigures
}

// TrainedIn is Trained with the name of the group.
type TrainedIn struct {
	Trained

	Name string
}

// Figures counts the sessions that were held in a year, within the actor's reach: of the ward for who counts the ward.
func (s *Store) Figures(ctx context.Context, who access.Actor, year int) (Figures, error) {
	f := Figures{Year: year}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		from, to := civil.NewDay(year, time.January, 1).Time().UnixMilli(), civil.NewDay(year+1, time.January, 1).Time().UnixMilli()
		list, err := trainings(ctx, tx, ` and t.state = 'held' and t.starts_at >= $1 and t.starts_at < $2 order by t.starts_at, t.id`, from, to)
		if err != nil {
			return err
		}
		asked := map[string][]Question{}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var id string
			var q Question
			err := scan(&id, &q.Text, &q.Before, &q.After)
			asked[id] = append(asked[id], q)
			return err
		}, `select q.training_id, q.body, q.right_before, q.right_after from training_quiz q join trainings t on t.ward_id = q.ward_id and t.id = q.training_id
			where q.ward_id = {ward} and t.state = 'held' and t.starts_at >= $1 and t.starts_at < $2 order by q.training_id, q.n`, from, to); err != nil {
			return err
		}
		all, err := courses(ctx, tx, ``)
		if err != nil {
			return err
		}
		f.Courses = nil
		at := map[string]int{}
		for i := range all {
			at[all[i].ID] = len(f.Courses)
			f.Courses = append(f.Courses, CourseFigures{Course: all[i]})
		}
		for i := range list {
			t := &list[i]
			t.Results.Quiz = asked[t.ID]
			f.Courses[at[t.Course]].add(t)
			f.Total.add(t)
		}
		f.Courses = taught(f.Courses)
		f.Trained, err = trainedIn(ctx, tx, min(civil.NewDay(year, time.December, 31), civil.DayOf(tx.Now)))
		return err
	})
	return f, err
}

// taught leaves out courses that are neither in use nor were taught.
func taught(list []CourseFigures) []CourseFigures {
	var kept []CourseFigures
	for i := range list {
		if list[i].Active || list[i].Sessions > 0 {
			kept = append(kept, list[i])
		}
	}
	return kept
}

func (c *CourseFigures) add(t *Training) {
	r := &t.Results
	r.sum()
	c.Sessions++
	c.Came, c.Asked = c.Came+t.Came(), c.Asked+t.Asked()
	c.Liked, c.Partly, c.Disliked, c.Cost = c.Liked+r.Liked, c.Partly+r.Partly, c.Disliked+r.Disliked, c.Cost+r.Cost
	if r.Scored() { // a class that was asked only once says nothing about what it learned
		c.Before, c.BeforeRight = c.Before+r.Before*len(r.Quiz), c.BeforeRight+r.BeforeRights
		c.After, c.AfterRight = c.After+r.After*len(r.Quiz), c.AfterRight+r.AfterRight
	}
}

// trainedIn gives the trained heads by group, in the order of the groups.
func trainedIn(ctx context.Context, tx *db.Tx, until civil.Day) ([]TrainedIn, error) {
	list, err := TrainedByGroupTx(ctx, tx, until)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	by := map[string]Trained{}
	for _, x := range list {
		by[x.Group] = x
	}
	var named []TrainedIn
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id, name string
		if err := scan(&id, &name); err != nil {
			return err
		}
		if x, ok := by[id]; ok {
			named = append(named, TrainedIn{x, name})
			delete(by, id)
		}
		return nil
	}, `select a.id, a.name from areas a where a.ward_id = {ward} and a.kind = 'group' order by a.sort_key, a.id`); err != nil {
		return nil, err
	}
	if x, ok := by[""]; ok {
		named = append(named, TrainedIn{x, ""})
	}
	return named, nil
}

// Certificate is what the code on a certificate says.
type Certificate struct {
	Ward, Address, Title string
	Topics               []string
	Audience             Audience
	On                   civil.Day
	Came, Households     int
	Token                string
}

const certificateColumns = `w.name, h.number || ' ' || s.name, t.title, t.topics, t.audience, t.starts_at, x.present, x.households, x.certificate
	from training_houses x join trainings t on t.ward_id = x.ward_id and t.id = x.training_id join wards w on w.id = x.ward_id
	join houses h on h.ward_id = x.ward_id and h.id = x.house_id join streets s on s.ward_id = h.ward_id and s.id = h.street_id`

func scanCertificate(scan func(...any) error) (Certificate, error) {
	var c Certificate
	var all string
	var starts int64
	err := scan(&c.Ward, &c.Address, &c.Title, &all, &c.Audience, &starts, &c.Came, &c.Households, &c.Token)
	c.Topics, c.On = split(all), civil.DayOf(moment(starts))
	return c, err
}

// Certificate gives the certificate of a house in reach for a session that was held.
func (s *Store) Certificate(ctx context.Context, who access.Actor, id, house string) (Certificate, error) {
	var c Certificate
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		c, err = scanCertificate(tx.One(ctx, `select `+certificateColumns+` where {scope x.house} and x.training_id = $1 and x.house_id = $2 and t.state = 'held'
			and (x.head or x.present > 0) and x.certificate <> ''`, id, house).Scan)
		return err
	})
	return c, err
}

// Certificates gives the houses in reach that have a certificate for a session that was held, in walking order.
func (s *Store) Certificates(ctx context.Context, who access.Actor, id string) ([]Count, error) {
	var list []Count
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		if t, err := get(ctx, tx, id); err != nil || t.State != Held {
			return err
		}
		all, err := counts(ctx, tx, id, "")
		list = slices.DeleteFunc(all, func(c Count) bool { return !c.Came() || c.Code == "" })
		return err
	})
	return list, err
}

// Certified gives what the code on a certificate says to everybody; who is nobody. A code that was never given out, or whose house was
// taken off the attendance, is not found.
func (s *Store) Certified(ctx context.Context, who access.Actor, ward int, token string) (Certificate, error) {
	var c Certificate
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		c, err = scanCertificate(tx.One(ctx, `select `+certificateColumns+` where {any: the certificate itself says which session and house it is of} x.ward_id = $1
			and x.certificate = $2 and t.state = 'held' and (x.head or x.present > 0)`, ward, token).Scan)
		if fault.Is(err, fault.Missing) {
			return notGenuine()
		}
		return err
	})
	return c, err
}

// Code is the short form of a certificate's code, as it is printed.
func (c *Certificate) Code() string {
	const shown = 8
	return "TH-" + strconv.Itoa(c.On.Year()) + "-" + c.Token[:min(shown, len(c.Token))]
}

// attended says what the certificate confirms.
func (c *Certificate) attended(t *words.Words) string {
	day := c.On.DisplayIn(t.Lang())
	if c.Audience == Heads {
		return t.F("trainings.certified.heads", "Title", c.Title, "Day", day)
	}
	return t.F("trainings.certified.households", "N", c.Came, "All", c.Households, "Title", c.Title, "Day", day)
}
