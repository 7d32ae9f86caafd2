package inspections_test

import (
	"testing"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/measures"
)

// TestNothingIsMendedWithoutAKey lets officers inspect at the door, begin drafts in between, and lets house and officer work on the measures,
// in any order: a shortcoming is mended only where the last measure for it is verified, one that is open has a measure that is not, and
// one that took another's place left a measure that did not help.
func TestNothingIsMendedWithoutAKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := apptest.New(t, dbtest.Lite(t))
		ctx, house, set := t.Context(), s.House[bac], s.Set
		head, officer := s.Actor("head"), s.Actor("officer")
		last := criteria.Answers("")
		rt.Repeat(map[string]func(*rapid.T){
			"inspect": func(rt *rapid.T) {
				c, err := s.Inspections.Comes(ctx, officer, house)
				if err != nil {
					rt.Fatal(err)
				}
				f := inspections.Field{
					Base: c.Base, Opened: c.Findings(set), Found: set.Blank(),
					Visit: inspections.Visit{On: c.On, Members: "Đại úy Ba", ResidentSide: "Bà Lan"},
				}
				for _, at := range c.Wanted(set) {
					f.Found = f.Found.With(at, rapid.SampledFrom([]criteria.Value{criteria.Pass, criteria.Pass, criteria.Pass, criteria.Partly, criteria.Fail}).Draw(rt, "value"))
				}
				if len(c.Wanted(set)) == 0 { // all passes: something is broken again
					f.Found = f.Found.With(rapid.IntRange(0, set.Len()-1).Draw(rt, "item"), criteria.Fail)
				}
				if _, _, err := s.Inspections.Take(ctx, officer, house, f); err != nil {
					rt.Fatal(err)
				}
				last = f.Found
			},
			"draft": func(rt *rapid.T) {
				if _, err := s.Inspections.Start(ctx, officer, house, inspections.Planned); err != nil {
					rt.Fatal(err)
				}
			},
			"work": func(rt *rapid.T) {
				list := measuresOf(rt, s)
				if len(list) == 0 {
					return
				}
				m := rapid.SampledFrom(list).Draw(rt, "measure")
				w := measures.Work{
					Act:  rapid.SampledFrom([]measures.Act{measures.Report, measures.Verify, measures.Return, measures.Fail}).Draw(rt, "act"),
					Note: "Đã xem", Next: measures.New{Content: "Làm lại", Owner: measures.ByHouse, Due: m.Due.AddDays(9)},
				}
				who := head
				if rapid.Bool().Draw(rt, "officer") {
					who = officer
				}
				_, _ = s.Measures.Do(ctx, who, m.ID, w) // what may not be is refused
			},
			"": func(rt *rapid.T) {
				if last == "" {
					return
				}
				held(rt, s)
			},
		})
	})
}

// measuresOf lists the measures that came of inspections, with their state.
func measuresOf(rt *rapid.T, s *apptest.Site) []measures.Measure {
	var list []measures.Measure
	if err := s.DB.Read(rt.Context(), s.System(), func(tx *db.Tx) error {
		list = nil
		return tx.All(rt.Context(), func(scan func(...any) error) error {
			var m measures.Measure
			err := scan(&m.ID, &m.From.ID, &m.State, &m.Due)
			list = append(list, m)
			return err
		}, `select m.id, m.source_id, m.state, coalesce(m.due_on, '') from measures m where m.ward_id = {ward} and m.source = 'inspection' and m.house_id = $1 order by m.id`, s.House[bac])
	}); err != nil {
		rt.Fatal(err)
	}
	return list
}

func held(rt *rapid.T, s *apptest.Site) {
	latest := map[string]measures.State{}
	for _, m := range measuresOf(rt, s) {
		latest[m.From.ID] = m.State
	}
	if err := s.DB.Read(rt.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(rt.Context(), func(scan func(...any) error) error {
			var id, item, state string
			if err := scan(&id, &item, &state); err != nil {
				return err
			}
			m, known := latest[id]
			switch {
			case !known:
				rt.Fatalf("%s: nobody mends it", item)
			case state == inspections.Mended && m != measures.Verified:
				rt.Fatalf("%s is mended, its measure is %s", item, m)
			case state == inspections.Open && m.Over():
				rt.Fatalf("%s is open, its measure is %s", item, m)
			case state == inspections.Replaced && m != measures.Ineffective:
				rt.Fatalf("%s was found again, its measure is %s", item, m)
			}
			return nil
		}, `select x.id, x.item, x.state from shortcomings x join inspections i on i.ward_id = x.ward_id and i.id = x.inspection_id
			where {scope x.house} and x.house_id = $1 and x.state <> 'dropped' and i.state = 'finished'`, s.House[bac])
	}); err != nil {
		rt.Fatal(err)
	}
}
