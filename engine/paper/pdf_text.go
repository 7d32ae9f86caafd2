package paper

// sheets sets all pieces on pages.
func (c *composer) sheets() ([]sheet, error) {
	var g pager
	var run []slab
	flush := func() {
		g.fill(run)
		run = nil
	}
	var page geometry
	for _, item := range c.pieces {
		switch v := item.(type) {
		case part:
			flush()
			page = v.geometry
			g.begin(v)
		case newPage:
			flush()
			if g.used {
				g.turn(false)
			}
		case para:
			slabs, err := c.fonts.paraSlabs(v, page.left, page.inner())
			if err != nil {
				return nil, err
			}
			run = append(run, slabs...)
		case *columns:
			s, err := c.fonts.columnsSlab(v, page.left)
			if err != nil {
				return nil, err
			}
			run = append(run, s)
		case *grid:
			run = append(run, c.fonts.gridSlabs(v, page)...)
		case dots:
			run = append(run, c.fonts.dotsSlab(v, page))
		}
	}
	flush()
	if len(g.sheets) > 1 && !g.used && len(g.sheets[len(g.sheets)-1].items) == 0 {
		g.sheets = g.sheets[:len(g.sheets)-1]
	}
	g.count()
	return g.sheets, nil
}

// ruleGap is how far a rule stands under its text, ruleWeight how thick it is.
const (
	ruleGap    = 2.5
	ruleWeight = 0.7
)

// paraSlabs sets a paragraph in lines. Neither its first nor its last line
// stands alone on a page.
func (f *Fonts) paraSlabs(p para, left, width float64) ([]slab, error) {
	if p.qr != "" {
		return f.qrSlab(p, left, width)
	}
	if p.hand != nil {
		return handSlab(p, left, width), nil
	}
	left += p.left
	width -= p.left
	first, indent := p.first, p.first
	if p.label != "" {
		indent = 0 // the sign stands in the hanging indent, the text where all lines begin
	}
	lines := f.wrap(p.runs, p.style, width, indent)
	slabs := make([]slab, len(lines))
	for i, l := range lines {
		x, room := left, width
		if i == 0 {
			x, room = left+indent, width-indent
		}
		label := ""
		if i == 0 {
			label = p.label
		}
		slabs[i] = slab{height: p.line(), draw: func(pen *pen, top float64) {
			if label != "" {
				pen.text(left+first, baseline(top, p.style), p.size, bit{faceOf(p.bold, p.italic), label})
			}
			pen.line(l, p.style, x, top, room)
		}}
		slabs[i].keep = p.keepNext || i == 0 && len(lines) > 1 || i == len(lines)-2
	}
	slabs[0].before = p.before
	end := &slabs[len(slabs)-1]
	end.keep = p.keepNext
	end.after = p.after
	if p.rule > 0 {
		text := end.draw
		end.height += ruleGap + ruleWeight
		end.draw = func(pen *pen, top float64) {
			text(pen, top)
			x, y := left+(width-p.rule)/2, top+p.line()+ruleGap
			pen.rule(x, y, x+p.rule, y, ruleWeight)
		}
	}
	return slabs, nil
}

func (f *Fonts) qrSlab(p para, left, width float64) ([]slab, error) {
	code, err := encodeQR(p.qr)
	if err != nil {
		return nil, err
	}
	return []slab{{before: p.before, height: p.side, after: p.after, keep: p.keepNext, draw: func(pen *pen, top float64) {
		pen.qr(code, left+(width-p.side)/2, top, p.side, p.qr)
	}}}, nil
}

// columnsSlab sets paragraphs side by side as one piece that is never cut.
func (f *Fonts) columnsSlab(c *columns, left float64) (slab, error) {
	type at struct {
		top  float64
		slab slab
	}
	var items []at
	var y float64
	for _, row := range c.rows {
		x, lowest := left, y
		for i, paras := range row {
			top, after := y, 0.0
			for _, p := range paras {
				slabs, err := f.paraSlabs(p, x, c.widths[i])
				if err != nil {
					return slab{}, err
				}
				for _, s := range slabs {
					top += max(s.before, after)
					items = append(items, at{top, s})
					top += s.height
					after = s.after
				}
			}
			lowest = max(lowest, top+after)
			x += c.widths[i]
		}
		y = lowest
	}
	return slab{before: c.before, height: y, after: c.after, draw: func(p *pen, top float64) {
		for _, item := range items {
			item.slab.draw(p, top+item.top)
		}
	}}, nil
}

// dotsSlab is a dotted line to write on, after its label.
func (f *Fonts) dotsSlab(d dots, page geometry) slab {
	start := page.left
	if d.label != "" {
		start += f.width(faceOf(d.bold, d.italic), d.size, d.label) + 3
	}
	end := page.left + page.inner()
	return slab{height: d.line(), draw: func(p *pen, top float64) {
		y := baseline(top, d.style)
		p.text(page.left, y, d.size, bit{faceOf(d.bold, d.italic), f.printable(0, d.label)})
		p.dotted([]float64{0.8, 2}, func() { p.rule(start, y, end, y, 0.8) })
	}}
}
