package inspections_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/criteria"
	"sonha/ward/inspections"
)

// House and officer sign at the end; what is no pen on glass is refused, and paper is told by its number.
func TestAnInspectionIsSigned(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		officer, ctx := s.Actor("officer"), t.Context()
		path := "M10 10L20 30L44 31L60 12M80 90L120 40"
		ready := func(house string) string {
			t.Helper()
			id, err := s.Inspections.Start(ctx, officer, s.House[house], inspections.Planned)
			if err != nil {
				t.Fatal(err)
			}
			i, err := s.Inspections.Get(ctx, officer, id)
			if err == nil {
				i.ResidentSide = "Tổ trưởng tổ dân phố"
				_, err = s.Inspections.SaveSheet(ctx, officer, id, inspections.Sheet{
					Version: i.Version, Opened: s.Set.Blank(), Filled: criteria.Answers(strings.Repeat("2", s.Set.Len())), Visit: i.Visit, Shortcomings: map[string]inspections.Shortcoming{},
				})
			}
			if err != nil {
				t.Fatal(err)
			}
			return "/inspections/" + id
		}
		at := ready("36A Hàng Bạc")
		page := s.As("officer").Get(at+"/finish").OK().Has("legend", "Chữ ký").Has("[data-sign]", "Đại diện số nhà").Has("label", "Đã ký trên giấy")
		form := url.Values{"version": {page.Value("version")}, "class": {"safe"}, "sign_officer": {path}}
		for _, bad := range []string{`M0 0L1 1"/><script>`, "M1 1L2 2", "M10 10", "M10 10L20 30l44 31L60 12L1 2", "M10 10L2000 30L44 31L60 12L1 2"} {
			form.Set("sign_house", bad)
			s.As("officer").Post(at+"/finish", form).Is(422).Has(".error-text", "ký lại").Has(`textarea[name="sign_officer"]`, path)
		}
		form.Set("sign_house", path)
		s.As("officer").Post(at+"/finish", form).Follow().OK().Has(`[aria-labelledby="signed"] figcaption`, "Đại diện số nhà")
		read := s.As("head").Get(at).OK()
		if n := read.Doc().Find(".signatures svg path").Length(); n != 2 {
			t.Errorf("%d signatures", n)
		}
		s.As("other head").Get(at).Is(404)

		at = ready("36 Hàng Bạc")
		page = s.As("officer").Get(at + "/finish").OK()
		form = url.Values{"version": {page.Value("version")}, "class": {"safe"}, "signed_on_paper": {"1"}}
		s.As("officer").Post(at+"/finish", form).Is(422).Has(".error-text", "số của phiếu")
		form.Set("signed_paper", "K7M-2QD-9XA")
		s.As("officer").Post(at+"/finish", form).Follow().OK().Has(`[aria-labelledby="signed"]`, "phiếu số K7M-2QD-9XA").Lacks(`[aria-labelledby="signed"]`, "Chưa có chữ ký")

		at = ready("12/5 Hàng Bạc")
		page = s.As("officer").Get(at + "/finish").OK()
		s.As("officer").Post(at+"/finish", url.Values{"version": {page.Value("version")}, "class": {"safe"}}).Follow().OK().Has(`[aria-labelledby="signed"]`, "Chưa có chữ ký")
	})
}
