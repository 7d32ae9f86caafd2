package paper

import "fmt"

// filler is an almost invisible paragraph: Word joins tables that touch, and a
// table may not end a cell or a section.
const filler = `<w:p><w:pPr><w:pStyle w:val="Filler"/></w:pPr></w:p>`

// openTable begins a table of fixed column widths. named is its style, empty
// for none; pad is the room beside the text of cells without rules.
func openTable(o *xmlWriter, widths []float64, named string, pad float64) {
	o.raw(`<w:tbl><w:tblPr>`)
	if named != "" {
		o.tagf(`<w:tblStyle w:val="%s"/>`, named)
	}
	o.tagf(`<w:tblW w:w="%d" w:type="dxa"/>`, twips(sum(widths)))
	o.raw(`<w:tblInd w:w="0" w:type="dxa"/><w:tblLayout w:type="fixed"/>`)
	if named == "TableGrid" {
		cellMargins(o, cellRise, cellPad)
	} else {
		cellMargins(o, 0, pad)
	}
	o.raw(`</w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		o.tagf(`<w:gridCol w:w="%d"/>`, twips(w))
	}
	o.raw(`</w:tblGrid>`)
}

// columns writes paragraphs side by side as a table without rules.
func (x *docx) columns(o *xmlWriter, c *columns) {
	if c.before > 0 {
		o.tagf(`<w:p><w:pPr><w:pStyle w:val="Filler"/><w:keepNext/><w:spacing w:before="%d" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>`, twips(c.before))
	}
	openTable(o, c.widths, "", 0)
	for _, row := range c.rows {
		o.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, paras := range row {
			o.tagf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, twips(c.widths[i]))
			for _, p := range paras {
				x.para(o, p, c.widths[i])
			}
			if len(paras) == 0 {
				o.raw(filler)
			}
			o.raw(`</w:tc>`)
		}
		o.raw(`</w:tr>`)
	}
	o.tagf(`</w:tbl><w:p><w:pPr><w:pStyle w:val="Filler"/><w:spacing w:before="0" w:after="%d" w:line="20" w:lineRule="exact"/></w:pPr></w:p>`, twips(c.after))
}

// grid writes a table: heads repeat on every page, rows are not cut. last says
// that its section ends with it.
func (x *docx) grid(o *xmlWriter, g *grid, last bool) {
	named := "TableGrid"
	if g.plain {
		named = "TableNormal"
	}
	openTable(o, g.widths, named, cellPad)
	for i, row := range g.rows {
		o.raw(`<w:tr><w:trPr><w:cantSplit/>`)
		if i < g.head {
			o.raw(`<w:tblHeader/>`)
		}
		o.raw(`</w:trPr>`)
		for _, cell := range row {
			x.cell(o, g, cell, g.textOf(i), g.holds(i))
		}
		o.raw(`</w:tr>`)
	}
	o.raw(`</w:tbl>`)
	if last {
		return // the paragraph that ends the section follows; a second one could spill over to an empty page
	}
	o.tagf(`<w:p><w:pPr><w:pStyle w:val="Filler"/><w:spacing w:before="0" w:after="%d" w:line="20" w:lineRule="exact"/></w:pPr></w:p>`, twips(8))
}

// cell writes one cell; keep holds its row on the page of the next.
func (x *docx) cell(o *xmlWriter, g *grid, cell gridCell, s style, keep bool) {
	o.tagf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, twips(g.width(cell)))
	if cell.span > 1 {
		o.tagf(`<w:gridSpan w:val="%d"/>`, cell.span)
	}
	switch {
	case cell.covered:
		o.raw(`<w:vMerge/>`)
	case cell.down > 1:
		o.raw(`<w:vMerge w:val="restart"/>`)
	}
	if !g.plain && !cell.long {
		o.raw(`<w:vAlign w:val="center"/>`)
	}
	o.raw(`</w:tcPr>`)
	s.align, s.keepNext = cell.align, keep
	x.para(o, para{style: s, runs: cell.runs}, g.width(cell))
	o.raw(`</w:tc>`)
}

// headersAndFooters writes, for every section, the header with the page
// number, the header of its first page, and the foot.
func (x *docx) headersAndFooters() {
	for i, p := range x.sections {
		x.part(fmt.Sprintf("word/header%d.xml", i+1), func(o *xmlWriter) { x.header(o, p, true) })
		x.part(fmt.Sprintf("word/headerFirst%d.xml", i+1), func(o *xmlWriter) { x.header(o, p, false) })
		x.part(fmt.Sprintf("word/footer%d.xml", i+1), func(o *xmlWriter) { x.footer(o, p) })
		x.part(fmt.Sprintf("word/_rels/footer%d.xml.rels", i+1), func(o *xmlWriter) {
			o.raw(relsOpen)
			if x.doc.Foot.URL != "" {
				relationship(o, "qr1", relBase+"image", "media/qr1.png")
				o.tagf(`<Relationship Id="link1" Type="%shyperlink" Target="%s" TargetMode="External"/>`, relBase, attr(x.doc.Foot.URL))
			}
			o.raw(`</Relationships>`)
		})
	}
}

// header has the page number in the middle and the mark on the right.
func (x *docx) header(o *xmlWriter, p part, numbered bool) {
	o.raw(`<w:hdr ` + nsMain + ` ` + nsRel + `><w:p><w:pPr><w:pStyle w:val="Header"/><w:tabs>`)
	o.tagf(`<w:tab w:val="center" w:pos="%d"/><w:tab w:val="right" w:pos="%d"/></w:tabs><w:jc w:val="left"/></w:pPr>`, twips(p.inner()/2), twips(p.inner()))
	o.raw(`<w:r><w:tab/></w:r>`)
	if numbered {
		field(o, "PAGE")
	}
	if x.doc.Foot.Mark != "" {
		o.raw(`<w:r><w:tab/></w:r><w:r><w:rPr><w:b/><w:sz w:val="20"/><w:szCs w:val="20"/><w:bdr w:val="single" w:sz="6" w:space="2" w:color="000000"/></w:rPr><w:t xml:space="preserve"> `)
		o.text(upper(x.doc.Foot.Mark))
		o.raw(` </w:t></w:r>`)
	}
	o.raw(`</w:p></w:hdr>`)
}

// field writes a number that the word processor works out.
func field(o *xmlWriter, name string) {
	o.tagf(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`, name)
}

