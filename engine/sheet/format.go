package sheet

import "io"

// The content types of tables, as browsers know them.
const (
	TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TypeCSV  = "text/csv; charset=utf-8"
)

// Format is a kind of file that a table is written as; it is the ending of the file's name, without its dot.
type Format string

// The formats.
const (
	AsXLSX Format = "xlsx"
	AsCSV  Format = "csv"
)

// Type is the content type of the format.
func (f Format) Type() string {
	if f == AsCSV {
		return TypeCSV
	}
	return TypeXLSX
}

// New gives a Writer of the format over w.
func (f Format) New(w io.Writer) (Writer, error) {
	if f == AsCSV {
		return NewCSV(w), nil
	}
	return NewXLSX(w)
}

// Rows is the line under the rows of a table, in the language of w: how many there are, so that who has the file can
// see whether it is whole.
func Rows(w interface {
	N(key string, n int, pairs ...any) string
}) func(int) string {
	return func(rows int) string { return w.N("sheet.rows", rows) }
}
