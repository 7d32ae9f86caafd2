package paper

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	nation       = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
	nationsMotto = "Độc lập - Tự do - Hạnh phúc"
)

// signatureRoom is left for signature and seal, compactRoom for a signature on a form.
const (
	signatureRoom = 28 * mm
	compactRoom   = 15 * mm
)

// head sets everything above the body: letterhead, type and subject, addressees.
func (c *composer) head() {
	switch c.doc.Kind {
	case Official:
		c.officialHead()
	case Residents:
		c.residentsHead()
	case Sheet:
		if c.doc.Scan != nil {
			c.scanHead()
			return
		}
		c.sheetHead()
	}
	c.titleAndSubject()
	c.addressees()
}

// nationLines are the national name and the motto with a rule as long as its text.
func (c *composer) nationLines(room float64) []para {
	name := c.para(c.styles.letterhead, nation)
	name.bold = true
	return []para{name, c.ruled(c.para(c.styles.motto, nationsMotto), 1, room)}
}

// issuerLines are the body above and the issuing body, ruled by two fifths of its length.
func (c *composer) issuerLines(room float64) []para {
	var lines []para
	if c.doc.Issuer.Over != "" {
		lines = append(lines, c.para(c.styles.letterhead, upper(c.doc.Issuer.Over)))
	}
	name := c.para(c.styles.letterhead, upper(c.doc.Issuer.Name))
	name.bold = true
	return append(lines, c.ruled(name, 0.4, room))
}

func (c *composer) officialHead() {
	right := c.fonts.width(faceOf(true, false), c.styles.letterhead.size, nation) + 6
	left := c.page.inner() - right
	number := c.doc.Number
	if number == "" {
		number = strings.Repeat("\u00A0", 10)
	}
	numberLines := []para{c.para(c.styles.place, "Số: "+number)}
	numberLines[0].italic, numberLines[0].before = false, 8
	if c.doc.Type == "" && c.doc.Subject != "" {
		about := c.para(c.styles.letterhead, "V/v "+c.doc.Subject)
		about.before = 4
		numberLines = append(numberLines, about)
	}
	after := 0.0
	if c.doc.Type == "" {
		after = 12 // no title follows, which would bring its own
	}
	c.add(&columns{after: after, widths: []float64{left, right}, rows: [][][]para{
		{c.issuerLines(left), c.nationLines(right)},
		{numberLines, {c.placeAndDate()}},
	}})
}

func (c *composer) residentsHead() {
	lines := c.nationLines(c.page.inner())
	for _, line := range lines {
		c.add(line)
	}
	if c.doc.Place != "" {
		p := c.placeAndDate()
		p.align = Right
		c.add(p)
	}
}

func (c *composer) sheetHead() {
	half := c.page.inner() / 2
	var right []para
	if c.doc.Number != "" {
		number := c.para(c.styles.letterhead, "Số: "+c.doc.Number)
		number.align = Right
		right = append(right, number)
	}
	if c.doc.Place != "" {
		p := c.placeAndDate()
		p.size, p.align, p.before = c.styles.letterhead.size, Right, 0
		right = append(right, p)
	}
	c.add(&columns{widths: []float64{half, half}, rows: [][][]para{{c.issuerLines(half), right}}})
}

// The code at the head of a form: large enough for an old telephone, with room around it.
const (
	scanSide = 23 * mm
	scanRoom = 36 * mm
	// What readers want white around a code (ISO/IEC 18004, 5.3.8: four of its modules).
	scanQuiet = 2.5 * mm
)

// scanHead is the head of a form that is filled in by hand: issuer, type and subject on the left, on the right the
// code with its short form under it.
func (c *composer) scanHead() {
	left := c.page.inner() - scanRoom
	lines := c.issuerLines(left)
	title := c.para(c.styles.title, upper(c.doc.Type))
	title.before = 10
	lines = append(lines, title)
	if c.doc.Subject != "" {
		lines = append(lines, c.para(c.styles.subject, c.doc.Subject))
	}
	code := c.para(c.styles.letterhead, c.doc.Scan.Code)
	code.bold, code.before = true, scanQuiet
	picture := para{style: c.styles.letterhead, qr: c.doc.Scan.URL, side: scanSide}
	picture.before = scanQuiet
	side := []para{picture, code}
	if c.doc.Scan.Hint != "" {
		hint := c.para(c.styles.foot, c.doc.Scan.Hint)
		hint.align = Center
		side = append(side, hint)
	}
	c.add(&columns{after: 6, widths: []float64{left, scanRoom}, rows: [][][]para{{lines, side}}})
	c.addressees()
}

func (c *composer) placeAndDate() para {
	text := longDate(c.doc.Date)
	if c.doc.Place != "" {
		text = c.doc.Place + ", " + text
	}
	p := c.para(c.styles.place, text)
	p.before = 8
	return p
}

// longDate writes a day as documents do: days under 10 and January and
// February take a leading zero (Decree 30/2020); a zero day leaves dots.
func longDate(day time.Time) string {
	if day.IsZero() {
		return "ngày …… tháng …… năm ………"
	}
	month := strconv.Itoa(int(day.Month()))
	if day.Month() <= 2 {
		month = "0" + month
	}
	return fmt.Sprintf("ngày\u00A0%02d tháng\u00A0%s năm\u00A0%d", day.Day(), month, day.Year())
}

