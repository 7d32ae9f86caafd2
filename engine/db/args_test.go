package db_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/engine/db"
)

func TestAmong(t *testing.T) {
	t.Parallel()
	condition, args := db.Among("h.id", 3, []string{"a", "b"})
	if condition != "h.id in ($3,$4)" || !cmp.Equal(args, []any{"a", "b"}) {
		t.Errorf("%q with %v", condition, args)
	}
}

func TestOrNull(t *testing.T) {
	t.Parallel()
	if db.OrNull("") != nil || db.OrNull("a") != "a" {
		t.Error("an empty id is null and no other")
	}
}
