package words

import (
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// read gives the messages of a catalog that is written as ours are: headers of tables, keys, texts in double quotes, comments.
// That is a small part of TOML, and the whole of it took the library the half of a start. ok is false for anything else, and
// for whatever may be wrong: the library then reads the file, and says what is. The messages take the place of those in room, which may
// be nil.
func read(source string, room []i18n.Message) (messages []i18n.Message, ok bool) {
	r := reader{rest: source, messages: room[:0], forms: map[string]int{}, plain: map[string]bool{}, tables: map[string]bool{}}
	for r.rest != "" {
		if !r.line() {
			return nil, false
		}
	}
	for parent := range r.forms {
		if r.plain[parent] {
			return nil, false // forms of a message beside messages
		}
	}
	if len(r.tables) == 0 {
		return r.messages, true
	}
	for i := range r.messages {
		if r.tables[r.messages[i].ID+"."] {
			return nil, false // a text and a table of one name
		}
	}
	return r.messages, true
}

type reader struct {
	rest     string // what is not read yet
	table    string // of the last header, with a point behind it
	messages []i18n.Message
	forms    map[string]int  // the message, by the table whose keys are its forms
	plain    map[string]bool // tables whose keys are messages
	tables   map[string]bool // tables that keys with points have made
}

// line reads one line, or a key with its text of several.
func (r *reader) line() bool {
	r.blank()
	switch {
	case r.rest == "":
		return true
	case r.rest[0] == '\n':
		r.rest = r.rest[1:]
		return true
	case r.rest[0] == '#':
		_, r.rest, _ = strings.Cut(r.rest, "\n")
		return true
	case r.rest[0] == '[':
		r.rest, r.table = r.rest[1:], ""
		path, last, ok := r.path()
		if !ok || reserved(last) || !r.next("]") {
			return false
		}
		r.table = path + last + "."
		return r.end()
	}
	path, last, ok := r.path()
	if !ok || !r.next("=") {
		return false
	}
	text, ok := r.text()
	return ok && r.end() && r.keep(r.table+path, last, text)
}

// keep takes a text under the key last of the table parent, which is empty or ends with a point.
func (r *reader) keep(parent, last, text string) bool {
	if !reserved(last) {
		r.plain[parent] = true
		r.messages = append(r.messages, i18n.Message{ID: parent + last, Other: text})
		return true
	}
	at, ok := r.forms[parent]
	if !ok {
		at = len(r.messages)
		r.forms[parent] = at
		r.messages = append(r.messages, i18n.Message{ID: strings.TrimSuffix(parent, ".")})
	}
	into := form(&r.messages[at], last)
	if parent == "" || into == nil || *into != "" {
		return false
	}
	*into = text
	return true
}

// form is where a message keeps what stands under a name of the library, nil for what it does not keep.
func form(m *i18n.Message, name string) *string {
	switch strings.ToLower(name) {
	case "zero":
		return &m.Zero
	case "one":
		return &m.One
	case "two":
		return &m.Two
	case "few":
		return &m.Few
	case "many":
		return &m.Many
	case "other":
		return &m.Other
	case "description":
		return &m.Description
	}
	return nil
}

// path reads a key: all but its last part, with a point behind each, and the last.
func (r *reader) path() (before, last string, ok bool) {
	for {
		part, ok := r.part()
		if !ok {
			return "", "", false
		}
		if !r.next(".") {
			return before, part, true
		}
		if reserved(part) {
			return "", "", false
		}
		before += part + "."
		r.tables[r.table+before] = true
	}
}

// reserved reports whether the library takes a name for a part of a message, so that a table of it means something else.
func reserved(name string) bool {
	switch strings.ToLower(name) {
	case "zero", "one", "two", "few", "many", "other", "description", "id", "hash", "leftdelim", "rightdelim", "translation":
		return true
	}
	return false
}

func (r *reader) part() (string, bool) {
	r.blank()
	if strings.HasPrefix(r.rest, `"`) {
		name, rest, found := strings.Cut(r.rest[1:], `"`)
		r.rest = rest
		return name, found && name != "" && !strings.ContainsAny(name, "\\\n")
	}
	n := 0
	for n < len(r.rest) && bare(r.rest[n]) {
		n++
	}
	name := r.rest[:n]
	r.rest = r.rest[n:]
	return name, n > 0
}

// bare reports whether a byte may stand in a key without quotes.
func bare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// text reads a text in quotes, or in three over several lines.
func (r *reader) text() (string, bool) {
	r.blank()
	if rest, ok := strings.CutPrefix(r.rest, `"""`); ok {
		text, rest, found := strings.Cut(strings.TrimPrefix(rest, "\n"), `"""`)
		r.rest = rest
		return text, found && !strings.Contains(text, `\`) && !strings.HasPrefix(rest, `"`) && printable(text)
	}
	if !strings.HasPrefix(r.rest, `"`) {
		return "", false
	}
	for n := 1; n < len(r.rest); n++ {
		switch r.rest[n] {
		case '\n':
			return "", false
		case '\\':
			n++
		case '"':
			raw := r.rest[1:n]
			r.rest = r.rest[n+1:]
			if !strings.Contains(raw, `\`) {
				return raw, printable(raw)
			}
			return unescape(raw)
		}
	}
	return "", false
}

// unescape resolves what stands for a quote, a stroke, a new line or a tab.
func unescape(raw string) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(raw, `\`)
		b.WriteString(before)
		if !found {
			return b.String(), printable(b.String())
		}
		if rest == "" {
			return "", false
		}
		switch rest[0] {
		case '"', '\\':
			b.WriteByte(rest[0])
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		default:
			return "", false
		}
		raw = rest[1:]
	}
}

// printable reports whether a text has no control sign but tab and new line.
func printable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

// blank passes over spaces and tabs.
func (r *reader) blank() { r.rest = strings.TrimLeft(r.rest, " \t") }

// next passes over a sign that must come.
func (r *reader) next(sign string) (ok bool) {
	r.blank()
	r.rest, ok = strings.CutPrefix(r.rest, sign)
	return ok
}

// end passes over the end of a line, with a comment before it.
func (r *reader) end() bool {
	r.blank()
	if strings.HasPrefix(r.rest, "#") {
		_, r.rest, _ = strings.Cut(r.rest, "\n")
		return true
	}
	return r.rest == "" || r.next("\n")
}
