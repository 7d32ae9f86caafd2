package logbook

import (
	"context"
	"slices"
	"strconv"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/periods"
)

// Store keeps the tables of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// listed is how many entries a page of the log shows.
const listed = 100

// House is the house whose log it is.
type House struct {
	ID, Address string
	Households  int
	Active      bool
	Officer     civil.Phone // of its beat; empty when the ward has none
}

func house(ctx context.Context, tx *db.Tx, id string) (House, error) {
	var h House
	err := tx.One(ctx, `select h.id, h.number || ' ' || s.name, h.households, h.status = 'active',
			coalesce((select o.phone from grants n join accounts o on o.ward_id = n.ward_id and o.id = n.account_id
				where n.ward_id = h.ward_id and n.beat_id = h.beat_id and n.role = 'officer' and n.ended_at is null and o.disabled_at is null and o.phone <> ''
				order by n.id limit 1), '')
		from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where {scope h} and h.id = $1`, id).
		Scan(&h.ID, &h.Address, &h.Households, &h.Active, &h.Officer)
	return h, err
}

// Filter narrows a log.
type Filter struct {
	Kind  Kind  // "" for all
	Month Month // "" for all
	Open  bool  // only what is still to be followed up
}

// Log is the log of one house, newest first.
type Log struct {
	House   House
	Entries []Entry
	Months  []Month // in which there are entries, newest first
	More    bool    // there are older ones than are listed
	Now     time.Time
}

// Log gives the log of a house; fault.Missing outside the actor's reach.
func (s *Store) Log(ctx context.Context, who access.Actor, id string, f Filter) (Log, error) {
	var l Log
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		l.Now = tx.Now
		var err error
		if l.House, err = house(ctx, tx, id); err != nil {
			return err
		}
		if l.Months, err = months(ctx, tx, id); err != nil {
			return err
		}
		from, to := "", "9"
		if f.Month != "" {
			from, to = string(f.Month.First()), string(f.Month.Last())
		}
		l.Entries, err = entries(ctx, tx, `where {scope e.house} and e.house_id = $1 and ($2 = '' or e.kind = $2) and e.happened_on >= $3 and e.happened_on <= $4
			and (not $5 or (e.follow_by <> '' and e.followed_at is null))
			order by e.happened_on desc, e.id desc limit `+strconv.Itoa(listed+1), id, string(f.Kind), from, to, f.Open)
		if l.More = len(l.Entries) > listed; l.More {
			l.Entries = l.Entries[:listed]
		}
		return err
	})
	return l, err
}

func months(ctx context.Context, tx *db.Tx, id string) ([]Month, error) {
	var list []Month
	err := tx.All(ctx, func(scan func(...any) error) error {
		var m Month
		err := scan(&m)
		list = append(list, m)
		return err
	}, `select distinct substr(e.happened_on, 1, 7) from log_entries e where {scope e.house} and e.house_id = $1`, id)
	slices.Sort(list)
	slices.Reverse(list)
	return list, err
}

// entries reads entries; where names the reach over the alias e.
func entries(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Entry, error) {
	var list []Entry
	err := tx.All(ctx, func(scan func(...any) error) error {
		var e Entry
		var told, followed, created int64
		if err := scan(&e.ID, &e.House, &e.Kind, &e.Content, &e.On, &e.Text, &e.Told, &told, &e.Ticket, &e.FollowBy, &followed, &e.PhotoName, &e.PhotoSum,
			&e.Account, &e.By, &created); err != nil {
			return err
		}
		e.ToldTime, e.Followed, e.Created = db.Moment(told), db.Moment(followed), db.Moment(created)
		list = append(list, e)
		return nil
	}, `select e.id, e.house_id, e.kind, e.content, e.happened_on, e.body, e.told, coalesce(e.told_at, 0), e.ticket, e.follow_by, coalesce(e.followed_at, 0),
			e.photo, e.photo_sha256, e.account_id, e.entered_by, e.created_at from log_entries e `+where, args...)
	return list, err
}

// Entry gives one entry within the actor's reach.
func (s *Store) Entry(ctx context.Context, who access.Actor, id string) (Entry, error) {
	var e Entry
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		e, err = entry(ctx, tx, id)
		return err
	})
	return e, err
}

func entry(ctx context.Context, tx *db.Tx, id string) (Entry, error) {
	list, err := entries(ctx, tx, `where {scope e.house} and e.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fault.NotFound("fault.not_found")
	}
	if err != nil {
		return Entry{}, err
	}
	return list[0], nil
}

// Check says what is wrong with a draft of the house, before a photo is unpacked and anything is stored.
func (s *Store) Check(ctx context.Context, who access.Actor, id string, d Draft) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error { return writable(ctx, tx, id, &d) })
}

// writable says why a draft cannot be written into the log of a house now, or nil.
func writable(ctx context.Context, tx *db.Tx, id string, d *Draft) error {
	if err := tx.Need(access.KeepLog); err != nil {
		return err
	}
	h, err := house(ctx, tx, id)
	if err != nil {
		return err
	}
	if !h.Active {
		return fault.Shut("logbook.house_not_active")
	}
	return d.check(civil.DayOf(tx.Now))
}

// Add writes an entry and gives its id. Text that names a person is refused and nothing of it is stored.
func (s *Store) Add(ctx context.Context, who access.Actor, house string, d Draft) (string, error) {
	var id string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		var err error
		id, err = s.AddTx(ctx, tx, house, d)
		return err
	})
	return id, err
}

// AddTx is Add inside a unit of work.
func (s *Store) AddTx(ctx context.Context, tx *db.Tx, house string, d Draft) (string, error) {
	if err := writable(ctx, tx, house, &d); err != nil {
		return "", err
	}
	var told any
	if d.Told != "" {
		told = toldAt(&d, tx.Now)
	}
	id := tx.NewID()
	if _, err := tx.Exec(ctx, `insert into log_entries (ward_id, id, house_id, kind, content, happened_on, body, told, told_at, ticket, follow_by, photo, photo_sha256,
			account_id, entered_by, created_at)
		values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		id, house, string(d.Kind), d.Content, string(d.On), d.Text, string(d.Told), told, d.Ticket, string(d.FollowBy), d.Photo.Name, d.Photo.SHA256,
		tx.Who.Account(), tx.Who.Name(), tx.Millis()); err != nil {
		return "", err
	}
	return id, tx.Audit(ctx, db.Entry{Action: "log.add", Object: "log_entry", ID: id, House: house})
}

