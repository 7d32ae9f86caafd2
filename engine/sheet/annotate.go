package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Notes are remarks on the rows of one sheet.
type Notes struct {
	Sheet  string         // empty for CSV
	Header int            // the row that gets the new column's heading; 0 for none
	Rows   map[int]string // by row number
}

// NoteBook gathers remarks by sheet.
type NoteBook struct {
	Headers map[string]int // by sheet
	All     []Notes
}

// Add adds a remark; several on one row are joined.
func (b *NoteBook) Add(sheet string, row int, text string) {
	at := -1
	for i := range b.All {
		if b.All[i].Sheet == sheet {
			at = i
		}
	}
	if at < 0 {
		at = len(b.All)
		b.All = append(b.All, Notes{Sheet: sheet, Header: b.Headers[sheet], Rows: map[int]string{}})
	}
	if old := b.All[at].Rows[row]; old != "" {
		text = old + " " + text
	}
	b.All[at].Rows[row] = text
}

// notesHeading is the heading of the added column. It is Vietnamese in every
// language of the program: the file goes back to the ward that made it.
const notesHeading = "Lỗi"

// notesWidth is the width of the added column, in characters.
const notesWidth = 60

// Annotate writes the file src again with a column "Lỗi" behind the last used
// column, holding the notes. Everything else stays as it was, byte for byte:
// cells, widths, merged ranges, formats, other sheets. CSV keeps its delimiter
// and is written as UTF-8 with BOM.
func Annotate(w io.Writer, src io.ReaderAt, size int64, name string, notes []Notes) error {
	book, err := Open(src, size, name)
	if err != nil {
		return err
	}
	if book.CSV {
		return book.csv.annotate(w, notes)
	}
	bySheet := map[string]Notes{}
	for _, n := range notes {
		bySheet[n.Sheet] = n
	}
	byPart := map[string]Notes{}
	for _, s := range book.Sheets {
		if n, ok := bySheet[s.Name]; ok {
			byPart[s.part] = n
		}
	}
	return book.xlsx.annotate(w, src, size, byPart)
}

func (w *workbook) annotate(out io.Writer, src io.ReaderAt, size int64, notes map[string]Notes) error {
	z, err := zip.NewReader(src, size)
	if err != nil {
		return err
	}
	zw := zip.NewWriter(out)
	for _, f := range z.File {
		n, ok := notes[partName(f.Name)]
		if !ok {
			if err := zw.Copy(f); err != nil {
				return err
			}
			continue
		}
		data, err := w.read(partName(f.Name))
		if err != nil {
			return err
		}
		if data, err = annotateSheet(data, n); err != nil {
			return err
		}
		part, err := zw.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified})
		if err != nil {
			return err
		}
		if _, err := part.Write(data); err != nil {
			return err
		}
	}
	return zw.Close()
}

// annotator rewrites one sheet.
type annotator struct {
	scanner
	notes  Notes
	out    bytes.Buffer
	from   int // what is behind has been written
	column int // of the notes
	widths widthMode
	prefix string // of the name space, with its colon

	row     int
	text    string // to be written in this row
	style   string // of the last cell
	column0 int    // column of the next cell without a reference
}

// widthMode says what to do about the width of the new column.
type widthMode uint8

const (
	addWidths    widthMode = iota // the sheet has no widths
	extendWidths                  // add one to the list
	leaveWidths                   // a range that reaches over our column must not overlap with another
)

// annotateSheet puts a cell behind the last column in each row that has a note.
func annotateSheet(data []byte, n Notes) ([]byte, error) {
	a := &annotator{scanner: scanner{data: data}, notes: n}
	if err := a.measure(); err != nil {
		return nil, err
	}
	a.at = 0
	for {
		start := a.at
		err := a.next()
		if errors.Is(err, errEnd) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := a.copy(start + bytes.LastIndexByte(data[start:a.at-1], '<')); err != nil {
			return nil, err
		}
	}
	a.out.Write(data[a.from:])
	return a.out.Bytes(), nil
}

// copy handles the tag that begins at tag and has just been read.
func (a *annotator) copy(tag int) error {
	switch {
	case a.is("worksheet") && a.open:
		a.prefix = tagPrefix(a.data[tag:a.at])
	case a.is("cols") && !a.open && a.widths == extendWidths:
		a.insert(tag, a.width())
	case a.is("sheetData") && a.open && a.widths == addWidths:
		a.insert(tag, fmt.Sprintf(`<%[1]scols>%[2]s</%[1]scols>`, a.prefix, a.width()))
	case a.is("row") && a.open:
		a.startRow()
	case a.is("c") && a.open && a.text != "":
		return a.cell(tag)
	case a.is("row") && a.text != "":
		a.insert(tag, a.note())
	}
	return nil
}

