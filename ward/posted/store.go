package posted

import (
	"context"
	"slices"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/indicators/smallcells"
)

// Store keeps the table of this feature.
type Store struct{ db *db.DB }

// NewStore makes a store over an open database.
func NewStore(d *db.DB) *Store { return &Store{db: d} }

// Setting is what the ward decided. The zero Setting is that of a ward that decided nothing: nothing is listed.
type Setting struct {
	SafeList bool
	At       time.Time // when it was decided; zero: never
	By       string
}

// Setting gives what the actor's ward decided.
func (s *Store) Setting(ctx context.Context, who access.Actor) (Setting, error) {
	var x Setting
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		var at int64
		err := tx.One(ctx, `select p.safe_list, p.decided_at, p.decided_by from posted_settings p where p.ward_id = {ward}`).Scan(&x.SafeList, &at, &x.By)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		x.At = time.UnixMilli(at)
		return err
	})
	return x, err
}

// Decide posts the list of safe house numbers, or takes it down.
func (s *Store) Decide(ctx context.Context, who access.Actor, on bool) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into posted_settings (ward_id, safe_list, decided_at, decided_by) values ({ward}, $1, $2, $3)
			on conflict (ward_id) do update set safe_list = excluded.safe_list, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
			on, tx.Millis(), tx.Who.Name()); err != nil {
			return err
		}
		detail := "off"
		if on {
			detail = "on"
		}
		return tx.Audit(ctx, db.Entry{Action: "posted.decide", Object: "ward", Detail: detail})
	})
}

// Street is a street with its safe houses, in walking order.
type Street struct {
	Name   string   `json:"street"`
	Houses []string `json:"houses"`
}

// List is the posted list of a year.
type List struct {
	On       bool // the ward posts its list
	Year     int  // 0: there is no year to post yet
	Years    []int
	Settled  bool      // the year is closed
	Until    civil.Day // last day of the publication, while it runs
	Streets  []Street
	Safe     int
	AsOf     time.Time
	campaign string
}

// Posted says whether a ward posts its list and of which years, without the list; who is nobody.
func (s *Store) Posted(ctx context.Context, who access.Actor, ward int) (List, error) {
	return s.list(ctx, who, ward, 0, func(*db.Tx, *List) error { return nil })
}

// Safe gives the posted list of a ward in a year, 0 for the newest; who is nobody. A year without a list, or a ward that
// posts none, gives an empty list.
func (s *Store) Safe(ctx context.Context, who access.Actor, ward, year int) (List, error) {
	return s.list(ctx, who, ward, year, func(tx *db.Tx, x *List) error { return x.read(ctx, tx, ward) })
}

func (s *Store) list(ctx context.Context, who access.Actor, ward, year int, read func(*db.Tx, *List) error) (List, error) {
	var x List
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		x = List{AsOf: tx.Now}
		err := tx.One(ctx, `select p.safe_list from posted_settings p where {any: whether a ward posts its list} p.ward_id = $1`, ward).Scan(&x.On)
		if fault.Is(err, fault.Missing) || (err == nil && !x.On) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := x.pick(ctx, tx, ward, year); err != nil || x.Year == 0 {
			return err
		}
		return read(tx, &x)
	})
	return x, err
}

// pick chooses the year: one that is published or closed and in which houses were approved here. Earlier years that came
// from a file were never published with a right to object, and are not posted.
func (x *List) pick(ctx context.Context, tx *db.Tx, ward, year int) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var id, phase string
		var of int
		var until civil.Day
		if err := scan(&id, &of, &phase, &until); err != nil {
			return err
		}
		x.Years = append(x.Years, of)
		if x.Year == 0 && (year == 0 || year == of) {
			x.campaign, x.Year, x.Settled, x.Until = id, of, phase == "closed", until
		}
		return nil
	}, `select c.id, c.year, c.phase, coalesce((select g.until_on from postings g where g.ward_id = c.ward_id and g.campaign_id = c.id order by g.id desc limit 1), p.ends_on, '')
			from campaigns c
			left join phases p on p.ward_id = c.ward_id and p.campaign_id = c.id and p.phase = 'publish'
		where {any: the years that a ward posts} c.ward_id = $1 and c.phase in ('publish', 'closed') and c.origin <> 'import' order by c.year desc`, ward)
}

func (x *List) read(ctx context.Context, tx *db.Tx, ward int) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var street, number string
		if err := scan(&street, &number); err != nil {
			return err
		}
		if n := len(x.Streets); n == 0 || x.Streets[n-1].Name != street {
			x.Streets = append(x.Streets, Street{Name: street})
		}
		last := &x.Streets[len(x.Streets)-1]
		last.Houses = append(last.Houses, number)
		x.Safe++
		return nil
	}, `select st.name, h.number from results r
			join houses h on h.ward_id = r.ward_id and h.id = r.house_id
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		where {any: the list that the ward posts, safe houses only} r.ward_id = $1 and r.campaign_id = $2 and r.class = 'safe' and r.stage = 'approved'
			and h.status = 'active' order by h.sort_key, h.id`, ward, x.campaign)
}