func (c *composer) titleAndSubject() {
	if c.doc.Type == "" {
		return
	}
	title := c.para(c.styles.title, upper(c.doc.Type))
	if c.doc.Subject == "" {
		c.add(c.spaced(c.ruled(title, 0.4, c.page.inner())))
		return
	}
	c.add(title)
	subject := c.para(c.styles.subject, c.doc.Subject)
	c.add(c.spaced(c.ruled(subject, 0.4, c.page.inner())))
}

// spaced sets the last line of the head off from what follows.
func (c *composer) spaced(p para) para {
	p.after = 12
	return p
}

func (c *composer) addressees() {
	switch len(c.doc.To) {
	case 0:
	case 1:
		p := c.para(c.styles.address, "Kính gửi: "+c.doc.To[0])
		p.after = 10
		c.add(p)
	default:
		c.add(c.para(c.styles.address, "Kính gửi:"))
		for i, to := range c.doc.To {
			p := c.para(c.styles.list, punctuated(to, i == len(c.doc.To)-1))
			p.label, p.left = "-", c.page.inner()*0.3
			c.add(p)
		}
	}
}

// punctuated ends an entry of a list: a semicolon, or a full stop after the last.
func punctuated(text string, last bool) string {
	text = strings.TrimRight(text, " .;,")
	if last {
		return text + "."
	}
	return text + ";"
}

// signatures sets one signature on the right beside the recipients, or several
// side by side over them.
func (c *composer) signatures() {
	if len(c.doc.Signers) == 0 {
		c.addRecipients()
		return
	}
	c.keepLast()
	if len(c.doc.Signers) == 1 {
		left := c.page.inner() * 0.46
		c.add(&columns{before: 10, widths: []float64{left, c.page.inner() - left},
			rows: [][][]para{{c.recipientLines(), c.signerLines(c.doc.Signers[0])}}})
		return
	}
	const abreast = 3
	for start := 0; start < len(c.doc.Signers); start += abreast {
		group := c.doc.Signers[start:min(start+abreast, len(c.doc.Signers))]
		side := &columns{before: 10, after: 10, rows: make([][][]para, 2)} // names stand on one line
		for _, signer := range group {
			side.widths = append(side.widths, c.page.inner()/float64(len(group)))
			lines := c.signerLines(signer)
			for i := range lines {
				lines[i].keepNext = i < len(lines)-1
			}
			side.rows[0] = append(side.rows[0], lines[:len(lines)-1])
			side.rows[1] = append(side.rows[1], lines[len(lines)-1:])
		}
		c.add(side)
	}
	c.addRecipients()
}

func (c *composer) addRecipients() {
	for _, p := range c.recipientLines() {
		c.add(p)
	}
}

// keepLast keeps the last paragraph of the body with the signature, so that
// no signature stands alone on a page.
func (c *composer) keepLast() {
	if p, ok := c.pieces[len(c.pieces)-1].(para); ok {
		p.keepNext = true
		c.pieces[len(c.pieces)-1] = p
	}
}

func (c *composer) signerLines(s Signer) []para {
	var lines []para
	if s.For != "" {
		lines = append(lines, c.para(c.styles.sign, upper(s.For)))
	}
	lines = append(lines, c.para(c.styles.sign, upper(s.Title)))
	if s.Note != "" {
		note := c.para(c.styles.sign, s.Note)
		note.bold, note.italic = false, true
		lines = append(lines, note)
	}
	name := c.para(c.styles.sign, s.Name)
	name.before = signatureRoom
	if c.doc.Compact {
		name.before = compactRoom
	}
	return append(lines, name)
}

func (c *composer) recipientLines() []para {
	if len(c.doc.Recipients) == 0 {
		return nil
	}
	lines := []para{c.para(c.styles.recipientsHead, "Nơi nhận:")}
	for i, to := range c.doc.Recipients {
		lines = append(lines, c.para(c.styles.recipients, "- "+punctuated(to, i == len(c.doc.Recipients)-1)))
	}
	return lines
}

// annexPart sets an annex: "Phụ lục I", its title in capitals, and which
// document it goes with, centred (Decree 30/2020, Annex I, III.1).
func (c *composer) annexPart(i int, annex Annex) error {
	name := "Phụ lục"
	if len(c.doc.Annexes) > 1 {
		name += " " + roman(i+1)
	}
	c.annex = true
	c.page = portrait()
	if annex.Landscape {
		c.page = landscape()
	}
	c.add(part{geometry: c.page, name: name, restart: true})
	head := c.para(c.styles.title, name)
	head.before, head.level = 0, 1
	c.add(head, c.para(c.styles.subject, upper(annex.Title)))
	with := c.para(c.styles.place, c.goesWith())
	with.keepNext = true
	c.add(c.spaced(c.ruled(with, 0.4, c.page.inner())))
	return c.blocks(annex.Body)
}

// goesWith names the document an annex belongs to.
func (c *composer) goesWith() string {
	kind := c.doc.Type
	if kind == "" {
		kind = "Công văn"
	}
	text := "Kèm theo " + kind
	if c.doc.Number != "" {
		text += " số " + c.doc.Number
	}
	text += " " + longDate(c.doc.Date)
	if c.doc.Issuer.Name != "" {
		text += " của " + c.doc.Issuer.Name
	}
	return "(" + text + ")"
}
