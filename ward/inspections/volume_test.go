package inspections_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/criteria"
)

// The sheet in the volume of the year says who came, what the head said, and who signed: on paper, too, an inspection is by at least two.
func TestTheVolumeSaysWhoCameAndSigned(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed: nobody read the paper")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		rated(t, s, passing(s.Set, map[string]criteria.Value{}))
		form := door(s, "officer", bac, map[string]string{"present": "Trưởng số nhà"})
		form.Del("sign_officer")
		const under = "thăm hỏi) Đại diện số nhà Số hồ sơ" // the signature behind the last item, by whom it is
		s.As("officer").Post("/houses/"+s.House[bac]+"/visit", form).Goes()
		read := func(who string) (raw, text string) {
			file := filepath.Join(t.TempDir(), "volume.pdf")
			if err := os.WriteFile(file, s.As(who).Get("/houses/"+s.House[bac]+"/volume.pdf?year=2026").OK().Body, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			return string(out), strings.Join(strings.Fields(civil.NFC(string(out))), " ")
		}
		out, text := read("head")
		for _, want := range []string{
			"Đại diện phía nhân dân Trưởng ban công tác Mặt trận", "Người của số nhà có mặt Trưởng số nhà", "Ý kiến của trưởng số nhà Nhà sẽ làm ngay.",
			"Chữ ký Đại diện số nhà đã ký trên máy", under,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the volume lacks %q:\n%s", want, out)
			}
		}
		if strings.Contains(text, "người kiểm tra đã ký") {
			t.Error("the volume says that somebody signed who did not")
		}
		// The signatures themselves are for the house and for who works on the inspection; a group lead reads that it was signed.
		for who, gets := range map[string]bool{"officer": true, "command": true, "group lead": false} {
			if _, text := read(who); strings.Contains(text, under) != gets || !strings.Contains(text, "Chữ ký Đại diện số nhà đã ký trên máy") {
				t.Errorf("the volume of the %s: the signature is in it %t", who, !gets)
			}
		}
	})
}
