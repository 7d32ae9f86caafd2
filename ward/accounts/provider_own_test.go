package accounts_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

// bindsItself sends a browser to the provider to bind the own account, and gives what it was sent with.
func (b *browser) bindsItself() url.Values {
	b.w.t.Helper()
	to, err := url.Parse(b.get("/account/provider").is(http.StatusSeeOther).header.Get("Location"))
	b.w.must(err)
	return to.Query()
}

func TestTheOwnAccountIsBoundByItsOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		a := w.head()
		w.administrator()
		i := w.issuer(nil)
		b := w.browser()
		b.get("/account/provider").goes("/sign-in?next=%2Faccount%2Fprovider")
		b.signIn(headPhone, headPIN)
		b.get("/account").says("Chưa gắn.").says("Gắn với tài khoản cơ quan")
		// A link that somebody else began binds nothing of whoever opens it, and neither does one of another session.
		mallory := w.browser()
		foreign := i.says(mallory.sent(), "mallory", nil)
		b.get(foreign).is(http.StatusUnprocessableEntity)
		own := i.says(b.bindsItself(), "u1", nil)
		mark := b.cookies["provider"]
		other := w.browser()
		other.signIn(headPhone, headPIN)
		other.cookies["provider"] = mark
		other.get(own).is(http.StatusUnprocessableEntity)
		b.get("/account").says("Chưa gắn.")

		b.get(i.says(b.bindsItself(), "u1", nil)).goes("/account")
		b.get("/account").says("Đã gắn với tài khoản cơ quan").says("Gỡ khỏi nơi xác thực")
		b.get("/account/provider").is(http.StatusUnprocessableEntity).says("đã gắn với tài khoản cơ quan rồi")
		c := w.browser()
		c.get(i.says(c.sent(), "u1", nil)).goes("/account")
		if !c.in() {
			t.Fatal("not in by the provider")
		}
		// Whom one account is bound to opens no other.
		d := w.browser()
		d.signIn(staffPhone, staffWords)
		d.get(i.says(d.bindsItself(), "u1", nil)).is(http.StatusUnprocessableEntity).says("đã gắn với một tài khoản khác")
		d.get("/accounts").says("Gắn với tài khoản cơ quan")
		d.get("/accounts/" + a.ID).says("đã gắn với tài khoản cơ quan")

		b.post("/account/provider/end").goes("/account")
		if c.in() || !b.in() {
			t.Errorf("after the binding was taken off: the other session %v, the present one %v", c.in(), b.in())
		}
		e := w.browser()
		if e.get(i.says(e.sent(), "u1", nil)).is(http.StatusUnprocessableEntity); e.in() {
			t.Error("in without a binding")
		}
		b.get(i.says(b.bindsItself(), "u1", nil)).goes("/account")
		d.post("/accounts/" + a.ID + "/provider/end").goes("/accounts/" + a.ID)
		if b.in() {
			t.Error("the session outlives what the administrator took off")
		}
		if trail := w.audited(a.ID); !slices.Contains(trail, "account.provider_bind") || !slices.Contains(trail, "account.provider_unbind") {
			t.Errorf("the trail: %v", trail)
		}
	})
}

// A desk left open binds nobody: after ten minutes the PIN is asked for first.
func TestBindingAsksForAFreshProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		w.head()
		w.issuer(nil)
		b := w.browser()
		b.signIn(headPhone, headPIN)
		w.clock.pass(11 * time.Minute)
		b.get("/account/provider").is(http.StatusOK).says("Xác nhận")
		b.post("/account/provider/end").is(http.StatusOK).says("Xác nhận")
		b.post("/account/sessions", "session", "others").is(http.StatusOK).says("Xác nhận")
	})
}
