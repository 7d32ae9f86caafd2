package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
)

// Limits on what is read. A ward has some thousands of houses; a city sends at
// most a few times ten thousand rows in one file.
const (
	MaxFile    = 64 << 20  // bytes of the file as sent
	MaxContent = 320 << 20 // bytes of all its parts unpacked
	MaxRows    = 200_000   // rows with content, over all sheets
	MaxColumns = 200       // the last column with content
	maxSheets  = 200
)

// CellKind is what a cell holds.
type CellKind uint8

// The kinds of cell. Cells of CSV are Text.
const (
	Blank   CellKind = iota
	Text             // text, also that of a formula
	Number           // as stored: "5", "901000835", "9.01000318E8"
	Date             // "2026-05-12", with a time "2026-05-12T08:30:00"
	Logical          // "TRUE", "FALSE"
	Failure          // "#REF!" and other error values
)

// Cell is one cell: the stored value of a formula, not the formula.
type Cell struct {
	Text string
	Kind CellKind
	Down bool // the value comes from the cell above, with which it is merged
}

// Row is one row with content.
type Row struct {
	Number int    // 1-based, as Excel shows it
	Cells  []Cell // from column A; valid until the next row is asked for
}

// Cell returns the cell in column col, counted from 0; blank beyond the end.
func (r Row) Cell(col int) Cell {
	if col < 0 || col >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[col]
}

// Own gives how many cells hold something that is not merged down from the row above, and the text of the first of them.
func (r Row) Own() (n int, first string) {
	for _, c := range r.Cells {
		if c.Kind == Blank || c.Down {
			continue
		}
		if n++; n == 1 {
			first = c.Text
		}
	}
	return n, first
}

// Merge is a merged range; rows from 1, columns from 0, ends included.
type Merge struct {
	Top, Left, Bottom, Right int
}

// Sheet is one sheet of a book.
type Sheet struct {
	Name   string  // empty for CSV
	Hidden bool    // hidden sheets are read like others
	Merges []Merge // known once Rows has begun

	part string
	size int // bytes, for progress
	last int // bytes read so far
}

// Book is an opened workbook or CSV file.
type Book struct {
	File   string // its name as the user gave it
	CSV    bool
	Sheets []*Sheet

	xlsx *workbook
	csv  *csvText
	rows int // with content, so far

	sample sample
}

// Open looks at a file and prepares it for reading. It tells XLSX from CSV by
// the content, not by the name. All errors are *Error but those of r itself.
func Open(r io.ReaderAt, size int64, name string) (*Book, error) {
	b := &Book{File: filepath.Base(name)}
	if size == 0 {
		return nil, b.fail(Empty, nil)
	}
	if size > MaxFile {
		return nil, b.fail(TooLarge, fmt.Errorf("%d bytes", size))
	}
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return b.openXLSX(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, b.fail(compoundKind(r, size), nil)
	case foreign(head):
		return nil, b.fail(NotATable, nil)
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, err
	}
	return b.openCSV(data)
}

func (b *Book) fail(kind Kind, err error) error {
	return &Error{Kind: kind, File: b.File, Err: err}
}

// compoundKind tells a workbook with a password from an old .xls: both are
// compound files, and the name of a stream in its directory is UTF-16.
func compoundKind(r io.ReaderAt, size int64) Kind {
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return Broken
	}
	utf16 := func(s string) []byte {
		return []byte(strings.Join(strings.Split(s, ""), "\x00") + "\x00")
	}
	switch {
	case bytes.Contains(data, utf16("EncryptedPackage")):
		return Encrypted
	case bytes.Contains(data, utf16("Workbook")), bytes.Contains(data, utf16("Book")):
		return OldExcel
	}
	return NotATable
}

// foreign finds the kinds of file that people pick by mistake.
func foreign(head []byte) bool {
	for _, magic := range []string{"%PDF", "\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF", "Rar!", "7z\xbc\xaf", "\x1f\x8b", "{\\rtf"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, tag := range []string{"<html", "<!doctype", "<?xml", "<table", "<meta"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return false
}

// Rows streams the rows of a sheet that have content, in one pass. Ranges merged
// downwards give their value to each row that has content (Cell.Down); ranges
// merged sideways have it in their first cell only. After an error it ends.
func (b *Book) Rows(s *Sheet) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		each := func(row Row) error {
			if len(row.Cells) == 0 {
				return nil
			}
			if b.rows++; b.rows > MaxRows {
				return errTooLarge
			}
			if err := b.sample.add(row); err != nil {
				return err
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		}
		var err error
		if b.CSV {
			err = b.csv.each(s, each)
		} else if err = b.xlsx.each(s, each); err == nil {
			err = b.sample.check()
		}
		var refusal *Error
		switch {
		case err == nil || errors.Is(err, errStop):
			return
		case errors.As(err, &refusal):
		case errors.Is(err, errTooLarge):
			refusal = &Error{Kind: TooLarge, Err: err}
		default:
			refusal = &Error{Kind: Broken, Err: err}
		}
		refusal.File, refusal.Sheet = b.File, s.Name
		yield(Row{}, refusal)
	}
}

var (
	errStop     = errors.New("sheet: the reader has seen enough")
	errTooLarge = errors.New("sheet: too large")
)

// Progress tells how much of the book has been read, in bytes.
func (b *Book) Progress() (done, total int) {
	for _, s := range b.Sheets {
		done += s.last
		total += s.size
	}
	return done, total
}

// zipParts lists the parts of a package by lower-case name, as Excel does.
func zipParts(z *zip.Reader) (map[string]*zip.File, error) {
	parts := make(map[string]*zip.File, len(z.File))
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > MaxContent || total > MaxContent {
			return nil, errTooLarge
		}
		parts[partName(f.Name)] = f
	}
	return parts, nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}
