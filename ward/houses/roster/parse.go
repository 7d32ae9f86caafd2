package roster

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sonha/engine/sheet"
	"sonha/ground/civil"
)

// parser reads rows one by one; what depends on other rows waits for settle.
type parser struct {
	book   *sheet.Book
	roster *Roster

	finder  *sheet.Finder
	name    string          // of the sheet
	group   civil.GroupName // of the rows above, until a total
	section civil.GroupName // beat named in a line of its own
	last    sheetRow        // the row above, for ditto marks
	columns map[string]int  // complete header, or nil
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
}

const progressEvery = 256

// sheet reads one sheet; refused says why it is no roster.
func (p *parser) sheet(s *sheet.Sheet, progress func(done, total int)) (refused *ColumnsError, err error) {
	p.finder = &sheet.Finder{Know: know}
	p.name, p.columns = s.Name, nil
	p.group, p.section, p.last = sheetGroup(s.Name), civil.GroupName{}, sheetRow{}
	refused = &ColumnsError{File: p.book.File, Sheet: s.Name, Missing: []string{colNumber, colStreet, colHouseholds}}
	for row, err := range p.book.Rows(s) {
		if err != nil {
			return nil, err
		}
		if row.Number%progressEvery == 0 {
			done, total := p.book.Progress()
			progress(done, total)
		}
		if p.mayBeHeader(row) && p.finder.Take(row, s.Merges) {
			missing := p.missing()
			if len(missing) == 0 {
				p.columns = p.finder.Columns
			} else {
				p.columns = nil
				if len(refused.Found) == 0 || len(missing) <= len(refused.Missing) {
					refused.Found, refused.Missing = p.finder.Found, missing
				}
			}
			continue
		}
		if p.columns != nil {
			p.begun()
			p.line(row)
		}
	}
	if p.columns != nil {
		p.begun()
	}
	if _, ok := p.roster.Headers[s.Name]; ok {
		refused = nil
	}
	return refused, nil
}

// begun notes that the header is complete, its further lines read.
func (p *parser) begun() {
	if _, ok := p.roster.Headers[p.name]; !ok {
		p.roster.Headers[p.name] = p.finder.First
	}
}

// mayBeHeader spares rows that plainly are data the search for headings.
func (p *parser) mayBeHeader(row sheet.Row) bool {
	if p.columns == nil {
		return true
	}
	if _, ok := households(row.Cell(p.columns[colHouseholds])); ok {
		return !slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool { return c.Kind == sheet.Text && strings.ContainsFunc(c.Text, isLetter) })
	}
	return true
}

// missing lists the columns without which there is no roster. One address column
// stands for number and street.
func (p *parser) missing() []string {
	missing := p.finder.Missing(colNumber, colStreet, colHouseholds)
	if p.finder.Column(colAddress) >= 0 {
		missing = slices.DeleteFunc(missing, func(name string) bool { return name != colHouseholds })
	}
	return missing
}

// sheetGroup is the group that a sheet is named after ("TDP 5"), if it is one.
func sheetGroup(name string) civil.GroupName {
	if g := civil.ParseGroup(name); numberedGroup.MatchString(g.Key) {
		if _, err := strconv.Atoi(strings.TrimSpace(name)); err != nil {
			return g
		}
	}
	return civil.GroupName{}
}

var (
	numberedGroup = regexp.MustCompile(`^(?:tdp|cum) [0-9]+[a-zđ]*$`)
	numberedBeat  = regexp.MustCompile(`^kv [0-9]+[a-zđ]*$`)
)

func (p *parser) cell(row sheet.Row, name string) sheet.Cell {
	col, ok := p.columns[name]
	if !ok {
		return sheet.Cell{}
	}
	return row.Cell(col)
}

// text is the cell's text, but for error values, which say nothing.
func (p *parser) text(row sheet.Row, name string) string {
	c := p.cell(row, name)
	if c.Kind == sheet.Failure {
		return ""
	}
	return civil.NFC(c.Text)
}

