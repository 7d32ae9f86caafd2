package files

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// corners draws a picture with red, green, blue and yellow quarters: from the top left, in reading order.
func corners(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, quarter[y*2/h*2+x*2/w])
		}
	}
	return p
}

var quarter = []color.RGBA{{220, 20, 20, 255}, {20, 200, 20, 255}, {20, 20, 220, 255}, {230, 220, 20, 255}}

// layout reads back which colours stand in the four corners: "rgby" for an upright picture of corners.
func layout(p image.Image) string {
	b := p.Bounds()
	dx, dy := b.Dx()/4, b.Dy()/4
	var s strings.Builder
	for _, at := range []image.Point{{dx, dy}, {b.Dx() - 1 - dx, dy}, {dx, b.Dy() - 1 - dy}, {b.Dx() - 1 - dx, b.Dy() - 1 - dy}} {
		r, g, bl, _ := p.At(b.Min.X+at.X, b.Min.Y+at.Y).RGBA()
		for i, q := range quarter {
			if near(r>>8, q.R) && near(g>>8, q.G) && near(bl>>8, q.B) {
				s.WriteByte("rgby"[i])
			}
		}
	}
	return s.String()
}

func near(got uint32, want uint8) bool { return max(int(got)-int(want), int(want)-int(got)) < 40 }

func asJPEG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// secret stands for all that a phone writes into a photo beside the picture.
const secret = "21.0338,105.8513 may cua ong Thinh"

// exifBlock is a TIFF directory with an orientation, a GPS pointer and a description.
func exifBlock(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II*\x00")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		b = order.AppendUint32(b, value)
	}
	entry(0x010e, 2, uint32(len(secret)), 50)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, orientation)
	b = order.AppendUint16(b, 0)
	entry(0x8825, 4, 1, 50)
	b = order.AppendUint32(b, 0)
	return append(b, secret...)
}

func segment(marker byte, body []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(b, body...)
}

// withEXIF puts a JFIF segment, EXIF, XMP and a comment into a JPEG.
func withEXIF(data, block []byte) []byte {
	out := append([]byte{}, data[:2]...)
	out = append(out, segment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))...)
	out = append(out, segment(0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), secret...))...)
	out = append(out, segment(0xe1, append([]byte("Exif\x00\x00"), block...))...)
	out = append(out, segment(0xfe, []byte(secret))...)
	return append(out, data[2:]...)
}

func chunk(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// withChunks puts chunks behind the header of a PNG.
func withChunks(data []byte, chunks ...[]byte) []byte {
	const header = 8 + 25
	out := append([]byte{}, data[:header]...)
	for _, c := range chunks {
		out = append(out, c...)
	}
	return append(out, data[header:]...)
}

func read(t testing.TB, open func(string) (io.ReadCloser, error), name string) []byte {
	t.Helper()
	f, err := open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// save keeps a photo and gives back both kept files, decoded and raw.
func save(t testing.TB, data []byte) (p Photo, full, small image.Image, raw []byte) {
	t.Helper()
	s := &Store{Dir: t.TempDir()}
	p, err := s.SavePhoto(bytes.NewReader(data), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	one := read(t, func(n string) (io.ReadCloser, error) { return s.Open(n) }, p.Name)
	two := read(t, func(n string) (io.ReadCloser, error) { return s.OpenThumb(n) }, p.Name)
	if full, err = jpeg.Decode(bytes.NewReader(one)); err != nil {
		t.Fatal(err)
	}
	if small, err = jpeg.Decode(bytes.NewReader(two)); err != nil {
		t.Fatal(err)
	}
	return p, full, small, append(one, two...)
}

func TestPhotoLosesItsMetadata(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"big endian": binary.BigEndian, "little endian": binary.LittleEndian} {
		data := withEXIF(asJPEG(t, corners(400, 300)), exifBlock(order, 6))
		if bytes.Count(data, []byte(secret)) != 3 {
			t.Fatal("the sample lacks its secrets")
		}
		p, full, small, raw := save(t, data)
		for _, trace := range []string{secret, "Exif", "xap", "JFIF\x00\x01\x01\x00\x00\x01"} {
			if bytes.Contains(raw, []byte(trace)) {
				t.Errorf("%s: %q is still in the file", name, trace)
			}
		}
		if p.Width != 300 || p.Height != 400 {
			t.Errorf("%s: %d × %d, want upright 300 × 400", name, p.Width, p.Height)
		}
		// Turned clockwise, what was left below comes up left.
		if layout(full) != "bryg" || layout(small) != "bryg" {
			t.Errorf("%s: corners %s, small %s", name, layout(full), layout(small))
		}
	}
}

func TestEveryOrientation(t *testing.T) {
	// What each stored picture must look like when shown, and its size, for a 40 × 20 picture as stored.
	want := map[uint16]string{0: "rgby", 1: "rgby", 2: "gryb", 3: "ybgr", 4: "byrg", 5: "rbgy", 6: "bryg", 7: "ygbr", 8: "gyrb", 9: "rgby"}
	for o, layoutWanted := range want {
		_, full, _, _ := save(t, withEXIF(asJPEG(t, corners(40, 20)), exifBlock(binary.BigEndian, o)))
		size := image.Pt(40, 20)
		if o >= 5 && o <= 8 {
			size = image.Pt(20, 40)
		}
		if got := layout(full); got != layoutWanted || full.Bounds().Size() != size {
			t.Errorf("orientation %d: %s of %v, want %s of %v", o, got, full.Bounds().Size(), layoutWanted, size)
		}
	}
}

func TestPNGLosesItsTextAndKeepsItsOrientation(t *testing.T) {
	data := withChunks(asPNG(t, corners(40, 20)),
		chunk("tEXt", []byte("Author\x00"+secret)), chunk("eXIf", exifBlock(binary.LittleEndian, 3)))
	_, full, _, raw := save(t, data)
	if bytes.Contains(raw, []byte(secret)) {
		t.Error("the text is still in the file")
	}
	if got := layout(full); got != "ybgr" {
		t.Errorf("corners %s, want them upside down", got)
	}
}

func TestTransparentIsWhite(t *testing.T) {
	_, full, _, _ := save(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 16, 16)))) //nolint:dogsled // this test looks at the picture only
	if r, g, b, _ := full.At(8, 8).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("got %d %d %d", r>>8, g>>8, b>>8)
	}
}

