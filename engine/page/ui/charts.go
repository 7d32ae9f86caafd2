package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// LowShare is the share, in percent, under which a bar is drawn in brick: a group that needs help.
const LowShare = 70

// MiniBar draws a share (0–100) as a thin bar; under LowShare it turns brick when warn is set.
// The figure must stand beside it: the bar is hidden from readers.
func MiniBar(percent float64, warn bool) templ.Component {
	return drafted(220, func(d *draft) { d.miniBar(percent, warn) })
}

func (d *draft) miniBar(percent float64, warn bool) {
	percent = min(max(percent, 0), 100)
	d.put(`<svg class="minibar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="fill`)
	if warn && percent < LowShare {
		d.put(` low`)
	}
	d.put(`" width="`)
	d.coord(percent)
	d.put(`" height="10"/></svg>`)
}

// StackedBar draws how many houses stand in each state, in the order of States, as one bar whose parts
// differ in pattern as well as colour. Show StateKey beside it: the bar is hidden from readers.
func StackedBar(count func(State) int) templ.Component {
	return drafted(1400, func(d *draft) {
		total, shown := 0, 0
		for _, s := range States {
			if n := count(s); n > 0 {
				total, shown = total+n, shown+1
			}
		}
		d.put(`<svg class="bar" viewBox="0 0 1000 32" preserveAspectRatio="none" aria-hidden="true">`)
		d.put(barPatterns)
		const gap = 2.0
		room := 1000 - gap*float64(max(shown-1, 0))
		x := 0.0
		for _, s := range States {
			n := count(s)
			if n <= 0 {
				continue
			}
			width := room * float64(n) / float64(total)
			d.put(`<rect class="b-`)
			d.put(s.Class())
			d.put(`" x="`)
			d.coord(x)
			d.put(`" width="`)
			d.coord(width)
			d.put(`" height="32"/>`)
			x += width + gap
		}
		if total == 0 {
			d.put(`<rect class="b-out" x="1" y="1" width="998" height="30"/>`)
		}
		d.put(`</svg>`)
	})
}

const barPatterns = `<defs><pattern id="p-cond" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="p-bg-cond" width="8" height="8"/><path class="p-cond" d="M0 0V8" stroke-width="7"/></pattern><pattern id="p-bad" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="p-bg-bad" width="6" height="6"/><path class="p-bad" d="M0 3H6" stroke-width="1.6"/></pattern><pattern id="p-none" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="p-bg-none" width="7" height="7"/><circle class="p-none" cx="3.5" cy="3.5" r="1.1"/></pattern></defs>`

// Spark draws the course of a figure over some weeks as a small line; the last point is marked.
// top is the value at the upper edge (0 takes the largest value). It is hidden from readers.
func Spark(values []float64, top float64) templ.Component {
	return drafted(160+14*len(values), func(d *draft) { d.spark(values, top) })
}

func (d *draft) spark(values []float64, top float64) {
	const left, right, floor, ceiling = 2.0, 66.0, 22.0, 4.0
	for _, v := range values {
		top = max(top, v)
	}
	if top <= 0 {
		top = 1
	}
	at := func(i int) (x, y float64) {
		step := 0.0
		if len(values) > 1 {
			step = (right - left) / float64(len(values)-1)
		}
		return left + step*float64(i), floor - (floor-ceiling)*max(values[i], 0)/top
	}
	d.put(`<svg class="spark" viewBox="0 0 72 26" aria-hidden="true">`)
	if len(values) > 0 {
		d.put(`<path d="`)
		for i := range values {
			x, y := at(i)
			if i == 0 {
				d.put("M")
			} else {
				d.put(" L")
			}
			d.coord(x)
			d.put(" ")
			d.coord(y)
		}
		x, y := at(len(values) - 1)
		d.put(`"/><circle cx="`)
		d.coord(x)
		d.put(`" cy="`)
		d.coord(y)
		d.put(`" r="3"/>`)
	}
	d.put(`</svg>`)
}

// ContentCodes are the six contents in their fixed order.
var ContentCodes = [6]string{"VH", "TC", "TN", "NK", "GD", "HG"}

// SixBars draws the share (0–100) of houses that pass each of the six contents, under LowShare in brick.
// A negative share means nothing is known and draws no bar. Readers hear "VH 95 %, TC 80 %, …".
func SixBars(percent [6]float64) templ.Component {
	return drafted(900, func(d *draft) { d.sixBars(&percent) })
}

func (d *draft) sixBars(percent *[6]float64) {
	d.put(`<svg class="sixbars" viewBox="0 0 132 26" role="img" aria-label="`)
	for i, p := range percent {
		if i > 0 {
			d.put(", ")
		}
		d.put(ContentCodes[i])
		if p < 0 {
			d.put(" –")
			continue
		}
		d.put(" ")
		*d = strconv.AppendFloat(*d, p, 'f', 0, 64)
		d.put("\u00a0%")
	}
	d.put(`">`)
	for i, p := range percent {
		if p < 0 {
			continue
		}
		height := 22 * min(p, 100) / 100
		d.put(`<rect x="`)
		d.integer(3 + 22*i)
		d.put(`" y="`)
		d.coord(24 - height)
		d.put(`" width="16" height="`)
		d.coord(height)
		if p < LowShare {
			d.put(`" class="low`)
		}
		d.put(`"/>`)
	}
	d.put(`<line x1="0" y1="24.5" x2="132" y2="24.5"/></svg>`)
}

// SixBarsHead is the column head above SixBars: the six codes at the bars' places.
func SixBarsHead() templ.Component { return sixBarsHead }

var sixBarsHead templ.Component = markup(`<svg class="sixbars" viewBox="0 0 132 16" role="img" aria-label="VH, TC, TN, NK, GD, HG"><text x="11" y="12">VH</text><text x="33" y="12">TC</text><text x="55" y="12">TN</text><text x="77" y="12">NK</text><text x="99" y="12">GD</text><text x="121" y="12">HG</text></svg>`)
