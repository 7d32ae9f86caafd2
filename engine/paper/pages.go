package paper

// slab is what stands on one page: a line of text, a row of a table.
type slab struct {
	before, height, after float64 // of two rooms that meet the larger counts; none at the top of a page
	keep                  bool    // stays on the page of the next slab
	draw                  func(p *pen, top float64)
	table                 *tableFrame               // of a row of a table's body
	resume                func(p *pen, top float64) // drawn as well where the slab begins a sheet; may be nil
}

// tableFrame is what a table puts around its rows on every page.
type tableFrame struct {
	head       []slab
	headHeight float64
	close      func(p *pen, bottom float64) // draws the lower rule where the page ends
}

// placed is a slab, or a rule of a table, at its place on a sheet.
type placed struct {
	top  float64
	draw func(p *pen, top float64)
}

// sheet is one page, ready to draw.
type sheet struct {
	part
	number int // in its part, from 1
	of     int // sheets of its part
	items  []placed
}

// pager fills sheets with slabs.
type pager struct {
	sheets []sheet
	y      float64
	used   bool // something stands on the current sheet
	part   part
	last   *slab // what was placed last on the current sheet
}

func (g *pager) bottom() float64 { return g.part.height - g.part.bottom }

// begin starts a part on a new sheet.
func (g *pager) begin(p part) {
	g.part = p
	if len(g.sheets) > 0 && !g.used {
		g.sheets = g.sheets[:len(g.sheets)-1] // an empty sheet before a part
	}
	g.turn(p.restart)
}

// turn opens a new sheet.
func (g *pager) turn(restart bool) {
	number := 1
	if !restart && len(g.sheets) > 0 {
		number = g.sheets[len(g.sheets)-1].number + 1
	}
	if g.last != nil && g.last.table != nil {
		g.put(placed{g.y, g.last.table.close})
	}
	g.sheets = append(g.sheets, sheet{part: g.part, number: number})
	g.y, g.used, g.last = g.part.top, false, nil
}

func (g *pager) put(item placed) {
	current := &g.sheets[len(g.sheets)-1]
	current.items = append(current.items, item)
}

// fill sets slabs one below the other. A chain of slabs that keep together
// goes to the next sheet as a whole if it fits there.
func (g *pager) fill(slabs []slab) {
	for start := 0; start < len(slabs); {
		end := start
		for end < len(slabs)-1 && slabs[end].keep {
			end++
		}
		chain := slabs[start : end+1]
		var height float64
		for i := range chain {
			height += chain[i].height
			if i > 0 {
				height += max(chain[i].before, chain[i-1].after)
			}
		}
		if whole := g.bottom() - g.part.top - headHeight(chain[0].table); height <= whole && g.used && g.y+g.above(&chain[0])+height > g.bottom() {
			g.turn(false)
		}
		for i := range chain {
			g.set(&chain[i])
		}
		start = end + 1
	}
}

// above is the room to leave over a slab where the sheet stands now.
func (g *pager) above(s *slab) float64 {
	switch {
	case !g.used:
		return 0
	case g.last == nil:
		return s.before
	}
	return max(s.before, g.last.after)
}

func headHeight(t *tableFrame) float64 {
	if t == nil {
		return 0
	}
	return t.headHeight
}

// set puts one slab on the sheet, or on a new one, under its table's head.
func (g *pager) set(s *slab) {
	if g.used && g.y+g.above(s)+s.height > g.bottom()+0.01 {
		g.turn(false)
	}
	fresh := !g.used
	if fresh && s.table != nil {
		for i := range s.table.head {
			g.put(placed{g.y, s.table.head[i].draw})
			g.y += s.table.head[i].height
		}
	}
	g.y += g.above(s)
	if fresh && s.resume != nil {
		g.put(placed{g.y, s.resume})
	}
	g.put(placed{g.y, s.draw})
	g.y += s.height
	g.used, g.last = true, s
}

// count tells every sheet how many its part has: a part runs from one restart
// to the next.
func (g *pager) count() {
	for end := len(g.sheets) - 1; end >= 0; {
		of := g.sheets[end].number
		start := end - of + 1
		for i := start; i <= end; i++ {
			g.sheets[i].of = of
		}
		end = start - 1
	}
}
