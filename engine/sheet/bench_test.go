package sheet

import (
	"bytes"
	"os"
	"testing"

	"github.com/xuri/excelize/v2"
)

const sampleRoster = "../../testdata/roster-hoan-kiem.xlsx"

// BenchmarkRead and BenchmarkExcelize read the same workbook, so that the cost
// of our reader is always seen beside that of excelize alone.
func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(sampleRoster)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		book, err := Open(bytes.NewReader(data), int64(len(data)), "roster.xlsx")
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range book.Sheets {
			for _, err := range book.Rows(s) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func BenchmarkExcelize(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		f, err := excelize.OpenFile(sampleRoster)
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range f.GetSheetList() {
			rows, err := f.Rows(s)
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
