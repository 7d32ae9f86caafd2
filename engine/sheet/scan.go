package sheet

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"sonha/ground/pattern"
)

// scanner walks over the tags of one XML part in memory. It knows as much of
// XML as spreadsheets use: tags with prefixes, attributes, character references,
// CDATA, comments and processing instructions; a DOCTYPE is refused.
type scanner struct {
	data []byte
	at   int

	text  []byte // character data before the tag, undecoded
	plain bool   // text came from CDATA only and has no references
	name  []byte // local name of the tag
	attrs []byte // its attributes, undecoded
	open  bool   // start tag (or <a/>)
	close bool   // end tag (or <a/>)
}

var (
	errEnd     = errors.New("sheet: end of part")
	errXML     = errors.New("sheet: damaged XML")
	errDoctype = errors.New("sheet: DOCTYPE in a workbook")
)

// next goes to the next tag; errEnd after the last one.
func (s *scanner) next() error {
	s.text, s.plain = nil, false
	for {
		lt := bytes.IndexByte(s.data[s.at:], '<')
		if lt < 0 {
			if len(bytes.TrimSpace(s.data[s.at:])) > 0 {
				return errXML
			}
			return errEnd
		}
		if lt > 0 {
			s.addText(s.data[s.at:s.at+lt], false)
		}
		s.at += lt + 1
		rest := s.data[s.at:]
		switch {
		case len(rest) == 0:
			return errXML
		case rest[0] == '?':
			if !s.skipTo("?>") {
				return errXML
			}
		case rest[0] == '!':
			switch {
			case bytes.HasPrefix(rest, []byte("!--")):
				if !s.skipTo("-->") {
					return errXML
				}
			case bytes.HasPrefix(rest, []byte("![CDATA[")):
				start := s.at + len("![CDATA[")
				if !s.skipTo("]]>") {
					return errXML
				}
				s.addText(s.data[start:s.at-3], true)
			default:
				return errDoctype
			}
		default:
			return s.tag()
		}
	}
}

func (s *scanner) addText(b []byte, cdata bool) {
	if cdata {
		b = escapeAmpersands(b)
	}
	if s.text == nil {
		s.text = b
		return
	}
	s.text = append(bytes.Clone(s.text), b...)
}

func escapeAmpersands(b []byte) []byte { return bytes.ReplaceAll(b, []byte("&"), []byte("&amp;")) }

func (s *scanner) skipTo(end string) bool {
	i := bytes.Index(s.data[s.at:], []byte(end))
	if i < 0 {
		return false
	}
	s.at += i + len(end)
	return true
}

// tag reads the tag at s.at, behind its "<".
func (s *scanner) tag() error {
	start := s.at
	end := start
	var quote byte
	for ; end < len(s.data); end++ {
		c := s.data[end]
		if quote != 0 {
			if c == quote {
				quote = 0
			}
			continue
		}
		if c == '>' {
			break
		}
		if c == '"' || c == '\'' {
			quote = c
		}
	}
	if end >= len(s.data) {
		return errXML
	}
	s.at = end + 1
	inner := s.data[start:end]
	s.open, s.close = true, false
	if len(inner) > 0 && inner[0] == '/' {
		inner = inner[1:]
		s.open, s.close = false, true
	} else if len(inner) > 0 && inner[len(inner)-1] == '/' {
		inner = inner[:len(inner)-1]
		s.close = true
	}
	i := 0
	for i < len(inner) && inner[i] > ' ' {
		i++
	}
	s.name, s.attrs = inner[:i], inner[i:]
	if j := bytes.IndexByte(s.name, ':'); j >= 0 {
		s.name = s.name[j+1:]
	}
	if len(s.name) == 0 {
		return errXML
	}
	return nil
}

func (s *scanner) is(name string) bool { return string(s.name) == name }

// attr gives an attribute's undecoded value by its local name.
func (s *scanner) attr(name string) []byte {
	b := s.attrs
	for {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return nil
		}
		key := bytes.TrimSpace(b[:eq])
		b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(b) == 0 {
			return nil
		}
		quote := b[0]
		end := bytes.IndexByte(b[1:], quote)
		if quote != '"' && quote != '\'' || end < 0 {
			return nil
		}
		value := b[1 : 1+end]
		b = b[end+2:]
		if !bytes.HasPrefix(key, []byte("xmlns")) {
			if j := bytes.IndexByte(key, ':'); j >= 0 {
				key = key[j+1:]
			}
			if string(key) == name {
				return value
			}
		}
	}
}

// inner collects the text of all <t> inside the element that has just been
// opened, without phonetic guides (<rPh>), up to its end.
func (s *scanner) inner(element string) (string, error) {
	if s.close {
		return "", nil
	}
	text, phonetic := "", false
	for {
		if err := s.next(); err != nil {
			return "", errXML
		}
		switch {
		case s.is("rPh"):
			phonetic = s.open && !s.close
		case s.is("t") && !s.open && !phonetic:
			part, err := decode(s.text)
			if err != nil {
				return "", err
			}
			text += part
		case s.is(element) && !s.open:
			return unescape(text), nil
		}
	}
}

// decode resolves character references and checks that the text is UTF-8.
func decode(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", errXML
	}
	amp := bytes.IndexByte(b, '&')
	if amp < 0 {
		return string(b), nil
	}
	out := make([]byte, 0, len(b))
	for amp >= 0 {
		out = append(out, b[:amp]...)
		b = b[amp+1:]
		semi := bytes.IndexByte(b, ';')
		if semi < 0 {
			return "", errXML
		}
		r, err := reference(b[:semi])
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
		b = b[semi+1:]
		amp = bytes.IndexByte(b, '&')
	}
	return string(append(out, b...)), nil
}

func reference(name []byte) (rune, error) {
	switch string(name) {
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "amp":
		return '&', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, errXML
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, errXML
	}
	return rune(n), nil
}

var excelEscape = pattern.Of(`_x[0-9A-Fa-f]{4}_`)

// unescape resolves the _x000D_ by which Excel writes control characters.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return excelEscape().ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.ParseUint(m[2:6], 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return m
		}
		return string(rune(n))
	})
}

// columnIndex reads the letters of a reference such as "AB12", from 0; -1 if
// there are none.
func columnIndex(ref []byte) int {
	n := 0
	for _, c := range ref {
		switch {
		case c >= 'A' && c <= 'Z':
			n = n*26 + int(c-'A') + 1
		case c >= 'a' && c <= 'z':
			n = n*26 + int(c-'a') + 1
		default:
			return n - 1
		}
		if n > 1<<20 {
			return -1
		}
	}
	return n - 1
}

// ColumnName gives the letters of a column counted from 0: 0 is A, 26 is AA.
func ColumnName(col int) string {
	name := ""
	for col++; col > 0; col = (col - 1) / 26 {
		name = string(rune('A'+(col-1)%26)) + name
	}
	return name
}

// parseRef reads "C7" as row 7, column 2.
func parseRef(ref []byte) (row, col int, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	col = columnIndex(ref)
	row, err := strconv.Atoi(string(bytes.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")))
	return row, col, err == nil && col >= 0 && row > 0
}
