package trail_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/words"
	"sonha/ground/civil"
	"sonha/ward/trail"
)

const day = civil.Day("2026-11-28")

// What is printed and what is taken along is where the trail stood, and sonha audit verify finds it again; a trail made anew does not match.
func TestTheHeadsOfAMonth(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		note := func() {
			t.Helper()
			if err := s.DB.Write(t.Context(), s.System(), func(tx *db.Tx) error { return tx.Audit(t.Context(), db.Entry{Action: "test"}) }); err != nil {
				t.Fatal(err)
			}
		}
		note()
		stood, err := s.DB.ChainHead(t.Context(), s.System(), day.AddDays(1).Time())
		if err != nil {
			t.Fatal(err)
		}
		c.Days(2) // on the 29th nothing was done
		note()
		now, err := s.DB.ChainHead(t.Context(), s.System(), c.Today().AddDays(1).Time())
		if err != nil {
			t.Fatal(err)
		}
		for _, person := range []string{"administrator", "protector"} {
			rows := s.As(person).Get("/trail").OK().Doc().Find("tbody tr")
			if rows.Length() != 2 {
				t.Fatalf("%s sees %d days, want 28 and 30", person, rows.Length())
			}
			for i, want := range [][]string{{"30/11/2026", "tính đến 09:00", now.Shown()}, {"28/11/2026", stood.Shown()}} {
				for _, text := range want {
					if got := strings.Join(strings.Fields(rows.Eq(i).Text()), " "); !strings.Contains(got, text) {
						t.Errorf("row %d says %q, not %q", i, got, text)
					}
				}
			}
		}
		var kept []db.Head
		if err := json.Unmarshal(s.As("protector").Get("/trail/heads.json").OK().Body, &kept); err != nil {
			t.Fatal(err)
		}
		if len(kept) != 2 || kept[0].Hash != stood.Hash || kept[1].Seq != now.Seq {
			t.Fatalf("the file has %+v", kept)
		}
		if found, err := s.DB.CheckChain(t.Context(), s.System(), kept, nil); err != nil || found.Break != nil {
			t.Errorf("the heads of the file do not match: %+v %v", found.Break, err)
		}
		kept[0].Hash = now.Hash
		if found, err := s.DB.CheckChain(t.Context(), s.System(), kept, nil); err != nil || found.Break == nil {
			t.Errorf("a head that is another's matches: %v", err)
		}
	})
}

// A month that is over stays to be printed, and one before the trail began is not offered.
func TestTheMonthsOfATrail(t *testing.T) {
	t.Parallel()
	apptest.EachMorning(t, day, func(t *testing.T, s *apptest.Site, c *dbtest.Clock) {
		c.Days(5)
		s.As("administrator").Get("/trail").OK().Has("main", "Tháng này chưa có thao tác nào").Has("main", "11/2026").Lacks("main", "10/2026")
		s.As("administrator").Get("/trail?month=2026-11").OK().Has("tbody", "28/11/2026").Lacks("tbody", "01/12/2026")
		pdf := s.As("administrator").Get("/trail/heads.pdf?month=2026-11").OK()
		if !strings.HasPrefix(string(pdf.Body), "%PDF-") || !strings.Contains(pdf.Header.Get("Content-Disposition"), "ma-chot-2026-11.pdf") {
			t.Errorf("what is printed: %s %.20q", pdf.Header.Get("Content-Disposition"), pdf.Body)
		}
		list, err := s.Trail.Month(t.Context(), s.Actor("administrator"), "2026-11-01")
		if err != nil {
			t.Fatal(err)
		}
		d := trail.Document(s.Words.In(words.Default), list, "2026-11-01", s.Ward.Name, s.DB.Now())
		if len(list) != 1 || d.Subject != "Nhật ký thao tác, tháng 11/2026" {
			t.Errorf("%d days on the sheet %q", len(list), d.Subject)
		}
		for _, person := range []string{"officer", "command", "committee", "head"} {
			s.As(person).Get("/trail").Is(http.StatusNotFound)
		}
	})
}
