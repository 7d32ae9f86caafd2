package inspections

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
)

// Door is one house of the beat with what is to be done there.
type Door struct {
	House
	StreetID string
	Main     int // the number on the street itself
	Alley    string
	Class    criteria.Class
	Recheck  civil.Day // last day of a house that passes on condition
	On       civil.Day // last inspected
	SelfSent bool
	Draft    string // inspection under way
	Found    int    // findings in it
	Kind     Kind   // of the draft

	fold string
}

// Side is where a house lies when one walks the street: up the odd side, back down the even side.
type Side int

// The sides in the order of the walk.
const (
	Odd Side = iota
	Even
	Unnumbered
)

// Side gives the side of the street by the number on the street itself.
func (d *Door) Side() Side {
	switch {
	case d.Main <= 0:
		return Unnumbered
	case d.Main%2 == 1:
		return Odd
	default:
		return Even
	}
}

// Walk puts the houses of one street in walking order: odd numbers up, even numbers down, each alley at its
// mouth with the houses in it in their order. The doors come sorted by sort key.
func Walk(doors []Door) {
	slices.SortStableFunc(doors, func(a, b Door) int {
		up := cmp.Compare(a.Main, b.Main)
		if a.Side() == Even {
			up = -up
		}
		return cmp.Or(cmp.Compare(a.Side(), b.Side()), up, compareBool(a.Alley != "", b.Alley != ""))
	})
}

// StreetWalk is one street with the houses that wait there.
type StreetWalk struct {
	ID, Name string
	Doors    []Door
}

// Work is what an inspector has to do.
type Work struct {
	Campaign campaigns.Campaign
	Houses   int          // of the beat, in use
	Drafts   []Door       // under way: finish these first
	Rechecks []Door       // inspected and short: the nearest last day first
	Waiting  []StreetWalk // not inspected yet, in walking order
	Left     int          // houses in Waiting
	Streets  []StreetWalk // every street with a house that waits, without doors, for the filter
}

// Query narrows the work to a street or to houses that match a text.
type Query struct {
	Street string
	Text   string
}

// Work gives what there is to do in the actor's reach in the running campaign.
func (s *Store) Work(ctx context.Context, who access.Actor, q Query) (Work, error) {
	var w Work
	err := s.db.Read(ctx, who, func(tx *db.Tx) error {
		if err := tx.Need(access.Inspect); err != nil {
			return err
		}
		var err error
		if w.Campaign, err = campaigns.CurrentOf(ctx, tx); err != nil {
			return err
		}
		doors, err := s.doors(ctx, tx, w.Campaign.ID)
		if err != nil {
			return err
		}
		w.sort(doors, q)
		return nil
	})
	return w, err
}

func (s *Store) doors(ctx context.Context, tx *db.Tx, campaign string) ([]Door, error) {
	var doors []Door
	err := tx.All(ctx, func(scan func(...any) error) error {
		var d Door
		var class, self string
		if err := scan(&d.ID, &d.Number, &d.StreetID, &d.Street, &d.Main, &d.Alley, &d.fold, &class, &d.Recheck, &d.On, &self, &d.Draft, &d.Found, &d.Kind); err != nil {
			return err
		}
		d.Class, _ = criteria.ParseClass(class)
		d.SelfSent = self == "sent"
		doors = append(doors, d)
		return nil
	}, `select h.id, h.number, h.street_id, st.name, h.main, h.alley, h.fold, coalesce(r.class, ''), coalesce(r.recheck_by, ''), coalesce(r.inspected_on, ''),
			coalesce(a.state, ''), coalesce(d.id, ''), coalesce(d.found, 0), coalesce(d.kind, '')
		from houses h
		join streets st on st.ward_id = h.ward_id and st.id = h.street_id
		left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1
		left join assessments a on a.ward_id = h.ward_id and a.house_id = h.id and a.campaign_id = $1
		left join inspections d on d.ward_id = h.ward_id and d.house_id = h.id and d.campaign_id = $1 and d.state = 'draft'
		where {scope h} and h.status = 'active' order by h.sort_key, h.id`, campaign)
	return doors, err
}

// sort puts the doors where they belong.
func (w *Work) sort(doors []Door, q Query) {
	w.Houses = len(doors)
	wanted := strings.Fields(civil.Fold(q.Text))
	for _, d := range doors {
		waits := d.Draft == "" && d.Class == criteria.NotInspected
		if waits {
			w.Streets = put(w.Streets, d, false)
		}
		if (q.Street != "" && d.StreetID != q.Street) || !matches(d.fold+" "+civil.Fold(d.Address()), wanted) {
			continue
		}
		switch {
		case d.Draft != "":
			w.Drafts = append(w.Drafts, d)
		case waits:
			w.Left++
			w.Waiting = put(w.Waiting, d, true)
		case d.Class != criteria.Safe:
			w.Rechecks = append(w.Rechecks, d)
		}
	}
	slices.SortStableFunc(w.Rechecks, func(a, b Door) int {
		return cmp.Or(compareBool(a.Recheck == "", b.Recheck == ""), cmp.Compare(a.Recheck, b.Recheck), cmp.Compare(a.On, b.On))
	})
	for i := range w.Waiting {
		Walk(w.Waiting[i].Doors)
	}
}

// put adds a door to its street. The doors come street by street.
func put(streets []StreetWalk, d Door, keep bool) []StreetWalk {
	if n := len(streets); n == 0 || streets[n-1].ID != d.StreetID {
		streets = append(streets, StreetWalk{ID: d.StreetID, Name: d.Street})
	}
	if last := &streets[len(streets)-1]; keep {
		last.Doors = append(last.Doors, d)
	}
	return streets
}

func matches(text string, wanted []string) bool {
	for _, word := range wanted {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
