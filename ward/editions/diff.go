package editions

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sonha/ward/criteria"
)

// Difference is an item, a content or the rules of the whole set (Code is empty) that two versions say differently.
type Difference struct {
	Code    string
	Label   string
	Changes []Change
}

// Change is one field that differs. Field is the last part of a key under editions.field.
type Change struct {
	Field    string
	English  bool
	Old, New string
}

// pieces are the marked words of a text, and the whole of a mark or a number: half of "không bắt buộc" says nothing.
func (c *Change) pieces() []Piece {
	switch c.Field {
	case "item_added", "item_retired", "why_retired", "required", "sources", "effort", "percent", "percent_of", "days":
		var list []Piece
		if c.Old != "" {
			list = append(list, Piece{c.Old, Gone})
		}
		if c.New != "" {
			list = append(list, Piece{c.New, Added})
		}
		return list
	}
	return Pieces(c.Old, c.New)
}

// Differences lists what two versions say differently, the rules first, then item by item in the order of the set.
func Differences(old, now *criteria.Set, lang string) []Difference {
	var list []Difference
	add := func(d Difference) {
		if len(d.Changes) > 0 {
			list = append(list, d)
		}
	}
	add(Difference{Changes: changes([]Change{
		number("percent", old.PassPercent, now.PassPercent), number("days", old.MendDays, now.MendDays),
	})})
	for group, contents := range [][]criteria.Content{now.Contents, now.Modules} {
		before := [][]criteria.Content{old.Contents, old.Modules}[group]
		for i := range contents {
			c := &contents[i]
			was := &before[i] // all versions have the same contents in the same order (criteria.Set.Fits)
			if was.PassPercent != c.PassPercent {
				add(Difference{Code: c.Code, Label: c.Short.In(lang), Changes: changes([]Change{number("percent_of", old.Percent(was), now.Percent(c))})})
			}
			for _, x := range paired(was, c) {
				switch {
				case x.was == nil:
					add(Difference{Code: x.is.Code, Label: x.is.Label.In(lang), Changes: changes([]Change{
						{Field: "item_added", New: x.is.Text.In(lang)}, {Field: "required", New: required(x.is, lang)},
						{Field: "household", New: x.is.Household.In(lang)},
					})})
				case x.is == nil:
					list = append(list, leaves(now, x.was, lang))
				default:
					add(Difference{Code: x.is.Code, Label: x.is.Label.In(lang), Changes: itemChanges(x.was, x.is, lang)})
				}
			}
		}
	}
	return list
}

// leaves is what a version loses with an item, and why.
func leaves(now *criteria.Set, was *criteria.Item, lang string) Difference {
	all := []Change{{Field: "item_retired", Old: was.Text.In(lang)}, {Field: "household", Old: was.Household.In(lang)}, {Field: "why_retired", New: why(now, was.Code)}}
	if was.Required {
		all = slices.Insert(all, 1, Change{Field: "required", Old: required(was, lang)})
	}
	return Difference{Code: was.Code, Label: was.Label.In(lang), Changes: changes(all)}
}

// pair is an item in two versions; was is nil for one that came, is for one that was retired.
type pair struct{ was, is *criteria.Item }

// paired lays the items of a content in two versions beside one another, by their codes and in the order of these.
func paired(old, now *criteria.Content) []pair {
	var list []pair
	for i := range now.Items {
		x := pair{is: &now.Items[i]}
		for j := range old.Items {
			if old.Items[j].Code == x.is.Code {
				x.was = &old.Items[j]
			}
		}
		list = append(list, x)
	}
	for j := range old.Items {
		if !slices.ContainsFunc(now.Items, func(i criteria.Item) bool { return i.Code == old.Items[j].Code }) {
			list = append(list, pair{was: &old.Items[j]})
		}
	}
	slices.SortFunc(list, func(a, b pair) int { return byNumber(*cmp.Or(a.is, a.was), *cmp.Or(b.is, b.was)) })
	return list
}

// why is the reason for which a version retires an item.
func why(set *criteria.Set, code string) string {
	for _, x := range set.Retired {
		if x.Code == code {
			return x.Reason
		}
	}
	return ""
}

func itemChanges(old, now *criteria.Item, lang string) []Change {
	var list []Change
	for _, w := range wordings() {
		was, is := w.of(old), w.of(now)
		list = append(list, Change{Field: w.name, Old: was.VI, New: is.VI}, Change{Field: w.name, English: true, Old: was.EN, New: is.EN})
	}
	list = append(list,
		Change{Field: "chips", Old: chips(old, "vi"), New: chips(now, "vi")}, Change{Field: "chips", English: true, Old: chips(old, "en"), New: chips(now, "en")},
		Change{Field: "required", Old: required(old, lang), New: required(now, lang)},
		Change{Field: "sources", Old: sources(old, lang), New: sources(now, lang)},
		number("effort", old.Effort, now.Effort))
	return changes(list)
}

// changes keeps those that change something.
func changes(all []Change) []Change {
	var list []Change
	for _, c := range all {
		if c.Old != c.New {
			list = append(list, c)
		}
	}
	return list
}

func number(field string, old, now int) Change {
	return Change{Field: field, Old: strconv.Itoa(old), New: strconv.Itoa(now)}
}

func required(i *criteria.Item, lang string) string {
	if i.Required {
		return criteria.Text{VI: "Bắt buộc ★", EN: "Required ★"}.In(lang)
	}
	return criteria.Text{VI: "Không bắt buộc", EN: "Not required"}.In(lang)
}

func sources(i *criteria.Item, lang string) string {
	var list []string
	for _, s := range i.Sources {
		list = append(list, s.Name().In(lang))
	}
	return strings.Join(list, ", ")
}

func chips(i *criteria.Item, lang string) string {
	var list []string
	for _, c := range i.Chips {
		list = append(list, c.In(lang))
	}
	return strings.Join(list, " · ")
}

// Mark says what became of a few words.
type Mark int

// The marks.
const (
	Kept  Mark = iota
	Gone       // of the old text
	Added      // of the new one
)

// Piece is a run of words that were kept, are gone or came along.
type Piece struct {
	Text string
	Mark Mark
}

// Pieces lays two texts over one another, word by word: what both have in the same order is kept.
func Pieces(old, now string) []Piece {
	a, b := strings.Fields(old), strings.Fields(now)
	// common[i][j] is how many words a[i:] and b[j:] have in common.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i, x := range slices.Backward(a) {
		for j, y := range slices.Backward(b) {
			if x == y {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var list []Piece
	add := func(word string, m Mark) {
		if n := len(list); n > 0 && list[n-1].Mark == m {
			list[n-1].Text += " " + word
			return
		}
		list = append(list, Piece{word, m})
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(a[i], Kept)
			i++
			j++
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			add(a[i], Gone)
			i++
		default:
			add(b[j], Added)
			j++
		}
	}
	return list
}
