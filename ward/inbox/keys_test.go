package inbox_test

import (
	"encoding/base64"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/push"
	"sonha/ground/access"
	"sonha/ward/inbox"
)

// TestPushKeysMadeOnFirstStart: a start on an empty database makes the pair for push services; later starts on it find
// the same one, or every phone that allowed messages would be lost; another database has another.
func TestPushKeysMadeOnFirstStart(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := fresh(t)
			first, again, other := started(t, url, true), started(t, url, false), started(t, fresh(t), true)
			for part, size := range map[string]int{first.Public: 65, first.Private: 32} { // a point of P-256, uncompressed, and its number (RFC 8292)
				if raw, err := base64.RawURLEncoding.DecodeString(part); err != nil || len(raw) != size {
					t.Errorf("%d bytes, want %d: %v", len(raw), size, err)
				}
			}
			if again != first {
				t.Error("a second start made other keys")
			}
			if other.Public == first.Public || other.Private == first.Private {
				t.Error("two databases share their keys")
			}
		})
	}
}

// started opens a database as a start of the program does and gives the keys it goes on with.
func started(t *testing.T, url string, empty bool) push.Keys {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: url, Testing: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if empty {
		apptest.New(t, d)
	}
	keys, err := inbox.NewStore(d).Keys(t.Context(), access.System(0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