// footer has the record, the page and the QR code, under a rule. An annex
// counts its own pages, and no field counts the pages of a part in every word
// processor: so it says the page of the part and the sheets of the whole.
func (x *docx) footer(o *xmlWriter, p part) {
	o.raw(`<w:ftr ` + nsMain + ` ` + nsRel + ` ` + nsDraw + `>`)
	code := 0.0
	if x.doc.Foot.URL != "" {
		code = footQR + 6
	}
	openTable(o, []float64{p.inner() - code, max(code, 1)}, "", 0)
	cellOpen := func(width float64) {
		o.tagf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:tcBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tcBorders></w:tcPr>`, twips(width))
	}
	line := func(before float64, write func()) {
		o.raw(`<w:p><w:pPr><w:pStyle w:val="Footer"/>`)
		o.tagf(`<w:spacing w:before="%d" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>`, twips(before))
		write()
		o.raw(`</w:p>`)
	}
	words := func(text string) {
		o.raw(`<w:r><w:t xml:space="preserve">`)
		o.text(text)
		o.raw(`</w:t></w:r>`)
	}
	o.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	cellOpen(p.inner() - code)
	line(4, func() { words(x.doc.Foot.firstLine()) })
	line(0, func() { x.pageFields(o, p, words) })
	line(0, func() { words(x.doc.Foot.lastLine()) })
	o.raw(`</w:tc>`)
	cellOpen(code)
	o.raw(`<w:p><w:pPr><w:pStyle w:val="Footer"/><w:spacing w:before="60" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="right"/></w:pPr>`)
	if x.doc.Foot.URL != "" {
		x.picture(o, 1, footQR)
	}
	o.raw(`</w:p></w:tc></w:tr></w:tbl>` + filler + `</w:ftr>`)
}

func (x *docx) pageFields(o *xmlWriter, p part, words func(string)) {
	switch {
	case len(x.doc.Annexes) == 0:
		words("Trang ")
		field(o, "PAGE")
		words("/")
		field(o, "NUMPAGES")
		return
	case p.name == "":
		words("Trang ")
	default:
		words(p.name + ", trang ")
	}
	field(o, "PAGE")
	words(" (toàn văn bản ")
	field(o, "NUMPAGES")
	words(" tờ)")
}
