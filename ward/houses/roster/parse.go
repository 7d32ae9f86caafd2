package roster

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sonha/engine/sheet"
	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// parser reads rows one by one; what depends on other rows waits for settle.
type parser struct {
	sheet.Reading

	roster  *Roster
	group   civil.GroupName // of the rows above, until a total
	section civil.GroupName // beat named in a line of its own
	last    sheetRow        // the row above, for ditto marks
	signed  bool            // below "Người lập biểu", where names stand and no houses
	pending []candidate     // data rows of all sheets, in order
	groups  map[string]civil.GroupName
	beats   map[string]civil.GroupName
}

// sheetRow holds the texts of a row that a ditto mark may repeat.
type sheetRow struct{ street, beat, group string }

// candidate is a data row before it has been compared with others.
type candidate struct {
	row      Row
	problem  *Problem
	badPhone bool
	badHead  bool
}

// Parse reads all sheets of a book. progress, which may be nil, is called now and
// then with the bytes read and their total. Errors: *sheet.Error for a file that
// cannot be read to its end, *sheet.ColumnsError if no sheet is a roster.
func Parse(book *sheet.Book, progress func(done, total int)) (*Roster, error) {
	p := &parser{roster: &Roster{}, groups: map[string]civil.GroupName{}, beats: map[string]civil.GroupName{}}
	p.Reading = sheet.Reading{
		Says:   sheet.Refusals{NoHeader: "roster.no_header", MissingColumns: "roster.missing_columns", MissingInFile: "roster.missing_in_file"},
		Titles: map[string]string{colNumber: "Số nhà", colStreet: "Phố", colHouseholds: "Số hộ"},
		Know:   know, Begin: p.begin, Lacks: p.missing, IsData: p.isData, Line: p.line,
	}
	if err := p.Read(book, progress); err != nil {
		return nil, err
	}
	p.roster.Headers, p.roster.Skipped = p.Headers, p.Skipped
	p.settle()
	if p.roster.DataRows == 0 { // headers alone: the file as it was handed out, or the wrong one
		return nil, &sheet.Error{Kind: sheet.Empty, File: book.File}
	}
	return p.roster, nil
}

func (p *parser) begin(s *sheet.Sheet) {
	p.group, p.section, p.last, p.signed = sheetGroup(s.Name), civil.GroupName{}, sheetRow{}, false
}

// isData reports whether a row plainly is one of a house: it counts households and has words in it, which a line of column numbers has not.
func (p *parser) isData(row sheet.Row) bool {
	if _, ok := households(p.Cell(row, colHouseholds)); !ok {
		return false
	}
	return slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool { return c.Kind == sheet.Text && strings.ContainsFunc(c.Text, isLetter) })
}

// missing lists the columns without which there is no roster. One address column
// stands for number and street.
func (p *parser) missing() []string {
	missing := p.Finder.Missing(colNumber, colStreet, colHouseholds)
	if p.Finder.Column(colAddress) >= 0 {
		missing = slices.DeleteFunc(missing, func(name string) bool { return name != colHouseholds })
	}
	return missing
}

// sheetGroup is the group that a sheet is named after ("TDP 5"), if it is one.
func sheetGroup(name string) civil.GroupName {
	if g := civil.ParseGroup(name); numberedGroup().MatchString(g.Key) {
		if _, err := strconv.Atoi(strings.TrimSpace(name)); err != nil {
			return g
		}
	}
	return civil.GroupName{}
}

var (
	numberedGroup = pattern.Of(`^(?:tdp|cum) [0-9]+[a-zđ]*$`)
	numberedBeat  = pattern.Of(`^kv [0-9]+[a-zđ]*$`)
)

