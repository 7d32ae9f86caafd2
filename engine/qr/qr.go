// Package qr draws QR codes for pages: the data of an SVG path, so that a code needs no picture file and
// prints sharply. Printed documents draw theirs in engine/paper.
package qr

import (
	"fmt"
	"strconv"

	"rsc.io/qr"
)

// quiet is the white edge around a code, in modules (ISO/IEC 18004, 5.3.8).
const quiet = 4

// Path gives the black modules of the code of a text, run by run, and the side of the square that they
// stand in, white edge included: <svg viewBox="0 0 size size"><path d="path"/></svg>. It mends up to 15 % of
// damage. A text too long for a code is an error.
func Path(text string) (size int, path string, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, "", fmt.Errorf("draw QR code: %w", err)
	}
	var b []byte
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				b = run(b, from+quiet, y+quiet, x-from)
			}
		}
	}
	return code.Size + 2*quiet, string(b), nil
}

// run draws a bar one module high.
func run(b []byte, x, y, width int) []byte {
	b = append(b, 'M')
	b = strconv.AppendInt(b, int64(x), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(y), 10)
	b = append(b, 'h')
	b = strconv.AppendInt(b, int64(width), 10)
	b = append(b, "v1h-"...)
	b = strconv.AppendInt(b, int64(width), 10)
	return append(b, 'z')
}
