package paper

import (
	"strings"
	"testing"
)

// A signature is drawn as it was signed, over the words that say whose it is, and nothing is drawn of what is no signature.
func TestASignatureIsDrawnAboveItsName(t *testing.T) {
	fonts := testFonts(t)
	dark := func(strokes string) (rows, columns int) {
		pages := photograph(t, writePDF(t, fonts, &Document{Kind: Sheet, Body: []Block{
			Hands{{Strokes: strokes, Width: 600, Height: 200}, {Strokes: strokes, Width: 600, Height: 200}},
		}}), 72)
		if len(pages) == 0 {
			t.Skip("no program here takes a picture of a page")
		}
		across, down := map[int]bool{}, map[int]bool{}
		for y := range pages[0].height / 2 { // without the foot
			for x := range pages[0].width {
				if pages[0].dark(x, y) {
					across[x], down[y] = true, true
				}
			}
		}
		return len(down), len(across)
	}
	nothing, none := dark("")
	for _, bad := range []string{"M0 0L900 10", "M0 0L10", "0 0L10 10Lx y", "M0 0 L10 10 L-4 5"} {
		if rows, columns := dark(bad); rows != nothing || columns != none {
			t.Errorf("%q is drawn", bad)
		}
	}
	// A stroke over the whole field: 17 mm high twice over 50 mm, in points.
	if rows, columns := dark("M0 0L600 200M600 0L0 200"); rows-nothing < 44 || rows-nothing > 52 || columns-none < 270 || columns-none > 292 {
		t.Errorf("%d rows and %d columns are drawn", rows-nothing, columns-none)
	}
	texts := pageTexts(t, fonts, &Document{Kind: Sheet, Body: []Block{Hands{{Strokes: "M0 0L600 200", Width: 600, Height: 200, Caption: "Người kiểm tra"}}}})
	if len(texts) > 0 && !strings.Contains(texts[0], "Người kiểm tra") {
		t.Errorf("whose it is stands nowhere: %q", texts)
	}
	_, files := unpack(t, &Document{Kind: Sheet, Body: []Block{Hands{{Strokes: "M0 0L600 200", Width: 600, Height: 200, Caption: "Người kiểm tra"}}}})
	if !strings.Contains(string(files["word/document.xml"]), "Người kiểm tra") {
		t.Error("the draft lacks whose place it is")
	}
}
