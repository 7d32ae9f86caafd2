package accounts_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/accounts"
)

// code is what an authenticator shows so many times thirty seconds from the moment at which the world's clock stands in
// tests: a code that turned while a slow machine was between two questions would be another one.
func (w *world) code(secret string, later int) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, w.moment.Add(time.Duration(later)*30*time.Second))
	w.must(err)
	return code
}

// enrol turns the second factor on in a browser that is signed in, and gives the secret and the recovery codes.
func (b *browser) enrol() (secret string, recovery []string) {
	b.w.t.Helper()
	form := b.get("/account/factor").is(http.StatusOK).says("Quét mã QR dưới đây")
	secret = form.attr("[name=key]", "value")
	if strings.ReplaceAll(form.text("b.figure"), " ", "") != secret || form.header.Get("Cache-Control") != "no-store" {
		b.w.t.Errorf("the key for typing in: %s", form.text("b.figure"))
	}
	b.post("/account/factor", "key", secret, "code", "000000").is(http.StatusUnprocessableEntity).says("Mã chưa đúng")
	shown := b.post("/account/factor", "key", secret, "code", b.w.code(secret, 0)).is(http.StatusOK).says("chỉ hiện một lần")
	shown.doc().Find(".codes b").Each(func(_ int, s *goquery.Selection) { recovery = append(recovery, s.Text()) })
	if len(recovery) != 10 || shown.header.Get("Cache-Control") != "no-store" {
		b.w.t.Fatalf("recovery codes: %v", recovery)
	}
	return secret, recovery
}

// audited gives the actions of the trail about an account.
func (w *world) audited(account string) []string {
	w.t.Helper()
	var list []string
	w.must(w.DB.Read(w.t.Context(), w.site.System(), func(tx *db.Tx) error {
		return tx.All(w.t.Context(), func(scan func(...any) error) error {
			var action, reason string
			err := scan(&action, &reason)
			list = append(list, strings.TrimSpace(action+" "+reason))
			return err
		}, `select a.action, a.reason from audit a where a.ward_id = {ward} and a.object_id = $1 order by a.seq`, account)
	}))
	return list
}

func TestACodeIsAskedAfterThePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords).goes("/today")
		secret, recovery := b.enrol()
		b.get("/account").says("Đang bật từ 20/10/2026. Còn 10 mã dự phòng.")

		// The code of enrolling was used; nobody who saw it gets in.
		other := w.browser()
		other.post("/sign-in", "phone", staffPhone, "secret", staffWords, "next", "/accounts?q=1").goes("/sign-in/code?next=%2Faccounts%3Fq%3D1")
		if other.in() || other.cookies["sonha-device"] != "" {
			t.Error("in, or known, by the password alone")
		}
		half := other.cookies["sonha"]
		other.get("/sign-in/code?next=/accounts").is(http.StatusOK).says("sáu chữ số")
		other.post("/sign-in/code", "code", w.code(secret, 0)).is(http.StatusUnprocessableEntity).says("đã dùng")
		other.post("/sign-in/code", "code", " "+w.code(secret, 1)+" ", "next", "/accounts?q=1").goes("/accounts?q=1")
		if !other.in() || other.cookies["sonha"] == half {
			t.Error("not in, or with the same token as before the code")
		}
		planted := w.browser()
		planted.cookies["sonha"] = half
		if planted.in() || planted.get("/sign-in/code").status != http.StatusSeeOther {
			t.Error("the session that waited still waits")
		}

		// A recovery code opens once, however it is typed.
		third := w.browser()
		third.signIn(staffPhone, staffWords).goes("/sign-in/code?next=%2Ftoday")
		third.get("/sign-in/code?with=recovery").says("Hai mươi bốn ký tự")
		third.post("/sign-in/code", "with", "recovery", "code", strings.ToLower(strings.ReplaceAll(recovery[3], "-", " "))).goes("/today")
		third.get("/account").says("Còn 9 mã dự phòng")
		again := w.browser()
		again.signIn(staffPhone, staffWords)
		again.post("/sign-in/code", "with", "recovery", "code", recovery[3]).is(http.StatusUnprocessableEntity).says("đã dùng")
		// Ten minutes later the password must be given again.
		w.clock.pass(11 * time.Minute)
		again.post("/sign-in/code", "code", w.code(secret, 1)).goes("/sign-in?next=%2Ftoday")
		if !slices.Contains(w.audited(a.ID), "account.factor_on") || !slices.Contains(w.audited(a.ID), "account.recovery_used") {
			t.Errorf("the trail: %v", w.audited(a.ID))
		}
	})
}

func TestWhoGuessesCodesWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		secret, _ := b.enrol()
		w.clock.pass(time.Minute)
		guess := w.browser()
		guess.signIn(staffPhone, staffWords)
		waits := false
		for range 12 {
			waits = waits || guess.post("/sign-in/code", "code", "000001").status == http.StatusTooManyRequests
		}
		if !waits {
			t.Error("twelve guesses in a moment")
		}
		w.clock.pass(5 * time.Minute)
		guess.post("/sign-in/code", "code", w.code(secret, 1)).goes("/today")
	})
}

// Ten minutes after the sign-in, what decides about others asks once more, and nothing that was typed is lost.
func TestAFreshProofIsAskedForAndTheFormIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		form := []string{"name", "Lê Thị Bưởi", "phone", "0911 111 111", "role", "head", "house", "36 Hàng Bạc"}
		w.clock.pass(9 * time.Minute)
		b.get("/accounts/new?role=head").is(http.StatusOK)
		w.clock.pass(2 * time.Minute)
		asked := b.post("/accounts/new", form...).is(http.StatusOK).says("Xác nhận lại").says("nhập lại mật khẩu")
		if _, err := w.Accounts.ByPhone(t.Context(), w.site.System(), "0911 111 111"); err == nil {
			t.Fatal("made before the proof")
		}
		carried := url.Values{}
		asked.doc().Find("form[action='/accounts/new'] input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
			carried.Add(s.AttrOr("name", ""), s.AttrOr("value", ""))
		})
		for i := 0; i < len(form); i += 2 {
			if carried.Get(form[i]) != form[i+1] {
				t.Errorf("%s is lost: %v", form[i], carried)
			}
		}
		send := func(proof string) *answer {
			carried.Set("request_proof", proof)
			return b.ask(http.MethodPost, "/accounts/new", carried)
		}
		again := send("không phải").is(http.StatusUnprocessableEntity).says("Chưa đúng")
		if again.attr("[name=house]", "value") != "36 Hàng Bạc" {
			t.Error("the form is lost after a wrong proof")
		}
		send(staffWords).is(http.StatusOK).says("Lê Thị Bưởi").says("36 Hàng Bạc")
		if _, err := w.Accounts.ByPhone(t.Context(), w.site.System(), "0911 111 111"); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(w.audited(a.ID), "session.prove") {
			t.Errorf("the trail: %v", w.audited(a.ID))
		}
		// Now it is fresh again; a script is told in words.
		b.post("/accounts/new", "name", "X").is(http.StatusUnprocessableEntity)
		w.clock.pass(10 * time.Minute)
		if !strings.Contains(b.post("/accounts/new", form...).text("h1"), "Xác nhận lại") {
			t.Error("fresh for ever")
		}
	})
}

// What is only read, such as a file, is opened after the proof.
func TestAnExportIsOpenedAfterTheProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.person("Chỉ huy", staffPhone, staffWords, accounts.Grant{Role: access.Command})
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		secret, _ := b.enrol()
		w.clock.pass(11 * time.Minute)
		asked := b.get("/houses/export.csv?q=b%E1%BA%A1c").is(http.StatusOK).says("Xác nhận lại").says("Sáu chữ số")
		if got := asked.attr("main [name=next]", "value"); got != "/houses/export.csv?q=b%E1%BA%A1c" {
			t.Errorf("leads to %q", got)
		}
		b.post("/account/confirm", "next", "/houses/export.csv", "request_proof", staffWords).is(http.StatusUnprocessableEntity)
		b.post("/account/confirm", "next", "https://evil.example/", "request_proof", w.code(secret, 1)).goes("/today")
		b.post("/account/confirm", "next", "/houses/export.csv").goes("/houses/export.csv")
		if got := b.get("/houses/export.csv"); got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/csv") {
			t.Errorf("%d %s", got.status, got.header.Get("Content-Type"))
		}
	})
}

