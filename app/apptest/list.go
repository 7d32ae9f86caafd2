package apptest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ground/civil"
)

// ListFile takes a list as a file (engine/jobs.GiveList), as CSV and as a workbook, and gives the text of the CSV. It holds what is true of
// all of them: only these people are given it; it says of when it is and how many rows it has, above and below; each taking leaves a line
// of that action in the trail. at is the address without its ending; a query may follow.
func (s *Site) ListFile(at, action string, rows int, people ...string) string {
	s.T.Helper()
	path, query, _ := strings.Cut(at, "?")
	if query != "" {
		query = "?" + query
	}
	for _, person := range People() {
		if slices.Contains(people, person) {
			continue
		}
		for _, ending := range []string{".csv", ".xlsx"} {
			if r := s.As(person).Get(path + ending + query); r.Status != http.StatusNotFound && r.Status != http.StatusSeeOther {
				s.T.Errorf("%s is answered %d at %s%s", person, r.Status, path, ending)
			}
		}
	}
	before := s.audited(people[0], action)
	text := string(s.As(people[0]).Get(path + ".csv" + query).OK().Body)
	as := civil.DayOf(s.DB.Now()).Display()
	for _, want := range []string{as + ", " + civil.Int(rows) + " dòng.", "Cộng " + civil.Int(rows) + " dòng."} {
		if !strings.Contains(text, want) {
			s.T.Errorf("%s.csv does not say %q:\n%s", path, want, text)
		}
	}
	book := s.As(people[0]).Get(path + ".xlsx" + query).OK()
	if !strings.HasPrefix(string(book.Body), "PK") || !strings.Contains(book.Header.Get("Content-Disposition"), ".xlsx") {
		s.T.Errorf("%s.xlsx is no workbook: %s", path, book.Header.Get("Content-Disposition"))
	}
	if n := s.audited(people[0], action) - before; n != 2 {
		s.T.Errorf("%d lines of %s after two files", n, action)
	}
	if en := string(s.As(people[0]).With("Test-Language", "en").Get(path + ".csv" + query).OK().Body); strings.Contains(text+en, "⟦") {
		s.T.Errorf("%s.csv lacks words:\n%s", path, fmt.Sprint(text, en))
	}
	return text
}

// audited is how often the trail of a person's ward has an action; the city has a trail of its own.
func (s *Site) audited(person, action string) int {
	s.T.Helper()
	n := 0
	if err := s.DB.Read(s.T.Context(), access.System(s.Actor(person).Ward(), "test"), func(tx *db.Tx) error {
		return tx.One(s.T.Context(), `select count(*) from audit a where a.ward_id = {ward} and a.action = $1`, action).Scan(&n)
	}); err != nil {
		s.T.Fatal(err)
	}
	return n
}
