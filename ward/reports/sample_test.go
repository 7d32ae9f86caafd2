package reports_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"sonha/app/apptest"
	"sonha/engine/db"
	"sonha/engine/db/dbtest"
	"sonha/engine/sheet"
	"sonha/ground/access"
	"sonha/ward/areas"
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

// TestTheSentence is the product's own: from the two files of a ward to "1.586 hồ sơ, 89,0 %".
func TestTheSentence(t *testing.T) {
	t.Parallel()
	r, err := roster.Parse(sampleBook(t, "roster-hoan-kiem.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	h, err := history.Parse(sampleBook(t, "results-2023-2025.xlsx"), nil)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		site := apptest.New(t, d)
		ctx := t.Context()
		w, err := site.Areas.Found(ctx, areas.Ward{City: "Hà Nội", Name: "Hàng Mẫu"})
		if err != nil {
			t.Fatal(err)
		}
		who := access.System(w.ID, "sonha")
		if _, _, err := site.Houses.Take(ctx, who, houses.Source{File: "roster.xlsx"}, r, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := site.Results.TakeHistory(ctx, who, results.HistorySource{Source: houses.Source{File: "results.xlsx"}}, h, nil); err != nil {
			t.Fatal(err)
		}
		f, err := site.Reports.Figures(ctx, who, 2025)
		if err != nil {
			t.Fatal(err)
		}
		if want := "Đã kiểm tra 1.586/1.586 hồ sơ; 1.411 số nhà đạt an toàn (89,0\u00a0%)."; f.Headline != want {
			t.Errorf("headline %q, want %q", f.Headline, want)
		}
		body, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`"year":2025`, `"dossiers":1586`, `"inspected":1586`, `"safe":1411`, `"conditional":55`, `"not_safe":120`, `"safe_percent":89.0`, `"ward":"Hàng Mẫu"`, `"as_of":"`,
			`"year_before":{"year":2024,"inspected":1571,"safe":1385,"conditional":71,"not_safe":115,"safe_percent":88.2,"comparable":false`,
		} {
			if !strings.Contains(string(body), want) {
				t.Errorf("no %s in %.1500s", want, body)
			}
		}
		if len(f.Groups) != 20 || f.Streets != 45 {
			t.Errorf("%d groups, %d streets", len(f.Groups), f.Streets)
		}
	})
}
