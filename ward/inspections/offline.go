package inspections

import (
	"context"
	"slices"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/measures"
)

// mostAhead is how many doors of the round are fetched ahead when one asks for the whole of it.
const mostAhead = 60

// The small pictures of what failed, fetched ahead with the doors that are looked at again: the newest of a house, and of all houses
// together. A small picture is some 20 kB, so that all of them are a few seconds of 3G.
const (
	mostOfHouse  = 8
	mostPictures = 120
)

// Offline lists the pages that an inspector needs without a network: the round, and every item of the sheets that are
// under way; when all is asked for, the page for the door of each house that waits too, with the photos of what failed at those that
// are looked at again.
func Offline(s *Store) func(context.Context, access.Actor, bool) ([]string, error) {
	return func(ctx context.Context, who access.Actor, all bool) ([]string, error) {
		if !who.May(access.Inspect) {
			return nil, nil
		}
		work, err := s.Work(ctx, who, Query{})
		if err != nil {
			return nil, err
		}
		codes, err := s.codes(ctx, who, work.Campaign.ID)
		if err != nil {
			return nil, err
		}
		list := []string{"/inspections"}
		for _, d := range work.Drafts {
			list = append(list, home(d.Draft))
			for _, code := range codes {
				list = append(list, home(d.Draft)+"/items/"+code)
			}
			list = append(list, home(d.Draft)+"/finish", "/houses/"+d.ID)
		}
		if !all {
			return list, nil
		}
		ahead := work.Rechecks
		for _, street := range work.Waiting {
			ahead = append(ahead, street.Doors...)
		}
		for _, d := range ahead[:min(len(ahead), mostAhead)] {
			list = append(list, visitHome(d.ID))
		}
		photos, err := s.failing(ctx, who, slices.Concat(work.Drafts, work.Rechecks[:min(len(work.Rechecks), mostAhead)]))
		return append(list, photos...), err
	}
}

// codes are those of the items that a campaign asks about.
func (s *Store) codes(ctx context.Context, who access.Actor, campaign string) ([]string, error) {
	var list []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		set, err := s.sets.OfCampaign(ctx, tx, campaign)
		if err == nil {
			list = set.Codes()
		}
		return err
	})
	return list, err
}

// failing gives the addresses of the small pictures of what failed at houses that are looked at again: as it looked then, and as the
// house showed that it was mended.
func (s *Store) failing(ctx context.Context, who access.Actor, doors []Door) ([]string, error) {
	var list []string
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		list = nil
		for _, d := range doors {
			one, err := failingAt(ctx, tx, d.ID)
			if err != nil {
				return err
			}
			list = append(list, one[:min(len(one), mostOfHouse)]...)
			if len(list) >= mostPictures {
				list = list[:mostPictures]
				return nil
			}
		}
		return nil
	})
	return list, err
}

// failingAt gives those of one house, the newest first.
func failingAt(ctx context.Context, tx *db.Tx, house string) ([]string, error) {
	open, err := OpenShortcomings(ctx, tx, house)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	var list, ids, items []string
	for i := range open {
		ids, items = append(ids, open[i].ID), append(items, open[i].Item)
	}
	which, args := db.Among("p.item", 2, items)
	if err := tx.All(ctx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		list = append(list, "/photos/"+id+"/thumb")
		return err
	}, `select p.id from photos p join inspections i on i.ward_id = p.ward_id and i.id = p.inspection_id
		where {scope p.house} and p.house_id = $1 and i.state = 'finished' and `+which+` order by p.id desc`, append([]any{house}, args...)...); err != nil {
		return nil, err
	}
	done, err := measures.LatestTx(ctx, tx, measures.FromInspection, ids)
	if err != nil {
		return nil, err
	}
	ids = ids[:0]
	for _, m := range done {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	photos, err := measures.PhotosTx(ctx, tx, ids)
	for _, id := range ids {
		for _, p := range photos[id] {
			list = append(list, "/measure-photos/"+p.ID+"/thumb")
		}
	}
	return list, err
}
