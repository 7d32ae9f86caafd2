package paper

import (
	"fmt"
	"io"
	"time"
)

// CardSheet is A4 paper with cards to be cut out, eight on a page.
type CardSheet struct {
	Title  string    // of the file, for lists of files and screen readers
	MadeAt time.Time // in the file's own metadata
	Cut    string    // how to cut, at the foot of each page
	Mark   string    // printed on every card, such as "Dữ liệu giả định"; empty prints none
	Cards  []Card
}

// Card is one card: what it is for, where it belongs, a QR code, how to use it and whom to ask.
type Card struct {
	Head   string // "Thẻ vào Sonha"
	Plate  string // the number on the door, "36A"
	Street string
	Who    string // "Hộ H03"
	Code   string // what the QR code says
	Steps  []string
	Foot   string
}

// The measures of a sheet: two cards beside each other, four below, with room to cut between them.
const (
	cardWidth, cardHeight = 92 * mm, 66 * mm
	cardsAcross, cardsUp  = 2, 4
	cardLeft, cardTop     = 13 * mm, 11 * mm
	cardPad               = 4 * mm
	cardCode              = 31 * mm // side of the QR code
	cardQuiet             = 2 * mm  // white around it beyond what the card leaves
)

// WritePDF writes the sheet with embedded subsets of the fonts. The same sheet gives the same bytes. Errors: a QR text that is too
// long, and what w returns.
func (s *CardSheet) WritePDF(w io.Writer, fonts *Fonts) error {
	p := newPen(&Document{Type: s.Title, Foot: Foot{PrintedAt: s.MadeAt}}, fonts)
	note := style{size: 9, lead: 1, align: Center}
	for i := range s.Cards {
		at := i % (cardsAcross * cardsUp)
		if at == 0 {
			p.page(geometry{width: 210 * mm, height: 297 * mm})
			p.lines(s.Cut, note, 0, 297*mm-10*mm, 210*mm, 1)
		}
		x := cardLeft + float64(at%cardsAcross)*cardWidth
		y := cardTop + float64(at/cardsAcross)*cardHeight
		if err := p.card(&s.Cards[i], s.Mark, x, y); err != nil {
			return err
		}
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// card draws one card with its upper left corner at a point.
func (p *pen) card(c *Card, mark string, x, y float64) error {
	code, err := encodeQR(c.Code)
	if err != nil {
		return err
	}
	p.pdf.SetLineWidth(0.4)
	p.dotted([]float64{2, 2}, func() { p.pdf.Rect(x, y, cardWidth, cardHeight, "D") })
	head := style{size: 10, lead: 1}
	plate := style{size: 22, lead: 1, bold: true}
	where := style{size: 13, lead: 1, bold: true}
	body := style{size: 9.5, lead: 1.02}
	small := style{size: 8.5, lead: 1.02}
	left, room := x+cardPad, cardWidth-3*cardPad-cardCode-cardQuiet
	top := y + cardPad
	top += p.lines(c.Head, head, left, top, room, 1) + 1*mm
	width := min(p.fonts.width(faceOf(true, false), plate.size, clean(c.Plate)), room-4*mm) + 4*mm
	p.pdf.SetLineWidth(1.2)
	p.pdf.RoundedRect(left, top, width, plate.line()+1*mm, 1.2*mm, "1234", "D") // the door plate
	top += p.lines(c.Plate, plate, left+2*mm, top+0.5*mm, room-4*mm, 1) + 2*mm
	top += p.lines(c.Street, where, left, top, room, 2) + 0.5*mm
	top += p.lines(c.Who, where, left, top, room, 2)
	if mark != "" {
		top += 0.5*mm + p.lines(mark, small, left, top+0.5*mm, room, 1)
	}
	codeLeft := x + cardWidth - cardPad - cardCode - cardQuiet/2
	p.qr(code, codeLeft, y+cardPad, cardCode, c.Code)
	top = max(top, y+cardPad+cardCode) + 1.5*mm
	for i, step := range c.Steps {
		top += p.lines(fmt.Sprintf("%d. %s", i+1, step), body, left, top, cardWidth-2*cardPad, 2)
	}
	p.lines(c.Foot, small, left, top+0.8*mm, cardWidth-2*cardPad, 3)
	return nil
}

// lines draws a text in at most so many lines and gives the height that they take. A longer text ends with the last line that fits.
func (p *pen) lines(text string, s style, x, top, width float64, most int) float64 {
	height := 0.0
	for i, l := range p.fonts.wrap([]Run{{Text: clean(text), Bold: s.bold}}, s, width, 0) {
		if i == most {
			break
		}
		p.line(l, s, x, top+height, width)
		height += s.line()
	}
	return height
}
