package offline_test

import (
	"encoding/json"
	"slices"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
)

// TestEachKeepsItsOwnPages asks what a phone fetches ahead for each role, and that every such page opens.
func TestEachKeepsItsOwnPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	s.Enrol()
	house := "/houses/" + s.House["36A Hàng Bạc"]
	for person, want := range map[string][]string{
		"head":      {"/today", house, house + "/assessment/VH1", house + "/pledges", house + "/log/new", house + "/monthly", "/proposals/new"},
		"household": {"/home", "/home/pledge", "/home/answers", "/home/answers/TC1", "/proposals/new"},
		"officer":   {"/today", "/inspections"},
		"committee": {"/today"},
	} {
		browser := s.As(person)
		var kept struct{ Pages []string }
		if err := json.Unmarshal(browser.Get("/offline/pages").OK().Body, &kept); err != nil {
			t.Fatal(err)
		}
		for _, path := range want {
			if !slices.Contains(kept.Pages, path) {
				t.Errorf("%s has no %s without a network", person, path)
			}
		}
		for _, path := range kept.Pages {
			browser.Get(path).OK()
		}
	}
}
