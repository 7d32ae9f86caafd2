package paper

import (
	"errors"
	"time"
)

// Kind says which head a document carries.
type Kind int

const (
	// Official is a document of an agency: issuer and number on the left, the
	// national name and motto on the right (Decree 30/2020, Annex I).
	Official Kind = iota
	// Residents is a record made by residents, not by an agency: national name
	// and motto centred, no number (Decree 59/2023, form 03).
	Residents
	// Sheet is a working form or a posted list: issuer on the left, the record
	// number on the right, no national name.
	Sheet
)

// Document is one document, to be written as PDF or DOCX.
type Document struct {
	Kind   Kind
	Issuer Issuer
	// Number is the number and symbol, such as "05/BC-CAP". In an Official
	// document an empty Number leaves room to write it by hand.
	Number string
	// Place is where the document is dated, such as "Hoàn Kiếm".
	Place string
	// Date is the day of the document; only its year, month and day count, as
	// they stand. A zero Date leaves dots to write on.
	Date time.Time
	// Type is the kind of document in words, such as "Báo cáo"; it is printed
	// in capitals. An official letter has none: its Subject follows the number.
	Type string
	// Subject is the summary under the type (trích yếu).
	Subject string
	// Scan is the code at the head of a [Sheet] that is filled in by hand; the type
	// and the subject then stand beside it. Other kinds leave it out.
	Scan *Scan
	// Compact sets a form tighter, so that more of it lies on one page: text of 12
	// points, narrower margins and less room to sign.
	Compact bool
	// Landscape turns the pages of the main part; A5 halves them, for a card that is handed out. A5 is upright.
	Landscape, A5 bool
	// To lists the addressees after "Kính gửi:".
	To []string

	Body    []Block
	Signers []Signer
	// Recipients is the list "Nơi nhận:", without dashes and full stops; its
	// last entry is usually "Lưu: VT".
	Recipients []string
	Annexes    []Annex
	Foot       Foot
}

// Issuer names the issuing body in ordinary letters, such as
// "Công an thành phố Hà Nội" over "Công an phường Hoàn Kiếm".
type Issuer struct {
	Over string // the body above, may be empty
	Name string
}

// Signer is one place to sign.
type Signer struct {
	For   string // "TM. Ủy ban nhân dân", "KT. Trưởng Công an phường", or empty
	Title string // "Trưởng Công an phường", "Thư ký"
	Name  string // full name without academic title; empty leaves it to be written
	Note  string // a line under the title, such as "(Ký, ghi rõ họ tên)"
}

// Scan leads from a form on paper to the same form on a screen.
type Scan struct {
	URL  string // what the QR code opens
	Code string // the short form that is typed where there is no camera: "K7M-2QD-9XA"
	Hint string // a line under it, such as "Quét để nhập phiếu"
}

// Foot is what every page carries at its foot, so that a sheet found alone can
// be traced to its record (lessons.md C9).
type Foot struct {
	Form      string    // which form this is: "Mẫu F10 – Phiếu kiểm tra"; empty in documents
	Code      string    // the short form of the QR code, as people type it
	Record    string    // the number of the record in Sonha
	URL       string    // what the QR code opens; empty prints no code
	PrintedAt time.Time // printed in Vietnamese time; zero prints none
	// Mark is printed in a frame on every page, such as "Bản nháp" or
	// "Dữ liệu giả định".
	Mark string
}

// Annex is a part with pages and page numbers of its own, after the
// signatures. Several annexes are numbered I, II, III.
type Annex struct {
	Title     string
	Landscape bool
	Body      []Block
}

// Block is one part of a body: [Heading], [Paragraph], [List], [Table],
// [KeyValues], [Blank], [QR], [Hands], [PageBreak] or [Wide].
type Block interface{ block() }

// Run is a stretch of text in one weight and slant. A no-break space
// (U+00A0) keeps words together; "\n" ends a line. The marks ☐ ☑ ☒ ● ◐ ⊖ ◌
// ★ are drawn.
type Run struct {
	Text         string
	Bold, Italic bool
	// Href is where the run leads when the document is shown on a screen;
	// nothing of it is printed.
	Href string
}

