package paper

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// setSheets sets a document on sheets without drawing it.
func setSheets(t interface{ Fatal(...any) }, fonts *Fonts, d *Document) []sheet {
	c, err := compose(d, fonts)
	if err != nil {
		t.Fatal(err)
	}
	sheets, err := c.sheets()
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

// Slabs never leave the page, stay in order and are each placed once; heads of
// tables come on top.
func TestPagerPlacesEverySlabOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var placedIDs []int
		var slabs []slab
		frame := &tableFrame{head: []slab{{height: 30, draw: func(*pen, float64) {}}}, headHeight: 30, close: func(*pen, float64) {}}
		geometry := geometry{width: 300, height: 500, top: 50, bottom: 50}
		for i := range rapid.IntRange(0, 120).Draw(t, "slabs") {
			s := slab{
				before: rapid.Float64Range(0, 20).Draw(t, "before"), after: rapid.Float64Range(0, 20).Draw(t, "after"),
				height: rapid.Float64Range(1, 200).Draw(t, "height"), keep: rapid.Bool().Draw(t, "keep"),
			}
			if rapid.Bool().Draw(t, "row") {
				s.table = frame
			}
			s.draw = func(_ *pen, top float64) {
				placedIDs = append(placedIDs, i)
				if top < geometry.top || top+s.height > geometry.height-geometry.bottom+0.02 {
					t.Fatalf("slab %d of height %.0f stands at %.0f", i, s.height, top)
				}
			}
			slabs = append(slabs, s)
		}
		var g pager
		g.begin(part{geometry: geometry, restart: true})
		g.fill(slabs)
		g.count()
		for n, s := range g.sheets {
			if s.number != n+1 || s.of != len(g.sheets) {
				t.Fatalf("sheet %d says %d of %d", n+1, s.number, s.of)
			}
			for _, item := range s.items {
				item.draw(nil, item.top)
			}
		}
		for i, id := range placedIDs {
			if id != i {
				t.Fatalf("slab %d came at place %d", id, i)
			}
		}
		if len(placedIDs) != len(slabs) {
			t.Fatalf("%d of %d slabs placed", len(placedIDs), len(slabs))
		}
	})
}

func TestHeadingStaysWithItsText(t *testing.T) {
	fonts := testFonts(t)
	for lines := 20; lines < 50; lines++ {
		d := &Document{Kind: Sheet}
		for range lines {
			d.Body = append(d.Body, Paragraph{Runs: []Run{Plain("dòng")}, Align: Left})
		}
		d.Body = append(d.Body, Heading{1, "I. Mục cuối trang"}, P(strings.Repeat("nội dung của mục ", 30)))
		var text strings.Builder
		for _, page := range pageTexts(t, fonts, d) {
			text.WriteString(page + "\f")
			if strings.HasSuffix(strings.TrimSpace(page), "Mục cuối trang") {
				t.Fatalf("with %d lines the heading stands last on its page", lines)
			}
		}
		if !strings.Contains(text.String(), "Mục cuối trang") {
			t.Fatal("the heading is lost")
		}
	}
}

func TestEveryRowOfALongAnnexIsOnPaperOnce(t *testing.T) {
	fonts := testFonts(t)
	d := &Document{Kind: Sheet}
	table := Table{Head: [][]Cell{Row("Mã", "Đầu bảng")}}
	for i := range 400 {
		table.Rows = append(table.Rows, Row(fmt.Sprintf("m%04d.", i), strings.Repeat("ghi chú ", i%40)))
	}
	d.Body = []Block{table}
	pages := pageTexts(t, fonts, d)
	all := strings.Join(pages, "\n")
	for i := range 400 {
		if n := strings.Count(all, fmt.Sprintf("m%04d.", i)); n != 1 {
			t.Errorf("row %d is on paper %d times", i, n)
		}
	}
	for n, page := range pages {
		if strings.Count(page, "Đầu bảng") != 1 {
			t.Errorf("page %d of %d has %d table heads", n+1, len(pages), strings.Count(page, "Đầu bảng"))
		}
	}
}

