package houses_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"sonha/engine/db"
	"sonha/ground/access"
	"sonha/ward/areas"
	"sonha/ward/houses"
)

type quiet struct{}

func (quiet) HousesChanged(context.Context, *db.Tx) error { return nil }

// BenchmarkImport reads the sample roster and takes it into a fresh ward. Compare with BenchmarkExcelizeAlone:
// importing should make at least half as many rows a second as reading alone.
func BenchmarkImport(b *testing.B) {
	data := sampleFile(b)
	rows := 0
	for b.Loop() {
		b.StopTimer()
		d, err := db.Open(b.Context(), db.Options{URL: filepath.Join(b.TempDir(), "sonha.db")})
		if err != nil {
			b.Fatal(err)
		}
		ward, err := areas.NewStore(d).Found(b.Context(), areas.Ward{City: "Hà Nội", Name: "Hoàn Kiếm"})
		if err != nil {
			b.Fatal(err)
		}
		store := houses.NewStore(d, quiet{})
		b.StartTimer()
		r := rosterOf(b, data, "roster.xlsx")
		if _, _, err := store.Take(b.Context(), access.System(ward.ID, "bench"), houses.Source{File: "roster.xlsx"}, r, nil); err != nil {
			b.Fatal(err)
		}
		rows += r.DataRows
		b.StopTimer()
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkExcelizeAlone reads the same rows with the library that most programs use, and does nothing else.
func BenchmarkExcelizeAlone(b *testing.B) {
	data := sampleFile(b)
	r := rosterOf(b, data, "roster.xlsx")
	rows := 0
	for b.Loop() {
		book, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range book.GetSheetList() {
			lines, err := book.Rows(name)
			if err != nil {
				b.Fatal(err)
			}
			for lines.Next() {
				if _, err := lines.Columns(excelize.Options{RawCellValue: true}); err != nil {
					b.Fatal(err)
				}
			}
			if err := lines.Close(); err != nil {
				b.Fatal(err)
			}
		}
		rows += r.DataRows
		if err := book.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
