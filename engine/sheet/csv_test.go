package sheet

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestCSV(t *testing.T) {
	utf16LE := []byte{0xff, 0xfe}
	utf16BE := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune("số;phố\r\n36;Hàng Bạc")) {
		utf16LE = append(utf16LE, byte(u), byte(u>>8))
		utf16BE = append(utf16BE, byte(u>>8), byte(u))
	}
	two := map[int][]string{1: {"số", "phố"}, 2: {"36", "Hàng Bạc"}}
	for name, c := range map[string]struct {
		in   string
		want map[int][]string
	}{
		"semicolon":       {"số;phố\r\n36;Hàng Bạc\r\n", two},
		"comma":           {"số,phố\n36,Hàng Bạc", two},
		"tab":             {"số\tphố\r36\tHàng Bạc\r", two},
		"BOM":             {"\xef\xbb\xbfsố;phố\n36;Hàng Bạc\n", two},
		"UTF-16LE":        {string(utf16LE), two},
		"UTF-16BE":        {string(utf16BE), two},
		"commas in text":  {"số;phố\n36;\"a, b, c\"\n37;\"d, e, f\"\n", map[int][]string{1: {"số", "phố"}, 2: {"36", "a, b, c"}, 3: {"37", "d, e, f"}}},
		"sep line":        {"sep=|\r\nsố|a;b;c\r\n", map[int][]string{2: {"số", "a;b;c"}}},
		"title line":      {"Số liệu giả định\nNăm;Số vụ;Ghi chú\n1997;12;\n", map[int][]string{1: {"Số liệu giả định"}, 2: {"Năm", "Số vụ", "Ghi chú"}, 3: {"1997", "12"}}},
		"blank lines":     {"a;b\n\n;;\n\r\nc;d\n", map[int][]string{1: {"a", "b"}, 5: {"c", "d"}}},
		"quoted breaks":   {"a;\"b\nc\";d\ne;f;g\n", map[int][]string{1: {"a", "b\nc", "d"}, 2: {"e", "f", "g"}}},
		"quoted quotes":   {"\"36 \"\"A\"\"\";x\n\"\";y\n\"\"\"\";z", map[int][]string{1: {`36 "A"`, "x"}, 2: {"", "y"}, 3: {`"`, "z"}}},
		"quote in text":   {"36\"A;x\n", map[int][]string{1: {"36\"A", "x"}}},
		"text after":      {"\"36\" A;x\n", map[int][]string{1: {"36 A", "x"}}},
		"unclosed quote":  {"a;b\n\"c;d\ne;f\n", map[int][]string{1: {"a", "b"}, 2: {"\"c", "d"}, 3: {"e", "f"}}},
		"one column":      {"a\nb\n", map[int][]string{1: {"a"}, 2: {"b"}}},
		"trailing delims": {"a;b;;;;\n", map[int][]string{1: {"a", "b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, mustRead(t, []byte(c.in), "a.csv")[""]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzCSV: whatever the bytes, reading ends; what was read can be given back
// with notes and is read the same again.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a;b\n1;2\n", "\"a\"\"b\",c\r\n\"", "sep=\t\na\tb", "\xff\xfea\x00;\x00", "a|b\n\n;;", "\"\n\";\"x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before, err := readAll(data, "a.csv")
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if bytes.HasPrefix(data, []byte("PK")) {
			return
		}
		notes := Notes{Rows: map[int]string{}}
		width := 0
		for row, cells := range before[""] {
			notes.Rows[row] = "sửa"
			width = max(width, len(cells))
		}
		var out bytes.Buffer
		if err := Annotate(&out, bytes.NewReader(data), int64(len(data)), "a.csv", []Notes{notes}); err != nil {
			t.Fatal(err)
		}
		book, err := Open(bytes.NewReader(data), int64(len(data)), "a.csv")
		if err != nil {
			t.Fatal(err)
		}
		again := csvText{data: string(bytes.TrimPrefix(out.Bytes(), []byte(byteOrderMark))), delimiter: book.csv.delimiter}
		if book.csv.declared {
			return // the first line is a declaration again
		}
		again.records(func(number int, fields []string, _, _ int) bool {
			cells := before[""][number]
			if len(cells) > 0 && fields[len(fields)-1] != "sửa" && !bytes.ContainsRune(data, '"') {
				t.Fatalf("%q: row %d came back as %q", data, number, fields)
			}
			return true
		})
	})
}
