package ui

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// markup is trusted HTML that is the same on every page: an icon, a mark.
// Turned into a component it costs one write and no allocation.
type markup string

// Render writes the markup as it stands.
func (m markup) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(m))
	return err
}

// draft is a piece of a page under construction. The parts that stand on a page by the hundred
// (rows, doors, cells) are drafted by hand: a templ call for each would cost more than the piece itself.
type draft []byte

// drafted makes a component that drafts once into a buffer of about size bytes and writes it in one go.
func drafted(size int, draw func(d *draft)) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		d := make(draft, 0, size)
		draw(&d)
		_, err := w.Write(d)
		return err
	})
}

// put appends trusted HTML.
func (d *draft) put(html string) { *d = append(*d, html...) }

// text appends a string from outside, escaped for an element or a double-quoted attribute.
func (d *draft) text(s string) {
	b, start := *d, 0
	for i := range len(s) {
		var safe string
		switch s[i] {
		case '&':
			safe = "&amp;"
		case '<':
			safe = "&lt;"
		case '>':
			safe = "&gt;"
		case '"':
			safe = "&#34;"
		case '\'':
			safe = "&#39;"
		default:
			continue
		}
		b = append(b, s[start:i]...)
		b = append(b, safe...)
		start = i + 1
	}
	b = append(b, s[start:]...)
	*d = b
}

// href appends a link's address; an address with a scheme that could run a script becomes harmless.
func (d *draft) href(s string) { d.text(string(templ.URL(s))) }

// integer appends a number in plain digits, for attributes.
func (d *draft) integer(n int) { *d = strconv.AppendInt(*d, int64(n), 10) }

// coord appends a coordinate with one decimal, as SVG attributes want it.
func (d *draft) coord(x float64) { *d = strconv.AppendFloat(*d, x, 'f', 1, 64) }
