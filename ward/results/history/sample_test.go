package history

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/engine/sheet"
	"sonha/ward/houses/roster"
)

func openSample(tb testing.TB, name string) *sheet.Book {
	tb.Helper()
	data, err := os.ReadFile("../../../testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name)
	if err != nil {
		tb.Fatal(err)
	}
	return book
}

// TestSample reads three years of results, which must give the expected counts,
// and every house of which must be one of the sample roster's.
func TestSample(t *testing.T) {
	h, err := Parse(openSample(t, "results-2023-2025.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../../../testdata/results-2023-2025.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]Count
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, h.Counts()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(h.Refused) > 0 || len(h.Warnings) > 0 || h.Duplicates > 0 {
		t.Errorf("refused %v, warnings %v, %d duplicates", h.Refused, h.Warnings, h.Duplicates)
	}
	r, err := roster.Parse(openSample(t, "roster-hoan-kiem.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	houses := map[string]bool{}
	for _, row := range r.Rows {
		houses[row.Street.Key+"|"+row.Number.Key] = true
	}
	for _, row := range h.Rows {
		if !houses[row.Street.Key+"|"+row.Number.Key] {
			t.Errorf("%s row %d: %s %s is no house of the roster", row.Sheet, row.Row, row.Number.Text, row.Street.Name)
		}
		if row.InspectedOn.Year() != row.Year {
			t.Errorf("%s row %d: inspected on %q", row.Sheet, row.Row, row.InspectedOn)
		}
	}
}
