package paper

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The content types of the files that a document is written as.
const (
	TypeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	TypePDF  = "application/pdf"
)

// WriteDOCX writes the document as a Word file (ECMA-376, transitional) with
// real styles, lists, repeated table heads and page fields, so that an office
// can go on editing it. The same document gives the same bytes. Fonts are not
// embedded, they only measure columns. Errors: ErrSpan for a table that does
// not fit together, a QR text that is too long, and what w returns.
func (d *Document) WriteDOCX(w io.Writer, fonts *Fonts) error {
	c, err := compose(d, fonts)
	if err != nil {
		return err
	}
	x := &docx{doc: d, composer: c, zip: zip.NewWriter(w), made: d.madeAt().UTC()}
	if err := x.gather(); err != nil {
		return err
	}
	for _, part := range []struct {
		name  string
		write func(*xmlWriter)
	}{
		{"[Content_Types].xml", x.contentTypes},
		{"_rels/.rels", x.packageRels},
		{"docProps/core.xml", x.core},
		{"docProps/app.xml", x.app},
		{"word/document.xml", x.document},
		{"word/_rels/document.xml.rels", x.documentRels},
		{"word/styles.xml", x.stylesPart},
		{"word/numbering.xml", x.numbering},
		{"word/settings.xml", x.settings},
		{"word/fontTable.xml", x.fontTable},
	} {
		x.part(part.name, part.write)
	}
	x.headersAndFooters()
	x.pictures()
	if x.err == nil {
		x.err = x.zip.Close()
	}
	if x.err != nil {
		return fmt.Errorf("paper: write DOCX: %w", x.err)
	}
	return nil
}

// docx writes the parts of one file. The first error stops the rest.
type docx struct {
	doc      *Document
	composer *composer
	zip      *zip.Writer
	made     time.Time
	sections []part
	codes    []string // texts of the QR codes; the first is the foot's, if it has one
	pngs     [][]byte
	quiet    []int // white border of each picture, to be cropped, in thousandths of a percent
	drawings int
	err      error
}

// gather finds the sections and pictures before the parts that name them.
func (x *docx) gather() error {
	if x.doc.Foot.URL != "" {
		x.codes = append(x.codes, x.doc.Foot.URL)
	}
	for _, item := range x.composer.pieces {
		switch v := item.(type) {
		case part:
			x.sections = append(x.sections, v)
		case para:
			if v.qr != "" {
				x.codeID(v.qr)
			}
		}
	}
	for _, text := range x.codes {
		code, err := encodeQR(text)
		if err != nil {
			return err
		}
		const border = 4 // modules on each side, set by the encoder
		x.pngs = append(x.pngs, code.PNG())
		x.quiet = append(x.quiet, border*100_000/(code.Size+2*border))
	}
	return nil
}

// codeID is the number of a QR picture, from 1.
func (x *docx) codeID(text string) int {
	for i, known := range x.codes {
		if known == text {
			return i + 1
		}
	}
	x.codes = append(x.codes, text)
	return len(x.codes)
}

// part writes one XML part.
func (x *docx) part(name string, write func(*xmlWriter)) {
	if x.err != nil {
		return
	}
	file, err := x.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: x.made})
	if err != nil {
		x.err = err
		return
	}
	out := &xmlWriter{w: bufio.NewWriter(file)}
	out.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	write(out)
	x.err = out.w.Flush()
}

// pictures writes the QR codes as PNG.
func (x *docx) pictures() {
	for i, png := range x.pngs {
		if x.err != nil {
			return
		}
		file, err := x.zip.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("word/media/qr%d.png", i+1), Method: zip.Store, Modified: x.made})
		if err != nil {
			x.err = err
			return
		}
		_, x.err = file.Write(png)
	}
}

// xmlWriter writes markup; errors are kept by the buffered writer until Flush.
type xmlWriter struct{ w *bufio.Writer }

// raw writes markup as it is.
func (o *xmlWriter) raw(markup string) { _, _ = o.w.WriteString(markup) }

