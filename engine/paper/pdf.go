package paper

import (
	"fmt"
	"io"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

const family = "Tinos"

// pen draws on the pages of a PDF. Lengths are points from the upper left.
type pen struct {
	pdf   *fpdf.Fpdf
	fonts *Fonts
	face  face
	size  float64
}

// WritePDF writes the document as PDF with embedded subsets of the fonts. The
// same document gives the same bytes. Errors: ErrSpan for a table that does not
// fit together, a QR text that is too long, and what w returns.
func (d *Document) WritePDF(w io.Writer, fonts *Fonts) error {
	p := newPen(d, fonts)
	if err := p.document(d); err != nil {
		return err
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// document draws all pages of a document after those that are there.
func (p *pen) document(d *Document) error {
	c, err := compose(d, p.fonts)
	if err != nil {
		return err
	}
	foot, err := newFootPrinter(d, c.styles)
	if err != nil {
		return err
	}
	sheets, err := c.sheets()
	if err != nil {
		return err
	}
	for i, s := range sheets {
		p.page(s.geometry)
		for _, item := range s.items {
			item.draw(p, item.top)
		}
		foot.draw(p, s, i+1, len(sheets), len(d.Annexes) > 0)
	}
	return nil
}

func newPen(d *Document, fonts *Fonts) *pen {
	pdf := fpdf.NewCustom(&fpdf.InitType{
		OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: 210 * mm, Ht: 297 * mm},
	})
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetCreationDate(d.madeAt())
	pdf.SetModificationDate(d.madeAt())
	pdf.SetLang("vi-VN")
	pdf.SetTitle(d.title(), true)
	pdf.SetAuthor(clean(d.Issuer.Name), true)
	pdf.SetSubject(clean(d.Subject), true)
	pdf.SetCreator("Sonha", true)
	pdf.SetProducer("Sonha", true)
	for f := range face(4) {
		pdf.AddUTF8FontFromBytes(family, f.fpdfStyle(), fonts.bytes(f))
	}
	return &pen{pdf: pdf, fonts: fonts}
}

// title is the document in one line, for lists of files and screen readers.
func (d *Document) title() string {
	title := clean(d.Type)
	for _, part := range []string{d.Number, d.Subject} {
		if part == "" {
			continue
		}
		if title != "" {
			title += " "
		}
		title += clean(part)
	}
	return title
}

// madeAt is the time in the file's own metadata: never the clock's, so that
// the same document gives the same bytes.
func (d *Document) madeAt() time.Time {
	switch {
	case !d.Foot.PrintedAt.IsZero():
		return d.Foot.PrintedAt.In(vietnam)
	case !d.Date.IsZero():
		return time.Date(d.Date.Year(), d.Date.Month(), d.Date.Day(), 0, 0, 0, 0, vietnam)
	}
	return time.Date(2000, 1, 1, 0, 0, 0, 0, vietnam)
}

// vietnam has had no daylight saving time since 1975.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

func (p *pen) page(g geometry) {
	size := fpdf.SizeType{Wd: g.width, Ht: g.height}
	p.pdf.AddPageFormat("P", size)
	p.size = 0 // a page begins without a font
}

// text draws a text in one face with its baseline at y.
func (p *pen) text(x, y, size float64, b bit) {
	from := 0
	for i, r := range b.text {
		if !isMark(r) {
			continue
		}
		x += p.plain(x, y, size, bit{b.face, b.text[from:i]})
		p.drawMark(r, x, y, size)
		x += size * markWidth / 1000
		from = i + len(string(r))
	}
	p.plain(x, y, size, bit{b.face, b.text[from:]})
}

// plain draws text without marks and returns its width.
func (p *pen) plain(x, y, size float64, b bit) float64 {
	if b.text == "" {
		return 0
	}
	if p.face != b.face || p.size != size {
		p.pdf.SetFont(family, b.face.fpdfStyle(), size)
		p.face, p.size = b.face, size
	}
	p.pdf.Text(x, y, b.text)
	return p.fonts.width(b.face, size, b.text)
}

// baseline is where letters stand in a line whose top is at y.
func baseline(y float64, s style) float64 {
	const ascent, descent = 0.891, 0.216 // of Times, in font sizes
	return y + (s.line()-(ascent+descent)*s.size)/2 + ascent*s.size
}

// line draws a line of text between x and x+width.
func (p *pen) line(l textLine, s style, x, top, width float64) {
	var stretch float64
	switch s.align {
	case Center:
		x += (width - l.width) / 2
	case Right:
		x += width - l.width
	case Justify:
		stretch = l.stretch(width, s.size)
	}
	y := baseline(top, s)
	var pending bit // bits of one face go out together while nothing is stretched
	var at float64
	single := p.fonts.width(0, s.size, " ")
	flush := func() {
		p.text(at, y, s.size, pending)
		pending = bit{}
	}
	for i, w := range l.words {
		gap := w.space
		if i == 0 {
			gap = 0
		} else if gap > 0 {
			gap += stretch
		}
		x += gap
		for j, b := range w.bits {
			if j == 0 && gap > 0 && pending.text != "" {
				pending.text += " " // a real space, so that copied text has its words
			}
			if pending.text != "" && (pending.face != b.face || (j == 0 && math.Abs(gap-single) > 0.01)) {
				flush()
			}
			if pending.text == "" {
				pending.face, at = b.face, x
			}
			pending.text += b.text
			x += p.fonts.width(b.face, s.size, b.text)
		}
	}
	flush()
}

// stretch is what each space of a justified line gets. A line that would be
// torn apart, such as one before a long address, stays ragged.
func (l textLine) stretch(width, size float64) float64 {
	gaps := 0
	for i, w := range l.words {
		if i > 0 && w.space > 0 {
			gaps++
		}
	}
	if l.last || gaps == 0 {
		return 0
	}
	extra := (width - l.width) / float64(gaps)
	if extra > size {
		return 0
	}
	return extra
}

// dotted draws with dashes; their ends are cut off square at their length.
func (p *pen) dotted(pattern []float64, draw func()) {
	p.pdf.SetLineCapStyle("butt")
	p.pdf.SetDashPattern(pattern, 0)
	draw()
	p.pdf.SetDashPattern(nil, 0)
	p.pdf.SetLineCapStyle("square")
}

// rule draws a line of a given thickness.
func (p *pen) rule(x1, y1, x2, y2, thickness float64) {
	p.pdf.SetLineWidth(thickness)
	p.pdf.Line(x1, y1, x2, y2)
}
