package paper

import (
	"bytes"
	"embed"
	"errors"
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The faces are cut from Tinos by web/paper-fonts.mjs before the program is built.
//
//go:embed all:fonts
var fontFiles embed.FS

// ErrNoFonts reports a program that was built before its fonts were.
var ErrNoFonts = errors.New("paper: fonts are missing from this build; run node web/paper-fonts.mjs and build again")

// face counts the four faces of a family: bold is bit 0, italic bit 1.
type face int

func faceOf(bold, italic bool) face {
	var f face
	if bold {
		f |= 1
	}
	if italic {
		f |= 2
	}
	return f
}

// fpdfStyle is the name by which the PDF library knows the face.
func (f face) fpdfStyle() string { return [4]string{"", "B", "I", "BI"}[f] }

// unknown stands for a character the fonts lack, so that a gap is seen.
const unknown = '\uFFFD'

// Fonts holds the four faces and the width of every character in them. It
// never changes after [LoadFonts] and may be used by many writers at once.
type Fonts struct {
	data   [4][]byte
	widths [4]map[rune]float64 // in thousandths of the font size
}

// LoadFonts reads the embedded faces. It takes some milliseconds: load once,
// when the program starts. The error is [ErrNoFonts] if the build left them out.
func LoadFonts() (*Fonts, error) {
	fonts := &Fonts{}
	for i, name := range [4]string{"regular", "bold", "italic", "bold-italic"} {
		data, err := fontFiles.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			return nil, ErrNoFonts
		}
		widths, err := measure(data)
		if err != nil {
			return nil, fmt.Errorf("paper: font %s: %w", name, err)
		}
		fonts.data[i], fonts.widths[i] = data, widths
	}
	return fonts, nil
}

// measure reads the widths of the characters of the Basic Multilingual Plane,
// rounded as the PDF library rounds them, so that both agree on every line.
func measure(data []byte) (map[rune]float64, error) {
	widths, err := glyphWidths(data)
	if err != nil {
		return nil, err
	}
	if _, ok := widths[unknown]; !ok {
		return nil, errors.New("the sign for unknown characters is missing")
	}
	return widths, nil
}

// glyphWidths is measure for a font that need not hold every character.
func glyphWidths(data []byte) (map[rune]float64, error) {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	var buf sfnt.Buffer
	widths := make(map[rune]float64, parsed.NumGlyphs())
	em := fixed.Int26_6(parsed.UnitsPerEm()) << 6
	for r := rune(0x20); r <= 0xFFFF; r++ {
		glyph, err := parsed.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			continue
		}
		advance, err := parsed.GlyphAdvance(&buf, glyph, em, font.HintingNone)
		if err != nil {
			return nil, err
		}
		widths[r] = float64((int64(advance)*1000/64*2 + int64(parsed.UnitsPerEm())) / (2 * int64(parsed.UnitsPerEm())))
	}
	return widths, nil
}

// bytes gives the bytes of a face to a library that may write into them.
func (f *Fonts) bytes(face face) []byte { return bytes.Clone(f.data[face]) }

// width is the length of a text on one line, in points.
func (f *Fonts) width(face face, size float64, text string) float64 {
	var sum float64
	for _, r := range text {
		sum += f.advance(face, r)
	}
	return sum * size / 1000
}

// advance is the width of a character in thousandths of the font size.
func (f *Fonts) advance(face face, r rune) float64 {
	if isMark(r) {
		return markWidth
	}
	if w, ok := f.widths[face][r]; ok {
		return w
	}
	return f.widths[face][unknown]
}

// printable replaces what the face cannot draw by a sign that is seen.
func (f *Fonts) printable(face face, text string) string {
	for _, r := range text {
		if _, ok := f.widths[face][r]; !ok && !isMark(r) {
			return f.replace(face, text)
		}
	}
	return text
}

func (f *Fonts) replace(face face, text string) string {
	var b bytes.Buffer
	for _, r := range text {
		if _, ok := f.widths[face][r]; !ok && !isMark(r) {
			r = unknown
		}
		b.WriteRune(r)
	}
	return b.String()
}
