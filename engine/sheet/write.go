package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// Column is one column of a table that is written.
type Column struct {
	Title string
	Width float64 // in characters; 0 lets the title decide
	// Choices is a range of another sheet whose values Excel offers in this column, "'Danh mục'!$A$2:$A$21";
	// others can still be typed. Empty for none; CSV has no such thing.
	Choices string
}

// Table describes a table before its rows are written.
type Table struct {
	Name    string                // of the sheet; Excel allows 31 characters and not : \ / ? * [ ]
	Title   string                // line above the header; empty for none
	Note    string                // line under the title, such as "Số liệu đến 05/09/2026"; empty for none
	Columns []Column              // at least one
	Fixed   int                   // how many columns stay in sight on the left; CSV has no such thing
	Lines   bool                  // text longer than its column goes onto several lines; CSV has no such thing
	Footer  func(rows int) string // line under the rows with their count; nil for none
}

// Known is a count as a value of a row; one that is not known, or not told, is a blank cell.
func Known(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

// Writer writes tables row by row. Values may be string, fmt.Stringer, int, int64,
// float64, bool, civil.Day, time.Time (written as the clocks of Hà Nội show it) or nil for a blank cell. Text that a
// spreadsheet would run as a formula (= + - @ …) is written so that it stays text.
type Writer interface {
	Begin(t Table) error
	Row(values ...any) error
	Close() error // ends the last table and the file; it does not close the underlying writer
}

var errNoTable = errors.New("sheet: row before Begin")

// XLSX writes a workbook with one sheet a table.
type XLSX struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	table  Table
	row    int // the last row written
	header int
	count  int
	totals int // rows under the others, which count for none
	used   map[string]bool
	styles xlsxStyles
}

type xlsxStyles struct{ title, note, header, day, hour, lines int }

// NewXLSX returns a Writer of a workbook; nothing is written to w before Close.
func NewXLSX(w io.Writer) (*XLSX, error) {
	x := &XLSX{out: w, file: excelize.NewFile(), used: map[string]bool{}}
	thin := []excelize.Border{
		{Type: "bottom", Color: "808080", Style: 1}, {Type: "top", Color: "808080", Style: 1},
		{Type: "left", Color: "808080", Style: 1}, {Type: "right", Color: "808080", Style: 1},
	}
	day, hour, top := "dd/mm/yyyy", "dd/mm/yyyy hh:mm", &excelize.Alignment{Vertical: "top"}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&x.styles.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&x.styles.note, excelize.Style{Font: &excelize.Font{Italic: true, Color: "595959"}}},
		{&x.styles.header, excelize.Style{
			Font: &excelize.Font{Bold: true}, Border: thin,
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}},
			Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
		}},
		{&x.styles.day, excelize.Style{CustomNumFmt: &day, Alignment: top}},
		{&x.styles.hour, excelize.Style{CustomNumFmt: &hour, Alignment: top}},
		{&x.styles.lines, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		id, err := x.file.NewStyle(&s.style)
		if err != nil {
			return nil, fmt.Errorf("sheet: style: %w", err)
		}
		*s.id = id
	}
	return x, nil
}

// Begin starts the next sheet.
func (x *XLSX) Begin(t Table) error {
	if err := x.finish(); err != nil {
		return err
	}
	name := x.sheetName(t.Name)
	if len(x.used) == 1 {
		if err := x.file.SetSheetName("Sheet1", name); err != nil {
			return fmt.Errorf("sheet: %w", err)
		}
	} else if _, err := x.file.NewSheet(name); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if err := x.forPaper(name, &t); err != nil { // before the stream, which writes the properties of the sheet first
		return err
	}
	stream, err := x.file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	t.Name = name
	x.stream, x.table, x.row, x.count, x.totals = stream, t, 0, 0, 0
	x.header = 1
	for _, line := range []string{t.Title, t.Note} {
		if line != "" {
			x.header++
		}
	}
	if x.header > 1 {
		x.header++ // a blank line
	}
	for i, c := range t.Columns {
		if err := stream.SetColWidth(i+1, i+1, c.width()); err != nil {
			return fmt.Errorf("sheet: %w", err)
		}
		if err := x.offer(i, c.Choices); err != nil {
			return err
		}
	}
	panes := excelize.Panes{Freeze: true, XSplit: t.Fixed, YSplit: x.header, TopLeftCell: fmt.Sprintf("%s%d", ColumnName(t.Fixed), x.header+1), ActivePane: "bottomLeft"}
	if t.Fixed > 0 {
		panes.ActivePane = "bottomRight"
	}
	if err := stream.SetPanes(&panes); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return x.head()
}

