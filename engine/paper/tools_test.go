package paper

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// tool finds a program that tests need to look at paper.
func tool(t testing.TB, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name+" is not installed (Debian: "+debian+"), so nobody looked at the paper")
	}
	return path
}

func run(t testing.TB, env []string, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, stderr.String())
	}
	return out
}

// writePDF writes a document into a file of the test.
func writePDF(t testing.TB, fonts *Fonts, d *Document) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	var out bytes.Buffer
	if err := d.WritePDF(&out, fonts); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pageTexts is the text of every page as a reader would copy it.
func pageTexts(t testing.TB, fonts *Fonts, d *Document) []string {
	t.Helper()
	text := string(run(t, nil, tool(t, "pdftotext", "poppler-utils"), "-layout", writePDF(t, fonts, d), "-"))
	var pages []string
	for page := range strings.SplitSeq(strings.TrimSuffix(text, "\f"), "\f") {
		// The foot stands on every page and is not part of the text looked for.
		if i := strings.LastIndex(page, "Trang "); i >= 0 {
			page = page[:i]
		}
		pages = append(pages, page)
	}
	return pages
}

// docxAsPDF lets LibreOffice open the Word file and print it, with Times New
// Roman drawn by the embedded faces.
func docxAsPDF(t testing.TB, fonts *Fonts, d *Document) string {
	t.Helper()
	office := tool(t, "soffice", "libreoffice-writer")
	dir := t.TempDir()
	var out bytes.Buffer
	if err := d.WriteDOCX(&out, fonts); err != nil {
		t.Fatal(err)
	}
	faces := filepath.Join(dir, "faces")
	if err := os.Mkdir(faces, 0o700); err != nil {
		t.Fatal(err)
	}
	for f, data := range fonts.data {
		writeFile(t, filepath.Join(faces, fmt.Sprintf("%d.ttf", f)), data)
	}
	writeFile(t, filepath.Join(dir, "fonts.conf"), fmt.Appendf(nil, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>%s</dir><dir>/usr/share/fonts</dir><cachedir>%s/cache</cachedir>
<match target="pattern"><test name="family"><string>Times New Roman</string></test>
<edit name="family" mode="assign" binding="same"><string>Tinos</string></edit></match></fontconfig>`, faces, dir))
	writeFile(t, filepath.Join(dir, "paper.docx"), out.Bytes())
	run(t, []string{"FONTCONFIG_FILE=" + filepath.Join(dir, "fonts.conf"), "HOME=" + dir}, office,
		"-env:UserInstallation=file://"+filepath.Join(dir, "office"), "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "paper.docx"))
	return filepath.Join(dir, "paper.pdf")
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// picture is a page as grey pixels.
type picture struct {
	width, height int
	pixels        []byte
}

func (p picture) dark(x, y int) bool { return p.pixels[y*p.width+x] < 128 }

// photograph renders the pages of a PDF.
func photograph(t testing.TB, pdf string, dpi int) []picture {
	t.Helper()
	base := filepath.Join(t.TempDir(), "page")
	run(t, nil, tool(t, "pdftoppm", "poppler-utils"), "-gray", "-r", strconv.Itoa(dpi), pdf, base)
	files, err := filepath.Glob(base + "*.pgm")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages rendered: %v", err)
	}
	var pages []picture
	for _, file := range files { // the names are padded, so their order is the pages'
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var p picture
		var most int
		if _, err := fmt.Sscanf(string(data[:32]), "P5\n%d %d\n%d", &p.width, &p.height, &most); err != nil {
			t.Fatal(err)
		}
		p.pixels = data[len(data)-p.width*p.height:]
		pages = append(pages, p)
	}
	return pages
}
