package paper

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// cellPad is the room between a table's rule and its text, left and right.
const cellPad = 3.5

// cellRise is the room above and below the text of a cell, tightRise in a compact form.
const (
	cellRise  = 2
	tightRise = 0.9
)

// longCell is how many rows a cell may cover and still surely fit on a page.
const longCell = 12

// grid is a table whose columns are measured and whose cells are placed.
type grid struct {
	widths   []float64
	rows     [][]gridCell // every row covers every column
	head     int          // rows at the top that repeat
	plain    bool         // no rules
	rise     float64      // above and below the text of a cell
	text     style        // of the body
	headText style
}

// gridCell is a cell at its place. A covered cell continues the one above.
type gridCell struct {
	col, span, down int
	covered         bool // by a cell that came down from a row above
	lastCovered     bool // the lowest row of that cell
	long            bool // may reach over pages: its text stands at the top
	align           Align
	runs            []Run
}

// table measures and places a table.
func (c *composer) table(t Table) error {
	g := &grid{text: c.styles.cell, headText: c.styles.cellHead, head: len(t.Head), rise: cellRise}
	if c.doc.Compact {
		g.rise = tightRise
	}
	size := t.Size
	if size == 0 {
		size = 12
		if c.annex {
			size = 11
		}
	}
	g.text.size, g.headText.size = size, size
	columns := t.Columns
	if len(columns) == 0 {
		columns = make([]Column, broadest(t))
	}
	rows := slices.Concat(t.Head, t.Rows)
	if len(t.Rows) == 0 {
		rows = append(rows, []Cell{{Text: "Không có số liệu", Italic: true, Align: Center, Span: len(columns)}})
	}
	g.widths = make([]float64, len(columns))
	if err := g.place(rows); err != nil {
		return err
	}
	g.settle(columns)
	g.widths = c.measureColumns(g, columns)
	if t.Caption != "" {
		c.add(c.para(c.styles.caption, t.Caption))
	}
	if t.Unit != "" {
		c.add(c.para(c.styles.unit, t.Unit))
	}
	c.add(g)
	return nil
}

// broadest counts the columns of a table that names none.
func broadest(t Table) int {
	count := 1
	for _, rows := range [2][][]Cell{t.Head, t.Rows} {
		for _, row := range rows {
			sum := 0
			for _, cell := range row {
				sum += max(cell.Span, 1)
			}
			count = max(count, sum)
		}
	}
	return count
}

// settle gives cells their alignment: their own, else their column's. An Auto
// column whose filled cells are all numbers stands right, others left; heads
// are centred.
func (g *grid) settle(columns []Column) {
	aligns := make([]Align, len(columns))
	for i, column := range columns {
		aligns[i] = column.Align
		if column.Align == Auto {
			aligns[i] = Left
			if g.numeric(i) {
				aligns[i] = Right
			}
		}
	}
	for n, row := range g.rows {
		for i := range row {
			switch {
			case row[i].align != Auto:
			case n < g.head:
				row[i].align = Center
			default:
				row[i].align = aligns[row[i].col]
			}
		}
	}
}

// numeric says whether the cells of one column hold numbers, and at least one.
func (g *grid) numeric(column int) bool {
	seen := false
	for _, row := range g.rows[g.head:] {
		for _, cell := range row {
			if cell.col != column || cell.span > 1 || cell.covered {
				continue
			}
			for _, run := range cell.runs {
				if !isNumber(run.Text) {
					return false
				}
				seen = seen || run.Text != ""
			}
		}
	}
	return seen
}

// isNumber accepts "1.586", "89,0 %", "−12", "2.520.000 đ", "1.411/1.586", "–" and nothing at all.
func isNumber(text string) bool {
	text = strings.TrimSuffix(strings.TrimSpace(text), "đ")
	return strings.IndexFunc(text, func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune(".,%‰+-−–/ \u00A0", r)
	}) < 0
}

