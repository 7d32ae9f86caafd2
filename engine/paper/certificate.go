package paper

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Certificate is a commendation on A4 landscape: the national name, the authority, what and for whom, the decision, room for signature
// and seal, and a code that says whether it is genuine.
type Certificate struct {
	Authority string // who commends: "Chủ tịch Ủy ban nhân dân phường"
	Grants    string // the line between: "tặng"
	Title     string // "Giấy khen"
	To        string // "Số nhà 36A Hàng Bạc"
	Hand      bool   // a dotted line under To, on which a name is written by hand
	HandLabel string // what stands before the dots
	For       string // the achievement
	Said      string // decision number and day
	Signer    string
	Place     string
	Date      time.Time
	URL       string
	Caption   string // beside the code
	Record    string
	Mark      string // "Dữ liệu giả định"
	At        time.Time
}

// The frame and the lines of a certificate, from the upper left.
const (
	certWide, certHigh = 297 * mm, 210 * mm
	certEdge           = 10 * mm
	certText           = 34 * mm // what stands beside the frame on either side
)

// WritePDF writes the certificate. The same certificate gives the same bytes.
func (c *Certificate) WritePDF(w io.Writer, fonts *Fonts) error {
	p := newPen(&Document{Type: c.Title, Subject: c.To, Issuer: Issuer{Name: c.Authority}, Foot: Foot{PrintedAt: c.At}}, fonts)
	p.page(geometry{width: certWide, height: certHigh})
	p.certFrame()
	y := c.head(p)
	y = c.body(p, y)
	if err := c.foot(p, y); err != nil {
		return err
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// certFrame is a double rule with a small square at each corner.
func (p *pen) certFrame() {
	pdf := p.pdf
	pdf.SetDrawColor(plateRed, plateGreen, plateBlue)
	for _, r := range []struct{ in, width float64 }{{certEdge, 2.4}, {certEdge + 2*mm, 0.7}} {
		pdf.SetLineWidth(r.width)
		pdf.Rect(r.in, r.in, certWide-2*r.in, certHigh-2*r.in, "D")
	}
	pdf.SetFillColor(plateRed, plateGreen, plateBlue)
	const side = 3 * mm
	for _, x := range []float64{certEdge + 3.4*mm, certWide - certEdge - 3.4*mm - side} {
		for _, y := range []float64{certEdge + 3.4*mm, certHigh - certEdge - 3.4*mm - side} {
			pdf.Rect(x, y, side, side, "F")
		}
	}
	pdf.SetDrawColor(0, 0, 0)
	pdf.SetFillColor(0, 0, 0)
}

// middle sets a text in lines around the middle of the sheet, from a top down, and gives the top of what comes next.
func (p *pen) middle(top, size float64, b face, text string) float64 {
	st := style{size: size, bold: b&faceOf(true, false) != 0, italic: b&faceOf(false, true) != 0, align: Center, lead: 1.2}
	for _, l := range p.fonts.wrap([]Run{{Text: clean(text)}}, st, certWide-2*certText, 0) {
		p.line(l, st, certText, top, certWide-2*certText)
		top += st.line()
	}
	return top
}

func (c *Certificate) head(p *pen) float64 {
	bold, plain := faceOf(true, false), faceOf(false, false)
	y := p.middle(21*mm, 13, bold, nation)
	y = p.middle(y, 13.5, bold, nationsMotto)
	width := p.fonts.width(bold, 13.5, nationsMotto)
	p.pdf.SetLineWidth(0.8)
	p.pdf.Line((certWide-width)/2, y+2, (certWide+width)/2, y+2)
	y = p.middle(y+22, 17, bold, upper(c.Authority))
	y = p.middle(y+6, 15, plain, c.Grants)
	p.pdf.SetTextColor(plateRed, plateGreen, plateBlue)
	y = p.middle(y+6, 44, bold, upper(c.Title))
	p.pdf.SetTextColor(0, 0, 0)
	return y
}

func (c *Certificate) body(p *pen, y float64) float64 {
	bold, plain := faceOf(true, false), faceOf(false, false)
	y = p.middle(y+8, 22, bold, c.To)
	if c.Hand {
		label := clean(c.HandLabel) + " "
		width, dot := p.fonts.width(plain, 15, label), p.fonts.width(plain, 15, ".")
		const dots = 95 * mm
		x := (certWide - width - dots) / 2
		p.text(x, y+20, 15, bit{plain, label})
		p.text(x+width, y+20, 15, bit{plain, strings.Repeat(".", int(dots/dot))})
		y += 28
	}
	return p.middle(y+8, 16, plain, c.For)
}

func (c *Certificate) foot(p *pen, y float64) error {
	bold, plain, italic := faceOf(true, false), faceOf(false, false), faceOf(false, true)
	const side, left = 24 * mm, 24 * mm
	top := certHigh - 22*mm - side
	if c.URL != "" {
		code, err := encodeQR(c.URL)
		if err != nil {
			return err
		}
		p.pdf.SetFillColor(0, 0, 0)
		p.qr(code, left, top, side, c.URL)
	}
	at := top + 12
	for _, text := range []string{c.Said, c.Record, c.Caption, c.Mark} {
		if text == "" {
			continue
		}
		p.text(left+side+10, at, 11, bit{plain, clean(text)})
		at += 15
	}
	const column = 200 * mm // the middle of the signature
	y = max(y+24, top-30)
	for _, l := range []struct {
		face face
		size float64
		text string
	}{{italic, 13.5, clean(c.Place) + ", " + longDate(c.Date)}, {bold, 13.5, upper(c.Signer)}} {
		p.text(column+20*mm-p.fonts.width(l.face, l.size, l.text)/2, y, l.size, bit{l.face, l.text})
		y += 19
	}
	return nil
}
