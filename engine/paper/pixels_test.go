package paper

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"rsc.io/qr"
)

// These tests look at pixels, because a text layer can read "Số nhà" while the
// page shows "So nha" (ui.md, Paper).

const alphabetColumns = 12

// vietnameseLetters are the 12 vowels with each tone, and đ, in both cases.
func vietnameseLetters() []string {
	var letters []string
	for _, base := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"} {
			letters = append(letters, norm.NFC.String(string(base)+tone))
		}
	}
	return append(letters, "đ", "Đ")
}

// bare is the letter without any mark.
func bare(letter string) string {
	switch letter {
	case "đ":
		return "d"
	case "Đ":
		return "D"
	}
	return string([]rune(norm.NFD.String(letter))[:1])
}

// otherTone is a letter with one mark changed: the next tone of the same vowel.
func otherTone(letters []string, i int) string {
	if i >= len(letters)-2 {
		return bare(letters[i])
	}
	return letters[i/6*6+(i+1)%6]
}

// alphabetPages are, for each face, three pages with letters in the same
// places: as they are, without marks, and with another tone.
func alphabetPages() *Document {
	letters := vietnameseLetters()
	d := &Document{Kind: Sheet}
	for f := range face(4) {
		for _, change := range []func(int) string{
			func(i int) string { return letters[i] },
			func(i int) string { return bare(letters[i]) },
			func(i int) string { return otherTone(letters, i) },
		} {
			table := Table{Size: 16, Columns: make([]Column, alphabetColumns)}
			for i := range table.Columns {
				table.Columns[i] = Column{Width: 13, Align: Left}
			}
			for i := range letters {
				if i%alphabetColumns == 0 {
					table.Rows = append(table.Rows, make([]Cell, alphabetColumns))
				}
				cell := Cell{Text: change(i), Bold: f&1 != 0, Italic: f&2 != 0}
				table.Rows[len(table.Rows)-1][i%alphabetColumns] = cell
			}
			d.Body = append(d.Body, PageBreak{}, table)
		}
	}
	return d
}

func TestEveryVietnameseMarkIsVisible(t *testing.T) {
	fonts := testFonts(t)
	for name, pdf := range map[string]func() string{
		"pdf":  func() string { return writePDF(t, fonts, alphabetPages()) },
		"docx": func() string { return docxAsPDF(t, fonts, alphabetPages()) },
	} {
		t.Run(name, func(t *testing.T) {
			file := pdf()
			onlyTinos(t, file)
			pages := photograph(t, file, 200)
			if len(pages) > 0 && len(pages) != 13 {
				t.Fatalf("%d pages, want the empty first and 4 × 3", len(pages))
			}
			for f := range face(4) {
				checkFace(t, f, pages[1+3*int(f)], pages[2+3*int(f)], pages[3+3*int(f)])
			}
		})
	}
}

// onlyTinos fails if a word processor had to borrow a letter from another font.
func onlyTinos(t *testing.T, file string) {
	t.Helper()
	for i, line := range strings.Split(strings.TrimSpace(string(run(t, nil, tool(t, "pdffonts", "poppler-utils"), file))), "\n") {
		if i > 1 && !strings.Contains(strings.ToLower(line), "tinos") {
			t.Errorf("a font beside Tinos was used: %s", line)
		}
		if i > 1 && !strings.Contains(line, "yes") {
			t.Errorf("a font is not embedded: %s", line)
		}
	}
}

func checkFace(t *testing.T, f face, marked, plain, other picture) {
	t.Helper()
	cells, plainCells, otherCells := findCells(t, marked), findCells(t, plain), findCells(t, other)
	for i, letter := range vietnameseLetters() {
		got := cells[i].cut(marked)
		if got.ink() == 0 {
			t.Errorf("%s in face %d is not on the page", letter, f)
		}
		if got.distance(otherCells[i].cut(other)) < 4 {
			t.Errorf("%s looks like %s in face %d", letter, otherTone(vietnameseLetters(), i), f)
		}
		base := plainCells[i].cut(plain)
		if letter == bare(letter) {
			if got.distance(base) > 0 {
				t.Errorf("%s differs from itself on another page in face %d", letter, f)
			}
			continue
		}
		if got.distance(base) < 4 {
			t.Errorf("%s looks like %s in face %d", letter, bare(letter), f)
		}
		checkBands(t, f, letter, got, base)
	}
}

// checkBands looks for the mark where it belongs: over or under the letter.
func checkBands(t *testing.T, f face, letter string, got, base cut) {
	t.Helper()
	top, bottom := base.extent()
	for _, mark := range []rune(norm.NFD.String(letter))[1:] {
		switch {
		case mark == '\u0323' && !strings.ContainsAny(bare(letter), "y"):
			if got.inkBetween(bottom+1, got.height) == 0 {
				t.Errorf("%s has no dot below in face %d", letter, f)
			}
		case mark != '\u0323' && mark != '\u031B' && bare(letter) != "i":
			if got.inkBetween(0, top) == 0 {
				t.Errorf("%s has nothing above its letter in face %d", letter, f)
			}
		}
	}
}

