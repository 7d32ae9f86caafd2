package twins

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/logbook"
)

// Store keeps the table of this feature.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
}

// NewStore makes a store over an open database. Forms ask by the version of the sets that the campaign has.
func NewStore(d *db.DB, sets *criteria.Sets) *Store { return &Store{db: d, sets: sets} }

// Choice says for which houses a form is printed. Empty fields choose nothing: a Choice without any takes every
// house in use within the actor's reach.
type Choice struct {
	Form      Form
	Month     logbook.Month // of a monthly report; this month when empty
	House     string
	Household string // of House: one sheet instead of all
	Street    string
	Group     string
	Beat      string
}

// Prepare gathers what a run of sheets says, in walking order, and gives every sheet its code. The houses are those in
// use within the actor's reach; fault.Missing when a house is named that is not among them. The audit trail notes
// who printed what.
func (s *Store) Prepare(ctx context.Context, who access.Actor, c Choice) (*Run, error) {
	var run *Run
	err := s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if run, err = s.blank(ctx, tx, c.Form); err != nil {
			return err
		}
		campaign, err := s.belongs(ctx, tx, run, c.Month)
		if err != nil {
			return err
		}
		if err := s.houses(ctx, tx, run, campaign, c); err != nil {
			return err
		}
		if c.House != "" && len(run.Houses) == 0 {
			return fault.NotFound("twins.not_in_use")
		}
		if err := s.number(ctx, tx, run, c); err != nil {
			return err
		}
		detail := run.Form.Title()
		if c.House == "" {
			detail = fmt.Sprintf("%s: %d số nhà", detail, len(run.Houses))
		}
		return tx.Audit(ctx, db.Entry{Action: "paper.print", Object: "paper", ID: string(c.Form), House: c.House, Detail: detail})
	})
	return run, err
}

// Blank is a run without a house: the empty form.
func (s *Store) Blank(ctx context.Context, who access.Actor, f Form) (*Run, error) {
	var run *Run
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		var err error
		if run, err = s.blank(ctx, tx, f); err != nil {
			return err
		}
		_, err = s.belongs(ctx, tx, run, "")
		if run.Month = ""; fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	return run, err
}

// Asks counts the items that the sheets of now ask a house for, and the questions for a household.
func (s *Store) Asks(ctx context.Context, who access.Actor) (items, questions int, err error) {
	run, err := s.Blank(ctx, who, Assessment)
	if err != nil {
		return 0, 0, err
	}
	return run.set.Len(), len(run.set.HouseholdItems()), nil
}

// belongs says of which campaign or of which month the sheets of a run are, and gives the id of the campaign. Their questions are those of
// the campaign, before the ward has one those of the latest version.
func (s *Store) belongs(ctx context.Context, tx *db.Tx, run *Run, m logbook.Month) (string, error) {
	if run.Form == Month {
		run.Month = cmp.Or(m, logbook.MonthOf(civil.DayOf(tx.Now)))
	}
	if !run.Form.Yearly() {
		return "", nil
	}
	c, err := campaigns.CurrentOf(ctx, tx)
	if err != nil && !fault.Is(err, fault.Missing) {
		return "", err
	}
	run.Year, run.Starts = c.Year, c.Starts
	var unknown error
	if run.set, unknown = s.sets.OfCampaign(ctx, tx, c.ID); unknown != nil {
		return "", unknown
	}
	return c.ID, err
}

func (s *Store) blank(ctx context.Context, tx *db.Tx, f Form) (*Run, error) {
	run := &Run{Form: f, codes: map[Subject]Code{}}
	return run, tx.One(ctx, `select w.name, w.city, w.invented from wards w where w.id = {ward}`).Scan(&run.Ward, &run.City, &run.Invented)
}

