package results

import (
	"context"
	"strings"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// Tally is what a residential group, or the whole ward, adds up to in a campaign.
type Tally struct {
	GroupID     string // empty: houses without a group, or the whole ward
	Name        string
	Houses      int // dossiers in use
	Households  int
	Pledged     int // households
	Assessed    int // houses that sent their self-assessment
	Inspected   int
	Safe        int
	Conditional int
	NotSafe     int
	Waiting     int    // proposed, not yet approved
	Passed      [6]int // houses that passed each content, in the order of the set; of the inspected
}

// NotInspected is the number of houses that nobody inspected yet.
func (t *Tally) NotInspected() int { return t.Houses - t.Inspected }

func (t *Tally) add(o Tally) {
	t.Houses += o.Houses
	t.Households += o.Households
	t.Pledged += o.Pledged
	t.Assessed += o.Assessed
	t.Inspected += o.Inspected
	t.Safe += o.Safe
	t.Conditional += o.Conditional
	t.NotSafe += o.NotSafe
	t.Waiting += o.Waiting
	for i := range t.Passed {
		t.Passed[i] += o.Passed[i]
	}
}

// RecountHouse brings the tally of the house's group up to date.
func (s *Store) RecountHouse(ctx context.Context, tx *db.Tx, campaign, house string) error {
	var group string
	if err := tx.One(ctx, `select coalesce(h.group_id, '') from houses h where h.ward_id = {ward} and h.id = $1`, house).Scan(&group); err != nil {
		return err
	}
	return s.Recount(ctx, tx, campaign, group)
}

// Opened counts a campaign that was just opened. It implements campaigns.Opener.
func (s *Store) Opened(ctx context.Context, tx *db.Tx, campaign string) error {
	return s.RecountAll(ctx, tx, campaign)
}

// RecountAll brings the tallies of every group of the ward up to date, after an import or a change of areas.
// The sums of a campaign that was closed with a snapshot stay as they are.
func (s *Store) RecountAll(ctx context.Context, tx *db.Tx, campaign string) error {
	var snapshots int
	if err := tx.One(ctx, `select count(*) from snapshots s join campaigns c on c.ward_id = s.ward_id and c.id = s.campaign_id
		where s.ward_id = {ward} and s.campaign_id = $1 and c.phase = 'closed'`, campaign).Scan(&snapshots); err != nil {
		return err
	}
	if snapshots > 0 {
		return fault.Shut("campaigns.is_closed")
	}
	if _, err := tx.Exec(ctx, `delete from tallies as t where t.ward_id = {ward} and t.campaign_id = $1`, campaign); err != nil {
		return err
	}
	return s.recount(ctx, tx, campaign, nil)
}

// Recount brings one group's tally up to date from its rows. Counting some eighty rows is cheaper than being
// wrong by one.
func (s *Store) Recount(ctx context.Context, tx *db.Tx, campaign, group string) error {
	if err := unfrozen(ctx, tx, campaign); err != nil {
		return err
	}
	return s.recount(ctx, tx, campaign, []string{group})
}

// passes counts the inspected houses that passed each content.
func passes() string {
	var b strings.Builder
	for i := range 6 {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`count(*) filter (where r.class <> 'not_inspected' and substr(r.contents, `)
		b.WriteByte(byte('1' + i))
		b.WriteString(`, 1) = 'p')`)
	}
	return b.String()
}

// Tallies gives the figures of a campaign group by group as far as the actor may count, with their sum.
func (s *Store) Tallies(ctx context.Context, who access.Actor, campaign string) (groups []Tally, whole Tally, asOf time.Time, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		groups, whole, err = TalliesTx(ctx, tx, campaign)
		asOf = tx.Now
		return err
	})
	return groups, whole, asOf, err
}

// TalliesTx is Tallies inside a unit of work.
func TalliesTx(ctx context.Context, tx *db.Tx, campaign string) (groups []Tally, whole Tally, err error) {
	level, ids := tx.Who.Reach()
	if level == access.OwnBeats || level == access.OwnHouses {
		return counted(ctx, tx, campaign)
	}
	var in []any
	where := ""
	if level == access.OwnGroups {
		where, in = db.Among("t.group_id", 2, ids)
		where = " and " + where
	} else if !tx.Who.Figures() {
		return nil, whole, nil
	}
	err = tx.All(ctx, func(scan func(...any) error) error {
		var t Tally
		p := &t.Passed
		if err := scan(&t.GroupID, &t.Name, &t.Houses, &t.Households, &t.Pledged, &t.Assessed, &t.Inspected, &t.Safe, &t.Conditional, &t.NotSafe, &t.Waiting,
			&p[0], &p[1], &p[2], &p[3], &p[4], &p[5]); err != nil {
			return err
		}
		groups = append(groups, t)
		whole.add(t)
		return nil
	}, `select t.group_id, coalesce(g.name, ''), t.houses, t.households, t.pledged, t.assessed, t.inspected, t.safe, t.conditional, t.not_safe, t.waiting,
			t.pass_vh, t.pass_tc, t.pass_tn, t.pass_nk, t.pass_gd, t.pass_hg
		from tallies t left join areas g on g.ward_id = t.ward_id and g.id = t.group_id
		where t.ward_id = {ward} and t.campaign_id = $1`+where+` order by case t.group_id when '' then 1 else 0 end, g.sort_key, t.group_id`,
		append([]any{campaign}, in...)...)
	return groups, whole, err
}

// counted counts the rows themselves, for reaches that do not follow the groups' borders.
func counted(ctx context.Context, tx *db.Tx, campaign string) (groups []Tally, whole Tally, err error) {
	err = tx.All(ctx, func(scan func(...any) error) error {
		var t Tally
		p := &t.Passed
		if err := scan(&t.GroupID, &t.Name, &t.Houses, &t.Households, &t.Pledged, &t.Assessed, &t.Inspected, &t.Safe, &t.Conditional, &t.NotSafe, &t.Waiting,
			&p[0], &p[1], &p[2], &p[3], &p[4], &p[5]); err != nil {
			return err
		}
		groups = append(groups, t)
		whole.add(t)
		return nil
	}, `select coalesce(h.group_id, ''), coalesce(g.name, ''), count(*), coalesce(sum(h.households), 0), coalesce(sum(a.pledged), 0),
			count(*) filter (where a.state = 'sent'),
			count(*) filter (where r.class <> 'not_inspected'), count(*) filter (where r.class = 'safe'), count(*) filter (where r.class = 'conditional'),
			count(*) filter (where r.class = 'not_safe'), count(*) filter (where r.stage = 'proposed'), `+passes()+`
		from houses h
		left join areas g on g.ward_id = h.ward_id and g.id = h.group_id
		left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1
		left join assessments a on a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1
		where {scope h} and h.status = 'active' group by h.group_id, g.name, g.sort_key
		order by g.sort_key nulls last`, campaign)
	return groups, whole, err
}

// HousesChanged brings the tallies of every open campaign up to date after houses came, went or moved.
func (s *Store) HousesChanged(ctx context.Context, tx *db.Tx) error {
	var open []string
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		open = append(open, id)
		return err
	}, `select c.id from campaigns c where c.ward_id = {ward} and c.phase <> 'closed'`); err != nil {
		return err
	}
	for _, id := range open {
		if err := s.RecountAll(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
