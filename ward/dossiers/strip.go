package dossiers

import (
	"strings"

	"sonha/engine/page/ui"
	"sonha/ward/criteria"
)

// lay puts the doors of a street on its two sides, odd and even, with the alleys at their place; loose are
// those whose number says no place. Doors come in walking order.
func lay(doors []Door, class, current string) (odd, even []ui.Spot, loose []ui.Door) {
	for i := range doors {
		d := &doors[i]
		door := ui.Door{Number: d.Number, Href: "/houses/" + d.ID, State: state(d.Class), Dim: class != "" && d.Class.String() != class, Current: d.ID == current}
		side := &even
		switch {
		case d.Main <= 0:
			loose = append(loose, door)
			continue
		case d.Main%2 == 1:
			side = &odd
		}
		mouth, _, _ := strings.Cut(d.Alley, "/")
		if mouth == "" {
			*side = append(*side, ui.Spot{Door: door})
			continue
		}
		label := mouth
		if last := len(*side) - 1; last >= 0 && (*side)[last].Alley != nil && (*side)[last].Alley.Label == label {
			(*side)[last].Alley.Doors = append((*side)[last].Alley.Doors, door)
			continue
		}
		*side = append(*side, ui.Spot{Alley: &ui.Alley{Label: label, Doors: []ui.Door{door}}})
	}
	return odd, even, loose
}

// staves cuts the street into stretches and names them by the numbers at their ends.
func staves(w wordsOf, odd, even []ui.Spot) []ui.Stave {
	for _, side := range [][]ui.Spot{odd, even} {
		for i := range side {
			if a := side[i].Alley; a != nil {
				a.Label = w.F("dossiers.alley", "Number", a.Label)
			}
		}
	}
	list := ui.LayStaves(odd, even, ui.DoorsPerStave)
	for i := range list {
		s := &list[i]
		s.Title = w.F("dossiers.stretch", "N", i+1)
		s.From, s.To = ends(s.Odd, s.Even)
		n := s.Doors()
		if s.From == s.To {
			s.Span = w.N("dossiers.houses", n)
			s.To = ""
			continue
		}
		s.Span = w.F("dossiers.span", "From", s.From, "To", s.To) + " · " + w.N("dossiers.houses", n)
	}
	return list
}

type wordsOf interface {
	T(key string) string
	F(key string, pairs ...any) string
	N(key string, n int, pairs ...any) string
	Lang() string
}

// ends are the lowest and the highest number of a stretch, of either side.
func ends(sides ...[]ui.Spot) (first, last string) {
	low, high := 0, 0
	for _, side := range sides {
		for i := range side {
			text := numberOf(side[i])
			n := leading(text)
			if first == "" || n < low {
				first, low = text, n
			}
			if n >= high {
				last, high = text, n
			}
		}
	}
	return first, last
}

// leading is the number with which a house number begins.
func leading(text string) (n int) {
	for _, c := range text {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + int(c-'0')
	}
	return n
}

func numberOf(s ui.Spot) string {
	if s.Alley != nil {
		return s.Alley.Doors[0].Number
	}
	return s.Door.Number
}

// state is a class as pages show it; the two lists have one order, which TestStates holds.
func state(c criteria.Class) ui.State { return ui.State(c) }