// A real ward asks at the sign-in, and from the day that the administrator sets it demands.
func TestAWardAsksThenDemands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		system := access.System(w.site.Other.ID, "test")
		admin, err := w.Accounts.Create(t.Context(), system, accounts.New{Name: "Quản trị", Phone: staffPhone, Secret: staffWords, Grants: []accounts.Grant{{Role: access.Administrator}}})
		w.must(err)
		_, err = w.Accounts.Create(t.Context(), system, accounts.New{Name: "Chỉ huy", Phone: "0933 333 333", Secret: staffWords, Grants: []accounts.Grant{{Role: access.Command}}})
		w.must(err)
		b := w.browser()
		b.signIn(staffPhone, staffWords).goes("/account/factor?next=%2Ftoday")
		b.get("/account/factor?next=%2Ftoday").says("Để sau")
		b.get("/accounts").is(http.StatusOK)
		b.post("/accounts/factors", "day", "2026-10-25").is(http.StatusUnprocessableEntity).says("của mình trước")
		b.enrol()
		b.post("/accounts/factors", "day", "hôm nào").is(http.StatusUnprocessableEntity)
		b.post("/accounts/factors", "day", "2026-10-25").goes("/accounts/factors")
		b.get("/accounts/factors").says("Chỉ huy").says("Chưa bật").says("Đã bật từ 20/10/2026")

		c := w.browser()
		c.signIn("0933 333 333", staffWords)
		c.get("/houses").is(http.StatusOK)
		_, err = w.Accounts.Create(t.Context(), system, accounts.New{Name: "Bảo vệ dữ liệu", Phone: "0944 444 444", Secret: staffWords, Grants: []accounts.Grant{{Role: access.Protector}}})
		w.must(err)
		p := w.browser()
		p.signIn("0944 444 444", staffWords).goes("/account/factor?next=%2Ftoday")
		p.get("/today").is(http.StatusOK)
		w.clock.pass(5 * 24 * time.Hour)
		p = w.browser()
		p.signIn("0944 444 444", staffWords)
		p.get("/today").goes("/account/factor?next=%2Ftoday")
		c = w.browser()
		c.signIn("0933 333 333", staffWords)
		c.get("/houses").goes("/account/factor?next=%2Fhouses")
		c.post("/approvals", "house", "x").is(http.StatusConflict).says("bật xác nhận hai bước")
		// What any account may open waits too; only the way to the factor, another role and the way out stay open.
		for _, path := range []string{"/today", "/inbox", "/account", "/account/secret", "/offline/pages"} {
			if a := c.get(path); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/account/factor?next=") {
				t.Errorf("%s before the factor: status %d to %s", path, a.status, a.header.Get("Location"))
			}
		}
		c.post("/account/secret", "present", staffWords, "secret", "một câu khác hẳn", "again", "một câu khác hẳn").is(http.StatusConflict)
		c.get("/account/role").is(http.StatusOK)
		c.get("/account/factor?next=%2Fhouses").says("Phường yêu cầu")
		c.enrol()
		c.get("/houses").is(http.StatusOK)
		c.post("/account/factor/end").is(http.StatusUnprocessableEntity).says("không tắt được")

		// In person the administrator takes it away; the reason is kept and the account is told.
		commander, err := w.Accounts.ByPhone(t.Context(), system, "0933 333 333")
		w.must(err)
		if err := w.Accounts.TakeFactor(t.Context(), system, commander.ID, "vì thích"); err == nil {
			t.Error("a reason that nobody offered")
		}
		w.must(w.Accounts.TakeFactor(t.Context(), system, commander.ID, "lost_phone"))
		if c.in() {
			t.Error("the old session goes on")
		}
		c.signIn("0933 333 333", staffWords).goes("/account/factor?next=%2Ftoday")
		c.get("/inbox").goes("/account/factor?next=%2Finbox")
		c.enrol()
		c.get("/inbox").says("đã gỡ xác nhận hai bước")
		if f, err := w.Accounts.FactorOf(t.Context(), system, admin.ID); err != nil || !f.On || f.Codes != 10 {
			t.Errorf("another's was taken: %+v %v", f, err)
		}
	})
}

