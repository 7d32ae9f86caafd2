package notices

import (
	"context"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/accounts"
)

// Open gives an announcement and notes that its reader has it before the eyes, for the list of what is unread and for
// counts.
func (s *Store) Open(ctx context.Context, who access.Actor, id string) (Notice, error) {
	n, err := s.Get(ctx, who, id)
	if err != nil || !n.ReadAt.IsZero() || !n.To(who.Role()) || n.State != Sent {
		return n, err
	}
	err = s.db.Write(ctx, who, func(tx *db.Tx) error {
		if !n.Out(tx.Now) {
			return nil
		}
		tx.Untold("that somebody has an announcement before the eyes is no deed of theirs")
		return mark(ctx, tx, id, false)
	})
	return n, err
}

// mark writes that the actor has read an announcement and, if known, has said so.
func mark(ctx context.Context, tx *db.Tx, id string, known bool) error {
	var at any
	if known {
		at = tx.Millis()
	}
	if _, err := tx.Exec(ctx, `insert into notice_reads (ward_id, notice_id, account_id, role, read_at, known_at) values ({ward}, $1, $2, $3, $4, $5)
		on conflict (ward_id, notice_id, account_id) do update set known_at = coalesce(notice_reads.known_at, excluded.known_at)`,
		id, tx.Who.Account(), string(tx.Who.Role()), tx.Millis(), at); err != nil {
		return err
	}
	if tx.Who.Role() == access.Household && known {
		return markHousehold(ctx, tx, id)
	}
	if tx.Who.Role() != access.Head {
		return nil
	}
	_, err := tx.Exec(ctx, `update notice_houses as x set head_read_at = coalesce(x.head_read_at, $1), head_known_at = coalesce(x.head_known_at, cast($2 as bigint))
		where {scope x.house} and x.notice_id = $3`, tx.Millis(), at, id)
	return err
}

