package paper

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// The blue of the enamel plate, as on the pages.
const (
	plateRed   = 0x17
	plateGreen = 0x45
	plateBlue  = 0x7f
)

// PlateSize is how large a plate of a door is.
type PlateSize string

// The sizes, all for A4 paper: one, four or ten plates on a sheet.
const (
	LargePlate  PlateSize = "large"  // 180 × 120 mm
	MediumPlate PlateSize = "medium" // 92 × 124 mm
	SmallPlate  PlateSize = "small"  // 90 × 50 mm
)

// PlateSizes lists the sizes, the most usual first.
func PlateSizes() []PlateSize { return []PlateSize{MediumPlate, SmallPlate, LargePlate} }

// DoorPlate is the plate of one house.
type DoorPlate struct {
	Number string
	Street string
	URL    string
}

// Plates are sheets of plates to be cut apart.
type Plates struct {
	Size  PlateSize
	List  []DoorPlate
	Lines []string // beside the code: "Quét mã để xem gọi ai, góp ý ở đâu"
	Mark  string   // printed on each sheet outside the plates
	At    time.Time
}

// layout is how plates of a size stand on a sheet, in points.
type layout struct {
	width, height float64
	columns, rows int
	across        bool // the code stands beside the number, not below
}

func (s PlateSize) layout() layout {
	switch s {
	case LargePlate:
		return layout{180 * mm, 120 * mm, 1, 2, true}
	case SmallPlate:
		return layout{90 * mm, 50 * mm, 2, 5, true}
	case MediumPlate:
	}
	return layout{92 * mm, 124 * mm, 2, 2, false}
}

// WritePDF writes the sheets, with marks where to cut.
func (p *Plates) WritePDF(w io.Writer, fonts *Sans) error {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: 210 * mm, Ht: 297 * mm}})
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCreationDate(p.At.In(vietnam))
	pdf.SetModificationDate(p.At.In(vietnam))
	pdf.SetLang("vi-VN")
	pdf.SetTitle("Biển số nhà có mã QR", true)
	pdf.SetCreator("Sonha", true)
	pdf.SetProducer("Sonha", true)
	to := newSansPen(pdf, fonts)
	l := p.Size.layout()
	per := l.columns * l.rows
	left := (210*mm - l.width*float64(l.columns)) / 2
	top := (297*mm - l.height*float64(l.rows)) / 2
	for i := range p.List {
		if i%per == 0 {
			pdf.AddPage()
			p.cuts(to, l, left, top)
		}
		x := left + float64(i%per%l.columns)*l.width
		y := top + float64(i%per/l.columns)*l.height
		if err := p.plate(to, l, x, y, &p.List[i]); err != nil {
			return err
		}
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("paper: write PDF: %w", err)
	}
	return nil
}

// cuts draws the marks along which the plates are cut, outside the plates, and the sheet's own mark.
func (p *Plates) cuts(to *sansPen, l layout, left, top float64) {
	const gap, length = 1.5 * mm, 4 * mm
	to.pdf.SetDrawColor(120, 120, 120)
	to.pdf.SetLineWidth(0.4)
	bottom, right := top+l.height*float64(l.rows), left+l.width*float64(l.columns)
	for i := range l.columns + 1 {
		x := left + float64(i)*l.width
		to.pdf.Line(x, top-gap-length, x, top-gap)
		to.pdf.Line(x, bottom+gap, x, bottom+gap+length)
	}
	for i := range l.rows + 1 {
		y := top + float64(i)*l.height
		to.pdf.Line(left-gap-length, y, left-gap, y)
		to.pdf.Line(right+gap, y, right+gap+length, y)
	}
	if p.Mark != "" {
		to.pdf.SetTextColor(90, 90, 90)
		to.text(regular, 8, left, top-gap-length-4, clean(p.Mark))
	}
}

// plate draws one plate: blue enamel with the white line inside its edge, the number and the street, and the code on white.
func (p *Plates) plate(to *sansPen, l layout, x, y float64, d *DoorPlate) error {
	pdf := to.pdf
	unit := min(l.width, l.height) / 100 // the plate keeps its shape in every size
	if l.across {
		unit = l.height / 100
	}
	const inset = 1.2 * mm // so that a cut that strays does not show white on one side only
	x, y, width, height := x+inset, y+inset, l.width-2*inset, l.height-2*inset
	pdf.SetFillColor(plateRed, plateGreen, plateBlue)
	pdf.RoundedRect(x, y, width, height, 6*unit, "1234", "F")
	pdf.SetDrawColor(255, 255, 255)
	pdf.SetLineWidth(1.6 * unit)
	pdf.RoundedRect(x+3.4*unit, y+3.4*unit, width-6.8*unit, height-6.8*unit, 4.4*unit, "1234", "D")

	side := 40 * unit
	codeX, codeY := x+(width-side)/2, y+height-side-29*unit
	middle, room := x+width/2, width-20*unit
	numberY := y + 40*unit
	if l.across {
		side = 50 * unit
		codeX, codeY = x+width-side-16*unit, y+15*unit
		middle, room = x+(width-side-18*unit)/2+2*unit, width-side-38*unit
		numberY = y + height*0.5
	}
	pdf.SetTextColor(255, 255, 255)
	size := to.fitted(bold, 40*unit, room, clean(d.Number))
	to.centred(bold, size, middle, numberY, clean(d.Number))
	street := clean(d.Street)
	to.centred(bold, to.fitted(bold, 11*unit, room, street), middle, numberY+15*unit, street)

	code, err := encodeQR(d.URL)
	if err != nil {
		return err
	}
	quiet := 4 * side / float64(code.Size) // the white edge that readers of codes need (ISO/IEC 18004, 5.3.8)
	pdf.SetFillColor(255, 255, 255)
	pdf.RoundedRect(codeX-quiet, codeY-quiet, side+2*quiet, side+2*quiet, 2*unit, "1234", "F")
	pdf.SetFillColor(0, 0, 0)
	(&pen{pdf: pdf}).qr(code, codeX, codeY, side, d.URL)
	lineY := codeY + side + quiet + 7*unit
	for _, line := range p.Lines {
		text := clean(line)
		to.centred(regular, to.fitted(regular, 5.6*unit, max(side+2*quiet, width-24*unit)*p.share(l), text), codeX+side/2, lineY, text)
		lineY += 7 * unit
	}
	pdf.SetTextColor(0, 0, 0)
	return nil
}

// share is how much of the plate's width the lines under the code may take.
func (p *Plates) share(l layout) float64 {
	if l.across {
		return 0.42
	}
	return 1
}
