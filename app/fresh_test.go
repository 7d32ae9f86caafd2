package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db/dbtest"
	"sonha/ground/access"
)

// provenFirst are the doors that ask once more who acts: what carries lists of the ward away, approves, or decides about others. A desk
// that was left open must not do it (docs/decisions/0021). Whoever takes one off this list must be able to say why.
var provenFirst = []string{
	// Lists and files that leave the ward.
	"GET /houses/export.csv", "GET /houses/export.xlsx", "GET /houses/export.geojson", "GET /proposals/export.csv", "GET /proposals/export.xlsx", "GET /measures/export.csv", "GET /measures/export.xlsx",
	"GET /trainings/list.csv", "GET /trainings/list.xlsx", "GET /trainings/due.csv", "GET /trainings/due.xlsx", "GET /meetings/list.csv", "GET /meetings/list.xlsx",
	"GET /commendations/export.csv", "GET /commendations/export.xlsx", "GET /plan/list.csv", "GET /plan/list.xlsx", "GET /plan/visits.csv", "GET /plan/visits.xlsx", "GET /notices/export.csv", "GET /notices/export.xlsx", "GET /campaigns/{id}/snapshot.json",
	"GET /objections/export.csv", "GET /objections/export.xlsx", "GET /breaches/export.csv", "GET /breaches/export.xlsx", "GET /data-requests/export.csv", "GET /data-requests/export.xlsx",
	"GET /mediations/book.pdf", "GET /data-requests/{id}/data.json", "GET /data-requests/{id}/data.pdf",
	"GET /reports/campaign.docx", "GET /reports/campaign.json", "GET /reports/campaign.pdf", "GET /reports/campaign.xlsx",
	// Approvals and decisions.
	"POST /approvals", "POST /houses/{id}/result", "POST /campaigns/{id}/close", "POST /campaigns/{id}/reopen", "POST /reopenings/{id}", "POST /objections/{id}", "POST /commendations/{id}/decide", "POST /commendations/{id}/revoke",
	"POST /commendations/{id}/confirm", "POST /criteria/{version}/publish", "POST /data-requests/{id}/answer", "POST /breaches/{id}/sent", "POST /breaches/{id}/close", "GET /breaches/{id}/form.docx", "GET /breaches/{id}/form.pdf",
	// Signatures that freeze a document for good.
	"POST /reports/periodic/{id}/sign", "POST /reviews/{id}/sign",
	// Who may what, and where.
	"POST /areas/move", "POST /areas/changes/{id}/undo", "POST /areas/groups/{id}/merge", "POST /areas/beats/{id}/merge",
	"POST /houses/{id}/handover", "POST /accounts/new", "POST /accounts/{id}/roles", "POST /accounts/{id}/roles/end", "POST /accounts/{id}/invite", "POST /accounts/{id}/reset",
	"POST /accounts/{id}/disable", "POST /accounts/{id}/enable", "POST /accounts/{id}/factor/end", "POST /accounts/factors",
	"POST /account/factor", "POST /account/factor/codes", "POST /account/factor/end", "POST /account/confirm",
	"POST /accounts/{id}", "POST /accounts/{id}/provider/end", "GET /account/provider", "POST /account/provider/end", "POST /account/sessions",
	"POST /account/passkeys", "POST /account/passkeys/new", "POST /account/passkeys/name", "POST /account/passkeys/end",
}

