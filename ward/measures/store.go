package measures

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/holidays"
)

// Store keeps the tables of this feature.
type Store struct {
	db        *db.DB
	followers map[Source]Follower
}

// NewStore makes a store over an open database. The followers, by source, are told when a measure is over.
func NewStore(d *db.DB, followers map[Source]Follower) *Store {
	return &Store{db: d, followers: followers}
}

const columns = `m.id, m.source, m.source_id, m.source_href, coalesce(m.house_id, ''), coalesce(h.number, ''), coalesce(st.name, ''),
	coalesce(m.group_id, h.group_id, ''), coalesce(g.name, ''), m.group_id is not null, m.item, m.content, m.owner, m.owner_name, m.due_on, m.first_due_on, m.state,
	m.percent, m.level, m.climbed_on, m.reported_at, m.reported_as, m.reported_by, coalesce(m.previous_id, ''), coalesce(nx.id, ''), m.opened_at, m.opened_by,
	m.closed_at, m.updated_at, m.version,
	` + headed

const headed = `exists (select 1 from grants hd join accounts ha on ha.ward_id = hd.ward_id and ha.id = hd.account_id
		where hd.ward_id = m.ward_id and hd.house_id = m.house_id and hd.role = 'head' and hd.ended_at is null and ha.disabled_at is null)`

const tables = ` from measures m
	left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
	left join streets st on st.ward_id = h.ward_id and st.id = h.street_id
	left join areas g on g.ward_id = m.ward_id and g.id = coalesce(m.group_id, h.group_id)
	left join measures nx on nx.ward_id = m.ward_id and nx.previous_id = m.id`

func scanMeasure(scan func(...any) error) (Measure, error) {
	var m Measure
	var reported, opened, closed, updated int64
	err := scan(&m.ID, &m.From.Source, &m.From.ID, &m.From.Href, &m.House.ID, &m.House.Number, &m.House.Street,
		&m.Group, &m.GroupName, &m.ofGroup, &m.Item, &m.Content, &m.Owner, &m.OwnerName, &m.Due, &m.FirstDue, &m.State,
		&m.Percent, &m.Level, &m.ClimbedOn, &reported, &m.ReportedAs, &m.reportedBy, &m.Previous, &m.Next, &opened, &m.OpenedBy,
		&closed, &updated, &m.Version, &m.headed)
	m.Reported, m.Opened, m.Closed, m.Updated = db.Moment(reported), db.Moment(opened), db.Moment(closed), db.Moment(updated)
	return m, err
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Which measures an actor sees, as a condition. A head has those of the house. A group lead and an officer have those of their
// houses and of the groups in which these lie; the command has the ward's. The committee reaches no house: it has what it is to
// carry out itself, what concerns the ward as a whole, and what has climbed to it.
const (
	atHouses = `{scope m.house}`
	atGroups = `(({scope m.house}) or (m.house_id is null and m.group_id is not null
		and exists (select 1 from houses r where {scope r} and r.ward_id = m.ward_id and r.group_id = m.group_id)))`
	atTheTop = `m.ward_id = {ward} and (m.owner = 'ward' or m.level >= 2 or m.house_id is null and m.group_id is null)`
	// notOver is written as the index of what is not over has it, or SQLite does not see that it may use it.
	notOver = `m.state in ('planned', 'doing', 'reported')`
	running = notOver + ` and m.state in ('planned', 'doing')`
	byTurn  = ` order by m.due_on, m.id`
)

// LateShortcoming is the condition under which a shortcoming of an inspection, under the alias x and open, is overdue on a day that
// is an argument of the statement, such as "$1": the measure that mends it is still worked on and its day has passed. The day stands
// in the measure, where it may have been moved; the shortcoming's own is only of one without a measure, such as a file brought in.
//
// The day is compared as an expression, so that no plan looks for the measure by its day: SQLite without statistics did, and went through
// all overdue measures of the ward for each shortcoming.
func LateShortcoming(x, today string) string {
	return `(exists (select 1 from measures lm where lm.ward_id = ` + x + `.ward_id and lm.source = 'inspection' and lm.source_id = ` + x + `.id
			and lm.state in ('planned', 'doing') and lm.due_on || '' <> '' and lm.due_on || '' < ` + today + `)
		or ` + x + `.due_on <> '' and ` + x + `.due_on < ` + today + ` and not exists (select 1 from measures nm
			where nm.ward_id = ` + x + `.ward_id and nm.source = 'inspection' and nm.source_id = ` + x + `.id))`
}

// OfPeriod are the measures of a period, and how those that are not over stand on the day.
type OfPeriod struct {
	Opened, Verified int // within the period
	Running          int // planned or worked on
	Late             int // of those: past their day
	Reported         int // waiting for somebody to look
}

// PeriodTx counts the measures of the ward, or of a residential group and its houses, for papers that tell nothing but these sums. The
// caller has decided that the actor may know them.
func PeriodTx(ctx context.Context, tx *db.Tx, group string, from, to civil.Day) (OfPeriod, error) {
	var n OfPeriod
	err := tx.One(ctx, `select count(*) filter (where m.opened_at >= $2 and m.opened_at < $3),
			count(*) filter (where m.state = 'verified' and m.closed_at >= $2 and m.closed_at < $3), count(*) filter (where m.state in ('planned', 'doing')),
			count(*) filter (where m.state in ('planned', 'doing') and m.due_on <> '' and m.due_on < $4), count(*) filter (where m.state = 'reported')
		from measures m left join houses h on h.ward_id = m.ward_id and h.id = m.house_id
		where m.ward_id = {ward} and ($1 = '' or coalesce(m.group_id, h.group_id) = $1)`,
		group, from.Time().UnixMilli(), to.AddDays(1).Time().UnixMilli(), string(civil.DayOf(tx.Now))).Scan(&n.Opened, &n.Verified, &n.Running, &n.Late, &n.Reported)
	return n, err
}

func seen(who access.Actor) string {
	switch who.Role() {
	case access.Committee:
		return atTheTop
	case access.GroupLead, access.Officer:
		return atGroups
	}
	return atHouses
}

// Get gives a measure with its steps and photos. What is out of reach is not found.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Measure, error) {
	var m Measure
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeasures); err != nil {
			return err
		}
		var err error
		if m, err = get(ctx, tx, id); err != nil {
			return err
		}
		if m.Steps, err = steps(ctx, tx, id); err != nil {
			return err
		}
		m.Photos, err = photos(ctx, tx, id)
		return err
	})
	return m, err
}