func (s *Store) houses(ctx context.Context, tx *db.Tx, run *Run, campaign string, c Choice) error {
	var streets, groups, beats []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var h House
		if err := scan(&h.ID, &h.Number, &h.Street, &h.Group, &h.Beat, &h.Households, &h.Self); err != nil {
			return err
		}
		if c.Household != "" {
			at := slices.IndexFunc(run.all(&h), func(x Subject) bool { return x.Household == c.Household })
			if at < 0 {
				return fault.NotFound("twins.no_household")
			}
		}
		run.Houses = append(run.Houses, h)
		streets, groups, beats = append(streets, h.Street), append(groups, h.Group), append(beats, h.Beat)
		return nil
	}, `select h.id, h.number, st.name, coalesce(g.name, ''), coalesce(b.name, ''), h.households, coalesce(case when a.state = 'sent' then a.answers end, '')
		from houses h
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
		left join assessments a on a.ward_id = h.ward_id and a.campaign_id = $1 and a.house_id = h.id
		where {scope h} and h.status = 'active' and ($2 = '' or h.id = $2) and ($3 = '' or h.street_id = $3) and ($4 = '' or h.group_id = $4)
			and ($5 = '' or h.beat_id = $5)
		order by h.sort_key, h.id`, campaign, c.House, c.Street, c.Group, c.Beat); err != nil {
		return err
	}
	run.only = c.Household
	if len(run.Houses) > 0 {
		switch {
		case c.Street != "":
			run.Where = "phố " + streets[0]
		case c.Group != "":
			run.Where = groups[0]
		case c.Beat != "":
			run.Where = beats[0]
		}
	}
	return nil
}

// mostAttempts is how often another code is tried: two sheets of a ward share one once in many thousand years.
const mostAttempts = 9

// number gives every sheet of a run its code: the one it has, or a new one.
func (s *Store) number(ctx context.Context, tx *db.Tx, run *Run, c Choice) error {
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var x Subject
		var code Code
		if err := scan(&x.HouseID, &x.Household, &x.Year, &x.Month, &code); err != nil {
			return err
		}
		run.codes[x] = code
		return nil
	}, `select p.house_id, p.household, p.year, p.month, p.code from papers p
		where {scope p.house} and p.form = $1 and p.year = $2 and p.month = $3 and ($4 = '' or p.house_id = $4)`, string(run.Form), run.Year, string(run.Month),
		c.House); err != nil {
		return err
	}
	for i := range run.Houses {
		for _, x := range run.subjects(&run.Houses[i]) {
			if run.codes[x] != "" {
				continue
			}
			code, err := s.keep(ctx, tx, run.Form, x)
			if err != nil {
				return err
			}
			run.codes[x] = code
		}
	}
	return nil
}

// keep writes what a new code stands for.
func (s *Store) keep(ctx context.Context, tx *db.Tx, f Form, x Subject) (Code, error) {
	for attempt := range mostAttempts {
		code := makeCode(x.text(f), attempt)
		n, err := tx.Exec(ctx, `insert into papers (ward_id, code, form, house_id, household, year, month, printed_at, printed_by)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8) on conflict (ward_id, code) do nothing`,
			string(code), string(f), x.HouseID, x.Household, x.Year, x.Month, tx.Millis(), tx.Who.Name())
		if err != nil || n == 1 {
			return code, err
		}
		// Taken: by this very sheet, if somebody printed it a moment ago, or by another one.
		var same Code
		err = tx.One(ctx, `select p.code from papers p where {scope p.house} and p.code = $1 and p.form = $2 and p.house_id = $3 and p.household = $4
			and p.year = $5 and p.month = $6`, string(code), string(f), x.HouseID, x.Household, x.Year, x.Month).Scan(&same)
		if !fault.Is(err, fault.Missing) {
			return same, err
		}
	}
	return "", errors.New("twins: no free code")
}

// Sheet is what a code stands for.
type Sheet struct {
	Code Code
	Form Form
	Subject
	Address string // of the house
	Current bool   // of the campaign that runs now, or of none
}

