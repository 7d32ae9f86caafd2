package ui

import (
	"math"
	"strconv"

	"github.com/a-h/templ"
)

// LineChart is the course of a figure over years: one line a series, the base it is measured by, and breaks where
// what comes after cannot be compared with what was before. A break is drawn as one: two strokes, and no line across.
// The table beside it holds the same figures; the chart itself is one picture to readers, with Title and Desc.
type LineChart struct {
	ID    string // unique on the page
	Title string
	Desc  string
	Unit  string // over the vertical axis: "vụ mỗi năm"
	// Points in the order of time. Points of one series stand together.
	Points []ChartPoint
	// Tick writes a value of the vertical axis.
	Tick func(float64) string
	// Top is the value at the upper edge, for shares; 0 finds a round one over the largest value.
	Top float64
	// Base is the figure that the first series is measured by.
	Base      float64
	BaseLabel string // "Năm gốc 1997: 412 vụ"; empty for no base
	MeanLabel string // says what the dashed line is; empty for none
	Breaks    []ChartBreak
}

// ChartPoint is one figure in a LineChart.
type ChartPoint struct {
	Label string // on the horizontal axis: "1997"
	Value float64
	Known bool // false leaves a gap: nothing is known, or it is not told
	// Open draws a ring in place of a dot and joins it to nothing: a figure of part of a period.
	Open bool
	Mark string // written at the point, may be empty
	Note string // under Mark, may be empty
	Mean float64
	// HasMean says that Mean holds; a gap in means is a gap in the dashed line.
	HasMean bool
	Series  int // rises by one at each break
}

// ChartBreak is what stands at the head of the zone behind a break.
type ChartBreak struct {
	Series int    // the first series behind it
	Label  string // "01/07/2025"
	Lines  []string
}

// The drawing is 960 by 380; these are the edges of what is plotted.
const (
	chartLeft, chartRight = 48.0, 952.0
	chartTop, chartFloor  = 24.0, 350.0
	chartZone             = 118.0 // the least width of a series behind a break
	chartLetter           = 7.2   // about how wide a letter is
)

// Line draws the chart. It needs a figure element with tabindex="0" around it: on the phone it scrolls.
func Line(c LineChart) templ.Component {
	return drafted(2400+90*len(c.Points), func(d *draft) { d.line(newPlot(&c)) })
}

// plot is a chart with its scales.
type plot struct {
	*LineChart

	top   float64
	step  float64
	x     []float64
	edges []float64 // left edge of each series, and the right edge of the last
}

func newPlot(c *LineChart) *plot {
	p := &plot{LineChart: c, top: c.Top}
	largest := c.Base
	for i := range c.Points {
		if x := &c.Points[i]; x.Known {
			largest = max(largest, x.Value)
		}
	}
	if p.top <= 0 {
		p.step = niceStep(largest)
		p.top = max(p.step*math.Ceil(largest/p.step), p.step)
	} else {
		p.step = niceStep(p.top)
	}
	p.spread()
	return p
}

// niceStep is a round distance between four to seven lines up to a value.
func niceStep(value float64) float64 {
	if value <= 0 {
		return 1
	}
	raw := value / 6
	size := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, step := range []float64{1, 2, 2.5, 4, 5, 10} {
		if raw <= step*size && (step != 2.5 || size >= 10) {
			return max(1, step*size)
		}
	}
	return max(1, 10*size)
}

// spread gives each point its place: a series is as wide as it has points, and never too narrow for its words.
func (p *plot) spread() {
	var counts []int
	for i := range p.Points {
		for len(counts) <= p.Points[i].Series {
			counts = append(counts, 0)
		}
		counts[p.Points[i].Series]++
	}
	p.x = make([]float64, len(p.Points))
	if len(counts) == 0 {
		p.edges = []float64{chartLeft, chartRight}
		return
	}
	room, left := chartRight-chartLeft, len(p.Points)
	widths := make([]float64, len(counts))
	for s := len(counts) - 1; s > 0; s-- { // those behind a break take what they need first
		widths[s] = max(chartZone, room*float64(counts[s])/float64(max(left, 1)))
		room, left = room-widths[s], left-counts[s]
	}
	widths[0] = room
	at, next := chartLeft, 0
	for s, n := range counts {
		p.edges = append(p.edges, at)
		for k := range n {
			switch {
			case s > 0 || n == 1:
				p.x[next] = at + widths[s]*(float64(k)+.5)/float64(n)
			case len(counts) > 1: // half a step of air before the break
				p.x[next] = at + widths[s]*float64(k)/(float64(n)-.5)
			default:
				p.x[next] = at + widths[s]*float64(k)/float64(n-1)
			}
			next++
		}
		at += widths[s]
	}
	p.edges = append(p.edges, at)
}

