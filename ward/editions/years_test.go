package editions_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ground/civil"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/editions"
)

// words are what version 2 says of TC2 in the test.
const (
	newLabel    = "Lối chung sáng rõ"
	newText     = "Lối đi chung của số nhà sáng rõ suốt đêm"
	newQuestion = "Suốt đêm, lối đi chung có sáng rõ không?"
)

// TestEachYearSpeaksItsOwnWords: with a second version published and chosen by the campaign of 2027, every file and page of 2026 says what
// version 1 says, and those of 2027 what version 2 says.
func TestEachYearSpeaksItsOwnWords(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, dbtest.Lite(t))
	house, seen := s.House["36A Hàng Bạc"], s.House["36 Hàng Bạc"] // one answers, the other is inspected
	weak := criteria.Answers(strings.Repeat("2", s.Set.Len())).With(s.Set.Index("TC2"), criteria.Fail)
	record(t, s, seen, weak)
	s.Phase(campaigns.Assess)
	old := s.Set.Contents[1].Items[1]
	asks(t, s, house, old.Question.VI, newQuestion)

	if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error {
		return editions.Record(t.Context(), tx, editions.Full{Note: "Rút kinh nghiệm đợt 2026.", By: "người soạn", Change: func(set *criteria.Set) {
			item, _ := set.Item(set.Index("TC2"))
			item.Label.VI, item.Text.VI, item.Question.VI = newLabel, newText, newQuestion
		}})
	}); err != nil {
		t.Fatal(err)
	}
	asks(t, s, house, old.Question.VI, newQuestion) // a draft is nobody's criteria
	s.As("committee").Post("/criteria/2/publish", url.Values{"seen": {"1"}, "reason": {"Đã thống nhất."}}).Is(303)
	asks(t, s, house, old.Question.VI, newQuestion) // nor does a published version reach a campaign that is under way

	s.Phase(campaigns.Closed)
	next, err := s.Campaigns.Create(t.Context(), s.System(), campaigns.New{Year: 2027, Criteria: 2})
	if err != nil {
		t.Fatal(err)
	}
	s.Campaign = next
	s.Phase(campaigns.Assess)
	asks(t, s, house, newQuestion, old.Question.VI)
	s.Phase(campaigns.Inspect)
	record(t, s, seen, weak)

	boss := s.As("command")
	for year, said := range map[int][2][]string{
		2026: {{old.Label.VI, old.Text.VI}, {newLabel, newText}},
		2027: {{newLabel, newText}, {old.Label.VI, old.Text.VI}},
	} {
		of := "?year=" + strconv.Itoa(year)
		for what, text := range map[string]string{
			"the report's JSON":   string(file(t, boss, "/reports/campaign.json"+of)),
			"the report's DOCX":   unzipped(t, file(t, boss, "/reports/campaign.docx"+of)),
			"the report's XLSX":   unzipped(t, file(t, boss, "/reports/campaign.xlsx"+of)),
			"the board":           boss.Get("/board/items" + of).OK().Text("main"),
			"the board's XLSX":    unzipped(t, file(t, boss, "/board.xlsx"+of)),
			"the house's page":    string(boss.Get("/houses/" + seen + of).OK().Body),
			"the volume on paper": pdfText(t, file(t, boss, "/houses/"+seen+"/volume.pdf"+of)),
		} {
			if !saysAny(text, said[0]) {
				t.Errorf("%s of %d does not say %q", what, year, said[0])
			}
			if saysAny(text, said[1]) {
				t.Errorf("%s of %d says %q, which is of the other version", what, year, said[1])
			}
		}
	}
}

func file(t *testing.T, b *apptest.Browser, path string) []byte {
	t.Helper()
	return b.Get(path).OK().Body
}

// asks wants the running campaign to ask one thing and not another: on the phone, in the pages that a phone keeps without a network, and on
// paper.
func asks(t *testing.T, s *apptest.Site, house, question, other string) {
	t.Helper()
	head := s.As("head")
	var pack struct{ Pages []string }
	if err := json.Unmarshal(head.Get("/offline/pages").OK().Body, &pack); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, path := range pack.Pages {
		if strings.HasSuffix(path, "/assessment/TC2") {
			found = true
			head.Get(path).OK().Has("h1", question).Lacks("h1", other)
		}
	}
	if !found {
		t.Errorf("the pack of the phone has no question TC2: %v", pack.Pages)
	}
	paper := pdfText(t, file(t, head, "/houses/"+house+"/forms.pdf?form=assessment"))
	if !says(paper, question) || says(paper, other) {
		t.Errorf("the sheet of paper does not ask %q", question)
	}
}

// saysAny looks for one of the wordings. What mends the item names it too, in words that both versions share: that is left out.
func saysAny(text string, list []string) bool {
	item, _ := criteria.Version1().Item(criteria.Version1().Index("TC2"))
	text = strings.ReplaceAll(flat(text), flat(item.Action.VI), "")
	for _, x := range list {
		if says(text, x) {
			return true
		}
	}
	return false
}

// says looks for a wording whatever its capitals and the ends of its lines.
func says(text, what string) bool {
	return strings.Contains(flat(text), flat(what))
}

func flat(s string) string { return strings.ToLower(strings.Join(strings.Fields(civil.NFC(s)), "")) }

func unzipped(t *testing.T, body []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return b.String()
}

func pdfText(t *testing.T, body []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing (Debian: poppler-utils)")
		}
		t.Skip("pdftotext is missing (Debian: poppler-utils), so nobody looked at the paper")
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
