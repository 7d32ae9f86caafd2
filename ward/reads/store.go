package reads

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/engine/queue"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/periods"
)

// Store keeps the tables of this feature, and the lines that have not been written yet.
type Store struct {
	db      *db.DB
	log     *slog.Logger
	waiting waiting
}

// NewStore makes a store over an open database; log hears of lines that could not be written.
func NewStore(d *db.DB, log *slog.Logger) *Store {
	return &Store{db: d, log: log, waiting: waiting{over: make(chan struct{})}}
}

// Line is one reading: who by role and area, when, what of which house, on which duty. It has no name and no telephone number.
type Line struct {
	At             time.Time
	ID             string
	Role           access.Role
	Place          string // the area that the reader answered for then
	House, Address string // empty for a list
	Household      string
	Area           string // of a list or file: 'ward', or the id of a group or beat
	What           string // "reads.what.…"
	Duty           string // "reads.duty.…"
	Asked          string // the filter of a list, as codes
	Rows           int    // of a file; 0 when not counted
	Outside        bool
}

// Listed is a page of lines, the newest first.
type Listed struct {
	House, Address string
	Lines          []Line
	More           bool
	Next           string // where the next page begins
}

const pageLines = 50

// columns are what a Line is read from, in the order of scanLine.
const columns = `x.at, x.id, x.role, x.place, x.house_id, x.household, x.area_id, x.what, x.duty, x.asked, x.listed, x.outside`

// of are the columns by another name of the table.
func of(alias string) string { return strings.ReplaceAll(columns, "x.", alias+".") }

func scanLine(scan func(...any) error, more ...any) (Line, error) {
	var l Line
	var at int64
	err := scan(append([]any{&at, &l.ID, &l.Role, &l.Place, &l.House, &l.Household, &l.Area, &l.What, &l.Duty, &l.Asked, &l.Rows, &l.Outside}, more...)...)
	l.At = time.UnixMilli(at)
	return l, err
}

// start is where a page begins: before the moment and id of the last line of the page before it.
func start(after string) (at int64, id string) {
	const first = int64(1) << 62
	for i := range len(after) {
		if after[i] == '-' {
			n, err := strconv.ParseInt(after[:i], 10, 64)
			if err == nil && n > 0 && db.ValidID(after[i+1:]) {
				return n, after[i+1:]
			}
		}
	}
	return first, ""
}

// page cuts the line too many off, by which it is known that there are more.
func (x *Listed) page() {
	if len(x.Lines) <= pageLines {
		return
	}
	x.Lines, x.More = x.Lines[:pageLines], true
	last := &x.Lines[pageLines-1]
	x.Next = strconv.FormatInt(last.At.UnixMilli(), 10) + "-" + last.ID
}

// OfHouse lists who read what of a house in reach; files and lists over the area in which the house lies are among it. For its head and
// the command.
func (s *Store) OfHouse(ctx context.Context, who access.Actor, house, after string) (Listed, error) {
	return s.ofHouse(ctx, who, access.SeeReaders, house, after)
}

// OfAnyHouse is OfHouse for the data protection officer, who reaches no house.
func (s *Store) OfAnyHouse(ctx context.Context, who access.Actor, house, after string) (Listed, error) {
	return s.ofHouse(ctx, who, access.SeeReads, house, after)
}

func (s *Store) ofHouse(ctx context.Context, who access.Actor, need access.Need, house, after string) (Listed, error) {
	s.settle()
	var x Listed
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(need); err != nil {
			return err
		}
		x = Listed{}
		var group, beat string
		home := `select h.id, h.number || ' ' || s.name, coalesce(h.group_id, ''), coalesce(h.beat_id, '') from houses h
			join streets s on s.ward_id = h.ward_id and s.id = h.street_id where `
		home += map[bool]string{true: `h.ward_id = {ward} and h.id = $1`, false: `{scope h} and h.id = $1`}[need == access.SeeReads]
		if err := tx.One(ctx, home, house).Scan(&x.House, &x.Address, &group, &beat); err != nil {
			return err
		}
		at, id := start(after)
		// Two indexes, each read from its newest line: one of the house, one of the areas in which it lies.
		err := tx.All(ctx, func(scan func(...any) error) error {
			l, err := scanLine(scan)
			x.Lines = append(x.Lines, l)
			return err
		}, `select `+of("a")+` from (select `+columns+` from seen x where x.ward_id = {ward} and x.house_id = $1 and (x.at, x.id) < ($2, $3)
				order by x.at desc, x.id desc limit `+strconv.Itoa(pageLines+1)+`) a
			union all select `+of("b")+` from (select `+columns+` from seen x where x.ward_id = {ward} and x.area_id in ($4, $5, '`+wholeWard+`') and x.area_id <> ''
				and x.what not in ('list', 'search') and (x.at, x.id) < ($2, $3) order by x.at desc, x.id desc limit `+strconv.Itoa(pageLines+1)+`) b
			order by 1 desc, 2 desc limit `+strconv.Itoa(pageLines+1), house, at, id, group, beat)
		x.page()
		return err
	})
	return x, err
}

