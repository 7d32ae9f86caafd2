package posted_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/posted"
	"sonha/ward/results"
)

// year makes a campaign with one safe house and one that falls short, both approved, in a phase.
func year(t *testing.T, s *apptest.Site, phase campaigns.Phase) {
	t.Helper()
	for house, class := range map[string]criteria.Class{"36A Hàng Bạc": criteria.Safe, "100 Đinh Liệt": criteria.Safe, "9 Hàng Bạc": criteria.NotSafe} {
		answers := criteria.Answers(strings.Repeat("2", s.Set.Len()))
		if class == criteria.NotSafe {
			answers = criteria.Answers(strings.Repeat("0", s.Set.Len()))
		}
		if err := s.DB.Write(t.Context(), s.Actor("officer"), func(tx *db.Tx) error {
			if err := s.Results.Inspected(t.Context(), tx, results.Outcome{Campaign: s.Campaign.ID, House: s.House[house], Self: answers, Found: answers, On: "2026-09-02", Class: class}); err != nil {
				return err
			}
			return tx.Audit(t.Context(), db.Entry{Action: "inspection.finish", Object: "inspection", House: s.House[house]})
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Results.Decide(t.Context(), s.Actor("command"), s.Campaign.ID, s.House[house], results.Decision{Class: class, Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	s.Phase(phase)
}

// TestTheListIsPostedOnlyWhenTheWardDecidesSo looks with the eyes of somebody without an account.
func TestTheListIsPostedOnlyWhenTheWardDecidesSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		year(t, s, campaigns.Publish)
		nobody, command, at := s.As("visitor"), s.As("command"), "?ward="+s.Ward.Code
		nobody.Get("/safe"+at).OK().Has("main", "chưa công khai danh sách").Lacks("main", "36A")
		nobody.Get("/open/safe.json" + at).Is(http.StatusNotFound)
		command.Get("/posted").OK().Has("main", "chưa được công khai").Has("button", "Công khai danh sách")
		command.Post("/posted", url.Values{"safe_list": {"1"}}).Follow().OK().Has("main", "đang được công khai")

		nobody.With("Test-Language", "en").Get("/safe"+at).OK().Has("main", "Hoàn Kiếm ward means to recognise 2 house numbers")
		nobody.Get("/safe"+at).OK().Has("main", "dự kiến công nhận 2 số nhà").Has("h2", "Hàng Bạc").Has(".numbers", "36A").Has("main", "Đinh Liệt").
			Lacks(".numbers", "9").Lacks("main", "Chưa đạt")
		nobody.Get("/safe"+at+"&year=1900").OK().Has("main", "Chưa có danh sách")
		var file struct {
			Year    int
			Streets []posted.Street
		}
		text := string(nobody.Get("/open/safe.json" + at).OK().Body)
		if err := json.Unmarshal([]byte(text), &file); err != nil || file.Year != s.Campaign.Year || len(file.Streets) != 2 || strings.Contains(text, `"9"`) {
			t.Errorf("the open list: %s, error %v", text, err)
		}
		if rows := strings.Count(string(nobody.Get("/open/safe.csv"+at).OK().Body), "\r\n"); rows != 3 {
			t.Errorf("%d lines of CSV, want a header and two houses", rows)
		}
		command.Post("/posted", url.Values{"safe_list": {"0"}}).Follow().OK().Has("main", "chưa được công khai")
		nobody.Get("/safe"+at).OK().Lacks("main", "36A")
		nobody.Get("/open/safe.csv" + at).Is(http.StatusNotFound)
	})
}

// TestNothingIsPostedBeforeItsTime: while houses are inspected nobody outside learns of a result.
func TestNothingIsPostedBeforeItsTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		year(t, s, campaigns.Review)
		s.As("command").Post("/posted", url.Values{"safe_list": {"1"}}).Follow().OK()
		s.As("visitor").Get("/safe?ward="+s.Ward.Code).OK().Has("main", "Chưa có danh sách nào để công khai").Lacks("main", "36A")
		s.As("visitor").Get("/open/safe.json?ward=" + s.Ward.Code).Is(http.StatusNotFound)
		s.As("visitor").Get("/open?ward="+s.Ward.Code).OK().Has("main", "Chưa có danh sách nào để công khai").Lacks("main", "Phường chưa công khai danh sách")
	})
}

// TestOpenFiguresTellOfNoSingleHouse reads the files as anybody may; only three houses were inspected.
func TestOpenFiguresTellOfNoSingleHouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		year(t, s, campaigns.Publish)
		reply := s.As("visitor").Get("/open/figures.json?ward=" + s.Ward.Code).OK()
		var file struct{ Figures []posted.Figure }
		if err := json.Unmarshal(reply.Body, &file); err != nil {
			t.Fatal(err)
		}
		if len(file.Figures) != 1 || file.Figures[0].Level != "ward" || file.Figures[0].Inspected != 3 {
			t.Fatalf("the ward comes first, with three inspected houses: %s", reply.Body)
		}
		for _, f := range file.Figures {
			if f.Safe != nil || f.SharePercent != nil || f.NotSafe != nil {
				t.Errorf("%s: a share of %d houses is told", f.Area, f.Inspected)
			}
		}
		// The groups stand there once the year is closed: until then two answers a day apart would tell of the houses in between.
		s.Phase(campaigns.Closed)
		if err := json.Unmarshal(s.As("visitor").Get("/open/figures.json?ward="+s.Ward.Code).OK().Body, &file); err != nil || len(file.Figures) < 2 || file.Figures[1].Level != "group" {
			t.Errorf("a closed year without its groups: %+v, error %v", file, err)
		}
		if reply.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Error("a page elsewhere cannot read open data")
		}
		if csv := string(s.As("visitor").Get("/open/figures.csv?ward=" + s.Ward.Code).OK().Body); !strings.Contains(csv, "Năm;Cấp;Địa bàn") {
			t.Errorf("the columns are not named: %s", csv)
		}
		s.As("visitor").Get("/open/houses.json?ward=" + s.Ward.Code).Is(http.StatusNotFound)
		s.As("visitor").Get("/open?ward="+s.Ward.Code).OK().Has("main", "Ai cũng được tải về")
		s.As("visitor").Get("/?ward="+s.Ward.Code).OK().Has("main", "Số liệu mở")
	})
}
