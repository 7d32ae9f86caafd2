package meetings

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

// columns read a meeting over the aliases of tables.
const (
	columns = `m.id, m.level, coalesce(m.house_id, ''), coalesce(m.group_id, ''), m.state, m.title, m.agenda, m.place, m.starts_at, m.lasts, m.guests,
	m.quorum_pct, m.pass_pct, m.households, m.present, coalesce(m.invited_at, 0), m.sequence, m.token, coalesce(m.began_at, 0), coalesce(m.ended_at, 0),
	m.chair_role, m.chair_name, m.secretary_house, m.secretary_household, m.secretary_role, coalesce(sh.number || ' ' || ss.name, ''),
	coalesce(m.chair_confirmed_at, 0), m.chair_account, m.chair_sha256, coalesce(m.secretary_confirmed_at, 0), m.secretary_way, m.sha256,
	coalesce(m.cancelled_at, 0), m.cancel_why, m.updated_at, m.created_by, m.version,
	coalesce(mh.number || ' ' || ms.name, ''), coalesce(g.name, hg.name, ''), w.name`
	tables = ` from meetings m join wards w on w.id = m.ward_id
	left join houses mh on mh.ward_id = m.ward_id and mh.id = m.house_id left join streets ms on ms.ward_id = mh.ward_id and ms.id = mh.street_id
	left join areas hg on hg.ward_id = mh.ward_id and hg.id = mh.group_id
	left join areas g on g.ward_id = m.ward_id and g.id = m.group_id
	left join houses sh on sh.ward_id = m.ward_id and sh.id = m.secretary_house left join streets ss on ss.ward_id = sh.ward_id and ss.id = sh.street_id`
	// byPlace is the order of meetings of one hour: those of a group or the ward first, then houses in the order of their streets.
	byPlace = `coalesce(ms.sort_key, ''), coalesce(mh.sort_key, ''), m.id`
	// seen is the condition for the meetings to which a house in reach, or the own home, is invited. What it gives out of a meeting
	// is of all who are invited: of single households there is nothing in it.
	seen = `m.ward_id = {ward} and exists (select 1 from meeting_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
	where x.ward_id = m.ward_id and x.meeting_id = m.id and {home h})`
)

func scanMeeting(scan func(...any) error, who access.Actor) (Meeting, error) {
	var m Meeting
	var agenda, guests string
	var starts, invited, began, ended, confirmed, signed, cancelled, updated int64
	err := scan(&m.ID, &m.Level, &m.House, &m.Group, &m.State, &m.Title, &agenda, &m.Place, &starts, &m.Lasts, &guests,
		&m.Quorum, &m.Pass, &m.Households, &m.Present, &invited, &m.Sequence, &m.Token, &began, &ended,
		&m.ChairRole, &m.ChairName, &m.Secretary.House, &m.Secretary.Household, &m.Secretary.Role, &m.Secretary.Address,
		&confirmed, &m.Chair, &m.ChairHash, &signed, &m.Way, &m.Hash, &cancelled, &m.Why, &updated, &m.By, &m.Version,
		&m.Area, &m.GroupName, &m.WardName)
	m.Agenda = strings.Split(agenda, "\n")
	if guests != "" {
		m.Guests = strings.Split(guests, ",")
	}
	m.Starts = time.UnixMilli(starts).In(civil.Hanoi)
	m.Day, m.Clock = civil.DayOf(m.Starts), civil.Clock(m.Starts)
	m.Invited, m.Began, m.Ended, m.Confirmed, m.Signed, m.CancelAt, m.Updated = moment(invited), moment(began), moment(ended), moment(confirmed), moment(signed),
		moment(cancelled), moment(updated)
	switch m.Level {
	case gatherings.Group:
		m.Area = m.GroupName
	case gatherings.Ward:
		m.Area = m.WardName
	}
	m.May = keeps(who, &m)
	return m, err
}

func moment(ms int64) time.Time { return db.Moment(ms).In(civil.Hanoi) }