// offer makes Excel offer the values of a range in a column, under the header.
func (x *XLSX) offer(col int, choices string) error {
	if choices == "" {
		return nil
	}
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(fmt.Sprintf("%[1]s%[2]d:%[1]s%[3]d", ColumnName(col), x.header+1, x.header+MaxRows))
	rule.SetSqrefDropList(choices)
	if err := x.file.AddDataValidation(x.table.Name, rule); err != nil {
		return fmt.Errorf("sheet: choices: %w", err)
	}
	return nil
}

// head writes the lines above the rows.
func (x *XLSX) head() error {
	for _, line := range []struct {
		text  string
		style int
	}{{x.table.Title, x.styles.title}, {x.table.Note, x.styles.note}} {
		if line.text == "" {
			continue
		}
		if err := x.line([]any{excelize.Cell{StyleID: line.style, Value: plain(line.text)}}); err != nil {
			return err
		}
	}
	x.row = x.header - 1
	titles := make([]any, len(x.table.Columns))
	for i, c := range x.table.Columns {
		titles[i] = excelize.Cell{StyleID: x.styles.header, Value: plain(c.Title)}
	}
	return x.line(titles, x.headHeight()...)
}

// lineHeight is the height of a line of the default font, in points.
const lineHeight = 15.0

// headHeight makes room for headings of several lines; Excel finds the height of one line by itself.
func (x *XLSX) headHeight() []excelize.RowOpts {
	most := 1
	for i := range x.table.Columns {
		c := &x.table.Columns[i]
		most = max(most, linesOf(c.Title, c.width(), boldWider))
	}
	return tall(most)
}

// linesOf estimates on how many lines a text stands in a column; wider is how much wider than the default font its letters run.
func linesOf(text string, width, wider float64) int {
	lines := 0
	for part := range strings.SplitSeq(text, "\n") {
		lines += 1 + int(float64(utf8.RuneCountInString(part))*wider/(width+1))
	}
	return lines
}

// tall gives a row the height of its lines. Left to itself, Excel would find it and LibreOffice would not.
func tall(lines int) []excelize.RowOpts {
	if lines <= 1 {
		return nil
	}
	const highest = 400.0 // points, of 409 that Excel allows
	return []excelize.RowOpts{{Height: min(highest, lineHeight*float64(lines))}}
}

// boldWider is how much wider than the default font bold letters and broken lines run.
const boldWider = 1.25

// wordsWider is how much longer a text gets because lines end between words.
const wordsWider = 1.1

