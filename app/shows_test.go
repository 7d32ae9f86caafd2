package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/engine/page"
	"sonha/ground/access"
)

// showsNothing are the pages that somebody who is signed in may open and that give out no record of a house or household, so that no
// line of who read it is written: by the whole pattern, or by how it begins when it ends with a star. Each has its reason. A new page
// shows a record (page.Route.Shows) or stands here.
var showsNothing = map[string]string{
	"GET /account*":                  "the reader's own account",
	"GET /accounts*":                 "accounts; what is done to them is in the trail",
	"GET /areas*":                    "groups, beats and streets",
	"GET /board*":                    "sums without small cells",
	"GET /city*":                     "sums of wards",
	"GET /breaches*":                 "what went wrong, in numbers and kinds: no house and nobody is named",
	"GET /calendar":                  "days off",
	"GET /campaigns":                 "the years",
	"GET /campaigns/new":             "an empty form",
	"GET /campaigns/{id}":            "a year, with sums",
	"GET /campaigns/{id}/phase":      "a form over a year",
	"GET /campaigns/{id}/close":      "a form over a year, with sums",
	"GET /campaigns/{id}/reopen":     "a form over a year",
	"GET /criteria*":                 "what houses are judged by, and sums without small cells",
	"GET /reopenings/{id}":           "a request about a year",
	"GET /commendations*":            "commendations, which are decided in public; the list taken away is written down",
	"GET /courses*":                  "what is taught",
	"GET /training-materials/{id}":   "what is taught",
	"GET /data-requests/new":         "an empty form",
	"GET /doors":                     "plates of doors, which hang outside",
	"GET /houses/{id}/point":         "where the house stands on the map, as the street shows it",
	"GET /houses/{id}/door":          "the plate of the door, which hangs outside",
	"GET /forms":                     "a choice of forms",
	"GET /forms/blank.pdf":           "an empty form",
	"GET /houses/{id}/forms":         "a choice of forms",
	"GET /t":                         "an address to go to",
	"GET /t/{paper}":                 "an address to go to",
	"GET /home*":                     "the household's own",
	"GET /my-house":                  "the household's own",
	"GET /my-data*":                  "the household's own",
	"GET /houses/filter":             "a choice of filters",
	"GET /houses/{id}/log/new":       "an empty form of the house's own head",
	"GET /houses/{id}/settling/new":  "an empty form of the house's own head",
	"GET /settling/{id}":             "the head's own notes on the head's own house",
	"GET /houses/{id}/reads":         "who looked; that somebody looks at it is no reading of the record",
	"GET /imports*":                  "rows that the reader has just sent",
	"GET /inbox*":                    "the reader's own messages, which lead to pages that write a line",
	"GET /indicators*":               "sums without small cells",
	"GET /jobs/{id}":                 "how far a piece of work is",
	"GET /m/{token}":                 "arrival at a meeting",
	"GET /tr/{token}":                "arrival at training",
	"GET /measures/new":              "an empty form",
	"GET /mediations*":               "the register of the mediators, which nobody else opens; its book is in the trail",
	"GET /meetings*":                 "meetings, of which those who are invited hear; the list taken away is written down",
	"GET /more":                      "the navigation",
	"GET /notices*":                  "announcements; who was not reached is shown as doors",
	"GET /phones":                    "numbers of offices",
	"GET /plan/new":                  "an empty form",
	"GET /posted*":                   "what is posted in public",
	"GET /processing*":               "what is kept and why, and how much was deleted: no record of a house",
	"GET /proposals/new":             "an empty form",
	"GET /reads*":                    "who looked; that somebody looks at it is no reading of the record",
	"GET /reports":                   "sums",
	"GET /reports/periodic*":         "papers of sums without small cells",
	"GET /reviews*":                  "papers of sums and of what a group has to do",
	"GET /streets":                   "streets with sums",
	"GET /today":                     "what the reader has to do, which leads to pages that write a line",
	"GET /trail*":                    "numbers and hashes of lines of the trail, and no line",
	"GET /trainings":                 "sessions",
	"GET /trainings/new":             "an empty form",
	"GET /trainings/figures":         "sums",
	"GET /trainings/{id}":            "a session",
	"GET /trainings/{id}/attendance": "who came by house number, noted by the reader",
	"GET /trainings/{id}/door":       "a code to arrive by",
	"GET /trainings/{id}/edit":       "a form over a session",
	"GET /trainings/{id}/results":    "a form over a session",
	"GET /trainings/{id}/sheet.pdf":  "a sheet to sign by hand",
}

// TestEveryPageOfARecordSaysSo fails on a page that opens a record and does not say so at its route: reading it would leave no line.
func TestEveryPageOfARecordSaysSo(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	used := map[string]bool{}
	shown := 0
	for _, r := range s.Server.Routes() {
		if r.Need == access.Public || r.Method() != "GET" {
			if r.Shows != "" {
				t.Errorf("%s shows %q: lines are of what somebody who is known gets", r.Pattern, r.Shows)
			}
			continue
		}
		why := excused(r.Pattern, used)
		switch {
		case r.Shows != "":
			shown++
		case why == "":
			t.Errorf("%s: say at the route which record it shows (Shows), or in showsNothing why it shows none (app/shows_test.go)", r.Pattern)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(showsNothing)) {
		if !used[pattern] {
			t.Errorf("showsNothing lists %s, which there is no longer", pattern)
		}
	}
	if shown < 60 {
		t.Errorf("only %d routes show a record: the test looks in the wrong place", shown)
	}
	if s.Server.Witness == nil {
		t.Error("nobody writes down who reads")
	}
	for _, pattern := range []string{"GET /houses/{id}", "GET /photos/{id}", "GET /houses/{id}/households", "GET /houses/{id}/volume.pdf", "GET /houses/export.xlsx", "GET /offline/pages"} {
		if !slices.ContainsFunc(s.Server.Routes(), func(r page.Route) bool { return r.Pattern == pattern && r.Shows != "" }) {
			t.Errorf("%s shows nothing", pattern)
		}
	}
}

// excused gives the reason for which a route shows nothing.
func excused(pattern string, used map[string]bool) string {
	why := ""
	for listed, reason := range showsNothing {
		start, wide := strings.CutSuffix(listed, "*")
		if listed == pattern || wide && strings.HasPrefix(pattern, start) {
			used[listed], why = true, reason
		}
	}
	return why
}
