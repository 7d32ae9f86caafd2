package trainings

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/jobs"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/civil/personal"
	"sonha/ground/fault"
	"sonha/ward/gatherings"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const (
	columns = `t.id, t.course_id, t.title, t.topics, t.audience, t.level, coalesce(t.house_id, ''), coalesce(t.group_id, ''), t.state, t.place, t.starts_at, t.lasts,
	t.speaker, t.houses, t.households, t.came_houses, t.came_households, coalesce(t.invited_at, 0), t.sequence, t.token, coalesce(t.closed_at, 0),
	t.before_takers, t.after_takers, t.liked, t.partly, t.disliked, t.cost, t.fund, t.cancel_why, t.updated_at, t.version,
	coalesce(th.number || ' ' || ts.name, g.name, ''), w.name, coalesce(m.id, ''), coalesce(m.n, 0), coalesce(m.title, ''), coalesce(m.kind, ''), coalesce(m.link, '')`
	tables = ` from trainings t join wards w on w.id = t.ward_id
	left join houses th on th.ward_id = t.ward_id and th.id = t.house_id left join streets ts on ts.ward_id = th.ward_id and ts.id = th.street_id
	left join areas g on g.ward_id = t.ward_id and g.id = t.group_id
	left join training_materials m on m.ward_id = t.ward_id and m.id = t.material_id`
	// invited is the condition for the sessions to which a house in reach, or the own home, is invited. What it gives out of a session
	// is of all who are invited: of single houses and households there is nothing in it.
	invited = `t.ward_id = {ward} and exists (select 1 from training_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
	where x.ward_id = t.ward_id and x.training_id = t.id and {home h})`
	// counted is the condition for who plans for the ward and opens no house: sessions of groups and of the ward.
	counted = `t.ward_id = {ward} and t.level <> 'house'`
)

// seen is the condition for the sessions that the actor sees.
func seen(who access.Actor) string {
	if level, _ := who.Reach(); level == access.Nothing && who.May(access.PlanTrainings) {
		return counted
	}
	return invited
}

func scanTraining(scan func(...any) error, who access.Actor) (Training, error) {
	var t Training
	var topics string
	var starts, asked, closed, updated int64
	r := &t.Results
	err := scan(&t.ID, &t.Course, &t.Title, &topics, &t.Audience, &t.Level, &t.House, &t.Group, &t.State, &t.Place, &starts, &t.Lasts,
		&t.Speaker, &t.Houses, &t.Households, &t.CameHouses, &t.CameHouseholds, &asked, &t.Sequence, &t.Token, &closed,
		&r.Before, &r.After, &r.Liked, &r.Partly, &r.Disliked, &r.Cost, &r.Fund, &t.Why, &updated, &t.Version,
		&t.Area, &t.WardName, &t.Material.ID, &t.Material.N, &t.Material.Title, &t.Material.Kind, &t.Material.Link)
	t.Topics = split(topics)
	t.Starts, t.Invited, t.Closed, t.Updated = moment(starts), moment(asked), moment(closed), moment(updated)
	t.Day, t.Clock = civil.DayOf(t.Starts), civil.Clock(t.Starts)
	if t.Level == gatherings.Ward {
		t.Area = t.WardName
	}
	t.May = plans(who, &t)
	return t, err
}

func moment(ms int64) time.Time { return db.Moment(ms).In(civil.Hanoi) }

// get gives a session that the actor sees. Until it was invited to, only who plans it does, and whoever notes who comes.
func get(ctx context.Context, tx *db.Tx, id string) (Training, error) {
	if err := tx.Need(access.SeeTrainings); err != nil {
		return Training{}, err
	}
	t, err := scanTraining(tx.One(ctx, `select `+columns+tables+` where `+seen(tx.Who)+` and t.id = $1`, id).Scan, tx.Who)
	if err == nil && t.Invited.IsZero() && t.State != Held && !t.May && !tx.Who.May(access.NoteTrainings) {
		err = fault.NotFound("fault.not_found")
	}
	return t, err
}

