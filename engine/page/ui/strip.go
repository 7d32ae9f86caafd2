package ui

import (
	"github.com/a-h/templ"

	"sonha/engine/words"
)

// Door is one house number on the strip map.
type Door struct {
	Number  string // as written: "36A", "14-16"
	Href    string
	State   State
	Dim     bool // outside the filter in force
	Current bool // the house one comes from
}

// Alley branches off the street between two doors; its own doors stand along it in walking order.
type Alley struct {
	Label string // "Ngõ 15"
	Doors []Door
}

// Spot is one place along a side of the street: a door, or the mouth of an alley.
type Spot struct {
	Door  Door
	Alley *Alley // set: the spot is an alley and Door is ignored
}

// Stave is one stretch of the street that fits a row, as music is set in staves.
type Stave struct {
	Title string // "Đoạn 1"
	Span  string // "Hàng Ngang đến Đinh Liệt · 42 số nhà"
	From  string // cross street where the stretch begins, may be empty
	To    string // cross street where it ends, may be empty
	Odd   []Spot
	Even  []Spot
}

// Doors counts the doors of the stretch, those in alleys included.
func (s *Stave) Doors() int {
	n := 0
	for _, side := range [...][]Spot{s.Odd, s.Even} {
		for i := range side {
			if side[i].Alley != nil {
				n += len(side[i].Alley.Doors)
			} else {
				n++
			}
		}
	}
	return n
}

// Strip is a street as two rows of doors: odd numbers above (on the phone left), even below (right).
type Strip struct {
	Name   string // name of the street, written on the road
	Staves []Stave
}

// DoorsPerStave is how many places one side of a stretch has on a desk screen.
const DoorsPerStave = 18

// LayStaves cuts two sides of a street into stretches of about per places a side. Both sides are cut
// in the same proportion, so that doors that face each other stay near each other. Titles are left to the caller.
func LayStaves(odd, even []Spot, per int) []Stave {
	longest := max(len(odd), len(even))
	if longest == 0 || per <= 0 {
		return nil
	}
	n := (longest + per - 1) / per
	staves := make([]Stave, n)
	for i := range staves {
		staves[i].Odd = odd[i*len(odd)/n : (i+1)*len(odd)/n]
		staves[i].Even = even[i*len(even)/n : (i+1)*len(even)/n]
	}
	return staves
}

// StripMap draws the street. Each door is a link with its number, mark and state in words; arrow keys walk along it.
func StripMap(w *words.Words, street Strip) templ.Component {
	doors := 0
	for i := range street.Staves {
		doors += street.Staves[i].Doors()
	}
	return drafted(1024+260*doors, func(d *draft) {
		text := newDoorText(w)
		d.put(`<div class="street-map" data-strip>`)
		for i := range street.Staves {
			d.stave(&street.Staves[i], street.Name, &text)
		}
		d.put(`</div>`)
	})
}

// doorText holds the words that every door repeats, looked up once.
type doorText struct {
	odd, even string
	state     [4]string
}

func newDoorText(w *words.Words) doorText {
	text := doorText{odd: w.T("ui.strip.odd"), even: w.T("ui.strip.even")}
	for _, s := range States {
		text.state[s] = StateText(w, s)
	}
	return text
}

func (d *draft) stave(s *Stave, street string, text *doorText) {
	d.put(`<section class="stave" aria-label="`)
	d.text(s.Title)
	if s.Span != "" {
		d.put(", ")
		d.text(s.Span)
	}
	d.put(`"><h2>`)
	d.text(s.Title)
	d.put(` <span>`)
	d.text(s.Span)
	d.put(`</span></h2><div class="strip">`)
	d.side("odd", text.odd, s.Odd, text)
	d.put(`<div class="road" aria-hidden="true"><span>`)
	d.text(s.From)
	d.put(`</span><b>`)
	d.text(street)
	d.put(`</b><span>`)
	d.text(s.To)
	d.put(`</span></div>`)
	d.side("even", text.even, s.Even, text)
	d.put(`</div></section>`)
}

func (d *draft) side(class, label string, spots []Spot, text *doorText) {
	d.put(`<ol class="doors `)
	d.put(class)
	d.put(`" aria-label="`)
	d.text(label)
	d.put(`">`)
	for i := range spots {
		if alley := spots[i].Alley; alley != nil {
			d.alley(alley, roomBeside(spots, i), text)
			continue
		}
		if door := &spots[i].Door; len(door.Number) > plateRoom {
			d.put(`<li class="w">`)
			d.door(door, text)
		} else {
			d.put(`<li>`)
			d.door(door, text)
		}
		d.put(`</li>`)
	}
	d.put(`</ol>`)
}

// An alley's two columns of doors reach over this many doors to each side of its mouth.
const alleyReach = 2

// roomBeside tells whether an alley's doors may spread over its neighbours without
// meeting another alley or the end of the stretch.
func roomBeside(spots []Spot, at int) bool {
	if at < alleyReach || at >= len(spots)-alleyReach {
		return false
	}
	for i := max(at-2*alleyReach, 0); i <= min(at+2*alleyReach, len(spots)-1); i++ {
		if i != at && spots[i].Alley != nil {
			return false
		}
	}
	return true
}

func (d *draft) alley(a *Alley, spread bool, text *doorText) {
	if spread {
		d.put(`<li class="alley"><span>`)
	} else {
		d.put(`<li class="alley wide"><span>`)
	}
	d.text(a.Label)
	d.put(`</span><ol aria-label="`)
	d.text(a.Label)
	d.put(`">`)
	for i := range a.Doors {
		d.put(`<li>`)
		d.door(&a.Doors[i], text)
		d.put(`</li>`)
	}
	d.put(`</ol></li>`)
}

func (d *draft) door(door *Door, text *doorText) {
	d.put(`<a class="door `)
	d.put(door.State.Class())
	if len(door.Number) > plateRoom {
		d.put(` long`)
	}
	if door.Dim {
		d.put(` dim`)
	}
	d.put(`" href="`)
	d.href(door.Href)
	if door.Current {
		d.put(`" aria-current="true`)
	}
	d.put(`"><span>`)
	d.text(door.Number)
	d.put(`</span>`)
	d.put(string(stateMark[door.State&3]))
	d.put(`<span class="sr">`)
	d.text(text.state[door.State&3])
	d.put(`</span></a>`)
}