// get gives a meeting that the actor sees: one to which it is invited, or its own.
func get(ctx context.Context, tx *db.Tx, id string) (Meeting, error) {
	if err := tx.Need(access.SeeMeetings); err != nil {
		return Meeting{}, err
	}
	m, err := scanMeeting(tx.One(ctx, `select `+columns+tables+` where `+seen+` and m.id = $1`, id).Scan, tx.Who)
	if err == nil && m.Invited.IsZero() && m.State != Held && m.State != Minuted && !m.May {
		err = fault.NotFound("fault.not_found")
	}
	return m, err
}

// kept gives a meeting that the actor convenes.
func kept(ctx context.Context, tx *db.Tx, id string) (Meeting, error) {
	m, err := get(ctx, tx, id)
	if err == nil && !m.May {
		err = fault.NotFound("fault.not_found")
	}
	return m, err
}

// Get gives one meeting.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Meeting, error) {
	var m Meeting
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		m, err = get(ctx, tx, id)
		return err
	})
	return m, err
}

// Stand narrows a list of meetings.
type Stand string

// The stands. Coming also holds what began and is not written up; Done what was held and minuted.
const (
	Coming Stand = "coming"
	Done   Stand = "done"
	Off    Stand = "cancelled"
)

// listed is how many meetings a page shows.
const listed = 50

// own is the condition under which a meeting that was not invited to yet is shown: it is of a level that the role convenes.
func own(r access.Role) string {
	list := []string{"'none'"}
	for _, l := range levels(r) {
		list = append(list, "'"+string(l)+"'")
	}
	return `m.level in (` + strings.Join(list, ", ") + `)`
}

// List gives the meetings that the actor sees: those to come in their order, the others the newest first.
func (s *Store) List(ctx context.Context, who access.Actor, stand Stand, page int) (list []Meeting, more bool, err error) {
	where := map[Stand]string{
		Coming: ` and m.state in ('planned', 'held') order by m.starts_at, ` + byPlace,
		Done:   ` and m.state in ('held', 'minuted') order by m.starts_at desc, ` + byPlace,
		Off:    ` and m.state = 'cancelled' order by m.starts_at desc, ` + byPlace,
	}[stand]
	if where == "" {
		where = ` and m.state in ('planned', 'held') order by m.starts_at, ` + byPlace
	}
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeMeetings); err != nil {
			return err
		}
		var err error
		list, err = meetings(ctx, tx, where+` limit `+strconv.Itoa(listed+1)+` offset $1`, max(0, page)*listed)
		if more = len(list) > listed; more {
			list = list[:listed]
		}
		return err
	})
	return list, more, err
}

// Export gives all meetings that the actor sees, as one moment has them: those to come in their order, then those that were held and
// those that were called off, the newest first. It leaves a line in the audit trail.
func (s *Store) Export(ctx context.Context, who access.Actor, to *jobs.Sheet[Meeting]) error {
	return to.Read(ctx, s.db, who, access.HoldMeetings, &db.Entry{Action: "meeting.export", Object: "meetings"}, func(tx *db.Tx) error {
		if err := to.Count(ctx, tx, tables+shown(tx)); err != nil {
			return err
		}
		for _, where := range []string{
			` and m.state = 'planned' order by m.starts_at, ` + byPlace,
			` and m.state in ('held', 'minuted') order by m.starts_at desc, ` + byPlace,
			` and m.state = 'cancelled' order by m.starts_at desc, ` + byPlace,
		} {
			if err := each(ctx, tx, to.Row, where); err != nil {
				return err
			}
		}
		return nil
	})
}

// shown is the condition for the meetings of a list.
func shown(tx *db.Tx) string {
	return ` where ` + seen + ` and (m.invited_at is not null or m.state in ('held', 'minuted') or ` + own(tx.Who.Role()) + `)`
}

func meetings(ctx context.Context, tx *db.Tx, where string, args ...any) (list []Meeting, err error) {
	err = each(ctx, tx, db.Into(&list), where, args...)
	return list, err
}

