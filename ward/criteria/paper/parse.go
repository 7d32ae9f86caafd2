package paper

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ground/pattern"
	"sonha/ward/criteria"
)

type parser struct {
	sheet.Reading

	batch  *Batch
	items  []string // codes of the items that the sheet has columns for, in the order of the contents
	street string
	seen   map[string]int // accepted rows by house
}

// Parse reads all sheets of a book as sheets of the kind. It knows the items by their codes; which of them there are is for the version
// of the campaign to say ([Batch.Fits]), and what an item does not offer for [Row.Check]. progress, which may be nil, is called now and
// then with the bytes read and their total. Errors: *sheet.Error for a file that cannot be read to its end,
// *sheet.ColumnsError if no sheet has houses and items in its columns.
func Parse(book *sheet.Book, kind Kind, progress func(done, total int)) (*Batch, error) {
	p := &parser{batch: &Batch{Kind: kind}, seen: map[string]int{}}
	p.Reading = sheet.Reading{
		Says:  sheet.Refusals{NoHeader: "paper.no_header", MissingColumns: "paper.missing_columns", MissingInFile: "paper.missing_in_file"},
		Know:  knower(criteria.Version1().ContentCodes()),
		Begin: func(*sheet.Sheet) { p.street = "" }, Above: p.version, Lacks: func() []string { return missing(p.Finder) },
		IsData: p.isData, Headed: p.headed, Line: p.line,
	}
	if err := p.Read(book, progress); err != nil {
		return nil, err
	}
	p.batch.Headers = p.Headers
	return p.batch, nil
}

// writtenFor is how the title of a workbook says for which version of the criteria it was written.
var writtenFor = pattern.Of(`\bbo tieu chi ban ([0-9]{1,6})\b`)

// version reads from the lines over the header for which version of the criteria the workbook was written.
func (p *parser) version(row sheet.Row) {
	for _, c := range row.Cells {
		if m := writtenFor().FindStringSubmatch(civil.Fold(c.Text)); m != nil {
			p.batch.Criteria, _ = strconv.Atoi(m[1]) // six figures at most
		}
	}
}

// headed learns the items from a complete header.
func (p *parser) headed() {
	p.items = items(p.Columns)
	for _, code := range p.items {
		if !slices.Contains(p.batch.Codes, code) {
			p.batch.Codes = append(p.batch.Codes, code)
		}
	}
}

// longestNumbering is the longest cell of a line of column numbers, "(42)".
const longestNumbering = 4

// isData reports whether a row under a header is one of a house, whose remarks may name items too ("TC1 thiếu khóa"). Another header repeats
// the heading of the house, and a line of column numbers has short cells only.
func (p *parser) isData(row sheet.Row) bool {
	long := false
	for _, c := range row.Cells {
		if c.Kind == sheet.Blank || c.Down {
			continue
		}
		if len(c.Text) > longestNumbering {
			long = true
		}
		if name := headings[sheet.Label(c.Text)]; len(c.Text) < 60 && (name == colNumber || name == colAddress) {
			return false
		}
	}
	return long
}

// lines is the text of a cell with its line breaks; error values say nothing.
func (p *parser) lines(row sheet.Row, name string) string {
	if c := p.Cell(row, name); c.Kind != sheet.Failure {
		return c.Text
	}
	return ""
}

// line reads a row under the header. It is one of a house when it has a number or an address in it and is no
// totals row.
func (p *parser) line(row sheet.Row) {
	own, first := row.Own()
	parts := civil.AddressParts{Number: p.Text(row, colNumber), Street: sheet.Repeat(p.Text(row, colStreet), &p.street), Whole: p.Text(row, colAddress)}
	if own == 0 || sheet.IsTotal(first) || sheet.IsTotal(parts.Number) || own == 1 && sheet.IsSignature(first) {
		return
	}
	r := Row{Sheet: p.Sheet, Row: row.Number}
	problem := p.entry(row, &r.Entry)
	if parts.Number == "" && parts.Whole == "" && (problem != nil || r.silent(p.batch.Kind)) {
		return // a heading, a remark, a signature: neither a house nor an answer
	}
	p.batch.DataRows++
	var err error
	r.Number, r.Street, err = parts.Parse()
	switch {
	case errors.Is(err, civil.ErrNoStreet):
		problem = &Problem{Code: MissingStreet}
	case err != nil:
		problem = &Problem{Code: MissingNumber, Value: parts.Number + parts.Whole}
	}
	if problem != nil {
		problem.Sheet, problem.Row = r.Sheet, r.Row
		p.batch.Refused = append(p.batch.Refused, *problem)
		return
	}
	p.accept(r)
}

