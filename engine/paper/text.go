package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean brings text to the form both writers take: NFC, no control characters
// but the line feed, narrow and figure no-break spaces as U+00A0.
func clean(text string) string {
	text = norm.NFC.String(text)
	if strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\u2028':
			return ' '
		case r == '\u202F', r == '\u2007':
			return '\u00A0'
		case r == '\n', r == utf8.RuneError, !unprintable(r): // broken bytes become a sign that is seen
			return r
		}
		return -1
	}, text)
}

// unprintable says whether clean must look at a character: controls, format
// characters such as zero-width spaces and direction marks, odd spaces, and
// what XML 1.0 forbids.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError ||
		r == '\u202F' || r == '\u2007' || r == '\u2028' || r == '\uFFFE' || r == '\uFFFF'
}

// upper puts text in capitals, marks included.
func upper(text string) string { return strings.ToUpper(clean(text)) }

// bit is a piece of a word in one face.
type bit struct {
	face face
	text string
}

// word is what no line end may cut.
type word struct {
	bits  []bit
	width float64 // points
	space float64 // of the space before it, when it does not begin the line; 0 after a forced cut
}

// textLine is one line of set text.
type textLine struct {
	words []word
	width float64 // of words and natural spaces
	last  bool    // ends a paragraph or was ended by "\n": never stretched
}

// wrap breaks runs into lines. The first line is narrower by first. A word
// wider than a line is cut, at a stroke or dot if it has one.
func (f *Fonts) wrap(runs []Run, base style, width, first float64) []textLine {
	var lines []textLine
	room := width - first
	var line textLine
	end := func(last bool) {
		line.last = last
		lines = append(lines, line)
		line, room = textLine{}, width
	}
	for _, w := range f.words(runs, base) {
		if w.bits == nil { // a line feed
			end(true)
			continue
		}
		if len(line.words) > 0 && line.width+w.space+w.width > room+0.01 {
			if left := room - line.width - w.space; w.width > width && left > width/4 {
				// An address longer than a line begins beside the words before it, unless its first letter is wider than what is left.
				if head, tail := f.cut(w, base.size, left); head.width <= left {
					line.words, line.width, w = append(line.words, head), line.width+head.space+head.width, tail
				}
			}
			end(false)
		}
		for w.width > room+0.01 {
			var head word
			head, w = f.cut(w, base.size, room)
			line.words, line.width = []word{head}, head.width
			end(false)
		}
		if len(line.words) == 0 {
			line.width = w.width
		} else {
			line.width += w.space + w.width
		}
		line.words = append(line.words, w)
	}
	end(true)
	return lines
}

// words splits runs at spaces. A word without bits stands for a line feed.
func (f *Fonts) words(runs []Run, base style) []word {
	var words []word
	var current word
	var space float64
	flush := func() {
		if len(current.bits) == 0 {
			return
		}
		current.space = space
		words = append(words, current)
		current, space = word{}, 0
	}
	for _, run := range runs {
		face := faceOf(run.Bold || base.bold, run.Italic || base.italic)
		add := func(text string) {
			if text == "" {
				return
			}
			text = f.printable(face, text)
			current.bits = append(current.bits, bit{face, text})
			current.width += f.width(face, base.size, text)
		}
		start := 0
		for i, r := range run.Text {
			if r != ' ' && r != '\n' {
				continue
			}
			add(run.Text[start:i])
			start = i + 1
			flush()
			if r == '\n' {
				words, space = append(words, word{}), 0
			} else {
				space += f.width(face, base.size, " ")
			}
		}
		add(run.Text[start:])
	}
	flush()
	return words
}

// cut splits a word so that its head fits into room, after a stroke, dot or
// hyphen if one stands in the last third, else between any two characters. The
// head holds at least one character.
func (f *Fonts) cut(w word, size, room float64) (head, tail word) {
	var at, good, count int // in characters; good is the best place seen
	var width, goodWidth float64
scan:
	for _, b := range w.bits {
		for _, r := range b.text {
			step := f.advance(b.face, r) * size / 1000
			if count > 0 && width+step > room {
				break scan
			}
			width += step
			count++
			if strings.ContainsRune("/.-_?&=,;:", r) {
				good, goodWidth = count, width
			}
		}
	}
	at = count
	if goodWidth > room*2/3 {
		at = good
	}
	for _, b := range w.bits {
		split := len(b.text)
		if n := utf8.RuneCountInString(b.text); n > at {
			split = byteOffset(b.text, at)
			at = 0
		} else {
			at -= n
		}
		f.extend(&head, bit{b.face, b.text[:split]}, size)
		f.extend(&tail, bit{b.face, b.text[split:]}, size)
	}
	head.space = w.space
	return head, tail
}

// extend adds a bit to a word, unless it is empty.
func (f *Fonts) extend(w *word, b bit, size float64) {
	if b.text == "" {
		return
	}
	w.bits = append(w.bits, b)
	w.width += f.width(b.face, size, b.text)
}

// byteOffset is where the n-th character of text begins.
func byteOffset(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}
