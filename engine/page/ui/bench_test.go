package ui_test

import (
	"context"
	"io"
	"strconv"
	"testing"

	"github.com/a-h/templ"

	"sonha/engine/page/ui"
)

func itoa(n int) string { return strconv.Itoa(n) }

func benchmark(b *testing.B, c templ.Component) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHouseTable is a list of 25 rows: the goal is 60 µs.
func BenchmarkHouseTable(b *testing.B) {
	benchmark(b, ui.HouseTable(vietnamese(b), sampleColumns(), sampleRows(25), "panel"))
}

// BenchmarkHousePage is a house page within its frame: the goal is 40 µs.
func BenchmarkHousePage(b *testing.B) { benchmark(b, housePage(sampleFrame(vietnamese(b)))) }

// BenchmarkStrip is a street of some 120 doors.
func BenchmarkStrip(b *testing.B) { benchmark(b, ui.StripMap(vietnamese(b), sampleStrip())) }