// line reads a row under the header: a section, a total, a data row or none.
func (p *parser) line(row sheet.Row) {
	own := 0
	var first string
	for _, c := range row.Cells {
		if c.Kind != sheet.Blank && !c.Down {
			if own++; own == 1 {
				first = c.Text
			}
		}
	}
	if own == 0 {
		return
	}
	if sheet.IsTotal(first) || sheet.IsTotal(p.ownText(row, colGroup)) || sheet.IsTotal(p.ownText(row, colNumber)) ||
		p.ownText(row, colNumber) == "" && (sheet.IsTotal(p.ownText(row, colStreet)) || sheet.IsTotal(p.ownText(row, colAddress))) {
		p.group = sheetGroup(p.name)
		return
	}
	if own == 1 && p.sectionLine(first) {
		return
	}
	data := p.ownText(row, colNumber) != "" || p.ownText(row, colStreet) != "" || p.ownText(row, colHouseholds) != "" || p.ownText(row, colAddress) != ""
	if data && (own != 1 || !sheet.IsSignature(first)) {
		p.dataRow(row)
	} else if g := p.ownText(row, colGroup); g != "" {
		p.group = p.parseGroup(g)
	}
}

// ownText is the text of a cell that is not merged with the one above.
func (p *parser) ownText(row sheet.Row, name string) string {
	if c := p.cell(row, name); !c.Down {
		return civil.NFC(c.Text)
	}
	return ""
}

// sectionLine takes a line that only names a group or a beat for the rows below.
func (p *parser) sectionLine(text string) bool {
	if _, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
		return false
	}
	if g := civil.ParseGroup(text); numberedGroup.MatchString(g.Key) {
		p.group = g
		return true
	}
	if b := civil.ParseBeat(text); numberedBeat.MatchString(b.Key) {
		p.section = b
		return true
	}
	return false
}

func (p *parser) dataRow(row sheet.Row) {
	r := Row{Sheet: p.name, Row: row.Number, Head: p.text(row, colHead), Note: p.text(row, colNote), FormerWard: p.text(row, colFormerWard), Kind: p.text(row, colKind)}
	r.Storeys, _ = households(p.cell(row, colStoreys))
	r.Rented, _ = households(p.cell(row, colRented))
	if g := sheet.Repeat(p.text(row, colGroup), &p.last.group); g != "" {
		p.group = p.parseGroup(g)
	}
	r.Group, r.Beat = p.group, p.section
	if b := sheet.Repeat(p.text(row, colBeat), &p.last.beat); b != "" {
		r.Beat = p.parseBeat(b)
	}
	c := candidate{row: r}
	c.problem = p.address(row, &c.row)
	count := p.cell(row, colHouseholds)
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
		c.problem.Sheet, c.problem.Row = r.Sheet, r.Row
	} else {
		c.row.Phone, c.badPhone = phone(p.text(row, colPhone))
	}
	p.pending = append(p.pending, c)
}

// address reads number and street from their columns, or from one for both.
func (p *parser) address(row sheet.Row, r *Row) *Problem {
	parts := civil.AddressParts{
		Number: p.text(row, colNumber),
		Street: sheet.Repeat(p.text(row, colStreet), &p.last.street),
		Whole:  p.text(row, colAddress),
	}
	for _, name := range []string{colAlley, colSubAlley, colInnerAlley} {
		if text := p.text(row, name); text != "" {
			parts.Alley = append(parts.Alley, text)
		}
	}
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

var countText = regexp.MustCompile(`^(?:so ho:? |tong:? |co )?([0-9]{1,6})(?:[.,]0{1,2})?(?: ?(?:ho|ho dan|ho gia dinh|ho gd|gia dinh|gd|h))?\.?(?: ?\(.*\))?$`)

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
		m := countText.FindStringSubmatch(civil.Fold(c.Text))
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
