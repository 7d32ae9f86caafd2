package dossiers_test

import (
	"bytes"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
)

// The volume of a house is one PDF, for who sees the house, and leaves a line on its page; to everybody else it is not there.
func TestTheVolumeOfAYearIsOneFile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		home := "/houses/" + s.House["36A Hàng Bạc"]
		s.As("command").Get(home).OK().Has("a[href='"+home+"/volume.pdf?year=2026']", "Tải hồ sơ năm 2026")
		for _, person := range []string{"head", "officer", "group lead", "command"} {
			r := s.As(person).Get(home + "/volume.pdf").OK()
			if !bytes.HasPrefix(r.Body, []byte("%PDF-")) || !strings.Contains(r.Header.Get("Content-Disposition"), "ho-so-36a-hang-bac-2026.pdf") {
				t.Errorf("%s: %s, %.20s", person, r.Header.Get("Content-Disposition"), r.Body)
			}
		}
		s.As("head").Get(home).OK().Has("main", "Tải hồ sơ cả năm")
		for _, person := range []string{"other head", "other group lead", "other officer", "other command", "committee", "administrator"} {
			s.As(person).Get(home + "/volume.pdf").Is(404)
		}
		s.As("command").Get(home+"/volume.pdf?year=1999").Is(404).Has("main", "không có đợt thi đua của năm này")
		s.As("command").Get(home + "/volume.pdf?year=x").Is(404)
	})
}
