package ui

import (
	"github.com/a-h/templ"
)

// CellValue is what an item of the criteria earned.
type CellValue uint8

// The four values of an item; the zero value is an item not yet answered, drawn as an empty cell.
const (
	CellOpen          CellValue = iota // not answered yet
	CellZero                           // 0 points
	CellHalf                           // 1 point of 2
	CellFull                           // 2 points of 2
	CellNotApplicable                  // left out of the count
)

// Cell is one item of the criteria in a bar that can be counted.
type Cell struct {
	Value    CellValue
	Required bool   // shown with ★
	Code     string // item code, "TC2"
	Title    string // item in words; the tooltip is "TC2. Title"
}

var cellOpen = [...]string{`<i class="open"`, `<i class="zero"`, `<i class="half"`, `<i`, `<i class="na"`}

// Cells draws one cell for each item, in order. label says the whole bar for those who do not see it:
// "7 trên 14 điểm, cần 10".
func Cells(cells []Cell, label string) templ.Component {
	return drafted(120+40*len(cells), func(d *draft) { d.cells(cells, label) })
}

func (d *draft) cells(cells []Cell, label string) {
	d.put(`<div class="cells" role="img" aria-label="`)
	d.text(label)
	d.put(`">`)
	for i := range cells {
		c := &cells[i]
		value := c.Value
		if int(value) >= len(cellOpen) {
			value = CellOpen
		}
		d.put(cellOpen[value])
		if c.Code != "" {
			d.put(` title="`)
			d.text(c.Code)
			if c.Title != "" {
				d.put(". ")
				d.text(c.Title)
			}
			d.put(`"`)
		}
		if c.Required {
			d.put(`>★</i>`)
		} else {
			d.put(`></i>`)
		}
	}
	d.put(`</div>`)
}

// Dots draws the six contents' states as six small marks in the order VH, TC, TN, NK, GD, HG.
// label says them: "Cả sáu nội dung đạt" or "Chưa đạt: TC".
func Dots(states [6]State, label string) templ.Component {
	return drafted(600, func(d *draft) { d.dots(&states, label) })
}

func (d *draft) dots(states *[6]State, label string) {
	d.put(`<span class="dots" role="img" aria-label="`)
	d.text(label)
	d.put(`">`)
	for _, s := range states {
		d.put(string(stateMark[s&3]))
	}
	d.put(`</span>`)
}

// Plate draws the enamel door plate with the number as written ("36A", "12/5/7").
// It is hidden from readers, since the address stands beside it. size is PlateNormal, PlateTiny or PlateBig.
func Plate(number string, size PlateSize) templ.Component {
	return drafted(80, func(d *draft) { d.plate(number, size) })
}

// PlateSize is how large a door plate is drawn.
type PlateSize uint8

// Sizes of the door plate.
const (
	PlateNormal PlateSize = iota
	PlateTiny             // the product's emblem in the rail
	PlateBig              // at the head of a house page
)

var plateOpen = [...]string{
	`<span class="plate" aria-hidden="true">`,
	`<span class="plate tiny" aria-hidden="true">`,
	`<span class="plate big" aria-hidden="true">`,
	`<span class="plate long" aria-hidden="true">`,
	`<span class="plate big long" aria-hidden="true">`,
}

// A number longer than this ("12/5/7", "36-38") is set smaller so that it stays on its plate.
const plateRoom = 4

func (d *draft) plate(number string, size PlateSize) {
	open := plateOpen[min(int(size), int(PlateBig))]
	if len(number) > plateRoom && size != PlateTiny {
		open = plateOpen[3+int(size)/int(PlateBig)]
	}
	d.put(open)
	d.text(number)
	d.put(`</span>`)
}