// cut is the inside of one cell.
type cut struct {
	width, height int
	pixels        []byte
}

func (c cut) ink() int { return c.inkBetween(0, c.height) }

func (c cut) inkBetween(from, to int) int {
	n := 0
	for _, p := range c.pixels[from*c.width : max(from, to)*c.width] {
		if p < 160 {
			n++
		}
	}
	return n
}

// extent is the first and last row with ink.
func (c cut) extent() (top, bottom int) {
	top = -1
	for y := range c.height {
		if c.inkBetween(y, y+1) > 0 {
			if top < 0 {
				top = y
			}
			bottom = y
		}
	}
	return max(top, 0), bottom
}

// distance counts pixels that clearly differ.
func (c cut) distance(d cut) int {
	n := 0
	for y := range min(c.height, d.height) {
		for x := range min(c.width, d.width) {
			a, b := int(c.pixels[y*c.width+x]), int(d.pixels[y*d.width+x])
			if max(a-b, b-a) > 90 {
				n++
			}
		}
	}
	return n
}

// box is a cell on a page.
type box struct{ left, top, right, bottom int }

func (b box) cut(p picture) cut {
	c := cut{width: b.right - b.left, height: b.bottom - b.top}
	for y := b.top; y < b.bottom; y++ {
		c.pixels = append(c.pixels, p.pixels[y*p.width+b.left:y*p.width+b.right]...)
	}
	return c
}

// findCells finds the cells of a page's table by its rules.
func findCells(t *testing.T, p picture) []box {
	t.Helper()
	rows := rules(p.height, func(y int) bool {
		n := 0
		for x := range p.width {
			if p.pixels[y*p.width+x] < 200 {
				n++
			}
		}
		return n > p.width/2
	})
	rows = rows[:len(rows)-1] // the rule of the foot
	columns := rules(p.width, func(x int) bool {
		for y := rows[0][0]; y < rows[len(rows)-1][1]; y++ {
			if p.pixels[y*p.width+x] >= 200 {
				return false
			}
		}
		return true
	})
	if len(columns) != alphabetColumns+1 {
		t.Fatalf("%d upright rules found, want %d", len(columns), alphabetColumns+1)
	}
	var cells []box
	for r := range len(rows) - 1 {
		for c := range len(columns) - 1 {
			cells = append(cells, box{columns[c][1] + 1, rows[r][1] + 1, columns[c+1][0] - 1, rows[r+1][0] - 1})
		}
	}
	if len(cells) < len(vietnameseLetters()) {
		t.Fatalf("%d cells found for %d letters", len(cells), len(vietnameseLetters()))
	}
	return cells
}

// rules are the runs of lines that are ruled: from, to (not included).
func rules(n int, ruled func(int) bool) [][2]int {
	var out [][2]int
	for i := 0; i < n; i++ {
		if !ruled(i) {
			continue
		}
		start := i
		for i < n && ruled(i) {
			i++
		}
		out = append(out, [2]int{start, i})
	}
	return out
}

// A character the fonts lack prints as a sign that is seen, unlike any letter.
func TestMissingCharacterIsSeen(t *testing.T) {
	fonts := testFonts(t)
	words := func(text string) picture {
		return photograph(t, writePDF(t, fonts, &Document{Kind: Sheet, Body: []Block{P("Phố " + text)}}), 100)[0]
	}
	nothing, lacking, box := words(""), words("漢"), words("\uFFFD")
	if differ(nothing, lacking) == 0 {
		t.Error("a missing character leaves no trace")
	}
	if differ(lacking, box) != 0 {
		t.Error("a missing character does not show the sign for it")
	}
	if star := words("★"); differ(star, box) == 0 || differ(star, nothing) == 0 {
		t.Error("the star of a required item is not drawn")
	}
	for _, letter := range vietnameseLetters() {
		for f := range face(4) {
			r := []rune(letter)[0]
			if fonts.printable(f, letter) != letter {
				t.Errorf("face %d lacks %s", f, letter)
			}
			if !unicode.IsLetter(r) {
				t.Errorf("%s is no letter", letter)
			}
		}
	}
}

func differ(a, b picture) int {
	n := 0
	for i := range a.pixels {
		if max(a.pixels[i], b.pixels[i])-min(a.pixels[i], b.pixels[i]) > 90 {
			n++
		}
	}
	return n
}

