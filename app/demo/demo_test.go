package demo_test

import (
	"testing"

	"sonha/app/demo"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ward/criteria"
	"sonha/ward/results"
)

func TestTheDemoWardAddsUpFromItsRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		set := criteria.Version1()
		wards, err := demo.Build(t.Context(), d, set, 400, nil)
		if err != nil {
			t.Fatal(err)
		}
		who := access.System(wards[0].ID, "test")
		var campaign string
		judged := map[criteria.Class]int{}
		if err := d.Read(t.Context(), who, func(tx *db.Tx) error {
			if err := tx.One(t.Context(), `select c.id from campaigns c where c.ward_id = {ward} and c.year = $1`, demo.Year).Scan(&campaign); err != nil {
				return err
			}
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var answers, rule string
				if err := scan(&answers, &rule); err != nil {
					return err
				}
				v := criteria.Judge(set, criteria.Answers(answers))
				if v.Class.String() != rule {
					t.Errorf("answers %s: stored rule %s, judged %s", answers, rule, v.Class)
				}
				judged[v.Class]++
				return nil
			}, `select r.answers, r.rule_class from results r where {scope r.house} and r.campaign_id = $1 and r.stage in ('proposed', 'approved')`, campaign)
		}); err != nil {
			t.Fatal(err)
		}
		_, whole, _, err := results.NewStore(d, criteria.NewSets()).Tallies(t.Context(), who, campaign)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v", whole)
		if whole.Houses != 400 || whole.Inspected != judged[criteria.Safe]+judged[criteria.Conditional]+judged[criteria.NotSafe] {
			t.Errorf("tally %+v, judged %v", whole, judged)
		}
		if whole.Safe < whole.Inspected*8/10 || whole.Safe == whole.Inspected || whole.Conditional == 0 || whole.NotSafe == 0 || whole.NotInspected() == 0 || whole.Waiting == 0 {
			t.Errorf("the demo shows too little: %+v", whole)
		}
	})
}

func TestTheSameDemoTwice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes a ward twice")
	}
	set := criteria.Version1()
	sum := func() (text string) {
		d := dbtest.Lite(t)
		wards, err := demo.Build(t.Context(), d, set, 120, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), access.System(wards[0].ID, "test"), func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var id, number, head, answers string
				if err := scan(&id, &number, &head, &answers); err != nil {
					return err
				}
				text += id + number + head + answers + "\n"
				return nil
			}, `select h.id, h.number, h.head_name, coalesce(max(r.answers), '') from houses h left join results r on r.ward_id = h.ward_id and r.house_id = h.id
				where {scope h} group by h.id, h.number, h.head_name, h.sort_key order by h.sort_key, h.id`)
		})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if a, b := sum(), sum(); a != b || a == "" {
		t.Error("two demos of one size differ")
	}
}

// TestHistoriesOfTheDemoReadInTheOrderOfTime holds that the history of each house, which is read by the ids of its lines, goes on in time and
// not past the moment at which the demo opens.
func TestHistoriesOfTheDemoReadInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, demo.Moment(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		wards, err := demo.Build(t.Context(), d, criteria.Version1(), 400, nil)
		if err != nil {
			t.Fatal(err)
		}
		kinds, wrong := map[string]bool{}, map[string]int{}
		if err := d.Read(t.Context(), access.System(wards[0].ID, "test"), func(tx *db.Tx) error {
			var before struct {
				house, action string
				at            int64
			}
			return tx.All(t.Context(), func(scan func(...any) error) error {
				now := before
				if err := scan(&now.house, &now.at, &now.action); err != nil {
					return err
				}
				kinds[now.action] = true
				if now.house == before.house && now.at < before.at {
					wrong[now.action+" after "+before.action]++
				}
				if now.at > demo.Moment().UnixMilli() {
					wrong[now.action+" is still to come"]++
				}
				before = now
				return nil
			}, `select a.house_id, a.at, a.action from audit a where {scope a.house} and a.house_id <> '' order by a.house_id, a.id`)
		}); err != nil {
			t.Fatal(err)
		}
		if len(wrong) > 0 || len(kinds) < 10 {
			t.Errorf("of %d kinds of lines: %v", len(kinds), wrong)
		}
	})
}

// A shortcoming and its measure are due on one day, also where that day would have been a Sunday.
func TestTheSheetsOfTheDemoNameTheDaysOfTheirMeasures(t *testing.T) {
	t.Parallel()
	dbtest.EachAt(t, demo.Moment(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		wards, err := demo.Build(t.Context(), d, criteria.Version1(), 400, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all, differ int
		if err := d.Read(t.Context(), access.System(wards[0].ID, "test"), func(tx *db.Tx) error {
			return tx.One(t.Context(), `select count(*), coalesce(sum(case when m.due_on <> x.due_on then 1 else 0 end), 0) from shortcomings x
				join (select m.ward_id, m.source_id, min(m.due_on) as due_on from measures m where {scope m.house} and m.source = 'inspection' group by m.ward_id, m.source_id) m
					on m.ward_id = x.ward_id and m.source_id = x.id where {scope x.house}`).Scan(&all, &differ)
		}); err != nil {
			t.Fatal(err)
		}
		if all == 0 || differ > 0 {
			t.Errorf("%d of %d shortcomings are due on another day than their measures", differ, all)
		}
	})
}

func TestTheVisitsOfTheDemoHonourItsPlan(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes a ward of 800 houses")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wards, err := demo.Build(t.Context(), d, criteria.Version1(), 800, nil)
		if err != nil {
			t.Fatal(err)
		}
		sampled, across, been := 0, 0, 0
		if err := d.Read(t.Context(), access.System(wards[0].ID, "test"), func(tx *db.Tx) error {
			return tx.All(t.Context(), func(scan func(...any) error) error {
				var week int
				var crossed bool
				var home, sent, came, by, where string
				var drawn, at int64
				if err := scan(&week, &crossed, &home, &sent, &drawn, &came, &at, &by, &where); err != nil {
					return err
				}
				sampled++
				if crossed {
					across++
				}
				if week < 1 || sent == "" || crossed == (home == sent) {
					t.Errorf("a house of %s, across %t, is planned for %q in week %d", home, crossed, sent, week)
				}
				if came == "" {
					return nil
				}
				if crossed {
					been++
				}
				if (by != where) != crossed {
					t.Errorf("a house of %s is kept as inspected from %q in %q", home, by, where)
				}
				if came != "CSKV k"+sent[1:] || at <= drawn {
					t.Errorf("a house of %s that %s inspects was inspected by %s", home, sent, came)
				}
				return nil
			}, `select v.week, v.crossed, o.name, coalesce(b.name, ''), p.drawn_at, coalesce(i.finished_by, ''), coalesce(i.finished_at, 0),
					coalesce(i.by_beat, ''), coalesce(i.home_beat, '')
				from plan_visits v
				join plans p on p.ward_id = v.ward_id and p.id = v.plan_id
				join beats o on o.ward_id = v.ward_id and o.id = v.home_beat
				left join beats b on b.ward_id = v.ward_id and b.id = v.by_beat
				left join inspections i on i.ward_id = v.ward_id and i.campaign_id = p.campaign_id and i.house_id = v.house_id and i.state = 'finished'
				where v.ward_id = {ward} and v.sampled`)
		}); err != nil {
			t.Fatal(err)
		}
		if sampled == 0 || 10*across < 3*sampled || 2*been < across {
			t.Errorf("of %d drawn houses %d are for other beats, %d of which were inspected", sampled, across, been)
		}
	})
}
