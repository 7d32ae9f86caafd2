package twins_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ward/criteria"
	"sonha/ward/twins"
)

// tool finds a program with which the test looks at paper.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing (Debian: poppler-utils), so nobody looked at the paper", name)
		}
		t.Skipf("%s is missing (Debian: poppler-utils)", name)
	}
	return path
}

func out(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	b, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

// TestEverySheetIsReadBack looks at each form as pixels: the code of every page is found and leads to the sheet, nothing
// is printed outside the margins, and the text is complete.
func TestEverySheetIsReadBack(t *testing.T) {
	t.Parallel()
	poppler, text := tool(t, "pdftoppm"), tool(t, "pdftotext")
	s := apptest.New(t, dbtest.Lite(t))
	if err := s.Assessments.Send(t.Context(), s.Actor("head"), s.House[bac], criteria.NotAsked); err == nil {
		t.Fatal("an empty assessment was sent")
	}
	head := s.As("head")
	head.Post("/houses/"+s.House[bac]+"/paper/assessment", sheet(s, "a.", map[string]string{"TC2": "1"})).Goes()
	for _, x := range []struct {
		form  twins.Form
		query string
		pages int
		texts []string
	}{
		{twins.Pledge, "&household=H03", 1, []string{"Ký hiệu hộ: H03", "tự nguyện", "Đại diện hộ", "Nội dung bản 1"}},
		{twins.Household, "&household=H03", 1, []string{"Ký hiệu hộ: H03", "Số câu", "hủy phiếu", "Trang 1/1"}},
		{twins.Log, "", 1, []string{"36A Hàng Bạc", "Theo dõi", "7 Việc khác", "Trang 1/1"}},
		{twins.Month, "", 1, []string{"36A Hàng Bạc", "Tháng này bình thường", "Đèn chung hỏng", "Tồn tại nổi bật", "Trang 1/1"}},
		{twins.Assessment, "", 2, []string{"36A Hàng Bạc", "HG7", "Số mục đã trả lời", "Trang 2/2"}},
		{twins.Inspection, "", 3, []string{"36A Hàng Bạc", "Một phần", "Tồn tại và biện pháp", "Ý kiến của trưởng số nhà", "Đại diện phía nhân dân", "Trang 3/3"}},
	} {
		file := filepath.Join(t.TempDir(), "sheet.pdf")
		if err := os.WriteFile(file, head.Get("/houses/"+s.House[bac]+"/forms.pdf?form="+string(x.form)+x.query).OK().Body, 0o600); err != nil {
			t.Fatal(err)
		}
		said := strings.ToLower(string(out(t, text, "-layout", file, "-")))
		for _, want := range x.texts {
			if !strings.Contains(said, strings.ToLower(want)) {
				t.Errorf("%s lacks %q", x.form, want)
			}
		}
		pictures := pages(t, poppler, file, "120")
		if len(pictures) != x.pages {
			t.Errorf("%s: %d pages, want %d", x.form, len(pictures), x.pages)
		}
		for n, picture := range pictures {
			page := string(x.form) + " page " + strconv.Itoa(n+1)
			leads(t, s, page, picture, func(dpi string) image.Image { return pages(t, poppler, file, dpi)[n] })
			whiteEdges(t, page, picture)
		}
	}
}

// pages are the pages of a PDF as pixels, so many to the inch.
func pages(t *testing.T, poppler, file, dpi string) []image.Image {
	t.Helper()
	base := filepath.Join(t.TempDir(), "page")
	out(t, poppler, "-gray", "-png", "-r", dpi, file, base)
	names, err := filepath.Glob(base + "*.png")
	if err != nil {
		t.Fatal(err)
	}
	var all []image.Image
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, picture)
	}
	return all
}

// leads reads the code of a page and follows it. A phone looks more than once, and so does the test: of some hundred pictures the reader
// finds the corners of one code wrongly.
func leads(t *testing.T, s *apptest.Site, page string, picture image.Image, again func(dpi string) image.Image) {
	t.Helper()
	code, err := read(picture)
	for _, dpi := range []string{"150", "100"} {
		if err != nil {
			t.Logf("%s is looked at once more: %v", page, err)
			code, err = read(again(dpi))
		}
	}
	if err != nil {
		t.Errorf("%s: its code cannot be read: %v", page, err)
		return
	}
	_, path, ok := strings.Cut(code, "/t/")
	if !ok {
		t.Errorf("%s leads to %s", page, code)
		return
	}
	s.As("command").Get("/t/"+path).OK().Has("h1", bac)
}

// read is what the code in a picture says.
func read(picture image.Image) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return "", err
	}
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", err
	}
	return code.GetText(), nil
}

// whiteEdges sees that nothing is printed where a printer does not reach.
func whiteEdges(t *testing.T, page string, picture image.Image) {
	t.Helper()
	const edge = 24 // pixels: 5 mm
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if x >= edge && x < b.Max.X-edge && y >= edge && y < b.Max.Y-edge {
				continue
			}
			if r, _, _, _ := picture.At(x, y).RGBA(); r < 0x8000 {
				t.Fatalf("%s is printed on at %d,%d of %d,%d, where a printer does not reach", page, x, y, b.Max.X, b.Max.Y)
			}
		}
	}
}