// get gives a measure in reach with what its day comes to now.
func get(ctx context.Context, tx *db.Tx, id string) (Measure, error) {
	m, err := scanMeasure(tx.One(ctx, `select `+columns+tables+` where `+seen(tx.Who)+` and m.id = $1`, id).Scan)
	if err != nil {
		return m, err
	}
	c, err := holidays.Calendar(ctx, tx)
	m.reckon(c, civil.DayOf(tx.Now))
	return m, err
}

// load gives a measure that was just written, whoever wrote it.
func load(ctx context.Context, tx *db.Tx, id string) (Measure, error) {
	return scanMeasure(tx.One(ctx, `select `+columns+tables+` where m.ward_id = {ward} and m.id = $1`, id).Scan)
}

// reckon says how many working days are left.
func (m *Measure) reckon(c civil.Calendar, today civil.Day) {
	if m.State.Running() {
		m.Left = c.WorkingDays(today, m.Due)
	}
}

// several runs a query for measures and reckons their days.
func several(ctx context.Context, tx *db.Tx, query string, args ...any) (list []Measure, err error) {
	err = each(ctx, tx, db.Into(&list), query, args...)
	return list, err
}

// each is several, one by one.
func each(ctx context.Context, tx *db.Tx, hand func(*Measure) error, query string, args ...any) error {
	c, err := holidays.Calendar(ctx, tx)
	if err != nil {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		m, err := scanMeasure(scan)
		if err != nil {
			return err
		}
		m.reckon(c, civil.DayOf(tx.Now))
		return hand(&m)
	}, query, args...)
}

// OfSourceTx gives the measures from a source as far as the actor sees them, the first opened first: the last one is the one that
// stands. It asks for no power of its own: who sees the source's page sees what was decided there.
func OfSourceTx(ctx context.Context, tx *db.Tx, s Source, id string) ([]Measure, error) {
	return several(ctx, tx, `select `+columns+tables+` where `+seen(tx.Who)+` and m.source = $1 and m.source_id = $2 order by m.opened_at, m.id`, string(s), id)
}

