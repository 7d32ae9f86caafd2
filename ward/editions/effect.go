package editions

import (
	"slices"

	"sonha/ward/criteria"
)

// few is the number of houses below which the figures of a group are not shown.
const few = 5

// Classes are counts by class, in the order of [criteria.Class].
type Classes [4]int

// Judged is how many houses have a class that says something.
func (c Classes) Judged() int {
	return c[criteria.Safe] + c[criteria.Conditional] + c[criteria.NotSafe]
}

// Effect is what a version would have made of the answers of an earlier campaign: by the rules alone, before and after. What people
// decided otherwise stays decided; this changes no result.
type Effect struct {
	Year      int // of the campaign; 0 when the ward has none with findings
	Was       int // its version
	Inspected int // houses that were inspected in it
	// Whole are those of them with an answer to every item: the denominator of everything below.
	Whole int
	// Moved counts the houses of Whole by their class under the version of the campaign and under the new one. NotInspected as the new
	// class means that the new version asks what was not answered then.
	Moved  [4]Classes
	Groups []GroupEffect
	// New are the codes of items that the campaign did not have: they are left out.
	New []string
	// Gone are the codes of items that the campaign had and the version asks no more: it judges without them.
	Gone []string
	// Opened counts, by code, the houses that had said "does not apply" to an item that applies to every house now.
	Opened []OpenedItem
}

// GroupEffect is the effect on the houses of one residential group.
type GroupEffect struct {
	Name          string
	Whole         int
	Before, After Classes
}

// Told reports that enough houses stand behind the figures of the group.
func (g *GroupEffect) Told() bool { return g.Whole >= few }

// OpenedItem is an item whose answers say nothing under the new version.
type OpenedItem struct {
	Code   string
	Houses int
}

// Before and After are the classes under the old and the new version.
func (e *Effect) Before() Classes {
	var c Classes
	for was := range e.Moved {
		for _, n := range e.Moved[was] {
			c[was] += n
		}
	}
	return c
}

// After counts the classes under the new version.
func (e *Effect) After() Classes {
	var c Classes
	for was := range e.Moved {
		for is, n := range e.Moved[was] {
			c[is] += n
		}
	}
	return c
}

// Otherwise is how many houses would have had another class.
func (e *Effect) Otherwise() int {
	n := 0
	for was := range e.Moved {
		for is, k := range e.Moved[was] {
			if was != is {
				n += k
			}
		}
	}
	return n
}

// tried judges answers by another version than the one they were given to. Items are found by their code; those that the old version
// did not have are left out.
type tried struct {
	old    *criteria.Set
	now    *criteria.Set // without the new items
	at     []int         // where the answer to each item of now lies in the answers to old
	effect *Effect
	groups map[string]int
}

func newTried(old, now *criteria.Set, e *Effect) (*tried, error) {
	kept, err := clone(now)
	if err != nil {
		return nil, err
	}
	t := &tried{old: old, now: kept, effect: e, groups: map[string]int{}}
	for c := range kept.Contents {
		kept.Contents[c].Items = slices.DeleteFunc(kept.Contents[c].Items, func(i criteria.Item) bool {
			at := old.Index(i.Code)
			if at < 0 {
				e.New = append(e.New, i.Code)
				return true
			}
			t.at = append(t.at, at)
			return false
		})
	}
	for _, code := range old.Codes() {
		if now.Index(code) < 0 {
			e.Gone = append(e.Gone, code)
		}
	}
	return t, nil
}

// count takes a number of houses of a group with the same answers.
func (t *tried) count(group string, answers criteria.Answers, houses int) {
	t.effect.Inspected += houses
	if len(answers) != t.old.Len() {
		return // the years before Sonha have a class and no answers
	}
	was := criteria.Judge(t.old, answers).Class
	if was == criteria.NotInspected {
		return
	}
	carried := t.now.Blank()
	for i, at := range t.at {
		v := answers.At(at)
		if item, _ := t.now.Item(i); v == criteria.NA && !item.AllowsNA() {
			t.opened(item.Code, houses)
		}
		carried = carried.With(i, v)
	}
	is := criteria.Judge(t.now, carried).Class
	t.effect.Whole += houses
	t.effect.Moved[was][is] += houses
	at, known := t.groups[group]
	if !known {
		at = len(t.effect.Groups)
		t.groups[group] = at
		t.effect.Groups = append(t.effect.Groups, GroupEffect{Name: group})
	}
	g := &t.effect.Groups[at]
	g.Whole += houses
	g.Before[was] += houses
	g.After[is] += houses
}

func (t *tried) opened(code string, houses int) {
	at := slices.IndexFunc(t.effect.Opened, func(o OpenedItem) bool { return o.Code == code })
	if at < 0 {
		at = len(t.effect.Opened)
		t.effect.Opened = append(t.effect.Opened, OpenedItem{Code: code})
	}
	t.effect.Opened[at].Houses += houses
}