// tinyWebP is a lossless picture of one pixel.
func tinyWebP(t testing.TB) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func webpChunk(kind string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body)))
	b = append(b, body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func webpOf(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func TestWebP(t *testing.T) {
	if p, _, _, _ := save(t, tinyWebP(t)); p.Width != 1 || p.Height != 1 {
		t.Errorf("%d × %d", p.Width, p.Height)
	}
	picture := tinyWebP(t)[12:]
	extended := make([]byte, 10)
	extended[0] = 1 << 3
	for name, prefix := range map[string]string{"plain": "", "with JPEG's prefix": "Exif\x00\x00"} {
		data := webpOf(webpChunk("VP8X", extended), picture, webpChunk("EXIF", append([]byte(prefix), exifBlock(binary.LittleEndian, 8)...)))
		if _, _, _, raw := save(t, data); bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%s: metadata is still in the file", name)
		}
		if got := orientation(exifOfWebP(data)); got != 8 {
			t.Errorf("%s: orientation %d", name, got)
		}
	}
}

func TestPhotoIsMadeSmall(t *testing.T) {
	tests := []struct{ w, h, wantW, wantH, thumbW, thumbH int }{
		{3200, 1600, 1600, 800, 320, 160},
		{1000, 3000, 533, 1600, 107, 320},
		{1600, 1200, 1600, 1200, 320, 240},
		{200, 100, 200, 100, 200, 100},
		{5000, 1, 1600, 1, 320, 1},
	}
	for _, tt := range tests {
		p, full, small, _ := save(t, asPNG(t, corners(tt.w, tt.h)))
		if full.Bounds().Size() != image.Pt(tt.wantW, tt.wantH) || small.Bounds().Size() != image.Pt(tt.thumbW, tt.thumbH) {
			t.Errorf("%d × %d became %v and %v", tt.w, tt.h, full.Bounds().Size(), small.Bounds().Size())
		}
		if p.Width != tt.wantW || p.Height != tt.wantH {
			t.Errorf("%d × %d is said to be %d × %d", tt.w, tt.h, p.Width, p.Height)
		}
		if tt.h > 1 && layout(full) != "rgby" {
			t.Errorf("%d × %d: corners %s", tt.w, tt.h, layout(full))
		}
	}
}

// pngHeader is a PNG that claims a size and has no picture.
func pngHeader(w, h uint32, depth byte) []byte {
	body := binary.BigEndian.AppendUint32(nil, w)
	body = binary.BigEndian.AppendUint32(body, h)
	body = append(body, depth, 2, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", body)...)
}

// jpegOfSize changes the size in the frame header of a JPEG.
func jpegOfSize(data []byte, w, h uint16) []byte {
	out := append([]byte{}, data...)
	at := bytes.Index(out, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(out[at+5:], h)
	binary.BigEndian.PutUint16(out[at+7:], w)
	return out
}

// hugeWebP claims 1 × 1 in its outer header and 16383 × 16383 in its picture.
func hugeWebP(t testing.TB) []byte {
	t.Helper()
	picture := append([]byte{}, tinyWebP(t)[12:]...)
	binary.LittleEndian.PutUint32(picture[9:], 16382|16382<<14|1<<28)
	return webpOf(webpChunk("VP8X", make([]byte, 10)), picture)
}

func TestPhotoRefused(t *testing.T) {
	good := asJPEG(t, corners(64, 48))
	goodPNG := asPNG(t, corners(64, 48))
	tests := []struct {
		name string
		data []byte
		want Kind
	}{
		{"bomb in PNG", pngHeader(60000, 60000, 8), TooDetailed},
		{"bomb in PNG, sides that overflow", pngHeader(1<<31-1, 1<<31-1, 8), Broken},
		{"bomb in deep PNG", pngHeader(5000, 5000, 16), TooDetailed},
		{"bomb in JPEG", jpegOfSize(good, 65535, 65535), TooDetailed},
		{"bomb in WebP behind a small header", hugeWebP(t), Broken},
		{"JPEG of no size", jpegOfSize(good, 0, 0), Broken},
		{"JPEG cut off", good[:len(good)*2/3], Broken},
		{"JPEG cut off in its header", good[:20], Broken},
		{"PNG cut off", goodPNG[:len(goodPNG)-20], Broken},
		{"WebP cut off", tinyWebP(t)[:22], Broken},
		{"nothing", nil, Broken},
		{"a phone's HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), HEIC},
		{"HEIF of another brand", []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), HEIC},
		{"video", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), Unsupported},
		{"GIF", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), Unsupported},
		{"page that calls itself a picture", []byte("<svg onload=alert(1)>"), Unsupported},
		{"too many bytes", append(append([]byte{}, good...), make([]byte, MaxPhotoBytes)...), TooLarge},
	}
	for _, tt := range tests {
		s := &Store{Dir: t.TempDir()}
		p, err := s.SavePhoto(bytes.NewReader(tt.data), Limits{})
		if KindOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		if p != (Photo{}) {
			t.Errorf("%s: refused and kept as %v", tt.name, p)
		}
		if left := everything(t, s.Dir); len(left) > 0 {
			t.Errorf("%s: left %v", tt.name, left)
		}
	}
}

func TestPhotoLimits(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	data := asPNG(t, corners(20, 10))
	if _, err := s.SavePhoto(bytes.NewReader(data), Limits{Bytes: int64(len(data)), Pixels: 200}); err != nil {
		t.Errorf("exactly at its limits: %v", err)
	}
	if _, err := s.SavePhoto(bytes.NewReader(data), Limits{Bytes: int64(len(data)) - 1}); KindOf(err) != TooLarge {
		t.Errorf("one byte over: %v", err)
	}
	if _, err := s.SavePhoto(bytes.NewReader(data), Limits{Pixels: 199}); KindOf(err) != TooDetailed {
		t.Errorf("one pixel over: %v", err)
	}
}

func TestConnectionLostWhilePhotoArrives(t *testing.T) {
	s := &Store{Dir: t.TempDir()}
	r := io.MultiReader(bytes.NewReader(asJPEG(t, corners(8, 8))), iotest.ErrReader(io.ErrUnexpectedEOF))
	_, err := s.SavePhoto(r, Limits{})
	if err == nil || KindOf(err) != "" {
		t.Errorf("got %v, want an error without a kind", err)
	}
}

// No bytes whatever make the readers of metadata panic, and what they find is an orientation.
func FuzzOrientation(f *testing.F) {
	f.Add(withEXIF(asJPEG(f, corners(4, 4)), exifBlock(binary.BigEndian, 6)))
	f.Add(withChunks(asPNG(f, corners(4, 4)), chunk("eXIf", exifBlock(binary.LittleEndian, 3))))
	f.Add(webpOf(webpChunk("EXIF", exifBlock(binary.LittleEndian, 8))))
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, exif := range []func([]byte) []byte{exifOfJPEG, exifOfPNG, exifOfWebP, func(b []byte) []byte { return b }} {
			if o := orientation(exif(data)); o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
	})
}

// A sound picture that was damaged anywhere is either kept or refused with a kind; nothing panics.
func TestDamagedPhotos(t *testing.T) {
	samples := [][]byte{asJPEG(t, corners(32, 24)), asPNG(t, corners(32, 24)), tinyWebP(t)}
	s := &Store{Dir: t.TempDir()}
	rapid.Check(t, func(t *rapid.T) {
		data := append([]byte{}, rapid.SampledFrom(samples).Draw(t, "sample")...)
		for range rapid.IntRange(1, 4).Draw(t, "damages") {
			data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		if _, err := s.SavePhoto(bytes.NewReader(data), Limits{Pixels: 1 << 20}); err != nil && KindOf(err) == "" {
			t.Fatalf("no kind: %v", err)
		}
	})
}

func BenchmarkSavePhoto12MP(b *testing.B) {
	data := asJPEG(b, corners(4000, 3000))
	s := &Store{Dir: b.TempDir()}
	for b.Loop() {
		if _, err := s.SavePhoto(bytes.NewReader(data), Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
