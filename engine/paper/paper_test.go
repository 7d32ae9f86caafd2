package paper

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// testFonts loads the embedded faces; a build without them proves nothing.
func testFonts(t testing.TB) *Fonts {
	t.Helper()
	fonts, err := LoadFonts()
	if err != nil {
		missing(t, err.Error())
	}
	return fonts
}

// missing skips a test for want of a tool, or fails where all tools must be.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" || os.Getenv("SONHA_ALL") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func TestSameDocumentGivesSameBytes(t *testing.T) {
	fonts := testFonts(t)
	for name, write := range writers(fonts) {
		t.Run(name, func(t *testing.T) {
			var first, second bytes.Buffer
			for _, w := range []*bytes.Buffer{&first, &second} {
				if err := write(yearReport(40), w); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Error("the same document gave different bytes")
			}
			var other bytes.Buffer
			changed := yearReport(40)
			changed.Number = "06/BC-CAP"
			if err := write(changed, &other); err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(first.Bytes(), other.Bytes()) {
				t.Error("another number gave the same bytes")
			}
		})
	}
}

func writers(fonts *Fonts) map[string]func(*Document, *bytes.Buffer) error {
	return map[string]func(*Document, *bytes.Buffer) error{
		"pdf":  func(d *Document, w *bytes.Buffer) error { return d.WritePDF(w, fonts) },
		"docx": func(d *Document, w *bytes.Buffer) error { return d.WriteDOCX(w, fonts) },
	}
}

func TestYearlyReportIsSmall(t *testing.T) {
	fonts := testFonts(t)
	for name, write := range writers(fonts) {
		var out bytes.Buffer
		if err := write(yearReport(1600), &out); err != nil {
			t.Fatal(err)
		}
		if out.Len() > 2<<20 {
			t.Errorf("%s has %d bytes, want under 2 MB", name, out.Len())
		}
	}
}

