package results_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/fault"
	"sonha/ward/campaigns"
)

// sent uploads results and gives the address of their preview.
func sent(b *apptest.Browser, name string, data []byte) string {
	return follow(b, b.Upload("/imports", "file", name, data, url.Values{"kind": {"results"}}))
}

func follow(b *apptest.Browser, r *apptest.Reply) string {
	to := r.Goes()
	for range 200 {
		if !strings.HasPrefix(to, "/jobs/") {
			break
		}
		if r = b.Get(to); r.Status == http.StatusSeeOther {
			to = r.Goes()
		}
	}
	return to
}

const threeYears = "Năm;Phố;Số nhà;Kết quả;Ngày kiểm tra\n" +
	"2024;Hàng Bạc;36A;Đạt an toàn;12/10/2024\n2024;Hàng Bạc;36;Chưa đạt;13/10/2024\n2024;Hàng Bạc;36;Chưa đạt;13/10/2024\n" +
	"2025;Hàng Bạc;36A;Đạt có điều kiện;\n2025;Hàng Bạc;777;Đạt;\n2025;Đinh Liệt;100;có lẽ đạt;\n"

func years(t *testing.T, s *apptest.Site) []int {
	t.Helper()
	all, err := s.Campaigns.List(t.Context(), s.Actor("command"))
	if err != nil {
		t.Fatal(err)
	}
	var years []int
	for _, c := range all {
		years = append(years, c.Year)
	}
	return years
}

func TestResultsThroughThePagesOfImports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		b := s.As("command")
		before := len(years(t, s))
		at := sent(b, "kết quả.csv", []byte(threeYears))
		page := b.Get(at).OK().Has("button", "Nhập 3 kết quả").Has("tr.refused", "777 Hàng Bạc").Has("tr.refused", "có lẽ đạt").Lacks("body", "⟦")
		if got := page.Text(".tallies b"); got != "3 | 0 | 0 | 2 | 1 | 0" {
			t.Errorf("counts: %s", got)
		}
		b.Get(at+"?show=new").OK().Has("thead", "Kết quả").Has("tbody", "36A Hàng Bạc").Has("tbody", "Đạt có điều kiện").Has("tbody", "12/10/2024")
		b.Get(at+"?show=duplicates").OK().Has("tbody", "Giống dòng 3")
		errors := b.Get(at + "/errors.csv").OK()
		if !bytes.Contains(errors.Body, []byte("Không có số nhà “777 Hàng Bạc”")) {
			t.Errorf("the file comes back with\n%s", errors.Body)
		}
		if n := len(years(t, s)); n != before {
			t.Fatalf("the preview made %d years", n-before)
		}

		b.Get(follow(b, b.Post(at+"/apply", nil))).OK().Has(".notice", "Đã nhập xong").Has("tr.refused", "777 Hàng Bạc")
		if n := len(years(t, s)); n != before+2 {
			t.Errorf("%d years, want two more than %d", n, before)
		}
		if got := b.Get(sent(b, "kết quả.csv", []byte(threeYears))).OK().Has(".notice", "không có gì mới").Text(".tallies b"); got != "0 | 0 | 3 | 2 | 1 | 0" {
			t.Errorf("the second time: %s", got)
		}
		changed := sent(b, "sửa.csv", []byte("Năm;Phố;Số nhà;Kết quả;Ngày kiểm tra\n2024;Hàng Bạc;36;Đạt;13/10/2024\n2024;Hàng Bạc;36A;Đạt;14/10/2024\n"))
		b.Get(changed).OK().Has("tr.changed", "Kết quả: Chưa đạt → Đạt").Has("tr.changed", "Ngày kiểm tra: 12/10/2024 → 14/10/2024")
		b.With("Test-Language", "en").Get(at+"?show=refused").OK().Has("tr.refused", "The ward has no house number 777 Hàng Bạc").Lacks("body", "⟦")

		b.Get(at+"/undo").OK().Has("main", "3 kết quả do tệp này thêm")
		b.Post(at+"/undo", nil).Goes()
		b.Get(at).OK().Has(".notice", "Đã hoàn tác")
		if n := len(years(t, s)); n != before {
			t.Errorf("%d years after undo, want %d", n, before)
		}
		s.As("other command").Get(at).Is(http.StatusNotFound)
	})
}

func TestResultsOfAYearOfOurOwn(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	reply := b.Upload("/imports", "file", "2026.csv", []byte("Năm;Phố;Số nhà;Kết quả\n2026;Hàng Bạc;36A;Đạt\n"), url.Values{"kind": {"results"}})
	reply.Is(http.StatusUnprocessableEntity).Has("#f-file-error", "Năm 2026 do phường kiểm tra ngay trong Sonha")
	if on, _ := reply.Doc().Find(`input[name="kind"][value="results"]`).Attr("checked"); on == "" && reply.Doc().Find(`input[name="kind"][value="results"][checked]`).Length() == 0 {
		t.Error("the chosen kind was forgotten")
	}
	b.Upload("/imports", "file", "số nhà.csv", []byte("Phố;Số nhà;Số hộ\nHàng Bạc;36A;2\n"), url.Values{"kind": {"results"}}).Is(http.StatusUnprocessableEntity).Has("#f-file-error", "thiếu cột: Kết quả")
	if _, err := s.Campaigns.ByYear(t.Context(), s.Actor("command"), 2025); !fault.Is(err, fault.Missing) {
		t.Errorf("a refused file made a year: %v", err)
	}
}

// A mistyped year that has not come makes no campaign: the public page would take it for the latest.
func TestResultsOfAYearThatHasNotCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		b := s.As("command")
		before := len(years(t, s))
		at := sent(b, "năm.csv", []byte("Năm;Phố;Số nhà;Kết quả\n2090;Hàng Bạc;36A;Đạt\n2025;Hàng Bạc;36A;Đạt\n"))
		b.Get(at).OK().Has("button", "Nhập 1 kết quả").Has("tr.refused", "Năm 2090 chưa tới nên chưa có kết quả")
		b.Get(follow(b, b.Post(at+"/apply", nil))).OK()
		if got := len(years(t, s)); got != before+1 {
			t.Errorf("%d years, want one more than %d", got, before)
		}
	})
}

// TestSampleResults takes the sample results over the sample roster, as a ward does on its first day.
func TestSampleResults(t *testing.T) {
	s := apptest.New(t, dbtest.Lite(t))
	b := s.As("command")
	read := func(name string) []byte {
		data, err := os.ReadFile("../../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	roster := follow(b, b.Upload("/imports", "file", "số nhà.xlsx", read("roster-hoan-kiem.xlsx"), url.Values{"kind": {"roster"}}))
	follow(b, b.Post(roster+"/apply", nil))
	at := sent(b, "kết quả.xlsx", read("results-2023-2025.xlsx"))
	b.Get(follow(b, b.Post(at+"/apply", nil))).OK().Has(".notice", "Đã nhập xong")
	for _, year := range []int{2023, 2024, 2025} {
		c, err := s.Campaigns.ByYear(t.Context(), s.Actor("command"), year)
		if err != nil || c.Phase != campaigns.Closed {
			t.Errorf("%d: %+v %v", year, c, err)
		}
	}
	if _, err := excelize.OpenReader(bytes.NewReader(b.Get(at + "/errors.xlsx").OK().Body)); err != nil {
		t.Error(err)
	}
}
