package sheet

import "fmt"

// Kind says what a person has to do about a file that cannot be read.
type Kind uint8

// The kinds of refusal.
const (
	Empty       Kind = iota + 1 // nothing in it
	NotATable                   // a picture, a PDF, a Word document, a web page
	OldExcel                    // .xls or .xlsb: save as .xlsx
	Encrypted                   // has a password: remove it
	Broken                      // damaged: open and save it again in Excel, or send it again
	TooLarge                    // more bytes, rows or columns than a ward's list can have
	LegacyText                  // TCVN3, VNI or another encoding before Unicode: convert it
	UnknownText                 // text in an encoding that cannot be told
)

var kindKeys = map[Kind]string{
	Empty: "sheet.empty", NotATable: "sheet.not_a_table", OldExcel: "sheet.old_excel", Encrypted: "sheet.encrypted",
	Broken: "sheet.broken", TooLarge: "sheet.too_large", LegacyText: "sheet.legacy_text", UnknownText: "sheet.unknown_text",
}

// Error is the refusal of a whole file. Nothing of it has been used.
type Error struct {
	Kind     Kind
	File     string // as the user named it
	Sheet    string // where known
	Row      int    // where known, 1-based
	Encoding string // of LegacyText: "TCVN3", "VNI", "Windows-1258"
	Err      error  // the cause, for the log
}

// Key is the catalog key of the sentence for the reader; see messages/. Its
// fields are those of Pairs.
func (e *Error) Key() string { return kindKeys[e.Kind] }

// Pairs are the values for the sentence: File, Sheet, Row, Encoding, Rows and Columns.
func (e *Error) Pairs() []any {
	return []any{"File", e.File, "Sheet", e.Sheet, "Row", e.Row, "Encoding", e.Encoding, "Rows", MaxRows, "Columns", MaxColumns}
}

// Error is the text for the log; it holds nothing from the cells.
func (e *Error) Error() string {
	text := e.Key()
	if e.Sheet != "" {
		text += fmt.Sprintf(" in %q", e.Sheet)
	}
	if e.Row > 0 {
		text += fmt.Sprintf(" at row %d", e.Row)
	}
	if e.Encoding != "" {
		text += ": " + e.Encoding
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
