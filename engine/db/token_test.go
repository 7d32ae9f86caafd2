package db_test

import (
	"strings"
	"testing"

	"sonha/engine/db"
)

func TestTokensNameTheirWard(t *testing.T) {
	const bytes = 10
	token := db.NewToken(bytes)
	if len(token) != 16 || token == db.NewToken(bytes) || !db.ValidToken(token, bytes) {
		t.Fatalf("%q", token)
	}
	if ward, got, ok := db.ParseWardToken(db.WardToken(7, token), bytes); ward != 7 || got != token || !ok {
		t.Errorf("%d %q %v", ward, got, ok)
	}
	for _, bad := range []string{
		"", "7", "7-", "-" + token, "x-" + token, "-1-" + token, "0-" + token, "7-" + token + "0", "7-" + token[:15], "7-" + strings.Repeat("u", 16), "7-" + token + "\n",
	} {
		if _, _, ok := db.ParseWardToken(bad, bytes); ok {
			t.Errorf("%q was read", bad)
		}
	}
	if db.ValidToken(token, 20) {
		t.Error("a code of ten bytes is one of twenty")
	}
}
