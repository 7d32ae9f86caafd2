package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// workbook is an opened XLSX package.
type workbook struct {
	parts   map[string]*zip.File
	strings []string // shared strings
	dates   []bool   // by cell style: shows a day
	epoch   time.Time
}

// xmlWorkbook and xmlRels are the parts of workbook.xml and its relationships
// that are used. Without name spaces they match both kinds of Office Open XML.
type xmlWorkbook struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		ID    string `xml:"id,attr"`
		State string `xml:"state,attr"`
	} `xml:"sheets>sheet"`
}

type xmlRels struct {
	Rels []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

type xmlStyles struct {
	Formats []struct {
		ID   int    `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Cells []struct {
		Format int `xml:"numFmtId,attr"`
	} `xml:"cellXfs>xf"`
}

func (b *Book) openXLSX(r io.ReaderAt, size int64) (*Book, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, b.fail(Broken, err)
	}
	w := &workbook{}
	if w.parts, err = zipParts(z); err != nil {
		return nil, b.fail(TooLarge, err)
	}
	main := w.mainPart()
	if main == "" {
		kind := NotATable
		if w.parts["xl/workbook.bin"] != nil {
			kind = OldExcel
		}
		return nil, b.fail(kind, nil)
	}
	if err := w.load(b, main); err != nil {
		return nil, b.fail(Broken, err)
	}
	switch {
	case len(b.Sheets) == 0:
		return nil, b.fail(Empty, nil)
	case len(b.Sheets) > maxSheets:
		return nil, b.fail(TooLarge, fmt.Errorf("%d sheets", len(b.Sheets)))
	}
	b.xlsx = w
	return b, nil
}

// mainPart finds the workbook's own part.
func (w *workbook) mainPart() string {
	var rels xmlRels
	if w.decodePart("_rels/.rels", &rels) == nil {
		for _, rel := range rels.Rels {
			target := resolve("", rel.Target)
			if strings.HasSuffix(rel.Type, "/officeDocument") && strings.HasSuffix(target, ".xml") && w.parts[target] != nil {
				if strings.HasPrefix(target, "word/") || strings.HasPrefix(target, "ppt/") {
					return ""
				}
				return target
			}
		}
	}
	if w.parts["xl/workbook.xml"] != nil {
		return "xl/workbook.xml"
	}
	return ""
}

// load reads everything but the cells, and the merged ranges of each sheet.
func (w *workbook) load(b *Book, main string) error {
	var book xmlWorkbook
	if err := w.decodePart(main, &book); err != nil {
		return err
	}
	var rels xmlRels
	dir := path.Dir(main)
	if err := w.decodePart(dir+"/_rels/"+path.Base(main)+".rels", &rels); err != nil {
		return err
	}
	w.epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if on := book.Properties.Date1904; on == "1" || on == "true" {
		w.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	targets := map[string]string{}
	for _, rel := range rels.Rels {
		target := resolve(dir, rel.Target)
		var err error
		switch {
		case strings.HasSuffix(rel.Type, "/worksheet"):
			targets[rel.ID] = target
		case strings.HasSuffix(rel.Type, "/sharedStrings"):
			err = w.loadStrings(target)
		case strings.HasSuffix(rel.Type, "/styles"):
			err = w.loadStyles(target)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	for _, s := range book.Sheets {
		part := targets[s.ID]
		if part == "" {
			continue // a chart sheet or a macro sheet
		}
		f := w.parts[part]
		if f == nil {
			return fmt.Errorf("sheet %q is missing", s.Name)
		}
		b.Sheets = append(b.Sheets, &Sheet{Name: s.Name, Hidden: s.State != "" && s.State != "visible", part: part, size: int(f.UncompressedSize64)})
	}
	return nil
}

// resolve makes the target of a relationship a name in workbook.parts.
func resolve(dir, target string) string {
	target = strings.ReplaceAll(target, "\\", "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join(dir, target)
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
}

// read unpacks a part. archive/zip stops at the size that zipParts has counted.
func (w *workbook) read(name string) ([]byte, error) {
	f := w.parts[name]
	if f == nil {
		return nil, fmt.Errorf("%s is missing", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data := make([]byte, 0, min(f.UncompressedSize64, MaxContent)+1)
	buf := bytes.NewBuffer(data)
	_, err = buf.ReadFrom(r)
	return bytes.TrimPrefix(buf.Bytes(), []byte("\xef\xbb\xbf")), err
}

func (w *workbook) decodePart(name string, into any) error {
	data, err := w.read(strings.ToLower(strings.TrimPrefix(name, "./")))
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (w *workbook) loadStrings(name string) error {
	data, err := w.read(name)
	if err != nil {
		return err
	}
	s := scanner{data: data}
	for {
		switch err := s.next(); {
		case errors.Is(err, errEnd):
			return nil
		case err != nil:
			return err
		}
		if s.is("si") && s.open {
			text, err := s.inner("si")
			if err != nil {
				return err
			}
			w.strings = append(w.strings, text)
		}
	}
}

func (w *workbook) loadStyles(name string) error {
	var styles xmlStyles
	if err := w.decodePart(name, &styles); err != nil {
		return err
	}
	custom := map[int]bool{}
	for _, f := range styles.Formats {
		custom[f.ID] = isDateFormat(f.Code)
	}
	w.dates = make([]bool, len(styles.Cells))
	for i, c := range styles.Cells {
		date, ok := custom[c.Format]
		w.dates[i] = date || !ok && (c.Format >= 14 && c.Format <= 22 || c.Format >= 27 && c.Format <= 36 || c.Format >= 45 && c.Format <= 47 || c.Format >= 50 && c.Format <= 58)
	}
	return nil
}

// isDateFormat finds a day, month, year, hour or second in a number format,
// outside quotes, brackets and escapes.
func isDateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case '[':
			if j := strings.IndexByte(code[i:], ']'); j >= 0 {
				i += j
			}
		case '\\', '_', '*':
			i++
		case 'd', 'D', 'm', 'M', 'y', 'Y', 'h', 'H', 's', 'S':
			return true
		case 'G', 'g': // General
			if len(code) >= i+7 && strings.EqualFold(code[i:i+7], "General") {
				i += 6
			}
		}
	}
	return false
}

// each hands the rows of a sheet to yield, blank ones too.
func (w *workbook) each(sheet *Sheet, yield func(Row) error) error {
	data, err := w.read(sheet.part)
	if err != nil {
		return err
	}
	if sheet.Merges, err = readMerges(data); err != nil {
		return err
	}
	fill := newFiller(sheet.Merges)
	s := scanner{data: data}
	row := Row{}
	inRow := false
	for {
		if err := s.next(); err != nil {
			if errors.Is(err, errEnd) {
				return fmt.Errorf("%w: ends within the rows", errXML)
			}
			return err
		}
		switch {
		case s.is("row") && s.open:
			number := row.Number + 1
			if r := s.attr("r"); r != nil {
				if number, err = strconv.Atoi(string(r)); err != nil || number < 1 {
					return errXML
				}
			}
			row = Row{Number: number, Cells: row.Cells[:0]}
			inRow = !s.close
		case s.is("c") && s.open && inRow:
			if err := w.cell(&s, &row); err != nil {
				return fmt.Errorf("row %d: %w", row.Number, err)
			}
		case s.is("row") && inRow:
			inRow = false
			sheet.last = s.at
			fill.row(&row)
			if err := yield(row); err != nil {
				return err
			}
		case s.is("sheetData") && s.close:
			sheet.last = sheet.size
			return nil
		}
	}
}

// cell reads one <c> and puts it where its reference says.
func (w *workbook) cell(s *scanner, row *Row) error {
	col := len(row.Cells)
	if ref := s.attr("r"); ref != nil {
		if at := columnIndex(ref); at >= 0 {
			col = at
		}
	}
	kind, style := string(s.attr("t")), s.attr("s")
	if s.close {
		return nil
	}
	value, found := "", false
	for {
		if err := s.next(); err != nil {
			return errXML
		}
		var err error
		switch {
		case s.is("v") && !s.open:
			value, err = decode(s.text)
			found = true
		case s.is("is") && s.open:
			value, err = s.inner("is")
			found = true
		case s.is("c") && !s.open:
			if !found {
				return nil
			}
			cell, err := w.value(kind, style, value)
			if err != nil {
				return err
			}
			return put(row, col, cell)
		}
		if err != nil {
			return err
		}
	}
}

func put(row *Row, col int, cell Cell) error {
	if cell.Kind == Blank {
		return nil
	}
	if col >= MaxColumns {
		return fmt.Errorf("%w: column %s", errTooLarge, ColumnName(col))
	}
	for len(row.Cells) <= col {
		row.Cells = append(row.Cells, Cell{})
	}
	row.Cells[col] = cell
	return nil
}

func (w *workbook) value(kind string, style []byte, value string) (Cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(w.strings) {
			return Cell{}, errXML
		}
		return textCell(w.strings[i]), nil
	case "inlineStr":
		return textCell(value), nil
	case "str":
		return textCell(unescape(value)), nil
	case "b":
		text := "FALSE"
		if value == "1" || value == "true" {
			text = "TRUE"
		}
		return Cell{Text: text, Kind: Logical}, nil
	case "e":
		return Cell{Text: value, Kind: Failure}, nil
	case "d":
		return Cell{Text: value, Kind: Date}, nil
	}
	if value == "" {
		return Cell{}, nil
	}
	if i, err := strconv.Atoi(string(style)); err == nil && i >= 0 && i < len(w.dates) && w.dates[i] {
		if text, ok := w.day(value); ok {
			return Cell{Text: text, Kind: Date}, nil
		}
	}
	return Cell{Text: value, Kind: Number}, nil
}

func textCell(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Text: s, Kind: Text}
}

// day turns a serial day into ISO text.
func (w *workbook) day(value string) (string, bool) {
	serial, err := strconv.ParseFloat(value, 64)
	const lastSerial = 2958465 // 31/12/9999
	if err != nil || !(serial >= 0 && serial <= lastSerial) {
		return "", false
	}
	days := int(serial)
	t := w.epoch.AddDate(0, 0, days).Add(time.Duration((serial-float64(days))*86400+0.5) * time.Second)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly), true
	}
	return t.Format("2006-01-02T15:04:05"), true
}

// readMerges reads the ranges that follow the cells of a sheet.
func readMerges(data []byte) ([]Merge, error) {
	start := bytes.LastIndex(data, []byte("sheetData"))
	if start < 0 {
		return nil, errXML
	}
	gt := bytes.IndexByte(data[start:], '>')
	if gt < 0 {
		return nil, errXML
	}
	var merges []Merge
	s := scanner{data: data, at: start + gt + 1}
	for {
		switch err := s.next(); {
		case errors.Is(err, errEnd):
			return nil, fmt.Errorf("%w: the sheet is cut off", errXML)
		case err != nil:
			return nil, err
		case s.is("worksheet") && !s.open:
			slices.SortFunc(merges, func(a, b Merge) int { return cmp.Or(a.Top-b.Top, a.Left-b.Left) })
			return merges, nil
		}
		if s.is("mergeCell") && s.open {
			if m, ok := parseMerge(s.attr("ref")); ok {
				merges = append(merges, m)
			}
		}
	}
}

func parseMerge(ref []byte) (Merge, bool) {
	from, to, ok := bytes.Cut(ref, []byte(":"))
	if !ok {
		return Merge{}, false
	}
	top, left, ok1 := parseRef(from)
	bottom, right, ok2 := parseRef(to)
	return Merge{top, left, bottom, right}, ok1 && ok2 && top <= bottom && left <= right
}