// Mine lists who read what the actor's household gave, for the household itself.
func (s *Store) Mine(ctx context.Context, who access.Actor, after string) (Listed, error) {
	s.settle()
	var x Listed
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.OwnHome); err != nil {
			return err
		}
		at, id := start(after)
		x = Listed{}
		x.Lines, err = mine(ctx, tx, at, id, pageLines+1)
		x.page()
		return err
	})
	return x, err
}

// Newest gives the newest lines of the actor's household, for the page and the file of all that is kept about it.
func Newest(ctx context.Context, tx *db.Tx, most int) ([]Line, error) {
	at, id := start("")
	return mine(ctx, tx, at, id, most)
}

// OfHousehold gives the newest lines of a household, for the data protection officer who hands over what is kept of it.
func OfHousehold(ctx context.Context, tx *db.Tx, house, label string, most int) ([]Line, error) {
	if err := tx.Need(access.ProtectData); err != nil {
		return nil, err
	}
	at, id := start("")
	return ofHousehold(ctx, tx, house, label, at, id, most)
}

// mine gives the newest lines of the actor's household before a moment and id, and never of another one: what is of one household alone, and
// the pages that show at once what all households of the house gave.
func mine(ctx context.Context, tx *db.Tx, at int64, id string, most int) ([]Line, error) {
	house, label := tx.Who.Household()
	if house == "" {
		return nil, nil
	}
	return ofHousehold(ctx, tx, house, label, at, id, most)
}

func ofHousehold(ctx context.Context, tx *db.Tx, house, label string, at int64, id string, most int) ([]Line, error) {
	var list []Line
	which, args := db.Among("x.what", 5, ofAll())
	err := tx.All(ctx, func(scan func(...any) error) error {
		l, err := scanLine(scan)
		list = append(list, l)
		return err
	}, `select `+columns+` from seen x where x.ward_id = {ward} and x.house_id = $1 and (x.household = $2 or x.household = '' and `+which+`)
		and (x.at, x.id) < ($3, $4) order by x.at desc, x.id desc limit `+strconv.Itoa(most), append([]any{house, label, at, id}, args...)...)
	return list, err
}

// Found gives the houses of the ward with an address that reads like the text, for the data protection officer who is asked about one.
func (s *Store) Found(ctx context.Context, who access.Actor, text string) ([]Listed, error) {
	const most = 20
	var list []Listed
	fold := civil.Fold(text)
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeReads); err != nil || fold == "" {
			return err
		}
		list = nil
		return tx.All(ctx, func(scan func(...any) error) error {
			var number, street string
			var x Listed
			if err := scan(&x.House, &number, &street); err != nil {
				return err
			}
			x.Address = number + " " + street
			if at := civil.Fold(x.Address); len(list) < most && (at == fold || civil.Fold(number) == fold || len(at) > len(fold) && at[:len(fold)] == fold) {
				list = append(list, x)
			}
			return nil
		}, `select h.id, h.number, s.name from houses h join streets s on s.ward_id = h.ward_id and s.id = h.street_id where h.ward_id = {ward} order by h.sort_key, h.id`)
	})
	return list, err
}

// Expire is periodic work: it takes away the lines, and what was found in them, whose time is over.
func (s *Store) Expire(ctx context.Context, who access.Actor) error {
	var n, m int64
	err := s.db.Rehearse(ctx, who, queue.Dry(ctx), func(tx *db.Tx) (err error) {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		tx.Untold("nothing was old enough")
		before := periods.Read().Before(tx.Now)
		if n, err = tx.Exec(ctx, `delete from seen where ward_id = {ward} and at < $1`, before.UnixMilli()); err != nil {
			return err
		}
		if m, err = tx.Exec(ctx, `delete from unusual where ward_id = {ward} and day < $1`, string(civil.DayOf(before))); err != nil || n+m == 0 {
			return err
		}
		if err := periods.Read().Destroyed(ctx, tx, int(n+m), civil.DayOf(before)); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "reads.expire", Object: "ward", Detail: strconv.FormatInt(n+m, 10)})
	})
	if err == nil {
		queue.Note(ctx, "xóa %d dòng ai đã xem, %d việc xem cần để ý quá hạn giữ", n, m)
	}
	return err
}