func each(ctx context.Context, tx *db.Tx, hand func(*Meeting) error, where string, args ...any) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		m, err := scanMeeting(scan, tx.Who)
		if err != nil {
			return err
		}
		return hand(&m)
	}, `select `+columns+tables+shown(tx)+where, args...)
}

// Choices gives the levels, houses and groups for which the actor may convene.
func (s *Store) Choices(ctx context.Context, who access.Actor) (gatherings.Choices, error) {
	var c gatherings.Choices
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.HoldMeetings); err != nil {
			return err
		}
		var err error
		c, err = gatherings.Choose(ctx, tx, levels(who.Role()))
		return err
	})
	return c, err
}

// Create plans a meeting and gives its id. Nobody is told yet.
func (s *Store) Create(ctx context.Context, who access.Actor, p Plan) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.CreateTx(ctx, tx, p)
		return err
	})
	return id, err
}

// CreateTx is Create inside a unit of work.
func (s *Store) CreateTx(ctx context.Context, tx *db.Tx, p Plan) (string, error) {
	if err := tx.Need(access.HoldMeetings); err != nil {
		return "", err
	}
	if !slices.Contains(levels(tx.Who.Role()), p.Level) {
		return "", fault.Invalid("where", "meetings.choose_where")
	}
	if err := p.check(tx.Now); err != nil {
		return "", err
	}
	r, err := rules(ctx, tx, p.Level)
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	p.Settle()
	if _, err := tx.Exec(ctx, `insert into meetings (ward_id, id, level, house_id, group_id, state, title, agenda, place, starts_at, lasts, guests, quorum_pct, pass_pct,
			households, present, sequence, token, chair_role, chair_name, secretary_house, secretary_household, secretary_role, chair_account, chair_sha256,
			secretary_way, sha256, cancel_why, created_at, created_by, updated_at, version)
		values ({ward}, $1, $2, cast($3 as text), cast($4 as text), 'planned', $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, '', '', '', '', '', '', '', '', '', '', $14, $15,
			$14, 1)`,
		id, string(p.Level), db.OrNull(p.House), db.OrNull(p.Group), p.Title, strings.Join(p.Agenda, "\n"), p.Place, p.Begins().UnixMilli(), p.Lasts,
		strings.Join(p.Guests, ","), r.Quorum, r.Pass, db.NewToken(doorBytes), tx.Millis(), tx.Who.Name()); err != nil {
		return "", err
	}
	if err := gather(ctx, tx, id, &p); err != nil {
		return "", err
	}
	m, err := kept(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "meeting.plan", Object: "meeting", ID: id, House: p.House, Detail: m.when()})
}

// when is what the history says of a meeting.
func (m *Meeting) when() string {
	return m.Title + ", " + civil.Clock(m.Starts) + " " + m.StartDay().Display()
}

// gather fixes the houses of a meeting and how many households they have. A house of which the ward knows no household is not
// invited: nobody could come.
func gather(ctx context.Context, tx *db.Tx, id string, p *Plan) error {
	where, ref := p.Whose()
	if _, err := tx.Exec(ctx, `delete from meeting_houses as x where {scope x.house} and x.meeting_id = $1 and x.present = 0`, id); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `insert into meeting_houses (ward_id, meeting_id, house_id, households, present)
		select h.ward_id, cast($1 as text), h.id, h.households, 0 from houses h where {scope h} and h.status = 'active' and h.households > 0`+where+`
		on conflict (ward_id, meeting_id, house_id) do nothing`, id, ref)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Invalid("where", "meetings.nobody")
	}
	_, err = tx.Exec(ctx, `update meetings set households = (select coalesce(sum(x.households), 0) from meeting_houses x where x.ward_id = meetings.ward_id and x.meeting_id =
		meetings.id)
		where ward_id = {ward} and id = $1`, id)
	return err
}