func (x *XLSX) line(values []any, opts ...excelize.RowOpts) error {
	x.row++
	if err := x.stream.SetRow(fmt.Sprintf("A%d", x.row), values, opts...); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// Row writes one row.
func (x *XLSX) Row(values ...any) error {
	if x.stream == nil {
		return errNoTable
	}
	cells, lines := make([]any, len(values)), 1
	for i, v := range values {
		switch v := v.(type) {
		case civil.Day:
			if v.Valid() {
				cells[i] = excelize.Cell{StyleID: x.styles.day, Value: v.Time()}
			}
		case time.Time:
			if !v.IsZero() {
				cells[i] = excelize.Cell{StyleID: x.styles.hour, Value: v.In(civil.Hanoi)}
			}
		case string:
			cells[i] = x.inLines(plain(v))
		case fmt.Stringer:
			cells[i] = x.inLines(plain(v.String()))
		default:
			cells[i] = x.inLines(v)
		}
		if text, ok := v.(string); ok && x.table.Lines && i < len(x.table.Columns) {
			lines = max(lines, linesOf(text, x.table.Columns[i].width(), wordsWider))
		}
	}
	x.count++
	return x.line(cells, tall(lines)...)
}

// Total writes the row under the others that sums them up. It is none of them: it is not counted with them, and the filter of the header
// leaves it where it is.
func (x *XLSX) Total(values ...any) error {
	x.totals++
	x.count--
	return x.Row(values...)
}

// inLines is a cell as the table wants it: where text goes onto several lines, all that stands beside it stands at the top.
func (x *XLSX) inLines(v any) any {
	if !x.table.Lines || v == nil {
		return v
	}
	return excelize.Cell{StyleID: x.styles.lines, Value: v}
}

// What is printed is read by eyes that are not young: at 70 % the letters of a sheet are as large as those of a newspaper, and about 200 of
// them stand beside one another on an A4 sheet on its side.
const (
	smallest = 70  // percent
	across   = 200 // characters
)

func (c *Column) width() float64 {
	if c.Width > 0 {
		return c.Width
	}
	return float64(max(8, min(60, utf8.RuneCountInString(c.Title)+2)))
}

// wide reports whether a table goes onto several A4 sheets side by side.
func (t *Table) wide() bool {
	sum := 0.0
	for i := range t.Columns {
		sum += t.Columns[i].width()
	}
	return sum > across
}

// named is how many columns on the left say which row it is: those that stay in sight, or the first one with the number before it.
func (t *Table) named() int {
	const number = 6 // a column that is no wider counts the rows
	switch {
	case t.Fixed > 0:
		return t.Fixed
	case len(t.Columns) > 1 && t.Columns[0].width() <= number:
		return 2
	}
	return 1
}

// forPaper lays a table on A4 sheets: made as small as its columns need to stand on one, and where they would be too small to be read, on
// several side by side, those of the same rows one after another.
func (x *XLSX) forPaper(name string, t *Table) error {
	size, on, order, scale, one, free := 9, "landscape", "overThenDown", uint(smallest), 1, 0
	layout, fit := excelize.PageLayoutOptions{Size: &size, Orientation: &on}, !t.wide()
	if fit {
		layout.FitToWidth, layout.FitToHeight = &one, &free
	} else {
		layout.AdjustTo, layout.PageOrder = &scale, &order
	}
	if err := x.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return fmt.Errorf("sheet: paper: %w", err)
	}
	if err := x.file.SetPageLayout(name, &layout); err != nil {
		return fmt.Errorf("sheet: paper: %w", err)
	}
	return nil
}

// repeat prints the header on every page, and the columns that name a row on every page of a wide table.
func (x *XLSX) repeat() error {
	name := strings.ReplaceAll(x.table.Name, "'", "''")
	titles := fmt.Sprintf("'%[1]s'!$%[2]d:$%[2]d", name, x.header)
	if x.table.wide() {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", name, ColumnName(x.table.named()-1), titles)
	}
	if err := x.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: x.table.Name, RefersTo: titles,
	}); err != nil {
		return fmt.Errorf("sheet: paper: %w", err)
	}
	return nil
}

// finish ends the sheet that is open.
func (x *XLSX) finish() error {
	if x.stream == nil {
		return nil
	}
	last, err := excelize.CoordinatesToCellName(len(x.table.Columns), x.row-x.totals)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if err := x.file.AutoFilter(x.table.Name, fmt.Sprintf("A%d:%s", x.header, last), nil); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if err := x.repeat(); err != nil {
		return err
	}
	if x.table.Footer != nil {
		x.row++
		if err := x.line([]any{excelize.Cell{StyleID: x.styles.note, Value: plain(x.table.Footer(x.count))}}); err != nil {
			return err
		}
	}
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	x.stream = nil
	return nil
}

