package accounts_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/accounts"
)

func TestAHeadSignsInByPhoneAndPIN(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		b := w.browser()
		b.get("/account").goes("/sign-in?next=%2Faccount")
		form := b.get("/sign-in?next=/account").is(http.StatusOK)
		if form.attr("#f-secret", "inputmode") != "numeric" || form.attr("[name=next]", "value") != "/account" {
			t.Errorf("the form: %s", form.body)
		}
		b.signIn("0912.345.678", "804174").is(http.StatusUnprocessableEntity).says("chưa đúng")
		b.signIn("+84 912 345 678", headPIN).goes("/today")
		page := b.get("/account").is(http.StatusOK).says("Nguyễn Thị Ủy").says("36A Hàng Bạc").says("Chrome · Android").says("203.0.113.0/24")
		if page.text(".topbar .plate") != "36A" || page.text(".ribbon") == "" {
			t.Errorf("no plate or no word that the data are invented: %s", page.text("body"))
		}
		// Signing in again gives another token: whoever planted the old one has nothing.
		old := b.cookies["sonha"]
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		planted := w.browser()
		planted.cookies["sonha"] = old
		if b.cookies["sonha"] == old || planted.in() || !b.in() {
			t.Error("the token did not change, or the old one still opens")
		}
		b.post("/sign-out").goes("/sign-in")
		if b.in() || b.cookies["sonha"] != "" {
			t.Error("still in after signing out")
		}
	})
}

func TestSignInGoesNowhereElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		for next, want := range map[string]string{"/houses?q=1": "/houses?q=1", "//evil.example": "/today", "https://evil.example/": "/today", "/\\evil.example": "/today", "": "/today"} {
			w.browser().post("/sign-in", "phone", headPhone, "secret", headPIN, "next", next).goes(want)
		}
	})
}

// Nobody learns who has an account: the same words, the same status, the same waiting.
func TestSignInDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		invited := w.person("Lê Thị Bưởi", "0911 111 111", "", accounts.Grant{Role: access.Head, Of: w.site.House["36 Hàng Bạc"]})
		if invited.Kind != accounts.NoSecret {
			t.Fatalf("%+v", invited)
		}
		var answers []string
		for _, phone := range []string{headPhone, "0911 111 111", "0900 000 000"} {
			b := w.browser()
			told := ""
			for range 8 {
				a := b.signIn(phone, "135791")
				told += fmt.Sprint(a.status, a.header.Get("Retry-After"), a.text("main"), "\n")
			}
			answers = append(answers, told)
		}
		if answers[0] != answers[1] || answers[1] != answers[2] || !strings.Contains(answers[0], "429") {
			t.Errorf("the answers differ:\n%s\n%s\n%s", answers[0], answers[1], answers[2])
		}
	})
}

func TestWrongTriesWaitAndTheOwnerDoesNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		owner := w.browser()
		owner.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		owner.post("/sign-out")
		attacker := w.browser()
		attacker.from = "198.51.100.9:1"
		var last *answer
		for range 20 {
			last = attacker.signIn(headPhone, "000111")
		}
		wait, err := strconv.Atoi(last.is(http.StatusTooManyRequests).says("chờ").header.Get("Retry-After"))
		if err != nil || wait < 1 {
			t.Errorf("Retry-After: %q", last.header.Get("Retry-After"))
		}
		// Not even the right PIN gets an unknown device in while it waits; the owner's own phone is in at once.
		w.browser().signIn(headPhone, headPIN).is(http.StatusTooManyRequests)
		owner.signIn(headPhone, headPIN).goes("/today")
		w.clock.pass(time.Duration(wait) * time.Second)
		w.browser().signIn(headPhone, headPIN).goes("/today")
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		w.administrator()
		head, staff := w.browser(), w.browser()
		head.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		staff.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		day := 24 * time.Hour
		w.clock.pass(11 * time.Hour)
		if !staff.in() {
			t.Error("an administrator is out after 11 hours")
		}
		w.Accounts.Settle()
		w.clock.pass(13 * time.Hour)
		if staff.in() || !head.in() {
			t.Error("after 13 hours unused an administrator is in, or a head is out")
		}
		staff.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		for range 17 { // used every 10 hours, the session still ends after seven days
			w.clock.pass(10 * time.Hour)
			staff.in()
			w.Accounts.Settle()
		}
		if staff.in() {
			t.Error("an administrator is in after seven days")
		}
		w.clock.pass(80 * day)
		if !head.in() {
			t.Error("a head is out after 87 days")
		}
		w.Accounts.Settle()
		w.clock.pass(91 * day)
		if head.in() {
			t.Error("a head is in after 91 days unused")
		}
	})
}

func TestEndingElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		phone, tablet, desk := w.browser(), w.browser(), w.browser()
		desk.agent = "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0"
		for _, b := range []*browser{phone, tablet, desk} {
			b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
			b.in()
			w.clock.pass(time.Minute)
		}
		list := phone.get("/account").says("Firefox · Windows").says("máy này")
		id := list.doc().Find("tr:contains('Firefox') [name=session]").AttrOr("value", "")
		phone.post("/account/sessions", "session", id).goes("/account")
		if desk.in() || !tablet.in() {
			t.Error("ending one session ended another, or none")
		}
		phone.post("/account/sessions", "session", "others").goes("/account")
		if tablet.in() || !phone.in() {
			t.Error("ending all others left one, or ended this one")
		}
		// Nobody ends somebody else's.
		w.administrator()
		other := w.browser()
		other.signIn(staffPhone, staffWords).is(http.StatusSeeOther)
		mine := phone.get("/account").text("main")
		theirs := other.get("/account")
		if mine == "" || theirs.doc().Find("tbody tr").Length() != 1 {
			t.Errorf("lists sessions of others: %s", theirs.text("main"))
		}
	})
}

// A token opens in its own ward alone, also while its session is remembered and nobody asks the database.
func TestATokenOfAnotherWardOpensNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		b, other := w.browser(), w.browser()
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		if !b.in() {
			t.Fatal("not signed in")
		}
		_, rest, _ := strings.Cut(b.cookies["sonha"], ".")
		for _, ward := range []string{"0", "2", "3"} {
			other.cookies["sonha"] = ward + "." + rest
			if other.in() {
				t.Errorf("the token of ward 1 opens as one of ward %s", ward)
			}
		}
		if !b.in() {
			t.Error("trying it ended the session")
		}
	})
}

func TestARoleAtATime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.person("Trần Văn Thịnh", staffPhone, staffWords, accounts.Grant{Role: access.Officer, Of: w.site.Beat["Khu vực 1"]}, accounts.Grant{Role: access.Administrator})
		b := w.browser()
		b.signIn(staffPhone, staffWords).goes("/account/role?next=%2Ftoday")
		b.get("/account/role?next=/today").is(http.StatusOK).says("Khu vực 1").says("Quản trị viên")
		b.get("/accounts").is(http.StatusNotFound) // an officer now
		before := b.cookies["sonha"]
		b.post("/account/role", "role", "administrator", "next", "/accounts").goes("/accounts")
		b.get("/accounts").is(http.StatusOK)
		old := w.browser()
		old.cookies["sonha"] = before
		if b.cookies["sonha"] == before || old.in() {
			t.Error("switching the role kept the token")
		}
		b.post("/account/role", "role", "command", "next", "/").is(http.StatusNotFound)
		if page := b.get("/account"); !strings.Contains(page.text("dl"), "Phường Hoàn Kiếm") {
			t.Errorf("the place of the role: %s", page.text("dl"))
		}
	})
}

func TestChangingTheSecret(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		b, other := w.browser(), w.browser()
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		other.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		b.get("/account/secret").is(http.StatusOK).says("Mã PIN đang dùng")
		for _, x := range []struct{ present, secret, again, says string }{
			{"111222", "730415", "730415", "Chưa đúng"},
			{headPIN, "730415", "730416", "nhập lại cả ba ô"},
			{headPIN, "123456", "123456", "dễ đoán"},
			{headPIN, headPIN, headPIN, "Mã này đang dùng rồi"},
			{headPIN, "73041", "73041", "đúng 6 chữ số"},
		} {
			b.post("/account/secret", "with", "pin", "present", x.present, "secret", x.secret, "again", x.again).is(http.StatusUnprocessableEntity).says(x.says)
		}
		b.post("/account/secret", "with", "pin", "present", headPIN, "secret", "730415", "again", "730415").goes("/account")
		if !b.in() || other.in() {
			t.Error("after the change this device is out, or another is in")
		}
		other.signIn(headPhone, headPIN).is(http.StatusUnprocessableEntity)
		b.post("/account/secret", "with", "password", "present", "730415", "secret", "cây bàng trước ngõ", "again", "cây bàng trước ngõ").goes("/account")
		w.browser().post("/sign-in", "phone", headPhone, "secret", "Cây bàng trước ngõ").is(http.StatusUnprocessableEntity)
		fresh := w.browser()
		fresh.post("/sign-in", "phone", headPhone, "secret", "cây bàng trước ngõ").goes("/today")
		if form := fresh.post("/sign-out").get("/sign-in"); form.attr("#f-secret", "inputmode") == "numeric" {
			t.Error("a browser that signed in by password is asked for a PIN")
		}
	})
}