// kept gives a session that the actor plans.
func kept(ctx context.Context, tx *db.Tx, id string) (Training, error) {
	t, err := get(ctx, tx, id)
	if err == nil && !t.May {
		err = fault.NotFound("fault.not_found")
	}
	return t, err
}

// Get gives one session with its results.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Training, error) {
	var t Training
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if t, err = get(ctx, tx, id); err != nil {
			return err
		}
		t.Results.Quiz, err = quiz(ctx, tx, &t)
		t.Results.sum()
		return err
	})
	return t, err
}

// quiz gives the questions of a session: those that it was asked, or, while nothing was counted, those of its course. A class whose
// slips were counted without questions was asked none, whatever the course asks today.
func quiz(ctx context.Context, tx *db.Tx, t *Training) ([]Question, error) {
	var list []Question
	take := func(scan func(...any) error) error {
		var q Question
		err := scan(&q.Text, &q.Before, &q.After)
		list = append(list, q)
		return err
	}
	err := tx.All(ctx, take, `select q.body, q.right_before, q.right_after from training_quiz q where q.ward_id = {ward} and q.training_id = $1 order by q.n`, t.ID)
	if err != nil || len(list) > 0 || t.Results.Counted() {
		return list, err
	}
	err = tx.All(ctx, take, `select q.body, 0, 0 from training_questions q where q.ward_id = {ward} and q.course_id = $1 order by q.n`, t.Course)
	return list, err
}

// Stand narrows a list of sessions.
type Stand string

// The stands.
const (
	Coming Stand = "coming"
	Done   Stand = "done"
	Off    Stand = "cancelled"
)

// listed is how many sessions a page shows.
const listed = 50

// List gives the sessions that the actor sees: those to come in their order, the others the newest first.
func (s *Store) List(ctx context.Context, who access.Actor, stand Stand, page int) (list []Training, more bool, err error) {
	where := map[Stand]string{
		Coming: ` and t.state = 'planned' order by t.starts_at, t.id`,
		Done:   ` and t.state = 'held' order by t.starts_at desc, t.id desc`,
		Off:    ` and t.state = 'cancelled' order by t.starts_at desc, t.id desc`,
	}[stand]
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeTrainings); err != nil {
			return err
		}
		var err error
		list, err = trainings(ctx, tx, where+` limit `+strconv.Itoa(listed+1)+` offset $1`, max(0, page)*listed)
		if more = len(list) > listed; more {
			list = list[:listed]
		}
		return err
	})
	return list, more, err
}

// own is the condition for the sessions of the levels at which a role plans.
func own(r access.Role) string {
	list := []string{"'none'"}
	for _, l := range levels(r) {
		list = append(list, "'"+string(l)+"'")
	}
	return `t.level in (` + strings.Join(list, ", ") + `)`
}

// told is the condition under which a session that was not invited to yet is shown: to who plans such sessions, and to who notes who
// comes, as get says.
func told(who access.Actor) string {
	switch {
	case who.May(access.NoteTrainings):
		return ``
	case who.May(access.PlanTrainings):
		return ` and (t.invited_at is not null or t.state = 'held' or ` + own(who.Role()) + `)`
	}
	return ` and (t.invited_at is not null or t.state = 'held')`
}

// Export gives all sessions that the actor sees, as one moment has them: those to come in their order, then those that were held and
// those that were called off, the newest first. It leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Training]) error {
	return to.Read(ctx, s.db, who, access.PlanTrainings, &db.Entry{Action: "training.export", Object: "trainings"}, func(tx *db.Tx) error {
		if err := to.Count(ctx, tx, tables+` where `+seen(who)+told(who)); err != nil {
			return err
		}
		for _, where := range []string{
			` and t.state = 'planned' order by t.starts_at, t.id`,
			` and t.state = 'held' order by t.starts_at desc, t.id desc`,
			` and t.state = 'cancelled' order by t.starts_at desc, t.id desc`,
		} {
			if err := each(ctx, tx, to.Row, where); err != nil {
				return err
			}
		}
		return nil
	})
}

func trainings(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Training, err error) {
	err = each(ctx, tx, db.Into(&list), where, args...)
	return list, err
}

