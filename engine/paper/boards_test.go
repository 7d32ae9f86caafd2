package paper

import (
	"bytes"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"
)

func sans(t *testing.T) *Sans {
	t.Helper()
	s, err := LoadSans()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var boardDay = time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC)

func samplePoster(paragraphs ...string) *Poster {
	return &Poster{
		Sender: "Công an phường Hoàn Kiếm", Title: "Cắt nước phố Hàng Bạc từ 8 giờ đến 11 giờ thứ Bảy 24/10", Alert: "Khẩn: đường ống vỡ, phải sửa ngay",
		Paragraphs: paragraphs, Foot: []string{"Đăng ngày 20/10/2026", "Hiệu lực đến hết 24/10/2026"}, URL: "https://sonha.example/n/1-01h", Caption: "Quét mã để đọc trên điện thoại", At: boardDay,
	}
}

// TestEveryVietnameseLetterIsOnAPlate asks the font of the pages for every letter that a street or an announcement may have.
func TestEveryVietnameseLetterIsOnAPlate(t *testing.T) {
	t.Parallel()
	s := sans(t)
	const letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ 0123456789/-.,:;()%–“”…"
	for _, w := range []weight{regular, bold} {
		for _, r := range letters + strings.ToUpper(letters) {
			if got := s.runs(w, string(r)); got[0].text != string(r) {
				t.Errorf("weight %d cannot draw %q", w, r)
			}
		}
	}
}

func TestPosterIsOnePageWhileItCanBe(t *testing.T) {
	t.Parallel()
	s := sans(t)
	pages := func(p *Poster) int {
		var b bytes.Buffer
		if err := p.WritePDF(&b, s); err != nil {
			t.Fatal(err)
		}
		if out := os.Getenv("SAMPLES"); out != "" {
			_ = os.WriteFile(out+"/poster-"+string(rune('0'+len(p.Paragraphs)))+".pdf", b.Bytes(), 0o600)
		}
		return bytes.Count(b.Bytes(), []byte("/Type /Page\n"))
	}
	short := "Các hộ trữ nước dùng trong buổi sáng. Nhà trẻ và quán ăn dùng nước ở vòi công cộng đầu ngõ 12."
	if n := pages(samplePoster(short, "Khi nước có lại, mở vòi xả vài phút trước khi dùng.")); n != 1 {
		t.Errorf("a short announcement takes %d pages", n)
	}
	if n := pages(samplePoster(strings.Repeat(short+" ", 12))); n != 1 {
		t.Errorf("an announcement of 1,100 characters takes %d pages", n)
	}
	if n := pages(samplePoster(strings.Repeat(short+" ", 42), short, short)); n < 1 || n > 3 {
		t.Errorf("the longest announcement takes %d pages", n)
	}
}

func TestPlatesFillSheets(t *testing.T) {
	t.Parallel()
	s := sans(t)
	list := []DoorPlate{
		{"36A", "Hàng Bạc", "https://sonha.example/d/1-abcdefgh"}, {"12/5/7", "Đinh Liệt", "https://sonha.example/d/1-abcdefgi"},
		{"6 bis", "Nguyễn Siêu", "https://sonha.example/d/1-abcdefgj"}, {"118-120", "Hàng Mắm", "https://sonha.example/d/1-abcdefgk"}, {"9", "Phố Lương Ngọc Quyến", "https://sonha.example/d/1-abcdefgl"},
	}
	for size, want := range map[PlateSize]int{LargePlate: 3, MediumPlate: 2, SmallPlate: 1} {
		p := Plates{Size: size, List: list, Lines: []string{"Quét mã: gọi ai,", "góp ý ở đâu"}, Mark: "Dữ liệu giả định", At: boardDay}
		var b, again bytes.Buffer
		if err := p.WritePDF(&b, s); err != nil {
			t.Fatal(err)
		}
		if err := p.WritePDF(&again, s); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: the same plates give other bytes", size)
		}
		if n := bytes.Count(b.Bytes(), []byte("/Type /Page\n")); n != want {
			t.Errorf("%s: %d sheets, want %d", size, n, want)
		}
		if out := os.Getenv("SAMPLES"); out != "" {
			_ = os.WriteFile(out+"/plates-"+string(size)+".pdf", b.Bytes(), 0o600)
		}
	}
}

func TestPictureIsSizedForPhones(t *testing.T) {
	t.Parallel()
	p := samplePoster("Các hộ trữ nước dùng trong buổi sáng.", "Khi nước có lại, mở vòi xả vài phút trước khi dùng.")
	for name, paragraphs := range map[string][]string{"short": p.Paragraphs, "long": {strings.Repeat("Từng nhà xem lại khóa cổng và đèn lối chung. ", 90)}} {
		x := Picture{Sender: p.Sender, Title: p.Title, Alert: p.Alert, Paragraphs: paragraphs, Foot: p.Foot, URL: p.URL}
		body, err := x.PNG(sans(t))
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(bytes.NewReader(body))
		if err != nil || c.Width != pictureWidth || c.Height > pictureMost+pictureEdge || c.Height < 600 {
			t.Errorf("%s: %v %v", name, c, err)
		}
		if len(body) > 600<<10 {
			t.Errorf("%s: %d bytes", name, len(body))
		}
		if out := os.Getenv("SAMPLES"); out != "" {
			_ = os.WriteFile(out+"/picture-"+name+".png", body, 0o600)
		}
	}
}
