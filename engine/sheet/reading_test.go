package sheet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sonha/engine/sheet"
)

// TestReading: titles above the header are looked at, a header that comes again replaces the first, and its columns are read by name.
func TestReading(t *testing.T) {
	t.Parallel()
	text := "Sổ năm 2024\nTên,Số\n,1\na,2\nSố,Tên\n3,b\n"
	var above, lines []string
	headed := 0
	var r sheet.Reading
	r = sheet.Reading{
		Know:   func(label, _ string) string { return map[string]string{"ten": "name", "so": "count"}[label] },
		Lacks:  func() []string { return r.Finder.Missing("name", "count") },
		Above:  func(row sheet.Row) { above = append(above, row.Cell(0).Text) },
		Headed: func() { headed++ },
		Line: func(row sheet.Row) {
			lines = append(lines, r.Text(row, "name")+"="+r.Text(row, "count")+r.Text(row, "other"))
		},
	}
	if err := r.Read(opened(t, text), nil); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(above, lines, headed, r.Headers); got != "[Sổ năm 2024 Tên] [=1 a=2 b=3] 2 map[:2]" {
		t.Error(got)
	}
}

// TestReadingWhatIsNotThere: the error names what the nearest header lacks, by the titles of the columns.
func TestReadingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	var r sheet.Reading
	r = sheet.Reading{
		Says: sheet.Refusals{MissingInFile: "things.missing_in_file"}, Titles: map[string]string{"place": "Nơi"},
		Know:  func(label, _ string) string { return map[string]string{"ten": "name", "so": "count"}[label] },
		Lacks: func() []string { return r.Finder.Missing("name", "count", "place") },
		Line:  func(row sheet.Row) { t.Errorf("row %d is read", row.Number) },
	}
	var refused *sheet.ColumnsError
	if err := r.Read(opened(t, "Tên,Số\na,1\n"), nil); !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if got := refused.Error(); got != `things.missing_in_file: things.csv, sheet "": found Tên, Số; missing Nơi` {
		t.Error(got)
	}
}

func opened(t *testing.T, text string) *sheet.Book {
	t.Helper()
	book, err := sheet.Open(strings.NewReader(text), int64(len(text)), "things.csv")
	if err != nil {
		t.Fatal(err)
	}
	return book
}