func TestReading(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		b := w.browser()
		b.get("/language/en?next=/sign-in").goes("/sign-in")
		b.get("/sign-in").says("Sign in")
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		b.get("/account").says("Tài khoản của tôi") // the account reads Vietnamese until it says otherwise
		b.get("/language/en?next=/account").goes("/account")
		b.get("/account").says("My account")
		b.get("/language/fr").is(http.StatusNotFound)
		b.post("/account/text", "large", "1").goes("/account")
		if b.get("/account").attr("html", "data-text") != "large" {
			t.Error("no large text")
		}
		elsewhere := w.browser()
		elsewhere.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		if elsewhere.get("/account").says("My account").attr("html", "data-text") != "large" {
			t.Error("the choice is not the account's")
		}
	})
}

func TestCookies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		plain := w.browser().signIn(headPhone, headPIN)
		over := &world{Server: w.site.Open(true).Server, t: t, site: w.site, clock: w.clock}
		for _, x := range []struct {
			a    *answer
			name string
			tls  bool
		}{{plain, "sonha", false}, {over.browser().signIn(headPhone, headPIN), "__Host-sonha", true}} {
			found := false
			for _, c := range (&http.Response{Header: x.a.header}).Cookies() {
				if c.Name != x.name {
					continue
				}
				found = c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Secure == x.tls && c.Path == "/" && c.Domain == "" && strings.HasPrefix(c.Value, fmt.Sprint(w.site.Ward.ID, "."))
				w.must(w.DB.Read(t.Context(), access.System(w.site.Ward.ID, "test"), func(tx *db.Tx) error {
					n := 0
					err := tx.One(t.Context(), `select count(*) from sessions s where s.ward_id = {ward} and s.id like $1`, "%"+strings.SplitN(c.Value, ".", 2)[1]+"%").Scan(&n)
					if n > 0 {
						t.Error("the database holds the token itself")
					}
					return err
				}))
			}
			if !found {
				t.Errorf("no good %s: %v", x.name, x.a.header["Set-Cookie"])
			}
		}
		for _, bad := range []string{"1.AAAA", "x", strings.Repeat("1", 5000), plain.cookies["sonha"] + "x", "9" + plain.cookies["sonha"]} {
			b := w.browser()
			b.cookies["sonha"] = bad
			if b.in() {
				t.Errorf("%.60s opens", bad)
			}
		}
	})
}

// What ends in this process ends at once; a page costs no statement for the session.
func TestTheGateForgetsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		b := w.browser()
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		if !b.in() {
			t.Fatal("not in")
		}
		// Behind the program's back, as another process would: noticed within ten seconds.
		ctx, who := context.WithoutCancel(t.Context()), w.site.System()
		w.must(w.DB.Write(ctx, who, func(tx *db.Tx) error {
			tx.Untold("a test")
			_, err := tx.Exec(ctx, `delete from sessions as s where s.ward_id = {ward} and s.account_id = $1`, a.ID)
			return err
		}))
		if r := b.get("/sign-in"); r.status != http.StatusSeeOther {
			t.Error("the gate asked the database for a session that it had just read")
		}
		w.clock.pass(10 * time.Second)
		if b.in() {
			t.Error("an ended session is in after ten seconds")
		}
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		if !b.in() {
			t.Fatal("not in again")
		}
		w.must(w.Accounts.Disable(ctx, who, a.ID))
		if b.in() {
			t.Error("a disabled account is in")
		}
		b.signIn(headPhone, headPIN).is(http.StatusUnprocessableEntity).says("tạm khóa")
		w.must(w.Accounts.Enable(ctx, who, a.ID))
		b.signIn(headPhone, headPIN).is(http.StatusSeeOther)
		b.in()
		w.must(w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID))
		if b.in() {
			t.Error("an account whose role has ended is in")
		}
		if err := w.Accounts.EndRole(ctx, who, a.ID, a.Grants[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("a role ended twice: %v", err)
		}
	})
}
