package accounts

import (
	"context"
	"strings"
	"testing"
	"time"

	"sonha/ground/access"
	"sonha/ground/civil"
	"sonha/ground/fault"
)

func TestWhatMayBeChosen(t *testing.T) {
	t.Parallel()
	const phone = civil.Phone("+84912345678")
	for _, x := range []struct {
		kind  Kind
		text  string
		wrong string // key of the reason; "" when it may be chosen
	}{
		{PIN, "804173", ""},
		{PIN, "000000", "accounts.pin_easy"},
		{PIN, "123456", "accounts.pin_easy"},
		{PIN, "987654", "accounts.pin_easy"},
		{PIN, "890123", "accounts.pin_easy"},
		{PIN, "121212", "accounts.pin_easy"},
		{PIN, "804804", "accounts.pin_easy"},
		{PIN, "112233", "accounts.pin_easy"},
		{PIN, "345678", "accounts.pin_easy"},
		{PIN, "123450", "accounts.pin_easy"}, // among the thousand most used
		{PIN, "234567", "accounts.pin_easy"}, // runs, and stands in the phone number
		{PIN, "80417", "accounts.pin_digits"},
		{PIN, "8041a3", "accounts.pin_digits"},
		{PIN, "８０４１７３", "accounts.pin_digits"},
		{Password, "cây bàng trước ngõ", ""},
		{Password, "Cửa gỗ xanh 36", ""},
		{Password, "chín ký tự", ""}, // ten letters with their marks
		{Password, "ngắn quá", "accounts.password_short"},
		{Password, "Q1w2e3r4t5y6", "accounts.password_easy"}, // out of leaked lists
		{Password, "mailcreated5240", "accounts.password_easy"},
		{Password, "password123", "accounts.password_easy"},
		{Password, "Mật khẩu 2026", "accounts.password_easy"},
		{Password, "HoanKiem@2026", "accounts.password_easy"},
		{Password, "1234567890", "accounts.password_easy"},
		{Password, "aaaaaaaaaa", "accounts.password_easy"},
		{Password, "ababababab", "accounts.password_easy"},
		{Password, "abcdefghijk", "accounts.password_easy"},
		{Password, "nguyễn thị ủy", "accounts.password_easy"}, // the name itself
		{Password, "nhà tôi 0912345678", "accounts.password_phone"},
		{Password, "84912345678 nhà", "accounts.password_phone"},
		{Password, strings.Repeat("cây bàng ", 30), "fault.too_long"},
	} {
		err := checkSecret(x.kind, civil.NFC(x.text), phone, "Nguyễn Thị Ủy")
		got := ""
		if e, ok := fault.As(err); ok {
			got = e.Fields[0].Key
		}
		if got != x.wrong {
			t.Errorf("%s %q: %q, want %q", x.kind, x.text, got, x.wrong)
		}
	}
}

func TestAPINDoesNotOpenAnOfficer(t *testing.T) {
	t.Parallel()
	head, officer := Grant{Role: access.Head, Of: "h"}, Grant{Role: access.Officer, Of: "b"}
	if _, err := choose([]Grant{head}, "804173", "", ""); err != nil {
		t.Errorf("a head's PIN: %v", err)
	}
	if _, err := choose([]Grant{head, officer}, "804173", "", ""); !fault.Is(err, fault.Wrong) {
		t.Errorf("an officer's PIN was taken: %v", err)
	}
	if got := usable([]Grant{head, officer}, PIN); len(got) != 1 || got[0] != access.Head {
		t.Errorf("a PIN opens %v", got)
	}
	if got := usable([]Grant{head, {Role: access.GroupLead, Of: "g"}}, PIN); len(got) != 2 {
		t.Errorf("a group lead's PIN opens %v", got)
	}
	if got := usable([]Grant{head}, NoSecret); len(got) != 0 {
		t.Errorf("no secret opens %v", got)
	}
	if got := usable([]Grant{head, officer}, Password); len(got) != 2 {
		t.Errorf("a password opens %v", got)
	}
}

func TestHashes(t *testing.T) {
	t.Parallel()
	v, ctx := newVault(), t.Context()
	a, err := v.Hash(ctx, "804173")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := v.Hash(ctx, "804173"); a == b {
		t.Error("two hashes of one PIN are equal: no salt")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the costs are not in the hash: %s", a)
	}
	for secret, want := range map[string]bool{"804173": true, "804174": false, "": false} {
		if ok, err := v.Verify(ctx, a, secret); ok != want || err != nil {
			t.Errorf("%q: %v %v", secret, ok, err)
		}
	}
	// Nothing opens an account without a secret, not even what the dummy would be made of.
	if ok, err := v.Verify(ctx, "", ""); ok || err != nil {
		t.Errorf("no secret was opened: %v %v", ok, err)
	}
	if outdated(a) || !outdated(weight{memory: 8 * 1024, passes: 1, lanes: 1}.write(make([]byte, 16), make([]byte, 32))) {
		t.Error("does not tell what costs too little")
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", strings.Replace(a, "t=2", "t=0", 1)} {
		if ok, err := v.Verify(ctx, bad, "804173"); ok || err == nil {
			t.Errorf("%s: %v %v", bad, ok, err)
		}
	}
}

// An unknown phone number takes as long as a known one: the same hash is worked out, with the same costs.
func TestTheDummyCostsTheSame(t *testing.T) {
	t.Parallel()
	w, _, _, err := readHash(newVault().dummy)
	if err != nil || w != current {
		t.Errorf("the dummy costs %+v, ours %+v (%v)", w, current, err)
	}
}

func TestTwoHashesAtOnce(t *testing.T) {
	t.Parallel()
	v := newVault()
	for range hashesAtOnce {
		if _, err := v.turn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := v.Hash(ctx, "804173"); !fault.Is(err, fault.Busy) {
		t.Errorf("a third hash at the same time: %v", err)
	}
}
