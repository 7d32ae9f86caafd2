package reads

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/periods"
)

// sealed is the trail's word for a day's lines: how many there are and the digest of them all. Lines are no chain of their own (decision
// 0056): the line of the trail that seals a day is part of one.
const sealed = "reads.seal"

// Seal is what the trail says of the lines of a day, beside what is there now.
type Seal struct {
	Day   civil.Day `json:"day"`
	Lines int       `json:"lines"` // when the day was sealed
	Found int       `json:"found"` // now
	Whole bool      `json:"whole"`
}

// digest is the SHA-256 over the lines of a day in their order, and how many there are.
func digest(ctx context.Context, tx *db.Tx, day civil.Day) (n int, sum string, err error) {
	h := sha256.New()
	from, to := span(day)
	err = tx.All(ctx, func(scan func(...any) error) error {
		n++
		return sumLine(scan, h)
	}, `select x.account_id, `+columns+` from seen x where x.ward_id = {ward} and x.at >= $1 and x.at < $2 order by x.at, x.id`, from, to)
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// sumLine adds one line to a digest: all its columns, as JSON, so that nothing can slip from one to the next.
func sumLine(scan func(...any) error, h hash.Hash) error {
	account := ""
	l, err := scanLine(func(to ...any) error { return scan(append([]any{&account}, to...)...) })
	if err != nil {
		return err
	}
	return json.NewEncoder(h).Encode([]any{
		account, l.At.UnixMilli(), l.ID, l.Role, l.Place, l.House, l.Household, l.Area, l.What, l.Duty, l.Asked, l.Rows, l.Outside,
	})
}

// seal writes the digest of a day into the trail, once.
func seal(ctx context.Context, tx *db.Tx, day civil.Day) error {
	var there int
	if err := tx.One(ctx, `select count(*) from audit a where a.ward_id = {ward} and a.action = $1 and a.object_id = $2`, sealed,
		string(day)).Scan(&there); err != nil || there > 0 {
		return err
	}
	n, sum, err := digest(ctx, tx, day)
	if err != nil || n == 0 {
		return err
	}
	return tx.Audit(ctx, db.Entry{Action: sealed, Object: "ward", ID: string(day), Detail: fmt.Sprintf("%d %s", n, sum)})
}

// Verify compares the lines of every sealed day that are still kept with what the trail says of them. Whether the trail itself is as it
// was written, its own check says.
func (s *Store) Verify(ctx context.Context, who access.Actor) ([]Seal, error) {
	s.settle()
	var seals []Seal
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		seals = nil
		var sums []string
		kept := civil.DayOf(periods.Read().Before(tx.Now)).AddDays(1)
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var x Seal
			var detail, sum string
			if err := scan(&x.Day, &detail); err != nil {
				return err
			}
			if _, err := fmt.Sscanf(detail, "%d %s", &x.Lines, &sum); err != nil {
				return fmt.Errorf("reads: the seal of %s: %w", x.Day, err)
			}
			if x.Day > kept {
				seals, sums = append(seals, x), append(sums, sum)
			}
			return nil
		}, `select a.object_id, a.detail from audit a where a.ward_id = {ward} and a.action = $1 order by a.seq`, sealed); err != nil {
			return err
		}
		for i := range seals {
			n, sum, err := digest(ctx, tx, seals[i].Day)
			if err != nil {
				return err
			}
			seals[i].Found, seals[i].Whole = n, sum == sums[i]
		}
		return nil
	})
	return seals, err
}

// Wanted is which lines somebody at the server wants: of houses or of accounts, from a day on.
type Wanted struct {
	Houses, Accounts []string
	From             civil.Day
}

// Of lists the lines of houses, or of what accounts read, the oldest first; that they were listed is written into the trail. Only for the
// program itself: pages show a reader by role and area, and never list what one account read but where it was unusual.
func (s *Store) Of(ctx context.Context, who access.Actor, w Wanted) ([]Line, error) {
	s.settle()
	var list []Line
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if tx.Who.Role() != "system" {
			return fault.NotFound("fault.not_found")
		}
		list = nil
		from := int64(0)
		if w.From != "" {
			from = w.From.Time().UnixMilli()
		}
		for _, id := range w.Houses {
			if err := ofOne(ctx, tx, &list, id, from); err != nil {
				return err
			}
			if err := tx.Audit(ctx, db.Entry{Action: "reads.list", Object: "house", ID: id, House: id, Detail: string(w.From)}); err != nil {
				return err
			}
		}
		for _, id := range w.Accounts {
			if err := byOne(ctx, tx, &list, id, from); err != nil {
				return err
			}
			if err := tx.Audit(ctx, db.Entry{Action: "reads.list", Object: "account", ID: id, Detail: string(w.From)}); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

const addressed = `, coalesce(h.number || ' ' || s.name, '') from seen x left join houses h on h.ward_id = x.ward_id and h.id = x.house_id
	left join streets s on s.ward_id = h.ward_id and s.id = h.street_id where x.ward_id = {ward} and `

func add(list *[]Line) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		address := ""
		l, err := scanLine(scan, &address)
		l.Address = address
		*list = append(*list, l)
		return err
	}
}

// nobody names the id that there is not.
func nobody(err error, id string) error {
	if fault.Is(err, fault.Missing) {
		return fault.NotFound("reads.nobody", "ID", id)
	}
	return err
}

// ofOne adds the lines of one house; lists and files over the area in which it lies are among them.
func ofOne(ctx context.Context, tx *db.Tx, list *[]Line, house string, from int64) error {
	var group, beat string
	if err := tx.One(ctx, `select coalesce(h.group_id, ''), coalesce(h.beat_id, '') from houses h where h.ward_id = {ward} and h.id = $1`, house).Scan(&group, &beat); err != nil {
		return nobody(err, house)
	}
	return tx.All(ctx, add(list), `select `+columns+addressed+`x.at >= $2 and (x.house_id = $1
		or x.area_id <> '' and x.area_id in ($3, $4, '`+wholeWard+`') and x.what not in ('list', 'search')) order by x.at, x.id`, house, from, group, beat)
}

// byOne adds the lines of what one account read.
func byOne(ctx context.Context, tx *db.Tx, list *[]Line, account string, from int64) error {
	var there string
	if err := tx.One(ctx, `select a.id from accounts a where a.ward_id = {ward} and a.id = $1`, account).Scan(&there); err != nil {
		return nobody(err, account)
	}
	return tx.All(ctx, add(list), `select `+columns+addressed+`x.account_id = $1 and x.at >= $2 order by x.at, x.id`, account, from)
}

// Told writes a line as the terminal shows it.
func (l *Line) Told(who, what, why string) string {
	parts := []string{civil.DayOf(l.At).Display() + " " + civil.Clock(l.At), who, what}
	if l.Address != "" {
		parts[2] += ": " + l.Address
	}
	return strings.Join(append(parts, why), " · ")
}

// Stamp is the moment of a line in the time of Hanoi, for machines.
func (l *Line) Stamp() string { return l.At.In(civil.Hanoi).Format(time.RFC3339) }
