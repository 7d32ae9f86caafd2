package criteria_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sonha/ward/criteria"
)

// copied gives a set that may be changed, under another number.
func copied(tb rapid.TB, set *criteria.Set, version int) *criteria.Set {
	tb.Helper()
	data, err := set.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	out := new(criteria.Set)
	if err := json.Unmarshal(data, out); err != nil {
		tb.Fatal(err)
	}
	out.Version = version
	return out
}

// grown adds an item behind the others of a content: that of the first place under the next free code, about which households are not asked.
func grown(set *criteria.Set, content int, earlier ...*criteria.Set) string {
	c := &set.Contents[content]
	item := c.Items[0]
	item.Code, item.Household = set.NextCode(c.Code, earlier...), criteria.Text{}
	c.Items = append(c.Items, item)
	return item.Code
}

// TestWhatMayFollow: which versions can follow the ones before, and which cannot, each with its reason.
func TestWhatMayFollow(t *testing.T) {
	first := criteria.Version1()
	second := copied(t, first, 2)
	if code := grown(second, 5, first); code != "HG8" {
		t.Fatalf("the new item of HG is %s", code)
	}
	drop := func(set *criteria.Set, code string) {
		for i := range set.Contents {
			set.Contents[i].Items = slices.DeleteFunc(set.Contents[i].Items, func(x criteria.Item) bool { return x.Code == code })
		}
	}
	quiet := func(set *criteria.Set, content int) (codes []string) {
		for _, x := range set.Contents[content].Items {
			if !x.Asked() {
				codes = append(codes, x.Code)
			}
		}
		return codes
	}
	asked := criteria.Text{VI: "Nhà mình có biết không?", EN: "Do you know?"}
	for name, c := range map[string]struct {
		change func(*criteria.Set)
		want   criteria.ProblemKind
	}{
		"as it was":                 {func(*criteria.Set) {}, ""},
		"a new item":                {func(s *criteria.Set) { grown(s, 0, first, second) }, ""},
		"a retired item":            {func(s *criteria.Set) { drop(s, quiet(s, 0)[0]) }, ""},
		"the new one retired again": {func(s *criteria.Set) { drop(s, "HG8") }, ""},
		"a code used again": {func(s *criteria.Set) {
			drop(s, "HG8")
			s.Contents[5].Items = append(s.Contents[5].Items, first.Contents[5].Items[6])
		}, criteria.TakenCode},
		"a free number below":        {func(s *criteria.Set) { drop(s, "HG7"); grown(s, 5, first, second); s.Contents[5].Items[7].Code = "HG7" }, criteria.TakenCode},
		"two items swapped":          {func(s *criteria.Set) { x := s.Contents[0].Items; x[0], x[1] = x[1], x[0] }, criteria.TakenCode},
		"an item of another content": {func(s *criteria.Set) { s.Contents[0].Items[6].Code = "TC9" }, criteria.TakenCode},
		"three items":                {func(s *criteria.Set) { s.Contents[0].Items = s.Contents[0].Items[:3] }, criteria.TooFewItems},
		"thirteen items": {func(s *criteria.Set) {
			for range 6 {
				grown(s, 0, first, second)
			}
		}, criteria.TooManyItems},
		"sixty-one items": {func(s *criteria.Set) {
			for i := range 18 {
				grown(s, i%6, first, second)
			}
		}, criteria.TooManyItems},
		"a content less":                 {func(s *criteria.Set) { s.Contents = s.Contents[:5] }, criteria.OtherContents},
		"a module changed":               {func(s *criteria.Set) { s.Modules[0].Items = s.Modules[0].Items[1:] }, criteria.OtherContents},
		"households asked eleven":        {func(s *criteria.Set) { drop(s, s.Code(s.HouseholdItems()[0])) }, criteria.AskedCount},
		"asked about no more":            {func(s *criteria.Set) { i, _ := s.Item(s.HouseholdItems()[0]); i.Household = criteria.Text{} }, criteria.AskedOther},
		"asked about an old item":        {func(s *criteria.Set) { i, _ := s.Item(s.Index(quiet(s, 0)[0])); i.Household = asked }, criteria.AskedOther},
		"a new item that households get": {func(s *criteria.Set) { grown(s, 0, first, second); s.Contents[0].Items[7].Household = asked }, ""},
		"sixteen questions": {func(s *criteria.Set) {
			for i := range 4 {
				grown(s, i, first, second)
				s.Contents[i].Items[len(s.Contents[i].Items)-1].Household = asked
			}
		}, criteria.AskedCount},
		"a content without a question": {func(s *criteria.Set) {
			for _, at := range []int{0, 0} {
				drop(s, s.Code(s.HouseholdItems()[at]))
			}
			for i := range 2 {
				grown(s, 1+i, first, second)
				s.Contents[1+i].Items[len(s.Contents[1+i].Items)-1].Household = asked
			}
		}, criteria.NobodyAsked},
	} {
		third := copied(t, second, 3)
		c.change(third)
		got := third.Misfits(first, second)
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.ContainsFunc(got, func(p criteria.Problem) bool { return p.Reason == c.want }) {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
	// The very same item comes back under its code.
	without := copied(t, second, 3)
	drop(without, "HG7")
	again := copied(t, without, 4)
	again.Contents[5].Items = slices.Insert(again.Contents[5].Items, 6, first.Contents[5].Items[6])
	if err := again.Fits(first, second, without); err != nil {
		t.Error(err)
	}
}

// TestJudgingByCodeIsJudgingByPosition: whatever items a version has, its verdict on answers is the one that its items give when each answer
// is looked up by its code, and of an item that both versions have the answer says the same in both.
func TestJudgingByCodeIsJudgingByPosition(t *testing.T) {
	first := criteria.Version1()
	before := first.Hash()
	rapid.Check(t, func(rt *rapid.T) {
		set := copied(rt, first, 2)
		for i := range set.Contents {
			c := &set.Contents[i]
			left := len(c.Items)
			c.Items = slices.DeleteFunc(c.Items, func(x criteria.Item) bool {
				if left == criteria.LeastItems || x.Asked() || rapid.IntRange(0, 3).Draw(rt, "retire") > 0 {
					return false
				}
				left--
				return true
			})
			for range rapid.IntRange(0, 2).Draw(rt, "new") {
				grown(set, i, first)
			}
		}
		if err := set.Fits(first); err != nil {
			rt.Fatal(err)
		}
		said := map[string]criteria.Value{}
		answers := set.Blank()
		for at, code := range set.Codes() {
			values := []criteria.Value{criteria.Fail, criteria.Partly, criteria.Pass, criteria.Pass, criteria.Pass}
			if item, _ := set.Item(at); item.AllowsNA() {
				values = append(values, criteria.NA)
			}
			said[code] = rapid.SampledFrom(values).Draw(rt, code)
			answers = answers.With(at, said[code])
		}
		v := criteria.Judge(set, answers)
		failed, starred := 0, false
		for i := range set.Contents {
			points, most, passed := 0, 0, true
			for _, item := range set.Contents[i].Items {
				x := said[item.Code]
				if x == criteria.NA {
					continue
				}
				points, most = points+int(x), most+2
				if item.Required && x != criteria.Pass {
					passed, starred = false, true
				}
			}
			if passed = passed && 10*points >= 7*most; !passed {
				failed++
			}
			if v.Contents[i].Passed != passed || v.Contents[i].Points != points || v.Contents[i].Max != most {
				rt.Fatalf("%s: %+v by position; by code %d of %d, %v", set.Contents[i].Code, v.Contents[i], points, most, passed)
			}
			for _, at := range v.Contents[i].Below {
				if x := said[set.Code(at)]; x != criteria.Fail && x != criteria.Partly {
					rt.Fatalf("%s is said to fall short and is %v", set.Code(at), x)
				}
			}
		}
		want := criteria.NotSafe
		if failed == 0 {
			want = criteria.Safe
		} else if failed == 1 && !starred {
			want = criteria.Conditional
		}
		if v.Class != want {
			rt.Fatalf("%v by position, %v by code", v.Class, want)
		}
		for _, step := range criteria.MakePlan(set, answers).Steps {
			if set.Code(step.Index) != step.Item.Code {
				rt.Fatalf("the plan mends %s at the place of %s", step.Item.Code, set.Code(step.Index))
			}
		}
	})
	if first.Hash() != before || strings.Contains(mustEncode(t, first), "retired") {
		t.Error("the first version changed")
	}
}

func mustEncode(t *testing.T, set *criteria.Set) string {
	t.Helper()
	data, err := set.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