func (a *annotator) insert(at int, text string) {
	a.out.Write(a.data[a.from:at])
	a.out.WriteString(text)
	a.from = at
}

func (a *annotator) startRow() {
	a.row++
	if r, err := strconv.Atoi(string(a.attr("r"))); err == nil {
		a.row = r
	}
	a.style, a.column0 = "", 0
	a.text = a.notes.Rows[a.row]
	if a.row == a.notes.Header {
		a.text = notesHeading
	}
	if a.close {
		a.text = ""
	}
}

// cell passes a cell by; one in or behind the column of notes is blank, and the
// note goes before it or takes its place.
func (a *annotator) cell(tag int) error {
	col := a.column0
	if c := columnIndex(a.attr("r")); c >= 0 {
		col = c
	}
	a.column0 = col + 1
	if col < a.column {
		a.style = string(a.attr("s"))
		return nil
	}
	a.insert(tag, a.note())
	a.text = ""
	if col > a.column {
		return nil
	}
	for !a.close || !a.is("c") {
		if err := a.next(); err != nil {
			return errXML
		}
	}
	a.from = a.at
	return nil
}

func (a *annotator) width() string {
	return fmt.Sprintf(`<%scol min="%d" max="%d" width="%d" customWidth="1"/>`, a.prefix, a.column+1, a.column+1, notesWidth)
}

// note is the cell; the heading has the style of the heading beside it.
func (a *annotator) note() string {
	style := ""
	if a.row == a.notes.Header && a.style != "" {
		style = ` s="` + a.style + `"`
	}
	return fmt.Sprintf(`<%[1]sc r="%[2]s%[3]d"%[4]s t="inlineStr"><%[1]sis><%[1]st>%[5]s</%[1]st></%[1]sis></%[1]sc>`,
		a.prefix, ColumnName(a.column), a.row, style, escapeXML(a.text))
}

// measure finds the column behind the last content or width of the sheet.
func (a *annotator) measure() error {
	at := 0
	for {
		switch err := a.next(); {
		case errors.Is(err, errEnd):
			return nil
		case err != nil:
			return err
		}
		switch {
		case a.is("cols") && a.open && !a.close:
			a.widths = extendWidths
		case a.is("col") && a.open:
			if to, err := strconv.Atoi(string(a.attr("max"))); err == nil && to <= MaxColumns {
				a.column = max(a.column, to)
			} else {
				a.widths = leaveWidths
			}
		case a.is("row") && a.open:
			at = 0
		case a.is("c") && a.open:
			if c := columnIndex(a.attr("r")); c >= 0 {
				at = c
			}
			at++
		case (a.is("v") || a.is("is") || a.is("f")) && a.open:
			a.column = max(a.column, at)
		}
	}
}

// tagPrefix is the name space prefix of a tag with its colon, as in <x:worksheet>.
func tagPrefix(tag []byte) string {
	name := bytes.TrimLeft(tag, "</")
	end := bytes.IndexAny(name, " \t\r\n>/")
	if colon := bytes.IndexByte(name[:max(end, 0)], ':'); colon >= 0 {
		return string(name[:colon+1])
	}
	return ""
}

func escapeXML(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}

func (c *csvText) annotate(w io.Writer, notes []Notes) error {
	var n Notes
	if len(notes) > 0 {
		n = notes[0]
	}
	width := 0
	c.records(func(_ int, fields []string, _, _ int) bool {
		width = max(width, len(fields))
		return true
	})
	out := bufio.NewWriter(w) // keeps the first error until Flush
	_, _ = out.WriteString(byteOrderMark)
	if c.declared {
		fmt.Fprintf(out, "sep=%c", c.delimiter)
	}
	c.records(func(number int, fields []string, from, to int) bool {
		text := n.Rows[number]
		if number == n.Header {
			text = notesHeading
		}
		_, _ = out.WriteString(c.data[from:to])
		if text != "" {
			_, _ = out.WriteString(strings.Repeat(string(c.delimiter), width-len(fields)+1))
			_, _ = out.WriteString(quoteField(text, c.delimiter))
		}
		_, err := out.WriteString("\r\n")
		return err == nil
	})
	return out.Flush()
}