// line reads a row under the header: a section, a total, a data row or none.
func (p *parser) line(row sheet.Row) {
	own, first := row.Own()
	if own == 0 {
		return
	}
	if sheet.IsTotal(first) || sheet.IsTotal(p.ownText(row, colGroup)) || sheet.IsTotal(p.ownText(row, colNumber)) ||
		p.ownText(row, colNumber) == "" && (sheet.IsTotal(p.ownText(row, colStreet)) || sheet.IsTotal(p.ownText(row, colAddress))) {
		p.group = sheetGroup(p.Sheet)
		return
	}
	if own == 1 && p.sectionLine(first) {
		return
	}
	if p.signature(row) {
		return
	}
	data := p.ownText(row, colNumber) != "" || p.ownText(row, colStreet) != "" || p.ownText(row, colHouseholds) != "" || p.ownText(row, colAddress) != ""
	if data {
		p.dataRow(row)
	} else if g := p.ownText(row, colGroup); g != "" {
		p.group = p.parseGroup(g)
	}
}

// signature reports whether a row belongs to the signatures under the table: one of their lines, or below one what has neither a count
// of households nor any figure, as the signers' names.
func (p *parser) signature(row sheet.Row) bool {
	if count := p.Cell(row, colHouseholds); !count.Down {
		if _, ok := households(count); ok {
			p.signed = false
			return false
		}
	}
	lines, figures := 0, false
	own, first := row.Own()
	for _, c := range row.Cells {
		if c.Kind == sheet.Blank || c.Down {
			continue
		}
		if sheet.IsSignature(c.Text) {
			lines++
		}
		figures = figures || strings.ContainsFunc(c.Text, unicode.IsDigit)
	}
	remark := strings.HasPrefix(civil.Fold(first), "ghi chu") || strings.HasPrefix(first, "*") // below which houses may go on
	if lines == own && !remark {
		p.signed = true
	}
	return lines == own || p.signed && !figures
}

// ownText is the text of a cell that is not merged with the one above.
func (p *parser) ownText(row sheet.Row, name string) string {
	if c := p.Cell(row, name); !c.Down {
		return civil.NFC(c.Text)
	}
	return ""
}

// sectionLine takes a line that only names a group or a beat for the rows below.
func (p *parser) sectionLine(text string) bool {
	if _, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
		return false
	}
	if g := civil.ParseGroup(text); numberedGroup().MatchString(g.Key) {
		p.group = g
		return true
	}
	if b := civil.ParseBeat(text); numberedBeat().MatchString(b.Key) {
		p.section = b
		return true
	}
	return false
}

func (p *parser) dataRow(row sheet.Row) {
	r := Row{Sheet: p.Sheet, Row: row.Number, Head: p.Text(row, colHead), Note: p.Text(row, colNote), FormerWard: p.Text(row, colFormerWard), Kind: p.Text(row, colKind)}
	r.Storeys, _ = households(p.Cell(row, colStoreys))
	r.Rented, _ = households(p.Cell(row, colRented))
	if g := sheet.Repeat(p.Text(row, colGroup), &p.last.group); g != "" {
		p.group = p.parseGroup(g)
	}
	r.Group, r.Beat = p.group, p.section
	if b := sheet.Repeat(p.Text(row, colBeat), &p.last.beat); b != "" {
		r.Beat = p.parseBeat(b)
	}
	c := candidate{row: r}
	parts := p.parts(row)
	c.problem = address(&parts, &c.row)
	count := p.Cell(row, colHouseholds)
	if c.problem == nil {
		n, ok := households(count)
		if !ok || count.Down {
			value := civil.NFC(count.Text)
			if count.Down {
				value = ""
			}
			c.problem = &Problem{Code: BadHouseholds, Value: value}
		}
		c.row.Households = n
	}
	if c.problem != nil {
		c.problem.Sheet, c.problem.Row, c.problem.Address = r.Sheet, r.Row, written(&parts)
	} else {
		if c.badHead = !named(r.Head); c.badHead {
			c.row.Head = ""
		}
		c.row.Phone, c.badPhone = phone(p.Text(row, colPhone))
	}
	p.pending = append(p.pending, c)
}

