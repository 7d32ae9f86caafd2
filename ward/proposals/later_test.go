package proposals_test

import (
	"net/url"
	"strings"
	"testing"

	"sonha/ward/proposals"
)

// TestAPhoneSendsWhatItKept takes a form that was filled in without a network: nobody is there to be asked whether it is
// urgent or the same as another, so it is sent, and whoever answers it still sees the other beside it.
func TestAPhoneSendsWhatItKept(t *testing.T) {
	t.Parallel()
	s, _ := one(t)
	form := url.Values{"house": {s.House[bac]}, "category": {"trees"}, "place": {"street"}, "title": {"Cây nghiêng ra đường"}, "urgent": {"1"}}
	head := s.As("head")
	if to := head.Post("/proposals", form).Goes(); !strings.HasSuffix(to, "/urgent") {
		t.Fatalf("with somebody at the screen an urgent form leads to %s", to)
	}
	later := s.As("head").With("Sonha-Quiet", "1")
	for range 2 { // the second has one like it
		later.Post("/proposals", form).Goes()
	}
	list, err := s.Proposals.List(t.Context(), s.Actor("officer"), proposals.Filter{State: proposals.AnyState, Category: "trees"})
	if err != nil || len(list.Rows) != 2 {
		t.Fatalf("%d arrived: %v", len(list.Rows), err)
	}
	p, err := s.Proposals.Get(t.Context(), s.Actor("officer"), list.Rows[0].ID)
	if err != nil || len(p.Alike) != 1 {
		t.Errorf("the officer is shown %d like it: %v", len(p.Alike), err)
	}
}
