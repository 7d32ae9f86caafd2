package sheet

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"sonha/ground/civil"
)

const byteOrderMark = "\xef\xbb\xbf"

// csvText is a CSV file, decoded to UTF-8.
type csvText struct {
	data      string
	delimiter byte
	declared  bool // by a first line "sep=;", which data has blank
}

// openCSV decodes a CSV file and finds its delimiter. TCVN3, VNI and
// Windows-1258 are refused by name: to guess at people's names would be worse.
func (b *Book) openCSV(data []byte) (*Book, error) {
	text, err := decodeText(data)
	if err != nil {
		err.File = b.File
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, b.fail(Empty, nil)
	}
	b.CSV = true
	b.csv = &csvText{data: text}
	b.csv.data, b.csv.delimiter = findDelimiter(text)
	b.csv.declared = len(b.csv.data) != len(text)
	b.Sheets = []*Sheet{{size: len(text)}}
	b.sample.done = true // decodeText has looked at all of it
	return b, nil
}

func decodeText(data []byte) (string, *Error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		data = []byte(decodeUTF16(data[2:], 1))
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		data = []byte(decodeUTF16(data[2:], 0))
	default:
		data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", &Error{Kind: NotATable}
	}
	valid := utf8.Valid(data)
	if !valid && isWindows1258(data) {
		return "", &Error{Kind: LegacyText, Encoding: "Windows-1258"}
	}
	head := data[:min(len(data), enoughText)]
	for valid && !utf8.Valid(head) {
		head = head[:len(head)-1]
	}
	if name, yes := civil.LegacyBytes(head); yes {
		return "", &Error{Kind: LegacyText, Encoding: name}
	}
	if !valid {
		return "", &Error{Kind: UnknownText}
	}
	return string(data), nil
}

// decodeUTF16 decodes UTF-16 with the high byte at index high of each pair.
func decodeUTF16(data []byte, high int) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+high])<<8 | uint16(data[2*i+1-high])
	}
	return string(utf16.Decode(units))
}

// isWindows1258 recognises the Vietnamese code page of old Windows: there tone
// marks are letters of their own behind vowels, so that all of them compose.
func isWindows1258(data []byte) bool {
	text, err := charmap.Windows1258.NewDecoder().Bytes(data)
	if err != nil {
		return false
	}
	composed := 0
	for _, r := range norm.NFC.String(string(text)) {
		switch {
		case r >= 0x0300 && r < 0x0370 || r == utf8.RuneError:
			return false
		case r >= 0x1ea0 && r <= 0x1ef9:
			composed++
		}
	}
	return composed >= 2
}

// findDelimiter obeys a first line "sep=;", which Excel knows too and counts as
// a row; else it takes the character that cuts most of the first lines into the
// same number of fields. The text returned has the "sep=" line emptied.
func findDelimiter(text string) (string, byte) {
	if line, rest, ok := strings.Cut(text, "\n"); ok {
		line = strings.Trim(line, "\r\"")
		if len(line) == 5 && strings.EqualFold(line[:4], "sep=") {
			return "\n" + rest, line[4]
		}
	}
	const lines = 60
	best, bestScore := byte(','), 0
	for _, d := range []byte{';', ',', '\t', '|'} {
		widths := map[int]int{}
		n := 0
		(&csvText{data: text, delimiter: d}).records(func(_ int, fields []string, _, _ int) bool {
			if len(fields) > 1 {
				widths[len(fields)]++
			}
			n++
			return n < lines
		})
		score := 0
		for width, count := range widths {
			score = max(score, count*1000+min(width, 999))
		}
		if score > bestScore {
			best, bestScore = d, score
		}
	}
	return text, best
}

// records hands over each record with its number as Excel counts: blank lines
// count, line breaks within quotes do not. from and to bound its bytes without
// the line end. It is as lenient as Excel: quotes within a field are text, and a
// quote that is never closed is text too.
func (c *csvText) records(yield func(number int, fields []string, from, to int) bool) {
	data := c.data
	var fields []string
	literal := false // a quote was found unclosed: from here all quotes are text
	for at, number := 0, 1; at < len(data); number++ {
		from := at
		fields = fields[:0]
		for {
			var field string
			if !literal && at < len(data) && data[at] == '"' {
				value, end := c.quoted(at)
				if end < 0 {
					literal = true
					continue
				}
				field, at = value, end
			}
			end := at
			for end < len(data) && data[end] != c.delimiter && data[end] != '\n' && data[end] != '\r' {
				end++
			}
			fields = append(fields, field+data[at:end])
			at = end
			if at >= len(data) || data[at] != c.delimiter {
				break
			}
			at++
		}
		to := at
		if at < len(data) && data[at] == '\r' {
			at++
		}
		if at < len(data) && data[at] == '\n' && (at == to || data[to] == '\r') {
			at++
		}
		if !yield(number, fields, from, to) {
			return
		}
	}
}

// quoted reads a quoted field at at; end is behind its closing quote, or -1.
func (c *csvText) quoted(at int) (value string, end int) {
	rest := c.data[at+1:]
	i := strings.IndexByte(rest, '"')
	if i >= 0 && (i+1 >= len(rest) || rest[i+1] != '"') {
		return rest[:i], at + 1 + i + 1
	}
	var b strings.Builder
	start := 0
	for i >= 0 {
		if i+1 < len(rest) && rest[i+1] == '"' {
			b.WriteString(rest[start : i+1])
			start = i + 2
			next := strings.IndexByte(rest[start:], '"')
			if next < 0 {
				return "", -1
			}
			i = start + next
			continue
		}
		b.WriteString(rest[start:i])
		return b.String(), at + 1 + i + 1
	}
	return "", -1
}

func (c *csvText) each(sheet *Sheet, yield func(Row) error) error {
	row := Row{}
	var err error
	c.records(func(number int, fields []string, _, to int) bool {
		row = Row{Number: number, Cells: row.Cells[:0]}
		for col, field := range fields {
			if field = strings.TrimSpace(field); field == "" {
				continue
			}
			if err = put(&row, col, textCell(field)); err != nil {
				return false
			}
		}
		sheet.last = to
		err = yield(row)
		return err == nil
	})
	if err == nil {
		sheet.last = sheet.size
	}
	return err
}
