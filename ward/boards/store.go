package boards

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/measures"
	"sonha/ward/objections"
	"sonha/ward/results"
)

// Store reads the figures.
type Store struct {
	db   *db.DB
	sets *criteria.Sets
	key  [32]byte // of the stamps: they tell that something changed, and nothing of what

	boards db.Counted[int, Board] // by year
	wards  db.PerWard[int, sums]  // what the city is told of each
}

// NewStore makes a store over an open database; sets give items the words of the campaign that is shown.
func NewStore(d *db.DB, sets *criteria.Sets) *Store {
	s := &Store{db: d, sets: sets}
	_, _ = rand.Read(s.key[:]) // never fails: crypto/rand ends the program instead
	return s
}

// firstExceptions is how many exceptions the board names.
const firstExceptions = 3

// Board gives the figures of a year (0: the current campaign) within the reader's reach.
func (s *Store) Board(ctx context.Context, who access.Actor, year int) (Board, error) {
	var b Board
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		var err error
		b, err = s.boards.Of(ctx, tx, year, func() (Board, error) { return s.count(ctx, tx, year) })
		b.AsOf = tx.Now // what is kept is what a count would give now
		return err
	})
	return b, err
}

func (s *Store) count(ctx context.Context, tx *db.Tx, year int) (Board, error) {
	b := Board{Rows: tx.Who.May(access.SeeHouses), Approves: tx.Who.May(access.Approve)}
	var err error
	if b.Campaign, err = campaigns.OfYearTx(ctx, tx, year); err == nil {
		err = s.fill(ctx, tx, &b)
	}
	return b, err
}

// Took leaves a line in the audit trail: who took the board of a campaign away as a workbook.
func (s *Store) Took(ctx context.Context, who access.Actor, c campaigns.Campaign) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "board.export", Object: "campaign", ID: c.ID, Detail: strconv.Itoa(c.Year)})
	})
}

func (s *Store) fill(ctx context.Context, tx *db.Tx, b *Board) error {
	groups, whole, err := results.TalliesTx(ctx, tx, b.Campaign.ID)
	if err != nil {
		return err
	}
	if err := s.calendar(ctx, tx, b); err != nil {
		return err
	}
	b.Groups, b.Whole = make([]Group, len(groups)), Group{Tally: whole}
	for i := range groups {
		b.Groups[i].Tally = groups[i]
	}
	if b.Running() {
		if err := s.weeks(ctx, tx, b); err != nil {
			return err
		}
		if err := late(ctx, tx, b); err != nil {
			return err
		}
		if err := changes(ctx, tx, b); err != nil {
			return err
		}
		if b.Objections, err = objections.SumTx(ctx, tx); err != nil {
			return err
		}
	}
	if b.Items, err = s.items(ctx, tx, b.Campaign.ID); err != nil {
		return err
	}
	sortGroups(b.Groups)
	if !b.Rows {
		hideSmall(b.Groups)
		b.Whole.Hidden = b.Whole.Inspected > 0 && b.Whole.Inspected < smallest
	}
	if b.Approves && b.Running() {
		b.Exceptions, b.Excepted, b.ByRule, err = results.ExceptionsTx(ctx, tx, b.Campaign.ID, firstExceptions)
	}
	return err
}

// calendar reads the planned end of the current phase, and the years that there are.
func (s *Store) calendar(ctx context.Context, tx *db.Tx, b *Board) error {
	err := tx.One(ctx, `select p.ends_on from phases p where p.ward_id = {ward} and p.campaign_id = $1 and p.phase = $2`, b.Campaign.ID, string(b.Campaign.Phase)).Scan(&b.Until)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var year int
		err := scan(&year)
		b.Years = append(b.Years, year)
		return err
	}, `select c.year from campaigns c where c.ward_id = {ward} order by c.year desc`)
}

func (b *Board) group(id string) *Group {
	for i := range b.Groups {
		if b.Groups[i].GroupID == id {
			return &b.Groups[i]
		}
	}
	return &Group{}
}

