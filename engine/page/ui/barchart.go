package ui

import (
	"math"

	"github.com/a-h/templ"
)

// BarChart sets figures of single periods side by side, such as the quarters of some years. A bar that is not known
// is a dotted outline, so that it is not taken for nought. It is one picture to readers; a table holds the figures.
type BarChart struct {
	ID    string
	Title string
	Desc  string
	Unit  string
	Bars  []Bar
	Tick  func(float64) string
}

// Bar is one figure.
type Bar struct {
	Label string // under the bar
	Group string // under the first label of a group: the year
	Value float64
	Text  string // over the bar
	Known bool
	Break bool // what comes from here on cannot be compared with what was before
}

// Bars draws the chart. It needs a figure element with tabindex="0" around it: on the phone it scrolls.
func Bars(c BarChart) templ.Component {
	return drafted(1200+260*len(c.Bars), func(d *draft) { d.bars(&c) })
}

func (d *draft) bars(c *BarChart) {
	const floor, ceiling = 226.0, 30.0
	largest := 0.0
	for i := range c.Bars {
		if c.Bars[i].Known {
			largest = max(largest, c.Bars[i].Value)
		}
	}
	step := niceStep(largest * 1.5) // fewer lines: the drawing is low
	top := max(step*math.Ceil(largest/step), step)
	y := func(v float64) float64 { return floor - (floor-ceiling)*v/top }
	d.put(`<svg class="chart bars-chart" viewBox="0 0 960 270" role="img" aria-labelledby="`)
	d.text(c.ID)
	d.put(`-t `)
	d.text(c.ID)
	d.put(`-d"><title id="`)
	d.text(c.ID)
	d.put(`-t">`)
	d.text(c.Title)
	d.put(`</title><desc id="`)
	d.text(c.ID)
	d.put(`-d">`)
	d.text(c.Desc)
	d.put(`</desc>`)
	for v := 0.0; v <= top+step/1000; v += step {
		class := "grid"
		if v == 0 {
			class = "axis"
		}
		d.rule(class, chartLeft, y(v), chartRight, y(v))
		d.label("end", chartLeft-10, y(v)+4.5, c.Tick(v))
	}
	d.label("", chartLeft+6, 16, c.Unit)
	slot := (chartRight - chartLeft) / float64(max(len(c.Bars), 1))
	width := min(slot*.62, 56)
	for i := range c.Bars {
		d.bar(&c.Bars[i], chartLeft+slot*float64(i), slot, width, floor, y)
	}
	d.put(`</svg>`)
}

func (d *draft) bar(b *Bar, left, slot, width, floor float64, y func(float64) float64) {
	x, middle := left+(slot-width)/2, left+slot/2
	if b.Break {
		d.put(`<path class="brk" d="M`)
		d.coord(left - 2)
		d.put(` 20V236M`)
		d.coord(left + 3)
		d.put(` 20V236"/>`)
	}
	height := floor - y(b.Value)
	class := "column"
	if !b.Known {
		height, class = 26, "column unknown"
	}
	d.put(`<rect class="`)
	d.put(class)
	d.put(`" x="`)
	d.coord(x)
	d.put(`" y="`)
	d.coord(floor - height)
	d.put(`" width="`)
	d.coord(width)
	d.put(`" height="`)
	d.coord(height)
	d.put(`"/>`)
	d.label("lbl mid", middle, floor-height-7, b.Text)
	d.label("mid", middle, 244, b.Label)
	if b.Group != "" {
		d.label("lbl mid", middle, 264, b.Group)
	}
}

// Multiple is one of several small courses drawn to the same scale, such as one for each residential group.
type Multiple struct {
	Name   string
	Href   string
	Text   string // the last figure, "94,4 %"
	Note   string // under it: "187/198"
	Values []float64
	Known  []bool
}

// Multiples draws small courses side by side, all from nought to top. Name and figure stand in words; the course
// itself is hidden from readers, who have the table.
func Multiples(list []Multiple, top float64) templ.Component {
	return drafted(520*len(list)+64, func(d *draft) {
		d.put(`<ul class="multiples">`)
		for i := range list {
			d.multiple(&list[i], top)
		}
		d.put(`</ul>`)
	})
}

func (d *draft) multiple(m *Multiple, top float64) {
	const left, right, floor, ceiling = 3.0, 137.0, 42.0, 4.0
	d.put(`<li><span class="name">`)
	if m.Href != "" {
		d.put(`<a href="`)
		d.href(m.Href)
		d.put(`">`)
	}
	d.text(m.Name)
	if m.Href != "" {
		d.put(`</a>`)
	}
	d.put(`</span><b>`)
	d.text(m.Text)
	d.put(`</b><svg viewBox="0 0 140 48" aria-hidden="true"><line x1="3" x2="137" y1="42.5" y2="42.5"/>`)
	step := 0.0
	if len(m.Values) > 1 {
		step = (right - left) / float64(len(m.Values)-1)
	}
	pen, open, last := false, false, -1
	for i, v := range m.Values {
		if !m.Known[i] {
			pen = false
			continue
		}
		if !open {
			d.put(`<path d="`)
			open = true
		}
		if pen {
			d.put(` L`)
		} else {
			d.put(` M`)
		}
		d.coord(left + step*float64(i))
		d.put(` `)
		d.coord(floor - (floor-ceiling)*min(max(v, 0), top)/max(top, 1))
		pen, last = true, i
	}
	if open {
		d.put(`"/><circle cx="`)
		d.coord(left + step*float64(last))
		d.put(`" cy="`)
		d.coord(floor - (floor-ceiling)*min(max(m.Values[last], 0), top)/max(top, 1))
		d.put(`" r="3.5"/>`)
	}
	d.put(`</svg><span class="note">`)
	d.text(m.Note)
	d.put(`</span></li>`)
}
