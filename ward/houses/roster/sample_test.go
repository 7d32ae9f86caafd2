package roster

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sonha/engine/sheet"
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

// TestSample reads the sample roster and compares with what must come of it.
func TestSample(t *testing.T) {
	r, err := Parse(openSample(t, "roster-hoan-kiem.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../../../testdata/roster-hoan-kiem.expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var want, got map[string]any
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	delete(want, "invented")
	out, err := json.Marshal(r.Summary())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Ghi chú"}, r.Skipped); diff != "" {
		t.Errorf("skipped sheets: %s", diff)
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(openSample(b, "roster-hoan-kiem.xlsx"), nil); err != nil {
			b.Fatal(err)
		}
	}
}
