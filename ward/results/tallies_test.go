package results_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

// TestTheSumsAreAlwaysThoseOfTheRows draws any course of a campaign (assessments, inspections, approvals alone and
// in bulk, inspections over again) and counts the rows by hand after each step.
func TestTheSumsAreAlwaysThoseOfTheRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		houses := slices.Sorted(maps.Keys(s.House))
		classes := []criteria.Class{criteria.Safe, criteria.Conditional, criteria.NotSafe}
		rapid.Check(t, func(rt *rapid.T) {
			ctx, command := t.Context(), s.Actor("command")
			house := func() string { return rapid.SampledFrom(houses).Draw(rt, "house") }
			class := func() criteria.Class { return rapid.SampledFrom(classes).Draw(rt, "class") }
			quiet := func(err error) {
				if err != nil && fault.KindOf(err) == fault.Internal {
					rt.Fatal(err)
				}
			}
			rt.Repeat(map[string]func(*rapid.T){
				"assess": func(*rapid.T) {
					at, answers := s.House[house()], sheetOf(s.Set, class())
					quiet(d.Write(ctx, s.System(), func(tx *db.Tx) error {
						if err := s.Results.Assessed(ctx, tx, s.Campaign.ID, at, answers); err != nil {
							return err
						}
						return tx.Audit(ctx, db.Entry{Action: "test.assess", Object: "result", House: at})
					}))
				},
				"inspect": func(*rapid.T) {
					comment := rapid.Bool().Draw(rt, "comment")
					propose(t, s, s.Actor("officer"), house(), class(), func(o *results.Outcome) { o.HeadComment = comment })
				},
				"decide": func(*rapid.T) {
					at := house()
					quiet(s.Results.Decide(ctx, command, s.Campaign.ID, s.House[at], results.Decision{Class: class(), Reason: "Đã xem lại.", Version: resultOf(t, s, at).Version}))
				},
				"approve shown": func(*rapid.T) {
					at := house()
					_, err := s.Results.ApproveShown(ctx, command, s.Campaign.ID, []results.Pick{{House: s.House[at], Version: resultOf(t, s, at).Version}})
					quiet(err)
				},
				"approve all": func(*rapid.T) {
					w, err := s.Results.Waiting(ctx, command, "", "")
					quiet(err)
					_, err = s.Results.ApproveByRule(ctx, command, s.Campaign.ID, w.Seen, w.ByRule)
					quiet(err)
				},
				"": func(*rapid.T) {
					groups, whole, _, err := s.Results.Tallies(ctx, command, s.Campaign.ID)
					if err != nil {
						rt.Fatal(err)
					}
					want, sum := counted(rt, s)
					for i := range groups {
						groups[i].Name = ""
					}
					if diff := cmp.Diff(want, groups); diff != "" {
						rt.Fatalf("kept sums differ from the rows: %s", diff)
					}
					if diff := cmp.Diff(sum, whole); diff != "" {
						rt.Fatalf("the whole differs: %s", diff)
					}
				},
			})
		})
	})
}

// counted adds the rows up in Go, one by one.
func counted(t *rapid.T, s *apptest.Site) (groups []results.Tally, whole results.Tally) {
	by := map[string]*results.Tally{}
	err := s.DB.Read(s.T.Context(), s.System(), func(tx *db.Tx) error {
		return tx.All(s.T.Context(), func(scan func(...any) error) error {
			var group, stage, class, contents string
			var households int
			if err := scan(&group, &households, &stage, &class, &contents); err != nil {
				return err
			}
			if by[group] == nil {
				by[group] = &results.Tally{GroupID: group}
			}
			for _, x := range []*results.Tally{by[group], &whole} {
				x.Houses++
				x.Households += households
				switch class {
				case "safe":
					x.Safe++
				case "conditional":
					x.Conditional++
				case "not_safe":
					x.NotSafe++
				}
				if stage == "proposed" {
					x.Waiting++
				}
				if class == "not_inspected" {
					continue
				}
				x.Inspected++
				for i := range contents {
					if contents[i] == 'p' {
						x.Passed[i]++
					}
				}
			}
			return nil
		}, `select coalesce(h.group_id, ''), h.households, coalesce(r.stage, ''), coalesce(r.class, 'not_inspected'), coalesce(r.contents, '')
			from houses h left join results r on r.ward_id = h.ward_id and r.house_id = h.id and r.campaign_id = $1 where {scope h}`, s.Campaign.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Tổ dân phố 1", "Tổ dân phố 2"} {
		groups = append(groups, *by[s.Group[name]])
	}
	return groups, whole
}