// Wherever the page ends, the last row of a table, its sum, has the four rows before it on its page.
func TestTheSumOfATableIsNotAloneOnAPage(t *testing.T) {
	fonts := testFonts(t)
	turned := false
	for rows := 20; rows < 60; rows++ {
		table := Table{Head: [][]Cell{Row("Tổ", "Số nhà")}}
		for i := range rows {
			table.Rows = append(table.Rows, Row(fmt.Sprintf("tổ%d.", i), "7"))
		}
		table.Rows = append(table.Rows, Row("Cộng.", "99"))
		pages := pageTexts(t, fonts, &Document{Kind: Sheet, Body: []Block{table}})
		last := pages[len(pages)-1]
		for _, want := range []string{"Cộng.", fmt.Sprintf("tổ%d.", rows-1), fmt.Sprintf("tổ%d.", rows-4)} {
			if !strings.Contains(last, want) {
				t.Fatalf("with %d rows the sum has no %s on its page: %q", rows, want, last)
			}
		}
		turned = turned || len(pages) > 1
	}
	if !turned {
		t.Fatal("no table went over its page")
	}
}

func TestRowHigherThanAPageIsCutNotLost(t *testing.T) {
	fonts := testFonts(t)
	var words []string
	for i := range 2500 {
		words = append(words, fmt.Sprintf("từ%d.", i))
	}
	d := &Document{Kind: Sheet, Body: []Block{Table{Head: [][]Cell{Row("A", "B")}, Rows: [][]Cell{Row("x", strings.Join(words, " ")), Row("y", "cuối")}}}}
	pages := pageTexts(t, fonts, d)
	all := strings.Join(strings.Fields(strings.Join(pages, " ")), " ") + " "
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Fatalf("%s is lost", w)
		}
	}
	if len(pages) < 3 || !strings.Contains(all, "cuối") {
		t.Errorf("%d pages, the next row is there: %v", len(pages), strings.Contains(all, "cuối"))
	}
}

// A report of one part counts its pages through; annexes begin at 1 again
// (Decree 30/2020) and wide pages inside a part run on.
func TestPageNumbers(t *testing.T) {
	fonts := testFonts(t)
	d := yearReport(60)
	d.Body = append(d.Body, Wide{Table{Rows: [][]Cell{Row("1", "2")}}})
	var got []string
	for _, s := range setSheets(t, fonts, d) {
		turn := "đứng"
		if s.width > s.height {
			turn = "ngang"
		}
		got = append(got, fmt.Sprintf("%s %d/%d %s", s.name, s.number, s.of, turn))
	}
	want := []string{
		" 1/4 đứng", " 2/4 đứng", " 3/4 ngang", " 4/4 đứng",
		"Phụ lục I 1/1 đứng",
		"Phụ lục II 1/4 ngang", "Phụ lục II 2/4 ngang", "Phụ lục II 3/4 ngang", "Phụ lục II 4/4 ngang",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("sheets:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestOneAnnexHasNoNumber(t *testing.T) {
	fonts := testFonts(t)
	d := yearReport(3)
	d.Annexes = d.Annexes[:1]
	sheets := setSheets(t, fonts, d)
	if got := sheets[len(sheets)-1].name; got != "Phụ lục" {
		t.Errorf("the only annex is called %q", got)
	}
}

// A cell over more rows than a page holds says its text on every page.
func TestLongCellSpeaksOnEveryPage(t *testing.T) {
	fonts := testFonts(t)
	const rows = 90
	table := Table{Head: [][]Cell{Row("Nhóm", "Phố")}}
	for i := range rows {
		table.Rows = append(table.Rows, Row(fmt.Sprintf("Phố %d.", i)))
	}
	table.Rows[0] = append([]Cell{{Text: "Tổ dân phố số 1", Down: rows}}, table.Rows[0]...)
	pages := pageTexts(t, fonts, &Document{Kind: Sheet, Body: []Block{table}})
	for n, page := range pages {
		if strings.Count(page, "Tổ dân phố số 1") != 1 {
			t.Errorf("page %d of %d names the group %d times", n+1, len(pages), strings.Count(page, "Tổ dân phố số 1"))
		}
	}
	if len(pages) < 2 {
		t.Error("the table fits on one page and proves nothing")
	}
}
