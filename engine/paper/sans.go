package paper

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// Sans is the font of the pages, for plates and pictures: two weights, each in parts that hold different letters. It never
// changes after [LoadSans].
type Sans struct {
	parts [2][]sansPart
}

type sansPart struct {
	data   []byte
	widths map[rune]float64 // in thousandths of the font size
}

// weight counts the weights of the font.
type weight int

const (
	regular weight = iota
	bold
)

// LoadSans reads the embedded parts. A build that was made before they were has the upright faces of Tinos in their place.
func LoadSans() (*Sans, error) {
	s := &Sans{}
	for w, name := range [2]string{"regular", "bold"} {
		files := []string{"sans-" + name + "-latin", "sans-" + name + "-vietnamese"}
		if _, err := fontFiles.ReadFile("fonts/" + files[0] + ".ttf"); err != nil {
			files = []string{name}
		}
		for _, file := range files {
			data, err := fontFiles.ReadFile("fonts/" + file + ".ttf")
			if err != nil {
				return nil, ErrNoFonts
			}
			widths, err := glyphWidths(data)
			if err != nil {
				return nil, fmt.Errorf("paper: font %s: %w", file, err)
			}
			s.parts[w] = append(s.parts[w], sansPart{data, widths})
		}
	}
	return s, nil
}

// piece is a stretch of text that one part can draw.
type sansRun struct {
	part int
	text string
}

// runs splits a text by the parts that have its letters; what none has becomes a question mark, so that a gap is seen.
func (s *Sans) runs(w weight, text string) []sansRun {
	var out []sansRun
	for _, r := range text {
		part, found := 0, false
		for i := range s.parts[w] {
			if _, ok := s.parts[w][i].widths[r]; ok {
				part, found = i, true
				break
			}
		}
		if !found {
			r = '?'
		}
		if n := len(out); n > 0 && out[n-1].part == part {
			out[n-1].text += string(r)
			continue
		}
		out = append(out, sansRun{part, string(r)})
	}
	return out
}

// width is the length of a text on one line, in the unit of size.
func (s *Sans) width(w weight, size float64, text string) float64 {
	var sum float64
	for _, run := range s.runs(w, text) {
		for _, r := range run.text {
			sum += s.parts[w][run.part].widths[r]
		}
	}
	return sum * size / 1000
}

// wrap breaks a text into lines of at most a width. A word that is wider is cut.
func (s *Sans) wrap(w weight, size, width float64, text string) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		for s.width(w, size, word) > width {
			head := []rune(word)
			for len(head) > 1 && s.width(w, size, string(head)) > width {
				head = head[:len(head)-1]
			}
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			lines = append(lines, string(head))
			word = word[len(string(head)):]
		}
		switch next := line + " " + word; {
		case word == "":
		case line == "":
			line = word
		case s.width(w, size, next) > width:
			lines = append(lines, line)
			line = word
		default:
			line = next
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// sansPen draws in the font of the pages on a PDF.
type sansPen struct {
	pdf   *fpdf.Fpdf
	fonts *Sans
}

func newSansPen(pdf *fpdf.Fpdf, fonts *Sans) *sansPen {
	for w, parts := range fonts.parts {
		for i, part := range parts {
			pdf.AddUTF8FontFromBytes(sansFamily(weight(w), i), "", bytes.Clone(part.data))
		}
	}
	return &sansPen{pdf, fonts}
}

func sansFamily(w weight, part int) string { return "Sans" + strconv.Itoa(int(w)*2+part) }

// text draws a text with its baseline at y: from x on, or with its middle there.
func (p *sansPen) text(w weight, size, x, y float64, text string) {
	for _, run := range p.fonts.runs(w, text) {
		p.pdf.SetFont(sansFamily(w, run.part), "", size)
		p.pdf.Text(x, y, run.text)
		x += p.fonts.width(w, size, run.text)
	}
}

func (p *sansPen) centred(w weight, size, x, y float64, text string) {
	p.text(w, size, x-p.fonts.width(w, size, text)/2, y, text)
}

// fitted is the largest size up to most at which a text is at most as wide as room.
func (p *sansPen) fitted(w weight, most, room float64, text string) float64 {
	if at := p.fonts.width(w, most, text); at > room {
		return most * room / at
	}
	return most
}