// toldAt is when something was passed on, in Unix milliseconds: the hour that the head gave on the day of the entry, or
// now when it is today's; else unknown, which is nil.
func toldAt(d *Draft, now time.Time) any {
	switch {
	case d.ToldAt != "":
		return d.On.At(d.ToldAt).UnixMilli()
	case d.On == civil.DayOf(now):
		return now.UnixMilli()
	}
	return nil
}

// Followed notes that what an entry left open was followed up, and gives its house.
func (s *Store) Followed(ctx context.Context, who access.Actor, id string) (string, error) {
	return s.change(ctx, who, id, "log.followed", func(tx *db.Tx, e *Entry) error {
		if !e.Open() {
			return fault.Conflict("fault.changed")
		}
		_, err := tx.Exec(ctx, `update log_entries as e set followed_at = $1 where {scope e.house} and e.id = $2`, tx.Millis(), id)
		return err
	})
}

// Remove takes out an entry that was written by mistake, within a day and by who wrote it; it gives the entry, whose
// photo the caller deletes.
func (s *Store) Remove(ctx context.Context, who access.Actor, id string) (Entry, error) {
	var gone Entry
	_, err := s.change(ctx, who, id, "log.remove", func(tx *db.Tx, e *Entry) error {
		if gone = *e; !e.Removable(tx.Who.Account(), tx.Now) {
			return fault.Shut("logbook.not_removable")
		}
		_, err := tx.Exec(ctx, `delete from log_entries as e where {scope e.house} and e.id = $1`, id)
		return err
	})
	return gone, err
}

func (s *Store) change(ctx context.Context, who access.Actor, id, action string, fn func(*db.Tx, *Entry) error) (string, error) {
	var of string
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.KeepLog); err != nil {
			return err
		}
		e, err := entry(ctx, tx, id)
		if err != nil {
			return err
		}
		of = e.House
		if err := fn(tx, &e); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: action, Object: "log_entry", ID: id, House: e.House})
	})
	return of, err
}

// Expired is what is older than it may be kept.
type Expired struct {
	Entries, Reports int
	Evenings         int
	Photos           []string // file names, for the caller to delete
}

// Expire deletes entries and evening checks after 24 months and reports after 36 (ward/periods); a dry run only counts them.
func (s *Store) Expire(ctx context.Context, who access.Actor, dry bool) (Expired, error) {
	var x Expired
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		x = Expired{}
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		now := MonthOf(civil.DayOf(tx.Now))
		before, month := string(now.Back(periods.Log().Months).First()), string(now.Back(periods.Report().Months))
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var photo string
			err := scan(&photo)
			if x.Entries++; photo != "" {
				x.Photos = append(x.Photos, photo)
			}
			return err
		}, `select e.photo from log_entries e where {scope e.house} and e.happened_on < $1`, before); err != nil {
			return err
		}
		if err := tx.One(ctx, `select count(*) from monthly_reports r where {scope r.house} and r.month < $1`, month).Scan(&x.Reports); err != nil {
			return err
		}
		if err := tx.One(ctx, `select count(*) from evening_checks c where {scope c.house} and c.day < $1`, before).Scan(&x.Evenings); err != nil {
			return err
		}
		if dry || x.Entries+x.Reports+x.Evenings == 0 {
			tx.Untold("a dry run deletes nothing")
			return nil
		}
		if _, err := tx.Exec(ctx, `delete from log_entries as e where {scope e.house} and e.happened_on < $1`, before); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from monthly_reports as r where {scope r.house} and r.month < $1`, month); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from evening_checks as c where {scope c.house} and c.day < $1`, before); err != nil {
			return err
		}
		if err := periods.Log().Destroyed(ctx, tx, x.Entries+x.Evenings, civil.Day(before)); err != nil {
			return err
		}
		if err := periods.Report().Destroyed(ctx, tx, x.Reports, now.Back(periods.Report().Months).First()); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "log.expire", Object: "ward",
			Detail: strconv.Itoa(x.Entries) + " mục nhật ký, " + strconv.Itoa(x.Reports) + " báo cáo tháng, " + strconv.Itoa(x.Evenings) + " buổi tối"})
	})
	return x, err
}

// EachPhoto gives the program itself the file and the SHA-256 of every photo of the logs, for a check of the files. It stops at the first
// error of fn.
func (s *Store) EachPhoto(ctx context.Context, who access.Actor, fn func(file, sha256 string) error) error {
	return s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var file, digest string
			if err := scan(&file, &digest); err != nil {
				return err
			}
			return fn(file, digest)
		}, `select e.photo, e.photo_sha256 from log_entries e where e.ward_id = {ward} and e.photo <> '' order by e.id`)
	})
}
