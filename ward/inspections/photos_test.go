package inspections_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/inspections"
)

// picture is a JPEG of a grey wall.
func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i % 256)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withPlace puts an EXIF block with a camera's name into a JPEG, as a telephone does.
func withPlace(plain []byte) []byte {
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02\x00\x00\x00\x0e\x00\x00\x00\x1a\x00\x00\x00\x00Hoan Kiem 21N\x00")
	var b bytes.Buffer
	b.Write(plain[:2])
	b.Write([]byte{0xff, 0xe1})
	_ = binary.Write(&b, binary.BigEndian, uint16(len(exif)+2))
	b.Write(exif)
	b.Write(plain[2:])
	return b.Bytes()
}

func TestPhotosLoseTheirPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		id := start(t, s, inspections.Planned)
		officer, path := s.As("officer"), "/inspections/"+id
		sent := withPlace(picture(t, 400, 300))
		if !bytes.Contains(sent, []byte("Hoan Kiem")) {
			t.Fatal("the picture has no place to lose")
		}
		officer.Upload(path+"/items/TC2", "photos", "hành lang.jpg", sent, url.Values{"finding": {"2"}}).Goes()
		i := get(t, s, id)
		if len(i.Photos) != 1 || i.Photos[0].Item != "TC2" || i.Photos[0].Width != 400 {
			t.Fatalf("%+v", i.Photos)
		}
		at := "/photos/" + i.Photos[0].ID
		for _, p := range []string{at, at + "/thumb"} {
			r := officer.Get(p).OK()
			if bytes.Contains(r.Body, []byte("Hoan Kiem")) || bytes.Contains(r.Body, []byte("Exif")) {
				t.Errorf("%s tells where it was taken", p)
			}
			if _, err := jpeg.Decode(bytes.NewReader(r.Body)); err != nil {
				t.Errorf("%s: %v", p, err)
			}
			if got := r.Header.Get("Content-Type") + " " + r.Header.Get("Cache-Control"); got != "image/jpeg private, no-cache" {
				t.Errorf("%s: %s", p, got)
			}
			// The copy that a browser keeps is good for whoever may still see the photo, and for nobody else.
			kept := r.Header.Get("ETag")
			if again := officer.With("If-None-Match", kept).Get(p); kept == "" || again.Status != 304 || len(again.Body) != 0 {
				t.Errorf("%s asked again: %d, %d bytes", p, again.Status, len(again.Body))
			}
			s.As("other officer").With("If-None-Match", kept).Get(p).Is(404)
		}
		if r := officer.With("Range", "bytes=0-9").Get(at); r.Status != 206 || len(r.Body) != 10 {
			t.Errorf("range: %d, %d bytes", r.Status, len(r.Body))
		}
		officer.Get(path+"/items/TC2").OK().Has(".photos", "Bỏ ảnh")
		if to := officer.Post(at+"/delete", nil).Goes(); to != path+"/items/TC2" {
			t.Errorf("on to %s", to)
		}
		officer.Get(at).Is(404)
		if _, err := s.Files.Open(i.Photos[0].Name); err == nil {
			t.Error("the file is still there")
		}
	})
}

func TestRefusedPhotosSayWhy(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	id := start(t, s, inspections.Planned)
	officer, path := s.As("officer"), "/inspections/"+id+"/items/TC2"
	heic := append([]byte("\x00\x00\x00\x18ftypheic"), make([]byte, 100)...)
	r := officer.Upload(path, "photos", "IMG_1.heic", heic, url.Values{"finding": {"2"}}).Is(422).Has(".error-text", "IMG_1.heic").Has(".error-text", "Tương thích nhất")
	if _, ok := r.Doc().Find(`[name="finding"][value="2"]`).Attr("checked"); !ok {
		t.Error("the finding was lost")
	}
	if i := get(t, s, id); i.Found.Unanswered() != s.Set.Len()-1 {
		t.Error("a finding with a bad photo is kept all the same")
	}
	officer.Upload(path, "photos", "a.jpg", picture(t, 64, 48)[:200], url.Values{"finding": {"2"}}).Is(422).Has(".error-text", "gửi chưa hết")
	officer.Upload(path, "photos", "a.svg", []byte("<svg/>"), url.Values{"finding": {"2"}}).Is(422).Has(".error-text", "không phải ảnh")
	officer.Upload(path, "photos", "big.jpg", append(picture(t, 8, 8), make([]byte, 12<<20)...), url.Values{"finding": {"2"}}).Is(422).Has(".error-text", "12 MB")
	// A good photo with a refused finding is kept: a browser cannot offer the file again.
	officer.Upload(path, "photos", "a.jpg", picture(t, 64, 48), url.Values{"finding": {"0"}, "measure": {""}, "owner": {"house"}, "due": {string(today().AddDays(20))}}).Is(422).
		Has(".error-text", "việc cần làm").Has(".photos", "Bỏ ảnh")
	for n := range 11 {
		officer.Upload(path, "photos", "a.jpg", picture(t, 8, 8+n), url.Values{"finding": {"2"}}).Goes()
	}
	officer.Upload(path, "photos", "a.jpg", picture(t, 8, 8), url.Values{"finding": {"2"}}).Goes() // has it already
	officer.Upload(path, "photos", "a.jpg", picture(t, 9, 9), url.Values{"finding": {"2"}}).Is(422).Has(".error-text", "nhiều nhất 12 ảnh")
	if i := get(t, s, id); len(i.Photos) != 12 {
		t.Errorf("%d photos", len(i.Photos))
	}
	// Dropping the inspection takes its photos along.
	names := get(t, s, id).Photos
	officer.Post(strings.TrimSuffix(path, "/items/TC2")+"/drop", nil).Goes()
	for _, p := range names {
		if _, err := s.Files.Open(p.Name); err == nil {
			t.Fatal("a photo of a dropped inspection is still there")
		}
	}
}
