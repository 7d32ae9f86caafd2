package sheet

import (
	"fmt"
	"strings"

	"sonha/ground/civil"
)

// Reading reads the rows of one kind from the sheets of a book as wards have them: title lines above a header of one or more rows, a header that
// comes again, sheets that are something else. A parser of a kind embeds it, fills in the functions, and finds in the other fields where it is.
type Reading struct {
	Says Refusals // to whoever sends a file without a table of the kind
	// Titles are the columns as such a sentence names them; one that is not among them is named as Lacks gives it.
	Titles map[string]string

	Know  func(label, parent string) string // as of Finder
	Lacks func() []string                   // the columns that are still missing among those of Finder
	Line  func(Row)                         // takes a row under the header

	// The rest may be nil.
	Begin  func(*Sheet)   // a sheet begins
	Above  func(Row)      // looks at a row as long as there is no header
	IsData func(Row) bool // spares a row the search for headings once there is a header
	Headed func()         // the header is complete, its further lines read

	Sheet   string         // the name of the sheet that is read
	Finder  *Finder        // of that sheet
	Columns map[string]int // of the complete header, by name; nil as long as there is none

	Headers map[string]int // by sheet: the row of its first header
	Skipped []string       // sheets without such a table

	headed bool // Headed was told of Columns
}

// progressEvery is how many rows lie between two reports.
const progressEvery = 256

// Read reads all sheets. progress, which may be nil, is called now and then with the bytes read and their total. Errors: *Error for a file that
// cannot be read to its end, *ColumnsError if no sheet has such a table.
func (r *Reading) Read(book *Book, progress func(done, total int)) error {
	if progress == nil {
		progress = func(int, int) {}
	}
	r.Headers = map[string]int{}
	var nearest *ColumnsError
	for _, s := range book.Sheets {
		refused, err := r.sheet(book, s, progress)
		if err != nil {
			return err
		}
		if refused == nil {
			continue
		}
		r.Skipped = append(r.Skipped, s.Name)
		if nearest == nil || len(refused.Found) > 0 && (len(nearest.Found) == 0 || len(refused.Missing) < len(nearest.Missing)) {
			nearest = refused
		}
	}
	if len(r.Headers) == 0 && nearest != nil {
		return nearest
	}
	progress(book.Progress())
	return nil
}

// sheet reads one sheet; refused says why it has no such table.
func (r *Reading) sheet(book *Book, s *Sheet, progress func(done, total int)) (refused *ColumnsError, err error) {
	r.Finder, r.Sheet, r.Columns = &Finder{Know: r.Know}, s.Name, nil
	if r.Begin != nil {
		r.Begin(s)
	}
	refused = &ColumnsError{Says: r.Says, File: book.File, Sheet: s.Name, Missing: r.titled(r.Lacks())}
	for row, err := range book.Rows(s) {
		if err != nil {
			return nil, err
		}
		if row.Number%progressEvery == 0 {
			progress(book.Progress())
		}
		if r.Columns == nil && r.Above != nil {
			r.Above(row)
		}
		if (r.Columns == nil || r.IsData == nil || !r.IsData(row)) && r.Finder.Take(row, s.Merges) {
			r.header(refused)
			continue
		}
		if r.Columns != nil {
			r.head()
			r.Line(row)
		}
	}
	if r.Columns != nil {
		r.head()
	}
	if _, ok := r.Headers[s.Name]; ok {
		refused = nil
	}
	return refused, nil
}

// header looks at what Finder has of a header, to which more lines may come.
func (r *Reading) header(refused *ColumnsError) {
	r.Columns, r.headed = nil, false
	if lacks := r.Lacks(); len(lacks) == 0 {
		r.Columns = r.Finder.Columns
	} else if len(refused.Found) == 0 || len(lacks) <= len(refused.Missing) {
		refused.Found, refused.Missing = r.Finder.Found, r.titled(lacks)
	}
}

// head notes a complete header, once.
func (r *Reading) head() {
	if r.headed {
		return
	}
	r.headed = true
	if _, ok := r.Headers[r.Sheet]; !ok {
		r.Headers[r.Sheet] = r.Finder.First
	}
	if r.Headed != nil {
		r.Headed()
	}
}

func (r *Reading) titled(columns []string) []string {
	var titles []string
	for _, name := range columns {
		if title, ok := r.Titles[name]; ok {
			name = title
		}
		titles = append(titles, name)
	}
	return titles
}

// Cell is the cell of a row in a column of the header; blank where the header has no such column.
func (r *Reading) Cell(row Row, column string) Cell {
	at, ok := r.Columns[column]
	if !ok {
		return Cell{}
	}
	return row.Cell(at)
}

// Text is the text of such a cell in NFC, but for error values, which say nothing.
func (r *Reading) Text(row Row, column string) string {
	c := r.Cell(row, column)
	if c.Kind == Failure {
		return ""
	}
	return civil.NFC(c.Text)
}

// Refusals are the catalog keys of the sentences about a file without a table of the kind.
type Refusals struct {
	NoHeader       string // nothing looks like its header
	MissingColumns string // a sheet comes near
	MissingInFile  string // so does a file that has no named sheets
}

// ColumnsError says that no sheet of a file has the columns of what it was read as.
type ColumnsError struct {
	Says    Refusals
	File    string
	Sheet   string   // the sheet that comes nearest; empty for CSV
	Found   []string // headings of that sheet as written; none if no header was found
	Missing []string // columns as the sentence names them, in Vietnamese
}

// Key is the catalog key of the sentence for the reader.
func (e *ColumnsError) Key() string {
	switch {
	case len(e.Found) == 0:
		return e.Says.NoHeader
	case e.Sheet == "":
		return e.Says.MissingInFile
	}
	return e.Says.MissingColumns
}

// Error is the text for the log.
func (e *ColumnsError) Error() string {
	return fmt.Sprintf("%s: %s, sheet %q: found %s; missing %s", e.Key(), e.File, e.Sheet, strings.Join(e.Found, ", "), strings.Join(e.Missing, ", "))
}

// Pairs are the values for the sentence: File, Sheet, Found and Missing.
func (e *ColumnsError) Pairs() []any {
	return []any{"File", e.File, "Sheet", e.Sheet, "Found", strings.Join(e.Found, ", "), "Missing", strings.Join(e.Missing, ", ")}
}
