package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"sonha/engine/paper"
	"sonha/ground/civil"
)

func yearText(r *Report) string { return strconv.Itoa(r.Year) }

func capitals(s string) string { return strings.ToUpper(s) }

// dated is the place and day over a document.
func dated(d *paper.Document) string { return d.Place + ", " + day(d.Date) }

func day(t time.Time) string { return civil.NewDay(t.Year(), t.Month(), t.Day()).Long() }

// goesWith names the document that an annex belongs to, as it prints.
func goesWith(d *paper.Document) string {
	text := "(Kèm theo " + d.Type
	if d.Number != "" {
		text += " số " + d.Number
	}
	text += " " + day(d.Date)
	if d.Issuer.Name != "" {
		text += " của " + d.Issuer.Name
	}
	return text + ")"
}

// annexTitle is "Phụ lục II", or "Phụ lục" when it is the only one.
func annexTitle(d *paper.Document, i int) string {
	if len(d.Annexes) == 1 {
		return "Phụ lục"
	}
	return "Phụ lục " + civil.Roman(i+1)
}

// alignOf is the class of a cell: its own alignment, else its column's.
func alignOf(t paper.Table, column int, c paper.Cell) string {
	align := c.Align
	if align == paper.Auto && column < len(t.Columns) {
		align = t.Columns[column].Align
	}
	class := ""
	switch align {
	case paper.Right:
		class = "num"
	case paper.Center:
		class = "mid"
	case paper.Auto, paper.Left, paper.Justify:
	}
	if c.Bold {
		class += " strong"
	}
	return strings.TrimSpace(class)
}

// column is where the nth cell of a row stands, after the columns that the cells before it cover.
func column(row []paper.Cell, n int) int {
	at := 0
	for _, c := range row[:n] {
		at += max(c.Span, 1)
	}
	return at
}

// cellAttributes are the class of a cell and how many columns it covers.
func cellAttributes(t paper.Table, row []paper.Cell, n int) templ.Attributes {
	a := templ.Attributes{}
	if class := alignOf(t, column(row, n), row[n]); class != "" {
		a["class"] = class
	}
	if row[n].Span > 1 {
		a["colspan"] = span(row[n].Span)
	}
	return a
}

// span writes the number of columns or rows that a cell covers.
func span(n int) string { return strconv.Itoa(max(n, 1)) }

// shown is how many rows of a table are drawn.
func (p Preview) shown(t paper.Table) int {
	if p.Rows == 0 || len(t.Rows) <= p.Rows {
		return len(t.Rows)
	}
	return p.Rows
}

// lines counts the dotted lines of a blank.
func lines(b paper.Blank) int { return max(b.Lines, 1) }
