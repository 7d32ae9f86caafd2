package criteria

import (
	"slices"
	"strconv"
)

// What a version may hold. A content keeps LeastItems: of three, one that is wholly missing leaves 4 of 6 points, which is under 70 %, so
// that every item would be as good as required and the star would say nothing. More than MostItems double the work of a plan with each;
// and nobody goes through more than mostOfAll at a door.
const (
	LeastItems = 4
	MostItems  = maxItems
	mostOfAll  = 60
)

// How many questions households are asked in all (domain.md §9.8).
const (
	leastAsked = 12
	mostAsked  = 15
)

// Retired is an item of the version before that a version does not ask any more, and why.
type Retired struct {
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Fits refuses a version that cannot follow the earlier ones: the first problem of [Set.Misfits].
func (s *Set) Fits(earlier ...*Set) error {
	if list := s.Misfits(earlier...); len(list) > 0 {
		return list[0]
	}
	return nil
}

// Misfits lists what keeps a version from following all that were published before it, of which the first has the contents that never
// change. Answers are letters by position in their own version; between versions an item is known by its code alone. So a code never
// gets another meaning: a new item has a number beyond all that its content ever had, also those of retired items, and only the same item
// comes back under its code. Whether households are asked about an item stays with it. The order within a content is that of the numbers.
func (s *Set) Misfits(earlier ...*Set) []Problem {
	first := earlier[0]
	if !s.sameContents(first) {
		return []Problem{{"", OtherContents, ""}}
	}
	var list []Problem
	add := func(where string, reason ProblemKind, detail string) {
		list = append(list, Problem{where, reason, detail})
	}
	known, highest := history(earlier)
	for i := range s.Contents {
		s.Contents[i].misfits(&first.Contents[i], known, highest[s.Contents[i].Code], add)
	}
	if n := s.Len(); n > mostOfAll {
		add("", TooManyItems, strconv.Itoa(n))
	}
	if n := len(s.HouseholdItems()); n < leastAsked || n > mostAsked {
		add("", AskedCount, strconv.Itoa(n))
	}
	return list
}

func (c *Content) misfits(first *Content, known map[string]bool, highest int, add func(string, ProblemKind, string)) {
	if len(c.Items) < LeastItems {
		add(c.Code, TooFewItems, strconv.Itoa(len(c.Items)))
	}
	if len(c.Items) > MostItems {
		add(c.Code, TooManyItems, strconv.Itoa(len(c.Items)))
	}
	if first.asked() > 0 && c.asked() == 0 {
		add(c.Code, NobodyAsked, "")
	}
	last := 0
	for i := range c.Items {
		item := &c.Items[i]
		content, number := SplitCode(item.Code)
		asked, old := known[item.Code]
		switch {
		case content != c.Code || number <= last || !old && number <= highest:
			add(item.Code, TakenCode, item.Code)
		case old && asked != item.Asked():
			add(item.Code, AskedOther, item.Code)
		}
		last = max(last, number)
	}
}

// history gives whether households are asked about the items that the versions ever had, by code, and the highest number of each content.
func history(earlier []*Set) (asked map[string]bool, highest map[string]int) {
	asked, highest = map[string]bool{}, map[string]int{}
	for _, set := range earlier {
		for i := range set.Contents {
			c := &set.Contents[i]
			for j := range c.Items {
				_, number := SplitCode(c.Items[j].Code)
				asked[c.Items[j].Code] = c.Items[j].Asked()
				highest[c.Code] = max(highest[c.Code], number)
			}
		}
	}
	return asked, highest
}

// sameContents reports whether two versions have the same contents, the same modules and the same items of the modules.
func (s *Set) sameContents(o *Set) bool {
	return slices.Equal(s.ContentCodes(), o.ContentCodes()) &&
		slices.EqualFunc(s.Modules, o.Modules, func(a, b Content) bool {
			return a.Code == b.Code && slices.EqualFunc(a.Items, b.Items, func(x, y Item) bool { return x.Code == y.Code })
		})
}

// readable reports whether the letters of answers to a set can be told apart by the codes: what is kept is looked at by this once more,
// whatever its hash says.
func (s *Set) readable(first *Set) bool {
	if !s.sameContents(first) {
		return false
	}
	for i := range s.Contents {
		last := 0
		for j := range s.Contents[i].Items {
			content, number := SplitCode(s.Contents[i].Items[j].Code)
			if content != s.Contents[i].Code || number <= last {
				return false
			}
			last = number
		}
	}
	return true
}

// Asked reports whether households are asked about the item.
func (i *Item) Asked() bool { return i.Household.VI != "" }

func (c *Content) asked() int {
	n := 0
	for i := range c.Items {
		if c.Items[i].Asked() {
			n++
		}
	}
	return n
}

// NextCode is the code of a new item of a content: the next number that neither the set nor one of the earlier versions ever had there.
func (s *Set) NextCode(content string, earlier ...*Set) string {
	_, highest := history(append([]*Set{s}, earlier...))
	return content + strconv.Itoa(highest[content]+1)
}
