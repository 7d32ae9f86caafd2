package inspections_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
)

// shot is a small picture in a grey of its own: no two are the same file.
func shot(t *testing.T, grey uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: grey}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The photos of what failed come along with the pack of the day, those of what passed and those of others do not; fetching them is
// written down as any reading is.
func TestThePackOfTheDayHasThePhotosOfWhatFailed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		rated(t, s, passing(s.Set, map[string]criteria.Value{"TC6": criteria.NA}))
		at, officer := "/houses/"+s.House[bac]+"/visit", s.As("officer")
		id := start(t, s, inspections.Planned)
		for n := range 10 { // more than one phone needs of one house
			officer.Upload("/inspections/"+id+"/items/TC1", "photos", "khóa.jpg", shot(t, uint8(10*n)), url.Values{"finding": {"0"}, "measure": {"Thay khóa"}, "owner": {"house"}, "due": {string(today().AddDays(20))}}).Goes()
		}
		officer.Upload("/inspections/"+id+"/items/TC2", "photos", "cửa.jpg", shot(t, 200), url.Values{"finding": {"2"}}).Goes()
		form := door(s, "officer", bac, map[string]string{"f.TC1": "0", "measure.TC1": "Thay khóa", "owner.TC1": "house", "due.TC1": string(today().AddDays(20))})
		officer.Post(at, form).Goes()
		i := get(t, s, id)
		if len(i.Photos) != 11 || i.State != inspections.Finished {
			t.Fatalf("%d photos, %s", len(i.Photos), i.State)
		}
		if few := string(officer.Get("/offline/pages").OK().Body); strings.Contains(few, "photos/") {
			t.Errorf("fetched without being asked for: %s", few)
		}
		pack := string(officer.Get("/offline/pages?all=1").OK().Body)
		if n := strings.Count(pack, `"/photos/`); n != 8 || !strings.Contains(pack, at) {
			t.Errorf("%d photos in %s", n, pack)
		}
		last := ""
		for _, p := range i.Photos {
			if p.Item == "TC2" && strings.Contains(pack, p.ID) {
				t.Error("the photo of an item that passed is in the pack")
			}
			if p.Item == "TC1" {
				last = "/photos/" + p.ID + "/thumb"
			}
		}
		if !strings.Contains(pack, last) {
			t.Errorf("the newest photo is not in %s", pack)
		}
		officer.Get(at).OK().Has(".then-now figcaption", "Ảnh lần trước").Has(".then-now figcaption", "Ảnh lần này").Has(`.then-now img[src="`+last+`"]`, "").
			Has(`.then-now input[name="photos.TC1"]`, "")
		for _, stranger := range []string{"other officer", "head", "group lead", "command"} {
			if other := string(s.As(stranger).Get("/offline/pages?all=1").OK().Body); strings.Contains(other, "photos/") {
				t.Errorf("the %s takes photos along: %s", stranger, other)
			}
		}
		r := officer.With(page.AheadHeader, "1").Get(last).OK()
		if r.Header.Get(page.ReaderHeader) == "" || r.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("whose picture it is: %v", r.Header)
		}
		x, err := s.Reads.OfHouse(t.Context(), s.Actor("command"), s.House[bac], "")
		if err != nil {
			t.Fatal(err)
		}
		written := false
		for _, l := range x.Lines {
			written = written || l.What == "photo" && l.Duty == "ahead"
		}
		if !written {
			t.Errorf("nobody knows that the picture was fetched: %+v", x.Lines)
		}
	})
}
