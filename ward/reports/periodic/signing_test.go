package periodic_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sonha/app/apptest"
	"sonha/engine/paper"
	"sonha/ward/areas"
	"sonha/ward/houses/moves"
	"sonha/ward/reports/periodic"
)

// A report that is signed in the middle of its period could never be signed with the rest of it. It is written early and signed later; the
// form offers the periods that are over first.
func TestAPeriodIsSignedWhenItIsOver(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, to func(string)) {
		inspected(t, s)
		desk := s.As("command")
		var periods []string
		desk.Get("/reports/periodic/new").OK().Doc().Find("#f-period option").Each(func(_ int, o *goquery.Selection) {
			periods = append(periods, collapse(o.Text()))
		})
		if len(periods) < 8 || periods[0] != "Quý III/2026" || slices.Index(periods, "Quý IV/2026 (chưa hết kỳ)") < slices.Index(periods, "Quý IV/2025") {
			t.Errorf("the form offers %q", periods)
		}
		home := desk.Post("/reports/periodic", begin("ward", "2026-Q4")).Goes()
		page := desk.Get(home).OK().Has("main", "Kỳ này đến hết ngày 14/12/2026, sau ngày ấy mới ký được").Lacks("button", "Ký báo cáo")
		desk.Post(home+"/sign", url.Values{"version": {page.Value("version")}}).Is(422).Has("main", "Kỳ này đến hết ngày 14/12/2026")
		to("2026-12-14")
		desk.Post(home+"/sign", url.Values{"version": {page.Value("version")}}).Is(422)
		to("2026-12-15")
		desk.Post(home+"/pull", url.Values{}).Goes()
		now := desk.Get(home).OK().Has("button", "Ký báo cáo").Value("version")
		for _, version := range []string{"", "0", "-1", page.Value("version")} {
			desk.Post(home+"/sign", url.Values{"version": {version}}).Is(422).Has("main", "Người khác vừa sửa")
		}
		desk.Post(home+"/sign", url.Values{"version": {now}}).Follow().OK().Has("main", "Mã nội dung")
	})
}

// merge merges the first residential group into the second.
func merge(t *testing.T, s *apptest.Site) error {
	t.Helper()
	w := moves.Merging{Terms: moves.Terms{Reason: "Sắp xếp lại tổ dân phố"}, Part: areas.OfGroup, From: s.Group["Tổ dân phố 1"], Into: s.Group["Tổ dân phố 2"]}
	p, err := s.Moves.PreviewMerge(t.Context(), s.Actor("administrator"), w)
	if err != nil {
		t.Fatal(err)
	}
	w.Seen = p.Seen
	_, err = s.Moves.Join(t.Context(), s.Actor("administrator"), w)
	return err
}

// When a residential group goes into another, its drafts go along and are signed with figures of the group of today; what it signed stays
// with it.
func TestDraftsGoWithAGroupThatIsMerged(t *testing.T) {
	site(t, func(t *testing.T, s *apptest.Site, _ func(string)) {
		inspected(t, s)
		desk, lead := s.As("command"), s.As("group lead")
		one, two := s.Group["Tổ dân phố 1"], s.Group["Tổ dân phố 2"]
		signed := lead.Post("/reports/periodic", begin(one, "2026-08")).Goes()
		lead.Post(signed+"/sign", url.Values{"version": {lead.Get(signed).Value("version")}}).Goes()
		draft := lead.Post("/reports/periodic", begin(one, "2026-09")).Goes()
		twice := desk.Post("/reports/periodic", begin(two, "2026-09")).Goes()
		if err := merge(t, s); err == nil || !strings.Contains(err.Error(), "periodic.merged_twice") {
			t.Fatalf("merged with two drafts of a month: %v", err)
		}
		desk.Post(twice+"/drop", url.Values{}).Goes()
		if err := merge(t, s); err != nil {
			t.Fatal(err)
		}
		desk.Get(signed).OK().Has("main", "Tổ dân phố 1").Has("main", "Mã nội dung")
		lead.Get(draft).Is(404)
		next := s.As("other group lead")
		page := next.Get(draft).OK().Has("h1", "Tổ dân phố 2")
		next.Post(draft+"/sign", url.Values{"version": {page.Value("version")}}).Is(422).Has("main", "lấy lại số liệu")
		next.Post(draft+"/pull", url.Values{}).Goes()
		if j := read(t, next, draft); j.value(t, "houses") != 8 {
			t.Errorf("the group of today has %d houses", j.value(t, "houses"))
		}
		next.Post(draft+"/sign", url.Values{"version": {next.Get(draft).Value("version")}}).Follow().OK().Has("main", "Mã nội dung")
	})
}

// Also in an invented ward a draft says that it is one.
func TestADraftOfAnInventedWardIsMarkedAsBoth(t *testing.T) {
	t.Parallel()
	x := periodic.Record{Ward: "Hoàn Kiếm", City: "Hà Nội", WardCode: "hoan-kiem", Invented: true, Period: "2026-Q3", Basis: periodic.Decree, From: "2026-06-15", To: "2026-09-14"}
	for draft, want := range map[bool]string{true: "Bản dự thảo · Dữ liệu giả định", false: "Dữ liệu giả định"} {
		d := x.Document(periodic.View{Draft: draft})
		if d.Foot.Mark != want {
			t.Errorf("draft %v: %q", draft, d.Foot.Mark)
		}
		fonts, err := paper.LoadFonts()
		if err != nil {
			t.Fatal(err)
		}
		if err := d.WritePDF(&strings.Builder{}, fonts); err != nil {
			t.Error(err)
		}
	}
}
