package inspections

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sonha/ward/criteria"
)

// TestNothingOfTwoIsLost meets an inspection at the door with whatever somebody else has noted meanwhile: each finding of either is in what
// comes of it, or stands in a line to choose from; and so do texts and people.
func TestNothingOfTwoIsLost(t *testing.T) {
	t.Parallel()
	set := criteria.Version1()
	s := NewStore(nil, criteria.NewSets(), nil)
	answers := func(rt *rapid.T, name string) criteria.Answers {
		a := set.Blank()
		for at := range set.Len() {
			a = a.With(at, rapid.SampledFrom([]criteria.Value{criteria.Unanswered, criteria.Pass, criteria.Partly, criteria.Fail}).Draw(rt, name))
		}
		return a
	}
	text := rapid.SampledFrom([]string{"", "Ngõ tối", "Cổng hỏng khóa", "Đủ đèn"})
	people := rapid.SampledFrom([]string{"", "Đại úy Ba", "Bà Lan", "Đại úy Ba\nBà Lan"})
	rapid.Check(t, func(rt *rapid.T) {
		earlier := answers(rt, "earlier")
		now := Coming{Inspection: Inspection{Set: set, ID: rapid.SampledFrom([]string{"", "1"}).Draw(rt, "draft"), Earlier: earlier, Found: set.Blank()}}
		if now.ID == "" { // theirs is finished: it is among what was found before
			now.Earlier = criteria.Merge(set, earlier, answers(rt, "theirs"))
		} else {
			now.Found = answers(rt, "theirs")
			now.Visit = Visit{Members: people.Draw(rt, "their members"), Remarks: text.Draw(rt, "their remarks")}
		}
		f := Field{Opened: earlier, Found: answers(rt, "mine"), Visit: Visit{Members: people.Draw(rt, "members"), Remarks: text.Draw(rt, "remarks")}}
		mine, theirs := f, now.Findings(set)
		lines := s.meet(&now, &f)
		asked := func(field string) bool {
			return slices.ContainsFunc(lines, func(l Apart) bool { return l.Field == field })
		}

		merged := criteria.Merge(set, theirs, f.Found)
		for at := range set.Len() {
			item, _ := set.Item(at)
			m, o := mine.Found.At(at), theirs.At(at)
			if m != criteria.Unanswered && merged.At(at) != m {
				rt.Fatalf("%s: mine is lost", item.Code)
			}
			if news := o != criteria.Unanswered && o != earlier.At(at); news && merged.At(at) != o && !asked("f."+item.Code) {
				rt.Fatalf("%s: theirs is lost", item.Code)
			}
			if asked("f."+item.Code) && (m == o || m == criteria.Unanswered) {
				rt.Fatalf("%s: asked for nothing", item.Code)
			}
		}
		if now.ID == "" {
			return
		}
		for x := range strings.SplitSeq(mine.Visit.Members+"\n"+now.Members, "\n") {
			if x != "" && !slices.Contains(strings.Split(f.Visit.Members, "\n"), x) {
				rt.Fatalf("%q is lost", x)
			}
		}
		for _, x := range []string{mine.Visit.Remarks, now.Remarks} {
			if x != "" && f.Visit.Remarks != x && !asked("remarks") {
				rt.Fatalf("%q is lost", x)
			}
		}
	})
}
