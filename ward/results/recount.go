package results

import (
	"context"
	"maps"
	"slices"

	"sonha/engine/db"
)

// counting adds up groups in memory. The rows are read by plain ranges and lists of keys instead of one joined
// statement: right after an import PostgreSQL has no statistics and would compare every house with every result.
type counting struct {
	campaign string
	houses   map[string]*Tally // by house: the group that it counts in
	groups   map[string]*Tally
}

// recount brings groups of a campaign up to date from their rows; all groups of the ward when nil.
func (s *Store) recount(ctx context.Context, tx *db.Tx, campaign string, groups []string) error {
	c, err := count(ctx, tx, campaign, groups)
	if err != nil {
		return err
	}
	return c.write(ctx, tx)
}

// count adds up groups of a campaign from their rows; all groups of the ward when nil.
func count(ctx context.Context, tx *db.Tx, campaign string, groups []string) (*counting, error) {
	c := &counting{campaign: campaign, houses: map[string]*Tally{}, groups: map[string]*Tally{}}
	for _, id := range groups {
		c.groups[id] = &Tally{GroupID: id}
	}
	if err := c.readHouses(ctx, tx, groups); err != nil {
		return nil, err
	}
	if err := c.readResults(ctx, tx); err != nil {
		return nil, err
	}
	return c, c.readAssessments(ctx, tx)
}

func (c *counting) readHouses(ctx context.Context, tx *db.Tx, groups []string) error {
	where, args := "", []any(nil)
	if groups != nil {
		where, args = db.Among("h.group_id", 1, groups)
		if slices.Contains(groups, "") {
			where = "(h.group_id is null or " + where + ")"
		}
		where = " and " + where
	}
	return tx.All(ctx, func(scan func(...any) error) error {
		var house, group, status string
		var households int
		if err := scan(&house, &group, &status, &households); err != nil {
			return err
		}
		t := c.groups[group]
		if t == nil {
			t = &Tally{GroupID: group}
			c.groups[group] = t
		}
		if status == "active" {
			c.houses[house] = t
			t.Houses++
			t.Households += households
		}
		return nil
	}, `select h.id, coalesce(h.group_id, ''), h.status, h.households from houses h where h.ward_id = {ward}`+where, args...)
}

func (c *counting) readResults(ctx context.Context, tx *db.Tx) error {
	return c.each(ctx, tx, `select r.house_id, r.class, r.stage, r.contents from results r where r.ward_id = {ward} and r.campaign_id = $1`, "r.house_id",
		func(scan func(...any) error) error {
			var house, class, stage, contents string
			if err := scan(&house, &class, &stage, &contents); err != nil {
				return err
			}
			if t := c.houses[house]; t != nil {
				t.count(class, Stage(stage), contents)
			}
			return nil
		})
}

// count adds one result.
func (t *Tally) count(class string, stage Stage, contents string) {
	if stage == Proposed {
		t.Waiting++
	}
	switch class {
	case "safe":
		t.Safe++
	case "conditional":
		t.Conditional++
	case "not_safe":
		t.NotSafe++
	default:
		return
	}
	t.Inspected++
	for i := range t.Passed {
		if i < len(contents) && contents[i] == 'p' {
			t.Passed[i]++
		}
	}
}

func (c *counting) readAssessments(ctx context.Context, tx *db.Tx) error {
	return c.each(ctx, tx, `select a.house_id, a.state, a.pledged from assessments a where a.ward_id = {ward} and a.campaign_id = $1`, "a.house_id",
		func(scan func(...any) error) error {
			var house, state string
			var pledged int
			if err := scan(&house, &state, &pledged); err != nil {
				return err
			}
			t := c.houses[house]
			if t == nil {
				return nil
			}
			t.Pledged += pledged
			if state == "sent" {
				t.Assessed++
			}
			return nil
		})
}

// How many houses are asked for by their keys before the whole campaign is read, and in what steps the list of
// keys grows, so that there are few different statements.
const (
	byKeyMost = 500
	byKeyStep = 50
)

// each reads the rows of the houses that are counted.
func (c *counting) each(ctx context.Context, tx *db.Tx, query, column string, row func(scan func(...any) error) error) error {
	if len(c.houses) == 0 {
		return nil
	}
	if len(c.houses) > byKeyMost {
		return tx.All(ctx, row, query, c.campaign)
	}
	ids := slices.Sorted(maps.Keys(c.houses))
	for len(ids)%byKeyStep != 0 {
		ids = append(ids, ids[0])
	}
	where, args := db.Among(column, 2, ids)
	return tx.All(ctx, row, query+" and "+where, append([]any{c.campaign}, args...)...)
}

// write puts the sums of the groups in place.
func (c *counting) write(ctx context.Context, tx *db.Tx) error {
	for _, id := range slices.Sorted(maps.Keys(c.groups)) {
		t := c.groups[id]
		if _, err := tx.Exec(ctx, `insert into tallies (ward_id, campaign_id, group_id, houses, households, pledged, assessed, inspected, safe, conditional, not_safe, waiting,
				pass_vh, pass_tc, pass_tn, pass_nk, pass_gd, pass_hg, updated_at)
			values ({ward}, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
			on conflict (ward_id, campaign_id, group_id) do update set houses = excluded.houses, households = excluded.households, pledged = excluded.pledged,
				assessed = excluded.assessed, inspected = excluded.inspected, safe = excluded.safe, conditional = excluded.conditional, not_safe = excluded.not_safe,
				waiting = excluded.waiting, pass_vh = excluded.pass_vh, pass_tc = excluded.pass_tc, pass_tn = excluded.pass_tn, pass_nk = excluded.pass_nk,
				pass_gd = excluded.pass_gd, pass_hg = excluded.pass_hg, updated_at = excluded.updated_at`,
			c.campaign, t.GroupID, t.Houses, t.Households, t.Pledged, t.Assessed, t.Inspected, t.Safe, t.Conditional, t.NotSafe, t.Waiting,
			t.Passed[0], t.Passed[1], t.Passed[2], t.Passed[3], t.Passed[4], t.Passed[5], tx.Millis()); err != nil {
			return err
		}
	}
	return nil
}