// New codes end the old ones; an account whose role demands none may turn it off.
func TestAHeadMayHaveASecondFactor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		b := w.browser()
		b.signIn(headPhone, headPIN)
		_, old := b.enrol()
		b.post("/account/factor/codes").is(http.StatusOK)
		c := w.browser()
		c.signIn(headPhone, headPIN).goes("/sign-in/code?next=%2Ftoday")
		c.post("/sign-in/code", "with", "recovery", "code", old[0]).is(http.StatusUnprocessableEntity)
		b.post("/account/factor/end").goes("/account")
		w.browser().signIn(headPhone, headPIN).goes("/today")
		// On somebody else's device the code is asked for too, and the session stays short.
		b.enrol()
		s := w.browser()
		s.post("/sign-in", "phone", headPhone, "secret", headPIN, "shared", "on").goes("/sign-in/code?next=%2Ftoday")
	})
}

// Whoever knows the password and holds the desk changes the password; that proves nothing where a code is asked for.
func TestANewPasswordIsNoProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		secret, _ := b.enrol()
		w.clock.pass(11 * time.Minute)
		b.post("/account/secret", "present", staffWords, "secret", "hoa sữa thơm nồng", "again", "hoa sữa thơm nồng").is(http.StatusSeeOther)
		if !b.in() {
			t.Fatal("out after the change")
		}
		b.post("/accounts/new", "name", "X").is(http.StatusOK).says("Xác nhận lại").says("Sáu chữ số")
		b.post("/account/confirm", "next", "/accounts/new", "request_proof", w.code(secret, 1)).goes("/accounts/new")
		b.post("/accounts/new", "name", "X").is(http.StatusUnprocessableEntity)
	})
}

// A thief of the password begins sign-ins without end; the owner stays in, and turning the factor on puts out whoever came in without it.
func TestAThiefOfThePasswordPushesNobodyOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.administrator()
		thief, owner := w.browser(), w.browser()
		thief.from = "198.51.100.9:1"
		thief.signIn(staffPhone, staffWords)
		owner.signIn(staffPhone, staffWords)
		secret, _ := owner.enrol()
		if thief.in() {
			t.Error("a session begun without the factor goes on")
		}
		if !owner.in() {
			t.Fatal("the owner is out")
		}
		for range 25 {
			w.clock.pass(time.Second)
			thief := w.browser()
			thief.from = "198.51.100.9:1"
			thief.signIn(staffPhone, staffWords).goes("/sign-in/code?next=%2Ftoday")
		}
		if !owner.in() {
			t.Error("pushed out by sessions that only wait")
		}
		// His guesses wait like a stranger's, and the owner's own phone does not wait with him.
		last := w.browser()
		last.from = "198.51.100.9:1"
		last.signIn(staffPhone, staffWords)
		for range 5 {
			last.post("/sign-in/code", "code", "000001").is(http.StatusUnprocessableEntity)
		}
		last.post("/sign-in/code", "code", "000001").is(http.StatusTooManyRequests)
		owner.post("/sign-out")
		owner.signIn(staffPhone, staffWords)
		owner.post("/sign-in/code", "code", w.code(secret, 1)).goes("/today")
	})
}

// Pressed twice, a form with a code takes effect once and is not refused: the second pressing finds the proof fresh.
func TestACodePressedTwiceIsNotRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.administrator()
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		secret, _ := b.enrol()
		w.clock.pass(11 * time.Minute)
		who := access.SignedInAs(a.ID, a.Name, access.Administrator, w.site.Ward.ID, []access.Grant{{Role: access.Administrator, Ward: w.site.Ward.ID}})
		sessions, err := w.Accounts.Sessions(t.Context(), who)
		w.must(err)
		if len(sessions) != 1 {
			t.Fatalf("%d sessions", len(sessions))
		}
		code := w.code(secret, 1)
		for range 2 {
			w.must(w.Accounts.Prove(t.Context(), who, sessions[0].ID, code))
		}
		w.clock.pass(11 * time.Minute)
		if err := w.Accounts.Prove(t.Context(), who, sessions[0].ID, code); err == nil {
			t.Error("a used code proves again")
		}
	})
}

// A board left open asks by itself again and again; the session ends all the same when nobody comes back to it.
func TestWhatAPageAsksByItselfIsNoUse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.person("Chỉ huy", staffPhone, staffWords, accounts.Grant{Role: access.Command})
		b := w.browser()
		b.signIn(staffPhone, staffWords)
		ended := false
		for range 100 {
			w.clock.pass(10 * time.Minute)
			if ended = b.get("/board/live?year=2026").status != http.StatusOK; ended {
				break
			}
		}
		if !ended {
			t.Error("a page left open keeps the session for ever")
		}
	})
}
