package privacy

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/periods"
)

// Store reads what was destroyed.
type Store struct {
	db   *db.DB
	made func() (*Register, error) // once: the schema does not change while the program runs
}

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d, made: sync.OnceValues(Make)} }

// Register gives the register of processing to whoever may see it. It is the same in every ward.
func (s *Store) Register(ctx context.Context, who access.Actor) (*Register, error) {
	if err := s.db.Read(ctx, who, func(tx *db.Tx) error { return tx.Need(access.SeeProcessing) }); err != nil {
		return nil, err
	}
	return s.made()
}

// Gone is what of one kind was destroyed in one month, because its time was over.
type Gone struct {
	Month   civil.Day // its first day
	Kind    string    // the key of ward/periods
	Records int
	Times   int       // how often the work came round and found some
	Last    time.Time // when it last did
	Before  civil.Day // everything of before this day is gone
}

// shownMonths is for how many months the record of destruction is shown.
const shownMonths = 24

// Destroyed gives what was destroyed in the last two years, by months, the newest first.
func (s *Store) Destroyed(ctx context.Context, who access.Actor) ([]Gone, error) {
	var list []Gone
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProcessing); err != nil {
			return err
		}
		list = nil
		from := civil.DayOf(tx.Now.AddDate(0, -shownMonths, 0)).MonthStart()
		return tx.All(ctx, func(scan func(...any) error) error {
			var kind, before string
			var n int
			var at int64
			if err := scan(&kind, &n, &before, &at); err != nil {
				return err
			}
			list = add(list, kind, n, civil.Day(before), time.UnixMilli(at))
			return nil
		}, `select d.kind, d.records, d.before_on, d.destroyed_at from destructions d where d.ward_id = {ward} and d.destroyed_at >= $1 order by d.destroyed_at, d.id`,
			from.Time().UnixMilli())
	})
	order := periods.All()
	at := func(kind string) int {
		return slices.IndexFunc(order, func(p periods.Period) bool { return p.Key == kind })
	}
	slices.SortStableFunc(list, func(a, b Gone) int {
		return cmp.Or(cmp.Compare(b.Month, a.Month), cmp.Compare(at(a.Kind), at(b.Kind)))
	})
	return list, err
}

// add puts one deletion into the line of its kind and month.
func add(list []Gone, kind string, n int, before civil.Day, at time.Time) []Gone {
	month := civil.DayOf(at).MonthStart()
	i := slices.IndexFunc(list, func(g Gone) bool { return g.Kind == kind && g.Month == month })
	if i < 0 {
		i = len(list)
		list = append(list, Gone{Month: month, Kind: kind})
	}
	g := &list[i]
	g.Records, g.Times = g.Records+n, g.Times+1
	g.Last, g.Before = at, max(g.Before, before)
	return list
}

// Take notes that somebody took the register along.
func (s *Store) Take(ctx context.Context, who access.Actor, format string) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeProcessing); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "processing.export", Object: "processing", Detail: format})
	})
}