func BenchmarkYearlyReport(b *testing.B) {
	fonts := testFonts(b)
	for name, write := range writers(fonts) {
		for rows, label := range map[int]string{200: "10 pages", 1600: "1600 rows"} {
			b.Run(name+"/"+label, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					var out bytes.Buffer
					if err := write(yearReport(rows), &out); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func TestLongDate(t *testing.T) {
	for _, c := range []struct {
		day  time.Time
		want string
	}{
		{time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC), "ngày 05 tháng 02 năm 2026"},
		{time.Date(2026, 9, 5, 0, 0, 0, 0, time.UTC), "ngày 05 tháng 9 năm 2026"},
		{time.Date(2026, 12, 31, 23, 59, 0, 0, vietnam), "ngày 31 tháng 12 năm 2026"},
		{time.Time{}, "ngày …… tháng …… năm ………"},
	} {
		if got := strings.ReplaceAll(longDate(c.day), "\u00A0", " "); got != c.want {
			t.Errorf("longDate(%v) = %q, want %q", c.day, got, c.want)
		}
	}
}

func TestPrintedAtIsVietnameseTime(t *testing.T) {
	foot := Foot{Record: "A1", PrintedAt: time.Date(2026, 10, 20, 18, 30, 0, 0, time.UTC)}
	if got, want := foot.firstLine(), "Số hồ sơ: A1 – In lúc 01:30 21/10/2026"; got != want {
		t.Errorf("firstLine = %q, want %q", got, want)
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"So\u0302\u0301 nha\u0300":     "Số nhà",      // NFD becomes NFC
		"89,0\u202F%":                  "89,0\u00A0%", // narrow no-break space
		"a\tb\x00c\u200Bd\ufeff\u00AD": "a bcd",       // controls, zero width, soft hyphen
		"dòng 1\ndòng 2":               "dòng 1\ndòng 2",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumbersAreKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"1.586": true, "89,0 %": true, "89,0\u00A0%": true, "2.520.000 đ": true, "−12": true, "": true,
		"36A": false, "Hàng Bạc": false, "☑": false, "12 hộ": false,
	} {
		if got := isNumber(text); got != want {
			t.Errorf("isNumber(%q) = %v, want %v", text, got, want)
		}
	}
}

// No line is wider than its room, no text is lost, and only spaces and
// over-long words are broken.
func TestWrapKeepsEveryCharacter(t *testing.T) {
	fonts := testFonts(t)
	alphabet := rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyẾỘỮĐ0123456789.,-/   \u00A0☑"))
	base := stylesFor(Official).body
	rapid.Check(t, func(t *rapid.T) {
		runs := []Run{
			{Text: rapid.StringOf(alphabet).Draw(t, "plain")},
			{Text: rapid.StringOf(alphabet).Draw(t, "bold"), Bold: true},
		}
		width := rapid.Float64Range(40, 400).Draw(t, "width")
		first := rapid.Float64Range(0, 20).Draw(t, "first")
		lines := fonts.wrap(runs, base, width, first)
		var got strings.Builder
		for i, l := range lines {
			room := width
			if i == 0 {
				room -= first
			}
			if l.width > room+0.1 {
				t.Fatalf("line %d is %.1f wide in a room of %.1f", i, l.width, room)
			}
			if l.last != (i == len(lines)-1) {
				t.Fatalf("line %d of %d: last = %v", i, len(lines), l.last)
			}
			for _, w := range l.words {
				for _, b := range w.bits {
					got.WriteString(b.text)
				}
			}
		}
		want := strings.ReplaceAll(runs[0].Text+runs[1].Text, " ", "")
		if got.String() != want {
			t.Fatalf("set %q, want %q", got.String(), want)
		}
	})
}

// A word that is longer than a line begins beside the words before it only where its first letter fits.
func TestAWideLetterGoesToTheNextLine(t *testing.T) {
	for _, l := range testFonts(t).wrap([]Run{{Text: "aaaam maaab", Bold: true}}, stylesFor(Official).body, 40, 20) {
		if l.width > 40 {
			t.Errorf("a line is %.1f wide in a room of 40", l.width)
		}
	}
}

func TestNoBreakSpaceHoldsItsWords(t *testing.T) {
	fonts := testFonts(t)
	base := stylesFor(Official).body
	for width := 60.0; width < 300; width += 7 {
		for _, l := range fonts.wrap([]Run{Plain("chiếm tỷ lệ 89,0\u00A0% tổng số")}, base, width, 0) {
			for _, w := range l.words {
				if strings.HasPrefix(w.bits[0].text, "%") {
					t.Fatalf("the per cent sign left its number at width %.0f", width)
				}
			}
		}
	}
}

func TestLastLinesAreNotStretched(t *testing.T) {
	fonts := testFonts(t)
	base := stylesFor(Official).body
	lines := fonts.wrap([]Run{Plain(strings.Repeat("số nhà tự quản ", 20) + "\nhết dòng này và câu cuối")}, base, 300, 0)
	stretched := 0
	for i, l := range lines {
		if got := l.stretch(300, base.size); got != 0 {
			stretched++
			if l.last {
				t.Errorf("line %d ends a paragraph but is stretched by %.1f", i, got)
			}
		}
	}
	if stretched < 3 {
		t.Errorf("only %d lines are justified", stretched)
	}
	torn := textLine{words: []word{{width: 40}, {width: 40, space: 3}}, width: 83}
	if got := torn.stretch(300, 14); got != 0 {
		t.Errorf("a line of two words was torn apart by %.0f points", got)
	}
}

func TestTableWithCellsThatDoNotFitIsRefused(t *testing.T) {
	fonts := testFonts(t)
	for name, table := range map[string]Table{
		"too many cells":        {Columns: make([]Column, 2), Rows: [][]Cell{Row("a", "b", "c")}},
		"span past the edge":    {Columns: make([]Column, 2), Rows: [][]Cell{{{Text: "a"}, {Text: "b", Span: 2}}}},
		"down past the end":     {Rows: [][]Cell{{{Text: "a", Down: 2}, {Text: "b"}}}},
		"head into the body":    {Head: [][]Cell{{{Text: "a", Down: 2}, {Text: "b"}}}, Rows: [][]Cell{Row("c")}},
		"span over a tall cell": {Rows: [][]Cell{{{Text: "a"}, {Text: "b", Down: 2}}, {{Text: "c", Span: 2}}}},
	} {
		d := &Document{Kind: Sheet, Body: []Block{table}}
		for kind, write := range writers(fonts) {
			if err := write(d, &bytes.Buffer{}); !errors.Is(err, ErrSpan) {
				t.Errorf("%s, %s: error %v, want ErrSpan", name, kind, err)
			}
		}
	}
}

func TestColumnsFillThePage(t *testing.T) {
	fonts := testFonts(t)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 9).Draw(t, "columns")
		table := Table{Columns: make([]Column, columns)}
		for i := range columns {
			if rapid.Bool().Draw(t, "fixed") {
				table.Columns[i].Width = rapid.Float64Range(5, 80).Draw(t, "width")
			}
		}
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := make([]Cell, columns)
			for i := range row {
				row[i].Text = rapid.StringOfN(rapid.RuneFrom([]rune("ab cộ 1")), 0, 60, -1).Draw(t, "text")
			}
			table.Rows = append(table.Rows, row)
		}
		c, err := compose(&Document{Kind: Sheet, Body: []Block{table}}, fonts)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range c.pieces {
			g, ok := item.(*grid)
			if !ok {
				continue
			}
			var total float64
			for i, w := range g.widths {
				if w <= 0 {
					t.Fatalf("column %d is %.1f wide", i, w)
				}
				total += w
			}
			if total < portrait().inner()-0.5 || total > portrait().inner()+0.5 {
				t.Fatalf("columns take %.1f of %.1f", total, portrait().inner())
			}
		}
	})
}