func (p *plot) y(v float64) float64 {
	return chartFloor - (chartFloor-chartTop)*min(max(v, 0), p.top)/p.top
}

func (d *draft) line(p *plot) {
	d.put(`<svg class="chart" viewBox="0 0 960 380" role="img" aria-labelledby="`)
	d.text(p.ID)
	d.put(`-t `)
	d.text(p.ID)
	d.put(`-d"><title id="`)
	d.text(p.ID)
	d.put(`-t">`)
	d.text(p.Title)
	d.put(`</title><desc id="`)
	d.text(p.ID)
	d.put(`-d">`)
	d.text(p.Desc)
	d.put(`</desc>`)
	d.chartGrid(p)
	d.chartBreaks(p)
	d.chartBase(p)
	d.chartMeans(p)
	d.chartCourse(p)
	d.chartMarks(p)
	d.chartYears(p)
	d.put(`</svg>`)
}

func (d *draft) chartGrid(p *plot) {
	for v := 0.0; v <= p.top+p.step/1000; v += p.step {
		class := "grid"
		if v == 0 {
			class = "axis"
		}
		d.rule(class, chartLeft, p.y(v), chartRight, p.y(v))
		d.label("end", chartLeft-10, p.y(v)+4.5, p.Tick(v))
	}
	d.label("", chartLeft+6, 16, p.Unit)
}

func (d *draft) chartBreaks(p *plot) {
	for i := range p.Breaks {
		b := &p.Breaks[i]
		if b.Series <= 0 || b.Series >= len(p.edges)-1 {
			continue
		}
		x, end := p.edges[b.Series], p.edges[len(p.edges)-1]
		if i == 0 {
			d.put(`<rect class="brk-zone" x="`)
			d.coord(x)
			d.put(`" y="24" width="`)
			d.coord(end - x)
			d.put(`" height="326"/>`)
		}
		d.put(`<path class="brk" d="M`)
		d.coord(x - 3)
		d.put(` 18V356M`)
		d.coord(x + 3)
		d.put(` 18V356"/>`)
		d.label("lbl brick", x+14, 46, b.Label)
		for k, text := range b.Lines {
			d.label("", x+14, 65+18*float64(k), text)
		}
	}
}

// chartBase draws the base over the first series only: behind a break it measures nothing.
func (d *draft) chartBase(p *plot) {
	if p.BaseLabel == "" {
		return
	}
	y := p.y(p.Base)
	d.rule("base", chartLeft, y, p.edges[1], y)
	x, at := p.clear(y)
	d.label("lbl", x, at, p.BaseLabel)
}

// clear finds a place over or under the base where its words are farthest from the lines.
func (p *plot) clear(y float64) (x, at float64) {
	width, far := chartLetter*float64(len([]rune(p.BaseLabel))), -1.0
	for _, shift := range []float64{-9, 19} {
		if y+shift < chartTop+12 || y+shift > chartFloor-6 {
			continue
		}
		for _, share := range []float64{.25, .5, .7, .05} {
			left := chartLeft + (p.edges[1]-chartLeft)*share
			if left+width > p.edges[1]-6 {
				continue
			}
			near := 1000.0
			for i := range p.Points {
				if pt := &p.Points[i]; pt.Known && p.x[i] > left-60 && p.x[i] < left+width+60 {
					near = min(near, math.Abs(p.y(pt.Value)-(y+shift-4)))
					if pt.HasMean {
						near = min(near, math.Abs(p.y(pt.Mean)-(y+shift-4)))
					}
				}
			}
			if near = min(near, 40); near > far { // beyond that one place is as good as another
				x, at, far = left, y+shift, near
			}
		}
	}
	if far < 0 {
		return chartLeft + 12, y + 19
	}
	return x, at
}

func (d *draft) chartMeans(p *plot) {
	d.path("avg", p, func(x *ChartPoint) (float64, bool) { return x.Mean, x.HasMean })
	if p.MeanLabel == "" {
		return
	}
	// The word stands under the line, where the line falls away from it.
	best, low := -1, math.Inf(-1)
	for i := range p.Points {
		x := &p.Points[i]
		if !x.HasMean || p.x[i] < chartLeft+chartLetter*float64(len(p.MeanLabel)) || p.x[i] > p.edges[1]-140 {
			continue
		}
		if y := p.y(min(x.Mean, x.Value)); y > low && y < chartFloor-34 {
			best, low = i, y
		}
	}
	if best >= 0 {
		d.label("end", p.x[best], low+34, p.MeanLabel)
	}
}