// weeks counts the inspections of the last weeks by group.
func (s *Store) weeks(ctx context.Context, tx *db.Tx, b *Board) error {
	today := civil.DayOf(tx.Now)
	per, all := map[string]*[Weeks]int{}, [Weeks]int{}
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var group string
		var on civil.Day
		var n int
		if err := scan(&group, &on, &n); err != nil {
			return err
		}
		if per[group] == nil {
			per[group] = &[Weeks]int{}
		}
		if back := weekOf(today, on); back < Weeks {
			per[group][back] += n
			all[back] += n
		}
		return nil
	}, `select coalesce(h.group_id, ''), r.inspected_on, count(*)
		from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
		where {figures h} and h.status = 'active' and r.campaign_id = $1 and r.class <> 'not_inspected' and r.inspected_on > $2
		group by h.group_id, r.inspected_on`, b.Campaign.ID, string(today.AddDays(-7*Weeks))); err != nil {
		return err
	}
	for i := range b.Groups {
		weeks := [Weeks]int{}
		if p := per[b.Groups[i].GroupID]; p != nil {
			weeks = *p
		}
		b.Groups[i].course(weeks)
	}
	b.Whole.course(all)
	return nil
}

// late counts the houses with an open shortcoming whose day has passed, as the list of houses finds them.
func late(ctx context.Context, tx *db.Tx, b *Board) error {
	return tx.All(ctx, func(scan func(...any) error) error {
		var group string
		var n int
		if err := scan(&group, &n); err != nil {
			return err
		}
		b.group(group).Late += n
		b.Whole.Late += n
		return nil
	}, `select coalesce(h.group_id, ''), count(*) from houses h
		where {figures h} and h.status = 'active' and exists (select 1 from shortcomings x where x.ward_id = h.ward_id and x.house_id = h.id
			and x.state = 'open' and `+measures.LateShortcoming("x", "$1")+`)
		group by h.group_id`, string(civil.DayOf(tx.Now)))
}

// changes counts what happened in the seven days that end today, as the list of houses finds it.
func changes(ctx context.Context, tx *db.Tx, b *Board) error {
	first := civil.DayOf(tx.Now).AddDays(-6)
	var inspected, approved, safe, sent, noted int
	if err := tx.One(ctx, `select count(*) filter (where r.class <> 'not_inspected' and r.inspected_on >= $2), count(*) filter (where r.stage = 'approved' and r.approved_at >= $3),
			count(*) filter (where r.stage = 'approved' and r.approved_at >= $3 and r.class = 'safe')
		from results r join houses h on h.ward_id = r.ward_id and h.id = r.house_id
		where {figures h} and h.status = 'active' and r.campaign_id = $1`, b.Campaign.ID, string(first), first.Time().UnixMilli()).Scan(&inspected, &approved, &safe); err != nil {
		return err
	}
	if err := tx.One(ctx, `select count(*) from assessments a join houses h on h.ward_id = a.ward_id and h.id = a.house_id
		where {figures h} and h.status = 'active' and a.campaign_id = $1 and a.state = 'sent' and a.sent_at >= $2`, b.Campaign.ID,
		first.Time().UnixMilli()).Scan(&sent); err != nil {
		return err
	}
	if err := tx.One(ctx, `select count(distinct x.house_id) from shortcomings x join houses h on h.ward_id = x.ward_id and h.id = x.house_id
		where {figures h} and h.status = 'active' and x.campaign_id = $1 and x.noted_at >= $2`, b.Campaign.ID, first.Time().UnixMilli()).Scan(&noted); err != nil {
		return err
	}
	if !b.Rows { // of a week's few approvals the share of safe ones is a table of its own to protect
		safe = 0
	}
	b.Changes = []Change{{What: "inspected", N: inspected}, {What: "approved", N: approved, Safe: safe}, {What: "sent", N: sent}, {What: "noted", N: noted}}
	return nil
}

// Stamp changes when a sum of the campaign within the reader's reach does; it costs one look at the kept sums. It is keyed, since
// sums by themselves could be read back from it, and looks at no group in which the reader has no house. After a restart all stamps
// are new, and boards ask once more.
func (s *Store) Stamp(ctx context.Context, who access.Actor, year int) (string, error) {
	var at, sums int64
	var id string
	var version int
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.SeeFigures); err != nil {
			return err
		}
		c, err := campaigns.OfYearTx(ctx, tx, year)
		if err != nil {
			return err
		}
		id, version = c.ID, c.Version
		return tx.One(ctx, `select coalesce(max(t.updated_at), 0), coalesce(sum(t.pledged + 3 * t.assessed + 5 * t.inspected + 7 * t.safe + 11 * t.conditional + 13 * t.waiting), 0)
			from tallies t where t.ward_id = {ward} and t.campaign_id = $1
				and ($2 or exists (select 1 from houses h where {figures h} and h.ward_id = t.ward_id and coalesce(h.group_id, '') = t.group_id))`,
			c.ID, tx.Who.Figures()).Scan(&at, &sums)
	})
	mac := hmac.New(sha256.New, s.key[:])
	fmt.Fprintf(mac, "%s.%d.%d.%d", id, version, at, sums)
	return hex.EncodeToString(mac.Sum(nil)[:12]), err
}

