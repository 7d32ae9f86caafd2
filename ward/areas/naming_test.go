package areas_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/areas"
)

// trailOf is what the trail of a ward says of an action, the latest last.
func trailOf(t *testing.T, d *db.DB, ward int, action string) string {
	t.Helper()
	var lines []string
	must(t, d.Read(t.Context(), access.System(ward, "test"), func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var detail string
			err := scan(&detail)
			lines = append(lines, detail)
			return err
		}, `select a.detail from audit a where a.ward_id = {ward} and a.action = $1 order by a.seq`, action)
	}))
	return strings.Join(lines, "; ")
}

func TestAWardBegunWithoutANameIsNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := t.Context(), areas.NewStore(d)
		begun, err := s.Found(ctx, areas.Ward{City: "Hà Nội", Name: areas.Unnamed})
		must(t, err)
		who := access.System(begun.ID, "test")
		name := func(name, city string) error {
			w, err := s.Ward(ctx, who)
			must(t, err)
			return s.NameWard(ctx, who, areas.Naming{Name: name, City: city, Was: w.Name, WasCity: w.City})
		}
		for _, c := range []struct{ name, city, want string }{
			{"", "Hà Nội", "name: fault.required"},
			{" \u00a0", "Hà Nội", "name: fault.required"},
			{"Phường", "Hà Nội", "name: fault.required"},
			{"chưa  đặt tên", "Hà Nội", "name: fault.required"},
			{strings.Repeat("ế", 81), "Hà Nội", "name: fault.too_long"},
			{"xã Yên Sơn", "Hà Nội", "name: areas.only_phuong"},
			{"Đặc khu Côn Đảo", "Hà Nội", "name: areas.only_phuong"},
			{"<b>Hoàn Kiếm</b>", "Hà Nội", "name: areas.bad_name"},
			{"–", "Hà Nội", "name: areas.bad_name"},
			{"Hoàn Kiếm", "", "city: fault.required"},
			{"Hoàn Kiếm", "Tỉnh Bắc Ninh", "city: areas.only_city"},
		} {
			if err := name(c.name, c.city); key(err) != c.want {
				t.Errorf("%q in %q: %v", c.name, c.city, err)
			}
		}
		// Typed with the words that papers write anyway, twice; and decomposed, as some keyboards send it.
		must(t, name("Phường  phường Hồng Hà", "TP. Hồ Chí Minh"))
		w, err := s.Ward(ctx, who)
		if err != nil || w.Name != "Hồng Hà" || w.City != "Hồ Chí Minh" || w.Code != "hong-ha" || !w.Named() {
			t.Errorf("%+v %v", w, err)
		}
		must(t, name(norm.NFD.String("Hàng Bạc"), "Hồ Chí Minh"))
		tree, err := s.Tree(ctx, who)
		must(t, err)
		if len(tree) != 2 || tree[0].Name != "Hồ Chí Minh" || tree[0].Former != nil || tree[1].Name != "Phường Hàng Bạc" || strings.Join(tree[1].Former, ",") != "Phường Hồng Hà" {
			t.Errorf("a placeholder became a former name, or a name did not: %+v", tree)
		}
		w, err = s.Ward(ctx, who)
		if err != nil || w.Name != "Hàng Bạc" || w.Code != "hong-ha" {
			t.Errorf("the address on papers changed with a later name: %+v %v", w, err)
		}
		want := "Phường Chưa đặt tên, Hà Nội → Phường Hồng Hà, Hồ Chí Minh; Phường Hồng Hà, Hồ Chí Minh → Phường Hàng Bạc, Hồ Chí Minh"
		if got := trailOf(t, d, w.ID, "ward.rename"); got != want {
			t.Errorf("the trail says %q", got)
		}
		if _, err := s.Found(ctx, areas.Ward{City: "Thành phố Hồ Chí Minh", Name: "Phường Hàng Bạc"}); !fault.Is(err, fault.Clash) {
			t.Errorf("the same ward twice: %v", err)
		}
	})
}

func TestTheWardsNameIsItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		admin := s.As("administrator")
		admin.Get(areas.NamePath).OK().Has("h1", "Đổi tên phường")
		send := func(name, city, was string) *apptest.Reply {
			return admin.Post(areas.NamePath, url.Values{"name": {name}, "city": {city}, "was": {was}, "was_city": {"Hà Nội"}})
		}
		send("Cửa Nam", "Hà Nội", "Hoàn Kiếm").Is(http.StatusUnprocessableEntity).Has(".has-error", "Phường Cửa Nam đã có")
		send("Hoàn Kiếm", "Huế", "Hoàn Kiếm").Is(http.StatusUnprocessableEntity).Has(".has-error", "giữ nguyên Hà Nội")
		send("Hàng Trống", "Hà Nội", "Cửa Nam").Is(http.StatusUnprocessableEntity).Has(".notice", "vừa sửa")
		if to := send("phường Hàng Trống", "Hà Nội", "Hoàn Kiếm").Goes(); to != "/areas" {
			t.Errorf("goes to %s", to)
		}
		admin.Get("/areas").OK().Has(".tree", "Phường Hàng Trống tên cũ: Phường Hoàn Kiếm").Lacks("main", "chưa có tên")
		admin.Get(areas.NamePath).OK().Has("main li", "Phường Hoàn Kiếm")
		s.As("visitor").Get("/").OK().Has(".chip", "Phường Hàng Trống").Has(".chip", "Phường Cửa Nam").Lacks("main", "Hoàn Kiếm")
		s.As("visitor").Get("/?ward=hoan-kiem").OK().Has("main", "Phường Hàng Trống")
	})
}

func TestAStreetThatDiffersInMarksOnlyIsAskedAbout(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		t.Helper()
		ctx, admin := t.Context(), s.As("administrator")
		for _, typed := range []string{"hang bac", "Hàng Bắc", "HàngBạc"} {
			page := admin.Post("/areas/streets", url.Values{"name": {typed}}).Is(http.StatusUnprocessableEntity)
			page.Has("details[open] .has-error", "Phường đã có phố Hàng Bạc").Has("details[open] .check", "Đây là phố khác")
			if got, _ := page.Doc().Find(`details[open] input[name=name]`).Attr("value"); got != typed {
				t.Errorf("typed %q, and %q came back", typed, got)
			}
		}
		admin.Post("/areas/streets", url.Values{"name": {"HÀNG BẠC"}, "other": {"1"}}).Is(http.StatusUnprocessableEntity).Has("details[open] .has-error", "đã có phố tên này")
		admin.Post("/areas/streets", url.Values{"name": {"Hàng Bắc"}, "other": {"1"}}).Goes()
		admin.Get("/areas").OK().Has("table", "Hàng Bạc").Has("table", "Hàng Bắc").Lacks("main", "Đây là phố khác")

		streets, err := s.Areas.Streets(ctx, s.Actor("administrator"))
		must(t, err)
		for _, x := range streets {
			if x.Name == "Hàng Bắc" { // as it is when renamed: its own name in other marks, and what it was, are nobody else's
				rename := func(was, name, other string) url.Values {
					return url.Values{"was": {was}, "name": {name}, "other": {other}}
				}
				page := admin.Post("/areas/streets/"+x.ID, rename("Hàng Bắc", "Hàng Bàc", "")).Is(http.StatusUnprocessableEntity)
				page.Has(".has-error", "Phường đã có phố Hàng Bạc").Has(".check", "Đây là phố khác")
				admin.Post("/areas/streets/"+x.ID, rename("Hàng Bắc", "Hàng Bàc", "1")).Goes()
				admin.Post("/areas/streets/"+x.ID, rename("Hàng Bàc", "Hàng Bàc", "")).Goes()
				admin.Post("/areas/streets/"+x.ID, rename("Hàng Bàc", "Tạ Hiện", "")).Goes()
				admin.Post("/areas/streets/"+x.ID, rename("Tạ Hiện", "Tạ Hiền", "")).Goes()
				admin.Post("/areas/streets/"+x.ID, rename("Tạ Hiền", "Hàng Bắc", "1")).Goes()
			}
		}
		for _, x := range streets {
			page := "/areas/streets/" + x.ID
			if x.Name != "Hàng Bắc" {
				admin.Get(page).OK().Has("main", "không xóa được")
				admin.Post(page+"/remove", nil).Is(http.StatusUnprocessableEntity).Has(".notice", "Phố có 4 số nhà")
				continue
			}
			admin.Get(page).OK().Has("button", "Xóa phố")
			if to := admin.Post(page+"/remove", nil).Goes(); to != "/areas#streets" {
				t.Errorf("goes to %s", to)
			}
			admin.Post(page+"/remove", nil).Is(http.StatusNotFound)
		}
		admin.Get("/areas").OK().Has("table", "Hàng Bạc").Lacks("table", "Hàng Bắc")
		if got := trailOf(t, s.DB, s.Ward.ID, "street.remove"); got != "Hàng Bắc" {
			t.Errorf("the trail says %q", got)
		}
	})
}
