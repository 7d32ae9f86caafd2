package sheet

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sonha/ground/civil"
	"sonha/ground/pattern"
)

// Finder finds the header of a table: a row somewhere under the title lines, or
// two or three rows when headings are grouped under merged cells, and the row of
// column numbers "(1) (2) (3)" under it. A sheet may hold several tables; each
// header replaces the one before.
//
// Know gives the name of a column from its heading and the heading above it
// ("so nha" under "dia chi"), both as Label makes them; "" for an unknown one.
type Finder struct {
	Know func(label, parent string) string

	Columns map[string]int // by name, from 0; nil until a header is found
	Found   []string       // all headings, as written
	First   int            // the row of the header's first line

	last   int
	labels []heading
}

type heading struct {
	text   string // as written, NFC
	parent string // as Label makes it
	wide   bool   // stands over this column, but belongs to one on the left
}

// minKnown is how many known headings make a row a header.
const minKnown = 2

// Label brings a heading into the form in which it is compared: folded, only
// letters and figures, single spaces. "Số nhà:" and "SO  NHÀ" are "so nha".
func Label(s string) string {
	return strings.Join(strings.FieldsFunc(civil.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// Take reports whether a row belongs to a header, and learns from it.
func (f *Finder) Take(row Row, merges []Merge) bool {
	if f.Columns != nil && row.Number > f.last && row.Number <= f.last+2 {
		if f.continues(row, merges) {
			f.extend(row)
			return true
		}
		if isNumbering(row) {
			f.last = row.Number
			return true
		}
	}
	return f.begin(row, merges)
}

// begin takes a row as the first line of a header if enough of it is known.
func (f *Finder) begin(row Row, merges []Merge) bool {
	var labels []heading
	known := map[string]int{}
	for col, c := range row.Cells {
		h := heading{}
		if c.Kind == Text && !c.Down && len(c.Text) <= 200 {
			h.text = civil.NFC(c.Text)
			if name := f.Know(Label(h.text), ""); name != "" {
				if _, ok := known[name]; !ok {
					known[name] = col
				}
			}
		}
		labels = append(labels, h)
	}
	if len(known) < minKnown {
		return false
	}
	f.First, f.last = row.Number, row.Number
	f.labels = labels
	f.spread(row.Number, merges)
	f.name()
	return true
}

// spread writes headings merged sideways over all their columns; where nothing
// is merged, a heading reaches over the blank cells on its right.
func (f *Finder) spread(row int, merges []Merge) {
	merged := false
	for _, m := range merges {
		if m.Top != row || m.Right == m.Left || m.Left >= len(f.labels) {
			continue
		}
		merged = true
		for col := m.Left + 1; col <= min(m.Right, MaxColumns-1); col++ {
			f.grow(col)
			if f.labels[col].text == "" {
				f.labels[col] = heading{text: f.labels[m.Left].text, wide: true}
			}
		}
	}
	if merged {
		return
	}
	for col := 1; col < len(f.labels); col++ {
		if f.labels[col].text == "" {
			f.labels[col] = heading{text: f.labels[col-1].text, wide: true}
		}
	}
}

func (f *Finder) grow(col int) {
	for len(f.labels) <= col {
		f.labels = append(f.labels, heading{})
	}
}

// continues reports whether row is a further line of the header: a heading
// above is merged down to it, it holds headings, or it only divides headings that stand over several columns.
func (f *Finder) continues(row Row, merges []Merge) bool {
	if row.Number != f.last+1 {
		return false
	}
	own, known, grouped := 0, 0, 0
	for col, c := range row.Cells {
		if c.Kind == Blank || c.Down {
			continue
		}
		if own++; c.Kind != Text || strings.ContainsAny(c.Text, "0123456789") {
			return false
		}
		if f.Know(Label(c.Text), f.parent(col)) != "" {
			known++
		}
		if f.isWide(col) || f.isWide(col+1) {
			grouped++
		}
	}
	if own == 0 {
		return false
	}
	for _, m := range merges {
		if m.Top >= f.First && m.Top <= f.last && m.Bottom >= row.Number {
			return true
		}
	}
	return known > 0 && own < len(f.labels) || own > 1 && grouped == own
}

// isWide reports whether a column stands under a heading further left; the last
// heading may reach to the right without a merged cell.
func (f *Finder) isWide(col int) bool { return col >= len(f.labels) || f.labels[col].wide }

func (f *Finder) parent(col int) string {
	if col < len(f.labels) {
		return Label(f.labels[col].text)
	}
	return ""
}

func (f *Finder) extend(row Row) {
	f.last = row.Number
	for col, c := range row.Cells {
		if c.Kind != Text || c.Down || strings.HasPrefix(c.Text, "(") {
			continue // "(hộ)" says only the unit
		}
		f.grow(col)
		f.labels[col] = heading{text: civil.NFC(c.Text), parent: f.parent(col)}
	}
	f.name()
}

// name works out Columns and Found from the headings.
func (f *Finder) name() {
	f.Columns, f.Found = map[string]int{}, nil
	for col, h := range f.labels {
		if h.text == "" || h.wide {
			continue
		}
		f.Found = append(f.Found, h.text)
		if name := f.Know(Label(h.text), h.parent); name != "" {
			if _, ok := f.Columns[name]; !ok {
				f.Columns[name] = col
			}
		}
	}
}

// Column gives the column of a name, or -1.
func (f *Finder) Column(name string) int {
	if col, ok := f.Columns[name]; ok {
		return col
	}
	return -1
}

// Missing lists those of names that the header lacks.
func (f *Finder) Missing(names ...string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return f.Column(name) >= 0 })
}

var columnNumber = pattern.Of(`^\(?(?:([0-9]{1,2})|[A-Z])\)?$`)

// isNumbering recognises the line "(1) (2) (3)" or "A B 1 2" under a header.
func isNumbering(row Row) bool {
	cells, last := 0, 0
	for _, c := range row.Cells {
		if c.Kind == Blank || c.Down {
			continue
		}
		m := columnNumber().FindStringSubmatch(strings.TrimSpace(c.Text))
		if m == nil {
			return false
		}
		cells++
		if n, _ := strconv.Atoi(m[1]); m[1] != "" {
			if n != last+1 {
				return false
			}
			last = n
		}
	}
	return cells >= 3 && last >= 2
}
