package accounts_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sonha/ground/access"
	"sonha/ward/accounts"
)

func TestTheAdministratorMakesAHead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		b.get("/accounts/new").is(http.StatusOK).says("Trưởng số nhà")
		b.get("/accounts/new?role=head").is(http.StatusOK).says("36A Hàng Bạc")
		b.get("/accounts/new?role=officer").is(http.StatusOK).says("Khu vực 1")
		b.post("/accounts/new", "role", "head", "name", "", "phone", "12", "house", "99 Hàng Bạc").is(http.StatusUnprocessableEntity).says("chưa có số nhà 99 Hàng Bạc")
		typed := b.post("/accounts/new", "role", "head", "name", "Nguyễn Thị Ủy", "phone", "12", "house", "36A Hàng Bạc").is(http.StatusUnprocessableEntity).says("10 chữ số")
		if typed.attr("[name=name]", "value") != "Nguyễn Thị Ủy" {
			t.Error("what was typed is gone")
		}
		slip := b.post("/accounts/new", "role", "head", "name", "Nguyễn Thị Ủy", "phone", headPhone, "house", "số 36a hàng bạc").is(http.StatusOK).
			says("Phiếu nhận tài khoản").says("Trưởng số nhà · 36A Hàng Bạc").says("27/10/2026")
		link, err := url.Parse(slip.text(".slip .address"))
		w.must(err)
		if slip.attr(".slip svg path", "d") == "" {
			t.Error("no QR code")
		}
		head := w.browser()
		head.post(link.Path, "secret", headPIN, "again", headPIN).goes("/today")
		list := b.get("/accounts?q=36a+hang+bac").is(http.StatusOK).says("Nguyễn Thị Ủy").says("Bằng mã PIN")
		if strings.Contains(list.text("main"), "Trần Văn Thịnh") {
			t.Error("the search shows everybody")
		}
		page := list.attr("th a", "href")
		b.get(page).is(http.StatusOK).says("Kết thúc vai trò")
		head.get(page).is(http.StatusNotFound)
		head.get("/accounts").is(http.StatusNotFound)
		head.get("/areas").is(http.StatusNotFound)

		b.post(page, "name", "Nguyễn Thị Uỷ", "phone", headPhone, "version", b.get(page).attr("[name=version]", "value")).goes(page)
		b.post(page, "name", "Ai đó", "phone", headPhone, "version", "1").is(http.StatusUnprocessableEntity).says("vừa sửa")
		b.post(page+"/roles", "role", "group_lead", "group", w.site.Group["Tổ dân phố 1"]).goes(page)
		if head.in() {
			t.Error("a role was added and the old session goes on")
		}
		b.post(page+"/roles", "role", "group_lead", "group", w.site.Group["Tổ dân phố 1"]).is(http.StatusUnprocessableEntity).says("đã có vai trò này")
		fresh := b.post(page + "/reset").is(http.StatusOK).says("Phiếu đã sẵn sàng")
		head.signIn(headPhone, headPIN).is(http.StatusUnprocessableEntity)
		again, err := url.Parse(fresh.text(".slip .address"))
		w.must(err)
		head.post(again.Path, "secret", "730415", "again", "730415").goes("/account/role?next=%2Ftoday")
		b.post(page + "/disable").goes(page)
		b.get(page).says("tạm khóa")
		b.post(page + "/enable").goes(page)
	})
}

// A link by which a PIN can be chosen anew, and a reset, are in the trail and are told to whoever had one: also when it was not asked for.
func TestWhoIsGivenANewWayInIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		a := w.head()
		head, b := w.browser(), w.browser()
		head.signIn(headPhone, headPIN).goes("/today")
		b.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		page := "/accounts/" + a.ID
		const link, reset = "Quản trị viên đã cấp một đường dẫn", "Quản trị viên đã đặt lại mã PIN"
		b.post(page + "/invite").is(http.StatusOK)
		if got := head.get("/inbox").says(link).text("main"); strings.Contains(got, reset) {
			t.Error("a link is told as a reset")
		}
		slip := b.post(page + "/reset").is(http.StatusOK)
		to, err := url.Parse(slip.text(".slip .address"))
		w.must(err)
		head.post(to.Path, "secret", "730415", "again", "730415").goes("/today")
		head.get("/inbox").says(reset)
		if done := w.audited(a.ID); !slices.Contains(done, "account.invite") || !slices.Contains(done, "account.reset") {
			t.Errorf("the trail has %v", done)
		}
		// Who never had a secret has nothing to be told of.
		fresh := w.person("Lê Thị Mơ", "0944 444 444", "", accounts.Grant{Role: access.Head, Of: w.site.House["6 bis Đinh Liệt"]})
		first, err := w.Accounts.Invite(t.Context(), w.site.System(), fresh.ID)
		w.must(err)
		other := w.browser()
		other.post("/welcome/"+first, "secret", "730415", "again", "730415").goes("/today")
		if got := other.get("/inbox").text("main"); strings.Contains(got, "Quản trị viên") {
			t.Errorf("told of its own first link: %s", got)
		}
	})
}

func TestAnAdministratorCannotLockHimselfOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		page := "/accounts/" + a.ID
		b.post(page + "/disable").is(http.StatusUnprocessableEntity).says("ít nhất một quản trị viên")
		b.post(page+"/roles/end", "grant", a.Grants[0].ID).is(http.StatusUnprocessableEntity).says("ít nhất một quản trị viên")
		b.post(page + "/reset").is(http.StatusUnprocessableEntity).says("trang Tài khoản của tôi")
		if !b.in() {
			t.Error("locked out")
		}
	})
}

func TestPagesOfAccountsByRole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		for _, person := range []string{"head", "group lead", "officer", "command", "committee", "city"} {
			as := w.site.As(person)
			for _, path := range []string{"/accounts", "/accounts/new", "/accounts/" + a.ID, "/accounts/" + a.ID + "/roles"} {
				as.Get(path).Is(http.StatusNotFound)
			}
			for _, path := range []string{"/accounts/new", "/accounts/" + a.ID, "/accounts/" + a.ID + "/roles", "/accounts/" + a.ID + "/roles/end", "/accounts/" + a.ID + "/invite", "/accounts/" + a.ID + "/reset", "/accounts/" + a.ID + "/disable"} {
				as.Post(path, url.Values{"role": {"command"}}).Is(http.StatusNotFound)
			}
		}
		w.site.As("administrator").Get("/accounts/"+a.ID).OK().Has("h1", "Nguyễn Thị Ủy")
		other, err := w.Accounts.Create(t.Context(), access.System(w.site.Other.ID, "test"), accounts.New{Name: "Chỉ huy Cửa Nam", Grants: []accounts.Grant{{Role: access.Command}}})
		w.must(err)
		for _, path := range []string{"", "/invite", "/reset", "/disable"} {
			w.site.As("administrator").Post("/accounts/"+other.ID+path, url.Values{"name": {"X"}, "version": {"1"}}).Is(http.StatusNotFound)
		}
		w.site.As("administrator").Get("/accounts/" + other.ID).Is(http.StatusNotFound)
		w.site.As("administrator").Get("/accounts").OK().Lacks("main", "Cửa Nam")
	})
}

// PostgreSQL refuses bytes that are no text; whoever types them finds nothing, and nothing breaks.
func TestWhatIsNoTextFindsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		for _, bytes := range []string{"%00", "a%00b", "%ff%fe", "%ed%a0%80"} {
			b.get("/accounts?role=" + bytes).is(http.StatusOK)
			b.get("/accounts?q=" + bytes).is(http.StatusOK)
			b.get("/accounts/new?role=" + bytes).is(http.StatusOK)
		}
		for _, bytes := range []string{"\x00", "a\x00b", "\xff\xfe"} {
			b.post("/account/sessions", "session", bytes).goes("/account")
		}
		page := b.get("/accounts").attr("th a", "href")
		for _, version := range []string{"", "-1", "x", "99999999999", "99999999999999999999"} {
			b.post(page, "name", "Ai đó", "phone", staffPhone, "version", version).is(http.StatusUnprocessableEntity).says("vừa sửa")
		}
	})
}

// A one-time link is as good as a key: no browser keeps the page that shows it or takes it.
func TestNobodyKeepsAOneTimeLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		slip := b.post("/accounts/new", "role", "head", "name", "Nguyễn Thị Ủy", "phone", headPhone, "house", "36A Hàng Bạc").is(http.StatusOK)
		link, err := url.Parse(slip.text(".slip .address"))
		w.must(err)
		head := w.browser()
		for name, a := range map[string]*answer{
			"the slip": slip, "the link": head.get(link.Path).is(http.StatusOK),
			"the link after a mistake": head.post(link.Path, "secret", "12", "again", "12").is(http.StatusUnprocessableEntity),
		} {
			if got := a.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control %q", name, got)
			}
		}
		if got := b.get("/accounts").header.Get("Cache-Control"); got != "private, no-cache" {
			t.Errorf("other pages: %q", got)
		}
	})
}
