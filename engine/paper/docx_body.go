package paper

import "strings"

// symbolFont has the tick boxes and state marks on every Windows since 7;
// elsewhere the word processor finds another that has them.
const symbolFont = "Segoe UI Symbol"

func (x *docx) document(o *xmlWriter) {
	o.raw(`<w:document ` + nsMain + ` ` + nsRel + ` ` + nsDraw + `><w:body>`)
	section := 0
	for i, item := range x.composer.pieces {
		switch v := item.(type) {
		case part:
			if i == 0 {
				continue
			}
			o.raw(`<w:p><w:pPr><w:pStyle w:val="Filler"/>`)
			x.section(o, section)
			o.raw(`</w:pPr></w:p>`)
			section++
		case newPage:
			o.raw(`<w:p><w:pPr><w:pStyle w:val="Filler"/><w:pageBreakBefore/></w:pPr></w:p>`)
		case para:
			x.para(o, v, x.sections[section].inner())
		case *columns:
			x.columns(o, v)
		case *grid:
			x.grid(o, v, x.endsSection(i))
		case dots:
			x.dots(o, v, x.sections[section].inner())
		}
	}
	x.section(o, section)
	o.raw(`</w:body></w:document>`)
}

// endsSection says whether a new part follows piece i.
func (x *docx) endsSection(i int) bool {
	if i+1 == len(x.composer.pieces) {
		return false
	}
	_, ok := x.composer.pieces[i+1].(part)
	return ok
}

