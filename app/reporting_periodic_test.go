package app_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/reports/periodic"
)

// The command says whether what it wrote was signed, also where it was told to count anew; the name of a group may come as another
// machine composes its letters.
func TestTheCommandTellsADraftFromWhatIsSigned(t *testing.T) {
	t.Parallel()
	path := dbtest.SQLite(t)
	d, err := db.Open(t.Context(), db.Options{URL: path, Testing: true})
	if err != nil {
		t.Fatal(err)
	}
	s := apptest.New(t, d)
	past := time.Now().AddDate(0, 0, -70)
	month := periodic.Period{Kind: periodic.Month, Year: past.Year(), N: int(past.Month())}
	id, err := s.Periodic.Begin(t.Context(), s.System(), periodic.Ask{Period: month, Basis: periodic.Decree, Group: s.Group["Tổ dân phố 1"]})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Periodic.Sign(t.Context(), s.System(), id, 1); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ group, flag, want string }{
		{"Tổ dân phố 1", "", "đã ghi đúng tệp đã ký"},
		{"Tổ dân phố 1", "--compose", "Kỳ này đã có bản ký; theo --compose đã tính lại"},
		{"Tổ dân phố 2", "", "Chưa ai ký báo cáo kỳ này"},
	} {
		args := []string{
			"report", "ward", "--data=" + filepath.Dir(path), "--ward=" + s.Ward.Code, "--period=" + month.Code(), "--group=" + norm.NFD.String(x.group),
			"--out=" + filepath.Join(t.TempDir(), "bao-cao.json"),
		}
		if x.flag != "" {
			args = append(args, x.flag)
		}
		if code, out, errs := sonha(t, args...); code != 0 || !strings.Contains(out, x.want) {
			t.Errorf("%s %s: exit %d, %s%s", x.group, x.flag, code, out, errs)
		}
	}
}
