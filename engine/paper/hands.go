package paper

import (
	"strconv"
	"strings"
)

// How large a signature is drawn at the most, and how thick its line is.
const (
	handWidth  = 50 * mm
	handHeight = 17 * mm
	handWeight = 1.1
)

// hands sets signatures side by side, as wide as the page.
func (c *composer) hands(b Hands) {
	if len(b) == 0 {
		return
	}
	side := &columns{before: 8, after: 8}
	var row [][]para
	for i := range b {
		drawn := para{style: c.styles.letterhead, hand: &b[i]}
		drawn.keepNext = true
		row = append(row, []para{drawn, c.para(c.styles.letterhead, b[i].Caption)})
		side.widths = append(side.widths, c.page.inner()/float64(len(b)))
	}
	side.rows = [][][]para{row}
	c.add(side)
}

// handSlab draws a signature in the middle of its column.
func handSlab(p para, left, width float64) []slab {
	return []slab{{before: p.before, height: handHeight, after: p.after, keep: true, draw: func(pen *pen, top float64) {
		pen.strokes(p.hand, left+width/2, top)
	}}}
}

// strokes draws the strokes of a signature into a field of which the middle of the upper edge is given.
func (p *pen) strokes(h *Hand, middle, top float64) {
	lines := h.lines()
	if len(lines) == 0 {
		return
	}
	scale := min(handWidth/h.Width, handHeight/h.Height)
	left := middle - h.Width*scale/2
	p.pdf.SetLineWidth(handWeight)
	p.pdf.SetLineCapStyle("round")
	p.pdf.SetLineJoinStyle("round")
	for _, line := range lines {
		for i, at := range line {
			x, y := left+at[0]*scale, top+at[1]*scale
			if i == 0 {
				p.pdf.MoveTo(x, y)
			} else {
				p.pdf.LineTo(x, y)
			}
		}
		p.pdf.DrawPath("D")
	}
	p.pdf.SetLineCapStyle("butt")
	p.pdf.SetLineJoinStyle("miter")
}

// lines are the points of each stroke; none for a path that is not one of strokes within the field.
func (h *Hand) lines() [][][2]float64 {
	var lines [][][2]float64
	for stroke := range strings.SplitSeq(strings.TrimPrefix(h.Strokes, "M"), "M") {
		var line [][2]float64
		for point := range strings.SplitSeq(stroke, "L") {
			across, down, _ := strings.Cut(point, " ")
			x, wrong := strconv.ParseFloat(across, 64)
			y, bad := strconv.ParseFloat(down, 64)
			if wrong != nil || bad != nil || x < 0 || y < 0 || x > h.Width || y > h.Height {
				return nil
			}
			line = append(line, [2]float64{x, y})
		}
		lines = append(lines, line)
	}
	return lines
}