// Change writes a plan anew. Who was invited is told when day, hour or place changed.
func (s *Store) Change(ctx context.Context, who access.Actor, id string, p Plan) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case m.State != Planned:
			return fault.Shut("meetings.not_planned")
		case m.Version != p.Version:
			return fault.Conflict("fault.changed")
		}
		p.Level, p.House, p.Group = m.Level, m.House, m.Group // whose meeting it is stays
		if err := p.check(tx.Now); err != nil {
			return err
		}
		moved := !p.Begins().Equal(m.Starts) || p.Place != m.Place
		if _, err := tx.Exec(ctx, `update meetings set title = $1, agenda = $2, place = $3, starts_at = $4, lasts = $5, guests = $6, updated_at = $7,
				sequence = sequence + case when invited_at is null then 0 else 1 end, version = version + 1
			where ward_id = {ward} and id = $8 and state = 'planned'`,
			p.Title, strings.Join(p.Agenda, "\n"), p.Place, p.Begins().UnixMilli(), p.Lasts, strings.Join(p.Guests, ","), tx.Millis(), id); err != nil {
			return err
		}
		if m, err = kept(ctx, tx, id); err != nil {
			return err
		}
		if moved && !m.Invited.IsZero() {
			if err := tellAll(ctx, tx, &m, "meetings.told_moved"); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.change", Object: "meeting", ID: id, House: m.House, Detail: m.when()})
	})
}

// Cancel calls a planned meeting off, with the reason that those who were invited are told.
func (s *Store) Cancel(ctx context.Context, who access.Actor, id, why string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		m, err := kept(ctx, tx, id)
		if err != nil {
			return err
		}
		if m.State != Planned {
			return fault.Shut("meetings.not_planned")
		}
		why = civil.NFC(why)
		if err := fault.InvalidFields(personal.Text("why", why, "meetings.no_why", mostLine)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update meetings set state = 'cancelled', cancelled_at = $1, cancel_why = $2, updated_at = $1, sequence = sequence + 1, version = version + 1
			where ward_id = {ward} and id = $3 and state = 'planned'`, tx.Millis(), why, id); err != nil {
			return err
		}
		m.Why = why
		if !m.Invited.IsZero() {
			if err := tellAll(ctx, tx, &m, "meetings.told_cancelled"); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.cancel", Object: "meeting", ID: id, House: m.House, Detail: m.when()})
	})
}

// Rules gives the rules of every level.
func (s *Store) Rules(ctx context.Context, who access.Actor) (map[gatherings.Level]Rules, error) {
	list := map[gatherings.Level]Rules{}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		for _, l := range levels("system") {
			r, err := rules(ctx, tx, l)
			if err != nil {
				return err
			}
			list[l] = r
		}
		return nil
	})
	return list, err
}

func rules(ctx context.Context, tx *db.Tx, l gatherings.Level) (Rules, error) {
	r := usual()
	err := tx.One(ctx, `select r.quorum_pct, r.pass_pct from meeting_rules r where r.ward_id = {ward} and r.level = $1`, string(l)).Scan(&r.Quorum, &r.Pass)
	if fault.Is(err, fault.Missing) {
		return usual(), nil
	}
	return r, err
}

// SetRules sets the rules of a level for meetings that are planned from now on; those that are planned keep theirs.
func (s *Store) SetRules(ctx context.Context, who access.Actor, l gatherings.Level, r Rules) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		if !slices.Contains(levels("system"), l) {
			return fault.NotFound("fault.not_found")
		}
		if err := r.check(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into meeting_rules (ward_id, level, quorum_pct, pass_pct, updated_at, updated_by) values ({ward}, $1, $2, $3, $4, $5)
			on conflict (ward_id, level) do update set quorum_pct = excluded.quorum_pct, pass_pct = excluded.pass_pct, updated_at = excluded.updated_at, updated_by =
				excluded.updated_by`,
			string(l), r.Quorum, r.Pass, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "meeting.rules", Object: "meeting", Detail: string(l) + ": " + strconv.Itoa(r.Quorum) + " %, " + strconv.Itoa(r.Pass) + " %"})
	})
}