// Figure is a row of the ward's open figures: the whole ward, or a residential group of it. Shares that would tell of a
// single house are left out, and with them what would give them away.
type Figure struct {
	Year         int    `json:"year"`
	Level        string `json:"level"` // "ward" or "group"
	Area         string `json:"area"`
	Final        bool   `json:"final"` // the year is closed
	Houses       int    `json:"houses"`
	Households   int    `json:"households"`
	Inspected    int    `json:"inspected"`
	Safe         *int   `json:"safe"`
	Conditional  *int   `json:"conditional"`
	NotSafe      *int   `json:"not_safe"`
	SharePercent *Tenth `json:"safe_percent"` // of the inspected
}

// Tenth is a number with one decimal.
type Tenth int

// MarshalJSON writes 890 as 89.0.
func (t Tenth) MarshalJSON() ([]byte, error) {
	n := int(t)
	return []byte(civil.Decimal1In("en", n)), nil
}

// Float is the number.
func (t Tenth) Float() float64 { return float64(t) / 10 }

// Figures gives the sums of a ward year by year, newest first, for the ward and, of years that are closed, its groups; who is nobody.
// asOf is when they were read.
func (s *Store) Figures(ctx context.Context, who access.Actor, ward int) (list []Figure, asOf time.Time, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		list, asOf = nil, tx.Now
		var name string
		if err := tx.One(ctx, `select w.name from wards w where {any: names of wards are public} w.id = $1`, ward).Scan(&name); err != nil {
			return err
		}
		var years [][]row
		if err := tx.All(ctx, func(scan func(...any) error) error {
			var r row
			if err := scan(&r.year, &r.final, &r.id, &r.name, &r.houses, &r.households, &r.inspected, &r.safe, &r.conditional, &r.notSafe); err != nil {
				return err
			}
			if n := len(years); n == 0 || years[n-1][0].year != r.year {
				years = append(years, nil)
			}
			years[len(years)-1] = append(years[len(years)-1], r)
			return nil
		}, `select c.year, c.phase = 'closed', t.group_id, coalesce(g.name, ''), t.houses, t.households, t.inspected, t.safe, t.conditional, t.not_safe
			from tallies t join campaigns c on c.ward_id = t.ward_id and c.id = t.campaign_id
			left join areas g on g.ward_id = t.ward_id and g.id = t.group_id
			where {any: public figures, sums of areas without small cells} t.ward_id = $1 order by c.year desc, g.sort_key nulls last, t.group_id`, ward); err != nil {
			return err
		}
		for _, rows := range years {
			list = append(list, told(name, rows)...)
		}
		return nil
	})
	return list, asOf, err
}

// row is a kept sum.
type row struct {
	year                          int
	final                         bool
	id, name                      string
	houses, households, inspected int
	safe, conditional, notSafe    int
}

// told makes the open rows of a year: the ward, then its groups.
func told(ward string, rows []row) []Figure {
	whole := row{year: rows[0].year, final: rows[0].final, name: ward}
	shares := make([]smallcells.Share, len(rows))
	for i := range rows {
		r := &rows[i]
		shares[i] = smallcells.Share{ID: r.id, Part: r.safe, Of: r.inspected}
		whole.houses, whole.households, whole.inspected = whole.houses+r.houses, whole.households+r.households, whole.inspected+r.inspected
		whole.safe, whole.conditional, whole.notSafe = whole.safe+r.safe, whole.conditional+r.conditional, whole.notSafe+r.notSafe
	}
	if whole.inspected == 0 {
		return nil
	}
	hidden, small := smallcells.Groups(shares)
	list := []Figure{whole.figure("ward", small, false)}
	if !whole.final { // while a year runs, two answers a day apart tell of the houses that were inspected between them
		return list
	}
	for i := range rows {
		// Of a group only the safe ones are told: how the others split would be a table of its own to protect.
		list = append(list, rows[i].figure("group", hidden[i], true))
	}
	return slices.Clip(list)
}

func (r *row) figure(level string, hidden, safeOnly bool) Figure {
	f := Figure{Year: r.year, Level: level, Area: r.name, Final: r.final, Houses: r.houses, Households: r.households, Inspected: r.inspected}
	if hidden || r.inspected == 0 {
		return f
	}
	share := Tenth(civil.PercentTenths(r.safe, r.inspected))
	f.Safe, f.SharePercent = &r.safe, &share
	if !safeOnly {
		f.Conditional, f.NotSafe = &r.conditional, &r.notSafe
	}
	return f
}