// items gives the answers of the inspected houses with the items that they are about.
func (s *Store) items(ctx context.Context, tx *db.Tx, campaign string) ([]Item, error) {
	set, err := s.sets.OfCampaign(ctx, tx, campaign)
	if err != nil {
		return nil, err
	}
	answered, err := results.ItemsTx(ctx, tx, set, campaign, "")
	list := make([]Item, len(answered))
	for i := range list {
		list[i].Answered = answered[i]
		list[i].Item, list[i].Content = set.Item(i)
	}
	return list, err
}

// Ward is one ward in the city's table.
type Ward struct {
	ID   int
	Name string
	City string
	Year int // of its current campaign; 0 while it has none
	Group
}

// City is the table of the wards.
type City struct {
	Wards []Ward // by name
	Whole Group
}

// sums are the current campaign of a ward; no year while it has none.
type sums struct {
	year  int
	tally results.Tally
}

// City sums up the current campaign of each ward. There is no way down from here: the city sees figures of
// wards, never of groups or houses.
func (s *Store) City(ctx context.Context, who access.Actor) (City, error) {
	var c City
	err := s.db.Read(ctx, who, func(tx *db.Tx) (err error) {
		if err := tx.Need(access.SeeCity); err != nil {
			return err
		}
		c, err = s.cityTx(ctx, tx)
		return err
	})
	return c, err
}

func (s *Store) cityTx(ctx context.Context, tx *db.Tx) (City, error) {
	var c City
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var w Ward
		err := scan(&w.ID, &w.Name, &w.City)
		c.Wards = append(c.Wards, w)
		return err
	}, `select w.id, w.name, w.city from wards w where {any: names of wards are public} w.id > 0 order by w.fold, w.id`); err != nil {
		return c, err
	}
	wards, err := s.wards.Of(ctx, tx, 0, func(wards []int) (map[int]sums, error) { return sumUp(ctx, tx, wards) })
	for i := range c.Wards {
		now := wards[c.Wards[i].ID]
		c.Wards[i].Year, c.Wards[i].Tally = now.year, now.tally
	}
	c.total()
	return c, err
}

// sumUp adds the groups of the current campaign of each ward up: the newest that is not closed, else the newest.
func sumUp(ctx context.Context, tx *db.Tx, wards []int) (map[int]sums, error) {
	all := map[int]sums{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var ward int
		var s sums
		t := &s.tally
		err := scan(&ward, &s.year, &t.Houses, &t.Inspected, &t.Safe, &t.Conditional, &t.NotSafe, &t.Waiting)
		if _, ok := all[ward]; !ok && err == nil {
			all[ward] = s
		}
		return err
	}, `select c.ward_id, c.year, sum(t.houses), sum(t.inspected), sum(t.safe), sum(t.conditional), sum(t.not_safe), sum(t.waiting)
		from campaigns c join tallies t on t.ward_id = c.ward_id and t.campaign_id = c.id
		where {any: city figures, sums per ward} `+db.Wards("c.ward_id", wards)+`
			and c.id = (select n.id from campaigns n where n.ward_id = c.ward_id order by case n.phase when 'closed' then 1 else 0 end, n.year desc limit 1)
		group by c.ward_id, c.year`)
	return all, err
}

// total adds the wards up and hides what would tell of single houses.
func (c *City) total() {
	groups := make([]Group, len(c.Wards))
	for i := range c.Wards {
		w := &c.Wards[i]
		groups[i] = w.Group
		groups[i].GroupID = strconv.Itoa(w.ID)
		for _, x := range []struct {
			to   *int
			from int
		}{
			{&c.Whole.Houses, w.Houses}, {&c.Whole.Inspected, w.Inspected}, {&c.Whole.Safe, w.Safe}, {&c.Whole.Conditional, w.Conditional},
			{&c.Whole.NotSafe, w.NotSafe}, {&c.Whole.Waiting, w.Waiting},
		} {
			*x.to += x.from
		}
	}
	hideSmall(groups)
	for i := range groups {
		c.Wards[i].Hidden = groups[i].Hidden || (groups[i].Houses > 0 && groups[i].Houses < smallest)
	}
}