// section closes the pages of a part. The number of the first page of its own
// numbering is not shown.
func (x *docx) section(o *xmlWriter, i int) {
	p := x.sections[i]
	o.tagf(`<w:sectPr><w:headerReference w:type="default" r:id="header%d"/><w:headerReference w:type="first" r:id="headerFirst%d"/>`, i+1, i+1)
	o.tagf(`<w:footerReference w:type="default" r:id="footer%d"/><w:footerReference w:type="first" r:id="footer%d"/><w:type w:val="nextPage"/>`, i+1, i+1)
	orient := ""
	if p.width > p.height {
		orient = ` w:orient="landscape"`
	}
	o.tagf(`<w:pgSz w:w="%d" w:h="%d"%s/>`, twips(p.width), twips(p.height), orient)
	o.tagf(`<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
		twips(p.top), twips(p.right), twips(p.bottom), twips(p.left), twips(numberFromTop), twips(footFromEdge))
	if p.restart {
		o.raw(`<w:pgNumType w:start="1"/><w:titlePg/>`)
	}
	o.raw(`</w:sectPr>`)
}

// para writes a paragraph: its style, and only what differs from it.
func (x *docx) para(o *xmlWriter, p para, room float64) {
	var named style
	for _, s := range x.composer.styles.all() {
		if s.id == p.id {
			named = s
		}
	}
	o.tagf(`<w:p><w:pPr><w:pStyle w:val="%s"/>`, p.id)
	if p.hand != nil {
		p.before += handHeight // room for a pen
	}
	after := p.after
	if p.rule > 0 {
		p.after = 0 // the rule stands between the text and the room after it
	}
	if p.keepNext != named.keepNext || p.rule > 0 {
		o.tagf(`<w:keepNext w:val="%d"/>`, flag(p.keepNext || p.rule > 0))
	}
	if p.label != "" {
		o.tagf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, numID(p))
	}
	if p.before != named.before || p.after != named.after || p.lead != named.lead {
		spacing(o, p.style)
	}
	if p.first != named.first || p.left != named.left || p.label != "" {
		indent(o, p.style)
	}
	if p.align != named.align {
		o.tagf(`<w:jc w:val="%s"/>`, jc(p.align))
	}
	if p.level != named.level && p.level > 0 {
		o.tagf(`<w:outlineLvl w:val="%d"/>`, p.level-1)
	}
	o.raw(`</w:pPr>`)
	if p.hand != nil {
		o.raw(`</w:p>`)
		return
	}
	if p.qr != "" {
		x.picture(o, x.codeID(p.qr), p.side)
	}
	for _, run := range p.runs {
		x.run(o, run, p.style, named)
	}
	o.raw(`</w:p>`)
	if p.rule > 0 {
		rulePara(o, p, room, after)
	}
}

// rulePara is a rule of a given length: the upper border of an empty
// paragraph, indented from both sides.
func rulePara(o *xmlWriter, p para, room, after float64) {
	side := max(0, (room-p.rule)/2)
	o.raw(`<w:p><w:pPr><w:pStyle w:val="Filler"/>`)
	o.tagf(`<w:keepNext w:val="%d"/>`, flag(p.keepNext))
	o.raw(`<w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>`)
	o.tagf(`<w:spacing w:before="%d" w:after="%d" w:line="20" w:lineRule="exact"/>`, twips(ruleGap), twips(after))
	o.tagf(`<w:ind w:left="%d" w:right="%d" w:firstLine="0"/></w:pPr></w:p>`, twips(side), twips(side))
}

// run writes text; marks go out in the symbol font, line feeds as breaks.
func (x *docx) run(o *xmlWriter, r Run, s, named style) {
	if r.Text == "" {
		return
	}
	bold, italic := r.Bold || s.bold, r.Italic || s.italic
	properties := func(font string) {
		o.raw(`<w:r><w:rPr>` + font)
		if bold != named.bold {
			o.tagf(`<w:b w:val="%d"/>`, flag(bold))
		}
		if italic != named.italic {
			o.tagf(`<w:i w:val="%d"/>`, flag(italic))
		}
		if s.size != named.size {
			o.tagf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, halves(s.size), halves(s.size))
		}
		o.raw(`</w:rPr>`)
	}
	stretch := func(text string) {
		if text == "" {
			return
		}
		properties("")
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				o.raw(`<w:br/>`)
			}
			o.raw(`<w:t xml:space="preserve">`)
			o.text(line)
			o.raw(`</w:t>`)
		}
		o.raw(`</w:r>`)
	}
	from := 0
	for i, c := range r.Text {
		if !isMark(c) {
			continue
		}
		stretch(r.Text[from:i])
		properties(`<w:rFonts w:ascii="` + symbolFont + `" w:hAnsi="` + symbolFont + `" w:cs="` + symbolFont + `" w:eastAsia="` + symbolFont + `"/>`)
		o.raw(`<w:t>` + string(c) + `</w:t></w:r>`)
		from = i + len(string(c))
	}
	stretch(r.Text[from:])
}

// dots is a dotted line to the right margin: a tab with a leader.
func (x *docx) dots(o *xmlWriter, d dots, room float64) {
	o.tagf(`<w:p><w:pPr><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs>`, twips(room))
	spacing(o, d.style)
	indent(o, d.style)
	o.tagf(`<w:jc w:val="left"/></w:pPr>`)
	if d.label != "" {
		x.run(o, Run{Text: d.label + " "}, d.style, d.style)
	}
	o.raw(`<w:r><w:tab/></w:r></w:p>`)
}

// picture sets a QR code in the line, with its link.
func (x *docx) picture(o *xmlWriter, id int, side float64) {
	x.drawings++
	quiet := x.quiet[id-1]
	emu := int(side * 12700)
	o.tagf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/>`, emu, emu)
	o.tagf(`<wp:docPr id="%d" name="QR %d" descr="Mã QR mở bản gốc trên Sonha"><a:hlinkClick r:id="link%d"/></wp:docPr>`, x.drawings, x.drawings, id)
	o.tagf(`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="qr%d.png"/><pic:cNvPicPr/></pic:nvPicPr>`, x.drawings, id)
	o.tagf(`<pic:blipFill><a:blip r:embed="qr%d"/><a:srcRect l="%d" t="%d" r="%d" b="%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, id, quiet, quiet, quiet, quiet)
	o.tagf(`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`, emu, emu)
}