// Close ends the workbook and writes it.
func (x *XLSX) Close() error {
	defer x.file.Close()
	if err := x.finish(); err != nil {
		return err
	}
	// The library gathers the whole file before it writes it; given the way out itself, it gathers nothing.
	x.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(x.out) })
	if _, err := x.file.WriteTo(io.Discard); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

var notInSheetName = strings.NewReplacer(":", " ", "\\", " ", "/", "-", "?", " ", "*", " ", "[", "(", "]", ")")

// sheetName makes a name that Excel takes and that no other sheet has.
func (x *XLSX) sheetName(name string) string {
	const longest = 31
	name = strings.Trim(civil.NFC(notInSheetName.Replace(name)), " '")
	if name == "" {
		name = "Trang"
	}
	base := []rune(name)
	for i := 1; ; i++ {
		suffix := ""
		if i > 1 {
			suffix = fmt.Sprintf(" (%d)", i)
		}
		try := strings.TrimSpace(string(base[:min(len(base), longest-len(suffix))])) + suffix
		if key := strings.ToLower(try); !x.used[key] {
			x.used[key] = true
			return try
		}
	}
}

// plain drops the control characters that XML cannot hold. In a workbook text is
// marked as text and never run, whatever it begins with.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// CSV writes one table as UTF-8 with BOM and semicolons, which Vietnamese Excel
// opens with its marks. A second Begin follows after a blank line.
type CSV struct {
	out   *bufio.Writer
	table *Table
	count int
	err   error
}

// NewCSV returns a Writer of CSV; rows go to w as they come.
func NewCSV(w io.Writer) *CSV { return &CSV{out: bufio.NewWriter(w)} }

const csvDelimiter = ';'

// Begin writes the lines above the rows.
func (c *CSV) Begin(t Table) error {
	if c.table == nil {
		c.write(byteOrderMark)
	} else {
		c.finish()
		c.write("\r\n")
	}
	c.table, c.count = &t, 0
	for _, line := range []string{t.Title, t.Note} {
		if line != "" {
			c.line([]any{line})
		}
	}
	titles := make([]any, len(t.Columns))
	for i, col := range t.Columns {
		titles[i] = col.Title
	}
	c.line(titles)
	return c.err
}

// Row writes one row.
func (c *CSV) Row(values ...any) error {
	if c.table == nil {
		return errNoTable
	}
	c.count++
	c.line(values)
	return c.err
}

// Close writes what is left.
func (c *CSV) Close() error {
	if c.table != nil {
		c.finish()
	}
	if c.err == nil {
		c.err = c.out.Flush()
	}
	return c.err
}

func (c *CSV) finish() {
	if c.table.Footer != nil {
		c.line([]any{c.table.Footer(c.count)})
	}
}

func (c *CSV) write(s string) {
	if c.err == nil {
		_, c.err = c.out.WriteString(s)
	}
}

func (c *CSV) line(values []any) {
	for i, v := range values {
		if i > 0 {
			c.write(string(csvDelimiter))
		}
		c.write(csvField(v))
	}
	c.write("\r\n")
}

func csvField(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case civil.Day:
		return quoteField(v.Display(), csvDelimiter)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(civil.Hanoi).Format("02/01/2006 15:04")
	case float64:
		return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
	case string:
		return quoteField(Harmless(v), csvDelimiter)
	case fmt.Stringer:
		return quoteField(Harmless(v.String()), csvDelimiter)
	}
	return quoteField(fmt.Sprint(v), csvDelimiter)
}

var signedNumber = pattern.Of(`^[+-][0-9][0-9 .,]*$`)

// Harmless puts an apostrophe before text that a spreadsheet would run as a
// formula when it opens a CSV file. Signed numbers and telephone numbers stay.
func Harmless(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r\n|", rune(s[0])) || signedNumber().MatchString(s) {
		return s
	}
	return "'" + s
}

// quoteField quotes a field of CSV where needed.
func quoteField(s string, delimiter byte) string {
	if !strings.ContainsAny(s, "\"\r\n"+string(delimiter)) && s == strings.TrimSpace(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
