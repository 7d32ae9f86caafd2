package paper

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// encodeQR makes a code of medium redundancy: a sheet may be folded or stained.
func encodeQR(url string) (*qr.Code, error) {
	code, err := qr.Encode(url, qr.M)
	if err != nil {
		return nil, fmt.Errorf("paper: QR code: %w", err)
	}
	return code, nil
}

// qr draws a code as one path, so that no seams show between its modules, and
// makes it a link.
func (p *pen) qr(code *qr.Code, x, y, side float64, url string) {
	module := side / float64(code.Size)
	_, height := p.pdf.GetPageSize()
	var path strings.Builder
	for row := range code.Size {
		for col := 0; col < code.Size; col++ {
			if !code.Black(col, row) {
				continue
			}
			start := col
			for col < code.Size && code.Black(col, row) {
				col++
			}
			fmt.Fprintf(&path, "%.3f %.3f %.3f %.3f re\n", x+float64(start)*module,
				height-y-float64(row+1)*module, float64(col-start)*module, module)
		}
	}
	p.pdf.RawWriteStr(path.String() + "f\n")
	p.pdf.LinkString(x, y, side, side, url)
}

// footPrinter draws page numbers, the mark and the foot of every page.
type footPrinter struct {
	foot   Foot
	styles styleSet
	code   *qr.Code // nil without a URL
}

func newFootPrinter(d *Document, styles styleSet) (*footPrinter, error) {
	f := &footPrinter{foot: d.Foot, styles: styles}
	if d.Foot.URL != "" {
		code, err := encodeQR(d.Foot.URL)
		if err != nil {
			return nil, err
		}
		f.code = code
	}
	return f, nil
}

// firstLine is the form or the record and when it was printed.
func (f Foot) firstLine() string {
	var parts []string
	if f.Form != "" {
		parts = append(parts, clean(f.Form))
	}
	if f.Code != "" {
		parts = append(parts, "Mã phiếu: "+clean(f.Code))
	}
	if f.Record != "" {
		parts = append(parts, "Số hồ sơ: "+clean(f.Record))
	}
	if !f.PrintedAt.IsZero() {
		parts = append(parts, "In lúc "+f.PrintedAt.In(vietnam).Format("15:04 02/01/2006"))
	}
	return strings.Join(parts, " – ")
}

// lastLine is where the code leads and what mark the document bears.
func (f Foot) lastLine() string {
	var parts []string
	switch {
	case f.URL == "":
	case f.Form != "":
		parts = append(parts, "Quét mã hoặc gõ mã phiếu để nhập vào Sonha: "+clean(f.URL))
	default:
		parts = append(parts, "Quét mã để mở bản gốc trên Sonha: "+clean(f.URL))
	}
	if f.Mark != "" {
		parts = append(parts, clean(f.Mark))
	}
	return strings.Join(parts, " – ")
}

// pageWords says which page this is: "Trang 2/5", or with annexes
// "Phụ lục I, trang 2/5 (tờ 9/12)".
func pageWords(s sheet, number, total int, annexes bool) string {
	if !annexes {
		return fmt.Sprintf("Trang %d/%d", number, total)
	}
	words := fmt.Sprintf("rang %d/%d (tờ %d/%d)", s.number, s.of, number, total)
	if s.name == "" {
		return "T" + words
	}
	return s.name + ", t" + words
}

// draw puts the number of every page but the first of its part in the middle
// of the upper margin (Decree 30/2020, I.7), and the foot in the lower.
func (f *footPrinter) draw(p *pen, s sheet, number, total int, annexes bool) {
	if s.number > 1 {
		f.line(p, f.styles.pageNumber, strconv.Itoa(s.number), s.geometry, numberFromTop)
	}
	if f.foot.Mark != "" {
		f.mark(p, s.geometry)
	}
	top := s.height - footFromEdge - footQR
	right := s.width - s.right
	p.rule(s.left, top-3, right, top-3, 0.4)
	room := s.inner()
	if f.code != nil {
		p.qr(f.code, right-footQR, top, footQR, f.foot.URL)
		room -= footQR + 6
	}
	y := top + 2
	for _, text := range []string{f.foot.firstLine(), pageWords(s, number, total, annexes), f.foot.lastLine()} {
		lines := p.fonts.wrap([]Run{{Text: text}}, f.styles.foot, room, 0)
		for _, l := range lines {
			p.line(l, f.styles.foot, s.left, y, room)
			y += f.styles.foot.line()
		}
	}
}

func (f *footPrinter) line(p *pen, st style, text string, g geometry, top float64) {
	for _, l := range p.fonts.wrap([]Run{{Text: text}}, st, g.inner(), 0) {
		p.line(l, st, g.left, top, g.inner())
	}
}

// mark prints the mark in a frame in the upper right corner.
func (f *footPrinter) mark(p *pen, g geometry) {
	text := upper(f.foot.Mark)
	st := f.styles.mark
	width := p.fonts.width(faceOf(true, false), st.size, text) + 10
	x, y := g.width-g.right-width, numberFromTop-1
	p.pdf.SetLineWidth(0.7)
	p.pdf.Rect(x, y, width, st.line()+3, "D")
	st.align = Center
	for _, l := range p.fonts.wrap([]Run{{Text: text}}, st, width, 0) {
		p.line(l, st, x, y+1.5, width)
	}
}
