package inspections_test

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
	"sonha/ward/results"
)

func TestWalkingOrder(t *testing.T) {
	t.Parallel()
	var doors []inspections.Door
	for _, x := range []struct {
		main  int
		alley string
	}{{0, ""}, {1, ""}, {2, ""}, {3, ""}, {4, ""}, {12, ""}, {12, "12"}, {13, ""}, {15, "15"}, {15, ""}} {
		doors = append(doors, inspections.Door{Main: x.main, Alley: x.alley})
	}
	inspections.Walk(doors)
	var got []string
	for _, d := range doors {
		got = append(got, strconv.Itoa(d.Main)+d.Alley)
	}
	if want := "1 3 13 15 1515 12 1212 4 2 0"; strings.Join(got, " ") != want {
		t.Errorf("walk %v, want %s", got, want)
	}
}

func TestMissingIn(t *testing.T) {
	t.Parallel()
	set := criteria.Version1()
	whole := passing(set, nil)
	base := func() *inspections.Inspection {
		return &inspections.Inspection{
			Starts: "2025-11-01", Self: set.Blank(), Earlier: set.Blank(), Found: whole,
			Visit: inspections.Visit{On: "2026-09-10", Members: "Đại úy Ba", ResidentSide: "Bà Lan"},
		}
	}
	for name, x := range map[string]struct {
		change func(*inspections.Inspection)
		want   string
	}{
		"all there":              {func(*inspections.Inspection) {}, ""},
		"no day":                 {func(i *inspections.Inspection) { i.On = "" }, "day"},
		"tomorrow":               {func(i *inspections.Inspection) { i.On = "2026-09-12" }, "day_ahead"},
		"before the campaign":    {func(i *inspections.Inspection) { i.On = "2025-10-31" }, "day_early"},
		"nobody":                 {func(i *inspections.Inspection) { i.Members = " \n;" }, "members"},
		"police alone":           {func(i *inspections.Inspection) { i.Members, i.ResidentSide = "Đại úy Ba\nThiếu úy Tư", "" }, "resident_side"},
		"one person twice":       {func(i *inspections.Inspection) { i.ResidentSide = "đại úy  Ba" }, "same_person"},
		"one twice, one besides": {func(i *inspections.Inspection) { i.ResidentSide = "Đại úy Ba; Bà Lan" }, ""},
		"nothing found":          {func(i *inspections.Inspection) { i.Found, i.Self, i.Earlier = set.Blank(), whole, whole }, "nothing"},
		"required, self only": {func(i *inspections.Inspection) {
			i.Found, i.Self = whole.With(set.Index("TC1"), criteria.Unanswered), whole
		}, "required TC1"},
		"optional, self only": {func(i *inspections.Inspection) {
			i.Found, i.Self = whole.With(set.Index("TC2"), criteria.Unanswered), whole
		}, ""},
		"optional, nobody": {func(i *inspections.Inspection) { i.Found = whole.With(set.Index("TC2"), criteria.Unanswered) }, "open TC2"},
		"found earlier":    {func(i *inspections.Inspection) { i.Found, i.Earlier = set.Blank().With(0, criteria.Pass), whole }, ""},
		"falls short":      {func(i *inspections.Inspection) { i.Found = whole.With(set.Index("TC2"), criteria.Partly) }, "measure TC2"},
		"falls short, measured": {func(i *inspections.Inspection) {
			i.Found = whole.With(set.Index("TC2"), criteria.Fail)
			item, _ := set.Item(set.Index("TC2"))
			i.Shortcomings = []inspections.Shortcoming{inspections.Prefill(item, i.On)}
		}, ""},
		"measured without due": {func(i *inspections.Inspection) {
			i.Found = whole.With(set.Index("TC2"), criteria.Fail)
			i.Shortcomings = []inspections.Shortcoming{{Item: "TC2", Measure: "Thay bóng", Owner: inspections.ByHouse}}
		}, "measure TC2"},
	} {
		i := base()
		x.change(i)
		var got []string
		for _, m := range inspections.MissingIn(set, i, "2026-09-11") {
			text := strings.TrimPrefix(m.Key, "inspections.missing.")
			if m.Item != nil {
				text += " " + m.Item.Code
			}
			got = append(got, text)
		}
		if strings.Join(got, ", ") != x.want {
			t.Errorf("%s: %v, want %q", name, got, x.want)
		}
	}
}

