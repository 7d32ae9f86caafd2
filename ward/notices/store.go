package notices

import (
	"context"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

const columns = `n.id, n.state, n.title, n.body, n.urgent, n.reason, n.open_to_all, n.area, n.to_heads, n.to_households, n.to_officers, n.to_leads,
	n.sender, n.season, coalesce(n.corrects_id, ''), coalesce((select c.id from notices c where c.ward_id = n.ward_id and c.corrects_id = n.id
		and c.state = 'sent' and c.send_at <= $1 order by c.send_at limit 1), ''),
	coalesce(n.send_at, 0), n.expires_on, n.houses, n.households, n.officers, n.leads, n.file, n.file_kind, n.file_name,
	coalesce(n.withdrawn_at, 0), n.withdrawn_why, n.created_at, n.created_by, n.created_account, n.created_role, n.version`

func scanNotice(scan func(...any) error, more ...any) (Notice, error) {
	var n Notice
	var sendAt, withdrawn, created int64
	err := scan(append([]any{
		&n.ID, &n.State, &n.Title, &n.Body, &n.Urgent, &n.Reason, &n.Public, &n.Area, &n.Heads, &n.Households, &n.Officers, &n.Leads,
		&n.Sender, &n.Season, &n.Corrects, &n.Corrected, &sendAt, &n.Expires, &n.Reach.Houses, &n.Reach.Households, &n.Reach.Officers, &n.Reach.Leads,
		&n.File.Name, &n.File.Kind, &n.File.As, &withdrawn, &n.Why, &created, &n.By, &n.Account, &n.Role, &n.Version,
	}, more...)...)
	n.SendAt, n.Withdrawn, n.CreatedAt = db.Moment(sendAt), db.Moment(withdrawn), db.Moment(created)
	return n, err
}

// get gives an announcement of the actor's ward with its areas, whoever wrote it.
func get(ctx context.Context, tx *db.Tx, id string) (Notice, error) {
	n, err := scanNotice(tx.One(ctx, `select `+columns+` from notices n where n.ward_id = {ward} and n.id = $2`, tx.Millis(), id).Scan)
	if err != nil {
		return n, err
	}
	err = tx.All(ctx, func(scan func(...any) error) error {
		var ref string
		err := scan(&ref)
		n.Refs = append(n.Refs, ref)
		return err
	}, `select a.ref_id from notice_areas a where a.ward_id = {ward} and a.notice_id = $1 order by a.ref_id`, id)
	return n, err
}

// Mine reports whether somebody keeps an announcement: its writer, and for the whole ward its command. A draft is
// nobody's business but its writer's; the seasonal ones are the command's.
func Mine(who access.Actor, n *Notice) bool {
	if !who.May(access.Announce) {
		return false
	}
	if n.Account == who.Account() {
		return true
	}
	return who.Role() == access.Command && (n.State != Draft || n.Role == access.Command)
}

// kept gives an announcement that the actor keeps.
func kept(ctx context.Context, tx *db.Tx, id string) (Notice, error) {
	if err := tx.Need(access.Announce); err != nil {
		return Notice{}, err
	}
	n, err := get(ctx, tx, id)
	if err == nil && !Mine(tx.Who, &n) {
		err = fault.NotFound("fault.not_found")
	}
	return n, err
}

// seen gives an announcement that the actor keeps, or that is out and was sent to houses in the actor's reach.
func seen(ctx context.Context, tx *db.Tx, id string) (Notice, error) {
	if err := tx.Need(access.ReadNotices); err != nil {
		return Notice{}, err
	}
	n, err := get(ctx, tx, id)
	if err != nil || Mine(tx.Who, &n) {
		return n, err
	}
	if !n.Out(tx.Now) || tx.Who.Role() == access.Head && !n.Heads {
		return n, fault.NotFound("fault.not_found")
	}
	if tx.Who.Role() == access.Committee {
		return n, nil // the committee answers for all that is said in the ward, and sees no house of it
	}
	if tx.Who.Role() == access.Household {
		if !n.Households {
			return n, fault.NotFound("fault.not_found")
		}
		var one int
		err = tx.One(ctx, `select 1 from notice_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id where {home h} and x.notice_id = $1`, id).Scan(&one)
		return n, err
	}
	var one int
	err = tx.One(ctx, `select 1 from notice_houses x where {scope x.house} and x.notice_id = $1 limit 1`, id).Scan(&one)
	return n, err
}

// Get gives an announcement for who may see it, with when the actor has read it.
func (s *Store) Get(ctx context.Context, who access.Actor, id string) (Notice, error) {
	var n Notice
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		if n, err = seen(ctx, tx, id); err != nil {
			return err
		}
		var read, known int64
		err = tx.One(ctx, `select r.read_at, coalesce(r.known_at, 0) from notice_reads r where r.ward_id = {ward} and r.notice_id = $1 and r.account_id = $2`,
			id, who.Account()).Scan(&read, &known)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		n.ReadAt, n.KnownAt = db.Moment(read), db.Moment(known)
		return err
	})
	return n, err
}

