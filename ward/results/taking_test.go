package results_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ground/fault"
	"sonha/ward/areas"
	"sonha/ward/campaigns"
	"sonha/ward/criteria"
	"sonha/ward/houses"
	"sonha/ward/houses/roster"
	"sonha/ward/results"
	"sonha/ward/results/history"
)

func sampleBook(t *testing.T, name string) *sheet.Book {
	t.Helper()
	data, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestResultsOfEarlierYears takes the sample roster and the sample results in, twice, and back out.
func TestResultsOfEarlierYears(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../testdata/results-2023-2025.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]history.Count
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	h, err := history.Parse(sampleBook(t, "results-2023-2025.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := roster.Parse(sampleBook(t, "roster-hoan-kiem.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		ward, err := areas.NewStore(d).Found(ctx, areas.Ward{City: "Hà Nội", Name: "Hoàn Kiếm"})
		if err != nil {
			t.Fatal(err)
		}
		who := access.System(ward.ID, "test")
		s := results.NewStore(d, criteria.NewSets())
		if _, _, err := houses.NewStore(d, s).Take(ctx, who, houses.Source{}, r, nil); err != nil {
			t.Fatal(err)
		}
		count := func(taken *results.Taken) map[string]history.Count {
			got := map[string]history.Count{}
			for year, y := range taken.Years {
				got[year] = y.Count
			}
			return got
		}
		dry, err := s.TakeHistory(ctx, who, results.HistorySource{DryRun: true}, h, nil)
		if err != nil {
			t.Fatal(err)
		}
		if all, err := campaigns.NewStore(d, s).List(ctx, who); err != nil || len(all) != 0 {
			t.Fatalf("the dry run left %d campaigns, %v", len(all), err)
		}
		steps, last := 0, 0
		first, err := s.TakeHistory(ctx, who, results.HistorySource{Source: houses.Source{File: "results.xlsx"}}, h, func(done, total int) {
			if done <= last { // the unit begins again
				steps = 0
			}
			steps, last = steps+1, done
			if done > total {
				t.Errorf("progress %d of %d", done, total)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, count(first)); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		if diff := cmp.Diff(dry.Years, first.Years); diff != "" {
			t.Errorf("the dry run promised something else: %s", diff)
		}
		if steps != 3 || first.Import == "" || len(first.Refused) != 0 {
			t.Errorf("steps %d, import %q, refused %v", steps, first.Import, first.Refused)
		}
		// Each year is a closed campaign whose kept sums are those of the file.
		for year, w := range want {
			var y int
			_, _ = fmt.Sscan(year, &y)
			c, err := campaigns.NewStore(d, s).ByYear(ctx, who, y)
			if err != nil || c.Phase != campaigns.Closed || c.Origin != campaigns.Imported {
				t.Fatalf("%d: %+v %v", y, c, err)
			}
			_, whole, _, err := s.Tallies(ctx, who, c.ID)
			got := history.Count{Inspected: whole.Inspected, Safe: whole.Safe, Conditional: whole.Conditional, NotSafe: whole.NotSafe}
			if err != nil || got != w || whole.Houses != len(r.Rows) {
				t.Errorf("%d: sums %+v of %d houses, want %+v of %d; %v", y, got, whole.Houses, w, len(r.Rows), err)
			}
		}
		before := dump(t, d, who)
		second, err := s.TakeHistory(ctx, who, results.HistorySource{}, h, nil)
		if err != nil || second.Import != "" {
			t.Fatalf("second: %+v %v", second, err)
		}
		for year, y := range second.Years {
			if y.New+y.Changed+y.Refused != 0 || y.Unchanged != first.Years[year].New+first.Years[year].Unchanged || y.Count != want[year] {
				t.Errorf("second time %s: %+v", year, y)
			}
		}
		if diff := cmp.Diff(before, dump(t, d, who)); diff != "" {
			t.Errorf("the second time changed something: %s", diff)
		}
		if err := s.UndoHistory(ctx, who, first.Import); err != nil {
			t.Fatal(err)
		}
		if left := dump(t, d, who); len(left) != 0 {
			t.Errorf("undo left %d rows", len(left))
		}
		if all, err := campaigns.NewStore(d, s).List(ctx, who); err != nil || len(all) != 0 {
			t.Errorf("undo left %d campaigns, %v", len(all), err)
		}
		if err := s.UndoHistory(ctx, who, first.Import); !fault.Is(err, fault.Missing) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// dump writes down every result of the ward.
func dump(t *testing.T, d *db.DB, who access.Actor) []string {
	t.Helper()
	var rows []string
	err := d.Read(t.Context(), who, func(tx *db.Tx) error {
		return tx.All(t.Context(), func(scan func(...any) error) error {
			var campaign, house, stage, class, on, by, reason, decision string
			var version int
			var updated int64
			err := scan(&campaign, &house, &stage, &class, &on, &by, &reason, &decision, &version, &updated)
			rows = append(rows, fmt.Sprint(campaign, house, stage, class, on, by, reason, decision, version, updated))
			return err
		}, `select r.campaign_id, r.house_id, r.stage, r.class, r.inspected_on, r.approved_by, r.reason, r.decision, r.version, r.updated_at
			from results r where r.ward_id = {ward} order by r.campaign_id, r.house_id`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAFileChangesAndReturnsSingleRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := apptest.New(t, d)
		ctx, command := t.Context(), s.Actor("command")
		parse := func(text string) *history.History {
			t.Helper()
			book, err := sheet.Open(bytes.NewReader([]byte(text)), int64(len(text)), "kq.csv")
			if err != nil {
				t.Fatal(err)
			}
			h, err := history.Parse(book, nil)
			if err != nil {
				t.Fatal(err)
			}
			return h
		}
		const head = "Số nhà;Phố;Năm;Kết quả;Ngày kiểm tra\n"
		first, err := s.Results.TakeHistory(ctx, command, results.HistorySource{}, parse(head+
			"36A;Hàng Bạc;2024;đạt;05/10/2024\n36;Hàng Bạc;2024;chưa đạt;06/10/2024\n9;Hàng Bạc;2024;chưa kiểm tra;\n77;Hàng Bạc;2024;đạt;07/10/2024\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		y := first.Years["2024"]
		if y.Inspected != 2 || y.Safe != 1 || y.NotSafe != 1 || y.New != 2 || y.Unchanged != 1 || y.Refused != 1 {
			t.Errorf("first: %+v", y)
		}
		if len(first.Refused) != 1 || first.Refused[0].Row != 5 || first.Refused[0].Code != history.UnknownHouse {
			t.Errorf("refused: %+v", first.Refused)
		}
		second, err := s.Results.TakeHistory(ctx, command, results.HistorySource{}, parse(head+
			"36A;Hàng Bạc;2024;đạt có điều kiện;05/10/2024\n36;Hàng Bạc;2024;chưa kiểm tra;\n9;Hàng Bạc;2024;đạt;\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if y = second.Years["2024"]; y.Inspected != 2 || y.New != 1 || y.Changed != 2 || y.Unchanged != 0 {
			t.Errorf("second: %+v", y)
		}
		if err := s.Results.UndoHistory(ctx, command, first.Import); !fault.Is(err, fault.Clash) {
			t.Errorf("undid an import that a later one built on: %v", err)
		}
		if err := s.Results.UndoHistory(ctx, command, second.Import); err != nil {
			t.Fatal(err)
		}
		c, err := s.Campaigns.ByYear(ctx, command, 2024)
		if err != nil {
			t.Fatal(err)
		}
		if _, whole, _, err := s.Results.Tallies(ctx, command, c.ID); err != nil || whole.Inspected != 2 || whole.Safe != 1 || whole.NotSafe != 1 {
			t.Errorf("after undo: %+v %v", whole, err)
		}
		// A year that was run in Sonha is not overwritten, and nothing of the file goes in.
		before := dump(t, d, command)
		if _, err := s.Results.TakeHistory(ctx, command, results.HistorySource{}, parse(head+"36A;Hàng Bạc;2023;đạt;\n36A;Hàng Bạc;2026;đạt;\n"), nil); !fault.Is(err, fault.Wrong) {
			t.Errorf("overwrote our own year: %v", err)
		}
		if diff := cmp.Diff(before, dump(t, d, command)); diff != "" {
			t.Error(diff)
		}
		// Only who may import can.
		for _, person := range []string{"officer", "head", "group lead", "committee", "administrator"} {
			if _, err := s.Results.TakeHistory(ctx, s.Actor(person), results.HistorySource{}, parse(head+"36A;Hàng Bạc;2023;đạt;\n"), nil); !fault.Is(err, fault.Missing) {
				t.Errorf("%s imported results: %v", person, err)
			}
		}
	})
}