func (d *draft) chartCourse(p *plot) {
	d.path("line", p, func(x *ChartPoint) (float64, bool) { return x.Value, x.Known && !x.Open })
	first, last := map[int]int{}, map[int]int{}
	for i := range p.Points {
		if x := &p.Points[i]; x.Known && !x.Open {
			if _, ok := first[x.Series]; !ok {
				first[x.Series] = i
			}
			last[x.Series] = i
		}
	}
	for i := range p.Points {
		x := &p.Points[i]
		alone := x.Known && (i == 0 || !p.Points[i-1].Known || p.Points[i-1].Series != x.Series) &&
			(i+1 == len(p.Points) || !p.Points[i+1].Known || p.Points[i+1].Series != x.Series)
		switch {
		case !x.Known:
		case x.Open:
			d.dot("dot new", p.x[i], p.y(x.Value))
		case first[x.Series] == i || last[x.Series] == i || alone:
			d.dot("dot", p.x[i], p.y(x.Value))
		}
	}
}

// path draws a line through the points that have a value, broken at gaps and between series.
func (d *draft) path(class string, p *plot, value func(*ChartPoint) (float64, bool)) {
	pen, open := false, false
	for i := range p.Points {
		v, ok := value(&p.Points[i])
		if !ok || i > 0 && p.Points[i-1].Series != p.Points[i].Series {
			pen = false
		}
		if !ok {
			continue
		}
		if !open {
			d.put(`<path class="`)
			d.put(class)
			d.put(`" d="`)
			open = true
		}
		if pen {
			d.put(` L`)
		} else {
			d.put(` M`)
		}
		d.coord(p.x[i])
		d.put(` `)
		d.coord(p.y(v))
		pen = true
	}
	if open {
		d.put(`"/>`)
	}
}

// chartMarks writes beside points what they are. Near the right edge the words stand to the left.
func (d *draft) chartMarks(p *plot) {
	for i := range p.Points {
		x := &p.Points[i]
		if x.Mark == "" || !x.Known {
			continue
		}
		class, at := "lbl", p.x[i]
		if !x.Open {
			class = "lbl blue"
		}
		y := p.y(x.Value) - 24
		if x.Note != "" {
			y -= 10
		}
		if y < chartTop+10 {
			y = p.y(x.Value) + 28
		}
		half := chartLetter * float64(max(len([]rune(x.Mark)), len([]rune(x.Note)))) / 2
		left, right := p.edges[x.Series]+half+8, p.edges[x.Series+1]-half-10
		at = max(min(at, right), left)
		d.label(class+" mid", at, y, x.Mark)
		if x.Note != "" {
			d.label("mid", at, y+18, x.Note)
		}
	}
}

// chartYears writes the labels of the horizontal axis: the first and the last of each series, and those between
// that have room, at round distances.
func (d *draft) chartYears(p *plot) {
	const room = 48.0
	every := 1
	if len(p.x) > 1 {
		width := (p.edges[1] - chartLeft) / float64(len(p.x))
		for _, n := range []int{1, 2, 5, 10, 20} {
			if every = n; width*float64(n) >= room {
				break
			}
		}
	}
	taken := -room
	for i := range p.Points {
		x := &p.Points[i]
		last := i+1 == len(p.Points) || p.Points[i+1].Series != x.Series
		first := i == 0 || p.Points[i-1].Series != x.Series
		round := every == 1
		if n, err := strconv.Atoi(x.Label); err == nil {
			round = n%every == 0
		}
		if !first && !last && (!round || p.x[i]-taken < room || d.crowds(p, i, room)) {
			continue
		}
		d.label("mid", p.x[i], 374, x.Label)
		taken = p.x[i]
	}
}

// crowds reports whether the last label of the series stands too near behind a point.
func (d *draft) crowds(p *plot, i int, room float64) bool {
	for k := i + 1; k < len(p.Points) && p.Points[k].Series == p.Points[i].Series; k++ {
		if (k+1 == len(p.Points) || p.Points[k+1].Series != p.Points[k].Series) && p.x[k]-p.x[i] < room {
			return true
		}
	}
	return false
}

func (d *draft) rule(class string, x1, y1, x2, y2 float64) {
	d.put(`<line class="`)
	d.put(class)
	d.put(`" x1="`)
	d.coord(x1)
	d.put(`" x2="`)
	d.coord(x2)
	d.put(`" y1="`)
	d.coord(y1)
	d.put(`" y2="`)
	d.coord(y2)
	d.put(`"/>`)
}

func (d *draft) dot(class string, x, y float64) {
	d.put(`<circle class="`)
	d.put(class)
	d.put(`" cx="`)
	d.coord(x)
	d.put(`" cy="`)
	d.coord(y)
	d.put(`" r="5.5"/>`)
}

func (d *draft) label(class string, x, y float64, text string) {
	if text == "" {
		return
	}
	d.put(`<text`)
	if class != "" {
		d.put(` class="`)
		d.put(class)
		d.put(`"`)
	}
	d.put(` x="`)
	d.coord(x)
	d.put(`" y="`)
	d.coord(y)
	d.put(`">`)
	d.text(text)
	d.put(`</text>`)
}
