package boards_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sonha/app/apptest"
	"sonha/ward/criteria"
)

// TestTheBoardTellsWhenItsFiguresChange listens as a browser does, over a real connection.
func TestTheBoardTellsWhenItsFiguresChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		campaign(t, s)
		server := httptest.NewServer(s.Server)
		defer server.Close()
		first := listen(t, server.URL, "command", "", nil)
		if first["event"] != "begin" || first["id"] == "" {
			t.Fatalf("the stream begins with %v", first)
		}
		next := listen(t, server.URL, "command", first["id"], func() {
			inspect(t, s, "9 Hàng Bạc", criteria.Safe, "2026-10-20", false)
		})
		if next["event"] != "changed" || next["id"] == first["id"] {
			t.Errorf("after an inspection the stream says %v", next)
		}
	})
}

// listen gives the first event of a stream that goes on from the event that was seen last; then runs once it is open.
func listen(t *testing.T, base, person, seen string, then func()) map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/board/live?year=2026", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Test-Person", person)
	r.Header.Set("Accept", "text/event-stream")
	if seen != "" {
		r.Header.Set("Last-Event-ID", seen)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if kind := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("status %d, %s", answer.StatusCode, kind)
	}
	event := map[string]string{}
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if then != nil {
			then()
			then = nil
		}
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name == "" && event["event"] != "" {
			return event
		}
		event[name] = strings.TrimSpace(value)
	}
	return event
}

// TestWhatChangedOpensItsHouses follows the figures of the last seven days to the list.
func TestWhatChangedOpensItsHouses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		campaign(t, s)
		command := s.As("command")
		page := command.Get("/board?year=2026").OK().Has("#changes", "7 ngày qua").Has(".changes", "Đã kiểm tra thêm")
		link, ok := page.Doc().Find(`.changes a[href*="week=inspected"]`).First().Attr("href")
		if !ok || page.Doc().Find(`.changes a[href*="week=inspected"]`).First().Text() != "3" {
			t.Fatalf("three houses were inspected in the last seven days: %s", page.Text(".changes"))
		}
		list := command.Get(link).OK().Has("main", "7 ngày qua: đã kiểm tra").Has("main", "36A").Has("main", "100")
		list.Lacks("main", "6 bis")
		s.As("committee").Get("/board?year=2026").OK().Has(".changes", "dưới 5").Lacks(".changes", "trong đó đạt an toàn")
		if s.As("committee").Get("/board?year=2026").Doc().Find(".changes a").Length() != 0 {
			t.Error("who opens no houses is given links to them")
		}
	})
}

// The stamp tells that something changed within one's reach, and nothing else: not that other groups got results, nor how many.
func TestTheStampTellsNothingOfOtherGroups(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *apptest.Site) {
		campaign(t, s)
		stamp := func(person string) string {
			t.Helper()
			text, err := s.Boards.Stamp(t.Context(), s.Actor(person), 2026)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, s.Campaign.ID) || strings.Contains(text, ".") {
				t.Errorf("the stamp says what it is made of: %s", text)
			}
			return text
		}
		before := map[string]string{}
		for _, person := range []string{"group lead", "other group lead", "officer", "other officer", "command", "committee"} {
			before[person] = stamp(person)
		}
		inspect(t, s, "12/5 Hàng Bạc", criteria.Safe, "2026-10-20", false)
		for person, changes := range map[string]bool{"command": true, "committee": true, "group lead": true, "officer": true, "other group lead": false} {
			if (stamp(person) != before[person]) != changes {
				t.Errorf("%s: changed %v", person, !changes)
			}
		}
	})
}
