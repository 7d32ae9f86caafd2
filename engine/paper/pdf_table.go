package paper

// gridRule is the thickness of a table's rules.
const gridRule = 0.5

// cellText is a cell set in lines.
type cellText struct {
	cell  gridCell
	style style
	lines []textLine
	rise  float64
}

func (t cellText) height() float64 {
	return float64(len(t.lines))*t.style.line() + 2*t.rise
}

// gridSlabs sets a table, one slab a row. A row higher than a page is cut
// between its lines, every other row stays whole.
func (f *Fonts) gridSlabs(g *grid, page geometry) []slab {
	texts, heights := f.setCells(g)
	frame := &tableFrame{}
	x := page.left
	var width float64
	for _, w := range g.widths {
		width += w
	}
	frame.close = func(p *pen, bottom float64) {
		if !g.plain {
			p.rule(x, bottom, x+width, bottom, gridRule)
		}
	}
	for i := range g.head {
		frame.head = append(frame.head, rowSlab(g, texts[i], heights, i, x))
		frame.head[i].keep = true
		frame.headHeight += heights[i]
	}
	slabs := append([]slab(nil), frame.head...)
	room := page.height - page.top - page.bottom - frame.headHeight
	markLong(texts, heights, room)
	for i := g.head; i < len(g.rows); i++ {
		if heights[i] > room && !reaches(g.rows[i]) {
			slabs = append(slabs, cutRow(g, texts[i], room, frame, x)...)
			continue
		}
		s := rowSlab(g, texts[i], heights, i, x)
		s.table = frame
		s.keep = g.holds(i)
		s.resume = resumeCells(g, texts, heights, i, x)
		slabs = append(slabs, s)
	}
	slabs[0].before = 3
	slabs[len(slabs)-1].after = 8
	return slabs
}

// markLong finds cells over rows that do not fit on one page together.
func markLong(texts [][]cellText, heights []float64, room float64) {
	for i, row := range texts {
		for j := range row {
			cell := &row[j].cell
			cell.long = cell.long || cell.down > 1 && sum(heights[i:i+cell.down]) > room
		}
	}
}

// reaches says whether a cell of the row goes on below or comes from above.
func reaches(row []gridCell) bool {
	for _, cell := range row {
		if cell.covered || cell.down > 1 {
			return true
		}
	}
	return false
}

// lastRows are so many rows that go over to the next page together, when not all fit: the last is a sum more often than not, and one or two
// rows alone on a page look like something that was forgotten.
const lastRows = 5

// holds says whether row i stays on the page of the next: while a cell of it reaches down, and among the last rows. Of a short table only
// the last two hold.
func (g *grid) holds(i int) bool {
	last := lastRows
	if len(g.rows)-g.head < 2*lastRows {
		last = 2
	}
	return i < g.head || comesDown(g, i+1) || i < len(g.rows)-1 && i >= len(g.rows)-last
}

// comesDown says whether a cell from above reaches into row i.
func comesDown(g *grid, i int) bool {
	if i >= len(g.rows) {
		return false
	}
	for _, cell := range g.rows[i] {
		if cell.covered {
			return true
		}
	}
	return false
}

// setCells breaks every cell's text and finds the height of every row.
func (f *Fonts) setCells(g *grid) (texts [][]cellText, heights []float64) {
	texts = make([][]cellText, len(g.rows))
	heights = make([]float64, len(g.rows))
	for i, row := range g.rows {
		base := g.textOf(i)
		heights[i] = base.line() + 2*g.rise
		for _, cell := range row {
			t := cellText{cell: cell, style: base, rise: g.rise}
			t.style.align = cell.align
			if !cell.covered {
				t.lines = f.wrap(cell.runs, base, g.width(cell)-2*cellPad, 0)
			}
			texts[i] = append(texts[i], t)
			if cell.down == 1 {
				heights[i] = max(heights[i], t.height())
			}
		}
	}
	// A cell over several rows that needs more than they have widens the last.
	for i := range g.rows {
		for _, t := range texts[i] {
			if t.cell.down > 1 {
				last := i + t.cell.down - 1
				heights[last] += max(0, t.height()-sum(heights[i:last+1]))
			}
		}
	}
	return texts, heights
}

