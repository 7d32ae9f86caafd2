package paper

import (
	"bytes"
	"os"
	"testing"
	"time"
)

// TestCertificate writes a certificate for a house and one for a head, on which the name is written by hand: one page each, the same
// bytes each time. SONHA_LOOK names a folder in which they are left to be looked at.
func TestCertificate(t *testing.T) {
	t.Parallel()
	fonts, err := LoadFonts()
	if err != nil {
		t.Fatal(err)
	}
	c := Certificate{
		Authority: "Chủ tịch Ủy ban nhân dân phường", Grants: "tặng", Title: "Giấy khen", To: "Số nhà 36A Hàng Bạc", HandLabel: "Ông/bà:",
		For:  "Có thành tích hòa giải, giữ tình làng nghĩa xóm, chuyên đề “Hộ tự phòng – Số nhà tự quản” năm 2026",
		Said: "Quyết định số 118/QĐ-UBND, ngày 23/09/2026", Signer: "Chủ tịch Ủy ban nhân dân phường", Place: "Hoàn Kiếm",
		Date: time.Date(2026, 9, 23, 0, 0, 0, 0, time.UTC), URL: "https://sonha.example/awards/1-06h1mgtmbxs5b8py6w1by8cq9r",
		Caption: "Quét mã để kiểm tra giấy này", Record: "Số lưu: KT-01/2026", Mark: "Dữ liệu giả định", At: time.Date(2026, 10, 20, 7, 5, 0, 0, time.UTC),
	}
	for name, hand := range map[string]bool{"house": false, "head": true} {
		c.Hand = hand
		var first, second bytes.Buffer
		for _, out := range []*bytes.Buffer{&first, &second} {
			if err := c.WritePDF(out, fonts); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("the certificate of a %s is not the same twice", name)
		}
		if n := bytes.Count(first.Bytes(), []byte("/Type /Page\n")); n != 1 {
			t.Errorf("the certificate of a %s has %d pages", name, n)
		}
		if folder := os.Getenv("SONHA_LOOK"); folder != "" {
			if err := os.WriteFile(folder+"/certificate-"+name+".pdf", first.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