// The QR code at the foot, read back from the pixels module by module, is the
// code of the record's address, on the first and on the last page.
func TestFootQRLeadsBackToTheRecord(t *testing.T) {
	fonts := testFonts(t)
	d := yearReport(30)
	want, err := qr.Encode(d.Foot.URL, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"pdf": writePDF(t, fonts, d), "docx": docxAsPDF(t, fonts, d)} {
		pages := photograph(t, file, 200)
		for _, n := range []int{0, len(pages) - 1} {
			if wrong := misread(pages[n], want); wrong > 0 {
				t.Errorf("%s, page %d: %d modules of the QR code are wrong", name, n+1, wrong)
			}
		}
	}
}

// misread counts modules that differ from the code in the lower right corner.
func misread(p picture, code *qr.Code) int {
	dot := 200 / 25.4 // pixels in a millimetre
	left, top, right, bottom := p.width, p.height, 0, 0
	for y := p.height - int(24.5*dot); y < p.height-int(4*dot); y++ {
		if p.dark(p.width/2, y) && p.dark(p.width/2+1, y) && p.dark(p.width*3/4, y) && p.dark(p.width*2/3, y) {
			continue // the rule over the foot
		}
		for x := p.width - int(40*dot); x < p.width; x++ {
			if p.dark(x, y) {
				left, top, right, bottom = min(left, x), min(top, y), max(right, x+1), max(bottom, y+1)
			}
		}
	}
	wrong := 0
	for row := range code.Size {
		for col := range code.Size {
			x := left + (2*col+1)*(right-left)/(2*code.Size)
			y := top + (2*row+1)*(bottom-top)/(2*code.Size)
			if p.dark(x, y) != code.Black(col, row) {
				wrong++
			}
		}
	}
	return wrong
}

// Both files say the same, page by page of the first annex and in all words.
func TestBothFilesSayTheSame(t *testing.T) {
	fonts := testFonts(t)
	if _, err := exec.LookPath("pdftotext"); err != nil {
		missing(t, "pdftotext is not installed (Debian: poppler-utils)")
	}
	d := yearReport(25)
	words := func(file string) map[string]int {
		count := map[string]int{}
		for word := range strings.FieldsSeq(string(run(t, nil, "pdftotext", "-raw", file, "-"))) {
			count[norm.NFC.String(word)]++
		}
		return count
	}
	pdf, docx := words(writePDF(t, fonts, d)), words(docxAsPDF(t, fonts, d))
	for _, word := range []string{"BÁO", "CỘNG", "Đặng", "Nguyễn", "1.586/1.702", "VNeID.", "Nơi", "25A"} {
		if pdf[word] == 0 || pdf[word] != docx[word] {
			t.Errorf("%q stands %d times in the PDF and %d times in the DOCX", word, pdf[word], docx[word])
		}
	}
	if n := pdf["[object"] + pdf["<nil>"]; n > 0 {
		t.Error(fmt.Sprint(n, " values are not words"))
	}
}

// Decree 30/2020: margins, and a page number on every page but the first.
func TestMarginsAndPageNumbersOnPaper(t *testing.T) {
	fonts := testFonts(t)
	d := yearReport(5)
	d.Annexes, d.Foot = nil, Foot{}
	d.Body = append(d.Body, P(strings.Repeat("Số nhà tự quản, hộ tự phòng. ", 120)))
	grows := List{} // items of every length near that of a line
	for n := range 24 {
		grows.Items = append(grows.Items, Items("Thử chuông báo động liên hộ: 111 số nhà, 20 nơi quá hạn, cần "+strings.Repeat("i", n)+" làm.")...)
	}
	d.Body = append(d.Body, grows)
	for name, file := range map[string]string{"pdf": writePDF(t, fonts, d), "docx": docxAsPDF(t, fonts, d)} {
		pages := photograph(t, file, 100)
		if len(pages) < 2 {
			t.Fatalf("%s has %d pages", name, len(pages))
		}
		const dot = 100 / 25.4
		for n, p := range pages {
			left, right, numbers := p.width, 0, 0
			for y := range p.height {
				for x := range p.width {
					if !p.dark(x, y) {
						continue
					}
					if float64(y) < 19*dot {
						numbers++
						if middle := float64(x) / dot; middle < 105+7.5-8 || middle > 105+7.5+8 {
							t.Fatalf("%s page %d: ink at %.0f mm in the upper margin", name, n+1, middle)
						}
						continue
					}
					left, right = min(left, x), max(right, x)
				}
			}
			if (numbers > 0) != (n > 0) {
				t.Errorf("%s page %d: %d dark points of a page number", name, n+1, numbers)
			}
			if mm := float64(left) / dot; mm < 29.5 || mm > 35 {
				t.Errorf("%s page %d: left margin %.1f mm", name, n+1, mm)
			}
			if mm := 210 - float64(right)/dot; mm < 14.3 || mm > 20 {
				t.Errorf("%s page %d: right margin %.1f mm", name, n+1, mm)
			}
		}
	}
}