func sum(values []float64) float64 {
	var total float64
	for _, v := range values {
		total += v
	}
	return total
}

// rowSlab draws the cells of one row. A cell over several rows draws its text
// with the first and its side rules with each.
func rowSlab(g *grid, texts []cellText, heights []float64, i int, left float64) slab {
	height := heights[i]
	return slab{height: height, draw: func(p *pen, top float64) {
		for _, t := range texts {
			x := left + sum(g.widths[:t.cell.col])
			width := g.width(t.cell)
			if !g.plain {
				frameCell(p, t.cell, x, top, width, height)
			}
			if t.cell.covered {
				continue
			}
			room := sum(heights[i : i+t.cell.down])
			if g.plain || t.cell.long {
				room = t.height() // at the top: beside the first line of a value, on the first page of many
			}
			t.draw(p, x, top+(room-t.height())/2, width)
		}
	}}
}

// draw sets the text of a cell whose upper left corner is at x, top.
func (t cellText) draw(p *pen, x, top, width float64) {
	y := top + t.rise
	for _, l := range t.lines {
		p.line(l, t.style, x+cellPad, y, width-2*cellPad)
		y += t.style.line()
	}
}

// resumeCells repeats the texts of cells that come down into row i from a page
// before, where the rest of the cell has room for them.
func resumeCells(g *grid, texts [][]cellText, heights []float64, i int, left float64) func(*pen, float64) {
	var again []cellText
	for _, here := range g.rows[i] {
		if !here.covered {
			continue
		}
		from := i
		for g.cellAt(from, here.col).covered {
			from--
		}
		for _, t := range texts[from] {
			if t.cell.col == here.col && t.cell.long && t.height() <= sum(heights[i:from+t.cell.down]) {
				again = append(again, t)
			}
		}
	}
	if len(again) == 0 {
		return nil
	}
	return func(p *pen, top float64) {
		for _, t := range again {
			t.draw(p, left+sum(g.widths[:t.cell.col]), top, g.width(t.cell))
		}
	}
}

// cellAt is the cell of a row that begins in a column.
func (g *grid) cellAt(row, col int) gridCell {
	for _, cell := range g.rows[row] {
		if cell.col == col {
			return cell
		}
	}
	return gridCell{}
}

func frameCell(p *pen, cell gridCell, x, top, width, height float64) {
	p.rule(x, top, x, top+height, gridRule)
	p.rule(x+width, top, x+width, top+height, gridRule)
	if !cell.covered {
		p.rule(x, top, x+width, top, gridRule)
	}
	if cell.lastCovered || !cell.covered && cell.down == 1 {
		p.rule(x, top+height, x+width, top+height, gridRule)
	}
}

// cutRow sets a row that is higher than a page as several rows of what fits.
func cutRow(g *grid, texts []cellText, room float64, frame *tableFrame, left float64) []slab {
	var slabs []slab
	for {
		var piece []cellText
		rest, more := make([]cellText, len(texts)), false
		var height float64
		for i, t := range texts {
			fit := max(1, int((room-2*t.rise)/t.style.line()))
			part := t
			part.lines = t.lines[:min(fit, len(t.lines))]
			rest[i] = t
			rest[i].lines = t.lines[len(part.lines):]
			more = more || len(rest[i].lines) > 0
			height = max(height, part.height())
			piece = append(piece, part)
		}
		s := rowSlab(g, piece, []float64{height}, 0, left)
		s.table = frame
		slabs = append(slabs, s)
		if !more {
			return slabs
		}
		texts = rest
	}
}
