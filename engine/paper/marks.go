package paper

import (
	"math"

	"codeberg.org/go-pdf/fpdf"
)

// The marks no text font of the Times family holds: tick boxes for forms,
// the four states of ui.md and the star of a required item, all of one size. They are drawn as lines in
// the PDF and set in a symbol font in the DOCX.
const (
	boxEmpty   = '☐'
	boxTicked  = '☑'
	boxCrossed = '☒'
	fullCircle = '●' // đạt an toàn
	halfCircle = '◐' // đạt có điều kiện
	barredRing = '⊖' // chưa đạt
	dottedRing = '◌' // chưa kiểm tra
	star       = '★' // điều kiện bắt buộc
)

// markWidth is the width of a drawn mark in thousandths of the font size.
const markWidth = 860

func isMark(r rune) bool {
	switch r {
	case boxEmpty, boxTicked, boxCrossed, fullCircle, halfCircle, barredRing, dottedRing, star:
		return true
	}
	return false
}

// drawMark draws a mark whose text line has its baseline at y, from x on.
func (p *pen) drawMark(mark rune, x, y, size float64) {
	const lineWidth = 0.055
	side := size * 0.7
	left, top := x+size*(markWidth/1000.0-0.7)/2, y-side*0.95
	p.pdf.SetLineWidth(size * lineWidth)
	centreX, centreY, radius := left+side/2, top+side/2, side/2*0.92
	switch mark {
	case boxEmpty, boxTicked, boxCrossed:
		p.pdf.Rect(left, top, side, side, "D")
	case fullCircle:
		p.pdf.Circle(centreX, centreY, radius, "DF")
	case halfCircle, barredRing:
		p.pdf.Circle(centreX, centreY, radius, "D")
	case dottedRing:
		p.dotted([]float64{size * 0.08, size * 0.1}, func() { p.pdf.Circle(centreX, centreY, radius, "D") })
	}
	switch mark {
	case star:
		p.pdf.Polygon(starPoints(centreX, centreY, radius*1.1), "F")
	case boxTicked:
		p.pdf.Line(left+side*0.2, top+side*0.55, left+side*0.42, top+side*0.78)
		p.pdf.Line(left+side*0.42, top+side*0.78, left+side*0.82, top+side*0.22)
	case boxCrossed:
		p.pdf.Line(left+side*0.2, top+side*0.2, left+side*0.8, top+side*0.8)
		p.pdf.Line(left+side*0.2, top+side*0.8, left+side*0.8, top+side*0.2)
	case halfCircle:
		p.pdf.Arc(centreX, centreY, radius, radius, 0, 90, 270, "F")
	case barredRing:
		p.pdf.Line(centreX-radius*0.6, centreY, centreX+radius*0.6, centreY)
	}
}

// starPoints are the corners of a five-pointed star, the first one on top.
func starPoints(x, y, radius float64) []fpdf.PointType {
	const corners = 10
	inner := radius * 0.382 // where the lines of a regular star cross
	points := make([]fpdf.PointType, corners)
	for i := range points {
		r, angle := radius, float64(i)*2*math.Pi/corners
		if i%2 == 1 {
			r = inner
		}
		points[i] = fpdf.PointType{X: x + r*math.Sin(angle), Y: y - r*math.Cos(angle)}
	}
	return points
}