func each(ctx context.Context, tx *db.Tx, hand func(*Training) error, where string, args ...any) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		t, err := scanTraining(scan, tx.Who)
		if err != nil {
			return err
		}
		return hand(&t)
	}, `select `+columns+tables+` where `+seen(tx.Who)+told(tx.Who)+where, args...)
}

// Choices are what a session may be planned for.
type Choices struct {
	gatherings.Choices

	Courses []Course
}

// Choices gives them.
func (s *Store) Choices(ctx context.Context, who access.Actor) (Choices, error) {
	var c Choices
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.PlanTrainings); err != nil {
			return err
		}
		var err error
		if c.Courses, err = courses(ctx, tx, ` and c.active`); err != nil {
			return err
		}
		offered := levels(who.Role())
		if who.Role() != access.GroupLead { // a session of one house is its group's
			offered = slices.DeleteFunc(offered, func(l gatherings.Level) bool { return l == gatherings.House })
		}
		c.Choices, err = gatherings.Choose(ctx, tx, offered)
		return err
	})
	return c, err
}

// Create plans a session of a course and gives its id. Nobody is told yet.
func (s *Store) Create(ctx context.Context, who access.Actor, p Plan) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = create(ctx, tx, p)
		return err
	})
	return id, err
}

func create(ctx context.Context, tx *db.Tx, p Plan) (string, error) {
	if err := tx.Need(access.PlanTrainings); err != nil {
		return "", err
	}
	if !slices.Contains(levels(tx.Who.Role()), p.Level) {
		return "", fault.Invalid("where", "trainings.choose_where")
	}
	c, err := course(ctx, tx, p.Course)
	if fault.Is(err, fault.Missing) || err == nil && !c.Active {
		return "", fault.Invalid("course", "trainings.choose_course")
	} else if err != nil {
		return "", err
	}
	if err := p.check(tx.Now); err != nil {
		return "", err
	}
	list, err := materials(ctx, tx, p.Course)
	if err != nil {
		return "", err
	}
	used := current(list)
	p.Settle()
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into trainings (ward_id, id, course_id, title, topics, audience, level, house_id, group_id, state, place, starts_at,
			lasts, speaker, material_id,
			houses, households, came_houses, came_households, sequence, token, before_takers, after_takers, liked, partly, disliked, cost, fund, cancel_why,
			created_at, created_by, updated_at, version)
		values ({ward}, $1, $2, $3, $4, $5, $6, cast($7 as text), cast($8 as text), 'planned', $9, $10, $11, $12, cast($13 as text), 0, 0, 0, 0, 0, $14, 0, 0, 0, 0, 0, 0, '', '',
			$15, $16, $15, 1)`,
		id, p.Course, c.Title, strings.Join(c.Topics, ","), string(c.Audience), string(p.Level), db.OrNull(p.House), db.OrNull(p.Group), p.Place, p.Begins().UnixMilli(), p.Lasts,
		p.Speaker, db.OrNull(used.ID), db.NewToken(tokenBytes), tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	if err := gather(ctx, tx, id, &p, c.Audience); err != nil {
		return "", err
	}
	t, err := kept(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "training.plan", Object: "training", ID: id, House: p.House, Detail: t.when()})
}

// when is what the history says of a session.
func (t *Training) when() string {
	return t.Title + ", " + civil.Clock(t.Starts) + " " + t.StartDay().Display()
}

// led is the condition for houses that have a head: named in the roster, or with an account.
const led = `(h.head_name <> '' or exists (select 1 from grants hg where hg.ward_id = h.ward_id and hg.house_id = h.id and hg.role = 'head' and hg.ended_at is null))`

// gather fixes the houses of a session: for heads those that have one, for households those of which the ward knows a household. Houses
// at which somebody came already stay.
func gather(ctx context.Context, tx *db.Tx, id string, p *Plan, a Audience) error {
	where, ref := p.Whose()
	if a == Heads {
		where += ` and ` + led
	} else {
		where += ` and h.households > 0`
	}
	if _, err := tx.Exec(ctx, `delete from training_houses where ward_id = {ward} and training_id = $1 and not head and present = 0`, id); err != nil {
		return err
	}
	const (
		begin = `insert into training_houses (ward_id, training_id, house_id, households, head, present, certificate)
			select h.ward_id, cast($1 as text), h.id, h.households, false, 0, '' from houses h where `
		end = ` on conflict (ward_id, training_id, house_id) do nothing`
	)
	var n int64
	var err error
	if level, _ := tx.Who.Reach(); level == access.Nothing {
		n, err = tx.Exec(ctx, begin+`{any: who plans for the ward fixes whose houses are invited, and is shown their number alone} h.ward_id = {ward} and
			h.status = 'active'`+where+end,
			id, ref)
	} else {
		n, err = tx.Exec(ctx, begin+`{scope h} and h.status = 'active'`+where+end, id, ref)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Invalid("where", "trainings.nobody")
	}
	return recount(ctx, tx, id)
}

// recount brings the numbers of a session up to date. Its version stays: who came is no change of the plan, and its planner's form
// holds while others note who comes.
func recount(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `update trainings set
			houses = (select count(*) from training_houses x where x.ward_id = trainings.ward_id and x.training_id = trainings.id),
			households = (select coalesce(sum(x.households), 0) from training_houses x where x.ward_id = trainings.ward_id and x.training_id = trainings.id),
			came_houses = (select count(*) from training_houses x where x.ward_id = trainings.ward_id and x.training_id = trainings.id and (x.head or x.present > 0)),
			came_households = (select coalesce(sum(x.present), 0) from training_houses x where x.ward_id = trainings.ward_id and x.training_id = trainings.id),
			updated_at = $2
		where ward_id = {ward} and id = $1`, id, tx.Millis())
	return err
}

// Change writes a plan anew; course and place of those invited stay. Who was invited is told when day, hour or place changed.
func (s *Store) Change(ctx context.Context, who access.Actor, id string, p Plan) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case t.State != Planned:
			return fault.Shut("trainings.not_planned")
		case !t.Movable():
			return fault.Shut("trainings.somebody_came")
		case t.Version != p.Version:
			return fault.Conflict("fault.changed")
		}
		if err := p.check(tx.Now); err != nil {
			return err
		}
		moved := !p.Begins().Equal(t.Starts) || p.Place != t.Place
		if _, err := tx.Exec(ctx, `update trainings set place = $1, starts_at = $2, lasts = $3, speaker = $4, updated_at = $5,
				sequence = sequence + case when invited_at is null then 0 else 1 end, version = version + 1
			where ward_id = {ward} and id = $6 and state = 'planned'`, p.Place, p.Begins().UnixMilli(), p.Lasts, p.Speaker, tx.Millis(), id); err != nil {
			return err
		}
		if t, err = kept(ctx, tx, id); err != nil {
			return err
		}
		if moved && !t.Invited.IsZero() {
			if err := tellAll(ctx, tx, &t, "trainings.told_moved"); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "training.change", Object: "training", ID: id, House: t.House, Detail: t.when()})
	})
}

// Cancel calls a planned session off, with the reason that those who were invited are told.
func (s *Store) Cancel(ctx context.Context, who access.Actor, id, why string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		t, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case t.State != Planned:
			return fault.Shut("trainings.not_planned")
		case !t.Movable():
			return fault.Shut("trainings.somebody_came")
		}
		why = civil.NFC(why)
		if err := fault.InvalidFields(personal.Text("why", why, "trainings.no_why", mostWhy)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update trainings set state = 'cancelled', cancel_why = $1, updated_at = $2, sequence = sequence + 1, version = version + 1
			where ward_id = {ward} and id = $3 and state = 'planned'`, why, tx.Millis(), id); err != nil {
			return err
		}
		t.Why = why
		if !t.Invited.IsZero() {
			if err := tellAll(ctx, tx, &t, "trainings.told_cancelled"); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "training.cancel", Object: "training", ID: id, House: t.House, Detail: t.when()})
	})
}

// split reads a list of codes.
func split(text string) []string { return strings.Split(text, ",") }
