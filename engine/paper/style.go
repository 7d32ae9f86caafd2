package paper

// Lengths are in points everywhere in this package but in the fields of
// Document, which are in millimetres.
const (
	mm          = 72 / 25.4
	firstIndent = 12.7 * mm // of body paragraphs
	hanging     = 6 * mm    // between a list's sign and its text
	lineHeight  = 1.149     // of Times, in font sizes, at single spacing
)

// geometry is a page: its size, its margins, and how far from the edges the
// page number and the foot stand.
type geometry struct {
	width, height            float64
	left, right, top, bottom float64
}

// portrait has the margins of Decree 30/2020: 20–25 above and below, 30–35 left, 15–20 right.
func portrait() geometry {
	return geometry{width: 210 * mm, height: 297 * mm, left: 30 * mm, right: 15 * mm, top: 20 * mm, bottom: 25 * mm}
}

// compactPortrait is the page of a form that is handed in and filed in a folder, not bound: the binding edge is
// narrower than in a document.
func compactPortrait() geometry {
	return geometry{width: 210 * mm, height: 297 * mm, left: 15 * mm, right: 15 * mm, top: 15 * mm, bottom: 25 * mm}
}

// small is A5 upright: a card that is handed out and kept in a drawer.
func small() geometry {
	return geometry{width: 148 * mm, height: 210 * mm, left: 14 * mm, right: 14 * mm, top: 20 * mm, bottom: 25 * mm}
}

// landscape keeps the binding edge, now above, wider than the others.
func landscape() geometry {
	return geometry{width: 297 * mm, height: 210 * mm, left: 20 * mm, right: 20 * mm, top: 25 * mm, bottom: 25 * mm}
}

func (g geometry) inner() float64 { return g.width - g.left - g.right }

const (
	numberFromTop = 9 * mm // top edge of the page number
	footFromEdge  = 7 * mm // lower edge of the foot
	footQR        = 15 * mm
)

// style is how a paragraph looks; the DOCX has a style of the same name.
type style struct {
	id, name      string
	size          float64
	bold, italic  bool
	align         Align
	first, left   float64 // first-line indent and left indent
	before, after float64
	lead          float64 // line spacing, as a multiple of single
	keepNext      bool
	level         int // outline level, 0 for none
}

// line is the height of a line of the style.
func (s style) line() float64 { return s.size * lineHeight * s.lead }

// styleSet holds the styles of a document.
type styleSet struct {
	body, list, title, subject, heading1, heading2, heading3 style
	letterhead, motto, place, address                        style
	cell, cellHead, caption, unit, key                       style
	sign, recipientsHead, recipients                         style
	pageNumber, mark, foot, filler                           style
}

// stylesFor makes the styles for a kind of document: the body in 14 points for
// official papers, 13 for others.
func stylesFor(kind Kind) styleSet {
	size := 13.0
	if kind == Official {
		size = 14
	}
	body := style{id: "Normal", name: "Normal", size: size, align: Justify, first: firstIndent, after: 6, lead: 1.1}
	derive := func(id, name string, change func(*style)) style {
		s := body
		s.id, s.name, s.first = id, name, 0
		change(&s)
		return s
	}
	centred := func(size float64, bold, italic bool) func(*style) {
		return func(s *style) {
			s.size, s.bold, s.italic, s.align, s.after, s.lead = size, bold, italic, Center, 0, 1
		}
	}
	table := func(align Align, bold bool) func(*style) {
		return func(s *style) { s.size, s.bold, s.align, s.after, s.lead = 12, bold, align, 0, 1 }
	}
	heading := func(level int, italic bool) func(*style) {
		return func(s *style) {
			s.bold, s.italic, s.align, s.first, s.before, s.keepNext, s.level = true, italic, Left, firstIndent, 6, true, level
		}
	}
	return styleSet{
		body:     body,
		list:     derive("ListParagraph", "List Paragraph", func(s *style) { s.left = firstIndent + hanging; s.first = -hanging; s.after = 3 }),
		title:    derive("Title", "Title", func(s *style) { centred(14, true, false)(s); s.before = 12; s.keepNext = true }),
		subject:  derive("Subtitle", "Subtitle", func(s *style) { centred(14, true, false)(s); s.keepNext = true }),
		heading1: derive("Heading1", "heading 1", heading(1, false)),
		heading2: derive("Heading2", "heading 2", heading(2, false)),
		heading3: derive("Heading3", "heading 3", heading(3, true)),

		letterhead: derive("Letterhead", "Letterhead", centred(12, false, false)),
		motto:      derive("Motto", "Motto", centred(13, true, false)),
		place:      derive("PlaceAndDate", "Place and Date", centred(13, false, true)),
		address:    derive("Addressee", "Addressee", func(s *style) { centred(14, false, false)(s); s.after = 6 }),

		cell:     derive("TableText", "Table Text", table(Left, false)),
		cellHead: derive("TableHead", "Table Head", table(Center, true)),
		caption: derive("Caption", "caption", func(s *style) {
			centred(size, true, false)(s)
			s.before, s.after, s.keepNext = 6, 4, true
		}),
		unit: derive("TableUnit", "Table Unit", func(s *style) {
			centred(12, false, true)(s)
			s.align, s.after, s.keepNext = Right, 2, true
		}),
		key: derive("KeyText", "Key Text", func(s *style) { s.align, s.after, s.lead = Left, 0, 1.05 }),

		sign:           derive("Signature", "Signature", centred(size, true, false)),
		recipientsHead: derive("RecipientsHead", "Recipients Head", func(s *style) { centred(12, true, true)(s); s.align = Left }),
		recipients:     derive("Recipients", "Recipients", func(s *style) { centred(11, false, false)(s); s.align = Left }),

		pageNumber: derive("Header", "header", centred(13, false, false)),
		mark:       derive("Mark", "Mark", func(s *style) { centred(10, true, false)(s); s.align = Right }),
		foot:       derive("Footer", "footer", func(s *style) { centred(9, false, false)(s); s.align = Left }),
		filler:     derive("Filler", "Filler", func(s *style) { centred(1, false, false)(s); s.align = Left }),
	}
}

// compact is the set with which more stands on a page.
func (s styleSet) compact() styleSet {
	const size = 12
	for _, x := range []*style{&s.body, &s.list, &s.heading1, &s.heading2, &s.heading3, &s.caption, &s.key, &s.sign} {
		x.size = size
	}
	s.body.lead, s.list.lead, s.key.lead = 1, 1, 1.1
	s.body.after, s.body.first = 3, 0
	s.heading1.first, s.heading2.first, s.heading3.first = 0, 0, 0
	s.caption.before, s.caption.after = 4, 2
	return s
}

// all lists the styles in the order the DOCX defines them.
func (s styleSet) all() []style {
	return []style{
		s.body, s.heading1, s.heading2, s.heading3, s.title, s.subject, s.list,
		s.letterhead, s.motto, s.place, s.address, s.cell, s.cellHead, s.caption, s.unit, s.key,
		s.sign, s.recipientsHead, s.recipients, s.pageNumber, s.mark, s.foot, s.filler,
	}
}
