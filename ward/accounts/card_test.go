package accounts_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/fault"
)

// issue gives out a card for a household of 36A Hàng Bạc, as somebody, and gives what its code says.
func (w *world) issue(who access.Actor, household string) string {
	w.t.Helper()
	var card string
	w.must(w.site.DB.Write(context.Background(), who, func(tx *db.Tx) error {
		var err error
		card, _, err = w.Accounts.IssueCard(w.t.Context(), tx, w.site.House["36A Hàng Bạc"], household)
		return err
	}))
	return "/c/" + card
}

func TestAHouseholdComesInByItsCard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		card := w.issue(w.site.Actor("head"), "H03")
		b := w.browser()
		first := b.get(card).is(http.StatusOK).says("36A Hàng Bạc · hộ H03").says("chọn một mã PIN 6 số")
		if first.header.Get("Cache-Control") != "no-store" {
			t.Error("the page of a card may be kept")
		}
		b.post(card, "secret", "111111", "again", "111111").is(http.StatusUnprocessableEntity).says("dễ đoán")
		b.post(card, "secret", "804163", "again", "804164").is(http.StatusUnprocessableEntity).says("nhập lại cả hai ô")
		b.post(card, "secret", "matkhau123", "again", "matkhau123").is(http.StatusUnprocessableEntity).says("đúng 6 chữ số")
		b.post(card, "secret", "804163", "again", "804163").goes("/today")
		b.get("/account").is(http.StatusOK).says("Đại diện hộ").says("36A Hàng Bạc · hộ H03")
		b.get(card).goes("/today") // scanned again while signed in

		other := w.browser()
		other.from = "198.51.100.9:1"
		other.get(card).is(http.StatusOK).says("mã PIN 6 số đã chọn")
		other.post(card, "secret", "804164").is(http.StatusUnprocessableEntity).says("Mã PIN chưa đúng")
		other.post(card, "secret", "804163").goes("/today")
		if !other.in() || !b.in() {
			t.Error("a second phone puts the first one out, or is not in")
		}
		// Without the card nobody can even try: there is no phone number, and nothing that could be made to wait.
		w.browser().get("/c/" + strings.Repeat("1", 20)).is(http.StatusNotFound).says("không còn dùng được")
	})
}

func TestALostCardDiesThatMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		lost := w.issue(w.site.Actor("head"), "H03")
		b := w.browser()
		b.post(lost, "secret", "804163", "again", "804163", "phone", "0933 444 555").goes("/today")
		if _, err := w.Accounts.ByPhone(t.Context(), w.site.System(), "0933 444 555"); err != nil {
			t.Errorf("the number given with the first scan: %v", err)
		}
		fresh := w.issue(w.site.Actor("group lead"), "H03")
		if _, err := w.Accounts.ByPhone(t.Context(), w.site.System(), "0933 444 555"); err == nil {
			t.Error("the holder of the new card reads the number of the one before")
		}
		if b.in() {
			t.Error("the finder of the lost card is still in")
		}
		b.get(lost).is(http.StatusNotFound)
		b.post(lost, "secret", "804163").is(http.StatusNotFound)
		b.post(fresh, "secret", "804163").is(http.StatusUnprocessableEntity) // the PIN of before is forgotten: two fields again
		b.post(fresh, "secret", "730415", "again", "730415").goes("/today")
		w.must(w.site.DB.Write(t.Context(), w.site.Actor("administrator"), func(tx *db.Tx) error {
			return w.Accounts.RevokeCard(t.Context(), tx, w.site.House["36A Hàng Bạc"], "H03")
		}))
		if b.in() {
			t.Error("a card was taken back and its session goes on")
		}
		b.get(fresh).is(http.StatusNotFound)
	})
}

func TestGuessingAtACardIsSlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		card := w.issue(w.site.Actor("head"), "H03")
		owner := w.browser()
		owner.post(card, "secret", "804163", "again", "804163").goes("/today")
		owner.post("/sign-out")
		thief := w.browser()
		thief.from = "198.51.100.9:1"
		for range 12 {
			thief.post(card, "secret", "000112")
		}
		thief.post(card, "secret", "804163").is(http.StatusTooManyRequests).says("chờ")
		owner.post(card, "secret", "804163").goes("/today") // the owner's own phone does not wait
		neighbour := w.issue(w.site.Actor("head"), "H04")
		w.browser().post(neighbour, "secret", "804163", "again", "804163").goes("/today")
	})
}

func TestOnSomebodyElsesPhoneNothingStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		card := w.issue(w.site.Actor("head"), "H03")
		b := w.browser()
		a := b.post(card, "secret", "804163", "again", "804163", "shared", "1")
		a.goes("/today")
		for _, cookie := range a.header.Values("Set-Cookie") {
			if strings.HasPrefix(cookie, "sonha") && strings.Contains(cookie, "Max-Age") {
				t.Errorf("a cookie outlives the browser's window: %s", cookie)
			}
			if strings.HasPrefix(cookie, "sonha-device=") || strings.HasPrefix(cookie, "sonha-kind=") {
				t.Errorf("the phone remembers whose card it saw: %s", cookie)
			}
		}
		if got := b.get("/account").is(http.StatusOK).header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("a page may be kept in somebody else's phone: %q", got)
		}
		w.clock.pass(29 * time.Minute)
		if !b.in() {
			t.Error("out before the time")
		}
		w.clock.pass(2 * time.Minute)
		if b.in() {
			t.Error("still in after half an hour")
		}
	})
}

func TestWhoGivesOutCards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		try := func(person, house, household string) error {
			return w.site.DB.Write(t.Context(), w.site.Actor(person), func(tx *db.Tx) error {
				_, _, err := w.Accounts.IssueCard(t.Context(), tx, house, household)
				return err
			})
		}
		home := w.site.House["36A Hàng Bạc"]
		for _, person := range []string{"household", "other head", "other group lead", "officer", "command", "other command", "committee", "city", "visitor"} {
			if err := try(person, home, "H05"); !fault.Is(err, fault.Missing) && !fault.Is(err, fault.SignInFirst) {
				t.Errorf("%s gives out a card of 36A: %v", person, err)
			}
		}
		for _, person := range []string{"head", "group lead", "administrator"} {
			w.must(try(person, home, "H05"))
		}
		if err := try("administrator", w.site.OtherHouse, "H01"); !fault.Is(err, fault.Missing) {
			t.Errorf("a card of another ward: %v", err)
		}
		if err := try("head", home, "H15"); !fault.Is(err, fault.Wrong) {
			t.Errorf("a household that the house does not have: %v", err)
		}
	})
}