// tagf writes markup with numbers and safe words in it.
func (o *xmlWriter) tagf(format string, args ...any) { fmt.Fprintf(o.w, format, args...) }

// text writes character data.
func (o *xmlWriter) text(s string) { _ = xml.EscapeText(o.w, []byte(s)) }

// attr makes a text safe inside an attribute.
func attr(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// twips are twentieths of a point.
func twips(points float64) int {
	if points < 0 {
		return int(points*20 - 0.5)
	}
	return int(points*20 + 0.5)
}

// halves are half points, the unit of font sizes.
func halves(points float64) int { return int(points*2 + 0.5) }

const (
	nsMain = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	nsRel  = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	nsDraw = `xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	relBase = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func (x *docx) contentTypes(o *xmlWriter) {
	const word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	o.raw(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>`)
	override := func(name, kind string) {
		o.tagf(`<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>`, name, word, kind)
	}
	override("document", "document.main")
	override("styles", "styles")
	override("numbering", "numbering")
	override("settings", "settings")
	override("fontTable", "fontTable")
	for i := range x.sections {
		override(fmt.Sprintf("header%d", i+1), "header")
		override(fmt.Sprintf("headerFirst%d", i+1), "header")
		override(fmt.Sprintf("footer%d", i+1), "footer")
	}
	o.raw(`</Types>`)
}

func relationship(o *xmlWriter, id, kind, target string) {
	o.tagf(`<Relationship Id="%s" Type="%s" Target="%s"/>`, id, kind, target)
}

const relsOpen = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`

func (x *docx) packageRels(o *xmlWriter) {
	o.raw(relsOpen)
	relationship(o, "rId1", relBase+"officeDocument", "word/document.xml")
	relationship(o, "rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml")
	relationship(o, "rId3", relBase+"extended-properties", "docProps/app.xml")
	o.raw(`</Relationships>`)
}

func (x *docx) documentRels(o *xmlWriter) {
	o.raw(relsOpen)
	for _, name := range []string{"styles", "numbering", "settings", "fontTable"} {
		relationship(o, name, relBase+name, name+".xml")
	}
	for i := range x.sections {
		relationship(o, fmt.Sprintf("header%d", i+1), relBase+"header", fmt.Sprintf("header%d.xml", i+1))
		relationship(o, fmt.Sprintf("headerFirst%d", i+1), relBase+"header", fmt.Sprintf("headerFirst%d.xml", i+1))
		relationship(o, fmt.Sprintf("footer%d", i+1), relBase+"footer", fmt.Sprintf("footer%d.xml", i+1))
	}
	x.codeRels(o)
	o.raw(`</Relationships>`)
}

// codeRels names the pictures and the links behind them.
func (x *docx) codeRels(o *xmlWriter) {
	for i, text := range x.codes {
		relationship(o, fmt.Sprintf("qr%d", i+1), relBase+"image", fmt.Sprintf("media/qr%d.png", i+1))
		o.tagf(`<Relationship Id="link%d" Type="%shyperlink" Target="%s" TargetMode="External"/>`, i+1, relBase, attr(text))
	}
}

func (x *docx) core(o *xmlWriter) {
	at := x.made.Format("2006-01-02T15:04:05Z")
	o.raw(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	o.text(x.doc.title())
	o.raw(`</dc:title><dc:subject>`)
	o.text(clean(x.doc.Subject))
	o.raw(`</dc:subject><dc:creator>`)
	o.text(clean(x.doc.Issuer.Name))
	o.raw(`</dc:creator>`)
	o.tagf(`<dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified>`, at, at)
	o.raw(`<dc:language>vi-VN</dc:language></cp:coreProperties>`)
}

func (x *docx) app(o *xmlWriter) {
	o.raw(`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Sonha</Application><Company>`)
	o.text(clean(x.doc.Issuer.Name))
	o.raw(`</Company></Properties>`)
}
