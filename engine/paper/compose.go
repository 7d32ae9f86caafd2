package paper

import (
	"slices"
	"strconv"
	"strings"
)

// piece is one thing set on paper, top to bottom: para, *columns, *grid,
// dots, part or newPage. Both writers walk over the same list of pieces.
type piece any

// para is a paragraph in its style.
type para struct {
	style
	runs   []Run
	label  string  // sign in the hanging indent: "–", "1."
	listID int     // of the numbered list it belongs to, from 1; 0 for none
	rule   float64 // length of the rule under it
	qr     string  // a QR code instead of text
	side   float64 // of the QR code
	hand   *Hand   // strokes instead of text
}

// columns are paragraphs side by side, in rows that are never cut.
type columns struct {
	widths        []float64
	rows          [][][]para
	before, after float64
}

// dots is one dotted line for handwriting, after a label.
type dots struct {
	style
	label string
}

// newPage ends a page.
type newPage struct{}

// part begins pages of a geometry. Annexes count their pages from 1.
type part struct {
	geometry
	name    string // "Phụ lục I", or empty in the main part
	restart bool   // first page of its own numbering
}

// composer turns a Document into pieces.
type composer struct {
	doc    *Document
	fonts  *Fonts
	styles styleSet
	pieces []piece
	page   geometry
	lists  int  // numbered lists so far
	annex  bool // inside an annex
}

// compose sets the whole document; the first piece is its main part.
func compose(doc *Document, fonts *Fonts) (*composer, error) {
	c := &composer{doc: doc, fonts: fonts, styles: stylesFor(doc.Kind), page: portrait()}
	if doc.Compact {
		c.page = compactPortrait()
		c.styles = c.styles.compact()
	}
	if doc.Landscape {
		c.page = landscape()
	}
	if doc.A5 {
		c.page = small()
	}
	c.add(part{geometry: c.page, restart: true})
	c.head()
	if err := c.blocks(doc.Body); err != nil {
		return nil, err
	}
	c.signatures()
	for i, annex := range doc.Annexes {
		if err := c.annexPart(i, annex); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *composer) add(p ...piece) { c.pieces = append(c.pieces, p...) }

// para makes a paragraph of plain text.
func (c *composer) para(s style, text string) para {
	return para{style: s, runs: []Run{{Text: clean(text)}}}
}

// ruled puts a rule under a paragraph, as long as a share of its text's last line.
func (c *composer) ruled(p para, share, room float64) para {
	lines := c.fonts.wrap(p.runs, p.style, room, 0)
	p.rule = lines[len(lines)-1].width * share
	return p
}

func (c *composer) blocks(blocks []Block) error {
	for _, block := range blocks {
		if err := c.block(block); err != nil {
			return err
		}
	}
	return nil
}

func (c *composer) block(block Block) error {
	switch b := block.(type) {
	case Heading:
		styles := [3]style{c.styles.heading1, c.styles.heading2, c.styles.heading3}
		c.add(c.para(styles[min(max(b.Level, 1), 3)-1], b.Text))
	case Paragraph:
		c.add(c.paragraph(b))
	case List:
		c.list(b)
	case Table:
		return c.table(b)
	case KeyValues:
		return c.keyValues(b)
	case Blank:
		c.blank(b)
	case QR:
		c.qr(b)
	case Hands:
		c.hands(b)
	case PageBreak:
		c.add(newPage{})
	case Wide:
		return c.wide(b)
	}
	return nil
}

func (c *composer) paragraph(b Paragraph) para {
	p := para{style: c.styles.body, runs: cleanRuns(b.Runs)}
	if b.Align != Auto {
		p.align = b.Align
	}
	if b.NoIndent || p.align == Center || p.align == Right {
		p.first = 0
	}
	p.keepNext = b.KeepNext
	return p
}

func cleanRuns(runs []Run) []Run {
	out := make([]Run, len(runs))
	for i, run := range runs {
		run.Text = clean(run.Text)
		out[i] = run
	}
	return out
}

func (c *composer) list(b List) {
	id := 0
	if b.Numbered {
		c.lists++
		id = c.lists
	}
	for i, item := range b.Items {
		p := para{style: c.styles.list, runs: cleanRuns(item), label: "–", listID: id}
		if b.Numbered {
			p.label = strconv.Itoa(i+1) + "."
		}
		if i == len(b.Items)-1 {
			p.after = c.styles.body.after
		}
		c.add(p)
	}
}

func (c *composer) blank(b Blank) {
	s := c.styles.body
	s.first, s.align, s.lead = 0, Left, 1.5
	s.after = 0
	c.add(dots{style: s, label: clean(b.Label)})
	for i := 1; i < b.Lines; i++ {
		c.add(dots{style: s})
	}
}

func (c *composer) qr(b QR) {
	side := b.Size * mm
	if side == 0 {
		side = 40 * mm
	}
	code := para{style: c.styles.letterhead, qr: b.URL, side: side}
	code.before, code.after, code.keepNext = 6, 3, true
	c.add(code)
	if b.Caption != "" {
		c.add(c.para(c.styles.letterhead, b.Caption))
	}
}

// wide sets blocks on landscape pages inside the main part.
func (c *composer) wide(blocks []Block) error {
	before := c.page
	name := c.partName()
	c.page = landscape()
	c.add(part{geometry: c.page, name: name})
	if err := c.blocks(blocks); err != nil {
		return err
	}
	c.page = before
	c.add(part{geometry: before, name: name})
	return nil
}

// partName is the name of the part being set.
func (c *composer) partName() string {
	for _, v := range slices.Backward(c.pieces) {
		if p, ok := v.(part); ok {
			return p.name
		}
	}
	return ""
}

// keyValues sets names and values in two columns of a table without rules.
func (c *composer) keyValues(b KeyValues) error {
	rows := make([][]Cell, len(b))
	for i, kv := range b {
		rows[i] = Row(kv.Key, kv.Value)
	}
	var widest float64
	for _, kv := range b {
		widest = max(widest, c.fonts.width(0, c.styles.key.size, clean(kv.Key)))
	}
	keyWidth := min(widest+2*cellPad+2, c.page.inner()*0.45)
	g := &grid{
		widths: []float64{keyWidth, c.page.inner() - keyWidth}, plain: true, rise: cellRise,
		text: c.styles.key, headText: c.styles.key,
	}
	if err := g.place(rows); err != nil {
		return err
	}
	g.settle([]Column{{Align: Left}, {Align: Left}})
	c.add(g)
	return nil
}

// roman writes a number from 1 to 39, more annexes than any report has.
func roman(n int) string {
	units := [10]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}
	return strings.Repeat("X", n/10) + units[n%10]
}