// mostFigures is how many figures a head's name may have, as in "Trưởng số nhà 36A"; a telephone number has nine, an identity card twelve.
const mostFigures = 6

// named reports whether a text can be the name of a house head. What a person is known by to the state is not kept (product.md, principle 1).
func named(head string) bool {
	figures := 0
	for _, r := range head {
		if unicode.IsDigit(r) {
			figures++
		}
	}
	return figures <= mostFigures && !strings.ContainsAny(head, "<>{}=\\")
}

// parts are what the cells of a row say of number and street, in their columns or in one for both.
func (p *parser) parts(row sheet.Row) civil.AddressParts {
	parts := civil.AddressParts{
		Number: p.Text(row, colNumber),
		Street: sheet.Repeat(p.Text(row, colStreet), &p.last.street),
		Whole:  p.Text(row, colAddress),
	}
	for _, name := range []string{colAlley, colSubAlley, colInnerAlley} {
		if text := p.Text(row, name); text != "" {
			parts.Alley = append(parts.Alley, text)
		}
	}
	return parts
}

// written is an address that may not have been understood, as the file has it.
func written(parts *civil.AddressParts) string {
	return civil.NFC(strings.Join(slices.Concat([]string{parts.Number}, parts.Alley, []string{parts.Street, parts.Whole}), " "))
}

// address reads number and street.
func address(parts *civil.AddressParts, r *Row) *Problem {
	var err error
	r.Number, r.Street, err = parts.Parse()
	switch {
	case errors.Is(err, civil.ErrNoStreet):
		return &Problem{Code: MissingStreet, Value: parts.Street}
	case err != nil && parts.Number == "":
		return &Problem{Code: MissingNumber, Value: parts.Whole, Reason: err}
	case err != nil:
		return &Problem{Code: MissingNumber, Value: parts.Number, Reason: err}
	}
	return nil
}

func (p *parser) parseGroup(s string) civil.GroupName {
	return cached(p.groups, s, civil.ParseGroup)
}
func (p *parser) parseBeat(s string) civil.GroupName { return cached(p.beats, s, civil.ParseBeat) }

// cached keeps what the same few texts of a column were read as.
func cached[V any](seen map[string]V, s string, parse func(string) V) V {
	v, ok := seen[s]
	if !ok {
		v = parse(s)
		seen[s] = v
	}
	return v
}

var countText = pattern.Of(`^(?:so ho:? |tong:? |co )?([0-9]{1,6})(?:[.,]0{1,2})?(?: ?(?:ho|ho dan|ho gia dinh|ho gd|gia dinh|gd|h))?\.?(?: ?\(.*\))?$`)

// households reads a whole number from 0 to MaxHouseholds: 5, "08", "13 hộ",
// 5.0, "5 hộ (2 hộ thuê)".
func households(c sheet.Cell) (int, bool) {
	switch c.Kind {
	case sheet.Number:
		f, err := strconv.ParseFloat(c.Text, 64)
		n := int(f)
		return n, err == nil && f >= 0 && f <= MaxHouseholds && float64(n) == f
	case sheet.Text:
		if len(c.Text) > 100 {
			return 0, false
		}
		m := countText().FindStringSubmatch(civil.Fold(c.Text))
		if m == nil {
			return 0, false
		}
		n, err := strconv.Atoi(m[1])
		return n, err == nil && n <= MaxHouseholds
	}
	return 0, false
}

// phone reads a telephone number; of several in one cell the first good one.
func phone(s string) (number civil.Phone, bad bool) {
	if strings.Trim(s, "-–—. ") == "" {
		return "", false
	}
	if number, err := civil.ParsePhone(s); err == nil {
		return number, false
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",;/|", r) }) {
		if number, err := civil.ParsePhone(part); err == nil {
			return number, false
		}
	}
	for part := range strings.SplitSeq(s, " - ") {
		if number, err := civil.ParsePhone(part); err == nil {
			return number, false
		}
	}
	return "", true
}