// unproven are the doors that look like those above and ask for no fresh proof, each with its reason.
var unproven = map[string]string{
	"GET /board.xlsx":                         "sums without small cells, as the page shows them",
	"GET /city/wards.csv":                     "sums without small cells, as the page shows them",
	"GET /city/wards.xlsx":                    "sums without small cells, as the page shows them",
	"GET /city/indicators.csv":                "sums without small cells, as the page shows them",
	"GET /city/indicators.xlsx":               "sums without small cells, as the page shows them",
	"GET /indicators.xlsx":                    "sums without small cells, as the page shows them",
	"GET /indicators.json":                    "sums without small cells, as the page shows them",
	"GET /indicators/{i}/table.csv":           "sums without small cells, as the page shows them",
	"GET /indicators/{i}/table.json":          "sums without small cells, as the page shows them",
	"GET /indicators/{i}/table.xlsx":          "sums without small cells, as the page shows them",
	"GET /my-data.json":                       "a household's own data, which the law lets it take along at any time",
	"GET /my-data/requests/{id}/answer.pdf":   "the answer to a household, which is its own",
	"GET /data-requests/{id}/answer.pdf":      "one answer, which is handed to who asked; each leaves a line",
	"GET /imports/template.xlsx":              "an empty form",
	"GET /imports/{id}/errors.csv":            "the rows that the reader has just sent",
	"GET /imports/{id}/errors.xlsx":           "the rows that the reader has just sent",
	"GET /meetings/{id}/minutes.docx":         "one paper, which the page shows whole",
	"GET /reviews/{id}/review.docx":           "one paper, which the page shows whole",
	"GET /reports/periodic/{id}/report.docx":  "one paper, which the page shows whole, without small cells",
	"GET /reports/periodic/{id}/report.xlsx":  "the figures of one paper, as the page shows them, without small cells",
	"GET /reports/periodic/{id}/report.json":  "the figures of one paper, as the page shows them, without small cells",
	"GET /reports/periodic/{id}/report.pdf":   "one paper, which the page shows whole, without small cells",
	"GET /reviews/{id}/review.pdf":            "one paper, which the page shows whole",
	"GET /meetings/{id}/minutes.pdf":          "one paper, which the page shows whole",
	"GET /meetings/{id}/invitation.pdf":       "one paper, which is handed out",
	"GET /plan/plan.pdf":                      "the addresses of the visits, as the page shows them; no results",
	"GET /posted/list.pdf":                    "what is posted in public",
	"GET /trainings/{id}/sheet.pdf":           "a sheet to sign by hand, of places and no persons",
	"GET /trainings/{id}/certificate.pdf":     "one paper of one house, which is handed out",
	"GET /forms/sheets.pdf":                   "sheets to write on: addresses and empty boxes",
	"GET /forms/blank.pdf":                    "an empty form",
	"GET /houses/points.json":                 "what the map shows: addresses and states, as the list has them, no names",
	"GET /houses/{id}/volume.pdf":             "one house, which the page shows whole; each leaves a line on it",
	"GET /houses/{id}/forms.pdf":              "sheets of one house to write on",
	"GET /processing/register.pdf":            "what is processed, by kind of data; a record of nobody",
	"GET /trail/heads.pdf":                    "numbers and hashes of lines, which tell of nobody",
	"GET /trail/heads.json":                   "numbers and hashes of lines, which tell of nobody",
	"GET /processing/register.xlsx":           "what is processed, by kind of data; a record of nobody",
	"GET /mediations/{id}/card.pdf":           "one paper, which the two sides sign",
	"GET /commendations/submission.pdf":       "a submission of what the page shows whole",
	"GET /commendations/{id}/certificate.pdf": "one paper, which is handed over",
	"GET /notices/{id}/reach.pdf":             "the doors that are told by hand, as the page shows them",
	"GET /notices/{id}/poster.pdf":            "what is posted in public",
	"GET /commendations/submission.docx":      "a submission of what the page shows whole",
	"GET /inbox/channels":                     "only shows",
	"POST /inbox/channels/test":               "sends the administrator a message of his own",
	"POST /commendations/{id}/answer":         "answers a remark of a citizen",
	"POST /commendations/{id}/decline":        "gives nothing to anybody",
	"POST /commendations/{id}/publish":        "shows for remarks what may still be declined",
	"POST /houses/{id}/handover/stop":         "only takes back",
}

var carries = regexp.MustCompile(`\.(xlsx|csv|json|docx|pdf)$`)

func TestWhatDecidesAsksForAFreshProof(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	known := map[string]bool{}
	var files []string
	for _, r := range s.Server.Routes() {
		known[r.Pattern] = true
		listed := slices.Contains(provenFirst, r.Pattern)
		if r.Fresh != listed {
			t.Errorf("%s: fresh proof %v, in provenFirst %v (app/fresh_test.go)", r.Pattern, r.Fresh, listed)
		}
		_, path, _ := strings.Cut(r.Pattern, " ")
		if r.Fresh && r.Method() == "GET" {
			files = append(files, path)
		}
		file := r.Need != access.Public && r.Method() == "GET" && carries.MatchString(path)
		decides := r.Method() == "POST" && slices.Contains([]access.Need{access.Approve, access.DecideAwards, access.ManageUsers, access.HandOver}, r.Need)
		if (file || decides) && !listed && unproven[r.Pattern] == "" {
			t.Errorf("%s carries a file away or decides about others: Fresh, or a reason in unproven (app/fresh_test.go)", r.Pattern)
		}
	}
	for _, pattern := range provenFirst {
		if !known[pattern] {
			t.Errorf("provenFirst lists %s, which there is no longer", pattern)
		}
	}
	for pattern := range unproven {
		if !known[pattern] {
			t.Errorf("unproven lists %s, which there is no longer", pattern)
		}
	}
	keptAsFiles(t, files)
}

// keptAsFiles looks for links that would save the page which asks for the proof as if it were the file.
func keptAsFiles(t *testing.T, files []string) {
	t.Helper()
	var pages []string
	if err := filepath.WalkDir("../ward", func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".templ" {
			pages = append(pages, name)
		}
		return err
	}); err != nil || len(pages) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, " download") || !strings.Contains(line, "href=") {
				continue
			}
			for _, path := range files {
				fixed := path[strings.LastIndexByte(path, '}')+1:]
				if strings.Contains(line, fixed) {
					t.Errorf("%s: a link to %s has the attribute download: the page that asks for the proof would be saved as the file", name, path)
				}
			}
		}
	}
}