// TestFindingsAddUp lets head and officer do whatever they may in any order: no finding is ever lost, and the
// result always equals the rules over the self-rating and everything found.
func TestFindingsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := apptest.New(t, dbtest.Lite(t))
		ctx, house, set := t.Context(), s.House[bac], s.Set
		head, officer := s.Actor("head"), s.Actor("officer")
		self, sent, found, now := set.Blank(), false, set.Blank(), set.Blank()
		id, inspected := "", false
		value := func(at int) criteria.Value {
			item, _ := set.Item(at)
			options := []criteria.Value{criteria.Fail, criteria.Partly, criteria.Pass, criteria.Pass}
			if item.AllowsNA() {
				options = append(options, criteria.NA)
			}
			return rapid.SampledFrom(options).Draw(rt, "value")
		}
		fail := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		find := func(at int) {
			item, _ := set.Item(at)
			v := value(at)
			_, err := s.Inspections.Find(ctx, officer, id, inspections.Finding{Item: item.Code, Value: v, Short: inspections.Prefill(item, today())})
			fail(err)
			now = now.With(at, v)
		}
		actions := map[string]func(*rapid.T){
			"answer": func(*rapid.T) {
				at := rapid.IntRange(0, set.Len()-1).Draw(rt, "item")
				item, _ := set.Item(at)
				v := value(at)
				_, err := s.Assessments.Answer(ctx, head, house, item.Code, v)
				if inspected {
					if !fault.Is(err, fault.Closed) {
						rt.Fatalf("answered after the inspection: %v", err)
					}
					return
				}
				fail(err)
				self = self.With(at, v)
			},
			"send": func(*rapid.T) {
				if inspected {
					return
				}
				opened := self
				for at := range set.Len() {
					if self.At(at) == criteria.Unanswered {
						self = self.With(at, value(at))
					}
				}
				_, err := s.Assessments.AnswerAll(ctx, head, house, criteria.NotAsked, opened, self)
				fail(err)
				fail(s.Assessments.Send(ctx, head, house, criteria.NotAsked))
				sent = true
			},
			"start": func(*rapid.T) {
				got, err := s.Inspections.Start(ctx, officer, house, rapid.SampledFrom([]inspections.Kind{inspections.Planned, inspections.Sudden}).Draw(rt, "kind"))
				fail(err)
				if id != "" && got != id {
					rt.Fatal("two drafts of one house")
				}
				id = got
			},
			"find": func(*rapid.T) {
				if id != "" {
					find(rapid.IntRange(0, set.Len()-1).Draw(rt, "item"))
				}
			},
			"drop": func(*rapid.T) {
				if id != "" && rapid.IntRange(0, 3).Draw(rt, "really") == 0 {
					_, err := s.Inspections.Drop(ctx, officer, id)
					fail(err)
					id, now = "", set.Blank()
				}
			},
			"finish": func(*rapid.T) {
				if id == "" {
					return
				}
				i, err := s.Inspections.Get(ctx, officer, id)
				fail(err)
				for _, at := range i.Wanted(set) {
					if now.At(at) == criteria.Unanswered {
						now = now.With(at, value(at))
					}
				}
				if now.Unanswered() == set.Len() {
					now = now.With(0, value(0))
				}
				_, err = s.Inspections.SaveSheet(ctx, officer, id, inspections.Sheet{
					Version: i.Version, Opened: i.Found, Filled: now, Visit: inspections.Visit{On: i.On, Members: "Đại úy Ba", ResidentSide: "Bà Lan"},
				})
				fail(err)
				i, err = s.Inspections.Get(ctx, officer, id)
				fail(err)
				rule := criteria.Judge(set, i.Known(set)).Class
				_, err = s.Inspections.Finish(ctx, officer, id, inspections.Proposal{Class: rule, Version: i.Version})
				fail(err)
				found, now, id, inspected = criteria.Merge(set, found, now), set.Blank(), "", true
			},
			"": func(*rapid.T) {
				known := set.Blank()
				if sent {
					known = self
				}
				if id != "" {
					i, err := s.Inspections.Get(ctx, officer, id)
					fail(err)
					if i.Found != now || i.Earlier != found {
						rt.Fatalf("found %s, want %s; earlier %s, want %s", i.Found, now, i.Earlier, found)
					}
				}
				if !inspected {
					return
				}
				want := criteria.Judge(set, criteria.Merge(set, known, found))
				r := result(t, s)
				if r.Answers != want.Answers || r.Rule != want.Class || r.Class != want.Class || r.Points != want.Points || r.Stage != results.Proposed {
					rt.Fatalf("result %+v, want %s %s", r, want.Class, want.Answers)
				}
			},
		}
		rt.Repeat(actions)
	})
}