// place gives every cell its columns and marks what cells from above cover.
// The error is ErrSpan if cells overlap or stand outside.
func (g *grid) place(rows [][]Cell) error {
	columns := len(g.widths)
	type cover struct{ rows, col, span int }
	open := make([]cover, columns) // what comes down into each column
	for n, row := range rows {
		var out []gridCell
		col, next := 0, 0
		for col < columns {
			if o := &open[col]; o.rows > 0 {
				o.rows--
				out = append(out, gridCell{col: col, span: o.span, covered: true, lastCovered: o.rows == 0})
				col += o.span
				continue
			}
			var in Cell
			if next < len(row) {
				in = row[next]
			}
			next++
			cell := in.placed(col)
			end := len(rows)
			if n < g.head {
				end = g.head // the head repeats, so nothing of it reaches into the body
			}
			if col+cell.span > columns || n+cell.down > end {
				return fmt.Errorf("%w: row %d, column %d", ErrSpan, n+1, col+1)
			}
			for i := col; i < col+cell.span; i++ {
				if open[i].rows > 0 {
					return fmt.Errorf("%w: row %d, column %d", ErrSpan, n+1, i+1)
				}
			}
			if cell.down > 1 {
				open[col] = cover{cell.down - 1, col, cell.span}
			}
			out = append(out, cell)
			col += cell.span
		}
		if next < len(row) {
			return fmt.Errorf("%w: row %d has %d cells too many", ErrSpan, n+1, len(row)-next)
		}
		g.rows = append(g.rows, out)
	}
	return nil
}

// placed cleans a cell's text at its column.
func (in Cell) placed(col int) gridCell {
	cell := gridCell{col: col, span: max(in.Span, 1), down: max(in.Down, 1), align: in.Align}
	cell.long = cell.down > longCell
	runs := in.Runs
	if len(runs) == 0 {
		runs = []Run{{Text: in.Text}}
	}
	cell.runs = cleanRuns(runs)
	for i := range cell.runs {
		cell.runs[i].Bold = cell.runs[i].Bold || in.Bold
		cell.runs[i].Italic = cell.runs[i].Italic || in.Italic
	}
	return cell
}

// textOf is the style of a row's text.
func (g *grid) textOf(row int) style {
	if row < g.head {
		return g.headText
	}
	return g.text
}

// width is the room of a cell, rule to rule.
func (g *grid) width(cell gridCell) float64 {
	var sum float64
	for i := cell.col; i < cell.col+cell.span; i++ {
		sum += g.widths[i]
	}
	return sum
}

// measureColumns shares the width of the page among the columns: first what is
// given in millimetres, the rest by what the texts need, between their longest
// word and their longest line.
func (c *composer) measureColumns(g *grid, columns []Column) []float64 {
	room := c.page.inner()
	least := make([]float64, len(columns)) // the longest word
	best := make([]float64, len(columns))  // the longest line
	for n, row := range g.rows {
		for _, cell := range row {
			if cell.covered {
				continue
			}
			word, line := c.fonts.extent(cell.runs, g.textOf(n))
			grow(least[cell.col:cell.col+cell.span], word+2*cellPad+0.5)
			grow(best[cell.col:cell.col+cell.span], line+2*cellPad+0.5)
		}
	}
	for i, column := range columns {
		if column.Width > 0 {
			least[i], best[i] = column.Width*mm, column.Width*mm
		}
		best[i] = max(best[i], least[i])
	}
	return share(room, least, best, columns)
}

// grow widens neighbouring columns evenly until they hold need together.
func grow(widths []float64, need float64) {
	var sum float64
	for _, w := range widths {
		sum += w
	}
	if sum >= need {
		return
	}
	for i := range widths {
		widths[i] += (need - sum) / float64(len(widths))
	}
}

// share fills room: with the best widths and a bonus if they fit, else between
// least and best, else with the least widths made smaller.
func share(room float64, least, best []float64, columns []Column) []float64 {
	var sumLeast, sumBest, sumFree float64
	for i := range columns {
		sumLeast += least[i]
		sumBest += best[i]
		if columns[i].Width == 0 {
			sumFree += best[i]
		}
	}
	widths := make([]float64, len(columns))
	for i := range columns {
		switch {
		case sumBest <= room && sumFree > 0:
			widths[i] = best[i]
			if columns[i].Width == 0 {
				widths[i] += (room - sumBest) * best[i] / sumFree
			}
		case sumBest <= room:
			widths[i] = best[i] * room / sumBest
		case sumLeast <= room:
			widths[i] = least[i] + (room-sumLeast)*(best[i]-least[i])/(sumBest-sumLeast)
		default:
			widths[i] = least[i] * room / sumLeast
		}
	}
	return widths
}

// extent is the longest word and the longest line of a text.
func (f *Fonts) extent(runs []Run, base style) (word, line float64) {
	var current float64
	for _, w := range f.words(runs, base) {
		if w.bits == nil {
			current = 0
			continue
		}
		word = max(word, w.width)
		current += w.width
		if current > w.width {
			current += w.space
		}
		line = max(line, current)
	}
	return word, line
}