// Find tells what a code stands for. fault.Missing outside the actor's reach, as for a code that was never given.
func (s *Store) Find(ctx context.Context, who access.Actor, code Code) (Sheet, error) {
	x := Sheet{Code: code}
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return fault.NotFound("twins.not_here")
		}
		var number, street string
		err := tx.One(ctx, `select p.form, p.house_id, p.household, p.year, p.month, h.number, st.name from papers p
			join houses h on h.ward_id = p.ward_id and h.id = p.house_id
			join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {scope h} and p.code = $1`, string(code)).Scan(&x.Form, &x.HouseID, &x.Household, &x.Year, &x.Month, &number, &street)
		if fault.Is(err, fault.Missing) {
			return fault.NotFound("twins.not_here")
		}
		if err != nil {
			return err
		}
		x.Address = number + " " + street
		if x.Year == 0 {
			x.Current = true
			return nil
		}
		c, err := campaigns.CurrentOf(ctx, tx)
		x.Current = err == nil && c.Year == x.Year
		return err
	})
	return x, err
}

// Door is a house that a typed number may mean.
type Door struct{ ID, Address string }

// mostDoors is how many houses are offered for a number that several streets have.
const mostDoors = 12

// Doors finds the houses in use within reach that a typed address means: "36a hang bac", or "36a" where the street
// goes without saying.
func (s *Store) Doors(ctx context.Context, who access.Actor, text string) ([]Door, error) {
	var list []Door
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		key, street := "", ""
		if n, st, err := civil.ParseAddress(text); err == nil {
			key, street = n.Key, st.Key
		} else if n, err := civil.ParseHouseNumber(text); err == nil {
			key = n.Key
		}
		if key == "" {
			return nil
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var d Door
			var number, name string
			if err := scan(&d.ID, &number, &name); err != nil {
				return err
			}
			d.Address = number + " " + name
			list = append(list, d)
			return nil
		}, `select h.id, h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {scope h} and h.status = 'active' and h.number_key = $1 and ($2 = '' or st.name_key = $2) order by h.sort_key, h.id limit $3`, key, street, mostDoors)
	})
	return list, err
}

// Address is a house as people say it; fault.Missing outside the actor's reach, and when the house is not in use.
func (s *Store) Address(ctx context.Context, who access.Actor, house string) (string, error) {
	var number, street string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		return tx.One(ctx, `select h.number, st.name from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {scope h} and h.id = $1`, house).Scan(&number, &street)
	})
	return number + " " + street, err
}

// Place is where sheets can be printed for: the whole reach, a street, a group or a beat.
type Place struct {
	Kind   string // "all", "street", "group", "beat"
	ID     string // empty for all
	Name   string
	Houses int
}

// Value is the place in a form.
func (p Place) Value() string {
	if p.ID == "" {
		return p.Kind
	}
	return p.Kind + ":" + p.ID
}

// Places lists where the actor's houses in use lie: first all of them, then by street, group and beat.
func (s *Store) Places(ctx context.Context, who access.Actor) ([]Place, error) {
	var list []Place
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeHouses); err != nil {
			return err
		}
		list = []Place{{Kind: "all"}}
		add := func(kind string) func(func(...any) error) error {
			return func(scan func(...any) error) error {
				p := Place{Kind: kind}
				err := scan(&p.ID, &p.Name, &p.Houses)
				list = append(list, p)
				if kind == "street" {
					list[0].Houses += p.Houses
				}
				return err
			}
		}
		if err := tx.All(ctx, add("street"), `select st.id, st.name, count(*) from houses h join streets st on st.ward_id = h.ward_id and st.id = h.street_id
			where {scope h} and h.status = 'active' group by st.id, st.name, st.sort_key order by st.sort_key, st.id`); err != nil {
			return err
		}
		if err := tx.All(ctx, add("group"), `select g.id, g.name, count(*) from houses h join areas g on g.ward_id = h.ward_id and g.id = h.group_id
			where {scope h} and h.status = 'active' group by g.id, g.name, g.sort_key order by g.sort_key, g.id`); err != nil {
			return err
		}
		return tx.All(ctx, add("beat"), `select b.id, b.name, count(*) from houses h join beats b on b.ward_id = h.ward_id and b.id = h.beat_id
			where {scope h} and h.status = 'active' group by b.id, b.name, b.sort_key order by b.sort_key, b.id`)
	})
	return list, err
}
