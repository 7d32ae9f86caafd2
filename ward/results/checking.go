package results

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
)

// Drift is a sum that is not what its rows add up to.
type Drift struct {
	Campaign string `json:"campaign"`
	Year     int    `json:"year"`
	GroupID  string `json:"group"` // empty: houses without a group
	Name     string `json:"name"`
	Stored   Tally  `json:"stored"`
	Counted  Tally  `json:"counted"`
}

// Drifts counts the tallies of every campaign that is not closed anew from their rows and gives those that differ from
// what is stored. The sums of a closed campaign are those of its snapshot and are not counted again.
func (s *Store) Drifts(ctx context.Context, who access.Actor) (drifts []Drift, checked int, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		drifts, checked = nil, 0
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		open, err := campaignsOpen(ctx, tx)
		if err != nil {
			return err
		}
		for _, campaign := range slices.Sorted(maps.Keys(open)) {
			c, err := count(ctx, tx, campaign, nil)
			if err != nil {
				return err
			}
			stored, _, err := TalliesTx(ctx, tx, campaign)
			if err != nil {
				return err
			}
			checked += max(len(stored), len(c.groups))
			drifts = append(drifts, compare(campaign, open[campaign], stored, c.groups)...)
		}
		return nil
	})
	return drifts, checked, err
}

// compare pairs stored sums with counted ones. A group without houses and without a stored row is no drift.
func compare(campaign string, year int, stored []Tally, counted map[string]*Tally) []Drift {
	var drifts []Drift
	seen := map[string]bool{}
	for _, t := range stored {
		seen[t.GroupID] = true
		now := Tally{GroupID: t.GroupID}
		if c := counted[t.GroupID]; c != nil {
			now = *c
		}
		now.Name = t.Name
		if now != t {
			drifts = append(drifts, Drift{Campaign: campaign, Year: year, GroupID: t.GroupID, Name: t.Name, Stored: t, Counted: now})
		}
	}
	for id, c := range counted {
		if empty := (Tally{GroupID: id}); !seen[id] && *c != empty {
			drifts = append(drifts, Drift{Campaign: campaign, Year: year, GroupID: id, Stored: empty, Counted: *c})
		}
	}
	slices.SortFunc(drifts, func(a, b Drift) int { return cmp.Compare(a.GroupID, b.GroupID) })
	return drifts
}

// campaignsOpen gives the years of the campaigns that are not closed, by id.
func campaignsOpen(ctx context.Context, tx *db.Tx) (map[string]int, error) {
	open := map[string]int{}
	err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		var year int
		err := scan(&id, &year)
		open[id] = year
		return err
	}, `select c.id, c.year from campaigns c where c.ward_id = {ward} and c.phase <> 'closed'`)
	return open, err
}

// Mend counts the tallies of every campaign that is not closed anew.
func (s *Store) Mend(ctx context.Context, who access.Actor) error {
	return s.db.Write(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		if err := s.HousesChanged(ctx, tx); err != nil {
			return err
		}
		return tx.Audit(ctx, db.Entry{Action: "results.mend", Object: "tally"})
	})
}

// Altered gives the years whose snapshot is no longer what was closed: its text does not have the digest that was
// stored with it. checked is the number of snapshots.
func (s *Store) Altered(ctx context.Context, who access.Actor) (years []int, checked int, err error) {
	err = s.db.Read(ctx, who, func(tx *db.Tx) error {
		years, checked = nil, 0
		if err := tx.Need(access.RunCampaign); err != nil {
			return err
		}
		return tx.All(ctx, func(scan func(...any) error) error {
			var year int
			var body []byte
			var digest string
			if err := scan(&year, &body, &digest); err != nil {
				return err
			}
			checked++
			if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != digest {
				years = append(years, year)
			}
			return nil
		}, `select c.year, s.body, s.sha256 from snapshots s join campaigns c on c.ward_id = s.ward_id and c.id = s.campaign_id
			where s.ward_id = {ward} order by c.year, s.id`)
	})
	return years, checked, err
}