// entry reads what a row says and the first kind of thing that is wrong with it.
func (p *parser) entry(row sheet.Row, e *Entry) *Problem {
	e.Pledged = NotSaid
	said := map[string]criteria.Value{}
	var unread Problem
	var values []string
	for _, code := range p.items {
		text := p.Text(row, code)
		v, ok := value(text)
		if !ok {
			unread.Items, values = append(unread.Items, code), append(values, text)
			continue
		}
		said[code] = v
	}
	e.Answers = laid(p.batch.Codes, said)
	counted, day := true, true
	if p.batch.Kind == Assessment {
		e.Pledged, counted = count(p.Text(row, colPledged))
	} else {
		day = p.visit(row, e)
	}
	switch {
	case len(unread.Items) > 0:
		unread.Code, unread.Value = BadValue, strings.Join(values, "”, “")
		return &unread
	case !counted:
		return &Problem{Code: BadPledges, Value: p.Text(row, colPledged)}
	case !day:
		return &Problem{Code: BadDate, Value: p.Text(row, colDate)}
	}
	return nil
}

// visit reads what a row says of an inspection as a whole; false when its day cannot be read.
func (p *parser) visit(row sheet.Row, e *Entry) bool {
	list := func(name string) string { return civil.NFCLines(strings.ReplaceAll(p.lines(row, name), ";", "\n")) }
	e.Members, e.ResidentSide = list(colMembers), list(colResidentSide)
	e.Remarks, e.HeadComment = civil.NFCLines(p.lines(row, colRemarks)), civil.NFCLines(p.lines(row, colHeadComment))
	text := p.Text(row, colDate)
	if text == "" {
		return true
	}
	iso, _, _ := strings.Cut(text, "T")
	day, err := civil.ParseDay(iso)
	e.On = day
	return err == nil && day.Valid()
}

// countText is a count of households, also "12/14" or "12 hộ".
var countText = pattern.Of(`^([0-9]{1,4})(?:\.0+)?(?: ?/ ?[0-9]{1,4})?(?: ?ho)?$`)

func count(text string) (n int, ok bool) {
	if text == "" {
		return NotSaid, true
	}
	m := countText().FindStringSubmatch(civil.Fold(text))
	if m == nil {
		return NotSaid, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// silent reports that a row names a house and says nothing of it. A team alone says nothing: people fill it in
// before they go out.
func (e *Entry) silent(kind Kind) bool {
	return e.Answers.Unanswered() == len(e.Answers) && (kind == Assessment && e.Pledged == NotSaid || kind == Inspection && e.On == "")
}

// same reports that two rows say the same. A later sheet may have brought columns along that the earlier one did not have.
func same(a, b Entry) bool {
	a.Answers, b.Answers = trimmed(a.Answers), trimmed(b.Answers)
	return a == b
}

func trimmed(a criteria.Answers) criteria.Answers {
	return criteria.Answers(strings.TrimRight(string(a), string(criteria.Unanswered.Letter())))
}

// accept takes a row unless there is one of the house.
func (p *parser) accept(r Row) {
	b := p.batch
	if r.silent(b.Kind) {
		b.Blank++
		return
	}
	key := r.Street.Key + "\x00" + r.Number.Key
	at, ok := p.seen[key]
	switch {
	case !ok:
		p.seen[key] = len(b.Rows)
		b.Rows = append(b.Rows, r)
	case same(b.Rows[at].Entry, r.Entry):
		b.Duplicates++
	default:
		b.Refused = append(b.Refused, Problem{Sheet: r.Sheet, Row: r.Row, Code: Conflict, Other: b.Rows[at].Row})
	}
}