// LatestTx gives of each source the measure that stands, by the source's id, as far as the actor sees them.
func LatestTx(ctx context.Context, tx *db.Tx, s Source, ids []string) (map[string]Measure, error) {
	out := map[string]Measure{}
	for chunk := range slices.Chunk(ids, atOnce) {
		which, args := db.Among("m.source_id", 2, chunk)
		list, err := several(ctx, tx, `select `+columns+tables+` where `+seen(tx.Who)+` and m.source = $1 and `+which+` order by m.opened_at, m.id`,
			append([]any{string(s)}, args...)...)
		if err != nil {
			return nil, err
		}
		for i := range list {
			out[list[i].From.ID] = list[i]
		}
	}
	return out, nil
}

// atOnce bounds the ids in one statement.
const atOnce = 200

// OfHouseTx gives what is not over at a house, what is due first first, for the page of the house.
func OfHouseTx(ctx context.Context, tx *db.Tx, house string) ([]Measure, error) {
	if !tx.Who.May(access.SeeMeasures) {
		return nil, nil
	}
	// Sorted here: asked for the order, SQLite walks what is not over in the whole ward by its days.
	list, err := several(ctx, tx, `select `+columns+tables+` where `+atHouses+` and m.house_id = $1 and `+notOver, house)
	slices.SortFunc(list, func(a, b Measure) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	return list, err
}

func steps(ctx context.Context, tx *db.Tx, id string) ([]Step, error) {
	var list []Step
	err := tx.All(ctx, func(scan func(...any) error) error {
		var x Step
		var at int64
		err := scan(&x.Kind, &at, &x.On, &x.Percent, &x.Actor, &x.Role, &x.Note)
		x.At = db.Moment(at)
		list = append(list, x)
		return err
	}, `select x.kind, x.at, x.on_day, x.percent, x.actor, x.role, x.note from measure_steps x
		where x.ward_id = {ward} and x.measure_id = $1 order by x.at desc, x.id desc`, id)
	return list, err
}

// step notes what was done.
func step(ctx context.Context, tx *db.Tx, m *Measure, kind string, on civil.Day, note string) error {
	_, err := tx.Exec(ctx, `insert into measure_steps (ward_id, id, measure_id, kind, at, on_day, percent, actor, role, note)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.NewID(), m.ID, kind, tx.Millis(), string(on), m.Percent, tx.Who.Name(), string(tx.Who.Role()), note)
	return err
}

// save writes what an act changed. Two at once: the second finds another version.
func save(ctx context.Context, tx *db.Tx, m *Measure) error {
	n, err := tx.Exec(ctx, `update measures as m set state = $3, percent = $4, level = $5, climbed_on = $6, due_on = $7, reported_at = $8, reported_as = $9, reported_by = $10,
			closed_at = $11, updated_at = $12, version = m.version + 1
		where m.ward_id = {ward} and m.id = $1 and m.version = $2`,
		m.ID, m.Version, string(m.State), m.Percent, m.Level, string(m.ClimbedOn), string(m.Due), millis(m.Reported), string(m.ReportedAs), m.reportedBy,
		millis(m.Closed), tx.Millis())
	if err == nil && n == 0 {
		err = fault.Conflict("measures.changed")
	}
	m.Version++
	return err
}

// audit leaves a line in the trail of the house: what was done and when, never a text that somebody typed.
func audit(ctx context.Context, tx *db.Tx, m *Measure, action, detail string) error {
	return tx.Audit(ctx, db.Entry{Action: "measure." + action, Object: "measure", ID: m.ID, House: m.House.ID, Detail: detail})
}

// Counts are the figures over the list, of everything that the reader sees.
type Counts struct {
	Running, Overdue, Reported, Climbed, Verified int
}

// CountsTx counts what the actor sees.
func CountsTx(ctx context.Context, tx *db.Tx) (Counts, error) {
	var c Counts
	query := `select count(*) filter (where ` + running + `), count(*) filter (where ` + running + ` and m.due_on <> '' and m.due_on < $1),
			count(*) filter (where m.state = 'reported'), count(*) filter (where ` + running + ` and m.level > 0), count(*) filter (where m.state = 'verified')
		from measures m where ` + seen(tx.Who)
	err := tx.One(ctx, query, string(civil.DayOf(tx.Now))).Scan(&c.Running, &c.Overdue, &c.Reported, &c.Climbed, &c.Verified)
	return c, err
}
