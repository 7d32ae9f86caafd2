package paper

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// form is a small form with a code at its head, told apart by its number.
func form(n int) *Document {
	d := &Document{
		Kind: Sheet, Compact: true, Issuer: Issuer{Name: "Công an phường Hoàn Kiếm"}, Type: "Phiếu kiểm tra", Subject: fmt.Sprintf("Số nhà %d Hàng Bạc", n),
		Scan: &Scan{URL: fmt.Sprintf("http://127.0.0.1:8080/t/K7M2QD%03d", n), Code: fmt.Sprintf("K7M-2QD-%03d", n), Hint: "Quét hoặc gõ mã"},
		Foot: Foot{Form: "Mẫu F10", Code: fmt.Sprintf("K7M-2QD-%03d", n), URL: "http://127.0.0.1:8080/t/K7M2QD000", PrintedAt: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)},
		Body: []Block{Table{Columns: []Column{{Width: 15}, {}}, Head: [][]Cell{Row("Mã", "Tiêu chí")}}},
	}
	t := d.Body[0].(Table)
	for i := range 30 + n%40 {
		t.Rows = append(t.Rows, Row(fmt.Sprintf("TC%d", i+1), "Lối đi, cầu thang, sân chung đủ sáng ban đêm"))
	}
	d.Body[0] = t
	return d
}

func bundle(t testing.TB, fonts *Fonts, documents int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bundle.pdf")
	var out bytes.Buffer
	b := NewBundle(&out, fonts, "Phiếu kiểm tra – phố Hàng Bạc")
	for i := range documents {
		if err := b.Add(form(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestABundleShowsWhatItsDocumentsShow looks at the pixels of each page, in the bundle and alone.
func TestABundleShowsWhatItsDocumentsShow(t *testing.T) {
	fonts := testFonts(t)
	const documents = together + 6 // more than are written at once
	file := bundle(t, fonts, documents)
	onlyTinos(t, file)
	var alone []picture
	for i := range documents {
		if i < 3 || i >= together-1 {
			alone = append(alone, photograph(t, writePDF(t, fonts, form(i)), 40)...)
			continue
		}
		alone = append(alone, make([]picture, len(photograph(t, writePDF(t, fonts, form(i)), 10)))...)
	}
	got := photograph(t, file, 40)
	if len(got) != len(alone) {
		t.Fatalf("%d pages in the bundle, %d alone", len(got), len(alone))
	}
	for i := range got {
		if alone[i].pixels != nil && !bytes.Equal(got[i].pixels, alone[i].pixels) {
			t.Errorf("page %d differs from its document's", i+1)
		}
	}
	info := string(run(t, nil, tool(t, "pdfinfo", "poppler-utils"), file))
	for _, want := range []string{"Phiếu kiểm tra – phố Hàng Bạc", fmt.Sprintf("Pages:           %d", len(alone))} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	// Every form counts its own pages.
	text := string(run(t, nil, tool(t, "pdftotext", "poppler-utils"), "-layout", file, "-"))
	if n := strings.Count(text, "Trang 1/"); n != documents {
		t.Errorf("%d first pages, want %d", n, documents)
	}
}

func TestABundleIsTheSameEachTime(t *testing.T) {
	fonts := testFonts(t)
	a, _ := os.ReadFile(bundle(t, fonts, 5))
	b, _ := os.ReadFile(bundle(t, fonts, 5))
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Error("the same documents gave other bytes")
	}
}

func TestAnEmptyBundleIsAnError(t *testing.T) {
	var out bytes.Buffer
	if err := NewBundle(&out, testFonts(t), "Trống").Close(); err == nil {
		t.Error("a file without pages was written")
	}
}

func TestAFileOfAnotherShapeIsRefused(t *testing.T) {
	for _, data := range []string{"", "%PDF-1.7\n", "%PDF-1.7\nxref\n0 1\nstartxref\n9\n%%EOF\n", strings.Repeat("x", 200) + "startxref\n900000\n%%EOF"} {
		if _, err := parseFile([]byte(data)); err == nil {
			t.Errorf("%q was read", data)
		}
	}
}

// BenchmarkBundle writes the forms of a whole ward.
func BenchmarkBundle(b *testing.B) {
	fonts := testFonts(b)
	for b.Loop() {
		var n counter
		x := NewBundle(&n, fonts, "Cả phường")
		for i := range 1586 {
			if err := x.Add(form(i)); err != nil {
				b.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)/(1<<20), "MB")
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