// markHousehold writes that the household that acts knows: its label in its house.
func markHousehold(ctx context.Context, tx *db.Tx, id string) error {
	house, household := tx.Who.Household()
	if _, err := tx.Exec(ctx, `insert into notice_households (ward_id, notice_id, house_id, household, how, noted_at) values ({ward}, $1, $2, $3, 'read', $4)
		on conflict (ward_id, notice_id, house_id, household) do update set how = 'read'`, id, house, household, tx.Millis()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update notice_houses set known = (select count(*) from notice_households k where k.ward_id = notice_houses.ward_id
			and k.notice_id = notice_houses.notice_id and k.house_id = notice_houses.house_id)
		where ward_id = {ward} and notice_id = $1 and house_id = $2`, id, house)
	return err
}

// Know takes the reader's word that the announcement is known: "Đã đọc". Saying it twice changes nothing.
func (s *Store) Know(ctx context.Context, who access.Actor, id string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := seen(ctx, tx, id)
		if err != nil {
			return err
		}
		if !n.To(who.Role()) || !n.Out(tx.Now) {
			return fault.NotFound("fault.not_found")
		}
		if err := mark(ctx, tx, id, true); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.known", Object: "notice", ID: id, Detail: "đã đọc"})
	})
}

// AtDoor is one house with the households that already know, for ticking them off at the doors.
type AtDoor struct {
	House      string
	Number     string
	Street     string
	Households int
	Known      []string // labels
}

// Labels gives the labels of the house's households.
func (d *AtDoor) Labels() []string { return accounts.HouseholdLabels(d.Households) }

// Doors gives the houses of a head with the households that know of an announcement; none when it is not addressed to
// households.
func (s *Store) Doors(ctx context.Context, who access.Actor, id string) ([]AtDoor, error) {
	var list []AtDoor
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		n, err := seen(ctx, tx, id)
		if err != nil || !n.Households || who.Role() != access.Head {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var d AtDoor
			err := scan(&d.House, &d.Number, &d.Street, &d.Households)
			list = append(list, d)
			return err
		}, `select h.id, h.number, st.name, x.households from notice_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {scope x.house} and x.notice_id = $1 and x.households > 0 order by h.sort_key, h.id`, id); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var house, household string
			err := scan(&house, &household)
			if at := slices.IndexFunc(list, func(d AtDoor) bool { return d.House == house }); at >= 0 {
				list[at].Known = append(list[at].Known, household)
			}
			return err
		}, `select k.house_id, k.household from notice_households k where {scope k.house} and k.notice_id = $1 order by k.household`, id)
	})
	return list, err
}

// Tell notes which households of a house were told, at the door or otherwise: told is all of them as they are ticked now.
// A household that read for itself stays known. With everybody set, all households know, and so does the head.
func (s *Store) Tell(ctx context.Context, who access.Actor, id, house string, told []string, everybody bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		n, err := seen(ctx, tx, id)
		if err != nil {
			return err
		}
		if !n.Out(tx.Now) || n.State != Sent {
			return fault.Shut("notices.not_out")
		}
		var d AtDoor
		if err := tx.One(ctx, `select x.households from notice_houses x where {scope x.house} and x.notice_id = $1 and x.house_id = $2`, id, house).
			Scan(&d.Households); err != nil {
			return err
		}
		if everybody {
			told = d.Labels()
		}
		if err := tell(ctx, tx, id, house, &d, told); err != nil {
			return err
		}
		if everybody {
			if _, err := tx.Exec(ctx, `update notice_houses as x set head_known_at = coalesce(x.head_known_at, $1) where {scope x.house} and x.notice_id = $2 and x.house_id = $3`,
				tx.Millis(), id, house); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, db.Entry{Action: "notice.told", Object: "notice", ID: id, House: house, Detail: fmt.Sprintf("đã báo %d/%d hộ", len(told), d.Households)})
	})
}

func tell(ctx context.Context, tx *db.Tx, id, house string, d *AtDoor, told []string) error {
	labels := d.Labels()
	for _, household := range told {
		if !slices.Contains(labels, household) {
			return fault.Invalid("household", "notices.no_such_household")
		}
	}
	if _, err := tx.Exec(ctx, `delete from notice_households as k where {scope k.house} and k.notice_id = $1 and k.house_id = $2 and k.how = 'told'`, id, house); err != nil {
		return err
	}
	for _, household := range told {
		if _, err := tx.Exec(ctx, `insert into notice_households (ward_id, notice_id, house_id, household, how, noted_at) values ({ward}, $1, $2, $3, 'told', $4)
			on conflict (ward_id, notice_id, house_id, household) do nothing`, id, house, household, tx.Millis()); err != nil {
			return err
		}
	}
	return recount(ctx, tx, id, house)
}

// recount brings the number of households that know up to date.
func recount(ctx context.Context, tx *db.Tx, id, house string) error {
	_, err := tx.Exec(ctx, `update notice_houses as x set known = (select count(*) from notice_households k
			where k.ward_id = x.ward_id and k.notice_id = x.notice_id and k.house_id = x.house_id)
		where {scope x.house} and x.notice_id = $1 and x.house_id = $2`, id, house)
	return err
}

// Spread is how far an announcement has come in the actor's reach: counts only.
type Spread struct {
	Notice
	All          Reach // of the actor's reach
	HeadsRead    int   // houses whose head has opened it
	HeadsKnown   int   // houses whose head has said so
	Known        int   // households that know
	OfficersRead int   // of the whole ward, as are the group leads
	LeadsRead    int
	Waiting      int   // houses in the walk
	Ways         []Way // who still has to be told; empty before the walk begins
	Walking      bool
	Rows         bool // the actor reaches houses
}

// Spread counts how far an announcement has come, and gives the walk to those who do not know yet once it is time.
func (s *Store) Spread(ctx context.Context, who access.Actor, id string) (Spread, error) {
	var p Spread
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Announce); err != nil {
			return err
		}
		var err error
		if p.Notice, err = seen(ctx, tx, id); err != nil {
			return err
		}
		if p.State == Draft || p.State == Dropped {
			return fault.NotFound("fault.not_found")
		}
		level, _ := who.Reach()
		p.Rows = level != access.Nothing
		const counts = `select count(*), coalesce(sum(x.households), 0), count(x.head_read_at), count(x.head_known_at), coalesce(sum(x.known), 0) from notice_houses x where `
		whole := `{scope x.house}`
		if !p.Rows {
			whole = `x.ward_id = {ward}`
		}
		if err := tx.One(ctx, counts+whole+` and x.notice_id = $1`, id).Scan(&p.All.Houses, &p.All.Households, &p.HeadsRead, &p.HeadsKnown, &p.Known); err != nil {
			return err
		}
		if err := tx.One(ctx, `select count(*) filter (where r.role = 'officer'), count(*) filter (where r.role = 'group_lead')
			from notice_reads r where r.ward_id = {ward} and r.notice_id = $1`, id).Scan(&p.OfficersRead, &p.LeadsRead); err != nil {
			return err
		}
		p.Walking = p.Live(tx.Now) && !tx.Now.Before(p.WalkFrom()) && (p.Heads || p.Households)
		if !p.Walking || !p.Rows {
			return nil
		}
		return p.walk(ctx, tx)
	})
	return p, err
}

// walk finds the houses in which somebody still has to be told.
func (p *Spread) walk(ctx context.Context, tx *db.Tx) error {
	var stops []Stop
	err := tx.All(ctx, func(scan func(...any) error) error {
		s := Stop{HeadAsked: p.Heads}
		err := scan(&s.House, &s.Number, &s.StreetID, &s.Street, &s.Main, &s.Alley, &s.HeadKnows, &s.Known, &s.Households)
		stops = append(stops, s)
		return err
	}, `select h.id, h.number, h.street_id, st.name, h.main, h.alley, x.head_known_at is not null, x.known, x.households
		from notice_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		where {scope x.house} and x.notice_id = $1 and (($2 and x.head_known_at is null) or x.known < x.households)
		order by h.sort_key, h.id`, p.ID, p.Heads)
	p.Ways, p.Waiting = Walk(stops), len(stops)
	return err
}

// UnreadTx counts what was sent to the actor, still holds and has not been opened; one is the newest of them.
func UnreadTx(ctx context.Context, tx *db.Tx) (count int, one string, err error) {
	column := map[access.Role]string{
		access.Household: "to_households", access.Head: "to_heads", access.Officer: "to_officers", access.GroupLead: "to_leads",
	}[tx.Who.Role()]
	if column == "" || !tx.Who.May(access.ReadNotices) {
		return 0, "", nil
	}
	err = tx.One(ctx, `select count(*), coalesce(max(n.id), '') from notices n
		where n.ward_id = {ward} and n.state = 'sent' and n.send_at <= $1 and (n.expires_on = '' or n.expires_on >= $2) and n.`+column+whose(tx.Who.Role())+`
		and not exists (select 1 from notice_reads r where r.ward_id = n.ward_id and r.notice_id = n.id and r.account_id = $3)`,
		tx.Millis(), string(civil.DayOf(tx.Now)), tx.Who.Account()).Scan(&count, &one)
	return count, one, err
}

// Due is an announcement of which houses in the actor's reach still have to be told.
type Due struct {
	ID, Title string
	Houses    int
}

// DueTx gives the announcements whose walk has begun and that somebody in the actor's reach does not know yet, the newest
// first. The command does not walk; it is told nothing here.
func DueTx(ctx context.Context, tx *db.Tx) ([]Due, error) {
	if role := tx.Who.Role(); role != access.GroupLead && role != access.Officer {
		return nil, nil
	}
	var list []Due
	err := tx.All(ctx, func(scan func(...any) error) error {
		var d Due
		err := scan(&d.ID, &d.Title, &d.Houses)
		list = append(list, d)
		return err
	}, `select n.id, n.title, count(*) from notices n join notice_houses x on x.ward_id = n.ward_id and x.notice_id = n.id
		where {scope x.house} and n.ward_id = {ward} and n.state = 'sent' and n.send_at <= case when n.urgent then cast($1 as bigint) else cast($2 as bigint) end
		and (n.expires_on = '' or n.expires_on >= $3) and ((n.to_heads and x.head_known_at is null) or x.known < x.households)
		and not exists (select 1 from notices c where c.ward_id = n.ward_id and c.corrects_id = n.id and c.state = 'sent' and c.send_at <= $1)
		group by n.id, n.title, n.send_at order by n.send_at desc, n.id desc limit 5`,
		tx.Millis(), tx.Now.Add(-patience).UnixMilli(), string(civil.DayOf(tx.Now)))
	return list, err
}