// Plain is a run of upright text.
func Plain(text string) Run { return Run{Text: text} }

// Bold is a run of bold text.
func Bold(text string) Run { return Run{Text: text, Bold: true} }

// Italic is a run of italic text.
func Italic(text string) Run { return Run{Text: text, Italic: true} }

// Align says how lines stand between their margins.
type Align int

// The ways to stand.
const (
	// Auto is justified in paragraphs; in tables it is right for columns of
	// numbers and left for others.
	Auto Align = iota
	Left
	Center
	Right
	Justify
)

// Heading is a title inside the body. Its text carries its own number: "I. …",
// "1. …", "a) …". Level is 1 to 3. A heading never stands last on a page.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text, justified, its first line indented by 1.27 cm.
type Paragraph struct {
	Runs     []Run
	Align    Align
	NoIndent bool // starts at the margin
	KeepNext bool // stays on the page of the next block
}

// P is a paragraph of plain text.
func P(text string) Paragraph { return Paragraph{Runs: []Run{Plain(text)}} }

// Words is a paragraph of several runs.
func Words(runs ...Run) Paragraph { return Paragraph{Runs: runs} }

// List is a list with dashes, or with numbers that start from 1.
type List struct {
	Numbered bool
	Items    [][]Run
}

// Items makes list items of plain texts.
func Items(texts ...string) [][]Run {
	items := make([][]Run, len(texts))
	for i, text := range texts {
		items[i] = []Run{Plain(text)}
	}
	return items
}

// Column says how one column of a table is set.
type Column struct {
	Width float64 // millimetres; 0 takes what its text needs
	Align Align
}

// Cell is one cell of a table. Span and Down count the columns and rows it
// covers; 0 means 1. The row below leaves covered cells out.
type Cell struct {
	Text   string
	Runs   []Run // instead of Text
	Align  Align // Auto follows the column
	Bold   bool
	Italic bool
	Span   int
	Down   int
	Href   string // as in Run
}

// Row makes cells of plain texts.
func Row(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, text := range texts {
		cells[i] = Cell{Text: text}
	}
	return cells
}

// Table is a ruled table as wide as the page. Its head repeats on every page
// and no row is cut in two, unless it is higher than a page. A table without
// rows says so.
type Table struct {
	Caption string // above, bold, centred
	Unit    string // above on the right, italic: "Đơn vị: số nhà"
	// Columns may be left out; then the widest row says how many there are.
	Columns []Column
	Head    [][]Cell
	Rows    [][]Cell
	Size    float64 // of the text, in points; 0 is 12, in annexes 11
}

// KeyValue is one line of a [KeyValues] block.
type KeyValue struct{ Key, Value string }

// KeyValues sets names and values in two columns without rules.
type KeyValues []KeyValue

// Blank leaves dotted lines for handwriting after a label.
type Blank struct {
	Label string
	Lines int // 0 means 1
}

// QR is a QR code in the body, centred, with a caption.
type QR struct {
	URL     string
	Size    float64 // millimetres; 0 is 40
	Caption string
}

// Hands are what was signed on glass, side by side, each over the words that say by whom. A DOCX leaves the room for a pen instead: it is a
// draft, and nobody has signed it.
type Hands []Hand

// Hand is one of them. Strokes is the path of the pen as SVG writes it, M and L with numbers, in a field of Width by Height; another path
// leaves the place blank.
type Hand struct {
	Strokes       string
	Width, Height float64
	Caption       string
}

// PageBreak starts a new page.
type PageBreak struct{}

// Wide sets its blocks on landscape pages of their own; the page numbers run on.
type Wide []Block

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (KeyValues) block() {}
func (Blank) block()     {}
func (QR) block()        {}
func (Hands) block()     {}
func (PageBreak) block() {}
func (Wide) block()      {}

// ErrSpan reports a table whose cells overlap or stand outside its columns.
var ErrSpan = errors.New("paper: cells of a table do not fit its columns")
