package paper

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Poster is a sheet for the notice board: few words, as large as they fit on one A4 page, to be read from a step away.
type Poster struct {
	Sender     string
	Title      string
	Alert      string // a line in a band under the title: why it is urgent
	Paragraphs []string
	Foot       []string // small lines at the foot: when it was posted, until when it holds
	URL        string   // what the QR code opens; empty prints none
	Caption    string   // beside the code
	Mark       string   // "Dữ liệu giả định"
	At         time.Time
}

// The sizes of a poster's text, in points: the largest that fit on one page, and never below what is read standing.
const (
	posterLargest  = 34
	posterSmallest = 15
	posterMargin   = 18 * mm
	posterFoot     = 40 * mm
	posterLine     = 1.35
)

// WritePDF writes the poster. A text too long for one page goes on on a second.
func (p *Poster) WritePDF(w io.Writer, fonts *Sans) error {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: 210 * mm, Ht: 297 * mm}})
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCreationDate(p.At.In(vietnam))
	pdf.SetModificationDate(p.At.In(vietnam))
	pdf.SetLang("vi-VN")
	pdf.SetTitle(clean(p.Title), true)
	pdf.SetAuthor(clean(p.Sender), true)
	pdf.SetCreator("Sonha", true)
	pdf.SetProducer("Sonha", true)
	pen := newSansPen(pdf, fonts)
	size := float64(posterLargest)
	for size > posterSmallest && p.height(fonts, size) > 297*mm-2*posterMargin-posterFoot {
		size--
	}
	pdf.AddPage()
	y := p.head(pen, size)
	const width = 210*mm - 2*posterMargin
	for _, text := range p.Paragraphs {
		for _, line := range fonts.wrap(regular, size, width, clean(text)) {
			if y+size*posterLine > 297*mm-posterMargin-posterFoot {
				pdf.AddPage()
				y = posterMargin
			}
			y += size * posterLine
			pen.text(regular, size, posterMargin, y, line)
		}
		y += size * 0.6
	}
	if err := p.foot(pen); err != nil {
		return err
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// titleScale is how much larger the title is than the text.
const titleScale = 1.45

func (p *Poster) height(fonts *Sans, size float64) float64 {
	const width = 210*mm - 2*posterMargin
	h := 30 + float64(len(fonts.wrap(bold, size*titleScale, width, clean(p.Title))))*size*titleScale*1.25 + size
	if p.Alert != "" {
		h += float64(len(fonts.wrap(bold, size, width-24, clean(p.Alert))))*size*posterLine + 2*size
	}
	for _, text := range p.Paragraphs {
		h += float64(len(fonts.wrap(regular, size, width, clean(text))))*size*posterLine + size*0.6
	}
	return h
}

// head draws the sender, the title and the band of an urgent one, and gives where the text begins.
func (p *Poster) head(pen *sansPen, size float64) float64 {
	const width = 210*mm - 2*posterMargin
	pdf := pen.pdf
	pdf.SetFillColor(plateRed, plateGreen, plateBlue)
	pdf.Rect(0, 0, 210*mm, 6*mm, "F")
	y := posterMargin + 4.0
	pen.text(bold, 15, posterMargin, y, clean(p.Sender))
	if p.Mark != "" {
		mark := clean(p.Mark)
		pen.text(bold, 11, 210*mm-posterMargin-pen.fonts.width(bold, 11, mark), y, mark)
	}
	y += 14
	pdf.SetTextColor(plateRed, plateGreen, plateBlue)
	for _, line := range pen.fonts.wrap(bold, size*titleScale, width, clean(p.Title)) {
		y += size * titleScale * 1.25
		pen.text(bold, size*titleScale, posterMargin, y, line)
	}
	pdf.SetTextColor(0, 0, 0)
	y += size * 0.7
	if p.Alert == "" {
		return y
	}
	lines := pen.fonts.wrap(bold, size, width-24, clean(p.Alert))
	height := float64(len(lines))*size*posterLine + size*0.7
	pdf.SetDrawColor(126, 45, 22) // the brick red of the pages
	pdf.SetLineWidth(2.2)
	pdf.Rect(posterMargin, y, width, height, "D")
	pdf.SetDrawColor(0, 0, 0)
	for i, line := range lines {
		pen.text(bold, size, posterMargin+12, y+size*1.2+float64(i)*size*posterLine, line)
	}
	return y + height + size*0.4
}

func (p *Poster) foot(to *sansPen) error {
	const side, size = 30 * mm, 12.0
	top := 297*mm - posterMargin - side
	to.pdf.SetLineWidth(0.8)
	to.pdf.Line(posterMargin, top-6, 210*mm-posterMargin, top-6)
	if p.URL != "" {
		code, err := encodeQR(p.URL)
		if err != nil {
			return err
		}
		to.pdf.SetFillColor(0, 0, 0)
		(&pen{pdf: to.pdf}).qr(code, 210*mm-posterMargin-side, top, side, p.URL)
	}
	y := top + size
	lines := p.Foot
	if p.URL != "" {
		lines = append(append([]string{}, p.Foot...), p.Caption)
	}
	for _, text := range lines {
		for _, line := range to.fonts.wrap(regular, size, 210*mm-2*posterMargin-side-12, clean(text)) {
			to.text(regular, size, posterMargin, y, line)
			y += size * 1.4
		}
	}
	return nil
}