// Kept gives an announcement that the actor keeps.
func (s *Store) Kept(ctx context.Context, who access.Actor, id string) (Notice, error) {
	var n Notice
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		n, err = kept(ctx, tx, id)
		return err
	})
	return n, err
}

// whose limits a list of announcements to those that were sent to houses in the actor's reach.
func whose(r access.Role) string {
	switch r {
	case access.Head:
		return ` and n.to_heads and exists (select 1 from notice_houses x where {scope x.house} and x.notice_id = n.id)`
	case access.Household:
		return ` and n.to_households and exists (select 1 from notice_houses x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
			where {home h} and x.notice_id = n.id)`
	case access.Committee:
		return ``
	default:
		return ` and exists (select 1 from notice_houses x where {scope x.house} and x.notice_id = n.id)`
	}
}

// List gives what was sent to the actor, unread first and then the newest, and what the actor keeps, the newest first.
func (s *Store) List(ctx context.Context, who access.Actor) (sent, own []Notice, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.ReadNotices); err != nil {
			return err
		}
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var read, known int64
			n, err := scanNotice(scan, &read, &known)
			n.ReadAt, n.KnownAt = db.Moment(read), db.Moment(known)
			sent = append(sent, n)
			return err
		}, `select `+columns+`, coalesce(r.read_at, 0), coalesce(r.known_at, 0) from notices n
			left join notice_reads r on r.ward_id = n.ward_id and r.notice_id = n.id and r.account_id = $2
			where n.ward_id = {ward} and n.state in ('sent', 'withdrawn') and n.send_at <= $1`+whose(who.Role())+`
			order by case when r.read_at is null and n.state = 'sent' and (n.expires_on = '' or n.expires_on >= $3) then 0 else 1 end, n.send_at desc, n.id desc limit 200`,
			tx.Millis(), who.Account(), string(civil.DayOf(tx.Now))); err != nil {
			return err
		}
		if !who.May(access.Announce) {
			return nil
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			own = append(own, n)
			return err
		}, `select `+columns+` from notices n where n.ward_id = {ward} and n.state <> 'dropped'
			and (n.created_account = $2 or ($3 and (n.state <> 'draft' or n.created_role = 'command')))
			order by case when n.state = 'draft' then 0 else 1 end, coalesce(n.send_at, n.created_at) desc, n.id desc limit 200`,
			tx.Millis(), who.Account(), who.Role() == access.Command)
	})
	return sent, own, err
}

// Public gives what a ward says to everybody, the newest first; who is nobody.
func (s *Store) Public(ctx context.Context, who access.Actor, ward int) ([]Notice, error) {
	var list []Notice
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		return tx.All(ctx, func(scan func(...any) error) error {
			n, err := scanNotice(scan)
			list = append(list, n)
			return err
		}, `select `+columns+` from notices n where {any: announcements open to everybody} n.ward_id = $2 and n.open_to_all and n.state in ('sent', 'withdrawn')
			and n.send_at <= $1 and (n.expires_on = '' or n.expires_on >= $3) order by n.send_at desc, n.id desc limit 50`,
			tx.Millis(), ward, string(civil.DayOf(tx.Now)))
	})
	return list, err
}

// PublicOne gives one announcement that is open to everybody; who is nobody. It is given after its last day too, because
// sheets of paper still lead to it.
func (s *Store) PublicOne(ctx context.Context, who access.Actor, ward int, id string) (Notice, error) {
	var n Notice
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		var err error
		n, err = scanNotice(tx.One(ctx, `select `+columns+` from notices n where {any: an announcement open to everybody} n.ward_id = $2 and n.id = $3
			and n.open_to_all and n.state in ('sent', 'withdrawn') and n.send_at <= $1`, tx.Millis(), ward, id).Scan)
		return err
	})
	return n, err
}
