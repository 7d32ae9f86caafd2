package paper

// jc is the DOCX word for an alignment.
func jc(a Align) string {
	switch a {
	case Center:
		return "center"
	case Right:
		return "right"
	case Justify:
		return "both"
	}
	return "left"
}

const timesNewRoman = `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/>`

func (x *docx) stylesPart(o *xmlWriter) {
	o.raw(`<w:styles ` + nsMain + `><w:docDefaults><w:rPrDefault><w:rPr>` + timesNewRoman +
		`<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`)
	for _, s := range x.composer.styles.all() {
		attribute := ` w:customStyle="1"`
		switch s.id {
		case "Normal":
			attribute = ` w:default="1"`
		case "Title", "Subtitle", "ListParagraph", "Caption", "Header", "Footer", "Heading1", "Heading2", "Heading3":
			attribute = ""
		}
		o.tagf(`<w:style w:type="paragraph"%s w:styleId="%s"><w:name w:val="%s"/>`, attribute, s.id, s.name)
		if s.id != "Normal" {
			o.raw(`<w:basedOn w:val="Normal"/>`)
		}
		if s.level > 0 {
			o.raw(`<w:next w:val="Normal"/>`)
		}
		o.raw(`<w:qFormat/><w:pPr>`)
		o.tagf(`<w:keepNext w:val="%d"/>`, flag(s.keepNext))
		o.raw(`<w:widowControl/>`)
		spacing(o, s)
		indent(o, s)
		o.tagf(`<w:jc w:val="%s"/>`, jc(s.align))
		if s.level > 0 {
			o.tagf(`<w:outlineLvl w:val="%d"/>`, s.level-1)
		}
		o.tagf(`</w:pPr><w:rPr><w:b w:val="%d"/><w:i w:val="%d"/><w:color w:val="000000"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			flag(s.bold), flag(s.italic), halves(s.size), halves(s.size))
	}
	o.raw(`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>` +
		`<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	o.raw(`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		o.tagf(`<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	o.raw(`</w:tblBorders>`)
	cellMargins(o, cellRise, cellPad)
	o.raw(`</w:tblPr></w:style></w:styles>`)
}

// cellMargins keeps text off the rules as in the PDF. It is always written:
// word processors differ in what they take for granted.
func cellMargins(o *xmlWriter, rise, pad float64) {
	o.tagf(`<w:tblCellMar><w:top w:w="%d" w:type="dxa"/><w:left w:w="%d" w:type="dxa"/><w:bottom w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar>`,
		twips(rise), twips(pad), twips(rise), twips(pad))
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

func spacing(o *xmlWriter, s style) {
	if s.id == "Filler" {
		o.raw(`<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>`)
		return
	}
	o.tagf(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/>`, twips(s.before), twips(s.after), int(s.lead*240+0.5))
}

func indent(o *xmlWriter, s style) {
	if s.first < 0 {
		o.tagf(`<w:ind w:left="%d" w:right="0" w:hanging="%d"/>`, twips(s.left), twips(-s.first))
		return
	}
	o.tagf(`<w:ind w:left="%d" w:right="0" w:firstLine="%d"/>`, twips(s.left), twips(s.first))
}

// numbering defines the dash list, and a numbered list anew for each list so
// that every one begins at 1.
func (x *docx) numbering(o *xmlWriter) {
	s := x.composer.styles.list
	level := func(id int, format, text string) {
		o.tagf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr>`, id, format, text)
		indent(o, s)
		o.raw(`</w:pPr><w:rPr>` + timesNewRoman + `</w:rPr></w:lvl></w:abstractNum>`)
	}
	o.raw(`<w:numbering ` + nsMain + `>`)
	level(0, "bullet", "–")
	level(1, "bullet", "-")
	level(2, "decimal", "%1.")
	o.raw(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>`)
	for i := range x.composer.lists {
		o.tagf(`<w:num w:numId="%d"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, i+3)
	}
	o.raw(`</w:numbering>`)
}

// numID is the list a paragraph belongs to.
func numID(p para) int {
	switch {
	case p.listID > 0:
		return p.listID + 2
	case p.label == "-":
		return 2
	}
	return 1
}

// settings keep lines that end in a line feed from being stretched, as the PDF does.
func (x *docx) settings(o *xmlWriter) {
	o.raw(`<w:settings ` + nsMain + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>` +
		`<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>`)
}

func (x *docx) fontTable(o *xmlWriter) {
	o.raw(`<w:fonts ` + nsMain + `><w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="A3"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>` +
		`<w:font w:name="` + symbolFont + `"><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>`)
}
